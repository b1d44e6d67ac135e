// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/amthi_wire.h"

#include <string.h>
#include "tools/vme/amt.h"
#include "tools/vme/amthi_answer.h"

uint32_t amthi_get_u32(const uint8_t *at)
{
	return at[0] | at[1] << 8 | at[2] << 16 | (uint32_t)at[3] << 24;
}

uint32_t amthi_get_ansi(struct amthi_in in, struct amthi_in *text)
{
	size_t len = in.bytes[0] | in.bytes[1] << 8;

	if (len != in.len - 2)
		return AMT_INVALID_MESSAGE_LENGTH;
	if (len && !in.bytes[2 + len - 1])
		len--;
	*text = (struct amthi_in){ in.bytes + 2, len };
	return AMT_SUCCESS;
}

void amthi_put_bytes(struct amthi_out *out, const void *bytes, size_t len)
{
	if (len > AMTHI_MTU - out->len) {
		out->overflow = true;
		return;
	}
	memcpy(out->bytes + out->len, bytes, len);
	out->len += len;
}

void amthi_put_zeros(struct amthi_out *out, size_t len)
{
	while (len--)
		amthi_put_u8(out, 0);
}

void amthi_put_u8(struct amthi_out *out, uint8_t value)
{
	amthi_put_bytes(out, &value, 1);
}

void amthi_put_u16(struct amthi_out *out, uint16_t value)
{
	amthi_put_u8(out, value & 0xff);
	amthi_put_u8(out, value >> 8);
}

void amthi_put_u32(struct amthi_out *out, uint32_t value)
{
	amthi_put_u16(out, value & 0xffff);
	amthi_put_u16(out, value >> 16);
}

void amthi_put_field(struct amthi_out *out, const char *text, size_t size)
{
	size_t len = strnlen(text, size);

	amthi_put_bytes(out, text, len);
	amthi_put_zeros(out, size - len);
}

void amthi_put_ansi(struct amthi_out *out, const char *text)
{
	size_t len = strlen(text);

	amthi_put_u16(out, (uint16_t)len);
	amthi_put_bytes(out, text, len);
}
