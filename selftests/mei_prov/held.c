// SPDX-License-Identifier: GPL-2.0-only
/* When the driver had the AMTHI connection. */
#include "held.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sysfs.h"

#define TRACING "/sys/kernel/tracing"
#define EVENTS	TRACING "/events/mei_prov"

uint64_t held_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000ull + now.tv_nsec / 1000;
}

int held_start(void)
{
	static const struct {
		const char *path;
		const char *text;
	} settings[] = {
		{ TRACING "/trace_clock", "mono" },
		{ TRACING "/buffer_size_kb", "16384" },
		{ TRACING "/trace", "" },
		{ EVENTS "/mei_prov_connect/enable", "1" },
		{ EVENTS "/mei_prov_disconnect/enable", "1" },
		{ EVENTS "/mei_prov_transaction/enable", "1" },
	};
	int ret = 0;
	size_t i;

	for (i = 0; ret == 0 && i < sizeof(settings) / sizeof(settings[0]); i++)
		ret = sysfs_write(settings[i].path, settings[i].text);
	return ret;
}

/* "... 12.345678: NAME: ...": the time, and the text from NAME on. */
static const char *event_of(const char *line, uint64_t *when)
{
	const char *name = strstr(line, ": mei_prov_"), *stamp = name;
	unsigned long seconds, micros;

	if (!name)
		return NULL;
	while (stamp > line && stamp[-1] != ' ')
		stamp--;
	if (sscanf(stamp, "%lu.%6lu", &seconds, &micros) != 2)
		return NULL;
	*when = seconds * 1000000ull + micros;
	return name + 2;
}

static int span_begin(struct held *held, uint64_t when)
{
	struct held_span *spans = held->spans;

	if (held->count % 1024 == 0)
		spans = realloc(spans, (held->count + 1024) * sizeof(*spans));
	if (!spans)
		return -ENOMEM;
	held->spans = spans;
	spans[held->count++] = (struct held_span){ .from = when };
	return 0;
}

static struct held_span *span_open(struct held *held)
{
	struct held_span *last = held->count ? &held->spans[held->count - 1] : NULL;

	return last && !last->to ? last : NULL;
}

static void span_used(struct held *held, const char *event, uint64_t when)
{
	struct held_span *span = span_open(held);
	bool step = strstr(event, "sequence=1");

	if (!span || !strstr(event, "sent=1"))
		return;
	if (!step)
		span->went_on = held->last_end;
	else if (!held->last_step)
		span->began = held->last_end;
	held->last_end = when;
	held->last_step = step;
}

static int take(struct held *held, const char *event, uint64_t when)
{
	if (!strncmp(event, "mei_prov_connect:", 17) && strstr(event, "error=0"))
		return span_begin(held, when);
	if (!strncmp(event, "mei_prov_disconnect:", 20) && span_open(held))
		span_open(held)->to = when;
	if (!strncmp(event, "mei_prov_transaction:", 21))
		span_used(held, event, when);
	return 0;
}

static int read_trace(struct held *held)
{
	FILE *trace = fopen(TRACING "/trace", "re");
	const char *event;
	char line[512];
	uint64_t when;
	int ret = 0;

	if (!trace)
		return -errno;
	while (ret == 0 && fgets(line, sizeof(line), trace)) {
		event = event_of(line, &when);
		if (event)
			ret = take(held, event, when);
	}
	fclose(trace);
	return ret;
}

int held_end(struct held *held)
{
	int ret;

	memset(held, 0, sizeof(*held));
	sysfs_write(EVENTS "/enable", "0");
	ret = read_trace(held);
	if (span_open(held))
		span_open(held)->to = held_now();
	return ret;
}

void held_free(struct held *held)
{
	free(held->spans);
	held->spans = NULL;
	held->count = 0;
}

uint64_t held_within(const struct held *held, uint64_t from, uint64_t to)
{
	uint64_t sum = 0, begin, end;
	size_t i;

	for (i = 0; i < held->count; i++) {
		begin = held->spans[i].from > from ? held->spans[i].from : from;
		end = held->spans[i].to < to ? held->spans[i].to : to;
		sum += begin < end ? end - begin : 0;
	}
	return sum;
}

static uint64_t later(uint64_t most, uint64_t when, uint64_t start)
{
	return when > start && when - start > most ? when - start : most;
}

struct held_period held_period(const struct held *held, size_t *next, uint64_t gap_us)
{
	const struct held_span *span = held->spans + *next, *first = span;
	struct held_period period = { 0 };

	for (; *next < held->count; ++*next, span++) {
		if (span > first && span->from - span[-1].to >= gap_us)
			break;
		period.went_on = later(period.went_on, span->went_on, first->from);
		period.began = later(period.began, span->began, first->from);
	}
	return period;
}
