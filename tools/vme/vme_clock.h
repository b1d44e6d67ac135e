/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The clock of a virtual ME: it runs with the machine's, or faster, and can be
 * put ahead. Windows and the Hello schedule go by it; what takes real work, such
 * as making a key, does not.
 */
#ifndef VME_CLOCK_H
#define VME_CLOCK_H

#include <stdint.h>
#include <sys/time.h>

#define VME_CLOCK_SCALE_MAX 100000
#define VME_CLOCK_US	    1000000

struct vme_clock {
	int64_t real_us;  /* the machine's clock when ... */
	int64_t model_us; /* ... this one showed that */
	int64_t wall_us;  /* UTC at model time 0 */
	uint32_t scale;
};

void vme_clock_init(struct vme_clock *clock);

/* Microseconds of the device's own time; never goes back. */
int64_t vme_clock_us(const struct vme_clock *clock);
/* Its time of day, in seconds UTC. */
int64_t vme_clock_utc(const struct vme_clock *clock);

/* Real time until the device's clock shows @model_us; 0 when it has. */
struct timeval vme_clock_until(const struct vme_clock *clock, int64_t model_us);

/* @seconds > 0; all that waits has to be planned anew by the caller. */
void vme_clock_jump(struct vme_clock *clock, uint32_t seconds);
/* 1 to VME_CLOCK_SCALE_MAX times as fast. */
void vme_clock_set_scale(struct vme_clock *clock, uint32_t scale);

#endif /* VME_CLOCK_H */
