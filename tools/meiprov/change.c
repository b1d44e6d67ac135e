// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include "change.h"

int change_option(struct cli *cli, const struct change *change, struct change_options *options)
{
	if (cli_option(cli, "--dry-run", NULL))
		options->dry_run = true;
	else if (change->loses && cli_option(cli, "--yes", NULL))
		options->yes = true;
	else
		return 0;
	return 1;
}

int change_options(struct cli *cli, const struct change *change, struct change_options *options)
{
	while (change_option(cli, change, options))
		;
	return cli_no_arguments(cli) ? 0 : EXIT_USAGE;
}

int change_forecast(const struct cli *cli, const struct change *change)
{
	struct meiprov_situation situation;
	struct meiprov_capability capability;
	struct meiprov_error err = { 0 };
	struct meiprov_device *dev;
	int ret = cli_open(cli, false, &dev, &err);

	if (!ret)
		ret = meiprov_situation_get(dev, &situation, &err);
	meiprov_device_close(dev);
	if (ret)
		return cli_fail(cli, &err);
	meiprov_capability_get(&situation, change->capability, &capability);
	cli->output->forecast(stdout, change->name, &capability, change->loses);
	return capability.verdict == MEIPROV_NO ? EXIT_REFUSED : EXIT_DONE;
}

bool change_confirmed(const struct cli *cli, const struct change *change,
		      const struct change_options *options)
{
	if (!change->loses || options->yes)
		return true;
	fprintf(stderr, "meiprov: %s: this cannot be undone:\n%s", change->name, change->loses);
	fputs("  next: --dry-run says whether the firmware would take it, --yes does it\n", stderr);
	return false;
}
