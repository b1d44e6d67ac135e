// SPDX-License-Identifier: GPL-2.0-or-later
/* The tables, by version: a store is brought up to date when it is opened. */
#include <errno.h>
#include <stdio.h>

#include "store_private.h"

/* migrations[N] takes a store of version N to N + 1; never edit a released one. */
static const char *const migrations[] = {
	"CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);"
	"CREATE TABLE device ("
	" uuid TEXT PRIMARY KEY,"
	" otp_required INTEGER NOT NULL,"
	" state TEXT NOT NULL,"
	" result TEXT NOT NULL,"
	" stage TEXT NOT NULL,"
	" reason TEXT NOT NULL,"
	" address TEXT NOT NULL,"
	" registered_at INTEGER NOT NULL,"
	" session_at INTEGER NOT NULL,"
	" ended_at INTEGER NOT NULL,"
	" configured_at INTEGER NOT NULL,"
	" sessions INTEGER NOT NULL,"
	" chain_tries INTEGER NOT NULL,"
	" hello_retry INTEGER NOT NULL,"
	" credentials_set INTEGER NOT NULL,"
	" version TEXT NOT NULL,"
	" realm TEXT NOT NULL,"
	" chain TEXT NOT NULL,"
	" root_in_hello INTEGER NOT NULL,"
	" pin TEXT NOT NULL,"
	" mebx TEXT NOT NULL,"
	" admin TEXT NOT NULL,"
	" commit_sent INTEGER NOT NULL"
	") WITHOUT ROWID;"
	"CREATE TABLE secret ("
	" owner TEXT NOT NULL,"
	" field TEXT NOT NULL,"
	" key_id TEXT NOT NULL,"
	" sealed BLOB NOT NULL,"
	" PRIMARY KEY (owner, field)"
	") WITHOUT ROWID;"
	"CREATE TABLE chain ("
	" id TEXT PRIMARY KEY,"
	" pem TEXT NOT NULL,"
	" test_only INTEGER NOT NULL,"
	" imported_at INTEGER NOT NULL"
	") WITHOUT ROWID;"
	"CREATE TABLE log ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" at INTEGER NOT NULL,"
	" uuid TEXT NOT NULL,"
	" event TEXT NOT NULL,"
	" text TEXT NOT NULL"
	");"
	"CREATE INDEX log_uuid ON log (uuid, id);",
};

#define VERSION ((int)(sizeof(migrations) / sizeof(*migrations)))

static int user_version(struct store *s)
{
	sqlite3_stmt *st = store_prepare(s, "PRAGMA user_version");
	int version;

	if (!st || sqlite3_step(st) != SQLITE_ROW) {
		sqlite3_finalize(st);
		return store_fail(s);
	}
	version = sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	return version;
}

int store_schema_prepare(struct store *s)
{
	int version = user_version(s);
	char pragma[48];
	int ret;

	if (version < 0)
		return version;
	if (version > VERSION) {
		snprintf(s->error, sizeof(s->error),
			 "the store is of version %d, made by "
			 "a newer meiprov-scad; this one knows version %d",
			 version, VERSION);
		return -EPROTONOSUPPORT;
	}
	if (version == VERSION)
		return 0;
	ret = store_begin(s);
	for (; !ret && version < VERSION; version++)
		ret = store_exec(s, migrations[version]);
	snprintf(pragma, sizeof(pragma), "PRAGMA user_version=%d", VERSION);
	if (!ret)
		ret = store_exec(s, pragma);
	if (!ret)
		return store_commit(s);
	store_rollback(s);
	return ret;
}

int store_meta_get(struct store *s, const char *name, char *out, size_t size)
{
	sqlite3_stmt *st = store_prepare(s, "SELECT value FROM meta WHERE name = ?");
	int ret;

	if (!st)
		return store_fail(s);
	store_bind_text(st, 1, name);
	if (sqlite3_step(st) != SQLITE_ROW) {
		ret = store_finish(s, st);
		return ret ? ret : -ENOENT;
	}
	store_column_text(st, 0, out, size);
	sqlite3_finalize(st);
	return 0;
}

int store_meta_set(struct store *s, const char *name, const char *value)
{
	sqlite3_stmt *st = store_prepare(s,
					 "INSERT INTO meta (name, value) VALUES (?, ?) "
					 "ON CONFLICT (name) DO UPDATE SET value = excluded.value");

	if (st) {
		store_bind_text(st, 1, name);
		store_bind_text(st, 2, value);
	}
	return store_finish(s, st);
}
