#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Where a one-time password is after it has been set: not in the PC's memory, of
# which the host sees every byte. The password follows from a number, so that
# nothing else has put it there; what is looked for is made on the host.
#
# With init_on_free=1 no copy may be left. RESIDUE=1: without it as well, where
# the kernel's own freed memory may hold some (Documentation/security.md).
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/tap.sh"

source=$build/selftests/mei_prov_otp_source
seed=$RANDOM$RANDOM
memory=
# What the MEI core has freed; by the tool, a page of the pipe and the registers
# of two processes as well.
most_by_ioctl=1
most_by_tool=5

# copies NUMBER: how often a quarter of the password is in the memory, the most
# frequent of the four: pages end and freed memory is written to at any place.
copies() {
	local otp

	otp=$("$source" "$1" print)
	LC_ALL=C grep -aoF -e "${otp:0:8}" -e "${otp:8:8}" -e "${otp:16:8}" -e "${otp:24}" \
		"$memory" | sort | uniq -c | awk '$1 > most { most = $1 } END { print most + 0 }'
}

# What was freed by RCU is freed after a moment.
settle() {
	guest "sleep 2"
}

pc_on() {
	memory=/dev/shm/${e2e_dir##*/}
	vm_files=("$source")
	vm_options=(--memory "$memory" "$@")
	vm_start state=pre
}

# A search that finds nothing proves something only if it can find.
check_search() {
	guest "mei_prov_otp_source $seed keep >/tmp/kept & until grep -q kept /tmp/kept; do sleep 0.1; done" >&2
	tap_like "$(copies "$seed")" "[1-9]*" "a password that a program keeps is found"
}

set_by_ioctl() {
	guest "mei_prov_otp_source $((seed + 1)) set" >&2
	tap_is "$?/$(vme_field otp_length)" 0/32 "a password is set by ioctl"
}

set_by_tool() {
	guest "mei_prov_otp_source $((seed + 2)) print | meiprov otp set --fd 0" >&2
	tap_is "$?/$(vme_field otp_length)" 0/32 "another is set by the tool, from a pipe"
}

# Crash a program that has a password in its memory: prints the core files and its
# status, 134 for that signal, without what the shell says of it.
crash() {
	guest "cd /tmp && ulimit -c unlimited && echo /tmp/core >/proc/sys/kernel/core_pattern
		rm -f core* crash; mkfifo crash
		$1 <crash >/tmp/crashed 2>&1 & sleep 1; exec 5>crash
		mei_prov_otp_source $((seed + 3)) print >&5; sleep 1; kill -ABRT \$!; exec 5>&-
		wait \$!; status=\$?; ls core* 2>/dev/null; echo \$status" | grep -v Aborted
}

check_cores() {
	tap_like "$(crash "mei_prov_otp_source $seed keep")" "core*134" "a program that crashes leaves a core file"
	tap_is "$(crash "meiprov otp set --fd 0")" 134 "the tool leaves none while it holds a password"
}

pc_off() {
	vm_stop
	tap_is "$?" 0 "the guest's kernel has nothing to complain about"
	rm -f "$memory"
}

# At most $2 copies of the password of number $1; says how many.
tap_copies() {
	local found

	found=$(copies "$1")
	printf '# %s: %d\n' "$3" "$found"
	tap_result "$((found > $2))" "$3"
}

tap_plan $((RESIDUE ? 14 : 8))
e2e_setup
# The machine makes the file: it goes when the machine is gone.
trap 'status=$?; vm_stop; rm -f "$memory"; (exit "$status"); e2e_cleanup' EXIT

pc_on --boot init_on_free=1
check_search
set_by_ioctl
set_by_tool
settle
tap_copies "$((seed + 1))" 0 "with init_on_free no copy is left of the ioctl's"
tap_copies "$((seed + 2))" 0 "with init_on_free no copy is left of the tool's"
check_cores
pc_off

if [ -n "${RESIDUE:-}" ]; then
	pc_on
	check_search
	set_by_ioctl
	settle
	tap_copies "$((seed + 1))" "$most_by_ioctl" "copies left of the ioctl's, at most $most_by_ioctl"
	set_by_tool
	settle
	tap_copies "$((seed + 2))" "$most_by_tool" "copies left of the tool's, at most $most_by_tool"
	pc_off
fi
tap_done
