#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The PCI device under the unmodified mei_me, as older and other machines have it:
# INTx, legacy power gating, a ring that is wrong, and firmware that is none of a client's.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/heci.sh"

tap_plan 13
e2e_setup

said() {
	sed -n "s/^$1 //p" "$e2e_dir/out"
}

in_guest() { # OPTION... -- SCRIPT
	"$top/selftests/vm/run" --timeout 200 "${@:1:$#-1}" sh -c "$heci_guest${!#}" \
		>"$e2e_dir/out" 2>"$e2e_dir/vm.log" </dev/null
	status=$?
	[ "$status" -eq 0 ] || cat "$e2e_dir/out" "$e2e_dir/vm.log" >&2
	tap_is "$status" 0 "the guest's kernel has nothing to complain about"
}

legacy=$(
	cat <<-'END'
		until [ -e /dev/mei0 ]; do sleep 0.1; done
		echo "id $(cat $pci/device)"
		echo "irq $(grep -c 'IO-APIC.*mei_me' /proc/interrupts)"
		spoilt() {
			before=$(field resets)
			vmectl fault add "$@" >/dev/null
			meiprov info >/dev/null 2>&1
			echo "$(works) $(($(field resets) > before))"
		}
		echo "empty $(spoilt hbm:06 header=80040000)"
		echo "reserved $(spoilt amthi:* header=02000000)"
		echo "overflow $(spoilt hbm:06 overflow)"
		before=$(field resets)
		vmectl reset --pulse
		case $(uname -r) in
		6.*) vmectl reset && before=$((before + 1)) ;;
		esac
		echo "pulse $(works) $(($(field resets) > before + 1))"
		before=$(field violations)
		echo auto >$pci/power/control
		echo "asleep $(sleeps)"
		gatings=$(field gatings)
		meiprov info >/dev/null && echo "call done"
		echo "again $(sleeps) $(($(field gatings) > gatings))"
		echo "faults $(($(field violations) - before))"
	END
)
in_guest --vme device-id=0xa2ba --vme power-gating=legacy --vme msi=off -- "$legacy"
tap_is "$(said id)" "0xa2ba" "mei_me knows the id"
tap_is "$(said empty)" "yes 1" "it resets the link for a header of 0"
tap_is "$(said reserved)" "yes 1" "it does so for a reserved bit"
tap_is "$(said overflow)" "yes 1" "it does so for pointers that claim more than the ring holds"
tap_is "$(said pulse)" "yes 1" "a reset that was over too soon to be seen is seen, or is mended by the next"
tap_is "$(said irq)" "1" "without MSI it interrupts by INTx"
tap_is "$(said asleep)" "suspended gated" "mei_me gates a quiet device when it is let"
tap_is "$(said call) $(said again)" "done suspended gated 1" "a call wakes it, and it sleeps again"
tap_is "$(said faults)" "0" "the host keeps the protocol"

server=$(
	cat <<-'END'
		modprobe mei_me
		echo "driver $(ls -d /sys/bus/pci/devices/0000:00:16.0/driver 2>/dev/null || echo none)"
		echo "node $(ls /dev/mei0 2>/dev/null || echo none)"
	END
)
in_guest --vme device-id=0xa360 --vme fw-type=sps -- "$server"
tap_is "$(said driver)" "none" "mei_me leaves a server's firmware alone"
tap_is "$(said node)" "none" "it has no node"
tap_done
