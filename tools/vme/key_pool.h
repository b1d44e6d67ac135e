/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A few RSA keys that many virtual devices share, because making ten thousand takes
 * hours. Each device still has a certificate of its own.
 */
#ifndef VME_KEY_POOL_H
#define VME_KEY_POOL_H

#include <stddef.h>
#include <openssl/evp.h>

#define KEY_POOL_BITS 2048
#define KEY_POOL_MAX  64

struct key_pool;

/*
 * @count keys. Those in the file @path (PEM) are taken first; what is missing is
 * made, and the file written anew, for its owner only. @path NULL: no file. NULL with
 * errno set on failure, EBADMSG: the file is no file of keys.
 */
struct key_pool *key_pool_new(const char *path, size_t count);
void key_pool_free(struct key_pool *pool);

/* One more reference to the next key, in turn; NULL when there is none of @bits. */
EVP_PKEY *key_pool_take(struct key_pool *pool, unsigned int bits);

#endif /* VME_KEY_POOL_H */
