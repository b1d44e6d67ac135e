// SPDX-License-Identifier: GPL-2.0-or-later
/* Which chain a device is shown, and which are not taken in. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <openssl/pem.h>

#include "tools/sca/chains.h"
#include "tools/sca/store.h"
#include "tools/sca/testca.h"

struct pem {
	char chain[8192];
	char key[4096];
	uint8_t root_sha256[32];
};

struct fixture {
	char dir[64];
	char db[96];
	struct store *store;
};

static struct pem one;
static struct pem two;

static void take(BIO *bio, char *out, size_t size)
{
	int n = BIO_read(bio, out, (int)size - 1);

	assert_true(n > 0);
	out[n] = '\0';
	BIO_free(bio);
}

static void make(struct pem *pem, const char *cn)
{
	BIO *chain = BIO_new(BIO_s_mem());
	BIO *key = BIO_new(BIO_s_mem());
	struct testca ca;

	assert_int_equal(testca_make(cn, &ca), 0);
	PEM_write_bio_X509(chain, ca.leaf);
	PEM_write_bio_X509(chain, ca.root);
	PEM_write_bio_PrivateKey(key, ca.leaf_key, NULL, NULL, 0, NULL, NULL);
	take(chain, pem->chain, sizeof(pem->chain));
	take(key, pem->key, sizeof(pem->key));
	X509_digest(ca.root, EVP_sha256(), pem->root_sha256, NULL);
	testca_free(&ca);
}

static int setup_group(void **state)
{
	make(&one, "one.example.org");
	make(&two, "two.example.org");
	return 0;
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	char why[512];

	*state = f;
	strcpy(f->dir, "/tmp/meiprov-chains.XXXXXX");
	if (!mkdtemp(f->dir))
		return -1;
	snprintf(f->db, sizeof(f->db), "%s/db", f->dir);
	return store_open(f->db, NULL, &f->store, why, sizeof(why));
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	char command[128];

	store_close(f->store);
	snprintf(command, sizeof(command), "rm -r %s", f->dir);
	free(f);
	return system(command);
}

static struct chains *imported(struct fixture *f)
{
	struct chains *set = chains_new(true);
	struct meiprov_error err = { 0 };
	const struct chain *c;

	assert_int_equal(chains_import(set, f->store, one.chain, one.key, &c, &err), 0);
	assert_int_equal(chains_import(set, f->store, two.chain, two.key, &c, &err), 0);
	return set;
}

static struct meiprov_hello hello_with(const uint8_t digest[32])
{
	struct meiprov_hello h = { .hash_count = 2 };

	h.hashes[0].algorithm = MEIPROV_HASH_SHA1;
	h.hashes[0].digest_len = 20;
	h.hashes[1].algorithm = MEIPROV_HASH_SHA256;
	h.hashes[1].digest_len = 32;
	memcpy(h.hashes[1].digest, digest, 32);
	return h;
}

static void chain_named_in_the_hello_is_chosen(void **state)
{
	struct chains *set = imported(*state);
	struct meiprov_hello h = hello_with(one.root_sha256);
	bool in_hello;

	assert_string_equal(chains_choose(set, &h, 0, &in_hello)->cn, "one.example.org");
	assert_true(in_hello);
	h = hello_with(two.root_sha256);
	assert_string_equal(chains_choose(set, &h, 0, &in_hello)->cn, "two.example.org");
	assert_true(in_hello);
	chains_free(set);
}

/* A Hello names at most 23 of up to 33 slots. */
static void unnamed_root_is_tried_all_the_same(void **state)
{
	static const uint8_t other[32] = { 1 };
	struct chains *set = imported(*state);
	struct meiprov_hello h = hello_with(other);
	bool in_hello;

	assert_string_equal(chains_choose(set, &h, 0, &in_hello)->cn, "two.example.org");
	assert_false(in_hello);
	chains_free(set);
}

static void refusal_moves_on_to_the_next_chain(void **state)
{
	struct chains *set = imported(*state);
	struct meiprov_hello h = hello_with(one.root_sha256);
	bool in_hello;

	assert_string_equal(chains_choose(set, &h, 1, &in_hello)->cn, "two.example.org");
	assert_false(in_hello);
	assert_string_equal(chains_choose(set, &h, 2, &in_hello)->cn, "one.example.org");
	chains_free(set);
}

static void no_chain_is_no_choice(void **state)
{
	struct chains *set = chains_new(true);
	struct meiprov_hello h = hello_with(one.root_sha256);
	bool in_hello;

	assert_null(chains_choose(set, &h, 0, &in_hello));
	chains_free(set);
}

static void stored_chains_are_there_after_a_restart(void **state)
{
	struct fixture *f = *state;
	struct chains *set = imported(f);
	struct meiprov_error err = { 0 };

	chains_free(set);
	set = chains_new(true);
	assert_int_equal(chains_load(set, f->store, &err), 0);
	assert_int_equal(chains_count(set), 2);
	assert_true(chains_at(set, 0)->test_only);
	assert_true(chains_at(set, 0)->provisioning);
	assert_int_equal(chains_at(set, 0)->length, 2);
	chains_free(set);
}

static void test_roots_are_withheld_unless_allowed(void **state)
{
	struct fixture *f = *state;
	struct meiprov_error err = { 0 };
	const struct chain *c;
	struct chains *set;

	chains_free(imported(f));
	set = chains_new(false);
	assert_int_equal(chains_load(set, f->store, &err), 0);
	assert_int_equal(chains_count(set), 0);
	assert_int_equal(chains_withheld(set), 2);
	assert_int_equal(chains_import(set, f->store, one.chain, one.key, &c, &err), -EPERM);
	assert_non_null(strstr(err.next, "--allow-test-ca"));
	chains_free(set);
}

static void unfit_imports_are_refused_with_a_reason(void **state)
{
	struct fixture *f = *state;
	struct chains *set = imported(f);
	struct meiprov_error err = { 0 };
	const struct chain *c;

	assert_int_equal(chains_import(set, f->store, one.chain, one.key, &c, &err), -EEXIST);
	assert_int_equal(chains_import(set, f->store, one.chain, two.key, &c, &err), -EINVAL);
	assert_non_null(strstr(err.why, "private key"));
	assert_int_equal(chains_import(set, f->store, one.chain, "nonsense", &c, &err), -EINVAL);
	assert_int_equal(chains_import(set, f->store, "nonsense", one.key, &c, &err), -EBADMSG);
	assert_true(strlen(err.why) > 0);
	assert_int_equal(chains_count(set), 2);
	chains_free(set);
}

int main(void)
{
#define T(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(chain_named_in_the_hello_is_chosen),
		T(unnamed_root_is_tried_all_the_same),
		T(refusal_moves_on_to_the_next_chain),
		T(no_chain_is_no_choice),
		T(stored_chains_are_there_after_a_restart),
		T(test_roots_are_withheld_unless_allowed),
		T(unfit_imports_are_refused_with_a_reason),
	};

	return cmocka_run_group_tests(tests, setup_group, NULL);
}
