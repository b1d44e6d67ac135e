/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	uapi/specs/mei-prov.yaml */
/* YNL-GEN kernel header */
/* To regenerate run: selftests/setup/ynl --update */

#ifndef _LINUX_MEI_PROV_GEN_H
#define _LINUX_MEI_PROV_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/linux/mei_prov.h>

extern const struct nla_policy mei_prov_device_get_nl_policy[MEI_PROV_A_DEVICE_INDEX + 1];

extern const struct nla_policy mei_prov_state_get_nl_policy[MEI_PROV_A_STATE_INDEX + 1];

extern const struct nla_policy mei_prov_watch_start_nl_policy[MEI_PROV_A_WATCH_INTERVAL_MS + 1];

extern const struct nla_policy mei_prov_watch_stop_nl_policy[MEI_PROV_A_WATCH_INDEX + 1];

extern const struct nla_policy mei_prov_hash_get_nl_policy[MEI_PROV_A_HASH_HANDLE + 1];

extern const struct nla_policy mei_prov_refresh_nl_policy[MEI_PROV_A_OP_PARTS + 1];

extern const struct nla_policy mei_prov_start_nl_policy[MEI_PROV_A_OP_LEGACY + 1];

extern const struct nla_policy mei_prov_stop_nl_policy[MEI_PROV_A_OP_TIMEOUT_MS + 1];

extern const struct nla_policy mei_prov_ztc_disable_nl_policy[MEI_PROV_A_OP_TIMEOUT_MS + 1];

extern const struct nla_policy mei_prov_suffix_set_nl_policy[MEI_PROV_A_OP_SUFFIX + 1];

extern const struct nla_policy mei_prov_unprovision_nl_policy[MEI_PROV_A_OP_MODE + 1];

extern const struct nla_policy mei_prov_ehbc_disable_nl_policy[MEI_PROV_A_OP_TIMEOUT_MS + 1];

extern const struct nla_policy mei_prov_disable_clear_nl_policy[MEI_PROV_A_OP_TIMEOUT_MS + 1];

/* Ops table for mei_prov */
extern const struct genl_ops mei_prov_nl_ops[13];

int mei_prov_nl_device_get_doit(struct sk_buff *skb, struct genl_info *info);
int mei_prov_nl_device_get_dumpit(struct sk_buff *skb,
				  struct netlink_callback *cb);
int mei_prov_nl_state_get_doit(struct sk_buff *skb, struct genl_info *info);
int mei_prov_nl_state_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb);
int mei_prov_nl_watch_start_doit(struct sk_buff *skb, struct genl_info *info);
int mei_prov_nl_watch_stop_doit(struct sk_buff *skb, struct genl_info *info);
int mei_prov_nl_hash_get_doit(struct sk_buff *skb, struct genl_info *info);
int mei_prov_nl_hash_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb);
int mei_prov_nl_refresh_doit(struct sk_buff *skb, struct genl_info *info);
int mei_prov_nl_start_doit(struct sk_buff *skb, struct genl_info *info);
int mei_prov_nl_stop_doit(struct sk_buff *skb, struct genl_info *info);
int mei_prov_nl_ztc_disable_doit(struct sk_buff *skb, struct genl_info *info);
int mei_prov_nl_suffix_set_doit(struct sk_buff *skb, struct genl_info *info);
int mei_prov_nl_unprovision_doit(struct sk_buff *skb, struct genl_info *info);
int mei_prov_nl_ehbc_disable_doit(struct sk_buff *skb, struct genl_info *info);
int mei_prov_nl_disable_clear_doit(struct sk_buff *skb, struct genl_info *info);

enum {
	MEI_PROV_NLGRP_EVENTS,
};

#endif /* _LINUX_MEI_PROV_GEN_H */
