// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/flash.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#define MAGIC	   "MEIPROVF"
#define MAGIC_LEN  8
#define AT_VERSION 8
#define AT_LEN	   12
#define AT_DIGEST  16
#define DIGEST_LEN 32
#define HEAD_LEN   48

struct flash {
	char path[PATH_MAX];
	char fresh[PATH_MAX]; /* the image that is being written */
	int folder;
	int lock;
	unsigned int version; /* of the image that was read */
	void (*on_step)(enum flash_step step);
};

static int fail(const struct flash *flash, const char *doing, int error, char why[FLASH_WHY_MAX])
{
	snprintf(why, FLASH_WHY_MAX, "flash %.200s: %s: %s", flash->path, doing, strerror(error));
	return -error;
}

static void put_u32(uint8_t *at, uint32_t value)
{
	int i;

	for (i = 0; i < 4; i++)
		at[i] = value >> 8 * i & 0xff;
}

static uint32_t get_u32(const uint8_t *at)
{
	return at[0] | at[1] << 8 | at[2] << 16 | (uint32_t)at[3] << 24;
}

static int digest_of(const char *content, size_t len, uint8_t digest[DIGEST_LEN])
{
	return EVP_Digest(content, len, digest, NULL, EVP_sha256(), NULL) == 1 ? 0 : -ENOMEM;
}

/* --- taking the file --- */

static int open_folder(struct flash *flash)
{
	char copy[PATH_MAX];

	strcpy(copy, flash->path);
	flash->folder = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return flash->folder < 0 ? -errno : 0;
}

/* Beside the image, which is replaced again and again. A kill lets go of it. */
static int take_lock(struct flash *flash, char why[FLASH_WHY_MAX])
{
	char path[PATH_MAX];

	if ((size_t)snprintf(path, sizeof(path), "%s.lock", flash->path) >= sizeof(path))
		return fail(flash, "locking", ENAMETOOLONG, why);
	flash->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (flash->lock < 0)
		return fail(flash, "locking", errno, why);
	if (!flock(flash->lock, LOCK_EX | LOCK_NB))
		return 0;
	if (errno != EWOULDBLOCK)
		return fail(flash, "locking", errno, why);
	snprintf(why, FLASH_WHY_MAX, "flash %.200s: another device runs on it; give each its own",
		 flash->path);
	return -EBUSY;
}

static int take(struct flash *flash, const char *path, char why[FLASH_WHY_MAX])
{
	int ret;

	if ((size_t)snprintf(flash->path, sizeof(flash->path), "%s", path) >= sizeof(flash->path) ||
	    (size_t)snprintf(flash->fresh, sizeof(flash->fresh), "%s.new", path) >=
		    sizeof(flash->fresh))
		return fail(flash, "opening", ENAMETOOLONG, why);
	ret = open_folder(flash);
	if (ret)
		return fail(flash, "opening its folder", -ret, why);
	return take_lock(flash, why);
}

struct flash *flash_open(const char *path, char why[FLASH_WHY_MAX])
{
	struct flash *flash = calloc(1, sizeof(*flash));

	if (!flash) {
		snprintf(why, FLASH_WHY_MAX, "flash: out of memory");
		return NULL;
	}
	flash->folder = -1;
	flash->lock = -1;
	if (!take(flash, path, why))
		return flash;
	flash_close(flash);
	return NULL;
}

void flash_close(struct flash *flash)
{
	if (!flash)
		return;
	if (flash->folder >= 0)
		close(flash->folder);
	if (flash->lock >= 0)
		close(flash->lock);
	free(flash);
}

void flash_on_step(struct flash *flash, void (*fn)(enum flash_step step))
{
	flash->on_step = fn;
}

static void step(const struct flash *flash, enum flash_step at)
{
	if (flash->on_step)
		flash->on_step(at);
}

/* --- reading --- */

static int read_all(int fd, void *out, size_t len)
{
	uint8_t *at = out;
	ssize_t n;

	while (len) {
		n = read(fd, at, len);
		if (n < 0 && errno != EINTR)
			return -errno;
		if (!n)
			return -ENODATA;
		if (n > 0) {
			at += n;
			len -= (size_t)n;
		}
	}
	return 0;
}

/* NULL: the header is one that can be read on. */
static const char *head_fault(const uint8_t *head, off_t size)
{
	if (memcmp(head, MAGIC, MAGIC_LEN) != 0)
		return "it is not the flash image of a virtual ME; name another file";
	if (get_u32(head + AT_VERSION) > FLASH_VERSION)
		return "a newer meiprov-vme wrote it; use that one, or another file";
	if (get_u32(head + AT_VERSION) < FLASH_VERSION_OLD ||
	    get_u32(head + AT_LEN) > FLASH_CONTENT_MAX ||
	    size != (off_t)(HEAD_LEN + get_u32(head + AT_LEN)))
		return "it is damaged; put back a copy, or remove it to begin as from the factory";
	return NULL;
}

static const char *content_fault(const uint8_t *head, const char *content)
{
	uint8_t digest[DIGEST_LEN];

	if (digest_of(content, get_u32(head + AT_LEN), digest))
		return "out of memory";
	if (memcmp(digest, head + AT_DIGEST, DIGEST_LEN) != 0)
		return "it is damaged: the checksum does not fit; put back a copy, or remove it "
		       "to begin as from the factory";
	return NULL;
}

static char *read_image(struct flash *flash, int fd, size_t *len, const char **fault)
{
	uint8_t head[HEAD_LEN] = { 0 };
	struct stat st;
	char *content;

	*fault = "it cannot be read";
	if (fstat(fd, &st) || !S_ISREG(st.st_mode))
		return NULL;
	/* a short file has a header of zeros, so it is a foreign one */
	if (st.st_size >= HEAD_LEN && read_all(fd, head, HEAD_LEN))
		return NULL;
	*fault = head_fault(head, st.st_size);
	if (*fault)
		return NULL;
	*len = get_u32(head + AT_LEN);
	flash->version = get_u32(head + AT_VERSION);
	content = OPENSSL_zalloc(*len + 1);
	if (!content)
		*fault = "out of memory";
	else if (read_all(fd, content, *len))
		*fault = "it cannot be read";
	else
		*fault = content_fault(head, content);
	if (!*fault)
		return content;
	OPENSSL_clear_free(content, content ? *len + 1 : 0);
	return NULL;
}

char *flash_read(struct flash *flash, size_t *len, char why[FLASH_WHY_MAX])
{
	int fd = open(flash->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	const char *fault;
	char *content;

	*len = 0;
	why[0] = '\0';
	if (fd < 0) {
		if (errno != ENOENT)
			fail(flash, "opening", errno, why);
		return NULL;
	}
	content = read_image(flash, fd, len, &fault);
	close(fd);
	if (!content) {
		*len = 0;
		snprintf(why, FLASH_WHY_MAX, "flash %.200s: %s", flash->path, fault);
	}
	return content;
}

unsigned int flash_version(const struct flash *flash)
{
	return flash->version;
}

/* --- writing --- */

static int write_all(int fd, const void *data, size_t len)
{
	const uint8_t *at = data;
	ssize_t n;

	while (len) {
		n = write(fd, at, len);
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			at += n;
			len -= (size_t)n;
		}
	}
	return 0;
}

static int write_image(const struct flash *flash, int fd, const char *content, size_t len)
{
	uint8_t head[HEAD_LEN];
	size_t half = len / 2;
	int ret;

	memcpy(head, MAGIC, MAGIC_LEN);
	put_u32(head + AT_VERSION, FLASH_VERSION);
	put_u32(head + AT_LEN, (uint32_t)len);
	ret = digest_of(content, len, head + AT_DIGEST);
	step(flash, FLASH_STEP_WRITE);
	if (!ret)
		ret = write_all(fd, head, HEAD_LEN);
	if (!ret)
		ret = write_all(fd, content, half);
	step(flash, FLASH_STEP_HALF);
	return ret ? ret : write_all(fd, content + half, len - half);
}

static int write_fresh(const struct flash *flash, const char *content, size_t len)
{
	const int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW;
	int fd = open(flash->fresh, flags, 0600);
	int ret;

	if (fd < 0)
		return -errno;
	ret = write_image(flash, fd, content, len);
	step(flash, FLASH_STEP_SYNC);
	if (!ret && fsync(fd))
		ret = -errno;
	if (close(fd) && !ret)
		ret = -errno;
	return ret;
}

int flash_write(struct flash *flash, const char *content, size_t len, char why[FLASH_WHY_MAX])
{
	int ret;

	if (len > FLASH_CONTENT_MAX)
		return fail(flash, "writing", EFBIG, why);
	step(flash, FLASH_STEP_OPEN);
	ret = write_fresh(flash, content, len);
	step(flash, FLASH_STEP_RENAME);
	if (!ret && rename(flash->fresh, flash->path))
		ret = -errno;
	if (ret) {
		unlink(flash->fresh);
		return fail(flash, "writing", -ret, why);
	}
	step(flash, FLASH_STEP_SYNC_FOLDER);
	if (fsync(flash->folder))
		return fail(flash, "writing", errno, why);
	step(flash, FLASH_STEP_DONE);
	return 0;
}
