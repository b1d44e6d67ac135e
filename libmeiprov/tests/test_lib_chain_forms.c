// SPDX-License-Identifier: LGPL-2.1-or-later
/* Provisioning chains in DER and PKCS#12. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <openssl/err.h>
#include <openssl/hmac.h>
#include <openssl/pkcs12.h>

#include <meiprov/meiprov.h>

#include "certs.h"

#define PURPOSE "serverAuth,2.16.840.1.113741.1.2.3"

/* root <- middle <- leaf */
static struct cert root, middle, leaf;

static int setup(void **state)
{
	root = cert_make(&(struct cert_spec){ .cn = "root", .ca = true }, NULL);
	middle = cert_make(&(struct cert_spec){ .cn = "middle", .ca = true }, &root);
	leaf = cert_make(&(struct cert_spec){ .cn = "sca.example.org", .eku = PURPOSE }, &middle);
	return 0;
}

static int teardown(void **state)
{
	cert_free(&root);
	cert_free(&middle);
	cert_free(&leaf);
	return 0;
}

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

static size_t put_der(const struct cert *cert, uint8_t *out)
{
	uint8_t *at = out;

	return (size_t)i2d_X509(cert->x509, &at);
}

static void der_is_taken_like_pem(void **state)
{
	struct meiprov_chain *chain;
	struct meiprov_error err;
	uint8_t der[8192];
	size_t len = put_der(&middle, der);

	len += put_der(&root, der + len);
	len += put_der(&leaf, der + len);
	assert_int_equal(meiprov_chain_load(der, len, &chain, &err), 0);
	assert_int_equal(meiprov_chain_length(chain), 3);
	assert_der(chain, 0, &leaf);
	assert_der(chain, 2, &root);
	meiprov_chain_free(chain);
	assert_int_equal(meiprov_chain_load(der, len - 1, &chain, &err), -EBADMSG);
	assert_null(chain);
	assert_int_equal(ERR_peek_error(), 0);
}

static void a_text_that_begins_like_der_is_pem(void **state)
{
	struct meiprov_chain *chain;
	struct meiprov_error err;
	char pem[16384] = "0 s:CN = sca.example.org\n";

	cert_pem(&leaf, pem, sizeof(pem));
	cert_pem(&middle, pem, sizeof(pem));
	cert_pem(&root, pem, sizeof(pem));
	assert_int_equal(meiprov_chain_load(pem, strlen(pem), &chain, &err), 0);
	meiprov_chain_free(chain);
}

/* Leaf, its key, and the others; @rounds for the key and for the certificates, @mac for
 * the password, -1: no MAC.
 */
static size_t make_pkcs12(const char *password, int rounds, int mac, uint8_t *out)
{
	STACK_OF(X509) *others = sk_X509_new_null();
	PKCS12 *p12;
	size_t len;

	sk_X509_push(others, root.x509);
	sk_X509_push(others, middle.x509);
	p12 = PKCS12_create(password, "name", leaf.key, leaf.x509, others, 0, 0, rounds, mac, 0);
	assert_non_null(p12);
	len = (size_t)i2d_PKCS12(p12, &out);
	PKCS12_free(p12);
	sk_X509_free(others);
	return len;
}

/* @password NULL: none. */
static size_t put_pkcs12(const char *password, uint8_t *out)
{
	return make_pkcs12(password, 0, 0, out);
}

static int load_pkcs12(const uint8_t *data, size_t len, const char *password)
{
	struct meiprov_chain *chain;
	struct meiprov_error err = { 0 };
	int ret = meiprov_chain_load_pkcs12(data, len, password, &chain, &err);

	assert_int_equal(ERR_peek_error(), 0);
	assert_int_equal(err.code, ret);
	if (ret) {
		assert_null(chain);
		assert_true(strlen(err.why));
		return ret;
	}
	assert_int_equal(meiprov_chain_length(chain), 3);
	assert_der(chain, 0, &leaf);
	assert_der(chain, 1, &middle);
	assert_der(chain, 2, &root);
	meiprov_chain_free(chain);
	return 0;
}

static void pkcs12_is_taken_with_its_password_only(void **state)
{
	uint8_t data[16384];
	size_t len = put_pkcs12("Secret1!", data);

	assert_int_equal(load_pkcs12(data, len, "Secret1!"), 0);
	assert_int_equal(load_pkcs12(data, len, "secret1!"), -EKEYREJECTED);
	assert_int_equal(load_pkcs12(data, len, ""), -EKEYREJECTED);
	assert_int_equal(load_pkcs12(data, len, NULL), -EKEYREJECTED);
	len = put_pkcs12("", data);
	assert_int_equal(load_pkcs12(data, len, ""), 0);
	assert_int_equal(load_pkcs12(data, len, NULL), 0);
	assert_int_equal(load_pkcs12(data, len, "x"), -EKEYREJECTED);
}

static void a_broken_pkcs12_is_refused(void **state)
{
	uint8_t data[16384];
	size_t len = put_pkcs12("Secret1!", data);

	for (size_t cut = 0; cut < len; cut += 97)
		assert_int_not_equal(load_pkcs12(data, cut, "Secret1!"), 0);
	data[len / 2] ^= 0x20;
	assert_int_not_equal(load_pkcs12(data, len, "Secret1!"), 0);
}

/* 32768 rounds become 8388607, which are too many, and would still come to an end.
 * Those of the certificates come first, those of the key second.
 */
static void more_rounds(uint8_t *data, size_t len, unsigned int which)
{
	static const uint8_t few[] = { 2, 3, 0x00, 0x80, 0x00 },
			     many[] = { 2, 3, 0x7f, 0xff, 0xff };
	uint8_t *at = memmem(data, len, few, sizeof(few));

	for (; at && which; which--)
		at = memmem(at + 1, len - (size_t)(at + 1 - data), few, sizeof(few));
	assert_non_null(at);
	memcpy(at, many, sizeof(many));
}

static void a_pkcs12_that_takes_too_many_rounds_is_refused(void **state)
{
	struct meiprov_chain *chain;
	struct meiprov_error err;
	uint8_t data[16384];
	size_t len = make_pkcs12("Secret1!", 32768, -1, data);

	assert_int_equal(load_pkcs12(data, len, "Secret1!"), 0);
	more_rounds(data, len, 0);
	assert_int_equal(meiprov_chain_load_pkcs12(data, len, "Secret1!", &chain, &err), -EBADMSG);
	assert_non_null(strstr(err.why, "rounds"));
	len = make_pkcs12("Secret1!", 1, 32768, data);
	more_rounds(data, len, 0);
	assert_int_equal(meiprov_chain_load_pkcs12(data, len, "Secret1!", &chain, &err), -EBADMSG);
	assert_non_null(strstr(err.why, "rounds"));
}

/* With the rounds changed its key would come out as another one. */
static void the_private_key_of_a_pkcs12_stays_encrypted(void **state)
{
	uint8_t data[16384];
	size_t len = make_pkcs12("Secret1!", 32768, -1, data);

	more_rounds(data, len, 1);
	assert_int_equal(load_pkcs12(data, len, "Secret1!"), 0);
}

static void a_pkcs12_is_taken_in_each_of_its_protections(void **state)
{
	static const int nids[] = { -1, NID_pbe_WithSHA1And3_Key_TripleDES_CBC, NID_aes_128_cbc };

	for (size_t i = 0; i < sizeof(nids) / sizeof(nids[0]); i++) {
		STACK_OF(X509) *others = sk_X509_new_null();
		uint8_t data[16384], *out = data;
		PKCS12 *p12;

		sk_X509_push(others, root.x509);
		sk_X509_push(others, middle.x509);
		p12 = PKCS12_create("Secret1!", NULL, NULL, leaf.x509, others, 0, nids[i], 0, 0, 0);
		assert_int_equal(load_pkcs12(data, (size_t)i2d_PKCS12(p12, &out), "Secret1!"), 0);
		PKCS12_free(p12);
		sk_X509_free(others);
	}
}

/* --- PKCS#12 from its parts --- */

static STACK_OF(PKCS12_SAFEBAG) *make_bags(void)
{
	STACK_OF(PKCS12_SAFEBAG) *bags = NULL;

	assert_non_null(PKCS12_add_cert(&bags, leaf.x509));
	assert_non_null(PKCS12_add_cert(&bags, middle.x509));
	assert_non_null(PKCS12_add_cert(&bags, root.x509));
	return bags;
}

/* @algorithm is taken over. */
static PKCS7 *encrypt(X509_ALGOR *algorithm)
{
	STACK_OF(PKCS12_SAFEBAG) *bags = make_bags();
	PKCS7 *content = PKCS7_new();
	PKCS7_ENC_CONTENT *inner;

	assert_non_null(algorithm);
	assert_true(PKCS7_set_type(content, NID_pkcs7_encrypted));
	inner = content->d.encrypted->enc_data;
	X509_ALGOR_free(inner->algorithm);
	inner->algorithm = algorithm;
	inner->enc_data = PKCS12_item_i2d_encrypt(algorithm, ASN1_ITEM_rptr(PKCS12_SAFEBAGS),
						  "Secret1!", 8, bags, 1);
	assert_non_null(inner->enc_data);
	sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
	return content;
}

/* Both are taken over, @second may be NULL; with a MAC of the usual kind. */
static PKCS12 *make_file(PKCS7 *first, PKCS7 *second)
{
	STACK_OF(PKCS7) *contents = sk_PKCS7_new_null();
	PKCS12 *p12;

	sk_PKCS7_push(contents, first);
	if (second)
		sk_PKCS7_push(contents, second);
	p12 = PKCS12_add_safes(contents, 0);
	assert_non_null(p12);
	assert_true(PKCS12_set_mac(p12, "Secret1!", -1, NULL, 0, 1, NULL));
	sk_PKCS7_pop_free(contents, PKCS7_free);
	return p12;
}

/* It is whole: OpenSSL finds the three in it. */
static void assert_whole(PKCS12 *p12)
{
	STACK_OF(X509) *certs = NULL;

	assert_true(PKCS12_parse(p12, "Secret1!", NULL, NULL, &certs));
	assert_int_equal(sk_X509_num(certs), 3);
	sk_X509_pop_free(certs, X509_free);
}

static int load_file(PKCS12 *p12)
{
	uint8_t data[16384], *at = data;

	return load_pkcs12(data, (size_t)i2d_PKCS12(p12, &at), "Secret1!");
}

static void assert_protection_unknown(PKCS12 *p12)
{
	uint8_t data[16384], *at = data;
	size_t len = (size_t)i2d_PKCS12(p12, &at);
	struct meiprov_chain *chain;
	struct meiprov_error err;

	assert_int_equal(meiprov_chain_load_pkcs12(data, len, "Secret1!", &chain, &err), -EBADMSG);
	assert_null(chain);
	assert_string_equal(err.why, "it is protected in a way that this library does not know");
	assert_non_null(strstr(err.next, "openssl pkcs12 -nokeys"));
	assert_int_equal(ERR_peek_error(), 0);
}

/* PBKDF2 in the same place is taken. */
static void a_pkcs12_encrypted_under_scrypt_is_refused(void **state)
{
	static uint8_t salt[8] = "saltsalt", iv[16] = "0123456789abcdef";
	const EVP_CIPHER *aes = EVP_aes_256_cbc();
	PKCS12 *known = make_file(encrypt(PKCS5_pbe2_set_iv(aes, 1, salt, 8, iv, -1)), NULL);
	PKCS12 *scrypt = make_file(encrypt(PKCS5_pbe2_set_scrypt(aes, salt, 8, iv, 16, 1, 1)),
				   NULL);

	assert_whole(known);
	assert_whole(scrypt);
	assert_int_equal(load_file(known), 0);
	assert_protection_unknown(scrypt);
	PKCS12_free(known);
	PKCS12_free(scrypt);
}

/* Of PBMAC1 (RFC 8018 A.5): PBKDF2 and HMAC, both with SHA-256. */
static ASN1_STRING *pbmac1_parameters(uint8_t *salt)
{
	X509_ALGORS *both = sk_X509_ALGOR_new_null();
	ASN1_STRING *parameters = ASN1_STRING_new();
	uint8_t *der = NULL;
	X509_ALGOR *hmac = X509_ALGOR_new();
	int len;

	X509_ALGOR_set0(hmac, OBJ_nid2obj(NID_hmacWithSHA256), V_ASN1_NULL, NULL);
	sk_X509_ALGOR_push(both, PKCS5_pbkdf2_set(2048, salt, 8, NID_hmacWithSHA256, 32));
	sk_X509_ALGOR_push(both, hmac);
	len = i2d_X509_ALGORS(both, &der);
	assert_in_range(len, 1, 200);
	ASN1_STRING_set0(parameters, der, len);
	sk_X509_ALGOR_pop_free(both, X509_ALGOR_free);
	return parameters;
}

/* What a MAC is of. */
static int encode_contents(const PKCS12 *p12, uint8_t **out)
{
	STACK_OF(PKCS7) *contents = PKCS12_unpack_authsafes(p12);
	int len = ASN1_item_i2d((ASN1_VALUE *)contents, out, ASN1_ITEM_rptr(PKCS12_AUTHSAFES));

	assert_true(len > 0);
	sk_PKCS7_pop_free(contents, PKCS7_free);
	return len;
}

/* The MAC of @p12 becomes one of RFC 9579. */
static void use_pbmac1(PKCS12 *p12)
{
	static uint8_t salt[8] = "saltsalt";
	uint8_t key[32], mac[EVP_MAX_MD_SIZE], *contents = NULL;
	const ASN1_OCTET_STRING *digest;
	const X509_ALGOR *algorithm;
	unsigned int mac_len;
	int len = encode_contents(p12, &contents);

	assert_true(PKCS5_PBKDF2_HMAC("Secret1!", 8, salt, 8, 2048, EVP_sha256(), 32, key));
	assert_non_null(HMAC(EVP_sha256(), key, 32, contents, (size_t)len, mac, &mac_len));
	PKCS12_get0_mac(&digest, &algorithm, NULL, NULL, p12);
	ASN1_OCTET_STRING_set((ASN1_OCTET_STRING *)digest, mac, (int)mac_len);
	X509_ALGOR_set0((X509_ALGOR *)algorithm, OBJ_txt2obj("1.2.840.113549.1.5.14", 1),
			V_ASN1_SEQUENCE, pbmac1_parameters(salt));
	OPENSSL_free(contents);
}

static PKCS7 *pack(STACK_OF(PKCS12_SAFEBAG) *bags)
{
	PKCS7 *content = PKCS12_pack_p7data(bags);

	assert_non_null(content);
	sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
	return content;
}

static void a_pkcs12_with_pbmac1_is_refused(void **state)
{
	PKCS12 *p12 = make_file(pack(make_bags()), NULL);

	assert_whole(p12);
	assert_int_equal(load_file(p12), 0);
	use_pbmac1(p12);
	assert_protection_unknown(p12);
	PKCS12_free(p12);
}

/* --- bags in bags --- */

/* A header of DER in front of the @len bytes at the end of @buf, which is @size long. */
static size_t put_header(uint8_t *buf, size_t size, size_t len, uint8_t tag)
{
	uint8_t *at = buf + size - len;

	*--at = (uint8_t)len;
	*--at = (uint8_t)(len >> 8);
	*--at = 0x82; /* two bytes of length */
	*--at = tag;
	return len + 4;
}

/* The certificates in @depth bags of bags (RFC 7292 4.2.6). */
static PKCS7 *nest(unsigned int depth)
{
	static const uint8_t oid[] = { 6,    11,   0x2a, 0x86, 0x48, 0x86, 0xf7,
				       0x0d, 0x01, 0x0c, 0x0a, 0x01, 0x06 };
	static uint8_t buf[16384];
	STACK_OF(PKCS12_SAFEBAG) *bags = make_bags();
	uint8_t *der = NULL;
	size_t len = (size_t)ASN1_item_i2d((ASN1_VALUE *)bags, &der,
					   ASN1_ITEM_rptr(PKCS12_SAFEBAGS));
	PKCS7 *content = PKCS7_new();

	sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
	memcpy(buf + sizeof(buf) - len, der, len);
	OPENSSL_free(der);
	while (depth--) {
		len = put_header(buf, sizeof(buf), len, 0xa0);
		len += sizeof(oid);
		memcpy(buf + sizeof(buf) - len, oid, sizeof(oid));
		len = put_header(buf, sizeof(buf), len, 0x30);
		len = put_header(buf, sizeof(buf), len, 0x30);
	}
	assert_true(PKCS7_set_type(content, NID_pkcs7_data));
	ASN1_OCTET_STRING_set(content->d.data, buf + sizeof(buf) - len, (int)len);
	return content;
}

static void certificates_in_bags_of_bags_are_found(void **state)
{
	for (unsigned int depth = 0; depth < 4; depth++) {
		PKCS12 *p12 = make_file(nest(depth), NULL);

		assert_int_equal(load_file(p12), 0);
		PKCS12_free(p12);
	}
}

/* And not passed over. */
static void bags_in_each_other_without_end_are_refused(void **state)
{
	PKCS12 *p12 = make_file(pack(make_bags()), nest(400));

	assert_int_equal(load_file(p12), -EBADMSG);
	PKCS12_free(p12);
}

static void a_pkcs12_without_a_certificate_says_so(void **state)
{
	PKCS12 *p12 = PKCS12_create("Secret1!", NULL, leaf.key, NULL, NULL, 0, 0, 0, 0, 0);
	struct meiprov_chain *chain;
	struct meiprov_error err;
	uint8_t data[4096], *out = data;
	size_t len = (size_t)i2d_PKCS12(p12, &out);

	PKCS12_free(p12);
	assert_int_equal(meiprov_chain_load_pkcs12(data, len, "Secret1!", &chain, &err), -EBADMSG);
	assert_string_equal(err.why, "it holds no certificate");
}

static void pkcs12_without_a_password_says_what_it_is(void **state)
{
	uint8_t data[16384];
	size_t len = put_pkcs12("Secret1!", data);
	struct meiprov_chain *chain;
	struct meiprov_error err;

	assert_int_equal(meiprov_chain_load(data, len, &chain, &err), -EBADMSG);
	assert_non_null(strstr(err.why, "PKCS#12"));
	assert_non_null(strstr(err.next, "openssl pkcs12"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(der_is_taken_like_pem),
		cmocka_unit_test(a_text_that_begins_like_der_is_pem),
		cmocka_unit_test(pkcs12_is_taken_with_its_password_only),
		cmocka_unit_test(a_broken_pkcs12_is_refused),
		cmocka_unit_test(a_pkcs12_that_takes_too_many_rounds_is_refused),
		cmocka_unit_test(the_private_key_of_a_pkcs12_stays_encrypted),
		cmocka_unit_test(a_pkcs12_is_taken_in_each_of_its_protections),
		cmocka_unit_test(a_pkcs12_encrypted_under_scrypt_is_refused),
		cmocka_unit_test(a_pkcs12_with_pbmac1_is_refused),
		cmocka_unit_test(certificates_in_bags_of_bags_are_found),
		cmocka_unit_test(bags_in_each_other_without_end_are_refused),
		cmocka_unit_test(a_pkcs12_without_a_certificate_says_so),
		cmocka_unit_test(pkcs12_without_a_password_says_what_it_is),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
