// SPDX-License-Identifier: LGPL-2.1-or-later
/* The manual pages of the library: their prototypes were compiled beside the header's
 * (manual.c); here their examples run on a virtual ME, and nothing public is left out.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "certs.h"
#include "vme_rig.h"

#define PAGES "Documentation/man/meiprov_*.3.scd"

static struct rig rig;
static char out[16384];

static int setup(void **state)
{
	static const char *const settings[] = { "cert-delay-ms=0", "version=16.1.25",
						"suffix=example.net", NULL };

	rig_start(&rig, settings);
	return 0;
}

static int teardown(void **state)
{
	rig_stop(&rig);
	return 0;
}

static int run(const char *page, const char *input)
{
	char program[256], command[1024];

	rig_program("examples/manual", program, sizeof(program));
	snprintf(command, sizeof(command), "%s %s socket:%s <%s 2>&1", program, page, rig.socket,
		 input);
	return rig_shell(command, out, sizeof(out));
}

static void assert_says(const char *text)
{
	if (!strstr(out, text))
		fail_msg("\"%s\" is not in:\n%s", text, out);
}

static void examples_do_what_their_pages_say(void **state)
{
	static const struct {
		const char *page;
		const char *says;
	} rows[] = { { "meiprov_device", " by socket: ZTC on\n" },
		     { "meiprov_transport", "record: PRE\nreplay: PRE\n" },
		     { "meiprov_context", ": reading the provisioning state: done, " },
		     { "meiprov_state", ": AMT 16.1.25, state PRE\n" },
		     { "meiprov_ztc", "enabled\n" },
		     { "meiprov_hash", " are active\n" },
		     { "meiprov_suffix", "servers are compared with example.net\n" },
		     { "meiprov_caps", "start-host-based: yes" },
		     { "meiprov_hello", "Hello of 25 bytes, number 7\n" },
		     { "meiprov_check", " findings, the worst: " },
		     { "meiprov_otp", "set, and another one is wrong\n" },
		     { "meiprov_configuration", "started, not ready before: yes\n" } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (run(rows[i].page, "/dev/null"))
			fail_msg("%s: %s", rows[i].page, out);
		assert_says(rows[i].says);
	}
}

static void the_chain_example_explains_a_chain(void **state)
{
	const struct cert_spec root = { .cn = "Root", .ca = true };
	const struct cert_spec leaf = { .cn = "sca.example.org",
					.eku = "serverAuth,2.16.840.1.113741.1.2.3" };
	struct cert r = cert_make(&root, NULL), l = cert_make(&leaf, &r);
	char path[128], pem[8192] = "";
	FILE *file;

	cert_pem(&l, pem, sizeof(pem));
	cert_pem(&r, pem, sizeof(pem));
	rig_path(&rig, "chain.pem", path, sizeof(path));
	file = fopen(path, "we");
	fputs(pem, file);
	fclose(file);
	cert_free(&l);
	cert_free(&r);
	assert_int_equal(run("meiprov_chain", path), 0);
	assert_says("root: no, ");
	assert_int_equal(run("meiprov_chain", "/dev/null"), 1);
}

/* With the module it would wait for events, without it the page says what comes. */
static void the_monitor_example_says_that_there_is_no_module(void **state)
{
	if (!rig_shell("test -e /sys/module/mei_prov", out, sizeof(out)))
		skip();
	assert_int_equal(run("meiprov_monitor", "/dev/null"), 1);
	assert_says("-2 the kernel has no netlink family mei-prov");
}

/* Each symbol of the map stands in bold in one page's text, and in a prototype. */
static void every_function_has_a_page(void **state)
{
	assert_int_equal(
		rig_shell("sed -n 's/^\\t\\(meiprov_.*\\);/\\1/p' libmeiprov/libmeiprov.sym | "
			  "while read -r f; do "
			  "grep -qE \"^[a-z].*[ *]$f\\(|^$f\\(\" " PAGES
			  " || echo \"$f: no prototype\"; "
			  "grep -qF \"*$f*()\" " PAGES " || echo \"$f: not described\"; done",
			  out, sizeof(out)),
		0);
	assert_string_equal(out, "");
}

/* And the map of pages, libmeiprov(3), names each of them. */
static void the_overview_names_every_page(void **state)
{
	assert_int_equal(rig_shell("for f in " PAGES "; do p=${f##*/}; p=${p%%.*}; "
				   "grep -qF \"*$p*(3)\" Documentation/man/libmeiprov.3.scd || "
				   "echo \"$p\"; done",
				   out, sizeof(out)),
			 0);
	assert_string_equal(out, "");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(examples_do_what_their_pages_say),
		TEST(the_chain_example_explains_a_chain),
		TEST(the_monitor_example_says_that_there_is_no_module),
		cmocka_unit_test(every_function_has_a_page),
		cmocka_unit_test(the_overview_names_every_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
