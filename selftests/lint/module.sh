# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Checks of the module and of what is compiled into it.

# Drops findings that checkpatch.ignore excuses; fails when some are left.
unexcused() {
	awk '
		NR == FNR { if (/^[A-Z]/) excuse[$1 " " $2]; next }
		{
			split($0, part, ":")
			for (e in excuse) {
				split(e, word, " ")
				if (part[4] == word[1] && index(part[1], word[2]) == 1)
					next
			}
			print
			left = 1
		}
		END { exit left }' selftests/lint/checkpatch.ignore -
}

check_checkpatch() {
	local source files

	need perl || return
	source=$(selftests/setup/kernel-source) || return
	mapfile -t files < <(kernel_files)
	"$source/scripts/checkpatch.pl" --strict --no-tree --terse --show-types --no-summary \
		--max-line-length=100 --file "${files[@]}" | unexcused
}
