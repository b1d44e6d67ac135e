#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The unmodified mei_me and mei_wdt find in the virtual ME what they find in a
# real one, and a program like LMS has its connection beside them.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/tap.sh"

tap_plan 10
e2e_setup
gcc -static -O2 -o "$e2e_dir/mng-ask" "$top/selftests/e2e/mng-ask.c" || die "building mng-ask failed"

# One line of "vmectl status".
guest_script=$(
	cat <<-'END'
		field() { vmectl status | sed -n "s/^watchdog\.$1: //p"; }
		until [ -e /dev/watchdog0 ]; do sleep 0.2; done
		echo "version $(head -n 1 /sys/class/mei/mei0/fw_ver)"
		echo "identity $(cat /sys/class/watchdog/watchdog0/identity)"
		echo "idle $(field watching)"
		exec 3>/dev/watchdog
		calls=$(field calls)
		echo . >&3
		echo "open $(field watching) $(field timeout_s) +$(($(field calls) - calls))"
		echo "ask $(mng-ask 05025110)"
		vmectl clock jump 200
		echo "quiet $(field expired)"
		echo . >&3
		echo "called $(field expired)"
		printf V >&3
		exec 3>&-
		echo "closed $(field watching)"
		echo "off $(mng-ask 0503531000)"
		echo "now $(mng-ask 05025110)"
	END
)

"$top/selftests/vm/run" --timeout 200 --vme mkhi=on --vme watchdog=on --vme profile=16.1 \
	--add "$e2e_dir/mng-ask" -- sh -c "$guest_script" >"$e2e_dir/out" 2>"$e2e_dir/vm.log" </dev/null
tap_is "$?" 0 "the guest's kernel has nothing to complain about"
[ -s "$e2e_dir/out" ] || cat "$e2e_dir/vm.log" >&2

said() {
	sed -n "s/^$1 //p" "$e2e_dir/out"
}

tap_is "$(said version)" "0:16.1.27.2176" "mei_me reads the firmware's version"
tap_is "$(said identity)" "iamt_wdt" "mei_wdt binds the watchdog"
tap_is "$(said idle)" "false" "after its first question it lets the firmware be"
tap_is "$(said open)" "true 120 +1" "a write to /dev/watchdog calls the firmware"
tap_is "$(said ask)" "83" "another program has a connection beside mei_wdt"
tap_is "$(said quiet) $(said called)" "true false" "the watchdog expires without a call, and a call helps"
tap_is "$(said closed)" "false" "the magic close stops it"
tap_is "$(said off)" "0506531000000000" "a program switches AMT off"
tap_is "$(said now)" "81" "then it is off, and may be switched on"
tap_done
