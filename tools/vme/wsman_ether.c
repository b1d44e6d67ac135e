// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * AMT_EthernetPortSettings: what AMT's own interface is told. The machine's addresses
 * of now come from the settings of the virtual ME; what a server puts is kept and
 * shown, but the sockets of the device do not move.
 */
#include <stdio.h>
#include <string.h>
#include "tools/vme/amt.h"
#include "tools/vme/text.h"
#include "tools/vme/wsman_class.h"
#include "tools/vme/wsman_request.h"
#include "tools/vme/net_settings.h"
#include "tools/vme/wsman_xml.h"

#define NAME	"AMT_EthernetPortSettings"
#define KEY	"Intel(r) AMT Ethernet Port Settings "
#define IP_TEXT 16
#define WIRED	0

static size_t count(const struct wsman_call *call)
{
	static const uint8_t none[AMT_MAC_LEN];

	return memcmp(call->amt->platform.wlan_mac, none, sizeof(none)) ? 2 : 1;
}

static void key_of(const struct wsman_call *call, size_t i, char key[WSMAN_KEY_MAX])
{
	snprintf(key, WSMAN_KEY_MAX, KEY "%zu", i);
}

static void show_key(struct wsman_call *call, const struct wsman_property *property, size_t i)
{
	char key[WSMAN_KEY_MAX];

	key_of(call, i, key);
	xml_leaf(call->out, call->prefix, property->name, key);
}

static void show_link(struct wsman_call *call, const struct wsman_property *property, size_t i)
{
	xml_leaf_bool(call->out, call->prefix, property->name,
		      i == WIRED ? call->amt->platform.link : false);
}

/* With dashes, as AMT writes it. */
static void show_mac(struct wsman_call *call, const struct wsman_property *property, size_t i)
{
	const struct amt_platform *platform = &call->amt->platform;
	char text[TEXT_MAC_LEN];
	char *at;

	text_of_mac(i == WIRED ? platform->mac : platform->wlan_mac, text);
	for (at = text; *at; at++)
		if (*at == ':')
			*at = '-';
	xml_leaf(call->out, call->prefix, property->name, text);
}

static const char *kept(const struct wsman_call *call, size_t i, const char *name)
{
	return net_value_get(call->settings, NAME, i, name);
}

static void show_dhcp(struct wsman_call *call, const struct wsman_property *property, size_t i)
{
	const char *value = kept(call, i, property->name);
	bool dhcp = i == WIRED ? call->amt->platform.dhcp : true;

	xml_leaf(call->out, call->prefix, property->name, value ? value : dhcp ? "true" : "false");
}

static uint32_t address_of(const struct amt_platform *platform, const char *name)
{
	switch (name[0]) {
	case 'I':
		return platform->ip;
	case 'S':
		return name[1] == 'u' ? platform->netmask : platform->dns2;
	case 'D':
		return platform->gateway;
	default:
		return platform->dns;
	}
}

/* Not shown when there is none, as on hardware with DHCP before its lease. */
static void show_address(struct wsman_call *call, const struct wsman_property *property, size_t i)
{
	const char *value = kept(call, i, property->name);
	uint32_t ip = i == WIRED ? address_of(&call->amt->platform, property->name) : 0;
	char text[IP_TEXT];

	snprintf(text, sizeof(text), "%u.%u.%u.%u", ip >> 24, ip >> 16 & 0xff, ip >> 8 & 0xff,
		 ip & 0xff);
	if (value && *value)
		xml_leaf(call->out, call->prefix, property->name, value);
	else if (ip)
		xml_leaf(call->out, call->prefix, property->name, text);
}

static enum wsman_fault put_address(struct wsman_call *call, size_t i, const char *value,
				    bool apply);
static enum wsman_fault put_dhcp(struct wsman_call *call, size_t i, const char *value, bool apply);

static const struct wsman_property properties[] = {
	{ "DHCPEnabled", WSMAN_BOOL, "", 1, show_dhcp, put_dhcp },
	{ "DefaultGateway", WSMAN_TEXT, "", IP_TEXT - 1, show_address, put_address },
	{ "ElementName", WSMAN_TEXT, "Intel(r) AMT Ethernet Port Settings", WSMAN_READ_ONLY },
	{ "IPAddress", WSMAN_TEXT, "", IP_TEXT - 1, show_address, put_address },
	{ "InstanceID", WSMAN_TEXT, "", WSMAN_READ_ONLY, show_key },
	{ "IpSyncEnabled", WSMAN_BOOL, "true", 1 },
	{ "LinkIsUp", WSMAN_BOOL, "", WSMAN_READ_ONLY, show_link },
	{ "LinkPolicy", WSMAN_LIST, "1,14", 1 },
	{ "MACAddress", WSMAN_TEXT, "", WSMAN_READ_ONLY, show_mac },
	{ "PhysicalConnectionType", WSMAN_NUMBER, "0", WSMAN_READ_ONLY },
	{ "PrimaryDNS", WSMAN_TEXT, "", IP_TEXT - 1, show_address, put_address },
	{ "SecondaryDNS", WSMAN_TEXT, "", IP_TEXT - 1, show_address, put_address },
	{ "SharedDynamicIP", WSMAN_BOOL, "true", 1 },
	{ "SharedMAC", WSMAN_BOOL, "true", 1 },
	{ "SharedStaticIp", WSMAN_BOOL, "false", 1 },
	{ "SubnetMask", WSMAN_TEXT, "", IP_TEXT - 1, show_address, put_address },
	{ "VLANTag", WSMAN_NUMBER, "0", 65535 },
	{ NULL },
};

static const char *const addresses[] = {
	"IPAddress", "SubnetMask", "DefaultGateway", "PrimaryDNS", "SecondaryDNS",
};

#define ADDRESSES (sizeof(addresses) / sizeof(*addresses))

/* Only the form; check() keeps them, as the value does not say which it is. */
static enum wsman_fault put_address(struct wsman_call *call, size_t i, const char *value,
				    bool apply)
{
	uint32_t ip;

	return text_ipv4(value, &ip) ? WSMAN_INVALID_REPRESENTATION : WSMAN_NO_FAULT;
}

static enum wsman_fault put_dhcp(struct wsman_call *call, size_t i, const char *value, bool apply)
{
	bool on;

	wsman_read_bool(value, &on);
	if (apply && net_value_set(call->settings, NAME, i, "DHCPEnabled", on ? "true" : "false"))
		return WSMAN_INTERNAL;
	return WSMAN_NO_FAULT;
}

static bool asks_for_dhcp(const struct wsman_call *call)
{
	char *text = wsman_input(call, "DHCPEnabled");
	bool on = true;

	if (text)
		wsman_read_bool(text, &on);
	wsman_string_free(text);
	return on;
}

/* A static address comes with a mask; with DHCP the lease counts, not the request. */
static enum wsman_fault check(struct wsman_call *call, size_t i)
{
	bool dhcp = asks_for_dhcp(call);
	enum wsman_fault fault = WSMAN_NO_FAULT;
	size_t n;

	if (!dhcp && (!wsman_child(call->req->payload, NULL, "IPAddress") ||
		      !wsman_child(call->req->payload, NULL, "SubnetMask")))
		return WSMAN_INVALID_REPRESENTATION;
	for (n = 0; n < ADDRESSES; n++) {
		char *text = dhcp ? NULL : wsman_input(call, addresses[n]);

		if (net_value_set(call->settings, NAME, i, addresses[n], text))
			fault = WSMAN_INTERNAL;
		wsman_string_free(text);
	}
	return fault;
}

const struct wsman_class wsman_ethernet_port = {
	.name = NAME,
	.key = "InstanceID",
	.count = count,
	.key_of = key_of,
	.properties = properties,
	.check = check,
};
