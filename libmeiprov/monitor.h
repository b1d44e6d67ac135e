/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a notification says; apart from the sockets so that it can be tested. */
#ifndef MEIPROV_MONITOR_H
#define MEIPROV_MONITOR_H

#include <linux/netlink.h>

#include <meiprov/meiprov.h>

/* -ENOMSG: not an event of this family, -EBADMSG: one that lacks its index. */
int monitor_parse(struct nlmsghdr *msg, int family, struct meiprov_event *event);

#endif /* MEIPROV_MONITOR_H */
