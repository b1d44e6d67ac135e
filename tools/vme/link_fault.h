/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Faults that take the link to the host away, for a while or for good, or the device; and
 * those of the ring to the host, after which the host takes the link away.
 */
#ifndef VME_LINK_FAULT_H
#define VME_LINK_FAULT_H

#include <stdbool.h>
#include "tools/vme/fault.h"
#include "tools/vme/heci.h"

struct me_dev;

bool link_fault_is(enum fault_action action);

/*
 * False: it is another fault, and nothing has happened. @value is the fault's,
 * @recovery_ms how long firmware takes after a reset of its own.
 */
bool link_fault(struct me_dev *me, enum fault_action action, uint32_t value, int recovery_ms);

/* What is wrong with a message; nothing when it is another fault. */
struct heci_spoilt ring_fault(enum fault_action action, uint32_t value);

#endif /* VME_LINK_FAULT_H */
