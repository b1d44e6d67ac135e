// SPDX-License-Identifier: GPL-2.0-only
/*
 * Event records for open files. Each file that has events switched on has a
 * ring of its own. Records are numbered; a writer never waits: when the ring is
 * full the oldest records are overwritten, and the reader gets one LOST record
 * in their place. So the newest is always there, and with it the whole of what
 * the driver knows, for each record carries that.
 *
 * Records are made under snapshot.lock, so that they come in the order of the
 * changes, and nothing is missed between the first look and the first event.
 */
#include <linux/ktime.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "mei_prov.h"

/* Those events that show only when the firmware is asked. */
#define MEI_PROV_EVENT_MASK_ASKED	(MEI_PROV_EVENT_MASK_ALL &		\
					 ~(MEI_PROV_EVENT_MASK_LINK |		\
					   MEI_PROV_EVENT_MASK_REMOVED))

/**
 * struct mei_prov_queue - the records of one open file
 * @mask: what it wants to hear
 * @head: number of the next record to be written
 * @next: number of the next record to be read
 * @ring: record N is at N modulo the size. What was overwritten is told from
 *	@head and @next alone
 */
struct mei_prov_queue {
	u32 mask;
	u64 head;
	u64 next;
	struct mei_prov_event ring[MEI_PROV_EVENTS_MAX];
};

static struct mei_prov_event *mei_prov_queue_slot(struct mei_prov_queue *q, u64 seq)
{
	BUILD_BUG_ON_NOT_POWER_OF_2(MEI_PROV_EVENTS_MAX);

	return &q->ring[seq & (MEI_PROV_EVENTS_MAX - 1)];
}

static bool mei_prov_queue_empty(const struct mei_prov_queue *q)
{
	return q->head == q->next;
}

/* How many of the records that wait are missing. The last of them is still in
 * the ring: it becomes the LOST record.
 */
static u64 mei_prov_queue_lost(const struct mei_prov_queue *q)
{
	u64 waiting = q->head - q->next;

	return waiting > MEI_PROV_EVENTS_MAX ? waiting - MEI_PROV_EVENTS_MAX + 1 : 0;
}

/* ------------------------------------------------------------- writing */

static void mei_prov_queue_put(struct mei_prov_device *mdev, struct mei_prov_queue *q,
			       enum mei_prov_event_type type)
{
	const struct mei_prov_view *view = &mdev->snapshot.view;
	u64 lost = mei_prov_queue_lost(q);

	*mei_prov_queue_slot(q, q->head) = (struct mei_prov_event){
		.size = sizeof(struct mei_prov_event),
		.type = type,
		.seq = q->head,
		.boottime_ns = ktime_get_boottime_ns(),
		.valid = view->valid,
		.link = mei_prov_engine_link_up(mdev) ? MEI_PROV_IOCTL_LINK_UP :
							MEI_PROV_IOCTL_LINK_DOWN,
		.provisioning_state = view->provisioning_state,
		.control_mode = view->control_mode,
		.ztc = view->ztc,
		.generation = view->generation,
		.hash_generation = view->hash_generation,
		.suffix_generation = view->suffix_generation,
	};
	q->head++;
	mei_prov_count(mdev, MEI_PROV_COUNT_RECORDS);
	atomic64_add(mei_prov_queue_lost(q) - lost,
		     &mdev->counters[MEI_PROV_COUNT_RECORDS_LOST]);
}

/**
 * mei_prov_record() - make a record for every file that wants it
 * @mdev: the device; its snapshot is locked and shows what is new
 * @type: what happened
 */
void mei_prov_record(struct mei_prov_device *mdev, enum mei_prov_event_type type)
{
	struct mei_prov_file *file;

	lockdep_assert_held(&mdev->snapshot.lock);
	if (mdev->snapshot.ended)
		return;
	list_for_each_entry(file, &mdev->snapshot.files, node) {
		if (!(file->queue->mask & BIT(type)))
			continue;
		mei_prov_queue_put(mdev, file->queue, type);
		wake_up_interruptible(&file->wait);
	}
}

/* The device is gone for good: the last record, and an end to all waiting. */
void mei_prov_records_end(struct mei_prov_device *mdev)
{
	struct mei_prov_snapshot *s = &mdev->snapshot;
	struct mei_prov_file *file;

	spin_lock(&s->lock);
	mei_prov_record(mdev, MEI_PROV_EVENT_REMOVED);
	s->ended = true;
	list_for_each_entry(file, &s->files, node)
		wake_up_interruptible(&file->wait);
	spin_unlock(&s->lock);
	wake_up_all(&mdev->hangup);
}

/* ------------------------------------------------------------- reading */

/* Return: 0 and a record, which stays; or what read(2) is to say. */
static int mei_prov_records_peek(struct mei_prov_file *file, struct mei_prov_event *event)
{
	struct mei_prov_snapshot *s = &file->mdev->snapshot;
	struct mei_prov_queue *q = file->queue;
	u64 lost;
	int ret = 0;

	spin_lock(&s->lock);
	if (q && !mei_prov_queue_empty(q)) {
		lost = mei_prov_queue_lost(q);
		*event = *mei_prov_queue_slot(q, lost ? q->next + lost - 1 : q->next);
		event->seq = q->next;
		event->lost = min_t(u64, lost, U32_MAX);
		if (lost)
			event->type = MEI_PROV_EVENT_LOST;
	} else if (s->ended) {
		ret = -ENODEV;
	} else {
		ret = q ? -EAGAIN : -EINVAL;
	}
	spin_unlock(&s->lock);
	return ret;
}

/* It has been read. What was lost since then begins behind it. */
static void mei_prov_records_consume(struct mei_prov_file *file,
				     const struct mei_prov_event *event)
{
	struct mei_prov_snapshot *s = &file->mdev->snapshot;

	spin_lock(&s->lock);
	file->queue->next = event->seq + (event->lost ?: 1);
	spin_unlock(&s->lock);
}

static ssize_t mei_prov_records_copy(struct mei_prov_file *file, char __user *to,
				     size_t room)
{
	struct mei_prov_event event;
	ssize_t done = 0;
	int ret = 0;

	lockdep_assert_held(&file->lock);
	while (room - done >= sizeof(event)) {
		ret = mei_prov_records_peek(file, &event);
		if (!ret && copy_to_user(to + done, &event, sizeof(event)))
			ret = -EFAULT;
		if (ret)
			break;
		mei_prov_records_consume(file, &event);
		done += sizeof(event);
	}
	return done ?: ret;
}

/* Would a read return without waiting? */
static bool mei_prov_records_ready(struct mei_prov_file *file)
{
	struct mei_prov_snapshot *s = &file->mdev->snapshot;
	bool ready;

	spin_lock(&s->lock);
	ready = s->ended || !file->queue || !mei_prov_queue_empty(file->queue);
	spin_unlock(&s->lock);
	return ready;
}

/**
 * mei_prov_records_read() - read(2)
 * @file: the open file
 * @to: the buffer
 * @room: its size
 * @wait: whether to wait for the first record
 *
 * Whole records, as many as there are and as fit.
 *
 * Return: bytes, or -EINVAL events are off or the buffer is too small for one
 * record; -EAGAIN nothing there; -ERESTARTSYS a signal came first; -EFAULT,
 * the record is still there; -ENODEV the device is gone and all is read.
 */
ssize_t mei_prov_records_read(struct mei_prov_file *file, char __user *to, size_t room,
			      bool wait)
{
	ssize_t ret;

	if (room < sizeof(struct mei_prov_event))
		return -EINVAL;
	for (;;) {
		if (mutex_lock_interruptible(&file->lock))
			return -ERESTARTSYS;
		ret = mei_prov_records_copy(file, to, room);
		mutex_unlock(&file->lock);
		if (ret != -EAGAIN || !wait)
			return ret;
		if (wait_event_interruptible(file->wait, mei_prov_records_ready(file)))
			return -ERESTARTSYS;
	}
}

/* What poll(2) is to say. */
__poll_t mei_prov_records_poll(struct mei_prov_file *file)
{
	struct mei_prov_snapshot *s = &file->mdev->snapshot;
	__poll_t events = 0;

	spin_lock(&s->lock);
	if (file->queue && !mei_prov_queue_empty(file->queue))
		events |= EPOLLIN | EPOLLRDNORM;
	if (s->ended)
		events |= EPOLLHUP | EPOLLERR;
	spin_unlock(&s->lock);
	return events;
}

/* ------------------------------------------------------------ on and off */

static struct mei_prov_queue *mei_prov_records_detach(struct mei_prov_file *file)
{
	struct mei_prov_snapshot *s = &file->mdev->snapshot;
	struct mei_prov_queue *q = file->queue;

	if (!q)
		return NULL;
	spin_lock(&s->lock);
	list_del(&file->node);
	file->queue = NULL;
	wake_up_interruptible(&file->wait);
	spin_unlock(&s->lock);
	return q;
}

/* For a change of events, and for the end of the file. */
void mei_prov_records_off(struct mei_prov_file *file)
{
	mei_prov_watch_file_stop(&file->watch);
	kvfree(mei_prov_records_detach(file));
}

/* Use @q unless there is one already. Returns false if the device is gone. */
static bool mei_prov_records_attach(struct mei_prov_file *file, struct mei_prov_queue *q,
				    u32 mask)
{
	struct mei_prov_snapshot *s = &file->mdev->snapshot;
	bool there;

	spin_lock(&s->lock);
	there = !s->ended;
	if (there) {
		if (!file->queue)
			list_add_tail(&file->node, &s->files);
		file->queue = q;
		q->mask = mask;
		mei_prov_queue_put(file->mdev, q, MEI_PROV_EVENT_PRESENT);
		wake_up_interruptible(&file->wait);
	}
	spin_unlock(&s->lock);
	return there;
}

static int mei_prov_records_on(struct mei_prov_file *file,
			       const struct mei_prov_events *events)
{
	struct mei_prov_queue *q = file->queue;

	if (!q)
		q = kvzalloc(sizeof(*q), GFP_KERNEL_ACCOUNT);
	if (!q)
		return -ENOMEM;
	if (!mei_prov_records_attach(file, q, events->mask)) {
		if (!file->queue)
			kvfree(q);
		return -ENODEV;
	}
	if (events->mask & MEI_PROV_EVENT_MASK_ASKED)
		mei_prov_watch_file_start(&file->watch, file->mdev, events->interval_ms);
	else
		mei_prov_watch_file_stop(&file->watch);
	return 0;
}

/**
 * mei_prov_do_events() - EVENTS
 * @file: the open file
 * @arg: struct mei_prov_events
 * Return: 0 or a negative errno.
 */
int mei_prov_do_events(struct mei_prov_file *file, void *arg)
{
	const struct mei_prov_events *events = arg;
	int ret = 0;

	if (events->mask & ~MEI_PROV_EVENT_MASK_ALL)
		return -EOPNOTSUPP;
	if (!events->mask && events->interval_ms)
		return -EINVAL;
	if (mutex_lock_interruptible(&file->lock))
		return -EINTR;
	if (events->mask)
		ret = mei_prov_records_on(file, events);
	else
		mei_prov_records_off(file);
	mutex_unlock(&file->lock);
	return ret;
}
