// SPDX-License-Identifier: LGPL-2.1-or-later
/* Provisioning chains: which are taken, in which order, what they are for. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <meiprov/meiprov.h>

#include "certs.h"

#define PURPOSE "serverAuth,2.16.840.1.113741.1.2.3"

/* root <- middle <- leaf, and a root of another family with the same name. */
static struct cert root, middle, leaf, impostor;

static int setup(void **state)
{
	root = cert_make(&(struct cert_spec){ .cn = "root", .ca = true }, NULL);
	middle = cert_make(&(struct cert_spec){ .cn = "middle", .ca = true }, &root);
	leaf = cert_make(&(struct cert_spec){ .cn = "sca.example.org", .eku = PURPOSE }, &middle);
	impostor = cert_make(&(struct cert_spec){ .cn = "root", .ca = true }, NULL);
	return 0;
}

static int teardown(void **state)
{
	cert_free(&root);
	cert_free(&middle);
	cert_free(&leaf);
	cert_free(&impostor);
	return 0;
}

/* In a buffer of exactly its size, without a NUL behind it. */
static int load(const char *pem, struct meiprov_chain **chain, struct meiprov_error *err)
{
	size_t len = strlen(pem);
	char *copy = malloc(len ? len : 1);
	int ret;

	memcpy(copy, pem, len);
	memset(err, 0, sizeof(*err));
	ret = meiprov_chain_load(copy, len, chain, err);
	free(copy);
	assert_int_equal(ERR_peek_error(), 0); /* OpenSSL's queue is left as it was */
	if (ret) {
		assert_null(*chain);
		assert_int_equal(err->code, ret);
		assert_true(strlen(err->doing) && strlen(err->why));
	}
	return ret;
}

static int load_these(const struct cert *const certs[], struct meiprov_chain **chain,
		      struct meiprov_error *err)
{
	char pem[32768] = "";

	for (; *certs; certs++)
		cert_pem(*certs, pem, sizeof(pem));
	return load(pem, chain, err);
}

#define LOAD(chain, err, ...) \
	load_these((const struct cert *const[]){ __VA_ARGS__, NULL }, chain, err)

static void assert_der(const struct meiprov_chain *chain, size_t i, const struct cert *cert)
{
	uint8_t *want = NULL;
	int want_len = i2d_X509(cert->x509, &want);
	size_t len;
	const uint8_t *der = meiprov_chain_der(chain, i, &len);

	assert_int_equal(len, want_len);
	assert_memory_equal(der, want, len);
	OPENSSL_free(want);
}

static void chain_in_any_order_is_put_leaf_first(void **state)
{
	const struct cert *const orders[][4] = {
		{ &leaf, &middle, &root }, { &leaf, &root, &middle }, { &middle, &leaf, &root },
		{ &middle, &root, &leaf }, { &root, &leaf, &middle }, { &root, &middle, &leaf },
	};
	struct meiprov_chain *chain;
	struct meiprov_error err;
	size_t len;

	for (size_t i = 0; i < 6; i++) {
		assert_int_equal(load_these(orders[i], &chain, &err), 0);
		assert_int_equal(meiprov_chain_length(chain), 3);
		assert_der(chain, 0, &leaf);
		assert_der(chain, 1, &middle);
		assert_der(chain, 2, &root);
		assert_null(meiprov_chain_der(chain, 3, &len));
		assert_int_equal(len, 0);
		meiprov_chain_free(chain);
	}
}

static void certificate_given_twice_counts_once(void **state)
{
	struct meiprov_chain *chain;
	struct meiprov_error err;

	assert_int_equal(LOAD(&chain, &err, &leaf, &root, &middle, &leaf, &root), 0);
	assert_int_equal(meiprov_chain_length(chain), 3);
	meiprov_chain_free(chain);
}

static void chain_without_its_root_is_refused(void **state)
{
	struct meiprov_chain *chain;
	struct meiprov_error err;

	assert_int_equal(LOAD(&chain, &err, &leaf, &middle), -ENOENT);
	assert_non_null(strstr(err.why, "root is missing"));
	assert_int_equal(LOAD(&chain, &err, &leaf, &root), -ENOENT);
	assert_int_equal(LOAD(&chain, &err, &leaf), -ENOENT);
}

static void chain_without_a_leaf_is_refused(void **state)
{
	struct meiprov_chain *chain;
	struct meiprov_error err;

	assert_int_equal(LOAD(&chain, &err, &root), -ENOENT);
	assert_non_null(strstr(err.why, "no leaf"));
	assert_int_equal(LOAD(&chain, &err, &root, &impostor), -ENOENT);
}

static void two_leaves_are_refused(void **state)
{
	struct cert second = cert_make(&(struct cert_spec){ .cn = "other.example.org" }, &middle);
	struct meiprov_chain *chain;
	struct meiprov_error err;

	assert_int_equal(LOAD(&chain, &err, &leaf, &second, &middle, &root), -EINVAL);
	assert_non_null(strstr(err.why, "several leaf"));
	cert_free(&second);
}

static void strangers_in_the_file_are_refused(void **state)
{
	struct cert other = cert_make(&(struct cert_spec){ .cn = "other root", .ca = true }, NULL);
	struct meiprov_chain *chain;
	struct meiprov_error err;

	assert_int_equal(LOAD(&chain, &err, &leaf, &middle, &root, &other), -EINVAL);
	assert_non_null(strstr(err.why, "do not belong"));
	cert_free(&other);
}

static void signature_of_another_key_is_refused(void **state)
{
	struct meiprov_chain *chain;
	struct meiprov_error err;

	assert_int_equal(LOAD(&chain, &err, &leaf, &middle, &impostor), -EINVAL);
	assert_non_null(strstr(err.why, "signature"));
}

/* One flipped bit in the signature of each certificate in turn. */
static void damaged_signature_is_refused(void **state)
{
	const struct cert *const all[] = { &leaf, &middle, &root };

	for (size_t i = 0; i < 3; i++) {
		const struct cert *given[4] = { &leaf, &middle, &root, NULL };
		struct meiprov_chain *chain;
		struct meiprov_error err;
		struct cert bad = { 0 };
		uint8_t *der = NULL;
		const uint8_t *at;
		int len = i2d_X509(all[i]->x509, &der);

		der[len - 4] ^= 1;
		at = der;
		bad.x509 = d2i_X509(NULL, &at, len);
		assert_non_null(bad.x509);
		given[i] = &bad;
		assert_int_equal(load_these(given, &chain, &err), -EINVAL);
		assert_non_null(strstr(err.why, "signature"));
		cert_free(&bad);
		OPENSSL_free(der);
	}
}

static void certificates_that_issue_each_other_are_refused(void **state)
{
	struct cert a = cert_make(&(struct cert_spec){ .cn = "a", .ca = true }, NULL);
	struct cert b = cert_make(&(struct cert_spec){ .cn = "b", .ca = true }, NULL);
	struct cert a_by_b = cert_cross(&a, &b);
	struct cert b_by_a = cert_cross(&b, &a);
	struct cert end = cert_make(&(struct cert_spec){ .cn = "end" }, &a);
	struct meiprov_chain *chain;
	struct meiprov_error err;

	assert_int_equal(LOAD(&chain, &err, &a_by_b, &b_by_a), -ENOENT);
	assert_int_equal(LOAD(&chain, &err, &end, &a_by_b, &b_by_a), -ENOENT);
	cert_free(&a);
	cert_free(&b);
	cert_free(&a_by_b);
	cert_free(&b_by_a);
	cert_free(&end);
}

static void longer_chains_than_any_are_refused(void **state)
{
	struct cert certs[18];
	const struct cert *given[19] = { 0 };
	struct meiprov_chain *chain;
	struct meiprov_error err;
	char cn[16];

	for (size_t i = 0; i < 18; i++) {
		snprintf(cn, sizeof(cn), "ca %zu", i);
		certs[i] = cert_make(&(struct cert_spec){ .cn = cn, .ca = true },
				     i ? &certs[i - 1] : NULL);
		given[i] = &certs[i];
	}
	assert_int_equal(load_these(given, &chain, &err), -EINVAL);
	assert_non_null(strstr(err.why, "far more"));
	for (size_t i = 0; i < 18; i++)
		cert_free(&certs[i]);
}

/* --- PEM --- */

static void what_is_not_pem_is_refused(void **state)
{
	static const char *const texts[] = {
		"",
		"nonsense",
		"\n\n\n",
		"-----BEGIN",
		"-----BEGIN CERTIFICATE-----\n",
		"-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n",
		"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
		"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
		"-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n",
	};
	struct meiprov_chain *chain;
	struct meiprov_error err;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_equal(load(texts[i], &chain, &err), -EBADMSG);
}

static void pem_cut_at_every_byte_is_refused(void **state)
{
	struct meiprov_chain *chain;
	struct meiprov_error err;
	char pem[16384] = "";
	size_t len;

	cert_pem(&leaf, pem, sizeof(pem));
	cert_pem(&middle, pem, sizeof(pem));
	cert_pem(&root, pem, sizeof(pem));
	len = strlen(pem);
	for (size_t cut = 0; cut + 1 < len; cut++) {
		int ret = meiprov_chain_load(pem, cut, &chain, &err);

		assert_true(ret == -EBADMSG || ret == -ENOENT);
		assert_null(chain);
	}
	assert_int_equal(meiprov_chain_load(pem, len - 1, &chain, &err), 0);
	meiprov_chain_free(chain);
}

static void text_around_the_blocks_is_allowed(void **state)
{
	char pem[16384] = "subject: CN = sca.example.org\n";
	struct meiprov_chain *chain;
	struct meiprov_error err;

	cert_pem(&leaf, pem, sizeof(pem));
	strcat(pem, "\n# the middle\n");
	cert_pem(&middle, pem, sizeof(pem));
	cert_pem(&root, pem, sizeof(pem));
	strcat(pem, "the end, without a line end");
	assert_int_equal(load(pem, &chain, &err), 0);
	meiprov_chain_free(chain);
}

static void half_a_block_behind_a_good_chain_is_refused(void **state)
{
	char pem[16384] = "";
	struct meiprov_chain *chain;
	struct meiprov_error err;

	cert_pem(&leaf, pem, sizeof(pem));
	cert_pem(&middle, pem, sizeof(pem));
	cert_pem(&root, pem, sizeof(pem));
	strcat(pem, "-----BEGIN CERTIFICATE-----\nMIIB");
	assert_int_equal(load(pem, &chain, &err), -EBADMSG);
}

static void bytes_behind_the_certificate_in_a_block_are_refused(void **state)
{
	struct meiprov_chain *chain;
	struct meiprov_error err;
	char pem[16384] = "";
	uint8_t *der = NULL;
	int len = i2d_X509(leaf.x509, &der);
	uint8_t longer[4096];
	BIO *bio = BIO_new(BIO_s_mem());
	int n;

	memcpy(longer, der, (size_t)len);
	longer[len] = 0;
	assert_true(PEM_write_bio(bio, "CERTIFICATE", "", longer, len + 1) > 0);
	n = BIO_read(bio, pem, sizeof(pem) - 1);
	assert_true(n > 0);
	cert_pem(&middle, pem, sizeof(pem));
	cert_pem(&root, pem, sizeof(pem));
	assert_int_equal(load(pem, &chain, &err), -EBADMSG);
	assert_non_null(strstr(err.why, "exactly one certificate"));
	BIO_free(bio);
	OPENSSL_free(der);
}

static void private_key_in_the_file_is_refused_by_name(void **state)
{
	char pem[16384] = "";
	struct meiprov_chain *chain;
	struct meiprov_error err;

	cert_key_pem(&leaf, pem, sizeof(pem));
	cert_pem(&leaf, pem, sizeof(pem));
	cert_pem(&middle, pem, sizeof(pem));
	cert_pem(&root, pem, sizeof(pem));
	assert_int_equal(load(pem, &chain, &err), -EBADMSG);
	assert_non_null(strstr(err.why, "private key"));
}

/* --- what it is for --- */

static bool provisioning(const struct cert_spec *spec)
{
	struct cert cert = cert_make(spec, &root);
	struct meiprov_chain *chain;
	struct meiprov_error err;
	bool ret;

	assert_int_equal(LOAD(&chain, &err, &cert, &root), 0);
	ret = meiprov_chain_is_provisioning(chain);
	meiprov_chain_free(chain);
	cert_free(&cert);
	return ret;
}

static void purpose_is_oid_with_server_auth_or_the_unit(void **state)
{
	static const char unit[] = "Intel(R) Client Setup Certificate";
	static const struct {
		struct cert_spec spec;
		bool good;
	} rows[] = {
		{ { .cn = "a", .eku = PURPOSE }, true },
		{ { .cn = "a", .eku = "2.16.840.1.113741.1.2.3,serverAuth,clientAuth" }, true },
		{ { .cn = "a", .ou = unit }, true },
		{ { .cn = "a", .ou = unit, .eku = "clientAuth" }, true },
		{ { .cn = "a" }, false },
		{ { .cn = "a", .eku = "serverAuth" }, false },
		{ { .cn = "a", .eku = "2.16.840.1.113741.1.2.3" }, false },
		{ { .cn = "a", .eku = "serverAuth,2.16.840.1.113741.1.2.30" }, false },
		{ { .cn = "a", .eku = "serverAuth,2.16.840.1.113741.1.2.1" }, false },
		{ { .cn = "a", .ou = "Intel(R) client setup certificate" }, false },
		{ { .cn = "a", .ou = "Intel(R) Client Setup Certificate " }, false },
		{ { .cn = "a", .ou = "Intel(R) Client Setup" }, false },
		{ { .cn = unit }, false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (provisioning(&rows[i].spec) != rows[i].good)
			fail_msg("row %zu", i);
}

static void common_name_and_suffix_are_those_of_the_leaf(void **state)
{
	struct meiprov_chain *chain;
	struct meiprov_error err;

	assert_int_equal(LOAD(&chain, &err, &root, &middle, &leaf), 0);
	assert_string_equal(meiprov_chain_cn(chain), "sca.example.org");
	assert_true(meiprov_chain_suffix_match(chain, "example.org"));
	assert_true(meiprov_chain_suffix_match(chain, "Lab.Example.org"));
	assert_false(meiprov_chain_suffix_match(chain, "example.com"));
	meiprov_chain_free(chain);
}

static void leaf_without_a_name_matches_no_suffix(void **state)
{
	struct cert nameless = cert_make(&(struct cert_spec){ .ou = "x" }, &root);
	struct meiprov_chain *chain;
	struct meiprov_error err;

	assert_int_equal(LOAD(&chain, &err, &nameless, &root), 0);
	assert_string_equal(meiprov_chain_cn(chain), "");
	assert_false(meiprov_chain_suffix_match(chain, "example.org"));
	assert_false(meiprov_chain_suffix_match(chain, ""));
	meiprov_chain_free(chain);
	cert_free(&nameless);
}

/* "example.org\0.evil.net": cut short it would be another's name. */
static void name_with_a_nul_inside_counts_as_none(void **state)
{
	static const unsigned char evil[] = "sca.example.org\0.evil.net";
	struct cert cert = cert_make(&(struct cert_spec){ .ou = "x" }, &root);
	X509_NAME *name = X509_get_subject_name(cert.x509);
	struct meiprov_chain *chain;
	struct meiprov_error err;

	assert_int_equal(X509_NAME_add_entry_by_NID(name, NID_commonName, V_ASN1_UTF8STRING, evil,
						    sizeof(evil) - 1, -1, 0),
			 1);
	assert_true(X509_sign(cert.x509, root.key, EVP_sha256()) > 0);
	assert_int_equal(LOAD(&chain, &err, &cert, &root), 0);
	assert_string_equal(meiprov_chain_cn(chain), "");
	assert_false(meiprov_chain_suffix_match(chain, "example.org"));
	meiprov_chain_free(chain);
	cert_free(&cert);
}

static void root_digest_is_over_the_whole_certificate(void **state)
{
	static const struct {
		uint32_t algorithm;
		const char *name;
		int len;
	} rows[] = {
		{ MEIPROV_HASH_MD5, "MD5", 16 },
		{ MEIPROV_HASH_SHA1, "SHA1", 20 },
		{ MEIPROV_HASH_SHA256, "SHA256", 32 },
		{ MEIPROV_HASH_SHA384, "SHA384", 48 },
	};
	uint8_t digest[MEIPROV_DIGEST_MAX], want[EVP_MAX_MD_SIZE];
	struct meiprov_chain *chain;
	struct meiprov_error err;

	assert_int_equal(LOAD(&chain, &err, &leaf, &middle, &root), 0);
	for (size_t i = 0; i < 4; i++) {
		unsigned int len;

		X509_digest(root.x509, EVP_get_digestbyname(rows[i].name), want, &len);
		assert_int_equal(meiprov_chain_root_digest(chain, rows[i].algorithm, digest),
				 rows[i].len);
		assert_int_equal(len, rows[i].len);
		assert_memory_equal(digest, want, len);
	}
	assert_int_equal(meiprov_chain_root_digest(chain, 4, digest), -EOPNOTSUPP);
	assert_int_equal(meiprov_chain_root_digest(chain, 0xffffffff, digest), -EOPNOTSUPP);
	meiprov_chain_free(chain);
}

static void digests_are_those_of_each_certificate(void **state)
{
	uint8_t digest[MEIPROV_DIGEST_MAX], wanted[EVP_MAX_MD_SIZE];
	struct meiprov_chain *chain;
	struct meiprov_error err;
	unsigned int len;

	assert_int_equal(LOAD(&chain, &err, &middle, &leaf, &root), 0);
	assert_int_equal(meiprov_chain_digest(chain, 0, MEIPROV_HASH_SHA384, digest), 48);
	X509_digest(leaf.x509, EVP_sha384(), wanted, &len);
	assert_memory_equal(digest, wanted, 48);
	assert_int_equal(meiprov_chain_digest(chain, 1, MEIPROV_HASH_SHA256, digest), 32);
	X509_digest(middle.x509, EVP_sha256(), wanted, &len);
	assert_memory_equal(digest, wanted, 32);
	assert_int_equal(meiprov_chain_digest(chain, 3, MEIPROV_HASH_SHA256, digest), -EINVAL);
	assert_int_equal(meiprov_chain_digest(chain, 0, 99, digest), -EOPNOTSUPP);
	meiprov_chain_free(chain);
}

static void nothing_to_free_is_allowed(void **state)
{
	struct meiprov_chain *chain;

	meiprov_chain_free(NULL);
	assert_int_equal(meiprov_chain_load("x", 1, &chain, NULL), -EBADMSG);
	assert_null(chain);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chain_in_any_order_is_put_leaf_first),
		cmocka_unit_test(certificate_given_twice_counts_once),
		cmocka_unit_test(chain_without_its_root_is_refused),
		cmocka_unit_test(chain_without_a_leaf_is_refused),
		cmocka_unit_test(two_leaves_are_refused),
		cmocka_unit_test(strangers_in_the_file_are_refused),
		cmocka_unit_test(signature_of_another_key_is_refused),
		cmocka_unit_test(damaged_signature_is_refused),
		cmocka_unit_test(certificates_that_issue_each_other_are_refused),
		cmocka_unit_test(longer_chains_than_any_are_refused),
		cmocka_unit_test(what_is_not_pem_is_refused),
		cmocka_unit_test(pem_cut_at_every_byte_is_refused),
		cmocka_unit_test(text_around_the_blocks_is_allowed),
		cmocka_unit_test(half_a_block_behind_a_good_chain_is_refused),
		cmocka_unit_test(bytes_behind_the_certificate_in_a_block_are_refused),
		cmocka_unit_test(private_key_in_the_file_is_refused_by_name),
		cmocka_unit_test(purpose_is_oid_with_server_auth_or_the_unit),
		cmocka_unit_test(common_name_and_suffix_are_those_of_the_leaf),
		cmocka_unit_test(leaf_without_a_name_matches_no_suffix),
		cmocka_unit_test(name_with_a_nul_inside_counts_as_none),
		cmocka_unit_test(root_digest_is_over_the_whole_certificate),
		cmocka_unit_test(digests_are_those_of_each_certificate),
		cmocka_unit_test(nothing_to_free_is_allowed),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
