// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/wsman_xml.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#define FIRST_SIZE   2048
#define BASE64_BYTES 192 /* encoded at a time, a multiple of 3 */

/* By hand instead of realloc(): what is left behind may hold an OTP. */
static bool grow(struct xml_out *out, size_t need)
{
	size_t size = out->size ? out->size : FIRST_SIZE;
	char *bigger;

	while (size < need)
		size *= 2;
	if (size == out->size)
		return true;
	bigger = malloc(size);
	if (!bigger) {
		out->failed = true;
		return false;
	}
	if (out->text) {
		memcpy(bigger, out->text, out->len + 1);
		OPENSSL_cleanse(out->text, out->size);
		free(out->text);
	}
	out->text = bigger;
	out->size = size;
	return true;
}

static void put(struct xml_out *out, const char *bytes, size_t len)
{
	if (out->failed || !grow(out, out->len + len + 1))
		return;
	memcpy(out->text + out->len, bytes, len);
	out->len += len;
	out->text[out->len] = '\0';
}

void xml_raw(struct xml_out *out, const char *markup)
{
	put(out, markup, strlen(markup));
}

static const char *escape_of(unsigned char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&apos;";
	case '\t':
		return "&#9;";
	case '\n':
		return "&#10;";
	case '\r':
		return "&#13;";
	default:
		return c < 0x20 || c == 0x7f ? "?" : NULL;
	}
}

void xml_text(struct xml_out *out, const char *text)
{
	const char *from = text;

	for (; *text; text++) {
		const char *escape = escape_of(*text);

		if (!escape)
			continue;
		put(out, from, text - from);
		xml_raw(out, escape);
		from = text + 1;
	}
	put(out, from, text - from);
}

static void tag(struct xml_out *out, const char *start, const char *prefix, const char *name)
{
	xml_raw(out, start);
	xml_raw(out, prefix);
	xml_raw(out, ":");
	xml_raw(out, name);
	xml_raw(out, ">");
}

void xml_open(struct xml_out *out, const char *prefix, const char *name)
{
	tag(out, "<", prefix, name);
}

void xml_close(struct xml_out *out, const char *prefix, const char *name)
{
	tag(out, "</", prefix, name);
}

void xml_leaf(struct xml_out *out, const char *prefix, const char *name, const char *text)
{
	xml_open(out, prefix, name);
	xml_text(out, text);
	xml_close(out, prefix, name);
}

void xml_leaf_u64(struct xml_out *out, const char *prefix, const char *name, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	xml_leaf(out, prefix, name, text);
}

void xml_leaf_bool(struct xml_out *out, const char *prefix, const char *name, bool value)
{
	xml_leaf(out, prefix, name, value ? "true" : "false");
}

void xml_leaf_base64(struct xml_out *out, const char *prefix, const char *name, const void *bytes,
		     size_t len)
{
	unsigned char text[BASE64_BYTES / 3 * 4 + 1];
	const unsigned char *at = bytes;

	xml_open(out, prefix, name);
	while (len) {
		size_t n = len < BASE64_BYTES ? len : BASE64_BYTES;

		put(out, (char *)text, EVP_EncodeBlock(text, at, n));
		at += n;
		len -= n;
	}
	OPENSSL_cleanse(text, sizeof(text));
	xml_close(out, prefix, name);
}

void xml_drop(struct xml_out *out)
{
	if (out->text)
		OPENSSL_cleanse(out->text, out->size);
	free(out->text);
	memset(out, 0, sizeof(*out));
}
