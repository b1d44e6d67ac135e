// SPDX-License-Identifier: LGPL-2.1-or-later
/* Questions that take one message each; its answer fills the argument. */
#include <errno.h>
#include <string.h>

#include "message.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* @arg from its member @member to its end, where the codec's struct has the same
 * members in the same order: checked by size.
 */
#define TAKE(out, member, in) \
	do { \
		_Static_assert(sizeof(in) <= sizeof(*(out)) - offsetof(typeof(*(out)), member), \
			       "the codec's struct fits"); \
		memcpy(&(out)->member, &(in), sizeof(in)); \
	} while (0)

static int run_u32(struct message_call *call, const struct message_row *row, void *arg)
{
	uint32_t *value = (uint32_t *)((struct mei_prov_head *)arg + 1);
	int ret = message_ask(call, row->command);

	return ret || call->status ? ret : amthi_decode_u32(call->reply, call->received, value);
}

static int run_suffix(struct message_call *call, const struct message_row *row, void *arg)
{
	struct mei_prov_suffix *out = arg;
	int ret = message_ask(call, row->command);

	out->len = 0;
	memset(out->suffix, 0, sizeof(out->suffix));
	if (ret || call->status)
		return ret;
	ret = amthi_decode_string(call->reply, call->received, out->suffix, AMTHI_SUFFIX_MAX + 1);
	if (!ret)
		out->len = (uint32_t)strlen(out->suffix);
	return ret;
}

static int run_suffix_list(struct message_call *call, const struct message_row *row, void *arg)
{
	struct mei_prov_suffix_list *list = arg;
	size_t room = list->len, at = 0, count = 0;
	int ret = message_ask(call, row->command);

	list->len = 0;
	if (ret || call->status)
		return ret;
	ret = amthi_decode_suffix_list(call->reply, call->received, &at, &count);
	if (ret)
		return ret;
	list->len = (uint32_t)count;
	if (list->list)
		memcpy((void *)(uintptr_t)list->list, call->reply + at,
		       room < count ? room : count);
	return 0;
}

static int run_security(struct message_call *call, const struct message_row *row, void *arg)
{
	struct mei_prov_security *out = arg;
	struct amthi_security in;
	int ret = message_ask(call, row->command);

	if (ret || call->status)
		return ret;
	ret = amthi_decode_security(call->reply, call->received, &in);
	if (!ret)
		TAKE(out, enterprise_mode, in);
	return ret;
}

static int run_tcpip(struct message_call *call, const struct message_row *row, void *arg)
{
	struct mei_prov_tcpip *out = arg;
	struct amthi_tcpip in;
	int ret = message_ask(call, row->command);

	if (ret || call->status)
		return ret;
	ret = amthi_decode_tcpip(call->reply, call->received, &in);
	if (!ret)
		TAKE(out, dhcp_mode, in);
	return ret;
}

static int run_lan(struct message_call *call, const struct message_row *row, void *arg)
{
	struct mei_prov_lan *out = arg;
	struct amthi_lan in;
	int ret;

	if (out->interface > MEI_PROV_LAN_WIRELESS)
		return -EINVAL;
	ret = message_ask_u32(call, row->command, out->interface);
	if (ret || call->status)
		return ret;
	ret = amthi_decode_lan(call->reply, call->received, &in);
	if (ret)
		return ret;
	out->enabled = in.enabled;
	out->ipv4 = in.ipv4;
	out->dhcp_enabled = in.dhcp_enabled;
	out->dhcp_mode = in.dhcp_mode;
	out->link_up = in.link_up;
	memcpy(out->mac, in.mac, sizeof(out->mac));
	return 0;
}

static int run_mac(struct message_call *call, const struct message_row *row, void *arg)
{
	struct mei_prov_mac *out = arg;
	struct amthi_mac in;
	int ret = message_ask(call, row->command);

	if (ret || call->status)
		return ret;
	ret = amthi_decode_mac(call->reply, call->received, &in);
	if (!ret)
		TAKE(out, dedicated, in);
	return ret;
}

static int run_config_server(struct message_call *call, const struct message_row *row, void *arg)
{
	struct mei_prov_config_server *out = arg;
	struct amthi_config_server in;
	int ret = message_ask(call, row->command);

	if (ret || call->status)
		return ret;
	ret = amthi_decode_config_server(call->reply, call->received, &in);
	if (ret)
		return ret;
	out->port = in.port;
	memcpy(out->address, in.address, sizeof(in.address));
	memcpy(out->fqdn, in.fqdn, sizeof(in.fqdn));
	return 0;
}

static int run_fqdn(struct message_call *call, const struct message_row *row, void *arg)
{
	struct mei_prov_fqdn *out = arg;
	struct amthi_fqdn in;
	int ret = message_ask(call, row->command);

	if (ret || call->status)
		return ret;
	ret = amthi_decode_fqdn(call->reply, call->received, &in);
	if (!ret)
		TAKE(out, shared, in);
	return ret;
}

static int run_remote_access(struct message_call *call, const struct message_row *row, void *arg)
{
	struct mei_prov_remote_access *out = arg;
	struct amthi_remote_access in;
	int ret = message_ask(call, row->command);

	if (ret || call->status)
		return ret;
	ret = amthi_decode_remote_access(call->reply, call->received, &in);
	if (ret)
		return ret;
	out->network = in.network;
	out->tunnel = in.tunnel;
	out->trigger = in.trigger;
	memcpy(out->mps, in.mps, sizeof(in.mps));
	return 0;
}

static int run_audit(struct message_call *call, const struct message_row *row, void *arg)
{
	struct mei_prov_audit *out = arg;
	struct amthi_audit in;
	int ret = message_ask(call, row->command);

	if (ret || call->status)
		return ret;
	ret = amthi_decode_audit(call->reply, call->received, &in);
	if (ret)
		return ret;
	out->tls_mode = in.tls_mode;
	out->secure_dns = in.secure_dns;
	out->host_initiated = in.host_initiated;
	out->hash_algorithm = in.hash_algorithm;
	memcpy(out->hash, in.hash, sizeof(in.hash));
	memcpy(out->serials, in.serials, sizeof(in.serials));
	out->more_serials = in.more_serials;
	out->is_default = in.is_default;
	out->time_valid = in.time_valid;
	memcpy(out->time, in.time, sizeof(in.time));
	memcpy(out->server, in.server, sizeof(in.server));
	memcpy(out->fqdn, in.fqdn, sizeof(in.fqdn));
	return 0;
}

#define ROW(request, type, command, run) \
	{ \
		MEI_PROV_IOC_##request, sizeof(struct mei_prov_##type), false, AMTHI_##command, \
			run \
	}

static const struct message_row rows[] = {
	ROW(ZTC_GET, ztc, GET_ZERO_TOUCH_ENABLED, run_u32),
	ROW(TLS_MODE, tls_mode, GET_PROVISIONING_TLS_MODE, run_u32),
	ROW(RNG_STATUS, rng, GET_RNG_SEED_STATUS, run_u32),
	ROW(EHBC_GET, ehbc, GET_EHBC_STATE, run_u32),
	ROW(REDIRECTION, redirection, GET_REDIRECTION_STATE, run_u32),
	ROW(SUFFIX_GET, suffix, GET_PKI_FQDN_SUFFIX, run_suffix),
	ROW(SUFFIX_LIST, suffix_list, GET_DNS_SUFFIX_LIST, run_suffix_list),
	ROW(SECURITY, security, GET_SECURITY_PARAMETERS, run_security),
	ROW(TCPIP, tcpip, GET_TCPIP_PARAMETERS, run_tcpip),
	ROW(LAN, lan, GET_LAN_INTERFACE, run_lan),
	ROW(MAC, mac, GET_MAC_ADDRESSES, run_mac),
	ROW(CONFIG_SERVER, config_server, GET_CONFIG_SERVER, run_config_server),
	ROW(FQDN, fqdn, GET_FQDN, run_fqdn),
	ROW(REMOTE_ACCESS, remote_access, GET_REMOTE_ACCESS_STATUS, run_remote_access),
	ROW(AUDIT, audit, GET_SETUP_AUDIT_RECORD, run_audit),
};

const struct message_table message_reads = { rows, ARRAY_SIZE(rows) };
