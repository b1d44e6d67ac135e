// SPDX-License-Identifier: GPL-2.0-or-later
/* Preloaded under the real tool: a clock that stands still, and is kept right. */
#include <string.h>
#include <sys/timex.h>
#include <time.h>

#define NOW 1800000000 /* 2027-01-15 08:00:00 UTC */

time_t time(time_t *t)
{
	if (t)
		*t = NOW;
	return NOW;
}

int adjtimex(struct timex *t)
{
	memset(t, 0, sizeof(*t));
	return TIME_OK;
}
