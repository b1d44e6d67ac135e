/* SPDX-License-Identifier: GPL-2.0-or-later */
/* HTTP Digest, the server's side: RFC 2617 with MD5 (protocol.md 4.1). */
#ifndef VME_DIGEST_H
#define VME_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DIGEST_NONCES	    64 /* outstanding at once, oldest forgotten */
#define DIGEST_NONCE_LEN    32
#define DIGEST_NONCE_LIFE_S 600
#define DIGEST_USER_MAX	    33

/* Nonces belong to the device, not to a connection. */
struct digest {
	struct digest_nonce {
		char text[DIGEST_NONCE_LEN + 1];
		int64_t made_s;
		uint32_t last_nc;
	} nonces[DIGEST_NONCES];
	unsigned int next;
};

enum digest_result {
	DIGEST_OK,
	DIGEST_STALE, /* right, but with a nonce that is used up */
	DIGEST_DENIED,
};

/* Quality of protection; auth-int covers the body, too. */
enum digest_qop { DIGEST_AUTH = 1 << 0, DIGEST_AUTH_INT = 1 << 1 };

/* The secret of @user, MD5(user:realm:password); false when there is none. */
typedef bool (*digest_lookup_fn)(void *ctx, const char *user, uint8_t ha1[16]);

struct digest_question {
	const char *realm;
	const char *method;
	const char *target;
	const void *body; /* for auth-int */
	size_t body_len;
	unsigned int qops; /* enum digest_qop, those that are taken */
	digest_lookup_fn lookup;
	void *ctx;
};

/*
 * Judge an Authorization header. @user gets the name it gives, whatever the
 * result; @now_s is a monotonic clock.
 */
enum digest_result digest_check(struct digest *digest, const struct digest_question *question,
				const char *authorization, int64_t now_s,
				char user[DIGEST_USER_MAX]);

#define DIGEST_CHALLENGE_MAX 256

/* A new nonce in the value of a WWW-Authenticate header that offers @qop; 0 or -errno. */
int digest_challenge(struct digest *digest, const char *realm, enum digest_qop qop, bool stale,
		     int64_t now_s, char out[DIGEST_CHALLENGE_MAX]);

#endif /* VME_DIGEST_H */
