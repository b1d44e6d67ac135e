# SPDX-License-Identifier: GPL-2.0-or-later
# Reads the TAP of one item and prints "PASSED FAILED SKIPPED", then a line
# "FAIL TEXT" for each failure and "SKIP TEXT" for each skipped test. What a failed
# test said of itself follows its line in lines "| TEXT".
#
# More than "not ok" is a failure: no result at all, a plan that does not fit
# the results, a bail-out, and a program that ended with an error although all
# its tests passed (a sanitizer's report, a leak). Set status=EXIT.

function fail(text)
{
	failed++
	lines = lines "FAIL " text "\n"
}

function said(	i)
{
	for (i = told > 20 ? told - 20 : 0; i < told; i++)
		lines = lines "| " tell[i] "\n"
}

# kselftest explains a failure before its result, cmocka after it.
/^#  RUN / || /^# (PASSED|FAILED|Totals|Starting)/ {
	explaining = 0
	told = 0
}
/^#/ {
	if (explaining)
		lines = lines "| " $0 "\n"
	else
		tell[told++] = $0
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
		said()
	} else {
		passed++
	}
	told = 0
	explaining = $1 == "not"
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
