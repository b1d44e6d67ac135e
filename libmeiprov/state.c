// SPDX-License-Identifier: LGPL-2.1-or-later
#include "device.h"

static const struct command get_state = {
	.request = MEI_PROV_IOC_STATE,
	/* What came later, the provisioning mode, costs one more question. */
	.size = offsetof(struct mei_prov_state, provisioning_mode),
	.doing = "reading the provisioning state",
};

int meiprov_state_get(struct meiprov_device *dev, struct meiprov_state *out,
		      struct meiprov_error *err)
{
	struct mei_prov_state arg = { 0 };
	int ret = device_command(dev, &get_state, &arg.head, err);

	if (!ret && !arg.valid)
		ret = device_refusal(&get_state, &arg.head, err);
	if (ret)
		return ret;
	*out = (struct meiprov_state){
		.has_provisioning = arg.valid & MEI_PROV_STATE_PROVISIONING,
		.has_control = arg.valid & MEI_PROV_STATE_CONTROL_MODE,
		.provisioning = arg.provisioning_state,
		.control = arg.control_mode,
		.generation = arg.generation,
	};
	return 0;
}

const char *meiprov_state_name(uint32_t provisioning)
{
	static const char *const names[] = {
		[MEIPROV_STATE_PRE] = "PRE",
		[MEIPROV_STATE_IN] = "IN",
		[MEIPROV_STATE_POST] = "POST",
	};

	return provisioning < sizeof(names) / sizeof(names[0]) ? names[provisioning] : "unknown";
}

const char *meiprov_control_name(uint32_t control)
{
	static const char *const names[] = {
		[MEIPROV_CONTROL_NONE] = "none",
		[MEIPROV_CONTROL_CLIENT] = "client",
		[MEIPROV_CONTROL_ADMIN] = "admin",
	};

	return control < sizeof(names) / sizeof(names[0]) ? names[control] : "unknown";
}
