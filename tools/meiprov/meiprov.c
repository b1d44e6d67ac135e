// SPDX-License-Identifier: GPL-2.0-or-later
/* meiprov: remote configuration of Intel AMT on the machine it runs on. */
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "cli.h"

#define TIMEOUT_MAX_MS 600000

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
	puts("Usage: meiprov [--device N | --transport KIND] [--json] [--timeout MS] COMMAND ...\n\n"
	     "Remote configuration (ZTC) of Intel AMT on this machine.\n\nCommands:");
	for (size_t i = 0; i < command_count; i++)
		print_row(&command_rows[i]);
	puts("\nOptions:\n"
	     "  --device N                   /dev/meiprovN; without it the only or first one\n"
	     "  --transport KIND             chardev, mei[:PATH], socket:PATH, replay:FILE;\n"
	     "                               without it the module's device, else /dev/meiN\n"
	     "  --json                       one JSON object on standard output\n"
	     "  --timeout MS                 deadline of each command to the ME, up to 600000\n"
	     "  --help                       this, or after a command: more about it\n\n"
	     "Exit status:");
	for (int i = 0; exit_text(i); i++)
		printf("  %2d  %s\n", i, exit_text(i));
	puts("\nWhat changes the ME takes --dry-run; what cannot be undone wants --yes.");
	return EXIT_DONE;
}

static int set_device(struct cli *cli, const char *text)
{
	unsigned long n;

	if (!cli_number(text, 999999, &n))
		return cli_usage(cli, "--device takes the N of /dev/meiprovN, not \"%s\"", text);
	cli->index = (int)n;
	return 0;
}

static int set_timeout(struct cli *cli, const char *text)
{
	unsigned long n;

	if (!cli_number(text, TIMEOUT_MAX_MS, &n) || !n)
		return cli_usage(cli, "--timeout takes 1 to %d milliseconds, not \"%s\"",
				 TIMEOUT_MAX_MS, text);
	cli->timeout_ms = (unsigned int)n;
	return 0;
}

/* Options before the command; -1 when none is left, else an exit status. */
static int global_options(struct cli *cli)
{
	const char *value;
	int found, ret = 0;

	while (cli->argc && !ret) {
		if (cli_option(cli, "--help", NULL) || cli_option(cli, "-h", NULL))
			return help();
		if (cli_option(cli, "--version", NULL))
			return cmd_version(cli);
		if (cli_option(cli, "--json", NULL)) {
			cli->output = &output_json;
		} else if ((found = cli_option(cli, "--device", &value))) {
			ret = found < 0 ? EXIT_USAGE : set_device(cli, value);
		} else if ((found = cli_option(cli, "--transport", &cli->transport))) {
			ret = found < 0 ? EXIT_USAGE : 0;
		} else if ((found = cli_option(cli, "--timeout", &value))) {
			ret = found < 0 ? EXIT_USAGE : set_timeout(cli, value);
		} else {
			return -1;
		}
	}
	return ret ? ret : -1;
}

/* A password passes through: no core file, no look from outside. */
static void keep_secrets(void)
{
	struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

int main(int argc, char **argv)
{
	struct cli cli = { .index = -1,
			   .output = &output_plain,
			   .argc = argc - 1,
			   .argv = (const char **)argv + 1 };
	int ret;

	keep_secrets();
	ret = global_options(&cli);
	if (ret >= 0)
		return ret;
	ret = cli_dispatch(&cli);
	if (fflush(stdout) || ferror(stdout)) {
		perror("meiprov: writing the answer");
		return EXIT_FAILED;
	}
	return ret;
}
