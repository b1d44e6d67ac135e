/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which device gets a session, when, and with which chain.
 *
 * One session for a UUID and one for an address at a time. A Hello that comes
 * while its device cannot have one yet is kept and tried a little later.
 */
#ifndef SCA_ENGINE_H
#define SCA_ENGINE_H

#include <stddef.h>
#include <sys/socket.h>

#include <meiprov/meiprov.h>

#include "book.h"
#include "session.h"
#include "store.h"

struct chains;
struct engine;
struct event_base;

struct engine_options {
	struct session_limits limits;
	unsigned int max_sessions;
	unsigned int retry_ms;		/* least pause between two sessions */
	unsigned int readback_every_ms; /* first pause before asking again what
					 * became of a commit; doubles to an hour
					 */
};

struct engine *engine_new(struct event_base *base, struct store *store, struct chains *chains,
			  const struct engine_options *options);
/* Ends all sessions; their devices are stored as interrupted. */
void engine_free(struct engine *engine);

/* After a start: puts right what the last run left unfinished. */
int engine_resume(struct engine *engine);

/* A decoded Hello from @from. */
void engine_hello(const struct sockaddr_storage *from, const struct meiprov_hello *hello,
		  void *engine);

struct engine_registration {
	uint8_t uuid[16];
	const char *otp; /* NULL: bare metal */
	size_t otp_len;
};

/**
 * engine_register() - expect a device
 *
 * A session under way is ended first. Passwords made for the device before are
 * kept. -EBUSY while CommitChanges is on its way; the store's errors.
 */
int engine_register(struct engine *engine, const struct engine_registration *r);

size_t engine_sessions(const struct engine *engine);
const struct book *engine_book(const struct engine *engine);

#endif /* SCA_ENGINE_H */
