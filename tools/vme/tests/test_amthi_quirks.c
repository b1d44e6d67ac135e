// SPDX-License-Identifier: GPL-2.0-or-later
/* What the clients in the field look at in a reply, all of them at once (amthi.md 1.4). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "tools/vme/amt.h"
#include "tools/vme/amthi_answer.h"
#include "tools/vme/amthi_wire.h"
#include "tools/vme/log.h"
#include "tools/vme/tests/test_amthi_device.h"

#define REQUEST_MAX 512

struct reply {
	uint8_t bytes[AMTHI_MTU];
	size_t len;
};

static void ask(struct amt *amt, uint32_t id, uint32_t data_len, const uint8_t *data,
		struct reply *reply)
{
	uint8_t request[REQUEST_MAX] = { 1, 1 };
	int i;

	for (i = 0; i < 4; i++) {
		request[4 + i] = id >> 8 * i & 0xff;
		request[8 + i] = data_len >> 8 * i & 0xff;
	}
	if (data)
		memcpy(request + 12, data, data_len);
	reply->len = amthi_answer(amt, request, 12 + data_len, reply->bytes);
}

static uint32_t status_of(const struct reply *reply)
{
	return amthi_get_u32(reply->bytes + 12);
}

/* A device about which there is something to tell. */
static int rich_device(void **state)
{
	static struct amt_version versions[] = {
		{ "Flash", "16.1.27" },
		{ "Recovery Build Num", "2176" },
		{ "AMT FW Core Version", "16.1.27.2176.1234567" },
	};
	struct amt *amt;

	if (device_setup(state))
		return -1;
	amt = *state;
	amt->versions = test_malloc(sizeof(versions));
	memcpy(amt->versions, versions, sizeof(versions));
	amt->version_count = 3;
	strcpy(amt->platform.fqdn, "pc17.example.org");
	memset(amt->pki_suffix, 'a', AMT_SUFFIX_MAX);
	memset(amt->platform.mps, 'm', AMT_NAME_MAX);
	memset(amt->platform.config_server_fqdn, 's', AMT_NAME_MAX);
	return amt_hash_defaults(amt);
}

static int poor_device(void **state)
{
	struct amt *amt = *state;

	test_free(amt->versions);
	amt->versions = NULL;
	return device_teardown(state);
}

/* Of requests of each length, so that every command runs, too. */
static void for_each_request(struct amt *amt, void (*check)(uint32_t id, const struct reply *))
{
	static const uint32_t lengths[] = { 0, 4, 8, 16, 40 };
	static struct reply reply;
	uint32_t id;
	size_t i;

	for (id = 0; id <= 0xff; id++)
		for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
			ask(amt, AMTHI_CFG | id, lengths[i], NULL, &reply);
			check(AMTHI_CFG | id, &reply);
		}
}

/* fwupd wants 01 01, ksample the reserved bytes, LMS the length, all the id. */
static void is_wellformed(uint32_t id, const struct reply *reply)
{
	assert_true(reply->len >= 16 && reply->len <= AMTHI_MTU);
	assert_memory_equal(reply->bytes, ((uint8_t[]){ 1, 1, 0, 0 }), 4);
	assert_int_equal(amthi_get_u32(reply->bytes + 4), id | 0x00800000);
	assert_int_equal(amthi_get_u32(reply->bytes + 8), reply->len - 12);
}

static void every_header_pleases_every_client(void **state)
{
	for_each_request(*state, is_wellformed);
}

static unsigned int failures;

static void is_short_when_failed(uint32_t id, const struct reply *reply)
{
	if (!status_of(reply))
		return;
	failures++;
	assert_int_equal(reply->len, 16);
}

static void every_failure_is_16_bytes(void **state)
{
	failures = 0;
	for_each_request(*state, is_short_when_failed);
	assert_true(failures > 500);
}

/* fwupd insists on 20 for the state, MeshAgent on most, MeshCmd on the 84. */
static void replies_have_the_sizes_clients_insist_on(void **state)
{
	static const struct {
		uint8_t id;
		uint8_t data_len;
		size_t len;
	} sizes[] = {
		{ 0x08, 0, 24 }, { 0x11, 0, 20 },	   { 0x1b, 0, 84 },  { 0x25, 0, 28 },
		{ 0x2b, 0, 20 }, { 0x2e, 0, 20 },	   { 0x30, 0, 20 },  { 0x48, 4, 36 },
		{ 0x49, 4, 32 }, { 0x5c, 0, 32 },	   { 0x67, 40, 84 }, { 0x6b, 0, 20 },
		{ 0x84, 0, 20 }, { 0x1a, 0, 85 + 3 * 44 },
	};
	struct reply reply;
	size_t i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		ask(*state, AMTHI_CFG | sizes[i].id, sizes[i].data_len, NULL, &reply);
		assert_int_equal(status_of(&reply), 0);
		assert_int_equal(reply.len, sizes[i].len);
	}
}

static void a_hash_entry_ends_with_its_name(void **state)
{
	const struct amt *amt = *state;
	struct reply reply;
	size_t i;

	for (i = 0; i < amt->hash_count; i++) {
		uint8_t handle[4] = { amt->hashes[i].handle & 0xff };

		ask(*state, AMTHI_CFG | 0x2d, 4, handle, &reply);
		assert_int_equal(reply.len, 91 + strlen(amt->hashes[i].name));
		assert_true(strlen(amt->hashes[i].name) <= 32);
	}
	assert_true(i > 10);
}

/* LMS takes the low byte of the length, and then the rest of the message. */
static void strings_end_the_message_and_fit_into_a_byte(void **state)
{
	static const struct {
		uint8_t id;
		size_t at;
	} strings[] = {
		{ 0x06, 40 }, { 0x36, 16 }, { 0x46, 28 }, { 0x47, 16 }, { 0x4e, 64 }, { 0x56, 36 },
	};
	struct reply reply;
	size_t i;

	for (i = 0; i < sizeof(strings) / sizeof(strings[0]); i++) {
		ask(*state, AMTHI_CFG | strings[i].id, 0, NULL, &reply);
		assert_int_equal(status_of(&reply), 0);
		assert_int_equal(reply.bytes[strings[i].at + 1], 0);
		assert_int_equal(reply.bytes[strings[i].at], reply.len - strings[i].at - 2);
	}
}

/* ksample reads the byte behind the text, and wants it to be a NUL within the 20. */
static void version_texts_are_padded_with_a_nul(void **state)
{
	struct reply reply;
	size_t i;

	ask(*state, AMTHI_CFG | 0x1a, 0, NULL, &reply);
	assert_int_equal(amthi_get_u32(reply.bytes + 81), 3);
	for (i = 0; i < 2; i++) {
		const uint8_t *text = reply.bytes + 85 + 44 * i + 22;

		assert_true(text[0] <= 19 && !text[1]);
		assert_int_equal(text[2 + text[0]], 0);
		assert_int_equal(strlen((const char *)text + 2), text[0]);
	}
}

/* MeshAgent sends its whole struct of 270 bytes behind a shorter length. */
static void meshagents_long_buffers_are_read_by_their_length(void **state)
{
	uint8_t request[270] = { 1, 1, 0, 0, 0x5b, 0, 0, 4, 6, 0, 0, 0, 4, 0, 'p', 'c', '1', '8' };
	struct amt *amt = *state;
	uint8_t reply[AMTHI_MTU];

	memset(request + 18, 'x', sizeof(request) - 18);
	assert_int_equal(amthi_answer(amt, request, sizeof(request), reply), 16);
	assert_int_equal(amthi_get_u32(reply + 12), 0);
	assert_string_equal(amt->platform.fqdn, "pc18");
}

/* MeshCentral's agent sends it on every poll of a device that is not configured. */
static void stop_in_pre_is_answered_quietly_and_changes_nothing(void **state)
{
	struct amt *amt = *state;
	struct reply reply;
	int i;

	for (i = 0; i < 3; i++) {
		ask(amt, AMTHI_CFG | 0x5e, 0, NULL, &reply);
		assert_int_equal(status_of(&reply), AMT_INVALID_MODE);
		assert_int_equal(reply.len, 16);
	}
	assert_int_equal(amt->state, AMT_PRE);
}

/* In PRE all that can be read is read. */
static void a_device_before_setup_tells_all_it_can(void **state)
{
	static const struct {
		uint8_t id;
		uint8_t data_len;
	} readable[] = {
		{ 0x11, 0 }, { 0x2c, 0 },  { 0x30, 0 }, { 0x36, 0 },
		{ 0x5c, 0 }, { 0x67, 40 }, { 0x6b, 0 }, { 0x1a, 0 },
	};
	struct reply reply;
	size_t i;

	for (i = 0; i < sizeof(readable) / sizeof(readable[0]); i++) {
		ask(*state, AMTHI_CFG | readable[i].id, readable[i].data_len, NULL, &reply);
		assert_int_equal(status_of(&reply), 0);
	}
}

/* The three that change setup, in both forms of a start, while the window is open. */
static void otp_suffix_and_every_start_wait_for_the_end_of_the_window(void **state)
{
	static const uint8_t otp[] = { 8, 0, '1', '2', '3', '4', '5', '6', '7', '8' };
	static const uint8_t suffix[] = { 3, 0, 'a', '.', 'b' };
	static const struct {
		uint8_t id;
		uint8_t len;
		const uint8_t *data;
	} refused[] = {
		{ 0x29, 0, NULL },
		{ 0x62, 4, NULL },
		{ 0x2a, sizeof(otp), otp },
		{ 0x2f, sizeof(suffix), suffix },
	};
	struct amt *amt = *state;
	struct reply reply;
	size_t i;

	amt->state = AMT_IN;
	amt->window_open = true;
	for (i = 0; i < 4; i++) {
		ask(amt, AMTHI_CFG | refused[i].id, refused[i].len, refused[i].data, &reply);
		assert_int_equal(status_of(&reply), AMT_INVALID_MODE);
	}
	amt->window_open = false;
	for (i = 0; i < 4; i++) {
		ask(amt, AMTHI_CFG | refused[i].id, refused[i].len, refused[i].data, &reply);
		assert_int_equal(status_of(&reply), i < 2 ? AMT_CERTIFICATE_NOT_READY : 0);
	}
}

#define promise(test) cmocka_unit_test_setup_teardown(test, rich_device, poor_device)

int main(void)
{
	const struct CMUnitTest tests[] = {
		promise(every_header_pleases_every_client),
		promise(every_failure_is_16_bytes),
		promise(replies_have_the_sizes_clients_insist_on),
		promise(a_hash_entry_ends_with_its_name),
		promise(strings_end_the_message_and_fit_into_a_byte),
		promise(version_texts_are_padded_with_a_nul),
		promise(meshagents_long_buffers_are_read_by_their_length),
		promise(stop_in_pre_is_answered_quietly_and_changes_nothing),
		promise(a_device_before_setup_tells_all_it_can),
		promise(otp_suffix_and_every_start_wait_for_the_end_of_the_window),
	};

	log_set_level(LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
