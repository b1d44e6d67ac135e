// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/amthi_fault.h"

#include <stdlib.h>
#include <string.h>

#define PAD_BYTE 0xee

void amthi_fault_take(struct amthi_fault *copy, const struct fault *fault)
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

void amthi_fault_drop(struct amthi_fault *copy)
{
	free(copy->bytes);
	memset(copy, 0, sizeof(*copy));
}

static void truncate_reply(const struct amthi_fault *fault, size_t *len)
{
	if (fault->value < *len)
		*len = fault->value;
}

static void pad_reply(const struct amthi_fault *fault, uint8_t *reply, size_t *len)
{
	memset(reply + *len, PAD_BYTE, fault->value);
	*len += fault->value;
}

int amthi_fault_apply(const struct amthi_fault *fault, uint8_t reply[AMTHI_REPLY_MAX], size_t *len)
{
	switch (fault->action) {
	case FAULT_DROP:
	case FAULT_RESET:
		return 0;
	case FAULT_TRUNCATE:
		truncate_reply(fault, len);
		return 1;
	case FAULT_PAD:
		pad_reply(fault, reply, len);
		return 1;
	case FAULT_CORRUPT:
		if (fault->value < *len)
			reply[fault->value] ^= fault->mask;
		return 1;
	case FAULT_DUPLICATE:
		return 2;
	case FAULT_WRONG_ID:
		reply[4] ^= 1;
		return 1;
	case FAULT_RAW:
		memcpy(reply, fault->bytes, fault->len);
		*len = fault->len;
		return 1;
	default:
		return 1;
	}
}
