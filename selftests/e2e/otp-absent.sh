#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A device that shows no OTP is not configured where one is required; written
# later, it is.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/tap.sh"

tap_plan 8
e2e_setup
sca_start
sca_chain
vm_start state=pre "hash=test root,sha256,$root_hash" hello-schedule=600x0.5
uuid=$(device_uuid)
register_with_otp "$uuid"
guest "meiprov start --wait" >&2
sca device wait "$uuid" --timeout 60 --first >&2
tap_is "$?" 3 "the server refuses"
tap_is "$(device_field "$uuid" result)" otp-absent "absent is told from wrong"
tap_is "$(device_field "$uuid" admin_password)" none "no password has been made for it"
tap_is "$(device_state)" IN "the device is not configured"
guest "meiprov stop" >&2
agent_otp "$e2e_dir/otp"
tap_is "$?" 0 "the OTP is written after a stop"
guest "meiprov start --wait" >&2
for _ in $(seq 100); do
	[ "$(device_field "$uuid" state)" != configured ] || break
	sleep 0.2
done
tap_is "$(device_field "$uuid" state)" configured "then the next Hello leads to configuration"
tap_is "$(device_state)" POST "the device says POST through the kernel"
vm_stop
tap_is "$?" 0 "the guest's kernel has nothing to complain about"
tap_done
