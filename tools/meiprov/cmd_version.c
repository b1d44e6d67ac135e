// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include "cli.h"

int cmd_version(struct cli *cli)
{
	if (cli->command && !cli_no_arguments(cli))
		return EXIT_USAGE;
	cli->output->version(stdout, MEIPROV_VERSION);
	return EXIT_DONE;
}
