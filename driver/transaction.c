// SPDX-License-Identifier: GPL-2.0-only
/*
 * One request and its reply: queueing, waiting, and who may still touch it.
 *
 * A transaction has two owners. The caller fills it, hands it to the engine
 * and waits; the engine sends it and writes the result. Either may leave
 * first: the caller at its deadline or because of a signal, the engine when it
 * is done. What the caller is told depends only on whether the request had
 * been sent at that moment, which engine.lock decides.
 */
#include <linux/freezer.h>
#include <linux/jiffies.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "mei_prov.h"
#include "trace.h"

/**
 * mei_prov_transaction_new() - allocate an idle transaction
 * Return: it with one reference, or NULL.
 */
struct mei_prov_transaction *mei_prov_transaction_new(void)
{
	struct mei_prov_transaction *t;

	t = kvzalloc(sizeof(*t), GFP_KERNEL_ACCOUNT);
	if (!t)
		return NULL;
	kref_init(&t->ref);
	INIT_LIST_HEAD(&t->node);
	init_waitqueue_head(&t->wait);
	return t;
}

/**
 * mei_prov_transaction_get() - one more owner
 * @t: the transaction
 */
void mei_prov_transaction_get(struct mei_prov_transaction *t)
{
	kref_get(&t->ref);
}

/* Request and reply may hold secrets. */
static void mei_prov_transaction_free(struct kref *ref)
{
	struct mei_prov_transaction *t;

	t = container_of(ref, struct mei_prov_transaction, ref);
	kvfree_sensitive(t, sizeof(*t));
}

/**
 * mei_prov_transaction_put() - one owner less
 * @t: the transaction
 *
 * The last one zeroes and frees it.
 */
void mei_prov_transaction_put(struct mei_prov_transaction *t)
{
	kref_put(&t->ref, mei_prov_transaction_free);
}

static void mei_prov_transaction_reset(struct mei_prov_transaction *t)
{
	t->state = MEI_PROV_QUEUED;
	t->replied = false;
	t->abandoned = false;
	t->received = 0;
	t->why = -ETIMEDOUT;
	t->error = 0;
	t->fw_status = 0;
	t->sent_at = 0;
}

/*
 * The steps of a sequence are always among those of the callers: while a
 * sequence of a poll has its turn, callers with one of their own wait for it.
 */
static struct list_head *mei_prov_transaction_queue(struct mei_prov_engine *e,
						    const struct mei_prov_transaction *t)
{
	return t->background && !t->holds ? &e->background : &e->interactive;
}

/*
 * In the order of asking, except that the next step of a sequence goes before
 * everything else: as long as it runs, nobody else can have the connection.
 */
static void mei_prov_transaction_enqueue(struct mei_prov_engine *e,
					 struct mei_prov_transaction *t)
{
	struct list_head *queue = mei_prov_transaction_queue(e, t);

	if (t->holds && e->held)
		list_add(&t->node, queue);
	else
		list_add_tail(&t->node, queue);
}

static int mei_prov_transaction_submit(struct mei_prov_device *mdev,
				       struct mei_prov_transaction *t)
{
	struct mei_prov_engine *e = &mdev->engine;
	int ret = 0;

	spin_lock(&e->lock);
	if (e->gone) {
		ret = -ENODEV;
	} else if (t->cancelled) {
		ret = -EINTR;
	} else {
		mei_prov_transaction_reset(t);
		mei_prov_transaction_get(t);
		mei_prov_transaction_enqueue(e, t);
	}
	spin_unlock(&e->lock);
	if (!ret)
		mei_prov_engine_kick(mdev);
	return ret;
}

/* There is nothing to wait for any more. */
static bool mei_prov_transaction_done(struct mei_prov_device *mdev,
				      struct mei_prov_transaction *t)
{
	bool done;

	spin_lock(&mdev->engine.lock);
	done = t->state == MEI_PROV_DONE ||
	       (t->cancelled && t->state == MEI_PROV_QUEUED);
	spin_unlock(&mdev->engine.lock);
	return done;
}

/*
 * Take back a request that was not sent. Returns why it was not sent, or 0 if
 * it is too late for that. Called with engine.lock held; the engine's
 * reference is the caller's afterwards.
 */
static int mei_prov_transaction_unqueue(struct mei_prov_engine *e,
					struct mei_prov_transaction *t)
{
	if (t->state != MEI_PROV_QUEUED)
		return 0;
	list_del_init(&t->node);
	t->state = MEI_PROV_DONE;
	memzero_explicit(t->request, t->request_len);
	t->error = e->link_up ? t->why : -ENOLINK;
	return t->error;
}

/*
 * The end of the wait, for whichever reason. @interrupted: a signal came, or
 * the request was cancelled. The answer to that is never a restart: the request
 * may have been sent.
 */
static int mei_prov_transaction_leave(struct mei_prov_device *mdev,
				      struct mei_prov_transaction *t,
				      bool interrupted)
{
	struct mei_prov_engine *e = &mdev->engine;
	bool unsent;
	int ret;

	spin_lock(&e->lock);
	if (t->state == MEI_PROV_DONE) {
		ret = t->error;
		spin_unlock(&e->lock);
		return ret;
	}
	ret = mei_prov_transaction_unqueue(e, t);
	unsent = ret != 0;
	t->abandoned = !unsent;
	spin_unlock(&e->lock);

	if (unsent) {
		mei_prov_count(mdev, MEI_PROV_COUNT_UNSENT);
		trace_mei_prov_transaction(mdev->index, t, interrupted ? -EINTR : ret);
		mei_prov_transaction_put(t);
	}
	if (interrupted)
		return -EINTR;
	return unsent ? ret : -ECANCELED;
}

static long mei_prov_time_left(const struct mei_prov_transaction *t)
{
	long left = t->deadline - jiffies;

	return max(left, 0L);
}

/**
 * mei_prov_transact() - have the engine do one transaction and wait for it
 * @mdev: the device
 * @t: filled with command, request, deadline and background
 *
 * Waits interruptibly, except in the background, where no signal comes. A
 * system that goes to sleep leaves the caller where it is: an unsent request
 * is sent after the resume if its deadline still holds.
 *
 * Return: 0 and t->fw_status, or
 * -EINTR a signal came, or it was cancelled; -ENOLINK, -EBUSY, -ETIMEDOUT not sent until the
 * deadline; -ECANCELED sent, outcome unknown; -ENODEV the device is gone;
 * -EMSGSIZE, -EPROTO, -EPROTONOSUPPORT, -ENODATA, -EBADMSG malformed reply.
 * After an error the transaction belongs to the engine: do not use it again.
 */
int mei_prov_transact(struct mei_prov_device *mdev,
		      struct mei_prov_transaction *t)
{
	long left;
	int ret;

	ret = mei_prov_transaction_submit(mdev, t);
	if (ret)
		return ret;
	if (t->background)
		left = wait_event_timeout(t->wait, mei_prov_transaction_done(mdev, t),
					  mei_prov_time_left(t));
	else
		left = wait_event_freezable_timeout(t->wait,
						    mei_prov_transaction_done(mdev, t),
						    mei_prov_time_left(t));
	return mei_prov_transaction_leave(mdev, t, left < 0 || READ_ONCE(t->cancelled));
}

/* ------------------------------------------------- the engine's side */

/* While a sequence runs only its steps are sent. */
static struct mei_prov_transaction *mei_prov_transaction_first(struct mei_prov_engine *e)
{
	struct mei_prov_transaction *t;

	if (!e->link_up)
		return NULL;
	t = list_first_entry_or_null(&e->interactive, struct mei_prov_transaction, node);
	if (e->held)
		return t && t->holds ? t : NULL;
	return t ?: list_first_entry_or_null(&e->background,
					     struct mei_prov_transaction, node);
}

/**
 * mei_prov_transaction_next() - what to send next
 * @mdev: the device
 *
 * Interactive ones first, each kind in its order. The transaction stays in its
 * queue until it is claimed.
 *
 * Return: it with a reference, or NULL when there is none or no link.
 */
struct mei_prov_transaction *mei_prov_transaction_next(struct mei_prov_device *mdev)
{
	struct mei_prov_engine *e = &mdev->engine;
	struct mei_prov_transaction *t;

	spin_lock(&e->lock);
	t = mei_prov_transaction_first(e);
	if (t)
		mei_prov_transaction_get(t);
	spin_unlock(&e->lock);
	return t;
}

/**
 * mei_prov_transaction_claim() - the point of no return before sending
 * @mdev: the device
 * @t: the transaction
 *
 * From here on its caller cannot take it back.
 *
 * Return: false if the caller took it back before, or the link went down.
 */
bool mei_prov_transaction_claim(struct mei_prov_device *mdev,
				struct mei_prov_transaction *t)
{
	struct mei_prov_engine *e = &mdev->engine;
	bool claimed;

	spin_lock(&e->lock);
	claimed = e->link_up && t->state == MEI_PROV_QUEUED;
	if (claimed) {
		list_del_init(&t->node);
		t->state = MEI_PROV_SENT;
		t->connection = e->connection;
		t->epoch = e->epoch;
		if (t->holds)
			WRITE_ONCE(e->held, true);
	}
	spin_unlock(&e->lock);
	return claimed;
}

/**
 * mei_prov_transaction_unclaim() - it could not be sent after all
 * @mdev: the device
 * @t: a claimed transaction of which certainly no byte was sent
 *
 * It returns to the head of its queue. If its caller has left meanwhile,
 * nobody waits for it and it must not be sent: it is settled.
 */
void mei_prov_transaction_unclaim(struct mei_prov_device *mdev,
				  struct mei_prov_transaction *t)
{
	struct mei_prov_engine *e = &mdev->engine;
	bool again;

	spin_lock(&e->lock);
	again = !t->abandoned && !t->cancelled && !e->gone &&
		time_before(jiffies, t->deadline);
	if (again) {
		t->state = MEI_PROV_QUEUED;
		list_add(&t->node, mei_prov_transaction_queue(e, t));
	}
	spin_unlock(&e->lock);
	if (!again)
		mei_prov_transaction_settle(mdev, t, t->why, 0);
}

/**
 * mei_prov_transaction_blame() - note why a request is still not sent
 * @mdev: the device
 * @t: a queued transaction
 * @why: errno for the caller if the deadline comes first
 */
void mei_prov_transaction_blame(struct mei_prov_device *mdev,
				struct mei_prov_transaction *t, int why)
{
	spin_lock(&mdev->engine.lock);
	t->why = why;
	spin_unlock(&mdev->engine.lock);
}

/**
 * mei_prov_transaction_settle() - write the result and wake the caller
 * @mdev: the device
 * @t: a queued or claimed transaction; the engine's reference to it ends here
 * @error: 0 or a negative errno
 * @fw_status: AMT status
 *
 * Nothing happens when the caller has taken it back in the meantime.
 */
void mei_prov_transaction_settle(struct mei_prov_device *mdev,
				 struct mei_prov_transaction *t,
				 int error, u32 fw_status)
{
	struct mei_prov_engine *e = &mdev->engine;
	bool mine;

	memzero_explicit(t->request, t->request_len);
	spin_lock(&e->lock);
	mine = t->state != MEI_PROV_DONE;
	if (mine) {
		list_del_init(&t->node);
		t->error = error;
		t->fw_status = fw_status;
		trace_mei_prov_transaction(mdev->index, t, error);
		t->state = MEI_PROV_DONE;
		wake_up(&t->wait);
	}
	spin_unlock(&e->lock);
	if (mine)
		mei_prov_transaction_put(t);
}
