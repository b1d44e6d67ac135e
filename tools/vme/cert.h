/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The self-signed TLS certificate AMT makes when configuration starts. */
#ifndef VME_CERT_H
#define VME_CERT_H

#include <openssl/evp.h>
#include <openssl/x509.h>

struct event_base;
struct cert_job;
struct key_pool;

/*
 * Called once from the event loop. On success the callee owns @cert and @key;
 * on failure both are NULL.
 */
typedef void (*cert_done_fn)(X509 *cert, EVP_PKEY *key, void *ctx);

/*
 * Make an RSA-2048 key beside the loop, or take one from @pool unless that is NULL,
 * and a self-signed certificate; report not before @delay_ms have passed. NULL with
 * errno set on failure.
 */
struct cert_job *cert_job_start(struct event_base *base, struct key_pool *pool,
				unsigned int delay_ms, const uint8_t uuid[16], cert_done_fn done,
				void *ctx);
/* Give up: @done is not called any more; what was made is freed. */
void cert_job_cancel(struct cert_job *job);

#endif /* VME_CERT_H */
