/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Certificates for tests, good and bad ones. */
#ifndef VME_TEST_CHAIN_MAKE_H
#define VME_TEST_CHAIN_MAKE_H

#include <stdbool.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#define SETUP_EKU "serverAuth,2.16.840.1.113741.1.2.3"
#define SETUP_OU  "Intel(R) Client Setup Certificate"

/* What a certificate shall be; zero means an ordinary one. */
struct recipe {
	const char *cn;
	const char *ou;
	const char *eku;
	EVP_PKEY *key;
	bool is_ca;
	const EVP_MD *md;
	bool expired;
	int cn_len; /* 0: strlen */
};

/* @issuer NULL: self-signed. Asserts instead of failing. */
X509 *cert_make(const struct recipe *r, X509 *issuer, EVP_PKEY *issuer_key);

#endif /* VME_TEST_CHAIN_MAKE_H */
