/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/*
 * Arguments of those commands of /dev/meiprovN that read what decides whether
 * remote configuration will work. Part of mei_prov_ioctl.h, which has the rules
 * for all of them. When the firmware refuses, everything but @head and what is
 * "in" is zero.
 */
#ifndef _UAPI_LINUX_MEI_PROV_READS_H
#define _UAPI_LINUX_MEI_PROV_READS_H

#include "mei_prov_ioctl.h"

/**
 * struct mei_prov_suffix_list - names of the networks the ME is in
 * @head: common part
 * @len: in: room at @list, in bytes; out: bytes there are. At most the smaller
 *	of both is written
 * @__reserved: 0
 * @list: in: user pointer to the names, a NUL between them, as received; or 0
 *
 * AMTHI 0x3E.
 */
struct mei_prov_suffix_list {
	struct mei_prov_head head;
	__u32 len;
	__u32 __reserved;
	__aligned_u64 list;
};

/**
 * struct mei_prov_tls_mode - how remote configuration will authenticate
 * @head: common part
 * @mode: out: 0 not ready or unknown, 1 PSK, 2 PKI; others as received
 * @__reserved: 0
 *
 * AMTHI 0x2B.
 */
struct mei_prov_tls_mode {
	struct mei_prov_head head;
	__u32 mode;
	__u32 __reserved;
};

/**
 * struct mei_prov_rng - the seed of the random numbers
 * @head: common part
 * @status: out: 0 exists, 1 is being made, 2 there is none; others as received
 * @__reserved: 0
 *
 * AMTHI 0x2E.
 */
struct mei_prov_rng {
	struct mei_prov_head head;
	__u32 status;
	__u32 __reserved;
};

/**
 * struct mei_prov_ehbc - embedded host-based configuration
 * @head: common part
 * @enabled: out: 0 or 1
 * @__reserved: 0
 *
 * AMTHI 0x84.
 */
struct mei_prov_ehbc {
	struct mei_prov_head head;
	__u32 enabled;
	__u32 __reserved;
};

/**
 * struct mei_prov_security - security parameters: 0 or 1, others as received
 * @head: common part
 * @enterprise_mode: out: not the small business mode
 * @tls_enabled: out
 * @hw_crypto: out: encryption is not disabled by a fuse
 * @provisioning_state: out: as in struct mei_prov_state
 * @network_enabled: out: the ME's network interface is on
 * @sol_enabled: out: serial over LAN
 * @ider_enabled: out: IDE redirection
 * @fw_update_enabled: out
 * @link_up: out: the wired interface has a link
 * @kvm_enabled: out: older firmware has no such field and sends 0
 * @__reserved: 0
 *
 * AMTHI 0x1B.
 */
struct mei_prov_security {
	struct mei_prov_head head;
	__u32 enterprise_mode;
	__u32 tls_enabled;
	__u32 hw_crypto;
	__u32 provisioning_state;
	__u32 network_enabled;
	__u32 sol_enabled;
	__u32 ider_enabled;
	__u32 fw_update_enabled;
	__u32 link_up;
	__u32 kvm_enabled;
	__u32 __reserved[2];
};

/**
 * struct mei_prov_tcpip - IPv4 parameters of the wired interface
 * @head: common part
 * @dhcp_mode: out: 0 none, 1 disabled, 2 enabled; others as received
 * @ipv4: out: 0x01020304 is 1.2.3.4, as for the next four
 * @netmask: out
 * @gateway: out
 * @dns1: out
 * @dns2: out
 * @domain: out: NUL-terminated, zero-padded; bytes are not filtered
 *
 * AMTHI 0x06.
 */
struct mei_prov_tcpip {
	struct mei_prov_head head;
	__u32 dhcp_mode;
	__u32 ipv4;
	__u32 netmask;
	__u32 gateway;
	__u32 dns1;
	__u32 dns2;
	char domain[256];
};

#define MEI_PROV_LAN_WIRED		0
#define MEI_PROV_LAN_WIRELESS		1

/**
 * struct mei_prov_lan - one network interface of the ME
 * @head: common part
 * @interface: in: MEI_PROV_LAN_*
 * @enabled: out: 0 or 1; others as received
 * @ipv4: out: 0x01020304 is 1.2.3.4
 * @dhcp_enabled: out: 0 or 1; others as received
 * @dhcp_mode: out: 1 active, 2 passive; others as received
 * @link_up: out: 0 or 1; others as received
 * @mac: out: zero when there is no such interface
 * @__reserved: 0
 *
 * AMTHI 0x48.
 */
struct mei_prov_lan {
	struct mei_prov_head head;
	__u32 interface;
	__u32 enabled;
	__u32 ipv4;
	__u32 dhcp_enabled;
	__u32 dhcp_mode;
	__u32 link_up;
	__u8 mac[6];
	__u8 __reserved[2];
};

/**
 * struct mei_prov_mac - hardware addresses of the wired interface
 * @head: common part
 * @dedicated: out: the ME's own, zero when it shares the host's
 * @host: out: the host's
 * @__reserved: 0
 *
 * AMTHI 0x25.
 */
struct mei_prov_mac {
	struct mei_prov_head head;
	__u8 dedicated[6];
	__u8 host[6];
	__u8 __reserved[4];
};

/**
 * struct mei_prov_config_server - where Hello messages go
 * @head: common part
 * @port: out: TCP port
 * @__reserved: 0
 * @address: out: IP address as text, empty when none is set; NUL-terminated
 * @fqdn: out: name, empty when none is set; NUL-terminated
 *
 * AMTHI 0x4E. Both texts are zero-padded, their bytes are not filtered.
 */
struct mei_prov_config_server {
	struct mei_prov_head head;
	__u32 port;
	__u32 __reserved;
	char address[48];
	char fqdn[256];
};

/**
 * struct mei_prov_fqdn - the name the firmware goes by
 * @head: common part
 * @shared: out: 1 the host's name, 0 one of its own; others as received
 * @ddns_enabled: out: it registers the name itself
 * @ddns_interval: out: minutes between two registrations
 * @ddns_ttl: out: seconds
 * @fqdn: out: NUL-terminated, zero-padded; bytes are not filtered
 *
 * AMTHI 0x56.
 */
struct mei_prov_fqdn {
	struct mei_prov_head head;
	__u32 shared;
	__u32 ddns_enabled;
	__u32 ddns_interval;
	__u32 ddns_ttl;
	char fqdn[256];
};

#define MEI_PROV_REDIRECTION_SOL	(1u << 0)
#define MEI_PROV_REDIRECTION_IDER	(1u << 1)
#define MEI_PROV_REDIRECTION_KVM	(1u << 2)

/**
 * struct mei_prov_redirection - which redirections are enabled
 * @head: common part
 * @enabled: out: MEI_PROV_REDIRECTION_* bits; others as received
 * @__reserved: 0
 *
 * AMTHI 0x58.
 */
struct mei_prov_redirection {
	struct mei_prov_head head;
	__u32 enabled;
	__u32 __reserved;
};

/**
 * struct mei_prov_remote_access - the tunnel to a presence server
 * @head: common part
 * @network: out: 0 direct, 1 VPN, 2 outside, 3 unknown; others as received
 * @tunnel: out: 0 none, 1 connecting, 2 connected; others as received
 * @trigger: out: what opened it, as received
 * @__reserved: 0
 * @mps: out: the server's name; NUL-terminated, zero-padded
 *
 * AMTHI 0x46.
 */
struct mei_prov_remote_access {
	struct mei_prov_head head;
	__u32 network;
	__u32 tunnel;
	__u32 trigger;
	__u32 __reserved;
	char mps[256];
};

/**
 * struct mei_prov_audit - record of the last remote configuration
 * @head: common part; @head.fw_status is NOT_FOUND (0x814) when there was none
 * @tls_mode: out: as received
 * @secure_dns: out: the suffix was a trusted one; 0 or 1, others as received
 * @host_initiated: out: the host had started it; 0 or 1, others as received
 * @hash_algorithm: out: of @hash, as in struct mei_prov_hash
 * @hash: out: of the root certificate that was accepted, all bytes as received
 * @serials: out: serial numbers of the first three CAs, 16 bytes each
 * @more_serials: out: there were more than three; 0 or 1, others as received
 * @is_default: out: the hash came with the firmware; 0 or 1, others as received
 * @time_valid: out: @time counts; 0 or 1, others as received
 * @time: out: year, month, day of the week, day, hour, minute, second
 * @__reserved: 0
 * @server: out: IP address of the server as text, NUL-terminated
 * @fqdn: out: its name, NUL-terminated
 *
 * AMTHI 0x50. Both texts are zero-padded, their bytes are not filtered.
 */
struct mei_prov_audit {
	struct mei_prov_head head;
	__u32 tls_mode;
	__u32 secure_dns;
	__u32 host_initiated;
	__u32 hash_algorithm;
	__u8 hash[64];
	__u8 serials[48];
	__u32 more_serials;
	__u32 is_default;
	__u32 time_valid;
	__u16 time[7];
	__u16 __reserved;
	char server[48];
	char fqdn[256];
};

#endif /* _UAPI_LINUX_MEI_PROV_READS_H */
