// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the driver keeps of the firmware's state: the questions, and taking the
 * answers over into the snapshot, for whoever asked.
 */
#include <linux/errno.h>
#include <linux/string.h>

#include "mei_prov.h"

static int mei_prov_state_part(struct mei_prov_call *call, u32 command,
			       u32 bit, u32 *value, u32 *valid)
{
	int ret;

	ret = mei_prov_call(call, command);
	if (ret || call->t->fw_status)
		return ret;
	ret = amthi_decode_u32(call->t->reply, call->t->received, value);
	if (!ret)
		*valid |= bit;
	return ret;
}

/**
 * mei_prov_state_ask() - ask for provisioning state and control mode
 * @call: the command
 * @view: what the firmware said, and the generation it belongs to
 *
 * Refusals are in call->fw_status; @view.valid tells which part is good. The
 * snapshot is updated and those who watch are told of a change.
 *
 * Return: 0 or a negative errno.
 */
int mei_prov_state_ask(struct mei_prov_call *call, struct mei_prov_view *view)
{
	int ret;

	*view = (struct mei_prov_view){};
	ret = mei_prov_state_part(call, AMTHI_GET_PROVISIONING_STATE,
				  MEI_PROV_STATE_PROVISIONING,
				  &view->provisioning_state, &view->valid);
	if (ret)
		return ret;
	ret = mei_prov_state_part(call, AMTHI_GET_CONTROL_MODE,
				  MEI_PROV_STATE_CONTROL_MODE,
				  &view->control_mode, &view->valid);
	if (ret)
		return ret;
	mei_prov_snapshot_update(call->mdev, view);
	return 0;
}

/**
 * mei_prov_ztc_ask() - ask for the zero touch mode
 * @call: the command
 * @view: as for mei_prov_state_ask(); anything but 0 and 1 is -EBADMSG
 *
 * Return: 0 or a negative errno.
 */
int mei_prov_ztc_ask(struct mei_prov_call *call, struct mei_prov_view *view)
{
	int ret;

	*view = (struct mei_prov_view){};
	ret = mei_prov_state_part(call, AMTHI_GET_ZERO_TOUCH_ENABLED,
				  MEI_PROV_VIEW_ZTC, &view->ztc, &view->valid);
	if (!ret && view->ztc > 1)
		ret = -EBADMSG;
	if (!ret)
		mei_prov_snapshot_update(call->mdev, view);
	return ret;
}

/**
 * mei_prov_suffix_ask() - ask for the trusted suffix
 * @call: the command
 * @view: as for mei_prov_state_ask()
 *
 * Return: 0 or a negative errno.
 */
int mei_prov_suffix_ask(struct mei_prov_call *call, struct mei_prov_view *view)
{
	int ret;

	BUILD_BUG_ON(sizeof(view->suffix) <= AMTHI_SUFFIX_MAX);

	*view = (struct mei_prov_view){};
	ret = mei_prov_call(call, AMTHI_GET_PKI_FQDN_SUFFIX);
	if (ret || call->t->fw_status)
		return ret;
	ret = amthi_decode_string(call->t->reply, call->t->received, view->suffix,
				  AMTHI_SUFFIX_MAX + 1);
	if (ret)
		return ret;
	view->suffix_len = strlen(view->suffix);
	view->valid = MEI_PROV_VIEW_SUFFIX;
	mei_prov_snapshot_update(call->mdev, view);
	return 0;
}

static int mei_prov_hashes_ask(struct mei_prov_call *call, struct mei_prov_view *view)
{
	struct mei_prov_hash_snapshot *table;
	int ret;

	ret = mei_prov_hash_table_read(call, &table);
	mei_prov_hash_snapshot_put(table);
	return ret;
}

static const struct {
	u32 what;
	int (*ask)(struct mei_prov_call *call, struct mei_prov_view *view);
} mei_prov_refreshes[] = {
	{ MEI_PROV_REFRESH_STATE, mei_prov_state_ask },
	{ MEI_PROV_REFRESH_ZTC, mei_prov_ztc_ask },
	{ MEI_PROV_REFRESH_SUFFIX, mei_prov_suffix_ask },
	{ MEI_PROV_REFRESH_HASHES, mei_prov_hashes_ask },
};

/**
 * mei_prov_refresh() - ask the firmware and update the snapshot
 * @call: the command; a background one does not wait for the connection
 * @what: MEI_PROV_REFRESH_* bits
 *
 * What one question is refused does not keep the others from being asked; the
 * first refusal is in call->fw_status.
 *
 * Return: 0 or a negative errno.
 */
int mei_prov_refresh(struct mei_prov_call *call, u32 what)
{
	struct mei_prov_view view;
	u32 refused = 0;
	size_t i;
	int ret = 0;

	for (i = 0; i < ARRAY_SIZE(mei_prov_refreshes) && !ret; i++) {
		if (!(what & mei_prov_refreshes[i].what))
			continue;
		call->fw_status = 0;
		ret = mei_prov_refreshes[i].ask(call, &view);
		refused = refused ?: call->fw_status;
	}
	call->fw_status = refused;
	return ret;
}
