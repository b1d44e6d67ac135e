#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# An administrator changes the hash table of a configured PC over the network; the PC
# sees it through the kernel.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/tap.sh"

digest=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f

# The tool on the management side; its messages are the scenario's.
remote() {
	"$build/meiprov" "$@" --remote "$me_addr" --insecure \
		--password-file "$e2e_dir/password" >&2
}

# The slot with the digest as the host sees it: active, inactive, or nothing.
slot_state() {
	guest "meiprov --json hash list" | jq -r --arg digest "$digest" \
		'.hashes[] | select(.digest == $digest) | if .active then "active" else "inactive" end'
}

tap_plan 9
e2e_setup
printf 'P@ssw0rd\n' >"$e2e_dir/password"
vm_start state=post "mebx-password=P@ssw0rd"
tap_is "$(slot_state)" "" "the hash is not there at first"
guest "meiprov hash add Ours sha256:$digest" >&2
tap_is "$?" 3 "the host cannot add it"
remote hash add Ours "sha256:$digest"
tap_is "$?" 0 "an administrator adds it over the network"
tap_is "$(slot_state)" active "the host sees it"
remote hash disable "${digest:0:8}" && remote ztc disable --yes
tap_is "$(slot_state)" inactive "disabled, it is inactive to the host"
tap_like "$(guest "meiprov ztc get")" "*disabled" "the host sees that ZTC is off"
remote hash delete "${digest:0:8}" --yes
tap_is "$(slot_state)" "" "deleted, it is gone to the host"
remote hash delete 0 --yes
tap_is "$?" 3 "a default cannot be deleted"
vm_stop
tap_is "$?" 0 "the guest's kernel has nothing to complain about"
tap_done
