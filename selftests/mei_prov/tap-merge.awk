# SPDX-License-Identifier: GPL-2.0-only
# Makes one TAP stream of those of several programs, see guest-run.
#
# Set programs to their names. Each result gets a number in the whole and its
# program's name. Not only "not ok" counts: a program that did not run, died,
# left its plan or lied about its success, and a virtual machine that ended
# with an error ("@@machine STATUS"), are failures of their own.

function result(ok, text)
{
	count++
	if (!ok)
		failed++
	printf "%s %d %s\n", ok ? "ok" : "not ok", count, text
	fflush()
}

function program_ends(status)
{
	ended[program] = 1
	if (planned < 0)
		result(0, program ": planned nothing, exit status " status)
	else if (planned != results)
		result(0, program ": planned " planned " tests, ran " results)
	else if (status != 0 && status != 4 && !bad)
		result(0, program ": exit status " status " although no test failed")
	program = ""
}

BEGIN {
	print "TAP version 13"
}
/^@@begin / {
	program = $2
	planned = -1
	results = bad = 0
	next
}
/^@@end / {
	program_ends($3)
	next
}
/^@@machine / {
	machine = $2
	next
}
/^TAP version/ || /^# Totals:/ || /^$/ {
	next
}
/^1\.\.[0-9]+/ {
	planned = substr($1, 4) + 0
	next
}
/^(not )?ok [0-9]+/ {
	ok = $1 == "ok"
	results++
	bad += !ok
	sub(/^(not )?ok [0-9]+ *(- )?/, "")
	result(ok, program ": " $0)
	next
}
{
	print /^#/ ? $0 : "# " $0
	fflush()
}
END {
	if (program != "")
		result(0, program ": did not end (machine's status " machine ")")
	n = split(programs, list)
	for (i = 1; i <= n; i++)
		if (!(list[i] in ended) && list[i] != program)
			result(0, list[i] ": was not run")
	if (machine != 0)
		result(0, "virtual machine: status " machine)
	printf "1..%d\n", count
	exit failed > 0
}
