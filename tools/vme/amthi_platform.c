// SPDX-License-Identifier: GPL-2.0-or-later
/* AMTHI commands that read interfaces, names and services. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include "tools/vme/amt.h"
#include "tools/vme/amthi_wire.h"

#define DHCP_DISABLED	  1
#define DHCP_ENABLED	  2
#define DHCP_IP_PASSIVE	  2 /* the host's driver has the lease [I] */
#define INTERFACE_WIRED	  0
#define INTERFACE_WLAN	  1
#define DDNS_INTERVAL_MIN 1440
#define DDNS_TTL_S	  900

/* Without a link there is no address. */
static uint32_t when_linked(const struct amt_platform *platform, uint32_t address)
{
	return platform->link ? address : 0;
}

static uint32_t get_tcpip_parameters(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	const struct amt_platform *platform = &amt->platform;

	amthi_put_u32(out, platform->dhcp ? DHCP_ENABLED : DHCP_DISABLED);
	amthi_put_u32(out, when_linked(platform, platform->ip));
	amthi_put_u32(out, when_linked(platform, platform->netmask));
	amthi_put_u32(out, when_linked(platform, platform->gateway));
	amthi_put_u32(out, when_linked(platform, platform->dns));
	amthi_put_u32(out, when_linked(platform, platform->dns2));
	amthi_put_ansi(out, amt->dhcp_suffix);
	return AMT_SUCCESS;
}

/* The first is an address of AMT's own, which the profile has not [I]. */
static uint32_t get_mac_addresses(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	amthi_put_zeros(out, AMT_MAC_LEN);
	amthi_put_bytes(out, amt->platform.mac, AMT_MAC_LEN);
	return AMT_SUCCESS;
}

static void put_lan(struct amthi_out *out, uint32_t ip, bool dhcp, bool link, const uint8_t *mac)
{
	amthi_put_u32(out, 1); /* enabled */
	amthi_put_u32(out, ip);
	amthi_put_u32(out, dhcp);
	amthi_put_u8(out, DHCP_IP_PASSIVE);
	amthi_put_u8(out, link);
	amthi_put_bytes(out, mac, AMT_MAC_LEN);
}

static bool has_wlan(const struct amt_platform *platform)
{
	static const uint8_t none[AMT_MAC_LEN];

	return memcmp(platform->wlan_mac, none, sizeof(none)) != 0;
}

/* The status of an interface that is not there was not seen [I] (amthi.md 48). */
static uint32_t get_lan_settings(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	const struct amt_platform *platform = &amt->platform;

	switch (amthi_get_u32(in.bytes)) {
	case INTERFACE_WIRED:
		put_lan(out, when_linked(platform, platform->ip), platform->dhcp, platform->link,
			platform->mac);
		return AMT_SUCCESS;
	case INTERFACE_WLAN:
		if (!has_wlan(platform))
			return AMT_INTERFACE_DOES_NOT_EXIST;
		put_lan(out, 0, true, false, platform->wlan_mac);
		return AMT_SUCCESS;
	default:
		return AMT_INVALID_PARAMETER;
	}
}

/* A list with a NUL behind each name; whether firmware ends the last so is not known. */
static uint32_t get_home_suffixes(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	const char *list = amt->platform.home_suffixes;
	size_t len = strlen(list), i;

	amthi_put_u16(out, (uint16_t)(len ? len + 1 : 0));
	for (i = 0; i < len; i++)
		amthi_put_u8(out, list[i] == ',' ? 0 : (uint8_t)list[i]);
	if (len)
		amthi_put_u8(out, 0);
	return AMT_SUCCESS;
}

static uint32_t get_remote_access(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	const struct amt_platform *platform = &amt->platform;

	amthi_put_u32(out, (uint32_t)platform->remote_network);
	amthi_put_u32(out, (uint32_t)platform->remote_tunnel);
	amthi_put_u32(out, (uint32_t)platform->remote_trigger);
	amthi_put_ansi(out, platform->mps);
	return AMT_SUCCESS;
}

static uint16_t address_text(const struct sockaddr_storage *address, char text[AMT_IP_TEXT_LEN])
{
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)address;
	const struct sockaddr_in *four = (const struct sockaddr_in *)address;

	memset(text, 0, AMT_IP_TEXT_LEN);
	switch (address->ss_family) {
	case AF_INET6:
		inet_ntop(AF_INET6, &six->sin6_addr, text, AMT_IP_TEXT_LEN);
		return ntohs(six->sin6_port);
	case AF_INET:
		inet_ntop(AF_INET, &four->sin_addr, text, AMT_IP_TEXT_LEN);
		return ntohs(four->sin_port);
	default:
		return 0;
	}
}

static uint32_t get_config_server(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	char ip[AMT_IP_TEXT_LEN];

	amthi_put_u16(out, address_text(&amt->platform.config_server, ip));
	amthi_put_field(out, ip, sizeof(ip));
	amthi_put_ansi(out, amt->platform.config_server_fqdn);
	return AMT_SUCCESS;
}

/* The values of AMT_GeneralSettings over WS-Man. */
static uint32_t get_fqdn(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	const char *fqdn = amt->platform.fqdn;

	amthi_put_u32(out, 1); /* shared with the host */
	amthi_put_u32(out, 0); /* no dynamic DNS */
	amthi_put_u32(out, DDNS_INTERVAL_MIN);
	amthi_put_u32(out, DDNS_TTL_S);
	amthi_put_u32(out, (uint32_t)strcspn(fqdn, "."));
	amthi_put_ansi(out, fqdn);
	return AMT_SUCCESS;
}

static uint32_t get_redirection_state(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	const struct amt_platform *platform = &amt->platform;

	amthi_put_u32(out, platform->sol | platform->ider << 1 | platform->kvm << 2);
	return AMT_SUCCESS;
}

const struct amthi_command amthi_platform_commands[] = {
	{ AMTHI_CFG | 0x06, 0, 0, get_tcpip_parameters, "GetTcpipParameters" },
	{ AMTHI_CFG | 0x25, 0, 0, get_mac_addresses, "GetMACAddresses" },
	{ AMTHI_CFG | 0x3e, 0, 0, get_home_suffixes, "GetDNSSuffixList" },
	{ AMTHI_CFG | 0x46, 0, 0, get_remote_access, "GetRemoteAccessConnectionStatus" },
	{ AMTHI_CFG | 0x48, 4, 4, get_lan_settings, "GetLanInterfaceSettings" },
	{ AMTHI_CFG | 0x4e, 0, 0, get_config_server, "GetConfigServerData" },
	{ AMTHI_CFG | 0x56, 0, 0, get_fqdn, "GetFQDN" },
	{ AMTHI_CFG | 0x58, 0, 0, get_redirection_state, "GetRedirectionState" },
	{ 0 },
};
