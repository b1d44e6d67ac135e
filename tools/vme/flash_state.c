// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/flash_state.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include <openssl/crypto.h>
#include <openssl/pem.h>
#include "tools/vme/amt.h"
#include "tools/vme/amt_private.h"
#include "tools/vme/text.h"

#define HEX_MAX	   256 /* bytes of the longest field in hex */
#define HASHES_MAX 8192

enum kind {
	TEXT, /* char[size] */
	BOOL,
	U8,    /* up to size */
	U32,   /* up to size; enums, too */
	LEN,   /* size_t, up to size */
	BYTES, /* uint8_t[size] */
	TIME,  /* int64_t */
};

struct field {
	const char *name;
	enum kind kind;
	size_t offset;
	size_t size;
};

#define AMT(member)   offsetof(struct amt, member)
#define SIZE(member)  sizeof(((struct amt *)0)->member)
#define ARRAY(member) AMT(member), SIZE(member)

static const struct field amt_fields[] = {
	{ "uuid", BYTES, ARRAY(uuid) },
	{ "enabled", BOOL, AMT(enabled), 0 },
	{ "ztc", BOOL, AMT(ztc_enabled), 0 },
	{ "ehbc", BOOL, AMT(ehbc), 0 },
	{ "rng", U32, AMT(rng), AMT_RNG_NONE },
	{ "mebx_suffix", TEXT, ARRAY(mebx_suffix) },
	{ "pki_suffix", TEXT, ARRAY(pki_suffix) },
	{ "mebx_password", TEXT, ARRAY(mebx_password) },
	{ "state", U32, AMT(state), AMT_POST },
	{ "control", U32, AMT(control), AMT_CONTROL_ACM },
	{ "otp", BYTES, ARRAY(otp) },
	{ "otp_length", LEN, AMT(otp_len), AMT_OTP_MAX },
	{ "admin_set", BOOL, AMT(admin_set), 0 },
	{ "admin_ha1", BYTES, ARRAY(admin_ha1) },
	{ "ipv6", BOOL, AMT(ipv6), 0 },
	{ "server_name", TEXT, ARRAY(platform.config_server_fqdn) },
	{ "record_exists", BOOL, AMT(audit.exists), 0 },
	{ "record_secure_dns", BOOL, AMT(audit.secure_dns), 0 },
	{ "record_host_initiated", BOOL, AMT(audit.host_initiated), 0 },
	{ "record_more_serials", BOOL, AMT(audit.more_serials), 0 },
	{ "record_hash_is_default", BOOL, AMT(audit.hash_is_default), 0 },
	{ "record_time_valid", BOOL, AMT(audit.time_valid), 0 },
	{ "record_algorithm", U8, AMT(audit.hash_algorithm), 3 },
	{ "record_digest", BYTES, ARRAY(audit.digest) },
	{ "record_serials", BYTES, ARRAY(audit.serials) },
	{ "record_server_ip", TEXT, ARRAY(audit.server_ip) },
	{ "record_server_cn", TEXT, ARRAY(audit.server_cn) },
	{ "record_time", TIME, AMT(audit.time), 0 },
	{ NULL },
};

static const struct field private_fields[] = {
	{ "host_started", BOOL, offsetof(struct amt_private, host_started), 0 },
	{ "admin_user", TEXT, offsetof(struct amt_private, admin_user),
	  sizeof(((struct amt_private *)0)->admin_user) },
	{ NULL },
};

#define HASH(member) offsetof(struct amt_hash, member)

static const struct field hash_fields[] = {
	{ "handle", U32, HASH(handle), UINT32_MAX },
	{ "algorithm", U8, HASH(algorithm), 3 },
	{ "digest_length", U8, HASH(digest_len), AMT_DIGEST_MAX },
	{ "digest", BYTES, HASH(digest), AMT_DIGEST_MAX },
	{ "name", TEXT, HASH(name), AMT_HASH_NAME_MAX + 1 },
	{ "default", BOOL, HASH(is_default), 0 },
	{ "active", BOOL, HASH(is_active), 0 },
	{ NULL },
};

static int refuse(char why[FLASH_STATE_WHY_MAX], const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static int refuse(char why[FLASH_STATE_WHY_MAX], const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(why, FLASH_STATE_WHY_MAX, fmt, args);
	va_end(args);
	return -EINVAL;
}

/* --- one field to JSON --- */

static json_t *hex_of(const uint8_t *bytes, size_t len)
{
	char hex[2 * HEX_MAX + 1] = "";
	json_t *value;
	size_t i;

	for (i = 0; i < len; i++)
		snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
	value = json_string(hex);
	OPENSSL_cleanse(hex, sizeof(hex));
	return value;
}

/* What is not UTF-8, which JSON needs, goes as hex in an object. */
static json_t *text_of(const char *text)
{
	json_t *value = json_string(text);

	if (value)
		return value;
	return json_pack("{s:o}", "hex", hex_of((const uint8_t *)text, strlen(text)));
}

static json_t *value_of(const struct field *field, const void *at)
{
	switch (field->kind) {
	case TEXT:
		return text_of(at);
	case BOOL:
		return json_boolean(*(const bool *)at);
	case U8:
		return json_integer(*(const uint8_t *)at);
	case U32:
		return json_integer(*(const uint32_t *)at);
	case LEN:
		return json_integer((json_int_t) * (const size_t *)at);
	case BYTES:
		return hex_of(at, field->size);
	case TIME:
		return json_integer(*(const int64_t *)at);
	}
	return NULL;
}

static int put_fields(json_t *object, const struct field *field, const void *base)
{
	int ret = 0;

	for (; field->name && !ret; field++)
		ret = json_object_set_new(object, field->name,
					  value_of(field, (const char *)base + field->offset));
	return ret;
}

/* --- one field from JSON --- */

static int take_text(const json_t *value, char *at, size_t size)
{
	const char *hex = json_string_value(json_object_get(value, "hex"));
	const char *text = json_string_value(value);

	if (text && strlen(text) < size) {
		strcpy(at, text);
		return 0;
	}
	if (!hex || strlen(hex) % 2 || strlen(hex) / 2 >= size)
		return -EINVAL;
	at[strlen(hex) / 2] = '\0';
	return text_hex(hex, (uint8_t *)at, strlen(hex) / 2);
}

static int take_bytes(const json_t *value, uint8_t *at, size_t size)
{
	const char *hex = json_string_value(value);

	return hex ? text_hex(hex, at, size) : -EINVAL;
}

static bool fits(const json_t *value, size_t max)
{
	return json_is_integer(value) && json_integer_value(value) >= 0 &&
	       (uint64_t)json_integer_value(value) <= max;
}

static int take_number(const struct field *field, const json_t *value, void *at)
{
	json_int_t number = json_integer_value(value);

	if (field->kind == TIME && json_is_integer(value)) {
		*(int64_t *)at = number;
		return 0;
	}
	if (!fits(value, field->size))
		return -EINVAL;
	if (field->kind == U8)
		*(uint8_t *)at = (uint8_t)number;
	else if (field->kind == U32)
		*(uint32_t *)at = (uint32_t)number;
	else
		*(size_t *)at = (size_t)number;
	return 0;
}

static int take_value(const struct field *field, const json_t *value, void *at)
{
	switch (field->kind) {
	case TEXT:
		return take_text(value, at, field->size);
	case BOOL:
		*(bool *)at = json_is_true(value);
		return json_is_boolean(value) ? 0 : -EINVAL;
	case BYTES:
		return take_bytes(value, at, field->size);
	default:
		return take_number(field, value, at);
	}
}

static int take_fields(const json_t *object, const struct field *field, void *base,
		       char why[FLASH_STATE_WHY_MAX])
{
	for (; field->name; field++)
		if (take_value(field, json_object_get(object, field->name),
			       (char *)base + field->offset))
			return refuse(why, "\"%s\" is missing or wrong", field->name);
	return 0;
}

/* --- hashes --- */

static int put_hashes(json_t *object, const struct amt *amt)
{
	json_t *rows = json_array();
	int ret = 0;
	size_t i;

	for (i = 0; i < amt->hash_count && !ret; i++) {
		json_t *row = json_object();

		ret = put_fields(row, hash_fields, &amt->hashes[i]);
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
	const json_t *rows = json_object_get(object, "hashes");
	size_t count = json_array_size(rows);
	size_t i;

	if (!json_is_array(rows) || count > HASHES_MAX)
		return refuse(why, "\"hashes\" is missing or wrong");
	free(amt->hashes);
	amt->hash_count = 0;
	amt->hashes = calloc(count + 1, sizeof(*amt->hashes));
	if (!amt->hashes)
		return refuse(why, "out of memory");
	for (i = 0; i < count; i++) {
		struct amt_hash *hash = &amt->hashes[i];

		if (take_fields(json_array_get(rows, i), hash_fields, hash, why))
			return -EINVAL;
		if (!is_sound(hash, i ? hash - 1 : NULL))
			return refuse(why, "hash %zu is wrong", i);
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
		return refuse(why, "\"server_address\" is missing or wrong");
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

	if (!fits(left, AMT_WINDOW_MAX_S) || !fits(age, AMT_WINDOW_MAX_S))
		return refuse(why, "\"window_left_s\" or \"window_age_s\" is missing or wrong");
	amt->priv->restored = true;
	amt->priv->resume_left_s = (uint32_t)json_integer_value(left);
	amt->priv->resume_age_s = (uint32_t)json_integer_value(age);
	return 0;
}

/* --- certificate and key --- */

static json_t *pem_text(BIO *bio)
{
	char *text;
	long len = BIO_get_mem_data(bio, &text);

	return json_stringn(text, (size_t)len);
}

static int put_certificate(json_t *object, const struct amt *amt)
{
	BIO *cert = BIO_new(BIO_s_mem());
	BIO *key = BIO_new(BIO_s_secmem());
	int ret = -ENOMEM;

	if (!amt->cert || !amt->key)
		ret = json_object_set_new(object, "certificate", json_null()) |
		      json_object_set_new(object, "key", json_null());
	else if (cert && key && PEM_write_bio_X509(cert, amt->cert) == 1 &&
		 PEM_write_bio_PrivateKey(key, amt->key, NULL, NULL, 0, NULL, NULL) == 1)
		ret = json_object_set_new(object, "certificate", pem_text(cert)) |
		      json_object_set_new(object, "key", pem_text(key));
	BIO_free(cert);
	BIO_free(key);
	return ret;
}

static int read_pem(struct amt *amt, const char *cert, const char *key)
{
	BIO *cert_bio = BIO_new_mem_buf(cert, -1);
	BIO *key_bio = BIO_new_mem_buf(key, -1);

	if (cert_bio && key_bio) {
		amt->cert = PEM_read_bio_X509(cert_bio, NULL, NULL, NULL);
		amt->key = PEM_read_bio_PrivateKey(key_bio, NULL, NULL, NULL);
	}
	BIO_free(cert_bio);
	BIO_free(key_bio);
	return amt->cert && amt->key && X509_check_private_key(amt->cert, amt->key) == 1 ? 0 :
											   -EINVAL;
}

static int take_certificate(const json_t *object, struct amt *amt, char why[FLASH_STATE_WHY_MAX])
{
	const json_t *cert = json_object_get(object, "certificate");
	const json_t *key = json_object_get(object, "key");

	if (json_is_null(cert) && json_is_null(key))
		return 0;
	if (!json_is_string(cert) || !json_is_string(key) ||
	    read_pem(amt, json_string_value(cert), json_string_value(key)))
		return refuse(why, "\"certificate\" and \"key\" are missing or wrong");
	return 0;
}

/* --- all of it --- */

char *flash_state_save(const struct amt *amt, size_t *len)
{
	json_t *object = json_object();
	char *text = NULL;
	int ret;

	ret = put_fields(object, amt_fields, amt);
	ret |= put_fields(object, private_fields, amt->priv);
	ret |= put_server(object, amt) | put_window(object, amt) | put_hashes(object, amt);
	ret |= put_certificate(object, amt);
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

static int take_all(const json_t *object, struct amt *amt, char why[FLASH_STATE_WHY_MAX])
{
	int (*const parts[])(const json_t *object, struct amt *amt, char *why) = {
		take_server,
		take_window,
		take_hashes,
		take_certificate,
	};
	int ret = take_fields(object, amt_fields, amt, why);
	size_t i;

	if (!ret)
		ret = take_fields(object, private_fields, amt->priv, why);
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]) && !ret; i++)
		ret = parts[i](object, amt, why);
	return ret;
}

int flash_state_load(struct amt *amt, const char *text, size_t len, char why[FLASH_STATE_WHY_MAX])
{
	json_t *object = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	int ret;

	if (!json_is_object(object))
		ret = refuse(why, "its content is no state");
	else
		ret = take_all(object, amt, why);
	json_decref(object);
	if (!ret)
		settle(amt);
	return ret;
}

int flash_state_uuid(const char *text, size_t len, uint8_t uuid[16])
{
	json_t *object = json_loadb(text, len, 0, NULL);
	int ret = take_bytes(json_object_get(object, "uuid"), uuid, 16);

	json_decref(object);
	return ret;
}
