// SPDX-License-Identifier: LGPL-2.1-or-later
/* The commands that take something away for good. */
#include "device.h"
#include "uapi/amthi/amthi.h"

static const struct error_hint unprovision_hints[] = {
	{ AMTHI_STATUS_INVALID_AMT_MODE,
	  "the firmware takes it under client control only; under admin control the server that "
	  "configured the ME does it, or a person in MEBx" },
	{ 0 }
};

static const struct error_hint ztc_hints[] = {
	{ AMTHI_STATUS_INVALID_AMT_MODE, "the firmware takes it in state PRE only" },
	{ AMTHI_STATUS_NOT_PERMITTED, "is a trusted suffix set? then only MEBx can do it" },
	{ 0 }
};

static const struct error_hint clear_hints[] = {
	{ AMTHI_STATUS_INVALID_AMT_MODE, "the firmware takes it in state PRE only" }, { 0 }
};

static const struct command disable_ztc = {
	.request = MEI_PROV_IOC_ZTC_SET,
	.size = sizeof(struct mei_prov_ztc_set),
	.doing = "switching zero touch configuration off",
	.hints = ztc_hints,
};

static const struct command unprovision = {
	.request = MEI_PROV_IOC_UNPROVISION,
	.size = sizeof(struct mei_prov_unprovision),
	.doing = "unprovisioning the ME",
	.hints = unprovision_hints,
};

static const struct command get_ehbc = {
	.request = MEI_PROV_IOC_EHBC_GET,
	.size = sizeof(struct mei_prov_ehbc),
	.doing = "reading whether embedded host-based configuration is on",
};

static const struct command disable_ehbc = {
	.request = MEI_PROV_IOC_EHBC_DISABLE,
	.size = sizeof(struct mei_prov_ehbc_disable),
	.doing = "switching embedded host-based configuration off",
};

static const struct command disable_clear = {
	.request = MEI_PROV_IOC_DISABLE_CLEAR,
	.size = sizeof(struct mei_prov_disable_clear),
	.doing = "disabling AMT and clearing what it knows",
	.hints = clear_hints,
};

int meiprov_ztc_disable(struct meiprov_device *dev, struct meiprov_error *err)
{
	struct mei_prov_ztc_set arg = { 0 };

	return device_run(dev, &disable_ztc, &arg.head, err);
}

int meiprov_unprovision(struct meiprov_device *dev, struct meiprov_error *err)
{
	struct mei_prov_unprovision arg = { 0 };

	return device_run(dev, &unprovision, &arg.head, err);
}

int meiprov_ehbc_get(struct meiprov_device *dev, bool *enabled, struct meiprov_error *err)
{
	struct mei_prov_ehbc arg = { 0 };
	int ret = device_run(dev, &get_ehbc, &arg.head, err);

	if (!ret)
		*enabled = arg.enabled;
	return ret;
}

int meiprov_ehbc_disable(struct meiprov_device *dev, struct meiprov_error *err)
{
	struct mei_prov_ehbc_disable arg = { 0 };

	return device_run(dev, &disable_ehbc, &arg.head, err);
}

int meiprov_disable_clear(struct meiprov_device *dev, struct meiprov_error *err)
{
	struct mei_prov_disable_clear arg = { 0 };

	return device_run(dev, &disable_clear, &arg.head, err);
}
