// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

static enum log_level limit = LOG_LEVEL_INFO;

void log_set_level(enum log_level level)
{
	limit = level;
}

void log_write(enum log_level level, const char *area, const char *fmt, ...)
{
	static const char letters[] = "EID";
	struct timespec now;
	va_list args;

	if (level > limit)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	flockfile(stderr);
	fprintf(stderr, "%6ld.%03ld %c %s: ", (long)now.tv_sec, now.tv_nsec / 1000000,
		letters[level], area);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	funlockfile(stderr);
}
