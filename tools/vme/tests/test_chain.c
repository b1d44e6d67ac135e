// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Firmware's verdict on chains made here. Keys are made once; certificates are
 * made per test, so a rule's neighbour rules hold in each.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <openssl/rsa.h>
#include "tools/vme/amt.h"
#include "tools/vme/chain.h"
#include "tools/vme/tests/test_chain_make.h"

static EVP_PKEY *root_key, *sub_key, *leaf_key, *small_key;

/* A world: device with one slot for the root, and a chain of three. */
struct world {
	struct amt amt;
	struct amt_hash slots[2];
	struct recipe root_r, sub_r, leaf_r;
	X509 *root, *sub, *leaf;
	struct amt_tls_verdict verdict;
};

static void slot_for(struct amt_hash *slot, X509 *root, uint8_t algorithm)
{
	static const EVP_MD *(*const mds[])(void) = { EVP_sha1, EVP_sha256, EVP_sha384 };
	unsigned int len;

	X509_digest(root, mds[algorithm - 1](), slot->digest, &len);
	slot->digest_len = len;
	slot->algorithm = algorithm;
	slot->handle = 7;
	slot->is_active = true;
	strcpy(slot->name, "test root");
}

static void good_world(struct world *w)
{
	memset(w, 0, sizeof(*w));
	w->root_r = (struct recipe){ .cn = "Test Root", .key = root_key, .is_ca = true };
	w->sub_r = (struct recipe){ .cn = "Test Sub", .key = sub_key, .is_ca = true };
	w->leaf_r = (struct recipe){ .cn = "sca.corp.example.com",
				     .key = leaf_key,
				     .eku = SETUP_EKU };
	strcpy(w->amt.fw_version, "12.0.49");
	strcpy(w->amt.dhcp_suffix, "corp.example.com");
	w->amt.hashes = w->slots;
	w->amt.hash_count = 1;
}

static void world_build(struct world *w)
{
	w->root = cert_make(&w->root_r, NULL, NULL);
	w->sub = cert_make(&w->sub_r, w->root, w->root_r.key);
	w->leaf = cert_make(&w->leaf_r, w->sub, w->sub_r.key);
	slot_for(&w->slots[0], w->root, 2);
}

static void world_free(struct world *w)
{
	X509_free(w->root);
	X509_free(w->sub);
	X509_free(w->leaf);
}

static bool judge(struct world *w, X509 *const *sent)
{
	STACK_OF(X509) *stack = sk_X509_new_null();
	bool ok;

	for (; *sent; sent++)
		sk_X509_push(stack, *sent);
	ok = chain_judge(&w->amt, stack, &w->verdict);
	assert_int_equal(ok, !w->verdict.rule[0]);
	assert_int_equal(!ok, !!w->verdict.detail[0]);
	sk_X509_free(stack);
	return ok;
}

/* Build, judge leaf-sub-root, expect @rule ("" = accepted). */
static void expect(struct world *w, const char *rule)
{
	world_build(w);
	judge(w, (X509 *const[]){ w->leaf, w->sub, w->root, NULL });
	assert_string_equal(w->verdict.rule, rule);
	world_free(w);
}

static void good_chain_is_accepted(void **state)
{
	struct world w;

	good_world(&w);
	expect(&w, "");
	assert_true(w.verdict.root_matched);
	assert_int_equal(w.verdict.root.handle, 7);
	assert_string_equal(w.verdict.server_cn, "sca.corp.example.com");
	assert_true(w.verdict.time_valid);
}

static void order_behind_the_leaf_does_not_matter(void **state)
{
	struct world w;

	good_world(&w);
	world_build(&w);
	assert_true(judge(&w, (X509 *const[]){ w.leaf, w.root, w.sub, NULL }));
	assert_true(judge(&w, (X509 *const[]){ w.leaf, w.sub, w.sub, w.root, NULL }));
	world_free(&w);
}

static void chain_without_root_is_refused(void **state)
{
	struct world w;

	good_world(&w);
	world_build(&w);
	assert_false(judge(&w, (X509 *const[]){ w.leaf, w.sub, NULL }));
	assert_string_equal(w.verdict.rule, CHAIN_ROOT_MISSING);
	assert_false(judge(&w, (X509 *const[]){ w.leaf, w.root, NULL }));
	assert_string_equal(w.verdict.rule, CHAIN_ROOT_MISSING);
	assert_false(judge(&w, (X509 *const[]){ w.leaf, NULL }));
	assert_string_equal(w.verdict.rule, CHAIN_ROOT_MISSING);
	assert_false(judge(&w, (X509 *const[]){ NULL }));
	assert_string_equal(w.verdict.rule, CHAIN_NO_CERT);
	world_free(&w);
}

static void unknown_root_is_refused(void **state)
{
	struct world w;

	good_world(&w);
	world_build(&w);
	w.slots[0].digest[31] ^= 1;
	judge(&w, (X509 *const[]){ w.leaf, w.sub, w.root, NULL });
	assert_string_equal(w.verdict.rule, CHAIN_ROOT_UNKNOWN);
	assert_false(w.verdict.root_matched);
	/* the right digest under another algorithm's number */
	w.slots[0].digest[31] ^= 1;
	w.slots[0].algorithm = 3;
	judge(&w, (X509 *const[]){ w.leaf, w.sub, w.root, NULL });
	assert_string_equal(w.verdict.rule, CHAIN_ROOT_UNKNOWN);
	w.amt.hash_count = 0;
	judge(&w, (X509 *const[]){ w.leaf, w.sub, w.root, NULL });
	assert_string_equal(w.verdict.rule, CHAIN_ROOT_UNKNOWN);
	world_free(&w);
}

static void disabled_slot_is_told_from_unknown_root(void **state)
{
	struct world w;

	good_world(&w);
	world_build(&w);
	w.slots[0].is_active = false;
	judge(&w, (X509 *const[]){ w.leaf, w.sub, w.root, NULL });
	assert_string_equal(w.verdict.rule, CHAIN_SLOT_DISABLED);
	assert_non_null(strstr(w.verdict.detail, "slot 7 (test root)"));
	/* a second, active slot for the same root opens */
	slot_for(&w.slots[1], w.root, 3);
	w.amt.hash_count = 2;
	assert_true(judge(&w, (X509 *const[]){ w.leaf, w.sub, w.root, NULL }));
	world_free(&w);
}

static void sha1_slot_counts_up_to_amt_15(void **state)
{
	struct world w;

	good_world(&w);
	world_build(&w);
	slot_for(&w.slots[0], w.root, 1);
	assert_true(judge(&w, (X509 *const[]){ w.leaf, w.sub, w.root, NULL }));
	strcpy(w.amt.fw_version, "16.1.25");
	assert_false(judge(&w, (X509 *const[]){ w.leaf, w.sub, w.root, NULL }));
	assert_string_equal(w.verdict.rule, CHAIN_ROOT_UNKNOWN);
	world_free(&w);
}

static void forged_signature_is_refused(void **state)
{
	struct world w;

	good_world(&w);
	world_build(&w);
	X509_free(w.leaf);
	w.leaf = cert_make(&w.leaf_r, w.sub, small_key); /* not the issuer's key */
	judge(&w, (X509 *const[]){ w.leaf, w.sub, w.root, NULL });
	assert_string_equal(w.verdict.rule, CHAIN_SIGNATURE);
	world_free(&w);

	/* a root nobody signed for: same name and key id, other content */
	good_world(&w);
	world_build(&w);
	X509_free(w.sub);
	w.sub = cert_make(&w.sub_r, w.root, leaf_key);
	judge(&w, (X509 *const[]){ w.leaf, w.sub, w.root, NULL });
	assert_string_equal(w.verdict.rule, CHAIN_SIGNATURE);
	world_free(&w);
}

static void leaf_may_not_sign(void **state)
{
	struct world w;

	good_world(&w);
	w.sub_r.is_ca = false;
	expect(&w, CHAIN_SIGNATURE);
}

static void weak_chains_fall_by_generation(void **state)
{
	struct world w;

	good_world(&w);
	w.leaf_r.md = EVP_sha1();
	expect(&w, "");
	strcpy(w.amt.fw_version, "16.0.15");
	expect(&w, CHAIN_WEAK_HASH);
	w.leaf_r.md = NULL;
	w.root_r.md = EVP_sha1();
	expect(&w, CHAIN_WEAK_HASH);

	good_world(&w);
	w.leaf_r.key = small_key;
	expect(&w, "");
	strcpy(w.amt.fw_version, "16.0.15");
	expect(&w, CHAIN_WEAK_KEY);

	good_world(&w);
	w.leaf_r.md = EVP_md5();
	expect(&w, CHAIN_WEAK_HASH);
}

static void purpose_needs_both_oids_or_the_exact_ou(void **state)
{
	static const struct {
		const char *eku, *ou, *rule;
	} cases[] = {
		{ "serverAuth", NULL, CHAIN_PURPOSE },
		{ "2.16.840.1.113741.1.2.3", NULL, CHAIN_PURPOSE },
		{ "clientAuth,2.16.840.1.113741.1.2.3", NULL, CHAIN_PURPOSE },
		{ "serverAuth,2.16.840.1.113741.1.2.1", NULL, CHAIN_PURPOSE },
		{ "anyExtendedKeyUsage", NULL, CHAIN_PURPOSE },
		{ NULL, NULL, CHAIN_PURPOSE },
		{ NULL, SETUP_OU, "" },
		{ "serverAuth", SETUP_OU, "" },
		{ NULL, "Intel(r) Client Setup Certificate", CHAIN_PURPOSE },
		{ NULL, SETUP_OU " ", CHAIN_PURPOSE },
		{ "serverAuth,clientAuth,2.16.840.1.113741.1.2.3", NULL, "" },
	};
	struct world w;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		good_world(&w);
		w.leaf_r.eku = cases[i].eku;
		w.leaf_r.ou = cases[i].ou;
		expect(&w, cases[i].rule);
	}
}

static void wrong_domain_is_refused(void **state)
{
	struct world w;

	good_world(&w);
	w.leaf_r.cn = "sca.other.example.org";
	expect(&w, CHAIN_SUFFIX);
	/* the secure suffix replaces option 15, both ways */
	strcpy(w.amt.pki_suffix, "other.example.org");
	expect(&w, "");
	w.leaf_r.cn = "sca.corp.example.com";
	expect(&w, CHAIN_SUFFIX);
	/* no domain known at all */
	good_world(&w);
	w.amt.dhcp_suffix[0] = '\0';
	expect(&w, CHAIN_SUFFIX);
	/* a NUL inside the CN hides nothing */
	good_world(&w);
	w.leaf_r.cn = "sca.corp.example.com\0.evil.org";
	w.leaf_r.cn_len = 30;
	expect(&w, CHAIN_SUFFIX);
}

static void dates_are_only_recorded(void **state)
{
	struct world w;

	good_world(&w);
	w.leaf_r.expired = true;
	expect(&w, "");
	assert_false(w.verdict.time_valid);
}

static void first_failed_rule_is_named(void **state)
{
	struct world w;

	good_world(&w);
	w.leaf_r.eku = NULL;
	w.leaf_r.cn = "wrong.example.org";
	expect(&w, CHAIN_PURPOSE);
	strcpy(w.amt.fw_version, "16.1");
	w.leaf_r.key = small_key;
	expect(&w, CHAIN_WEAK_KEY);
	world_build(&w);
	w.slots[0].is_active = false;
	judge(&w, (X509 *const[]){ w.leaf, w.sub, w.root, NULL });
	assert_string_equal(w.verdict.rule, CHAIN_SLOT_DISABLED);
	world_free(&w);
}

static void long_chain_is_refused_before_any_sum(void **state)
{
	struct world w;

	good_world(&w);
	world_build(&w);
	assert_true(judge(&w, (X509 *const[]){ w.leaf, w.sub, w.sub, w.sub, w.root, NULL }));
	assert_false(judge(&w,
			   (X509 *const[]){ w.leaf, w.sub, w.sub, w.sub, w.sub, w.root, NULL }));
	assert_string_equal(w.verdict.rule, CHAIN_TOO_LONG);
	world_free(&w);
}

static void serials_of_the_cas_are_noted_from_the_issuer_up(void **state)
{
	static const uint8_t none[AMT_SERIAL_LEN];
	struct world w;

	good_world(&w);
	world_build(&w);
	ASN1_INTEGER_set(X509_get_serialNumber(w.sub), 0x1234);
	ASN1_INTEGER_set(X509_get_serialNumber(w.root), 0x56);
	judge(&w, (X509 *const[]){ w.leaf, w.root, w.sub, NULL });
	assert_memory_equal(w.verdict.serials[0], ((uint8_t[AMT_SERIAL_LEN]){ 0x12, 0x34 }),
			    AMT_SERIAL_LEN);
	assert_memory_equal(w.verdict.serials[1], ((uint8_t[AMT_SERIAL_LEN]){ 0x56 }),
			    AMT_SERIAL_LEN);
	assert_memory_equal(w.verdict.serials[2], none, AMT_SERIAL_LEN);
	assert_false(w.verdict.more_serials);
	world_free(&w);
}

static void a_long_serial_is_cut(void **state)
{
	static const uint8_t serial[20] = "twenty bytes serial";
	struct world w;

	good_world(&w);
	world_build(&w);
	ASN1_STRING_set(X509_get_serialNumber(w.sub), serial, sizeof(serial));
	judge(&w, (X509 *const[]){ w.leaf, w.sub, w.root, NULL });
	assert_memory_equal(w.verdict.serials[0], serial, AMT_SERIAL_LEN);
	world_free(&w);
}

/* Two certificates that issue each other must not send us round and round. */
static void circle_is_refused(void **state)
{
	struct recipe a = { .cn = "A", .key = root_key, .is_ca = true };
	struct recipe b = { .cn = "B", .key = sub_key, .is_ca = true };
	X509 *a_self, *b_self, *a_by_b, *b_by_a, *leaf;
	struct world w;

	good_world(&w);
	a_self = cert_make(&a, NULL, NULL);
	b_self = cert_make(&b, NULL, NULL);
	a_by_b = cert_make(&a, b_self, sub_key);
	b_by_a = cert_make(&b, a_self, root_key);
	leaf = cert_make(&w.leaf_r, a_self, root_key);
	judge(&w, (X509 *const[]){ leaf, a_by_b, b_by_a, NULL });
	assert_string_equal(w.verdict.rule, CHAIN_ROOT_MISSING);
	X509_free(a_self);
	X509_free(b_self);
	X509_free(a_by_b);
	X509_free(b_by_a);
	X509_free(leaf);
}

static void domain_rule_by_table(void **state)
{
	static const struct {
		const char *cn, *suffix;
		bool match;
	} cases[] = {
		{ "corp.example.com", "corp.example.com", true },
		{ "CORP.Example.COM.", "corp.example.com", true },
		{ "sca.corp.example.com", "corp.example.com", true },
		{ "*.corp.example.com", "corp.example.com", true },
		/* com: the last two labels name the owner */
		{ "sca.it.example.com", "corp.example.com", true },
		{ "example.com", "corp.example.com", true },
		{ "sca.example.net", "corp.example.com", false },
		{ "xexample.com", "example.com", false },
		{ "sca.xexample.com", "corp.example.com", false },
		/* uk: three */
		{ "sca.it.example.co.uk", "corp.example.co.uk", true },
		{ "sca.other.co.uk", "corp.example.co.uk", false },
		{ "co.uk", "example.co.uk", true },
		/* not in the table: the whole name */
		{ "sca.lab.internal", "lab.internal", true },
		{ "sca.lab.internal", "pc.lab.internal", false },
		{ "lab.internal", "pc.lab.internal", true },
		/* one label opens nothing but itself */
		{ "sca.com", "com", false },
		{ "com", "example.com", false },
		{ "*.com", "example.com", false },
		{ "local", "local", true },
		{ "sca.local", "local", false },
		{ "", "example.com", false },
		{ "example.com", "", false },
		{ "*.", "example.com", false },
		{ ".example.com", "example.com", false },
		{ "a..example.com", "example.com", false },
		{ "*.*.example.com", "example.com", false },
		{ "a b.example.com", "example.com", false },
	};
	char big[300];
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		bool got = chain_cn_matches(cases[i].cn, cases[i].suffix);

		if (got != cases[i].match)
			print_error("%s of %s\n", cases[i].cn, cases[i].suffix);
		assert_int_equal(got, cases[i].match);
	}
	memset(big, 'a', sizeof(big));
	strcpy(big + 270, ".example.com");
	assert_false(chain_cn_matches(big, "example.com"));
}

static int make_keys(void **state)
{
	root_key = EVP_RSA_gen(2048);
	sub_key = EVP_RSA_gen(2048);
	leaf_key = EVP_RSA_gen(2048);
	small_key = EVP_RSA_gen(1024);
	return !root_key || !sub_key || !leaf_key || !small_key;
}

static int free_keys(void **state)
{
	EVP_PKEY_free(root_key);
	EVP_PKEY_free(sub_key);
	EVP_PKEY_free(leaf_key);
	EVP_PKEY_free(small_key);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_chain_is_accepted),
		cmocka_unit_test(order_behind_the_leaf_does_not_matter),
		cmocka_unit_test(chain_without_root_is_refused),
		cmocka_unit_test(unknown_root_is_refused),
		cmocka_unit_test(disabled_slot_is_told_from_unknown_root),
		cmocka_unit_test(sha1_slot_counts_up_to_amt_15),
		cmocka_unit_test(forged_signature_is_refused),
		cmocka_unit_test(leaf_may_not_sign),
		cmocka_unit_test(weak_chains_fall_by_generation),
		cmocka_unit_test(purpose_needs_both_oids_or_the_exact_ou),
		cmocka_unit_test(wrong_domain_is_refused),
		cmocka_unit_test(dates_are_only_recorded),
		cmocka_unit_test(first_failed_rule_is_named),
		cmocka_unit_test(long_chain_is_refused_before_any_sum),
		cmocka_unit_test(serials_of_the_cas_are_noted_from_the_issuer_up),
		cmocka_unit_test(a_long_serial_is_cut),
		cmocka_unit_test(circle_is_refused),
		cmocka_unit_test(domain_rule_by_table),
	};

	return cmocka_run_group_tests_name("chain", tests, make_keys, free_keys);
}
