// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <openssl/crypto.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "trust.h"

static int refuse(struct wsman_trust *t, const char *why)
{
	snprintf(t->why, sizeof(t->why), "%s", why);
	return 0;
}

static int verify_ca(struct wsman_trust *t, X509_STORE_CTX *store)
{
	if (X509_verify_cert(store) == 1)
		return 1;
	return refuse(t, X509_verify_cert_error_string(X509_STORE_CTX_get_error(store)));
}

/* Instead of OpenSSL's own: 1 takes the peer. */
static int verify(X509_STORE_CTX *store, void *arg)
{
	X509 *cert = X509_STORE_CTX_get0_cert(store);
	struct wsman_trust *t = arg;

	t->why[0] = '\0';
	if (!cert || !X509_digest(cert, EVP_sha256(), t->digest, NULL))
		return refuse(t, "it shows no certificate");
	t->seen = true;
	switch (t->kind) {
	case WSMAN_TRUST_ANY:
		return 1;
	case WSMAN_TRUST_PIN:
		return CRYPTO_memcmp(t->digest, t->pin, sizeof(t->pin)) ?
			       refuse(t, "it is not the certificate that was pinned") :
			       1;
	case WSMAN_TRUST_CA:
		return verify_ca(t, store);
	}
	return refuse(t, "no way to trust it was named");
}

static bool load_cas(SSL_CTX *ctx, struct wsman_trust *t)
{
	if (!t->ca_file)
		return SSL_CTX_set_default_verify_paths(ctx) == 1;
	if (SSL_CTX_load_verify_file(ctx, t->ca_file) == 1)
		return true;
	refuse(t, "the file of CAs cannot be read, or holds no certificate");
	return false;
}

static bool want_host(SSL_CTX *ctx, const char *host)
{
	X509_VERIFY_PARAM *param = SSL_CTX_get0_param(ctx);

	X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	return X509_VERIFY_PARAM_set1_ip_asc(param, host) == 1 ||
	       X509_VERIFY_PARAM_set1_host(param, host, 0) == 1;
}

int wsman_trust_setup(void *ssl_ctx, void *arg)
{
	struct wsman_trust *t = arg;
	SSL_CTX *ctx = ssl_ctx;

	t->seen = false;
	t->why[0] = '\0';
	SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_cert_verify_callback(ctx, verify, t);
	if (t->kind != WSMAN_TRUST_CA)
		return 0;
	return load_cas(ctx, t) && want_host(ctx, t->host) ? 0 : -1;
}

static int nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int wsman_pin_parse(const char *text, uint8_t pin[WSMAN_PIN_BYTES])
{
	for (size_t i = 0; i < WSMAN_PIN_BYTES; i++) {
		int high = nibble(text[0]);
		int low = high < 0 ? -1 : nibble(text[1]);

		if (low < 0)
			return -EINVAL;
		pin[i] = (uint8_t)(high << 4 | low);
		text += 2;
		if (*text == ':' && i + 1 < WSMAN_PIN_BYTES)
			text++;
	}
	return *text ? -EINVAL : 0;
}

void wsman_pin_format(const uint8_t pin[WSMAN_PIN_BYTES], char text[WSMAN_PIN_TEXT_SIZE])
{
	for (size_t i = 0; i < WSMAN_PIN_BYTES; i++)
		sprintf(text + 3 * i, "%02X%s", pin[i], i + 1 < WSMAN_PIN_BYTES ? ":" : "");
}
