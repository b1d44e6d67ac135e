// SPDX-License-Identifier: GPL-2.0-or-later
/* meiprov-sca: the console of the setup and configuration server. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "console.h"
#include "wipe.h"

static const struct command {
	const char *words[2];
	int (*run)(struct console *con);
	const char *arguments;
	const char *help;
} commands[] = {
	{ { "init" }, cmd_init, "", "what the server has and what it still needs" },
	{ { "status" }, cmd_status, "", "the server's state in numbers" },
	{ { "cert", "make-test-ca" },
	  cmd_cert_make_test_ca,
	  "--suffix S --out DIR [--cn NAME]",
	  "make a TEST ONLY root and provisioning certificate" },
	{ { "cert", "import" },
	  cmd_cert_import,
	  "CHAIN.pem KEY.pem",
	  "give the server a provisioning chain, root included" },
	{ { "cert", "list" }, cmd_cert_list, "", "the server's chains" },
	{ { "cert", "root-hash" },
	  cmd_cert_root_hash,
	  "FILE",
	  "hashes of the root in FILE, as devices list them" },
	{ { "device", "register" },
	  cmd_device_register,
	  "UUID (--otp-file FILE | --otp-new FILE | --bare-metal)",
	  "expect a device; --otp-new writes a new OTP to FILE" },
	{ { "device", "list" }, cmd_device_list, "", "all registered devices" },
	{ { "device", "show" }, cmd_device_show, "UUID", "one device" },
	{ { "device", "wait" },
	  cmd_device_wait,
	  "UUID [--timeout SECONDS] [--first]",
	  "until it is configured or refused; --first: until a session has ended" },
	{ { "hello", "list" }, cmd_hello_list, "", "devices heard lately, registered or not" },
	{ { "log" }, cmd_log, "[UUID] [--limit N]", "what happened" },
};

#define COUNT (sizeof(commands) / sizeof(*commands))

static int help(FILE *to)
{
	fputs("Usage: meiprov-sca [--api SOCKET] [--json] COMMAND\n"
	      "The console of meiprov-scad.\n\n",
	      to);
	for (size_t i = 0; i < COUNT; i++) {
		const struct command *c = &commands[i];

		fprintf(to, "  %s%s%s%s%s\n      %s\n", c->words[0], c->words[1] ? " " : "",
			c->words[1] ? c->words[1] : "", *c->arguments ? " " : "", c->arguments,
			c->help);
	}
	fputs("\nThe socket is " CONFIG_API_DEFAULT " unless --api or MEIPROV_SCA_API says "
	      "otherwise.\n"
	      "Exit status: 0 done; 1 could not be done; 2 wrong usage; device wait also:\n"
	      "3 refused (OTP, chain, ...), 4 nothing happened in time, 5 the last session "
	      "failed.\n",
	      to);
	return to == stdout ? EXIT_DONE : EXIT_USAGE;
}

static const struct command *find(struct console *con)
{
	for (size_t i = 0; i < COUNT; i++) {
		const struct command *c = &commands[i];
		int words = c->words[1] ? 2 : 1;

		if (con->argc < words || strcmp(con->argv[0], c->words[0]) ||
		    (words == 2 && strcmp(con->argv[1], c->words[1])))
			continue;
		con->argc -= words;
		con->argv += words;
		return c;
	}
	return NULL;
}

/* Options before the command; returns how many words they take, or -1. */
static int global_options(struct console *con, int argc, char **argv)
{
	const char *env = getenv("MEIPROV_SCA_API");
	int i;

	con->api = env && *env ? env : CONFIG_API_DEFAULT;
	for (i = 1; i < argc && !strncmp(argv[i], "--", 2); i++) {
		if (!strcmp(argv[i], "--json"))
			con->json = true;
		else if (!strcmp(argv[i], "--api") && i + 1 < argc)
			con->api = argv[++i];
		else if (!strncmp(argv[i], "--api=", 6))
			con->api = argv[i] + 6;
		else
			return -1;
	}
	return i;
}

/* --json is welcome at the end, too. */
static void late_json(struct console *con)
{
	int kept = 0;

	for (int i = 0; i < con->argc; i++) {
		if (!strcmp(con->argv[i], "--json"))
			con->json = true;
		else
			con->argv[kept++] = con->argv[i];
	}
	con->argc = kept;
}

int main(int argc, char **argv)
{
	struct console con = { 0 };
	const struct command *c;
	int used;

	if (argc > 1 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "help")))
		return help(stdout);
	if (argc > 1 && !strcmp(argv[1], "--version")) {
		printf("meiprov-sca %s\n", MEIPROV_VERSION);
		return EXIT_DONE;
	}
	if (wipe_install() || wipe_no_dumps())
		return console_fail(&con, "starting", "the allocators or dump limits cannot be set",
				    "");
	used = global_options(&con, argc, argv);
	if (used < 0 || used >= argc)
		return help(stderr);
	con.argc = argc - used;
	con.argv = argv + used;
	c = find(&con);
	if (!c) {
		fprintf(stderr,
			"meiprov-sca: there is no command \"%s%s%s\"; see meiprov-sca "
			"--help\n",
			con.argv[0], con.argc > 1 ? " " : "", con.argc > 1 ? con.argv[1] : "");
		return EXIT_USAGE;
	}
	late_json(&con);
	return c->run(&con);
}
