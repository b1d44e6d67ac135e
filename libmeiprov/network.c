// SPDX-License-Identifier: LGPL-2.1-or-later
/* What the firmware knows of its network: several questions, one answer. */
#include <errno.h>
#include <string.h>

#include "device.h"

static const struct command get_lan = {
	.request = MEI_PROV_IOC_LAN,
	.size = sizeof(struct mei_prov_lan),
	.doing = "reading the wired interface of the ME",
};

static const struct command get_tcpip = {
	.request = MEI_PROV_IOC_TCPIP,
	.size = sizeof(struct mei_prov_tcpip),
	.doing = "reading the IP parameters of the ME",
};

static const struct command get_server = {
	.request = MEI_PROV_IOC_CONFIG_SERVER,
	.size = sizeof(struct mei_prov_config_server),
	.doing = "reading the setup server of the ME",
};

static const struct command get_security = {
	.request = MEI_PROV_IOC_SECURITY,
	.size = sizeof(struct mei_prov_security),
	.doing = "reading the security parameters of the ME",
};

static int read_lan(struct meiprov_device *dev, struct meiprov_network *out,
		    struct meiprov_error *err)
{
	struct mei_prov_lan arg = { .interface = MEI_PROV_LAN_WIRED };
	int ret = device_command(dev, &get_lan, &arg.head, err);

	if (ret || arg.head.fw_status)
		return ret;
	out->has_lan = true;
	out->enabled = arg.enabled;
	out->link_up = arg.link_up;
	out->ipv4 = arg.ipv4;
	out->dhcp = arg.dhcp_enabled;
	memcpy(out->mac, arg.mac, sizeof(out->mac));
	return 0;
}

static int read_tcpip(struct meiprov_device *dev, struct meiprov_network *out,
		      struct meiprov_error *err)
{
	struct mei_prov_tcpip arg = { 0 };
	int ret = device_command(dev, &get_tcpip, &arg.head, err);

	if (ret || arg.head.fw_status)
		return ret;
	out->has_tcpip = true;
	device_text(out->domain, sizeof(out->domain), arg.domain, sizeof(arg.domain));
	return 0;
}

static int read_server(struct meiprov_device *dev, struct meiprov_network *out,
		       struct meiprov_error *err)
{
	struct mei_prov_config_server arg = { 0 };
	int ret = device_command(dev, &get_server, &arg.head, err);

	if (ret || arg.head.fw_status)
		return ret;
	out->has_server = true;
	out->server_port = arg.port;
	device_text(out->server_address, sizeof(out->server_address), arg.address,
		    sizeof(arg.address));
	device_text(out->server_fqdn, sizeof(out->server_fqdn), arg.fqdn, sizeof(arg.fqdn));
	return 0;
}

static int read_security(struct meiprov_device *dev, struct meiprov_network *out,
			 struct meiprov_error *err)
{
	struct mei_prov_security arg = { 0 };
	int ret = device_command(dev, &get_security, &arg.head, err);

	if (ret || arg.head.fw_status)
		return ret;
	out->has_security = true;
	out->interface_on = arg.network_enabled;
	out->sol = arg.sol_enabled;
	out->ider = arg.ider_enabled;
	out->crypto = arg.hw_crypto;
	return 0;
}

int meiprov_network_get(struct meiprov_device *dev, struct meiprov_network *out,
			struct meiprov_error *err)
{
	static int (*const steps[])(struct meiprov_device * dev, struct meiprov_network * out,
				    struct meiprov_error * err) = {
		read_lan,
		read_tcpip,
		read_server,
		read_security,
	};
	int ret = 0;

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; !ret && i < sizeof(steps) / sizeof(steps[0]); i++)
		ret = steps[i](dev, out, err);
	return ret;
}
