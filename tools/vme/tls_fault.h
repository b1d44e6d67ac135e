/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Faults of the handshake. */
#ifndef VME_TLS_FAULT_H
#define VME_TLS_FAULT_H

#include <stdbool.h>
#include <openssl/ssl.h>

struct tls_peer;

/* Let faults happen in the sessions of @ctx. */
void tls_fault_watch(SSL_CTX *ctx);
/* The peer's chain is to be judged. True: a fault refuses it, whatever it is. */
bool tls_fault_certificate(struct tls_peer *peer, X509_STORE_CTX *store);

#endif /* VME_TLS_FAULT_H */
