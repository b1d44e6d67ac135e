# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# What "make check" runs: item GROUP NAME SECONDS COMMAND...

for scenario in selftests/e2e/[a-z]*-[a-z]*.sh; do
	[ -e "$scenario" ] || continue
	name=${scenario##*/}
	item e2e "${name%.sh}" 300 "$scenario"
done
for group in $(selftests/mei_prov/run --list); do
	item abi "mei_prov-$group" 600 selftests/mei_prov/run "$group"
done
item vm runner 600 selftests/vm/selftest.sh
item e2e demo 300 selftests/demo/test.sh
for test in build/tests/*; do
	[ -x "$test" ] || continue
	item unit "${test##*/}" 120 "$test"
done
