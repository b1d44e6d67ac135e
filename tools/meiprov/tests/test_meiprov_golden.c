// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What every command prints, to the byte, as text, as JSON and as lines for scripts:
 * golden/NAME.text, .json and .dump. After a change that is meant: MEIPROV_GOLDEN=write,
 * then read the difference.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "libmeiprov/tests/vme_rig.h"
#include "tools/meiprov/exit.h"

#define FOLDER "tools/meiprov/tests/golden"
#define HEAD   "# SPDX-License-Identifier: GPL-2.0-or-later\n"
#define DIGEST "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static struct rig rig;
static char out[65536], server[32];

static const char *const settings[] = {
	"uuid=939b524b-13d4-1d18-e487-1c697a6b7a2b",
	"cert-delay-ms=0",
	"default-hashes=off",
	"home-suffixes=a.example,b.example",
	"ehbc=on",
	"hash=Root one,sha1,000102030405060708090a0b0c0d0e0f10111213,inactive,default",
	"hash=Root two,sha256," DIGEST,
	NULL,
};

/* A reply that is refused, and one whose mask of features names none. */
#define NO_ZTC "fault add amthi:30 status=1"
#define NO_SKU "fault add amthi:1a corrupt=289:02 times=2"

/* Slots for the chains in golden: the root of the one, the middle of the other. */
#define ROOT_OF_ACCEPTED \
	"hash add Ours,sha256,d8bfd8cc6e921ff8bce92cb19d9c28e5f5e23aaafa17d485cdca8e6e75e66665"
#define MIDDLE_OF_REFUSED \
	"hash add Mistaken,sha256,c59ec9403ab1db9bee02d3452dc24d292e9df9c5b6635da655bb7b7bb6374f1f"

/*
 * In this order: each finds what those before it have left. @name: of the files, where it
 * is not the arguments. @orders: for vmectl, before it. SERVER is an address where nobody
 * listens. A host with an agent that uses AMT differs in what check finds.
 */
static const struct golden {
	const char *arguments;
	int status;
	const char *name;
	const char *orders[2];
} cases[] = {
	{ "info", EXIT_DONE },
	{ "info --full", EXIT_DONE },
	{ "info --persona", EXIT_DONE },
	{ "state", EXIT_DONE },
	{ "caps", EXIT_DONE },
	{ "check --server SERVER", EXIT_FINDING, "check", { NO_ZTC, NO_SKU } },
	{ "check --all --server SERVER", EXIT_FINDING, "check all" },
	{ "ztc get", EXIT_DONE },
	{ "ztc enable", EXIT_REFUSED },
	{ "hash list", EXIT_DONE },
	{ "hash show 20", EXIT_DONE },
	{ "hash show 9", EXIT_FAILED },
	{ "hash export", EXIT_DONE },
	{ "hash match golden.pem", EXIT_FAILED, "hash match" },
	{ "hash add n sha256:" DIGEST, EXIT_REFUSED, "hash add" },
	{ "hash enable 20", EXIT_REFUSED },
	{ "hash disable 20", EXIT_REFUSED },
	{ "hash delete 20", EXIT_REFUSED },
	{ "check --all --server SERVER --chain " FOLDER "/accepted.pem",
	  EXIT_FINDING,
	  "check chain accepted",
	  { ROOT_OF_ACCEPTED } },
	{ "check --server SERVER --chain " FOLDER "/refused.pem",
	  EXIT_FINDING,
	  "check chain refused",
	  { MIDDLE_OF_REFUSED } },
	{ "suffix get", EXIT_DONE },
	{ "suffix list", EXIT_DONE },
	{ "ehbc get", EXIT_DONE },
	{ "otp set --dry-run", EXIT_DONE },
	{ "--non-interactive otp set", EXIT_FAILED, "otp set asking nobody" },
	{ "otp set <<<short", EXIT_FAILED, "otp set short" },
	{ "otp set <<<long-enough", EXIT_DONE, "otp set" },
	{ "start --dry-run", EXIT_DONE },
	{ "start --wait", EXIT_DONE },
	{ "state", EXIT_DONE, "state in" },
	{ "otp set <<<long-enough", EXIT_REFUSED, "otp set refused" },
	{ "stop", EXIT_DONE },
	{ "unprovision --dry-run", EXIT_REFUSED },
	{ "unprovision", EXIT_USAGE, "unprovision without yes" },
	{ "unprovision --yes", EXIT_REFUSED, "unprovision" },
	{ "ehbc disable --yes", EXIT_DONE, "ehbc disable" },
	{ "ztc disable --yes", EXIT_DONE, "ztc disable" },
	{ "start --dry-run", EXIT_REFUSED, "start without ztc" },
	{ "suffix set example.net --yes", EXIT_DONE, "suffix set" },
	{ "suffix get", EXIT_DONE, "suffix get after" },
	{ "disable-clear --dry-run", EXIT_DONE },
	{ "disable-clear --yes", EXIT_DONE, "disable-clear" },
	{ "version", EXIT_DONE },
};

#define CASES (sizeof(cases) / sizeof(cases[0]))

/* Not to the byte: they run others, wait for events, or print chance. */
static const char *const elsewhere[] = { "completion", "otp generate", "record", "replay",
					 "watch" };

/* --- one case --- */

static void replace(char *text, const char *what, const char *with)
{
	char *at;

	while ((at = strstr(text, what))) {
		memmove(at + strlen(with), at + strlen(what), strlen(at + strlen(what)) + 1);
		memcpy(at, with, strlen(with));
	}
}

/* How long the ME takes is chance. */
static void drop_progress(void)
{
	char *end, *line = out;

	while ((end = strchr(line, '\n'))) {
		*end = '\0';
		if (strstr(line, ", repeating; ")) {
			memmove(line, end + 1, strlen(end + 1) + 1);
			continue;
		}
		*end = '\n';
		line = end + 1;
	}
}

/* The command line, with a clock that stands still (clock.c). */
static void compose(const struct golden *g, const char *json, char *command, size_t size)
{
	char program[256], stopped[256];
	size_t plain = strcspn(g->arguments, "<");

	rig_program("meiprov", program, sizeof(program));
	rig_program("stopped-clock.so", stopped, sizeof(stopped));
	snprintf(command, size, "LD_PRELOAD=%s %s --transport socket:%s%s %.*s 2>&1", stopped,
		 program, rig.socket, json, (int)plain, g->arguments);
	if (g->arguments[plain]) /* a line on standard input */
		snprintf(command + strlen(command), size - strlen(command),
			 " --file - <<'end'\n%s\nend\n", g->arguments + plain + 3);
	replace(command, "SERVER", server);
}

static int run(const struct golden *g, const char *json)
{
	char command[1024];
	int ret;

	for (size_t i = 0; i < 2 && g->orders[i]; i++)
		rig_order(&rig, g->orders[i]);
	compose(g, json, command, sizeof(command));
	ret = rig_shell(command, out, sizeof(out));
	replace(out, rig.socket, "SOCKET");
	replace(out, server, "SERVER");
	drop_progress();
	return ret;
}

static void path_of(const struct golden *g, const char *ending, char path[256])
{
	char *at;

	snprintf(path, 256, FOLDER "/%s.%s", g->name ? g->name : g->arguments, ending);
	for (at = path; *at; at++)
		*at = *at == ' ' ? '-' : *at;
	replace(path, "---", "-");
}

static void store(const char *path)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	fprintf(file, HEAD "%s", out);
	fclose(file);
}

static void compare(const char *path)
{
	static char wanted[sizeof(out)];
	FILE *file = fopen(path, "re");
	size_t len;

	if (!file)
		fail_msg("%s is not there", path);
	len = fread(wanted, 1, sizeof(wanted) - 1, file);
	wanted[len] = '\0';
	fclose(file);
	assert_true(!strncmp(wanted, HEAD, strlen(HEAD)));
	if (strcmp(out, wanted + strlen(HEAD)))
		fail_msg("%s wants:\n%sand it is:\n%s", path, wanted, out);
}

/* What changes something is run once in each form. */
static void go_through(const char *json, const char *ending)
{
	bool write = getenv("MEIPROV_GOLDEN");
	char path[256];

	for (size_t i = 0; i < CASES; i++) {
		int status = run(&cases[i], json);

		path_of(&cases[i], ending, path);
		if (write)
			store(path);
		else
			compare(path);
		if (status != cases[i].status)
			fail_msg("%s ends with %d:\n%s", cases[i].arguments, status, out);
	}
	if (write)
		fail_msg("written: look at the difference");
}

static void every_command_prints_what_it_did_as_text(void **state)
{
	go_through("", "text");
}

static void every_command_prints_what_it_did_as_json(void **state)
{
	go_through(" --json", "json");
}

static void every_command_prints_what_it_did_as_lines(void **state)
{
	go_through(" --dump", "dump");
}

/* --- all of them --- */

/* @line begins with the command's words; arguments are in capitals or brackets. */
static bool begins_with(const char *text, const char *line, size_t len)
{
	return !strncmp(text, line, len) && (!text[len] || text[len] == ' ');
}

static bool is_covered(const char *line)
{
	size_t len = strspn(line, "abcdefghijklmnopqrstuvwxyz -");
	const char *dashes = strstr(line, " --"), *gap = strstr(line, "  ");

	if (dashes && dashes < line + len)
		len = (size_t)(dashes - line);
	if (gap && gap < line + len)
		len = (size_t)(gap - line);
	while (len && line[len - 1] == ' ')
		len--;
	for (size_t i = 0; i < CASES; i++)
		if (begins_with(cases[i].arguments, line, len))
			return true;
	for (size_t i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++)
		if (begins_with(line, elsewhere[i], strlen(elsewhere[i])))
			return true;
	return false;
}

static void no_command_is_left_out(void **state)
{
	char program[256], command[512];
	char *line, *next;

	rig_program("meiprov", program, sizeof(program));
	snprintf(command, sizeof(command), "%s --help | sed '1,/^Commands/d;/^$/,$d'", program);
	assert_int_equal(rig_shell(command, out, sizeof(out)), 0);
	assert_non_null(strstr(out, "  info"));
	for (line = out; *line; line = next) {
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		if (line[2] != ' ' && !is_covered(line + 2))
			fail_msg("no golden output of \"%s\"", line + 2);
	}
}

static int setup(void **state)
{
	snprintf(server, sizeof(server), "127.79.%d.%d", getpid() / 250 % 250, getpid() % 250 + 2);
	rig_start(&rig, settings);
	return 0;
}

static int teardown(void **state)
{
	rig_stop(&rig);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_command_prints_what_it_did_as_text, setup,
						teardown),
		cmocka_unit_test_setup_teardown(every_command_prints_what_it_did_as_json, setup,
						teardown),
		cmocka_unit_test_setup_teardown(every_command_prints_what_it_did_as_lines, setup,
						teardown),
		cmocka_unit_test(no_command_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
