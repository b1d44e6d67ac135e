// SPDX-License-Identifier: GPL-2.0-or-later
/* From the words on the command line to the command. */
#include <string.h>

#include "cli.h"

/* The row whose words stand at the front; they are taken off. */
static const struct command_row *find_command(struct cli *cli)
{
	for (size_t i = 0; i < command_count; i++) {
		const struct command_row *row = &command_rows[i];
		int words = row->words[1] ? 2 : 1;

		if (cli->argc < words || strcmp(cli->argv[0], row->words[0]) ||
		    (words == 2 && strcmp(cli->argv[1], row->words[1])))
			continue;
		cli->argc -= words;
		cli->argv += words;
		return row;
	}
	return NULL;
}

static int unknown_command(struct cli *cli)
{
	for (size_t i = 0; i < command_count; i++)
		if (command_rows[i].words[1] && !strcmp(cli->argv[0], command_rows[i].words[0]))
			return cli_usage(cli, "\"%s\" needs a second word, such as \"%s\"",
					 cli->argv[0], command_rows[i].words[1]);
	return cli_usage(cli, "there is no command \"%s\"", cli->argv[0]);
}

/* --json, --dump and --help are understood behind the command as well. */
static bool late_options(struct cli *cli)
{
	int kept = 0;
	bool wants_help = false;

	for (int i = 0; i < cli->argc; i++) {
		if (!strcmp(cli->argv[i], "--json"))
			cli->output = &output_json;
		else if (!strcmp(cli->argv[i], "--dump"))
			cli->output = &output_dump;
		else if (!strcmp(cli->argv[i], "--help") || !strcmp(cli->argv[i], "-h"))
			wants_help = true;
		else
			cli->argv[kept++] = cli->argv[i];
	}
	cli->argc = kept;
	return wants_help;
}

/* Is @option among the arguments, with a value or before one? */
static bool is_given(const struct cli *cli, const char *option)
{
	size_t len = strlen(option);

	for (int i = 0; i < cli->argc; i++)
		if (!strncmp(cli->argv[i], option, len) && strchr("=", cli->argv[i][len]))
			return true;
	return false;
}

static int run_local(struct cli *cli)
{
	const struct command_row *row = cli->command;

	if (!row->local)
		return cli_not_offered(cli);
	for (size_t i = 1; row->remote && cli_remote_options[i]; i++)
		if (is_given(cli, cli_remote_options[i]))
			return cli_usage(cli, "%s goes with --remote HOST", cli_remote_options[i]);
	return row->local(cli);
}

static int run_remote(struct cli *cli)
{
	const struct command_row *row = cli->command;
	const char *way = cli->transport		 ? "--transport" :
			  cli->parent || cli->index >= 0 ? "--device" :
							   NULL;

	if (!row->remote)
		return cli_usage(cli, "this command has no --remote");
	if (way)
		return cli_usage(cli, "%s is a way to this machine's ME, --remote another", way);
	if (row->local_only && is_given(cli, row->local_only))
		return cli_usage(cli, "%s is for this machine's ME, not for --remote",
				 row->local_only);
	return row->remote(cli);
}

int cli_dispatch(struct cli *cli)
{
	cli->command = NULL;
	if (!cli->argc)
		return cli_usage(cli, "a command is missing");
	if (cli->argv[0][0] == '-')
		return cli_usage(cli, "there is no option \"%s\"", cli->argv[0]);
	cli->command = find_command(cli);
	if (!cli->command)
		return unknown_command(cli);
	if (late_options(cli))
		return cli_command_help(cli->command);
	return is_given(cli, cli_remote_options[0]) ? run_remote(cli) : run_local(cli);
}
