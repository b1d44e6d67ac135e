/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One device's configuration session on the network. */
#ifndef SCA_SESSION_H
#define SCA_SESSION_H

#include <stdbool.h>
#include <sys/socket.h>

#include "result.h"
#include "store.h"

struct chain;
struct event_base;
struct session;

/* Milliseconds, but for the port. */
struct session_limits {
	unsigned int device_port;
	unsigned int connect_ms;  /* TCP and TLS */
	unsigned int exchange_ms; /* one request */
	unsigned int session_ms;  /* up to CommitChanges */
	unsigned int readback_ms; /* from CommitChanges to the answer after it */
	long tls_min;		  /* CURL_SSLVERSION_TLSv1_... */
};

/**
 * struct session_start - what a session is about
 * @dev: copied; the store has the same row
 * @chain: lives longer than the session
 * @readback_only: CommitChanges was sent earlier, its outcome is unknown
 */
struct session_start {
	struct event_base *base;
	struct store *store;
	const struct session_limits *limits;
	const struct device *dev;
	const struct chain *chain;
	struct sockaddr_storage address;
	bool readback_only;
};

/*
 * Called once, from the event loop: @dev has result, reason and stage filled
 * in but is not stored yet. The session may be freed in it.
 */
typedef void (*session_done_fn)(struct session *session, struct device *dev, void *ctx);

/* NULL with errno set. Nothing is called before the event loop runs. */
struct session *session_new(const struct session_start *start, session_done_fn done, void *ctx);
/* Ends it without a word. */
void session_free(struct session *session);
/* End it now with @result; @done is called. */
void session_stop(struct session *session, enum result result, const char *reason);
/* CommitChanges is out or may be: not the moment to stop. */
bool session_is_committing(const struct session *session);
const char *session_stage(const struct session *session);

#endif /* SCA_SESSION_H */
