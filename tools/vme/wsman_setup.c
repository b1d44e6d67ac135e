// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The classes that configure: AMT_SetupAndConfigurationService (protocol.md 5.4)
 * and AMT_AuthorizationService. They translate; what is allowed when is the
 * model's business (amt.c).
 */
#include <stdlib.h>
#include <string.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include "tools/vme/amt.h"
#include "tools/vme/wsman_class.h"
#include "tools/vme/wsman_request.h"
#include "tools/vme/wsman_xml.h"

#define SERVICE_NAME "Intel(r) AMT Setup and Configuration Service"
#define AUTH_NAME    "Intel(r) AMT Authorization Service"
#define USER_MAX     16

static size_t one(const struct amt *amt)
{
	return 1;
}

/* --- AMT_SetupAndConfigurationService --- */

static void setup_service(struct wsman_call *call, size_t i)
{
	const struct amt *amt = call->amt;
	struct xml_out *out = call->out;
	const char *p = call->prefix;
	uint8_t otp[AMT_OTP_MAX];

	amt_otp_visible(amt, otp);
	xml_leaf(out, p, "ConfigurationServerFQDN", "");
	xml_leaf(out, p, "CreationClassName", "AMT_SetupAndConfigurationService");
	xml_leaf(out, p, "DhcpDNSSuffix", amt->dhcp_suffix);
	xml_leaf(out, p, "ElementName", SERVICE_NAME);
	xml_leaf_u64(out, p, "EnabledState", 5);
	xml_leaf(out, p, "Name", SERVICE_NAME);
	xml_leaf_u64(out, p, "PasswordModel", 1);
	xml_leaf_u64(out, p, "ProvisioningMode", amt->control == AMT_CONTROL_CCM ? 4 : 1);
	xml_leaf_base64(out, p, "ProvisioningServerOTP", otp, sizeof(otp));
	xml_leaf_u64(out, p, "ProvisioningState", amt->state);
	xml_leaf_u64(out, p, "RequestedState", 12);
	xml_leaf(out, p, "SystemCreationClassName", "CIM_ComputerSystem");
	xml_leaf(out, p, "SystemName", "Intel(r) AMT");
	xml_leaf(out, p, "TrustedDNSSuffix", amt->pki_suffix);
	xml_leaf_bool(out, p, "ZeroTouchConfigurationEnabled", amt->ztc_enabled);
	OPENSSL_cleanse(otp, sizeof(otp));
}

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

static uint32_t commit_changes(struct wsman_call *call)
{
	return amt_commit(call->amt);
}

static uint32_t get_uuid(struct wsman_call *call)
{
	xml_leaf_base64(call->out, call->prefix, "UUID", call->amt->uuid, sizeof(call->amt->uuid));
	return PT_SUCCESS;
}

static const struct wsman_method setup_methods[] = {
	{ "CommitChanges", commit_changes },
	{ "GetUuid", get_uuid },
	{ "SetMEBxPassword", set_mebx_password },
	{ NULL },
};

const struct wsman_class wsman_setup_service = {
	.name = "AMT_SetupAndConfigurationService",
	.count = one,
	.write = setup_service,
	.methods = setup_methods,
};

/* --- AMT_AuthorizationService --- */

static void authorization(struct wsman_call *call, size_t i)
{
	struct xml_out *out = call->out;
	const char *p = call->prefix;

	xml_leaf_u64(out, p, "AllowHttpQopAuthOnly", 1);
	xml_leaf(out, p, "CreationClassName", "AMT_AuthorizationService");
	xml_leaf(out, p, "ElementName", AUTH_NAME);
	xml_leaf_u64(out, p, "EnabledState", 5);
	xml_leaf(out, p, "Name", AUTH_NAME);
	xml_leaf_u64(out, p, "RequestedState", 12);
	xml_leaf(out, p, "SystemCreationClassName", "CIM_ComputerSystem");
	xml_leaf(out, p, "SystemName", "Intel(r) AMT");
}

static bool read_hex(const char *text, uint8_t out[16])
{
	size_t len;

	return strspn(text, "0123456789abcdefABCDEF") == 32 &&
	       OPENSSL_hexstr2buf_ex(out, 16, &len, text, '\0') && len == 16;
}

/* 16 bytes are 22 characters and "==". */
static bool read_base64(const char *text, uint8_t out[16])
{
	uint8_t bytes[18];
	bool ok = strlen(text) == 24 && !strcmp(text + 22, "==") && text[21] != '=' &&
		  EVP_DecodeBlock(bytes, (const unsigned char *)text, 24) == 18;

	if (ok)
		memcpy(out, bytes, 16);
	OPENSSL_cleanse(bytes, sizeof(bytes));
	return ok;
}

/* Intel's clients send base64, MeshCentral the 32 hex digits. */
static bool read_ha1(const char *text, uint8_t out[16])
{
	return strlen(text) == 32 ? read_hex(text, out) : read_base64(text, out);
}

static bool is_user_name(const char *user)
{
	size_t len = strlen(user);
	size_t i;

	for (i = 0; i < len; i++)
		if (user[i] < 0x20 || user[i] > 0x7e || user[i] == ':')
			return false;
	return len && len <= USER_MAX;
}

static uint32_t set_admin(struct wsman_call *call)
{
	char *user = wsman_input(call, "Username");
	char *digest = wsman_input(call, "DigestPassword");
	uint32_t status = PT_INTERNAL_ERROR;
	uint8_t ha1[16];

	if (!user || !digest)
		call->fault = WSMAN_INVALID_PARAMETER;
	else if (!is_user_name(user))
		status = PT_INVALID_NAME;
	else if (!read_ha1(digest, ha1))
		status = PT_INVALID_PARAMETER;
	else
		status = amt_set_admin(call->amt, user, ha1);
	OPENSSL_cleanse(ha1, sizeof(ha1));
	wsman_string_free(user);
	wsman_string_free(digest);
	return status;
}

static const struct wsman_method authorization_methods[] = {
	{ "SetAdminAclEntryEx", set_admin },
	{ NULL },
};

const struct wsman_class wsman_authorization = {
	.name = "AMT_AuthorizationService",
	.count = one,
	.write = authorization,
	.methods = authorization_methods,
};
