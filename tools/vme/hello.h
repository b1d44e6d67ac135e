/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The Hello message and its schedule (protocol.md 1). */
#ifndef VME_HELLO_H
#define VME_HELLO_H

#include <stddef.h>
#include <stdint.h>

struct amt;

#define HELLO_VERSION_PKI 3
#define HELLO_HASHES_MAX  23 /* Intel's limit "for compatibility" */
#define HELLO_SIZE_MAX	  (25 + HELLO_HASHES_MAX * (2 + 64))

/* Write the message of attempt number @retry; returns its length. */
size_t hello_encode(const struct amt *amt, uint32_t retry, uint8_t out[HELLO_SIZE_MAX]);

#define HELLO_STEPS_MAX 16

struct hello_schedule {
	struct hello_step {
		uint32_t count;	  /* Hellos … */
		uint64_t wait_us; /* … each this long after the one before */
	} steps[HELLO_STEPS_MAX];
	size_t step_count;
};

/*
 * Read "COUNTxSECONDS,…" with fractions of seconds, e.g. "5x60,12x300,23x3600":
 * five Hellos a minute apart, then twelve five minutes apart and so on. The very
 * first waits for nothing. 0, or -EINVAL for a text that is no schedule.
 */
int hello_schedule_parse(struct hello_schedule *schedule, const char *text);

/* How long to wait before attempt @n (from 0) in µs; -1 when there is none. */
int64_t hello_schedule_wait(const struct hello_schedule *schedule, uint32_t n);

#endif /* VME_HELLO_H */
