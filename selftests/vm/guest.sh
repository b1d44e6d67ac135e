# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # variables of and for the scripts around it
# The guest's file system: a base that depends on the kernel only, cached, and
# a second archive with what one run adds. Source it after setup/lib.sh and
# setup/kernels.sh.

library_dir=usr/lib/x86_64-linux-gnu

# Modules the guest may load; what these need is added.
guest_modules="virtio_pci virtio_console virtio_rng virtio_net mei mei_me mei_wdt nlmon veth dummy"

guest_find() {
	guest_root=${GUEST_ROOT:-$("$top/selftests/setup/root" guest)} || exit
}

# guest_file PATH: where the guest's root has it, merged /usr or not.
guest_file() {
	if [ -e "$guest_root/usr/$1" ]; then
		printf '%s\n' "$guest_root/usr/$1"
	else
		printf '%s\n' "$guest_root/$1"
	fi
}

guest_busybox() {
	"$(guest_file bin/busybox)" "$@"
}

# guest_loader ARGUMENT...: the dynamic loader of the guest's root.
guest_loader() {
	"$(guest_file lib64/ld-linux-x86-64.so.2)" --library-path "$(guest_library_path)" "$@"
}

# guest_run PROGRAM ARGUMENT...: a program of the guest's root, here. kmod does
# what its name says.
guest_run() {
	local program=$1 name=$2

	shift 2
	guest_loader --argv0 "$name" "$(guest_file "$program")" "$@"
}

guest_library_path() {
	local dir path=

	for dir in lib/x86_64-linux-gnu usr/lib/x86_64-linux-gnu \
		lib/x86_64-linux-gnu/systemd usr/lib/x86_64-linux-gnu/systemd lib/systemd; do
		path+=${path:+:}$guest_root/$dir
	done
	printf '%s\n' "$path"
}

# Paths of the libraries in a listing of the dynamic loader.
library_paths() {
	sed -n -e 's/.* => \(\/[^ ]*\) (0x.*/\1/p' -e 's/^[[:space:]]*\(\/[^ ]*\) (0x.*/\1/p'
}

copy_libraries() {
	local tree=$1 library

	mkdir -p "$tree/$library_dir" "$tree/usr/lib64"
	while read -r library; do
		case ${library##*/} in
		ld-linux-x86-64.so.2) cp -L "$library" "$tree/usr/lib64/" ;;
		*) cp -L "$library" "$tree/$library_dir/" ;;
		esac
	done
}

# Links that make /bin, /lib ... the same as in /usr.
tree_new() {
	local dir

	mkdir -p "$1/usr/bin" "$1/usr/sbin" "$1/usr/lib" "$1/usr/lib64"
	for dir in bin sbin lib lib64; do
		ln -s "usr/$dir" "$1/$dir"
	done
}

tree_pack() {
	(cd "$1" && find . -print0 | sort -z | guest_busybox cpio -0 -o -H newc -R 0:0 2>/dev/null)
}

# The shell is dash: busybox's own would run its applets and not the programs
# of the same names.
base_busybox() {
	local applet

	cp "$(guest_file bin/busybox)" "$1/usr/bin/"
	while read -r applet; do
		applet=usr/${applet#usr/}
		[ -e "$1/$applet" ] || ln -s /usr/bin/busybox "$1/$applet"
	done < <(guest_busybox --list-full)
	ln -sf dash "$1/usr/bin/sh"
}

base_programs() {
	local name

	for name in dash kmod udevadm; do
		cp "$(guest_file bin/$name)" "$1/usr/bin/"
	done
	for name in modprobe insmod rmmod lsmod modinfo depmod; do
		ln -sf ../bin/kmod "$1/usr/sbin/$name"
	done
	mkdir -p "$1/usr/lib/systemd"
	ln -sf ../../bin/udevadm "$1/usr/lib/systemd/systemd-udevd"
	program_libraries | copy_libraries "$1"
}

# Newer udev opens libkmod only when it needs it.
program_libraries() {
	local file

	for file in bin/dash bin/kmod bin/udevadm lib/x86_64-linux-gnu/libkmod.so.2; do
		file=$(guest_file "$file")
		[ -e "$file" ] || continue
		guest_loader --list "$file" | library_paths
		case $file in
		*.so.*) printf '%s\n' "$file" ;;
		esac
	done | sort -u
}

# Groups are those the rules name.
base_udev() {
	local rules=$1/usr/lib/udev/rules.d name number=100

	mkdir -p "$rules" "$1/etc/udev"
	for name in 50-udev-default 80-drivers; do
		cp "$(guest_file lib/udev/rules.d/$name.rules)" "$rules/"
	done
	printf 'root:x:0:\nmeiprov:x:900:\nnogroup:x:65534:\n' >"$1/etc/group"
	while read -r name; do
		printf '%s:x:%d:\n' "$name" "$((number += 1))" >>"$1/etc/group"
	done < <(sed -n 's/.*GROUP="\([a-z-]*\)".*/\1/p' "$rules"/*.rules | sort -u)
	cat >"$1/etc/passwd" <<-'END'
		root:x:0:0:root:/root:/bin/sh
		meiprov:x:900:900:meiprov agent:/:/bin/sh
		nobody:x:65534:65534:nobody:/:/bin/sh
	END
}

# Names to files with what they need, from modules.dep.
module_files() {
	awk -v names="$*" '
		BEGIN { n = split(names, list); for (i = 1; i <= n; i++) wanted[list[i]] = 1 }
		{
			name = $1; sub(/:$/, "", name); sub(/.*\//, "", name)
			sub(/\.ko.*/, "", name); gsub(/-/, "_", name)
			if (name in wanted) { sub(/:/, ""); print }
		}' "$kernel_modules/modules.dep" | tr ' ' '\n' | sort -u
}

base_modules() {
	local file to=$1/usr/lib/modules/$kernel_release

	mkdir -p "$to"
	cp "$kernel_modules"/modules.{order,builtin,builtin.modinfo} "$to/"
	# shellcheck disable=SC2086 # a list
	while read -r file; do
		mkdir -p "$to/${file%/*}"
		cp "$kernel_modules/$file" "$to/$file"
	done < <(module_files $guest_modules)
	guest_depmod "$1"
}

guest_depmod() {
	guest_run bin/kmod depmod -b "$1" "$kernel_release" ||
		die "depmod failed for $kernel_release"
}

make_base() {
	local dir=$1

	note "making the guest's file system for $kernel_release"
	rm -rf "$dir.new"
	tree_new "$dir.new/tree"
	base_busybox "$dir.new/tree"
	base_programs "$dir.new/tree"
	base_udev "$dir.new/tree"
	base_modules "$dir.new/tree"
	mkdir -p "$dir.new/tree"/{dev,proc,sys,run,tmp,root,etc,usr/local/bin,usr/lib/meiprov-vm}
	install -m 755 "$top/selftests/vm/init" "$dir.new/tree/init"
	install -m 755 "$stream" "$dir.new/tree/usr/lib/meiprov-vm/stream"
	tree_pack "$dir.new/tree" >"$dir.new/base.cpio" || die "packing the guest's file system failed"
	mv "$dir.new" "$dir"
}

# guest_base: sets base_dir, with tree/ and base.cpio in it.
guest_base() {
	base_dir=$cache/base-$kernel_release-$(key_of_text "$guest_root" "$guest_modules" "$stream" \
		"$(key_of_files "$top/selftests/vm" init guest.sh)" \
		"$(stat -L -c '%n %s %Y' "$kernel_modules/modules.dep" "$(guest_file bin/udevadm)")")
	if [ ! -d "$base_dir" ]; then
		lock "base-$kernel_release"
		[ -d "$base_dir" ] || make_base "$base_dir"
	fi
	touch "$base_dir"
	find "$cache" -maxdepth 1 \( -name 'base-*' -o -name 'vmlinux-*' \) -mtime +7 -exec rm -rf {} +
}

# The helper at both ends of each stream, static.
stream_build() {
	local cc=${CC:-gcc}

	stream=$cache/stream-$(key_of_files "$top/selftests/vm" stream.c)
	[ ! -x "$stream" ] || return 0
	mkdir -p "$cache"
	command -v "$cc" >/dev/null || die "$cc is missing" "selftests/setup/packages build"
	"$cc" -O2 -static -s -o "$stream.$$" "$top/selftests/vm/stream.c" ||
		die "building the stream helper failed"
	mv "$stream.$$" "$stream"
}

# --- what one run adds ---

# A program or a script into the guest's PATH, with its shared libraries.
add_file() {
	local tree=$1 file=$2 listing

	[ -r "$file" ] || die "--add $file: no such file"
	install -m 755 "$file" "$tree/usr/local/bin/${file##*/}"
	listing=$(ldd "$file" 2>/dev/null) || return 0
	case $listing in
	*'not found'*) die "--add $file: $(grep -m1 'not found' <<<"$listing")" ;;
	esac
	library_paths <<<"$listing" | copy_libraries "$tree"
}

# Our own tools, if they have been built, and the udev rule.
add_own() {
	local tree=$1 name

	for name in meiprov vmectl; do
		[ ! -x "$build/$name" ] || add_file "$tree" "$build/$name"
	done
	name=$top/driver/70-meiprov.rules
	if [ -e "$name" ]; then
		mkdir -p "$tree/usr/lib/udev/rules.d"
		cp "$name" "$tree/usr/lib/udev/rules.d/"
	fi
}

# The module where an installed one would be, and the indexes made anew.
add_module() {
	local tree=$1 module=$2 modules=usr/lib/modules/$kernel_release

	mkdir -p "$tree/${modules%/*}"
	cp -a "$base_dir/tree/$modules" "$tree/$modules"
	mkdir -p "$tree/$modules/updates"
	cp "$module" "$tree/$modules/updates/"
	guest_depmod "$tree"
	rm -rf "${tree:?}/$modules/kernel"
}

# add_command TREE WORD...: a script that runs these words, whatever they hold.
add_command() {
	local tree=$1 word

	shift
	{
		printf '#!/bin/sh\nexec'
		for word in "$@"; do
			printf " '%s'" "${word//\'/\'\\\'\'}"
		done
		printf '\n'
	} >"$tree/usr/lib/meiprov-vm/command"
	chmod 755 "$tree/usr/lib/meiprov-vm/command"
}
