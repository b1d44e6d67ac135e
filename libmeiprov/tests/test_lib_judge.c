// SPDX-License-Identifier: LGPL-2.1-or-later
/* What firmware of each generation makes of a chain: a good one, each single defect,
 * and properties of all.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/x509v3.h>

#include <meiprov/meiprov.h>

#include "certs.h"

#define OID "serverAuth,2.16.840.1.113741.1.2.3"

static const struct cert_spec good_root = { .cn = "Root", .ca = true, .rsa_bits = 2048 };
static const struct cert_spec good_leaf = { .cn = "sca.example.org", .eku = OID, .rsa_bits = 2048 };

struct pair {
	struct meiprov_chain *chain;
	struct meiprov_hash slots[2];
	struct meiprov_chain_target target;
};

/* A chain of two, a table that has its root, and a device in example.org. */
static void pair_fill(struct pair *p, const struct cert *leaf, const struct cert *root,
		      uint32_t algorithm)
{
	char pem[16384] = "";

	cert_pem(leaf, pem, sizeof(pem));
	cert_pem(root, pem, sizeof(pem));
	memset(p, 0, sizeof(*p));
	assert_int_equal(meiprov_chain_load(pem, strlen(pem), &p->chain, NULL), 0);
	p->slots[0] = (struct meiprov_hash){ .handle = 0,
					     .is_active = true,
					     .name = "Other",
					     .algorithm = 2,
					     .digest_len = 32,
					     .digest = { 1 } };
	p->slots[1] = (struct meiprov_hash){
		.handle = 7, .is_active = true, .name = "Ours", .algorithm = algorithm
	};
	p->slots[1].digest_len = (size_t)meiprov_chain_root_digest(p->chain, algorithm,
								   p->slots[1].digest);
	p->target = (struct meiprov_chain_target){ .has_version = true,
						   .major = 12,
						   .hashes = p->slots,
						   .hash_count = 2,
						   .suffix = "",
						   .domain = "example.org" };
}

static void pair_make(struct pair *p, const struct cert_spec *leaf, const struct cert_spec *root,
		      uint32_t algorithm)
{
	struct cert r = cert_make(root, NULL), l = cert_make(leaf, &r);

	pair_fill(p, &l, &r, algorithm);
	cert_free(&l);
	cert_free(&r);
}

/* The same of a leaf that is changed before it is signed. */
static void pair_changed(struct pair *p, const struct cert_spec *leaf, void (*change)(X509 *leaf))
{
	struct cert r = cert_make(&good_root, NULL), l = cert_make(leaf, &r);

	change(l.x509);
	assert_true(X509_sign(l.x509, r.key, EVP_sha256()) > 0);
	pair_fill(p, &l, &r, MEIPROV_HASH_SHA256);
	cert_free(&l);
	cert_free(&r);
}

static void add_extension(X509 *leaf, int nid, const void *data, int len)
{
	ASN1_OCTET_STRING *octets = ASN1_OCTET_STRING_new();
	X509_EXTENSION *extension;

	assert_true(ASN1_OCTET_STRING_set(octets, data, len));
	extension = X509_EXTENSION_create_by_NID(NULL, nid, 0, octets);
	assert_non_null(extension);
	assert_true(X509_add_ext(leaf, extension, -1));
	X509_EXTENSION_free(extension);
	ASN1_OCTET_STRING_free(octets);
}

static struct meiprov_chain_rule rule(const struct pair *p, enum meiprov_chain_rule_id id)
{
	struct meiprov_chain_rule r;

	assert_int_equal(meiprov_chain_judge(p->chain, &p->target, id, &r), 0);
	return r;
}

static void assert_verdicts(struct pair *p, enum meiprov_chain_rule_id id, enum meiprov_verdict v)
{
	assert_int_equal(rule(p, id).verdict, v);
	assert_int_equal(meiprov_chain_verdict(p->chain, &p->target), v);
	meiprov_chain_free(p->chain);
}

static void a_good_chain_is_accepted_and_says_by_which_slot(void **state)
{
	struct pair p;

	pair_make(&p, &good_leaf, &good_root, MEIPROV_HASH_SHA256);
	assert_non_null(strstr(rule(&p, MEIPROV_CHAIN_ROOT).seen, "slot 7, \"Ours\""));
	for (int i = 0; i < MEIPROV_CHAIN_RULES; i++)
		assert_int_equal(rule(&p, i).verdict, MEIPROV_YES);
	assert_verdicts(&p, MEIPROV_CHAIN_ROOT, MEIPROV_YES);
}

static void a_slot_that_is_not_active_refuses_and_is_named(void **state)
{
	struct pair p;

	pair_make(&p, &good_leaf, &good_root, MEIPROV_HASH_SHA384);
	p.slots[1].is_active = false;
	assert_non_null(strstr(rule(&p, MEIPROV_CHAIN_ROOT).seen, "not active"));
	assert_verdicts(&p, MEIPROV_CHAIN_ROOT, MEIPROV_NO);
}

static void a_slot_that_holds_another_certificate_is_the_nearest_miss(void **state)
{
	struct meiprov_chain_match match;
	struct pair p;
	size_t len;

	pair_make(&p, &good_leaf, &good_root, MEIPROV_HASH_SHA256);
	p.slots[1].digest[0] ^= 1;
	assert_int_equal(meiprov_chain_match(p.chain, p.slots, 2).fit, MEIPROV_FIT_NONE);
	/* sha256 of the leaf, as a person takes it who mistakes it for the root */
	assert_non_null(meiprov_chain_der(p.chain, 0, &len));
	EVP_Digest(meiprov_chain_der(p.chain, 0, &len), len, p.slots[1].digest, NULL, EVP_sha256(),
		   NULL);
	match = meiprov_chain_match(p.chain, p.slots, 2);
	assert_int_equal(match.fit, MEIPROV_FIT_INTERMEDIATE);
	assert_int_equal(match.cert, 0);
	assert_int_equal(match.slot, 1);
	assert_verdicts(&p, MEIPROV_CHAIN_ROOT, MEIPROV_NO);
}

static void an_active_slot_wins_over_an_inactive_one(void **state)
{
	struct meiprov_chain_match match;
	struct pair p;

	pair_make(&p, &good_leaf, &good_root, MEIPROV_HASH_SHA256);
	p.slots[0] = p.slots[1];
	p.slots[0].is_active = false;
	match = meiprov_chain_match(p.chain, p.slots, 2);
	assert_int_equal(match.fit, MEIPROV_FIT_ACTIVE);
	assert_int_equal(match.slot, 1);
	meiprov_chain_free(p.chain);
}

/* Versions below 15, 15 and from 16 on: what happens to the old algorithms. */
static const struct {
	unsigned int major;
	enum meiprov_verdict verdict;
} old_algorithms[] = {
	{ 3, MEIPROV_YES },	 { 11, MEIPROV_YES }, { 14, MEIPROV_YES },
	{ 15, MEIPROV_UNKNOWN }, { 16, MEIPROV_NO },  { 19, MEIPROV_NO },
};

static void sha1_and_short_keys_go_with_version_16(void **state)
{
	static const struct cert_spec sha1_root = {
		.cn = "Root", .ca = true, .rsa_bits = 2048, .sha1 = true
	};
	static const struct cert_spec short_leaf = { .cn = "sca.example.org",
						     .eku = OID,
						     .rsa_bits = 1024 };
	struct pair sha1, slot, key;

	pair_make(&sha1, &good_leaf, &sha1_root, MEIPROV_HASH_SHA256);
	pair_make(&slot, &good_leaf, &good_root, MEIPROV_HASH_SHA1);
	pair_make(&key, &short_leaf, &good_root, MEIPROV_HASH_SHA256);
	for (size_t i = 0; i < sizeof(old_algorithms) / sizeof(old_algorithms[0]); i++) {
		sha1.target.major = slot.target.major = key.target.major = old_algorithms[i].major;
		if (old_algorithms[i].major > 5) /* below, SHA-256 of the leaf is not sure */
			assert_int_equal(rule(&sha1, MEIPROV_CHAIN_SIGNATURES).verdict,
					 old_algorithms[i].verdict);
		assert_int_equal(rule(&slot, MEIPROV_CHAIN_ROOT).verdict,
				 old_algorithms[i].verdict);
		assert_int_equal(rule(&key, MEIPROV_CHAIN_KEYS).verdict, old_algorithms[i].verdict);
	}
	meiprov_chain_free(sha1.chain);
	meiprov_chain_free(slot.chain);
	meiprov_chain_free(key.chain);
}

static void a_key_that_is_not_rsa_is_unknown(void **state)
{
	static const struct cert_spec leaf = { .cn = "sca.example.org", .eku = OID };
	struct pair p;

	pair_make(&p, &leaf, &good_root, MEIPROV_HASH_SHA256);
	assert_verdicts(&p, MEIPROV_CHAIN_KEYS, MEIPROV_UNKNOWN);
}

/* A program that uses OpenSSL itself would take what is left there for its own. */
static void assert_no_error_is_left(void)
{
	assert_int_equal(ERR_peek_error(), 0);
}

static void use_unknown_key(X509 *leaf)
{
	uint8_t *key = OPENSSL_memdup("what", 4);

	assert_true(X509_PUBKEY_set0_param(X509_get_X509_PUBKEY(leaf), OBJ_txt2obj("1.2.3.4", 1),
					   V_ASN1_UNDEF, NULL, key, 4));
}

static void a_key_of_an_unknown_kind_is_unknown(void **state)
{
	struct pair p;

	pair_changed(&p, &good_leaf, use_unknown_key);
	assert_no_error_is_left();
	assert_string_equal(rule(&p, MEIPROV_CHAIN_KEYS).seen,
			    "certificate 0 has a key of an unknown kind");
	assert_no_error_is_left();
	assert_verdicts(&p, MEIPROV_CHAIN_KEYS, MEIPROV_UNKNOWN);
	assert_no_error_is_left();
}

static int key_bits;

/* Nobody signs with it: any odd number of that length will do. */
static void use_rsa_key(X509 *leaf)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
	BIGNUM *n = BN_new(), *e = BN_new();
	EVP_PKEY *key = NULL;
	OSSL_PARAM *params;

	BN_rand(n, key_bits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ODD);
	BN_set_word(e, 65537);
	OSSL_PARAM_BLD_push_BN(bld, "n", n);
	OSSL_PARAM_BLD_push_BN(bld, "e", e);
	params = OSSL_PARAM_BLD_to_param(bld);
	assert_int_equal(EVP_PKEY_fromdata_init(ctx), 1);
	assert_int_equal(EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params), 1);
	assert_true(X509_set_pubkey(leaf, key));
	EVP_PKEY_free(key);
	EVP_PKEY_CTX_free(ctx);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(bld);
	BN_free(n);
	BN_free(e);
}

static void longer_keys_are_for_later_versions(void **state)
{
	static const struct {
		int bits;
		unsigned int major;
		enum meiprov_verdict verdict;
	} rows[] = {
		{ 3072, 11, MEIPROV_UNKNOWN }, { 3072, 12, MEIPROV_YES },
		{ 2048, 22, MEIPROV_UNKNOWN }, { 4096, 11, MEIPROV_UNKNOWN },
		{ 4096, 12, MEIPROV_YES },     { 2048, 21, MEIPROV_YES },
	};
	struct pair p;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		key_bits = rows[i].bits;
		pair_changed(&p, &good_leaf, use_rsa_key);
		p.target.major = rows[i].major;
		assert_verdicts(&p, MEIPROV_CHAIN_KEYS, rows[i].verdict);
	}
}

static void damage_purpose(X509 *leaf)
{
	add_extension(leaf, NID_ext_key_usage, "\x30\x05\x06", 3);
}

static void a_damaged_purpose_is_none(void **state)
{
	static const struct cert_spec leaf = { .cn = "sca.example.org", .rsa_bits = 2048 };
	struct pair p;

	pair_changed(&p, &leaf, damage_purpose);
	assert_false(meiprov_chain_is_provisioning(p.chain));
	assert_no_error_is_left();
	assert_verdicts(&p, MEIPROV_CHAIN_PURPOSE, MEIPROV_NO);
	assert_no_error_is_left();
}

static void a_leaf_for_another_purpose_is_refused(void **state)
{
	static const struct cert_spec leaf = { .cn = "sca.example.org",
					       .eku = "serverAuth",
					       .rsa_bits = 2048 };
	struct pair p;

	pair_make(&p, &leaf, &good_root, MEIPROV_HASH_SHA256);
	assert_verdicts(&p, MEIPROV_CHAIN_PURPOSE, MEIPROV_NO);
}

/* Trusted suffix, domain of the network, verdict. */
static const struct {
	const char *suffix, *domain;
	enum meiprov_verdict verdict;
} domains[] = {
	{ "", "example.org", MEIPROV_YES },
	{ "", "corp.example.org", MEIPROV_UNKNOWN }, /* the same owner, no more */
	{ "", "sca.example.org", MEIPROV_YES },
	{ "", "example.net", MEIPROV_NO },
	{ "", "", MEIPROV_NO },
	{ "", NULL, MEIPROV_UNKNOWN },
	{ NULL, "example.org", MEIPROV_UNKNOWN },
	{ "example.org", "example.net", MEIPROV_YES }, /* the suffix counts, not the network */
	{ "example.net", "example.org", MEIPROV_NO },
	{ "example.org", NULL, MEIPROV_YES },
};

static void the_suffix_counts_if_set_else_the_networks_domain(void **state)
{
	struct pair p;

	pair_make(&p, &good_leaf, &good_root, MEIPROV_HASH_SHA256);
	for (size_t i = 0; i < sizeof(domains) / sizeof(domains[0]); i++) {
		p.target.suffix = domains[i].suffix;
		p.target.domain = domains[i].domain;
		assert_int_equal(rule(&p, MEIPROV_CHAIN_DOMAIN).verdict, domains[i].verdict);
	}
	meiprov_chain_free(p.chain);
}

static void a_name_far_below_the_domain_is_for_later_versions(void **state)
{
	static const struct cert_spec leaf = { .cn = "a.b.example.org",
					       .eku = OID,
					       .rsa_bits = 2048 };
	struct pair p;

	pair_make(&p, &leaf, &good_root, MEIPROV_HASH_SHA256);
	assert_int_equal(rule(&p, MEIPROV_CHAIN_DOMAIN).verdict, MEIPROV_YES);
	p.target.major = 3;
	assert_int_equal(rule(&p, MEIPROV_CHAIN_DOMAIN).verdict, MEIPROV_UNKNOWN);
	meiprov_chain_free(p.chain);
}

static void an_expired_chain_is_taken_but_said(void **state)
{
	static const struct cert_spec leaf = {
		.cn = "sca.example.org", .eku = OID, .rsa_bits = 2048, .expired = true
	};
	struct pair p;

	pair_make(&p, &leaf, &good_root, MEIPROV_HASH_SHA256);
	assert_non_null(strstr(rule(&p, MEIPROV_CHAIN_DATES).seen, "expired"));
	assert_verdicts(&p, MEIPROV_CHAIN_DATES, MEIPROV_YES);
}

static void begin_tomorrow(X509 *leaf)
{
	X509_gmtime_adj(X509_getm_notBefore(leaf), 86400);
	X509_gmtime_adj(X509_getm_notAfter(leaf), 2 * 86400);
}

static void a_chain_that_is_not_valid_yet_is_taken_but_said(void **state)
{
	struct pair p;

	pair_changed(&p, &good_leaf, begin_tomorrow);
	assert_non_null(strstr(rule(&p, MEIPROV_CHAIN_DATES).seen, "0 is not valid yet"));
	assert_verdicts(&p, MEIPROV_CHAIN_DATES, MEIPROV_YES);
}

/* A little beyond the 1500 bytes that are known to be taken. */
static void grow(X509 *leaf)
{
	static const char text[900];

	add_extension(leaf, NID_netscape_comment, text, sizeof(text));
}

static void a_certificate_of_unusual_length_is_unknown(void **state)
{
	struct pair p;

	pair_changed(&p, &good_leaf, grow);
	assert_non_null(strstr(rule(&p, MEIPROV_CHAIN_SIZE).seen, "the longest"));
	assert_verdicts(&p, MEIPROV_CHAIN_SIZE, MEIPROV_UNKNOWN);
}

static void a_leaf_without_a_name_is_refused(void **state)
{
	static const struct cert_spec leaf = { .eku = OID, .ou = "x", .rsa_bits = 2048 };
	struct pair p;

	pair_make(&p, &leaf, &good_root, MEIPROV_HASH_SHA256);
	assert_verdicts(&p, MEIPROV_CHAIN_DOMAIN, MEIPROV_NO);
}

/* For each fact taken away: the verdict stays or becomes unknown, never turns. */
static void knowing_less_never_turns_a_verdict_around(void **state)
{
	struct pair p;

	pair_make(&p, &good_leaf, &good_root, MEIPROV_HASH_SHA1);
	for (p.target.major = 1; p.target.major < 24; p.target.major++)
		for (int id = 0; id < MEIPROV_CHAIN_RULES; id++) {
			const struct meiprov_chain_target full = p.target;
			enum meiprov_verdict before = rule(&p, id).verdict;

			for (int less = 0; less < 4; less++) {
				enum meiprov_verdict v;

				p.target.has_version = less != 0;
				p.target.hashes = less == 1 ? NULL : full.hashes;
				p.target.suffix = less == 2 ? NULL : full.suffix;
				p.target.domain = less == 3 ? NULL : full.domain;
				v = rule(&p, id).verdict;
				p.target = full;
				assert_true(v == before || v == MEIPROV_UNKNOWN ||
					    before == MEIPROV_UNKNOWN);
			}
		}
	meiprov_chain_free(p.chain);
}

static void every_rule_says_what_it_saw_and_where_it_stands(void **state)
{
	struct meiprov_chain_rule r;
	struct pair p;

	pair_make(&p, &good_leaf, &good_root, MEIPROV_HASH_SHA256);
	for (int id = 0; id < MEIPROV_CHAIN_RULES; id++) {
		r = rule(&p, id);
		assert_true(*r.name && *r.rule && *r.source && *r.seen);
	}
	assert_int_equal(meiprov_chain_judge(p.chain, &p.target, MEIPROV_CHAIN_RULES, &r), -EINVAL);
	meiprov_chain_free(p.chain);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_chain_is_accepted_and_says_by_which_slot),
		cmocka_unit_test(a_slot_that_is_not_active_refuses_and_is_named),
		cmocka_unit_test(a_slot_that_holds_another_certificate_is_the_nearest_miss),
		cmocka_unit_test(an_active_slot_wins_over_an_inactive_one),
		cmocka_unit_test(sha1_and_short_keys_go_with_version_16),
		cmocka_unit_test(a_key_that_is_not_rsa_is_unknown),
		cmocka_unit_test(a_key_of_an_unknown_kind_is_unknown),
		cmocka_unit_test(longer_keys_are_for_later_versions),
		cmocka_unit_test(a_damaged_purpose_is_none),
		cmocka_unit_test(a_leaf_for_another_purpose_is_refused),
		cmocka_unit_test(the_suffix_counts_if_set_else_the_networks_domain),
		cmocka_unit_test(a_name_far_below_the_domain_is_for_later_versions),
		cmocka_unit_test(an_expired_chain_is_taken_but_said),
		cmocka_unit_test(a_chain_that_is_not_valid_yet_is_taken_but_said),
		cmocka_unit_test(a_certificate_of_unusual_length_is_unknown),
		cmocka_unit_test(a_leaf_without_a_name_is_refused),
		cmocka_unit_test(knowing_less_never_turns_a_verdict_around),
		cmocka_unit_test(every_rule_says_what_it_saw_and_where_it_stands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
