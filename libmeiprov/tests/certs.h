/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Certificates for tests, made on the spot. */
#ifndef MEIPROV_CERTS_H
#define MEIPROV_CERTS_H

#include <stdbool.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

/**
 * struct cert_spec - what a certificate is to say
 * @cn, @ou: NULL leaves them out
 * @eku: value of the extendedKeyUsage extension, or NULL
 * @ca: basic constraint
 * @rsa_bits: an RSA key of this size; 0: P-256
 * @sha1: signed with SHA-1
 * @expired: an hour ago
 */
struct cert_spec {
	const char *cn;
	const char *ou;
	const char *eku;
	bool ca;
	unsigned int rsa_bits;
	bool sha1;
	bool expired;
};

struct cert {
	X509 *x509;
	EVP_PKEY *key;
};

/* @issuer NULL: self-signed. Fails the test on any error. */
struct cert cert_make(const struct cert_spec *spec, const struct cert *issuer);
/* Certified again, with the same name and key, by another issuer. */
struct cert cert_cross(const struct cert *subject, const struct cert *issuer);
void cert_free(struct cert *cert);

/* Append in PEM form to a NUL-terminated text of @size bytes. */
void cert_pem(const struct cert *cert, char *text, size_t size);
void cert_key_pem(const struct cert *cert, char *text, size_t size);

#endif /* MEIPROV_CERTS_H */
