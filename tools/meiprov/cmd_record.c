// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "cli.h"

/* FILE [--]: taken off; the command is left. */
static const char *take_file(struct cli *cli)
{
	const char *file = cli->argc ? cli->argv[0] : NULL;
	int taken = cli->argc > 1 && !strcmp(cli->argv[1], "--") ? 2 : 1;

	if (!file || cli->argc == taken) {
		cli_usage(cli, "a file and a command are wanted");
		return NULL;
	}
	cli->argc -= taken;
	cli->argv += taken;
	return file;
}

int cmd_record(struct cli *cli)
{
	const char *file = take_file(cli);

	if (!file)
		return EXIT_USAGE;
	if (cli->record)
		return cli_usage(cli, "a record cannot be made of a record");
	cli->record = file;
	return cli_dispatch(cli);
}

int cmd_replay(struct cli *cli)
{
	const char *file = take_file(cli);
	char transport[4096];

	if (!file)
		return EXIT_USAGE;
	if (cli->transport)
		return cli_usage(cli, "--transport is another way than a record");
	if ((size_t)snprintf(transport, sizeof(transport), "replay:%s", file) >= sizeof(transport))
		return cli_usage(cli, "the file's name is too long");
	cli->transport = transport;
	return cli_dispatch(cli);
}
