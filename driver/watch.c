// SPDX-License-Identifier: GPL-2.0-only
/*
 * The firmware pushes nothing over AMTHI, so somebody has to ask: slowly, and
 * only while a netlink socket wants to know. Each watch belongs to the socket
 * that started it and ends with it.
 */
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/netlink.h>
#include <linux/notifier.h>
#include <linux/slab.h>
#include <net/net_namespace.h>

#include "mei_prov.h"

#define MEI_PROV_POLL_MIN_MS		500
#define MEI_PROV_POLL_MAX_MS		3600000
/* A poll that has no answer by then is given up. */
#define MEI_PROV_POLL_TIMEOUT_MS	5000

static unsigned int poll_ms = 5000;
module_param(poll_ms, uint, 0644);
MODULE_PARM_DESC(poll_ms,
		 "distance of polls when the watcher names none, in ms (default 5000, 500 to 3600000)");

/**
 * struct mei_prov_watch - the wish of one socket to watch one device
 * @node: in mei_prov_watches
 * @mdev: the device; the watch ends before it does
 * @portid: the socket
 * @interval_ms: within the limits
 */
struct mei_prov_watch {
	struct list_head node;
	struct mei_prov_device *mdev;
	u32 portid;
	unsigned int interval_ms;
};

static LIST_HEAD(mei_prov_watches);
static DEFINE_MUTEX(mei_prov_watch_lock);

/* ---------------------------------------------------------------- poll */

static void mei_prov_poll_ask(struct mei_prov_device *mdev)
{
	struct mei_prov_call call;
	struct mei_prov_view view;

	if (!mei_prov_engine_link_up(mdev))
		return;
	if (mei_prov_call_begin(&call, mdev, MEI_PROV_POLL_TIMEOUT_MS, true))
		return;
	mei_prov_count(mdev, MEI_PROV_COUNT_POLLS);
	mei_prov_state_ask(&call, &view);
	mei_prov_call_end(&call);
}

static void mei_prov_poll_again(struct mei_prov_device *mdev, unsigned int delay_ms)
{
	lockdep_assert_held(&mei_prov_watch_lock);
	if (!mdev->poll.stopped && mdev->poll.interval_ms)
		mod_delayed_work(mei_prov_wq, &mdev->poll.work,
				 msecs_to_jiffies(delay_ms));
}

static void mei_prov_poll_work(struct work_struct *work)
{
	struct mei_prov_device *mdev;

	mdev = container_of(to_delayed_work(work), struct mei_prov_device, poll.work);
	if (READ_ONCE(mdev->poll.interval_ms))
		mei_prov_poll_ask(mdev);
	mutex_lock(&mei_prov_watch_lock);
	if (!delayed_work_pending(&mdev->poll.work))
		mei_prov_poll_again(mdev, mdev->poll.interval_ms);
	mutex_unlock(&mei_prov_watch_lock);
}

void mei_prov_poll_init(struct mei_prov_device *mdev)
{
	INIT_DELAYED_WORK(&mdev->poll.work, mei_prov_poll_work);
}

/* Something may have changed: ask now, if anybody watches. */
void mei_prov_poll_kick(struct mei_prov_device *mdev)
{
	mutex_lock(&mei_prov_watch_lock);
	mei_prov_poll_again(mdev, 0);
	mutex_unlock(&mei_prov_watch_lock);
}

/* -------------------------------------------------------------- watches */

/* Poll as often as the most eager watcher wants. */
static void mei_prov_poll_adjust(struct mei_prov_device *mdev)
{
	unsigned int interval = 0;
	struct mei_prov_watch *w;

	list_for_each_entry(w, &mei_prov_watches, node)
		if (w->mdev == mdev && (!interval || w->interval_ms < interval))
			interval = w->interval_ms;
	WRITE_ONCE(mdev->poll.interval_ms, interval);
}

static struct mei_prov_watch *mei_prov_watch_find(struct mei_prov_device *mdev,
						  u32 portid)
{
	struct mei_prov_watch *w;

	list_for_each_entry(w, &mei_prov_watches, node)
		if (w->mdev == mdev && w->portid == portid)
			return w;
	return NULL;
}

static void mei_prov_watch_del(struct mei_prov_watch *w)
{
	struct mei_prov_device *mdev = w->mdev;

	list_del(&w->node);
	kfree(w);
	mei_prov_poll_adjust(mdev);
}

static struct mei_prov_watch *mei_prov_watch_add(struct mei_prov_device *mdev,
						 u32 portid)
{
	struct mei_prov_watch *w;

	if (mdev->poll.stopped)
		return ERR_PTR(-ENODEV);
	w = mei_prov_watch_find(mdev, portid);
	if (w)
		return w;
	w = kzalloc(sizeof(*w), GFP_KERNEL_ACCOUNT);
	if (!w)
		return ERR_PTR(-ENOMEM);
	w->mdev = mdev;
	w->portid = portid;
	list_add(&w->node, &mei_prov_watches);
	return w;
}

/**
 * mei_prov_watch_start() - poll a device for as long as a socket lives
 * @mdev: the device
 * @portid: the socket
 * @interval_ms: wanted distance of polls, 0 for the default
 *
 * The first poll is made at once. A second call of the same socket changes the
 * distance.
 *
 * Return: 0, -ENOMEM, or -ENODEV if the device is gone.
 */
int mei_prov_watch_start(struct mei_prov_device *mdev, u32 portid,
			 unsigned int interval_ms)
{
	struct mei_prov_watch *w;
	int ret;

	mutex_lock(&mei_prov_watch_lock);
	w = mei_prov_watch_add(mdev, portid);
	ret = PTR_ERR_OR_ZERO(w);
	if (!ret) {
		w->interval_ms = clamp_t(unsigned int,
					 interval_ms ?: READ_ONCE(poll_ms),
					 MEI_PROV_POLL_MIN_MS, MEI_PROV_POLL_MAX_MS);
		mei_prov_poll_adjust(mdev);
		mei_prov_poll_again(mdev, 0);
	}
	mutex_unlock(&mei_prov_watch_lock);
	return ret;
}

/* Return: 0, or -ENOENT if the socket does not watch this device. */
int mei_prov_watch_stop(struct mei_prov_device *mdev, u32 portid)
{
	struct mei_prov_watch *w;

	mutex_lock(&mei_prov_watch_lock);
	w = mei_prov_watch_find(mdev, portid);
	if (w)
		mei_prov_watch_del(w);
	mutex_unlock(&mei_prov_watch_lock);
	return w ? 0 : -ENOENT;
}

/* All watches of one socket, or of one device, or of everybody. */
static void mei_prov_watch_purge(struct mei_prov_device *mdev, u32 portid)
{
	struct mei_prov_watch *w, *next;

	list_for_each_entry_safe(w, next, &mei_prov_watches, node)
		if ((!mdev || w->mdev == mdev) && (!portid || w->portid == portid))
			mei_prov_watch_del(w);
}

/**
 * mei_prov_poll_stop() - no poll and no watch of this device any more
 * @mdev: the device; its engine has ended, so that a running poll returns
 */
void mei_prov_poll_stop(struct mei_prov_device *mdev)
{
	mutex_lock(&mei_prov_watch_lock);
	mdev->poll.stopped = true;
	mei_prov_watch_purge(mdev, 0);
	mutex_unlock(&mei_prov_watch_lock);
	cancel_delayed_work_sync(&mdev->poll.work);
}

static int mei_prov_socket_released(struct notifier_block *nb,
				    unsigned long event, void *data)
{
	const struct netlink_notify *n = data;

	if (event != NETLINK_URELEASE || n->protocol != NETLINK_GENERIC ||
	    !net_eq(n->net, &init_net))
		return NOTIFY_DONE;
	mutex_lock(&mei_prov_watch_lock);
	mei_prov_watch_purge(NULL, n->portid);
	mutex_unlock(&mei_prov_watch_lock);
	return NOTIFY_DONE;
}

static struct notifier_block mei_prov_socket_notifier = {
	.notifier_call = mei_prov_socket_released,
};

int mei_prov_watch_init(void)
{
	return netlink_register_notifier(&mei_prov_socket_notifier);
}

/* The netlink family is gone: no watch is added any more. */
void mei_prov_watch_exit(void)
{
	netlink_unregister_notifier(&mei_prov_socket_notifier);
	mutex_lock(&mei_prov_watch_lock);
	mei_prov_watch_purge(NULL, 0);
	mutex_unlock(&mei_prov_watch_lock);
}
