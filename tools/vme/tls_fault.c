// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/tls_fault.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <openssl/x509_vfy.h>
#include "tools/vme/chain.h"
#include "tools/vme/net_fault.h"
#include "tools/vme/tls.h"

/* --- a peer that never heard of RFC 5746 --- */

#define EMPTY_RENEGOTIATION 0x00ff /* the suite that stands for the extension */
#define RENEGOTIATION	    0xff01 /* the extension */
#define UNKNOWN		    0x0a0a /* reserved by RFC 8701: means nothing to anyone */

struct cursor {
	uint8_t *at;
	uint8_t *end;
};

static bool skip(struct cursor *cursor, size_t len)
{
	if ((size_t)(cursor->end - cursor->at) < len)
		return false;
	cursor->at += len;
	return true;
}

/* The number of @bytes bytes at the cursor, which moves on. */
static bool number(struct cursor *cursor, int bytes, size_t *value)
{
	for (*value = 0; bytes--; cursor->at++) {
		if (cursor->at == cursor->end)
			return false;
		*value = *value << 8 | *cursor->at;
	}
	return true;
}

static void put_unknown(uint8_t *at)
{
	at[0] = UNKNOWN >> 8;
	at[1] = UNKNOWN & 0xff;
}

static bool forget_suites(struct cursor *cursor)
{
	size_t len, suite;

	if (!number(cursor, 2, &len))
		return false;
	for (; len >= 2; len -= 2) {
		if (!number(cursor, 2, &suite))
			return false;
		if (suite == EMPTY_RENEGOTIATION)
			put_unknown(cursor->at - 2);
	}
	return !len;
}

static void forget_extensions(struct cursor *cursor)
{
	size_t len, type;

	if (!skip(cursor, 2))
		return;
	while (number(cursor, 2, &type)) {
		if (type == RENEGOTIATION)
			put_unknown(cursor->at - 2);
		if (!number(cursor, 2, &len) || !skip(cursor, len))
			return;
	}
}

/*
 * OpenSSL's server has no switch for this. But what it read last is still the message
 * it is going to look at, and is in the handshake's hash by now: a suite and an
 * extension turned into unknown ones are passed over.
 */
static void forget_rfc5746(uint8_t *hello, size_t len)
{
	struct cursor cursor = { hello, hello + len };
	size_t n;

	if (skip(&cursor, 4 + 2 + 32) && number(&cursor, 1, &n) && skip(&cursor, n) &&
	    forget_suites(&cursor) && number(&cursor, 1, &n) && skip(&cursor, n))
		forget_extensions(&cursor);
}

/* --- the ClientHello --- */

static void on_client_hello(struct tls_peer *peer, void *hello, size_t len)
{
	const struct fault *fault = net_fault(peer->net, "tls:hello");

	if (!fault)
		return;
	if (fault->action == FAULT_NO_RFC5746)
		forget_rfc5746(hello, len);
	else if (fault->action == FAULT_ALERT)
		peer->alert = (int)fault->value;
	else
		peer->leave = true;
}

static void on_message(int sent, int version, int type, const void *bytes, size_t len, SSL *ssl,
		       void *arg)
{
	struct tls_peer *peer = SSL_get_app_data(ssl);

	if (!sent && type == SSL3_RT_HANDSHAKE && len &&
	    *(const uint8_t *)bytes == SSL3_MT_CLIENT_HELLO)
		on_client_hello(peer, (void *)(uintptr_t)bytes, len);
}

static int on_hello(SSL *ssl, int *alert, void *arg)
{
	const struct tls_peer *peer = SSL_get_app_data(ssl);

	*alert = peer->leave ? SSL3_AD_CLOSE_NOTIFY : peer->alert;
	if (peer->leave) /* so that the alert cannot go out */
		shutdown(SSL_get_fd(ssl), SHUT_WR);
	return *alert || peer->leave ? SSL_CLIENT_HELLO_ERROR : SSL_CLIENT_HELLO_SUCCESS;
}

void tls_fault_watch(SSL_CTX *ctx)
{
	SSL_CTX_set_msg_callback(ctx, on_message);
	SSL_CTX_set_client_hello_cb(ctx, on_hello, NULL);
}

/* --- the peer's chain --- */

/* OpenSSL makes the alert of the verdict. */
static const struct {
	uint32_t alert;
	int error;
} verdicts[] = {
	{ SSL3_AD_HANDSHAKE_FAILURE, X509_V_ERR_APPLICATION_VERIFICATION },
	{ SSL3_AD_BAD_CERTIFICATE, X509_V_ERR_CERT_REJECTED },
	{ SSL3_AD_UNSUPPORTED_CERTIFICATE, X509_V_ERR_INVALID_PURPOSE },
	{ SSL3_AD_CERTIFICATE_REVOKED, X509_V_ERR_CERT_REVOKED },
	{ SSL3_AD_CERTIFICATE_EXPIRED, X509_V_ERR_CERT_HAS_EXPIRED },
	{ TLS1_AD_UNKNOWN_CA, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT },
	{ TLS1_AD_DECRYPT_ERROR, X509_V_ERR_CERT_SIGNATURE_FAILURE },
	{ TLS1_AD_INTERNAL_ERROR, X509_V_ERR_OUT_OF_MEM },
};

static int verdict_for(uint32_t alert)
{
	size_t i;

	for (i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++)
		if (verdicts[i].alert == alert)
			return verdicts[i].error;
	return X509_V_ERR_UNSPECIFIED; /* certificate_unknown */
}

bool tls_fault_certificate(struct tls_peer *peer, X509_STORE_CTX *store)
{
	const struct fault *fault = net_fault(peer->net, "tls:certificate");
	struct amt_tls_verdict *verdict = &peer->verdict;

	if (!fault)
		return false;
	X509_STORE_CTX_set_error(store, verdict_for(fault->value));
	memset(verdict, 0, sizeof(*verdict));
	snprintf(verdict->rule, sizeof(verdict->rule), CHAIN_TLS);
	snprintf(verdict->detail, sizeof(verdict->detail), "a fault was ordered: alert %u",
		 fault->value);
	return true;
}
