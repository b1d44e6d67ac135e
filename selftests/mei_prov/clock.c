// SPDX-License-Identifier: GPL-2.0-only
/* Time in the tests. */
#include "clock.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

uint64_t clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ull + now.tv_nsec / 1000000;
}

void clock_sleep_ms(unsigned int ms)
{
	struct timespec left = { ms / 1000, ms % 1000 * 1000000l };

	while (nanosleep(&left, &left) < 0 && errno == EINTR)
		;
}

uint64_t clock_slow(uint64_t ms)
{
	const char *factor = getenv("MEI_PROV_SLOW");

	return ms * (factor ? strtoul(factor, NULL, 10) : CLOCK_SLOW_DEFAULT);
}

uint64_t clock_to_the_letter(uint64_t ms)
{
	return access("/sys/kernel/debug/kmemleak", F_OK) == 0 ? 3 * ms : ms;
}
