// SPDX-License-Identifier: GPL-2.0-or-later
/* From the words on the command line to the command. */
#include <stdio.h>
#include <string.h>

#include "cli.h"

static const char remote_help[] =
	"\nOver the network, of another machine whose AMT is configured:\n"
	"  --remote HOST              its name or address\n"
	"  --port N                   16993 if not said otherwise\n"
	"  --user NAME                admin if not said otherwise\n"
	"  --password-fd N, --password-file FILE, --password-credential NAME\n"
	"                             where the password is; without them it is asked for\n"
	"  --ca FILE                  CAs that may vouch for it, in place of the system's\n"
	"  --pin SHA256               take just this certificate\n"
	"  --insecure                 take any certificate\n"
	"  --plain                    without TLS, port 16992: others can read and change it\n";

static int command_help(const struct command_row *row)
{
	char words[64];

	cli_words(row, words, sizeof(words));
	printf("Usage: meiprov %s%s%s\n\nIt does: %s.\n", words, *row->arguments ? " " : "",
	       row->arguments, row->summary);
	if (*row->help)
		printf("\n%s", row->help);
	if (row->remote)
		fputs(remote_help, stdout);
	return EXIT_DONE;
}

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

static bool wants_remote(const struct cli *cli)
{
	static const char option[] = "--remote";

	for (int i = 0; i < cli->argc; i++)
		if (!strncmp(cli->argv[i], option, sizeof(option) - 1) &&
		    strchr("=", cli->argv[i][sizeof(option) - 1]))
			return true;
	return false;
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
		return command_help(cli->command);
	if (!wants_remote(cli))
		return cli->command->run(cli);
	if (!cli->command->remote)
		return cli_usage(cli, "this command has no --remote");
	if (cli->transport || cli->record || cli->index >= 0)
		return cli_usage(cli, "--remote is another way than the one given");
	return cli_remote(cli);
}
