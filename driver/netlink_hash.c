// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hash table over netlink, as the driver read it last. A message takes some
 * 150 bytes, so a dump of a whole table takes several calls, and a newer table
 * may come between two of them: the reader is told by NLM_F_DUMP_INTR and asks
 * again.
 */
#include <linux/ktime.h>
#include <linux/minmax.h>

#include "mei_prov.h"
#include "netlink.h"
#include "netlink_gen.h"

static u32 mei_prov_nl_hash_age(const struct mei_prov_hash_snapshot *table)
{
	return clamp_t(s64, ktime_ms_delta(ktime_get_boottime(), table->seen), 0, U32_MAX);
}

static int mei_prov_nl_put_digest(struct sk_buff *skb, const struct mei_prov_hash *slot)
{
	size_t len = slot->digest_len ?: sizeof(slot->digest);

	return nla_put(skb, MEI_PROV_A_HASH_DIGEST, len, slot->digest);
}

static int mei_prov_nl_put_flags(struct sk_buff *skb, u32 flags)
{
	int ret = 0;

	if (flags & MEI_PROV_HASH_DEFAULT)
		ret = nla_put_flag(skb, MEI_PROV_A_HASH_DEFAULT);
	if (!ret && flags & MEI_PROV_HASH_ACTIVE)
		ret = nla_put_flag(skb, MEI_PROV_A_HASH_ACTIVE);
	return ret;
}

static int mei_prov_nl_put_slot(struct sk_buff *skb, const struct mei_prov_device *mdev,
				const struct mei_prov_hash_snapshot *table,
				const struct mei_prov_hash *slot)
{
	return nla_put_u32(skb, MEI_PROV_A_HASH_INDEX, mdev->index) ?:
	       nla_put_u32(skb, MEI_PROV_A_HASH_HANDLE, slot->handle) ?:
	       nla_put_u32(skb, MEI_PROV_A_HASH_ALGORITHM, slot->algorithm) ?:
	       mei_prov_nl_put_digest(skb, slot) ?:
	       nla_put_string(skb, MEI_PROV_A_HASH_NAME, slot->name) ?:
	       mei_prov_nl_put_flags(skb, slot->flags) ?:
	       nla_put_u32(skb, MEI_PROV_A_HASH_GENERATION, table->generation) ?:
	       nla_put_u32(skb, MEI_PROV_A_HASH_AGE_MS, mei_prov_nl_hash_age(table));
}

static struct mei_prov_hash_snapshot *mei_prov_nl_table(struct mei_prov_device *mdev,
							struct netlink_ext_ack *extack)
{
	struct mei_prov_hash_snapshot *table = mei_prov_snapshot_hashes_get(mdev);

	if (!table)
		NL_SET_ERR_MSG_MOD(extack,
				   "the hash table was never read: send refresh, await its op-done");
	return table ?: ERR_PTR(-ENODATA);
}

/* ---------------------------------------------------------------- one slot */

static const struct mei_prov_hash *
mei_prov_nl_slot(const struct mei_prov_hash_snapshot *table, const struct nlattr *handle,
		 struct netlink_ext_ack *extack)
{
	u32 i;

	if (!handle) {
		NL_SET_ERR_MSG_MOD(extack, "a request for one slot needs its handle");
		return ERR_PTR(-EINVAL);
	}
	for (i = 0; i < table->count; i++)
		if (table->entry[i].handle == nla_get_u32(handle))
			return &table->entry[i];
	NL_SET_ERR_MSG_ATTR(extack, handle, "there is no slot with this handle");
	return ERR_PTR(-ENOENT);
}

static int mei_prov_nl_slot_reply(struct genl_info *info, struct mei_prov_device *mdev,
				  const struct mei_prov_hash_snapshot *table,
				  const struct mei_prov_hash *slot)
{
	struct mei_prov_nl_to to = mei_prov_nl_to_asker(info);
	struct sk_buff *skb;
	void *head;

	skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	head = mei_prov_nl_begin(skb, &to);
	if (!head || mei_prov_nl_put_slot(skb, mdev, table, slot)) {
		nlmsg_free(skb);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, head);
	return genlmsg_reply(skb, info);
}

static int mei_prov_nl_hash_get(struct genl_info *info, struct mei_prov_device *mdev)
{
	struct mei_prov_hash_snapshot *table = mei_prov_nl_table(mdev, info->extack);
	const struct mei_prov_hash *slot;
	int ret;

	if (IS_ERR(table))
		return PTR_ERR(table);
	slot = mei_prov_nl_slot(table, info->attrs[MEI_PROV_A_HASH_HANDLE], info->extack);
	ret = PTR_ERR_OR_ZERO(slot);
	if (!ret)
		ret = mei_prov_nl_slot_reply(info, mdev, table, slot);
	mei_prov_hash_snapshot_put(table);
	return ret;
}

int mei_prov_nl_hash_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct mei_prov_device *mdev;
	int ret;

	mdev = mei_prov_nl_find(info->extack, info->attrs[MEI_PROV_A_HASH_INDEX]);
	if (IS_ERR(mdev))
		return PTR_ERR(mdev);
	ret = mei_prov_nl_hash_get(info, mdev);
	mei_prov_device_put(mdev);
	return ret;
}

/* ---------------------------------------------------------------- the dump */

static int mei_prov_nl_slot_dump(struct sk_buff *skb, struct netlink_callback *cb,
				 struct mei_prov_device *mdev,
				 const struct mei_prov_hash_snapshot *table)
{
	struct mei_prov_nl_to to = mei_prov_nl_to_dumper(cb);
	void *head;

	head = mei_prov_nl_begin(skb, &to);
	if (!head)
		return -EMSGSIZE;
	genl_dump_check_consistent(cb, head);
	if (mei_prov_nl_put_slot(skb, mdev, table, &table->entry[cb->args[0]])) {
		genlmsg_cancel(skb, head);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, head);
	return 0;
}

/* cb->args[0] is the first slot that was not dumped yet. */
static int mei_prov_nl_table_dump(struct sk_buff *skb, struct netlink_callback *cb,
				  struct mei_prov_device *mdev)
{
	struct mei_prov_hash_snapshot *table = mei_prov_nl_table(mdev, cb->extack);
	int ret = 0;

	if (IS_ERR(table))
		return PTR_ERR(table);
	cb->seq = table->generation;
	while (cb->args[0] < table->count && !ret) {
		ret = mei_prov_nl_slot_dump(skb, cb, mdev, table);
		if (!ret)
			cb->args[0]++;
	}
	mei_prov_hash_snapshot_put(table);
	return skb->len ?: ret;
}

/* The policy has looked at the attributes. */
int mei_prov_nl_hash_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct nlattr *handle, *index;
	struct mei_prov_device *mdev;
	int ret;

	index = nlmsg_find_attr(cb->nlh, GENL_HDRLEN, MEI_PROV_A_HASH_INDEX);
	handle = nlmsg_find_attr(cb->nlh, GENL_HDRLEN, MEI_PROV_A_HASH_HANDLE);
	if (handle) {
		NL_SET_ERR_MSG_ATTR(cb->extack, handle, "a dump gives all slots: no handle");
		return -EINVAL;
	}
	mdev = mei_prov_nl_find(cb->extack, index);
	if (IS_ERR(mdev))
		return PTR_ERR(mdev);
	ret = mei_prov_nl_table_dump(skb, cb, mdev);
	mei_prov_device_put(mdev);
	return ret;
}
