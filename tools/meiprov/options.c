// SPDX-License-Identifier: GPL-2.0-or-later
/* What stands before the command. */
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "cli.h"

#define TIMEOUT_MAX_MS 600000

static int set_device(struct cli *cli, const char *text)
{
	unsigned long n;

	if (strchr(text, ':')) {
		cli->parent = text;
		return 0;
	}
	if (!cli_number(text, 999999, &n))
		return cli_usage(
			cli, "--device takes the N of /dev/meiprovN or a PCI address, not \"%s\"",
			text);
	cli->index = (int)n;
	return 0;
}

static int set_timeout(struct cli *cli, const char *text)
{
	unsigned long n;

	if (!cli_number(text, TIMEOUT_MAX_MS, &n) || !n)
		return cli_usage(cli, "--timeout takes 1 to %d milliseconds, not \"%s\"",
				 TIMEOUT_MAX_MS, text);
	cli->timeout_ms = (unsigned int)n;
	return 0;
}

/* Options before the command; -1 when none is left, else an exit status. */
static int global_options(struct cli *cli)
{
	const char *value;
	int found, ret = 0;

	while (cli->argc && !ret) {
		if (cli_option(cli, "--help", NULL) || cli_option(cli, "-h", NULL))
			return cli_help();
		if (cli_option(cli, "--version", NULL))
			return cmd_version(cli);
		if (cli_option(cli, "--json", NULL)) {
			cli->output = &output_json;
		} else if (cli_option(cli, "--dump", NULL)) {
			cli->output = &output_dump;
		} else if (cli_option(cli, "--non-interactive", NULL)) {
			cli->ask_nobody = true;
		} else if ((found = cli_option(cli, "--device", &value))) {
			ret = found < 0 ? EXIT_USAGE : set_device(cli, value);
		} else if ((found = cli_option(cli, "--transport", &cli->transport))) {
			ret = found < 0 ? EXIT_USAGE : 0;
		} else if ((found = cli_option(cli, "--timeout", &value))) {
			ret = found < 0 ? EXIT_USAGE : set_timeout(cli, value);
		} else {
			return -1;
		}
	}
	return ret ? ret : -1;
}

/* A password passes through: no core file, no look from outside. */
static void keep_secrets(void)
{
	struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

int cli_main(int argc, char **argv)
{
	struct cli cli = { .index = -1,
			   .output = &output_plain,
			   .argc = argc - 1,
			   .argv = (const char **)argv + 1 };
	int ret;

	keep_secrets();
	ret = global_options(&cli);
	if (ret >= 0)
		return ret;
	ret = cli_dispatch(&cli);
	if (fflush(stdout) || ferror(stdout)) {
		perror("meiprov: writing the answer");
		return EXIT_FAILED;
	}
	return ret;
}
