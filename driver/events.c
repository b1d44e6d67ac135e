// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events: open files get a record of each of them at once, see records.c.
 * Netlink messages go out from a work of their own, so that neither the engine nor
 * remove waits for a listener's memory, and at a limited rate: a firmware that
 * resets over and over makes a few events a second, each with the latest
 * values. But a link that went down and is up again by then is told as both: the
 * bus removes its device only when the firmware is back, and has the next one
 * milliseconds later.
 */
#include <linux/bitops.h>
#include <linux/jiffies.h>

#include <uapi/linux/mei_prov.h>

#include "mei_prov.h"

#define MEI_PROV_NOTICES_GAP_MS	200

static void mei_prov_tell_link(struct mei_prov_device *mdev)
{
	mei_prov_netlink_device(mdev, MEI_PROV_CMD_DEVICE_CHANGE_NTF);
}

/* Who tells of what. */
static const struct {
	unsigned long events;
	void (*tell)(struct mei_prov_device *mdev);
} mei_prov_tellers[] = {
	{ BIT(MEI_PROV_EVENT_LINK), mei_prov_tell_link },
	{ BIT(MEI_PROV_EVENT_STATE) | BIT(MEI_PROV_EVENT_ZTC), mei_prov_netlink_state },
	{ BIT(MEI_PROV_EVENT_HASHES), mei_prov_netlink_hashes },
	{ BIT(MEI_PROV_EVENT_SUFFIX), mei_prov_netlink_suffix },
};

static void mei_prov_notices_send(struct work_struct *work)
{
	struct mei_prov_device *mdev;
	struct mei_prov_notices *ev;
	unsigned long pending;
	bool link_went;
	size_t i;

	mdev = container_of(to_delayed_work(work), struct mei_prov_device, notices.work);
	ev = &mdev->notices;
	WRITE_ONCE(ev->sent_at, jiffies);
	spin_lock(&ev->lock);
	pending = ev->pending;
	ev->pending = 0;
	link_went = ev->link_went;
	ev->link_went = false;
	spin_unlock(&ev->lock);
	if (link_went && mei_prov_engine_link_up(mdev))
		mei_prov_netlink_link_went(mdev);
	for (i = 0; i < ARRAY_SIZE(mei_prov_tellers); i++)
		if (pending & mei_prov_tellers[i].events)
			mei_prov_tellers[i].tell(mdev);
}

/* Jiffies until the next sending is due. */
static unsigned long mei_prov_notices_gap(struct mei_prov_notices *ev)
{
	unsigned long gap = msecs_to_jiffies(MEI_PROV_NOTICES_GAP_MS);
	unsigned long since = jiffies - READ_ONCE(ev->sent_at);

	return since < gap ? gap - since : 0;
}

/**
 * mei_prov_notify() - tell those who listen to netlink, soon
 * @mdev: the device
 * @events: bits of enum mei_prov_event_type
 *
 * The first one goes out at once; more of them within the gap are one. Never
 * sleeps.
 */
void mei_prov_notify(struct mei_prov_device *mdev, unsigned long events)
{
	unsigned long gap = mei_prov_notices_gap(&mdev->notices);
	struct mei_prov_notices *ev = &mdev->notices;

	spin_lock(&ev->lock);
	if (!ev->stopped) {
		ev->pending |= events;
		if (events & BIT(MEI_PROV_EVENT_LINK) && !mei_prov_engine_link_up(mdev))
			ev->link_went = true;
		queue_delayed_work(mei_prov_wq, &ev->work, gap);
	}
	spin_unlock(&ev->lock);
}

/**
 * mei_prov_event() - something happened that the snapshot does not show
 * @mdev: the device
 * @type: what
 *
 * Open files get a record of it, netlink listeners a message. Never sleeps.
 */
void mei_prov_event(struct mei_prov_device *mdev, enum mei_prov_event_type type)
{
	spin_lock(&mdev->snapshot.lock);
	mei_prov_record(mdev, type);
	spin_unlock(&mdev->snapshot.lock);
	mei_prov_notify(mdev, BIT(type));
}

/**
 * mei_prov_notices_init() - prepare the events of a device
 * @mdev: the device, being made
 */
void mei_prov_notices_init(struct mei_prov_device *mdev)
{
	struct mei_prov_notices *ev = &mdev->notices;

	spin_lock_init(&ev->lock);
	INIT_DELAYED_WORK(&ev->work, mei_prov_notices_send);
	ev->sent_at = jiffies - HZ;
}

/* The device is not heard of again, whatever calls are still under way. */
void mei_prov_notices_stop(struct mei_prov_device *mdev)
{
	struct mei_prov_notices *ev = &mdev->notices;

	spin_lock(&ev->lock);
	ev->stopped = true;
	spin_unlock(&ev->lock);
	cancel_delayed_work_sync(&ev->work);
}
