// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Redirection, KVM and user consent. The services themselves are not there: their
 * settings are kept and shown.
 */
#include <stdio.h>
#include <string.h>
#include "tools/vme/amt.h"
#include "tools/vme/net_settings.h"
#include "tools/vme/wsman_class.h"
#include "tools/vme/wsman_xml.h"

/* --- AMT_RedirectionService --- */

#define REDIRECTION	 "AMT_RedirectionService"
#define REDIRECTION_NAME "Intel(r) AMT Redirection Service"
#define STATE_OFF	 32768
#define STATE_IDER	 1
#define STATE_SOL	 2
#define STATE_BOTH	 (STATE_OFF + STATE_IDER + STATE_SOL)

/* What a person has set in MEBx, until a server says otherwise. */
static void show_redirection(struct wsman_call *call, const struct wsman_property *property,
			     size_t i)
{
	const char *kept = net_value_get(call->settings, REDIRECTION, i, property->name);
	const struct amt_platform *platform = &call->amt->platform;

	if (kept)
		xml_leaf(call->out, call->prefix, property->name, kept);
	else
		xml_leaf_u64(call->out, call->prefix, property->name,
			     STATE_OFF + (platform->ider ? STATE_IDER : 0) +
				     (platform->sol ? STATE_SOL : 0));
}

static int set_redirection(struct wsman_call *call, uint32_t state)
{
	struct amt_platform *platform = &call->amt->platform;
	char text[12];

	snprintf(text, sizeof(text), "%u", state);
	if (net_value_set(call->settings, REDIRECTION, 0, "EnabledState", text))
		return -1;
	platform->ider = (state - STATE_OFF) & STATE_IDER;
	platform->sol = (state - STATE_OFF) & STATE_SOL;
	amt_changed(call->amt, AMT_CHANGED_SETTINGS);
	return 0;
}

static enum wsman_fault put_redirection(struct wsman_call *call, size_t i, const char *value,
					bool apply)
{
	uint32_t state;

	if (wsman_read_number(value, STATE_BOTH, &state) || state < STATE_OFF)
		return WSMAN_INVALID_REPRESENTATION;
	return apply && set_redirection(call, state) ? WSMAN_INTERNAL : WSMAN_NO_FAULT;
}

static uint32_t redirection_state(struct wsman_call *call)
{
	uint32_t state;

	if (wsman_input_number(call, "RequestedState", STATE_BOTH, &state) || state < STATE_OFF)
		return PT_INVALID_PARAMETER;
	return set_redirection(call, state) ? PT_INTERNAL_ERROR : PT_SUCCESS;
}

static const struct wsman_property redirection[] = {
	{ "AccessLog", WSMAN_LIST, "", WSMAN_READ_ONLY },
	{ "CreationClassName", WSMAN_TEXT, REDIRECTION, WSMAN_READ_ONLY },
	{ "ElementName", WSMAN_TEXT, REDIRECTION_NAME, WSMAN_READ_ONLY },
	{ "EnabledState", WSMAN_NUMBER, "", STATE_BOTH, show_redirection, put_redirection },
	{ "ListenerEnabled", WSMAN_BOOL, "false", 1 },
	{ "Name", WSMAN_TEXT, REDIRECTION_NAME, WSMAN_READ_ONLY },
	{ "SystemCreationClassName", WSMAN_TEXT, "CIM_ComputerSystem", WSMAN_READ_ONLY },
	{ "SystemName", WSMAN_TEXT, "Intel(r) AMT", WSMAN_READ_ONLY },
	{ NULL },
};

static const struct wsman_method redirection_methods[] = {
	{ "RequestStateChange", redirection_state },
	{ NULL },
};

const struct wsman_class wsman_redirection = {
	.name = REDIRECTION,
	.properties = redirection,
	.methods = redirection_methods,
};

/* --- CIM_KVMRedirectionSAP --- */

#define KVM_NAME       "KVM Redirection Service Access Point"
#define KVM_ENABLED    2
#define KVM_DISABLED   3
#define KVM_ACTIVE_OFF 6 /* enabled, nobody connected */

static void show_kvm(struct wsman_call *call, const struct wsman_property *property, size_t i)
{
	xml_leaf_u64(call->out, call->prefix, property->name,
		     call->amt->platform.kvm ? KVM_ACTIVE_OFF : KVM_DISABLED);
}

static uint32_t kvm_state(struct wsman_call *call)
{
	uint32_t state;

	if (wsman_input_number(call, "RequestedState", KVM_DISABLED, &state) || state < KVM_ENABLED)
		return PT_INVALID_PARAMETER;
	call->amt->platform.kvm = state == KVM_ENABLED;
	amt_changed(call->amt, AMT_CHANGED_SETTINGS);
	return PT_SUCCESS;
}

static const struct wsman_property kvm[] = {
	{ "CreationClassName", WSMAN_TEXT, "CIM_KVMRedirectionSAP", WSMAN_READ_ONLY },
	{ "ElementName", WSMAN_TEXT, KVM_NAME, WSMAN_READ_ONLY },
	{ "EnabledState", WSMAN_NUMBER, "", WSMAN_READ_ONLY, show_kvm },
	{ "KVMProtocol", WSMAN_NUMBER, "4", WSMAN_READ_ONLY },
	{ "Name", WSMAN_TEXT, KVM_NAME, WSMAN_READ_ONLY },
	{ "RequestedState", WSMAN_NUMBER, "5", WSMAN_READ_ONLY },
	{ "SystemCreationClassName", WSMAN_TEXT, "CIM_ComputerSystem", WSMAN_READ_ONLY },
	{ "SystemName", WSMAN_TEXT, "ManagedSystem", WSMAN_READ_ONLY },
	{ NULL },
};

static const struct wsman_method kvm_methods[] = {
	{ "RequestStateChange", kvm_state },
	{ NULL },
};

const struct wsman_class wsman_kvm = {
	.name = "CIM_KVMRedirectionSAP",
	.properties = kvm,
	.methods = kvm_methods,
};

/* --- IPS_OptInService --- */

#define OPT_IN	    "Intel(r) AMT OptIn Service"
#define CONSENT_ALL UINT32_MAX

/* 0 nobody is asked, 1 for KVM, all ones for everything. */
static enum wsman_fault put_consent(struct wsman_call *call, size_t i, const char *value,
				    bool apply)
{
	uint32_t required;

	wsman_read_number(value, CONSENT_ALL, &required);
	if (required > 1 && required != CONSENT_ALL)
		return WSMAN_INVALID_REPRESENTATION;
	if (apply && net_value_set(call->settings, "IPS_OptInService", i, "OptInRequired", value))
		return WSMAN_INTERNAL;
	return WSMAN_NO_FAULT;
}

static void show_consent(struct wsman_call *call, const struct wsman_property *property, size_t i)
{
	const char *kept = net_value_get(call->settings, "IPS_OptInService", i, property->name);

	xml_leaf(call->out, call->prefix, property->name, kept ? kept : property->initial);
}

static const struct wsman_property opt_in[] = {
	{ "CanModifyOptInPolicy", WSMAN_NUMBER, "1", WSMAN_READ_ONLY },
	{ "CreationClassName", WSMAN_TEXT, "IPS_OptInService", WSMAN_READ_ONLY },
	{ "ElementName", WSMAN_TEXT, OPT_IN, WSMAN_READ_ONLY },
	{ "Name", WSMAN_TEXT, OPT_IN, WSMAN_READ_ONLY },
	{ "OptInCodeTimeout", WSMAN_NUMBER, "120", 65535 },
	{ "OptInDisplayTimeout", WSMAN_NUMBER, "300", 65535 },
	{ "OptInRequired", WSMAN_NUMBER, "1", CONSENT_ALL, show_consent, put_consent },
	{ "OptInState", WSMAN_NUMBER, "0", WSMAN_READ_ONLY },
	{ "SystemCreationClassName", WSMAN_TEXT, "CIM_ComputerSystem", WSMAN_READ_ONLY },
	{ "SystemName", WSMAN_TEXT, "Intel(r) AMT", WSMAN_READ_ONLY },
	{ NULL },
};

const struct wsman_class wsman_opt_in = {
	.name = "IPS_OptInService",
	.properties = opt_in,
};

/* --- IPS_HostBasedSetupService: only tells; setup is by TLS here --- */

#define HOST_SETUP "Intel(r) AMT Host Based Setup Service"

static void show_control(struct wsman_call *call, const struct wsman_property *property, size_t i)
{
	xml_leaf_u64(call->out, call->prefix, property->name, call->amt->control);
}

static void show_nonce(struct wsman_call *call, const struct wsman_property *property, size_t i)
{
	xml_leaf_base64(call->out, call->prefix, property->name, net_settings_nonce(call->settings),
			NET_NONCE_LEN);
}

static const struct wsman_property host_setup[] = {
	{ "AllowedControlModes", WSMAN_LIST, "2,1", WSMAN_READ_ONLY },
	{ "CertChainStatus", WSMAN_NUMBER, "0", WSMAN_READ_ONLY },
	{ "ConfigurationNonce", WSMAN_TEXT, "", WSMAN_READ_ONLY, show_nonce },
	{ "CreationClassName", WSMAN_TEXT, "IPS_HostBasedSetupService", WSMAN_READ_ONLY },
	{ "CurrentControlMode", WSMAN_NUMBER, "", WSMAN_READ_ONLY, show_control },
	{ "ElementName", WSMAN_TEXT, HOST_SETUP, WSMAN_READ_ONLY },
	{ "Name", WSMAN_TEXT, HOST_SETUP, WSMAN_READ_ONLY },
	{ "SystemCreationClassName", WSMAN_TEXT, "CIM_ComputerSystem", WSMAN_READ_ONLY },
	{ "SystemName", WSMAN_TEXT, "Intel(r) AMT", WSMAN_READ_ONLY },
	{ NULL },
};

const struct wsman_class wsman_host_setup = {
	.name = "IPS_HostBasedSetupService",
	.properties = host_setup,
};
