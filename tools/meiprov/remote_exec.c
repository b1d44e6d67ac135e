// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * --remote: meiprov-remote, beside this program, runs the command. It is a program
 * of its own because it links an HTTP client and an XML parser, which a machine that
 * only looks after its own ME does without (design/0009-remote-is-a-program.md).
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

#define PROGRAM	    "meiprov-remote"
#define WORDS_ADDED 7 /* its name, form, --non-interactive, --timeout=N, two words, NULL */

/* In the folder that this program lies in. */
static int find(char path[PATH_MAX])
{
	ssize_t len = readlink("/proc/self/exe", path, PATH_MAX - sizeof(PROGRAM) - 1);
	char *slash;

	if (len < 0)
		return -errno;
	path[len] = '\0';
	slash = strrchr(path, '/');
	strcpy(slash ? slash + 1 : path, PROGRAM);
	return 0;
}

static int cannot_run(const struct cli *cli, int error)
{
	struct meiprov_error err = { .code = error, .doing = "running " PROGRAM };

	snprintf(err.why, sizeof(err.why), "%s", strerror(-error));
	if (error == -ENOENT)
		snprintf(err.next, sizeof(err.next),
			 "install it beside meiprov: it is what --remote needs");
	return cli_fail(cli, &err);
}

int cli_remote(struct cli *cli)
{
	const char **argv = calloc((size_t)cli->argc + WORDS_ADDED, sizeof(*argv));
	char path[PATH_MAX], timeout[32];
	int n = 0, ret;

	if (!argv)
		return cannot_run(cli, -ENOMEM);
	argv[n++] = PROGRAM;
	if (cli->output == &output_json)
		argv[n++] = "--json";
	if (cli->output == &output_dump)
		argv[n++] = "--dump";
	if (cli->ask_nobody)
		argv[n++] = "--non-interactive";
	snprintf(timeout, sizeof(timeout), "--timeout=%u", cli->timeout_ms);
	if (cli->timeout_ms)
		argv[n++] = timeout;
	for (int i = 0; i < 2 && cli->command->words[i]; i++)
		argv[n++] = cli->command->words[i];
	for (int i = 0; i < cli->argc; i++)
		argv[n++] = cli->argv[i];
	ret = find(path);
	if (!ret) {
		execv(path, (char *const *)argv);
		ret = -errno;
	}
	free(argv);
	return cannot_run(cli, ret);
}
