# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Test results in TAP 13 for shell scenarios.

tap_count=0
tap_failed=0

tap_plan() {
	printf 'TAP version 13\n1..%d\n' "$1"
}

# tap_result STATUS NAME: "ok" for status 0.
tap_result() {
	tap_count=$((tap_count + 1))
	if [ "$1" -eq 0 ]; then
		printf 'ok %d %s\n' "$tap_count" "$2"
	else
		tap_failed=$((tap_failed + 1))
		printf 'not ok %d %s\n' "$tap_count" "$2"
	fi
}

# tap_is GOT WANTED NAME
tap_is() {
	local status=0

	[ "$1" = "$2" ] || status=1
	tap_result "$status" "$3"
	[ "$status" -eq 0 ] || printf '# got "%s", wanted "%s"\n' "$1" "$2"
}

# tap_like TEXT PATTERN NAME: a shell pattern
tap_like() {
	local status=1

	# shellcheck disable=SC2053 # the pattern is meant to be one
	[[ $1 == $2 ]] && status=0
	tap_result "$status" "$3"
	[ "$status" -eq 0 ] || printf '# "%s" is not like "%s"\n' "$1" "$2"
}

tap_done() {
	[ "$tap_failed" -eq 0 ]
}
