// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include "cli.h"

int cmd_caps(struct cli *cli)
{
	struct meiprov_capability caps[MEIPROV_CAPABILITIES];
	struct meiprov_situation situation;
	struct meiprov_error err = { 0 };
	struct meiprov_device *dev;
	int ret;

	if (!cli_no_arguments(cli))
		return EXIT_USAGE;
	ret = cli_open(cli, false, &dev, &err);
	if (!ret)
		ret = meiprov_situation_get(dev, &situation, &err);
	meiprov_device_close(dev);
	if (ret)
		return cli_fail(cli, &err);
	for (int id = 0; id < MEIPROV_CAPABILITIES; id++)
		meiprov_capability_get(&situation, id, &caps[id]);
	cli->output->caps(stdout, caps, MEIPROV_CAPABILITIES);
	return EXIT_DONE;
}

int cmd_ehbc_get(struct cli *cli)
{
	struct meiprov_error err = { 0 };
	struct meiprov_device *dev;
	bool enabled;
	int ret;

	if (!cli_no_arguments(cli))
		return EXIT_USAGE;
	ret = cli_open(cli, false, &dev, &err);
	if (!ret)
		ret = meiprov_ehbc_get(dev, &enabled, &err);
	meiprov_device_close(dev);
	if (ret)
		return cli_fail(cli, &err);
	cli->output->ehbc(stdout, enabled);
	return EXIT_DONE;
}
