// SPDX-License-Identifier: LGPL-2.1-or-later
#include "device.h"

static const struct command get_ztc = {
	.request = MEI_PROV_IOC_ZTC_GET,
	.size = sizeof(struct mei_prov_ztc),
	.doing = "reading the zero touch configuration mode",
};

int meiprov_ztc_get(struct meiprov_device *dev, bool *enabled, struct meiprov_error *err)
{
	struct mei_prov_ztc arg = { 0 };
	int ret = device_run(dev, &get_ztc, &arg.head, err);

	if (!ret)
		*enabled = arg.enabled;
	return ret;
}
