/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The server's memory: devices, their secrets, provisioning chains, the log.
 *
 * SQLite, written with a full sync: when a function that writes has returned
 * outside a transaction, or store_commit() has, it is on the disk. Nothing
 * above this interface knows SQL. Functions return 0 or a negative errno; the
 * reason is in store_error().
 */
#ifndef SCA_STORE_H
#define SCA_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "result.h"

struct store;

/**
 * store_open() - open or make a store and its key file
 * @key_path: NULL for @path with ".key" added
 *
 * A new store gets a new key; a store without its key is refused, as is a
 * key that is not this store's.
 */
int store_open(const char *path, const char *key_path, struct store **out, char *why,
	       size_t why_size);
void store_close(struct store *store);
const char *store_error(const struct store *store);
const char *store_key_id(const struct store *store);

/* All or nothing; not nested. store_rollback() after a failure. */
int store_begin(struct store *store);
int store_commit(struct store *store);
void store_rollback(struct store *store);

/* ----------------------------------------------------------------- devices */

enum device_state {
	DEVICE_WAITING, /* for a Hello */
	DEVICE_WORKING, /* a session runs */
	DEVICE_FAILED,	/* the next Hello is tried */
	DEVICE_REFUSED, /* not tried before it is registered again */
	DEVICE_CONFIGURED,
};

/* What has become of a password this server made for the device. */
enum secret_state {
	SECRET_NONE,
	SECRET_SENT, /* stored, perhaps sent, no answer seen */
	SECRET_SET,  /* the device took it */
	SECRET_KEPT, /* the device keeps one of its own (MEBx only) */
};

/**
 * struct device - one row
 *
 * Times are milliseconds since 1970, 0 for never. @commit_sent: CommitChanges
 * went out and POST has not been read back yet.
 */
struct device {
	char uuid[37];
	int64_t otp_required;
	int64_t state;
	int64_t result;
	char stage[24];
	char reason[256];
	char address[64];
	int64_t registered_at;
	int64_t session_at;
	int64_t ended_at;
	int64_t configured_at;
	int64_t sessions;
	int64_t chain_tries;
	int64_t hello_retry;
	int64_t credentials_set;
	char version[32];
	char realm[64];
	char chain[65]; /* SHA-256 of the leaf, "" = none */
	int64_t root_in_hello;
	char pin[65]; /* SHA-256 of the device's certificate */
	int64_t mebx;
	int64_t admin;
	int64_t commit_sent;
};

const char *device_state_name(int64_t state);
const char *secret_state_name(int64_t state);

/* -ENOENT when the UUID is not registered. */
int store_device_load(struct store *store, const char *uuid, struct device *out);
int store_device_save(struct store *store, const struct device *dev);
/* Calls @fn for every device, oldest first, until it returns non-zero. */
int store_device_each(struct store *store, int (*fn)(const struct device *dev, void *ctx),
		      void *ctx);

/* ----------------------------------------------------------------- secrets */

#define FIELD_OTP   "otp"
#define FIELD_MEBX  "mebx-password"
#define FIELD_ADMIN "admin-password"
#define FIELD_KEY   "private-key"

int store_secret_put(struct store *store, const char *owner, const char *field, const void *data,
		     size_t len);
/* Returns the length; -ENOENT, -ENOBUFS, -EBADMSG when it does not decrypt. */
ssize_t store_secret_get(struct store *store, const char *owner, const char *field, void *out,
			 size_t size);
int store_secret_delete(struct store *store, const char *owner, const char *field);

/* ------------------------------------------------------------------ chains */

struct chain_row {
	char id[65]; /* SHA-256 of the leaf; owner of its key */
	char *pem;
	bool test_only;
	int64_t imported_at;
};

/* Chain and key in one transaction. -EEXIST when it is there already. */
int store_chain_add(struct store *store, const struct chain_row *row, const void *key_pem,
		    size_t key_len);
int store_chain_each(struct store *store, int (*fn)(const struct chain_row *row, void *ctx),
		     void *ctx);

/* --------------------------------------------------------------------- log */

struct log_entry {
	int64_t id;
	int64_t at;
	char uuid[37]; /* "" for the server itself */
	char event[32];
	char text[512];
};

/* Keeps the last 100,000 entries. */
int store_log_add(struct store *store, const char *uuid, const char *event, const char *text);
/* Entries after id @after, at most @limit newest of them, in order; NULL uuid
 * for all.
 */
int store_log_each(struct store *store, const char *uuid, int64_t after, int limit,
		   int (*fn)(const struct log_entry *e, void *ctx), void *ctx);

int64_t store_now_ms(void);

#endif /* SCA_STORE_H */
