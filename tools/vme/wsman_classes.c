// SPDX-License-Identifier: GPL-2.0-or-later
/* The classes there are, and reading the values they are given. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <openssl/evp.h>
#include "tools/vme/wsman_class.h"
#include "tools/vme/wsman_exchange.h"

extern const struct wsman_class wsman_general_settings;
extern const struct wsman_class wsman_software_identity;
extern const struct wsman_class wsman_time_sync;
extern const struct wsman_class wsman_setup_service;
extern const struct wsman_class wsman_certificate_hash;
extern const struct wsman_class wsman_authorization;
extern const struct wsman_class wsman_ethernet_port;
extern const struct wsman_class wsman_key_management;
extern const struct wsman_class wsman_key_pair;
extern const struct wsman_class wsman_certificate;
extern const struct wsman_class wsman_tls_setting;
extern const struct wsman_class wsman_tls_context;
extern const struct wsman_class wsman_tls_endpoints;
extern const struct wsman_class wsman_redirection;
extern const struct wsman_class wsman_kvm;
extern const struct wsman_class wsman_opt_in;
extern const struct wsman_class wsman_host_setup;
extern const struct wsman_class wsman_provisioning_record;
extern const struct wsman_class wsman_power_scheme;
extern const struct wsman_class wsman_element_setting;

static const struct wsman_class *const classes[] = {
	&wsman_general_settings, &wsman_software_identity, &wsman_time_sync,
	&wsman_setup_service,	 &wsman_certificate_hash,  &wsman_authorization,
	&wsman_ethernet_port,	 &wsman_key_management,	   &wsman_key_pair,
	&wsman_certificate,	 &wsman_tls_setting,	   &wsman_tls_context,
	&wsman_tls_endpoints,	 &wsman_redirection,	   &wsman_kvm,
	&wsman_opt_in,		 &wsman_host_setup,	   &wsman_provisioning_record,
	&wsman_power_scheme,	 &wsman_element_setting,
};

const struct wsman_class *wsman_class_named(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(classes) / sizeof(*classes); i++)
		if (!strcmp(classes[i]->name, name))
			return classes[i];
	return NULL;
}

/* A class name lives in the namespace its own prefix says. */
static const struct {
	const char *uri;
	const char *prefix;
} schemas[] = {
	{ "http://intel.com/wbem/wscim/1/amt-schema/1/", "AMT_" },
	{ "http://intel.com/wbem/wscim/1/ips-schema/1/", "IPS_" },
	{ "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/", "CIM_" },
};

#define SCHEMAS	   (sizeof(schemas) / sizeof(*schemas))
#define NAME_CHARS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"

void wsman_class_uri(const char *name, char uri[WSMAN_URI_MAX])
{
	size_t i;

	uri[0] = '\0';
	for (i = 0; i < SCHEMAS; i++)
		if (!strncmp(name, schemas[i].prefix, 4))
			snprintf(uri, WSMAN_URI_MAX, "%s%s", schemas[i].uri, name);
}

const char *wsman_uri_class(const char *uri)
{
	const char *name = NULL;
	size_t i, len;

	for (i = 0; i < SCHEMAS; i++) {
		len = strlen(schemas[i].uri);
		if (!strncmp(uri, schemas[i].uri, len) && !strncmp(uri + len, schemas[i].prefix, 4))
			name = uri + len;
	}
	if (!name)
		return NULL;
	len = strspn(name, NAME_CHARS); /* it goes into the log */
	return name[len] || len >= WSMAN_CLASS_NAME_MAX ? NULL : name;
}

/* --- values --- */

char *wsman_input(const struct wsman_call *call, const char *name)
{
	return wsman_string(wsman_child(call->req->payload, NULL, name));
}

int wsman_read_number(const char *text, uint32_t max, uint32_t *value)
{
	unsigned long long number;
	char *end;

	if (*text < '0' || *text > '9')
		return -EINVAL;
	errno = 0;
	number = strtoull(text, &end, 10);
	if (errno || *end || number > max)
		return -EINVAL;
	*value = (uint32_t)number;
	return 0;
}

int wsman_input_number(const struct wsman_call *call, const char *name, uint32_t max,
		       uint32_t *value)
{
	char *text = wsman_input(call, name);
	int ret = text ? wsman_read_number(text, max, value) : -ENOENT;

	wsman_string_free(text);
	return ret;
}

int wsman_read_bool(const char *text, bool *value)
{
	*value = !strcasecmp(text, "true") || !strcmp(text, "1");
	return *value || !strcasecmp(text, "false") || !strcmp(text, "0") ? 0 : -EINVAL;
}

/* Strict: whole groups of four, padding only at the end. */
void *wsman_read_base64(const char *text, size_t *len)
{
	size_t chars = strlen(text);
	size_t pad = strspn(text + strcspn(text, "="), "=");
	unsigned char *bytes;

	if (!chars || chars % 4 || chars > INT_MAX || pad > 2 || strcspn(text, "=") + pad != chars)
		return NULL;
	bytes = malloc(chars / 4 * 3);
	if (!bytes)
		return NULL;
	if (EVP_DecodeBlock(bytes, (const unsigned char *)text, (int)chars) !=
	    (int)(chars / 4 * 3)) {
		free(bytes);
		return NULL;
	}
	*len = chars / 4 * 3 - pad;
	return bytes;
}
