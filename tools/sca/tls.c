// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>
#include <openssl/crypto.h>
#include <openssl/ssl.h>

#include "chains.h"
#include "tls.h"

static int peer_index = -1;

/* The only check of the device's certificate: it stays the same one. */
static int verify_pin(X509_STORE_CTX *store, void *arg)
{
	X509 *cert = X509_STORE_CTX_get0_cert(store);
	struct tls_peer *peer = arg;
	uint8_t digest[EVP_MAX_MD_SIZE];

	if (!cert || !X509_digest(cert, EVP_sha256(), digest, NULL))
		return 0;
	if (!peer->have_pin) {
		memcpy(peer->pin, digest, sizeof(peer->pin));
		peer->have_pin = true;
	}
	peer->pin_differs = CRYPTO_memcmp(peer->pin, digest, sizeof(peer->pin)) != 0;
	return !peer->pin_differs;
}

static void on_info(const SSL *ssl, int where, int value)
{
	struct tls_peer *peer;

	if ((where & SSL_CB_READ_ALERT) != SSL_CB_READ_ALERT)
		return;
	peer = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), peer_index);
	if (peer && (value & 0xff) != SSL_AD_CLOSE_NOTIFY)
		peer->alert = value & 0xff;
}

static int show_chain(SSL_CTX *ctx, const struct chain *chain)
{
	/* our chain as it is: OpenSSL neither completes nor trims it */
	SSL_CTX_set_mode(ctx, SSL_MODE_NO_AUTO_CHAIN);
	return SSL_CTX_use_certificate(ctx, chain->leaf) == 1 &&
	       SSL_CTX_set1_chain(ctx, chain->issuers) == 1 &&
	       SSL_CTX_use_PrivateKey(ctx, chain->key) == 1;
}

int tls_setup(void *ssl_ctx, void *arg)
{
	struct tls_peer *peer = arg;
	SSL_CTX *ctx = ssl_ctx;

	if (peer_index < 0)
		peer_index = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, NULL);
	peer->alert = 0;
	SSL_CTX_set_security_level(ctx, 0);
	/* firmware of before RFC 5746 has no secure renegotiation */
	SSL_CTX_set_options(ctx, SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_NO_RENEGOTIATION);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_cert_verify_callback(ctx, verify_pin, peer);
	SSL_CTX_set_info_callback(ctx, on_info);
	if (peer_index < 0 || !SSL_CTX_set_ex_data(ctx, peer_index, peer))
		return -1;
	return peer->chain && !show_chain(ctx, peer->chain) ? -1 : 0;
}

static const struct {
	int alert;
	bool chain;
	const char *text;
} alerts[] = {
	{ SSL_AD_HANDSHAKE_FAILURE, false, "handshake failure" },
	{ SSL_AD_BAD_CERTIFICATE, true, "bad certificate" },
	{ SSL_AD_UNSUPPORTED_CERTIFICATE, true, "unsupported certificate" },
	{ SSL_AD_CERTIFICATE_REVOKED, true, "certificate revoked" },
	{ SSL_AD_CERTIFICATE_EXPIRED, true, "certificate expired" },
	{ SSL_AD_CERTIFICATE_UNKNOWN, true, "certificate unknown" },
	{ SSL_AD_UNKNOWN_CA, true, "unknown CA" },
	{ SSL_AD_ACCESS_DENIED, true, "access denied" },
	{ SSL_AD_PROTOCOL_VERSION, false, "protocol version" },
	{ SSL_AD_INSUFFICIENT_SECURITY, false, "insufficient security" },
	{ SSL_AD_INTERNAL_ERROR, false, "internal error" },
};

bool tls_alert_refuses_chain(int alert)
{
	for (size_t i = 0; i < sizeof(alerts) / sizeof(*alerts); i++)
		if (alerts[i].alert == alert)
			return alerts[i].chain;
	return false;
}

const char *tls_alert_text(int alert)
{
	for (size_t i = 0; i < sizeof(alerts) / sizeof(*alerts); i++)
		if (alerts[i].alert == alert)
			return alerts[i].text;
	return "unnamed alert";
}
