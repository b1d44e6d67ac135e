// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include "selftests/fuzz/chain_input.h"

#define PASSWORD  "fuzz"
#define CERTS_MAX 8

/* Not those of chance: an input does the same each time. */
static uint8_t salt[8] = "saltsalt", iv[16] = "0123456789abcdef";

/* What is made here is none of the library's. */
static void *must(void *made)
{
	if (!made)
		abort();
	return made;
}

static int load_file(const uint8_t *data, size_t size, struct meiprov_chain **out,
		     struct meiprov_error *err)
{
	return meiprov_chain_load(data, size, out, err);
}

/* --- certificates --- */

/* What is behind its length in two bytes, or NULL at the end. */
static const uint8_t *next_part(const uint8_t **data, size_t *size, size_t *len)
{
	const uint8_t *part = *data + 2;

	if (*size <= 2)
		return NULL;
	*len = (*data)[0] | (size_t)(*data)[1] << 8;
	*size -= 2;
	*len = *len < *size ? *len : *size;
	*size -= *len;
	*data = part + *len;
	return part;
}

static int load_der(const uint8_t *data, size_t size, struct meiprov_chain **out,
		    struct meiprov_error *err)
{
	BIO *bio = must(BIO_new(BIO_s_mem()));
	const uint8_t *der;
	char *pem;
	size_t len;
	int ret;

	while ((der = next_part(&data, &size, &len)))
		PEM_write_bio(bio, PEM_STRING_X509, "", der, (long)len);
	ERR_clear_error(); /* it writes no empty block */
	len = (size_t)BIO_get_mem_data(bio, &pem);
	ret = meiprov_chain_load(pem, len, out, err);
	BIO_free(bio);
	return ret;
}

/* Ed25519 signs without chance. */
static EVP_PKEY *make_key(size_t i)
{
	uint8_t seed[32] = { (uint8_t)i };

	return must(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, sizeof(seed)));
}

/* Each by the next, the last by itself; the key of the leaf stays as it is. */
static void sign(X509 *certs[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t issuer = i + 1 < count ? i + 1 : i;
		EVP_PKEY *own = make_key(i), *key = make_key(issuer);

		X509_set_issuer_name(certs[i], X509_get_subject_name(certs[issuer]));
		if (i)
			X509_set_pubkey(certs[i], own);
		X509_sign(certs[i], key, NULL);
		EVP_PKEY_free(own);
		EVP_PKEY_free(key);
	}
}

static size_t read_certs(const uint8_t *data, size_t size, X509 *certs[CERTS_MAX])
{
	const uint8_t *der;
	size_t count = 0, len;

	while (count < CERTS_MAX && (der = next_part(&data, &size, &len))) {
		certs[count] = d2i_X509(NULL, &der, (long)len);
		count += certs[count] != NULL;
	}
	return count;
}

static int load_signed(const uint8_t *data, size_t size, struct meiprov_chain **out,
		       struct meiprov_error *err)
{
	BIO *bio = must(BIO_new(BIO_s_mem()));
	X509 *certs[CERTS_MAX];
	size_t count = read_certs(data, size, certs);
	char *der;
	long len;
	int ret;

	sign(certs, count);
	for (size_t i = 0; i < count; i++) {
		i2d_X509_bio(bio, certs[i]);
		X509_free(certs[i]);
	}
	ERR_clear_error();
	len = BIO_get_mem_data(bio, &der);
	ret = meiprov_chain_load(der, (size_t)len, out, err);
	BIO_free(bio);
	return ret;
}

/* --- into PKCS#12 --- */

static int load_pkcs12(const uint8_t *data, size_t size, struct meiprov_chain **out,
		       struct meiprov_error *err)
{
	return meiprov_chain_load_pkcs12(data, size, PASSWORD, out, err);
}

static int load_no_password(const uint8_t *data, size_t size, struct meiprov_chain **out,
			    struct meiprov_error *err)
{
	return meiprov_chain_load_pkcs12(data, size, NULL, out, err);
}

static PKCS7 *wrap(const uint8_t *data, size_t size)
{
	PKCS7 *content = must(PKCS7_new());

	if (!PKCS7_set_type(content, NID_pkcs7_data) ||
	    !ASN1_OCTET_STRING_set(content->d.data, data, (int)size))
		abort();
	return content;
}

/* PFX ::= SEQUENCE { INTEGER 3, ContentInfo }, to which OpenSSL adds the MAC. */
static PKCS12 *make_file(const uint8_t *safe, size_t size)
{
	static const uint8_t version[] = { V_ASN1_INTEGER, 1, 3 };
	PKCS7 *content = wrap(safe, size);
	int len = (int)sizeof(version) + i2d_PKCS7(content, NULL);
	uint8_t *der = must(malloc((size_t)ASN1_object_size(1, len, V_ASN1_SEQUENCE)));
	uint8_t *end = der;
	const uint8_t *at = der;
	PKCS12 *p12;

	ASN1_put_object(&end, 1, len, V_ASN1_SEQUENCE, V_ASN1_UNIVERSAL);
	memcpy(end, version, sizeof(version));
	end += sizeof(version);
	i2d_PKCS7(content, &end);
	PKCS7_free(content);
	p12 = must(d2i_PKCS12(NULL, &at, end - der));
	free(der);
	if (!PKCS12_set_mac(p12, PASSWORD, -1, salt, sizeof(salt), 1, NULL))
		abort();
	return p12;
}

static int load_safe(const uint8_t *data, size_t size, struct meiprov_chain **out,
		     struct meiprov_error *err)
{
	PKCS12 *p12 = make_file(data, size);
	uint8_t *file = NULL;
	int len = i2d_PKCS12(p12, &file);
	int ret;

	ERR_clear_error();
	ret = load_pkcs12(must(file), (size_t)len, out, err);
	OPENSSL_free(file);
	PKCS12_free(p12);
	return ret;
}

/* EncryptedData of @data, in one round: what derives the key is not what is tested. */
static PKCS7 *encrypt(const uint8_t *data, size_t size)
{
	PKCS7 *content = must(PKCS7_new());
	PKCS7_ENC_CONTENT *inner;
	uint8_t *hidden = NULL;
	int len;

	if (!PKCS7_set_type(content, NID_pkcs7_encrypted))
		abort();
	inner = content->d.encrypted->enc_data;
	X509_ALGOR_free(inner->algorithm);
	inner->algorithm = must(PKCS5_pbe2_set_iv(EVP_aes_128_cbc(), 1, salt, sizeof(salt), iv,
						  -1));
	must(PKCS12_pbe_crypt(inner->algorithm, PASSWORD, (int)strlen(PASSWORD), data, (int)size,
			      &hidden, &len, 1));
	inner->enc_data = must(ASN1_OCTET_STRING_new());
	ASN1_STRING_set0(inner->enc_data, hidden, len);
	return content;
}

static int load_bags(const uint8_t *data, size_t size, struct meiprov_chain **out,
		     struct meiprov_error *err)
{
	STACK_OF(PKCS7) *contents = must(sk_PKCS7_new_null());
	uint8_t *safe = NULL;
	int len, ret;

	sk_PKCS7_push(contents, encrypt(data, size));
	len = ASN1_item_i2d((ASN1_VALUE *)contents, &safe, ASN1_ITEM_rptr(PKCS12_AUTHSAFES));
	sk_PKCS7_pop_free(contents, PKCS7_free);
	ret = load_safe(must(safe), (size_t)len, out, err);
	OPENSSL_free(safe);
	return ret;
}

/* --- the forms --- */

static const struct {
	const char *prefix;
	int (*load)(const uint8_t *data, size_t size, struct meiprov_chain **out,
		    struct meiprov_error *err);
} forms[] = {
	{ "DER", load_der },	     { "SIG", load_signed }, { "P12", load_pkcs12 },
	{ "NPW", load_no_password }, { "SAF", load_safe },   { "BAG", load_bags },
};

int chain_input(const uint8_t *data, size_t size, struct meiprov_chain **out,
		struct meiprov_error *err)
{
	for (size_t i = 0; size > 3 && i < sizeof(forms) / sizeof(forms[0]); i++)
		if (!memcmp(data, forms[i].prefix, 3))
			return forms[i].load(data + 3, size - 3, out, err);
	return load_file(data, size, out, err);
}
