// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/fault_copy.h"

#include <stdlib.h>
#include <string.h>

#define PAD_BYTE 0xee

void fault_copy_take(struct fault_copy *copy, const struct fault *fault)
{
	memset(copy, 0, sizeof(*copy));
	if (!fault)
		return;
	copy->action = fault->action;
	copy->value = fault->value;
	copy->mask = fault->mask;
	if (!fault->bytes)
		return;
	copy->bytes = malloc(fault->len);
	if (!copy->bytes) {
		copy->action = FAULT_DROP;
		return;
	}
	memcpy(copy->bytes, fault->bytes, fault->len);
	copy->len = fault->len;
}

void fault_copy_drop(struct fault_copy *copy)
{
	free(copy->bytes);
	memset(copy, 0, sizeof(*copy));
}

int fault_copy_apply(const struct fault_copy *fault, uint8_t *bytes, size_t *len)
{
	switch (fault->action) {
	case FAULT_DROP:
		return 0;
	case FAULT_TRUNCATE:
	case FAULT_CUT:
		if (fault->value < *len)
			*len = fault->value;
		return 1;
	case FAULT_PAD:
		memset(bytes + *len, PAD_BYTE, fault->value);
		*len += fault->value;
		return 1;
	case FAULT_CORRUPT:
		if (fault->value < *len)
			bytes[fault->value] ^= fault->mask;
		return 1;
	case FAULT_DUPLICATE:
		return 2;
	case FAULT_RAW:
		memcpy(bytes, fault->bytes, fault->len);
		*len = fault->len;
		return 1;
	default:
		return 1;
	}
}
