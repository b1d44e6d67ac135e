// SPDX-License-Identifier: GPL-2.0-only
/* What the driver saw last, for those who may not wait for the firmware. */
#include <linux/ktime.h>
#include <linux/limits.h>

#include "mei_prov.h"

/* Take over the parts that are valid in @new. Returns whether anything changed. */
static bool mei_prov_view_merge(struct mei_prov_view *old,
				const struct mei_prov_view *new)
{
	struct mei_prov_view was = *old;

	if (new->valid & MEI_PROV_STATE_PROVISIONING)
		old->provisioning_state = new->provisioning_state;
	if (new->valid & MEI_PROV_STATE_CONTROL_MODE)
		old->control_mode = new->control_mode;
	old->valid |= new->valid;
	return old->valid != was.valid ||
	       old->provisioning_state != was.provisioning_state ||
	       old->control_mode != was.control_mode;
}

/**
 * mei_prov_snapshot_update() - note what the firmware just said
 * @mdev: the device
 * @view: the answer; gets the generation it belongs to
 */
void mei_prov_snapshot_update(struct mei_prov_device *mdev, struct mei_prov_view *view)
{
	struct mei_prov_snapshot *s = &mdev->snapshot;
	bool changed;

	spin_lock(&s->lock);
	changed = mei_prov_view_merge(&s->view, view);
	if (changed)
		s->view.generation++;
	if (view->valid)
		s->seen = ktime_get_boottime();
	view->generation = s->view.generation;
	spin_unlock(&s->lock);
	if (changed)
		mei_prov_event(mdev, MEI_PROV_EVENT_STATE);
}

/**
 * mei_prov_snapshot_read() - what was seen last
 * @mdev: the device
 * @view: filled, with the age
 */
void mei_prov_snapshot_read(struct mei_prov_device *mdev, struct mei_prov_view *view)
{
	struct mei_prov_snapshot *s = &mdev->snapshot;
	s64 age;

	spin_lock(&s->lock);
	*view = s->view;
	age = ktime_ms_delta(ktime_get_boottime(), s->seen);
	spin_unlock(&s->lock);
	view->age_ms = clamp_t(s64, age, 0, U32_MAX);
}
