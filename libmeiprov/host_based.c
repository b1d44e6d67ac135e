// SPDX-License-Identifier: LGPL-2.1-or-later
/* AMTHI 0x8B: configuration over the host's own channel, with both certificates pinned. */
#include <errno.h>
#include <string.h>

#include "host_based.h"
#include "uapi/amthi/amthi.h"

static const struct error_hint hints[] = {
	{ AMTHI_STATUS_INVALID_AMT_MODE,
	  "in state IN it runs already, or stop it first; in POST the ME is configured" },
	{ AMTHI_STATUS_INVALID_COMMAND, "the firmware knows it from CSME 14 on: start without it" },
	{ AMTHI_STATUS_INVALID_PARAMETER, "the firmware takes SHA-256 and SHA-384" },
	{ 0 }
};

static const struct command start_host_based = {
	.request = MEI_PROV_IOC_START_HOST_BASED,
	.size = sizeof(struct mei_prov_start_host_based),
	.doing = "starting host-based configuration",
	.hints = hints,
};

/* Names with a NUL between them, as the wire has it. */
static bool put_suffixes(const char *const *names, struct mei_prov_start_host_based *arg)
{
	size_t used = 0;

	for (; names && *names; names++) {
		size_t len = strlen(*names);

		if (!len || len + (used != 0) > sizeof(arg->suffixes) - used)
			return false;
		used += used != 0;
		memcpy(arg->suffixes + used, *names, len);
		used += len;
	}
	arg->suffixes_len = (uint32_t)used;
	return true;
}

int host_based_argument(const struct meiprov_host_based *pin, struct mei_prov_start_host_based *arg,
			struct meiprov_error *err)
{
	*arg = (struct mei_prov_start_host_based){
		.algorithm = pin->algorithm,
		.host_vpn = pin->host_vpn,
	};
	if (pin->algorithm != MEIPROV_HASH_SHA256 && pin->algorithm != MEIPROV_HASH_SHA384)
		return error_set(err, -EINVAL, start_host_based.doing,
				 "the firmware takes no digest of this algorithm",
				 "give the SHA-256 or SHA-384 of the leaf certificate");
	memcpy(arg->digest, pin->digest, amthi_digest_len(pin->algorithm));
	if (!put_suffixes(pin->suffixes, arg))
		return error_set(err, -EINVAL, start_host_based.doing,
				 "a domain is empty, or they are longer than 320 bytes in all",
				 "give fewer of them");
	return 0;
}

static void take_certificate(struct meiprov_host_certificate *out,
			     const struct mei_prov_start_host_based *arg)
{
	out->algorithm = arg->cert_algorithm;
	out->digest_len = amthi_digest_len(arg->cert_algorithm);
	memcpy(out->digest, arg->cert_digest, sizeof(out->digest));
}

int host_based_start(struct meiprov_device *dev, const struct mei_prov_start_host_based *arg,
		     struct meiprov_host_certificate *out, struct meiprov_error *err)
{
	struct mei_prov_start_host_based mine = *arg;
	int ret = device_run(dev, &start_host_based, &mine.head, err);

	if (!ret && out)
		take_certificate(out, &mine);
	return ret;
}

int meiprov_start_host_based(struct meiprov_device *dev, const struct meiprov_host_based *pin,
			     struct meiprov_host_certificate *out, struct meiprov_error *err)
{
	struct mei_prov_start_host_based arg;
	int ret = host_based_argument(pin, &arg, err);

	return ret ? ret : host_based_start(dev, &arg, out, err);
}
