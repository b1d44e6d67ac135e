// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * AMT_SystemPowerScheme and which of them is in force: in what states of the machine
 * AMT answers. Properties as the class header of Intel's LMS has them, SetPowerScheme
 * with the scheme as selector as MeshCentral asks for it. What a scheme is called and
 * its GUID are ours [I]; the machine has no power states for them to act on.
 */
#include <stdio.h>
#include <string.h>
#include "tools/vme/amt.h"
#include "tools/vme/net_settings.h"
#include "tools/vme/wsman_class.h"
#include "tools/vme/wsman_exchange.h"
#include "tools/vme/wsman_request.h"
#include "tools/vme/wsman_xml.h"

#define SCHEME	       "AMT_SystemPowerScheme"
#define KEY	       "Intel(r) AMT:Power Scheme "
#define CURRENT	       "Current" /* kept beside the properties, not shown as one */
#define IS_CURRENT     1
#define IS_NOT_CURRENT 2
#define GUID_LEN       16

static const struct {
	const char *description;
	uint8_t guid[GUID_LEN];
} schemes[] = {
	{ "ON in S0",
	  { 0x6d, 0x65, 0x69, 0x70, 0x72, 0x6f, 0x76, 0x00, 0x80, 0x00, 0, 0, 0, 0, 0, 1 } },
	{ "ON in S0, ME Wake in S3, S4-5",
	  { 0x6d, 0x65, 0x69, 0x70, 0x72, 0x6f, 0x76, 0x00, 0x80, 0x00, 0, 0, 0, 0, 0, 2 } },
};

#define SCHEMES	      (sizeof(schemes) / sizeof(schemes[0]))
#define FIRST_CURRENT 1

static size_t count(const struct wsman_call *call)
{
	return SCHEMES;
}

static void key_of(const struct wsman_call *call, size_t i, char key[WSMAN_KEY_MAX])
{
	snprintf(key, WSMAN_KEY_MAX, KEY "%zu", i);
}

static void write_scheme(struct wsman_call *call, size_t i)
{
	char key[WSMAN_KEY_MAX];

	key_of(call, i, key);
	xml_leaf(call->out, call->prefix, "Description", schemes[i].description);
	xml_leaf(call->out, call->prefix, "ElementName", schemes[i].description);
	xml_leaf(call->out, call->prefix, "InstanceID", key);
	xml_leaf_base64(call->out, call->prefix, "SchemeGUID", schemes[i].guid, GUID_LEN);
}

static size_t named_scheme(const struct wsman_call *call)
{
	char *name = wsman_selector(call->req, "InstanceID");
	char key[WSMAN_KEY_MAX];
	size_t i;

	for (i = 0; name && i < SCHEMES; i++) {
		key_of(call, i, key);
		if (!strcmp(name, key))
			break;
	}
	if (!name)
		i = SCHEMES;
	wsman_string_free(name);
	return i;
}

static uint32_t set_scheme(struct wsman_call *call)
{
	size_t i = named_scheme(call);
	char text[4];

	if (i == SCHEMES) {
		call->fault = WSMAN_INVALID_SELECTORS;
		return PT_INVALID_PARAMETER;
	}
	snprintf(text, sizeof(text), "%zu", i);
	return net_value_set(call->settings, SCHEME, 0, CURRENT, text) ? PT_INTERNAL_ERROR :
									 PT_SUCCESS;
}

static const struct wsman_method methods[] = {
	{ "SetPowerScheme", set_scheme },
	{ NULL },
};

const struct wsman_class wsman_power_scheme = {
	.name = SCHEME,
	.key = "InstanceID",
	.count = count,
	.key_of = key_of,
	.write = write_scheme,
	.methods = methods,
};

/* --- CIM_ElementSettingData: the same schemes, as settings of the machine --- */

static size_t current_scheme(const struct wsman_call *call)
{
	const char *kept = net_value_get(call->settings, SCHEME, 0, CURRENT);
	uint32_t i = FIRST_CURRENT;

	if (kept)
		wsman_read_number(kept, SCHEMES - 1, &i);
	return i;
}

static void write_setting(struct wsman_call *call, size_t i)
{
	char key[WSMAN_KEY_MAX];

	key_of(call, i, key);
	xml_leaf_u64(call->out, call->prefix, "IsCurrent",
		     i == current_scheme(call) ? IS_CURRENT : IS_NOT_CURRENT);
	wsman_epr_write(call->out, call->prefix, "ManagedElement", "CIM_ComputerSystem", "Name",
			"ManagedSystem");
	wsman_epr_write(call->out, call->prefix, "SettingData", SCHEME, "InstanceID", key);
}

const struct wsman_class wsman_element_setting = {
	.name = "CIM_ElementSettingData",
	.key = "SettingData",
	.count = count,
	.key_of = key_of,
	.write = write_setting,
};
