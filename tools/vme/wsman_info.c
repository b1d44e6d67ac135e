// SPDX-License-Identifier: GPL-2.0-or-later
/* Classes that tell about the device; values as on hardware (protocol.md 5.6). */
#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include "tools/vme/amt.h"
#include "tools/vme/wsman_class.h"
#include "tools/vme/wsman_request.h"
#include "tools/vme/wsman_xml.h"

static size_t one(const struct amt *amt)
{
	return 1;
}

/* --- AMT_GeneralSettings --- */

static void general_settings(struct wsman_call *call, size_t i)
{
	struct xml_out *out = call->out;
	const char *p = call->prefix;

	xml_leaf_u64(out, p, "AMTNetworkEnabled", 1);
	xml_leaf_u64(out, p, "DDNSPeriodicUpdateInterval", 1440);
	xml_leaf_u64(out, p, "DDNSTTL", 900);
	xml_leaf_bool(out, p, "DDNSUpdateByDHCPServerEnabled", true);
	xml_leaf_bool(out, p, "DDNSUpdateEnabled", false);
	xml_leaf_u64(out, p, "DHCPv6ConfigurationTimeout", 0);
	xml_leaf(out, p, "DigestRealm", call->amt->digest_realm);
	xml_leaf(out, p, "DomainName", "");
	xml_leaf(out, p, "ElementName", "Intel(r) AMT: General Settings");
	xml_leaf(out, p, "HostName", "");
	xml_leaf(out, p, "HostOSFQDN", "");
	xml_leaf_u64(out, p, "IdleWakeTimeout", 1);
	xml_leaf(out, p, "InstanceID", "Intel(r) AMT: General Settings");
	xml_leaf_bool(out, p, "NetworkInterfaceEnabled", true);
	xml_leaf_bool(out, p, "PingResponseEnabled", true);
	xml_leaf_u64(out, p, "PowerSource", 0);
	xml_leaf_u64(out, p, "PreferredAddressFamily", 0);
	xml_leaf_u64(out, p, "PresenceNotificationInterval", 0);
	xml_leaf_u64(out, p, "PrivacyLevel", 0);
	xml_leaf_bool(out, p, "RmcpPingResponseEnabled", true);
	xml_leaf_bool(out, p, "SharedFQDN", true);
	xml_leaf_u64(out, p, "ThunderboltDockEnabled", 0);
	xml_leaf_bool(out, p, "WsmanOnlyMode", false);
}

const struct wsman_class wsman_general_settings = {
	.name = "AMT_GeneralSettings",
	.count = one,
	.write = general_settings,
};

/* --- CIM_SoftwareIdentity: one instance per version --- */

static size_t version_count(const struct amt *amt)
{
	return amt->version_count;
}

static const char *version_name(const struct amt *amt, size_t i)
{
	return amt->versions[i].name;
}

static void software_identity(struct wsman_call *call, size_t i)
{
	const struct amt_version *version = &call->amt->versions[i];

	xml_leaf(call->out, call->prefix, "InstanceID", version->name);
	xml_leaf_bool(call->out, call->prefix, "IsEntity", true);
	xml_leaf(call->out, call->prefix, "VersionString", version->value);
}

const struct wsman_class wsman_software_identity = {
	.name = "CIM_SoftwareIdentity",
	.key = "InstanceID",
	.count = version_count,
	.key_of = version_name,
	.write = software_identity,
};

/* --- AMT_TimeSynchronizationService --- */

#define YEAR_2004 1072915200L /* 1 Jan 2004; earlier times are refused */

static int64_t device_time(const struct wsman_call *call)
{
	return time(NULL) + *call->clock_offset_s;
}

static void time_service(struct wsman_call *call, size_t i)
{
	struct xml_out *out = call->out;
	const char *p = call->prefix;

	xml_leaf(out, p, "CreationClassName", "AMT_TimeSynchronizationService");
	xml_leaf(out, p, "ElementName", "Intel(r) AMT Time Synchronization Service");
	xml_leaf_u64(out, p, "EnabledState", 5);
	xml_leaf_u64(out, p, "LocalTimeSyncEnabled", 0);
	xml_leaf(out, p, "Name", "Intel(r) AMT Time Synchronization Service");
	xml_leaf_u64(out, p, "RequestedState", 12);
	xml_leaf(out, p, "SystemCreationClassName", "CIM_ComputerSystem");
	xml_leaf(out, p, "SystemName", "Intel(r) AMT");
	xml_leaf_u64(out, p, "TimeSource", *call->clock_offset_s != 0);
}

static uint32_t time_get(struct wsman_call *call)
{
	xml_leaf_u64(call->out, call->prefix, "Ta0", device_time(call));
	return PT_SUCCESS;
}

static bool read_time(const struct wsman_call *call, const char *name, int64_t *value)
{
	char *text = wsman_input(call, name);
	char *end = text;
	bool ok;

	errno = 0;
	*value = text ? strtoll(text, &end, 10) : 0;
	ok = text && *text && !*end && !errno && *value > YEAR_2004 && *value <= UINT32_MAX;
	wsman_string_free(text);
	return ok;
}

/* NTP's rule with the device's answer time taken as now. */
static uint32_t time_set(struct wsman_call *call)
{
	int64_t ta0, tm1, tm2;

	if (!read_time(call, "Ta0", &ta0) || !read_time(call, "Tm1", &tm1) ||
	    !read_time(call, "Tm2", &tm2))
		return PT_INVALID_PARAMETER;
	*call->clock_offset_s += ((tm1 - ta0) + (tm2 - device_time(call))) / 2;
	return PT_SUCCESS;
}

static const struct wsman_method time_methods[] = {
	{ "GetLowAccuracyTimeSynch", time_get },
	{ "SetHighAccuracyTimeSynch", time_set },
	{ NULL },
};

const struct wsman_class wsman_time_sync = {
	.name = "AMT_TimeSynchronizationService",
	.count = one,
	.write = time_service,
	.methods = time_methods,
};
