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
#define PIECE	 3776
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
	/* The kernel makes no larger pieces of a dump than readers have room for, but
	 * none smaller than this, and the next one with each look at the one before.
	 */
	nl_socket_set_msg_buf_size(genl->sock, PIECE);
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

int genl_fd(const struct genl *genl)
{
	return nl_socket_get_fd(genl->sock);
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
	take_u32(attrs, MEI_PROV_A_STATE_ZTC, &message->has_ztc, &message->ztc);
	take_u32(attrs, MEI_PROV_A_STATE_SUFFIX_GENERATION, &message->has_suffix_generation,
		 &message->suffix_generation);
	take_u32(attrs, MEI_PROV_A_STATE_HASH_GENERATION, &message->has_hash_generation,
		 &message->hash_generation);
}

static void take_bytes(struct nlattr *attr, void *to, size_t room, uint32_t *len)
{
	*len = 0;
	if (!attr || (size_t)nla_len(attr) > room)
		return;
	*len = nla_len(attr);
	memcpy(to, nla_data(attr), *len);
}

static void parse_hash(struct nlattr **attrs, struct genl_message *message)
{
	take_u32(attrs, MEI_PROV_A_HASH_INDEX, &message->has_index, &message->index);
	take_u32(attrs, MEI_PROV_A_HASH_HANDLE, &message->has_handle, &message->handle);
	take_u32(attrs, MEI_PROV_A_HASH_ALGORITHM, &message->has_algorithm, &message->algorithm);
	take_bytes(attrs[MEI_PROV_A_HASH_DIGEST], message->digest, sizeof(message->digest),
		   &message->digest_len);
	if (attrs[MEI_PROV_A_HASH_NAME])
		snprintf(message->name, sizeof(message->name), "%s",
			 nla_get_string(attrs[MEI_PROV_A_HASH_NAME]));
	message->is_default = attrs[MEI_PROV_A_HASH_DEFAULT] != NULL;
	message->is_active = attrs[MEI_PROV_A_HASH_ACTIVE] != NULL;
	take_u32(attrs, MEI_PROV_A_HASH_GENERATION, &message->has_generation, &message->generation);
	take_u32(attrs, MEI_PROV_A_HASH_AGE_MS, &message->has_age, &message->age_ms);
}

static void parse_op(struct nlattr **attrs, struct genl_message *message)
{
	take_u32(attrs, MEI_PROV_A_OP_INDEX, &message->has_index, &message->index);
	take_u32(attrs, MEI_PROV_A_OP_REQUEST_ID, &message->has_id, &message->id);
}

static int parse(struct nlmsghdr *nlh, struct genl_message *message)
{
	struct nlattr *attrs[32] = { NULL };
	int cmd = ((struct genlmsghdr *)nlmsg_data(nlh))->cmd;

	memset(message, 0, sizeof(*message));
	if (genlmsg_parse(nlh, 0, attrs, 31, NULL) < 0)
		return -EBADMSG;
	message->cmd = cmd;
	if (cmd == MEI_PROV_CMD_STATE_GET || cmd == MEI_PROV_CMD_STATE_NTF ||
	    cmd == MEI_PROV_CMD_SUFFIX_NTF)
		parse_state(attrs, message);
	else if (cmd == MEI_PROV_CMD_HASH_GET || cmd == MEI_PROV_CMD_HASH_NTF)
		parse_hash(attrs, message);
	else if (cmd >= MEI_PROV_CMD_REFRESH)
		parse_op(attrs, message);
	else
		parse_device(attrs, message);
	return 0;
}

/* The extended acknowledgement, behind @fixed bytes, if it came with one. The
 * attribute at fault is an offset in the request until genl_ask() looks it up.
 */
static void take_reason(struct genl *genl, struct nlmsghdr *nlh, size_t fixed)
{
	struct nlattr *attrs[NLMSGERR_ATTR_MAX + 1] = { NULL };
	struct nlattr *first = (struct nlattr *)((char *)nlmsg_data(nlh) + fixed);
	int len = nlmsg_datalen(nlh) - (int)fixed;

	genl->reason[0] = '\0';
	genl->blamed = 0;
	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS) || len <= 0 ||
	    nla_parse(attrs, NLMSGERR_ATTR_MAX, first, len, NULL) < 0)
		return;
	if (attrs[NLMSGERR_ATTR_MSG])
		snprintf(genl->reason, sizeof(genl->reason), "%s",
			 nla_get_string(attrs[NLMSGERR_ATTR_MSG]));
	if (attrs[NLMSGERR_ATTR_OFFS])
		genl->blamed = (int)nla_get_u32(attrs[NLMSGERR_ATTR_OFFS]);
}

static uint32_t u32_of(struct nlattr **attrs, int type)
{
	return attrs[type] ? nla_get_u32(attrs[type]) : UINT32_MAX;
}

/* The end of a request, which may come between other messages. */
static bool take_done(struct genl *genl, struct nlmsghdr *nlh)
{
	struct nlattr *attrs[MEI_PROV_A_OP_MAX + 1] = { NULL };

	if (nlh->nlmsg_type != genl->family ||
	    ((struct genlmsghdr *)nlmsg_data(nlh))->cmd != MEI_PROV_CMD_OP_DONE ||
	    genlmsg_parse(nlh, 0, attrs, MEI_PROV_A_OP_MAX, NULL) < 0)
		return false;
	if (genl->done_count < GENL_DONES)
		genl->dones[genl->done_count++] = (struct genl_done){
			.index = u32_of(attrs, MEI_PROV_A_OP_INDEX),
			.id = u32_of(attrs, MEI_PROV_A_OP_REQUEST_ID),
			.error = u32_of(attrs, MEI_PROV_A_OP_ERRNO),
			.fw_status = u32_of(attrs, MEI_PROV_A_OP_FW_STATUS),
		};
	return true;
}

/* One message of an answer: MORE, 0 at its end, or the kernel's errno. */
static int take(struct genl *genl, struct nlmsghdr *nlh, struct genl_reply *reply)
{
	if (take_done(genl, nlh))
		return MORE;
	if (reply && nlh->nlmsg_flags & NLM_F_DUMP_INTR)
		reply->interrupted = true;
	switch (nlh->nlmsg_type) {
	case NLMSG_ERROR:
		take_reason(genl, nlh, sizeof(struct nlmsgerr));
		return ((struct nlmsgerr *)nlmsg_data(nlh))->error;
	case NLMSG_DONE:
		take_reason(genl, nlh, sizeof(int));
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

static int put_bytes(struct nl_msg *msg, const struct genl *genl)
{
	size_t i;
	int ret = 0;

	for (i = 0; i < genl->also_count && ret == 0; i++)
		ret = nla_put(msg, genl->also[i].type, genl->also[i].len, genl->also[i].data);
	return ret;
}

/* Which attribute is @offset bytes behind the start of the request. */
static int attr_at(const struct genl *genl, int offset, const struct genl_attr *attrs, size_t count)
{
	int at = NLMSG_HDRLEN + GENL_HDRLEN;
	size_t i;

	for (i = 0; i < count; i++) {
		if (at == offset)
			return attrs[i].type;
		at += nla_total_size(attrs[i].len ? attrs[i].len : sizeof(attrs[i].value));
	}
	for (i = 0; i < genl->also_count; i++) {
		if (at == offset)
			return genl->also[i].type;
		at += nla_total_size(genl->also[i].len);
	}
	return 0;
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
	if (put_bytes(msg, genl) < 0)
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

	if (reply) {
		reply->count = 0;
		reply->interrupted = false;
	}
	if (!(nl_flags & NLM_F_DUMP))
		nl_flags |= NLM_F_ACK;
	ret = send_request(genl, cmd, nl_flags, attrs, attr_count);
	if (ret < 0)
		return ret;
	do
		ret = receive(genl, reply);
	while (ret == MORE);
	genl->blamed = attr_at(genl, genl->blamed, attrs, attr_count);
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

int genl_hash_dump(struct genl *genl, uint32_t index, struct genl_reply *reply)
{
	const struct genl_attr attrs[] = { { MEI_PROV_A_HASH_INDEX, index, 0 } };

	return genl_ask(genl, MEI_PROV_CMD_HASH_GET, NLM_F_DUMP, attrs, 1, reply);
}

int genl_hash_dump_begin(struct genl *genl, uint32_t index, struct genl_reply *reply)
{
	const struct genl_attr attrs[] = { { MEI_PROV_A_HASH_INDEX, index, 0 } };
	int ret = send_request(genl, MEI_PROV_CMD_HASH_GET, NLM_F_DUMP, attrs, 1);

	if (ret < 0)
		return ret;
	reply->count = 0;
	reply->interrupted = false;
	ret = receive(genl, reply);
	return ret == MORE ? 0 : -EPROTO;
}

int genl_hash_dump_end(struct genl *genl, struct genl_reply *reply)
{
	int ret;

	do
		ret = receive(genl, reply);
	while (ret == MORE);
	return ret;
}

/* --- requests that are queued --- */

int genl_request(struct genl *genl, int cmd, uint32_t index, int type, uint32_t value, uint32_t *id)
{
	const struct genl_attr attrs[] = { { MEI_PROV_A_OP_INDEX, index, 0 }, { type, value, 0 } };
	struct genl_reply reply;
	int ret = genl_ask(genl, cmd, 0, attrs, type ? 2 : 1, &reply);

	if (ret < 0)
		return ret;
	if (reply.count != 1 || reply.messages[0].cmd != cmd || reply.messages[0].index != index ||
	    !reply.messages[0].has_id || reply.messages[0].id == 0)
		return -EPROTO;
	*id = reply.messages[0].id;
	return 0;
}

static bool done_taken(struct genl *genl, uint32_t id, struct genl_done *done)
{
	unsigned int i;

	for (i = 0; i < genl->done_count; i++) {
		if (genl->dones[i].id != id)
			continue;
		*done = genl->dones[i];
		genl->dones[i] = genl->dones[--genl->done_count];
		return true;
	}
	return false;
}

int genl_done(struct genl *genl, uint32_t id, struct genl_done *done, unsigned int ms)
{
	struct pollfd readable = { nl_socket_get_fd(genl->sock), POLLIN, 0 };
	uint64_t now, end = clock_ms() + ms;

	while (!done_taken(genl, id, done)) {
		now = clock_ms();
		if (now >= end || poll(&readable, 1, end - now) != 1)
			return -ETIMEDOUT;
		receive(genl, NULL);
	}
	return 0;
}

int genl_change(struct genl *genl, int cmd, uint32_t index, int type, uint32_t value,
		uint32_t *fw_status)
{
	struct genl_done done;
	uint32_t id;
	int ret = genl_request(genl, cmd, index, type, value, &id);

	ret = ret < 0 ? ret : genl_done(genl, id, &done, 2 * REPLY_MS);
	if (ret < 0)
		return ret;
	*fw_status = done.fw_status;
	return -(int)done.error;
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
		if (receive(genl, &reply) != MORE || reply.count == 0)
			continue;
		*message = reply.messages[0];
		if (message->cmd == cmd)
			return 0;
	}
	return -ETIMEDOUT;
}
