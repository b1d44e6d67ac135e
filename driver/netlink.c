// SPDX-License-Identifier: GPL-2.0-only
/*
 * The generic netlink family: discovery, the last state seen, events. Nothing
 * here waits for the firmware or for a lock that somebody holds while waiting
 * for it. Operations and policies are generated from uapi/specs/mei-prov.yaml.
 * The hash table is in netlink_hash.c, what asks the firmware in netlink_op.c.
 *
 * The family exists in the initial network namespace only and needs
 * CAP_NET_ADMIN in the initial user namespace: the state belongs to the
 * machine, not to a namespace that any user can create.
 */
#include <linux/mutex.h>
#include <net/genetlink.h>

#include "mei_prov.h"
#include "netlink.h"
#include "netlink_gen.h"

/* Events may come while the family is being registered or unregistered. */
static DEFINE_MUTEX(mei_prov_netlink_lock);
static bool mei_prov_netlink_there;

static const struct genl_multicast_group mei_prov_mcgrps[] = {
	[MEI_PROV_NLGRP_EVENTS] = {
		.name = MEI_PROV_MCGRP_EVENTS,
		.flags = GENL_MCAST_CAP_NET_ADMIN,
	},
};

static struct genl_family mei_prov_family = {
	.name = MEI_PROV_FAMILY_NAME,
	.version = MEI_PROV_FAMILY_VERSION,
	.parallel_ops = true,
	.module = THIS_MODULE,
#ifdef MEI_PROV_NL_SPLIT_OPS
	.split_ops = mei_prov_nl_ops,
	.n_split_ops = ARRAY_SIZE(mei_prov_nl_ops),
#else
	.ops = mei_prov_nl_ops,
	.n_ops = ARRAY_SIZE(mei_prov_nl_ops),
#endif
	.mcgrps = mei_prov_mcgrps,
	.n_mcgrps = ARRAY_SIZE(mei_prov_mcgrps),
};

typedef int (*mei_prov_nl_put_t)(struct sk_buff *skb, struct mei_prov_device *mdev);

static u32 mei_prov_nl_link(struct mei_prov_device *mdev)
{
	return mei_prov_engine_link_up(mdev) ? MEI_PROV_LINK_UP : MEI_PROV_LINK_DOWN;
}

static int mei_prov_nl_put_link(struct sk_buff *skb, struct mei_prov_device *mdev,
				u32 link)
{
	return nla_put_u32(skb, MEI_PROV_A_DEVICE_INDEX, mdev->index) ?:
	       nla_put_string(skb, MEI_PROV_A_DEVICE_PARENT, dev_name(mdev->parent)) ?:
	       nla_put_u32(skb, MEI_PROV_A_DEVICE_LINK, link);
}

static int mei_prov_nl_put_device(struct sk_buff *skb, struct mei_prov_device *mdev)
{
	return mei_prov_nl_put_link(skb, mdev, mei_prov_nl_link(mdev));
}

static int mei_prov_nl_put_link_went(struct sk_buff *skb, struct mei_prov_device *mdev)
{
	return mei_prov_nl_put_link(skb, mdev, MEI_PROV_LINK_DOWN);
}

/* What was never seen is left out. */
static int mei_prov_nl_put_seen(struct sk_buff *skb, const struct mei_prov_view *view)
{
	const struct {
		u32 seen;
		int type;
		u32 value;
	} parts[] = {
		{ MEI_PROV_STATE_PROVISIONING, MEI_PROV_A_STATE_PROVISIONING_STATE,
		  view->provisioning_state },
		{ MEI_PROV_STATE_CONTROL_MODE, MEI_PROV_A_STATE_CONTROL_MODE,
		  view->control_mode },
		{ MEI_PROV_STATE_PROVISIONING | MEI_PROV_STATE_CONTROL_MODE,
		  MEI_PROV_A_STATE_AGE_MS, view->age_ms },
		{ MEI_PROV_VIEW_ZTC, MEI_PROV_A_STATE_ZTC, view->ztc },
		{ MEI_PROV_VIEW_SUFFIX, MEI_PROV_A_STATE_SUFFIX_GENERATION,
		  view->suffix_generation },
		{ MEI_PROV_VIEW_HASHES, MEI_PROV_A_STATE_HASH_GENERATION,
		  view->hash_generation },
	};
	int ret = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(parts) && !ret; i++)
		if (view->valid & parts[i].seen)
			ret = nla_put_u32(skb, parts[i].type, parts[i].value);
	return ret;
}

static int mei_prov_nl_put_state(struct sk_buff *skb, struct mei_prov_device *mdev)
{
	struct mei_prov_view view;

	mei_prov_snapshot_read(mdev, &view);
	return nla_put_u32(skb, MEI_PROV_A_STATE_INDEX, mdev->index) ?:
	       mei_prov_nl_put_seen(skb, &view) ?:
	       nla_put_u32(skb, MEI_PROV_A_STATE_LINK, mei_prov_nl_link(mdev)) ?:
	       nla_put_u32(skb, MEI_PROV_A_STATE_GENERATION, view.generation);
}

static int mei_prov_nl_put_suffix_event(struct sk_buff *skb, struct mei_prov_device *mdev)
{
	struct mei_prov_view view;

	mei_prov_snapshot_read(mdev, &view);
	return nla_put_u32(skb, MEI_PROV_A_STATE_INDEX, mdev->index) ?:
	       nla_put_u32(skb, MEI_PROV_A_STATE_SUFFIX_GENERATION, view.suffix_generation);
}

static int mei_prov_nl_put_hash_event(struct sk_buff *skb, struct mei_prov_device *mdev)
{
	struct mei_prov_view view;

	mei_prov_snapshot_read(mdev, &view);
	return nla_put_u32(skb, MEI_PROV_A_HASH_INDEX, mdev->index) ?:
	       nla_put_u32(skb, MEI_PROV_A_HASH_GENERATION, view.hash_generation);
}

/**
 * mei_prov_nl_begin() - the head of a message
 * @skb: with room
 * @to: who it goes to
 * Return: for genlmsg_end() or genlmsg_cancel(), or NULL if there is no room.
 */
void *mei_prov_nl_begin(struct sk_buff *skb, const struct mei_prov_nl_to *to)
{
	return genlmsg_put(skb, to->portid, to->seq, &mei_prov_family, to->flags,
			   to->command);
}

static int mei_prov_nl_message(struct sk_buff *skb, struct mei_prov_device *mdev,
			       const struct mei_prov_nl_to *to, mei_prov_nl_put_t put)
{
	void *head;

	head = mei_prov_nl_begin(skb, to);
	if (!head)
		return -EMSGSIZE;
	if (put(skb, mdev)) {
		genlmsg_cancel(skb, head);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, head);
	return 0;
}

/* --------------------------------------------------------------- requests */

/**
 * mei_prov_nl_find() - the device that a request is about
 * @extack: gets the reason if there is none
 * @index: the attribute, may be NULL
 * Return: it, with a reference, or an ERR_PTR().
 */
struct mei_prov_device *mei_prov_nl_find(struct netlink_ext_ack *extack,
					 const struct nlattr *index)
{
	struct mei_prov_device *mdev;

	if (!index) {
		NL_SET_ERR_MSG_MOD(extack, "a request for one device needs its index");
		return ERR_PTR(-EINVAL);
	}
	mdev = mei_prov_device_by_index(nla_get_u32(index));
	if (!mdev) {
		NL_SET_ERR_MSG_ATTR(extack, index, "there is no device with this index");
		return ERR_PTR(-ENODEV);
	}
	return mdev;
}

struct mei_prov_nl_to mei_prov_nl_to_asker(const struct genl_info *info)
{
	return (struct mei_prov_nl_to){
		.portid = info->snd_portid,
		.seq = info->snd_seq,
		.command = info->genlhdr->cmd,
	};
}

struct mei_prov_nl_to mei_prov_nl_to_dumper(const struct netlink_callback *cb)
{
	const struct genlmsghdr *head = nlmsg_data(cb->nlh);

	return (struct mei_prov_nl_to){
		.portid = NETLINK_CB(cb->skb).portid,
		.seq = cb->nlh->nlmsg_seq,
		.flags = NLM_F_MULTI,
		.command = head->cmd,
	};
}

static int mei_prov_nl_reply(struct genl_info *info, struct mei_prov_device *mdev,
			     mei_prov_nl_put_t put)
{
	struct mei_prov_nl_to to = mei_prov_nl_to_asker(info);
	struct sk_buff *skb;
	int ret;

	skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	ret = mei_prov_nl_message(skb, mdev, &to, put);
	if (ret) {
		nlmsg_free(skb);
		return ret;
	}
	return genlmsg_reply(skb, info);
}

static int mei_prov_nl_get(struct genl_info *info, int type, mei_prov_nl_put_t put)
{
	struct mei_prov_device *mdev;
	int ret;

	mdev = mei_prov_nl_find(info->extack, info->attrs[type]);
	if (IS_ERR(mdev))
		return PTR_ERR(mdev);
	ret = mei_prov_nl_reply(info, mdev, put);
	mei_prov_device_put(mdev);
	return ret;
}

/* cb->args[0] is the first index that was not dumped yet. */
static int mei_prov_nl_dump(struct sk_buff *skb, struct netlink_callback *cb,
			    mei_prov_nl_put_t put)
{
	struct mei_prov_nl_to to = mei_prov_nl_to_dumper(cb);
	struct mei_prov_device *mdev;
	int ret = 0;

	while (!ret && (mdev = mei_prov_device_from(cb->args[0]))) {
		ret = mei_prov_nl_message(skb, mdev, &to, put);
		if (!ret)
			cb->args[0] = mdev->index + 1;
		mei_prov_device_put(mdev);
	}
	return skb->len ?: ret;
}

int mei_prov_nl_device_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mei_prov_nl_get(info, MEI_PROV_A_DEVICE_INDEX, mei_prov_nl_put_device);
}

int mei_prov_nl_device_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return mei_prov_nl_dump(skb, cb, mei_prov_nl_put_device);
}

int mei_prov_nl_state_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mei_prov_nl_get(info, MEI_PROV_A_STATE_INDEX, mei_prov_nl_put_state);
}

int mei_prov_nl_state_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return mei_prov_nl_dump(skb, cb, mei_prov_nl_put_state);
}

int mei_prov_nl_watch_start_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *interval = info->attrs[MEI_PROV_A_WATCH_INTERVAL_MS];
	struct mei_prov_device *mdev;
	int ret;

	mdev = mei_prov_nl_find(info->extack, info->attrs[MEI_PROV_A_WATCH_INDEX]);
	if (IS_ERR(mdev))
		return PTR_ERR(mdev);
	ret = mei_prov_watch_start(mdev, info->snd_portid,
				   interval ? nla_get_u32(interval) : 0);
	if (ret == -ENODEV)
		NL_SET_ERR_MSG_MOD(info->extack, "the device has just gone away");
	mei_prov_device_put(mdev);
	return ret;
}

int mei_prov_nl_watch_stop_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct mei_prov_device *mdev;
	int ret;

	mdev = mei_prov_nl_find(info->extack, info->attrs[MEI_PROV_A_WATCH_INDEX]);
	if (IS_ERR(mdev))
		return PTR_ERR(mdev);
	ret = mei_prov_watch_stop(mdev, info->snd_portid);
	if (ret)
		NL_SET_ERR_MSG_MOD(info->extack, "this socket does not watch the device");
	mei_prov_device_put(mdev);
	return ret;
}

/* ----------------------------------------------------------------- events */

/* A message that cannot be made or that nobody wants is no error. */
static void mei_prov_nl_multicast(struct mei_prov_device *mdev, u8 command,
				  mei_prov_nl_put_t put)
{
	struct mei_prov_nl_to to = { .command = command };
	struct sk_buff *skb;

	lockdep_assert_held(&mei_prov_netlink_lock);
	if (!genl_has_listeners(&mei_prov_family, &init_net, MEI_PROV_NLGRP_EVENTS))
		return;
	skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!skb)
		return;
	if (mei_prov_nl_message(skb, mdev, &to, put)) {
		nlmsg_free(skb);
		return;
	}
	mei_prov_count(mdev, MEI_PROV_COUNT_EVENTS);
	genlmsg_multicast(&mei_prov_family, skb, 0, MEI_PROV_NLGRP_EVENTS, GFP_KERNEL);
}

static void mei_prov_nl_event(struct mei_prov_device *mdev, u8 command,
			      mei_prov_nl_put_t put)
{
	mutex_lock(&mei_prov_netlink_lock);
	if (mei_prov_netlink_there)
		mei_prov_nl_multicast(mdev, command, put);
	mutex_unlock(&mei_prov_netlink_lock);
}

/**
 * mei_prov_netlink_device() - tell of a device that came, went or changed
 * @mdev: the device
 * @command: MEI_PROV_CMD_DEVICE_*_NTF
 */
void mei_prov_netlink_device(struct mei_prov_device *mdev, u8 command)
{
	mei_prov_nl_event(mdev, command, mei_prov_nl_put_device);
}

/* Tell that the link was down, whatever it is by now. */
void mei_prov_netlink_link_went(struct mei_prov_device *mdev)
{
	mei_prov_nl_event(mdev, MEI_PROV_CMD_DEVICE_CHANGE_NTF, mei_prov_nl_put_link_went);
}

/* Tell of the state in the snapshot. */
void mei_prov_netlink_state(struct mei_prov_device *mdev)
{
	mei_prov_nl_event(mdev, MEI_PROV_CMD_STATE_NTF, mei_prov_nl_put_state);
}

/* Tell that another hash table was read. */
void mei_prov_netlink_hashes(struct mei_prov_device *mdev)
{
	mei_prov_nl_event(mdev, MEI_PROV_CMD_HASH_NTF, mei_prov_nl_put_hash_event);
}

/* Tell that another suffix was seen. */
void mei_prov_netlink_suffix(struct mei_prov_device *mdev)
{
	mei_prov_nl_event(mdev, MEI_PROV_CMD_SUFFIX_NTF, mei_prov_nl_put_suffix_event);
}

static void mei_prov_netlink_set(bool there)
{
	mutex_lock(&mei_prov_netlink_lock);
	mei_prov_netlink_there = there;
	mutex_unlock(&mei_prov_netlink_lock);
}

int mei_prov_netlink_init(void)
{
	int ret;

	ret = genl_register_family(&mei_prov_family);
	if (!ret)
		mei_prov_netlink_set(true);
	return ret;
}

/* Waits for requests that are being answered. */
void mei_prov_netlink_exit(void)
{
	mei_prov_netlink_set(false);
	genl_unregister_family(&mei_prov_family);
}
