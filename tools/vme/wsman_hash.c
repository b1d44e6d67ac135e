// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * AMT_ProvisioningCertificateHash (protocol.md 5.4): the slots, as a server sees
 * them. Which faults firmware answers with is not published; these say the same as
 * NOT_PERMITTED and MAX_LIMIT_REACHED do elsewhere.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tools/vme/amt.h"
#include "tools/vme/wsman_class.h"
#include "tools/vme/wsman_request.h"
#include "tools/vme/wsman_xml.h"

#define KEY "Intel(r) AMT Provisioning Certificate Hash: Handle: "

static size_t count(const struct wsman_call *call)
{
	return call->amt->hash_count;
}

static void key_of(const struct wsman_call *call, size_t i, char key[WSMAN_KEY_MAX])
{
	snprintf(key, WSMAN_KEY_MAX, KEY "%u", call->amt->hashes[i].handle);
}

static void show_name(struct wsman_call *call, const struct wsman_property *property, size_t i)
{
	xml_leaf(call->out, call->prefix, property->name, call->amt->hashes[i].name);
}

static void show_enabled(struct wsman_call *call, const struct wsman_property *property, size_t i)
{
	xml_leaf_bool(call->out, call->prefix, property->name, call->amt->hashes[i].is_active);
}

static enum wsman_fault put_enabled(struct wsman_call *call, size_t i, const char *value,
				    bool apply)
{
	bool on;

	wsman_read_bool(value, &on);
	if (apply)
		amt_hash_set_active(call->amt, call->amt->hashes[i].handle, on);
	return WSMAN_NO_FAULT;
}

static void show_data(struct wsman_call *call, const struct wsman_property *property, size_t i)
{
	const struct amt_hash *hash = &call->amt->hashes[i];

	xml_leaf_base64(call->out, call->prefix, property->name, hash->digest, hash->digest_len);
}

static void show_type(struct wsman_call *call, const struct wsman_property *property, size_t i)
{
	xml_leaf_u64(call->out, call->prefix, property->name, call->amt->hashes[i].algorithm);
}

static void show_key(struct wsman_call *call, const struct wsman_property *property, size_t i)
{
	char key[WSMAN_KEY_MAX];

	key_of(call, i, key);
	xml_leaf(call->out, call->prefix, property->name, key);
}

static void show_default(struct wsman_call *call, const struct wsman_property *property, size_t i)
{
	xml_leaf_bool(call->out, call->prefix, property->name, call->amt->hashes[i].is_default);
}

static const struct wsman_property properties[] = {
	{ "Description", WSMAN_TEXT, "", WSMAN_READ_ONLY, show_name },
	{ "ElementName", WSMAN_TEXT, "", WSMAN_READ_ONLY, show_name },
	{ "Enabled", WSMAN_BOOL, "", 1, show_enabled, put_enabled },
	{ "HashData", WSMAN_TEXT, "", WSMAN_READ_ONLY, show_data },
	{ "HashType", WSMAN_NUMBER, "", WSMAN_READ_ONLY, show_type },
	{ "InstanceID", WSMAN_TEXT, "", WSMAN_READ_ONLY, show_key },
	{ "IsDefault", WSMAN_BOOL, "", WSMAN_READ_ONLY, show_default },
	{ NULL },
};

/* --- a new one --- */

static int read_name(const struct wsman_call *call, struct amt_hash *hash)
{
	char *name = wsman_input(call, "ElementName");
	int ret = -EINVAL;

	if (!name)
		name = wsman_input(call, "Description");
	if (name && *name && strlen(name) <= AMT_HASH_NAME_MAX) {
		strcpy(hash->name, name);
		ret = 0;
	}
	wsman_string_free(name);
	return ret;
}

static int read_digest(const struct wsman_call *call, struct amt_hash *hash)
{
	char *text = wsman_input(call, "HashData");
	size_t len = 0;
	void *digest = text ? wsman_read_base64(text, &len) : NULL;
	int ret = -EINVAL;

	if (digest && len <= AMT_DIGEST_MAX) {
		memcpy(hash->digest, digest, len);
		hash->digest_len = (uint8_t)len;
		ret = 0;
	}
	free(digest);
	wsman_string_free(text);
	return ret;
}

/* Absent: enabled, as who adds one wants to use it [I]. */
static int read_enabled(const struct wsman_call *call, struct amt_hash *hash)
{
	char *text = wsman_input(call, "Enabled");
	int ret = text ? wsman_read_bool(text, &hash->is_active) : 0;

	if (!text)
		hash->is_active = true;
	wsman_string_free(text);
	return ret;
}

static int read_hash(const struct wsman_call *call, struct amt_hash *hash)
{
	uint32_t algorithm;

	memset(hash, 0, sizeof(*hash));
	if (wsman_input_number(call, "HashType", UINT8_MAX, &algorithm))
		return -EINVAL;
	hash->algorithm = (uint8_t)algorithm;
	if (read_name(call, hash) || read_digest(call, hash) || read_enabled(call, hash))
		return -EINVAL;
	return 0;
}

static size_t index_of(const struct amt *amt, const struct amt_hash *hash)
{
	size_t i = 0;

	while (i < amt->hash_count && (amt->hashes[i].algorithm != hash->algorithm ||
				       memcmp(amt->hashes[i].digest, hash->digest, AMT_DIGEST_MAX)))
		i++;
	return i;
}

static enum wsman_fault create(struct wsman_call *call, size_t *i)
{
	struct amt_hash hash;
	int ret = read_hash(call, &hash);

	if (!ret)
		ret = amt_hash_add(call->amt, &hash);
	switch (ret) {
	case 0:
		*i = index_of(call->amt, &hash);
		return WSMAN_NO_FAULT;
	case -EINVAL:
		return WSMAN_INVALID_REPRESENTATION;
	case -EEXIST:
		return WSMAN_ALREADY_EXISTS;
	case -ENOSPC:
		return WSMAN_QUOTA_LIMIT;
	default:
		return WSMAN_INTERNAL;
	}
}

static enum wsman_fault hash_remove(struct wsman_call *call, size_t i)
{
	int ret = amt_hash_remove(call->amt, call->amt->hashes[i].handle);

	return ret ? WSMAN_ACCESS_DENIED : WSMAN_NO_FAULT;
}

const struct wsman_class wsman_certificate_hash = {
	.name = "AMT_ProvisioningCertificateHash",
	.key = "InstanceID",
	.count = count,
	.key_of = key_of,
	.properties = properties,
	.create = create,
	.remove = hash_remove,
};
