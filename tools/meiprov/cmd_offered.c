// SPDX-License-Identifier: GPL-2.0-or-later
/* What firmware offers over the network and not to the host it is in. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "change.h"

static bool is_dry(const struct cli *cli)
{
	for (int i = 0; i < cli->argc; i++)
		if (!strcmp(cli->argv[i], "--dry-run"))
			return true;
	return false;
}

/* Of @change and the ways that work; nothing is asked of the ME. */
static int not_offered(struct cli *cli, const struct change *change, const char *doing,
		       const char *ways)
{
	struct meiprov_error err = { .code = -EOPNOTSUPP };

	if (is_dry(cli))
		return change_forecast(cli, change);
	snprintf(err.doing, sizeof(err.doing), "%s", doing);
	snprintf(err.why, sizeof(err.why),
		 "not offered to the host by this firmware, nor by any other (amthi.md 3)");
	snprintf(err.next, sizeof(err.next),
		 "meiprov %s ... --remote HOST with the password of AMT's administrator; %s",
		 change->name, ways);
	return cli_fail(cli, &err);
}

#define SLOT_WAYS "or MEBx (up to AMT 15), or a USB key with Setup.bin"

int cmd_hash_add(struct cli *cli)
{
	static const struct change change = { "hash add", MEIPROV_CAP_HASH_WRITE, NULL };

	return not_offered(cli, &change, "adding a certificate hash", SLOT_WAYS);
}

int cmd_hash_enable(struct cli *cli)
{
	static const struct change change = { "hash enable", MEIPROV_CAP_HASH_WRITE, NULL };

	return not_offered(cli, &change, "enabling a certificate hash", SLOT_WAYS);
}

int cmd_hash_disable(struct cli *cli)
{
	static const struct change change = { "hash disable", MEIPROV_CAP_HASH_WRITE, NULL };

	return not_offered(cli, &change, "disabling a certificate hash", SLOT_WAYS);
}

int cmd_hash_delete(struct cli *cli)
{
	static const struct change change = { "hash delete", MEIPROV_CAP_HASH_WRITE, NULL };

	return not_offered(cli, &change, "deleting a certificate hash", SLOT_WAYS);
}

int cmd_ztc_enable(struct cli *cli)
{
	static const struct change change = { "ztc enable", MEIPROV_CAP_ZTC_ENABLE, NULL };

	return not_offered(cli, &change, "enabling zero touch configuration", "or MEBx");
}
