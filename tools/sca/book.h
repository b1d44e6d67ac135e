/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The last Hello of each device that was heard, registered or not, in bounded
 * memory: for people who ask what is out there.
 */
#ifndef SCA_BOOK_H
#define SCA_BOOK_H

#include <stdint.h>
#include <sys/socket.h>

#include <meiprov/meiprov.h>

#define BOOK_SIZE 4096

struct book_entry {
	uint8_t uuid[16];
	struct sockaddr_storage from;
	int64_t first_at;
	int64_t last_at;
	uint32_t count;
	uint32_t retry;
	uint16_t hashes;
	bool credentials_set;
};

struct book;

struct book *book_new(void);
void book_free(struct book *book);
/* Notes a Hello. Returns its entry, whose count is 1 for a new one. */
const struct book_entry *book_note(struct book *book, const struct sockaddr_storage *from,
				   const struct meiprov_hello *hello);
/* NULL when it was not heard, or has been pushed out. */
const struct book_entry *book_find(const struct book *book, const uint8_t uuid[16]);
/* Entry of slot @i below BOOK_SIZE, or NULL when it is free. */
const struct book_entry *book_at(const struct book *book, unsigned int i);

#endif /* SCA_BOOK_H */
