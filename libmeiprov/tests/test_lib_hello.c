// SPDX-License-Identifier: LGPL-2.1-or-later
/* The Hello codec against recorded and typed bytes. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <meiprov/meiprov.h>

#include "vectors.h"

static const char *const good[] = { "hello-recorded-23", "hello-three-algorithms", "hello-empty" };

/* In a buffer of exactly @len bytes. */
static int decode(const void *data, size_t len, struct meiprov_hello *out)
{
	void *copy = malloc(len ? len : 1);
	int ret;

	memcpy(copy, data, len);
	ret = meiprov_hello_decode(copy, len, out);
	free(copy);
	return ret;
}

static void recorded_message_is_read(void **state)
{
	char uuid[MEIPROV_UUID_TEXT_SIZE];
	struct meiprov_hello h;
	struct vector v;

	vector_read("hello-recorded-23", &v);
	assert_int_equal(v.len, 807);
	assert_int_equal(decode(v.data, v.len, &h), 0);
	assert_true(h.credentials_set);
	assert_int_equal(h.retry, 0);
	meiprov_uuid_format(h.uuid, uuid);
	assert_string_equal(uuid, "939b524b-13d4-1d18-e487-1c697a6b7a2b");
	assert_int_equal(h.hash_count, 23);
	for (size_t i = 0; i < 23; i++) {
		assert_int_equal(h.hashes[i].algorithm, MEIPROV_HASH_SHA256);
		assert_int_equal(h.hashes[i].digest_len, 32);
		assert_memory_equal(h.hashes[i].digest, v.data + 27 + 34 * i, 32);
	}
}

static void all_three_algorithms_are_read(void **state)
{
	struct meiprov_hello h;
	struct vector v;

	vector_read("hello-three-algorithms", &v);
	assert_int_equal(decode(v.data, v.len, &h), 0);
	assert_false(h.credentials_set);
	assert_int_equal(h.retry, 14);
	assert_int_equal(h.hash_count, 3);
	assert_int_equal(h.hashes[0].digest_len, 20);
	assert_int_equal(h.hashes[0].digest[0], 0x10);
	assert_int_equal(h.hashes[1].digest_len, 32);
	assert_int_equal(h.hashes[2].digest_len, 48);
	assert_int_equal(h.hashes[2].digest[47], 0xaf);
}

static void encoder_gives_the_recorded_bytes_back(void **state)
{
	static uint8_t buf[MEIPROV_HELLO_MAX];
	struct meiprov_hello h;
	struct vector v;

	for (size_t i = 0; i < 3; i++) {
		vector_read(good[i], &v);
		assert_int_equal(decode(v.data, v.len, &h), 0);
		assert_int_equal(meiprov_hello_encode(&h, buf, sizeof(buf)), (int)v.len);
		assert_memory_equal(buf, v.data, v.len);
	}
}

static void message_cut_at_every_byte_is_refused(void **state)
{
	struct meiprov_hello h;
	struct vector v;

	for (size_t i = 0; i < 3; i++) {
		vector_read(good[i], &v);
		for (size_t len = 0; len < v.len; len++)
			assert_int_equal(decode(v.data, len, &h), -EMSGSIZE);
	}
}

static void bytes_left_over_are_refused(void **state)
{
	struct meiprov_hello h;
	struct vector v;

	for (size_t i = 0; i < 3; i++) {
		vector_read(good[i], &v);
		v.data[v.len] = 0;
		assert_int_equal(decode(v.data, v.len + 1, &h), -EMSGSIZE);
	}
}

static void largest_message_is_taken_and_one_byte_more_is_not(void **state)
{
	static uint8_t buf[MEIPROV_HELLO_MAX + 1];
	static struct meiprov_hello h = { .hash_count = 255 };

	for (size_t i = 0; i < 255; i++) {
		h.hashes[i].algorithm = MEIPROV_HASH_SHA384;
		h.hashes[i].digest_len = 48;
	}
	assert_int_equal(meiprov_hello_encode(&h, buf, sizeof(buf)), MEIPROV_HELLO_MAX);
	assert_int_equal(decode(buf, MEIPROV_HELLO_MAX, &h), 0);
	assert_int_equal(h.hash_count, 255);
	assert_int_equal(decode(buf, MEIPROV_HELLO_MAX + 1, &h), -EMSGSIZE);
}

static void other_versions_are_told_apart(void **state)
{
	struct meiprov_hello h;
	struct vector v;

	vector_read("hello-psk", &v);
	assert_int_equal(decode(v.data, v.len, &h), -EPROTONOSUPPORT);
	assert_int_equal(decode(v.data, 4, &h), -EPROTONOSUPPORT);
	vector_read("hello-empty", &v);
	v.data[3] = 1;
	assert_int_equal(decode(v.data, v.len, &h), -EPROTONOSUPPORT);
}

static void impossible_fields_are_refused(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
	} rows[] = {
		{ 0, 2 },  { 1, 1 },				/* credentials set */
		{ 25, 0 }, { 25, 4 },  { 25, 2 },		/* algorithm */
		{ 26, 0 }, { 26, 19 }, { 26, 21 }, { 26, 255 }, /* its length */
	};
	struct meiprov_hello h;
	struct vector v;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		vector_read("hello-three-algorithms", &v);
		v.data[rows[i].at] = rows[i].value;
		assert_int_equal(decode(v.data, v.len, &h), -EBADMSG);
	}
}

static void count_that_does_not_fit_is_refused(void **state)
{
	struct meiprov_hello h;
	struct vector v;

	vector_read("hello-three-algorithms", &v);
	for (int count = 0; count < 256; count++) {
		v.data[24] = (uint8_t)count;
		assert_int_equal(decode(v.data, v.len, &h), count == 3 ? 0 : -EMSGSIZE);
	}
}

static void encoder_never_overruns_and_takes_no_nonsense(void **state)
{
	struct meiprov_hello h;
	struct vector v;

	vector_read("hello-three-algorithms", &v);
	assert_int_equal(decode(v.data, v.len, &h), 0);
	for (size_t size = 0; size < v.len; size++) {
		uint8_t *buf = malloc(size ? size : 1);

		assert_int_equal(meiprov_hello_encode(&h, buf, size), -ENOBUFS);
		free(buf);
	}
	h.hashes[1].digest_len = 20;
	assert_int_equal(meiprov_hello_encode(&h, v.data, sizeof(v.data)), -EINVAL);
	h.hash_count = 256;
	assert_int_equal(meiprov_hello_encode(&h, v.data, sizeof(v.data)), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recorded_message_is_read),
		cmocka_unit_test(all_three_algorithms_are_read),
		cmocka_unit_test(encoder_gives_the_recorded_bytes_back),
		cmocka_unit_test(message_cut_at_every_byte_is_refused),
		cmocka_unit_test(bytes_left_over_are_refused),
		cmocka_unit_test(largest_message_is_taken_and_one_byte_more_is_not),
		cmocka_unit_test(other_versions_are_told_apart),
		cmocka_unit_test(impossible_fields_are_refused),
		cmocka_unit_test(count_that_does_not_fit_is_refused),
		cmocka_unit_test(encoder_never_overruns_and_takes_no_nonsense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
