// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/vme_clock.h"

#include <time.h>

static int64_t read_clock(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * VME_CLOCK_US + now.tv_nsec / 1000;
}

void vme_clock_init(struct vme_clock *clock)
{
	*clock = (struct vme_clock){
		.real_us = read_clock(CLOCK_MONOTONIC),
		.wall_us = read_clock(CLOCK_REALTIME),
		.scale = 1,
	};
}

int64_t vme_clock_us(const struct vme_clock *clock)
{
	return clock->model_us + (read_clock(CLOCK_MONOTONIC) - clock->real_us) * clock->scale;
}

int64_t vme_clock_utc(const struct vme_clock *clock)
{
	return (clock->wall_us + vme_clock_us(clock)) / VME_CLOCK_US;
}

/* Rounded up: a timer must not find that it is too early. */
struct timeval vme_clock_until(const struct vme_clock *clock, int64_t model_us)
{
	int64_t left = model_us - vme_clock_us(clock);
	int64_t real = left > 0 ? (left + clock->scale - 1) / clock->scale : 0;

	return (struct timeval){ .tv_sec = real / VME_CLOCK_US, .tv_usec = real % VME_CLOCK_US };
}

/* What has passed so far has passed at the old speed. */
static void settle(struct vme_clock *clock)
{
	int64_t real = read_clock(CLOCK_MONOTONIC);

	clock->model_us += (real - clock->real_us) * clock->scale;
	clock->real_us = real;
}

void vme_clock_jump(struct vme_clock *clock, uint32_t seconds)
{
	clock->model_us += (int64_t)seconds * VME_CLOCK_US;
}

void vme_clock_set_scale(struct vme_clock *clock, uint32_t scale)
{
	settle(clock);
	clock->scale = scale;
}
