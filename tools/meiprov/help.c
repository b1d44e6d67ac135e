// SPDX-License-Identifier: GPL-2.0-or-later
/* Help, made from the table of commands. */
#include <stdio.h>
#include <string.h>

#include "cli.h"

#define LINE_SIZE 256

/* Where it works can be seen from --remote: not there, in brackets, or without them. */
static void usage_line(const struct command_row *row, char line[LINE_SIZE])
{
	const char *remote = !row->remote ? "" :
			     row->local	  ? " [--remote HOST ...]" :
					    " --remote HOST ...";
	char words[64];

	cli_words(row, words, sizeof(words));
	snprintf(line, LINE_SIZE, "%s%s%s%s", words, *row->arguments ? " " : "", row->arguments,
		 remote);
}

static void print_row(const struct command_row *row)
{
	char line[LINE_SIZE];

	usage_line(row, line);
	if (strlen(line) > 28)
		printf("  %s\n  %-28s %s\n", line, "", row->summary);
	else
		printf("  %-28s %s\n", line, row->summary);
}

int cli_help(void)
{
	puts("Usage: meiprov [--device N | --transport KIND] [--json | --dump] [--timeout MS] COMMAND ...\n\n"
	     "Remote configuration (ZTC) of Intel AMT, on this machine and with --remote on others.\n\nCommands:");
	for (size_t i = 0; i < command_count; i++)
		print_row(&command_rows[i]);
	puts("\nOptions:\n"
	     "  --device N|PCI               /dev/meiprovN, or the ME at 0000:00:16.0;\n"
	     "                               without it the only or first one\n"
	     "  --transport KIND             chardev, mei[:PATH], socket:PATH, replay:FILE;\n"
	     "                               without it the module's device, else /dev/meiN\n"
	     "  --remote HOST                another machine, over the network; only after\n"
	     "                               commands that have it\n"
	     "  --json                       one JSON object on standard output\n"
	     "  --dump                       lines of fields separated by tabs, for scripts\n"
	     "  --timeout MS                 deadline of each command to the ME, up to 600000\n"
	     "  --non-interactive            ask for no password; without one that was given, fail\n"
	     "  --help                       this, or after a command: more about it\n\n"
	     "Exit status:");
	for (int i = 0; exit_text(i); i++)
		printf("  %2d  %s\n", i, exit_text(i));
	puts("\nWhat changes the ME takes --dry-run; what cannot be undone wants --yes.");
	return EXIT_DONE;
}

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

int cli_command_help(const struct command_row *row)
{
	char line[LINE_SIZE];

	usage_line(row, line);
	printf("Usage: meiprov %s\n\nIt does: %s.\n", line, row->summary);
	if (*row->help)
		printf("\n%s", row->help);
	if (row->remote)
		fputs(remote_help, stdout);
	return EXIT_DONE;
}
