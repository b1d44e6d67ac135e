// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli.h"

/**
 * struct watch - when to end
 * @count: events still to be printed, 0: no such end
 * @timeout_s: 0: no such end
 */
struct watch {
	unsigned long count;
	unsigned long timeout_s;
	unsigned long interval_ms;
	struct timespec deadline;
};

static int parse(struct cli *cli, struct watch *w)
{
	const struct {
		const char *name;
		unsigned long max;
		unsigned long *out;
	} options[] = {
		{ "--count", 1000000000, &w->count },
		{ "--timeout", 31536000, &w->timeout_s },
		{ "--interval", 3600000, &w->interval_ms },
	};
	int found;

	do {
		const char *text;

		found = 0;
		for (size_t i = 0; i < 3 && !found; i++) {
			found = cli_option(cli, options[i].name, &text);
			if (found < 0)
				return EXIT_USAGE;
			if (found &&
			    (!cli_number(text, options[i].max, options[i].out) || !*options[i].out))
				return cli_usage(cli, "%s takes a number from 1 on, not \"%s\"",
						 options[i].name, text);
		}
	} while (found);
	return cli_no_arguments(cli) ? 0 : EXIT_USAGE;
}

/* Milliseconds to the end, -1: no end. */
static int remaining(const struct watch *w)
{
	struct timespec now;
	long ms;

	if (!w->timeout_s)
		return -1;
	clock_gettime(CLOCK_MONOTONIC, &now);
	ms = (w->deadline.tv_sec - now.tv_sec) * 1000 +
	     (w->deadline.tv_nsec - now.tv_nsec) / 1000000;
	return ms < 0 ? 0 : ms > INT_MAX ? INT_MAX : (int)ms;
}

static int wait_for_event(struct meiprov_monitor *mon, const struct watch *w)
{
	struct pollfd pfd = { .fd = meiprov_monitor_fd(mon), .events = POLLIN };
	int ret = poll(&pfd, 1, remaining(w));

	if (ret < 0)
		return errno == EINTR ? 0 : -errno;
	return ret ? 0 : -ETIMEDOUT;
}

static bool wanted(const struct cli *cli, const struct meiprov_event *event)
{
	return cli->index < 0 || event->index < 0 || event->index == cli->index;
}

/* 0: the wanted number of events was seen; -ETIMEDOUT; or another errno. */
static int follow(const struct cli *cli, struct meiprov_monitor *mon, struct watch *w)
{
	struct meiprov_event event;
	int ret;

	for (;;) {
		ret = meiprov_monitor_next(mon, &event);
		if (ret == -EAGAIN) {
			ret = wait_for_event(mon, w);
			if (ret)
				return ret;
			continue;
		}
		if (ret == -EBADMSG) /* an event of a newer module */
			continue;
		if (ret)
			return ret;
		if (!wanted(cli, &event))
			continue;
		cli->output->event(stdout, &event);
		if (ferror(stdout))
			return -EPIPE;
		if (w->count && !--w->count)
			return 0;
	}
}

static int finish(const struct cli *cli, const struct watch *w, int ret)
{
	struct meiprov_error err = { .code = ret, .doing = "waiting for events" };

	if (!ret || (ret == -ETIMEDOUT && !w->count))
		return EXIT_DONE; /* watched for the time that was asked for */
	if (ret == -ETIMEDOUT)
		snprintf(err.why, sizeof(err.why), "%lu more did not come in %lu s", w->count,
			 w->timeout_s);
	else
		snprintf(err.why, sizeof(err.why), "%s", strerror(-ret));
	return cli_fail(cli, &err);
}

int cmd_watch(struct cli *cli)
{
	struct watch w = { 0 };
	struct meiprov_error err = { 0 };
	struct meiprov_monitor *mon;
	int ret;

	ret = parse(cli, &w);
	if (ret)
		return ret;
	clock_gettime(CLOCK_MONOTONIC, &w.deadline);
	w.deadline.tv_sec += (time_t)w.timeout_s;
	ret = meiprov_monitor_new(NULL, (unsigned int)w.interval_ms, &mon, &err);
	if (ret)
		return cli_fail(cli, &err);
	ret = follow(cli, mon, &w);
	meiprov_monitor_free(mon);
	return finish(cli, &w, ret);
}
