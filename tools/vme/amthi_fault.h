/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a fault makes of an AMTHI reply. */
#ifndef VME_AMTHI_FAULT_H
#define VME_AMTHI_FAULT_H

#include <stddef.h>
#include <stdint.h>
#include "tools/vme/amthi_answer.h"
#include "tools/vme/fault.h"

#define AMTHI_REPLY_MAX (AMTHI_MTU + FAULT_RAW_MAX)

/* A copy: the order may be cleared while the firmware thinks. */
struct amthi_fault {
	enum fault_action action;
	uint32_t value;
	uint8_t mask;
	uint8_t *bytes;
	size_t len;
};

/* @fault may be NULL. */
void amthi_fault_take(struct amthi_fault *copy, const struct fault *fault);
void amthi_fault_drop(struct amthi_fault *copy);

/* Change the reply of *@len bytes; returns how often it is to be sent. */
int amthi_fault_apply(const struct amthi_fault *fault, uint8_t reply[AMTHI_REPLY_MAX], size_t *len);

#endif /* VME_AMTHI_FAULT_H */
