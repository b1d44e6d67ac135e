#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The root of the server's chain is in a slot that is not active.
. "$(dirname "$0")/refusal.sh"

e2e_setup
sca_start
sca_chain
firmware_refuses "slot disabled" "hash=test root,sha256,$root_hash,inactive"
