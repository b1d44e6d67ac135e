/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Events of the device as JSON objects. */
#ifndef VME_CONTROL_EVENT_H
#define VME_CONTROL_EVENT_H

#include <jansson.h>

struct amt;
struct report;

/* New references, or NULL when out of memory. */
json_t *control_event_of_report(const struct report *report);
json_t *control_event_of_model(const struct amt *amt, unsigned int changed);

#endif /* VME_CONTROL_EVENT_H */
