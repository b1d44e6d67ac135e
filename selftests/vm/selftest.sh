#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The runner keeps its promises. One virtual machine for each line.

set -u
here=$(dirname "$0")
# shellcheck source=selftests/e2e/tap.sh
. "$here/../e2e/tap.sh"

run=$here/run
dir=$(mktemp -d "${TMPDIR:-/tmp}/meiprov-vmtest.XXXXXX")
trap 'rm -rf "$dir"' EXIT

# Run in the guest, without a virtual ME unless it is asked for.
guest() {
	"$run" --no-vme "$@" 2>"$dir/stderr"
}

status_is_passed_on() {
	guest -- sh -c 'exit 77'
	tap_is $? 77 "the exit status is the command's"
}

arguments_arrive_whole() {
	local word=$'a  b\n"c" \'d\' $e *\\'

	tap_is "$(guest -- printf '%s|' "$word" '')" "$word||" \
		"arguments arrive whole, whatever is in them"
}

streams_are_exact() {
	head -c 1048577 /dev/urandom >"$dir/in"
	guest -- sh -c 'cat; echo apart >&2' <"$dir/in" >"$dir/out"
	tap_is $? 0 "a command that copies its input ends with it"
	cmp "$dir/in" "$dir/out" >&2
	tap_result $? "1 MiB of any bytes comes back the same"
	tap_is "$(cat "$dir/stderr")" apart "standard error comes apart from standard output"
}

# Both sides talk in turns, as a shell in a coprocess does.
shell_answers_in_turn() {
	local first='' second=''

	coproc GUEST { exec "$run" --no-vme -- sh 2>/dev/null; }
	# shellcheck disable=SC2154 # set by coproc
	local pid=$GUEST_PID to=${GUEST[1]} from=${GUEST[0]}
	printf 'echo one\n' >&"$to"
	read -r -t 100 first <&"$from"
	# shellcheck disable=SC2016 # for the guest
	printf 'echo "after $((20 + 22))"\n' >&"$to"
	read -r -t 100 second <&"$from"
	exec {to}>&-
	wait "$pid"
	tap_is "$? $first $second" "0 one after 42" "a shell answers in turn and ends with its input"
}

output_left_behind_ends() {
	tap_is "$(guest -- sh -c 'sleep 1000 & echo done')" "done" \
		"what a command leaves running does not hold the run up"
}

time_runs_out() {
	guest --timeout 25 -- sleep 1000
	tap_is $? 124 "a command that does not end is given up after its time: 124"
}

warning_is_a_failure() {
	guest -- sh -c 'echo "WARNING: CPU: 0 PID: 1 at selftest" >/dev/kmsg; exit 0'
	tap_is $? 125 "a warning in the kernel's log is a failure: 125"
	tap_like "$(cat "$dir/stderr")" '*WARNING: CPU: 0*' "and the warning is shown"
}

crash_is_a_failure() {
	guest -- sh -c 'echo c >/proc/sysrq-trigger'
	tap_is $? 125 "a kernel that crashes is a failure: 125"
	tap_like "$(cat "$dir/stderr")" '*sysrq*' "and its last words are shown"
}

files_are_added() {
	# shellcheck disable=SC2016 # for the guest
	printf '#!/bin/sh\necho "script $1"\n' >"$dir/added-script"
	tap_is "$(guest --add "$dir/added-script" -- added-script works)" "script works" \
		"--add: a script is in the PATH"
	guest --add "$dir/absent" -- true
	tap_is $? 125 "--add of a file that is not there is an error"
	tap_is "$(guest --add "$(type -P openssl)" -- openssl version)" "$(openssl version)" \
		"--add: a program comes with its shared libraries"
}

runs_do_not_meet() {
	local other=''

	guest -- sh -c 'sleep 1; echo first' >"$dir/first" &
	other=$(guest -- sh -c 'sleep 1; echo second')
	wait $!
	tap_is "$? $(cat "$dir/first") $other" "0 first second" "two machines at once do not meet"
}

virtual_me_is_there() {
	local out

	out=$("$run" -- sh -c 'lsmod | grep -c "^mei_prov"; ls /sys/bus/mei/devices' 2>"$dir/stderr")
	tap_is $? 0 "a machine with a virtual ME comes up"
	tap_like "$out" '0*0000:00:16.0-12f80028-*' "AMTHI is on the MEI bus, mei_prov is not loaded"
	tap_is "$("$run" --vme state=in -- vmectl status 2>"$dir/stderr" | sed -n 's/^state: //p')" IN \
		"the guest reaches the virtual ME's control, with the settings given"
}

module_is_loaded_by_udev() {
	local out

	out=$("$run" --load -- sh -c 'cat /sys/module/mei_prov/initstate; stat -c "%U %G %a" /dev/meiprov0' \
		2>"$dir/stderr")
	tap_is "$out" $'live\nmeiprov meiprov 640' "--load: udev loads the module and our rule names the node's owner"
}

nothing_stays_behind() {
	guest --keep --timeout 20 -- sleep 1000
	tap_is "$(pgrep -f "$(sed -n 's/^vm: logs kept in //p' "$dir/stderr")/")" "" \
		"a run that was given up leaves no process"
	rm -rf "$(sed -n 's/^vm: logs kept in //p' "$dir/stderr")"
}

tap_plan 21
status_is_passed_on
arguments_arrive_whole
streams_are_exact
shell_answers_in_turn
output_left_behind_ends
time_runs_out
warning_is_a_failure
crash_is_a_failure
files_are_added
runs_do_not_meet
virtual_me_is_there
module_is_loaded_by_udev
nothing_stays_behind
tap_done
