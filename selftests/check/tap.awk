# SPDX-License-Identifier: GPL-2.0-or-later
# Reads the TAP of one item and prints "PASSED FAILED SKIPPED", then a line
# "FAIL TEXT" for each failure and "SKIP TEXT" for each skipped test.
#
# More than "not ok" is a failure: no result at all, a plan that does not fit
# the results, a bail-out, and a program that ended with an error although all
# its tests passed (a sanitizer's report, a leak). Set status=EXIT.

function fail(text)
{
	failed++
	lines = lines "FAIL " text "\n"
}

# Nested results (indented) belong to the test they stand under.
/^1\.\.[0-9]+/ {
	plan += substr($1, 4)
	planned = 1
	if ($1 == "1..0")
		lines = lines "SKIP " $0 "\n"
	next
}
/^Bail out!/ {
	fail($0)
}
/^(not )?ok/ {
	name = $0
	sub(/^(not )?ok *[0-9]* *(- )?/, "", name)
	results++
	if (toupper(name) ~ /# *SKIP/) {
		skipped++
		lines = lines "SKIP " name "\n"
	} else if ($1 == "not") {
		fail(name)
	} else {
		passed++
	}
}
END {
	if (!results)
		fail("no test result (exit status " status ")")
	else if (!planned)
		fail("no plan: the end may be missing")
	else if (plan != results)
		fail("planned " plan " tests, got " results " results")
	if (status != 0 && !failed)
		fail("exit status " status " although no test failed")
	printf "%d %d %d\n%s", passed, failed, skipped, lines
}
