#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Programs that know nothing of this project meet the virtual ME behind the
# unmodified mei_me: the sample of the kernel's source and one written after its
# manual. DEVICES=8.1,16.1 takes devices of these generations.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/tap.sh"

uuid=12345678-9abc-def0-1122-334455667788
uuid_bytes=78563412bc9af0de1122334455667788

IFS=, read -ra devices <<<"${DEVICES:-16.1}"
declare -A version=([8.1]=8.1.71 [12.0]=12.0.49 [16.1]=16.1.27)
declare -A number=([8.1]=3608 [12.0]=1534 [16.1]=2176)

tap_plan $((6 * ${#devices[@]}))
e2e_setup
source=$("$top/selftests/setup/kernel-source")/samples/mei/mei-amt-version.c
gcc -static -O2 -o "$e2e_dir/mei-amt-version" "$source" ||
	die "building the kernel's sample failed"
gcc -static -O2 -Wall -Wextra -o "$e2e_dir/mei-doc" "$top/selftests/e2e/mei-doc.c" ||
	die "building mei-doc failed"

said() {
	sed -n "s/^$1 //p" "$e2e_dir/out"
}

for profile in "${devices[@]}"; do
	"$top/selftests/vm/run" --timeout 240 --vme "profile=$profile" --vme "uuid=$uuid" \
		--add "$e2e_dir/mei-amt-version" --add "$e2e_dir/mei-doc" -- \
		sh -c 'mei-amt-version; echo "exit $?"; mei-doc; echo "ended $?"' \
		>"$e2e_dir/out" 2>"$e2e_dir/vm.log" </dev/null
	tap_is "$?" 0 "AMT $profile: the guest's kernel has nothing to complain about"
	[ -s "$e2e_dir/out" ] || cat "$e2e_dir/vm.log" >&2
	versions=$(sed -n 's/^\(AMT\|Build Number\):[[:space:]]*/\1=/p' "$e2e_dir/out" | tr '\n' ' ')
	tap_is "$versions$(said exit)" "AMT=${version[$profile]} Build Number=${number[$profile]} 0" \
		"AMT $profile: the kernel's sample prints its versions"
	tap_is "$(said client)" "5120 bytes, version 1" \
		"AMT $profile: the client is as on hardware"
	tap_is "$(said state); $(said uuid)" \
		"20 bytes, status 0: 00000000; 32 bytes, status 0: $uuid_bytes" \
		"AMT $profile: state and UUID are read"
	tap_is "$(said nothing)" "16 bytes, status 2051:" \
		"AMT $profile: an unknown command is refused in 16 bytes"
	tap_is "$(said connect:); $(said again); $(said ended)" \
		"Device or resource busy; 20 bytes, status 0: 00000000; 0" \
		"AMT $profile: one connection at a time, and another one after it"
done
tap_done
