// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/flash_net.h"

#include <errno.h>
#include <string.h>
#include <openssl/crypto.h>
#include "tools/vme/amt.h"
#include "tools/vme/flash_field.h"
#include "tools/vme/net_settings.h"

#define VALUES_MAX 1024
#define VALUE_MAX  4096 /* characters of a property */
#define ACCESS_MAX 2
#define AHEAD_MAX  (INT64_C(0xffffffff) * VME_CLOCK_US)

#define SETTINGS(member) offsetof(struct net_settings, member)
#define PLATFORM(member) offsetof(struct amt_platform, member)
#define USER(member)	 offsetof(struct net_user, member)
#define USER_SIZE(m)	 sizeof(((struct net_user *)0)->m)
#define TLS(member)	 offsetof(struct net_tls, member)
#define SIDE(member)	 offsetof(struct net_tls_setting, member)

static const struct flash_field settings_fields[] = {
	{ "last_handle", FLASH_U32, SETTINGS(last_handle), UINT32_MAX },
	{ "clock_set", FLASH_BOOL, SETTINGS(clock_set), 0 },
	{ "clock_ahead_us", FLASH_TIME, SETTINGS(clock_ahead_us), 0 },
	{ NULL },
};

static const struct flash_field platform_fields[] = {
	{ "sol", FLASH_BOOL, PLATFORM(sol), 0 },
	{ "ider", FLASH_BOOL, PLATFORM(ider), 0 },
	{ "kvm", FLASH_BOOL, PLATFORM(kvm), 0 },
	{ NULL },
};

static const struct flash_field key_fields[] = {
	{ "handle", FLASH_U32, offsetof(struct net_key, handle), UINT32_MAX },
	{ NULL },
};

static const struct flash_field cert_fields[] = {
	{ "handle", FLASH_U32, offsetof(struct net_cert, handle), UINT32_MAX },
	{ "trusted_root", FLASH_BOOL, offsetof(struct net_cert, trusted_root), 0 },
	{ NULL },
};

static const struct flash_field user_fields[] = {
	{ "handle", FLASH_U32, USER(handle), UINT32_MAX },
	{ "name", FLASH_TEXT, USER(name), USER_SIZE(name) },
	{ "ha1", FLASH_BYTES, USER(ha1), USER_SIZE(ha1) },
	{ "sid", FLASH_BYTES, USER(sid), USER_SIZE(sid) },
	{ "sid_length", FLASH_LEN, USER(sid_len), NET_SID_MAX },
	{ "access", FLASH_U32, USER(access), ACCESS_MAX },
	{ "realms", FLASH_U32, USER(realms), UINT32_MAX },
	{ "enabled", FLASH_BOOL, USER(enabled), 0 },
	{ NULL },
};

static const struct flash_field tls_fields[] = {
	{ "certificate", FLASH_U32, TLS(cert), UINT32_MAX },
	{ "has_certificate", FLASH_BOOL, TLS(has_cert), 0 },
	{ NULL },
};

static const struct flash_field side_fields[] = {
	{ "enabled", FLASH_BOOL, SIDE(enabled), 0 },
	{ "mutual", FLASH_BOOL, SIDE(mutual), 0 },
	{ "accept_plain", FLASH_BOOL, SIDE(accept_plain), 0 },
	{ NULL },
};

/* --- to JSON --- */

static int put_key(json_t *row, const struct net_settings *settings, size_t i)
{
	const struct net_key *key = &settings->keys[i];

	return flash_fields_put(row, key_fields, key) |
	       json_object_set_new(row, "pair", flash_key_put(key->pair));
}

static int put_cert(json_t *row, const struct net_settings *settings, size_t i)
{
	const struct net_cert *cert = &settings->certs[i];

	return flash_fields_put(row, cert_fields, cert) |
	       json_object_set_new(row, "certificate", flash_cert_put(cert->cert));
}

static int put_user(json_t *row, const struct net_settings *settings, size_t i)
{
	return flash_fields_put(row, user_fields, &settings->users[i]);
}

static int put_rows(json_t *object, const char *name, const struct net_settings *settings,
		    size_t count,
		    int (*put)(json_t *row, const struct net_settings *settings, size_t i))
{
	json_t *rows = json_array();
	int ret = 0;
	size_t i;

	for (i = 0; i < count && !ret; i++) {
		json_t *row = json_object();

		ret = put(row, settings, i);
		ret |= json_array_append_new(rows, row);
	}
	return ret | json_object_set_new(object, name, rows);
}

static json_t *cns_of(const struct net_tls_setting *side)
{
	json_t *names = json_array();
	size_t i;

	for (i = 0; i < side->cn_count; i++)
		if (json_array_append_new(names, json_string(side->cns[i]))) {
			json_decref(names);
			return NULL;
		}
	return names;
}

static int put_tls(json_t *object, const char *name, const struct net_tls *tls)
{
	json_t *value = json_object();
	json_t *sides = json_array();
	int ret = flash_fields_put(value, tls_fields, tls);
	size_t i;

	for (i = 0; i < NET_TLS_SIDES && !ret; i++) {
		json_t *side = json_object();

		ret = flash_fields_put(side, side_fields, &tls->sides[i]);
		ret |= json_object_set_new(side, "trusted_cns", cns_of(&tls->sides[i]));
		ret |= json_array_append_new(sides, side);
	}
	ret |= json_object_set_new(value, "sides", sides);
	return ret | json_object_set_new(object, name, value);
}

static int put_values(json_t *object, const struct net_settings *settings)
{
	json_t *rows = json_array();
	const struct net_value *value;
	int ret = 0;

	STAILQ_FOREACH(value, &settings->values, list)
		ret |= json_array_append_new(rows,
					     json_pack("{s:s, s:I, s:s, s:s}", "class",
						       value->class_name, "instance",
						       (json_int_t)value->instance, "property",
						       value->property, "text", value->text));
	return ret | json_object_set_new(object, "properties", rows);
}

int flash_net_put(json_t *object, const struct amt *amt)
{
	const struct net_settings *settings = amt->settings;
	json_t *network = json_object();
	int ret;

	ret = flash_fields_put(network, settings_fields, settings);
	ret |= flash_fields_put(network, platform_fields, &amt->platform);
	ret |= put_rows(network, "keys", settings, settings->key_count, put_key);
	ret |= put_rows(network, "certificates", settings, settings->cert_count, put_cert);
	ret |= put_rows(network, "users", settings, settings->user_count, put_user);
	ret |= put_tls(network, "tls", &settings->tls);
	ret |= put_tls(network, "tls_wanted", &settings->tls_wanted);
	ret |= put_values(network, settings);
	return ret | json_object_set_new(object, "network", network);
}

/* --- from JSON --- */

static int take_key(const json_t *row, struct net_settings *settings, char *why)
{
	struct net_key key = { 0 };

	if (flash_fields_take(row, key_fields, &key, why))
		return -EINVAL;
	key.pair = flash_key_take(json_object_get(row, "pair"));
	if (key.pair && !net_key_restore(settings, &key))
		return 0;
	EVP_PKEY_free(key.pair);
	return flash_refuse(why, "a key is wrong");
}

static int take_cert(const json_t *row, struct net_settings *settings, char *why)
{
	struct net_cert cert = { 0 };

	if (flash_fields_take(row, cert_fields, &cert, why))
		return -EINVAL;
	cert.cert = flash_cert_take(json_object_get(row, "certificate"));
	if (cert.cert && !net_cert_restore(settings, &cert))
		return 0;
	X509_free(cert.cert);
	return flash_refuse(why, "a certificate is wrong");
}

static int take_user(const json_t *row, struct net_settings *settings, char *why)
{
	struct net_user user = { 0 };
	int ret = flash_fields_take(row, user_fields, &user, why);

	if (!ret && net_user_restore(settings, &user))
		ret = flash_refuse(why, "a user is wrong");
	OPENSSL_cleanse(&user, sizeof(user));
	return ret;
}

static int take_value(const json_t *row, struct net_settings *settings, char *why)
{
	const char *class_name = json_string_value(json_object_get(row, "class"));
	const json_t *instance = json_object_get(row, "instance");
	const char *property = json_string_value(json_object_get(row, "property"));
	const char *text = json_string_value(json_object_get(row, "text"));

	if (!class_name || !property || !text || !json_is_integer(instance) ||
	    json_integer_value(instance) < 0 || strlen(text) > VALUE_MAX ||
	    net_value_get(settings, class_name, (size_t)json_integer_value(instance), property))
		return flash_refuse(why, "a property is wrong");
	if (net_value_set(settings, class_name, (size_t)json_integer_value(instance), property,
			  text))
		return flash_refuse(why, "out of memory");
	return 0;
}

static const struct {
	const char *name;
	size_t max;
	int (*take)(const json_t *row, struct net_settings *settings, char *why);
} lists[] = {
	{ "keys", NET_KEYS_MAX, take_key },
	{ "certificates", NET_CERTS_MAX, take_cert },
	{ "users", NET_USERS_MAX, take_user },
	{ "properties", VALUES_MAX, take_value },
};

static int take_lists(const json_t *network, struct net_settings *settings, char *why)
{
	const json_t *rows, *row;
	size_t i, j;

	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		if (flash_list(network, lists[i].name, lists[i].max, &rows, why))
			return -EINVAL;
		json_array_foreach(rows, j, row)
			if (lists[i].take(row, settings, why))
				return -EINVAL;
	}
	return 0;
}

static int take_cns(const json_t *value, struct net_tls_setting *side, char *why)
{
	const json_t *names, *name;
	size_t i;

	if (flash_list(value, "trusted_cns", NET_CNS_MAX, &names, why))
		return -EINVAL;
	json_array_foreach(names, i, name) {
		const char *text = json_string_value(name);

		if (!text || !*text || strlen(text) > NET_CN_MAX)
			return flash_refuse(why, "\"trusted_cns\" is wrong");
		strcpy(side->cns[side->cn_count++], text);
	}
	return 0;
}

/* The certificate must be among those that were read before. */
static int take_tls(const json_t *network, const char *name, const struct net_settings *settings,
		    struct net_tls *tls, char *why)
{
	const json_t *value = json_object_get(network, name);
	const json_t *sides;
	int ret;
	size_t i;

	memset(tls, 0, sizeof(*tls)); /* they are compared as bytes */
	ret = flash_fields_take(value, tls_fields, tls, why);
	if (!ret)
		ret = flash_list(value, "sides", NET_TLS_SIDES, &sides, why);
	for (i = 0; i < NET_TLS_SIDES && !ret; i++) {
		ret = flash_fields_take(json_array_get(sides, i), side_fields, &tls->sides[i], why);
		if (!ret)
			ret = take_cns(json_array_get(sides, i), &tls->sides[i], why);
	}
	if (!ret && tls->has_cert && !net_cert_find(settings, tls->cert))
		ret = flash_refuse(why, "\"%s\" names a certificate that is not there", name);
	return ret;
}

/* The time of day goes on as a server has set it. */
static int take_clock(struct amt *amt, char *why)
{
	const int64_t ahead_us = amt->settings->clock_ahead_us;

	if (ahead_us > AHEAD_MAX || ahead_us < -AHEAD_MAX)
		return flash_refuse(why, "\"clock_ahead_us\" is wrong");
	amt->clock.wall_us += ahead_us;
	return 0;
}

int flash_net_take(const json_t *object, struct amt *amt, char why[FLASH_STATE_WHY_MAX])
{
	const json_t *network = json_object_get(object, "network");
	struct net_settings *settings = amt->settings;
	int ret;

	if (!json_is_object(network))
		return flash_refuse(why, "\"network\" is missing or wrong");
	ret = flash_fields_take(network, settings_fields, settings, why);
	if (!ret)
		ret = flash_fields_take(network, platform_fields, &amt->platform, why);
	if (!ret)
		ret = take_lists(network, settings, why);
	if (!ret)
		ret = take_tls(network, "tls", settings, &settings->tls, why);
	if (!ret)
		ret = take_tls(network, "tls_wanted", settings, &settings->tls_wanted, why);
	return ret ? ret : take_clock(amt, why);
}
