# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# A whole installation for one scenario: a virtual machine with a virtual ME,
# a server and its console, on addresses of their own, so that scenarios can
# run side by side. Source it from a script in selftests/e2e.
#
# The guest's shell is a coprocess: what is written to it runs in the guest,
# and the guest reaches nothing but the PCI device. Secrets go in as
# here-documents, never as arguments.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$top/build
. "$top/selftests/setup/process.sh"
suffix=example.org
e2e_dir=
scad_pid=
vm_pid=
vm_files=()		# to be put into the guest's PATH
vm_seconds=300		# how long the PC may be on
vm_options=()		# of selftests/vm/run, more than the usual ones

die() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# Directory and addresses of this scenario.
e2e_setup() {
	local net

	e2e_dir=$(mktemp -d "${TMPDIR:-/tmp}/meiprov-e2e.XXXXXX")
	trap e2e_cleanup EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	net=127.$((RANDOM % 200 + 20)).$((RANDOM % 256))
	sca_addr=$net.1
	me_addr=$net.2
	umask 077
}

e2e_cleanup() {
	local status=$?

	trap - EXIT
	vm_stop
	sca_stop
	if [ "$status" -ne 0 ] && [ -n "${E2E_KEEP:-}" ]; then
		printf '%s: logs kept in %s\n' "${0##*/}" "$e2e_dir" >&2
	else
		rm -rf "$e2e_dir"
	fi
	exit "$status"
}

# --- server and console ---

sca() {
	"$build/meiprov-sca" --api "$e2e_dir/sca.sock" "$@"
}

# Start the server; arguments are added to its command line.
sca_start() {
	"$build/meiprov-scad" --store "$e2e_dir/sca.db" --api "$e2e_dir/sca.sock" \
		--hello "$sca_addr:9971" --allow-test-ca --foreground "$@" \
		</dev/null >>"$e2e_dir/scad.log" 2>&1 &
	scad_pid=$!
	for _ in $(seq 100); do
		[ -S "$e2e_dir/sca.sock" ] && sca status >/dev/null 2>&1 && return
		is_own "$scad_pid" || break
		sleep 0.1
	done
	cat "$e2e_dir/scad.log" >&2
	die "meiprov-scad did not start; its log is above"
}

sca_stop() {
	[ -n "$scad_pid" ] || return 0
	kill_own TERM "$scad_pid"
	wait "$scad_pid" 2>/dev/null
	scad_pid=
}

# Make a test chain for the domain $1 (default: the device's own), import it;
# root_hash is the digest the device must know.
sca_chain() {
	local dir=$e2e_dir/ca-${1:-$suffix}

	sca cert make-test-ca --suffix "${1:-$suffix}" --out "$dir" >/dev/null ||
		die "making the test chain failed"
	sca cert import "$dir/chain.pem" "$dir/key.pem" >/dev/null ||
		die "importing the test chain failed"
	root_hash=$(openssl x509 -in "$dir/root.pem" -outform DER |
		openssl dgst -sha256 -r | cut -d' ' -f1)
}

# --- the client PC ---

# Boot a PC; arguments are settings of its virtual ME.
vm_start() {
	local args=() setting to from

	for setting in "net=$me_addr" "server=$sca_addr:9971" \
		"dhcp-suffix=$suffix" "control=$e2e_dir/vme.sock" "$@"; do
		args+=(--vme "$setting")
	done
	for setting in "${vm_files[@]}"; do
		args+=(--add "$setting")
	done
	coproc VM { exec "$top/selftests/vm/run" --load --timeout "$vm_seconds" \
		"${vm_options[@]}" "${args[@]}" -- sh 2>"$e2e_dir/vm.log"; }
	vm_pid=$VM_PID
	# copies: bash closes a coprocess's own in $(...)
	to=${VM[1]} from=${VM[0]}
	exec {vm_in}>&"$to" {vm_out}<&"$from"
	exec {to}>&-
	exec {from}<&-
	guest 'until [ -c /dev/meiprov0 ]; do sleep 0.1; done' || {
		cat "$e2e_dir/vm.log" >&2
		die "the virtual machine did not come up; its messages are above"
	}
}

# Run a command line in the guest: prints its output, returns its status.
guest() {
	guest_input "$1" </dev/null
}

# The same with this function's standard input as the command's: text, which
# gets there with one newline at its end.
guest_input() {
	local line

	printf '{ %s\n} 2>&1 <<"@@end@@"\n%s\n@@end@@\necho "@@status $?"\n' \
		"$1" "$(cat)" >&"$vm_in" || return 125
	while IFS= read -r -t 180 line <&"$vm_out"; do
		case $line in
		*"@@status "*)
			[ -z "${line%%@@status *}" ] || printf '%s\n' "${line%%@@status *}"
			return "${line##*@@status }"
			;;
		*) printf '%s\n' "$line" ;;
		esac
	done
	return 125
}

# --- what scenarios ask of the parties ---

# text_field PATH: a value in the JSON on standard input
text_field() {
	jq -r ".$1"
}

device_uuid() {
	guest "meiprov --json info" | text_field uuid
}

# The provisioning state, from the ME through the kernel.
device_state() {
	guest "meiprov --json state" | text_field provisioning
}

# device_field UUID NAME: what the server knows of a device
device_field() {
	sca --json device show "$1" | text_field "$2"
}

# vme_field NAME: what the virtual ME says of itself
vme_field() {
	vme --json status | text_field "$1"
}

# Register with a new OTP, which ends up in $e2e_dir/otp.
register_with_otp() {
	sca device register "$1" --otp-new "$e2e_dir/otp" >&2 ||
		die "registering the device failed"
}

# Write the OTP in file $1 into the ME; returns the tool's status.
agent_otp() {
	guest_input "meiprov otp set --fd 0" <"$1" >&2
}

# Power the PC off; the runner's status tells of kernel complaints.
vm_stop() {
	local status

	[ -n "$vm_pid" ] || return 0
	exec {vm_in}>&-
	wait "$vm_pid"
	status=$?
	exec {vm_out}<&-
	vm_pid=
	return "$status"
}

vme() {
	"$build/vmectl" --socket "$e2e_dir/vme.sock" "$@"
}
