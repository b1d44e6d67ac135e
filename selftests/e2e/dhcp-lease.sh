#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A device on an interface of its own: a real DHCP client gets it address and
# domain, and in this domain it looks for its server by a real name server, in
# the order firmware does (protocol.md 2.1). All in network namespaces of this
# script, which end with it. Needs dnsmasq (Debian: dnsmasq-base).
if [ -z "${E2E_LEASE:-}" ]; then
	[ "$(id -u)" -eq 0 ] || root=--map-root-user
	exec unshare --net ${root:+"$root"} env E2E_LEASE=1 bash "$0" "$@"
fi
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/tap.sh"
. "$top/selftests/vm/guest.sh"

uuid=2f6e7d1c-0b5a-4c39-8e1d-77d0a1b2c3d4
dhcp_pid=
dns_pid=
vme_pid=
lan_pid=

# The network has a namespace of its own, so that packets do cross the wire.
on_lan() {
	nsenter --target "$lan_pid" --net "$@"
}

lease_cleanup() {
	local status=$?

	for pid in $vme_pid $dns_pid $dhcp_pid $lan_pid; do
		kill_own TERM "$pid"
	done
	(exit "$status")
	e2e_cleanup
}

wire() {
	unshare --net sleep 300 &
	lan_pid=$!
	sleep 0.5
	ip link add me0 type veth peer name lan0 &&
		ip link set lan0 netns "$lan_pid" &&
		ip link set lo up && ip link set me0 up &&
		on_lan ip link set lo up && on_lan ip link set lan0 up &&
		on_lan ip addr add 192.0.2.1/24 dev lan0
}

dhcp_server() {
	cat >"$e2e_dir/udhcpd.conf" <<-END
		start 192.0.2.50
		end 192.0.2.50
		interface lan0
		lease_file $e2e_dir/leases
		pidfile $e2e_dir/udhcpd.pid
		opt subnet 255.255.255.0
		opt router 192.0.2.1
		opt dns 192.0.2.1
		opt domain corp.example.org
	END
	touch "$e2e_dir/leases"
	nsenter --target "$lan_pid" --net "$(guest_file bin/busybox)" udhcpd -f \
		"$e2e_dir/udhcpd.conf" >"$e2e_dir/dhcp.log" 2>&1 &
	dhcp_pid=$!
}

# The names of this network; it knows no others, and notes what it was asked.
dns_server() {
	local program=$1

	: >"$e2e_dir/dns.log"
	nsenter --target "$lan_pid" --net "$program" --keep-in-foreground --conf-file=/dev/null \
		--user= --pid-file= --no-hosts --no-resolv --listen-address=192.0.2.1 \
		--bind-interfaces --local=/example.org/ --local=// --log-queries \
		--log-facility="$e2e_dir/dns.log" \
		--host-record=sca.site.example.org,192.0.2.1 \
		--host-record=provisionserver.own.example.org,192.0.2.1 \
		--host-record=provisionserver.corp.example.org,192.0.2.1 >&2 &
	dns_pid=$!
}

find_dnsmasq() {
	PATH=$PATH:/usr/sbin command -v dnsmasq ||
		die "dnsmasq is missing: apt-get install --no-install-recommends dnsmasq-base"
}

# Names in the order in which they were asked for; the resolver mixes their case
# and asks again when an answer is late.
names_asked() {
	sed -n 's/.*query\[[A]*\] \([^ ]*\) from .*/\1/p' "$e2e_dir/dns.log" |
		tr '[:upper:]' '[:lower:]' | uniq | paste -sd ' '
}

# What the client does with its lease: it is the interface's, and is noted.
write_hook() {
	cat >"$e2e_dir/hook" <<-END
		#!/bin/bash
		[ "\$1" = bound ] || exit 0
		ip addr add "\$ip/\${mask:-24}" dev "\$interface"
		printf '%s\n' "\$ip" "\$subnet" "\$router" "\$dns" "\$domain" >"$e2e_dir/lease"
	END
	chmod +x "$e2e_dir/hook"
}

lease() {
	"$(guest_file bin/busybox)" udhcpc -i me0 -s "$e2e_dir/hook" -n -q -t 20 -T 1 \
		>>"$e2e_dir/dhcp.log" 2>&1
}

mac_of() {
	ip -brief link show dev "$1" | awk '{ print $3 }'
}

# The device with the lease of $given; arguments are more of its settings.
device_start() {
	"$build/meiprov-vme" "net=${given[0]}" "ip=${given[0]}" "netmask=${given[1]}" \
		"gateway=${given[2]}" "dns=${given[3]}" "resolver=${given[3]}" \
		"dhcp-suffix=${given[4]}" "mac=$(mac_of me0)" "uuid=$uuid" state=in \
		cert-delay-ms=0 hello-schedule=1x60 "control=$e2e_dir/vme.sock" "$@" \
		>>"$e2e_dir/vme.log" 2>&1 &
	vme_pid=$!
}

device_stop() {
	kill_own TERM "$vme_pid"
	wait "$vme_pid"
	local status=$?
	vme_pid=
	return "$status"
}

# The device's Hello: 25 bytes and the hashes.
wait_for_hello() {
	on_lan timeout 30 "$(guest_file bin/busybox)" nc -l -p 9971 >"$e2e_dir/hello"
}

# look_for NAMES PROMISE [SETTING]...: the names a new device asks for until it
# has said Hello, and that it did.
look_for() {
	local hello_pid

	: >"$e2e_dir/dns.log"
	wait_for_hello &
	hello_pid=$!
	device_start "${@:3}"
	wait "$hello_pid"
	tap_is "$? $(names_asked)" "0 $1" "$2"
}

field() {
	"$build/vmectl" --socket "$e2e_dir/vme.sock" status | sed -n "s/^$1: //p"
}

tap_plan 12
dnsmasq=$(find_dnsmasq) || exit
e2e_setup
trap lease_cleanup EXIT
guest_find
wire || die "making the network failed"
dhcp_server
dns_server "$dnsmasq"
write_hook
lease
tap_is "$?" 0 "the client gets a lease"
mapfile -t given <"$e2e_dir/lease"
tap_is "${given[*]}" "192.0.2.50 255.255.255.0 192.0.2.1 192.0.2.1 corp.example.org" \
	"address, router, name server and domain are the network's"

look_for "provisionserver provisionserver.corp.example.org" \
	"its server is found in the domain of option 15, after the bare name"
tap_is "$(head -c 24 "$e2e_dir/hello" | tail -c 16 | od -An -tx1 | tr -d ' \n')" \
	1c7d6e2f5a0b394c8e1d77d0a1b2c3d4 "the device says Hello over its interface"
tap_is "$(field dhcp_suffix)" corp.example.org "its domain is that of option 15"
on_lan bash -c 'exec 3<>/dev/tcp/192.0.2.50/16993' 2>>"$e2e_dir/vme.log"
tap_is "$?" 0 "its port is there for who comes over the wire"
device_stop
tap_is "$?" 0 "it ends in good order"

look_for provisionserver.own.example.org "a domain of its own comes before" \
	domain=own.example.org
device_stop
look_for "provisionserver.none.example.org provisionserver.corp.example.org" \
	"where that has no such name, option 15 is next" domain=none.example.org
device_stop
look_for "gone.example.org provisionserver.own.example.org" \
	"a server's whole name comes first of all, the domain when that has no address" \
	config-server-fqdn=gone.example.org domain=own.example.org
device_stop
look_for sca.site.example.org "a server's whole name that has an address is enough" \
	config-server-fqdn=sca.site.example.org domain=own.example.org
device_stop
look_for "" "who has an address asks for no name" server=192.0.2.1:9971 \
	config-server-fqdn=sca.site.example.org domain=own.example.org
device_stop
tap_done
