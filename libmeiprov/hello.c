// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The Hello message, version 3 (PKI-CH): protocol.md 1.2. All little-endian:
 *
 *	0 u16 credentials set | 2 u16 version | 4 u32 retry | 8 UUID[16] |
 *	24 u8 count | 25 count times {u8 algorithm, u8 length, digest}
 */
#include <errno.h>
#include <string.h>

#include <meiprov/meiprov.h>

#define AT_VERSION 2
#define AT_RETRY   4
#define AT_UUID	   8
#define AT_COUNT   24
#define AT_HASHES  25

/* Digest length that belongs to an algorithm, 0: none in a Hello. */
static uint8_t digest_len(uint8_t algorithm)
{
	static const uint8_t lens[] = {
		[MEIPROV_HASH_SHA1] = 20,
		[MEIPROV_HASH_SHA256] = 32,
		[MEIPROV_HASH_SHA384] = 48,
	};

	return algorithm < sizeof(lens) ? lens[algorithm] : 0;
}

static uint32_t get16(const uint8_t *at)
{
	return at[0] | (uint32_t)at[1] << 8;
}

static uint32_t get32(const uint8_t *at)
{
	return get16(at) | get16(at + 2) << 16;
}

static int decode_head(const uint8_t *in, size_t len, struct meiprov_hello *out)
{
	uint32_t credentials;

	if (len < AT_VERSION + 2)
		return -EMSGSIZE;
	if (get16(in + AT_VERSION) != MEIPROV_HELLO_VERSION_PKI)
		return -EPROTONOSUPPORT;
	if (len < AT_HASHES || len > MEIPROV_HELLO_MAX)
		return -EMSGSIZE;
	credentials = get16(in);
	if (credentials > 1)
		return -EBADMSG;
	out->credentials_set = credentials;
	out->retry = get32(in + AT_RETRY);
	memcpy(out->uuid, in + AT_UUID, sizeof(out->uuid));
	out->hash_count = in[AT_COUNT];
	return 0;
}

/* One entry at @in; returns the bytes it takes. */
static int decode_hash(const uint8_t *in, size_t len, struct meiprov_hello_hash *out)
{
	if (len < 2)
		return -EMSGSIZE;
	if (!digest_len(in[0]) || in[1] != digest_len(in[0]))
		return -EBADMSG;
	if (len < 2 + (size_t)in[1])
		return -EMSGSIZE;
	out->algorithm = in[0];
	out->digest_len = in[1];
	memcpy(out->digest, in + 2, in[1]);
	return 2 + in[1];
}

int meiprov_hello_decode(const void *buf, size_t len, struct meiprov_hello *out)
{
	const uint8_t *in = buf;
	size_t at = AT_HASHES;
	int ret;

	memset(out, 0, sizeof(*out));
	ret = decode_head(in, len, out);
	if (ret)
		return ret;
	for (size_t i = 0; i < out->hash_count; i++) {
		ret = decode_hash(in + at, len - at, &out->hashes[i]);
		if (ret < 0)
			return ret;
		at += (size_t)ret;
	}
	return at == len ? 0 : -EMSGSIZE;
}

static void put16(uint8_t *at, uint32_t value)
{
	at[0] = value & 0xff;
	at[1] = (value >> 8) & 0xff;
}

static void encode_head(const struct meiprov_hello *hello, uint8_t *out)
{
	put16(out, hello->credentials_set);
	put16(out + AT_VERSION, MEIPROV_HELLO_VERSION_PKI);
	put16(out + AT_RETRY, hello->retry & 0xffff);
	put16(out + AT_RETRY + 2, hello->retry >> 16);
	memcpy(out + AT_UUID, hello->uuid, sizeof(hello->uuid));
	out[AT_COUNT] = (uint8_t)hello->hash_count;
}

ssize_t meiprov_hello_encode(const struct meiprov_hello *hello, void *buf, size_t size)
{
	uint8_t *out = buf;
	size_t at = AT_HASHES;

	if (hello->hash_count > 255)
		return -EINVAL;
	if (size < at)
		return -ENOBUFS;
	encode_head(hello, out);
	for (size_t i = 0; i < hello->hash_count; i++) {
		const struct meiprov_hello_hash *h = &hello->hashes[i];

		if (!digest_len(h->algorithm) || h->digest_len != digest_len(h->algorithm))
			return -EINVAL;
		if (size - at < 2 + (size_t)h->digest_len)
			return -ENOBUFS;
		out[at] = h->algorithm;
		out[at + 1] = h->digest_len;
		memcpy(out + at + 2, h->digest, h->digest_len);
		at += 2 + (size_t)h->digest_len;
	}
	return (ssize_t)at;
}
