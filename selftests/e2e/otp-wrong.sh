#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A device that shows another OTP than the server expects is not configured,
# and is sent nothing of value.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/tap.sh"

tap_plan 7
e2e_setup
sca_start
sca_chain
vm_start state=pre "hash=test root,sha256,$root_hash"
uuid=$(device_uuid)
register_with_otp "$uuid"
printf 'notTheRightOne22' >"$e2e_dir/other"
agent_otp "$e2e_dir/other"
tap_is "$?" 0 "the device takes any OTP"
guest "meiprov start --wait" >&2
sca device wait "$uuid" --timeout 60 >&2
tap_is "$?" 3 "the server refuses"
tap_is "$(device_field "$uuid" result)" otp-wrong "the reason is the OTP"
tap_is "$(device_field "$uuid" admin_password)" none "no password has been made for it"
tap_is "$(device_state)" IN "the device is not configured"
tap_is "$(vme_field mebx_default)" true "its MEBx password is the factory one"
vm_stop
tap_is "$?" 0 "the guest's kernel has nothing to complain about"
tap_done
