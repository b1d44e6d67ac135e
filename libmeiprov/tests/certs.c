// SPDX-License-Identifier: LGPL-2.1-or-later
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "certs.h"

static void add_name(X509_NAME *name, const char *field, const char *value)
{
	if (value)
		assert_int_equal(X509_NAME_add_entry_by_txt(name, field, MBSTRING_ASC,
							    (const unsigned char *)value, -1, -1,
							    0),
				 1);
}

static void add_extension(X509 *cert, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *ext;

	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, cert, cert, NULL, NULL, 0);
	ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	assert_non_null(ext);
	assert_int_equal(X509_add_ext(cert, ext, -1), 1);
	X509_EXTENSION_free(ext);
}

static X509 *blank(EVP_PKEY *key)
{
	static long serial = 1;
	X509 *cert = X509_new();

	assert_non_null(cert);
	assert_int_equal(X509_set_version(cert, X509_VERSION_3), 1);
	ASN1_INTEGER_set(X509_get_serialNumber(cert), serial++);
	X509_gmtime_adj(X509_getm_notBefore(cert), -3600);
	X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
	assert_int_equal(X509_set_pubkey(cert, key), 1);
	return cert;
}

/* RSA keys take long to make: one of each size for authorities, one for leaves. */
static EVP_PKEY *make_key(const struct cert_spec *spec)
{
	static struct {
		unsigned int bits;
		EVP_PKEY *key;
	} made[2][4];

	if (!spec->rsa_bits)
		return EVP_EC_gen("P-256");
	for (size_t i = 0; i < 4; i++) {
		if (!made[spec->ca][i].key) {
			made[spec->ca][i].bits = spec->rsa_bits;
			made[spec->ca][i].key = EVP_RSA_gen(spec->rsa_bits);
		}
		if (made[spec->ca][i].bits == spec->rsa_bits) {
			EVP_PKEY_up_ref(made[spec->ca][i].key);
			return made[spec->ca][i].key;
		}
	}
	return NULL;
}

struct cert cert_make(const struct cert_spec *spec, const struct cert *issuer)
{
	struct cert cert = { .key = make_key(spec) };
	X509_NAME *name = X509_NAME_new();

	assert_non_null(cert.key);
	cert.x509 = blank(cert.key);
	add_name(name, "O", "meiprov test");
	add_name(name, "OU", spec->ou);
	add_name(name, "CN", spec->cn);
	X509_set_subject_name(cert.x509, name);
	X509_set_issuer_name(cert.x509, issuer ? X509_get_subject_name(issuer->x509) : name);
	X509_NAME_free(name);
	add_extension(cert.x509, NID_basic_constraints, spec->ca ? "critical,CA:TRUE" : "CA:FALSE");
	if (spec->eku)
		add_extension(cert.x509, NID_ext_key_usage, spec->eku);
	if (spec->expired)
		X509_gmtime_adj(X509_getm_notAfter(cert.x509), -1800);
	assert_true(X509_sign(cert.x509, issuer ? issuer->key : cert.key,
			      spec->sha1 ? EVP_sha1() : EVP_sha256()) > 0);
	return cert;
}

struct cert cert_cross(const struct cert *subject, const struct cert *issuer)
{
	struct cert cert = { .x509 = blank(subject->key), .key = subject->key };

	EVP_PKEY_up_ref(cert.key);
	X509_set_subject_name(cert.x509, X509_get_subject_name(subject->x509));
	X509_set_issuer_name(cert.x509, X509_get_subject_name(issuer->x509));
	assert_true(X509_sign(cert.x509, issuer->key, EVP_sha256()) > 0);
	return cert;
}

void cert_free(struct cert *cert)
{
	X509_free(cert->x509);
	EVP_PKEY_free(cert->key);
}

static void append(BIO *bio, char *text, size_t size)
{
	size_t used = strlen(text);
	int n = BIO_read(bio, text + used, (int)(size - used - 1));

	assert_true(n > 0 && (size_t)n < size - used - 1);
	text[used + (size_t)n] = '\0';
	BIO_free(bio);
}

void cert_pem(const struct cert *cert, char *text, size_t size)
{
	BIO *bio = BIO_new(BIO_s_mem());

	assert_int_equal(PEM_write_bio_X509(bio, cert->x509), 1);
	append(bio, text, size);
}

void cert_key_pem(const struct cert *cert, char *text, size_t size)
{
	BIO *bio = BIO_new(BIO_s_mem());

	assert_int_equal(PEM_write_bio_PrivateKey(bio, cert->key, NULL, NULL, 0, NULL, NULL), 1);
	append(bio, text, size);
}
