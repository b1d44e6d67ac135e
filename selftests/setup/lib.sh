# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# What the scripts of selftests/setup and selftests/vm share: messages, the
# cache, locks, keys made from content. Source it; it sets top, build and cache.

# shellcheck disable=SC2034 # for the scripts that source this file
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck disable=SC2034
build=$top/build
cache=${MEIPROV_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/meiprov}

note() {
	printf 'setup: %s\n' "$*" >&2
}

# What failed and why; then, one per line, what to do about it.
die() {
	printf '%s: %s\n' "${0##*/}" "$1" >&2
	shift
	[ $# -eq 0 ] || printf '  %s\n' "$@" >&2
	exit 125
}

# The usage of a script is the comment block at its head.
usage_of() {
	sed -n '/^# *usage:/,/^$/s/^# \{0,1\}//p' "$1"
}

need_root() {
	[ "$(id -u)" -eq 0 ] || die "$1 needs root" "run it as root; later runs use what was made"
}

# Sixteen hex digits that change with the arguments.
key_of_text() {
	printf '%s\0' "$@" | sha256sum | cut -c1-16
}

# The same for the content and names of files and folders, relative to $1.
key_of_files() (
	cd "$1" || exit
	shift
	find "$@" -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16
)

# lock NAME: until this process ends, others that ask for NAME wait.
lock() {
	local fd

	mkdir -p "$cache/locks"
	exec {fd}>"$cache/locks/$1"
	flock -n "$fd" && return
	note "waiting for another run that makes $1"
	flock "$fd"
}
