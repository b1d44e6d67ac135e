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
		cmocka_unit_test(a_pkcs12_without_a_certificate_says_so),
		cmocka_unit_test(pkcs12_without_a_password_says_what_it_is),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
