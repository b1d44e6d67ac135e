/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RSA keys, made beside the event loop; or taken from a pool made once. */
#ifndef VME_KEY_JOB_H
#define VME_KEY_JOB_H

#include <openssl/evp.h>

struct event_base;
struct key_job;
struct key_pool;

/* Called once from the event loop; the callee owns @key, NULL on failure. */
typedef void (*key_done_fn)(EVP_PKEY *key, void *ctx);

/*
 * Make an RSA key of @bits in a thread of its own, or take one from @pool when it
 * is not NULL and has this size. Never calls @done before it returns. NULL with
 * errno set on failure.
 */
struct key_job *key_job_start(struct event_base *base, struct key_pool *pool, unsigned int bits,
			      key_done_fn done, void *ctx);
/* Give up: @done is not called any more. */
void key_job_cancel(struct key_job *job);

#endif /* VME_KEY_JOB_H */
