// SPDX-License-Identifier: LGPL-2.1-or-later
/* The examples, built as programs of somebody else would be, on a virtual ME. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "vme_rig.h"

static char out[16384];

static int setup(void **state)
{
	static const char *const settings[] = { "link=off", "cert-delay-ms=0", NULL };
	static struct rig rig;

	rig_start(&rig, settings);
	*state = &rig;
	return 0;
}

static int teardown(void **state)
{
	rig_stop(*state);
	return 0;
}

/* An example, what goes before and behind it; both streams into @out. */
static int run(const struct rig *rig, const char *before, const char *name, const char *behind)
{
	char program[256], command[1024];

	rig_program(name, program, sizeof(program));
	snprintf(command, sizeof(command), "%s %s socket:%s %s 2>&1", before, program, rig->socket,
		 behind);
	return rig_shell(command, out, sizeof(out));
}

static void assert_says(const char *text)
{
	if (!strstr(out, text))
		fail_msg("\"%s\" is not in:\n%s", text, out);
}

static void preflight_says_what_stands_in_the_way(void **state)
{
	assert_int_equal(run(*state, "", "examples/preflight", "127.0.0.1"), 1);
	assert_says("link-down: remote configuration needs a wired link; ");
	assert_null(strstr(out, "ztc-off"));
	rig_order(*state, "set ztc off");
	assert_int_equal(run(*state, "", "examples/preflight", "127.0.0.1"), 1);
	assert_says("ztc-off");
}

static void ztc_shows_the_mode_and_the_roots(void **state)
{
	const char *text = "hash add Mine,sha256,"
			   "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

	rig_order(*state, text);
	assert_int_equal(run(*state, "", "examples/ztc", ""), 0);
	assert_says("ZTC is on\n");
	assert_says(" SHA-256 Mine\n");
	rig_order(*state, "fault add amthi:30 status=1");
	assert_int_equal(run(*state, "", "examples/ztc", ""), 1);
	assert_says("INTERNAL_ERROR");
}

/* That the server configures it is told by the reply of amthi.md 11, typed: POST. */
static void configure_goes_from_the_password_to_post(void **state)
{
	const struct rig *rig = *state;
	char program[256], command[512];

	assert_int_equal(run(rig, "printf 'short\\n' |", "examples/configure", ""), 1);
	assert_says("8 to 32 characters");
	rig_order(rig, "set link on");
	rig_order(rig, "fault add amthi:11 raw=0101000011008004080000000000000001000000");
	rig_order(rig, "fault add amthi:11 raw=0101000011008004080000000000000002000000 nth=2");
	assert_int_equal(run(rig, "printf 'one-time-1\\n' |", "examples/configure", ""), 0);
	assert_says("CERTIFICATE_NOT_READY");
	assert_says(" s: IN\n");
	assert_says(" s: POST\n");
	rig_program("vmectl", program, sizeof(program));
	snprintf(command, sizeof(command), "%s --socket %s --json status", program, rig->control);
	assert_int_equal(rig_shell(command, out, sizeof(out)), 0);
	assert_says("\"otp_length\":10");
	assert_says("\"state\":\"IN\"");
}

/* state.py on TRANSPORT */
static int run_python(const char *transport)
{
	char library[256], command[512];

	rig_program("", library, sizeof(library));
	snprintf(command, sizeof(command),
		 "LD_LIBRARY_PATH=%s python3 libmeiprov/examples/state.py %s 2>&1", library,
		 transport);
	return rig_shell(command, out, sizeof(out));
}

static void python_reads_the_state(void **state)
{
	const struct rig *rig = *state;
	char transport[128];

	if (rig_shell("command -v python3", out, sizeof(out)))
		skip(); /* selftests/skips.allowed */
	snprintf(transport, sizeof(transport), "socket:%s", rig->socket);
	assert_int_equal(run_python(transport), 0);
	assert_string_equal(out, "PRE\n");
	assert_int_equal(run_python("socket:/nonexistent"), 1);
	assert_says("FileNotFoundError");
	assert_says("nobody answers on /nonexistent");
}

/* Between the two fences, where a backslash is written twice; the program runs where
 * the source is.
 */
static void the_manual_page_shows_the_same_program(void **state)
{
	assert_int_equal(
		rig_shell("sed -n '/^```$/,/^```$/{/^```$/d;s/\\\\\\\\/\\\\/;p}' Documentation/man/"
			  "libmeiprov.3.scd | diff libmeiprov/examples/preflight.c -",
			  out, sizeof(out)),
		0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(preflight_says_what_stands_in_the_way),
		TEST(ztc_shows_the_mode_and_the_roots),
		TEST(configure_goes_from_the_password_to_post),
		TEST(python_reads_the_state),
		cmocka_unit_test(the_manual_page_shows_the_same_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
