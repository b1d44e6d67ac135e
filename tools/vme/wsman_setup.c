// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * AMT_SetupAndConfigurationService (protocol.md 5.4). It translates; what is allowed
 * when is the model's business (amt*.c).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/crypto.h>
#include "tools/vme/amt.h"
#include "tools/vme/net_settings.h"
#include "tools/vme/wsman_class.h"
#include "tools/vme/wsman_record.h"
#include "tools/vme/wsman_request.h"
#include "tools/vme/wsman_xml.h"

#define SERVICE_NAME "Intel(r) AMT Setup and Configuration Service"
#define MODE_MAX     3 /* of Unprovision: current, enterprise, SMB, RCS */

#define COMPONENT_AUDIT_LOG 1

/* --- properties --- */

static void show_text(struct wsman_call *call, const struct wsman_property *property,
		      const char *text)
{
	xml_leaf(call->out, call->prefix, property->name, text);
}

static void show_number(struct wsman_call *call, const struct wsman_property *property,
			uint32_t number)
{
	xml_leaf_u64(call->out, call->prefix, property->name, number);
}

static void show_server(struct wsman_call *call, const struct wsman_property *property, size_t i)
{
	show_text(call, property, call->amt->platform.config_server_fqdn);
}

static enum wsman_fault put_server(struct wsman_call *call, size_t i, const char *value, bool apply)
{
	struct amt_platform *platform = &call->amt->platform;

	if (apply) {
		snprintf(platform->config_server_fqdn, sizeof(platform->config_server_fqdn), "%s",
			 value);
		amt_changed(call->amt, AMT_CHANGED_SETTINGS);
	}
	return WSMAN_NO_FAULT;
}

static void show_dhcp_suffix(struct wsman_call *call, const struct wsman_property *property,
			     size_t i)
{
	show_text(call, property, call->amt->dhcp_suffix);
}

static void show_mode(struct wsman_call *call, const struct wsman_property *property, size_t i)
{
	show_number(call, property, call->amt->control == AMT_CONTROL_CCM ? 4 : 1);
}

static void show_otp(struct wsman_call *call, const struct wsman_property *property, size_t i)
{
	uint8_t otp[AMT_OTP_MAX];

	amt_otp_visible(call->amt, otp);
	xml_leaf_base64(call->out, call->prefix, property->name, otp, sizeof(otp));
	OPENSSL_cleanse(otp, sizeof(otp));
}

/* What clients that put back all they were shown send. */
static bool is_visible_otp(const struct amt *amt, const uint8_t *otp, size_t len)
{
	uint8_t visible[AMT_OTP_MAX];
	bool same;

	amt_otp_visible(amt, visible);
	same = len == sizeof(visible) && !CRYPTO_memcmp(visible, otp, len);
	OPENSSL_cleanse(visible, sizeof(visible));
	return same;
}

/* For the next configuration: so not while one is under way (protocol.md 4.3). */
static enum wsman_fault put_otp(struct wsman_call *call, size_t i, const char *value, bool apply)
{
	enum wsman_fault fault = WSMAN_NO_FAULT;
	size_t len = 0;
	uint8_t *otp = wsman_read_base64(value, &len);

	if (!otp || len < AMT_OTP_MIN || len > AMT_OTP_MAX)
		fault = WSMAN_INVALID_REPRESENTATION;
	else if (!is_visible_otp(call->amt, otp, len))
		fault = amt_put_otp(call->amt, otp, len, apply) ? WSMAN_ACCESS_DENIED :
								  WSMAN_NO_FAULT;
	if (otp)
		OPENSSL_cleanse(otp, len);
	free(otp);
	return fault;
}

static void show_state(struct wsman_call *call, const struct wsman_property *property, size_t i)
{
	show_number(call, property, call->amt->state);
}

static void show_trusted(struct wsman_call *call, const struct wsman_property *property, size_t i)
{
	show_text(call, property, call->amt->pki_suffix);
}

static void show_ztc(struct wsman_call *call, const struct wsman_property *property, size_t i)
{
	xml_leaf_bool(call->out, call->prefix, property->name, call->amt->ztc_enabled);
}

static enum wsman_fault put_ztc(struct wsman_call *call, size_t i, const char *value, bool apply)
{
	bool on;

	wsman_read_bool(value, &on);
	if (apply)
		amt_mebx_ztc(call->amt, on);
	return WSMAN_NO_FAULT;
}

static const struct wsman_property properties[] = {
	{ "ConfigurationServerFQDN", WSMAN_TEXT, "", AMT_NAME_MAX, show_server, put_server },
	{ "CreationClassName", WSMAN_TEXT, "AMT_SetupAndConfigurationService", WSMAN_READ_ONLY },
	{ "DhcpDNSSuffix", WSMAN_TEXT, "", WSMAN_READ_ONLY, show_dhcp_suffix },
	{ "ElementName", WSMAN_TEXT, SERVICE_NAME, WSMAN_READ_ONLY },
	{ "EnabledState", WSMAN_NUMBER, "5", WSMAN_READ_ONLY },
	{ "Name", WSMAN_TEXT, SERVICE_NAME, WSMAN_READ_ONLY },
	{ "PasswordModel", WSMAN_NUMBER, "1", 2 },
	{ "ProvisioningMode", WSMAN_NUMBER, "", WSMAN_READ_ONLY, show_mode },
	{ "ProvisioningServerOTP", WSMAN_TEXT, "", 44, show_otp, put_otp },
	{ "ProvisioningState", WSMAN_NUMBER, "", WSMAN_READ_ONLY, show_state },
	{ "RequestedState", WSMAN_NUMBER, "12", WSMAN_READ_ONLY },
	{ "SystemCreationClassName", WSMAN_TEXT, "CIM_ComputerSystem", WSMAN_READ_ONLY },
	{ "SystemName", WSMAN_TEXT, "Intel(r) AMT", WSMAN_READ_ONLY },
	{ "TrustedDNSSuffix", WSMAN_TEXT, "", WSMAN_READ_ONLY, show_trusted },
	{ "ZeroTouchConfigurationEnabled", WSMAN_BOOL, "", 1, show_ztc, put_ztc },
	{ NULL },
};

/* --- methods --- */

/* Strong: 8-32 characters of 7-bit ASCII, with an upper and a lower case
 * letter, a digit and something else (protocol.md 5.3 step 4).
 */
static bool is_strong(const char *password)
{
	bool upper = false, lower = false, digit = false, other = false;
	size_t i;

	for (i = 0; password[i]; i++) {
		unsigned char c = password[i];

		if (i == AMT_PASSWORD_MAX || c < 0x20 || c > 0x7e)
			return false;
		if (c >= 'A' && c <= 'Z')
			upper = true;
		else if (c >= 'a' && c <= 'z')
			lower = true;
		else if (c >= '0' && c <= '9')
			digit = true;
		else
			other = true;
	}
	return i >= 8 && upper && lower && digit && other;
}

static uint32_t set_mebx_password(struct wsman_call *call)
{
	char *password = wsman_input(call, "Password");
	uint32_t status;

	if (!password) {
		call->fault = WSMAN_INVALID_PARAMETER;
		return PT_INVALID_PARAMETER;
	}
	status = is_strong(password) ? amt_set_mebx_password(call->amt, password) :
				       PT_INVALID_PASSWORD;
	wsman_string_free(password);
	return status;
}

/*
 * TLS settings take effect now, in POST too. A failed commit leaves them as they
 * were.
 */
static uint32_t commit_changes(struct wsman_call *call)
{
	uint32_t status = amt_commit(call->amt);

	if (!status)
		call->tls_changed = net_tls_commit(call->settings);
	return status;
}

static uint32_t get_uuid(struct wsman_call *call)
{
	xml_leaf_base64(call->out, call->prefix, "UUID", call->amt->uuid, sizeof(call->amt->uuid));
	return PT_SUCCESS;
}

static uint32_t unprovision(struct wsman_call *call)
{
	uint32_t mode = 0;

	if (wsman_input_number(call, "ProvisioningMode", MODE_MAX, &mode))
		return PT_INVALID_PARAMETER;
	return amt_unprovision_by_server(call->amt, false);
}

static uint32_t unprovision_partial(struct wsman_call *call)
{
	return amt_unprovision_by_server(call->amt, true);
}

static uint32_t extend_period(struct wsman_call *call)
{
	uint32_t hours;

	if (wsman_input_number(call, "Duration", UINT32_MAX, &hours))
		return PT_INVALID_PARAMETER;
	return amt_extend(call->amt, hours);
}

/* The device's flash does not wear out: there is never anything to reset. */
static uint32_t reset_wear_out(struct wsman_call *call)
{
	return PT_SUCCESS;
}

/* Of the last attempt; the audit log is the only one that has a number (LMS). */
static uint32_t blocking_components(struct wsman_call *call)
{
	if (call->amt->unprovision_blocked)
		xml_leaf_u64(call->out, call->prefix, "Component", COMPONENT_AUDIT_LOG);
	return PT_SUCCESS;
}

static uint32_t audit_record(struct wsman_call *call)
{
	if (!call->amt->audit.exists)
		return PT_NOT_FOUND;
	wsman_record_write(call);
	return PT_SUCCESS;
}

/* Went with AMT 11 (protocol.md 5.4); before, this device has PKI only. */
static uint32_t set_psk(struct wsman_call *call)
{
	return PT_UNSUPPORTED;
}

static const struct wsman_method methods[] = {
	{ "CommitChanges", commit_changes },
	{ "ExtendProvisioningPeriod", extend_period },
	{ "GetProvisioningAuditRecord", audit_record },
	{ "GetProvisioningAuditRecordV2", audit_record },
	{ "GetUnprovisionBlockingComponents", blocking_components },
	{ "GetUuid", get_uuid },
	{ "PartialUnprovision", unprovision_partial },
	{ "ResetFlashWearOutProtection", reset_wear_out },
	{ "SetMEBxPassword", set_mebx_password },
	{ "SetTLSPSK", set_psk, 10 },
	{ "Unprovision", unprovision },
	{ NULL },
};

const struct wsman_class wsman_setup_service = {
	.name = "AMT_SetupAndConfigurationService",
	.properties = properties,
	.methods = methods,
};
