// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * AMTHI commands that have nothing to do with setup, in short form in amthi.md 2.2.
 * Statuses of refusals were not seen on hardware unless said otherwise [I].
 */
#include <stdio.h>
#include <string.h>
#include "tools/vme/amt.h"
#include "tools/vme/amthi_wire.h"
#include "tools/vme/log.h"

#define GET_AMT_STATE	 0x01000001u
#define STATE_ID_LEN	 16
#define STATE_BYTES	 5
#define RESET_NONE	 0
#define FEATURES	 5
#define FEATURE_WEBUI	 2
#define FEATURE_REST_LEN 12
#define RESET_OTHER	 1 /* than remote control */
#define OPEN_FROM_BIOS	 1
#define OPEN_FROM_OS	 2
#define IPV6_INTERFACES	 2 /* wired, wireless */
#define POWER_POLICY	 "Desktop: ON in S0, ME Wake in S3, S4-5"
#define PROXY_HEAD_LEN	 8 /* port and MAC, before the two names */
#define ENTERPRISE_LEN	 18

/* --- state --- */

/* The link state is the only one there is. */
static uint32_t get_amt_state(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	static const uint8_t link_state[STATE_ID_LEN] = { [STATE_ID_LEN - 1] = 1 };

	if (memcmp(in.bytes, link_state, sizeof(link_state)) != 0)
		return AMT_INVALID_PARAMETER;
	amthi_put_bytes(out, link_state, sizeof(link_state));
	amthi_put_u32(out, STATE_BYTES);
	amthi_put_u8(out, amt->platform.link);
	amthi_put_u8(out, 0);
	amthi_put_u8(out, 1); /* cryptography is fused in */
	amthi_put_u8(out, 1); /* the flash is write-protected */
	amthi_put_u8(out, RESET_NONE);
	return AMT_SUCCESS;
}

/* Sessions, which nobody has here; the web server runs once there is a configuration. */
static uint32_t get_features_state(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	uint32_t feature = amthi_get_u32(in.bytes);

	if (feature >= FEATURES)
		return AMT_INVALID_PARAMETER;
	amthi_put_u32(out, feature);
	amthi_put_u32(out, feature == FEATURE_WEBUI && amt->state == AMT_POST);
	amthi_put_zeros(out, FEATURE_REST_LEN - 4);
	return AMT_SUCCESS;
}

static uint32_t get_power_policy(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	amthi_put_ansi(out, POWER_POLICY);
	return AMT_SUCCESS;
}

/* The machine was last started by somebody at it, together with the virtual ME. */
static uint32_t get_last_reset_reason(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	amthi_put_u32(out, RESET_OTHER);
	amthi_put_u32(out, (uint32_t)(amt->clock.wall_us / VME_CLOCK_US));
	return AMT_SUCCESS;
}

/* --- network --- */

/* No interface has IPv6 (status: LMS). */
static uint32_t get_ipv6_status(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	return amthi_get_u32(in.bytes) < IPV6_INTERFACES ? AMT_IPV6_INTERFACE_DISABLED :
							   AMT_INTERFACE_DOES_NOT_EXIST;
}

static uint32_t set_host_fqdn(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	struct amthi_in name;
	uint32_t status = amthi_get_ansi(in, &name);

	if (status)
		return status;
	if (name.len > AMT_NAME_MAX || memchr(name.bytes, 0, name.len))
		return AMT_INVALID_PARAMETER;
	snprintf(amt->platform.fqdn, sizeof(amt->platform.fqdn), "%.*s", (int)name.len,
		 (const char *)name.bytes);
	amt_changed(amt, AMT_CHANGED_SETTINGS);
	return AMT_SUCCESS;
}

/* Port and MAC, then two names; nothing ever asks for the table again. */
static uint32_t add_proxy_entry(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	struct amthi_in rest = { in.bytes + PROXY_HEAD_LEN, in.len - PROXY_HEAD_LEN };
	size_t len = rest.bytes[0] | rest.bytes[1] << 8;

	if (rest.len < 2 + len + 2)
		return AMT_INVALID_MESSAGE_LENGTH;
	rest.bytes += 2 + len;
	rest.len -= 2 + len;
	return amthi_get_ansi(rest, &rest);
}

/* That the host is inside helps only where it may route, which is off. */
static uint32_t set_enterprise_access(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	return AMT_HOST_VPN_IS_DISABLED;
}

static uint32_t set_adapter_switching(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	return amthi_get_u32(in.bytes) > 1 ? AMT_INVALID_PARAMETER : AMT_SUCCESS;
}

/* --- connections a user asks for --- */

static uint32_t get_user_interfaces(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	amthi_put_u32(out, OPEN_FROM_BIOS | OPEN_FROM_OS);
	return AMT_SUCCESS;
}

/* With statuses that LMS knows of it. */
static uint32_t open_user_connection(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	if (amt->state != AMT_POST)
		return AMT_INVALID_MODE;
	if (!amt->platform.mps[0])
		return AMT_NOT_PERMITTED;
	if (!amt->platform.link)
		return AMT_NOT_READY;
	amt->platform.remote_tunnel = AMT_TUNNEL_CONNECTED;
	amt->platform.remote_trigger = AMT_TRIGGER_USER;
	log_info("amthi", "the user opened the tunnel to %s", amt->platform.mps);
	amt_changed(amt, AMT_CHANGED_SETTINGS);
	return AMT_SUCCESS;
}

static uint32_t close_user_connection(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	if (amt->state != AMT_POST)
		return AMT_INVALID_MODE;
	amt->platform.remote_tunnel = AMT_TUNNEL_NONE;
	amt_changed(amt, AMT_CHANGED_SETTINGS);
	return AMT_SUCCESS;
}

/* --- records --- */

/* Of setup by a pre-shared key, which there is none of. */
static uint32_t get_pid(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	return AMT_NOT_FOUND;
}

/* The audit log is empty; records count from 1. */
static uint32_t get_audit_log(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	if (!amthi_get_u32(in.bytes))
		return AMT_INVALID_PARAMETER;
	amthi_put_u32(out, 0); /* in all */
	amthi_put_u32(out, 0); /* in this reply */
	amthi_put_u32(out, 0); /* bytes */
	return AMT_SUCCESS;
}

const struct amthi_command amthi_other_commands[] = {
	{ GET_AMT_STATE, STATE_ID_LEN, STATE_ID_LEN, get_amt_state, "GetAMTState" },
	{ AMTHI_CFG | 0x3b, 0, 0, get_pid, "GetPID" },
	{ AMTHI_CFG | 0x3f, ENTERPRISE_LEN, ENTERPRISE_LEN, set_enterprise_access,
	  "SetEnterpriseAccess" },
	{ AMTHI_CFG | 0x44, 0, 0, open_user_connection, "OpenUserInitiatedConnection" },
	{ AMTHI_CFG | 0x45, 0, 0, close_user_connection, "CloseUserInitiatedConnection" },
	{ AMTHI_CFG | 0x47, 0, 0, get_power_policy, "GetCurrentPowerPolicy" },
	{ AMTHI_CFG | 0x49, 4, 4, get_features_state, "GetFeaturesState" },
	{ AMTHI_CFG | 0x4a, 0, 0, get_last_reset_reason, "GetLastHostResetReason" },
	{ AMTHI_CFG | 0x4d, 0, 0, get_user_interfaces, "GetUserInitiatedEnabledInterfaces" },
	{ AMTHI_CFG | 0x52, 4, 4, get_ipv6_status, "GetIPv6LanInterfaceStatus" },
	{ AMTHI_CFG | 0x5b, 2, 2 + 0xffff, set_host_fqdn, "SetHostFQDN" },
	{ AMTHI_CFG | 0x7c, PROXY_HEAD_LEN + 4, 0xffff, add_proxy_entry, "AddProxyTableEntry" },
	{ AMTHI_CFG | 0x86, 4, 4, set_adapter_switching, "SetOverrideProsetAdapterSwitching" },
	{ AMTHI_CFG | 0x87, 4, 4, get_audit_log, "GetAuditLogRecords" },
	{ 0 },
};
