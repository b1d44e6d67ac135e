/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Members of structs as JSON and back, by table; for the content of flash images. */
#ifndef VME_FLASH_FIELD_H
#define VME_FLASH_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <jansson.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include "tools/vme/flash_state.h"

enum flash_kind {
	FLASH_TEXT, /* char[size] */
	FLASH_BOOL,
	FLASH_U8,    /* up to size */
	FLASH_U32,   /* up to size; enums, too */
	FLASH_LEN,   /* size_t, up to size */
	FLASH_BYTES, /* uint8_t[size] */
	FLASH_TIME,  /* int64_t */
};

/* Tables end with a NULL name. */
struct flash_field {
	const char *name;
	enum flash_kind kind;
	size_t offset;
	size_t size;
};

/* -EINVAL with a sentence in @why. */
int flash_refuse(char why[FLASH_STATE_WHY_MAX], const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* 0 or an error: out of memory. */
int flash_fields_put(json_t *object, const struct flash_field *field, const void *base);
/* All must be there. 0 or -EINVAL with @why, which names the one that is wrong. */
int flash_fields_take(const json_t *object, const struct flash_field *field, void *base,
		      char why[FLASH_STATE_WHY_MAX]);

/* Is it a number from 0 to @max? */
bool flash_fits(const json_t *value, size_t max);

/* The array @name of @object; -EINVAL with @why when it is none or longer than @max. */
int flash_list(const json_t *object, const char *name, size_t max, const json_t **list,
	       char why[FLASH_STATE_WHY_MAX]);

/* In PEM; NULL when out of memory, or when it is none. */
json_t *flash_cert_put(const X509 *cert);
json_t *flash_key_put(const EVP_PKEY *key);
X509 *flash_cert_take(const json_t *value);
EVP_PKEY *flash_key_take(const json_t *value);

#endif /* VME_FLASH_FIELD_H */
