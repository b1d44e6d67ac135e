// SPDX-License-Identifier: LGPL-2.1-or-later
/* The hash table of an ME that changes it while it is read (amthi.md 2C, 2D): what comes
 * out has been whole at one time, or is an error.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "libmeiprov/message.h"

#define LISTS_MAX   8
#define HANDLES_MAX 3
#define GONE	    2 /* the handle of the slot that is not there */

/**
 * struct me - an ME
 * @lists: its handles at each enumeration, 0 at the end of each; the last one stays
 * @gone_status: answer to the entry GONE
 * @end_status: answer to every enumeration but the first
 * @enumerations: how many there were
 */
struct me {
	uint32_t lists[LISTS_MAX][HANDLES_MAX + 1];
	size_t list_count;
	uint32_t gone_status;
	uint32_t end_status;
	size_t enumerations;
};

static void put32(uint8_t *at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

/* Head and status of a reply whose data takes @len bytes. */
static int finish(uint8_t *reply, uint32_t command, uint32_t status, size_t len)
{
	memset(reply, 0, AMTHI_REPLY_MIN);
	reply[0] = reply[1] = 1;
	put32(reply + 4, command | AMTHI_REPLY_BIT);
	put32(reply + 8, (uint32_t)(4 + len));
	put32(reply + 12, status);
	return (int)(AMTHI_REPLY_MIN + len);
}

static int enumerate(struct me *me, uint8_t *reply)
{
	size_t now = me->enumerations < me->list_count ? me->enumerations : me->list_count - 1;
	uint32_t count = 0;

	if (me->enumerations++ && me->end_status)
		return finish(reply, AMTHI_ENUMERATE_HASH_HANDLES, me->end_status, 0);
	for (const uint32_t *handle = me->lists[now]; *handle; handle++)
		put32(reply + 20 + 4 * count++, *handle);
	put32(reply + 16, count);
	return finish(reply, AMTHI_ENUMERATE_HASH_HANDLES, 0, 4 + 4 * count);
}

/* Default, active, SHA-256 of the handle's number, a name of one letter. */
static int get_entry(const struct me *me, uint32_t handle, uint8_t *reply)
{
	if (handle == GONE && me->gone_status)
		return finish(reply, AMTHI_GET_CERTIFICATE_HASH, me->gone_status, 0);
	memset(reply + 16, 0, 76);
	put32(reply + 16, 1);
	put32(reply + 20, 1);
	memset(reply + 24, (int)handle, 32);
	reply[88] = AMTHI_HASH_SHA256;
	reply[89] = 1;
	reply[91] = (uint8_t)('A' + handle);
	return finish(reply, AMTHI_GET_CERTIFICATE_HASH, 0, 76);
}

static int exchange(void *ctx, const void *request, size_t len, void *reply, size_t size,
		    int64_t deadline)
{
	const uint8_t *in = request;

	assert_int_equal(in[len], 0); /* what was sent before has been wiped */
	if (in[4] == (AMTHI_ENUMERATE_HASH_HANDLES & 0xff))
		return enumerate(ctx, reply);
	assert_int_equal(in[4], AMTHI_GET_CERTIFICATE_HASH & 0xff);
	return get_entry(ctx, in[12], reply);
}

static int connect_me(void *ctx, int64_t deadline)
{
	return 0;
}

static void end(void *ctx)
{
}

static const struct channel_ops ops = {
	.kind = "scripted",
	.connect = connect_me,
	.exchange = exchange,
	.disconnect = end,
	.close = end,
};

/* --- the promises --- */

static int list(struct me *me, struct meiprov_hash **hashes, size_t *count,
		struct meiprov_error *err)
{
	const struct channel channel = { .ops = &ops, .ctx = me };
	struct meiprov_device *dev;
	int ret;

	assert_int_equal(message_device(&channel, false, &dev), 0);
	ret = meiprov_hash_list(dev, hashes, count, err);
	meiprov_device_close(dev);
	assert_true(!ret || (!*hashes && !*count));
	return ret;
}

/* Just the slot 1, after @enumerations. */
static void ends_with_slot_1(struct me me, size_t enumerations)
{
	struct meiprov_hash *hashes;
	struct meiprov_error err;
	size_t count;

	if (list(&me, &hashes, &count, &err))
		fail_msg("%s: %s", err.doing, err.why);
	assert_int_equal(count, 1);
	assert_int_equal(hashes[0].handle, 1);
	assert_true(hashes[0].is_default && hashes[0].is_active);
	assert_int_equal(hashes[0].digest_len, 32);
	assert_int_equal(hashes[0].digest[31], 1);
	assert_string_equal(hashes[0].name, "B");
	assert_int_equal(me.enumerations, enumerations);
	free(hashes);
}

static void a_table_at_rest_is_read_once(void **state)
{
	ends_with_slot_1((struct me){ { { 1 } }, 1 }, 2);
}

static void a_table_that_changes_is_read_again(void **state)
{
	ends_with_slot_1((struct me){ { { 1, 3 }, { 1 } }, 2 }, 4);
	ends_with_slot_1((struct me){ { { 3 }, { 1 } }, 2 }, 4); /* as long as before */
	ends_with_slot_1((struct me){ { { 1 }, { 1, 3 }, { 1, 3 }, { 1 } }, 4 }, 6);
}

static void a_slot_that_goes_while_it_is_read_is_no_refusal(void **state)
{
	static const uint32_t statuses[] = { AMTHI_STATUS_NOT_FOUND, AMTHI_STATUS_INVALID_HANDLE };

	for (size_t i = 0; i < 2; i++)
		ends_with_slot_1((struct me){ { { 1, GONE }, { 1 } }, 2, statuses[i] }, 4);
}

static void refused(struct me me, uint32_t status, size_t enumerations)
{
	struct meiprov_hash *hashes;
	struct meiprov_error err;
	size_t count;

	assert_int_equal(list(&me, &hashes, &count, &err), -EREMOTEIO);
	assert_int_equal(err.fw_status, status);
	assert_int_equal(me.enumerations, enumerations);
}

static void a_slot_that_is_listed_and_never_there_is_a_refusal(void **state)
{
	refused((struct me){ { { 1, GONE } }, 1, AMTHI_STATUS_NOT_FOUND }, AMTHI_STATUS_NOT_FOUND,
		2);
}

static void another_refusal_ends_the_reading_at_once(void **state)
{
	refused((struct me){ { { GONE, 1 } }, 1, AMTHI_STATUS_INTERNAL_ERROR },
		AMTHI_STATUS_INTERNAL_ERROR, 1);
	refused((struct me){ { { 1 } }, 1, 0, AMTHI_STATUS_NOT_READY }, AMTHI_STATUS_NOT_READY, 2);
}

static void a_table_that_never_rests_is_given_up_after_three_readings(void **state)
{
	struct me me = { { { 1 }, { 3 }, { 1 }, { 3 }, { 1 }, { 3 }, { 1 } }, 7 };
	struct meiprov_hash *hashes;
	struct meiprov_error err;
	size_t count;

	assert_int_equal(list(&me, &hashes, &count, &err), -EAGAIN);
	assert_int_equal(me.enumerations, 6);
	assert_non_null(strstr(err.why, "changed"));
}

static void an_empty_table_is_no_failure(void **state)
{
	struct me me = { .list_count = 1 };
	struct meiprov_hash *hashes;
	size_t count = 1;

	assert_int_equal(list(&me, &hashes, &count, NULL), 0);
	assert_int_equal(count, 0);
	assert_null(hashes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_table_at_rest_is_read_once),
		cmocka_unit_test(a_table_that_changes_is_read_again),
		cmocka_unit_test(a_slot_that_goes_while_it_is_read_is_no_refusal),
		cmocka_unit_test(a_slot_that_is_listed_and_never_there_is_a_refusal),
		cmocka_unit_test(another_refusal_ends_the_reading_at_once),
		cmocka_unit_test(a_table_that_never_rests_is_given_up_after_three_readings),
		cmocka_unit_test(an_empty_table_is_no_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
