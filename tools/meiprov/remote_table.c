// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "remote_table.h"

#define HASHES_MAX    4096
#define HANDLE_DIGITS 5 /* at most */
#define PREFIX_DIGITS 8 /* of a digest, at least */

struct reading {
	struct remote *remote;
	struct remote_table *table;
};

/* The device's own number, where its InstanceID ends in one. */
static uint32_t handle_of(const char *key)
{
	size_t at = strlen(key);
	unsigned long number;

	while (at && isdigit((unsigned char)key[at - 1]))
		at--;
	return cli_number(key + at, UINT32_MAX - 1, &number) ? (uint32_t)number :
							       MEIPROV_HANDLE_NONE;
}

static int read_digest(const struct remote *remote, const struct wsman_reply *page, size_t i,
		       struct meiprov_hash *hash, struct meiprov_error *err)
{
	const char *text = wsman_reply_value(page, i, "HashData");
	ssize_t len = text ? wsman_base64_decode(text, hash->digest, sizeof(hash->digest)) : -1;

	if (len <= 0)
		return remote_bad_value(remote, "HashData", err);
	hash->digest_len = (size_t)len;
	return 0;
}

static int read_hash(struct reading *r, const struct wsman_reply *page, size_t i,
		     struct meiprov_hash *hash, struct meiprov_error *err)
{
	const char *name = wsman_reply_value(page, i, "ElementName");
	int ret = remote_number(r->remote, page, i, "HashType", &hash->algorithm, err);

	if (!name)
		name = wsman_reply_value(page, i, "Description");
	snprintf(hash->name, sizeof(hash->name), "%s", name ? name : "");
	if (!ret)
		ret = remote_bool(r->remote, page, i, "IsDefault", &hash->is_default, err);
	if (!ret)
		ret = remote_bool(r->remote, page, i, "Enabled", &hash->is_active, err);
	return ret ? ret : read_digest(r->remote, page, i, hash, err);
}

static int grow(struct remote_table *t)
{
	struct meiprov_hash *hashes = reallocarray(t->hashes, t->count + 1, sizeof(*hashes));
	char(*keys)[REMOTE_KEY_SIZE];

	if (!hashes)
		return -ENOMEM;
	t->hashes = hashes;
	keys = reallocarray(t->keys, t->count + 1, sizeof(*keys));
	if (!keys)
		return -ENOMEM;
	t->keys = keys;
	memset(&hashes[t->count], 0, sizeof(*hashes));
	return 0;
}

static int take(void *ctx, const struct wsman_reply *page, size_t i, struct meiprov_error *err)
{
	struct reading *r = ctx;
	struct remote_table *t = r->table;
	const char *key = wsman_reply_value(page, i, "InstanceID");
	int ret;

	if (!key || !*key || strlen(key) >= REMOTE_KEY_SIZE)
		return remote_bad_value(r->remote, "InstanceID", err);
	ret = t->count == HASHES_MAX ? -EMSGSIZE : grow(t);
	if (ret)
		return remote_error(r->remote, err, ret, "", "%s", strerror(-ret));
	ret = read_hash(r, page, i, &t->hashes[t->count], err);
	if (ret)
		return ret;
	t->hashes[t->count].handle = handle_of(key);
	strcpy(t->keys[t->count++], key);
	return 0;
}

int remote_table_read(struct remote *remote, struct remote_table *table, struct meiprov_error *err)
{
	struct reading reading = { remote, table };

	memset(table, 0, sizeof(*table));
	return remote_each(remote, REMOTE_HASH_CLASS, take, &reading, err);
}

void remote_table_free(struct remote_table *table)
{
	free(table->hashes);
	free(table->keys);
}

/* --- finding --- */

static bool begins_with(const struct meiprov_hash *hash, const char *text)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; text[i]; i++) {
		uint8_t byte = hash->digest[i / 2];

		if (i / 2 >= hash->digest_len ||
		    tolower((unsigned char)text[i]) != digits[i % 2 ? byte & 0xf : byte >> 4])
			return false;
	}
	return true;
}

static bool means(const struct meiprov_hash *hash, const char *text)
{
	unsigned long handle;

	if (strlen(text) > HANDLE_DIGITS)
		return begins_with(hash, text);
	return cli_number(text, UINT32_MAX - 1, &handle) && hash->handle == handle;
}

bool remote_table_is_hash(const char *text)
{
	size_t len = strlen(text);

	if (len <= HANDLE_DIGITS)
		return len && strspn(text, "0123456789") == len;
	return len >= PREFIX_DIGITS && strspn(text, "0123456789abcdefABCDEF") == len;
}

ssize_t remote_table_find(const struct remote *remote, const struct remote_table *table,
			  const char *text, struct meiprov_error *err)
{
	ssize_t found = -1;

	for (size_t i = 0; i < table->count; i++) {
		if (!means(&table->hashes[i], text))
			continue;
		if (found >= 0)
			return remote_error(remote, err, -EEXIST, "give more of its digits",
					    "several hashes begin with \"%.60s\"", text);
		found = (ssize_t)i;
	}
	if (found < 0)
		return remote_error(remote, err, -ENODATA,
				    "hash list --remote shows those there are",
				    "there is no hash \"%.60s\"", text);
	return found;
}

ssize_t remote_table_has(const struct remote_table *table, const struct meiprov_hash *hash)
{
	for (size_t i = 0; i < table->count; i++)
		if (table->hashes[i].algorithm == hash->algorithm &&
		    table->hashes[i].digest_len == hash->digest_len &&
		    !memcmp(table->hashes[i].digest, hash->digest, hash->digest_len))
			return (ssize_t)i;
	return -1;
}
