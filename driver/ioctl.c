// SPDX-License-Identifier: GPL-2.0-only
/*
 * The commands of /dev/meiprovN: their table, and those that read facts, state
 * and hashes. The other reads are in reads.c, the changes in control.c. Each
 * handler checks the fields that are its own, before it asks for anything.
 */
#include <linux/fs.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "mei_prov.h"

/**
 * mei_prov_ioctl_begin() - start the command that an argument asks for
 * @call: to be filled
 * @mdev: the device
 * @head: with the caller's deadline
 *
 * Return: 0 or -ENOMEM. mei_prov_call_end() ends it.
 */
int mei_prov_ioctl_begin(struct mei_prov_call *call, struct mei_prov_device *mdev,
			 const struct mei_prov_head *head)
{
	unsigned int timeout = head->timeout_ms ?: MEI_PROV_TIMEOUT_DEFAULT_MS;

	return mei_prov_call_begin(call, mdev, timeout, false);
}

static int mei_prov_facts_get(struct mei_prov_device *mdev, struct mei_prov_head *head,
			      struct mei_prov_facts *facts)
{
	struct mei_prov_call call;
	int ret;

	if (!(head->flags & MEI_PROV_F_FRESH) && mei_prov_facts_cached(mdev, facts))
		return 0;
	ret = mei_prov_ioctl_begin(&call, mdev, head);
	if (ret)
		return ret;
	ret = mei_prov_facts_ask(&call, facts);
	head->fw_status = call.fw_status;
	mei_prov_call_end(&call);
	return ret;
}

/* Write as many of the @have entries as the caller has room for. */
static int mei_prov_array_write(u64 to, u32 room, const void *entries, u32 have,
				size_t entry_size)
{
	u32 count = min(room, have);

	if (!to || !count)
		return 0;
	return copy_to_user(u64_to_user_ptr(to), entries, count * entry_size) ?
		-EFAULT : 0;
}

static int mei_prov_info_fill(struct mei_prov_device *mdev, struct mei_prov_info *info,
			      const struct mei_prov_facts *facts)
{
	u32 room = info->version_count;

	info->valid = facts->valid;
	info->index = mdev->index;
	info->link = mei_prov_engine_link_up(mdev) ? MEI_PROV_IOCTL_LINK_UP :
						     MEI_PROV_IOCTL_LINK_DOWN;
	info->version_count = facts->version_count;
	memcpy(info->uuid, facts->uuid, sizeof(info->uuid));
	strscpy_pad(info->parent, dev_name(mdev->parent), sizeof(info->parent));
	strscpy_pad(info->bios, facts->bios, sizeof(info->bios));
	return mei_prov_array_write(info->versions, room, facts->versions,
				    facts->version_count, sizeof(facts->versions[0]));
}

static int mei_prov_do_info(struct mei_prov_device *mdev, void *arg)
{
	struct mei_prov_info *info = arg;
	struct mei_prov_facts *facts;
	int ret;

	facts = kzalloc(sizeof(*facts), GFP_KERNEL_ACCOUNT);
	if (!facts)
		return -ENOMEM;
	ret = mei_prov_facts_get(mdev, &info->head, facts);
	if (!ret)
		ret = mei_prov_info_fill(mdev, info, facts);
	kfree(facts);
	return ret;
}

static int mei_prov_state_fill(struct mei_prov_call *call, struct mei_prov_state *state)
{
	bool grown = state->head.size >= offsetofend(struct mei_prov_state, legacy_mode);
	struct mei_prov_view view;
	int ret;

	ret = mei_prov_state_ask(call, &view);
	state->valid = view.valid;
	state->provisioning_state = view.provisioning_state;
	state->control_mode = view.control_mode;
	state->generation = view.generation;
	state->provisioning_mode = 0;
	state->legacy_mode = 0;
	return ret || !grown ? ret : mei_prov_mode_ask(call, state);
}

static int mei_prov_do_state(struct mei_prov_device *mdev, void *arg)
{
	struct mei_prov_state *state = arg;
	struct mei_prov_call call;
	int ret;

	if (state->__reserved)
		return -EINVAL;
	ret = mei_prov_ioctl_begin(&call, mdev, &state->head);
	if (ret)
		return ret;
	ret = mei_prov_state_fill(&call, state);
	state->head.fw_status = call.fw_status;
	mei_prov_call_end(&call);
	return ret;
}

static int mei_prov_do_ztc_get(struct mei_prov_device *mdev, void *arg)
{
	struct mei_prov_ztc *ztc = arg;
	struct mei_prov_view view;
	struct mei_prov_call call;
	int ret;

	if (ztc->__reserved)
		return -EINVAL;
	ret = mei_prov_ioctl_begin(&call, mdev, &ztc->head);
	if (ret)
		return ret;
	ret = mei_prov_ztc_ask(&call, &view);
	ztc->enabled = view.ztc;
	ztc->head.fw_status = call.fw_status;
	mei_prov_call_end(&call);
	return ret;
}

/* A refused table has no entries: there is none. */
static int mei_prov_hash_write(struct mei_prov_hash_get *get,
			       const struct mei_prov_hash_snapshot *table)
{
	u32 room = get->count;

	get->count = 0;
	if (!table)
		return 0;
	get->count = table->count;
	return mei_prov_array_write(get->hashes, room, table->entry, get->count,
				    sizeof(table->entry[0]));
}

static int mei_prov_do_hash_get(struct mei_prov_device *mdev, void *arg)
{
	struct mei_prov_hash_get *get = arg;
	struct mei_prov_hash_snapshot *table;
	struct mei_prov_call call;
	int ret;

	if (get->__reserved)
		return -EINVAL;
	ret = mei_prov_ioctl_begin(&call, mdev, &get->head);
	if (ret)
		return ret;
	ret = mei_prov_hash_table_read(&call, &table);
	get->head.fw_status = call.fw_status;
	mei_prov_call_end(&call);
	if (!ret)
		ret = mei_prov_hash_write(get, table);
	mei_prov_hash_snapshot_put(table);
	return ret;
}

/* @last is the last member of the first version of the argument. */
#define MEI_PROV_ROW(nr, type, last, out, takes, needs, function) {	\
	.command = MEI_PROV_IOC_##nr,					\
	.size = sizeof(struct type),					\
	.min_size = offsetofend(struct type, last),			\
	.out_size = (out),						\
	.flags = (takes),						\
	.mode = (needs),						\
	.handler = (function),						\
}

#define MEI_PROV_READ(nr, type, last, takes, function)			\
	MEI_PROV_ROW(nr, type, last, sizeof(struct type), takes, FMODE_READ, function)

#define MEI_PROV_WRITE(nr, type, last, takes, function)			\
	MEI_PROV_ROW(nr, type, last, sizeof(struct mei_prov_head), takes, FMODE_WRITE, function)

static const struct mei_prov_ioctl mei_prov_ioctls[] = {
	MEI_PROV_READ(INFO, mei_prov_info, bios, MEI_PROV_F_FRESH, mei_prov_do_info),
	MEI_PROV_READ(STATE, mei_prov_state, generation, 0, mei_prov_do_state),
	MEI_PROV_READ(ZTC_GET, mei_prov_ztc, __reserved, 0, mei_prov_do_ztc_get),
	MEI_PROV_READ(HASH_GET, mei_prov_hash_get, hashes, 0, mei_prov_do_hash_get),
	MEI_PROV_WRITE(OTP_SET, mei_prov_otp_set, otp, 0, mei_prov_do_otp_set),
	MEI_PROV_WRITE(START, mei_prov_start, head, MEI_PROV_START_IPV6 | MEI_PROV_START_LEGACY,
		       mei_prov_do_start),
	MEI_PROV_WRITE(STOP, mei_prov_stop, head, 0, mei_prov_do_stop),
	MEI_PROV_WRITE(ZTC_SET, mei_prov_ztc_set, __reserved, 0, mei_prov_do_ztc_set),
	MEI_PROV_READ(SUFFIX_GET, mei_prov_suffix, suffix, 0, mei_prov_do_suffix_get),
	MEI_PROV_WRITE(SUFFIX_SET, mei_prov_suffix, suffix, 0, mei_prov_do_suffix_set),
	MEI_PROV_READ(SUFFIX_LIST, mei_prov_suffix_list, list, 0, mei_prov_do_suffix_list),
	MEI_PROV_READ(TLS_MODE, mei_prov_tls_mode, __reserved, 0, mei_prov_do_tls_mode),
	MEI_PROV_READ(RNG_STATUS, mei_prov_rng, __reserved, 0, mei_prov_do_rng_status),
	MEI_PROV_WRITE(RNG_SEED, mei_prov_rng_seed, head, 0, mei_prov_do_rng_seed),
	/* A change, and yet something comes back. */
	MEI_PROV_ROW(START_HOST_BASED, mei_prov_start_host_based, suffixes,
		     sizeof(struct mei_prov_start_host_based), 0, FMODE_WRITE,
		     mei_prov_do_start_host_based),
	MEI_PROV_WRITE(UNPROVISION, mei_prov_unprovision, __reserved, 0, mei_prov_do_unprovision),
	MEI_PROV_READ(EHBC_GET, mei_prov_ehbc, __reserved, 0, mei_prov_do_ehbc_get),
	MEI_PROV_WRITE(EHBC_DISABLE, mei_prov_ehbc_disable, head, 0, mei_prov_do_ehbc_disable),
	MEI_PROV_WRITE(DISABLE_CLEAR, mei_prov_disable_clear, head, 0, mei_prov_do_disable_clear),
	MEI_PROV_READ(SECURITY, mei_prov_security, __reserved, 0, mei_prov_do_security),
	MEI_PROV_READ(TCPIP, mei_prov_tcpip, domain, 0, mei_prov_do_tcpip),
	MEI_PROV_READ(LAN, mei_prov_lan, __reserved, 0, mei_prov_do_lan),
	MEI_PROV_READ(MAC, mei_prov_mac, __reserved, 0, mei_prov_do_mac),
	MEI_PROV_READ(CONFIG_SERVER, mei_prov_config_server, fqdn, 0, mei_prov_do_config_server),
	MEI_PROV_READ(FQDN, mei_prov_fqdn, fqdn, 0, mei_prov_do_fqdn),
	MEI_PROV_READ(REDIRECTION, mei_prov_redirection, __reserved, 0, mei_prov_do_redirection),
	MEI_PROV_READ(REMOTE_ACCESS, mei_prov_remote_access, mps, 0, mei_prov_do_remote_access),
	MEI_PROV_READ(AUDIT, mei_prov_audit, fqdn, 0, mei_prov_do_audit),
	MEI_PROV_READ(STATS, mei_prov_stats, records_lost, 0, mei_prov_do_stats),
	{
		.command = MEI_PROV_IOC_EVENTS,
		.size = sizeof(struct mei_prov_events),
		.min_size = offsetofend(struct mei_prov_events, interval_ms),
		.out_size = sizeof(struct mei_prov_head),
		.mode = FMODE_READ,
		.file_handler = mei_prov_do_events,
	},
};

/**
 * mei_prov_ioctl_lookup() - find the row of a command
 * @command: ioctl number
 *
 * Return: it, or NULL.
 */
const struct mei_prov_ioctl *mei_prov_ioctl_lookup(unsigned int command)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(mei_prov_ioctls); i++)
		if (mei_prov_ioctls[i].command == command)
			return &mei_prov_ioctls[i];
	return NULL;
}
