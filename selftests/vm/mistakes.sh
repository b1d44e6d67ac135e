#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# usage: VM_KERNEL=debug-6.1 mistakes.sh
# What a debug kernel finds fails the run, though the command is content: the
# module in mistake/ makes one mistake in each machine.

set -u
here=$(dirname "$0")
# shellcheck source=selftests/e2e/tap.sh
. "$here/../e2e/tap.sh"

dir=$(mktemp -d "${TMPDIR:-/tmp}/meiprov-mistakes.XXXXXX")
trap 'rm -rf "$dir"' EXIT

# finds KIND COMPLAINT
finds() {
	# shellcheck disable=SC2016 # for the guest
	"$here/run" --no-vme --add "$module" -- sh -ec '
		insmod /usr/local/bin/mistake.ko kind="$1"
		rmmod mistake' mistakes "$1" </dev/null >"$dir/stdout" 2>"$dir/stderr"
	tap_is $? 125 "$1: the run fails: 125"
	tap_like "$(cat "$dir/stderr")" "*the kernel of the guest complained:*$2*" \
		"$1: the complaint is shown: $2"
}

case ${VM_KERNEL:-} in
debug-*) ;;
*)
	echo "mistakes.sh: VM_KERNEL has to name a debug kernel, as VM_KERNEL=debug-6.1" >&2
	exit 2
	;;
esac
module=$("$here/../setup/kmod" --kernel "$VM_KERNEL" --of "$here/mistake") || exit

tap_plan 6
finds lock-order 'possible circular locking'
finds leak 'kmemleak: * suspected'
finds use-after-free 'KASAN: '
tap_done
