/* SPDX-License-Identifier: GPL-2.0-or-later */
/* In place of the firmware model: what the WS-Man engine asked of it. */
#ifndef VME_TEST_WSMAN_MODEL_H
#define VME_TEST_WSMAN_MODEL_H

#include "tools/vme/amt.h"

struct wsman_model {
	char mebx[64];
	char admin[64];
	uint8_t admin_ha1[16];
	int commits;
};

extern struct wsman_model model;
extern struct amt model_amt;

#endif /* VME_TEST_WSMAN_MODEL_H */
