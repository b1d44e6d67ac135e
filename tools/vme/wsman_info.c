// SPDX-License-Identifier: GPL-2.0-or-later
/* Classes that tell about the device; values as on hardware (protocol.md 5.6). */
#include <stdio.h>
#include <string.h>
#include "tools/vme/amt.h"
#include "tools/vme/net_settings.h"
#include "tools/vme/wsman_class.h"
#include "tools/vme/wsman_xml.h"

/* --- AMT_GeneralSettings --- */

static void show_realm(struct wsman_call *call, const struct wsman_property *property, size_t i)
{
	xml_leaf(call->out, call->prefix, property->name, call->amt->digest_realm);
}

static const struct wsman_property general_settings[] = {
	{ "AMTNetworkEnabled", WSMAN_NUMBER, "1", 1 },
	{ "DDNSPeriodicUpdateInterval", WSMAN_NUMBER, "1440", 65535 },
	{ "DDNSTTL", WSMAN_NUMBER, "900", 2147483647 },
	{ "DDNSUpdateByDHCPServerEnabled", WSMAN_BOOL, "true", 1 },
	{ "DDNSUpdateEnabled", WSMAN_BOOL, "false", 1 },
	{ "DHCPv6ConfigurationTimeout", WSMAN_NUMBER, "0", 65535 },
	{ "DigestRealm", WSMAN_TEXT, "", WSMAN_READ_ONLY, show_realm },
	{ "DomainName", WSMAN_TEXT, "", 191 },
	{ "ElementName", WSMAN_TEXT, "Intel(r) AMT: General Settings", WSMAN_READ_ONLY },
	{ "HostName", WSMAN_TEXT, "", 63 },
	{ "HostOSFQDN", WSMAN_TEXT, "", 255 },
	{ "IdleWakeTimeout", WSMAN_NUMBER, "1", 65535 },
	{ "InstanceID", WSMAN_TEXT, "Intel(r) AMT: General Settings", WSMAN_READ_ONLY },
	{ "NetworkInterfaceEnabled", WSMAN_BOOL, "true", 1 },
	{ "PingResponseEnabled", WSMAN_BOOL, "true", 1 },
	{ "PowerSource", WSMAN_NUMBER, "0", WSMAN_READ_ONLY },
	{ "PreferredAddressFamily", WSMAN_NUMBER, "0", 1 },
	{ "PresenceNotificationInterval", WSMAN_NUMBER, "0", 255 },
	{ "PrivacyLevel", WSMAN_NUMBER, "0", 2 },
	{ "RmcpPingResponseEnabled", WSMAN_BOOL, "true", 1 },
	{ "SharedFQDN", WSMAN_BOOL, "true", 1 },
	{ "ThunderboltDockEnabled", WSMAN_NUMBER, "0", 1 },
	{ "WsmanOnlyMode", WSMAN_BOOL, "false", 1 },
	{ NULL },
};

const struct wsman_class wsman_general_settings = {
	.name = "AMT_GeneralSettings",
	.properties = general_settings,
};

/* --- CIM_SoftwareIdentity: one instance per version --- */

#define CORE_VERSION "AMT FW Core Version"

static bool has_core(const struct amt *amt)
{
	size_t i;

	for (i = 0; i < amt->version_count; i++)
		if (!strcmp(amt->versions[i].name, CORE_VERSION))
			return true;
	return false;
}

/* The host is not told of the core (amthi.md 1A), servers are. */
static size_t version_count(const struct wsman_call *call)
{
	return call->amt->version_count + !has_core(call->amt);
}

static struct amt_version version_at(const struct amt *amt, size_t i)
{
	struct amt_version core = { .name = CORE_VERSION };

	if (i < amt->version_count)
		return amt->versions[i];
	snprintf(core.value, sizeof(core.value), "%.20s", amt->fw_version);
	return core;
}

static void version_name(const struct wsman_call *call, size_t i, char key[WSMAN_KEY_MAX])
{
	struct amt_version version = version_at(call->amt, i);

	snprintf(key, WSMAN_KEY_MAX, "%s", version.name);
}

static void software_identity(struct wsman_call *call, size_t i)
{
	struct amt_version version = version_at(call->amt, i);

	xml_leaf(call->out, call->prefix, "InstanceID", version.name);
	xml_leaf_bool(call->out, call->prefix, "IsEntity", true);
	xml_leaf(call->out, call->prefix, "VersionString", version.value);
}

const struct wsman_class wsman_software_identity = {
	.name = "CIM_SoftwareIdentity",
	.key = "InstanceID",
	.count = version_count,
	.key_of = version_name,
	.write = software_identity,
};

/* --- AMT_TimeSynchronizationService --- */

#define TIME_SERVICE "Intel(r) AMT Time Synchronization Service"
#define YEAR_2004    1072915200U /* 1 Jan 2004; earlier times are refused */

static void show_source(struct wsman_call *call, const struct wsman_property *property, size_t i)
{
	xml_leaf_u64(call->out, call->prefix, property->name, call->settings->clock_set);
}

static const struct wsman_property time_service[] = {
	{ "CreationClassName", WSMAN_TEXT, "AMT_TimeSynchronizationService", WSMAN_READ_ONLY },
	{ "ElementName", WSMAN_TEXT, TIME_SERVICE, WSMAN_READ_ONLY },
	{ "EnabledState", WSMAN_NUMBER, "5", WSMAN_READ_ONLY },
	{ "LocalTimeSyncEnabled", WSMAN_NUMBER, "0", 2 },
	{ "Name", WSMAN_TEXT, TIME_SERVICE, WSMAN_READ_ONLY },
	{ "RequestedState", WSMAN_NUMBER, "12", WSMAN_READ_ONLY },
	{ "SystemCreationClassName", WSMAN_TEXT, "CIM_ComputerSystem", WSMAN_READ_ONLY },
	{ "SystemName", WSMAN_TEXT, "Intel(r) AMT", WSMAN_READ_ONLY },
	{ "TimeSource", WSMAN_NUMBER, "0", WSMAN_READ_ONLY, show_source },
	{ NULL },
};

static uint32_t time_get(struct wsman_call *call)
{
	xml_leaf_u64(call->out, call->prefix, "Ta0", (uint64_t)vme_clock_utc(&call->amt->clock));
	return PT_SUCCESS;
}

static bool is_time(int64_t seconds)
{
	return seconds > YEAR_2004 && seconds <= UINT32_MAX;
}

static bool read_time(const struct wsman_call *call, const char *name, int64_t *value)
{
	uint32_t seconds;

	if (wsman_input_number(call, name, UINT32_MAX, &seconds) || !is_time(seconds))
		return false;
	*value = seconds;
	return true;
}

/* NTP's rule with the device's answer time taken as now. */
static uint32_t time_set(struct wsman_call *call)
{
	struct vme_clock *clock = &call->amt->clock;
	int64_t ta0, tm1, tm2, ahead;

	if (!read_time(call, "Ta0", &ta0) || !read_time(call, "Tm1", &tm1) ||
	    !read_time(call, "Tm2", &tm2))
		return PT_INVALID_PARAMETER;
	ahead = ((tm1 - ta0) + (tm2 - vme_clock_utc(clock))) / 2;
	if (!is_time(vme_clock_utc(clock) + ahead))
		return PT_INVALID_PARAMETER;
	clock->wall_us += ahead * VME_CLOCK_US;
	call->settings->clock_ahead_us += ahead * VME_CLOCK_US;
	call->settings->clock_set = true;
	return PT_SUCCESS;
}

static const struct wsman_method time_methods[] = {
	{ "GetLowAccuracyTimeSynch", time_get },
	{ "SetHighAccuracyTimeSynch", time_set },
	{ NULL },
};

const struct wsman_class wsman_time_sync = {
	.name = "AMT_TimeSynchronizationService",
	.properties = time_service,
	.methods = time_methods,
};
