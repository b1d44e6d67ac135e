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

/* Commands whose replies carry nothing but the status are not listed. */
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
 * Return: 0, or -EMSGSIZE, -EPROTO, -EPROTONOSUPPORT, -ENODATA or -EBADMSG as
 * in amthi.h, or -ECANCELED when it could not be received.
 */
int mei_prov_reply_check(const struct mei_prov_transaction *t, u32 *fw_status)
{
	int ret;

	if (t->received < 0)
		return -ECANCELED;
	if (t->received > AMTHI_MSG_MAX)
		return -EMSGSIZE;
	ret = amthi_reply_check(t->reply, t->received, t->command, fw_status);
	if (ret || *fw_status)
		return ret;
	return mei_prov_check_content(t);
}
