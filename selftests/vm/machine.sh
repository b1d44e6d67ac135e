# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # variables of and for the scripts around it
# One run of the virtual machine: the virtual ME, QEMU, the streams, and what
# became of them. Source it from run.

ports="stdin stdout stderr status dmesg"
poweroff_limit=30

qemu_find() {
	local root

	if [ -n "${QEMU:-}" ]; then
		qemu=("$QEMU")
		return
	fi
	root=$("$top/selftests/setup/root" qemu) || exit
	qemu=("$root/usr/lib64/ld-linux-x86-64.so.2"
		--library-path "$root/usr/lib/x86_64-linux-gnu"
		"$root/usr/bin/qemu-system-x86_64"
		-L "$root/usr/share/qemu" -L "$root/usr/share/seabios")
}

# The streams of this program, kept apart from those of the programs it starts;
# closed ones read as empty and write to nowhere.
machine_streams() {
	is_open 0 || exec </dev/null
	is_open 1 || exec >/dev/null
	is_open 2 || exec 2>/dev/null
	exec {own_stdin}<&0 {own_stdout}>&1 {own_stderr}>&2
	exec </dev/null >&2
}

is_open() {
	[ -e "/proc/$$/fd/$1" ]
}

# start SIGNAL PROGRAM ARGUMENT...: in place of this subshell, away from the
# streams, and ended by SIGNAL should the runner be killed.
start() {
	exec {own_stdin}<&- {own_stdout}>&- {own_stderr}>&-
	exec setpriv --pdeathsig "$@"
}

# Paths of sockets are short: 107 bytes.
machine_setup() {
	local port base=${TMPDIR:-/tmp}

	[ ${#base} -lt 60 ] || base=/tmp
	dir=$(mktemp -d "$base/meiprov-vm.XXXXXX") || die "no temporary folder in $base"
	pids=() vme_pid='' qemu_pid=''
	trap machine_cleanup EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	for port in $ports; do
		mkfifo "$dir/$port.in" "$dir/$port.out"
	done
}

# A subshell may get here when a signal meets it before it is something else.
machine_cleanup() {
	local status=$?

	[ "$BASHPID" -eq $$ ] || exit "$status"
	trap - EXIT
	trap '' INT TERM HUP
	kill_own KILL ${qemu_pid:+"$qemu_pid"}
	kill_own TERM "${pids[@]}"
	[ -z "$vme_pid" ] || vme_stop
	wait "${pids[@]}" ${qemu_pid:+"$qemu_pid"} 2>/dev/null
	if [ -n "$keep" ]; then
		printf 'vm: logs kept in %s\n' "$dir" >&2
	else
		rm -rf "$dir"
	fi
	exit "$status"
}

# --- the virtual ME ---

# The control socket is the caller's when it names one. The slot is the machine's
# affair, and not told to the virtual ME.
vme_plan() {
	local setting others=()

	control=$dir/vme.sock
	for setting in "${vme_settings[@]}"; do
		case $setting in
		control=*) control=${setting#control=} ;;
		slot=hotplug) hotplug=1 && continue ;;
		slot=*) die "--vme $setting: the slot is hotplug, or it is not set" ;;
		esac
		others+=("$setting")
	done
	vme_settings=("${others[@]}")
}

vme_start() {
	local program=${VME:-$build/meiprov-vme} line='' part ended ready

	[ -x "$program" ] || die "the virtual ME is not built: $program is missing" "make" "or: --no-vme"
	mkfifo "$dir/ready"
	exec {ready}<>"$dir/ready"
	start TERM "$program" "socket=$dir/vfio.sock" "control=$control" "${vme_settings[@]}" \
		>"$dir/ready" 2>"$dir/vme.log" &
	vme_pid=$!
	# On a busy machine the time may run out in the middle of the word.
	while is_own "$vme_pid"; do
		IFS= read -r -t 0.2 part <&"$ready"
		ended=$?
		line+=$part
		[ "$ended" -ne 0 ] || break
	done
	[ "$line" = ready ] || {
		cat "$dir/vme.log" >&2
		die "the virtual ME did not start; its words are above"
	}
}

# Asked to end, it has five seconds to do so. Returns its exit status.
vme_stop() {
	local pid=$vme_pid tries=50

	vme_pid=
	kill_own TERM "$pid"
	while is_own "$pid"; do
		[ $((tries -= 1)) -gt 0 ] || kill_own KILL "$pid"
		sleep 0.1
	done
	wait "$pid" 2>/dev/null
}

# A virtual ME that crashed or leaked makes the run worthless.
vme_check() {
	vme_stop && return
	fail "all went well but for the virtual ME, which ended with status $?: see its log"
}

# The device as QEMU is told of it, at its start and by a guest that plugs it in
# again.
vme_device() {
	local place='"addr":"16.0"'

	[ -z "$hotplug" ] || place='"bus":"me-port"'
	printf '{"driver":"vfio-user-pci","id":"me",%s,"socket":{"path":"%s","type":"unix"}}\n' \
		"$place" "$dir/vfio.sock"
}

vme_arguments() {
	[ -z "$hotplug" ] || hotplug_arguments
	printf '%s\n' -device "$(vme_device)" \
		-chardev "socket,id=vme,path=${control//,/,,},reconnect-ms=1000" \
		-device "$(port_driver vme),chardev=vme,name=org.meiprov.vme"
}

# The port's own hotplug, which each kernel has, in place of ACPI's. The machine
# monitor is a socket of QEMU to which QEMU itself connects a port of the guest.
hotplug_arguments() {
	printf '%s\n' -global ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off \
		-device pcie-root-port,id=me-port,chassis=1,slot=1,addr=1c.0 \
		-chardev "socket,id=monitor,path=$dir/qmp.sock,server=on,wait=off" \
		-mon chardev=monitor,mode=control \
		-chardev "socket,id=machine,path=$dir/qmp.sock,reconnect-ms=1000" \
		-device "$(port_driver machine),chardev=machine,name=org.meiprov.machine"
}

# --- QEMU ---

# A warning is the end of the run, at once. Limits for stalls are long: the
# machine is emulated, and others may use the same processors. That is also why
# the kernel must not measure at its start whether the timer comes in time.
#
# 7 keeps free objects in arrays for each processor, and in these the addresses of what
# it has given out: kmemleak takes them for references. With SLUB's checks there are none.
boot_parameters() {
	local level=5 checks=''

	[ -z "$verbose" ] || level=7
	[ "$kernel" != debug-7 ] || checks=slub_debug=F
	printf '%s ' console=ttyS0 loglevel=$level panic=-1 oops=panic panic_on_warn=1 \
		hung_task_panic=1 sysctl.kernel.hung_task_timeout_secs=60 \
		watchdog_thresh=60 workqueue.watchdog_thresh=120 \
		rcupdate.rcu_cpu_stall_timeout=120 no_timer_check tsc=reliable random.trust_cpu=on \
		$checks "${boot[@]}"
}

memory_backend() {
	if [ -n "$memory" ]; then
		printf 'memory-backend-file,mem-path=%s\n' "${memory//,/,,}"
	else
		printf 'memory-backend-memfd\n'
	fi
}

# port_driver PORT: on waking Linux 7.3 asks the host which ports it has open, and
# gives it room for the answers afterwards (virtcons_restore); QEMU drops them, and
# the ports stay shut. A port that is a console is not asked about. Not so standard
# input: a console would change the bytes that come before it is told not to.
port_driver() {
	if [ -n "$sleeps" ] && [ "$1" != stdin ]; then
		echo virtconsole
	else
		echo virtserialport
	fi
}

# Tables of four levels: where there are five, KASAN takes each address for a wild
# one while the kernel is finding out what its processor can do (seen with 7.3).
qemu_arguments() {
	local port

	printf '%s\n' -machine q35,memory-backend=ram -m 1G -smp 2 \
		-object "$(memory_backend),id=ram,size=1G,share=on" \
		-nodefaults -no-user-config -display none -no-reboot \
		-kernel "$kernel_image" -initrd "$dir/initrd" \
		-append "$(boot_parameters)" -serial "file:$dir/console.log" \
		-device virtio-serial-pci
	case ${VM_ACCEL:-tcg} in
	kvm) printf '%s\n' -accel kvm -cpu host ;;
	*) printf '%s\n' -accel tcg,thread=multi -cpu max,la57=off ;;
	esac
	for port in $ports; do
		printf '%s\n' -chardev "pipe,id=$port,path=$dir/$port" \
			-device "$(port_driver "$port"),chardev=$port,name=org.meiprov.$port"
	done
	[ -z "$with_vme" ] || vme_arguments
}

# Each helper is on one stream and ends with it.
machine_start() {
	local args

	mapfile -t args < <(qemu_arguments)
	: >"$dir/console.log"
	start KILL "${qemu[@]}" "${args[@]}" >"$dir/qemu.log" 2>&1 &
	qemu_pid=$!
	"$stream" encode <&"$own_stdin" >"$dir/stdin.in" 2>"$dir/stream.log" &
	pids+=($!)
	# shellcheck disable=SC2261 # two files, one each
	"$stream" decode <"$dir/stdout.out" >&"$own_stdout" 2>>"$dir/stream.log" &
	stdout_pid=$!
	# shellcheck disable=SC2261
	"$stream" decode <"$dir/stderr.out" >&"$own_stderr" 2>>"$dir/stream.log" &
	stderr_pid=$!
	"$stream" decode <"$dir/status.out" >"$dir/status" 2>>"$dir/stream.log" &
	status_pid=$!
	"$stream" decode <"$dir/dmesg.out" >"$dir/dmesg.log" 2>>"$dir/stream.log" &
	dmesg_pid=$!
	sleep "$timeout" &
	timer_pid=$!
	pids+=("$stdout_pid" "$stderr_pid" "$status_pid" "$dmesg_pid" "$timer_pid")
	exec {own_stdin}<&- {own_stdout}>&-
}

# --- what became of it ---

# fail REASON: the machine's fault, not the command's.
fail() {
	printf 'vm: %s\n' "$1" >&2
	show_tail "$dir/qemu.log"
	show_tail "$dir/console.log"
	[ -z "$with_vme" ] || show_tail "$dir/vme.log"
	exit 125
}

show_tail() {
	[ -s "$1" ] || return 0
	printf 'vm: end of %s:\n' "${1##*/}" >&2
	tail -n 25 "$1" | tr -d '\r' | sed 's/^/  | /' >&2
}

complaints() {
	tr -d '\r' <"$1" | grep -a -E -f "$top/selftests/vm/complaints"
}

# A log that says so explains every other failure.
check_logs() {
	local log

	for log in "$dir/console.log" "$dir/dmesg.log"; do
		[ -s "$log" ] || continue
		complaints "$log" >"$dir/found" || continue
		printf 'vm: the kernel of the guest complained:\n' >&2
		sed 's/^/  | /' "$dir/found" | head -n 5 >&2
		fail "see the log"
	done
}

time_out() {
	printf 'vm: not finished after %s s\n' "$timeout" >&2
	[ -z "$verbose" ] || show_tail "$dir/console.log"
	check_logs
	exit 124
}

# Wait for all the streams to end, the status last; QEMU or the clock may be
# first.
machine_watch() {
	local left=("$stdout_pid" "$stderr_pid" "$dmesg_pid" "$status_pid") ended status

	while [ ${#left[@]} -gt 0 ]; do
		wait -n -p ended "${left[@]}" "$qemu_pid" "$timer_pid"
		status=$?
		case $ended in
		"$timer_pid") time_out ;;
		"$qemu_pid") machine_died "QEMU ended, with status $status," ;;
		"$stdout_pid" | "$stderr_pid") [ "$status" -ne 141 ] || exit 141 ;;
		esac
		[ "$status" -eq 0 ] ||
			machine_died "the helper of $(stream_name "$ended") ended, with status $status,"
		forget "$ended"
	done
	machine_off
}

forget() {
	local pid kept=()

	for pid in "${left[@]}"; do
		[ "$pid" = "$1" ] || kept+=("$pid")
	done
	left=("${kept[@]}")
}

stream_name() { # PID
	case $1 in
	"$stdout_pid") echo "standard output" ;;
	"$stderr_pid") echo "standard error" ;;
	"$dmesg_pid") echo "the kernel's log" ;;
	"$status_pid") echo "the exit status" ;;
	*) echo "a stream that nobody knows" ;;
	esac
}

# Which part was first: without its device QEMU may end, and without QEMU the streams do.
machine_died() { # WHAT
	sleep 0.2
	check_logs
	! is_own "$qemu_pid" || cat "$dir/stream.log" >&2
	vme_fate
	fail "$1 before the command was done; $fate"
}

# Sets fate; not in a subshell, whose child the virtual ME is not.
vme_fate() {
	fate="there is no virtual ME"
	[ -n "$vme_pid" ] || return
	fate="the virtual ME still runs"
	! is_own "$vme_pid" || return
	wait "$vme_pid"
	fate="the virtual ME has ended, with status $?"
	vme_pid=
}

# All bytes are here: let the power go.
machine_off() {
	local ended limit_pid since

	result=$(cat "$dir/status")
	[[ $result =~ ^[0-9]+$ ]] || fail "the guest reported \"$result\" as exit status"
	printf 'bye\n' | "$stream" encode >"$dir/status.in"
	since=${EPOCHREALTIME/./}
	sleep "$poweroff_limit" &
	limit_pid=$!
	pids+=("$limit_pid")
	wait -n -p ended "$qemu_pid" "$limit_pid"
	[ "$verbose" = '' ] || tell_off "$since"
	check_logs
	[ "$ended" = "$qemu_pid" ] || fail "the guest did not power off within $poweroff_limit s"
	[ -z "$with_vme" ] || vme_check
}

# tell_off SINCE: the kernel's last words, and how long powering off took.
tell_off() {
	tr -d '\r' <"$dir/console.log" >&2
	printf 'vm: off after %d ms\n' $(((${EPOCHREALTIME/./} - $1) / 1000)) >&2
}
