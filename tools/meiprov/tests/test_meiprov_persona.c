// SPDX-License-Identifier: GPL-2.0-or-later
/* A machine is described, and the virtual ME of that description is the same machine. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "libmeiprov/tests/vme_rig.h"
#include "tools/meiprov/exit.h"

#define DIGEST "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static struct rig original, copy;
static char out[65536];

static const char *const settings[] = {
	"profile=16.1",
	"uuid=939b524b-13d4-1d18-e487-1c697a6b7a2b",
	"mac=02:00:00:00:00:07",
	"dhcp-suffix=lab.example.net",
	"bios=N1EETA2W (1.75 )",
	"cert-delay-ms=0",
	"hash=One of ours,sha256," DIGEST ",inactive",
	NULL,
};

static int run(const struct rig *rig, const char *arguments)
{
	char program[256], command[1024];

	rig_program("meiprov", program, sizeof(program));
	snprintf(command, sizeof(command), "%s --transport socket:%s %s", program, rig->socket,
		 arguments);
	return rig_shell(command, out, sizeof(out));
}

/* The answer of each; paths of sockets are the rigs' own, and are of one length. */
static void same(const char *arguments)
{
	char first[sizeof(out)], *at;

	assert_int_equal(run(&original, arguments), EXIT_DONE);
	while ((at = strstr(out, original.dir)))
		memset(at, '*', strlen(original.dir));
	memcpy(first, out, sizeof(first));
	assert_int_equal(run(&copy, arguments), EXIT_DONE);
	while ((at = strstr(out, copy.dir)))
		memset(at, '*', strlen(copy.dir));
	assert_string_equal(out, first);
}

static void a_described_machine_is_the_same_again(void **state)
{
	char path[128], arguments[256], persona[160];
	const char *copied[] = { persona, "cert-delay-ms=0", NULL };

	rig_start(&original, settings);
	rig_path(&original, "persona", path, sizeof(path));
	snprintf(arguments, sizeof(arguments), "info --persona >%s", path);
	assert_int_equal(run(&original, arguments), EXIT_DONE);
	snprintf(persona, sizeof(persona), "persona=%s", path);
	rig_start(&copy, copied);
	same("info");
	assert_non_null(strstr(out, "BIOS                N1EETA2W (1.75 )\n"));
	same("--json info");
	same("hash list");
	assert_non_null(strstr(out, "inactive  custom   SHA-256  One of ours\n"));
	same("caps");
	same("info --persona");
	assert_non_null(strstr(out, "\"mac\": \"02:00:00:00:00:07\""));
	assert_non_null(strstr(out, "\"dhcp_suffix\": \"lab.example.net\""));
	rig_stop(&copy);
	rig_stop(&original);
}

static void what_firmware_refuses_is_left_out_and_said(void **state)
{
	rig_start(&original, settings);
	rig_order(&original, "fault add amthi:2C status=1 forever");
	assert_int_equal(run(&original, "info --persona 2>&1"), EXIT_DONE);
	assert_non_null(strstr(out, "meiprov: the hashes left out: "));
	assert_null(strstr(out, "\"hashes\""));
	assert_non_null(strstr(out, "\"meiprov_persona\": 1"));
	rig_stop(&original);
}

static void without_versions_there_is_no_description(void **state)
{
	rig_start(&original, settings);
	rig_order(&original, "fault add amthi:1A status=1 forever");
	assert_int_equal(run(&original, "info --persona 2>&1"), EXIT_FAILED);
	assert_non_null(strstr(out, "the firmware does not give its \"AMT\""));
	assert_null(strstr(out, "meiprov_persona"));
	rig_stop(&original);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_described_machine_is_the_same_again),
		cmocka_unit_test(what_firmware_refuses_is_left_out_and_said),
		cmocka_unit_test(without_versions_there_is_no_description),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
