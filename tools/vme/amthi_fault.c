// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/amthi_fault.h"

#include "tools/vme/link_fault.h"

int amthi_fault_apply(const struct fault_copy *fault, uint8_t reply[AMTHI_REPLY_MAX], size_t *len)
{
	if (link_fault_is(fault->action))
		return 0;
	if (fault->action == FAULT_WRONG_ID)
		reply[4] ^= 1;
	return fault_copy_apply(fault, reply, len);
}
