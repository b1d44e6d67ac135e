// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/flash_field.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <openssl/crypto.h>
#include <openssl/pem.h>
#include "tools/vme/text.h"

#define HEX_MAX 256 /* bytes of the longest field in hex */

int flash_refuse(char why[FLASH_STATE_WHY_MAX], const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(why, FLASH_STATE_WHY_MAX, fmt, args);
	va_end(args);
	return -EINVAL;
}

/* --- one field to JSON --- */

static json_t *hex_of(const uint8_t *bytes, size_t len)
{
	char hex[2 * HEX_MAX + 1] = "";
	json_t *value;
	size_t i;

	for (i = 0; i < len; i++)
		snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
	value = json_string(hex);
	OPENSSL_cleanse(hex, sizeof(hex));
	return value;
}

/* What is not UTF-8, which JSON needs, goes as hex in an object. */
static json_t *text_of(const char *text)
{
	json_t *value = json_string(text);

	if (value)
		return value;
	return json_pack("{s:o}", "hex", hex_of((const uint8_t *)text, strlen(text)));
}

static json_t *value_of(const struct flash_field *field, const void *at)
{
	switch (field->kind) {
	case FLASH_TEXT:
		return text_of(at);
	case FLASH_BOOL:
		return json_boolean(*(const bool *)at);
	case FLASH_U8:
		return json_integer(*(const uint8_t *)at);
	case FLASH_U32:
		return json_integer(*(const uint32_t *)at);
	case FLASH_LEN:
		return json_integer((json_int_t) * (const size_t *)at);
	case FLASH_BYTES:
		return hex_of(at, field->size);
	case FLASH_TIME:
		return json_integer(*(const int64_t *)at);
	}
	return NULL;
}

int flash_fields_put(json_t *object, const struct flash_field *field, const void *base)
{
	int ret = 0;

	for (; field->name && !ret; field++)
		ret = json_object_set_new(object, field->name,
					  value_of(field, (const char *)base + field->offset));
	return ret;
}

/* --- one field from JSON --- */

static int take_text(const json_t *value, char *at, size_t size)
{
	const char *hex = json_string_value(json_object_get(value, "hex"));
	const char *text = json_string_value(value);

	if (text && strlen(text) < size) {
		strcpy(at, text);
		return 0;
	}
	if (!hex || strlen(hex) % 2 || strlen(hex) / 2 >= size)
		return -EINVAL;
	at[strlen(hex) / 2] = '\0';
	return text_hex(hex, (uint8_t *)at, strlen(hex) / 2);
}

static int take_bytes(const json_t *value, uint8_t *at, size_t size)
{
	const char *hex = json_string_value(value);

	return hex ? text_hex(hex, at, size) : -EINVAL;
}

bool flash_fits(const json_t *value, size_t max)
{
	return json_is_integer(value) && json_integer_value(value) >= 0 &&
	       (uint64_t)json_integer_value(value) <= max;
}

static int take_number(const struct flash_field *field, const json_t *value, void *at)
{
	json_int_t number = json_integer_value(value);

	if (field->kind == FLASH_TIME && json_is_integer(value)) {
		*(int64_t *)at = number;
		return 0;
	}
	if (!flash_fits(value, field->size))
		return -EINVAL;
	if (field->kind == FLASH_U8)
		*(uint8_t *)at = (uint8_t)number;
	else if (field->kind == FLASH_U32)
		*(uint32_t *)at = (uint32_t)number;
	else
		*(size_t *)at = (size_t)number;
	return 0;
}

static int take_value(const struct flash_field *field, const json_t *value, void *at)
{
	switch (field->kind) {
	case FLASH_TEXT:
		return take_text(value, at, field->size);
	case FLASH_BOOL:
		*(bool *)at = json_is_true(value);
		return json_is_boolean(value) ? 0 : -EINVAL;
	case FLASH_BYTES:
		return take_bytes(value, at, field->size);
	default:
		return take_number(field, value, at);
	}
}

int flash_fields_take(const json_t *object, const struct flash_field *field, void *base,
		      char why[FLASH_STATE_WHY_MAX])
{
	for (; field->name; field++)
		if (take_value(field, json_object_get(object, field->name),
			       (char *)base + field->offset))
			return flash_refuse(why, "\"%s\" is missing or wrong", field->name);
	return 0;
}

int flash_list(const json_t *object, const char *name, size_t max, const json_t **list,
	       char why[FLASH_STATE_WHY_MAX])
{
	*list = json_object_get(object, name);
	if (!json_is_array(*list) || json_array_size(*list) > max)
		return flash_refuse(why, "\"%s\" is missing or wrong", name);
	return 0;
}

/* --- certificates and keys --- */

/* Takes over @bio. */
static json_t *pem_text(BIO *bio, bool written)
{
	json_t *value = NULL;
	char *text;
	long len;

	if (bio && written) {
		len = BIO_get_mem_data(bio, &text);
		value = json_stringn(text, (size_t)len);
	}
	BIO_free(bio);
	return value;
}

json_t *flash_cert_put(const X509 *cert)
{
	BIO *bio = BIO_new(BIO_s_mem());

	return pem_text(bio, bio && PEM_write_bio_X509(bio, cert) == 1);
}

json_t *flash_key_put(const EVP_PKEY *key)
{
	BIO *bio = BIO_new(BIO_s_secmem());

	return pem_text(bio,
			bio && PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1);
}

static BIO *pem_source(const json_t *value)
{
	return json_is_string(value) ? BIO_new_mem_buf(json_string_value(value), -1) : NULL;
}

X509 *flash_cert_take(const json_t *value)
{
	BIO *bio = pem_source(value);
	X509 *cert = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;

	BIO_free(bio);
	return cert;
}

EVP_PKEY *flash_key_take(const json_t *value)
{
	BIO *bio = pem_source(value);
	EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL) : NULL;

	BIO_free(bio);
	return key;
}
