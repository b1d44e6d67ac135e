// SPDX-License-Identifier: LGPL-2.1-or-later
/* The example of libmeiprov(3), built as a program of somebody else would be. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "vme_rig.h"

static int run(const struct rig *rig, char *out, size_t size)
{
	char program[256], command[512];

	rig_program("examples/preflight", program, sizeof(program));
	snprintf(command, sizeof(command), "%s socket:%s 127.0.0.1", program, rig->socket);
	return rig_shell(command, out, size);
}

static void the_example_says_what_stands_in_the_way(void **state)
{
	static const char *const settings[] = { "link=off", NULL };
	struct rig rig;
	char out[4096];

	rig_start(&rig, settings);
	assert_int_equal(run(&rig, out, sizeof(out)), 1);
	assert_non_null(strstr(out, "link-down: remote configuration needs a wired link; "));
	assert_null(strstr(out, "ztc-off"));
	rig_order(&rig, "set ztc off");
	assert_int_equal(run(&rig, out, sizeof(out)), 1);
	assert_non_null(strstr(out, "ztc-off"));
	rig_stop(&rig);
}

/* Between the two fences, where a backslash is written twice; the program runs where
 * the source is.
 */
static void the_manual_page_shows_the_same_program(void **state)
{
	char out[4096];

	assert_int_equal(
		rig_shell("sed -n '/^```$/,/^```$/{/^```$/d;s/\\\\\\\\/\\\\/;p}' Documentation/man/"
			  "libmeiprov.3.scd | diff libmeiprov/examples/preflight.c -",
			  out, sizeof(out)),
		0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_example_says_what_stands_in_the_way),
		cmocka_unit_test(the_manual_page_shows_the_same_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
