// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who wants the firmware to be polled, and how often. Each watch belongs to the
 * netlink socket or the open file that started it and ends with it.
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

static unsigned int poll_ms = 5000;
module_param(poll_ms, uint, 0644);
MODULE_PARM_DESC(poll_ms,
		 "distance of polls when the watcher names none, in ms (default 5000, 500 to 3600000)");

static LIST_HEAD(mei_prov_watches);
static DEFINE_MUTEX(mei_prov_watch_lock);

/* Poll as often as the most eager watcher wants. */
static void mei_prov_poll_adjust(struct mei_prov_device *mdev)
{
	unsigned int interval = 0;
	struct mei_prov_watch *w;

	list_for_each_entry(w, &mei_prov_watches, node)
		if (w->mdev == mdev && (!interval || w->interval_ms < interval))
			interval = w->interval_ms;
	mei_prov_poll_set(mdev, interval);
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

	list_del_init(&w->node);
	if (w->portid)
		kfree(w);
	mei_prov_poll_adjust(mdev);
}

static struct mei_prov_watch *mei_prov_watch_add(struct mei_prov_device *mdev,
						 u32 portid)
{
	struct mei_prov_watch *w;

	if (mei_prov_engine_gone(mdev))
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

static void mei_prov_watch_set(struct mei_prov_watch *w, unsigned int interval_ms)
{
	w->interval_ms = clamp_t(unsigned int, interval_ms ?: READ_ONCE(poll_ms),
				 MEI_PROV_POLL_MIN_MS, MEI_PROV_POLL_MAX_MS);
	mei_prov_poll_adjust(w->mdev);
	mei_prov_poll_kick(w->mdev);
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
	if (!ret)
		mei_prov_watch_set(w, interval_ms);
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

/**
 * mei_prov_watch_file_start() - poll a device for as long as a file wants it
 * @w: the file's watch
 * @mdev: the device
 * @interval_ms: as for mei_prov_watch_start()
 *
 * Nothing happens if the device is gone: there is nothing to poll.
 */
void mei_prov_watch_file_start(struct mei_prov_watch *w, struct mei_prov_device *mdev,
			       unsigned int interval_ms)
{
	mutex_lock(&mei_prov_watch_lock);
	if (!mei_prov_engine_gone(mdev)) {
		w->mdev = mdev;
		list_move(&w->node, &mei_prov_watches);
		mei_prov_watch_set(w, interval_ms);
	}
	mutex_unlock(&mei_prov_watch_lock);
}

/**
 * mei_prov_watch_file_stop() - an open file does not watch any more
 * @w: its watch
 *
 * It need not have watched.
 */
void mei_prov_watch_file_stop(struct mei_prov_watch *w)
{
	mutex_lock(&mei_prov_watch_lock);
	if (!list_empty(&w->node))
		mei_prov_watch_del(w);
	mutex_unlock(&mei_prov_watch_lock);
}

/* All watches of one socket, or of one device, or of everybody. */
static void mei_prov_watch_purge(struct mei_prov_device *mdev, u32 portid)
{
	struct mei_prov_watch *w, *next;

	list_for_each_entry_safe(w, next, &mei_prov_watches, node)
		if ((!mdev || w->mdev == mdev) && (!portid || w->portid == portid))
			mei_prov_watch_del(w);
}

/* No watch of this device any more. Its engine has ended: none is added. */
void mei_prov_watch_end(struct mei_prov_device *mdev)
{
	mutex_lock(&mei_prov_watch_lock);
	mei_prov_watch_purge(mdev, 0);
	mutex_unlock(&mei_prov_watch_lock);
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

/**
 * mei_prov_watch_init() - hear of netlink sockets that are closed
 *
 * Return: 0 or a negative errno.
 */
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
