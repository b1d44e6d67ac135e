/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The TLS server of port 16993 (protocol.md 3.1, 3.2). */
#ifndef VME_TLS_H
#define VME_TLS_H

#include <stdbool.h>
#include <openssl/ssl.h>
#include "tools/vme/amt.h"

struct net_face;
struct net_settings;

/* One peer; lives as long as its SSL. */
struct tls_peer {
	const struct amt *amt;
	const struct net_settings *settings; /* trusted names of clients */
	struct net_face *net;		     /* whose faults there are */
	int alert;			     /* of a fault; 0: none */
	bool leave;			     /* a fault: close without a word */
	bool judged;			     /* a chain came and was looked at */
	struct amt_tls_verdict verdict;
};

struct tls_identity {
	X509 *cert;
	EVP_PKEY *key;
};

/*
 * A server context that shows @self. @settings NULL: demands and judges the peer's
 * chain, as in state IN; else asks for a certificate only if the settings do. NULL on
 * failure, the reason in OpenSSL's error queue.
 */
SSL_CTX *tls_context(const struct amt *amt, const struct tls_identity *self,
		     const struct net_settings *settings);

/* A server session that writes its verdict to @peer. */
SSL *tls_session(SSL_CTX *ctx, struct tls_peer *peer);

/*
 * The handshake failed with OpenSSL's @error (0 = none). Completes the verdict if
 * the chain was not the reason; false if the peer just left.
 */
bool tls_explain(struct tls_peer *peer, unsigned long error);

#endif /* VME_TLS_H */
