// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Events over generic netlink. Two sockets: one is a member of the group and
 * carries nothing but events; requests go over the other, which also owns the
 * watches, so that answers and events never mix.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <netlink/netlink.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <linux/mei_prov.h>

#include "context.h"
#include "error.h"
#include "monitor.h"

#define DOING	    "following the meiprov devices"
#define INDEXES_MAX 64

struct meiprov_monitor {
	struct meiprov_context *context;
	struct nl_sock *requests;
	struct nl_sock *events;
	int family;
	unsigned int poll_ms;
	int room_left; /* bytes of @room not looked at yet */
	struct nlmsghdr *at;
	_Alignas(struct nlmsghdr) char room[8192];
};

/* libnl has numbers of its own. */
static int to_errno(int nle)
{
	static const struct {
		int nle;
		int code;
	} table[] = {
		{ NLE_NOMEM, ENOMEM },	       { NLE_AGAIN, EAGAIN },
		{ NLE_EXIST, EEXIST },	       { NLE_NOADDR, ENODEV },
		{ NLE_OBJ_NOTFOUND, ENOENT },  { NLE_INVAL, EINVAL },
		{ NLE_PERM, EPERM },	       { NLE_NOACCESS, EACCES },
		{ NLE_OPNOTSUPP, EOPNOTSUPP }, { NLE_BUSY, EBUSY },
		{ NLE_NODEV, ENODEV },	       { NLE_INTR, EINTR },
		{ NLE_MSG_OVERFLOW, ENOBUFS },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].nle == abs(nle))
			return -table[i].code;
	return -EIO;
}

static int open_socket(struct nl_sock **sock)
{
	int ret;

	*sock = nl_socket_alloc();
	if (!*sock)
		return -ENOMEM;
	ret = genl_connect(*sock);
	return ret < 0 ? to_errno(ret) : 0;
}

static int join_group(struct meiprov_monitor *mon)
{
	int group = genl_ctrl_resolve_grp(mon->requests, MEI_PROV_FAMILY_NAME,
					  MEI_PROV_MCGRP_EVENTS);
	int ret;

	if (group < 0)
		return to_errno(group);
	ret = nl_socket_add_membership(mon->events, group);
	return ret < 0 ? to_errno(ret) : 0;
}

static int resolve(struct meiprov_monitor *mon)
{
	mon->family = genl_ctrl_resolve(mon->requests, MEI_PROV_FAMILY_NAME);
	return mon->family < 0 ? to_errno(mon->family) : 0;
}

static int send_and_wait(struct meiprov_monitor *mon, struct nl_msg *msg)
{
	int ret = nl_send_auto(mon->requests, msg);

	if (ret >= 0)
		ret = nl_wait_for_ack(mon->requests);
	return ret < 0 ? to_errno(ret) : 0;
}

static int start_watch(struct meiprov_monitor *mon, int index)
{
	struct nl_msg *msg = nlmsg_alloc();
	int ret = -ENOMEM;

	if (msg &&
	    genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, mon->family, 0, 0, MEI_PROV_CMD_WATCH_START,
			MEI_PROV_FAMILY_VERSION) &&
	    !nla_put_u32(msg, MEI_PROV_A_WATCH_INDEX, (uint32_t)index) &&
	    (!mon->poll_ms || !nla_put_u32(msg, MEI_PROV_A_WATCH_INTERVAL_MS, mon->poll_ms)))
		ret = send_and_wait(mon, msg);
	nlmsg_free(msg);
	return ret;
}

/* A device that has gone in the meantime is not an error. */
static int watch(struct meiprov_monitor *mon, int index)
{
	int ret = start_watch(mon, index);

	if (ret == -ENODEV || ret == -ENOENT)
		return 0;
	if (!ret)
		context_say(mon->context, LOG_DEBUG, "watching meiprov%d", index);
	return ret;
}

struct indexes {
	int list[INDEXES_MAX];
	size_t count;
};

static int on_device(struct nl_msg *msg, void *arg)
{
	struct nlattr *attrs[MEI_PROV_A_DEVICE_MAX + 1];
	struct indexes *found = arg;

	if (genlmsg_parse(nlmsg_hdr(msg), 0, attrs, MEI_PROV_A_DEVICE_MAX, NULL) < 0)
		return NL_SKIP;
	if (attrs[MEI_PROV_A_DEVICE_INDEX] && found->count < INDEXES_MAX)
		found->list[found->count++] = (int)nla_get_u32(attrs[MEI_PROV_A_DEVICE_INDEX]);
	return NL_OK;
}

static int list_devices(struct meiprov_monitor *mon, struct indexes *found)
{
	int ret;

	found->count = 0;
	nl_socket_modify_cb(mon->requests, NL_CB_VALID, NL_CB_CUSTOM, on_device, found);
	ret = genl_send_simple(mon->requests, mon->family, MEI_PROV_CMD_DEVICE_GET,
			       MEI_PROV_FAMILY_VERSION, NLM_F_DUMP);
	if (ret >= 0)
		ret = nl_recvmsgs_default(mon->requests);
	nl_socket_modify_cb(mon->requests, NL_CB_VALID, NL_CB_DEFAULT, NULL, NULL);
	return ret < 0 ? to_errno(ret) : 0;
}

static int watch_all(struct meiprov_monitor *mon)
{
	struct indexes found;
	int ret = list_devices(mon, &found);

	for (size_t i = 0; i < found.count && !ret; i++)
		ret = watch(mon, found.list[i]);
	return ret;
}

static int set_up(struct meiprov_monitor *mon)
{
	int ret = open_socket(&mon->requests);

	if (!ret)
		ret = open_socket(&mon->events);
	if (!ret)
		ret = resolve(mon);
	if (!ret)
		ret = join_group(mon);
	if (!ret) /* joined first, so that no device slips through */
		ret = watch_all(mon);
	return ret;
}

static int failed(int code, struct meiprov_error *err)
{
	if (code == -ENOENT)
		return error_set(err, code, DOING, "the kernel has no netlink family mei-prov",
				 "modprobe mei_prov; and run it in the host's network namespace");
	if (code == -EPERM || code == -EACCES)
		return error_set(err, -EACCES, DOING,
				 "no permission: it takes CAP_NET_ADMIN on the host itself",
				 "run it as root, outside of containers");
	return error_errno(err, code, DOING);
}

int meiprov_monitor_new(struct meiprov_context *context, unsigned int poll_ms,
			struct meiprov_monitor **out, struct meiprov_error *err)
{
	struct meiprov_monitor *mon = calloc(1, sizeof(*mon));
	int ret;

	*out = NULL;
	if (!mon)
		return failed(-ENOMEM, err);
	mon->context = meiprov_context_ref(context);
	mon->poll_ms = poll_ms;
	ret = set_up(mon);
	if (ret) {
		meiprov_monitor_free(mon);
		return failed(ret, err);
	}
	*out = mon;
	return 0;
}

void meiprov_monitor_free(struct meiprov_monitor *mon)
{
	if (!mon)
		return;
	nl_socket_free(mon->events);
	nl_socket_free(mon->requests);
	meiprov_context_unref(mon->context);
	free(mon);
}

int meiprov_monitor_fd(const struct meiprov_monitor *mon)
{
	return nl_socket_get_fd(mon->events);
}

/* The event is the caller's all the same. */
static void watch_new(struct meiprov_monitor *mon, int index)
{
	int ret = watch(mon, index);

	if (ret)
		context_say(mon->context, LOG_WARNING,
			    "meiprov%d is new and cannot be watched, its states may be missed: %s",
			    index, strerror(-ret));
}

/* One datagram into the room. Others than the kernel are not listened to. */
static int receive(struct meiprov_monitor *mon)
{
	struct sockaddr_nl from = { 0 };
	socklen_t from_len = sizeof(from);
	ssize_t len = recvfrom(nl_socket_get_fd(mon->events), mon->room, sizeof(mon->room),
			       MSG_DONTWAIT, (struct sockaddr *)&from, &from_len);

	if (len < 0)
		return errno == EWOULDBLOCK ? -EAGAIN : -errno;
	mon->at = (struct nlmsghdr *)mon->room;
	mon->room_left = from.nl_pid ? 0 : (int)len;
	return 0;
}

/* The next event in the room, or -ENOMSG when it has been read through. */
static int next_in_room(struct meiprov_monitor *mon, struct meiprov_event *event)
{
	while (nlmsg_ok(mon->at, mon->room_left)) {
		struct nlmsghdr *msg = mon->at;

		mon->at = nlmsg_next(mon->at, &mon->room_left);
		if (!monitor_parse(msg, mon->family, event))
			return 0;
	}
	return -ENOMSG;
}

int meiprov_monitor_next(struct meiprov_monitor *mon, struct meiprov_event *event)
{
	int ret = mon->room_left ? next_in_room(mon, event) : -ENOMSG;

	while (ret == -ENOMSG) {
		ret = receive(mon);
		if (!ret)
			ret = next_in_room(mon, event);
	}
	if (ret == -ENOBUFS) {
		memset(event, 0, sizeof(*event));
		event->type = MEIPROV_EVENT_LOST;
		event->index = -1;
		return watch_all(mon); /* a new device may be among the lost */
	}
	if (!ret && event->type == MEIPROV_EVENT_DEVICE_ADD)
		watch_new(mon, event->index);
	return ret;
}
