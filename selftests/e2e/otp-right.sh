#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Delayed configuration, from a device inside its first window to POST.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/tap.sh"

tap_plan 9
e2e_setup
sca_start
sca_chain
vm_start state=in "hash=test root,sha256,$root_hash"
uuid=$(device_uuid)
tap_is "$(device_state)" IN "a factory-fresh device is in state IN"
register_with_otp "$uuid"
agent_otp "$e2e_dir/otp"
tap_is "$?" 3 "the OTP is refused while the first window is open"
guest "meiprov stop" >&2
tap_is "$(device_state)" PRE "stop ends the window"
agent_otp "$e2e_dir/otp"
tap_is "$?" 0 "the OTP is taken in state PRE"
guest "meiprov start --wait" >&2
tap_is "$?" 0 "configuration starts once the certificate is ready"
sca device wait "$uuid" --timeout 60 >&2
tap_is "$?" 0 "the server configures the device"
tap_is "$(device_state)" POST "the device says POST through the kernel"
tap_is "$(vme_field control_mode)" admin "the device is in admin control mode"
vm_stop
tap_is "$?" 0 "the guest's kernel has nothing to complain about"
tap_done
