/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The Hello listener: devices connect, send one message and close. Nothing is
 * ever answered.
 */
#ifndef SCA_HELLO_H
#define SCA_HELLO_H

#include <stdint.h>
#include <sys/socket.h>

#include <meiprov/meiprov.h>

struct event_base;
struct hello_listener;

#define HELLO_BYTES_MAX (16 * 1024)
#define HELLO_OPEN_MAX	1024 /* connections at a time */

struct hello_limits {
	unsigned int timeout_ms; /* from connect to FIN */
	unsigned int per_second; /* of one source; 0 for no limit */
	unsigned int burst;
};

struct hello_stats {
	uint64_t received;
	uint64_t malformed;
	uint64_t unsupported; /* another version, e.g. PSK */
	uint64_t limited;     /* turned away by the rate limit */
	uint64_t timed_out;
};

typedef void (*hello_fn)(const struct sockaddr_storage *from, const struct meiprov_hello *hello,
			 void *ctx);

/* NULL with errno set. */
struct hello_listener *hello_listener_new(struct event_base *base,
					  const struct sockaddr_storage *addr,
					  const struct hello_limits *limits, hello_fn fn,
					  void *ctx);
void hello_listener_free(struct hello_listener *listener);
/* Port it listens on: useful when 0 was asked for. */
unsigned int hello_listener_port(const struct hello_listener *listener);
void hello_listener_stats(const struct hello_listener *listener, struct hello_stats *out);

#endif /* SCA_HELLO_H */
