// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events go out from a work of their own, so that neither the engine nor
 * remove waits for a listener's memory, and at a limited rate: a firmware that
 * resets over and over makes a few events a second, each with the latest
 * values.
 */
#include <linux/bitops.h>
#include <linux/jiffies.h>

#include <uapi/linux/mei_prov.h>

#include "mei_prov.h"

#define MEI_PROV_EVENTS_GAP_MS	200

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
};

static void mei_prov_events_send(struct work_struct *work)
{
	struct mei_prov_device *mdev;
	unsigned long pending;
	size_t i;

	mdev = container_of(to_delayed_work(work), struct mei_prov_device, events.work);
	WRITE_ONCE(mdev->events.sent_at, jiffies);
	pending = xchg(&mdev->events.pending, 0);
	for (i = 0; i < ARRAY_SIZE(mei_prov_tellers); i++)
		if (pending & mei_prov_tellers[i].events)
			mei_prov_tellers[i].tell(mdev);
}

/* Jiffies until the next sending is due. */
static unsigned long mei_prov_events_gap(struct mei_prov_events *ev)
{
	unsigned long gap = msecs_to_jiffies(MEI_PROV_EVENTS_GAP_MS);
	unsigned long since = jiffies - READ_ONCE(ev->sent_at);

	return since < gap ? gap - since : 0;
}

/**
 * mei_prov_event() - tell those who listen, soon
 * @mdev: the device
 * @event: what happened
 *
 * The first one goes out at once; more of them within the gap are one. Never
 * sleeps.
 */
void mei_prov_event(struct mei_prov_device *mdev, enum mei_prov_event event)
{
	unsigned long gap = mei_prov_events_gap(&mdev->events);
	struct mei_prov_events *ev = &mdev->events;

	spin_lock(&ev->lock);
	if (!ev->stopped) {
		set_bit(event, &ev->pending);
		queue_delayed_work(mei_prov_wq, &ev->work, gap);
	}
	spin_unlock(&ev->lock);
}

void mei_prov_events_init(struct mei_prov_device *mdev)
{
	struct mei_prov_events *ev = &mdev->events;

	spin_lock_init(&ev->lock);
	INIT_DELAYED_WORK(&ev->work, mei_prov_events_send);
	ev->sent_at = jiffies - HZ;
}

/* The device is not heard of again, whatever calls are still under way. */
void mei_prov_events_stop(struct mei_prov_device *mdev)
{
	struct mei_prov_events *ev = &mdev->events;

	spin_lock(&ev->lock);
	ev->stopped = true;
	spin_unlock(&ev->lock);
	cancel_delayed_work_sync(&ev->work);
}
