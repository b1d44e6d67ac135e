// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <string.h>
#include <netlink/netlink.h>
#include <netlink/genl/genl.h>
#include <linux/mei_prov.h>

#include "monitor.h"

static int parse_device(struct nlmsghdr *msg, struct meiprov_event *event)
{
	static struct nla_policy policy[MEI_PROV_A_DEVICE_MAX + 1] = {
		[MEI_PROV_A_DEVICE_INDEX] = { .type = NLA_U32 },
		[MEI_PROV_A_DEVICE_LINK] = { .type = NLA_U32 },
	};
	struct nlattr *attrs[MEI_PROV_A_DEVICE_MAX + 1];

	if (genlmsg_parse(msg, 0, attrs, MEI_PROV_A_DEVICE_MAX, policy) < 0 ||
	    !attrs[MEI_PROV_A_DEVICE_INDEX])
		return -EBADMSG;
	event->index = (int)nla_get_u32(attrs[MEI_PROV_A_DEVICE_INDEX]);
	if (attrs[MEI_PROV_A_DEVICE_LINK])
		event->link_up = nla_get_u32(attrs[MEI_PROV_A_DEVICE_LINK]) == MEI_PROV_LINK_UP;
	return 0;
}

static void take_state(struct nlattr *attrs[], struct meiprov_event *event)
{
	struct meiprov_state *state = &event->state;

	if (attrs[MEI_PROV_A_STATE_PROVISIONING_STATE]) {
		state->has_provisioning = true;
		state->provisioning = nla_get_u32(attrs[MEI_PROV_A_STATE_PROVISIONING_STATE]);
	}
	if (attrs[MEI_PROV_A_STATE_CONTROL_MODE]) {
		state->has_control = true;
		state->control = nla_get_u32(attrs[MEI_PROV_A_STATE_CONTROL_MODE]);
	}
	if (attrs[MEI_PROV_A_STATE_LINK])
		event->link_up = nla_get_u32(attrs[MEI_PROV_A_STATE_LINK]) == MEI_PROV_LINK_UP;
	if (attrs[MEI_PROV_A_STATE_GENERATION])
		state->generation = nla_get_u32(attrs[MEI_PROV_A_STATE_GENERATION]);
}

static int parse_state(struct nlmsghdr *msg, struct meiprov_event *event)
{
	static struct nla_policy policy[MEI_PROV_A_STATE_MAX + 1] = {
		[MEI_PROV_A_STATE_INDEX] = { .type = NLA_U32 },
		[MEI_PROV_A_STATE_PROVISIONING_STATE] = { .type = NLA_U32 },
		[MEI_PROV_A_STATE_CONTROL_MODE] = { .type = NLA_U32 },
		[MEI_PROV_A_STATE_LINK] = { .type = NLA_U32 },
		[MEI_PROV_A_STATE_GENERATION] = { .type = NLA_U32 },
	};
	struct nlattr *attrs[MEI_PROV_A_STATE_MAX + 1];

	if (genlmsg_parse(msg, 0, attrs, MEI_PROV_A_STATE_MAX, policy) < 0 ||
	    !attrs[MEI_PROV_A_STATE_INDEX])
		return -EBADMSG;
	event->index = (int)nla_get_u32(attrs[MEI_PROV_A_STATE_INDEX]);
	take_state(attrs, event);
	return 0;
}

static const struct {
	uint8_t command;
	enum meiprov_event_type type;
	int (*parse)(struct nlmsghdr *msg, struct meiprov_event *event);
} events[] = {
	{ MEI_PROV_CMD_DEVICE_ADD_NTF, MEIPROV_EVENT_DEVICE_ADD, parse_device },
	{ MEI_PROV_CMD_DEVICE_DEL_NTF, MEIPROV_EVENT_DEVICE_DEL, parse_device },
	{ MEI_PROV_CMD_DEVICE_CHANGE_NTF, MEIPROV_EVENT_DEVICE_CHANGE, parse_device },
	{ MEI_PROV_CMD_STATE_NTF, MEIPROV_EVENT_STATE, parse_state },
};

int monitor_parse(struct nlmsghdr *msg, int family, struct meiprov_event *event)
{
	struct genlmsghdr *head;

	if (msg->nlmsg_type != family || !genlmsg_valid_hdr(msg, 0))
		return -ENOMSG;
	head = genlmsg_hdr(msg);
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		if (events[i].command != head->cmd)
			continue;
		memset(event, 0, sizeof(*event));
		event->type = events[i].type;
		return events[i].parse(msg, event);
	}
	return -ENOMSG;
}
