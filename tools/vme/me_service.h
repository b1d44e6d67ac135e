/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An ME client that answers each message, at once or after a while, and remembers
 * nothing of a connection.
 */
#ifndef VME_ME_SERVICE_H
#define VME_ME_SERVICE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>
#include "tools/vme/hbm.h"

struct event_base;
struct me_late_reply;

#define ME_SERVICE_REPLY_MAX 64

struct me_service {
	struct me_client client; /* all but ops and ctx is the owner's to fill */
	/* Returns the length of the reply; 0: there is none. */
	size_t (*answer)(void *ctx, const uint8_t *request, size_t len,
			 uint8_t reply[ME_SERVICE_REPLY_MAX]);
	void *ctx;
	struct event_base *base; /* needed when there is a delay */
	unsigned int delay_ms;	 /* what it takes to answer */
	LIST_HEAD(, me_late_reply) late;
};

/* Show it on the bus. It must outlive the bus. 0 or -ENOMEM. */
int me_service_add(struct me_service *service, struct hbm *hbm);

#endif /* VME_ME_SERVICE_H */
