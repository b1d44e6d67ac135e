// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>
#include <openssl/rand.h>

#include "book.h"
#include "store.h"

struct book {
	uint64_t seed[2];
	struct book_entry entries[BOOK_SIZE];
};

struct book *book_new(void)
{
	struct book *b = calloc(1, sizeof(*b));

	if (b)
		RAND_bytes((unsigned char *)b->seed, sizeof(b->seed));
	return b;
}

void book_free(struct book *b)
{
	free(b);
}

/* Which slot a UUID has cannot be foreseen, so none can be pushed out on
 * purpose without a flood.
 */
static unsigned int slot(const struct book *b, const uint8_t uuid[16])
{
	uint64_t w[2];

	memcpy(w, uuid, sizeof(w));
	w[0] = (w[0] ^ b->seed[0]) * 0x9e3779b97f4a7c15u;
	w[1] = (w[1] ^ b->seed[1] ^ w[0] >> 31) * 0xbf58476d1ce4e5b9u;
	return (unsigned int)((w[0] ^ w[1] ^ w[1] >> 32) % BOOK_SIZE);
}

const struct book_entry *book_note(struct book *b, const struct sockaddr_storage *from,
				   const struct meiprov_hello *hello)
{
	struct book_entry *e = &b->entries[slot(b, hello->uuid)];
	int64_t now = store_now_ms();

	if (!e->count || memcmp(e->uuid, hello->uuid, sizeof(e->uuid))) {
		memset(e, 0, sizeof(*e));
		memcpy(e->uuid, hello->uuid, sizeof(e->uuid));
		e->first_at = now;
	}
	e->from = *from;
	e->last_at = now;
	e->count++;
	e->retry = hello->retry;
	e->hashes = (uint16_t)hello->hash_count;
	e->credentials_set = hello->credentials_set;
	return e;
}

const struct book_entry *book_find(const struct book *b, const uint8_t uuid[16])
{
	const struct book_entry *e = &b->entries[slot(b, uuid)];

	return e->count && !memcmp(e->uuid, uuid, sizeof(e->uuid)) ? e : NULL;
}

const struct book_entry *book_at(const struct book *b, unsigned int i)
{
	return b->entries[i].count ? &b->entries[i] : NULL;
}
