#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The PCI device under the unmodified mei_me: D0i3, a DMA ring, tags, and clients that
# come and go.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/heci.sh"

tap_plan 16
e2e_setup
gcc -static -O2 -o "$e2e_dir/mng-ask" "$top/selftests/e2e/mng-ask.c" || die "building mng-ask failed"

said() {
	sed -n "s/^$1 //p" "$e2e_dir/out"
}

guest_script=$(
	cat <<-'END'
		clients=/sys/bus/mei/devices
		watchdog=05b79a6f-4628-4d7f-899d-a91514cb32ab
		appears() {
			for i in $(seq 100); do
				[ ! -e "$clients/0000:00:16.0-$1" ] || { echo yes; return; }
				sleep 0.1
			done
			echo no
		}
		watched() {
			for i in $(seq 100); do
				[ "$(vmectl status | sed -n 's/^watchdog.watching: //p')" != true ] || {
					echo yes
					return
				}
				sleep 0.1
			done
			echo no
		}
		echo "bus $(appears 12f80028-b4b7-4b2d-aca8-46e0ff65814c)"
		echo "asleep $(sleeps)"
		resets=$(field resets)
		echo "irq $(grep -c 'PCI-MSI.*mei_me' /proc/interrupts)"
		before=$(field gatings)
		meiprov info >/dev/null && echo "call done"
		echo "ring $(field dma_ring) $(field ring_out)"
		echo "again $(sleeps) $(($(field gatings) > before))"
		vmectl client add watchdog
		echo "client $(appears $watchdog)"
		until [ -e /dev/watchdog0 ]; do sleep 0.1; done
		echo "ask $(mng-ask 05025110)"
		exec 3>/dev/watchdog
		echo . >&3
		calls=$(watched)
		echo "calls $calls"
		[ "$calls" = yes ] || dmesg | grep -i mei >&2
		exec 3>&-
		vmectl client remove watchdog
		mng-ask 05025110 2>/dev/null || echo "gone $?"
		echo "left $(vmectl client list | grep -c watchdog)"
		echo "faults $(field violations)"
		echo "resets $(($(field resets) - resets))"
		vmectl vanish
		meiprov info >/dev/null 2>&1
		echo "lost $(($? > 0))"
		echo 1 >$pci/remove
		echo 1 >/sys/bus/pci/rescan
		echo "bare $(ls -d $pci /dev/mei0 2>/dev/null | wc -l)"
	END
)
"$top/selftests/vm/run" --timeout 200 --add "$e2e_dir/mng-ask" --vme power-gating=d0i3 \
	--vme device-id=0xa0e0 --vme hbm=2.2 --vme dma-ring=on --vme amthi-vtag=on \
	--vme amthi-connections=5 --vme amthi-single-buffer=on --vme client-dma=on -- sh -c "$heci_guest$guest_script" >"$e2e_dir/out" 2>"$e2e_dir/vm.log" </dev/null
status=$?
[ "$status $(said calls)" = "0 yes" ] || cat "$e2e_dir/out" "$e2e_dir/vm.log" >&2
tap_is "$status" 0 "the guest's kernel has nothing to complain about"

tap_is "$(said asleep)" "suspended gated" "mei_me puts a quiet device into D0i3"
tap_is "$(said irq)" "1" "it interrupts by MSI"
tap_is "$(said call)" "done" "a call wakes it"
tap_like "$(said ring)" "true [1-9]*" "a long answer goes through the DMA ring"
tap_is "$(said again)" "suspended gated 1" "then it sleeps again"
tap_is "$(said client)" "yes" "a client that comes wakes the host and is on its bus"
tap_is "$(said ask)" "03" "a program connects to it"
tap_is "$(said calls)" "yes" "mei_wdt has bound it"
tap_is "$(said gone)" "1" "nobody connects to a client that has gone"
tap_is "$(said left)" "0" "it is not on the bus"
tap_is "$(said faults)" "0" "the host keeps the protocol"
tap_is "$(said bus)" "yes" "the AMT host interface has tags, so that five connections keep it on the bus"

tap_is "$(said resets)" "0" "nothing of all this resets the link"
tap_is "$(said lost)" "1" "when the device is gone from its bus a call ends with an error"
tap_is "$(said bare)" "0" "mei_me lets go of it, and nothing is found in its place"
tap_done
