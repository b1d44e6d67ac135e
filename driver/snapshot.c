// SPDX-License-Identifier: GPL-2.0-only
/* What the driver saw last, for those who may not wait for the firmware. */
#include <linux/bitops.h>
#include <linux/ktime.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "mei_prov.h"

/* ----------------------------------------------------------- hash table */

/**
 * mei_prov_hash_snapshot_new() - room for a hash table
 * @count: entries
 * Return: it, zeroed, with one reference, or NULL.
 */
struct mei_prov_hash_snapshot *mei_prov_hash_snapshot_new(u32 count)
{
	struct mei_prov_hash_snapshot *table;

	table = kvzalloc(struct_size(table, entry, count), GFP_KERNEL_ACCOUNT);
	if (table)
		kref_init(&table->ref);
	return table;
}

static void mei_prov_hash_snapshot_free(struct kref *ref)
{
	kvfree(container_of(ref, struct mei_prov_hash_snapshot, ref));
}

/* @table may be NULL. Never under a spinlock: freeing may sleep. */
void mei_prov_hash_snapshot_put(struct mei_prov_hash_snapshot *table)
{
	if (table)
		kref_put(&table->ref, mei_prov_hash_snapshot_free);
}

static bool mei_prov_hash_snapshot_differs(const struct mei_prov_hash_snapshot *old,
					   const struct mei_prov_hash_snapshot *table)
{
	return !old || old->count != table->count ||
	       memcmp(old->entry, table->entry,
		      array_size(table->count, sizeof(table->entry[0])));
}

/**
 * mei_prov_snapshot_hashes() - note the hash table that was just read
 * @mdev: the device
 * @table: complete; gets generation and time and is not changed afterwards
 */
void mei_prov_snapshot_hashes(struct mei_prov_device *mdev,
			      struct mei_prov_hash_snapshot *table)
{
	struct mei_prov_snapshot *s = &mdev->snapshot;
	struct mei_prov_hash_snapshot *old;
	bool changed;

	kref_get(&table->ref);
	table->seen = ktime_get_boottime();
	spin_lock(&s->lock);
	old = s->hashes;
	changed = mei_prov_hash_snapshot_differs(old, table);
	if (changed)
		s->view.hash_generation++;
	table->generation = s->view.hash_generation;
	s->hashes = table;
	s->view.valid |= MEI_PROV_VIEW_HASHES;
	if (changed)
		mei_prov_record(mdev, MEI_PROV_EVENT_HASHES);
	spin_unlock(&s->lock);
	mei_prov_hash_snapshot_put(old);
	if (changed)
		mei_prov_notify(mdev, BIT(MEI_PROV_EVENT_HASHES));
}

/**
 * mei_prov_snapshot_hashes_get() - the hash table that was seen last
 * @mdev: the device
 * Return: it with a reference, or NULL when none has been read yet.
 */
struct mei_prov_hash_snapshot *mei_prov_snapshot_hashes_get(struct mei_prov_device *mdev)
{
	struct mei_prov_snapshot *s = &mdev->snapshot;
	struct mei_prov_hash_snapshot *table;

	spin_lock(&s->lock);
	table = s->hashes;
	if (table)
		kref_get(&table->ref);
	spin_unlock(&s->lock);
	return table;
}

/* ------------------------------------------------------------ the view */

/* Each of these takes over a part of @new that is valid there, and tells whether
 * it is different from what it was, or was seen for the first time.
 */
static bool mei_prov_merge_state(struct mei_prov_view *view,
				 const struct mei_prov_view *new)
{
	struct mei_prov_view was = *view;
	u32 parts = MEI_PROV_STATE_PROVISIONING | MEI_PROV_STATE_CONTROL_MODE;

	if (new->valid & MEI_PROV_STATE_PROVISIONING)
		view->provisioning_state = new->provisioning_state;
	if (new->valid & MEI_PROV_STATE_CONTROL_MODE)
		view->control_mode = new->control_mode;
	view->valid |= new->valid & parts;
	return view->valid != was.valid ||
	       view->provisioning_state != was.provisioning_state ||
	       view->control_mode != was.control_mode;
}

static bool mei_prov_merge_ztc(struct mei_prov_view *view,
			       const struct mei_prov_view *new)
{
	bool same = view->valid & MEI_PROV_VIEW_ZTC && view->ztc == new->ztc;

	if (same || !(new->valid & MEI_PROV_VIEW_ZTC))
		return false;
	view->ztc = new->ztc;
	view->valid |= MEI_PROV_VIEW_ZTC;
	return true;
}

/* Both strings are padded with zeros. */
static bool mei_prov_merge_suffix(struct mei_prov_view *view,
				  const struct mei_prov_view *new)
{
	bool same = view->valid & MEI_PROV_VIEW_SUFFIX &&
		    !memcmp(view->suffix, new->suffix, sizeof(view->suffix));

	if (same || !(new->valid & MEI_PROV_VIEW_SUFFIX))
		return false;
	view->suffix_len = new->suffix_len;
	memcpy(view->suffix, new->suffix, sizeof(view->suffix));
	view->valid |= MEI_PROV_VIEW_SUFFIX;
	return true;
}

static void mei_prov_snapshot_stamp(struct mei_prov_snapshot *s, u32 valid)
{
	ktime_t now = ktime_get_boottime();

	if (valid & (MEI_PROV_STATE_PROVISIONING | MEI_PROV_STATE_CONTROL_MODE))
		s->state_seen = now;
	if (valid & MEI_PROV_VIEW_ZTC)
		s->ztc_seen = now;
	if (valid & MEI_PROV_VIEW_SUFFIX)
		s->suffix_seen = now;
}

/* Returns bits of the events that tell of what is new. */
static unsigned long mei_prov_snapshot_merge(struct mei_prov_snapshot *s,
					     const struct mei_prov_view *view)
{
	unsigned long events = 0;

	if (mei_prov_merge_state(&s->view, view))
		events |= BIT(MEI_PROV_EVENT_STATE);
	if (mei_prov_merge_ztc(&s->view, view))
		events |= BIT(MEI_PROV_EVENT_ZTC);
	if (events)
		s->view.generation++;
	if (mei_prov_merge_suffix(&s->view, view)) {
		events |= BIT(MEI_PROV_EVENT_SUFFIX);
		s->view.suffix_generation++;
	}
	return events;
}

/**
 * mei_prov_snapshot_update() - note what the firmware just said
 * @mdev: the device
 * @view: the answer; gets the generations it belongs to
 */
void mei_prov_snapshot_update(struct mei_prov_device *mdev, struct mei_prov_view *view)
{
	struct mei_prov_snapshot *s = &mdev->snapshot;
	unsigned long events;
	unsigned int type;

	spin_lock(&s->lock);
	events = mei_prov_snapshot_merge(s, view);
	mei_prov_snapshot_stamp(s, view->valid);
	view->generation = s->view.generation;
	view->suffix_generation = s->view.suffix_generation;
	for_each_set_bit(type, &events, BITS_PER_LONG)
		mei_prov_record(mdev, type);
	spin_unlock(&s->lock);
	if (events)
		mei_prov_notify(mdev, events);
}

static u32 mei_prov_age(ktime_t now, ktime_t seen)
{
	return clamp_t(s64, ktime_ms_delta(now, seen), 0, U32_MAX);
}

/**
 * mei_prov_snapshot_read() - what was seen last
 * @mdev: the device
 * @view: filled, with the ages
 */
void mei_prov_snapshot_read(struct mei_prov_device *mdev, struct mei_prov_view *view)
{
	struct mei_prov_snapshot *s = &mdev->snapshot;
	ktime_t now = ktime_get_boottime();

	spin_lock(&s->lock);
	*view = s->view;
	view->age_ms = mei_prov_age(now, s->state_seen);
	view->ztc_age_ms = mei_prov_age(now, s->ztc_seen);
	view->suffix_age_ms = mei_prov_age(now, s->suffix_seen);
	spin_unlock(&s->lock);
}

/**
 * mei_prov_snapshot_init() - prepare the snapshot, in which nothing has been seen
 * @mdev: the device, being made
 */
void mei_prov_snapshot_init(struct mei_prov_device *mdev)
{
	spin_lock_init(&mdev->snapshot.lock);
	INIT_LIST_HEAD(&mdev->snapshot.files);
}

/* The last reference to the device is gone. */
void mei_prov_snapshot_destroy(struct mei_prov_device *mdev)
{
	mei_prov_hash_snapshot_put(mdev->snapshot.hashes);
}
