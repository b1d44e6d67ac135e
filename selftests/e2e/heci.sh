# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# For scenarios that look at the device itself: goes before what the guest runs.

# "field" is one line of "vmectl status"; a slow machine has its time to fall asleep, and
# "works" to have its link again.
# shellcheck disable=SC2034 # of the scenarios
heci_guest=$(
	cat <<-'END'
		pci=/sys/bus/pci/devices/0000:00:16.0
		field() { vmectl status | sed -n "s/^link\.$1: //p"; }
		sleeps() {
			for i in $(seq 100); do
				[ "$(cat $pci/power/runtime_status) $(field power)" = "suspended gated" ] && break
				sleep 0.1
			done
			echo "$(cat $pci/power/runtime_status) $(field power)"
		}
		works() {
			for i in $(seq 60); do
				! meiprov info >/dev/null 2>&1 || { echo yes; return; }
				sleep 0.5
			done
			echo no
		}
	END
)$'\n'
