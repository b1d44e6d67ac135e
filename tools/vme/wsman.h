/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The WS-Management engine of one device: SOAP 1.2 in, SOAP 1.2 out. Knows
 * neither HTTP nor who asks; the caller has authenticated.
 */
#ifndef VME_WSMAN_H
#define VME_WSMAN_H

#include <stddef.h>

struct amt;
struct wsman;

/* NULL when out of memory. */
struct wsman *wsman_new(struct amt *amt);
void wsman_free(struct wsman *wsman);

struct wsman_reply {
	int http_status;
	char *text; /* from malloc, may hold an OTP: wipe it */
	size_t len;
	char what[160]; /* for the log: operation and result, no values */
};

/* Answer one request. 0 with @reply filled, or -ENOMEM. */
int wsman_handle(struct wsman *wsman, const void *body, size_t len, struct wsman_reply *reply);

#endif /* VME_WSMAN_H */
