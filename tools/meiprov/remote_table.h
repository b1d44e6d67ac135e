/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of certificate hashes of a device behind --remote. */
#ifndef MEIPROV_REMOTE_TABLE_H
#define MEIPROV_REMOTE_TABLE_H

#include "remote.h"

#define REMOTE_HASH_CLASS "AMT_ProvisioningCertificateHash"
#define REMOTE_KEY_SIZE	  128

/**
 * struct remote_table - all slots in use
 * @keys: InstanceID of each, by which the device knows it
 */
struct remote_table {
	struct meiprov_hash *hashes;
	char (*keys)[REMOTE_KEY_SIZE];
	size_t count;
};

/* remote_table_free() in either case. */
int remote_table_read(struct remote *remote, struct remote_table *table, struct meiprov_error *err);
void remote_table_free(struct remote_table *table);

/* Can @text mean a slot? Up to five decimal digits are a handle, eight and more hex
 * digits the beginning of a digest.
 */
bool remote_table_is_hash(const char *text);
/* The slot that @text means: its place; -ENODATA, or -EEXIST when several begin so,
 * with @err filled.
 */
ssize_t remote_table_find(const struct remote *remote, const struct remote_table *table,
			  const char *text, struct meiprov_error *err);
/* The slot with this digest, or -1. */
ssize_t remote_table_has(const struct remote_table *table, const struct meiprov_hash *hash);

/**
 * remote_hash_input() - the hash that NAME FILE|ALGORITHM:HEX means
 * @algorithm: of --hash, or NULL
 *
 * Returns 0 or an exit status, after saying why.
 */
int remote_hash_input(const struct cli *cli, const char *name, const char *what,
		      const char *algorithm, struct meiprov_hash *hash);

#endif /* MEIPROV_REMOTE_TABLE_H */
