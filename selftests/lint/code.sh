# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Checks of user space code and scripts.

# Other versions lay out differently: 14, or nothing.
find_clang_format() {
	local program

	for program in clang-format-14 clang-format; do
		if "$program" --version 2>/dev/null | grep -q 'version 14\.'; then
			echo "$program"
			return
		fi
	done
	echo "clang-format 14 is missing: selftests/setup/packages lint" >&2
	return 1
}

check_clang_format() {
	local program file lines status=0

	program=$(find_clang_format) || return
	while IFS= read -r file; do
		lines=$("$program" --style=file "$file" | diff "$file" - | grep -c '^>')
		[ "$lines" -eq 0 ] && continue
		echo "$file: $lines lines would change: $program -i $file"
		status=1
	done < <(user_files | grep -v '^selftests/lint/')
	return $status
}

check_cppcheck() {
	local options=(--quiet -j 2 --std=c11 --library=posix -D_GNU_SOURCE -D__linux__
		--enable='warning,performance,portability' --inline-suppr --error-exitcode=1
		--include=selftests/lint/cppcheck.h
		--suppressions-list=selftests/lint/cppcheck.ignore
		'--template={file}:{line}: {id}: {message}')

	need cppcheck || return
	user_files | grep '\.c$' |
		cppcheck "${options[@]}" -Iuapi -Ilibmeiprov/include -I. --file-list=-
}

# A file that others source shares variables with them: none is looked for there.
# SC2119: functions with arguments that may be left out are meant so.
check_shellcheck() {
	local file options=(--external-sources --source-path=SCRIPTDIR --source-path=. --format=gcc)
	local scripts=() sourced=() status=0

	need shellcheck || return
	while IFS= read -r file; do
		if [ -x "$file" ]; then scripts+=("$file"); else sourced+=("$file"); fi
	done < <(shell_files)
	shellcheck "${options[@]}" --exclude=SC2119 "${scripts[@]}" || status=1
	shellcheck "${options[@]}" --exclude=SC2119,SC2034,SC2153,SC2154 "${sourced[@]}" || status=1
	return $status
}

# Header and how it is compiled. Without padding, and with types of fixed size, the
# layout is the same for 32-bit callers.
header_ways() {
	local headers32

	headers32="-idirafter /usr/include/$(gcc -print-multiarch)"
	cat <<-END
		libmeiprov/include/meiprov/meiprov.h	gcc -std=c99
		libmeiprov/include/meiprov/meiprov.h	g++ -std=c++11
		uapi/linux/mei_prov_ioctl.h		gcc -std=c99 -Wpadded
		uapi/linux/mei_prov_ioctl.h		gcc -std=c99 -Wpadded -m32 $headers32
		uapi/linux/mei_prov_ioctl.h		g++ -std=c++11
		uapi/linux/mei_prov.h			gcc -std=c99
		uapi/linux/mei_prov.h			g++ -std=c++11
		uapi/amthi/amthi.h			gcc -std=gnu11
	END
}

check_headers() {
	local header compiler options language status=0

	need gcc g++ || return
	while read -r header compiler options; do
		language=c
		[ "$compiler" = gcc ] || language=c++
		# shellcheck disable=SC2086 # a list
		printf '#include "%s"\n' "$header" |
			"$compiler" $options -Wall -Wextra -Werror -Iuapi -I. -fsyntax-only \
				-x $language - || status=1
	done < <(header_ways)
	return $status
}

# The library's ABI and the one that is written down. When it was meant to change:
# "make abi-baseline", and a line in CHANGELOG.md, in the same commit.
check_abi() {
	need abidw abidiff || {
		echo 'they are in package abigail-tools'
		return 1
	}
	make --no-print-directory -s build/libmeiprov.abi >/dev/null || return
	abidiff --harmless libmeiprov/libmeiprov.abi build/libmeiprov.abi && return
	echo 'the ABI of libmeiprov is another than libmeiprov/libmeiprov.abi says:' \
		'was that meant? then "make abi-baseline" and a line in CHANGELOG.md'
	return 1
}
