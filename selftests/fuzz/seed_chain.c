// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * seed_chain FOLDER: chains in DER and PKCS#12 for fuzz_chain, from certificates made
 * on the spot, so that no private key lies in the tree. One round for each key, because
 * what derives it is not what is to be tested.
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
static struct cert root, middle, leaf;

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

/* --- PKCS#12 --- */

/**
 * struct form - a file that some program writes
 * @cipher, @key_cipher: as of PKCS12_create(), 0: the default, -1: none
 * @mac: 1, or -1: none
 */
static const struct form {
	const char *name;
	const char *password;
	bool key;
	int cipher, key_cipher, mac;
} forms[] = {
	{ "p12-usual", "fuzz", true, 0, 0, 1 },
	{ "p12-open", "fuzz", true, -1, -1, -1 },
	{ "p12-open-mac", "fuzz", false, -1, -1, 1 },
	{ "p12-no-mac", "fuzz", false, 0, 0, -1 },
	{ "p12-older", "fuzz", true, NID_pbe_WithSHA1And3_Key_TripleDES_CBC,
	  NID_pbe_WithSHA1And3_Key_TripleDES_CBC, 1 },
	{ "p12-empty-password", "", false, 0, 0, 1 },
	{ "p12-no-password", NULL, false, -1, -1, 1 },
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
	write_seed(form->name, "P12", data, (size_t)(at - data));
	PKCS12_free(p12);
	sk_X509_free(others);
}

static void seeds(void **state)
{
	root = cert_make(&(struct cert_spec){ .cn = "root", .ca = true }, NULL);
	middle = cert_make(&(struct cert_spec){ .cn = "middle", .ca = true }, &root);
	leaf = cert_make(&(struct cert_spec){ .cn = "sca.example.org",
					      .eku = "serverAuth,2.16.840.1.113741.1.2.3" },
			 &middle);
	write_der();
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		write_pkcs12(&forms[i]);
	cert_free(&root);
	cert_free(&middle);
	cert_free(&leaf);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(seeds) };

	if (argc != 2)
		return 2;
	folder = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
