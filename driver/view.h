/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the driver knows of the firmware's state, how it learns of changes and whom
 * it tells. Part of mei_prov.h, which has the order of the locks.
 */
#ifndef MEI_PROV_VIEW_H
#define MEI_PROV_VIEW_H

#include <linux/kref.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include <uapi/linux/mei_prov_ioctl.h>

struct mei_prov_call;
struct mei_prov_device;

/* --------------------------------------------------------- hash table */

/**
 * struct mei_prov_hash_snapshot - the hash table at one moment
 * @ref: whoever has it may keep it
 * @generation: grows by one with each table that differs from the one before
 * @seen: boot time of the reading
 * @count: entries
 * @entry: the slots, in the firmware's order
 *
 * Not changed any more once it is in the snapshot.
 */
struct mei_prov_hash_snapshot {
	struct kref ref;
	u64 generation;
	ktime_t seen;
	u32 count;
	struct mei_prov_hash entry[];
};

struct mei_prov_hash_snapshot *mei_prov_hash_snapshot_new(u32 count);
void mei_prov_hash_snapshot_put(struct mei_prov_hash_snapshot *table);
int mei_prov_hash_table_read(struct mei_prov_call *call,
			     struct mei_prov_hash_snapshot **table);

/* ------------------------------------------------------------- snapshot */

/**
 * struct mei_prov_view - what the firmware said, the hash table apart
 * @valid: MEI_PROV_STATE_PROVISIONING, MEI_PROV_STATE_CONTROL_MODE and
 *	MEI_PROV_VIEW_*: which of the rest was seen
 * @provisioning_state: AMTHI 0x11
 * @control_mode: AMTHI 0x6B
 * @ztc: AMTHI 0x30, 0 or 1
 * @suffix_len: bytes in @suffix, without the NUL
 * @suffix: AMTHI 0x36, padded with zeros
 * @age_ms: since state and control mode were asked last; saturates
 * @ztc_age_ms: the same for @ztc
 * @suffix_age_ms: the same for @suffix
 * @generation: grows by one with each change of state, control mode or ZTC
 * @suffix_generation: the same for the suffix
 * @hash_generation: the same for the hash table; 0 before it was read
 */
struct mei_prov_view {
	u32 valid;
	u32 provisioning_state;
	u32 control_mode;
	u32 ztc;
	u32 suffix_len;
	char suffix[256];
	u32 age_ms;
	u32 ztc_age_ms;
	u32 suffix_age_ms;
	u64 generation;
	u64 suffix_generation;
	u64 hash_generation;
};

/**
 * struct mei_prov_snapshot - what the driver saw last
 * @lock: guards the rest
 * @view: the values; the ages are not used here
 * @state_seen: boot time of the last answer about state and control mode
 * @ztc_seen: the same for ZTC
 * @suffix_seen: the same for the suffix
 * @hashes: the last table, NULL before the first
 * @files: open files with events switched on, struct mei_prov_file
 * @ended: the device is gone: no record is made any more
 */
struct mei_prov_snapshot {
	/* Readers must not sleep. */
	spinlock_t lock;
	struct mei_prov_view view;
	ktime_t state_seen;
	ktime_t ztc_seen;
	ktime_t suffix_seen;
	struct mei_prov_hash_snapshot *hashes;
	struct list_head files;
	bool ended;
};

void mei_prov_snapshot_update(struct mei_prov_device *mdev,
			      struct mei_prov_view *view);
void mei_prov_snapshot_read(struct mei_prov_device *mdev,
			    struct mei_prov_view *view);
void mei_prov_snapshot_hashes(struct mei_prov_device *mdev,
			      struct mei_prov_hash_snapshot *table);
struct mei_prov_hash_snapshot *mei_prov_snapshot_hashes_get(struct mei_prov_device *mdev);
void mei_prov_snapshot_init(struct mei_prov_device *mdev);
void mei_prov_snapshot_destroy(struct mei_prov_device *mdev);

/* -------------------------------------------------------------- refresh */

#define MEI_PROV_REFRESH_STATE	BIT(0)
#define MEI_PROV_REFRESH_ZTC	BIT(1)
#define MEI_PROV_REFRESH_SUFFIX	BIT(2)
#define MEI_PROV_REFRESH_HASHES	BIT(3)

int mei_prov_state_ask(struct mei_prov_call *call, struct mei_prov_view *view);
int mei_prov_ztc_ask(struct mei_prov_call *call, struct mei_prov_view *view);
int mei_prov_suffix_ask(struct mei_prov_call *call, struct mei_prov_view *view);
int mei_prov_refresh(struct mei_prov_call *call, u32 what);

/* --------------------------------------------------------------- events */

/**
 * struct mei_prov_notices - netlink events on their way, coalesced
 * @lock: guards @stopped against queueing
 * @stopped: never again
 * @pending: bits of enum mei_prov_event_type
 * @link_went: the link was down since the last sending
 * @work: sends them
 * @sent_at: jiffies of the last sending
 */
struct mei_prov_notices {
	/* Nothing may be queued after the stop. */
	spinlock_t lock;
	bool stopped;
	unsigned long pending;
	bool link_went;
	struct delayed_work work;
	unsigned long sent_at;
};

void mei_prov_notices_init(struct mei_prov_device *mdev);
void mei_prov_notices_stop(struct mei_prov_device *mdev);
void mei_prov_notify(struct mei_prov_device *mdev, unsigned long events);
void mei_prov_event(struct mei_prov_device *mdev, enum mei_prov_event_type type);

/* ----------------------------------------------------------------- poll */

/**
 * struct mei_prov_poll - the background poll of one device
 * @lock: guards the rest
 * @work: asks the firmware
 * @interval_ms: wanted distance, 0 while nobody watches
 * @stopped: never again
 * @slow_at: when ZTC and suffix are due, 64-bit jiffies
 * @hashes_at: when the hash table is due, 64-bit jiffies
 * @starts: starts of configuration through this driver, modulo the type
 * @followed: value of @starts at the last one that is over
 * @follow_least: the last start is not over before, 64-bit jiffies
 */
struct mei_prov_poll {
	/* Never held while the firmware is asked. */
	struct mutex lock;
	struct delayed_work work;
	unsigned int interval_ms;
	bool stopped;
	u64 slow_at;
	u64 hashes_at;
	unsigned int starts;
	unsigned int followed;
	u64 follow_least;
};

void mei_prov_poll_init(struct mei_prov_device *mdev);
void mei_prov_poll_stop(struct mei_prov_device *mdev);
void mei_prov_poll_set(struct mei_prov_device *mdev, unsigned int interval_ms);
void mei_prov_poll_kick(struct mei_prov_device *mdev);
void mei_prov_poll_after(struct mei_prov_call *call, int ret);

/* -------------------------------------------------------------- watches */

/**
 * struct mei_prov_watch - the wish of one socket or file to watch one device
 * @node: in mei_prov_watches, or empty; under mei_prov_watch_lock as the rest
 * @mdev: the device
 * @portid: the socket; 0 for a file, which has this in its own struct
 * @interval_ms: within the limits
 */
struct mei_prov_watch {
	struct list_head node;
	struct mei_prov_device *mdev;
	u32 portid;
	unsigned int interval_ms;
};

int mei_prov_watch_start(struct mei_prov_device *mdev, u32 portid,
			 unsigned int interval_ms);
int mei_prov_watch_stop(struct mei_prov_device *mdev, u32 portid);
void mei_prov_watch_file_start(struct mei_prov_watch *w, struct mei_prov_device *mdev,
			       unsigned int interval_ms);
void mei_prov_watch_file_stop(struct mei_prov_watch *w);
void mei_prov_watch_end(struct mei_prov_device *mdev);
int mei_prov_watch_init(void);
void mei_prov_watch_exit(void);

/* -------------------------------------------------------------- records */

struct mei_prov_queue;

/**
 * struct mei_prov_file - one open file of /dev/meiprovN
 * @mdev: the device, referenced
 * @lock: one reader, or one change of what is wanted, at a time
 * @wait: readers and pollers wait here for a record
 * @node: in snapshot.files while events are on, under snapshot.lock
 * @queue: the records, NULL while events are off. Changed under @lock and
 *	snapshot.lock, so that either of them is enough to look at it
 * @watch: keeps the poll going while events are on
 */
struct mei_prov_file {
	struct mei_prov_device *mdev;
	/* Not held while a record is waited for. */
	struct mutex lock;
	wait_queue_head_t wait;
	struct list_head node;
	struct mei_prov_queue *queue;
	struct mei_prov_watch watch;
};

void mei_prov_record(struct mei_prov_device *mdev, enum mei_prov_event_type type);
void mei_prov_records_end(struct mei_prov_device *mdev);
void mei_prov_records_off(struct mei_prov_file *file);
ssize_t mei_prov_records_read(struct mei_prov_file *file, char __user *to, size_t room,
			      bool wait);
__poll_t mei_prov_records_poll(struct mei_prov_file *file);
int mei_prov_do_events(struct mei_prov_file *file, void *arg);

#endif /* MEI_PROV_VIEW_H */
