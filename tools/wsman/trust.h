/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whose certificate a client takes: one of a CA, one that is known, or any. */
#ifndef WSMAN_TRUST_H
#define WSMAN_TRUST_H

#include <stdbool.h>
#include <stdint.h>

#define WSMAN_PIN_BYTES 32
/* 32 bytes as XX:XX:... and a NUL. */
#define WSMAN_PIN_TEXT_SIZE (3 * WSMAN_PIN_BYTES)

enum wsman_trust_kind {
	WSMAN_TRUST_CA,	 /* a chain to a known CA, and the name of the host */
	WSMAN_TRUST_PIN, /* this certificate, whoever made it */
	WSMAN_TRUST_ANY, /* no check at all */
};

/**
 * struct wsman_trust - what is wanted of the peer, and what came
 * @host: name or address that a CA's certificate must have
 * @ca_file: the CAs, in PEM; NULL: the system's
 * @pin: SHA-256 of the certificate that is wanted
 * @seen: a certificate came; its SHA-256 is @digest
 * @why: why it was refused, "" if it was not
 */
struct wsman_trust {
	enum wsman_trust_kind kind;
	const char *host;
	const char *ca_file;
	uint8_t pin[WSMAN_PIN_BYTES];
	bool seen;
	uint8_t digest[WSMAN_PIN_BYTES];
	char why[128];
};

/* For struct wsman_options: @ctx is a struct wsman_trust. */
int wsman_trust_setup(void *ssl_ctx, void *ctx);

/* 64 hex digits, with or without colons between bytes; -EINVAL. */
int wsman_pin_parse(const char *text, uint8_t pin[WSMAN_PIN_BYTES]);
void wsman_pin_format(const uint8_t pin[WSMAN_PIN_BYTES], char text[WSMAN_PIN_TEXT_SIZE]);

#endif /* WSMAN_TRUST_H */
