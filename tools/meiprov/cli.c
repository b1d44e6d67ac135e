// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

int cli_open(const struct cli *cli, bool writable, struct meiprov_device **dev,
	     struct meiprov_error *err)
{
	int ret = meiprov_device_open(cli->index, writable, dev, err);

	if (!ret)
		meiprov_device_set_timeout(*dev, cli->timeout_ms);
	return ret;
}

int cli_fail(const struct cli *cli, const struct meiprov_error *err)
{
	cli->output->error(stdout, stderr, err);
	return exit_status(err);
}

int cli_usage(const struct cli *cli, const char *format, ...)
{
	const struct command_row *row = cli->command;
	va_list args;

	fputs("meiprov: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	if (row)
		fprintf(stderr, "  next: meiprov %s%s%s --help\n", row->words[0],
			row->words[1] ? " " : "", row->words[1] ? row->words[1] : "");
	else
		fputs("  next: meiprov --help\n", stderr);
	return EXIT_USAGE;
}

bool cli_no_arguments(const struct cli *cli)
{
	if (!cli->argc)
		return true;
	cli_usage(cli, "\"%s\" is not understood here", cli->argv[0]);
	return false;
}

static void shift(struct cli *cli)
{
	cli->argc--;
	cli->argv++;
}

int cli_option(struct cli *cli, const char *name, const char **value)
{
	size_t len = strlen(name);

	if (!cli->argc || strncmp(cli->argv[0], name, len))
		return 0;
	if (value && cli->argv[0][len] == '=') {
		*value = cli->argv[0] + len + 1;
		shift(cli);
		return 1;
	}
	if (cli->argv[0][len])
		return 0;
	shift(cli);
	if (!value)
		return 1;
	if (!cli->argc) {
		cli_usage(cli, "%s lacks its value", name);
		return -1;
	}
	*value = cli->argv[0];
	shift(cli);
	return 1;
}

bool cli_number(const char *text, unsigned long max, unsigned long *out)
{
	if (!*text || text[strspn(text, "0123456789")])
		return false;
	errno = 0;
	*out = strtoul(text, NULL, 10);
	return !errno && *out <= max;
}
