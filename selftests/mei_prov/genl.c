// SPDX-License-Identifier: GPL-2.0-only
/* The generic netlink family mei-prov, for the tests. */
#include "genl.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/mei_prov.h>
#include <linux/netlink.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

#include "clock.h"

#define REPLY_MS 10000
#define MORE	 1 /* the answer goes on */

static int resolve(struct genl *genl)
{
	genl->family = genl_ctrl_resolve(genl->sock, MEI_PROV_FAMILY_NAME);
	if (genl->family < 0)
		return genl->family == -NLE_OBJ_NOTFOUND ? -ENOENT : -EIO;
	genl->group = genl_ctrl_resolve_grp(genl->sock, MEI_PROV_FAMILY_NAME,
					    MEI_PROV_MCGRP_EVENTS);
	return genl->group < 0 ? -ENOENT : 0;
}

int genl_open(struct genl *genl)
{
	const int on = 1;
	int err;

	memset(genl, 0, sizeof(*genl));
	genl->sock = nl_socket_alloc();
	if (!genl->sock)
		return -ENOMEM;
	err = genl_connect(genl->sock) < 0 ? -EIO : resolve(genl);
	if (err < 0) {
		genl_close(genl);
		return err;
	}
	nl_socket_disable_seq_check(genl->sock);
	setsockopt(nl_socket_get_fd(genl->sock), SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(nl_socket_get_fd(genl->sock), SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	return 0;
}

void genl_close(struct genl *genl)
{
	nl_socket_free(genl->sock);
	genl->sock = NULL;
}

/* --- messages --- */

static void take_u32(struct nlattr **attrs, int type, bool *has, uint32_t *value)
{
	*has = attrs[type] != NULL;
	if (*has)
		*value = nla_get_u32(attrs[type]);
}

static void parse_device(struct nlattr **attrs, struct genl_message *message)
{
	take_u32(attrs, MEI_PROV_A_DEVICE_INDEX, &message->has_index, &message->index);
	take_u32(attrs, MEI_PROV_A_DEVICE_LINK, &message->has_link, &message->link);
	if (attrs[MEI_PROV_A_DEVICE_PARENT])
		snprintf(message->parent, sizeof(message->parent), "%s",
			 nla_get_string(attrs[MEI_PROV_A_DEVICE_PARENT]));
}

static void parse_state(struct nlattr **attrs, struct genl_message *message)
{
	take_u32(attrs, MEI_PROV_A_STATE_INDEX, &message->has_index, &message->index);
	take_u32(attrs, MEI_PROV_A_STATE_LINK, &message->has_link, &message->link);
	take_u32(attrs, MEI_PROV_A_STATE_PROVISIONING_STATE, &message->has_state, &message->state);
	take_u32(attrs, MEI_PROV_A_STATE_CONTROL_MODE, &message->has_control, &message->control);
	take_u32(attrs, MEI_PROV_A_STATE_AGE_MS, &message->has_age, &message->age_ms);
	take_u32(attrs, MEI_PROV_A_STATE_GENERATION, &message->has_generation,
		 &message->generation);
}

static int parse(struct nlmsghdr *nlh, struct genl_message *message)
{
	struct nlattr *attrs[32] = { NULL };
	int cmd = ((struct genlmsghdr *)nlmsg_data(nlh))->cmd;

	memset(message, 0, sizeof(*message));
	if (genlmsg_parse(nlh, 0, attrs, 31, NULL) < 0)
		return -EBADMSG;
	message->cmd = cmd;
	if (cmd == MEI_PROV_CMD_STATE_GET || cmd == MEI_PROV_CMD_STATE_NTF)
		parse_state(attrs, message);
	else
		parse_device(attrs, message);
	return 0;
}

/* The extended acknowledgement's text, if it came with one. */
static void take_reason(struct genl *genl, struct nlmsghdr *nlh)
{
	struct nlattr *attrs[NLMSGERR_ATTR_MAX + 1] = { NULL };
	struct nlmsgerr *error = nlmsg_data(nlh);
	int len = nlmsg_datalen(nlh) - (int)sizeof(*error);

	genl->reason[0] = '\0';
	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS) || len <= 0)
		return;
	if (nla_parse(attrs, NLMSGERR_ATTR_MAX, (struct nlattr *)(error + 1), len, NULL) == 0 &&
	    attrs[NLMSGERR_ATTR_MSG])
		snprintf(genl->reason, sizeof(genl->reason), "%s",
			 nla_get_string(attrs[NLMSGERR_ATTR_MSG]));
}

/* One message of an answer: MORE, 0 at its end, or the kernel's errno. */
static int take(struct genl *genl, struct nlmsghdr *nlh, struct genl_reply *reply)
{
	switch (nlh->nlmsg_type) {
	case NLMSG_ERROR:
		take_reason(genl, nlh);
		return ((struct nlmsgerr *)nlmsg_data(nlh))->error;
	case NLMSG_DONE:
		return *(int *)nlmsg_data(nlh);
	}
	if (!reply || reply->count == GENL_MESSAGES)
		return -E2BIG;
	if (parse(nlh, &reply->messages[reply->count]) < 0)
		return -EBADMSG;
	reply->count++;
	return MORE;
}

/* One datagram of an answer. */
static int receive(struct genl *genl, struct genl_reply *reply)
{
	struct pollfd readable = { nl_socket_get_fd(genl->sock), POLLIN, 0 };
	struct sockaddr_nl from;
	struct nlmsghdr *nlh;
	unsigned char *buf;
	int len, ret = MORE;

	if (poll(&readable, 1, REPLY_MS) != 1)
		return -ETIMEDOUT;
	len = nl_recv(genl->sock, &from, &buf, NULL);
	if (len <= 0)
		return -EIO;
	for (nlh = (struct nlmsghdr *)buf; ret == MORE && nlmsg_ok(nlh, len);
	     nlh = nlmsg_next(nlh, &len))
		ret = take(genl, nlh, reply);
	free(buf);
	return ret;
}

/* --- requests --- */

static int put(struct nl_msg *msg, const struct genl_attr *attr)
{
	const size_t len = attr->len ? attr->len : sizeof(attr->value);

	return nla_put(msg, attr->type, len, &attr->value);
}

static int send_message(struct genl *genl, struct nl_msg *msg)
{
	struct nlmsghdr *nlh = nlmsg_hdr(msg);

	nl_complete_msg(genl->sock, msg);
	if (!genl->by_write)
		return nl_send(genl->sock, msg) < 0 ? -EIO : 0;
	return write(nl_socket_get_fd(genl->sock), nlh, nlh->nlmsg_len) < 0 ? -errno : 0;
}

static int send_request(struct genl *genl, int cmd, int nl_flags, const struct genl_attr *attrs,
			size_t attr_count)
{
	struct nl_msg *msg = nlmsg_alloc();
	int ret = -ENOMEM;
	size_t i;

	if (!msg)
		return ret;
	if (!genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, genl->family, 0, NLM_F_REQUEST | nl_flags,
			 cmd, 1))
		goto out;
	for (i = 0; i < attr_count; i++)
		if (put(msg, &attrs[i]) < 0)
			goto out;
	ret = send_message(genl, msg);
out:
	nlmsg_free(msg);
	return ret;
}

int genl_ask(struct genl *genl, int cmd, int nl_flags, const struct genl_attr *attrs,
	     size_t attr_count, struct genl_reply *reply)
{
	int ret;

	if (reply)
		reply->count = 0;
	if (!(nl_flags & NLM_F_DUMP))
		nl_flags |= NLM_F_ACK;
	ret = send_request(genl, cmd, nl_flags, attrs, attr_count);
	if (ret < 0)
		return ret;
	do
		ret = receive(genl, reply);
	while (ret == MORE);
	return ret;
}

static int ask_one(struct genl *genl, int cmd, int attr, uint32_t index,
		   struct genl_message *message)
{
	const struct genl_attr attrs[] = { { attr, index, 0 } };
	struct genl_reply reply;
	int ret = genl_ask(genl, cmd, 0, attrs, 1, &reply);

	if (ret < 0)
		return ret;
	if (reply.count != 1)
		return -EPROTO;
	*message = reply.messages[0];
	return 0;
}

int genl_device_get(struct genl *genl, uint32_t index, struct genl_message *message)
{
	return ask_one(genl, MEI_PROV_CMD_DEVICE_GET, MEI_PROV_A_DEVICE_INDEX, index, message);
}

int genl_state_get(struct genl *genl, uint32_t index, struct genl_message *message)
{
	return ask_one(genl, MEI_PROV_CMD_STATE_GET, MEI_PROV_A_STATE_INDEX, index, message);
}

int genl_watch_start(struct genl *genl, uint32_t index, uint32_t interval_ms)
{
	const struct genl_attr attrs[] = {
		{ MEI_PROV_A_WATCH_INDEX, index, 0 },
		{ MEI_PROV_A_WATCH_INTERVAL_MS, interval_ms, 0 },
	};

	return genl_ask(genl, MEI_PROV_CMD_WATCH_START, 0, attrs, 2, NULL);
}

int genl_watch_stop(struct genl *genl, uint32_t index)
{
	const struct genl_attr attrs[] = { { MEI_PROV_A_WATCH_INDEX, index, 0 } };

	return genl_ask(genl, MEI_PROV_CMD_WATCH_STOP, 0, attrs, 1, NULL);
}

/* --- events --- */

int genl_listen(struct genl *genl)
{
	const int fd = nl_socket_get_fd(genl->sock);

	if (setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &genl->group, sizeof(genl->group)) <
	    0)
		return -errno;
	return 0;
}

int genl_event(struct genl *genl, int cmd, struct genl_message *message, unsigned int ms)
{
	struct pollfd readable = { nl_socket_get_fd(genl->sock), POLLIN, 0 };
	uint64_t now, end = clock_ms() + ms;
	struct genl_reply reply;

	while ((now = clock_ms()) < end && poll(&readable, 1, end - now) == 1) {
		reply.count = 0;
		if (receive(genl, &reply) != MORE)
			continue;
		*message = reply.messages[0];
		if (message->cmd == cmd)
			return 0;
	}
	return -ETIMEDOUT;
}
