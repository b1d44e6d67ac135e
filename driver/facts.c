// SPDX-License-Identifier: GPL-2.0-only
/*
 * Versions, BIOS and UUID: they do not change while the link is up, so they
 * are asked once and then given from a copy.
 */
#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "mei_prov.h"

#define MEI_PROV_FACTS_ALL	(MEI_PROV_INFO_VERSIONS | MEI_PROV_INFO_UUID)

/* The link changed: what was said before may not hold any more. */
void mei_prov_facts_drop(struct mei_prov_device *mdev)
{
	mutex_lock(&mdev->facts_lock);
	kfree(mdev->facts);
	mdev->facts = NULL;
	mutex_unlock(&mdev->facts_lock);
}

/**
 * mei_prov_facts_cached() - facts without asking the firmware
 * @mdev: the device
 * @facts: filled
 * Return: false when there is no copy that holds.
 */
bool mei_prov_facts_cached(struct mei_prov_device *mdev, struct mei_prov_facts *facts)
{
	bool cached;

	mutex_lock(&mdev->facts_lock);
	cached = mdev->facts;
	if (cached)
		*facts = *mdev->facts;
	mutex_unlock(&mdev->facts_lock);
	return cached;
}

/* Keep a copy, unless the link has changed since @epoch: see facts_drop(). */
static void mei_prov_facts_keep(struct mei_prov_device *mdev,
				const struct mei_prov_facts *facts, u32 epoch)
{
	struct mei_prov_facts *copy;

	copy = kmemdup(facts, sizeof(*facts), GFP_KERNEL);
	if (!copy)
		return;
	mutex_lock(&mdev->facts_lock);
	if (READ_ONCE(mdev->engine.epoch) == epoch)
		swap(copy, mdev->facts);
	mutex_unlock(&mdev->facts_lock);
	kfree(copy);
}

static int mei_prov_decode_versions(struct mei_prov_transaction *t,
				    struct mei_prov_facts *facts)
{
	struct amthi_version version;
	u32 count, i;
	int ret;

	BUILD_BUG_ON(sizeof(facts->versions[0].name) < sizeof(version.name));
	BUILD_BUG_ON(sizeof(facts->versions[0].value) < sizeof(version.value));

	ret = amthi_decode_versions_head(t->reply, t->received, facts->bios, &count);
	if (ret)
		return ret;
	if (count > ARRAY_SIZE(facts->versions))
		return -EBADMSG;
	for (i = 0; i < count; i++) {
		ret = amthi_decode_version(t->reply, t->received, i, &version);
		if (ret)
			return ret;
		strscpy(facts->versions[i].name, version.name,
			sizeof(facts->versions[i].name));
		strscpy(facts->versions[i].value, version.value,
			sizeof(facts->versions[i].value));
	}
	facts->version_count = count;
	facts->valid |= MEI_PROV_INFO_VERSIONS;
	return 0;
}

static int mei_prov_decode_uuid(struct mei_prov_transaction *t,
				struct mei_prov_facts *facts)
{
	int ret;

	ret = amthi_decode_uuid(t->reply, t->received, facts->uuid);
	if (!ret)
		facts->valid |= MEI_PROV_INFO_UUID;
	return ret;
}

/**
 * mei_prov_facts_ask() - ask the firmware
 * @call: the command
 * @facts: filled; a part that was refused is missing in @facts.valid
 *
 * A complete answer is kept for later callers.
 *
 * Return: 0 or a negative errno.
 */
int mei_prov_facts_ask(struct mei_prov_call *call, struct mei_prov_facts *facts)
{
	u32 epoch;
	int ret;

	memset(facts, 0, sizeof(*facts));
	ret = mei_prov_call(call, AMTHI_GET_CODE_VERSIONS);
	epoch = call->t->epoch;
	if (!ret && !call->t->fw_status)
		ret = mei_prov_decode_versions(call->t, facts);
	if (ret)
		return ret;
	ret = mei_prov_call(call, AMTHI_GET_UUID);
	if (!ret && !call->t->fw_status)
		ret = mei_prov_decode_uuid(call->t, facts);
	if (ret)
		return ret;
	if (facts->valid == MEI_PROV_FACTS_ALL)
		mei_prov_facts_keep(call->mdev, facts, epoch);
	return 0;
}
