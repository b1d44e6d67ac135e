// SPDX-License-Identifier: LGPL-2.1-or-later
/* The commands that change the ME. */
#include <errno.h>
#include <string.h>

#include "device.h"
#include "uapi/amthi/amthi.h"

static const struct error_hint otp_hints[] = {
	{ AMTHI_STATUS_INVALID_AMT_MODE,
	  "in state IN stop configuration first; in POST the ME is configured and takes none" },
	{ AMTHI_STATUS_INVALID_PARAMETER, "the firmware takes 8 to 32 characters" },
	{ 0 }
};

static const struct error_hint start_hints[] = {
	{ AMTHI_STATUS_INVALID_AMT_MODE,
	  "in state IN it runs already, or stop it first; in POST the ME is configured" },
	{ AMTHI_STATUS_NOT_READY,
	  "the ME needs a wired link, a DHCP lease and a domain name (DHCP option 15)" },
	{ 0 }
};

static const struct error_hint stop_hints[] = {
	{ AMTHI_STATUS_INVALID_AMT_MODE,
	  "there is nothing to stop: the state is not IN, or the window has run out" },
	{ 0 }
};

static const struct command set_otp = {
	.request = MEI_PROV_IOC_OTP_SET,
	.size = sizeof(struct mei_prov_otp_set),
	.doing = "writing the one-time password",
	.hints = otp_hints,
};

static const struct command start = {
	.request = MEI_PROV_IOC_START,
	.size = sizeof(struct mei_prov_start),
	.doing = "starting configuration",
	.hints = start_hints,
};

static const struct command stop = {
	.request = MEI_PROV_IOC_STOP,
	.size = sizeof(struct mei_prov_stop),
	.doing = "stopping configuration",
	.hints = stop_hints,
};

int meiprov_otp_set(struct meiprov_device *dev, const void *otp, size_t len,
		    struct meiprov_error *err)
{
	struct mei_prov_otp_set arg = { .otp_len = (uint32_t)len };
	int ret;

	if (len < MEIPROV_OTP_MIN || len > MEIPROV_OTP_MAX)
		return error_set(err, -EINVAL, set_otp.doing, "it must be 8 to 32 characters long",
				 "give another one");
	memcpy(arg.otp, otp, len);
	ret = device_run(dev, &set_otp, &arg.head, err);
	explicit_bzero(&arg, sizeof(arg));
	return ret;
}

int meiprov_start(struct meiprov_device *dev, bool ipv6, struct meiprov_error *err)
{
	struct mei_prov_start arg = { .head.flags = ipv6 ? MEI_PROV_START_IPV6 : 0 };

	return device_run(dev, &start, &arg.head, err);
}

int meiprov_start_legacy(struct meiprov_device *dev, struct meiprov_error *err)
{
	struct mei_prov_start arg = { .head.flags = MEI_PROV_START_LEGACY };

	return device_run(dev, &start, &arg.head, err);
}

bool meiprov_start_retryable(const struct meiprov_error *err)
{
	return err->code == -EREMOTEIO &&
	       (err->fw_status == AMTHI_STATUS_CERTIFICATE_NOT_READY ||
		err->fw_status == AMTHI_STATUS_RNG_NOT_READY ||
		err->fw_status == AMTHI_STATUS_RNG_GENERATION_IN_PROGRESS);
}

int meiprov_stop(struct meiprov_device *dev, struct meiprov_error *err)
{
	struct mei_prov_stop arg = { 0 };

	return device_run(dev, &stop, &arg.head, err);
}
