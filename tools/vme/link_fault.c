// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/link_fault.h"

#include "tools/vme/me_dev.h"

bool link_fault_is(enum fault_action action)
{
	return action == FAULT_RESET || action == FAULT_RDY_LOW || action == FAULT_NEVER_READY ||
	       action == FAULT_RDY_PULSE || action == FAULT_VANISH;
}

bool link_fault(struct me_dev *me, enum fault_action action, uint32_t value, int recovery_ms)
{
	switch (action) {
	case FAULT_RESET:
		me_dev_reset(me, recovery_ms);
		return true;
	case FAULT_RDY_LOW:
		me_dev_reset(me, (int)value);
		return true;
	case FAULT_RDY_PULSE:
		me_dev_pulse(me);
		return true;
	case FAULT_NEVER_READY:
		me_dev_reset(me, ME_RESET_NEVER);
		return true;
	case FAULT_VANISH:
		me_dev_vanish(me);
		return true;
	default:
		return false;
	}
}

struct heci_spoilt ring_fault(enum fault_action action, uint32_t value)
{
	return (struct heci_spoilt){
		.header = action == FAULT_HEADER ? value : 0,
		.overflow = action == FAULT_OVERFLOW,
	};
}
