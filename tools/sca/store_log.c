// SPDX-License-Identifier: GPL-2.0-or-later
/* Chains and the log. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "store_private.h"

#define LOG_KEEP 100000

static int chain_insert(struct store *s, const struct chain_row *row)
{
	sqlite3_stmt *st = store_prepare(s, "INSERT INTO chain (id, pem, test_only, imported_at) "
					    "VALUES (?, ?, ?, ?)");

	if (st) {
		store_bind_text(st, 1, row->id);
		store_bind_text(st, 2, row->pem);
		sqlite3_bind_int(st, 3, row->test_only);
		sqlite3_bind_int64(st, 4, row->imported_at);
	}
	return store_finish(s, st);
}

int store_chain_add(struct store *s, const struct chain_row *row, const void *key_pem,
		    size_t key_len)
{
	int ret = store_begin(s);

	if (ret)
		return ret;
	ret = chain_insert(s, row);
	if (!ret)
		ret = store_secret_put(s, row->id, FIELD_KEY, key_pem, key_len);
	if (!ret)
		return store_commit(s);
	store_rollback(s);
	return ret;
}

int store_chain_each(struct store *s, int (*fn)(const struct chain_row *row, void *ctx), void *ctx)
{
	sqlite3_stmt *st = store_prepare(s, "SELECT id, pem, test_only, imported_at FROM chain "
					    "ORDER BY imported_at, id");
	struct chain_row row;
	int stop = 0;

	if (!st)
		return store_fail(s);
	while (!stop && sqlite3_step(st) == SQLITE_ROW) {
		store_column_text(st, 0, row.id, sizeof(row.id));
		row.pem = (char *)sqlite3_column_text(st, 1);
		row.test_only = sqlite3_column_int(st, 2);
		row.imported_at = sqlite3_column_int64(st, 3);
		stop = row.pem ? fn(&row, ctx) : -ENOMEM;
	}
	if (stop) {
		sqlite3_finalize(st);
		return stop < 0 ? stop : 0;
	}
	return store_finish(s, st);
}

static int log_prune(struct store *s)
{
	sqlite3_int64 last = sqlite3_last_insert_rowid(s->db);
	sqlite3_stmt *st;

	if (last % 256)
		return 0;
	st = store_prepare(s, "DELETE FROM log WHERE id <= ?");
	if (st)
		sqlite3_bind_int64(st, 1, last - LOG_KEEP);
	return store_finish(s, st);
}

int store_log_add(struct store *s, const char *uuid, const char *event, const char *text)
{
	sqlite3_stmt *st = store_prepare(s, "INSERT INTO log (at, uuid, event, text) "
					    "VALUES (?, ?, ?, ?)");
	int ret;

	if (st) {
		sqlite3_bind_int64(st, 1, store_now_ms());
		store_bind_text(st, 2, uuid ? uuid : "");
		store_bind_text(st, 3, event);
		store_bind_text(st, 4, text);
	}
	ret = store_finish(s, st);
	return ret ? ret : log_prune(s);
}

int store_log_each(struct store *s, const char *uuid, int64_t after, int limit,
		   int (*fn)(const struct log_entry *e, void *ctx), void *ctx)
{
	sqlite3_stmt *st = store_prepare(
		s,
		"SELECT * FROM (SELECT id, at, uuid, event, text "
		"FROM log WHERE id > ?1 AND (?2 IS NULL OR uuid = ?2) ORDER BY id DESC LIMIT ?3) "
		"ORDER BY id");
	struct log_entry e;
	int stop = 0;

	if (!st)
		return store_fail(s);
	sqlite3_bind_int64(st, 1, after);
	if (uuid)
		store_bind_text(st, 2, uuid);
	sqlite3_bind_int(st, 3, limit);
	while (!stop && sqlite3_step(st) == SQLITE_ROW) {
		e.id = sqlite3_column_int64(st, 0);
		e.at = sqlite3_column_int64(st, 1);
		store_column_text(st, 2, e.uuid, sizeof(e.uuid));
		store_column_text(st, 3, e.event, sizeof(e.event));
		store_column_text(st, 4, e.text, sizeof(e.text));
		stop = fn(&e, ctx);
	}
	if (stop) {
		sqlite3_finalize(st);
		return 0;
	}
	return store_finish(s, st);
}
