# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# The kernels of the virtual machine. kernel_find NAME sets kernel_root (the
# root it came from, or empty), kernel_release, kernel_image and
# kernel_modules. Source it after lib.sh.

# shellcheck disable=SC2034,SC2154 # variables of and for the scripts around it

kernel_find() {
	if [ -n "${KIMAGE:-}" ]; then
		kernel_from_environment
		return
	fi
	case $1 in
	6.1 | 6.12 | 7) kernel_root=$("$top/selftests/setup/root" "linux-$1") || exit ;;
	debug-6.1 | debug-7) kernel_root=$("$top/selftests/setup/debug-kernel" "${1#debug-}") || exit ;;
	*) die "there is no kernel \"$1\"" "known: 6.1 6.12 7 debug-6.1 debug-7" \
		"or name your own: KIMAGE=FILE KDIR=FOLDER" ;;
	esac
	kernel_modules=$(echo "$kernel_root"/lib/modules/*/kernel)
	kernel_modules=${kernel_modules%/kernel}
	kernel_release=${kernel_modules##*/}
	kernel_image=$kernel_modules/vmlinuz
	[ -e "$kernel_image" ] || kernel_image=$kernel_root/boot/vmlinuz-$kernel_release
	[ -r "$kernel_image" ] || die "the root of kernel $1 holds no image: $kernel_image is missing" \
		"remove $kernel_root and run again"
	[ -n "${sleeps:-}" ] || [ "${1#debug-}" != "$1" ] || kernel_unpack
}

# Unpacking itself costs an emulated processor five seconds; QEMU also starts
# the ELF file inside. An image without one is used as it is; that of a debug
# kernel is, too: KASAN does not let the entry for ELF files get far. So is that
# of a machine that sleeps: QEMU loads an ELF file again at each reset, waking up
# is one, and the kernel would wake with its data as they were at the boot.
kernel_unpack() {
	local elf

	elf=$cache/vmlinux-$(key_of_text "$kernel_image")
	if [ ! -f "$elf" ]; then
		kernel_payload >"$elf.$$" 2>/dev/null
		mv "$elf.$$" "$elf"
	fi
	touch "$elf"
	[ "$(head -c 4 "$elf")" != $'\x7fELF' ] || kernel_image=$elf
}

# The fields setup_sects, payload_offset and payload_length of the kernel's
# Documentation/arch/x86/boot.rst. Four bytes of size follow what has no size
# of its own.
kernel_payload() {
	local start size

	start=$((($(image_field 0x1f1 1) + 1) * 512 + $(image_field 0x248 4)))
	size=$(image_field 0x24c 4)
	tail -c "+$((start + 1))" "$kernel_image" | head -c "$size" | case $(
		od -A n -t x1 -j "$start" -N 4 "$kernel_image" | tr -d ' ') in
	fd377a58) head -c "$((size - 4))" | xz -dc ;;
	28b52ffd) head -c "$((size - 4))" | zstd -dcq ;;
	1f8b*) gzip -dc ;;
	esac
}

# image_field OFFSET BYTES: little endian, as this host is.
image_field() {
	od -A n -t "u$2" -j "$1" -N "$2" "$kernel_image" | tr -d ' '
}

# The name a built kernel has for itself; Debian's config/kernel.release has
# another. Empty when there are no headers in $1.
headers_release() {
	sed -n 's/^#define UTS_RELEASE "\(.*\)"$/\1/p' \
		"$1/include/generated/utsrelease.h" 2>/dev/null
}

kernel_from_environment() {
	kernel_root=''
	kernel_image=$KIMAGE
	kernel_release=$(headers_release "${KDIR:?KIMAGE= needs KDIR= beside it}")
	[ -n "$kernel_release" ] || die "KDIR=$KDIR is no built kernel: include/generated/utsrelease.h is missing"
	kernel_modules=${KMODULES:-/lib/modules/$kernel_release}
	[ -r "$kernel_modules/modules.dep" ] ||
		die "no modules of $kernel_release in $kernel_modules" "name their folder: KMODULES=FOLDER"
}
