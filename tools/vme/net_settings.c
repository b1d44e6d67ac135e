// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/net_settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include "tools/vme/key_job.h"

/* TLS is on from the start, as configuration itself needs it. */
static void tls_defaults(struct net_tls *tls)
{
	memset(tls, 0, sizeof(*tls));
	tls->sides[NET_TLS_REMOTE].enabled = true;
}

void net_settings_init(struct net_settings *settings)
{
	memset(settings, 0, sizeof(*settings));
	STAILQ_INIT(&settings->values);
	tls_defaults(&settings->tls);
	tls_defaults(&settings->tls_wanted);
}

static void maker_stop(struct net_key_maker *maker)
{
	key_job_cancel(maker->job);
	maker->job = NULL;
	EVP_PKEY_free(maker->made);
	maker->made = NULL;
	maker->failed = false;
}

static void values_clear(struct net_settings *settings)
{
	struct net_value *value;

	while ((value = STAILQ_FIRST(&settings->values))) {
		STAILQ_REMOVE_HEAD(&settings->values, list);
		free(value->text);
		free(value);
	}
}

void net_settings_detach(struct net_settings *settings)
{
	maker_stop(&settings->maker);
	settings->maker.wake = NULL;
	settings->maker.ctx = NULL;
}

void net_settings_clear_secrets(struct net_settings *settings)
{
	maker_stop(&settings->maker);
	settings->has_nonce = false;
	while (settings->key_count)
		EVP_PKEY_free(settings->keys[--settings->key_count].pair);
	while (settings->cert_count)
		X509_free(settings->certs[--settings->cert_count].cert);
	free(settings->certs);
	settings->certs = NULL;
	if (settings->users)
		OPENSSL_cleanse(settings->users, settings->user_count * sizeof(*settings->users));
	free(settings->users);
	settings->users = NULL;
	settings->user_count = 0;
	tls_defaults(&settings->tls);
	tls_defaults(&settings->tls_wanted);
}

const uint8_t *net_settings_nonce(struct net_settings *settings)
{
	if (!settings->has_nonce)
		settings->has_nonce = RAND_bytes(settings->nonce, NET_NONCE_LEN) == 1;
	return settings->nonce;
}

void net_settings_clear(struct net_settings *settings)
{
	net_settings_clear_secrets(settings);
	values_clear(settings);
}

/* --- keys --- */

int net_key_add(struct net_settings *settings, EVP_PKEY *pair, uint32_t *handle)
{
	struct net_key *key = &settings->keys[settings->key_count];

	if (settings->key_count == NET_KEYS_MAX)
		return -ENOSPC;
	key->handle = settings->last_handle++;
	key->pair = pair;
	settings->key_count++;
	*handle = key->handle;
	return 0;
}

int net_key_restore(struct net_settings *settings, const struct net_key *key)
{
	if (key->handle >= settings->last_handle || net_key_find(settings, key->handle))
		return -EINVAL;
	if (settings->key_count == NET_KEYS_MAX)
		return -ENOSPC;
	settings->keys[settings->key_count++] = *key;
	return 0;
}

static bool tls_uses_key(const struct net_settings *settings, const EVP_PKEY *pair)
{
	const struct net_cert *cert = net_cert_find(settings, settings->tls_wanted.cert);

	return settings->tls_wanted.has_cert && cert &&
	       EVP_PKEY_eq(X509_get0_pubkey(cert->cert), pair) == 1;
}

int net_key_remove(struct net_settings *settings, uint32_t handle)
{
	size_t i = 0;

	while (i < settings->key_count && settings->keys[i].handle != handle)
		i++;
	if (i == settings->key_count)
		return -ENOENT;
	if (tls_uses_key(settings, settings->keys[i].pair))
		return -EBUSY;
	EVP_PKEY_free(settings->keys[i].pair);
	settings->key_count--;
	memmove(&settings->keys[i], &settings->keys[i + 1],
		(settings->key_count - i) * sizeof(settings->keys[0]));
	return 0;
}

EVP_PKEY *net_key_find(const struct net_settings *settings, uint32_t handle)
{
	size_t i;

	for (i = 0; i < settings->key_count; i++)
		if (settings->keys[i].handle == handle)
			return settings->keys[i].pair;
	return NULL;
}

EVP_PKEY *net_key_of_cert(const struct net_settings *settings, X509 *cert)
{
	const EVP_PKEY *public = X509_get0_pubkey(cert);
	size_t i;

	for (i = 0; i < settings->key_count && public; i++)
		if (EVP_PKEY_eq(public, settings->keys[i].pair) == 1)
			return settings->keys[i].pair;
	return NULL;
}

/* --- certificates --- */

static size_t root_count(const struct net_settings *settings)
{
	size_t i, roots = 0;

	for (i = 0; i < settings->cert_count; i++)
		roots += settings->certs[i].trusted_root;
	return roots;
}

static int cert_put(struct net_settings *settings, const struct net_cert *cert)
{
	struct net_cert *grown;
	size_t i;

	for (i = 0; i < settings->cert_count; i++)
		if (!X509_cmp(settings->certs[i].cert, cert->cert))
			return -EEXIST;
	if (i == NET_CERTS_MAX || (cert->trusted_root && root_count(settings) == NET_ROOTS_MAX))
		return -ENOSPC;
	grown = realloc(settings->certs, (i + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	settings->certs = grown;
	grown[i] = *cert;
	settings->cert_count++;
	return 0;
}

int net_cert_add(struct net_settings *settings, X509 *cert, bool trusted_root, uint32_t *handle)
{
	const struct net_cert added = { settings->last_handle, cert, trusted_root };
	int ret = cert_put(settings, &added);

	if (ret)
		return ret;
	*handle = settings->last_handle++;
	return 0;
}

int net_cert_restore(struct net_settings *settings, const struct net_cert *cert)
{
	if (cert->handle >= settings->last_handle || net_cert_find(settings, cert->handle))
		return -EINVAL;
	return cert_put(settings, cert);
}

const struct net_cert *net_cert_find(const struct net_settings *settings, uint32_t handle)
{
	size_t i;

	for (i = 0; i < settings->cert_count; i++)
		if (settings->certs[i].handle == handle)
			return &settings->certs[i];
	return NULL;
}

static bool tls_uses_cert(const struct net_tls *tls, uint32_t handle)
{
	return tls->has_cert && tls->cert == handle;
}

int net_cert_remove(struct net_settings *settings, uint32_t handle)
{
	const struct net_cert *cert = net_cert_find(settings, handle);
	size_t i;

	if (!cert)
		return -ENOENT;
	if (tls_uses_cert(&settings->tls, handle) || tls_uses_cert(&settings->tls_wanted, handle))
		return -EBUSY;
	i = (size_t)(cert - settings->certs);
	X509_free(settings->certs[i].cert);
	settings->cert_count--;
	memmove(&settings->certs[i], &settings->certs[i + 1],
		(settings->cert_count - i) * sizeof(settings->certs[0]));
	return 0;
}

/* --- GenerateKeyPair --- */

static void on_made(EVP_PKEY *key, void *ctx)
{
	struct net_key_maker *maker = ctx;

	maker->job = NULL;
	maker->made = key;
	maker->failed = !key;
	if (maker->wake)
		maker->wake(maker->ctx);
}

int net_key_make(struct net_settings *settings, unsigned int bits, EVP_PKEY **pair)
{
	struct net_key_maker *maker = &settings->maker;

	if (maker->job)
		return maker->bits == bits ? -EAGAIN : -EBUSY;
	if (maker->failed) {
		maker->failed = false;
		return -EIO;
	}
	if (maker->made && maker->bits == bits) {
		*pair = maker->made;
		maker->made = NULL;
		return 0;
	}
	maker_stop(maker);
	maker->bits = bits;
	maker->job = key_job_start(maker->base, maker->pool, bits, on_made, maker);
	return maker->job ? -EAGAIN : -errno;
}

/* --- users --- */

static int user_put(struct net_settings *settings, const struct net_user *user)
{
	size_t n = settings->user_count;
	struct net_user *grown;

	if (user->name[0] && net_user_named(settings, user->name))
		return -EEXIST;
	if (n == NET_USERS_MAX)
		return -ENOSPC;
	grown = calloc(n + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	if (n) {
		memcpy(grown, settings->users, n * sizeof(*grown));
		OPENSSL_cleanse(settings->users, n * sizeof(*grown));
	}
	free(settings->users);
	settings->users = grown;
	grown[n] = *user;
	settings->user_count++;
	return 0;
}

int net_user_add(struct net_settings *settings, const struct net_user *user, uint32_t *handle)
{
	struct net_user added = *user;
	int ret;

	added.handle = settings->last_handle + 1; /* 0 would stand for the admin */
	added.enabled = true;
	ret = user_put(settings, &added);
	OPENSSL_cleanse(&added, sizeof(added));
	if (ret)
		return ret;
	*handle = ++settings->last_handle;
	return 0;
}

int net_user_restore(struct net_settings *settings, const struct net_user *user)
{
	if (!user->handle || user->handle > settings->last_handle ||
	    net_user_find(settings, user->handle) || (!user->name[0] && !user->sid_len))
		return -EINVAL;
	return user_put(settings, user);
}

struct net_user *net_user_find(struct net_settings *settings, uint32_t handle)
{
	size_t i;

	for (i = 0; i < settings->user_count; i++)
		if (settings->users[i].handle == handle)
			return &settings->users[i];
	return NULL;
}

int net_user_remove(struct net_settings *settings, uint32_t handle)
{
	struct net_user *user = net_user_find(settings, handle);
	size_t after;

	if (!user)
		return -ENOENT;
	after = settings->user_count - (size_t)(user - settings->users) - 1;
	memmove(user, user + 1, after * sizeof(*user));
	settings->user_count--;
	OPENSSL_cleanse(&settings->users[settings->user_count], sizeof(*user));
	return 0;
}

const struct net_user *net_user_named(const struct net_settings *settings, const char *name)
{
	size_t i;

	for (i = 0; i < settings->user_count; i++)
		if (settings->users[i].name[0] && !strcmp(settings->users[i].name, name))
			return &settings->users[i];
	return NULL;
}

/* --- TLS --- */

bool net_tls_commit(struct net_settings *settings)
{
	bool changed = memcmp(&settings->tls, &settings->tls_wanted, sizeof(settings->tls)) != 0;

	settings->tls = settings->tls_wanted;
	return changed;
}

/* --- properties --- */

static struct net_value *value_find(const struct net_settings *settings, const char *class_name,
				    size_t instance, const char *property)
{
	struct net_value *value;

	STAILQ_FOREACH(value, &settings->values, list)
		if (value->instance == instance && !strcmp(value->class_name, class_name) &&
		    !strcmp(value->property, property))
			return value;
	return NULL;
}

const char *net_value_get(const struct net_settings *settings, const char *class_name,
			  size_t instance, const char *property)
{
	const struct net_value *value = value_find(settings, class_name, instance, property);

	return value ? value->text : NULL;
}

static int value_new(struct net_settings *settings, const char *class_name, size_t instance,
		     const char *property, char *text)
{
	size_t len = strlen(class_name) + 1;
	struct net_value *value = calloc(1, sizeof(*value) + len + strlen(property) + 1);

	if (!value)
		return -ENOMEM;
	strcpy(value->class_name, class_name);
	value->property = strcpy(value->class_name + len, property);
	value->instance = instance;
	value->text = text;
	STAILQ_INSERT_TAIL(&settings->values, value, list);
	return 0;
}

static void value_drop(struct net_settings *settings, struct net_value *value)
{
	if (!value)
		return;
	STAILQ_REMOVE(&settings->values, value, net_value, list);
	free(value->text);
	free(value);
}

int net_value_set(struct net_settings *settings, const char *class_name, size_t instance,
		  const char *property, const char *text)
{
	struct net_value *value = value_find(settings, class_name, instance, property);
	char *copy;

	if (!text) {
		value_drop(settings, value);
		return 0;
	}
	copy = strdup(text);
	if (!copy)
		return -ENOMEM;
	if (!value) {
		if (!value_new(settings, class_name, instance, property, copy))
			return 0;
		free(copy);
		return -ENOMEM;
	}
	free(value->text);
	value->text = copy;
	return 0;
}
