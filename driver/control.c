// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands that change the ME, and what char device and netlink share of them.
 * Each checks what it was given before it asks for anything, says in the log who
 * wanted it, never with what, and makes those who watch look again.
 */
#include <linux/cred.h>
#include <linux/errno.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/uidgid.h>

#include "change.h"
#include "mei_prov.h"

/* -------------------------------------------------- what both fronts share */

static void mei_prov_change_plain(struct mei_prov_change *change, u32 command,
				  const char *what)
{
	*change = (struct mei_prov_change){ .command = command, .what = what };
}

static void mei_prov_change_number(struct mei_prov_change *change, u32 command,
				   u32 value, const char *what)
{
	*change = (struct mei_prov_change){
		.command = command,
		.form = MEI_PROV_CHANGE_NUMBER,
		.value = value,
		.what = what,
	};
}

static void mei_prov_change_string(struct mei_prov_change *change, u32 command,
				   const void *string, size_t len, const char *what)
{
	*change = (struct mei_prov_change){
		.command = command,
		.form = MEI_PROV_CHANGE_STRING,
		.string = string,
		.len = len,
		.what = what,
	};
}

/* Return: 0, or -EINVAL: the older command knows nothing of IPv6. */
int mei_prov_change_start(struct mei_prov_change *change, bool ipv6, bool legacy)
{
	static const char what[] = "start of remote configuration";

	if (legacy && ipv6)
		return -EINVAL;
	if (legacy)
		mei_prov_change_plain(change, AMTHI_START_CONFIGURATION, what);
	else
		mei_prov_change_number(change, AMTHI_START_CONFIGURATION_EX, ipv6, what);
	return 0;
}

void mei_prov_change_stop(struct mei_prov_change *change)
{
	mei_prov_change_plain(change, AMTHI_STOP_CONFIGURATION,
			      "stop of remote configuration");
}

void mei_prov_change_ztc_disable(struct mei_prov_change *change)
{
	mei_prov_change_number(change, AMTHI_SET_ZERO_TOUCH_ENABLED, 0,
			       "switching zero touch configuration off");
}

/**
 * mei_prov_change_suffix() - set the trusted suffix
 * @change: to be filled
 * @suffix: it, without a NUL; stays the caller's until the change has run
 * @len: its bytes
 * Return: 0 or -EINVAL.
 */
int mei_prov_change_suffix(struct mei_prov_change *change, const char *suffix, size_t len)
{
	BUILD_BUG_ON(MEI_PROV_SUFFIX_MAX != AMTHI_SUFFIX_MAX);

	if (len > MEI_PROV_SUFFIX_MAX || memchr(suffix, 0, len))
		return -EINVAL;
	mei_prov_change_string(change, AMTHI_SET_PKI_FQDN_SUFFIX, suffix, len,
			       "setting the trusted suffix");
	return 0;
}

/* Return: 0 or -EINVAL. */
int mei_prov_change_unprovision(struct mei_prov_change *change, u32 mode)
{
	if (mode > AMTHI_UNPROVISION_MAX)
		return -EINVAL;
	mei_prov_change_number(change, AMTHI_UNPROVISION, mode, "unprovisioning");
	return 0;
}

void mei_prov_change_ehbc_disable(struct mei_prov_change *change)
{
	mei_prov_change_number(change, AMTHI_SET_EHBC_STATE, 0,
			       "switching embedded host-based configuration off");
}

void mei_prov_change_disable_clear(struct mei_prov_change *change)
{
	mei_prov_change_plain(change, AMTHI_DISABLE_AND_CLEAR,
			      "disabling and clearing AMT");
}

/**
 * mei_prov_change_notice() - say in the log who wants a change
 * @mdev: the device
 * @what: the change, never with what
 *
 * Called in the context of the one who asks.
 */
void mei_prov_change_notice(struct mei_prov_device *mdev, const char *what)
{
	dev_notice_ratelimited(&mdev->dev, "%s asked for by uid %u, pid %d\n", what,
			       from_kuid(&init_user_ns, current_uid()),
			       task_pid_nr(current));
}

static int mei_prov_change_ask(struct mei_prov_call *call,
			       const struct mei_prov_change *change)
{
	switch (change->form) {
	case MEI_PROV_CHANGE_NUMBER:
		return mei_prov_call_u32(call, change->command, change->value);
	case MEI_PROV_CHANGE_STRING:
		return mei_prov_call_string(call, change->command, change->string,
					    change->len);
	default:
		return mei_prov_call(call, change->command);
	}
}

/**
 * mei_prov_change_run() - have the firmware make a change
 * @call: the command
 * @change: what is wanted
 *
 * Those who watch look again, whatever came of it.
 *
 * Return: 0 with the AMT status in call->fw_status, or a negative errno.
 */
int mei_prov_change_run(struct mei_prov_call *call, const struct mei_prov_change *change)
{
	int ret = mei_prov_change_ask(call, change);

	mei_prov_poll_after(call, ret);
	return ret;
}

/* ------------------------------------------------------- the char device's */

/* The beginning of those that give more than a status; @what is for the log. */
static int mei_prov_change_begin(struct mei_prov_call *call, struct mei_prov_device *mdev,
				 const struct mei_prov_head *head, const char *what)
{
	int ret;

	ret = mei_prov_ioctl_begin(call, mdev, head);
	if (!ret)
		mei_prov_change_notice(mdev, what);
	return ret;
}

/* The whole of the others. */
static int mei_prov_change_make(struct mei_prov_device *mdev, struct mei_prov_head *head,
				const struct mei_prov_change *change)
{
	struct mei_prov_call call;
	int ret;

	ret = mei_prov_change_begin(&call, mdev, head, change->what);
	if (ret)
		return ret;
	ret = mei_prov_change_run(&call, change);
	head->fw_status = call.fw_status;
	mei_prov_call_end(&call);
	return ret;
}

int mei_prov_do_otp_set(struct mei_prov_device *mdev, void *arg)
{
	struct mei_prov_otp_set *otp = arg;
	struct mei_prov_change change;

	if (otp->__reserved || otp->otp_len < MEI_PROV_OTP_MIN ||
	    otp->otp_len > MEI_PROV_OTP_MAX)
		return -EINVAL;
	mei_prov_change_string(&change, AMTHI_SET_PROVISIONING_OTP, otp->otp,
			       otp->otp_len, "setting the one-time password");
	return mei_prov_change_make(mdev, &otp->head, &change);
}

int mei_prov_do_start(struct mei_prov_device *mdev, void *arg)
{
	struct mei_prov_start *start = arg;
	struct mei_prov_change change;
	int ret;

	ret = mei_prov_change_start(&change, start->head.flags & MEI_PROV_START_IPV6,
				    start->head.flags & MEI_PROV_START_LEGACY);
	return ret ?: mei_prov_change_make(mdev, &start->head, &change);
}

int mei_prov_do_stop(struct mei_prov_device *mdev, void *arg)
{
	struct mei_prov_change change;

	mei_prov_change_stop(&change);
	return mei_prov_change_make(mdev, arg, &change);
}

int mei_prov_do_ztc_set(struct mei_prov_device *mdev, void *arg)
{
	struct mei_prov_ztc_set *ztc = arg;
	struct mei_prov_change change;

	if (ztc->__reserved || ztc->enabled > 1)
		return -EINVAL;
	if (ztc->enabled)
		return -EOPNOTSUPP;
	mei_prov_change_ztc_disable(&change);
	return mei_prov_change_make(mdev, &ztc->head, &change);
}

int mei_prov_do_suffix_set(struct mei_prov_device *mdev, void *arg)
{
	struct mei_prov_suffix *suffix = arg;
	struct mei_prov_change change;
	int ret;

	if (suffix->__reserved)
		return -EINVAL;
	ret = mei_prov_change_suffix(&change, suffix->suffix, suffix->len);
	return ret ?: mei_prov_change_make(mdev, &suffix->head, &change);
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
	ret = mei_prov_change_begin(&call, mdev, &start->head,
				    "start of configuration over the local channel");
	if (ret)
		return ret;
	start->cert_algorithm = 0;
	memset(start->cert_digest, 0, sizeof(start->cert_digest));
	ret = mei_prov_host_based_ask(&call, start);
	start->head.fw_status = call.fw_status;
	mei_prov_poll_after(&call, ret);
	mei_prov_call_end(&call);
	return ret;
}

int mei_prov_do_unprovision(struct mei_prov_device *mdev, void *arg)
{
	struct mei_prov_unprovision *unprovision = arg;
	struct mei_prov_change change;
	int ret;

	if (unprovision->__reserved)
		return -EINVAL;
	ret = mei_prov_change_unprovision(&change, unprovision->mode);
	return ret ?: mei_prov_change_make(mdev, &unprovision->head, &change);
}

int mei_prov_do_ehbc_disable(struct mei_prov_device *mdev, void *arg)
{
	struct mei_prov_change change;

	mei_prov_change_ehbc_disable(&change);
	return mei_prov_change_make(mdev, arg, &change);
}

int mei_prov_do_disable_clear(struct mei_prov_device *mdev, void *arg)
{
	struct mei_prov_change change;

	mei_prov_change_disable_clear(&change);
	return mei_prov_change_make(mdev, arg, &change);
}
