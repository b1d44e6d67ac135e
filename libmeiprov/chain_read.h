/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The certificates in a file, whatever its form. */
#ifndef MEIPROV_CHAIN_READ_H
#define MEIPROV_CHAIN_READ_H

#include <stddef.h>
#include <openssl/x509.h>

#include "chain_order.h"

/**
 * struct chain_certs - certificates, each once, in the order they were found
 */
struct chain_certs {
	size_t count;
	X509 *certs[CHAIN_MAX];
};

/* Far more than a chain needs. */
#define CHAIN_DATA_MAX (1024 * 1024)

/*
 * PEM, or DER one after the other. OpenSSL's error queue is left as it was. The caller
 * frees what is in @certs, also after an error: -EBADMSG, -EINVAL too many, -ENOMEM.
 */
int chain_read(struct chain_certs *certs, const void *data, size_t len, const char **why);

/* The same of PKCS#12; -EKEYREJECTED: another password. Its private key is not touched. */
int chain_read_pkcs12(struct chain_certs *certs, const void *data, size_t len, const char *password,
		      const char **why);

/* Takes @cert over, which one that is there already stands for; -EINVAL too many. */
int chain_certs_add(struct chain_certs *certs, X509 *cert, const char **why);
void chain_certs_free(struct chain_certs *certs);

#endif /* MEIPROV_CHAIN_READ_H */
