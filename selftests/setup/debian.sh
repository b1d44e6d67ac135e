# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Debian roots without a system in them: packages and what they depend on are
# unpacked, no maintainer script runs, nothing is started. Mirrors are those of
# the host's own apt sources, in either format. Source it after lib.sh.

debian_keys=/usr/share/keyrings/debian-archive-keyring.gpg
overrides="on another system name your own: QEMU=PROGRAM KIMAGE=FILE KDIR=FOLDER GUEST_ROOT=FOLDER"

# The host's release, by code name.
debian_release() {
	local ID='' VERSION_CODENAME=''

	# shellcheck source=/dev/null
	. /etc/os-release
	if [ "$ID" != debian ] || [ -z "$VERSION_CODENAME" ]; then
		die "this host is not a Debian release (/etc/os-release says \"$ID $VERSION_CODENAME\")" \
			"$overrides"
	fi
	printf '%s\n' "$VERSION_CODENAME"
}

# debian_mirror SUFFIX: where the host gets its release ("" or "-security"),
# with the keyring option of sources.list.
debian_mirror() {
	local release

	release=$(debian_release) || exit
	# shellcheck disable=SC2016 # apt expands these
	apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(SIGNED_BY)' 'Created-By: Packages' |
		awk -v a="$release$1" -v b="stable$1" -v c="oldstable$1" -v keys="$debian_keys" '
			$1 ~ /^(https?|file|copy):/ && ($2 == a || $2 == b || $2 == c) {
				print "[signed-by=" ($3 ~ /^\// ? $3 : keys) "]", $1
				exit
			}'
}

# debian_sources RELEASE [backports]: lines for sources.list.
debian_sources() {
	local mirror security

	mirror=$(debian_mirror '') || exit
	[ -n "$mirror" ] || die "the host's apt sources name no mirror of its own release" \
		"add one to /etc/apt/sources.list.d, or: $overrides"
	security=$(debian_mirror -security) || exit
	printf 'deb %s %s main\n' "$mirror" "$1" "$mirror" "$1-updates"
	[ -z "$security" ] || printf 'deb %s %s-security main\n' "$security" "$1"
	[ "${2:-}" != backports ] || printf 'deb %s %s-backports main\n' "$mirror" "$1"
}

# Proxies and the like must hold for the roots too.
debian_apt_options() {
	apt-config dump | grep -E '^Acquire::(https?|ftp|Check-|Retries|ForceIP|Queue)' || true
}

# Prefer the backports for everything: a backported program and its parts must
# be of one version.
debian_prefer_backports() {
	# shellcheck disable=SC2016 # mmdebstrap's shell expands $1
	printf 'mkdir -p "$1/etc/apt/preferences.d"; printf "%%s\\n" "Package: *" "Pin: release n=%s-backports" "Pin-Priority: 990" >"$1/etc/apt/preferences.d/backports"\n' "$1"
}

# debian_unpack DIR RELEASE backports|- PACKAGE...: DIR must not exist.
debian_unpack() {
	local dir=$1 release=$2 backports=$3 options sources args=()

	shift 3
	command -v mmdebstrap >/dev/null ||
		die "mmdebstrap is missing" "selftests/setup/packages vm"
	sources=$(debian_sources "$release" "$backports") || exit
	options=$(mktemp) || exit
	debian_apt_options >"$options"
	[ "$backports" != backports ] ||
		args+=("--setup-hook=$(debian_prefer_backports "$release")")
	if ! mmdebstrap --mode=root --variant=extract --aptopt="$options" \
		"${args[@]}" --include="$*" "$release" "$dir" - \
		<<<"$sources" >"$dir.log" 2>&1; then
		rm -f "$options"
		tail -n 15 "$dir.log" >&2
		die "unpacking Debian $release ($*) failed; the end of its log is above" \
			"if packages could not be fetched: check the mirror in the host's apt sources" \
			"whole log: $dir.log"
	fi
	rm -f "$options" "$dir.log"
	debian_complete "$dir"
}

# What maintainer scripts and the kernel would have added.
debian_complete() {
	local release

	mkdir -p "$1/proc" "$1/dev" "$1/sys" "$1/tmp" "$1/build"
	[ ! -e "$1/usr/bin/mawk" ] || [ -e "$1/usr/bin/awk" ] || ln -s mawk "$1/usr/bin/awk"
	for release in "$1"/lib/modules/*/kernel; do
		[ -d "$release" ] || continue
		release=${release%/kernel}
		root_exec "$1" depmod "${release##*/}"
	done
}

# Run a program of a root: in a private mount namespace, so that nothing stays
# mounted behind it.
root_exec() {
	# shellcheck disable=SC2016 # for the inner shell
	unshare --mount sh -ec 'root=$1; shift
		mount -t proc proc "$root/proc"
		mount --rbind /dev "$root/dev"
		exec chroot "$root" "$@"' root_exec "$@"
}
