// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "change.h"

#define WAIT_DEFAULT_S 600
#define WAIT_MAX_S     86400

static const struct change start_plain = { "start", MEIPROV_CAP_START, NULL };
static const struct change start_ipv6 = { "start", MEIPROV_CAP_START_IPV6, NULL };
static const struct change stop_change = { "stop", MEIPROV_CAP_STOP, NULL };

static long now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (long)ts.tv_sec;
}

/* Every second at first, every five later. */
static unsigned int pause_s(long waited)
{
	return waited < 15 ? 1 : 5;
}

/* A line that renews itself on a terminal; elsewhere one when the reason
 * changes.
 */
static void progress(const struct meiprov_error *err, uint32_t *shown, long waited)
{
	const char *name = meiprov_fw_status_name(err->fw_status);
	bool terminal = isatty(STDERR_FILENO);

	if (!terminal && *shown == err->fw_status)
		return;
	fprintf(stderr, "%smeiprov: %s (0x%x), repeating; %ld s%s", terminal ? "\r" : "",
		name ? name : "", err->fw_status, waited, terminal ? " " : "\n");
	*shown = err->fw_status;
}

static void progress_end(uint32_t shown)
{
	if (shown && isatty(STDERR_FILENO))
		fputc('\n', stderr);
}

/* The time is up: that, and not the last refusal, is why it ended. */
static int wait_over(struct meiprov_error *err, long limit)
{
	char last[sizeof(err->why)];

	memcpy(last, err->why, sizeof(last));
	err->code = -ETIMEDOUT;
	snprintf(err->why, sizeof(err->why), "not ready after %ld s; at last %.200s", limit, last);
	return -ETIMEDOUT;
}

static int start(struct meiprov_device *dev, bool ipv6, long limit, struct meiprov_error *err)
{
	long begin = now();
	uint32_t shown = 0;
	int ret;

	while ((ret = meiprov_start(dev, ipv6, err)) && limit && meiprov_start_retryable(err)) {
		long waited = now() - begin;

		if (waited >= limit) {
			ret = wait_over(err, limit);
			break;
		}
		progress(err, &shown, waited);
		sleep(pause_s(waited));
	}
	progress_end(shown);
	return ret;
}

/* --wait has its value behind "=" only, so that it can go without. */
static int parse(struct cli *cli, bool *ipv6, long *limit, bool *dry_run)
{
	static const char wait_is[] = "--wait=";
	unsigned long n = WAIT_DEFAULT_S;

	for (; cli->argc; cli->argc--, cli->argv++) {
		const char *arg = cli->argv[0];

		if (!strcmp(arg, "--ipv6")) {
			*ipv6 = true;
		} else if (!strcmp(arg, "--dry-run")) {
			*dry_run = true;
		} else if (!strcmp(arg, "--wait")) {
			*limit = WAIT_DEFAULT_S;
		} else if (!strncmp(arg, wait_is, sizeof(wait_is) - 1)) {
			if (!cli_number(arg + sizeof(wait_is) - 1, WAIT_MAX_S, &n) || !n)
				return cli_usage(cli, "--wait takes 1 to %d seconds", WAIT_MAX_S);
			*limit = (long)n;
		} else {
			return cli_no_arguments(cli) ? 0 : EXIT_USAGE;
		}
	}
	return 0;
}

int cmd_start(struct cli *cli)
{
	struct meiprov_error err = { 0 };
	struct meiprov_device *dev;
	bool ipv6 = false, dry_run = false;
	long limit = 0;
	int ret;

	ret = parse(cli, &ipv6, &limit, &dry_run);
	if (ret)
		return ret;
	if (dry_run)
		return change_forecast(cli, ipv6 ? &start_ipv6 : &start_plain);
	ret = cli_open(cli, true, &dev, &err);
	if (!ret)
		ret = start(dev, ipv6, limit, &err);
	meiprov_device_close(dev);
	if (ret)
		return cli_fail(cli, &err);
	cli->output->done(stdout, "start", "configuration runs: the ME says Hello to its server");
	return EXIT_DONE;
}

int cmd_stop(struct cli *cli)
{
	struct meiprov_error err = { 0 };
	struct change_options options = { 0 };
	struct meiprov_device *dev;
	int ret;

	if (change_options(cli, &stop_change, &options))
		return EXIT_USAGE;
	if (options.dry_run)
		return change_forecast(cli, &stop_change);
	ret = cli_open(cli, true, &dev, &err);
	if (!ret)
		ret = meiprov_stop(dev, &err);
	meiprov_device_close(dev);
	if (ret)
		return cli_fail(cli, &err);
	cli->output->done(stdout, "stop", "configuration is stopped");
	return EXIT_DONE;
}
