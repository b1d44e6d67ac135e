/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Provisioning chains: parsed once, then used by every session.
 *
 * A chain lives as long as its set; sessions point to it.
 */
#ifndef SCA_CHAINS_H
#define SCA_CHAINS_H

#include <stdbool.h>
#include <time.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <meiprov/meiprov.h>

struct store;

struct chain {
	char id[65]; /* SHA-256 of the leaf, hex */
	char cn[128];
	char root_name[256];
	X509 *leaf;
	STACK_OF(X509) *issuers; /* above the leaf, the root included */
	EVP_PKEY *key;
	struct {
		uint32_t algorithm;
		int len;
		uint8_t digest[MEIPROV_DIGEST_MAX];
	} root[3]; /* strongest first */
	size_t length;
	bool test_only;
	bool provisioning; /* OID or OU as firmware wants it */
	time_t not_after;
	int64_t imported_at;
};

struct chains;

struct chains *chains_new(bool allow_test_ca);
void chains_free(struct chains *chains);

/* Takes in what the store holds. Test chains are left out unless allowed. */
int chains_load(struct chains *chains, struct store *store, struct meiprov_error *err);
/* Checks, stores and takes in a new chain; @out is not to be freed. */
int chains_import(struct chains *chains, struct store *store, const char *pem, const char *key_pem,
		  const struct chain **out, struct meiprov_error *err);

size_t chains_count(const struct chains *chains);
const struct chain *chains_at(const struct chains *chains, size_t i);
const struct chain *chains_find(const struct chains *chains, const char *id);
/* Test chains in the store that are not used because they are not allowed. */
size_t chains_withheld(const struct chains *chains);

/**
 * chains_choose() - the chain to show a device
 * @hello: its root hashes are a hint: a Hello carries 23 of up to 33 slots
 * @tries: refusals so far; each moves on to the next candidate
 * @in_hello: whether the choice's root was named
 *
 * Candidates are the chains whose root the Hello names, newest first, then
 * the others. NULL when there is no chain at all.
 */
const struct chain *chains_choose(const struct chains *chains, const struct meiprov_hello *hello,
				  unsigned int tries, bool *in_hello);

/* Says so in its root's subject, as make-test-ca writes it. */
#define TEST_ONLY "TEST ONLY"

#endif /* SCA_CHAINS_H */
