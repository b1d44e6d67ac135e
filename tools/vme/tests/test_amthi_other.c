// SPDX-License-Identifier: GPL-2.0-or-later
/* AMTHI beside setup: literal bytes in both directions, and exact lengths. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "libmeiprov/tests/vectors.h"
#include "tools/vme/amt.h"
#include "tools/vme/amthi_answer.h"
#include "tools/vme/log.h"
#include "tools/vme/tests/test_amthi_device.h"

static void facts_are_answered_byte_for_byte(void **state)
{
	struct amt *amt = *state;

	amt->state = AMT_POST;
	amt->platform.link = true;
	amt->clock.wall_us = 0x60000000 * (int64_t)VME_CLOCK_US;
	expect(amt, "vme-amthi-state-request", "vme-amthi-state-reply");
	expect(amt, "vme-amthi-47-request", "vme-amthi-47-reply");
	expect(amt, "vme-amthi-49-request", "vme-amthi-49-reply");
	expect(amt, "vme-amthi-4a-request", "vme-amthi-4a-reply");
	expect(amt, "vme-amthi-4d-request", "vme-amthi-4d-reply");
	expect(amt, "vme-amthi-87-request", "vme-amthi-87-reply");
}

static void the_name_the_host_sets_is_the_devices(void **state)
{
	struct amt *amt = *state;

	expect(amt, "vme-amthi-5b-request", "vme-amthi-5b-reply");
	assert_string_equal(amt->platform.fqdn, "pc7.example.org");
}

/* MeshAgent writes all of its 270 bytes (amthi.md 1.4). */
static void bytes_after_the_length_are_ignored(void **state)
{
	static struct vector ask;
	struct amt *amt = *state;
	uint8_t got[AMTHI_MTU];

	vector_read("vme-amthi-5b-request", &ask);
	memset(ask.data + ask.len, 0x55, 270 - ask.len);
	assert_int_equal(amthi_answer(amt, ask.data, 270, got), 16);
	assert_int_equal(got[12], AMT_SUCCESS);
	assert_string_equal(amt->platform.fqdn, "pc7.example.org");
}

static void a_name_with_a_nul_inside_is_no_name(void **state)
{
	static struct vector ask;

	vector_read("vme-amthi-5b-request", &ask);
	ask.data[16] = 0;
	assert_int_equal(refusal(*state, ask.data, ask.len), AMT_INVALID_PARAMETER);
}

static void a_user_opens_the_tunnel_of_a_configured_device(void **state)
{
	struct amt *amt = *state;

	amt->platform.link = true;
	expect_refusal(amt, "vme-amthi-44-request", AMT_INVALID_MODE);
	expect_refusal(amt, "vme-amthi-45-request", AMT_INVALID_MODE);
	amt->state = AMT_POST;
	expect_refusal(amt, "vme-amthi-44-request", AMT_NOT_PERMITTED);
	strcpy(amt->platform.mps, "mps.example.org");
	amt->platform.link = false;
	expect_refusal(amt, "vme-amthi-44-request", AMT_NOT_READY);
	amt->platform.link = true;
	expect(amt, "vme-amthi-44-request", "vme-amthi-44-reply");
	assert_int_equal(amt->platform.remote_tunnel, AMT_TUNNEL_CONNECTED);
	expect(amt, "vme-amthi-45-request", "vme-amthi-45-reply");
	assert_int_equal(amt->platform.remote_tunnel, AMT_TUNNEL_NONE);
}

static void what_the_device_has_not_is_refused(void **state)
{
	static const uint8_t pid[] = { 1, 1, 0, 0, 0x3b, 0, 0, 4, 0, 0, 0, 0 };
	static const uint8_t ipv6[] = { 1, 1, 0, 0, 0x52, 0, 0, 4, 4, 0, 0, 0, 0, 0, 0, 0 };
	static const uint8_t third[] = { 1, 1, 0, 0, 0x52, 0, 0, 4, 4, 0, 0, 0, 2, 0, 0, 0 };
	static const uint8_t access[30] = { 1, 1, 0, 0, 0x3f, 0, 0, 4, 18 };

	assert_int_equal(refusal(*state, pid, sizeof(pid)), AMT_NOT_FOUND);
	assert_int_equal(refusal(*state, ipv6, sizeof(ipv6)), 2500);
	assert_int_equal(refusal(*state, third, sizeof(third)), 2501);
	assert_int_equal(refusal(*state, access, sizeof(access)), 0x201);
}

static void settings_nobody_reads_are_taken(void **state)
{
	expect(*state, "vme-amthi-7c-request", "vme-amthi-7c-reply");
	expect(*state, "vme-amthi-86-request", "vme-amthi-86-reply");
}

static void values_out_of_range_are_refused(void **state)
{
	static const uint8_t feature[] = { 1, 1, 0, 0, 0x49, 0, 0, 4, 4, 0, 0, 0, 5, 0, 0, 0 };
	static const uint8_t record[] = { 1, 1, 0, 0, 0x87, 0, 0, 4, 4, 0, 0, 0, 0, 0, 0, 0 };
	static const uint8_t adapter[] = { 1, 1, 0, 0, 0x86, 0, 0, 4, 4, 0, 0, 0, 2, 0, 0, 0 };
	static struct vector ask;

	assert_int_equal(refusal(*state, feature, sizeof(feature)), AMT_INVALID_PARAMETER);
	assert_int_equal(refusal(*state, record, sizeof(record)), AMT_INVALID_PARAMETER);
	assert_int_equal(refusal(*state, adapter, sizeof(adapter)), AMT_INVALID_PARAMETER);
	vector_read("vme-amthi-state-request", &ask);
	ask.data[27] = 2;
	assert_int_equal(refusal(*state, ask.data, ask.len), AMT_INVALID_PARAMETER);
}

/* Each with a byte less and, where nothing may follow, a byte more. */
static void lengths_are_exact(void **state)
{
	static const char *const exact[] = {
		"vme-amthi-state-request", "vme-amthi-44-request", "vme-amthi-45-request",
		"vme-amthi-47-request",	   "vme-amthi-49-request", "vme-amthi-4a-request",
		"vme-amthi-4d-request",	   "vme-amthi-5b-request", "vme-amthi-7c-request",
		"vme-amthi-86-request",	   "vme-amthi-87-request",
	};
	static struct vector ask;
	size_t i;

	for (i = 0; i < sizeof(exact) / sizeof(exact[0]); i++) {
		vector_read(exact[i], &ask);
		ask.data[ask.len] = 0;
		ask.data[8]++;
		assert_int_equal(refusal(*state, ask.data, ask.len + 1),
				 AMT_INVALID_MESSAGE_LENGTH);
		ask.data[8] -= 2;
		if (ask.len > 12)
			assert_int_equal(refusal(*state, ask.data, ask.len - 1),
					 AMT_INVALID_MESSAGE_LENGTH);
	}
}

/* A string that says it is longer than the message, which ends with its memory. */
static void a_proxy_name_beyond_the_message_is_refused(void **state)
{
	static struct vector ask;
	uint8_t *request;

	vector_read("vme-amthi-7c-request", &ask);
	request = malloc(ask.len);
	memcpy(request, ask.data, ask.len);
	request[20] = 0xff;
	assert_int_equal(refusal(*state, request, ask.len), AMT_INVALID_MESSAGE_LENGTH);
	request[21] = 0xff;
	assert_int_equal(refusal(*state, request, ask.len), AMT_INVALID_MESSAGE_LENGTH);
	free(request);
}

#define promise(test) cmocka_unit_test_setup_teardown(test, device_setup, device_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		promise(facts_are_answered_byte_for_byte),
		promise(the_name_the_host_sets_is_the_devices),
		promise(bytes_after_the_length_are_ignored),
		promise(a_name_with_a_nul_inside_is_no_name),
		promise(a_user_opens_the_tunnel_of_a_configured_device),
		promise(what_the_device_has_not_is_refused),
		promise(settings_nobody_reads_are_taken),
		promise(values_out_of_range_are_refused),
		promise(lengths_are_exact),
		promise(a_proxy_name_beyond_the_message_is_refused),
	};

	log_set_level(LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
