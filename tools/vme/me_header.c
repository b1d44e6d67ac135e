// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/me_header.h"

#include <errno.h>
#include <string.h>
#include "tools/vme/heci.h"

#define META_LEN  4
#define TYPE_VTAG 1

/* Records of type, dwords in all, data. Those of other types are not for us. */
static int read_records(const uint8_t *at, size_t len, struct me_header *out)
{
	while (len) {
		size_t record = 4 * (size_t)at[1];

		if (!record || record > len)
			return -EPROTO;
		if (at[0] == TYPE_VTAG) {
			out->has_vtag = true;
			out->vtag = at[2];
		}
		at += record;
		len -= record;
	}
	return 0;
}

static int read_extension(const uint8_t *payload, size_t len, struct me_header *out)
{
	size_t records;

	if (len < META_LEN)
		return -EPROTO;
	records = 4 * (size_t)payload[1];
	if (records > len - META_LEN)
		return -EPROTO;
	out->len = META_LEN + records;
	return read_records(payload + META_LEN, records, out);
}

int me_header_read(uint32_t dword, const uint8_t *payload, size_t len, struct me_header *out)
{
	int ret = 0;

	memset(out, 0, sizeof(*out));
	if (dword & HECI_EXTENDED)
		ret = read_extension(payload, len, out);
	if (ret || !(dword & HECI_DMA_RING))
		return ret;
	if (len - out->len != sizeof(out->ring_len))
		return -EPROTO;
	memcpy(&out->ring_len, payload + out->len, sizeof(out->ring_len));
	out->in_ring = true;
	out->len = len;
	return 0;
}

size_t me_header_put(uint8_t vtag, uint8_t out[ME_HEADER_MAX])
{
	const uint8_t extension[ME_HEADER_MAX] = { 1, 1, 0, 0, TYPE_VTAG, 1, vtag, 0 };

	if (!vtag)
		return 0;
	memcpy(out, extension, sizeof(extension));
	return sizeof(extension);
}
