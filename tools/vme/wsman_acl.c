// SPDX-License-Identifier: GPL-2.0-or-later
/* AMT_AuthorizationService: the administrator and the other users. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/crypto.h>
#include "tools/vme/amt.h"
#include "tools/vme/net_settings.h"
#include "tools/vme/wsman_class.h"
#include "tools/vme/wsman_request.h"
#include "tools/vme/wsman_xml.h"

#define AUTH_NAME "Intel(r) AMT Authorization Service"

#define ACCESS_MAX 2 /* local, network, both */

static const struct wsman_property properties[] = {
	{ "AllowHttpQopAuthOnly", WSMAN_NUMBER, "1", 1 },
	{ "CreationClassName", WSMAN_TEXT, "AMT_AuthorizationService", WSMAN_READ_ONLY },
	{ "ElementName", WSMAN_TEXT, AUTH_NAME, WSMAN_READ_ONLY },
	{ "EnabledState", WSMAN_NUMBER, "5", WSMAN_READ_ONLY },
	{ "Name", WSMAN_TEXT, AUTH_NAME, WSMAN_READ_ONLY },
	{ "RequestedState", WSMAN_NUMBER, "12", WSMAN_READ_ONLY },
	{ "SystemCreationClassName", WSMAN_TEXT, "CIM_ComputerSystem", WSMAN_READ_ONLY },
	{ "SystemName", WSMAN_TEXT, "Intel(r) AMT", WSMAN_READ_ONLY },
	{ NULL },
};

/* --- passwords and names --- */

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
	return len && len <= NET_USER_NAME_MAX;
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

/* --- users --- */

/* 1 to 28 bytes, a multiple of four (protocol.md 5.3 step 13). */
static uint32_t read_sid(const struct wsman_call *call, struct net_user *user)
{
	char *text = wsman_input(call, "KerberosUserSid");
	size_t len = 0;
	uint8_t *sid = text ? wsman_read_base64(text, &len) : NULL;
	bool ok = sid && len && len <= NET_SID_MAX && len % 4 == 0;

	if (ok) {
		memcpy(user->sid, sid, len);
		user->sid_len = len;
	}
	free(sid);
	wsman_string_free(text);
	return ok ? PT_SUCCESS : PT_INVALID_PARAMETER;
}

static uint32_t read_digest_user(const struct wsman_call *call, struct net_user *user)
{
	char *name = wsman_input(call, "DigestUsername");
	char *digest = wsman_input(call, "DigestPassword");
	uint32_t status = PT_SUCCESS;

	if (!name || !digest || !read_ha1(digest, user->ha1))
		status = PT_INVALID_PARAMETER;
	else if (!is_user_name(name) || !strcmp(name, "admin") || !strncmp(name, "$$", 2))
		status = PT_INVALID_NAME;
	else
		snprintf(user->name, sizeof(user->name), "%s", name);
	wsman_string_free(name);
	wsman_string_free(digest);
	return status;
}

/* 2 to 21 and 24; 22 and 23 have no meaning that was published. */
#define REALMS_KNOWN (0x003ffffc | 1 << 24)

static uint32_t read_realms(const struct wsman_call *call, struct net_user *user)
{
	const xmlNode *node = call->req->payload->children;
	uint32_t realm;
	bool ok;

	for (; node; node = node->next) {
		char *text;

		if (node->type != XML_ELEMENT_NODE || strcmp((char *)node->name, "Realms"))
			continue;
		text = wsman_string(node);
		ok = text && !wsman_read_number(text, 31, &realm) && REALMS_KNOWN >> realm & 1;
		wsman_string_free(text);
		if (!ok)
			return PT_INVALID_REALM;
		user->realms |= 1U << realm;
	}
	return PT_SUCCESS;
}

static uint32_t read_user(const struct wsman_call *call, struct net_user *user)
{
	uint32_t status;

	memset(user, 0, sizeof(*user));
	if (!call->req->payload ||
	    wsman_input_number(call, "AccessPermission", ACCESS_MAX, &user->access))
		return PT_INVALID_PARAMETER;
	if (wsman_child(call->req->payload, NULL, "KerberosUserSid"))
		status = read_sid(call, user);
	else
		status = read_digest_user(call, user);
	return status ? status : read_realms(call, user);
}

static uint32_t add_user(struct wsman_call *call)
{
	struct net_user user;
	uint32_t status = read_user(call, &user);
	uint32_t handle;
	int ret = 0;

	if (!status)
		ret = net_user_add(call->settings, &user, &handle);
	OPENSSL_cleanse(&user, sizeof(user));
	if (status)
		return status;
	if (ret)
		return ret == -EEXIST ? PT_DUPLICATE :
		       ret == -ENOSPC ? PT_MAX_LIMIT_REACHED :
					PT_INTERNAL_ERROR;
	amt_changed(call->amt, AMT_CHANGED_CREDENTIALS);
	xml_leaf_u64(call->out, call->prefix, "Handle", handle);
	return PT_SUCCESS;
}

static struct net_user *named_user(const struct wsman_call *call)
{
	uint32_t handle;

	if (wsman_input_number(call, "Handle", UINT32_MAX, &handle))
		return NULL;
	return net_user_find(call->settings, handle);
}

static uint32_t update_user(struct wsman_call *call)
{
	struct net_user *user = named_user(call);
	const struct net_user *other;
	struct net_user read;
	uint32_t status = user ? read_user(call, &read) : PT_NOT_FOUND;

	if (status)
		return status;
	other = read.name[0] ? net_user_named(call->settings, read.name) : NULL;
	if (other && other != user) {
		OPENSSL_cleanse(&read, sizeof(read));
		return PT_DUPLICATE;
	}
	read.handle = user->handle;
	read.enabled = user->enabled;
	*user = read;
	OPENSSL_cleanse(&read, sizeof(read));
	amt_changed(call->amt, AMT_CHANGED_CREDENTIALS);
	return PT_SUCCESS;
}

static uint32_t remove_user(struct wsman_call *call)
{
	const struct net_user *user = named_user(call);

	if (!user)
		return PT_NOT_FOUND;
	net_user_remove(call->settings, user->handle);
	amt_changed(call->amt, AMT_CHANGED_CREDENTIALS);
	return PT_SUCCESS;
}

/* Never the password. */
static uint32_t get_user(struct wsman_call *call)
{
	const struct net_user *user = named_user(call);
	uint32_t realm;

	if (!user)
		return PT_NOT_FOUND;
	if (user->name[0])
		xml_leaf(call->out, call->prefix, "DigestUsername", user->name);
	else
		xml_leaf_base64(call->out, call->prefix, "KerberosUserSid", user->sid,
				user->sid_len);
	xml_leaf_u64(call->out, call->prefix, "AccessPermission", user->access);
	for (realm = 0; realm < 32; realm++)
		if (user->realms >> realm & 1)
			xml_leaf_u64(call->out, call->prefix, "Realms", realm);
	return PT_SUCCESS;
}

#define HANDLES_AT_ONCE 50

static uint32_t enumerate_users(struct wsman_call *call)
{
	const struct net_settings *settings = call->settings;
	uint32_t start = 1; /* counted from 1 */
	size_t i, shown = 0;

	if (wsman_input_number(call, "StartIndex", UINT32_MAX, &start) == -EINVAL || !start)
		return PT_INVALID_INDEX;
	for (i = start - 1; i < settings->user_count && shown < HANDLES_AT_ONCE; i++)
		shown++;
	xml_leaf_u64(call->out, call->prefix, "TotalCount", settings->user_count);
	xml_leaf_u64(call->out, call->prefix, "HandlesCount", shown);
	for (i = start - 1; shown--; i++)
		xml_leaf_u64(call->out, call->prefix, "Handles", settings->users[i].handle);
	return PT_SUCCESS;
}

static uint32_t get_enabled(struct wsman_call *call)
{
	const struct net_user *user = named_user(call);

	if (!user)
		return PT_NOT_FOUND;
	xml_leaf_bool(call->out, call->prefix, "Enabled", user->enabled);
	return PT_SUCCESS;
}

static uint32_t set_enabled(struct wsman_call *call)
{
	struct net_user *user = named_user(call);
	char *text = wsman_input(call, "Enabled");
	bool on = false;
	int ret = text ? wsman_read_bool(text, &on) : -ENOENT;

	wsman_string_free(text);
	if (!user)
		return PT_NOT_FOUND;
	if (ret)
		return PT_INVALID_PARAMETER;
	user->enabled = on;
	amt_changed(call->amt, AMT_CHANGED_CREDENTIALS);
	return PT_SUCCESS;
}

/* --- the administrator --- */

static uint32_t get_admin(struct wsman_call *call)
{
	xml_leaf(call->out, call->prefix, "Username", amt_admin_name(call->amt));
	return PT_SUCCESS;
}

static uint32_t get_admin_status(struct wsman_call *call)
{
	xml_leaf_bool(call->out, call->prefix, "IsDefault", !call->amt->admin_set);
	return PT_SUCCESS;
}

static const struct wsman_method methods[] = {
	{ "AddUserAclEntryEx", add_user },
	{ "EnumerateUserAclEntries", enumerate_users },
	{ "GetAclEnabledState", get_enabled },
	{ "GetAdminAclEntry", get_admin },
	{ "GetAdminAclEntryStatus", get_admin_status },
	{ "GetAdminNetAclEntryStatus", get_admin_status },
	{ "GetUserAclEntryEx", get_user },
	{ "RemoveUserAclEntry", remove_user },
	{ "SetAclEnabledState", set_enabled },
	{ "SetAdminAclEntryEx", set_admin },
	{ "UpdateUserAclEntryEx", update_user },
	{ NULL },
};

const struct wsman_class wsman_authorization = {
	.name = "AMT_AuthorizationService",
	.properties = properties,
	.methods = methods,
};
