// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/hbm_fault.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <event2/event.h>
#include "tools/vme/fault_event.h"
#include "tools/vme/hbm.h"
#include "tools/vme/link_fault.h"
#include "tools/vme/log.h"
#include "tools/vme/me_dev.h"

/* A message that HBM sees later. */
struct late {
	LIST_ENTRY(late) list;
	struct hbm_fault *hf;
	struct event *due;
	size_t len;
	uint8_t message[];
};

struct hbm_fault {
	struct event_base *base;
	struct me_dev *me;
	struct fault_list *faults;
	const struct reporter *reporter;
	int recovery_ms;
	LIST_HEAD(, late) late;
};

/* --- delay --- */

static void late_free(struct late *late)
{
	LIST_REMOVE(late, list);
	if (late->due)
		event_free(late->due);
	free(late);
}

static void on_due(evutil_socket_t fd, short what, void *arg)
{
	struct late *late = arg;

	hbm_bus_message(me_dev_hbm(late->hf->me), late->message, late->len);
	late_free(late);
}

static void delay(struct hbm_fault *hf, const uint8_t *message, size_t len, uint32_t ms)
{
	const struct timeval tv = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };
	struct late *late = calloc(1, sizeof(*late) + len);

	if (!late) {
		log_error("fault", "a message to delay was lost: out of memory");
		return;
	}
	late->hf = hf;
	late->len = len;
	memcpy(late->message, message, len);
	LIST_INSERT_HEAD(&hf->late, late, list);
	late->due = evtimer_new(hf->base, on_due, late);
	if (late->due && !evtimer_add(late->due, &tv))
		return;
	log_error("fault", "a message to delay was lost: out of memory");
	late_free(late);
}

/* --- other answers --- */

/* It does what it does, and these bytes are what the host hears. */
static void answer_raw(struct hbm_fault *hf, const struct fault *fault, const uint8_t *message,
		       size_t len)
{
	hbm_bus_message_mute(me_dev_hbm(hf->me), message, len);
	if (heci_send(me_dev_heci(hf->me), HECI_COMPLETE, fault->bytes, fault->len))
		log_error("fault", "an answer was lost: out of memory");
}

/* What has no answer has nothing that could be spoilt, but the message that waited for it. */
static void spoil(struct hbm_fault *hf, const struct fault *fault, const uint8_t *message,
		  size_t len)
{
	const struct heci_spoilt spoilt = ring_fault(fault->action, fault->value);
	struct heci *heci = me_dev_heci(hf->me);

	heci_spoil(heci, &spoilt);
	hbm_bus_message(me_dev_hbm(hf->me), message, len);
	heci_spoil(heci, NULL);
}

/* --- the gate --- */

static bool on_message(void *ctx, const uint8_t *message, size_t len)
{
	struct hbm_fault *hf = ctx;
	const struct fault *fault;
	char event[FAULT_EVENT_MAX + 1];

	if (!len)
		return false;
	snprintf(event, sizeof(event), "hbm:%02x", message[0]);
	fault = fault_event(hf->faults, hf->reporter, event);
	switch (fault ? fault->action : FAULT_NONE) {
	case FAULT_DROP:
		hbm_bus_message_mute(me_dev_hbm(hf->me), message, len);
		return true;
	case FAULT_DELAY:
		delay(hf, message, len, fault->value);
		return true;
	case FAULT_RAW:
		answer_raw(hf, fault, message, len);
		return true;
	case FAULT_HEADER:
	case FAULT_OVERFLOW:
		spoil(hf, fault, message, len);
		return true;
	case FAULT_STATUS:
		return hbm_bus_refuse(me_dev_hbm(hf->me), message, len, fault->value & 0xff);
	default:
		return fault && link_fault(hf->me, fault->action, fault->value, hf->recovery_ms);
	}
}

/* What was on its way when the link went down has not arrived. */
static void on_reset(void *ctx)
{
	struct hbm_fault *hf = ctx;
	struct late *late;

	while ((late = LIST_FIRST(&hf->late)))
		late_free(late);
}

static const struct hbm_gate_ops gate_ops = {
	.message = on_message,
	.reset = on_reset,
};

struct hbm_fault *hbm_fault_new(struct event_base *base, struct me_dev *me,
				struct fault_list *faults, const struct reporter *reporter)
{
	struct hbm_fault *hf = calloc(1, sizeof(*hf));

	if (!hf)
		return NULL;
	hf->base = base;
	hf->me = me;
	hf->faults = faults;
	hf->reporter = reporter;
	LIST_INIT(&hf->late);
	hbm_set_gate(me_dev_hbm(me), &gate_ops, hf);
	return hf;
}

void hbm_fault_free(struct hbm_fault *hf)
{
	free(hf);
}

void hbm_fault_set_recovery(struct hbm_fault *hf, int recovery_ms)
{
	hf->recovery_ms = recovery_ms;
}
