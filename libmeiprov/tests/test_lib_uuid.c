// SPDX-License-Identifier: LGPL-2.1-or-later
/* SMBIOS byte order to text and back. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <string.h>
#include <cmocka.h>

#include <meiprov/meiprov.h>

static const uint8_t bytes[16] = { 0x4b, 0x52, 0x9b, 0x93, 0xd4, 0x13, 0x18, 0x1d,
				   0xe4, 0x87, 0x1c, 0x69, 0x7a, 0x6b, 0x7a, 0x2b };
static const char text[] = "939b524b-13d4-1d18-e487-1c697a6b7a2b";

static void first_three_groups_are_little_endian(void **state)
{
	char got[MEIPROV_UUID_TEXT_SIZE];
	uint8_t back[16];

	meiprov_uuid_format(bytes, got);
	assert_string_equal(got, text);
	assert_int_equal(meiprov_uuid_parse(text, back), 0);
	assert_memory_equal(back, bytes, 16);
}

static void every_byte_goes_round(void **state)
{
	char got[MEIPROV_UUID_TEXT_SIZE];
	uint8_t in[16], back[16];

	for (size_t at = 0; at < 16; at++)
		for (unsigned int value = 0; value < 256; value++) {
			memset(in, 0, sizeof(in));
			in[at] = (uint8_t)value;
			meiprov_uuid_format(in, got);
			assert_int_equal(strlen(got), 36);
			assert_int_equal(meiprov_uuid_parse(got, back), 0);
			assert_memory_equal(back, in, 16);
		}
}

static void upper_case_is_taken(void **state)
{
	uint8_t back[16];

	assert_int_equal(meiprov_uuid_parse("939B524B-13D4-1D18-E487-1C697A6B7A2B", back), 0);
	assert_memory_equal(back, bytes, 16);
}

static void other_texts_are_refused_and_nothing_is_written(void **state)
{
	static const char *const bad[] = {
		"",
		"939b524b",
		"939b524b13d41d18e4871c697a6b7a2b",
		"939b524b-13d4-1d18-e487-1c697a6b7a2",
		"939b524b-13d4-1d18-e487-1c697a6b7a2bb",
		"939b524b-13d4-1d18-e4871-c697a6b7a2b",
		"939b524g-13d4-1d18-e487-1c697a6b7a2b",
		"{39b524b-13d4-1d18-e487-1c697a6b7a2}",
		" 39b524b-13d4-1d18-e487-1c697a6b7a2b",
		"939b524b 13d4 1d18 e487 1c697a6b7a2b",
		"939b524b-13d4-1d18-e487-1c697a6b7a\x10\x11",
	};
	uint8_t out[16] = { 77 };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(meiprov_uuid_parse(bad[i], out), -EINVAL);
	for (size_t cut = 0; cut < 36; cut++) {
		char part[37];

		memcpy(part, text, sizeof(part));
		part[cut] = '\0';
		assert_int_equal(meiprov_uuid_parse(part, out), -EINVAL);
	}
	assert_int_equal(out[0], 77);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_three_groups_are_little_endian),
		cmocka_unit_test(every_byte_goes_round),
		cmocka_unit_test(upper_case_is_taken),
		cmocka_unit_test(other_texts_are_refused_and_nothing_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
