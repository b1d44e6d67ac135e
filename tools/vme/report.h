/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the device side tells its watchers (the control socket). */
#ifndef VME_REPORT_H
#define VME_REPORT_H

#include <stdint.h>

enum report_kind {
	REPORT_COMMAND,	   /* AMTHI request: command, status of the reply */
	REPORT_CONNECT,	   /* HBM: me, host, status */
	REPORT_DISCONNECT, /* HBM: me, host */
	REPORT_CLIENT,	   /* HBM: me, who: "added", "removed" */
	REPORT_POWER,	   /* of the link, who: "on", "gated" */
	REPORT_RESET,	   /* who: "host", "firmware", "power" */
	REPORT_FAULT,	   /* who: the fault that was applied */
	REPORT_HELLO,	   /* who: "sent" or why not; peer, device */
	REPORT_TLS,	   /* who: "accepted" or the rule that failed; peer, device */
	REPORT_REQUEST,	   /* who: operation of WS-Man and result; peer, device */
	REPORT_KINDS
};

struct report {
	enum report_kind kind;
	uint32_t command;
	uint32_t status;
	uint8_t me;
	uint8_t host;
	const char *who;
	const char *peer;   /* address of the other side */
	const char *device; /* own address: there may be a fleet */
};

struct reporter {
	void (*fn)(void *ctx, const struct report *report);
	void *ctx;
};

static inline void report_to(const struct reporter *reporter, const struct report *report)
{
	if (reporter && reporter->fn)
		reporter->fn(reporter->ctx, report);
}

#endif /* VME_REPORT_H */
