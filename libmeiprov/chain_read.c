// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>

#include "chain_read.h"

#define DER_SEQUENCE 0x30

void chain_certs_free(struct chain_certs *certs)
{
	while (certs->count)
		X509_free(certs->certs[--certs->count]);
}

int chain_certs_add(struct chain_certs *certs, X509 *cert, const char **why)
{
	for (size_t i = 0; i < certs->count; i++) {
		if (X509_cmp(certs->certs[i], cert))
			continue;
		X509_free(cert);
		return 0;
	}
	if (certs->count == CHAIN_MAX) {
		X509_free(cert);
		*why = "there are far more certificates than a chain has";
		return -EINVAL;
	}
	certs->certs[certs->count++] = cert;
	return 0;
}

/* --- PEM --- */

static int add_der(struct chain_certs *certs, const unsigned char *der, long len, const char **why)
{
	const unsigned char *end = der;
	X509 *cert = d2i_X509(NULL, &end, len);

	if (cert && end == der + len)
		return chain_certs_add(certs, cert, why);
	X509_free(cert);
	*why = "a PEM block does not hold exactly one certificate";
	return -EBADMSG;
}

/* Text around the blocks is allowed (RFC 7468); other blocks are not. */
static int add_block(struct chain_certs *certs, const char *label, const char *header,
		     const unsigned char *der, long len, const char **why)
{
	if (strcmp(label, PEM_STRING_X509) || *header) {
		*why = strstr(label, "PRIVATE KEY") ?
			       "it holds a private key; a chain has certificates only" :
			       "it holds a PEM block that is not a certificate";
		return -EBADMSG;
	}
	return add_der(certs, der, len, why);
}

/* 1: a block was read, 0: there are no more. */
static int read_block(struct chain_certs *certs, BIO *bio, const char **why)
{
	char *label = NULL, *header = NULL;
	unsigned char *der = NULL;
	long len = 0;
	int ret;

	if (!PEM_read_bio(bio, &label, &header, &der, &len)) {
		if (ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE)
			return 0;
		*why = "a PEM block is damaged or cut off";
		return -EBADMSG;
	}
	ret = add_block(certs, label, header, der, len, why);
	OPENSSL_clear_free(der, (size_t)len);
	OPENSSL_free(label);
	OPENSSL_free(header);
	return ret ? ret : 1;
}

static int read_pem(struct chain_certs *certs, const void *pem, size_t len, const char **why)
{
	BIO *bio = BIO_new_mem_buf(pem, (int)len);
	int ret;

	if (!bio)
		return -ENOMEM;
	do {
		ret = read_block(certs, bio, why);
	} while (ret > 0);
	BIO_free(bio);
	if (ret || certs->count)
		return ret;
	*why = "it holds no certificate, in PEM or DER";
	return -EBADMSG;
}

/* --- DER --- */

static bool is_pkcs12(const unsigned char *data, size_t len)
{
	PKCS12 *p12 = d2i_PKCS12(NULL, &data, (long)len);
	bool is = p12 != NULL;

	PKCS12_free(p12);
	return is;
}

static int read_der(struct chain_certs *certs, const unsigned char *der, size_t len,
		    const char **why)
{
	const unsigned char *at = der;
	int ret = 0;

	while (!ret && at < der + len) {
		X509 *cert = d2i_X509(NULL, &at, (long)(der + len - at));

		if (cert) {
			ret = chain_certs_add(certs, cert, why);
			continue;
		}
		*why = is_pkcs12(der, len) ? "it is a PKCS#12 file" :
					     "it does not hold certificates, one after the other";
		ret = -EBADMSG;
	}
	return ret;
}

/* A text may begin with the byte that a certificate in DER begins with, a "0". */
static bool is_der(const unsigned char *data, size_t len)
{
	return data[0] == DER_SEQUENCE && !memmem(data, len, "-----BEGIN ", 11);
}

int chain_read(struct chain_certs *certs, const void *data, size_t len, const char **why)
{
	int ret;

	*why = len ? "it is far larger than a chain" : "it is empty";
	if (!len || len > CHAIN_DATA_MAX)
		return -EBADMSG;
	ERR_set_mark();
	ret = is_der(data, len) ? read_der(certs, data, len, why) : read_pem(certs, data, len, why);
	ERR_pop_to_mark();
	return ret;
}
