// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink requests that ask the firmware: refresh and the changes. A handler
 * checks what it was given, leaves a request in the queue of the device and
 * answers with its number.
 *
 * Changes need CAP_SYS_ADMIN beside the CAP_NET_ADMIN that the family needs for
 * everything, both of the one who sends and of the one who opened the socket. Not
 * offered here is what has a secret in it: a monitor on the netlink tap would
 * see it. The one-time password goes through the char device.
 */
#include <linux/capability.h>
#include <linux/string.h>

#include "mei_prov.h"
#include "netlink_gen.h"
#include "requests.h"

/* Fills in what is wanted; a refusal says why. */
typedef int (*mei_prov_nl_want_t)(struct mei_prov_request *r, struct genl_info *info);

static struct mei_prov_request *mei_prov_nl_wanted(struct mei_prov_device *mdev,
						   struct genl_info *info,
						   mei_prov_nl_want_t want)
{
	struct nlattr *timeout = info->attrs[MEI_PROV_A_OP_TIMEOUT_MS];
	struct mei_prov_request *r;
	int ret;

	r = mei_prov_request_new(mdev, info->snd_portid, timeout ? nla_get_u32(timeout) : 0);
	if (!r)
		return ERR_PTR(-ENOMEM);
	ret = want(r, info);
	if (!ret)
		return r;
	mei_prov_request_free(r);
	return ERR_PTR(ret);
}

static int mei_prov_nl_ask_device(struct mei_prov_device *mdev, struct genl_info *info,
				  mei_prov_nl_want_t want)
{
	struct mei_prov_request *r;
	const char *what;
	int ret;

	r = mei_prov_nl_wanted(mdev, info, want);
	if (IS_ERR(r))
		return PTR_ERR(r);
	what = r->change.what;
	ret = mei_prov_request_queue(r, info);
	if (!ret && what)
		mei_prov_change_notice(mdev, what);
	return ret;
}

static int mei_prov_nl_ask(struct genl_info *info, mei_prov_nl_want_t want)
{
	struct mei_prov_device *mdev;
	int ret;

	mdev = mei_prov_nl_find(info->extack, info->attrs[MEI_PROV_A_OP_INDEX]);
	if (IS_ERR(mdev))
		return PTR_ERR(mdev);
	ret = mei_prov_nl_ask_device(mdev, info, want);
	mei_prov_device_put(mdev);
	return ret;
}

static int mei_prov_nl_ask_change(struct sk_buff *skb, struct genl_info *info,
				  mei_prov_nl_want_t want)
{
	if (!netlink_capable(skb, CAP_SYS_ADMIN)) {
		NL_SET_ERR_MSG_MOD(info->extack, "a change of the ME needs CAP_SYS_ADMIN too");
		return -EPERM;
	}
	return mei_prov_nl_ask(info, want);
}

/* ----------------------------------------------------------------- refresh */

static_assert((int)MEI_PROV_REFRESH_STATE == MEI_PROV_REFRESH_PART_STATE);
static_assert((int)MEI_PROV_REFRESH_ZTC == MEI_PROV_REFRESH_PART_ZTC);
static_assert((int)MEI_PROV_REFRESH_SUFFIX == MEI_PROV_REFRESH_PART_SUFFIX);
static_assert((int)MEI_PROV_REFRESH_HASHES == MEI_PROV_REFRESH_PART_HASHES);

static int mei_prov_nl_want_refresh(struct mei_prov_request *r, struct genl_info *info)
{
	struct nlattr *parts = info->attrs[MEI_PROV_A_OP_PARTS];

	if (parts)
		r->parts = nla_get_u32(parts);
	if (!r->parts)
		r->parts = MEI_PROV_REFRESH_STATE | MEI_PROV_REFRESH_ZTC |
			   MEI_PROV_REFRESH_SUFFIX | MEI_PROV_REFRESH_HASHES;
	return 0;
}

int mei_prov_nl_refresh_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mei_prov_nl_ask(info, mei_prov_nl_want_refresh);
}

/* ----------------------------------------------------------------- changes */

static int mei_prov_nl_want_start(struct mei_prov_request *r, struct genl_info *info)
{
	struct nlattr *legacy = info->attrs[MEI_PROV_A_OP_LEGACY];
	struct nlattr *ipv6 = info->attrs[MEI_PROV_A_OP_IPV6];
	int ret;

	ret = mei_prov_change_start(&r->change, nla_get_flag(ipv6), nla_get_flag(legacy));
	if (ret)
		NL_SET_ERR_MSG_ATTR(info->extack, legacy,
				    "the older command knows nothing of IPv6: leave out one of both");
	return ret;
}

int mei_prov_nl_start_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mei_prov_nl_ask_change(skb, info, mei_prov_nl_want_start);
}

static int mei_prov_nl_want_stop(struct mei_prov_request *r, struct genl_info *info)
{
	mei_prov_change_stop(&r->change);
	return 0;
}

int mei_prov_nl_stop_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mei_prov_nl_ask_change(skb, info, mei_prov_nl_want_stop);
}

static int mei_prov_nl_want_ztc_disable(struct mei_prov_request *r, struct genl_info *info)
{
	mei_prov_change_ztc_disable(&r->change);
	return 0;
}

int mei_prov_nl_ztc_disable_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mei_prov_nl_ask_change(skb, info, mei_prov_nl_want_ztc_disable);
}

/* The policy wants a NUL within the length of it, but not at its end alone. */
static int mei_prov_nl_want_suffix(struct mei_prov_request *r, struct genl_info *info)
{
	struct nlattr *suffix = info->attrs[MEI_PROV_A_OP_SUFFIX];
	int len, ret;

	if (!suffix) {
		NL_SET_ERR_MSG_MOD(info->extack, "suffix-set needs a suffix, which may be empty");
		return -EINVAL;
	}
	len = min_t(int, nla_len(suffix), sizeof(r->suffix));
	memcpy(r->suffix, nla_data(suffix), len);
	ret = r->suffix[len - 1] ? -EINVAL :
				   mei_prov_change_suffix(&r->change, r->suffix, len - 1);
	if (ret)
		NL_SET_ERR_MSG_ATTR(info->extack, suffix, "a suffix has one NUL, at its end");
	return ret;
}

int mei_prov_nl_suffix_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mei_prov_nl_ask_change(skb, info, mei_prov_nl_want_suffix);
}

static int mei_prov_nl_want_unprovision(struct mei_prov_request *r, struct genl_info *info)
{
	struct nlattr *mode = info->attrs[MEI_PROV_A_OP_MODE];
	int ret;

	ret = mei_prov_change_unprovision(&r->change, mode ? nla_get_u32(mode) : 0);
	if (ret)
		NL_SET_ERR_MSG_ATTR(info->extack, mode, "there is no such provisioning mode");
	return ret;
}

int mei_prov_nl_unprovision_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mei_prov_nl_ask_change(skb, info, mei_prov_nl_want_unprovision);
}

static int mei_prov_nl_want_ehbc_disable(struct mei_prov_request *r, struct genl_info *info)
{
	mei_prov_change_ehbc_disable(&r->change);
	return 0;
}

int mei_prov_nl_ehbc_disable_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mei_prov_nl_ask_change(skb, info, mei_prov_nl_want_ehbc_disable);
}

static int mei_prov_nl_want_disable_clear(struct mei_prov_request *r, struct genl_info *info)
{
	mei_prov_change_disable_clear(&r->change);
	return 0;
}

int mei_prov_nl_disable_clear_doit(struct sk_buff *skb, struct genl_info *info)
{
	return mei_prov_nl_ask_change(skb, info, mei_prov_nl_want_disable_clear);
}
