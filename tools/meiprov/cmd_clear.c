// SPDX-License-Identifier: GPL-2.0-or-later
/* The commands that take something away for good. */
#include <stdio.h>
#include <string.h>

#include "change.h"

struct clear {
	struct change change;
	int (*run)(struct meiprov_device *dev, struct meiprov_error *err);
	const char *done;
};

static const struct clear ztc = {
	.change = { "ztc disable", MEIPROV_CAP_ZTC_DISABLE,
		    "  - remote configuration: no host can switch it on again, only a person in\n"
		    "    MEBx or an administrator over the network\n" },
	.run = meiprov_ztc_disable,
	.done = "zero touch configuration is off",
};

static const struct clear unprovision = {
	.change = { "unprovision", MEIPROV_CAP_UNPROVISION,
		    "  - the configuration of AMT: its accounts, certificates, keys and rules\n"
		    "  - hashes of certificates that were added to those of the firmware\n"
		    "  - remote management of this machine, until it is configured anew\n" },
	.run = meiprov_unprovision,
	.done = "AMT is unprovisioned",
};

static const struct clear ehbc = {
	.change = { "ehbc disable", MEIPROV_CAP_EHBC_DISABLE,
		    "  - embedded host-based configuration: only the maker of the machine can\n"
		    "    switch it on again\n" },
	.run = meiprov_ehbc_disable,
	.done = "embedded host-based configuration is off",
};

static const struct clear everything = {
	.change = { "disable-clear", MEIPROV_CAP_DISABLE_CLEAR,
		    "  - AMT itself: it is disabled until a person switches it on in the BIOS setup\n"
		    "  - what AMT knows: added hashes, the trusted suffix, a one-time password\n" },
	.run = meiprov_disable_clear,
	.done = "AMT is disabled and cleared",
};

static int run(const struct cli *cli, const struct clear *clear)
{
	struct meiprov_error err = { 0 };
	struct meiprov_device *dev;
	int ret = cli_open(cli, true, &dev, &err);

	if (!ret)
		ret = clear->run(dev, &err);
	meiprov_device_close(dev);
	if (ret)
		return cli_fail(cli, &err);
	cli->output->done(stdout, clear->change.name, clear->done);
	return EXIT_DONE;
}

static int clear(struct cli *cli, const struct clear *clear)
{
	struct change_options options = { 0 };
	int ret = change_options(cli, &clear->change, &options);

	if (ret)
		return ret;
	if (options.dry_run)
		return change_forecast(cli, &clear->change);
	return change_confirmed(cli, &clear->change, &options) ? run(cli, clear) : EXIT_USAGE;
}

int cmd_ztc_disable(struct cli *cli)
{
	return clear(cli, &ztc);
}

int cmd_unprovision(struct cli *cli)
{
	return clear(cli, &unprovision);
}

int cmd_ehbc_disable(struct cli *cli)
{
	return clear(cli, &ehbc);
}

int cmd_disable_clear(struct cli *cli)
{
	return clear(cli, &everything);
}
