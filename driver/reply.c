// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is the message that arrived a sound reply to the request, down to its
 * content? The worker asks this before it uses the connection again, so that
 * no request follows a reply that is wrong in any way.
 */
#include <linux/errno.h>
#include <linux/kernel.h>

#include "mei_prov.h"

static int mei_prov_check_number(const u8 *reply, size_t len)
{
	u32 value;

	return amthi_decode_u32(reply, len, &value);
}

static int mei_prov_check_uuid(const u8 *reply, size_t len)
{
	u8 uuid[AMTHI_UUID_LEN];

	return amthi_decode_uuid(reply, len, uuid);
}

static int mei_prov_check_versions(const u8 *reply, size_t len)
{
	char bios[AMTHI_BIOS_LEN + 1];
	struct amthi_version version;
	u32 count, i;
	int ret;

	ret = amthi_decode_versions_head(reply, len, bios, &count);
	for (i = 0; !ret && i < count; i++)
		ret = amthi_decode_version(reply, len, i, &version);
	return ret;
}

static int mei_prov_check_handles(const u8 *reply, size_t len)
{
	u32 count;

	return amthi_decode_handle_count(reply, len, &count);
}

static int mei_prov_check_hash(const u8 *reply, size_t len)
{
	struct amthi_hash hash;

	return amthi_decode_hash(reply, len, &hash);
}

static int mei_prov_check_suffix(const u8 *reply, size_t len)
{
	char suffix[AMTHI_SUFFIX_MAX + 1];

	return amthi_decode_string(reply, len, suffix, sizeof(suffix));
}

static int mei_prov_check_suffix_list(const u8 *reply, size_t len)
{
	size_t at, count;

	return amthi_decode_suffix_list(reply, len, &at, &count);
}

static int mei_prov_check_tcpip(const u8 *reply, size_t len)
{
	struct amthi_tcpip out;

	return amthi_decode_tcpip(reply, len, &out);
}

static int mei_prov_check_config_server(const u8 *reply, size_t len)
{
	struct amthi_config_server out;

	return amthi_decode_config_server(reply, len, &out);
}

static int mei_prov_check_fqdn(const u8 *reply, size_t len)
{
	struct amthi_fqdn out;

	return amthi_decode_fqdn(reply, len, &out);
}

static int mei_prov_check_remote_access(const u8 *reply, size_t len)
{
	struct amthi_remote_access out;

	return amthi_decode_remote_access(reply, len, &out);
}

static int mei_prov_check_audit(const u8 *reply, size_t len)
{
	struct amthi_audit out;

	return amthi_decode_audit(reply, len, &out);
}

/* Where the length says all, as with a lone status, there is nothing to check. */
static const struct {
	u32 command;
	int (*check)(const u8 *reply, size_t len);
} mei_prov_contents[] = {
	{ AMTHI_GET_PROVISIONING_STATE, mei_prov_check_number },
	{ AMTHI_GET_CODE_VERSIONS, mei_prov_check_versions },
	{ AMTHI_ENUMERATE_HASH_HANDLES, mei_prov_check_handles },
	{ AMTHI_GET_CERTIFICATE_HASH, mei_prov_check_hash },
	{ AMTHI_GET_ZERO_TOUCH_ENABLED, mei_prov_check_number },
	{ AMTHI_GET_UUID, mei_prov_check_uuid },
	{ AMTHI_GET_CONTROL_MODE, mei_prov_check_number },
	{ AMTHI_GET_EHBC_STATE, mei_prov_check_number },
	{ AMTHI_GET_PKI_FQDN_SUFFIX, mei_prov_check_suffix },
	{ AMTHI_GET_DNS_SUFFIX_LIST, mei_prov_check_suffix_list },
	{ AMTHI_GET_TCPIP_PARAMETERS, mei_prov_check_tcpip },
	{ AMTHI_GET_CONFIG_SERVER, mei_prov_check_config_server },
	{ AMTHI_GET_FQDN, mei_prov_check_fqdn },
	{ AMTHI_GET_REMOTE_ACCESS_STATUS, mei_prov_check_remote_access },
	{ AMTHI_GET_SETUP_AUDIT_RECORD, mei_prov_check_audit },
};

static int mei_prov_check_content(const struct mei_prov_transaction *t)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(mei_prov_contents); i++)
		if (mei_prov_contents[i].command == t->command)
			return mei_prov_contents[i].check(t->reply, t->received);
	return 0;
}

/**
 * mei_prov_reply_check() - check a message that arrived for a request
 * @t: the transaction
 * @fw_status: gets the AMT status
 *
 * Nothing at all is not a short reply: with firmware that is about to reset the
 * MEI core cannot grant a credit, and completes the reading without a byte and
 * without an error (mei_cl_irq_read()).
 *
 * Return: 0, or -EMSGSIZE, -EPROTO, -EPROTONOSUPPORT, -ENODATA or -EBADMSG as
 * in amthi.h, or -ECANCELED when it could not be received.
 */
int mei_prov_reply_check(const struct mei_prov_transaction *t, u32 *fw_status)
{
	int ret;

	if (t->received <= 0)
		return -ECANCELED;
	if (t->received > AMTHI_MSG_MAX)
		return -EMSGSIZE;
	ret = amthi_reply_check(t->reply, t->received, t->command, fw_status);
	if (ret || *fw_status)
		return ret;
	return mei_prov_check_content(t);
}
