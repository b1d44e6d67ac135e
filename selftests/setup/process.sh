# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Source it where processes are watched or ended by their number. The number of
# one that has ended may soon be another's: they come round quickly where
# scripts start many processes.

# Is this still a child of this shell?
is_own() { # PID
	local stat

	{ read -r stat <"/proc/$1/stat"; } 2>/dev/null || return
	[[ ${stat##*) } == [!Z]" $BASHPID "* ]]
}

# Those that still are children of this shell.
kill_own() { # SIGNAL PID...
	local pid

	for pid in "${@:2}"; do
		! is_own "$pid" || kill -s "$1" "$pid" 2>/dev/null
	done
}
