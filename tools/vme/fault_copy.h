/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a fault makes of bytes that are sent. */
#ifndef VME_FAULT_COPY_H
#define VME_FAULT_COPY_H

#include <stddef.h>
#include <stdint.h>
#include "tools/vme/fault.h"

/* A copy: the order may be cleared while the firmware thinks. */
struct fault_copy {
	enum fault_action action;
	uint32_t value;
	uint8_t mask;
	uint8_t *bytes;
	size_t len;
};

/* @fault may be NULL. */
void fault_copy_take(struct fault_copy *copy, const struct fault *fault);
void fault_copy_drop(struct fault_copy *copy);

/*
 * Change @bytes, *@len of them with room for @len + FAULT_RAW_MAX; returns how often
 * they are to be sent. Actions that are not about bytes change nothing.
 */
int fault_copy_apply(const struct fault_copy *fault, uint8_t *bytes, size_t *len);

#endif /* VME_FAULT_COPY_H */
