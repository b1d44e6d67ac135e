// SPDX-License-Identifier: GPL-2.0-or-later
/* TLS settings and which certificate the device serves; in force from CommitChanges. */
#include <stdio.h>
#include <string.h>
#include "tools/vme/amt.h"
#include "tools/vme/net_settings.h"
#include "tools/vme/profile.h"
#include "tools/vme/wsman_class.h"
#include "tools/vme/wsman_exchange.h"
#include "tools/vme/wsman_handle.h"
#include "tools/vme/wsman_request.h"
#include "tools/vme/wsman_xml.h"

#define SETTING	       "AMT_TLSSettingData"
#define ENDPOINTS      "AMT_TLSProtocolEndpointCollection"
#define CERTIFICATE    "AMT_PublicKeyCertificate"
#define ENDPOINTS_NAME "TLSProtocolEndpoint Instances Collection"
/* MeshCentral writes it without the first blank (protocol.md 8.1). */
#define ENDPOINTS_TYPO "TLSProtocolEndpointInstances Collection"

/* --- AMT_TLSSettingData --- */

static const char *const instances[NET_TLS_SIDES] = {
	[NET_TLS_REMOTE] = "Intel(r) AMT 802.3 TLS Settings",
	[NET_TLS_LOCAL] = "Intel(r) AMT LMS TLS Settings",
};

static size_t setting_count(const struct wsman_call *call)
{
	return NET_TLS_SIDES;
}

static void setting_key(const struct wsman_call *call, size_t i, char key[WSMAN_KEY_MAX])
{
	snprintf(key, WSMAN_KEY_MAX, "%s", instances[i]);
}

static struct net_tls_setting *setting(const struct wsman_call *call, size_t i)
{
	return &call->settings->tls_wanted.sides[i];
}

static void show_name(struct wsman_call *call, const struct wsman_property *property, size_t i)
{
	xml_leaf(call->out, call->prefix, property->name, instances[i]);
}

static void show_enabled(struct wsman_call *call, const struct wsman_property *property, size_t i)
{
	xml_leaf_bool(call->out, call->prefix, property->name, setting(call, i)->enabled);
}

static void show_mutual(struct wsman_call *call, const struct wsman_property *property, size_t i)
{
	xml_leaf_bool(call->out, call->prefix, property->name, setting(call, i)->mutual);
}

static void show_plain(struct wsman_call *call, const struct wsman_property *property, size_t i)
{
	xml_leaf_bool(call->out, call->prefix, property->name, setting(call, i)->accept_plain);
}

static void show_plain_support(struct wsman_call *call, const struct wsman_property *property,
			       size_t i)
{
	xml_leaf_bool(call->out, call->prefix, property->name,
		      vme_profile_of(call->amt->fw_version)->plain_port);
}

static void show_cns(struct wsman_call *call, const struct wsman_property *property, size_t i)
{
	const struct net_tls_setting *tls = setting(call, i);
	size_t n;

	for (n = 0; n < tls->cn_count; n++)
		xml_leaf(call->out, call->prefix, property->name, tls->cns[n]);
}

static bool read_on(const char *value)
{
	bool on;

	wsman_read_bool(value, &on);
	return on;
}

static enum wsman_fault put_enabled(struct wsman_call *call, size_t i, const char *value,
				    bool apply)
{
	if (apply)
		setting(call, i)->enabled = read_on(value);
	return WSMAN_NO_FAULT;
}

static bool has_root(const struct net_settings *settings)
{
	size_t i;

	for (i = 0; i < settings->cert_count; i++)
		if (settings->certs[i].trusted_root)
			return true;
	return false;
}

/* Without a root to judge clients by nobody could ever come in again. */
static enum wsman_fault put_mutual(struct wsman_call *call, size_t i, const char *value, bool apply)
{
	bool on = read_on(value);

	if (on && !has_root(call->settings))
		return WSMAN_INVALID_PARAMETER;
	if (apply)
		setting(call, i)->mutual = on;
	return WSMAN_NO_FAULT;
}

static enum wsman_fault put_plain(struct wsman_call *call, size_t i, const char *value, bool apply)
{
	if (apply)
		setting(call, i)->accept_plain = read_on(value);
	return WSMAN_NO_FAULT;
}

static enum wsman_fault put_cns(struct wsman_call *call, size_t i, const char *value, bool apply)
{
	struct net_tls_setting read = *setting(call, i);
	size_t len;

	memset(read.cns, 0, sizeof(read.cns));
	for (read.cn_count = 0; *value; value += len + (value[len] == ',')) {
		len = strcspn(value, ",");
		if (!len || len > NET_CN_MAX || read.cn_count == NET_CNS_MAX)
			return WSMAN_INVALID_REPRESENTATION;
		memcpy(read.cns[read.cn_count++], value, len);
	}
	if (apply)
		*setting(call, i) = read;
	return WSMAN_NO_FAULT;
}

static const struct wsman_property properties[] = {
	{ "AcceptNonSecureConnections", WSMAN_BOOL, "", 1, show_plain, put_plain },
	{ "ElementName", WSMAN_TEXT, "", WSMAN_READ_ONLY, show_name },
	{ "Enabled", WSMAN_BOOL, "", 1, show_enabled, put_enabled },
	{ "InstanceID", WSMAN_TEXT, "", WSMAN_READ_ONLY, show_name },
	{ "MutualAuthentication", WSMAN_BOOL, "", 1, show_mutual, put_mutual },
	{ "NonSecureConnectionsSupported", WSMAN_BOOL, "", WSMAN_READ_ONLY, show_plain_support },
	{ "TrustedCN", WSMAN_LIST, "", 1, show_cns, put_cns },
	{ NULL },
};

const struct wsman_class wsman_tls_setting = {
	.name = SETTING,
	.key = "InstanceID",
	.count = setting_count,
	.key_of = setting_key,
	.properties = properties,
};

/* --- AMT_TLSProtocolEndpointCollection --- */

static const struct wsman_property endpoints[] = {
	{ "ElementName", WSMAN_TEXT, ENDPOINTS_NAME, WSMAN_READ_ONLY },
	{ NULL },
};

const struct wsman_class wsman_tls_endpoints = {
	.name = ENDPOINTS,
	.properties = endpoints,
};

/* --- AMT_TLSCredentialContext --- */

/* In operation the device's own stands for one that was not installed. */
static bool is_own(const struct wsman_call *call)
{
	return !call->settings->tls_wanted.has_cert && call->amt->state == AMT_POST &&
	       wsman_shows_own_cert(call->amt);
}

static size_t context_count(const struct wsman_call *call)
{
	return call->settings->tls_wanted.has_cert || is_own(call);
}

static void write_context(struct wsman_call *call, size_t i)
{
	char key[WSMAN_KEY_MAX];

	snprintf(key, sizeof(key), WSMAN_CERT_HANDLE "%u",
		 is_own(call) ? WSMAN_OWN_CERT : call->settings->tls_wanted.cert);
	wsman_epr_write(call->out, call->prefix, "ElementInContext", CERTIFICATE, "InstanceID",
			key);
	wsman_epr_write(call->out, call->prefix, "ElementProvidingContext", ENDPOINTS,
			"ElementName", ENDPOINTS_NAME);
}

static bool is_of_tls(const xmlNode *element)
{
	char *name = wsman_reference_key(element, "ElementName");
	bool ok = !name || !strcmp(name, ENDPOINTS_NAME) || !strcmp(name, ENDPOINTS_TYPO);

	wsman_string_free(name);
	return ok;
}

/* A certificate that is there, no root, and whose key is there too. */
static enum wsman_fault put_context(struct wsman_call *call, size_t i)
{
	const xmlNode *element = wsman_child(call->req->payload, NULL, "ElementInContext");
	struct net_settings *settings = call->settings;
	const struct net_cert *cert;
	uint32_t handle;

	if (wsman_handle_read(element, WSMAN_CERT_HANDLE, &handle))
		return WSMAN_INVALID_REPRESENTATION;
	if (!is_of_tls(wsman_child(call->req->payload, NULL, "ElementProvidingContext")))
		return WSMAN_INVALID_PARAMETER;
	if (handle == WSMAN_OWN_CERT && is_own(call))
		return WSMAN_NO_FAULT; /* as it was shown */
	cert = net_cert_find(settings, handle);
	if (!cert || cert->trusted_root || !net_key_of_cert(settings, cert->cert))
		return WSMAN_INVALID_PARAMETER;
	settings->tls_wanted.cert = handle;
	settings->tls_wanted.has_cert = true;
	return WSMAN_NO_FAULT;
}

static enum wsman_fault create_context(struct wsman_call *call, size_t *i)
{
	*i = 0;
	if (call->settings->tls_wanted.has_cert)
		return WSMAN_ALREADY_EXISTS;
	return put_context(call, 0);
}

static enum wsman_fault remove_context(struct wsman_call *call, size_t i)
{
	if (is_own(call))
		return WSMAN_ACCESS_DENIED;
	call->settings->tls_wanted.has_cert = false;
	call->settings->tls_wanted.cert = 0;
	return WSMAN_NO_FAULT;
}

const struct wsman_class wsman_tls_context = {
	.name = "AMT_TLSCredentialContext",
	.count = context_count,
	.write = write_context,
	.put = put_context,
	.create = create_context,
	.remove = remove_context,
};
