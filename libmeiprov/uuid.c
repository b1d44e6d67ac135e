// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <meiprov/meiprov.h>

/* Which byte of the SMBIOS form each pair of digits is: the first three groups
 * are little-endian there (amthi.md 1.3).
 */
static const uint8_t order[16] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };

/* Where in the text each pair of digits stands. */
static const uint8_t place[16] = { 0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34 };

void meiprov_uuid_format(const uint8_t uuid[16], char text[MEIPROV_UUID_TEXT_SIZE])
{
	static const char digits[] = "0123456789abcdef";

	memset(text, '-', MEIPROV_UUID_TEXT_SIZE - 1);
	text[MEIPROV_UUID_TEXT_SIZE - 1] = '\0';
	for (size_t i = 0; i < 16; i++) {
		text[place[i]] = digits[uuid[order[i]] >> 4];
		text[place[i] + 1] = digits[uuid[order[i]] & 15];
	}
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int meiprov_uuid_parse(const char *text, uint8_t uuid[16])
{
	uint8_t out[16];

	if (strlen(text) != MEIPROV_UUID_TEXT_SIZE - 1)
		return -EINVAL;
	if (text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-')
		return -EINVAL;
	for (size_t i = 0; i < 16; i++) {
		int high = digit(text[place[i]]);
		int low = digit(text[place[i] + 1]);

		if (high < 0 || low < 0)
			return -EINVAL;
		out[order[i]] = (uint8_t)(high << 4 | low);
	}
	memcpy(uuid, out, sizeof(out));
	return 0;
}
