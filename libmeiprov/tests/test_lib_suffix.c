// SPDX-License-Identifier: LGPL-2.1-or-later
/* The suffix rule, row by row. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "libmeiprov/suffix.h"

static const struct {
	const char *cn;
	const char *suffix;
	bool accepted;
} rows[] = {
	/* the name is the suffix, or stands below it */
	{ "example.org", "example.org", true },
	{ "sca.example.org", "example.org", true },
	{ "a.b.example.org", "example.org", true },
	{ "SCA.Example.ORG", "example.org", true },
	{ "sca.example.org", "EXAMPLE.org", true },
	{ "sca.example.org.", "example.org", true },
	{ "sca.example.org", "example.org.", true },
	/* a wildcard counts as what follows it */
	{ "*.example.org", "example.org", true },
	{ "*.example.org", "lab.example.org", true },
	{ "sca.*.org", "example.org", false },
	/* not at a dot */
	{ "sca.badexample.org", "example.org", false },
	{ "example.org", "badexample.org", false },
	{ "sca.example.org", "ample.org", false },
	/* two labels own a .com, .net, .org ... */
	{ "sca.intel.com", "a.intel.com", true },
	{ "sca.b.intel.com", "a.intel.com", true },
	{ "sca.intel.com", "intel.com", true },
	{ "sca.intel.com", "other.com", false },
	{ "intel.com", "deep.er.intel.com", true },
	{ "sca.example.de", "lab.example.de", true },
	/* three labels under .uk, .fr, .jp is in no table */
	{ "sca.example.co.uk", "lab.example.co.uk", true },
	{ "sca.example.co.uk", "other.co.uk", false },
	{ "sca.firma.fr", "lab.firma.fr", false },
	{ "sca.lab.firma.fr", "x.lab.firma.fr", true },
	{ "sca.example.jp", "lab.example.jp", false },
	{ "example.jp", "lab.example.jp", true },
	{ "sca.example.jp", "example.jp", true },
	/* one label opens no door but its own */
	{ "sca.example.com", "com", false },
	{ "sca.corp.local", "local", false },
	{ "com", "example.com", false },
	{ "*.com", "example.com", false },
	{ "local", "local", true },
	{ "sca.corp.local", "corp.local", true },
	/* not names at all */
	{ "", "example.org", false },
	{ "sca.example.org", "", false },
	{ "", "", false },
	{ ".", ".", false },
	{ "sca.example.org", ".example.org", false },
	{ ".example.org", "example.org", false },
	{ "sca..example.org", "example.org", false },
	{ "sca.example.org", "example..org", false },
	{ "*.", "example.org", false },
};

static void every_row_of_the_table_holds(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (suffix_match(rows[i].cn, rows[i].suffix) != rows[i].accepted)
			fail_msg("\"%s\" with suffix \"%s\" is %s", rows[i].cn, rows[i].suffix,
				 rows[i].accepted ? "refused" : "accepted");
}

static void names_longer_than_the_dns_allows_are_refused(void **state)
{
	char name[300];

	for (size_t len = 240; len < sizeof(name) - 1; len++) {
		for (size_t i = 0; i < len; i++)
			name[i] = i % 60 == 59 ? '.' : 'a';
		name[len - 1] = 'z';
		name[len] = '\0';
		assert_int_equal(suffix_match(name, name), len <= 253);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_of_the_table_holds),
		cmocka_unit_test(names_longer_than_the_dns_allows_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
