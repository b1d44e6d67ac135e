/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of the model outlives a power cycle, as JSON. Not among it: the password of
 * $$OsAdmin, the nonce of configuration, a setup that waits for the host, a seed, key or
 * certificate in the making, and all that settings or the network give anew.
 */
#ifndef VME_FLASH_STATE_H
#define VME_FLASH_STATE_H

#include <stddef.h>
#include <stdint.h>

struct amt;

#define FLASH_STATE_WHY_MAX 256

/* The first version of the image's format that has what servers install. */
#define FLASH_STATE_HAS_NETWORK 2

/* To be freed by OPENSSL_clear_free() with *@len + 1; NULL when out of memory. */
char *flash_state_save(const struct amt *amt, size_t *len);

/* -EINVAL with a sentence in @why: no such state; @amt is of no use then. */
int flash_state_load(struct amt *amt, unsigned int version, const char *text, size_t len,
		     char why[FLASH_STATE_WHY_MAX]);

/* Whose state it is: 0 or -EINVAL. */
int flash_state_uuid(const char *text, size_t len, uint8_t uuid[16]);

#endif /* VME_FLASH_STATE_H */
