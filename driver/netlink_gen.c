// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	uapi/specs/mei-prov.yaml */
/* YNL-GEN kernel source */
/* To regenerate run: selftests/setup/ynl --update */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "netlink_gen.h"

#include <uapi/linux/mei_prov.h>

/* MEI_PROV_CMD_DEVICE_GET - do */
const struct nla_policy mei_prov_device_get_nl_policy[MEI_PROV_A_DEVICE_INDEX + 1] = {
	[MEI_PROV_A_DEVICE_INDEX] = { .type = NLA_U32, },
};

/* MEI_PROV_CMD_STATE_GET - do */
const struct nla_policy mei_prov_state_get_nl_policy[MEI_PROV_A_STATE_INDEX + 1] = {
	[MEI_PROV_A_STATE_INDEX] = { .type = NLA_U32, },
};

/* MEI_PROV_CMD_WATCH_START - do */
const struct nla_policy mei_prov_watch_start_nl_policy[MEI_PROV_A_WATCH_INTERVAL_MS + 1] = {
	[MEI_PROV_A_WATCH_INDEX] = { .type = NLA_U32, },
	[MEI_PROV_A_WATCH_INTERVAL_MS] = { .type = NLA_U32, },
};

/* MEI_PROV_CMD_WATCH_STOP - do */
const struct nla_policy mei_prov_watch_stop_nl_policy[MEI_PROV_A_WATCH_INDEX + 1] = {
	[MEI_PROV_A_WATCH_INDEX] = { .type = NLA_U32, },
};

/* Ops table for mei_prov */
const struct genl_ops mei_prov_nl_ops[4] = {
	{
		.cmd		= MEI_PROV_CMD_DEVICE_GET,
		.doit		= mei_prov_nl_device_get_doit,
		.dumpit		= mei_prov_nl_device_get_dumpit,
		.policy		= mei_prov_device_get_nl_policy,
		.maxattr	= MEI_PROV_A_DEVICE_INDEX,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= MEI_PROV_CMD_STATE_GET,
		.doit		= mei_prov_nl_state_get_doit,
		.dumpit		= mei_prov_nl_state_get_dumpit,
		.policy		= mei_prov_state_get_nl_policy,
		.maxattr	= MEI_PROV_A_STATE_INDEX,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= MEI_PROV_CMD_WATCH_START,
		.doit		= mei_prov_nl_watch_start_doit,
		.policy		= mei_prov_watch_start_nl_policy,
		.maxattr	= MEI_PROV_A_WATCH_INTERVAL_MS,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= MEI_PROV_CMD_WATCH_STOP,
		.doit		= mei_prov_nl_watch_stop_doit,
		.policy		= mei_prov_watch_stop_nl_policy,
		.maxattr	= MEI_PROV_A_WATCH_INDEX,
		.flags		= GENL_ADMIN_PERM,
	},
};
