#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Bare metal: no agent, no OTP; a fresh device says Hello by itself. One that
# nobody registered stays as it is.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/tap.sh"

tap_plan 6
e2e_setup
sca_start
sca_chain
vm_start state=in "hash=test root,sha256,$root_hash" hello-schedule=600x0.5
uuid=$(device_uuid)
for _ in $(seq 100); do
	sca hello list | grep -q "$uuid" && break
	sleep 0.2
done
sca hello list | grep -q "$uuid"
tap_is "$?" 0 "the device says Hello by itself"
tap_is "$(device_state)" IN "a device nobody registered is not touched"
sca device register "$uuid" --bare-metal >&2
sca device wait "$uuid" --timeout 60 >&2
tap_is "$?" 0 "registered as bare metal it is configured without an OTP"
tap_is "$(device_state)" POST "the device says POST through the kernel"
tap_is "$(vme_field control_mode)" admin "the device is in admin control mode"
vm_stop
tap_is "$?" 0 "the guest's kernel has nothing to complain about"
tap_done
