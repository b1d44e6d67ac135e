// SPDX-License-Identifier: GPL-2.0-only
/*
 * The one connection to the AMTHI client of the firmware, as few moments as
 * possible.
 *
 * Receiving goes through the receive callback of the bus and a completion, on
 * all kernels, because that keeps a reply from being taken for the answer to
 * another request, as far as a protocol without sequence numbers allows:
 *
 *  - the callback gives the firmware its next read credit when it returns, so
 *    that a message nobody asked for is seen while no reply is awaited; the
 *    connection then is not used again. With a blocking receive it would lie
 *    waiting and become the reply to the next request;
 *  - a reply that is late, short or wrong closes the connection before the next
 *    request, and closing waits for the callback and drops what was received.
 *
 * A blocking send has no time limit before Linux 6.7, and no signal reaches a
 * worker. A watchdog disables the client instead, which wakes the sender.
 *
 * The MEI core does not take two of enable and disable at a time for one
 * client: either would unlink the client while the other waits for the
 * firmware, and its connect count would never return to 0. connection_lock
 * is held across each of them (both are bounded: about 15 s with a firmware
 * that does not answer), and nothing that runs under the MEI locks waits for
 * the worker while holding it.
 */
#include <linux/jiffies.h>
#include <linux/minmax.h>

#include "mei_prov.h"
#include "trace.h"

/* Longest time without a pause in which others can connect, unless a sequence
 * has begun in the meantime, and the longest before one begins.
 */
#define MEI_PROV_HOLD_MS	150
#define MEI_PROV_HOLD_BEFORE_MS	50
/* That pause: longer than two attempts of a program that retries. */
#define MEI_PROV_YIELD_MS	30
/* Everybody waits this long for the next step of a sequence. */
#define MEI_PROV_STEP_MS	100
/* A reply takes milliseconds; a firmware that has not answered by then lost
 * the request, whatever the caller's deadline is.
 */
#define MEI_PROV_REPLY_MAX_MS	30000
/* A reset does not call us: look this often whether we are still connected. */
#define MEI_PROV_LOOK_MS	250

/* Bytes of an unsolicited message that are read, to get rid of it. */
#define MEI_PROV_WASTE		16

static void mei_prov_unsolicited(struct mei_prov_device *mdev,
				 struct mei_cl_device *cldev)
{
	u8 waste[MEI_PROV_WASTE];

	mei_cldev_recv(cldev, waste, sizeof(waste));
	mei_prov_count(mdev, MEI_PROV_COUNT_UNSOLICITED);
	dev_warn_ratelimited(&mdev->dev, "the firmware sent a message unasked\n");
}

/* Receive callback: runs once for each message, never for a disconnect. */
static void mei_prov_receive(struct mei_cl_device *cldev)
{
	struct mei_prov_device *mdev = mei_cldev_get_drvdata(cldev);
	struct mei_prov_engine *e = &mdev->engine;
	struct mei_prov_transaction *t;

	spin_lock(&e->lock);
	t = e->awaiting;
	e->awaiting = NULL;
	if (!t)
		e->spoiled = true;
	spin_unlock(&e->lock);
	if (!t) {
		mei_prov_unsolicited(mdev, cldev);
		return;
	}
	t->received = mei_cldev_recv(cldev, t->reply, sizeof(t->reply));
	t->replied = true;
	complete(&e->reply);
}

/*
 * mei_cldev_disable() cancels the receive work before it forgets the callback,
 * so the work can be queued once more in between; it does nothing then, but it
 * must have run before the next registration initialises it anew.
 */
static void mei_prov_disconnect(struct mei_prov_engine *e)
{
	struct mei_prov_device *mdev = container_of(e, struct mei_prov_device, engine);

	lockdep_assert_held(&e->connection_lock);
	mei_cldev_disable(e->cldev);
	flush_work(&e->cldev->rx_work);
	e->connected = false;
	e->closed_at = get_jiffies_64();
	trace_mei_prov_disconnect(mdev->index, e->connection);
}

static int mei_prov_connect(struct mei_prov_engine *e)
{
	int ret;

	lockdep_assert_held(&e->connection_lock);
	ret = mei_cldev_enable(e->cldev);
	if (ret)
		return ret;
	e->connected = true;
	e->connection++;
	spin_lock(&e->lock);
	e->spoiled = false;
	spin_unlock(&e->lock);
	ret = mei_cldev_register_rx_cb(e->cldev, mei_prov_receive);
	if (ret)
		mei_prov_disconnect(e);
	return ret;
}

/* Connections that follow each other closely count as one for the others. */
static void mei_prov_note_use(struct mei_prov_engine *e)
{
	u64 now = get_jiffies_64();

	if (now >= e->closed_at + msecs_to_jiffies(MEI_PROV_YIELD_MS))
		e->busy_since = now;
}

static bool mei_prov_connection_usable(struct mei_prov_engine *e)
{
	bool spoiled;

	spin_lock(&e->lock);
	spoiled = e->spoiled;
	spin_unlock(&e->lock);
	return e->connected && !spoiled && mei_cldev_enabled(e->cldev);
}

/**
 * mei_prov_connection_open() - have a connection that can be used
 * @mdev: the device
 *
 * Keeps the present one if it is sound. Takes up to about 15 s if the
 * firmware does not answer.
 *
 * Return: 0 or the error of the MEI core: -EBUSY another program has the
 * connection, -ENOTTY the firmware has no such client any more, -ENODEV no
 * link, others.
 */
int mei_prov_connection_open(struct mei_prov_device *mdev)
{
	struct mei_prov_engine *e = &mdev->engine;
	int ret;

	mutex_lock(&e->connection_lock);
	if (!e->cldev) {
		ret = -ENODEV;
	} else if (mei_prov_connection_usable(e)) {
		ret = 0;
	} else {
		if (e->connected)
			mei_prov_disconnect(e);
		mei_prov_note_use(e);
		ret = mei_prov_connect(e);
		trace_mei_prov_connect(mdev->index, e->connection, ret);
		if (!ret)
			mei_prov_count(mdev, MEI_PROV_COUNT_CONNECTS);
	}
	mutex_unlock(&e->connection_lock);
	return ret;
}

/**
 * mei_prov_connection_close() - disconnect, if connected
 * @mdev: the device
 *
 * Wakes a sender. When it returns, the receive callback is not running.
 */
void mei_prov_connection_close(struct mei_prov_device *mdev)
{
	struct mei_prov_engine *e = &mdev->engine;

	mutex_lock(&e->connection_lock);
	if (e->connected)
		mei_prov_disconnect(e);
	mutex_unlock(&e->connection_lock);
}

/**
 * mei_prov_connection_release() - disconnect and forget the client
 * @mdev: the device
 *
 * For remove: wakes the worker wherever it waits. It may use the client until
 * it has been waited for, without harm: every call of the bus fails now.
 */
void mei_prov_connection_release(struct mei_prov_device *mdev)
{
	struct mei_prov_engine *e = &mdev->engine;

	mutex_lock(&e->connection_lock);
	if (e->connected)
		mei_prov_disconnect(e);
	WRITE_ONCE(e->cldev, NULL);
	mutex_unlock(&e->connection_lock);
	complete(&e->reply);
}

/* In whole ticks: msecs_to_jiffies() rounds up, and it is the longest time. */
static u64 mei_prov_hold_end(struct mei_prov_engine *e, bool sequence)
{
	unsigned int hold = sequence ? MEI_PROV_HOLD_BEFORE_MS : MEI_PROV_HOLD_MS;

	return e->busy_since + hold * HZ / MSEC_PER_SEC;
}

static unsigned long mei_prov_until(u64 when)
{
	u64 now = get_jiffies_64();

	return now < when ? when - now : 0;
}

/**
 * mei_prov_connection_yield() - is it time to let others connect?
 * @mdev: the device
 * @sequence: what comes next is a step of a sequence
 *
 * Under uninterrupted use the connection is closed now and then, for long
 * enough that a program that retries gets its turn. A sequence is not cut.
 *
 * Return: jiffies to wait before connecting, or 0.
 */
unsigned long mei_prov_connection_yield(struct mei_prov_device *mdev, bool sequence)
{
	struct mei_prov_engine *e = &mdev->engine;
	unsigned long pause = 0;

	mutex_lock(&e->connection_lock);
	if (!READ_ONCE(e->held) && !mei_prov_until(mei_prov_hold_end(e, sequence))) {
		if (e->connected) {
			mei_prov_disconnect(e);
			mei_prov_count(mdev, MEI_PROV_COUNT_YIELDS);
		}
		pause = mei_prov_until(e->closed_at + msecs_to_jiffies(MEI_PROV_YIELD_MS));
	}
	mutex_unlock(&e->connection_lock);
	return pause;
}

/**
 * mei_prov_connection_keep() - how long to keep an idle connection
 * @mdev: the device
 * @linger_ms: how long it is worth while for single commands
 *
 * Return: jiffies, 0 for not at all.
 */
unsigned long mei_prov_connection_keep(struct mei_prov_device *mdev,
				       unsigned int linger_ms)
{
	struct mei_prov_engine *e = &mdev->engine;
	unsigned long keep = 0;

	mutex_lock(&e->connection_lock);
	if (READ_ONCE(e->held))
		keep = msecs_to_jiffies(MEI_PROV_STEP_MS);
	else if (e->connected)
		keep = min(msecs_to_jiffies(linger_ms),
			   mei_prov_until(mei_prov_hold_end(e, false)));
	mutex_unlock(&e->connection_lock);
	return keep;
}

/* The firmware gives no credit and the sender's time is up. */
static void mei_prov_send_stuck(struct work_struct *work)
{
	struct mei_prov_device *mdev;

	mdev = container_of(to_delayed_work(work), struct mei_prov_device,
			    engine.watchdog);
	mei_prov_count(mdev, MEI_PROV_COUNT_STUCK);
	dev_warn_ratelimited(&mdev->dev,
			     "the firmware does not accept a request: disconnecting\n");
	mei_prov_connection_close(mdev);
}

static unsigned long mei_prov_left(unsigned long limit)
{
	return time_before(jiffies, limit) ? limit - jiffies : 0;
}

static ssize_t mei_prov_send(struct mei_prov_device *mdev,
			     struct mei_cl_device *cldev,
			     struct mei_prov_transaction *t, unsigned long limit)
{
	struct mei_prov_engine *e = &mdev->engine;
	ssize_t ret;

	queue_delayed_work(mei_prov_wq, &e->watchdog, mei_prov_left(limit) + 1);
	ret = mei_cldev_send(cldev, t->request, t->request_len);
	cancel_delayed_work_sync(&e->watchdog);
	return ret;
}

/* Errors with which mei_cldev_send() returns before it queues anything. */
static bool mei_prov_certainly_unsent(ssize_t ret)
{
	return ret == -ENODEV || ret == -ENOTTY || ret == -ENOMEM || ret == -EFBIG;
}

/* True if the callback, or remove, said that the wait is over. */
static bool mei_prov_await(struct mei_prov_engine *e, struct mei_cl_device *cldev,
			   unsigned long limit)
{
	unsigned long look = msecs_to_jiffies(MEI_PROV_LOOK_MS);
	unsigned long left;

	while ((left = mei_prov_left(limit))) {
		if (wait_for_completion_timeout(&e->reply, min(left, look)))
			return true;
		if (!mei_cldev_enabled(cldev))
			return false;
	}
	return false;
}

/* From now on a message is a reply to @t. False if one came before. */
static bool mei_prov_expect_reply(struct mei_prov_engine *e,
				  struct mei_prov_transaction *t)
{
	bool sound;

	reinit_completion(&e->reply);
	spin_lock(&e->lock);
	sound = !e->spoiled;
	if (sound)
		e->awaiting = t;
	spin_unlock(&e->lock);
	return sound;
}

static void mei_prov_expect_nothing(struct mei_prov_engine *e)
{
	spin_lock(&e->lock);
	e->awaiting = NULL;
	spin_unlock(&e->lock);
}

static unsigned long mei_prov_reply_limit(const struct mei_prov_transaction *t)
{
	unsigned long most = jiffies + msecs_to_jiffies(MEI_PROV_REPLY_MAX_MS);

	return time_before(t->deadline, most) ? t->deadline : most;
}

/**
 * mei_prov_connection_exchange() - send a request, receive one message
 * @mdev: the device
 * @t: a claimed transaction; gets @replied and @received
 *
 * Without a message the connection is closed before this returns, so that the
 * callback does not touch @t any more. A message counts even if the sending
 * reported an error after it.
 *
 * Return: 0 a message arrived; -EAGAIN certainly not sent; -ECANCELED may have
 * been sent and no message arrived.
 */
int mei_prov_connection_exchange(struct mei_prov_device *mdev,
				 struct mei_prov_transaction *t)
{
	struct mei_prov_engine *e = &mdev->engine;
	struct mei_cl_device *cldev = READ_ONCE(e->cldev);
	unsigned long limit = mei_prov_reply_limit(t);
	bool over;
	ssize_t ret;

	if (!cldev || !mei_prov_expect_reply(e, t))
		return -EAGAIN;
	t->sent_at = ktime_get();
	ret = mei_prov_send(mdev, cldev, t, limit);
	over = ret >= 0 && mei_prov_await(e, cldev, limit);
	mei_prov_expect_nothing(e);
	if (!over || !t->replied)
		mei_prov_connection_close(mdev);
	if (t->replied)
		return 0;
	if (!mei_prov_certainly_unsent(ret))
		return -ECANCELED;
	t->sent_at = 0;
	return -EAGAIN;
}

/**
 * mei_prov_connection_init() - prepare, without a connection
 * @mdev: the device, being made
 */
void mei_prov_connection_init(struct mei_prov_device *mdev)
{
	struct mei_prov_engine *e = &mdev->engine;

	mutex_init(&e->connection_lock);
	init_completion(&e->reply);
	INIT_DELAYED_WORK(&e->watchdog, mei_prov_send_stuck);
}
