#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# "make uninstall" takes away what "make install" has put, and nothing else.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../e2e/tap.sh"
cd "$here/../.." || exit 1

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

run_make() { # TARGET [VARIABLE]...
	make --no-print-directory -s "$@" "DESTDIR=$root" >&2
}

# Everything but folders, below the place of installation.
files() {
	find "$root" ! -type d -printf '%P\n' | sort
}

pages() {
	find "$@" -type f -printf '%f\n' | sed 's/\.scd$//' | sort
}

tap_plan 13
run_make install
tap_is "$?" 0 "make install succeeds"
tap_like "$("$root/usr/bin/meiprov" version)" "* [0-9]*" "what it installs runs from there"
tap_is "$(pages "$root/usr/share/man")" "$(pages Documentation/man)" "every page is installed"
tap_is "$(find "$root" -type f -perm /022)" "" "nobody else may write to it"
touch "$root/usr/bin/other" "$root/usr/include/meiprov/other.h"
run_make uninstall
tap_is "$?" 0 "make uninstall succeeds"
tap_is "$(files)" "usr/bin/other"$'\n'"usr/include/meiprov/other.h" "it leaves what is of others"
run_make uninstall
tap_is "$?" 0 "where nothing is left it succeeds too"
rm "$root/usr/bin/other" "$root/usr/include/meiprov/other.h"

run_make install PREFIX=/opt/amt
tap_is "$?" 0 "make install takes a PREFIX"
tap_is "$(files | grep -v '^opt/amt/')" "" "everything is below it"
tap_like "$(cat "$root"/opt/amt/lib/systemd/system/*.service)" "*ExecStart=/opt/amt/sbin/*" \
	"the server is started from there"
tap_like "$(cat "$root/opt/amt/lib/pkgconfig/meiprov.pc")" "*prefix=/opt/amt*" \
	"programs are built against it there"
run_make uninstall PREFIX=/opt/amt
tap_is "$(files)" "" "make uninstall leaves nothing there"
tap_is "$(find "$root/opt" -name meiprov)" "" "nor a folder of the project's own"
tap_done
