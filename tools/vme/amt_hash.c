// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table of certificate hashes. A handle is the number of its slot: 0-19 and
 * those after the user's are the firmware's, from 20 on the user's (amthi.md 5).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "tools/vme/amt.h"

#define FIRST_USER_HANDLE 20

static uint8_t digest_len(uint8_t algorithm)
{
	static const uint8_t lengths[] = { [1] = 20, [2] = 32, [3] = 48 };

	return algorithm < sizeof(lengths) ? lengths[algorithm] : 0;
}

const struct amt_hash *amt_hash_find(const struct amt *amt, uint32_t handle)
{
	size_t i;

	for (i = 0; i < amt->hash_count; i++)
		if (amt->hashes[i].handle == handle)
			return &amt->hashes[i];
	return NULL;
}

static bool holds_digest(const struct amt *amt, const struct amt_hash *hash)
{
	size_t i;

	for (i = 0; i < amt->hash_count; i++)
		if (amt->hashes[i].algorithm == hash->algorithm &&
		    !memcmp(amt->hashes[i].digest, hash->digest, hash->digest_len))
			return true;
	return false;
}

/* The n-th slot of its kind. */
static uint32_t slot_handle(const struct amt *amt, bool is_default, uint32_t n)
{
	if (!is_default)
		return FIRST_USER_HANDLE + n;
	return n < FIRST_USER_HANDLE ? n : n + amt->user_slots;
}

static int free_handle(const struct amt *amt, bool is_default, uint32_t *handle)
{
	uint32_t slots = is_default ? amt->factory_slots : amt->user_slots;
	uint32_t n;

	for (n = 0; n < slots; n++) {
		*handle = slot_handle(amt, is_default, n);
		if (!amt_hash_find(amt, *handle))
			return 0;
	}
	return -ENOSPC;
}

static int insert(struct amt *amt, const struct amt_hash *hash)
{
	struct amt_hash *grown = realloc(amt->hashes, (amt->hash_count + 1) * sizeof(*grown));
	size_t at = amt->hash_count;

	if (!grown)
		return -ENOMEM;
	amt->hashes = grown;
	while (at && grown[at - 1].handle > hash->handle)
		at--;
	memmove(&grown[at + 1], &grown[at], (amt->hash_count - at) * sizeof(*grown));
	grown[at] = *hash;
	amt->hash_count++;
	amt_changed(amt, AMT_CHANGED_HASHES);
	return 0;
}

int amt_hash_add(struct amt *amt, const struct amt_hash *hash)
{
	struct amt_hash slot = *hash;
	int ret;

	if (!slot.digest_len || slot.digest_len != digest_len(slot.algorithm) || !slot.name[0])
		return -EINVAL;
	if (holds_digest(amt, hash))
		return -EEXIST;
	ret = free_handle(amt, slot.is_default, &slot.handle);
	return ret ? ret : insert(amt, &slot);
}

int amt_hash_restore(struct amt *amt, const struct amt_hash *hash)
{
	if (amt_hash_find(amt, hash->handle) || holds_digest(amt, hash))
		return -EEXIST;
	return insert(amt, hash);
}

int amt_hash_remove(struct amt *amt, uint32_t handle)
{
	const struct amt_hash *hash = amt_hash_find(amt, handle);
	size_t at;

	if (!hash)
		return -ENOENT;
	if (hash->is_default)
		return -EPERM;
	at = (size_t)(hash - amt->hashes);
	amt->hash_count--;
	memmove(&amt->hashes[at], &amt->hashes[at + 1],
		(amt->hash_count - at) * sizeof(*amt->hashes));
	amt_changed(amt, AMT_CHANGED_HASHES);
	return 0;
}

int amt_hash_set_active(struct amt *amt, uint32_t handle, bool active)
{
	const struct amt_hash *hash = amt_hash_find(amt, handle);

	if (!hash)
		return -ENOENT;
	amt->hashes[hash - amt->hashes].is_active = active;
	amt_changed(amt, AMT_CHANGED_HASHES);
	return 0;
}

void amt_hash_clear(struct amt *amt)
{
	free(amt->hashes);
	amt->hashes = NULL;
	amt->hash_count = 0;
	amt_changed(amt, AMT_CHANGED_HASHES);
}
