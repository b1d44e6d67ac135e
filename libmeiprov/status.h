/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef MEIPROV_STATUS_H
#define MEIPROV_STATUS_H

#include <stdint.h>

/* What to do after this AMT status; "" when there is nothing to advise. */
const char *status_next(uint32_t fw_status);

#endif /* MEIPROV_STATUS_H */
