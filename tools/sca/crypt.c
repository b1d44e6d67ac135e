// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "crypt.h"

#define FORMAT	   1
#define NONCE_SIZE 12
#define TAG_SIZE   16
#define KEY_HEX	   (2 * CRYPT_KEY_SIZE)

static void to_hex(const uint8_t *in, size_t len, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		out[2 * i] = digits[in[i] >> 4];
		out[2 * i + 1] = digits[in[i] & 15];
	}
	out[2 * len] = '\0';
}

static int from_hex(const char *text, uint8_t *out, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		int hi = OPENSSL_hexchar2int(text[2 * i]);
		int lo = OPENSSL_hexchar2int(text[2 * i + 1]);

		if (hi < 0 || lo < 0)
			return -EBADMSG;
		out[i] = (uint8_t)(hi << 4 | lo);
	}
	return 0;
}

static int write_all(int fd, const char *text, size_t len)
{
	while (len) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? -errno : -EIO;
		text += n;
		len -= n;
	}
	return fsync(fd) ? -errno : 0;
}

int crypt_key_create(const char *path)
{
	uint8_t key[CRYPT_KEY_SIZE];
	char text[KEY_HEX + 2];
	int ret = -EIO;
	int fd;

	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	if (RAND_bytes(key, sizeof(key)) == 1) {
		to_hex(key, sizeof(key), text);
		text[KEY_HEX] = '\n';
		ret = write_all(fd, text, KEY_HEX + 1);
	}
	OPENSSL_cleanse(key, sizeof(key));
	OPENSSL_cleanse(text, sizeof(text));
	close(fd);
	if (ret)
		unlink(path);
	return ret;
}

/* The id says which key, and nothing about it. */
static int derive_id(struct crypt_key *k)
{
	static const char label[] = "meiprov store key id";
	uint8_t buf[sizeof(label) + CRYPT_KEY_SIZE];
	uint8_t digest[32];
	int ok;

	memcpy(buf, label, sizeof(label));
	memcpy(buf + sizeof(label), k->key, CRYPT_KEY_SIZE);
	ok = EVP_Digest(buf, sizeof(buf), digest, NULL, EVP_sha256(), NULL);
	OPENSSL_cleanse(buf, sizeof(buf));
	if (!ok)
		return -EIO;
	to_hex(digest, (CRYPT_ID_SIZE - 1) / 2, k->id);
	return 0;
}

static int read_key(struct crypt_key *k)
{
	char text[KEY_HEX + 2];
	struct stat st;
	ssize_t n;
	int ret;

	if (fstat(k->fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EBADMSG;
	if (st.st_mode & 077)
		return -EPERM;
	if (flock(k->fd, LOCK_EX | LOCK_NB))
		return -EBUSY;
	n = read(k->fd, text, sizeof(text));
	if (n != KEY_HEX + 1 || text[KEY_HEX] != '\n')
		ret = -EBADMSG;
	else
		ret = from_hex(text, k->key, CRYPT_KEY_SIZE);
	OPENSSL_cleanse(text, sizeof(text));
	return ret ? ret : derive_id(k);
}

int crypt_key_open(const char *path, struct crypt_key *k)
{
	int ret;

	memset(k, 0, sizeof(*k));
	k->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (k->fd < 0)
		return -errno;
	ret = read_key(k);
	if (ret)
		crypt_key_close(k);
	return ret;
}

void crypt_key_close(struct crypt_key *k)
{
	if (k->fd >= 0)
		close(k->fd);
	OPENSSL_cleanse(k->key, sizeof(k->key));
	k->fd = -1;
}

static int additional_data(const struct crypt_key *k, const char *owner, const char *field,
			   char *out, size_t size)
{
	int n = snprintf(out, size, "meiprov-%d\n%s\n%s\n%s", FORMAT, owner, field, k->id);

	return n < 0 || (size_t)n >= size ? -EINVAL : n;
}

static int run_gcm(EVP_CIPHER_CTX *ctx, const struct crypt_key *k, bool seal, const uint8_t *nonce,
		   const char *aad, int aad_len)
{
	int n;

	return EVP_CipherInit_ex(ctx, EVP_aes_256_gcm(), NULL, k->key, nonce, seal) &&
	       EVP_CipherUpdate(ctx, NULL, &n, (const uint8_t *)aad, aad_len);
}

int crypt_seal(const struct crypt_key *k, const char *owner, const char *field, const void *text,
	       size_t len, uint8_t *out)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	uint8_t *nonce = out + 1;
	uint8_t *body = nonce + NONCE_SIZE;
	char aad[256];
	int aad_len = additional_data(k, owner, field, aad, sizeof(aad));
	int n = 0;
	int ok;

	out[0] = FORMAT;
	ok = ctx && aad_len > 0 && RAND_bytes(nonce, NONCE_SIZE) == 1 &&
	     run_gcm(ctx, k, true, nonce, aad, aad_len) &&
	     EVP_CipherUpdate(ctx, body, &n, text, (int)len) && (size_t)n == len &&
	     EVP_CipherFinal_ex(ctx, body + n, &n) &&
	     EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG, TAG_SIZE, body + len);
	EVP_CIPHER_CTX_free(ctx);
	return ok ? 0 : -EIO;
}

ssize_t crypt_open(const struct crypt_key *k, const char *owner, const char *field,
		   const uint8_t *sealed, size_t len, void *out, size_t size)
{
	const uint8_t *body = sealed + 1 + NONCE_SIZE;
	size_t text_len = len - CRYPT_OVERHEAD;
	EVP_CIPHER_CTX *ctx;
	uint8_t tag[TAG_SIZE];
	char aad[256];
	int aad_len = additional_data(k, owner, field, aad, sizeof(aad));
	int n = 0;
	int ok;

	if (len < CRYPT_OVERHEAD || sealed[0] != FORMAT || aad_len < 0)
		return -EBADMSG;
	if (text_len > size)
		return -ENOBUFS;
	ctx = EVP_CIPHER_CTX_new();
	memcpy(tag, body + text_len, TAG_SIZE);
	ok = ctx && run_gcm(ctx, k, false, sealed + 1, aad, aad_len) &&
	     EVP_CipherUpdate(ctx, out, &n, body, (int)text_len) &&
	     EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG, TAG_SIZE, tag) &&
	     EVP_CipherFinal_ex(ctx, (uint8_t *)out + n, &n) > 0;
	EVP_CIPHER_CTX_free(ctx);
	if (ok)
		return (ssize_t)text_len;
	OPENSSL_cleanse(out, size);
	return -EBADMSG;
}

/* Random index below @n (at most 256) without bias. */
static int random_below(unsigned int n)
{
	uint8_t b;

	do {
		if (RAND_bytes(&b, 1) != 1)
			return -EIO;
	} while (b >= 256 / n * n);
	return b % n;
}

int password_generate(char out[PASSWORD_SIZE])
{
	/* Without characters that look alike, and without " , : & < > which
	 * one AMT release or another refuses in a password, and without _
	 * which AMT counts as a letter.
	 */
	static const char *const classes[] = {
		"ABCDEFGHJKLMNPQRSTUVWXYZ",
		"abcdefghijkmnpqrstuvwxyz",
		"23456789",
		"!$%()*+-.=@^",
	};
	static const char all[] = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz"
				  "23456789!$%()*+-.=@^";
	int i;

	for (i = 0; i < PASSWORD_SIZE - 1; i++) {
		const char *set = i < 4 ? classes[i] : all;
		int k = random_below((unsigned int)strlen(set));

		if (k < 0)
			return k;
		out[i] = set[k];
	}
	out[i] = '\0';
	/* one of each class is in the first four places: shuffle */
	for (i = PASSWORD_SIZE - 2; i > 0; i--) {
		int k = random_below((unsigned int)i + 1);
		char c;

		if (k < 0)
			return k;
		c = out[i];
		out[i] = out[k];
		out[k] = c;
	}
	return 0;
}
