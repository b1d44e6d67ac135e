#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The demo keeps its promise about exit status and last word.
. "$(dirname "$0")/../e2e/tap.sh"

demo=$(dirname "$0")/run
tap_plan 4
out=$("$demo")
tap_is "$?" 0 "the demo exits with 0"
tap_like "$out" "*through the kernel: POST*is configured" "it ends with the state POST from the ME"
out=$("$demo" --otp wrong)
tap_is "$?" 3 "with a wrong OTP it exits with 3"
tap_like "$out" "*through the kernel: IN*Refused (otp-wrong)*" "and the ME is not configured"
tap_done
