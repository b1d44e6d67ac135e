// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	uapi/specs/mei-prov.yaml */
/* YNL-GEN kernel source */
/* To regenerate run: selftests/setup/ynl --update */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "netlink_gen.h"

#include <uapi/linux/mei_prov.h>

/* Integer value ranges */
static struct netlink_range_validation mei_prov_a_op_timeout_ms_range = {
	.max	= 600000ULL,
};

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

/* MEI_PROV_CMD_HASH_GET - do */
const struct nla_policy mei_prov_hash_get_nl_policy[MEI_PROV_A_HASH_HANDLE + 1] = {
	[MEI_PROV_A_HASH_INDEX] = { .type = NLA_U32, },
	[MEI_PROV_A_HASH_HANDLE] = { .type = NLA_U32, },
};

/* MEI_PROV_CMD_REFRESH - do */
const struct nla_policy mei_prov_refresh_nl_policy[MEI_PROV_A_OP_PARTS + 1] = {
	[MEI_PROV_A_OP_INDEX] = { .type = NLA_U32, },
	[MEI_PROV_A_OP_TIMEOUT_MS] = NLA_POLICY_FULL_RANGE(NLA_U32, &mei_prov_a_op_timeout_ms_range),
	[MEI_PROV_A_OP_PARTS] = NLA_POLICY_MASK(NLA_U32, 0xf),
};

/* MEI_PROV_CMD_START - do */
const struct nla_policy mei_prov_start_nl_policy[MEI_PROV_A_OP_LEGACY + 1] = {
	[MEI_PROV_A_OP_INDEX] = { .type = NLA_U32, },
	[MEI_PROV_A_OP_TIMEOUT_MS] = NLA_POLICY_FULL_RANGE(NLA_U32, &mei_prov_a_op_timeout_ms_range),
	[MEI_PROV_A_OP_IPV6] = { .type = NLA_FLAG, },
	[MEI_PROV_A_OP_LEGACY] = { .type = NLA_FLAG, },
};

/* MEI_PROV_CMD_STOP - do */
const struct nla_policy mei_prov_stop_nl_policy[MEI_PROV_A_OP_TIMEOUT_MS + 1] = {
	[MEI_PROV_A_OP_INDEX] = { .type = NLA_U32, },
	[MEI_PROV_A_OP_TIMEOUT_MS] = NLA_POLICY_FULL_RANGE(NLA_U32, &mei_prov_a_op_timeout_ms_range),
};

/* MEI_PROV_CMD_ZTC_DISABLE - do */
const struct nla_policy mei_prov_ztc_disable_nl_policy[MEI_PROV_A_OP_TIMEOUT_MS + 1] = {
	[MEI_PROV_A_OP_INDEX] = { .type = NLA_U32, },
	[MEI_PROV_A_OP_TIMEOUT_MS] = NLA_POLICY_FULL_RANGE(NLA_U32, &mei_prov_a_op_timeout_ms_range),
};

/* MEI_PROV_CMD_SUFFIX_SET - do */
const struct nla_policy mei_prov_suffix_set_nl_policy[MEI_PROV_A_OP_SUFFIX + 1] = {
	[MEI_PROV_A_OP_INDEX] = { .type = NLA_U32, },
	[MEI_PROV_A_OP_TIMEOUT_MS] = NLA_POLICY_FULL_RANGE(NLA_U32, &mei_prov_a_op_timeout_ms_range),
	[MEI_PROV_A_OP_SUFFIX] = { .type = NLA_NUL_STRING, .len = 223, },
};

/* MEI_PROV_CMD_UNPROVISION - do */
const struct nla_policy mei_prov_unprovision_nl_policy[MEI_PROV_A_OP_MODE + 1] = {
	[MEI_PROV_A_OP_INDEX] = { .type = NLA_U32, },
	[MEI_PROV_A_OP_TIMEOUT_MS] = NLA_POLICY_FULL_RANGE(NLA_U32, &mei_prov_a_op_timeout_ms_range),
	[MEI_PROV_A_OP_MODE] = NLA_POLICY_MAX(NLA_U32, 3),
};

/* MEI_PROV_CMD_EHBC_DISABLE - do */
const struct nla_policy mei_prov_ehbc_disable_nl_policy[MEI_PROV_A_OP_TIMEOUT_MS + 1] = {
	[MEI_PROV_A_OP_INDEX] = { .type = NLA_U32, },
	[MEI_PROV_A_OP_TIMEOUT_MS] = NLA_POLICY_FULL_RANGE(NLA_U32, &mei_prov_a_op_timeout_ms_range),
};

/* MEI_PROV_CMD_DISABLE_CLEAR - do */
const struct nla_policy mei_prov_disable_clear_nl_policy[MEI_PROV_A_OP_TIMEOUT_MS + 1] = {
	[MEI_PROV_A_OP_INDEX] = { .type = NLA_U32, },
	[MEI_PROV_A_OP_TIMEOUT_MS] = NLA_POLICY_FULL_RANGE(NLA_U32, &mei_prov_a_op_timeout_ms_range),
};

/* Ops table for mei_prov */
const struct genl_ops mei_prov_nl_ops[13] = {
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
	{
		.cmd		= MEI_PROV_CMD_HASH_GET,
		.doit		= mei_prov_nl_hash_get_doit,
		.dumpit		= mei_prov_nl_hash_get_dumpit,
		.policy		= mei_prov_hash_get_nl_policy,
		.maxattr	= MEI_PROV_A_HASH_HANDLE,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= MEI_PROV_CMD_REFRESH,
		.doit		= mei_prov_nl_refresh_doit,
		.policy		= mei_prov_refresh_nl_policy,
		.maxattr	= MEI_PROV_A_OP_PARTS,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= MEI_PROV_CMD_START,
		.doit		= mei_prov_nl_start_doit,
		.policy		= mei_prov_start_nl_policy,
		.maxattr	= MEI_PROV_A_OP_LEGACY,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= MEI_PROV_CMD_STOP,
		.doit		= mei_prov_nl_stop_doit,
		.policy		= mei_prov_stop_nl_policy,
		.maxattr	= MEI_PROV_A_OP_TIMEOUT_MS,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= MEI_PROV_CMD_ZTC_DISABLE,
		.doit		= mei_prov_nl_ztc_disable_doit,
		.policy		= mei_prov_ztc_disable_nl_policy,
		.maxattr	= MEI_PROV_A_OP_TIMEOUT_MS,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= MEI_PROV_CMD_SUFFIX_SET,
		.doit		= mei_prov_nl_suffix_set_doit,
		.policy		= mei_prov_suffix_set_nl_policy,
		.maxattr	= MEI_PROV_A_OP_SUFFIX,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= MEI_PROV_CMD_UNPROVISION,
		.doit		= mei_prov_nl_unprovision_doit,
		.policy		= mei_prov_unprovision_nl_policy,
		.maxattr	= MEI_PROV_A_OP_MODE,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= MEI_PROV_CMD_EHBC_DISABLE,
		.doit		= mei_prov_nl_ehbc_disable_doit,
		.policy		= mei_prov_ehbc_disable_nl_policy,
		.maxattr	= MEI_PROV_A_OP_TIMEOUT_MS,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= MEI_PROV_CMD_DISABLE_CLEAR,
		.doit		= mei_prov_nl_disable_clear_doit,
		.policy		= mei_prov_disable_clear_nl_policy,
		.maxattr	= MEI_PROV_A_OP_TIMEOUT_MS,
		.flags		= GENL_ADMIN_PERM,
	},
};
