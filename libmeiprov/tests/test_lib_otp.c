// SPDX-License-Identifier: LGPL-2.1-or-later
/* The one-time password: what matches, what is absent, what is made. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <meiprov/meiprov.h>

/* What firmware shows: the OTP and zero bytes up to 32. */
static enum meiprov_otp_result compare(const char *seen, const char *expected)
{
	uint8_t shown[32] = { 0 };

	memcpy(shown, seen, strlen(seen));
	return meiprov_otp_compare(shown, sizeof(shown), expected, strlen(expected));
}

static void equal_passwords_match_with_and_without_padding(void **state)
{
	static const char longest[] = "0123456789abcdef0123456789ABCDEF";

	assert_int_equal(compare("correct1", "correct1"), MEIPROV_OTP_MATCH);
	assert_int_equal(meiprov_otp_compare("correct1", 8, "correct1", 8), MEIPROV_OTP_MATCH);
	assert_int_equal(compare(longest, longest), MEIPROV_OTP_MATCH);
}

static void every_single_difference_is_wrong(void **state)
{
	static const char expected[] = "0123456789abcdef0123456789ABCDEF";
	char seen[33];

	for (size_t i = 0; i < 32; i++)
		for (int bit = 0; bit < 8; bit++) {
			memcpy(seen, expected, sizeof(seen));
			seen[i] ^= (char)(1 << bit);
			assert_int_equal(meiprov_otp_compare(seen, 32, expected, 32),
					 MEIPROV_OTP_WRONG);
		}
}

static void prefix_and_extension_are_wrong(void **state)
{
	assert_int_equal(compare("correct1", "correct12"), MEIPROV_OTP_WRONG);
	assert_int_equal(compare("correct12", "correct1"), MEIPROV_OTP_WRONG);
	assert_int_equal(compare("correct", "correct1"), MEIPROV_OTP_WRONG);
	assert_int_equal(meiprov_otp_compare("correct1\0x", 10, "correct1", 8), MEIPROV_OTP_WRONG);
	assert_int_equal(meiprov_otp_compare("correct1", 8, "correct1\0", 9), MEIPROV_OTP_WRONG);
}

static void absent_password_never_matches(void **state)
{
	static const uint8_t zero[64];

	assert_int_equal(compare("", "correct1"), MEIPROV_OTP_ABSENT);
	assert_int_equal(meiprov_otp_compare(zero, 32, zero, 32), MEIPROV_OTP_ABSENT);
	assert_int_equal(meiprov_otp_compare(zero, 32, zero, 0), MEIPROV_OTP_ABSENT);
	assert_int_equal(meiprov_otp_compare(zero, 64, "correct1", 8), MEIPROV_OTP_ABSENT);
	assert_int_equal(meiprov_otp_compare(NULL, 0, "correct1", 8), MEIPROV_OTP_ABSENT);
	assert_int_equal(meiprov_otp_compare("", 0, "", 0), MEIPROV_OTP_ABSENT);
}

static void expectation_out_of_range_never_matches(void **state)
{
	static const char text[] = "0123456789012345678901234567890123456789";

	for (size_t len = 0; len <= 40; len++)
		assert_int_equal(meiprov_otp_compare(text, len, text, len),
				 !len		     ? MEIPROV_OTP_ABSENT :
				 len < 8 || len > 32 ? MEIPROV_OTP_WRONG :
						       MEIPROV_OTP_MATCH);
}

static void made_passwords_have_the_wanted_length_and_alphabet(void **state)
{
	static const char alphabet[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
	char otp[MEIPROV_OTP_MAX + 2];

	for (size_t len = 0; len <= MEIPROV_OTP_MAX + 1; len++) {
		bool fits = len >= MEIPROV_OTP_MIN && len <= MEIPROV_OTP_MAX;

		memset(otp, '#', sizeof(otp));
		assert_int_equal(meiprov_otp_generate(otp, len), fits ? 0 : -EINVAL);
		if (!fits) {
			assert_int_equal(otp[0], '#');
			continue;
		}
		assert_int_equal(strlen(otp), len);
		assert_int_equal(strspn(otp, alphabet), len);
		assert_int_equal(otp[len + 1], '#');
	}
}

/* 32 * 4096 characters of 32 kinds: 4096 of each, +- 8 standard deviations. */
static void made_passwords_use_all_characters_alike(void **state)
{
	unsigned int seen[128] = { 0 };
	char otp[MEIPROV_OTP_MAX + 1], last[MEIPROV_OTP_MAX + 1] = "";
	unsigned int kinds = 0;

	for (int i = 0; i < 4096; i++) {
		assert_int_equal(meiprov_otp_generate(otp, MEIPROV_OTP_MAX), 0);
		assert_string_not_equal(otp, last);
		memcpy(last, otp, sizeof(last));
		for (int k = 0; k < MEIPROV_OTP_MAX; k++)
			seen[(unsigned char)otp[k]]++;
	}
	for (int c = 0; c < 128; c++) {
		if (!seen[c])
			continue;
		kinds++;
		assert_in_range(seen[c], 4096 - 8 * 63, 4096 + 8 * 63);
	}
	assert_int_equal(kinds, 32);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_passwords_match_with_and_without_padding),
		cmocka_unit_test(every_single_difference_is_wrong),
		cmocka_unit_test(prefix_and_extension_are_wrong),
		cmocka_unit_test(absent_password_never_matches),
		cmocka_unit_test(expectation_out_of_range_never_matches),
		cmocka_unit_test(made_passwords_have_the_wanted_length_and_alphabet),
		cmocka_unit_test(made_passwords_use_all_characters_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
