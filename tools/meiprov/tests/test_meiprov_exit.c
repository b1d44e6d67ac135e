// SPDX-License-Identifier: GPL-2.0-or-later
/* How the tool ends: each status as the program gives it, and colour on terminals only. */
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "libmeiprov/tests/vme_rig.h"
#include "tools/meiprov/exit.h"

static struct rig rig;
static char out[65536];

static int setup(void **state)
{
	static const char *const settings[] = { "cert-delay-ms=600000", NULL };

	rig_start(&rig, settings);
	return 0;
}

static int teardown(void **state)
{
	rig_stop(&rig);
	return 0;
}

static int run(bool terminal, const char *arguments)
{
	char program[256], line[512], command[1024];

	rig_program("meiprov", program, sizeof(program));
	snprintf(line, sizeof(line), "%s --transport socket:%s %s", program, rig.socket, arguments);
	snprintf(command, sizeof(command), terminal ? "script -qec '%s' /dev/null" : "%s 2>&1",
		 line);
	return rig_shell(command, out, sizeof(out));
}

/* 5 needs another user: a_wrong_password_is_no_permission. 9 to 11 are check's. */
static void each_status_is_the_one_of_its_failure(void **state)
{
	static const struct {
		const char *fault;
		const char *arguments;
		int status;
		const char *says;
	} rows[] = {
		{ "clear", "info", EXIT_DONE, "UUID" },
		{ "clear", "hash show 4000", EXIT_FAILED, "there is no handle 4000" },
		{ "clear", "nonsense", EXIT_USAGE, "there is no command \"nonsense\"" },
		{ "clear", "unprovision --yes", EXIT_REFUSED, "INVALID_AMT_MODE" },
		{ "add connect busy forever", "--timeout 300 state", EXIT_BUSY, "next: " },
		{ "add amthi:5E drop", "--timeout 500 stop", EXIT_UNKNOWN, "next: " },
		{ "clear", "start --wait=1", EXIT_TIMED_OUT, "not done after 1 s" },
	};
	char fault[64];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int status;

		snprintf(fault, sizeof(fault), "fault %s", rows[i].fault);
		rig_order(&rig, fault);
		status = run(false, rows[i].arguments);
		rig_order(&rig, "fault clear");
		if (status != rows[i].status || !strstr(out, rows[i].says))
			fail_msg("%s: %d\n%s", rows[i].arguments, status, out);
	}
}

static void nobody_behind_the_transport_is_absent(void **state)
{
	assert_int_equal(run(false, "state"), EXIT_DONE);
	strcpy(rig.socket + strlen(rig.socket), "x");
	assert_int_equal(run(false, "state"), EXIT_ABSENT);
	rig.socket[strlen(rig.socket) - 1] = '\0';
}

static void colour_is_for_terminals_only(void **state)
{
	rig_order(&rig, "set ztc off");
	assert_int_equal(run(false, "check --server 127.0.0.1"), EXIT_FINDING);
	assert_null(strchr(out, '\033'));
	assert_int_equal(run(true, "check --server 127.0.0.1"), EXIT_FINDING);
	assert_non_null(strstr(out, "\033[31mfailure "));
	assert_int_equal(run(true, "--json state"), EXIT_DONE);
	assert_null(strchr(out, '\033'));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_status_is_the_one_of_its_failure),
		cmocka_unit_test(nobody_behind_the_transport_is_absent),
		cmocka_unit_test(colour_is_for_terminals_only),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
