// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "pem.h"

struct wanted {
	const char *chain;
	const char *server;
	bool all;
};

static int parse(struct cli *cli, struct wanted *wanted)
{
	int found;

	do {
		found = cli_option(cli, "--chain", &wanted->chain);
		if (!found)
			found = cli_option(cli, "--server", &wanted->server);
		if (!found && cli_option(cli, "--all", NULL))
			found = wanted->all = true;
		if (found < 0)
			return EXIT_USAGE;
	} while (found);
	return cli_no_arguments(cli) ? 0 : EXIT_USAGE;
}

static int exit_by(enum meiprov_severity worst)
{
	static const int statuses[] = {
		[MEIPROV_OK] = EXIT_DONE,	  [MEIPROV_NOTE] = EXIT_DONE,
		[MEIPROV_DOUBT] = EXIT_DOUBT,	  [MEIPROV_WARNING] = EXIT_WARNING,
		[MEIPROV_FAILURE] = EXIT_FINDING,
	};

	return statuses[worst];
}

static int run(const struct cli *cli, const struct wanted *wanted, struct meiprov_chain *chain)
{
	const struct meiprov_open how = cli_how(cli, false);
	const struct meiprov_check_options options = {
		.size = sizeof(options),
		.how = &how,
		.chain = chain,
		.server = wanted->server,
		.timeout_ms = cli->timeout_ms,
	};
	struct meiprov_check *check;
	int ret = meiprov_check_run(&options, &check);

	if (ret) {
		fprintf(stderr, "meiprov: looking at the preconditions: %s\n", strerror(-ret));
		return EXIT_FAILED;
	}
	cli->output->check(stdout, check, wanted->all);
	ret = exit_by(meiprov_check_worst(check));
	meiprov_check_free(check);
	return ret;
}

int cmd_check(struct cli *cli)
{
	struct meiprov_chain *chain = NULL;
	struct wanted wanted = { 0 };
	int ret = parse(cli, &wanted);

	if (ret)
		return ret;
	if (wanted.chain)
		ret = pem_chain(cli, wanted.chain, &chain);
	if (ret)
		return ret;
	ret = run(cli, &wanted, chain);
	meiprov_chain_free(chain);
	return ret;
}
