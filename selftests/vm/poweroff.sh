#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# No firmware holds a poweroff up: the bus driver stops the link on the way down,
# and mei_prov must let go of a request that does not come back. One virtual
# machine for each line. The runner itself gives a machine that does not power off
# up after 30 s.

set -u
here=$(dirname "$0")
# shellcheck source=selftests/e2e/tap.sh
. "$here/../e2e/tap.sh"

run=$here/run
dir=$(mktemp -d "${TMPDIR:-/tmp}/meiprov-poweroff.XXXXXX")
trap 'rm -rf "$dir"' EXIT

# The bus driver's own limits add up to some 12 s, with a connect that is not
# answered and a disconnect after it.
most_ms=20000

# powers_off DESCRIPTION COMMANDS: the commands leave a request behind.
powers_off() {
	local ms

	"$run" --load --verbose -- sh -c "$2" </dev/null >"$dir/stdout" 2>"$dir/stderr"
	tap_is $? 0 "$1: the machine powers off"
	ms=$(sed -n 's/^vm: off after \([0-9]*\) ms$/\1/p' "$dir/stderr")
	printf '# %s: %s ms\n' "$1" "$ms"
	[ "${ms:-999999}" -le "$most_ms" ]
	tap_result $? "$1: within $((most_ms / 1000)) s"
}

tap_plan 10
powers_off "nothing is under way" 'meiprov ztc get'
powers_off "the firmware takes no message" \
	'vmectl fault add "amthi:*" no-credit forever &&
	{ meiprov hash list & sleep 2; kill -0 $!; }'
powers_off "the firmware does not answer a request" \
	'vmectl fault add amthi:30 drop && { meiprov ztc get & sleep 2; kill -0 $!; }'
powers_off "the firmware does not answer a connect" \
	'vmectl fault add hbm:06 drop forever && { meiprov ztc get & sleep 2; kill -0 $!; }'
powers_off "the firmware does not come back from a reset" \
	'vmectl reset --never && sleep 15 && { meiprov ztc get & sleep 1; kill -0 $!; }'
tap_done
