/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Secrets at rest: AES-256-GCM with a key kept in a file of its own.
 *
 * The additional data binds a secret to its owner (a device's UUID), its field
 * and the key's id, so a row copied to another place does not open.
 */
#ifndef SCA_CRYPT_H
#define SCA_CRYPT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define CRYPT_KEY_SIZE 32
#define CRYPT_ID_SIZE  17 /* text */
/* Version, nonce and tag around the text. */
#define CRYPT_OVERHEAD (1 + 12 + 16)

struct crypt_key {
	uint8_t key[CRYPT_KEY_SIZE];
	char id[CRYPT_ID_SIZE];
	int fd; /* locked while the key is in use */
};

/* Make a new key file, mode 0600. -EEXIST when there is one. */
int crypt_key_create(const char *path);

/**
 * crypt_key_open() - read and lock the key file
 *
 * -ENOENT, -EPERM when others may read it, -EBADMSG not a key file, -EBUSY
 * another server uses it.
 */
int crypt_key_open(const char *path, struct crypt_key *out);
void crypt_key_close(struct crypt_key *key);

/* @out has room for @len + CRYPT_OVERHEAD bytes. */
int crypt_seal(const struct crypt_key *key, const char *owner, const char *field, const void *text,
	       size_t len, uint8_t *out);
/* Returns the length, -EBADMSG when anything does not fit, -ENOBUFS. */
ssize_t crypt_open(const struct crypt_key *key, const char *owner, const char *field,
		   const uint8_t *sealed, size_t len, void *out, size_t size);

#define PASSWORD_SIZE 33

/*
 * A random password of 32 characters that AMT takes: upper and lower case,
 * digit, special, no look-alikes and none of the characters AMT refuses.
 */
int password_generate(char out[PASSWORD_SIZE]);

#endif /* SCA_CRYPT_H */
