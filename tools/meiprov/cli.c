// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "cli.h"

#define NOTE_SIZE 400

struct meiprov_open cli_how(const struct cli *cli, bool writable)
{
	return (struct meiprov_open){
		.size = sizeof(struct meiprov_open),
		.transport = cli->transport,
		.index = cli->index,
		.parent = cli->parent,
		.writable = writable,
		.record = cli->record,
	};
}

static void keep(void *data, int priority, const char *text)
{
	snprintf(data, NOTE_SIZE, "%s", text);
}

/* What opening tells goes into @note; later the device tells nobody. */
static int open_noting(struct meiprov_open *how, char note[NOTE_SIZE], struct meiprov_device **dev,
		       struct meiprov_error *err)
{
	int ret = meiprov_context_new(&how->context);

	if (ret) /* the note is worth no failure */
		return meiprov_device_open_by(how, dev, err);
	meiprov_context_set_log(how->context, keep, note, LOG_INFO);
	ret = meiprov_device_open_by(how, dev, err);
	meiprov_context_set_log(how->context, NULL, NULL, 0);
	meiprov_context_unref(how->context);
	return ret;
}

/* The module's device is what everybody expects; another way is worth a word. */
int cli_open(const struct cli *cli, bool writable, struct meiprov_device **dev,
	     struct meiprov_error *err)
{
	struct meiprov_open how = cli_how(cli, writable);
	char note[NOTE_SIZE] = "";
	int ret = open_noting(&how, note, dev, err);

	if (ret)
		return ret;
	meiprov_device_set_timeout(*dev, cli->timeout_ms);
	if (*note && strcmp(meiprov_device_transport(*dev), "chardev"))
		fprintf(stderr, "meiprov: %s\n", note);
	return 0;
}

int cli_fail(const struct cli *cli, const struct meiprov_error *err)
{
	cli->output->error(stdout, stderr, err);
	return exit_status(err);
}

int cli_usage(const struct cli *cli, const char *format, ...)
{
	const struct command_row *row = cli->command;
	char words[64];
	va_list args;

	fputs("meiprov: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	if (!row) {
		fputs("  next: meiprov --help\n", stderr);
		return EXIT_USAGE;
	}
	cli_words(row, words, sizeof(words));
	fprintf(stderr, "  next: meiprov %s --help\n", words);
	return EXIT_USAGE;
}

void cli_words(const struct command_row *row, char *text, size_t size)
{
	snprintf(text, size, "%s%s%s", row->words[0], row->words[1] ? " " : "",
		 row->words[1] ? row->words[1] : "");
}

bool cli_no_arguments(const struct cli *cli)
{
	if (!cli->argc)
		return true;
	cli_usage(cli, "\"%s\" is not understood here", cli->argv[0]);
	return false;
}

static void shift(struct cli *cli)
{
	cli->argc--;
	cli->argv++;
}

int cli_option(struct cli *cli, const char *name, const char **value)
{
	size_t len = strlen(name);

	if (!cli->argc || strncmp(cli->argv[0], name, len))
		return 0;
	if (value && cli->argv[0][len] == '=') {
		*value = cli->argv[0] + len + 1;
		shift(cli);
		return 1;
	}
	if (cli->argv[0][len])
		return 0;
	shift(cli);
	if (!value)
		return 1;
	if (!cli->argc) {
		cli_usage(cli, "%s lacks its value", name);
		return -1;
	}
	*value = cli->argv[0];
	shift(cli);
	return 1;
}

bool cli_number(const char *text, unsigned long max, unsigned long *out)
{
	if (!*text || text[strspn(text, "0123456789")])
		return false;
	errno = 0;
	*out = strtoul(text, NULL, 10);
	return !errno && *out <= max;
}
