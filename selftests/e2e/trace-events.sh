#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What trace-cmd records of the driver: each transaction with command, status
# and duration, and nothing of what was in it.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/tap.sh"

secret=Kq7WtraceXp2mNf4
tap_plan 8
e2e_setup
program=$(type -P trace-cmd) || die "trace-cmd is missing: selftests/setup/packages test"

cat >"$e2e_dir/record-events" <<-'END'
	#!/bin/sh
	# Sections of output, each under its name. The recordings are not compressed
	# and lose their zeroes, at which busybox stops to search a line.
	events=/sys/kernel/tracing/events/mei_prov
	record() { # FILE COMMAND...
		trace-cmd record -q --compression none -e mei_prov -o "$@" >/dev/null
	}
	cat >/tmp/otp
	vmectl fault add amthi:11 delay=300 >/dev/null
	record /tmp/state.dat meiprov state || exit
	vmectl fault add amthi:2a status=0x10 >/dev/null
	record /tmp/refused.dat meiprov otp set --file /tmp/otp 2>/dev/null
	record /tmp/otp.dat meiprov otp set --file /tmp/otp || exit
	for name in state refused otp; do
		echo "== $name"
		trace-cmd report -i /tmp/$name.dat
	done
	echo "== fields"
	grep -h "field:" $events/*/format | grep -v "common_" | sed 's/.*field:\([^;]*\);.*/\1/' | sort -u
	echo "== secret"
	for name in otp refused; do
		tr -d '\000' </tmp/$name.dat | grep -c -F -f /tmp/otp
	done
	exit 0
END
printf '%s' "$secret" | "$top/selftests/vm/run" --load --timeout 200 --add "$program" \
	--add "$e2e_dir/record-events" -- record-events >"$e2e_dir/out" 2>"$e2e_dir/err"
tap_is "$?" 0 "trace-cmd records in the guest" || cat "$e2e_dir/err" >&2

section() { # NAME
	awk -v name="$1" '$1 == "==" { on = $2 == name; next } on' "$e2e_dir/out"
}

# Values of the first transaction with command $2 in section $1: "STATUS ERROR SENT".
transaction() {
	section "$1" | sed -n "s/.*mei_prov_transaction: .*command=$2 fw_status=\([^ ]*\) error=\([^ ]*\) sent=\([^ ]*\) background=0 .*/\1 \2 \3/p" |
		head -n 1
}

duration=$(section state |
	sed -n 's/.*command=0x04000011 .* duration_us=\([0-9]*\)$/\1/p' | head -n 1)
tap_is "$(transaction state 0x04000011)" "0x0 0 1" "a transaction has its command and the status"
tap_result "$([ "${duration:-0}" -ge 300000 ]; echo $?)" \
	"and its duration: $duration us for a firmware that took 300 ms"
tap_like "$(section state)" '*mei_prov_connect: * error=0*' "the connection it needed is recorded"
tap_is "$(transaction refused 0x0400002a)" "0x10 0 1" "a refusal shows the firmware's status"
tap_is "$(section fields | tr '\n' ',')" \
	"bool background,bool sent,bool sequence,int error,s64 duration_us,u32 command,u32 connection,u32 fw_status,unsigned int index," \
	"no event has a field for contents"
tap_is "$(transaction otp 0x0400002a)" "0x0 0 1" "setting the one-time password is recorded"
tap_is "$(section secret | tr '\n' ' ')" "0 0 " \
	"and the password is nowhere in the recordings"
tap_done
