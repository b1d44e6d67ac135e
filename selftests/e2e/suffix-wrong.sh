#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The server's certificate is for another domain than the device's.
. "$(dirname "$0")/refusal.sh"

e2e_setup
sca_start
sca_chain example.net
firmware_refuses "domain does not match" "hash=test root,sha256,$root_hash"
