// SPDX-License-Identifier: LGPL-2.1-or-later
/* Commands that change the ME, with the limits the module gives them. */
#include <errno.h>
#include <string.h>

#include "message.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static int run_plain(struct message_call *call, const struct message_row *row, void *arg)
{
	return message_ask(call, row->command);
}

/* The value 0: all that the host may set. */
static int run_off(struct message_call *call, const struct message_row *row, void *arg)
{
	return message_ask_u32(call, row->command, 0);
}

static int run_ztc_set(struct message_call *call, const struct message_row *row, void *arg)
{
	const struct mei_prov_ztc_set *ztc = arg;

	return ztc->enabled ? -EOPNOTSUPP : message_ask_u32(call, row->command, 0);
}

static int run_otp(struct message_call *call, const struct message_row *row, void *arg)
{
	const struct mei_prov_otp_set *otp = arg;

	if (otp->otp_len < MEI_PROV_OTP_MIN || otp->otp_len > MEI_PROV_OTP_MAX)
		return -EINVAL;
	return message_ask_string(call, row->command, otp->otp, otp->otp_len);
}

static int run_suffix(struct message_call *call, const struct message_row *row, void *arg)
{
	const struct mei_prov_suffix *suffix = arg;

	if (suffix->len > MEI_PROV_SUFFIX_MAX)
		return -EINVAL; /* the codec refuses a NUL */
	return message_ask_string(call, row->command, suffix->suffix, suffix->len);
}

static int run_start(struct message_call *call, const struct message_row *row, void *arg)
{
	const struct mei_prov_start *start = arg;
	bool ipv6 = start->head.flags & MEI_PROV_START_IPV6;

	if (!(start->head.flags & MEI_PROV_START_LEGACY))
		return message_ask_u32(call, AMTHI_START_CONFIGURATION_EX, ipv6);
	return ipv6 ? -EINVAL : message_ask(call, AMTHI_START_CONFIGURATION);
}

static int run_unprovision(struct message_call *call, const struct message_row *row, void *arg)
{
	const struct mei_prov_unprovision *unprovision = arg;

	return message_ask_u32(call, row->command, unprovision->mode);
}

static int run_host_based(struct message_call *call, const struct message_row *row, void *arg)
{
	struct mei_prov_start_host_based *start = arg;
	const struct amthi_host_based request = {
		.algorithm = start->algorithm,
		.digest = start->digest,
		.host_vpn = start->host_vpn,
		.suffixes_len = start->suffixes_len,
		.suffixes = start->suffixes,
	};
	struct amthi_host_certificate in;
	int ret = message_ask_host_based(call, &request);

	if (ret || call->status)
		return ret;
	ret = amthi_decode_host_certificate(call->reply, call->received, &in);
	if (ret)
		return ret;
	start->cert_algorithm = in.algorithm;
	memcpy(start->cert_digest, in.digest, sizeof(start->cert_digest));
	return 0;
}

#define ROW(request, type, command, run) \
	{ \
		MEI_PROV_IOC_##request, sizeof(struct mei_prov_##type), true, AMTHI_##command, run \
	}

static const struct message_row rows[] = {
	ROW(OTP_SET, otp_set, SET_PROVISIONING_OTP, run_otp),
	ROW(START, start, START_CONFIGURATION_EX, run_start),
	ROW(STOP, stop, STOP_CONFIGURATION, run_plain),
	ROW(ZTC_SET, ztc_set, SET_ZERO_TOUCH_ENABLED, run_ztc_set),
	ROW(SUFFIX_SET, suffix, SET_PKI_FQDN_SUFFIX, run_suffix),
	ROW(RNG_SEED, rng_seed, GENERATE_RNG_SEED, run_plain),
	ROW(START_HOST_BASED, start_host_based, START_HOST_BASED, run_host_based),
	ROW(UNPROVISION, unprovision, UNPROVISION, run_unprovision),
	ROW(EHBC_DISABLE, ehbc_disable, SET_EHBC_STATE, run_off),
	ROW(DISABLE_CLEAR, disable_clear, DISABLE_AND_CLEAR, run_plain),
};

const struct message_table message_changes = { rows, ARRAY_SIZE(rows) };
