/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A certificate authority for test networks, made in one go. */
#ifndef SCA_TESTCA_H
#define SCA_TESTCA_H

#include <stdbool.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#define TESTCA_DAYS 30

struct testca {
	char cn[256];
	X509 *root;
	X509 *leaf;
	EVP_PKEY *leaf_key;
};

/*
 * A TEST ONLY root and a provisioning certificate for @cn with the Intel OID
 * and OU. The root's key is thrown away. Call testca_free() in any case.
 */
int testca_make(const char *cn, struct testca *out);
void testca_free(struct testca *ca);

/* Hex of @algorithm over the DER. */
bool testca_digest(const X509 *cert, const char *algorithm, char *hex);

#endif /* SCA_TESTCA_H */
