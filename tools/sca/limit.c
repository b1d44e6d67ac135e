// SPDX-License-Identifier: GPL-2.0-or-later
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <openssl/rand.h>

#include "limit.h"

#define SLOTS 8192 /* a power of two */

struct slot {
	uint8_t key[8];
	uint64_t at_ms;
	uint32_t milli; /* thousandths of tokens left */
};

struct limit {
	unsigned int per_second;
	unsigned int burst;
	uint64_t seed;
	struct slot slots[SLOTS];
};

struct limit *limit_new(unsigned int per_second, unsigned int burst)
{
	struct limit *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->per_second = per_second;
	l->burst = burst ? burst : 1;
	/* so that nobody can choose addresses that share a slot */
	RAND_bytes((unsigned char *)&l->seed, sizeof(l->seed));
	return l;
}

void limit_free(struct limit *l)
{
	free(l);
}

static void make_key(const struct sockaddr_storage *from, uint8_t key[8])
{
	memset(key, 0, 8);
	if (from->ss_family == AF_INET6)
		memcpy(key, &((const struct sockaddr_in6 *)from)->sin6_addr, 8);
	else
		memcpy(key + 4, &((const struct sockaddr_in *)from)->sin_addr, 4);
}

static uint64_t mix(uint64_t x)
{
	x ^= x >> 32;
	x *= 0x9e3779b97f4a7c15u;
	x ^= x >> 29;
	x *= 0xbf58476d1ce4e5b9u;
	return x ^ x >> 32;
}

static uint64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

bool limit_take(struct limit *l, const struct sockaddr_storage *from)
{
	uint64_t now = now_ms();
	uint64_t word;
	uint64_t milli;
	struct slot *s;
	uint8_t key[8];

	if (!l->per_second)
		return true;
	make_key(from, key);
	memcpy(&word, key, sizeof(word));
	s = &l->slots[mix(word ^ l->seed) % SLOTS];
	if (!s->at_ms || memcmp(s->key, key, sizeof(key))) {
		/* a new source takes the slot over */
		memcpy(s->key, key, sizeof(key));
		s->milli = l->burst * 1000;
		s->at_ms = now;
	}
	milli = s->milli + (now - s->at_ms) * l->per_second;
	if (milli > l->burst * 1000ull)
		milli = l->burst * 1000ull;
	s->at_ms = now;
	s->milli = (uint32_t)milli;
	if (s->milli < 1000)
		return false;
	s->milli -= 1000;
	return true;
}
