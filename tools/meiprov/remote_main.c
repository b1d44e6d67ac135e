// SPDX-License-Identifier: GPL-2.0-or-later
/* meiprov-remote: commands of meiprov that go to another machine's AMT by WS-Man. */
#include <stdio.h>

#include "remote.h"

#define SUMMARY "what meiprov's command of that name does, by --remote HOST"

const struct command_row command_rows[] = {
	{ { "info" }, "", SUMMARY, "", remote_info, true },
	{ { "state" }, "", SUMMARY, "", remote_state, true },
	{ { "ztc", "get" }, "", SUMMARY, "", remote_ztc_get, true },
	{ { "ztc", "enable" }, "", SUMMARY, "", remote_ztc_enable, true },
	{ { "ztc", "disable" }, "", SUMMARY, "", remote_ztc_disable, true },
	{ { "hash", "list" }, "", SUMMARY, "", remote_hash_list, true },
	{ { "hash", "add" }, "", SUMMARY, "", remote_hash_add, true },
	{ { "hash", "enable" }, "", SUMMARY, "", remote_hash_enable, true },
	{ { "hash", "disable" }, "", SUMMARY, "", remote_hash_disable, true },
	{ { "hash", "delete" }, "", SUMMARY, "", remote_hash_delete, true },
};

const size_t command_count = sizeof(command_rows) / sizeof(command_rows[0]);

int cli_remote(struct cli *cli)
{
	return cli->command->run(cli);
}

static int help(void)
{
	puts("meiprov-remote runs commands of meiprov that have --remote HOST.\n"
	     "  next: meiprov --help");
	return EXIT_DONE;
}

int main(int argc, char **argv)
{
	return cli_main(argc, argv, help);
}
