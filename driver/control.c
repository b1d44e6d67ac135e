// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands that change the ME. Each checks its own fields before it asks for
 * anything, says in the log who wanted it, never with what, and makes those who
 * watch look again.
 */
#include <linux/cred.h>
#include <linux/errno.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/uidgid.h>

#include "mei_prov.h"

static void mei_prov_notice(struct mei_prov_device *mdev, const char *what)
{
	dev_notice_ratelimited(&mdev->dev, "%s asked for by uid %u, pid %d\n", what,
			       from_kuid(&init_user_ns, current_uid()),
			       task_pid_nr(current));
}

/* The beginning of each of them; @what is for the log. */
static int mei_prov_change(struct mei_prov_call *call, struct mei_prov_device *mdev,
			   const struct mei_prov_head *head, const char *what)
{
	int ret;

	ret = mei_prov_ioctl_begin(call, mdev, head);
	if (!ret)
		mei_prov_notice(mdev, what);
	return ret;
}

/* The end of each of them. */
static int mei_prov_changed(struct mei_prov_call *call, struct mei_prov_head *head,
			    int ret)
{
	head->fw_status = call->fw_status;
	mei_prov_poll_kick(call->mdev);
	mei_prov_call_end(call);
	return ret;
}

/* The whole of those that have nothing but a head. */
static int mei_prov_change_plain(struct mei_prov_device *mdev, struct mei_prov_head *head,
				 u32 command, const char *what)
{
	struct mei_prov_call call;
	int ret;

	ret = mei_prov_change(&call, mdev, head, what);
	if (ret)
		return ret;
	ret = mei_prov_call(&call, command);
	return mei_prov_changed(&call, head, ret);
}

/* The same with one number for the firmware. */
static int mei_prov_change_u32(struct mei_prov_device *mdev, struct mei_prov_head *head,
			       u32 command, u32 value, const char *what)
{
	struct mei_prov_call call;
	int ret;

	ret = mei_prov_change(&call, mdev, head, what);
	if (ret)
		return ret;
	ret = mei_prov_call_u32(&call, command, value);
	return mei_prov_changed(&call, head, ret);
}

int mei_prov_do_otp_set(struct mei_prov_device *mdev, void *arg)
{
	struct mei_prov_otp_set *otp = arg;
	struct mei_prov_call call;
	int ret;

	if (otp->__reserved || otp->otp_len < MEI_PROV_OTP_MIN ||
	    otp->otp_len > MEI_PROV_OTP_MAX)
		return -EINVAL;
	ret = mei_prov_change(&call, mdev, &otp->head, "setting the one-time password");
	if (ret)
		return ret;
	ret = mei_prov_call_string(&call, AMTHI_SET_PROVISIONING_OTP,
				   otp->otp, otp->otp_len);
	return mei_prov_changed(&call, &otp->head, ret);
}

int mei_prov_do_start(struct mei_prov_device *mdev, void *arg)
{
	static const char what[] = "start of remote configuration";
	struct mei_prov_start *start = arg;
	bool legacy = start->head.flags & MEI_PROV_START_LEGACY;
	bool ipv6 = start->head.flags & MEI_PROV_START_IPV6;

	if (legacy && ipv6)
		return -EINVAL;
	if (legacy)
		return mei_prov_change_plain(mdev, &start->head,
					     AMTHI_START_CONFIGURATION, what);
	return mei_prov_change_u32(mdev, &start->head, AMTHI_START_CONFIGURATION_EX,
				   ipv6, what);
}

int mei_prov_do_stop(struct mei_prov_device *mdev, void *arg)
{
	return mei_prov_change_plain(mdev, arg, AMTHI_STOP_CONFIGURATION,
				     "stop of remote configuration");
}

int mei_prov_do_ztc_set(struct mei_prov_device *mdev, void *arg)
{
	struct mei_prov_ztc_set *ztc = arg;

	if (ztc->__reserved || ztc->enabled > 1)
		return -EINVAL;
	if (ztc->enabled)
		return -EOPNOTSUPP;
	return mei_prov_change_u32(mdev, &ztc->head, AMTHI_SET_ZERO_TOUCH_ENABLED, 0,
				   "switching zero touch configuration off");
}

int mei_prov_do_suffix_set(struct mei_prov_device *mdev, void *arg)
{
	struct mei_prov_suffix *suffix = arg;
	struct mei_prov_call call;
	int ret;

	BUILD_BUG_ON(MEI_PROV_SUFFIX_MAX != AMTHI_SUFFIX_MAX);

	if (suffix->__reserved || suffix->len > MEI_PROV_SUFFIX_MAX ||
	    memchr(suffix->suffix, 0, suffix->len))
		return -EINVAL;
	ret = mei_prov_change(&call, mdev, &suffix->head, "setting the trusted suffix");
	if (ret)
		return ret;
	ret = mei_prov_call_string(&call, AMTHI_SET_PKI_FQDN_SUFFIX,
				   suffix->suffix, suffix->len);
	return mei_prov_changed(&call, &suffix->head, ret);
}

/* Can be done as often as one likes: no word in the log. */
int mei_prov_do_rng_seed(struct mei_prov_device *mdev, void *arg)
{
	struct mei_prov_head *head = arg;
	struct mei_prov_call call;
	int ret;

	ret = mei_prov_ioctl_begin(&call, mdev, head);
	if (ret)
		return ret;
	ret = mei_prov_call(&call, AMTHI_GENERATE_RNG_SEED);
	head->fw_status = call.fw_status;
	mei_prov_call_end(&call);
	return ret;
}

static bool mei_prov_host_based_fits(const struct mei_prov_start_host_based *start)
{
	return (start->algorithm == AMTHI_HASH_SHA256 ||
		start->algorithm == AMTHI_HASH_SHA384) &&
	       start->host_vpn <= 1 &&
	       start->suffixes_len <= MEI_PROV_HOST_BASED_SUFFIXES;
}

static int mei_prov_host_based_ask(struct mei_prov_call *call,
				   struct mei_prov_start_host_based *start)
{
	const struct amthi_host_based request = {
		.algorithm = start->algorithm,
		.digest = start->digest,
		.host_vpn = start->host_vpn,
		.suffixes_len = start->suffixes_len,
		.suffixes = start->suffixes,
	};
	struct amthi_host_certificate in;
	int ret;

	BUILD_BUG_ON(MEI_PROV_HOST_BASED_SUFFIXES != AMTHI_HOST_SUFFIXES_MAX);
	BUILD_BUG_ON(sizeof(start->cert_digest) != sizeof(in.digest));

	ret = mei_prov_call_host_based(call, &request);
	if (ret || call->fw_status)
		return ret;
	ret = amthi_decode_host_certificate(call->t->reply, call->t->received, &in);
	if (ret)
		return ret;
	start->cert_algorithm = in.algorithm;
	memcpy(start->cert_digest, in.digest, sizeof(start->cert_digest));
	return 0;
}

int mei_prov_do_start_host_based(struct mei_prov_device *mdev, void *arg)
{
	struct mei_prov_start_host_based *start = arg;
	struct mei_prov_call call;
	int ret;

	if (!mei_prov_host_based_fits(start))
		return -EINVAL;
	ret = mei_prov_change(&call, mdev, &start->head,
			      "start of configuration over the local channel");
	if (ret)
		return ret;
	start->cert_algorithm = 0;
	memset(start->cert_digest, 0, sizeof(start->cert_digest));
	ret = mei_prov_host_based_ask(&call, start);
	return mei_prov_changed(&call, &start->head, ret);
}

int mei_prov_do_unprovision(struct mei_prov_device *mdev, void *arg)
{
	struct mei_prov_unprovision *unprovision = arg;

	if (unprovision->__reserved || unprovision->mode > AMTHI_UNPROVISION_MAX)
		return -EINVAL;
	return mei_prov_change_u32(mdev, &unprovision->head, AMTHI_UNPROVISION,
				   unprovision->mode, "unprovisioning");
}

int mei_prov_do_ehbc_disable(struct mei_prov_device *mdev, void *arg)
{
	return mei_prov_change_u32(mdev, arg, AMTHI_SET_EHBC_STATE, 0,
				   "switching embedded host-based configuration off");
}

int mei_prov_do_disable_clear(struct mei_prov_device *mdev, void *arg)
{
	return mei_prov_change_plain(mdev, arg, AMTHI_DISABLE_AND_CLEAR,
				     "disabling and clearing AMT");
}
