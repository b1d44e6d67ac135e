// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands that read what decides whether remote configuration will work. Each
 * is one question to the firmware, whose answer fills the caller's struct.
 */
#include <linux/errno.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "mei_prov.h"

typedef int (*mei_prov_fill)(const struct mei_prov_transaction *t, void *arg);

/* One answer: into @arg, unless the firmware refused. */
static int mei_prov_answer(struct mei_prov_call *call, struct mei_prov_head *head,
			   int ret, mei_prov_fill fill)
{
	head->fw_status = call->fw_status;
	if (!ret && !call->fw_status)
		ret = fill(call->t, head);
	mei_prov_call_end(call);
	return ret;
}

/* Ask @command, which takes nothing. What comes out is zero before. */
static int mei_prov_ask(struct mei_prov_device *mdev, u32 command, void *arg,
			size_t size, mei_prov_fill fill)
{
	struct mei_prov_head *head = arg;
	struct mei_prov_call call;
	int ret;

	ret = mei_prov_ioctl_begin(&call, mdev, head);
	if (ret)
		return ret;
	memset(head + 1, 0, size - sizeof(*head));
	ret = mei_prov_call(&call, command);
	return mei_prov_answer(&call, head, ret, fill);
}

int mei_prov_do_suffix_get(struct mei_prov_device *mdev, void *arg)
{
	struct mei_prov_suffix *suffix = arg;
	struct mei_prov_view view;
	struct mei_prov_call call;
	int ret;

	BUILD_BUG_ON(sizeof(suffix->suffix) != sizeof(view.suffix));

	if (suffix->__reserved)
		return -EINVAL;
	ret = mei_prov_ioctl_begin(&call, mdev, &suffix->head);
	if (ret)
		return ret;
	ret = mei_prov_suffix_ask(&call, &view);
	suffix->len = view.suffix_len;
	memcpy(suffix->suffix, view.suffix, sizeof(suffix->suffix));
	suffix->head.fw_status = call.fw_status;
	mei_prov_call_end(&call);
	return ret;
}

/* As many bytes as the caller has room for, straight from the reply. */
static int mei_prov_fill_suffix_list(const struct mei_prov_transaction *t, void *arg)
{
	struct mei_prov_suffix_list *list = arg;
	size_t at, count, room = list->len;
	int ret;

	ret = amthi_decode_suffix_list(t->reply, t->received, &at, &count);
	if (ret)
		return ret;
	list->len = count;
	if (!list->list)
		return 0;
	return copy_to_user(u64_to_user_ptr(list->list), t->reply + at, min(room, count)) ?
		-EFAULT : 0;
}

int mei_prov_do_suffix_list(struct mei_prov_device *mdev, void *arg)
{
	struct mei_prov_suffix_list *list = arg;
	struct mei_prov_call call;
	int ret;

	if (list->__reserved)
		return -EINVAL;
	ret = mei_prov_ioctl_begin(&call, mdev, &list->head);
	if (ret)
		return ret;
	ret = mei_prov_call(&call, AMTHI_GET_DNS_SUFFIX_LIST);
	if (call.fw_status)
		list->len = 0;
	return mei_prov_answer(&call, &list->head, ret, mei_prov_fill_suffix_list);
}

static int mei_prov_fill_tls_mode(const struct mei_prov_transaction *t, void *arg)
{
	struct mei_prov_tls_mode *out = arg;

	return amthi_decode_u32(t->reply, t->received, &out->mode);
}

int mei_prov_do_tls_mode(struct mei_prov_device *mdev, void *arg)
{
	struct mei_prov_tls_mode *tls = arg;

	if (tls->__reserved)
		return -EINVAL;
	return mei_prov_ask(mdev, AMTHI_GET_PROVISIONING_TLS_MODE, tls, sizeof(*tls),
			    mei_prov_fill_tls_mode);
}

static int mei_prov_fill_rng(const struct mei_prov_transaction *t, void *arg)
{
	struct mei_prov_rng *out = arg;

	return amthi_decode_u32(t->reply, t->received, &out->status);
}

int mei_prov_do_rng_status(struct mei_prov_device *mdev, void *arg)
{
	struct mei_prov_rng *rng = arg;

	if (rng->__reserved)
		return -EINVAL;
	return mei_prov_ask(mdev, AMTHI_GET_RNG_SEED_STATUS, rng, sizeof(*rng),
			    mei_prov_fill_rng);
}

static int mei_prov_fill_ehbc(const struct mei_prov_transaction *t, void *arg)
{
	struct mei_prov_ehbc *out = arg;

	return amthi_decode_u32(t->reply, t->received, &out->enabled);
}

int mei_prov_do_ehbc_get(struct mei_prov_device *mdev, void *arg)
{
	struct mei_prov_ehbc *ehbc = arg;

	if (ehbc->__reserved)
		return -EINVAL;
	return mei_prov_ask(mdev, AMTHI_GET_EHBC_STATE, ehbc, sizeof(*ehbc),
			    mei_prov_fill_ehbc);
}

static int mei_prov_fill_security(const struct mei_prov_transaction *t, void *arg)
{
	struct mei_prov_security *out = arg;
	struct amthi_security in;
	int ret;

	ret = amthi_decode_security(t->reply, t->received, &in);
	if (ret)
		return ret;
	out->enterprise_mode = in.enterprise_mode;
	out->tls_enabled = in.tls_enabled;
	out->hw_crypto = in.hw_crypto;
	out->provisioning_state = in.provisioning_state;
	out->network_enabled = in.network_enabled;
	out->sol_enabled = in.sol_enabled;
	out->ider_enabled = in.ider_enabled;
	out->fw_update_enabled = in.fw_update_enabled;
	out->link_up = in.link_up;
	out->kvm_enabled = in.kvm_enabled;
	return 0;
}

int mei_prov_do_security(struct mei_prov_device *mdev, void *arg)
{
	struct mei_prov_security *security = arg;

	if (memchr_inv(security->__reserved, 0, sizeof(security->__reserved)))
		return -EINVAL;
	return mei_prov_ask(mdev, AMTHI_GET_SECURITY_PARAMETERS, security,
			    sizeof(*security), mei_prov_fill_security);
}

static int mei_prov_fill_tcpip(const struct mei_prov_transaction *t, void *arg)
{
	struct mei_prov_tcpip *out = arg;
	struct amthi_tcpip in;
	int ret;

	BUILD_BUG_ON(sizeof(out->domain) != sizeof(in.domain));

	ret = amthi_decode_tcpip(t->reply, t->received, &in);
	if (ret)
		return ret;
	out->dhcp_mode = in.dhcp_mode;
	out->ipv4 = in.ipv4;
	out->netmask = in.netmask;
	out->gateway = in.gateway;
	out->dns1 = in.dns1;
	out->dns2 = in.dns2;
	memcpy(out->domain, in.domain, sizeof(out->domain));
	return 0;
}

int mei_prov_do_tcpip(struct mei_prov_device *mdev, void *arg)
{
	return mei_prov_ask(mdev, AMTHI_GET_TCPIP_PARAMETERS, arg,
			    sizeof(struct mei_prov_tcpip), mei_prov_fill_tcpip);
}

static int mei_prov_fill_lan(const struct mei_prov_transaction *t, void *arg)
{
	struct mei_prov_lan *out = arg;
	struct amthi_lan in;
	int ret;

	BUILD_BUG_ON(sizeof(out->mac) != sizeof(in.mac));

	ret = amthi_decode_lan(t->reply, t->received, &in);
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

int mei_prov_do_lan(struct mei_prov_device *mdev, void *arg)
{
	struct mei_prov_lan *lan = arg;
	struct mei_prov_call call;
	int ret;

	if (lan->interface > MEI_PROV_LAN_WIRELESS ||
	    memchr_inv(lan->__reserved, 0, sizeof(lan->__reserved)))
		return -EINVAL;
	ret = mei_prov_ioctl_begin(&call, mdev, &lan->head);
	if (ret)
		return ret;
	memset_after(lan, 0, interface);
	ret = mei_prov_call_u32(&call, AMTHI_GET_LAN_INTERFACE, lan->interface);
	return mei_prov_answer(&call, &lan->head, ret, mei_prov_fill_lan);
}

static int mei_prov_fill_mac(const struct mei_prov_transaction *t, void *arg)
{
	struct mei_prov_mac *out = arg;
	struct amthi_mac in;
	int ret;

	BUILD_BUG_ON(sizeof(out->dedicated) != sizeof(in.dedicated));
	BUILD_BUG_ON(sizeof(out->host) != sizeof(in.host));

	ret = amthi_decode_mac(t->reply, t->received, &in);
	if (ret)
		return ret;
	memcpy(out->dedicated, in.dedicated, sizeof(out->dedicated));
	memcpy(out->host, in.host, sizeof(out->host));
	return 0;
}

int mei_prov_do_mac(struct mei_prov_device *mdev, void *arg)
{
	struct mei_prov_mac *mac = arg;

	if (memchr_inv(mac->__reserved, 0, sizeof(mac->__reserved)))
		return -EINVAL;
	return mei_prov_ask(mdev, AMTHI_GET_MAC_ADDRESSES, mac, sizeof(*mac),
			    mei_prov_fill_mac);
}

static int mei_prov_fill_config_server(const struct mei_prov_transaction *t, void *arg)
{
	struct mei_prov_config_server *out = arg;
	struct amthi_config_server in;
	int ret;

	BUILD_BUG_ON(sizeof(out->address) < sizeof(in.address));
	BUILD_BUG_ON(sizeof(out->fqdn) != sizeof(in.fqdn));

	ret = amthi_decode_config_server(t->reply, t->received, &in);
	if (ret)
		return ret;
	out->port = in.port;
	memcpy(out->address, in.address, sizeof(in.address));
	memcpy(out->fqdn, in.fqdn, sizeof(out->fqdn));
	return 0;
}

int mei_prov_do_config_server(struct mei_prov_device *mdev, void *arg)
{
	struct mei_prov_config_server *server = arg;

	if (server->__reserved)
		return -EINVAL;
	return mei_prov_ask(mdev, AMTHI_GET_CONFIG_SERVER, server, sizeof(*server),
			    mei_prov_fill_config_server);
}

static int mei_prov_fill_fqdn(const struct mei_prov_transaction *t, void *arg)
{
	struct mei_prov_fqdn *out = arg;
	struct amthi_fqdn in;
	int ret;

	BUILD_BUG_ON(sizeof(out->fqdn) != sizeof(in.fqdn));

	ret = amthi_decode_fqdn(t->reply, t->received, &in);
	if (ret)
		return ret;
	out->shared = in.shared;
	out->ddns_enabled = in.ddns_enabled;
	out->ddns_interval = in.ddns_interval;
	out->ddns_ttl = in.ddns_ttl;
	memcpy(out->fqdn, in.fqdn, sizeof(out->fqdn));
	return 0;
}

int mei_prov_do_fqdn(struct mei_prov_device *mdev, void *arg)
{
	return mei_prov_ask(mdev, AMTHI_GET_FQDN, arg, sizeof(struct mei_prov_fqdn),
			    mei_prov_fill_fqdn);
}

static int mei_prov_fill_redirection(const struct mei_prov_transaction *t, void *arg)
{
	struct mei_prov_redirection *out = arg;

	return amthi_decode_u32(t->reply, t->received, &out->enabled);
}

int mei_prov_do_redirection(struct mei_prov_device *mdev, void *arg)
{
	struct mei_prov_redirection *redirection = arg;

	if (redirection->__reserved)
		return -EINVAL;
	return mei_prov_ask(mdev, AMTHI_GET_REDIRECTION_STATE, redirection,
			    sizeof(*redirection), mei_prov_fill_redirection);
}

static int mei_prov_fill_remote_access(const struct mei_prov_transaction *t, void *arg)
{
	struct mei_prov_remote_access *out = arg;
	struct amthi_remote_access in;
	int ret;

	BUILD_BUG_ON(sizeof(out->mps) != sizeof(in.mps));

	ret = amthi_decode_remote_access(t->reply, t->received, &in);
	if (ret)
		return ret;
	out->network = in.network;
	out->tunnel = in.tunnel;
	out->trigger = in.trigger;
	memcpy(out->mps, in.mps, sizeof(out->mps));
	return 0;
}

int mei_prov_do_remote_access(struct mei_prov_device *mdev, void *arg)
{
	struct mei_prov_remote_access *access = arg;

	if (access->__reserved)
		return -EINVAL;
	return mei_prov_ask(mdev, AMTHI_GET_REMOTE_ACCESS_STATUS, access,
			    sizeof(*access), mei_prov_fill_remote_access);
}

static void mei_prov_copy_audit(struct mei_prov_audit *out, const struct amthi_audit *in)
{
	BUILD_BUG_ON(sizeof(out->hash) != sizeof(in->hash));
	BUILD_BUG_ON(sizeof(out->serials) != sizeof(in->serials));
	BUILD_BUG_ON(sizeof(out->time) != sizeof(in->time));
	BUILD_BUG_ON(sizeof(out->server) < sizeof(in->server));
	BUILD_BUG_ON(sizeof(out->fqdn) != sizeof(in->fqdn));

	out->tls_mode = in->tls_mode;
	out->secure_dns = in->secure_dns;
	out->host_initiated = in->host_initiated;
	out->hash_algorithm = in->hash_algorithm;
	memcpy(out->hash, in->hash, sizeof(out->hash));
	memcpy(out->serials, in->serials, sizeof(out->serials));
	out->more_serials = in->more_serials;
	out->is_default = in->is_default;
	out->time_valid = in->time_valid;
	memcpy(out->time, in->time, sizeof(out->time));
	memcpy(out->server, in->server, sizeof(in->server));
	memcpy(out->fqdn, in->fqdn, sizeof(out->fqdn));
}

static int mei_prov_fill_audit(const struct mei_prov_transaction *t, void *arg)
{
	struct amthi_audit in;
	int ret;

	ret = amthi_decode_audit(t->reply, t->received, &in);
	if (!ret)
		mei_prov_copy_audit(arg, &in);
	return ret;
}

int mei_prov_do_audit(struct mei_prov_device *mdev, void *arg)
{
	struct mei_prov_audit *audit = arg;

	if (audit->__reserved)
		return -EINVAL;
	return mei_prov_ask(mdev, AMTHI_GET_SETUP_AUDIT_RECORD, audit, sizeof(*audit),
			    mei_prov_fill_audit);
}

/**
 * mei_prov_mode_ask() - the part of STATE that its first version did not have
 * @call: the command
 * @state: gets mode and validity; a refusal is in call->fw_status
 *
 * Return: 0 or a negative errno.
 */
int mei_prov_mode_ask(struct mei_prov_call *call, struct mei_prov_state *state)
{
	struct amthi_mode mode;
	int ret;

	ret = mei_prov_call(call, AMTHI_GET_PROVISIONING_MODE);
	if (ret || call->t->fw_status)
		return ret;
	ret = amthi_decode_mode(call->t->reply, call->t->received, &mode);
	if (ret)
		return ret;
	state->provisioning_mode = mode.mode;
	state->legacy_mode = mode.legacy;
	state->valid |= MEI_PROV_STATE_MODE;
	return 0;
}
