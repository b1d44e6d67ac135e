// SPDX-License-Identifier: GPL-2.0-only
/*
 * The firmware pushes nothing over AMTHI, so somebody has to ask: slowly, and
 * only while there is a watch. Each question is a connection of its own, but
 * for the hash table, whose questions belong together; that one is read
 * seldom, and when somebody has changed something through this driver.
 *
 * A configuration that was started through this driver is followed closely for
 * as long as the state is IN, which ends with the firmware's window at the
 * latest. Without a watch it is not: nobody would hear of it.
 */
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/moduleparam.h>

#include "mei_prov.h"

/* A poll that has no answer by then is given up. */
#define MEI_PROV_POLL_TIMEOUT_MS	5000
#define MEI_PROV_FOLLOW_MS		500
/* The firmware may need a moment until a start shows in its state. */
#define MEI_PROV_FOLLOW_LEAST_MS	5000
#define MEI_PROV_HASH_POLL_MIN_MS	1000
/* A table that could not be read is tried again after this, at the latest. */
#define MEI_PROV_HASH_RETRY_MS		5000

#define MEI_PROV_REFRESH_SLOW	(MEI_PROV_REFRESH_ZTC | MEI_PROV_REFRESH_SUFFIX)

static unsigned int hash_poll_ms = 60000;
module_param(hash_poll_ms, uint, 0644);
MODULE_PARM_DESC(hash_poll_ms,
		 "least distance of readings of the hash table for watchers, in ms (default 60000, at least 1000; 0: once and after changes only)");

static u64 mei_prov_poll_in(unsigned int ms)
{
	return get_jiffies_64() + msecs_to_jiffies(ms);
}

/* When the hash table is to be read next if it has just been read, or tried. */
static u64 mei_prov_poll_hashes_at(bool failed)
{
	unsigned int ms = READ_ONCE(hash_poll_ms);

	if (failed)
		return mei_prov_poll_in(MEI_PROV_HASH_RETRY_MS);
	return ms ? mei_prov_poll_in(max_t(unsigned int, ms, MEI_PROV_HASH_POLL_MIN_MS)) :
		    U64_MAX;
}

static bool mei_prov_poll_follows(const struct mei_prov_poll *p)
{
	return p->starts != p->followed;
}

static void mei_prov_poll_again(struct mei_prov_device *mdev, unsigned int delay_ms)
{
	lockdep_assert_held(&mdev->poll.lock);
	if (!mdev->poll.stopped && mdev->poll.interval_ms)
		mod_delayed_work(mei_prov_wq, &mdev->poll.work,
				 msecs_to_jiffies(delay_ms));
}

/* What is to be asked now: MEI_PROV_REFRESH_* bits, 0 while nobody watches. */
static u32 mei_prov_poll_due(struct mei_prov_poll *p)
{
	u64 now = get_jiffies_64();
	u32 what = MEI_PROV_REFRESH_STATE;

	lockdep_assert_held(&p->lock);
	if (!p->interval_ms)
		return 0;
	if (now >= p->slow_at) {
		what |= MEI_PROV_REFRESH_SLOW;
		p->slow_at = mei_prov_poll_in(p->interval_ms);
	}
	if (now >= p->hashes_at) {
		what |= MEI_PROV_REFRESH_HASHES;
		p->hashes_at = mei_prov_poll_hashes_at(false);
	}
	return what;
}

/* Ask for @what, within a deadline of its own. */
static int mei_prov_poll_ask(struct mei_prov_device *mdev, u32 what)
{
	struct mei_prov_call call;
	int ret;

	ret = mei_prov_call_begin(&call, mdev, MEI_PROV_POLL_TIMEOUT_MS, true);
	if (ret)
		return ret;
	ret = mei_prov_refresh(&call, what);
	mei_prov_call_end(&call);
	return ret;
}

/* A start that a poll begun after it no longer finds under way is over. */
static void mei_prov_poll_unfollow(struct mei_prov_device *mdev, unsigned int starts)
{
	struct mei_prov_poll *p = &mdev->poll;
	u64 now = get_jiffies_64();
	struct mei_prov_view view;

	lockdep_assert_held(&p->lock);
	mei_prov_snapshot_read(mdev, &view);
	if (view.valid & MEI_PROV_STATE_PROVISIONING &&
	    view.provisioning_state != AMTHI_STATE_IN && now >= p->follow_least)
		p->followed = starts;
}

static void mei_prov_poll_once(struct mei_prov_device *mdev)
{
	struct mei_prov_poll *p = &mdev->poll;
	unsigned int starts;
	bool failed = false;
	u32 what;
	int ret;

	mutex_lock(&p->lock);
	what = mei_prov_poll_due(p);
	starts = p->starts;
	mutex_unlock(&p->lock);
	if (!what)
		return;
	mei_prov_count(mdev, MEI_PROV_COUNT_POLLS);
	ret = mei_prov_poll_ask(mdev, what & ~MEI_PROV_REFRESH_HASHES);
	if (what & MEI_PROV_REFRESH_HASHES)
		failed = ret || mei_prov_poll_ask(mdev, MEI_PROV_REFRESH_HASHES);
	mutex_lock(&p->lock);
	if (failed)
		p->hashes_at = min(p->hashes_at, mei_prov_poll_hashes_at(true));
	if (!ret)
		mei_prov_poll_unfollow(mdev, starts);
	mutex_unlock(&p->lock);
}

static void mei_prov_poll_work(struct work_struct *work)
{
	struct mei_prov_device *mdev;
	struct mei_prov_poll *p;
	unsigned int delay;

	mdev = container_of(to_delayed_work(work), struct mei_prov_device, poll.work);
	p = &mdev->poll;
	if (mei_prov_engine_link_up(mdev))
		mei_prov_poll_once(mdev);
	mutex_lock(&p->lock);
	delay = p->interval_ms;
	if (mei_prov_poll_follows(p))
		delay = min_t(unsigned int, delay, MEI_PROV_FOLLOW_MS);
	if (!delayed_work_pending(&p->work))
		mei_prov_poll_again(mdev, delay);
	mutex_unlock(&p->lock);
}

/**
 * mei_prov_poll_set() - how often to ask
 * @mdev: the device
 * @interval_ms: distance, 0 for not at all
 */
void mei_prov_poll_set(struct mei_prov_device *mdev, unsigned int interval_ms)
{
	mutex_lock(&mdev->poll.lock);
	mdev->poll.interval_ms = interval_ms;
	mutex_unlock(&mdev->poll.lock);
}

/* Something may have changed: ask now, if anybody watches. */
void mei_prov_poll_kick(struct mei_prov_device *mdev)
{
	struct mei_prov_poll *p = &mdev->poll;

	mutex_lock(&p->lock);
	p->slow_at = 0;
	mei_prov_poll_again(mdev, 0);
	mutex_unlock(&p->lock);
}

static bool mei_prov_poll_is_start(u32 command)
{
	return command == AMTHI_START_CONFIGURATION ||
	       command == AMTHI_START_CONFIGURATION_EX ||
	       command == AMTHI_START_HOST_BASED;
}

/**
 * mei_prov_poll_after() - a change was asked for: look what came of it
 * @call: the command, whose last transaction was that change
 * @ret: what became of it
 */
void mei_prov_poll_after(struct mei_prov_call *call, int ret)
{
	struct mei_prov_poll *p = &call->mdev->poll;

	if (!ret && !call->fw_status) {
		mutex_lock(&p->lock);
		p->hashes_at = 0;
		if (mei_prov_poll_is_start(call->t->command)) {
			p->starts++;
			p->follow_least = mei_prov_poll_in(MEI_PROV_FOLLOW_LEAST_MS);
		}
		mutex_unlock(&p->lock);
	}
	mei_prov_poll_kick(call->mdev);
}

/**
 * mei_prov_poll_init() - prepare the background poll, which nobody wants yet
 * @mdev: the device, being made
 */
void mei_prov_poll_init(struct mei_prov_device *mdev)
{
	mutex_init(&mdev->poll.lock);
	INIT_DELAYED_WORK(&mdev->poll.work, mei_prov_poll_work);
}

/**
 * mei_prov_poll_stop() - no poll of this device any more
 * @mdev: the device; its engine has ended, so that a running poll returns
 */
void mei_prov_poll_stop(struct mei_prov_device *mdev)
{
	mutex_lock(&mdev->poll.lock);
	mdev->poll.stopped = true;
	mutex_unlock(&mdev->poll.lock);
	cancel_delayed_work_sync(&mdev->poll.work);
}
