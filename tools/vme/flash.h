/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A flash image: one file with what a device knows for good. It is replaced as a
 * whole, so whoever reads it finds the old content or the new one, at whatever moment
 * the writer was killed. What the content means is another's business
 * (flash_state.c).
 *
 *	offset  0  "MEIPROVF"
 *	        8  u32, version of the format
 *	       12  u32, length of the content
 *	       16  SHA-256 of the content
 *	       48  the content
 *
 * Numbers are little-endian. A version says what the content has: an image of an older
 * one is read as such, and is of this one when it is written next.
 */
#ifndef VME_FLASH_H
#define VME_FLASH_H

#include <stddef.h>

#define FLASH_VERSION	  2 /* that is written */
#define FLASH_VERSION_OLD 1 /* the oldest that is read */
#define FLASH_CONTENT_MAX (16 * 1024 * 1024)
#define FLASH_WHY_MAX	  512

/* Before each of them the writer may be killed; for tests. */
enum flash_step {
	FLASH_STEP_OPEN,
	FLASH_STEP_WRITE,
	FLASH_STEP_HALF, /* of the content is written */
	FLASH_STEP_SYNC,
	FLASH_STEP_RENAME,
	FLASH_STEP_SYNC_FOLDER,
	FLASH_STEP_DONE,
};

struct flash;

/*
 * Take @path for this process alone; the file need not exist. NULL with a sentence
 * in @why: it is another's, or its folder cannot be written.
 */
struct flash *flash_open(const char *path, char why[FLASH_WHY_MAX]);
void flash_close(struct flash *flash);
void flash_on_step(struct flash *flash, void (*fn)(enum flash_step step));

/*
 * The content with a NUL behind it, to be freed by OPENSSL_clear_free() with
 * *@len + 1. NULL: *@len is 0 and @why empty when there is no image yet, else @why says
 * what is wrong with it.
 */
char *flash_read(struct flash *flash, size_t *len, char why[FLASH_WHY_MAX]);

/* The version of the image that was read last; 0: none was. */
unsigned int flash_version(const struct flash *flash);

/* 0 or -errno with @why; the old image stays then. */
int flash_write(struct flash *flash, const char *content, size_t len, char why[FLASH_WHY_MAX]);

#endif /* VME_FLASH_H */
