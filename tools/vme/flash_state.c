// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/flash_state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include <openssl/crypto.h>
#include "tools/vme/amt.h"
#include "tools/vme/amt_private.h"
#include "tools/vme/flash_field.h"
#include "tools/vme/flash_net.h"
#include "tools/vme/text.h"

#define HASHES_MAX 8192

#define AMT(member)   offsetof(struct amt, member)
#define SIZE(member)  sizeof(((struct amt *)0)->member)
#define ARRAY(member) AMT(member), SIZE(member)

static const struct flash_field amt_fields[] = {
	{ "uuid", FLASH_BYTES, ARRAY(uuid) },
	{ "enabled", FLASH_BOOL, AMT(enabled), 0 },
	{ "ztc", FLASH_BOOL, AMT(ztc_enabled), 0 },
	{ "ehbc", FLASH_BOOL, AMT(ehbc), 0 },
	{ "rng", FLASH_U32, AMT(rng), AMT_RNG_NONE },
	{ "mebx_suffix", FLASH_TEXT, ARRAY(mebx_suffix) },
	{ "pki_suffix", FLASH_TEXT, ARRAY(pki_suffix) },
	{ "mebx_password", FLASH_TEXT, ARRAY(mebx_password) },
	{ "state", FLASH_U32, AMT(state), AMT_POST },
	{ "control", FLASH_U32, AMT(control), AMT_CONTROL_ACM },
	{ "otp", FLASH_BYTES, ARRAY(otp) },
	{ "otp_length", FLASH_LEN, AMT(otp_len), AMT_OTP_MAX },
	{ "admin_set", FLASH_BOOL, AMT(admin_set), 0 },
	{ "admin_ha1", FLASH_BYTES, ARRAY(admin_ha1) },
	{ "ipv6", FLASH_BOOL, AMT(ipv6), 0 },
	{ "server_name", FLASH_TEXT, ARRAY(platform.config_server_fqdn) },
	{ "record_exists", FLASH_BOOL, AMT(audit.exists), 0 },
	{ "record_secure_dns", FLASH_BOOL, AMT(audit.secure_dns), 0 },
	{ "record_host_initiated", FLASH_BOOL, AMT(audit.host_initiated), 0 },
	{ "record_more_serials", FLASH_BOOL, AMT(audit.more_serials), 0 },
	{ "record_hash_is_default", FLASH_BOOL, AMT(audit.hash_is_default), 0 },
	{ "record_time_valid", FLASH_BOOL, AMT(audit.time_valid), 0 },
	{ "record_algorithm", FLASH_U8, AMT(audit.hash_algorithm), 3 },
	{ "record_digest", FLASH_BYTES, ARRAY(audit.digest) },
	{ "record_serials", FLASH_BYTES, ARRAY(audit.serials) },
	{ "record_server_ip", FLASH_TEXT, ARRAY(audit.server_ip) },
	{ "record_server_cn", FLASH_TEXT, ARRAY(audit.server_cn) },
	{ "record_time", FLASH_TIME, AMT(audit.time), 0 },
	{ NULL },
};

static const struct flash_field private_fields[] = {
	{ "host_started", FLASH_BOOL, offsetof(struct amt_private, host_started), 0 },
	{ "admin_user", FLASH_TEXT, offsetof(struct amt_private, admin_user),
	  sizeof(((struct amt_private *)0)->admin_user) },
	{ NULL },
};

#define HASH(member) offsetof(struct amt_hash, member)

static const struct flash_field hash_fields[] = {
	{ "handle", FLASH_U32, HASH(handle), UINT32_MAX },
	{ "algorithm", FLASH_U8, HASH(algorithm), 3 },
	{ "digest_length", FLASH_U8, HASH(digest_len), AMT_DIGEST_MAX },
	{ "digest", FLASH_BYTES, HASH(digest), AMT_DIGEST_MAX },
	{ "name", FLASH_TEXT, HASH(name), AMT_HASH_NAME_MAX + 1 },
	{ "default", FLASH_BOOL, HASH(is_default), 0 },
	{ "active", FLASH_BOOL, HASH(is_active), 0 },
	{ NULL },
};

/* --- hashes --- */

static int put_hashes(json_t *object, const struct amt *amt)
{
	json_t *rows = json_array();
	int ret = 0;
	size_t i;

	for (i = 0; i < amt->hash_count && !ret; i++) {
		json_t *row = json_object();

		ret = flash_fields_put(row, hash_fields, &amt->hashes[i]);
		ret |= json_array_append_new(rows, row);
	}
	return ret | json_object_set_new(object, "hashes", rows);
}

static bool is_sound(const struct amt_hash *hash, const struct amt_hash *before)
{
	static const uint8_t lengths[] = { [1] = 20, [2] = 32, [3] = 48 };

	return hash->algorithm && hash->digest_len == lengths[hash->algorithm] && hash->name[0] &&
	       (!before || hash->handle > before->handle);
}

/* The handles stay as they were: hosts may remember them. */
static int take_hashes(const json_t *object, struct amt *amt, char why[FLASH_STATE_WHY_MAX])
{
	const json_t *rows;
	size_t count, i;

	if (flash_list(object, "hashes", HASHES_MAX, &rows, why))
		return -EINVAL;
	count = json_array_size(rows);
	free(amt->hashes);
	amt->hash_count = 0;
	amt->hashes = calloc(count + 1, sizeof(*amt->hashes));
	if (!amt->hashes)
		return flash_refuse(why, "out of memory");
	for (i = 0; i < count; i++) {
		struct amt_hash *hash = &amt->hashes[i];

		if (flash_fields_take(json_array_get(rows, i), hash_fields, hash, why))
			return -EINVAL;
		if (!is_sound(hash, i ? hash - 1 : NULL))
			return flash_refuse(why, "hash %zu is wrong", i);
		amt->hash_count++;
	}
	return 0;
}

/* --- address, window --- */

#define ADDRESS_MAX 64

static int put_server(json_t *object, const struct amt *amt)
{
	char text[ADDRESS_MAX];

	return json_object_set_new(object, "server_address",
				   json_string(text_of_address(&amt->platform.config_server, text,
							       sizeof(text))));
}

static int take_server(const json_t *object, struct amt *amt, char why[FLASH_STATE_WHY_MAX])
{
	const char *text = json_string_value(json_object_get(object, "server_address"));
	struct sockaddr_storage *address = &amt->platform.config_server;

	memset(address, 0, sizeof(*address));
	if (!text || (*text && text_address(text, 0, address)))
		return flash_refuse(why, "\"server_address\" is missing or wrong");
	return 0;
}

/* Time counts while the device has power (protocol.md 1.4), so what is left is kept. */
static int put_window(json_t *object, const struct amt *amt)
{
	int64_t left = amt->window_open ? amt_window_left(amt) : amt->priv->window_due_s;
	int64_t age = 0;

	if (amt->window_open)
		age = (vme_clock_us(&amt->clock) - amt->window_begin_us) / VME_CLOCK_US;
	return json_object_set_new(object, "window_left_s", json_integer(left)) |
	       json_object_set_new(object, "window_age_s", json_integer(age));
}

static int take_window(const json_t *object, struct amt *amt, char why[FLASH_STATE_WHY_MAX])
{
	const json_t *left = json_object_get(object, "window_left_s");
	const json_t *age = json_object_get(object, "window_age_s");

	if (!flash_fits(left, AMT_WINDOW_MAX_S) || !flash_fits(age, AMT_WINDOW_MAX_S))
		return flash_refuse(why,
				    "\"window_left_s\" or \"window_age_s\" is missing or wrong");
	amt->priv->restored = true;
	amt->priv->resume_left_s = (uint32_t)json_integer_value(left);
	amt->priv->resume_age_s = (uint32_t)json_integer_value(age);
	return 0;
}

/* --- the certificate of setup and its key --- */

static int put_certificate(json_t *object, const struct amt *amt)
{
	bool both = amt->cert && amt->key;

	return json_object_set_new(object, "certificate",
				   both ? flash_cert_put(amt->cert) : json_null()) |
	       json_object_set_new(object, "key", both ? flash_key_put(amt->key) : json_null());
}

static int take_certificate(const json_t *object, struct amt *amt, char why[FLASH_STATE_WHY_MAX])
{
	const json_t *cert = json_object_get(object, "certificate");
	const json_t *key = json_object_get(object, "key");

	if (json_is_null(cert) && json_is_null(key))
		return 0;
	amt->cert = flash_cert_take(cert);
	amt->key = flash_key_take(key);
	if (!amt->cert || !amt->key || X509_check_private_key(amt->cert, amt->key) != 1)
		return flash_refuse(why, "\"certificate\" and \"key\" are missing or wrong");
	return 0;
}

/* --- all of it --- */

char *flash_state_save(const struct amt *amt, size_t *len)
{
	json_t *object = json_object();
	char *text = NULL;
	int ret;

	ret = flash_fields_put(object, amt_fields, amt);
	ret |= flash_fields_put(object, private_fields, amt->priv);
	ret |= put_server(object, amt) | put_window(object, amt) | put_hashes(object, amt);
	ret |= put_certificate(object, amt) | flash_net_put(object, amt);
	if (!ret)
		text = json_dumps(object, JSON_INDENT(1));
	json_decref(object);
	*len = text ? strlen(text) : 0;
	return text;
}

/* A seed or a setup from the host that was under way is gone with the power. */
static void settle(struct amt *amt)
{
	amt->mebx_default = !strcmp(amt->mebx_password, AMT_FACTORY_PASSWORD);
	if (amt->rng == AMT_RNG_MAKING)
		amt->rng = AMT_RNG_NONE;
}

static int take_all(const json_t *object, unsigned int version, struct amt *amt,
		    char why[FLASH_STATE_WHY_MAX])
{
	int (*const parts[])(const json_t *object, struct amt *amt, char *why) = {
		take_server,
		take_window,
		take_hashes,
		take_certificate,
	};
	int ret = flash_fields_take(object, amt_fields, amt, why);
	size_t i;

	if (!ret)
		ret = flash_fields_take(object, private_fields, amt->priv, why);
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]) && !ret; i++)
		ret = parts[i](object, amt, why);
	if (!ret && version >= FLASH_STATE_HAS_NETWORK)
		ret = flash_net_take(object, amt, why);
	return ret;
}

int flash_state_load(struct amt *amt, unsigned int version, const char *text, size_t len,
		     char why[FLASH_STATE_WHY_MAX])
{
	json_t *object = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	int ret;

	if (!json_is_object(object))
		ret = flash_refuse(why, "its content is no state");
	else
		ret = take_all(object, version, amt, why);
	json_decref(object);
	if (!ret)
		settle(amt);
	return ret;
}

int flash_state_uuid(const char *text, size_t len, uint8_t uuid[16])
{
	json_t *object = json_loadb(text, len, 0, NULL);
	static const struct flash_field field[] = { { "uuid", FLASH_BYTES, 0, 16 }, { NULL } };
	char why[FLASH_STATE_WHY_MAX];
	int ret = flash_fields_take(object, field, uuid, why);

	json_decref(object);
	return ret;
}
