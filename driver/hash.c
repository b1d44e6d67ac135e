// SPDX-License-Identifier: GPL-2.0-only
/*
 * The certificate hash table as one consistent snapshot: the handles, each
 * entry, the handles again, all on one connection. The closing look at the
 * handles also tells when replies have slipped by one: an entry's reply names
 * no handle.
 */
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "mei_prov.h"

#define MEI_PROV_HASH_TRIES	3

/**
 * struct mei_prov_hash_scan - one reading of the table
 * @call: the command
 * @table: gets the entries; nobody else has a reference
 * @room: entries allocated in @table
 * @connection: serial number of the connection of the first step
 * @changed: the table, or the connection, is no longer the same
 * @reconnected: it was the connection
 */
struct mei_prov_hash_scan {
	struct mei_prov_call *call;
	struct mei_prov_hash_snapshot *table;
	u32 room;
	u32 connection;
	bool changed;
	bool reconnected;
};

static int mei_prov_hash_make_room(struct mei_prov_hash_scan *scan, u32 count)
{
	struct mei_prov_hash_snapshot *table;

	if (scan->table && count <= scan->room)
		return 0;
	table = mei_prov_hash_snapshot_new(count);
	if (!table)
		return -ENOMEM;
	mei_prov_hash_snapshot_put(scan->table);
	scan->table = table;
	scan->room = count;
	return 0;
}

/* Ask for the handles. @count is valid when the firmware did not refuse. */
static int mei_prov_hash_handles(struct mei_prov_call *call, u32 *count)
{
	int ret;

	ret = mei_prov_call(call, AMTHI_ENUMERATE_HASH_HANDLES);
	if (ret || call->fw_status)
		return ret;
	ret = amthi_decode_handle_count(call->t->reply, call->t->received, count);
	if (!ret && *count > MEI_PROV_HASHES_MAX)
		ret = -EBADMSG;
	return ret;
}

static int mei_prov_hash_handle_at(struct mei_prov_call *call, u32 index, u32 *handle)
{
	return amthi_decode_handle(call->t->reply, call->t->received, index, handle);
}

static int mei_prov_hash_first_look(struct mei_prov_hash_scan *scan)
{
	struct mei_prov_hash_snapshot *table;
	u32 count, i;
	int ret;

	ret = mei_prov_hash_handles(scan->call, &count);
	if (ret || scan->call->fw_status)
		return ret;
	scan->connection = scan->call->t->connection;
	ret = mei_prov_hash_make_room(scan, count);
	if (ret)
		return ret;
	table = scan->table;
	memset(table->entry, 0, array_size(count, sizeof(*table->entry)));
	table->count = count;
	for (i = 0; i < count && !ret; i++)
		ret = mei_prov_hash_handle_at(scan->call, i, &table->entry[i].handle);
	return ret;
}

static void mei_prov_hash_note_connection(struct mei_prov_hash_scan *scan)
{
	if (scan->call->t->connection == scan->connection)
		return;
	scan->changed = true;
	scan->reconnected = true;
}

static void mei_prov_hash_fill(struct mei_prov_hash *entry,
			       const struct amthi_hash *hash)
{
	entry->flags = (hash->is_default ? MEI_PROV_HASH_DEFAULT : 0) |
		       (hash->is_active ? MEI_PROV_HASH_ACTIVE : 0);
	entry->algorithm = hash->algorithm;
	entry->digest_len = hash->digest_len;
	memcpy(entry->digest, hash->digest, sizeof(entry->digest));
	memcpy(entry->name, hash->name, hash->name_len);
}

/* Whether a slot that is not there any more was deleted, the last look tells. */
static bool mei_prov_hash_not_there(u32 fw_status)
{
	return fw_status == AMTHI_STATUS_NOT_FOUND ||
	       fw_status == AMTHI_STATUS_INVALID_HANDLE;
}

static int mei_prov_hash_entry(struct mei_prov_hash_scan *scan,
			       struct mei_prov_hash *entry)
{
	struct mei_prov_call *call = scan->call;
	struct amthi_hash hash;
	int ret;

	BUILD_BUG_ON(sizeof(entry->digest) != sizeof(hash.digest));
	BUILD_BUG_ON(sizeof(entry->name) <= AMTHI_NAME_MAX);

	ret = mei_prov_call_u32(call, AMTHI_GET_CERTIFICATE_HASH, entry->handle);
	if (ret)
		return ret;
	mei_prov_hash_note_connection(scan);
	if (call->t->fw_status)
		return 0;
	ret = amthi_decode_hash(call->t->reply, call->t->received, &hash);
	if (!ret)
		mei_prov_hash_fill(entry, &hash);
	return ret;
}

static int mei_prov_hash_entries(struct mei_prov_hash_scan *scan)
{
	u32 i;
	int ret;

	for (i = 0; i < scan->table->count; i++) {
		ret = mei_prov_hash_entry(scan, &scan->table->entry[i]);
		if (ret || scan->changed || scan->call->fw_status)
			return ret;
	}
	return 0;
}

static int mei_prov_hash_compare(struct mei_prov_hash_scan *scan, u32 count)
{
	u32 handle, i;
	int ret;

	if (count != scan->table->count) {
		scan->changed = true;
		return 0;
	}
	for (i = 0; i < count; i++) {
		ret = mei_prov_hash_handle_at(scan->call, i, &handle);
		if (ret)
			return ret;
		if (handle != scan->table->entry[i].handle)
			scan->changed = true;
	}
	return 0;
}

/* An earlier "no such entry" is forgotten if the table turns out changed. */
static int mei_prov_hash_last_look(struct mei_prov_hash_scan *scan)
{
	struct mei_prov_call *call = scan->call;
	u32 refused = call->fw_status;
	u32 count;
	int ret;

	call->fw_status = 0;
	ret = mei_prov_hash_handles(call, &count);
	if (ret || call->fw_status)
		return ret;
	mei_prov_hash_note_connection(scan);
	ret = mei_prov_hash_compare(scan, count);
	if (!scan->changed)
		call->fw_status = refused;
	return ret;
}

static int mei_prov_hash_scan_once(struct mei_prov_hash_scan *scan)
{
	u32 refused;
	int ret;

	scan->changed = false;
	scan->reconnected = false;
	ret = mei_prov_hash_first_look(scan);
	if (ret || scan->call->fw_status)
		return ret;
	ret = mei_prov_hash_entries(scan);
	refused = scan->call->fw_status;
	if (ret || scan->changed || (refused && !mei_prov_hash_not_there(refused)))
		return ret;
	return mei_prov_hash_last_look(scan);
}

static int mei_prov_hash_scan(struct mei_prov_hash_scan *scan)
{
	int tries = 0;
	int ret;

	do {
		scan->call->fw_status = 0;
		ret = mei_prov_hash_scan_once(scan);
		if (ret || !scan->changed)
			return ret;
		/* Only the deadline limits readings that lost their connection. */
		if (!scan->reconnected)
			tries++;
	} while (tries < MEI_PROV_HASH_TRIES);
	return -EAGAIN;
}

/**
 * mei_prov_hash_table_read() - read the table
 * @call: the command
 * @table: gets it with a reference, or NULL unless the reading succeeded and
 *	call->fw_status is 0
 *
 * The snapshot gets it too.
 *
 * Return: 0, -EAGAIN when the table changed under each of three readings, or
 * another negative errno.
 */
int mei_prov_hash_table_read(struct mei_prov_call *call,
			     struct mei_prov_hash_snapshot **table)
{
	struct mei_prov_hash_scan scan = { .call = call };
	int ret;

	*table = NULL;
	ret = mei_prov_call_sequence(call);
	if (ret)
		return ret;
	ret = mei_prov_hash_scan(&scan);
	if (!ret && !call->fw_status) {
		mei_prov_snapshot_hashes(call->mdev, scan.table);
		swap(*table, scan.table);
	}
	mei_prov_call_sequence_end(call);
	mei_prov_hash_snapshot_put(scan.table);
	return ret;
}
