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

int cli_not_offered(struct cli *cli)
{
	const struct not_offered *it = cli->command->not_offered;
	struct meiprov_error err = { .code = -EOPNOTSUPP };
	char words[64];
	const struct change change = { words, it->capability, NULL };

	cli_words(cli->command, words, sizeof(words));
	if (is_dry(cli))
		return change_forecast(cli, &change);
	snprintf(err.doing, sizeof(err.doing), "%s", it->doing);
	snprintf(err.why, sizeof(err.why),
		 "not offered to the host by this firmware, nor by any other (amthi.md 3)");
	snprintf(err.next, sizeof(err.next),
		 "meiprov %s ... --remote HOST with the password of AMT's administrator; %s", words,
		 it->ways);
	return cli_fail(cli, &err);
}
