#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The runner keeps its promises, in as few machines as show them.

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

# Two at once, of which the second leaves a program behind.
runs_do_not_meet() {
	local word=$'a  b\n"c" \'d\' $e *\\' other=''

	# shellcheck disable=SC2016 # for the guest
	guest -- sh -c 'printf "%s|" "$@"; exit 77' sh "$word" '' >"$dir/first" &
	other=$("$run" --no-vme -- sh -c 'sleep 1000 & echo done' 2>/dev/null)
	wait $!
	tap_is $? 77 "the exit status is the command's"
	tap_is "$(cat "$dir/first")" "$word||" "arguments arrive whole, whatever is in them"
	tap_is "$other" "done" "what a command leaves running does not hold the run up"
	tap_is "$(cat "$dir/first" - <<<"$other")" "$word||done" "two machines at once do not meet"
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

time_runs_out() {
	local kept

	guest --keep --timeout 20 -- sleep 1000
	tap_is $? 124 "a command that does not end is given up after its time: 124"
	kept=$(sed -n 's/^vm: logs kept in //p' "$dir/stderr")
	tap_like "$(ls "$kept")" '*console.log*' "--keep: the logs are there afterwards"
	tap_is "$(pgrep -f "$kept/")" "" "a run that was given up leaves no process"
	rm -rf "$kept"
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

# Programs that only end stand for QEMU and the virtual ME: no machine comes up.
who_ended_first_is_named() {
	printf '#!/bin/sh\nsleep 3\nexit 3\n' >"$dir/ends-3"
	printf '#!/bin/sh\necho ready\nsleep 2\nexit 7\n' >"$dir/ends-7"
	chmod +x "$dir"/ends-*
	QEMU=$dir/ends-3 guest -- true
	tap_like "$? $(cat "$dir/stderr")" '125 *QEMU ended, with status 3,*' \
		"a QEMU that ends before the command is named"
	QEMU=$dir/ends-3 VME=$dir/ends-7 "$run" -- true 2>"$dir/stderr"
	tap_like "$? $(cat "$dir/stderr")" '125 *virtual ME has ended, with status 7*' \
		"so is a virtual ME that had ended by then"
}

files_are_added() {
	guest --add "$dir/absent" -- true
	tap_is $? 125 "--add of a file that is not there is an error"
	# shellcheck disable=SC2016 # for the guest
	printf '#!/bin/sh\necho "script $1"\n' >"$dir/added-script"
	guest --add "$dir/added-script" --add "$(type -P openssl)" -- \
		sh -c 'added-script works; openssl version' >"$dir/out"
	tap_is "$(head -n 1 "$dir/out")" "script works" "--add: a script is in the PATH"
	tap_is "$(tail -n 1 "$dir/out")" "$(openssl version)" \
		"--add: a program comes with its shared libraries"
}

virtual_me_is_there() {
	local out

	out=$("$run" --vme state=in -- sh -c \
		'lsmod | grep -c "^mei_prov"; ls /sys/bus/mei/devices && vmectl status' 2>"$dir/stderr")
	tap_is $? 0 "a machine with a virtual ME comes up"
	tap_like "$out" '0*0000:00:16.0-12f80028-*' "AMTHI is on the MEI bus, mei_prov is not loaded"
	tap_is "$(sed -n 's/^state: //p' <<<"$out")" IN \
		"the guest reaches the virtual ME's control, with the settings given"
}

module_is_loaded_by_udev() {
	local out

	out=$("$run" --load -- sh -c 'cat /sys/module/mei_prov/initstate; stat -c "%U %G %a" /dev/meiprov0' \
		2>"$dir/stderr")
	tap_is "$out" $'live\nmeiprov meiprov 640' "--load: udev loads the module and our rule names the node's owner"
}

tap_plan 24
runs_do_not_meet
streams_are_exact
shell_answers_in_turn
time_runs_out
warning_is_a_failure
crash_is_a_failure
who_ended_first_is_named
files_are_added
virtual_me_is_there
module_is_loaded_by_udev
tap_done
