# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Checks of the tree as a whole: licences, words, limits, documents.

# A pattern of paths, a tab, the licence; the first that fits counts. "-" is for
# files that cannot carry the line: LICENSES/README.md has their licence.
licences() {
	cat <<-'END'
		*.md	GPL-2.0-or-later
		selftests/mei_prov/*	GPL-2.0-only
		*.mk	GPL-2.0-or-later
		LICENSES/*	-
		*.patch	-
		debian/*	-
		selftests/vm/complaints	-
		selftests/fuzz/corpus/*	-
		driver/netlink_gen.*	((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
		driver/*	GPL-2.0-only
		uapi/amthi/*	GPL-2.0-only OR LGPL-2.1-or-later
		uapi/linux/*	((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
		uapi/specs/*	((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
		Kbuild	GPL-2.0-only
		libmeiprov/*	LGPL-2.1-or-later
		*	GPL-2.0-or-later
	END
}

licence_of_path() { # FILE; sets wanted
	local i

	for ((i = 0; i < ${#licence_paths[@]}; i++)); do
		# shellcheck disable=SC2053 # the pattern is meant to be one
		[[ $1 == ${licence_paths[i]} ]] || continue
		wanted=${licence_names[i]}
		return
	done
}

licence_of_file() { # FILE; sets found
	local line pattern='SPDX-License-Identifier: *(.*[A-Za-z0-9)])'

	found=
	while [ -z "$found" ] && IFS= read -r line; do
		[[ $line =~ $pattern ]] && found=${BASH_REMATCH[1]}
	done < <(head -n 4 "$1" | tr -d '\0')
}

check_spdx() {
	local file wanted found pattern licence licence_paths=() licence_names=() status=0

	while IFS=$'\t' read -r pattern licence; do
		licence_paths+=("$pattern")
		licence_names+=("$licence")
	done < <(licences)
	while IFS= read -r file; do
		licence_of_path "$file"
		[ "$wanted" != - ] || continue
		licence_of_file "$file"
		[ "$found" != "$wanted" ] || continue
		echo "$file: the licence is \"$found\", wanted \"$wanted\""
		status=1
	done < <(tree_files)
	return $status
}

check_codespell() {
	local files

	need codespell || return
	mapfile -t files < <(tree_files | grep -vE '^LICENSES/[^.]*$')
	codespell --ignore-words=selftests/lint/codespell.ignore "${files[@]}"
}

check_house() {
	local files

	mapfile -t files < <(code_files)
	awk -f selftests/lint/house.awk "${files[@]}"
}

# Paths of one machine, names of mirrors: written so as not to find itself.
words='(^|[^[:alnum:]_.~}/-])/(work|root|home/[a-z]+)/|\.\./(shared)|(deb|ftp[.a-z]*|security|cdn-aws|snapshot)\.debian\.(org|net)'

check_words() {
	local files

	mapfile -t files < <(tree_files | grep -vE '^LICENSES/[^.]*$')
	! grep -nE "$words" "${files[@]}"
}

# Numbers and names of sections that code cites, "protocol.md 3.3", must exist.
check_links() {
	local file section status=0

	while read -r file section; do
		grep -qE "^#+ ${section//./\\.}[. ]" "Documentation/$file" && continue
		echo "Documentation/$file has no section $section, cited here:"
		git grep -nE "${file/./\\.} $section([^0-9.]|\$)" | head -n 5
		status=1
	done < <(git grep -ohE '(amthi|protocol)\.md ([A-H]|[0-9][0-9A-F]?)(\.[0-9]+)*' | sort -u)
	check_relative_links || status=1
	! git grep -nE '(network|kernel|peers)\.md|amthi\.rst' -- ':!selftests/lint' || status=1
	return $status
}

# [text](file) in documents
check_relative_links() {
	local file link status=0

	while IFS=: read -r file link; do
		link=${link#*](}
		link=${link%%[)#]*}
		[ -z "$link" ] || [ -e "$(dirname "$file")/$link" ] && continue
		echo "$file: there is no $link"
		status=1
	done < <(git grep -oE '\]\((\.\./)*[A-Za-z][A-Za-z0-9_./-]*[)#]' -- '*.md')
	return $status
}

check_generated() {
	selftests/setup/ynl --check
}

# What a program's table of settings names, its page does.
settings() {
	sed -n 's/^\t{ "\([a-z0-9-]*\)", CONFIG_.*/meiprov-vme.1 \1/p' tools/vme/config_keys.c
	sed -n 's/^\tS("\([a-z0-9-]*\)",.*/meiprov-scad.8 \1/p' tools/sca/config.c
	sed -n 's/^\t{ { "\([a-z]*\)"\(, "\([a-z-]*\)"\)\{0,1\} }.*/meiprov-sca.8 \1 \3/p' tools/sca/sca.c
}

check_settings() {
	local page setting status=0

	while read -r page setting; do
		grep -qE "^\*(--)?${setting% }\*" "Documentation/man/$page.scd" && continue
		grep -qF "*$setting*=" "Documentation/man/$page.scd" && continue
		echo "Documentation/man/$page.scd does not describe $setting"
		status=1
	done < <(settings)
	return $status
}

# Every program has a page, every page builds, every setting is described.
check_man() {
	local program status=0

	need scdoc || return
	make --no-print-directory -s man >/dev/null || status=1
	while read -r program; do
		compgen -G "Documentation/man/$program.[1-8].scd" >/dev/null && continue
		echo "$program has no manual page"
		status=1
	done < <(tree_files 'tools/*/*.mk' | xargs sed -n 's/^PROGRAMS += *//p' | tr ' ' '\n')
	check_settings || status=1
	return $status
}

# The virtual ME is the other side: a mistake made on both would hide itself. So it
# shares no code with library, tools and driver; its tests may use the vectors.
check_apart() {
	local found status=0

	found=$(git grep -nE '^#[[:space:]]*include[[:space:]]+["<](\.\.|libmeiprov|meiprov|driver|uapi|linux/mei_prov|tools/(sca|wsman|meiprov|agent))' \
		-- 'tools/vme/*.[ch]' ':!tools/vme/tests') && status=1
	[ -z "$found" ] || echo "$found"
	while IFS= read -r found; do
		echo "$found"
		status=1
	done < <(vme_sources | grep -E 'libmeiprov/|driver/|uapi/|tools/(sca|wsman|meiprov|agent)/|_LIBS')
	return $status
}

# What the programs of tools/vme are made of, one variable a line.
vme_sources() {
	awk '
		{ line = line $0 }
		sub(/\\$/, "", line) { next }
		line !~ /^(test_|#)/ { print FILENAME ": " line }
		{ line = "" }
	' tools/vme/*.mk
}
