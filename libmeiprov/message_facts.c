// SPDX-License-Identifier: LGPL-2.1-or-later
/* The questions that take several messages: who the ME is, its state, its hash
 * table as one consistent snapshot.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Pointers travel as numbers in this ABI. */
static void *pointer(uint64_t value)
{
	return (void *)(uintptr_t)value;
}

/* --- info --- */

static int take_versions(struct message_call *call, struct mei_prov_info *info, uint32_t room)
{
	struct mei_prov_version *out = pointer(info->versions);
	char bios[AMTHI_BIOS_LEN + 1];
	struct amthi_version version;
	uint32_t count = 0;
	int ret;

	ret = amthi_decode_versions_head(call->reply, call->received, bios, &count);
	for (uint32_t i = 0; !ret && i < count; i++) {
		ret = amthi_decode_version(call->reply, call->received, i, &version);
		if (ret || i >= room || !out)
			continue;
		memcpy(out[i].name, version.name, sizeof(version.name));
		memcpy(out[i].value, version.value, sizeof(version.value));
	}
	if (ret)
		return ret;
	memcpy(info->bios, bios, sizeof(bios));
	info->version_count = count;
	info->valid |= MEI_PROV_INFO_VERSIONS;
	return 0;
}

static int run_info(struct message_call *call, const struct message_row *row, void *arg)
{
	struct mei_prov_info *info = arg;
	uint32_t room = info->version_count;
	int ret;

	info->index = UINT32_MAX; /* it is no /dev/meiprovN */
	info->link = MEI_PROV_IOCTL_LINK_UP;
	memcpy(info->parent, call->channel->parent, sizeof(info->parent));
	info->valid = 0;
	info->version_count = 0;
	ret = message_ask(call, AMTHI_GET_CODE_VERSIONS);
	if (!ret && !call->status)
		ret = take_versions(call, info, room);
	if (!ret)
		ret = message_ask(call, AMTHI_GET_UUID);
	if (ret || call->status)
		return ret;
	ret = amthi_decode_uuid(call->reply, call->received, info->uuid);
	if (!ret)
		info->valid |= MEI_PROV_INFO_UUID;
	return ret;
}

/* --- state --- */

static int state_part(struct message_call *call, uint32_t command, uint32_t bit, uint32_t *value,
		      uint32_t *valid)
{
	int ret = message_ask(call, command);

	if (ret || call->status)
		return ret;
	ret = amthi_decode_u32(call->reply, call->received, value);
	if (!ret)
		*valid |= bit;
	return ret;
}

static int mode_part(struct message_call *call, struct mei_prov_state *state)
{
	struct amthi_mode mode;
	int ret = message_ask(call, AMTHI_GET_PROVISIONING_MODE);

	if (ret || call->status)
		return ret;
	ret = amthi_decode_mode(call->reply, call->received, &mode);
	if (ret)
		return ret;
	state->provisioning_mode = mode.mode;
	state->legacy_mode = mode.legacy;
	state->valid |= MEI_PROV_STATE_MODE;
	return 0;
}

static int run_state(struct message_call *call, const struct message_row *row, void *arg)
{
	struct mei_prov_state *state = arg;
	int ret;

	state->valid = 0;
	ret = state_part(call, AMTHI_GET_PROVISIONING_STATE, MEI_PROV_STATE_PROVISIONING,
			 &state->provisioning_state, &state->valid);
	if (!ret)
		ret = state_part(call, AMTHI_GET_CONTROL_MODE, MEI_PROV_STATE_CONTROL_MODE,
				 &state->control_mode, &state->valid);
	if (!ret && state->head.size >= sizeof(*state))
		ret = mode_part(call, state);
	return ret;
}

/* --- hash table: handles, entries, handles again (amthi.md 2C, 2D) --- */

#define HASH_TRIES 3

static int handles(struct message_call *call, uint32_t list[AMTHI_HANDLES_MAX], uint32_t *count)
{
	int ret = message_ask(call, AMTHI_ENUMERATE_HASH_HANDLES);

	*count = 0;
	if (ret || call->status)
		return ret;
	ret = amthi_decode_handle_count(call->reply, call->received, count);
	if (!ret && *count > AMTHI_HANDLES_MAX)
		ret = -EBADMSG;
	for (uint32_t i = 0; !ret && i < *count; i++)
		ret = amthi_decode_handle(call->reply, call->received, i, &list[i]);
	return ret;
}

static int entry(struct message_call *call, uint32_t handle, struct mei_prov_hash *out)
{
	struct amthi_hash hash;
	int ret = message_ask_u32(call, AMTHI_GET_CERTIFICATE_HASH, handle);

	if (ret || call->status)
		return ret;
	ret = amthi_decode_hash(call->reply, call->received, &hash);
	if (ret || !out)
		return ret;
	memset(out, 0, sizeof(*out));
	out->handle = handle;
	out->flags = (hash.is_default ? MEI_PROV_HASH_DEFAULT : 0) |
		     (hash.is_active ? MEI_PROV_HASH_ACTIVE : 0);
	out->algorithm = hash.algorithm;
	out->digest_len = hash.digest_len;
	memcpy(out->digest, hash.digest, sizeof(out->digest));
	memcpy(out->name, hash.name, hash.name_len);
	return 0;
}

/* A slot that went away while it was read shows in the closing look. */
static bool may_be_gone(uint32_t status)
{
	return status == AMTHI_STATUS_NOT_FOUND || status == AMTHI_STATUS_INVALID_HANDLE;
}

static int entries(struct message_call *call, struct mei_prov_hash_get *get, const uint32_t *list,
		   uint32_t count)
{
	struct mei_prov_hash *out = pointer(get->hashes);
	int ret = 0;

	for (uint32_t i = 0; !ret && !call->fw_status && i < count; i++)
		ret = entry(call, list[i], out && i < get->count ? &out[i] : NULL);
	return ret;
}

/* 1: the table changed meanwhile. */
static int scan(struct message_call *call, struct mei_prov_hash_get *get, uint32_t *count)
{
	uint32_t before[AMTHI_HANDLES_MAX], after[AMTHI_HANDLES_MAX];
	uint32_t refused, again;
	int ret = handles(call, before, count);

	if (ret || call->fw_status)
		return ret;
	ret = entries(call, get, before, *count);
	refused = call->fw_status;
	if (ret || (refused && !may_be_gone(refused)))
		return ret;
	call->fw_status = 0;
	ret = handles(call, after, &again);
	if (ret || call->fw_status)
		return ret;
	if (again != *count || memcmp(before, after, again * sizeof(after[0])))
		return 1;
	call->fw_status = refused;
	return 0;
}

static int run_hash_get(struct message_call *call, const struct message_row *row, void *arg)
{
	struct mei_prov_hash_get *get = arg;
	uint32_t count = 0;
	int ret = 1;

	for (int i = 0; i < HASH_TRIES && ret == 1; i++)
		ret = scan(call, get, &count);
	get->count = ret || call->fw_status ? 0 : count;
	return ret == 1 ? -EAGAIN : ret;
}

static const struct message_row rows[] = {
	{ MEI_PROV_IOC_INFO, sizeof(struct mei_prov_info), false, 0, run_info },
	{ MEI_PROV_IOC_STATE, offsetof(struct mei_prov_state, provisioning_mode), false, 0,
	  run_state },
	{ MEI_PROV_IOC_HASH_GET, sizeof(struct mei_prov_hash_get), false, 0, run_hash_get },
};

const struct message_table message_facts = { rows, ARRAY_SIZE(rows) };
