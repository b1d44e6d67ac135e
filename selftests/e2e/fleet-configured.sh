#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A small fleet and its server, without a virtual machine: every device that was
# registered reaches POST, each as itself.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/tap.sh"

devices=20

tap_plan 4
e2e_setup
sca_start
sca_chain
"$build/meiprov-vme" --fleet $devices "net=${sca_addr%.*}.100" "server=$sca_addr" state=in log=error \
	"dhcp-suffix=$suffix" "hash=test root,sha256,$root_hash" cert-delay-ms=0 \
	hello-schedule=600x1 "control=$e2e_dir/fleet.sock" \
	</dev/null >"$e2e_dir/fleet.log" 2>&1 &
fleet_pid=$!

fleet_cleanup() {
	local status=$?

	is_own "$fleet_pid" && kill_own TERM "$fleet_pid"
	(exit $status)
	e2e_cleanup
}
trap fleet_cleanup EXIT

fleet() { # VERB...
	"$build/vmectl" --socket "$e2e_dir/fleet.sock" --json "$@"
}

in_state() { # STATE; how many devices are in it
	fleet status | jq ".fleet.$1"
}

for _ in $(seq 300); do
	[ "$(in_state windows_open 2>/dev/null)" = $devices ] && break
	is_own "$fleet_pid" || die "the fleet has ended: $(cat "$e2e_dir/fleet.log")"
	sleep 0.1
done
tap_is "$(in_state windows_open)" $devices "all devices open their window"
mapfile -t uuids < <(fleet fleet list 0 $devices | jq -r '.[].uuid')
tap_is "$(printf '%s\n' "${uuids[@]}" | sort -u | wc -l)" $devices "each has a UUID of its own"
for uuid in "${uuids[@]}"; do
	sca device register "$uuid" --bare-metal >/dev/null
done
for _ in $(seq 600); do
	[ "$(in_state post)" = $devices ] && break
	sleep 0.1
done
tap_is "$(in_state post)" $devices "the server configures all of them"
kill_own TERM "$fleet_pid"
wait "$fleet_pid"
tap_is "$?" 0 "the fleet ends when it is told to"
tap_done
