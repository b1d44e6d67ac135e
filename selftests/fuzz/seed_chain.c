// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * seed_chain FOLDER: chains for fuzz_chain in the forms of chain_input.h, from
 * certificates made on the spot, so that no private key lies in the tree. One round for
 * each key, because what derives it is not what is to be tested.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include <openssl/pkcs12.h>

#include "libmeiprov/tests/certs.h"

#define SEED_MAX 16384

static const char *folder;
static struct cert root, middle, leaf, older;

/* --- files --- */

static void write_seed(const char *name, const char *prefix, const uint8_t *data, size_t len)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "we");
	assert_non_null(file);
	fputs(prefix, file);
	assert_int_equal(fwrite(data, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static void write_der(void)
{
	uint8_t data[SEED_MAX], *at = data;

	i2d_X509(leaf.x509, &at);
	i2d_X509(middle.x509, &at);
	i2d_X509(root.x509, &at);
	write_seed("der-file", "", data, (size_t)(at - data));
}

static uint8_t *put_part(uint8_t *at, const X509 *cert)
{
	int len = i2d_X509(cert, NULL);

	*at++ = (uint8_t)len;
	*at++ = (uint8_t)(len >> 8);
	i2d_X509(cert, &at);
	return at;
}

static void write_signed(const char *name, const struct cert *first)
{
	uint8_t data[SEED_MAX], *at = data;

	at = put_part(at, first->x509);
	at = put_part(at, middle.x509);
	at = put_part(at, root.x509);
	write_seed(name, "SIG", data, (size_t)(at - data));
}

/* --- PKCS#12 --- */

/**
 * struct form - a file that some program writes
 * @prefix: chain_input.h
 * @cipher, @key_cipher: as of PKCS12_create(), 0: the default, -1: none
 * @mac: 1, or -1: none
 */
static const struct form {
	const char *name, *prefix, *password;
	bool key;
	int cipher, key_cipher, mac;
} forms[] = {
	{ "p12-usual", "P12", "fuzz", true, 0, 0, 1 },
	{ "p12-open", "P12", "fuzz", true, -1, -1, -1 },
	{ "p12-open-mac", "P12", "fuzz", false, -1, -1, 1 },
	{ "p12-no-mac", "P12", "fuzz", false, 0, 0, -1 },
	{ "p12-older", "P12", "fuzz", true, NID_pbe_WithSHA1And3_Key_TripleDES_CBC,
	  NID_pbe_WithSHA1And3_Key_TripleDES_CBC, 1 },
	{ "p12-empty-password", "NPW", "", false, 0, 0, 1 },
	{ "p12-no-password", "NPW", NULL, false, -1, -1, 1 },
};

static void write_pkcs12(const struct form *form)
{
	STACK_OF(X509) *others = sk_X509_new_null();
	uint8_t data[SEED_MAX], *at = data;
	PKCS12 *p12;

	sk_X509_push(others, root.x509);
	sk_X509_push(others, middle.x509);
	p12 = PKCS12_create(form->password, "name", form->key ? leaf.key : NULL, leaf.x509, others,
			    form->key_cipher, form->cipher, 1, form->mac, 0);
	assert_non_null(p12);
	assert_in_range(i2d_PKCS12(p12, NULL), 1, sizeof(data));
	i2d_PKCS12(p12, &at);
	write_seed(form->name, form->prefix, data, (size_t)(at - data));
	PKCS12_free(p12);
	sk_X509_free(others);
}

/* What is in such a file, without its MAC and encryption. */
static void write_bags(void)
{
	STACK_OF(PKCS12_SAFEBAG) *bags = NULL;
	STACK_OF(PKCS7) *contents = NULL;
	uint8_t *data = NULL;
	int len;

	PKCS12_add_cert(&bags, leaf.x509);
	PKCS12_add_cert(&bags, middle.x509);
	PKCS12_add_cert(&bags, root.x509);
	len = ASN1_item_i2d((ASN1_VALUE *)bags, &data, ASN1_ITEM_rptr(PKCS12_SAFEBAGS));
	write_seed("bag-usual", "BAG", data, (size_t)len);
	OPENSSL_free(data);
	data = NULL;
	assert_true(PKCS12_add_safe(&contents, bags, -1, 0, NULL));
	assert_true(PKCS12_add_safe(&contents, bags, NID_aes_128_cbc, 1, "fuzz"));
	len = ASN1_item_i2d((ASN1_VALUE *)contents, &data, ASN1_ITEM_rptr(PKCS12_AUTHSAFES));
	write_seed("saf-usual", "SAF", data, (size_t)len);
	OPENSSL_free(data);
	sk_PKCS7_pop_free(contents, PKCS7_free);
	sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
}

static void seeds(void **state)
{
	root = cert_make(&(struct cert_spec){ .cn = "root", .ca = true }, NULL);
	middle = cert_make(&(struct cert_spec){ .cn = "middle", .ca = true }, &root);
	leaf = cert_make(&(struct cert_spec){ .cn = "sca.example.org",
					      .eku = "serverAuth,2.16.840.1.113741.1.2.3" },
			 &middle);
	older = cert_make(&(struct cert_spec){ .cn = "sca.example.org",
					       .ou = "Intel(R) Client Setup Certificate",
					       .rsa_bits = 2048,
					       .expired = true },
			  &middle);
	write_der();
	write_signed("sig-usual", &leaf);
	write_signed("sig-older", &older);
	write_bags();
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		write_pkcs12(&forms[i]);
	cert_free(&root);
	cert_free(&middle);
	cert_free(&leaf);
	cert_free(&older);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(seeds) };

	if (argc != 2)
		return 2;
	folder = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
