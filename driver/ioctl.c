// SPDX-License-Identifier: GPL-2.0-only
/*
 * The commands of /dev/meiprovN: from argument to firmware and back. Each
 * handler checks the fields that are its own, before it asks for anything.
 */
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/uidgid.h>

#include "mei_prov.h"

static int mei_prov_begin(struct mei_prov_call *call, struct mei_prov_device *mdev,
			  const struct mei_prov_head *head)
{
	unsigned int timeout = head->timeout_ms ?: MEI_PROV_TIMEOUT_DEFAULT_MS;

	return mei_prov_call_begin(call, mdev, timeout, false);
}

/* Who changed the ME, for the log. Never with what. */
static void mei_prov_notice(struct mei_prov_device *mdev, const char *what)
{
	dev_notice_ratelimited(&mdev->dev, "%s asked for by uid %u, pid %d\n", what,
			       from_kuid(&init_user_ns, current_uid()),
			       task_pid_nr(current));
}

static int mei_prov_facts_get(struct mei_prov_device *mdev, struct mei_prov_head *head,
			      struct mei_prov_facts *facts)
{
	struct mei_prov_call call;
	int ret;

	if (!(head->flags & MEI_PROV_F_FRESH) && mei_prov_facts_cached(mdev, facts))
		return 0;
	ret = mei_prov_begin(&call, mdev, head);
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

static int mei_prov_do_state(struct mei_prov_device *mdev, void *arg)
{
	struct mei_prov_state *state = arg;
	struct mei_prov_call call;
	struct mei_prov_view view;
	int ret;

	if (state->__reserved)
		return -EINVAL;
	ret = mei_prov_begin(&call, mdev, &state->head);
	if (ret)
		return ret;
	ret = mei_prov_state_ask(&call, &view);
	state->head.fw_status = call.fw_status;
	state->valid = view.valid;
	state->provisioning_state = view.provisioning_state;
	state->control_mode = view.control_mode;
	state->generation = view.generation;
	mei_prov_call_end(&call);
	return ret;
}

static int mei_prov_ztc_ask(struct mei_prov_call *call, u32 *enabled)
{
	int ret;

	*enabled = 0;
	ret = mei_prov_call(call, AMTHI_GET_ZERO_TOUCH_ENABLED);
	if (ret || call->fw_status)
		return ret;
	ret = amthi_decode_u32(call->t->reply, call->t->received, enabled);
	if (!ret && *enabled > 1)
		ret = -EBADMSG;
	return ret;
}

static int mei_prov_do_ztc_get(struct mei_prov_device *mdev, void *arg)
{
	struct mei_prov_ztc *ztc = arg;
	struct mei_prov_call call;
	int ret;

	if (ztc->__reserved)
		return -EINVAL;
	ret = mei_prov_begin(&call, mdev, &ztc->head);
	if (ret)
		return ret;
	ret = mei_prov_ztc_ask(&call, &ztc->enabled);
	ztc->head.fw_status = call.fw_status;
	mei_prov_call_end(&call);
	return ret;
}

/* A refused table has no entries, whatever was read of it. */
static int mei_prov_hash_write(struct mei_prov_hash_get *get,
			       const struct mei_prov_hash_table *table)
{
	u32 room = get->count;

	get->count = get->head.fw_status ? 0 : table->count;
	return mei_prov_array_write(get->hashes, room, table->entry, get->count,
				    sizeof(table->entry[0]));
}

static int mei_prov_do_hash_get(struct mei_prov_device *mdev, void *arg)
{
	struct mei_prov_hash_get *get = arg;
	struct mei_prov_hash_table table;
	struct mei_prov_call call;
	int ret;

	if (get->__reserved)
		return -EINVAL;
	ret = mei_prov_begin(&call, mdev, &get->head);
	if (ret)
		return ret;
	ret = mei_prov_hash_table_read(&call, &table);
	get->head.fw_status = call.fw_status;
	mei_prov_call_end(&call);
	if (!ret)
		ret = mei_prov_hash_write(get, &table);
	mei_prov_hash_table_free(&table);
	return ret;
}

/* The end of each command that changes the ME. */
static int mei_prov_changed(struct mei_prov_call *call, struct mei_prov_head *head,
			    int ret)
{
	head->fw_status = call->fw_status;
	mei_prov_poll_kick(call->mdev);
	mei_prov_call_end(call);
	return ret;
}

static int mei_prov_do_otp_set(struct mei_prov_device *mdev, void *arg)
{
	struct mei_prov_otp_set *otp = arg;
	struct mei_prov_call call;
	int ret;

	if (otp->__reserved || otp->otp_len < MEI_PROV_OTP_MIN ||
	    otp->otp_len > MEI_PROV_OTP_MAX)
		return -EINVAL;
	ret = mei_prov_begin(&call, mdev, &otp->head);
	if (ret)
		return ret;
	mei_prov_notice(mdev, "setting the one-time password");
	ret = mei_prov_call_string(&call, AMTHI_SET_PROVISIONING_OTP,
				   otp->otp, otp->otp_len);
	return mei_prov_changed(&call, &otp->head, ret);
}

static int mei_prov_do_start(struct mei_prov_device *mdev, void *arg)
{
	struct mei_prov_start *start = arg;
	bool ipv6 = start->head.flags & MEI_PROV_START_IPV6;
	struct mei_prov_call call;
	int ret;

	ret = mei_prov_begin(&call, mdev, &start->head);
	if (ret)
		return ret;
	mei_prov_notice(mdev, "start of remote configuration");
	ret = mei_prov_call_u32(&call, AMTHI_START_CONFIGURATION_EX, ipv6);
	return mei_prov_changed(&call, &start->head, ret);
}

static int mei_prov_do_stop(struct mei_prov_device *mdev, void *arg)
{
	struct mei_prov_stop *stop = arg;
	struct mei_prov_call call;
	int ret;

	ret = mei_prov_begin(&call, mdev, &stop->head);
	if (ret)
		return ret;
	mei_prov_notice(mdev, "stop of remote configuration");
	ret = mei_prov_call(&call, AMTHI_STOP_CONFIGURATION);
	return mei_prov_changed(&call, &stop->head, ret);
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
	MEI_PROV_WRITE(START, mei_prov_start, head, MEI_PROV_START_IPV6, mei_prov_do_start),
	MEI_PROV_WRITE(STOP, mei_prov_stop, head, 0, mei_prov_do_stop),
};

const struct mei_prov_ioctl *mei_prov_ioctl_lookup(unsigned int command)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(mei_prov_ioctls); i++)
		if (mei_prov_ioctls[i].command == command)
			return &mei_prov_ioctls[i];
	return NULL;
}
