/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The TLS side of PKI-CH: show the chain with its root, take whatever
 * certificate the device has made for itself, and hold it to that one.
 */
#ifndef SCA_TLS_H
#define SCA_TLS_H

#include <stdbool.h>
#include <stdint.h>
#include <openssl/sha.h>

struct chain;

/* Static-RSA and ECDHE suites, for old and new firmware; low security level
 * because the device's certificate only protects the key exchange.
 */
#define TLS_CIPHERS "ECDHE+AESGCM:ECDHE+AES:kRSA+AESGCM:kRSA+AES:!aNULL:!eNULL:@SECLEVEL=0"

/**
 * struct tls_peer - one device during one session
 * @chain: what the server shows
 * @have_pin: @pin is the SHA-256 of the device's certificate; set by the first
 *	connection unless the caller did
 * @pin_differs: a connection showed another certificate and was refused
 * @alert: last TLS alert received, 0 for none
 */
struct tls_peer {
	const struct chain *chain;
	bool have_pin;
	bool pin_differs;
	int alert;
	uint8_t pin[SHA256_DIGEST_LENGTH];
};

/* For struct wsman_options: @ctx is a struct tls_peer. */
int tls_setup(void *ssl_ctx, void *ctx);

/* Does the received alert say that the firmware judged our certificate? */
bool tls_alert_refuses_chain(int alert);
const char *tls_alert_text(int alert);

#endif /* SCA_TLS_H */
