# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Which files the checks look at; only what git knows and what is there.

# Written by a program: layout and length are its own affair.
generated='^(driver/netlink_gen\.[ch]|uapi/linux/mei_prov\.h)$'

tree_files() { # [PATTERN]...
	local file

	git ls-files -- "$@" | while IFS= read -r file; do
		[ ! -f "$file" ] || printf '%s\n' "$file"
	done
}

# Module code and what is compiled into it or included by it.
kernel_files() {
	tree_files 'driver/*.[ch]' 'uapi/*.[ch]' | grep -vE "$generated"
}

user_files() {
	tree_files '*.[ch]' | grep -vE '^(driver|uapi)/'
}

# By name or by first line.
shell_files() {
	local file

	tree_files | while IFS= read -r file; do
		case $file in
		*.sh) printf '%s\n' "$file" ;;
		*) head -n 1 "$file" | grep -aqE '^#!.*(bash|/sh)' && printf '%s\n' "$file" ;;
		esac
	done
}

code_files() {
	{
		kernel_files
		user_files
		shell_files
		tree_files '*.py' '*.awk' '*.mk' Makefile Kbuild
	} | sort -u
}
