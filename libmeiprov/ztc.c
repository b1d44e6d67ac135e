// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <limits.h>

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

/* The firmware's status in place of -EREMOTEIO. */
static int pt_status(int ret, const struct meiprov_error *got, struct meiprov_error *err)
{
	if (ret && err)
		*err = *got;
	return ret == -EREMOTEIO && got->fw_status <= INT_MAX ? (int)got->fw_status : ret;
}

int meiprov_get_ztc_mode(struct meiprov_device *dev, enum meiprov_ztc_mode *mode,
			 struct meiprov_error *err)
{
	struct meiprov_error got = { 0 };
	bool enabled;
	int ret = meiprov_ztc_get(dev, &enabled, &got);

	if (!ret)
		*mode = enabled ? MEIPROV_ZTC_ENABLED : MEIPROV_ZTC_DISABLED;
	return pt_status(ret, &got, err);
}

int meiprov_set_ztc_mode(struct meiprov_device *dev, enum meiprov_ztc_mode mode,
			 struct meiprov_error *err)
{
	struct meiprov_error got = { 0 };

	if (mode == MEIPROV_ZTC_ENABLED)
		return error_set(err, -EOPNOTSUPP, "switching zero touch configuration on",
				 "not offered to the host by any firmware",
				 "a person does it in MEBx, an administrator over the network: "
				 "ZeroTouchConfigurationEnabled of "
				 "AMT_SetupAndConfigurationService");
	if (mode != MEIPROV_ZTC_DISABLED)
		return error_set(err, -EINVAL, "setting the zero touch configuration mode",
				 "there is no such mode", "0 is disabled, 1 is enabled");
	return pt_status(meiprov_ztc_disable(dev, &got), &got, err);
}
