# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# What "make check" runs: item GROUP NAME SECONDS COMMAND...

for scenario in selftests/e2e/[a-z]*-[a-z]*.sh; do
	[ -e "$scenario" ] || continue
	name=${scenario##*/}
	item e2e "${name%.sh}" 300 "$scenario"
done
for test in build/tests/*; do
	[ -x "$test" ] || continue
	item unit "${test##*/}" 120 "$test"
done
