/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The WS-Management engine of one device: SOAP 1.2 in, SOAP 1.2 out. Knows
 * neither HTTP nor who asks; the caller has authenticated.
 */
#ifndef VME_WSMAN_H
#define VME_WSMAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct amt;
struct wsman;

/* NULL when out of memory. */
struct wsman *wsman_new(struct amt *amt);
void wsman_free(struct wsman *wsman);

#define WSMAN_WHAT_MAX 160

/* How one request is treated; zero means as usual. */
struct wsman_ask {
	bool read_only; /* the user may not change anything */
	/* Called with "CLASS.OPERATION" before it runs; may set @status. */
	void (*before)(void *ctx, const char *what, struct wsman_ask *ask);
	void *ctx;
	bool has_status; /* do not run it, answer this: */
	uint32_t status; /* ReturnValue of a method, else 0 or a fault */
};

struct wsman_reply {
	int http_status;
	char *text; /* from malloc, may hold an OTP: wipe it */
	size_t len;
	char what[WSMAN_WHAT_MAX]; /* for the log: operation and result, no values */
	bool wait;		   /* nothing yet: ask again when net_settings wakes */
	bool tls_changed;	   /* CommitChanges put other TLS settings in force */
};

/* Answer one request; @ask may be NULL. 0 with @reply filled, or -ENOMEM. */
int wsman_handle(struct wsman *wsman, struct wsman_ask *ask, const void *body, size_t len,
		 struct wsman_reply *reply);

#endif /* VME_WSMAN_H */
