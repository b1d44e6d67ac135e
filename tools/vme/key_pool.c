// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/key_pool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

struct key_pool {
	EVP_PKEY *keys[KEY_POOL_MAX];
	size_t count;
	size_t next;
};

/* A missing file has no keys. */
static int load(struct key_pool *pool, const char *path, size_t count)
{
	FILE *file = fopen(path, "re");
	EVP_PKEY *key;
	int rc = 0;

	if (!file)
		return errno == ENOENT ? 0 : errno;
	while (!rc && pool->count < count && (key = PEM_read_PrivateKey(file, NULL, NULL, NULL))) {
		pool->keys[pool->count++] = key;
		if (!EVP_PKEY_is_a(key, "RSA") || EVP_PKEY_get_bits(key) != KEY_POOL_BITS)
			rc = EBADMSG;
	}
	if (!pool->count)
		rc = EBADMSG;
	ERR_clear_error();
	fclose(file);
	return rc;
}

static int make(struct key_pool *pool, size_t count)
{
	while (pool->count < count) {
		pool->keys[pool->count] = EVP_RSA_gen(KEY_POOL_BITS);
		if (!pool->keys[pool->count])
			return ENOMEM;
		pool->count++;
	}
	return 0;
}

static int write_keys(const struct key_pool *pool, FILE *file)
{
	size_t i;

	for (i = 0; i < pool->count; i++)
		if (!PEM_write_PrivateKey(file, pool->keys[i], NULL, NULL, 0, NULL, NULL))
			return EIO;
	return fflush(file) ? errno : 0;
}

/* Beside the old one first, so that no reader sees half a file. */
static int save(const struct key_pool *pool, const char *path)
{
	char beside[4096];
	FILE *file;
	int fd, rc;

	if (snprintf(beside, sizeof(beside), "%s.XXXXXX", path) >= (int)sizeof(beside))
		return ENAMETOOLONG;
	fd = mkstemp(beside);
	if (fd < 0)
		return errno;
	file = fdopen(fd, "w");
	if (!file) {
		rc = errno;
		close(fd);
		unlink(beside);
		return rc;
	}
	rc = write_keys(pool, file);
	if (fclose(file) && !rc)
		rc = errno;
	if (!rc && rename(beside, path))
		rc = errno;
	if (rc)
		unlink(beside);
	return rc;
}

static int fill(struct key_pool *pool, const char *path, size_t count)
{
	int rc = path ? load(pool, path, count) : 0;
	size_t found = pool->count;

	if (!rc)
		rc = make(pool, count);
	if (!rc && path && found < count)
		rc = save(pool, path);
	return rc;
}

struct key_pool *key_pool_new(const char *path, size_t count)
{
	struct key_pool *pool = calloc(1, sizeof(*pool));
	int rc = EINVAL;

	if (!pool)
		return NULL;
	if (count && count <= KEY_POOL_MAX)
		rc = fill(pool, path, count);
	if (!rc)
		return pool;
	key_pool_free(pool);
	errno = rc;
	return NULL;
}

void key_pool_free(struct key_pool *pool)
{
	if (!pool)
		return;
	while (pool->count)
		EVP_PKEY_free(pool->keys[--pool->count]);
	free(pool);
}

EVP_PKEY *key_pool_take(struct key_pool *pool, unsigned int bits)
{
	EVP_PKEY *key;

	if (!pool || bits != KEY_POOL_BITS)
		return NULL;
	key = pool->keys[pool->next++ % pool->count];
	return EVP_PKEY_up_ref(key) ? key : NULL;
}
