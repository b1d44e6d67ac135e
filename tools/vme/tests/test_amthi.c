// SPDX-License-Identifier: GPL-2.0-or-later
/* AMTHI on the device's side, byte for byte against typed vectors, both directions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "libmeiprov/tests/vectors.h"
#include "tools/vme/amt.h"
#include "tools/vme/amthi_answer.h"
#include "tools/vme/log.h"
#include "tools/vme/tests/test_amthi_device.h"

/* --- plain reading --- */

static void versions_are_those_of_the_capture(void **state)
{
	static struct amt_version p50[] = {
		{ "Flash", "11.8.93" },
		{ "Netstack", "11.8.93" },
		{ "AMTApps", "11.8.93" },
		{ "AMT", "11.8.93" },
		{ "Sku", "8" },
		{ "VendorID", "8086" },
		{ "Build Number", "4323" },
		{ "Recovery Version", "11.8.93" },
		{ "Recovery Build Num", "4323" },
		{ "Legacy Mode", "False" },
	};
	struct amt *amt = *state;

	amt->versions = p50;
	amt->version_count = 10;
	strcpy(amt->bios, "N1EETA2W (1.75 )");
	expect(amt, "amthi-1a-request", "amthi-1a-reply-p50");
	amt->versions = NULL;
}

static void state_is_told_as_captured(void **state)
{
	expect(*state, "amthi-11-request", "amthi-11-reply-p50");
}

static void uuid_is_in_smbios_order(void **state)
{
	expect(*state, "amthi-5c-request", "amthi-5c-reply");
}

static void control_mode_is_told(void **state)
{
	struct amt *amt = *state;

	amt->control = AMT_CONTROL_ACM;
	expect(amt, "amthi-6b-request", "amthi-6b-reply");
}

static void ztc_is_told(void **state)
{
	expect(*state, "amthi-30-request", "amthi-30-reply");
}

static void suffix_ends_the_message_without_a_nul(void **state)
{
	struct amt *amt = *state;

	expect(amt, "amthi-36-request", "amthi-36-reply-unset");
	strcpy(amt->pki_suffix, "corp.example.org");
	expect(amt, "amthi-36-request", "amthi-36-reply");
}

/* --- hash table --- */

static void handles_are_those_of_the_table(void **state)
{
	struct amt_hash slots[3] = { { .handle = 0 }, { .handle = 1 }, { .handle = 23 } };
	struct amt *amt = *state;

	expect(amt, "amthi-2c-request", "amthi-2c-reply-empty");
	amt->hashes = slots;
	amt->hash_count = 3;
	expect(amt, "amthi-2c-request", "amthi-2c-reply");
	amt->hashes = NULL;
	amt->hash_count = 0;
}

static void a_default_hash_is_shown_whole(void **state)
{
	struct amt *amt = *state;
	size_t i;

	assert_int_equal(amt_hash_defaults(amt), 0);
	for (i = 0; i < amt->hash_count; i++)
		if (!strcmp(amt->hashes[i].name, "Go Daddy Root CA-G2"))
			amt->hashes[i].handle = 5;
		else
			amt->hashes[i].handle += 100;
	expect(amt, "amthi-2d-request", "amthi-2d-reply-sha256");
}

static void an_inactive_hash_of_the_user_is_shown_whole(void **state)
{
	struct amt_hash hash = { .algorithm = 1,
				 .digest_len = 20,
				 .name = "an own root, thirty-two bytes ok" };
	struct amt *amt = *state;
	int i;

	for (i = 0; i < 20; i++)
		hash.digest[i] = 0xa0 + i;
	assert_int_equal(amt_hash_add(amt, &hash), 0);
	amt->hashes[0].handle = 5;
	expect(amt, "amthi-2d-request", "amthi-2d-reply-sha1");
}

static void an_unknown_handle_is_not_found(void **state)
{
	expect(*state, "amthi-2d-request", "amthi-2d-reply-not-found");
}

/* --- changing --- */

static void otp_is_stored_as_sent(void **state)
{
	struct amt *amt = *state;

	expect(amt, "amthi-2a-request", "amthi-2a-reply");
	assert_int_equal(amt->otp_len, 16);
	assert_memory_equal(amt->otp, "Zr4!opq9Xk2%mnTB", 16);
}

static void otp_is_refused_while_the_window_is_open(void **state)
{
	struct amt *amt = *state;

	amt->state = AMT_IN;
	amt->window_open = true;
	expect(amt, "amthi-2a-request", "amthi-2a-reply-refused");
	assert_int_equal(amt->otp_len, 0);
}

static void a_counted_nul_is_not_part_of_the_otp(void **state)
{
	static const uint8_t request[] = { 1, 1, 0,   0,   0x2a, 0,   0,   4,	11,  0,	  0, 0,
					   9, 0, 'a', 'b', 'c',	 'd', 'e', 'f', 'g', 'h', 0 };
	uint8_t reply[AMTHI_MTU];
	struct amt *amt = *state;

	assert_int_equal(amthi_answer(amt, request, sizeof(request), reply), 16);
	assert_int_equal(reply[12], 0);
	assert_int_equal(amt->otp_len, 8);
}

static void start_is_not_ready_until_the_certificate_is(void **state)
{
	struct amt *amt = *state;

	assert_int_equal(amt_hash_defaults(amt), 0);
	expect(amt, "amthi-62-request-ipv6", "amthi-62-reply-not-ready");
	amt->cert = X509_new();
	expect(amt, "amthi-62-request-ipv6", "amthi-62-reply");
	assert_int_equal(amt->state, AMT_IN);
	assert_true(amt->window_open);
	assert_true(amt->ipv6);
}

static void stop_ends_the_window(void **state)
{
	struct amt *amt = *state;

	expect(amt, "amthi-5e-request", "amthi-5e-reply-refused");
	amt->state = AMT_IN;
	amt->window_open = true;
	expect(amt, "amthi-5e-request", "amthi-5e-reply");
	assert_int_equal(amt->state, AMT_PRE);
	assert_false(amt->window_open);
}

static void tls_mode_is_told(void **state)
{
	static const uint8_t tls[] = { 1, 1, 0, 0, 0x2b, 0, 0, 4, 0, 0, 0, 0 };
	static const uint8_t tls_reply[] = { 1, 1, 0, 0, 0x2b, 0, 0x80, 4, 8, 0,
					     0, 0, 0, 0, 0,    0, 2,	0, 0, 0 };
	uint8_t reply[AMTHI_MTU];

	assert_int_equal(amthi_answer(*state, tls, sizeof(tls), reply), sizeof(tls_reply));
	assert_memory_equal(reply, tls_reply, sizeof(tls_reply));
}

/* --- what a host should not send --- */

static void an_unknown_command_is_refused(void **state)
{
	static const uint8_t unknown[] = { 1, 1, 0, 0, 0x77, 0, 0, 4, 0, 0, 0, 0 };
	static const uint8_t other_class[] = { 1, 1, 0, 0, 0x11, 0, 0, 1, 0, 0, 0, 0 };
	static const uint8_t a_reply[] = { 1, 1, 0, 0, 0x11, 0, 0x80, 4, 0, 0, 0, 0 };

	assert_int_equal(refusal(*state, unknown, sizeof(unknown)), 0x803);
	assert_int_equal(refusal(*state, other_class, sizeof(other_class)), 0x803);
	assert_int_equal(refusal(*state, a_reply, sizeof(a_reply)), 0x803);
}

static void a_wrong_length_is_refused(void **state)
{
	static const uint8_t too_long[] = { 1, 1, 0, 0, 0x11, 0, 0, 4, 4, 0, 0, 0, 0, 0, 0, 0 };
	static const uint8_t too_short[] = { 1, 1, 0, 0, 0x2d, 0, 0, 4, 3, 0, 0, 0, 0, 0, 0 };
	static const uint8_t cut[] = { 1, 1, 0, 0, 0x2d, 0, 0, 4, 4, 0, 0, 0, 0, 0, 0 };
	static const uint8_t huge[] = { 1, 1, 0, 0, 0x2d, 0, 0, 4, 0xff, 0xff, 0xff, 0xff, 0 };
	static const uint8_t string[] = { 1, 1, 0, 0,	0x2a, 0,   0,	4,   10,  0,   0,
					  0, 9, 0, 'a', 'b',  'c', 'd', 'e', 'f', 'g', 'h' };

	assert_int_equal(refusal(*state, too_long, sizeof(too_long)), 4);
	assert_int_equal(refusal(*state, too_short, sizeof(too_short)), 4);
	assert_int_equal(refusal(*state, cut, sizeof(cut)), 4);
	assert_int_equal(refusal(*state, huge, sizeof(huge)), 4);
	assert_int_equal(refusal(*state, string, sizeof(string)), 4);
}

/* Every start of a sound request: no byte past it is looked at (ASan watches). */
static void every_cut_request_is_refused_or_ignored(void **state)
{
	static struct vector ask;
	uint8_t reply[AMTHI_MTU];
	uint8_t *copy;
	size_t len;

	vector_read("amthi-2a-request", &ask);
	for (len = 0; len < ask.len; len++) {
		copy = test_malloc(len);
		memcpy(copy, ask.data, len);
		if (len < 12)
			assert_int_equal(amthi_answer(*state, copy, len, reply), 0);
		else
			assert_int_equal(refusal(*state, copy, len), 4);
		test_free(copy);
	}
}

static void bytes_after_the_length_are_ignored(void **state)
{
	static const uint8_t padded[] = { 1, 1, 0, 0, 0x11, 0, 0, 4, 0, 0, 0, 0, 9, 9, 9 };
	uint8_t reply[AMTHI_MTU];

	assert_int_equal(amthi_answer(*state, padded, sizeof(padded), reply), 20);
	assert_int_equal(reply[12], 0);
}

static void an_unknown_version_is_refused(void **state)
{
	static const uint8_t major[] = { 2, 1, 0, 0, 0x11, 0, 0, 4, 0, 0, 0, 0 };
	static const uint8_t minor[] = { 1, 0, 0, 0, 0x11, 0, 0, 4, 0, 0, 0, 0 };

	assert_int_equal(refusal(*state, major, sizeof(major)), 0x1d);
	assert_int_equal(refusal(*state, minor, sizeof(minor)), 0x1d);
}

static void a_table_beyond_the_message_is_an_error_not_an_overflow(void **state)
{
	static const uint8_t request[] = { 1, 1, 0, 0, 0x2c, 0, 0, 4, 0, 0, 0, 0 };
	struct amt *amt = *state;

	amt->hashes = calloc(1276, sizeof(*amt->hashes));
	amt->hash_count = 1276;
	assert_int_equal(refusal(amt, request, sizeof(request)), 1);
}

#define promise(test) cmocka_unit_test_setup_teardown(test, device_setup, device_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		promise(versions_are_those_of_the_capture),
		promise(state_is_told_as_captured),
		promise(uuid_is_in_smbios_order),
		promise(control_mode_is_told),
		promise(ztc_is_told),
		promise(suffix_ends_the_message_without_a_nul),
		promise(handles_are_those_of_the_table),
		promise(a_default_hash_is_shown_whole),
		promise(an_inactive_hash_of_the_user_is_shown_whole),
		promise(an_unknown_handle_is_not_found),
		promise(otp_is_stored_as_sent),
		promise(otp_is_refused_while_the_window_is_open),
		promise(a_counted_nul_is_not_part_of_the_otp),
		promise(start_is_not_ready_until_the_certificate_is),
		promise(stop_ends_the_window),
		promise(tls_mode_is_told),
		promise(an_unknown_command_is_refused),
		promise(a_wrong_length_is_refused),
		promise(every_cut_request_is_refused_or_ignored),
		promise(bytes_after_the_length_are_ignored),
		promise(an_unknown_version_is_refused),
		promise(a_table_beyond_the_message_is_an_error_not_an_overflow),
	};

	log_set_level(LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
