# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# The firmware refuses the server's chain: what all such scenarios share.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/tap.sh"

# firmware_refuses RULE SETTING...: a device with these settings, in state PRE,
# is started with the right OTP; RULE is the check the ME must name.
firmware_refuses() {
	local uuid rule=$1

	tap_plan 6
	vm_start state=pre "${@:2}"
	uuid=$(device_uuid)
	register_with_otp "$uuid"
	agent_otp "$e2e_dir/otp" || die "the OTP was not taken"
	guest "meiprov start --wait" >&2
	sca device wait "$uuid" --timeout 60 --first >&2
	tap_is "$?" 3 "the server reports a refusal"
	tap_is "$(device_field "$uuid" result)" chain-refused "the reason is the chain"
	tap_is "$(vme_field last_peer.refused)" "$rule" "the ME names the first rule that failed"
	tap_is "$(device_state)" IN "the device is not configured"
	tap_is "$(vme_field mebx_default)" true "its MEBx password is the factory one"
	vm_stop
	tap_is "$?" 0 "the guest's kernel has nothing to complain about"
	tap_done
}
