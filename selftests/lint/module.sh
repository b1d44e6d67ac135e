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

# Comments of the form that the kernel makes manuals from.
check_kernel_doc() {
	local source files

	need python3 || return
	source=$(selftests/setup/kernel-source) || return
	mapfile -t files < <(kernel_files)
	python3 "$source/tools/docs/kernel-doc" -none -Wall -Werror "${files[@]}"
}

# Sets stage: the module's build with W=1 for the kernel $1.
build_for() {
	stage=$(selftests/setup/kmod --kernel "$1") && stage=$(dirname "$stage")
}

check_module_w1() {
	local kernel stage status=0

	for kernel in $kernels; do
		build_for "$kernel" || return
		! grep -E -A6 'warning:|WARNING:' "$stage/build.log" || status=1
	done
	return $status
}

# The module with the netlink code a kernel tree would have.
check_split() {
	local kernel module status=0

	for kernel in 6.12 7; do
		module=$(selftests/setup/kmod --kernel "$kernel" --split) || return
		! grep -E -A6 'warning:|WARNING:' "${module%/*}/build.log" || status=1
	done
	return $status
}

# Compile commands of the build, one per line, as commands for sparse. It does
# not know everything that newer compilers do.
sparse_commands() { # STAGE
	local flags=(-D__linux__ -Dlinux -D__STDC__ -Dunix -D__unix__ -D__x86_64__
		--arch=x86 -mlittle-endian -m64 -D__CHECK_ENDIAN__ -Wbitwise -Wcontext
		-Wno-return-void -Wno-unknown-attribute -D__typeof_unqual__=__typeof__
		"'-D__builtin_strlen(s)=(sizeof(s)-1)'")

	find "$1" -name '.*.o.cmd' -exec sed -n \
		's/^\(saved\)\{0,1\}cmd_[^ ]*\.o := *[^ ]*gcc[^ ]* \(.*\.c\) *\(;.*\)\{0,1\}$/\2/p' {} + |
		grep -vE '(\.mod|/module-common)\.c$' |
		sed -E -e 's/ -Wp,-MMD,[^ ]*| -o [^ ]*//g' -e "s,/build([ /]),$1\\1,g" \
			-e "s/^/sparse ${flags[*]//\//\\/} /"
}

# Where these commands were run: newer kernels build in the module's folder.
sparse_place() { # STAGE
	if grep -qF "$1/driver/" "$1/sparse.sh"; then
		echo '/usr/src/linux-headers-*-amd64'
	else
		echo "$1"
	fi
}

# The headers name each other by the place they have in their root; sparse runs
# where they seem to be at that place.
sparse_kernel() { # KERNEL
	local stage root found

	build_for "$1" && root=$(selftests/setup/root "linux-$1") || return
	sparse_commands "$stage" >"$stage/sparse.sh"
	[ -s "$stage/sparse.sh" ] || {
		echo "no compile commands in $stage"
		return 1
	}
	# shellcheck disable=SC2016 # for the inner shell
	found=$(unshare --mount sh -ec 'mount --bind "$1/usr/src" /usr/src
		cd $3
		. "$2"' sparse "$root" "$stage/sparse.sh" "$(sparse_place "$stage")" 2>&1) &&
		[ -z "$found" ] && return
	printf 'for the kernel %s:\n%s\n' "$1" "${found//"$stage/"/}"
	return 1
}

check_sparse() {
	local kernel status=0

	need sparse unshare || return
	for kernel in $kernels; do
		sparse_kernel "$kernel" || status=1
	done
	return $status
}

# What is meant for the kernel applies to its newest source; who sends it signs it.
# By its name checkpatch would take a file that git knows for a source.
check_upstream() {
	local source tree patch status=0

	need git perl || return
	source=$(selftests/setup/kernel-source) && tree=$(mktemp -d) || return
	cp -r "$source/drivers" "$tree/"
	while IFS= read -r patch; do
		git -C "$tree" apply --check "$PWD/$patch" || status=1
		"$source/scripts/checkpatch.pl" --strict --no-tree --terse --show-types --no-summary \
			--ignore MISSING_SIGN_OFF - <"$patch" || status=1
	done < <(tree_files 'Documentation/upstream/*.patch')
	rm -rf "$tree"
	return $status
}
