// SPDX-License-Identifier: GPL-2.0-only
/*
 * The worker. One transaction at a time: connect if need be, send, await the
 * reply, check it, settle. It allocates nothing and holds no lock while it
 * waits.
 *
 * Pauses (another program has the connection, it is others' turn) are made by
 * queueing the work again later, never by sleeping in it, so that remove can
 * cancel it at any time.
 */
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

#include "mei_prov.h"

#define MEI_PROV_BACKOFF_MIN_MS		10
#define MEI_PROV_BACKOFF_MAX_MS		250
#define MEI_PROV_LINGER_MAX_MS		1000

static unsigned int linger_ms = 100;
module_param(linger_ms, uint, 0644);
MODULE_PARM_DESC(linger_ms,
		 "how long a connection is kept for a further command, in ms (default 100, at most 1000)");

static unsigned int mei_prov_linger(void)
{
	return min_t(unsigned int, READ_ONCE(linger_ms), MEI_PROV_LINGER_MAX_MS);
}

static struct mei_prov_device *mei_prov_from_work(struct work_struct *work,
						  size_t offset)
{
	return (void *)to_delayed_work(work) - offset;
}

/* What a caller is told when a failed connect was the last one it waited for. */
static int mei_prov_connect_blame(int error)
{
	switch (error) {
	case -EBUSY:
		return -EBUSY;
	case -ENODEV:
	case -ENOTTY:
		return -ENOLINK;
	default:
		return -ETIMEDOUT;
	}
}

/*
 * The client of this link is gone from the firmware's list. It never comes
 * back; a new one is probed when the link is up again.
 */
static void mei_prov_link_is_stale(struct mei_prov_device *mdev)
{
	if (mei_prov_engine_link_lost(mdev))
		dev_info_ratelimited(&mdev->dev,
				     "the firmware has no AMTHI client at the moment\n");
}

/* Returns the jiffies to pause. */
static unsigned long mei_prov_backoff(struct mei_prov_device *mdev)
{
	struct mei_prov_engine *e = &mdev->engine;

	e->backoff_ms = clamp_t(unsigned int, e->backoff_ms * 2,
				MEI_PROV_BACKOFF_MIN_MS,
				MEI_PROV_BACKOFF_MAX_MS);
	return msecs_to_jiffies(e->backoff_ms);
}

/*
 * A connection could not be made. Interactive requests wait for the next
 * attempt, background ones give up at once. Returns the jiffies to pause.
 */
static unsigned long mei_prov_not_connected(struct mei_prov_device *mdev,
					    struct mei_prov_transaction *t,
					    int error)
{
	int why = mei_prov_connect_blame(error);

	mei_prov_count(mdev, error == -EBUSY ? MEI_PROV_COUNT_BUSY :
					       MEI_PROV_COUNT_CONNECT_ERRORS);
	if (error == -ENOTTY)
		mei_prov_link_is_stale(mdev);
	if (t->background) {
		mei_prov_transaction_settle(mdev, t, why, 0);
		return 0;
	}
	mei_prov_transaction_blame(mdev, t, why);
	return mei_prov_backoff(mdev);
}

static void mei_prov_count_reply(struct mei_prov_device *mdev, int error,
				 u32 fw_status)
{
	if (error == -ECANCELED) {
		mei_prov_count(mdev, MEI_PROV_COUNT_LOST);
		return;
	}
	if (error) {
		mei_prov_count(mdev, MEI_PROV_COUNT_MALFORMED);
		return;
	}
	mei_prov_count(mdev, MEI_PROV_COUNT_TRANSACTIONS);
	if (fw_status)
		mei_prov_count(mdev, MEI_PROV_COUNT_REFUSED);
}

static int mei_prov_check_reply(struct mei_prov_device *mdev,
				struct mei_prov_transaction *t, u32 *fw_status)
{
	int ret = mei_prov_reply_check(t, fw_status);

	if (ret && ret != -ECANCELED)
		dev_warn_ratelimited(&mdev->dev,
				     "malformed reply to command 0x%08x (%zd bytes): error %d\n",
				     t->command, t->received, ret);
	return ret;
}

/*
 * Send a claimed transaction and settle it. After anything but a sound reply
 * the connection is closed first: the next request must not meet a late one.
 * Returns the jiffies to pause.
 */
static unsigned long mei_prov_run_claimed(struct mei_prov_device *mdev,
					  struct mei_prov_transaction *t)
{
	u32 fw_status = 0;
	int ret;

	ret = mei_prov_connection_exchange(mdev, t);
	if (ret == -EAGAIN) {
		mei_prov_connection_close(mdev);
		mei_prov_transaction_unclaim(mdev, t);
		return mei_prov_backoff(mdev);
	}
	if (!ret)
		ret = mei_prov_check_reply(mdev, t, &fw_status);
	if (ret)
		mei_prov_connection_close(mdev);
	mei_prov_count_reply(mdev, ret, fw_status);
	mdev->engine.backoff_ms = 0;
	mei_prov_transaction_settle(mdev, t, ret, fw_status);
	return 0;
}

/* Connecting may have taken longer than the caller wants to wait. */
static unsigned long mei_prov_run(struct mei_prov_device *mdev,
				  struct mei_prov_transaction *t)
{
	unsigned long pause;
	int ret;

	pause = mei_prov_connection_yield(mdev, t->holds);
	if (pause)
		return pause;
	ret = mei_prov_connection_open(mdev);
	if (ret)
		return mei_prov_not_connected(mdev, t, ret);
	if (time_after_eq(jiffies, t->deadline)) {
		mei_prov_transaction_settle(mdev, t, t->why, 0);
		return 0;
	}
	if (!mei_prov_transaction_claim(mdev, t))
		return 0;
	return mei_prov_run_claimed(mdev, t);
}

/* Nothing left to send: keep the connection for a while, or close it. */
static void mei_prov_rest(struct mei_prov_device *mdev)
{
	struct mei_prov_engine *e = &mdev->engine;
	unsigned long keep;

	keep = mei_prov_connection_keep(mdev, e->linger_wanted ? mei_prov_linger() : 0);
	if (keep)
		mod_delayed_work(e->wq, &e->linger, keep);
	else
		mei_prov_connection_close(mdev);
}

static void mei_prov_pump(struct work_struct *work)
{
	struct mei_prov_device *mdev;
	struct mei_prov_transaction *t;
	unsigned long pause;

	mdev = mei_prov_from_work(work, offsetof(struct mei_prov_device, engine.pump));
	while ((t = mei_prov_transaction_next(mdev))) {
		mdev->engine.linger_wanted = !t->background;
		pause = mei_prov_run(mdev, t);
		mei_prov_transaction_put(t);
		if (pause) {
			queue_delayed_work(mdev->engine.wq, &mdev->engine.pump, pause);
			return;
		}
	}
	mei_prov_rest(mdev);
}

/* The caller of a sequence that lets everybody wait has lost its turn. */
static void mei_prov_sequence_lapse(struct mei_prov_device *mdev)
{
	struct mei_prov_engine *e = &mdev->engine;

	spin_lock(&e->lock);
	WRITE_ONCE(e->held, false);
	spin_unlock(&e->lock);
}

/* The pump runs on the same ordered queue: nothing is in flight here. */
static void mei_prov_linger_over(struct work_struct *work)
{
	struct mei_prov_device *mdev;
	struct mei_prov_transaction *t;

	mdev = mei_prov_from_work(work, offsetof(struct mei_prov_device, engine.linger));
	mei_prov_sequence_lapse(mdev);
	t = mei_prov_transaction_next(mdev);
	if (!t) {
		mei_prov_connection_close(mdev);
		return;
	}
	mei_prov_transaction_put(t);
	mei_prov_engine_kick(mdev);
}

/**
 * mei_prov_engine_kick() - have the worker look at its queues
 * @mdev: the device
 *
 * From any context.
 */
void mei_prov_engine_kick(struct mei_prov_device *mdev)
{
	struct mei_prov_engine *e = &mdev->engine;

	queue_delayed_work(e->wq, &e->pump, 0);
}

/**
 * mei_prov_engine_init() - make the worker, with the link down
 * @mdev: the device, being made
 *
 * Return: 0 or -ENOMEM.
 */
int mei_prov_engine_init(struct mei_prov_device *mdev)
{
	struct mei_prov_engine *e = &mdev->engine;

	spin_lock_init(&e->lock);
	INIT_LIST_HEAD(&e->interactive);
	INIT_LIST_HEAD(&e->background);
	INIT_LIST_HEAD(&e->sequences);
	init_waitqueue_head(&e->sequence_wait);
	INIT_DELAYED_WORK(&e->pump, mei_prov_pump);
	INIT_DELAYED_WORK(&e->linger, mei_prov_linger_over);
	mei_prov_connection_init(mdev);
	e->wq = alloc_ordered_workqueue(MEI_PROV_NAME "/%u", 0, mdev->index);
	return e->wq ? 0 : -ENOMEM;
}

/* When the last reference to the device is gone. */
void mei_prov_engine_destroy(struct mei_prov_device *mdev)
{
	struct mei_prov_engine *e = &mdev->engine;

	if (!e->wq)
		return;
	cancel_delayed_work_sync(&e->pump);
	cancel_delayed_work_sync(&e->linger);
	destroy_workqueue(e->wq);
}

/**
 * mei_prov_engine_link_up() - whether an AMTHI client is there
 * @mdev: the device
 *
 * Return: true while it is; that may be over at once.
 */
bool mei_prov_engine_link_up(struct mei_prov_device *mdev)
{
	return READ_ONCE(mdev->engine.link_up);
}

/**
 * mei_prov_engine_gone() - whether the parent has gone for good
 * @mdev: the device
 *
 * Return: true from then on.
 */
bool mei_prov_engine_gone(struct mei_prov_device *mdev)
{
	return READ_ONCE(mdev->engine.gone);
}

static bool mei_prov_engine_set_link(struct mei_prov_device *mdev, bool up)
{
	struct mei_prov_engine *e = &mdev->engine;
	bool changed;

	spin_lock(&e->lock);
	changed = e->link_up != up;
	if (changed) {
		WRITE_ONCE(e->link_up, up);
		e->epoch++;
	}
	spin_unlock(&e->lock);
	if (!changed)
		return false;
	mei_prov_facts_drop(mdev);
	mei_prov_count(mdev, up ? MEI_PROV_COUNT_LINK_UPS :
				  MEI_PROV_COUNT_LINK_DOWNS);
	mei_prov_event(mdev, MEI_PROV_EVENT_LINK);
	return true;
}

/* Returns false if it was down already. */
bool mei_prov_engine_link_lost(struct mei_prov_device *mdev)
{
	return mei_prov_engine_set_link(mdev, false);
}

/**
 * mei_prov_engine_attach() - the link is up
 * @mdev: the device
 * @cldev: its AMTHI client, not enabled
 *
 * Return: 0, or -EBUSY: a firmware that shows two AMTHI clients.
 */
int mei_prov_engine_attach(struct mei_prov_device *mdev,
			   struct mei_cl_device *cldev)
{
	struct mei_prov_engine *e = &mdev->engine;
	bool free;

	mutex_lock(&e->connection_lock);
	free = !e->cldev;
	if (free)
		WRITE_ONCE(e->cldev, cldev);
	mutex_unlock(&e->connection_lock);
	if (!free)
		return -EBUSY;
	mei_prov_engine_set_link(mdev, true);
	mod_delayed_work(e->wq, &e->pump, 0);
	return 0;
}

/**
 * mei_prov_engine_detach() - the link goes down
 * @mdev: the device
 *
 * The order matters. First no further request starts. Then the client is
 * disabled, which is the only way to break a send to a firmware that gives no
 * credit; waiting for the worker first would wait for ever, and poweroff with
 * it. Only then the worker is waited for, and after that nothing uses the
 * client any more. Unsent requests stay queued until the link returns or their
 * deadlines pass; one that was in flight ends in -ECANCELED.
 */
void mei_prov_engine_detach(struct mei_prov_device *mdev)
{
	struct mei_prov_engine *e = &mdev->engine;

	mei_prov_engine_link_lost(mdev);
	mei_prov_connection_release(mdev);
	cancel_delayed_work_sync(&e->pump);
	cancel_delayed_work_sync(&e->linger);
}

/* Fail everything that is queued. The caller's wait ends with -ENODEV. */
static void mei_prov_engine_fail_queue(struct mei_prov_device *mdev,
				       struct list_head *queue)
{
	struct mei_prov_engine *e = &mdev->engine;
	struct mei_prov_transaction *t;

	for (;;) {
		spin_lock(&e->lock);
		t = list_first_entry_or_null(queue, struct mei_prov_transaction, node);
		if (t)
			mei_prov_transaction_get(t);
		spin_unlock(&e->lock);
		if (!t)
			return;
		mei_prov_transaction_settle(mdev, t, -ENODEV, 0);
		mei_prov_transaction_put(t);
	}
}

/**
 * mei_prov_engine_end() - the parent is gone, or the module goes
 * @mdev: the device; its link is down
 *
 * Nothing is queued afterwards.
 */
void mei_prov_engine_end(struct mei_prov_device *mdev)
{
	struct mei_prov_engine *e = &mdev->engine;

	spin_lock(&e->lock);
	WRITE_ONCE(e->gone, true);
	spin_unlock(&e->lock);
	mei_prov_engine_fail_queue(mdev, &e->interactive);
	mei_prov_engine_fail_queue(mdev, &e->background);
	wake_up_all(&e->sequence_wait);
}
