// SPDX-License-Identifier: GPL-2.0-or-later
/* meiprov: remote configuration of Intel AMT on the machine it runs on. */
#include <stdio.h>
#include <string.h>

#include "cli.h"

static void print_row(const struct command_row *row)
{
	char words[64], line[160];

	cli_words(row, words, sizeof(words));
	snprintf(line, sizeof(line), "%s %s", words, row->arguments);
	if (strlen(line) > 28)
		printf("  %s\n  %-28s %s\n", line, "", row->summary);
	else
		printf("  %-28s %s\n", line, row->summary);
}

static int help(void)
{
	puts("Usage: meiprov [--device N | --transport KIND] [--json | --dump] [--timeout MS] COMMAND ...\n\n"
	     "Remote configuration (ZTC) of Intel AMT on this machine.\n\nCommands:");
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

int main(int argc, char **argv)
{
	return cli_main(argc, argv, help);
}
