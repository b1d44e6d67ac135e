#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The root of the server's chain is in no slot of the device.
. "$(dirname "$0")/refusal.sh"

e2e_setup
sca_start
sca_chain
other=$(printf 'another root' | openssl dgst -sha256 -r | cut -d' ' -f1)
firmware_refuses "root hash not in table" "hash=another root,sha256,$other"
