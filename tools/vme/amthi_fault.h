/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a fault makes of an AMTHI reply. */
#ifndef VME_AMTHI_FAULT_H
#define VME_AMTHI_FAULT_H

#include <stddef.h>
#include <stdint.h>
#include "tools/vme/amthi_answer.h"
#include "tools/vme/fault_copy.h"

#define AMTHI_REPLY_MAX (AMTHI_MTU + FAULT_RAW_MAX)

/* Change the reply of *@len bytes; returns how often it is to be sent. */
int amthi_fault_apply(const struct fault_copy *fault, uint8_t reply[AMTHI_REPLY_MAX], size_t *len);

#endif /* VME_AMTHI_FAULT_H */
