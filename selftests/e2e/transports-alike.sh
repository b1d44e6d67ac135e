#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The body of tests that test_lib_transport runs on a socket, a recorder and a record is
# the same on the module's device and on the real node of the MEI bus driver beside it.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/tap.sh"

tap_plan 5
e2e_setup

# Those of test_lib_transport.c.
settings=()
for pair in cert-delay-ms=0 uuid=939b524b-13d4-1d18-e487-1c697a6b7a2b version=12.0.49 ehbc=on \
	home-suffixes=one.example,two.example config-server=192.0.2.9 \
	config-server-fqdn=sca.example.org; do
	settings+=(--vme "$pair")
done

# The body ends with what cannot be given back from the host: a person at the machine,
# and a new ME, give it back.
# shellcheck disable=SC2016 # for the shell of the guest
"$top/selftests/vm/run" --load --timeout 240 "${settings[@]}" \
	--add "$top/build/tests/test_lib_transport" \
	-- sh -c 'test_lib_transport chardev; echo "chardev $?"
		for give in "mebx mode amt" "mebx ztc on" "set ehbc on" \
			"mebx server-address 192.0.2.9" "mebx server-name sca.example.org"; do
			vmectl $give || exit
		done
		test_lib_transport mei; echo "mei $?"
		meiprov --device 0000:00:16.0 --dump info; rmmod mei_prov
		meiprov --device 0000:00:16.0 --dump info' >"$e2e_dir/out" 2>"$e2e_dir/vm.log" </dev/null
status=$?
[ "$(grep -cE '^(chardev|mei) 0$' "$e2e_dir/out")" = 2 ] || sed 's/^/# /' "$e2e_dir/out" "$e2e_dir/vm.log"
tap_is "$(grep '^chardev ' "$e2e_dir/out")" "chardev 0" "all commands work over the module's device"
tap_is "$(grep '^mei ' "$e2e_dir/out")" "mei 0" "all commands work over the real node beside it"
tap_is "$(grep -cE '(^|[[:space:]])/dev/meiprov0([[:space:]]|$)' "$e2e_dir/out")" 1 \
	"a PCI address leads to the module's device"
tap_is "$(grep -cE '(^|[[:space:]])/dev/mei0([[:space:]]|$)' "$e2e_dir/out")" 1 \
	"and without the module to the real node"
tap_is "$status" 0 "the guest's kernel has nothing to complain about"
tap_done
