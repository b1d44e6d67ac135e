/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An event that faults may be ordered for, told to log and watchers when one is. */
#ifndef VME_FAULT_EVENT_H
#define VME_FAULT_EVENT_H

#include "tools/vme/fault.h"

struct reporter;

/* The fault to apply to @event now, or NULL. */
const struct fault *fault_event(struct fault_list *faults, const struct reporter *reporter,
				const char *event);

#endif /* VME_FAULT_EVENT_H */
