/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * When the driver had the AMTHI connection, by its own tracepoints: what it
 * holds is its doing, how long a round of somebody else takes on an emulated
 * machine is not.
 */
#ifndef SELFTESTS_MEI_PROV_HELD_H
#define SELFTESTS_MEI_PROV_HELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Microseconds of CLOCK_MONOTONIC. */
uint64_t held_now(void);

/* One connection. */
struct held_span {
	uint64_t from;
	uint64_t to;
	/* When the driver at the earliest chose to send the last request over it that
	 * is no step of a sequence, and to begin the last sequence: the end of the
	 * request before each, or 0. How long a processor of an emulated machine
	 * stood still between that and the sending is not in it.
	 */
	uint64_t went_on;
	uint64_t began;
};

struct held {
	struct held_span *spans; /* in their order */
	size_t count;
	uint64_t last_end; /* of the last request */
	bool last_step;	   /* that was a step of a sequence */
};

/* Connections without a pause between them, in microseconds since the first. */
struct held_period {
	uint64_t went_on;
	uint64_t began;
};

/* Begin to note: 0 or -errno. */
int held_start(void);
/* End it and read what was noted, an unfinished connection included. */
int held_end(struct held *held);
void held_free(struct held *held);

/* Of this time, how much the driver held the connection. */
uint64_t held_within(const struct held *held, uint64_t from, uint64_t to);

/* Connections with less than @gap_us between them leave nobody else a chance and
 * count as one: until when the driver chose to go on, and to begin a sequence. From
 * span *@next on, which is moved.
 */
struct held_period held_period(const struct held *held, size_t *next, uint64_t gap_us);

#endif /* SELFTESTS_MEI_PROV_HELD_H */
