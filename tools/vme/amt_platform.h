/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the host can ask the firmware about machine, network and services, and no
 * rule of setup depends on. Set by the settings of the virtual ME.
 */
#ifndef VME_AMT_PLATFORM_H
#define VME_AMT_PLATFORM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#define AMT_NAME_MAX 255 /* LMS reads one byte of a string's length (amthi.md 1.3) */
#define AMT_MAC_LEN  6

enum amt_remote_network {
	AMT_REMOTE_DIRECT,
	AMT_REMOTE_VPN,
	AMT_REMOTE_OUTSIDE,
	AMT_REMOTE_UNKNOWN,
};

enum amt_remote_tunnel {
	AMT_TUNNEL_NONE,
	AMT_TUNNEL_CONNECTING,
	AMT_TUNNEL_CONNECTED,
};

enum amt_remote_trigger {
	AMT_TRIGGER_USER,
	AMT_TRIGGER_ALERT,
	AMT_TRIGGER_PROVISIONING,
	AMT_TRIGGER_PERIODIC,
};

/* IPv4 addresses: 0x01020304 is 1.2.3.4, 0 is none. */
struct amt_platform {
	uint8_t mac[AMT_MAC_LEN];
	uint8_t wlan_mac[AMT_MAC_LEN]; /* zero: there is no such interface */
	bool link;		       /* of the wired interface */
	bool dhcp;
	uint32_t ip;
	uint32_t netmask;
	uint32_t gateway;
	uint32_t dns;
	uint32_t dns2;
	char fqdn[AMT_NAME_MAX + 1];	      /* "" = has no name */
	char home_suffixes[AMT_NAME_MAX + 1]; /* with commas between */

	bool sol;
	bool ider;
	bool kvm;
	bool local_account; /* $$OsAdmin may be used */
	bool audit_blocks;  /* the audit log lets nobody unprovision */

	struct sockaddr_storage config_server; /* family 0 = unset */
	char config_server_fqdn[AMT_NAME_MAX + 1];

	int remote_network; /* enum amt_remote_network and so on */
	int remote_tunnel;
	int remote_trigger;
	char mps[AMT_NAME_MAX + 1];
};

#define AMT_CA_SERIALS	3
#define AMT_SERIAL_LEN	16
#define AMT_IP_TEXT_LEN 46

/* What firmware remembers of a configuration by a server (amthi.md 50). */
struct amt_audit {
	bool exists;
	bool secure_dns; /* the trusted suffix was compared, not the network's domain */
	bool host_initiated;
	bool more_serials;
	bool hash_is_default;
	bool time_valid;
	uint8_t hash_algorithm;
	uint8_t digest[64];
	uint8_t serials[AMT_CA_SERIALS][AMT_SERIAL_LEN];
	char server_ip[AMT_IP_TEXT_LEN];
	char server_cn[128];
	int64_t time; /* UTC */
};

#define AMT_LOCAL_SUFFIXES_MAX 320

/* Setup from the host itself, with the certificate whose hash it named (amthi.md 8B). */
struct amt_local_setup {
	bool waiting;
	uint8_t algorithm; /* 2 SHA-256, 3 SHA-384 */
	uint8_t digest[64];
	bool host_vpn;
	uint32_t suffixes_len;
	char suffixes[AMT_LOCAL_SUFFIXES_MAX]; /* with NULs between */
};

#endif /* VME_AMT_PLATFORM_H */
