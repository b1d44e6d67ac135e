#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The virtual ME and the machine that meiprov-vme(1) has people start, as they stand there.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/tap.sh"

tap_plan 3
e2e_setup

# The block of the page that begins with this word.
example() {
	awk -v word="$1" '
		/^```$/ { if (index(text, word) == 1) printf "%s", text; text = ""; next }
		{ sub(/\\\\$/, "\\"); text = text $0 "\n" }
	' "$top/Documentation/man/meiprov-vme.1.scd" | sed "s|/tmp/vme|$e2e_dir/vme|g"
}

# Where the page has "..." stands what the runner gives its QEMU, without its memory.
make_qemu() {
	local words rest

	# shellcheck disable=SC2016 # for that shell
	words=$(bash -c '
		. "$1/selftests/setup/lib.sh"
		. "$1/selftests/vm/machine.sh"
		qemu_find
		printf "%q " "${qemu[@]}"' bash "$top")
	# shellcheck disable=SC2016 # for the script that is made
	rest=$(example qemu-system-x86_64 | sed 's/ \.\.\.$/ "${rest[@]}"/')
	cat >"$e2e_dir/qemu" <<-END
		#!/bin/bash
		qemu-system-x86_64() { exec $words "\$@"; }
		rest=()
		while [ \$# -gt 0 ]; do
			case \$1 in
			-m | -machine | -object) shift ;;
			*) rest+=("\$1") ;;
			esac
			shift
		done
		$rest
	END
	chmod +x "$e2e_dir/qemu"
}

(
	PATH=$build:$PATH
	eval "exec $(example 'meiprov-vme socket=')"
) >"$e2e_dir/vme.log" 2>&1 &
me_pid=$!
make_qemu
# shellcheck disable=SC2016 # for the guest
QEMU=$e2e_dir/qemu "$top/selftests/vm/run" --no-vme -- sh -c '
	until [ -e /dev/mei0 ]; do sleep 0.1; done
	cat /sys/bus/pci/devices/0000:00:16.0/device
	meiprov info >/dev/null && echo "call done"' >"$e2e_dir/out" 2>"$e2e_dir/vm.log" </dev/null
status=$?
[ "$status" -eq 0 ] || cat "$e2e_dir/qemu" "$e2e_dir/out" "$e2e_dir/vm.log" "$e2e_dir/vme.log" >&2
tap_is "$status $(head -n 1 "$e2e_dir/out")" "0 0x9de0" "the machine of the manual page has the device"
tap_is "$(tail -n 1 "$e2e_dir/out")" "call done" "it answers there"
kill_own TERM "$me_pid"
wait "$me_pid"
tap_is "$?" "0" "the virtual ME of the manual page ends when it is asked to"
tap_done
