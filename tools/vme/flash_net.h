/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What servers have set (net_settings.h) as the member "network" of a flash image. */
#ifndef VME_FLASH_NET_H
#define VME_FLASH_NET_H

#include <jansson.h>
#include "tools/vme/flash_state.h"

/* 0 or an error: out of memory. */
int flash_net_put(json_t *object, const struct amt *amt);
/* Into a device without any; 0 or -EINVAL with @why. */
int flash_net_take(const json_t *object, struct amt *amt, char why[FLASH_STATE_WHY_MAX]);

#endif /* VME_FLASH_NET_H */
