// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows of the device table; one table of columns drives reading and writing. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "store_private.h"

static const char *const device_states[] = {
	[DEVICE_WAITING] = "waiting",	    [DEVICE_WORKING] = "working",
	[DEVICE_FAILED] = "failed",	    [DEVICE_REFUSED] = "refused",
	[DEVICE_CONFIGURED] = "configured",
};

static const char *const secret_states[] = {
	[SECRET_NONE] = "none",
	[SECRET_SENT] = "sent",
	[SECRET_SET] = "set",
	[SECRET_KEPT] = "kept",
};

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

const char *device_state_name(int64_t state)
{
	return state >= 0 && (size_t)state < COUNT(device_states) ? device_states[state] :
								    "unknown";
}

const char *secret_state_name(int64_t state)
{
	return state >= 0 && (size_t)state < COUNT(secret_states) ? secret_states[state] :
								    "unknown";
}

static const char *result_name(int64_t value)
{
	return result_info((enum result)value)->name;
}

static int64_t lookup(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(names[i], name))
			return (int64_t)i;
	return -1;
}

static int64_t device_state_value(const char *name)
{
	return lookup(device_states, COUNT(device_states), name);
}

static int64_t secret_state_value(const char *name)
{
	return lookup(secret_states, COUNT(secret_states), name);
}

static int64_t result_value(const char *name)
{
	return result_by_name(name);
}

/* @size 0: an int64_t, stored as a word when @to_name is given. */
struct column {
	const char *name;
	size_t offset;
	size_t size;
	const char *(*to_name)(int64_t value);
	int64_t (*to_value)(const char *name);
};

#define TEXT(f) \
	{ \
#f, offsetof(struct device, f), sizeof(((struct device *)0)->f), NULL, NULL \
	}
#define INT(f) \
	{ \
#f, offsetof(struct device, f), 0, NULL, NULL \
	}
#define WORD(f, n, v) \
	{ \
#f, offsetof(struct device, f), 0, n, v \
	}

static const struct column columns[] = {
	TEXT(uuid),
	INT(otp_required),
	WORD(state, device_state_name, device_state_value),
	WORD(result, result_name, result_value),
	TEXT(stage),
	TEXT(reason),
	TEXT(address),
	INT(registered_at),
	INT(session_at),
	INT(ended_at),
	INT(configured_at),
	INT(sessions),
	INT(chain_tries),
	INT(hello_retry),
	INT(credentials_set),
	TEXT(version),
	TEXT(realm),
	TEXT(chain),
	INT(root_in_hello),
	TEXT(pin),
	WORD(mebx, secret_state_name, secret_state_value),
	WORD(admin, secret_state_name, secret_state_value),
	INT(commit_sent),
};

#define COLUMNS COUNT(columns)

static void column_list(char *out, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < COLUMNS; i++)
		n += (size_t)snprintf(out + n, size - n, "%s%s", i ? ", " : "", columns[i].name);
}

static void read_row(sqlite3_stmt *st, struct device *dev)
{
	memset(dev, 0, sizeof(*dev));
	for (size_t i = 0; i < COLUMNS; i++) {
		const struct column *c = &columns[i];
		char *at = (char *)dev + c->offset;
		char word[32];

		if (c->size) {
			store_column_text(st, (int)i, at, c->size);
		} else if (c->to_value) {
			store_column_text(st, (int)i, word, sizeof(word));
			*(int64_t *)at = c->to_value(word);
		} else {
			*(int64_t *)at = sqlite3_column_int64(st, (int)i);
		}
	}
}

static void bind_row(sqlite3_stmt *st, const struct device *dev)
{
	for (size_t i = 0; i < COLUMNS; i++) {
		const struct column *c = &columns[i];
		const char *at = (const char *)dev + c->offset;

		if (c->size)
			store_bind_text(st, (int)i + 1, at);
		else if (c->to_name)
			store_bind_text(st, (int)i + 1, c->to_name(*(const int64_t *)at));
		else
			sqlite3_bind_int64(st, (int)i + 1, *(const int64_t *)at);
	}
}

int store_device_load(struct store *s, const char *uuid, struct device *out)
{
	char names[512];
	char sql[640];
	sqlite3_stmt *st;
	int ret;

	column_list(names, sizeof(names));
	snprintf(sql, sizeof(sql), "SELECT %s FROM device WHERE uuid = ?", names);
	st = store_prepare(s, sql);
	if (!st)
		return store_fail(s);
	store_bind_text(st, 1, uuid);
	if (sqlite3_step(st) != SQLITE_ROW) {
		ret = store_finish(s, st);
		return ret ? ret : -ENOENT;
	}
	read_row(st, out);
	sqlite3_finalize(st);
	return 0;
}

int store_device_save(struct store *s, const struct device *dev)
{
	char marks[3 * COLUMNS];
	char names[512];
	char sql[768];
	sqlite3_stmt *st;

	for (size_t i = 0; i < COLUMNS; i++)
		memcpy(marks + 3 * i, i + 1 < COLUMNS ? "?, " : "?\0", 3);
	column_list(names, sizeof(names));
	snprintf(sql, sizeof(sql), "INSERT OR REPLACE INTO device (%s) VALUES (%s)", names, marks);
	st = store_prepare(s, sql);
	if (st)
		bind_row(st, dev);
	return store_finish(s, st);
}

int store_device_each(struct store *s, int (*fn)(const struct device *dev, void *ctx), void *ctx)
{
	struct device dev;
	char names[512];
	char sql[640];
	sqlite3_stmt *st;
	int stop = 0;

	column_list(names, sizeof(names));
	snprintf(sql, sizeof(sql), "SELECT %s FROM device ORDER BY registered_at, uuid", names);
	st = store_prepare(s, sql);
	if (!st)
		return store_fail(s);
	while (!stop && sqlite3_step(st) == SQLITE_ROW) {
		read_row(st, &dev);
		stop = fn(&dev, ctx);
	}
	if (stop) {
		sqlite3_finalize(st);
		return 0;
	}
	return store_finish(s, st);
}
