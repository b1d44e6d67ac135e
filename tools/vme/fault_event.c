// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/fault_event.h"

#include <stdio.h>
#include "tools/vme/log.h"
#include "tools/vme/report.h"

const struct fault *fault_event(struct fault_list *faults, const struct reporter *reporter,
				const char *event)
{
	const struct fault *fault = fault_hit(faults, event);
	struct report report = { .kind = REPORT_FAULT };
	char action[FAULT_TEXT_MAX];
	char text[FAULT_TEXT_MAX + FAULT_EVENT_MAX + 2];

	if (!fault)
		return NULL;
	snprintf(text, sizeof(text), "%s %s", event, fault_text(fault, action));
	log_info("fault", "%s", text);
	report.who = text;
	report_to(reporter, &report);
	return fault;
}
