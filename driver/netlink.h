/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of the netlink family share. */
#ifndef MEI_PROV_NETLINK_H
#define MEI_PROV_NETLINK_H

#include <net/genetlink.h>

#include <uapi/linux/mei_prov.h>

struct mei_prov_device;

/* Who a message goes to, and as what. */
struct mei_prov_nl_to {
	u32 portid;
	u32 seq;
	int flags;
	u8 command;
};

void *mei_prov_nl_begin(struct sk_buff *skb, const struct mei_prov_nl_to *to);
struct mei_prov_device *mei_prov_nl_find(struct netlink_ext_ack *extack,
					 const struct nlattr *index);
struct mei_prov_nl_to mei_prov_nl_to_asker(const struct genl_info *info);
struct mei_prov_nl_to mei_prov_nl_to_dumper(const struct netlink_callback *cb);

#endif /* MEI_PROV_NETLINK_H */
