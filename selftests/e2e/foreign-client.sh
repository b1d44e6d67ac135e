#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A program of others, the kernel tree's own sample for /dev/mei0, sees the
# virtual ME without the module, and beside it while it polls.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/tap.sh"

# Seconds in which a round must succeed: the sample does not retry when it
# meets "busy" (the module's 250 ms, and an emulated machine that is slow).
patience=3
rounds=${ROUNDS:-30}

tap_plan 8
e2e_setup
source=$("$top/selftests/setup/kernel-source")/samples/mei/mei-amt-version.c
gcc -static -O2 -o "$e2e_dir/mei-amt-version" "$source" ||
	die "building the kernel's sample failed"

# The table of versions in what the sample printed.
versions() {
	sed -n 's/^\(AMT\|Build Number\|Sku\):[[:space:]]*/\1=/p' "$1" | tr '\n' ' '
}

"$top/selftests/vm/run" --timeout 120 --add "$e2e_dir/mei-amt-version" \
	-- sh -c 'mei-amt-version || exit
		meiprov --json info && meiprov otp generate | meiprov otp set --file - &&
		meiprov check --server 127.0.0.1' >"$e2e_dir/before" 2>"$e2e_dir/vm.log" </dev/null
tap_is "$?" 11 "the sample runs without the module, and our tool as well"
tap_like "$(versions "$e2e_dir/before")" "AMT=12.0.49 *" "it prints the virtual ME's versions"
tap_like "$(<"$e2e_dir/before")" '*"transport": "mei"*"node": "/dev/mei0"*"AMT": "12.0.49"*' \
	"our tool reads the same over the node of the bus driver"
tap_like "$(<"$e2e_dir/before")" '*password is in the ME*module-missing*' \
	"it writes a password there, and check says that the module is missing"

vm_seconds=$((300 + rounds))
vm_files=("$e2e_dir/mei-amt-version")
vm_start
guest 'meiprov watch --interval 250 >/tmp/watch 2>&1 & sleep 1; kill -0 $!' >&2
tap_is "$?" 0 "the module polls for a watcher"
guest "mei-amt-version" >"$e2e_dir/after"
tap_is "$(versions "$e2e_dir/after")" "$(versions "$e2e_dir/before")" "the sample prints the same beside it"
guest_input "sh -s" >"$e2e_dir/rounds" <<-END
	n=0
	while [ \$n -lt $rounds ]; do
		end=\$((\$(date +%s) + $patience))
		until mei-amt-version >/dev/null 2>&1; do
			[ \$(date +%s) -le \$end ] || exit 1
		done
		n=\$((n + 1))
		[ \$((n % 100)) -ne 0 ] || echo "\$n rounds"
	done
	echo done
END
tap_is "$(tail -n 1 "$e2e_dir/rounds")" "done" "$rounds rounds of it get their turn within $patience s each"
vm_stop
tap_is "$?" 0 "the guest's kernel has nothing to complain about"
tap_done
