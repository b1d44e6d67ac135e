# SPDX-License-Identifier: GPL-2.0-or-later
# Limits of the house: a function has at most 60 lines between its braces, a file
# at most 600, a line at most 100 columns unless a text in it cannot be broken.

function complain(line, text)
{
	printf "%s:%d: %s\n", FILENAME, line, text
	found = 1
}

function columns(line,    i, n)
{
	n = 0
	for (i = 1; i <= length(line); i++)
		n = substr(line, i, 1) == "\t" ? n + 8 - n % 8 : n + 1
	return n
}

FNR == 1 {
	start = 0
	long_file = 0
	is_c = FILENAME ~ /\.[ch]$/
}

FNR == 601 { complain(FNR, "more than 600 lines in one file") }

is_c && /^{$/ { start = FNR }
!is_c && /^[a-z_][a-z0-9_]*\(\) *[{(]/ { start = FNR }

start && /^[})]/ {
	if (FNR - start - 1 > 60)
		complain(start, "a function of " FNR - start - 1 " lines")
	start = 0
}

length($0) > 50 && columns($0) > 100 && !/["'`]/ && !/https?:/ {
	complain(FNR, columns($0) " columns")
}

END { exit found }
