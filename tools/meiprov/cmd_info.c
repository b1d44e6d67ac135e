// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include "cli.h"
#include "persona.h"

static int write_info(const struct cli *cli, struct meiprov_device *dev, bool full,
		      struct meiprov_error *err)
{
	struct meiprov_info info;
	int ret = meiprov_info_get(dev, &info, err);

	if (!ret)
		cli->output->info(stdout, &info, full);
	return ret;
}

int cmd_info(struct cli *cli)
{
	struct meiprov_error err = { 0 };
	bool full = cli_option(cli, "--full", NULL);
	bool persona = !full && cli_option(cli, "--persona", NULL);
	struct meiprov_device *dev;
	int ret;

	if (!cli_no_arguments(cli))
		return EXIT_USAGE;
	ret = cli_open(cli, false, &dev, &err);
	if (!ret)
		ret = persona ? persona_write(dev, stdout, stderr, &err) :
				write_info(cli, dev, full, &err);
	meiprov_device_close(dev);
	return ret ? cli_fail(cli, &err) : EXIT_DONE;
}
