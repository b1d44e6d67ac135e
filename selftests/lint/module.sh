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

# The module is built with W=1 for the oldest kernel that is supported.
built_module() {
	local module

	module=$(selftests/setup/kmod --kernel 6.1) || return
	dirname "$module"
}

check_module_w1() {
	local stage

	stage=$(built_module) || return
	! grep -E -A6 'warning:|WARNING:' "$stage/build.log"
}

# Compile commands of the build, one per line, as commands for sparse.
sparse_commands() { # STAGE
	local flags=(-D__linux__ -Dlinux -D__STDC__ -Dunix -D__unix__ -D__x86_64__
		--arch=x86 -mlittle-endian -m64 -D__CHECK_ENDIAN__ -Wbitwise -Wcontext
		-Wno-return-void -Wno-unknown-attribute)

	find "$1" -name '.*.o.cmd' -exec sed -n \
		's/^\(saved\)\{0,1\}cmd_[^ ]*\.o := *[^ ]*gcc[^ ]* \(.*\.c\)\( *;.*\)\{0,1\}$/\2/p' {} + |
		grep -v '\.mod\.c$' |
		sed -E -e 's/ -Wp,-MMD,[^ ]*| -o [^ ]*//g' -e "s,/build([ /]),$1\\1,g" \
			-e "s/^/sparse ${flags[*]//\//\\/} /"
}

# The headers name each other by the place they have in their root; sparse runs
# where they seem to be at that place.
check_sparse() {
	local stage root found

	need sparse unshare || return
	stage=$(built_module) && root=$(selftests/setup/root linux-6.1) || return
	sparse_commands "$stage" >"$stage/sparse.sh"
	[ -s "$stage/sparse.sh" ] || {
		echo "no compile commands in $stage"
		return 1
	}
	# shellcheck disable=SC2016 # for the inner shell
	found=$(unshare --mount sh -ec 'mount --bind "$1/usr/src" /usr/src
		cd /usr/src/linux-headers-*-amd64
		. "$2"' sparse "$root" "$stage/sparse.sh" 2>&1) && [ -z "$found" ] && return
	printf '%s\n' "${found//"$stage/"/}"
	return 1
}
