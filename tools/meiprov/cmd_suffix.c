// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>

#include "change.h"

static const struct change set = {
	"suffix set", MEIPROV_CAP_SUFFIX_SET,
	"  - the comparison of servers with the network the ME is in: from then on only\n"
	"    this name counts, also after unprovisioning\n"
};

int cmd_suffix_get(struct cli *cli)
{
	char suffix[MEIPROV_SUFFIX_SIZE];
	struct meiprov_error err = { 0 };
	struct meiprov_device *dev;
	int ret;

	if (!cli_no_arguments(cli))
		return EXIT_USAGE;
	ret = cli_open(cli, false, &dev, &err);
	if (!ret)
		ret = meiprov_suffix_get(dev, suffix, &err);
	meiprov_device_close(dev);
	if (ret)
		return cli_fail(cli, &err);
	cli->output->suffix(stdout, suffix);
	return EXIT_DONE;
}

int cmd_suffix_list(struct cli *cli)
{
	struct meiprov_error err = { 0 };
	struct meiprov_device *dev;
	char *names = NULL;
	int ret;

	if (!cli_no_arguments(cli))
		return EXIT_USAGE;
	ret = cli_open(cli, false, &dev, &err);
	if (!ret)
		ret = meiprov_suffix_list(dev, &names, &err);
	meiprov_device_close(dev);
	if (ret)
		return cli_fail(cli, &err);
	cli->output->suffixes(stdout, names);
	free(names);
	return EXIT_DONE;
}

static int set_suffix(const struct cli *cli, const char *name)
{
	struct meiprov_error err = { 0 };
	struct meiprov_device *dev;
	int ret = cli_open(cli, true, &dev, &err);

	if (!ret)
		ret = meiprov_suffix_set(dev, name, &err);
	meiprov_device_close(dev);
	if (ret)
		return cli_fail(cli, &err);
	cli->output->done(stdout, set.name, "the trusted suffix is set");
	return EXIT_DONE;
}

int cmd_suffix_set(struct cli *cli)
{
	struct change_options options = { 0 };
	const char *name = NULL;

	while (cli->argc) {
		if (change_option(cli, &set, &options))
			continue;
		if (name || cli->argv[0][0] == '-')
			return cli_no_arguments(cli) ? EXIT_DONE : EXIT_USAGE;
		name = cli->argv[0];
		cli->argc--;
		cli->argv++;
	}
	if (!name)
		return cli_usage(cli, "the name is missing");
	if (options.dry_run)
		return change_forecast(cli, &set);
	return change_confirmed(cli, &set, &options) ? set_suffix(cli, name) : EXIT_USAGE;
}
