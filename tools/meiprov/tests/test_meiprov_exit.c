// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How the tool ends: each status as the program gives it on a virtual ME, none of them
 * unknown to the manual page, and colour on terminals only.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <setjmp.h>
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "libmeiprov/tests/vme_rig.h"
#include "tools/meiprov/exit.h"

#define PAGE	   "Documentation/man/meiprov.1.scd"
#define HELLO_PORT 9971
/* For root too: a socket's mode counts. Others have no such capability to lose. */
#define NO_RIGHTS "setpriv --bounding-set=-dac_override,-dac_read_search "

static struct rig rig;
static char out[65536], server[32];
static int listener;

/* A setup server, as far as check looks: check then finds nothing bad of its own. */
static int listen_for_hello(void)
{
	struct sockaddr_in sa = { .sin_family = AF_INET, .sin_port = htons(HELLO_PORT) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(server, sizeof(server), "127.78.%d.%d", getpid() / 250 % 250, getpid() % 250 + 2);
	inet_pton(AF_INET, server, &sa.sin_addr);
	assert_int_equal(bind(fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
	assert_int_equal(listen(fd, 16), 0);
	return fd;
}

static int setup(void **state)
{
	static const char *const settings[] = { "cert-delay-ms=600000", NULL };

	listener = listen_for_hello();
	rig_start(&rig, settings);
	return 0;
}

static int teardown(void **state)
{
	rig_stop(&rig);
	close(listener);
	return 0;
}

static int run(bool terminal, const char *arguments)
{
	char program[256], line[512], command[1024];

	rig_program("meiprov", program, sizeof(program));
	snprintf(line, sizeof(line), "%s%s --transport socket:%s %s",
		 terminal || geteuid() ? "" : NO_RIGHTS, program, rig.socket, arguments);
	snprintf(command, sizeof(command), terminal ? "script -qec '%s' /dev/null" : "%s 2>&1",
		 line);
	return rig_shell(command, out, sizeof(out));
}

static int run_check(bool terminal)
{
	char arguments[64];

	snprintf(arguments, sizeof(arguments), "check --server %s", server);
	return run(terminal, arguments);
}

/* --- each status, by its failure --- */

enum place {
	HERE,	  /* the virtual ME's socket */
	NOWHERE,  /* a socket that is not there */
	NOT_MINE, /* one that may not be opened */
};

/* @order: for vmectl; it is undone afterwards. @arguments: NULL for check. */
static const struct row {
	enum exit_status status;
	const char *order;
	const char *arguments;
	const char *says;
	enum place place;
} rows[] = {
	{ EXIT_DONE, NULL, "info", "UUID" },
	{ EXIT_DONE, NULL, NULL, "0 unknown, 0 warnings, 0 failures" },
	{ EXIT_FAILED, NULL, "hash show 4000", "there is no handle 4000" },
	{ EXIT_USAGE, NULL, "nonsense", "there is no command \"nonsense\"" },
	{ EXIT_REFUSED, NULL, "unprovision --yes", "INVALID_AMT_MODE" },
	{ EXIT_REFUSED, NULL, "ztc enable", "--remote HOST" },
	{ EXIT_REFUSED, NULL, "unprovision --dry-run", "the firmware would refuse it" },
	{ EXIT_ABSENT, NULL, "state", "next: ", NOWHERE },
	{ EXIT_DENIED, NULL, "state", "Permission denied", NOT_MINE },
	{ EXIT_BUSY, "fault add connect busy forever", "--timeout 300 state", "next: " },
	{ EXIT_UNKNOWN, "fault add amthi:5E drop", "--timeout 500 stop", "next: " },
	{ EXIT_TIMED_OUT, NULL, "start --wait=1", "not done after 1 s" },
	{ EXIT_DOUBT, "fault add amthi:30 status=1", NULL, "unknown  ztc-unknown" },
	{ EXIT_WARNING, "fault add amthi:1a corrupt=289:02 times=2", NULL, "warning  sku-none" },
	{ EXIT_FINDING, "set ztc off", NULL, "failure  ztc-off" },
};

static int run_row(const struct row *row)
{
	char *end = rig.socket + strlen(rig.socket);
	int status;

	if (row->order)
		rig_order(&rig, row->order);
	if (row->place == NOWHERE)
		strcpy(end, "x");
	if (row->place == NOT_MINE)
		assert_int_equal(chmod(rig.socket, 0), 0);
	status = row->arguments ? run(false, row->arguments) : run_check(false);
	*end = '\0';
	assert_int_equal(chmod(rig.socket, 0700), 0);
	rig_order(&rig, "fault clear");
	rig_order(&rig, "set ztc on");
	return status;
}

static void each_status_is_the_one_of_its_failure(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int status = run_row(&rows[i]);

		if (status != (int)rows[i].status || !strstr(out, rows[i].says))
			fail_msg("row %zu wants %d: %d\n%s", i, rows[i].status, status, out);
	}
}

static bool has_row(int status)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if ((int)rows[i].status == status)
			return true;
	return false;
}

static void no_status_is_without_its_failure(void **state)
{
	for (int i = 0; exit_text(i); i++)
		if (!has_row(i))
			fail_msg("nothing ends with %d: %s", i, exit_text(i));
}

/* --- the manual page --- */

/* The entries of EXIT STATUS, a line each: NUMBER TEXT without stars and lines. */
#define ENTRIES \
	"sed -n '/^# EXIT STATUS/,/^With/p' " PAGE " | awk '/^\\*[0-9]+\\*$/ {" \
	" printf \"%s%d\", n++ ? \"\\n\" : \"\", substr($0, 2) } /^\\t/ { sub(/\\t/, \" \");" \
	" gsub(/[*]/, \"\"); printf \"%s\", $0 } END { print \"\" }'"

/* Each text begins as that of the tool does, but for a capital. */
static void the_manual_page_has_the_same_table(void **state)
{
	char *line, *rest = out;
	int status = 0;

	assert_int_equal(rig_shell(ENTRIES, out, sizeof(out)), 0);
	while ((line = strsep(&rest, "\n")) && *line) {
		const char *text = exit_text(status);
		char *own = strchr(line, ' ');

		if (!own || atoi(line) != status || !text)
			fail_msg("\"%s\" in place of %d: %s", line, status, text ? text : "none");
		if (strncasecmp(own + 1, text, strlen(text)) || isalnum(own[1 + strlen(text)]))
			fail_msg("the page says \"%s\", the tool \"%s\"", line, text);
		status++;
	}
	assert_null(exit_text(status));
	assert_int_equal(status, EXIT_FINDING + 1);
}

/* --- colour --- */

static void colour_is_for_terminals_only(void **state)
{
	rig_order(&rig, "set ztc off");
	assert_int_equal(run_check(false), EXIT_FINDING);
	assert_null(strchr(out, '\033'));
	assert_int_equal(run_check(true), EXIT_FINDING);
	assert_non_null(strstr(out, "\033[31mfailure "));
	assert_int_equal(run(true, "--json state"), EXIT_DONE);
	assert_null(strchr(out, '\033'));
	rig_order(&rig, "set ztc on");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_status_is_the_one_of_its_failure),
		cmocka_unit_test(no_status_is_without_its_failure),
		cmocka_unit_test(the_manual_page_has_the_same_table),
		cmocka_unit_test(colour_is_for_terminals_only),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
