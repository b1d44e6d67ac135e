/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * When the driver had the AMTHI connection, by its own tracepoints: what it
 * holds is its doing, how long a round of somebody else takes on an emulated
 * machine is not.
 */
#ifndef SELFTESTS_MEI_PROV_HELD_H
#define SELFTESTS_MEI_PROV_HELD_H

#include <stddef.h>
#include <stdint.h>

/* Microseconds of CLOCK_MONOTONIC. */
uint64_t held_now(void);

/* One connection. */
struct held_span {
	uint64_t from;
	uint64_t to;
	uint64_t last_sent; /* the last request that was sent over it, or 0 */
};

struct held {
	struct held_span *spans; /* in their order */
	size_t count;
};

/* Begin to note: 0 or -errno. */
int held_start(void);
/* End it and read what was noted, an unfinished connection included. */
int held_end(struct held *held);
void held_free(struct held *held);

/* Of this time, how much the driver held the connection. */
uint64_t held_within(const struct held *held, uint64_t from, uint64_t to);

/* Connections with less than @gap_us between them leave nobody else a chance:
 * how long that went on until the last request was sent. From span *@next on,
 * which is moved; 0 at the end.
 */
uint64_t held_period(const struct held *held, size_t *next, uint64_t gap_us);

#endif /* SELFTESTS_MEI_PROV_HELD_H */
