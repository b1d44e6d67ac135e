// SPDX-License-Identifier: GPL-2.0-or-later
/* The commands that change nothing. */
#include <stdio.h>

#include "cli.h"

int cmd_state(struct cli *cli)
{
	struct meiprov_error err = { 0 };
	struct meiprov_device *dev;
	struct meiprov_state state;
	int ret;

	if (!cli_no_arguments(cli))
		return EXIT_USAGE;
	ret = cli_open(cli, false, &dev, &err);
	if (!ret)
		ret = meiprov_state_get(dev, &state, &err);
	meiprov_device_close(dev);
	if (ret)
		return cli_fail(cli, &err);
	cli->output->state(stdout, &state);
	return EXIT_DONE;
}

int cmd_ztc_get(struct cli *cli)
{
	struct meiprov_error err = { 0 };
	struct meiprov_device *dev;
	bool enabled;
	int ret;

	if (!cli_no_arguments(cli))
		return EXIT_USAGE;
	ret = cli_open(cli, false, &dev, &err);
	if (!ret)
		ret = meiprov_ztc_get(dev, &enabled, &err);
	meiprov_device_close(dev);
	if (ret)
		return cli_fail(cli, &err);
	cli->output->ztc(stdout, enabled);
	return EXIT_DONE;
}
