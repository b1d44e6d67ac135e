/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside the store: the SQLite handle and short ways to use it. */
#ifndef SCA_STORE_PRIVATE_H
#define SCA_STORE_PRIVATE_H

#include <sqlite3.h>

#include "crypt.h"
#include "store.h"

struct store {
	sqlite3 *db;
	struct crypt_key key;
	char error[256];
};

/* Negative errno for what SQLite says now; fills store->error. */
int store_fail(struct store *store);
sqlite3_stmt *store_prepare(struct store *store, const char *sql);
/* Runs to the end and finalizes; 0, or a negative errno. */
int store_finish(struct store *store, sqlite3_stmt *st);
int store_exec(struct store *store, const char *sql);
void store_bind_text(sqlite3_stmt *st, int i, const char *text);
void store_column_text(sqlite3_stmt *st, int i, char *out, size_t size);

/* store_schema.c */
int store_schema_prepare(struct store *store);
int store_meta_get(struct store *store, const char *name, char *out, size_t size);
int store_meta_set(struct store *store, const char *name, const char *value);

#endif /* SCA_STORE_PRIVATE_H */
