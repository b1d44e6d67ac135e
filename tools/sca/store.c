// SPDX-License-Identifier: GPL-2.0-or-later
/* Opening a store with its key, transactions, secrets. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <openssl/crypto.h>

#include "store_private.h"

#define SECRET_MAX (64 * 1024)

int64_t store_now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int store_fail(struct store *s)
{
	snprintf(s->error, sizeof(s->error), "%s", sqlite3_errmsg(s->db));
	switch (sqlite3_errcode(s->db) & 0xff) {
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_READONLY:
	case SQLITE_PERM:
		return -EACCES;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_CONSTRAINT:
		return -EEXIST;
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
		return -EBADMSG;
	default:
		return -EIO;
	}
}

sqlite3_stmt *store_prepare(struct store *s, const char *sql)
{
	sqlite3_stmt *st;

	if (sqlite3_prepare_v2(s->db, sql, -1, &st, NULL) != SQLITE_OK) {
		store_fail(s);
		return NULL;
	}
	return st;
}

int store_finish(struct store *s, sqlite3_stmt *st)
{
	int ret = 0;
	int rc;

	if (!st)
		return store_fail(s);
	do {
		rc = sqlite3_step(st);
	} while (rc == SQLITE_ROW);
	if (rc != SQLITE_DONE)
		ret = store_fail(s);
	sqlite3_finalize(st);
	return ret;
}

int store_exec(struct store *s, const char *sql)
{
	return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : store_fail(s);
}

void store_bind_text(sqlite3_stmt *st, int i, const char *text)
{
	sqlite3_bind_text(st, i, text, -1, SQLITE_TRANSIENT);
}

void store_column_text(sqlite3_stmt *st, int i, char *out, size_t size)
{
	const char *text = (const char *)sqlite3_column_text(st, i);

	snprintf(out, size, "%s", text ? text : "");
}

int store_begin(struct store *s)
{
	return store_exec(s, "BEGIN IMMEDIATE");
}

int store_commit(struct store *s)
{
	int ret = store_exec(s, "COMMIT");

	if (ret)
		store_rollback(s);
	return ret;
}

void store_rollback(struct store *s)
{
	if (!sqlite3_get_autocommit(s->db))
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
}

const char *store_error(const struct store *s)
{
	return s->error;
}

const char *store_key_id(const struct store *s)
{
	return s->key.id;
}

static int open_database(struct store *s, const char *path)
{
	if (sqlite3_open_v2(path, &s->db,
			    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOFOLLOW,
			    NULL) != SQLITE_OK)
		return s->db ? store_fail(s) : -ENOMEM;
	sqlite3_busy_timeout(s->db, 2000);
	/* freed pages are overwritten: a deleted OTP is gone */
	return store_exec(s, "PRAGMA journal_mode=WAL;"
			     "PRAGMA synchronous=FULL;"
			     "PRAGMA secure_delete=ON;"
			     "PRAGMA foreign_keys=ON;"
			     "PRAGMA trusted_schema=OFF");
}

static int open_key(struct store *s, const char *path, bool *made, char *why, size_t size)
{
	int ret = crypt_key_open(path, &s->key);

	*made = ret == -ENOENT;
	if (*made) {
		ret = crypt_key_create(path);
		if (!ret)
			ret = crypt_key_open(path, &s->key);
	}
	if (ret == -EPERM)
		snprintf(why, size,
			 "others may read the key file %s; chmod 600 it and "
			 "consider its key known",
			 path);
	else if (ret == -EBUSY)
		snprintf(why, size, "another meiprov-scad uses this store (%s is locked)", path);
	else if (ret == -EBADMSG)
		snprintf(why, size, "%s is not a store key", path);
	else if (ret)
		snprintf(why, size, "key file %s: %s", path, strerror(-ret));
	return ret;
}

/* A store remembers which key sealed it. */
static int check_key(struct store *s, bool made, const char *key_path, char *why, size_t size)
{
	char id[CRYPT_ID_SIZE];
	int ret = store_meta_get(s, "key-id", id, sizeof(id));

	if (ret == -ENOENT) {
		ret = store_meta_set(s, "key-id", s->key.id);
	} else if (!ret && strcmp(id, s->key.id)) {
		if (made)
			unlink(key_path);
		snprintf(why, size,
			 "%s this store, which was sealed with key %s; put "
			 "that key file back",
			 made ? "there was no key file for" : "the key file is not that of", id);
		return -EKEYREJECTED;
	}
	if (ret)
		snprintf(why, size, "%s", s->error);
	return ret;
}

static int open_parts(struct store *s, const char *path, const char *key_path, char *why,
		      size_t size)
{
	bool made;
	int ret = open_key(s, key_path, &made, why, size);

	if (ret)
		return ret;
	ret = open_database(s, path);
	if (!ret)
		ret = store_schema_prepare(s);
	if (ret) {
		snprintf(why, size, "%s: %.160s", path, s->error[0] ? s->error : strerror(-ret));
		if (made)
			unlink(key_path);
		return ret;
	}
	return check_key(s, made, key_path, why, size);
}

int store_open(const char *path, const char *key_path, struct store **out, char *why,
	       size_t why_size)
{
	char default_key[4096];
	struct store *s = calloc(1, sizeof(*s));
	int ret;

	*out = NULL;
	if (!s)
		return -ENOMEM;
	s->key.fd = -1;
	snprintf(default_key, sizeof(default_key), "%s.key", path);
	ret = open_parts(s, path, key_path ? key_path : default_key, why, why_size);
	if (ret) {
		store_close(s);
		return ret;
	}
	*out = s;
	return 0;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	sqlite3_close(s->db);
	crypt_key_close(&s->key);
	free(s);
}

int store_secret_put(struct store *s, const char *owner, const char *field, const void *data,
		     size_t len)
{
	uint8_t *sealed;
	sqlite3_stmt *st;
	int ret;

	if (len > SECRET_MAX)
		return -EINVAL;
	sealed = malloc(len + CRYPT_OVERHEAD);
	if (!sealed)
		return -ENOMEM;
	ret = crypt_seal(&s->key, owner, field, data, len, sealed);
	if (!ret) {
		st = store_prepare(s, "INSERT INTO secret (owner, field, key_id, sealed) "
				      "VALUES (?, ?, ?, ?) ON CONFLICT (owner, field) DO UPDATE "
				      "SET key_id = excluded.key_id, sealed = excluded.sealed");
		if (st) {
			store_bind_text(st, 1, owner);
			store_bind_text(st, 2, field);
			store_bind_text(st, 3, s->key.id);
			sqlite3_bind_blob(st, 4, sealed, (int)(len + CRYPT_OVERHEAD),
					  SQLITE_TRANSIENT);
		}
		ret = store_finish(s, st);
	}
	free(sealed);
	return ret;
}

ssize_t store_secret_get(struct store *s, const char *owner, const char *field, void *out,
			 size_t size)
{
	sqlite3_stmt *st = store_prepare(s, "SELECT key_id, sealed FROM secret "
					    "WHERE owner = ? AND field = ?");
	char id[CRYPT_ID_SIZE];
	ssize_t ret;

	if (!st)
		return store_fail(s);
	store_bind_text(st, 1, owner);
	store_bind_text(st, 2, field);
	if (sqlite3_step(st) != SQLITE_ROW) {
		ret = store_finish(s, st);
		return ret ? ret : -ENOENT;
	}
	store_column_text(st, 0, id, sizeof(id));
	if (strcmp(id, s->key.id))
		ret = -EBADMSG;
	else
		ret = crypt_open(&s->key, owner, field, sqlite3_column_blob(st, 1),
				 (size_t)sqlite3_column_bytes(st, 1), out, size);
	if (ret == -EBADMSG)
		snprintf(s->error, sizeof(s->error), "the stored %s does not decrypt with this key",
			 field);
	sqlite3_finalize(st);
	return ret;
}

int store_secret_delete(struct store *s, const char *owner, const char *field)
{
	sqlite3_stmt *st = store_prepare(s, "DELETE FROM secret WHERE owner = ? AND field = ?");

	if (st) {
		store_bind_text(st, 1, owner);
		store_bind_text(st, 2, field);
	}
	return store_finish(s, st);
}
