// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
/*
 * Replies that tell whether remote configuration will work: how they are laid
 * out (Documentation/amthi.md 2.1 and 2.2). Numbers are passed on as received;
 * what can be wrong in them is a string.
 */
#ifdef __KERNEL__
#include <linux/errno.h>
#include <linux/string.h>
#else
#include <errno.h>
#include <string.h>
#endif

#include "amthi_wire.h"

#define MODE_SIZE		24
#define SECURITY_SIZE		84
#define LAN_SIZE		36
#define MAC_SIZE		28
#define HOST_CERTIFICATE_SIZE	81

/* GetLanInterfaceSettings */
#define LAN_AT_DHCP_MODE	28
#define LAN_AT_LINK_UP		29
#define LAN_AT_MAC		30

/* GetConfigServerData */
#define CONFIG_SERVER_AT_ADDRESS	18

/* GetMESetupAuditRecord */
#define AUDIT_AT_SECURE_DNS	17
#define AUDIT_AT_INITIATED	21
#define AUDIT_AT_ALGORITHM	25
#define AUDIT_AT_HASH		29
#define AUDIT_AT_SERIALS	93
#define AUDIT_AT_MORE		141
#define AUDIT_AT_DEFAULT	145
#define AUDIT_AT_TIME_VALID	149
#define AUDIT_AT_SERVER		153
#define AUDIT_AT_TIME		199

/* Number @index of those that follow the status. */
static __u32 word(const __u8 *in, size_t index)
{
	return get32(in + AT_DATA + 4 * index);
}

/* A field padded with NULs; what is behind the first one is not passed on. */
static void copy_address(char *out, const __u8 *in)
{
	const __u8 *end = memchr(in, 0, AMTHI_ADDRESS_LEN);
	size_t len = end ? (size_t)(end - in) : AMTHI_ADDRESS_LEN;

	memset(out, 0, AMTHI_ADDRESS_LEN + 1);
	memcpy(out, in, len);
}

int amthi_decode_mode(const void *buf, size_t len, struct amthi_mode *out)
{
	if (len != MODE_SIZE)
		return -EMSGSIZE;
	out->mode = word(buf, 0);
	out->legacy = word(buf, 1);
	return 0;
}

int amthi_decode_security(const void *buf, size_t len, struct amthi_security *out)
{
	if (len != SECURITY_SIZE)
		return -EMSGSIZE;
	out->enterprise_mode = word(buf, 0);
	out->tls_enabled = word(buf, 1);
	out->hw_crypto = word(buf, 2);
	out->provisioning_state = word(buf, 3);
	out->network_enabled = word(buf, 4);
	out->sol_enabled = word(buf, 5);
	out->ider_enabled = word(buf, 6);
	out->fw_update_enabled = word(buf, 7);
	out->link_up = word(buf, 8);
	out->kvm_enabled = word(buf, 9);
	return 0;
}

int amthi_decode_tcpip(const void *buf, size_t len, struct amthi_tcpip *out)
{
	int ret;

	ret = amthi_text_at(buf, len, TCPIP_AT_DOMAIN, out->domain, sizeof(out->domain));
	if (ret)
		return ret;
	out->dhcp_mode = word(buf, 0);
	out->ipv4 = word(buf, 1);
	out->netmask = word(buf, 2);
	out->gateway = word(buf, 3);
	out->dns1 = word(buf, 4);
	out->dns2 = word(buf, 5);
	return 0;
}

int amthi_decode_lan(const void *buf, size_t len, struct amthi_lan *out)
{
	const __u8 *in = buf;

	if (len != LAN_SIZE)
		return -EMSGSIZE;
	out->enabled = word(in, 0);
	out->ipv4 = word(in, 1);
	out->dhcp_enabled = word(in, 2);
	out->dhcp_mode = in[LAN_AT_DHCP_MODE];
	out->link_up = in[LAN_AT_LINK_UP];
	memcpy(out->mac, in + LAN_AT_MAC, sizeof(out->mac));
	return 0;
}

int amthi_decode_mac(const void *buf, size_t len, struct amthi_mac *out)
{
	const __u8 *in = buf;

	if (len != MAC_SIZE)
		return -EMSGSIZE;
	memcpy(out->dedicated, in + AT_DATA, sizeof(out->dedicated));
	memcpy(out->host, in + AT_DATA + AMTHI_MAC_LEN, sizeof(out->host));
	return 0;
}

int amthi_decode_config_server(const void *buf, size_t len,
			       struct amthi_config_server *out)
{
	const __u8 *in = buf;
	int ret;

	ret = amthi_text_at(in, len, CONFIG_SERVER_AT_FQDN, out->fqdn, sizeof(out->fqdn));
	if (ret)
		return ret;
	out->port = get16(in + AT_DATA);
	copy_address(out->address, in + CONFIG_SERVER_AT_ADDRESS);
	return 0;
}

int amthi_decode_fqdn(const void *buf, size_t len, struct amthi_fqdn *out)
{
	int ret;

	ret = amthi_text_at(buf, len, FQDN_AT_FQDN, out->fqdn, sizeof(out->fqdn));
	if (ret)
		return ret;
	out->shared = word(buf, 0);
	out->ddns_enabled = word(buf, 1);
	out->ddns_interval = word(buf, 2);
	out->ddns_ttl = word(buf, 3);
	return 0;
}

int amthi_decode_remote_access(const void *buf, size_t len,
			       struct amthi_remote_access *out)
{
	int ret;

	ret = amthi_text_at(buf, len, REMOTE_ACCESS_AT_MPS, out->mps, sizeof(out->mps));
	if (ret)
		return ret;
	out->network = word(buf, 0);
	out->tunnel = word(buf, 1);
	out->trigger = word(buf, 2);
	return 0;
}

/* Everything but the strings. */
static void audit_numbers(const __u8 *in, struct amthi_audit *out)
{
	size_t i;

	out->tls_mode = in[AT_DATA];
	out->secure_dns = get32(in + AUDIT_AT_SECURE_DNS);
	out->host_initiated = get32(in + AUDIT_AT_INITIATED);
	out->hash_algorithm = get32(in + AUDIT_AT_ALGORITHM);
	memcpy(out->hash, in + AUDIT_AT_HASH, sizeof(out->hash));
	memcpy(out->serials, in + AUDIT_AT_SERIALS, sizeof(out->serials));
	out->more_serials = get32(in + AUDIT_AT_MORE);
	out->is_default = get32(in + AUDIT_AT_DEFAULT);
	out->time_valid = get32(in + AUDIT_AT_TIME_VALID);
	for (i = 0; i < sizeof(out->time) / sizeof(out->time[0]); i++)
		out->time[i] = get16(in + AUDIT_AT_TIME + 2 * i);
}

int amthi_decode_audit(const void *buf, size_t len, struct amthi_audit *out)
{
	const __u8 *in = buf;
	int ret;

	ret = amthi_text_at(in, len, AUDIT_AT_FQDN, out->fqdn, sizeof(out->fqdn));
	if (ret)
		return ret;
	audit_numbers(in, out);
	copy_address(out->server, in + AUDIT_AT_SERVER);
	return 0;
}

int amthi_decode_host_certificate(const void *buf, size_t len,
				  struct amthi_host_certificate *out)
{
	const __u8 *in = buf;

	if (len != HOST_CERTIFICATE_SIZE)
		return -EMSGSIZE;
	out->algorithm = in[AT_DATA];
	memcpy(out->digest, in + AT_DATA + 1, sizeof(out->digest));
	return 0;
}

int amthi_decode_suffix_list(const void *buf, size_t len, size_t *at,
			     size_t *count)
{
	const __u8 *in = buf;
	size_t seen;

	if (len < AT_DATA + 2)
		return -EMSGSIZE;
	seen = get16(in + AT_DATA);
	if (len != AT_DATA + 2 + seen)
		return -EBADMSG;
	*at = AT_DATA + 2;
	*count = seen;
	return 0;
}
