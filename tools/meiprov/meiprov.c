// SPDX-License-Identifier: GPL-2.0-or-later
/* meiprov: remote configuration of Intel AMT on the machine it runs on. */
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "cli.h"

#define TIMEOUT_MAX_MS 600000

static const struct command_row commands[] = {
	{ { "info" }, "", "versions, UUID and place of the ME", "", cmd_info },
	{ { "state" }, "", "provisioning state and control mode", "", cmd_state },
	{ { "ztc", "get" }, "", "is zero touch configuration enabled?", "", cmd_ztc_get },
	{ { "hash", "list" }, "", "the certificate hashes the ME trusts", "", cmd_hash_list },
	{ { "otp", "set" },
	  "[--fd N | --file FILE | --credential NAME]",
	  "write the one-time password into the ME",
	  "  --fd N             read it from an open file descriptor\n"
	  "  --file FILE        read it from a file, \"-\" is standard input\n"
	  "  --credential NAME  read it from a systemd credential of this service\n"
	  "Without any of these it is asked for on the terminal, without echo. One line\n"
	  "end is cut off; 8 to 32 characters must remain. It is never an argument:\n"
	  "arguments are visible to every user of the machine.\n",
	  cmd_otp_set },
	{ { "otp", "generate" },
	  "[--length N]",
	  "print a new one-time password",
	  "  --length N         8 to 32 characters; without it 32\n",
	  cmd_otp_generate },
	{ { "start" },
	  "[--ipv6] [--wait[=SECONDS]]",
	  "open the ME's network interface for setup",
	  "  --ipv6             let the ME use IPv6\n"
	  "  --wait[=SECONDS]   repeat while the ME makes its certificate, 600 s if not\n"
	  "                     said otherwise; on old machines that takes seven minutes\n",
	  cmd_start },
	{ { "stop" }, "", "stop configuration; the state becomes PRE", "", cmd_stop },
	{ { "watch" },
	  "[--count N] [--timeout S] [--interval MS]",
	  "print events until interrupted",
	  "  --count N          end after N events\n"
	  "  --timeout S        end after S seconds\n"
	  "  --interval MS      wanted distance of the driver's polls\n",
	  cmd_watch },
	{ { "version" }, "", "version of this tool", "", cmd_version },
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void print_row(const struct command_row *row)
{
	char line[80];

	snprintf(line, sizeof(line), "%s%s%s %s", row->words[0], row->words[1] ? " " : "",
		 row->words[1] ? row->words[1] : "", row->arguments);
	if (strlen(line) > 28)
		printf("  %s\n  %-28s %s\n", line, "", row->summary);
	else
		printf("  %-28s %s\n", line, row->summary);
}

static int help(void)
{
	puts("Usage: meiprov [--device N] [--json] [--timeout MS] COMMAND ...\n\n"
	     "Remote configuration (ZTC) of Intel AMT on this machine.\n\nCommands:");
	for (size_t i = 0; i < COMMANDS; i++)
		print_row(&commands[i]);
	puts("\nOptions:\n"
	     "  --device N                   /dev/meiprovN; without it the only or first one\n"
	     "  --json                       one JSON object on standard output\n"
	     "  --timeout MS                 deadline of each command to the ME, up to 600000\n"
	     "  --help                       this, or after a command: more about it\n\n"
	     "Exit status:");
	for (int i = 0; exit_text(i); i++)
		printf("  %d  %s\n", i, exit_text(i));
	puts("\nReading changes nothing in the ME; otp set, start and stop do.");
	return EXIT_DONE;
}

static int command_help(const struct command_row *row)
{
	printf("Usage: meiprov %s%s%s%s%s\n\nIt does: %s.\n", row->words[0],
	       row->words[1] ? " " : "", row->words[1] ? row->words[1] : "",
	       *row->arguments ? " " : "", row->arguments, row->summary);
	if (*row->help)
		printf("\n%s", row->help);
	return EXIT_DONE;
}

/* The row whose words stand at the front; they are taken off. */
static const struct command_row *find_command(struct cli *cli)
{
	for (size_t i = 0; i < COMMANDS; i++) {
		const struct command_row *row = &commands[i];
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
	for (size_t i = 0; i < COMMANDS; i++)
		if (commands[i].words[1] && !strcmp(cli->argv[0], commands[i].words[0]))
			return cli_usage(cli, "\"%s\" needs a second word, such as \"%s\"",
					 cli->argv[0], commands[i].words[1]);
	return cli_usage(cli, "there is no command \"%s\"", cli->argv[0]);
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
		} else if ((found = cli_option(cli, "--timeout", &value))) {
			ret = found < 0 ? EXIT_USAGE : set_timeout(cli, value);
		} else {
			return -1;
		}
	}
	return ret ? ret : -1;
}

/* --json and --help are understood behind the command as well. */
static bool late_options(struct cli *cli)
{
	int kept = 0;
	bool wants_help = false;

	for (int i = 0; i < cli->argc; i++) {
		if (!strcmp(cli->argv[i], "--json"))
			cli->output = &output_json;
		else if (!strcmp(cli->argv[i], "--help") || !strcmp(cli->argv[i], "-h"))
			wants_help = true;
		else
			cli->argv[kept++] = cli->argv[i];
	}
	cli->argc = kept;
	return wants_help;
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
	if (!cli.argc)
		return cli_usage(&cli, "a command is missing");
	if (cli.argv[0][0] == '-')
		return cli_usage(&cli, "there is no option \"%s\"", cli.argv[0]);
	cli.command = find_command(&cli);
	if (!cli.command)
		return unknown_command(&cli);
	if (late_options(&cli))
		return command_help(cli.command);
	ret = cli.command->run(&cli);
	if (fflush(stdout) || ferror(stdout)) {
		perror("meiprov: writing the answer");
		return EXIT_FAILED;
	}
	return ret;
}
