// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "change.h"
#include "pem.h"

#define WAIT_DEFAULT_S	 600
#define FOLLOW_DEFAULT_S 21600 /* a window */
#define SECONDS_MAX	 86400
#define DOMAINS_MAX	 64

/**
 * struct start - the command line of start
 * @chain: --host-based, or NULL
 * @wait_s, @follow_s: 0: not asked for
 */
struct start {
	const char *chain;
	const char *domains[DOMAINS_MAX + 1];
	size_t domain_count;
	unsigned int wait_s;
	unsigned int follow_s;
	bool sha384;
	bool host_vpn;
	bool ipv6;
	bool dry_run;
};

static const struct change start_plain = { "start", MEIPROV_CAP_START, NULL };
static const struct change start_ipv6 = { "start", MEIPROV_CAP_START_IPV6, NULL };
static const struct change start_host = { "start", MEIPROV_CAP_START_HOST_BASED, NULL };
static const struct change stop_change = { "stop", MEIPROV_CAP_STOP, NULL };

/* --- progress: a line that renews itself on a terminal; elsewhere one when the
 * reason changes
 */

struct progress {
	uint32_t shown; /* status in the line */
	bool open;	/* the line has no end yet */
};

static void progress_end(struct progress *p)
{
	if (p->open)
		fputc('\n', stderr);
	p->open = false;
}

static void not_ready(struct progress *p, const struct meiprov_progress *step)
{
	const char *name = meiprov_fw_status_name(step->error->fw_status);
	bool terminal = isatty(STDERR_FILENO);

	if (!terminal && p->shown == step->error->fw_status)
		return;
	fprintf(stderr, "%smeiprov: %s (0x%x), repeating; %lu s%s", terminal ? "\r" : "",
		name ? name : "", step->error->fw_status, (unsigned long)(step->elapsed_ms / 1000),
		terminal ? " " : "\n");
	p->shown = step->error->fw_status;
	p->open = terminal;
}

static bool progress(void *ctx, const struct meiprov_progress *step)
{
	struct progress *p = ctx;
	unsigned long s = (unsigned long)(step->elapsed_ms / 1000);

	if (step->type == MEIPROV_PROGRESS_NOT_READY) {
		not_ready(p, step);
		return true;
	}
	progress_end(p);
	if (step->type == MEIPROV_PROGRESS_STATE)
		fprintf(stderr, "meiprov: state %s, control mode %s; %lu s\n",
			meiprov_state_name(step->state->provisioning),
			meiprov_control_name(step->state->control), s);
	if (step->type == MEIPROV_PROGRESS_TROUBLE)
		fprintf(stderr, "meiprov: %s: %s; reading it again; %lu s\n", step->error->doing,
			step->error->why, s);
	return true;
}

/* --- the command line --- */

/* NAME or NAME=SECONDS, behind "=" only, so that it can go without. 1 taken, 0 another
 * option, -1 wrong.
 */
static int seconds_option(struct cli *cli, const char *name, unsigned int standard,
			  unsigned int *seconds)
{
	size_t len = strlen(name);
	unsigned long n = standard;

	if (strncmp(cli->argv[0], name, len) || (cli->argv[0][len] && cli->argv[0][len] != '='))
		return 0;
	if (cli->argv[0][len] && (!cli_number(cli->argv[0] + len + 1, SECONDS_MAX, &n) || !n)) {
		cli_usage(cli, "%s takes 1 to %d seconds", name, SECONDS_MAX);
		return -1;
	}
	*seconds = (unsigned int)n;
	cli->argc--;
	cli->argv++;
	return 1;
}

static int switch_option(struct cli *cli, struct start *start)
{
	const struct {
		const char *name;
		bool *set;
	} rows[] = { { "--ipv6", &start->ipv6 },
		     { "--dry-run", &start->dry_run },
		     { "--sha384", &start->sha384 },
		     { "--host-vpn", &start->host_vpn } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!cli_option(cli, rows[i].name, NULL))
			continue;
		*rows[i].set = true;
		return 1;
	}
	return 0;
}

static int text_option(struct cli *cli, struct start *start)
{
	const char *domain;
	int ret = cli_option(cli, "--host-based", &start->chain);

	if (ret)
		return ret;
	ret = cli_option(cli, "--domain", &domain);
	if (ret <= 0)
		return ret;
	if (start->domain_count == DOMAINS_MAX) {
		cli_usage(cli, "at most %d times --domain", DOMAINS_MAX);
		return -1;
	}
	start->domains[start->domain_count++] = domain;
	return 1;
}

static int start_option(struct cli *cli, struct start *start)
{
	int ret = seconds_option(cli, "--wait", WAIT_DEFAULT_S, &start->wait_s);

	if (!ret)
		ret = seconds_option(cli, "--follow", FOLLOW_DEFAULT_S, &start->follow_s);
	if (!ret)
		ret = switch_option(cli, start);
	return ret ? ret : text_option(cli, start);
}

static int parse(struct cli *cli, struct start *start)
{
	while (cli->argc) {
		int ret = start_option(cli, start);

		if (ret < 0 || (!ret && !cli_no_arguments(cli)))
			return EXIT_USAGE;
	}
	if (start->chain && start->ipv6)
		return cli_usage(cli, "a host-based start opens no interface: no --ipv6");
	if (!start->chain && (start->sha384 || start->host_vpn || start->domain_count))
		return cli_usage(cli, "this belongs with --host-based");
	return 0;
}

/* --- start --- */

static int make(const struct start *start, struct meiprov_device *dev,
		const struct meiprov_host_based *pin, struct progress *shown,
		struct meiprov_configuration **out, struct meiprov_error *err)
{
	const struct meiprov_configuration_options options = {
		.size = sizeof(options),
		.kind = pin	    ? MEIPROV_START_HOST_BASED :
			start->ipv6 ? MEIPROV_START_REMOTE_IPV6 :
				      MEIPROV_START_REMOTE,
		.host_based = pin,
		.progress = progress,
		.progress_ctx = shown,
	};

	return meiprov_configuration_new(dev, &options, out, err);
}

static int run(const struct start *start, struct meiprov_configuration *configuration,
	       struct meiprov_error *err)
{
	int ret = meiprov_configuration_start(configuration, start->wait_s * 1000, err);

	if (!ret && start->follow_s)
		ret = meiprov_configuration_follow(configuration, start->follow_s * 1000, err);
	return ret;
}

/* @pin: NULL but for a host-based start. */
static int start_device(const struct cli *cli, const struct start *start,
			const struct meiprov_host_based *pin)
{
	struct meiprov_configuration *configuration = NULL;
	struct meiprov_error err = { 0 };
	struct progress shown = { 0 };
	struct meiprov_device *dev;
	int ret = cli_open(cli, true, &dev, &err);

	if (!ret)
		ret = make(start, dev, pin, &shown, &configuration, &err);
	if (!ret)
		ret = run(start, configuration, &err);
	progress_end(&shown);
	if (!ret)
		cli->output->started(stdout, start->follow_s,
				     meiprov_configuration_certificate(configuration));
	meiprov_configuration_free(configuration);
	meiprov_device_close(dev);
	return ret ? cli_fail(cli, &err) : EXIT_DONE;
}

static int start_host_based(const struct cli *cli, const struct start *start)
{
	struct meiprov_host_based pin = {
		.algorithm = start->sha384 ? MEIPROV_HASH_SHA384 : MEIPROV_HASH_SHA256,
		.host_vpn = start->host_vpn,
		.suffixes = start->domains,
	};
	struct meiprov_chain *chain;
	int ret = pem_chain(cli, start->chain, &chain);

	if (ret)
		return ret;
	meiprov_chain_digest(chain, 0, pin.algorithm, pin.digest);
	meiprov_chain_free(chain);
	return start_device(cli, start, &pin);
}

int cmd_start(struct cli *cli)
{
	struct start start = { 0 };
	int ret = parse(cli, &start);

	if (ret)
		return ret;
	if (start.dry_run)
		return change_forecast(cli, start.chain ? &start_host :
					    start.ipv6	? &start_ipv6 :
							  &start_plain);
	return start.chain ? start_host_based(cli, &start) : start_device(cli, &start, NULL);
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
