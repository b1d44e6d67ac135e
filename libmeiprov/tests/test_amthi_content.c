// SPDX-License-Identifier: LGPL-2.1-or-later
/* What the host-side codec reads out of replies, and what it refuses in them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <string.h>
#include <cmocka.h>

#include "uapi/amthi/amthi.h"
#include "vectors.h"

/* A message of @total bytes whose header says so. */
static void set_length(struct vector *v, size_t total)
{
	v->len = total;
	vector_put_u32(v, 8, (__u32)(total - AMTHI_HEADER_SIZE));
}

static int check(const void *data, size_t len, __u32 command)
{
	__u32 status;

	return amthi_reply_check(data, len, command, &status);
}

static void p50_versions_are_read(void **state)
{
	static const struct amthi_version want[] = {
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
	char bios[AMTHI_BIOS_LEN + 1];
	struct amthi_version got;
	struct vector v;
	__u32 count;

	vector_read("amthi-1a-reply-p50", &v);
	assert_int_equal(v.len, 525);
	assert_int_equal(amthi_decode_versions_head(v.data, v.len, bios, &count), 0);
	assert_string_equal(bios, "N1EETA2W (1.75 )");
	assert_int_equal(count, 10);
	for (__u32 i = 0; i < count; i++) {
		assert_int_equal(amthi_decode_version(v.data, v.len, i, &got), 0);
		assert_string_equal(got.name, want[i].name);
		assert_string_equal(got.value, want[i].value);
	}
	assert_int_equal(amthi_decode_version(v.data, v.len, count, &got), -EINVAL);
}

static void bios_string_without_a_nul_is_ended(void **state)
{
	char bios[AMTHI_BIOS_LEN + 1];
	struct vector v;
	__u32 count;

	vector_read("amthi-1a-reply-p50", &v);
	memset(v.data + 16, 'x', AMTHI_BIOS_LEN);
	assert_int_equal(amthi_decode_versions_head(v.data, v.len, bios, &count), 0);
	assert_int_equal(strlen(bios), AMTHI_BIOS_LEN);
}

static void version_counts_that_cannot_be_are_refused(void **state)
{
	static const __u32 counts[] = { 0, 9, 11, 50, 51, 0x100000a, 0xffffffff };
	char bios[AMTHI_BIOS_LEN + 1] = "untouched";
	__u32 count = 77;
	struct vector v;

	vector_read("amthi-1a-reply-p50", &v);
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		vector_put_u32(&v, 81, counts[i]);
		assert_int_equal(amthi_decode_versions_head(v.data, v.len, bios, &count), -EBADMSG);
	}
	assert_string_equal(bios, "untouched");
	assert_int_equal(count, 77);
}

static void version_strings_that_cannot_be_are_refused(void **state)
{
	static const size_t places[] = { 85, 85 + 22 }; /* first name, first value */
	struct amthi_version got = { "untouched", "" };
	struct vector v;

	for (size_t i = 0; i < 2; i++) {
		vector_read("amthi-1a-reply-p50", &v);
		v.data[places[i]] = 21;
		assert_int_equal(amthi_decode_version(v.data, v.len, 0, &got), -EBADMSG);
		v.data[places[i]] = 5;
		v.data[places[i] + 1] = 1;
		assert_int_equal(amthi_decode_version(v.data, v.len, 0, &got), -EBADMSG);
		v.data[places[i] + 1] = 0;
		v.data[places[i] + 2] = 0; /* a NUL before the end */
		assert_int_equal(amthi_decode_version(v.data, v.len, 0, &got), -EBADMSG);
	}
	assert_string_equal(got.name, "untouched");
}

static void full_length_version_strings_are_ended(void **state)
{
	struct amthi_version got;
	struct vector v;

	vector_read("amthi-1a-reply-p50", &v);
	v.data[85] = 20;
	memset(v.data + 87, 'n', 20);
	assert_int_equal(amthi_decode_version(v.data, v.len, 0, &got), 0);
	assert_int_equal(strlen(got.name), 20);
}

static void handles_are_read(void **state)
{
	static const __u32 want[] = { 0, 1, 0x17 };
	struct vector v;
	__u32 count, handle;

	vector_read("amthi-2c-reply", &v);
	assert_int_equal(amthi_decode_handle_count(v.data, v.len, &count), 0);
	assert_int_equal(count, 3);
	for (__u32 i = 0; i < 3; i++) {
		assert_int_equal(amthi_decode_handle(v.data, v.len, i, &handle), 0);
		assert_int_equal(handle, want[i]);
	}
	assert_int_equal(amthi_decode_handle(v.data, v.len, 3, &handle), -EINVAL);
}

static void handle_counts_that_cannot_be_are_refused(void **state)
{
	static const __u32 counts[] = { 0, 2, 4, 1276, 0x40000003, 0xffffffff };
	__u32 count = 77;
	struct vector v;

	vector_read("amthi-2c-reply", &v);
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		vector_put_u32(&v, 16, counts[i]);
		assert_int_equal(amthi_decode_handle_count(v.data, v.len, &count), -EBADMSG);
	}
	assert_int_equal(count, 77);
}

static void largest_hash_table_fits_one_message(void **state)
{
	struct vector v;
	__u32 count, handle;

	vector_read("amthi-2c-reply", &v);
	set_length(&v, 20 + 4 * AMTHI_HANDLES_MAX);
	vector_put_u32(&v, 16, AMTHI_HANDLES_MAX);
	assert_int_equal(check(v.data, v.len, AMTHI_ENUMERATE_HASH_HANDLES), 0);
	assert_int_equal(amthi_decode_handle_count(v.data, v.len, &count), 0);
	assert_int_equal(count, AMTHI_HANDLES_MAX);
	assert_int_equal(amthi_decode_handle(v.data, v.len, count - 1, &handle), 0);
}

static void hash_entries_are_read(void **state)
{
	struct amthi_hash hash;
	struct vector v;

	vector_read("amthi-2d-reply-sha256", &v);
	assert_int_equal(amthi_decode_hash(v.data, v.len, &hash), 0);
	assert_int_equal(hash.is_default, 1);
	assert_int_equal(hash.is_active, 1);
	assert_int_equal(hash.algorithm, AMTHI_HASH_SHA256);
	assert_int_equal(hash.digest_len, 32);
	assert_memory_equal(hash.digest, v.data + 24, 64);
	assert_string_equal(hash.name, "Go Daddy Root CA-G2");
	assert_int_equal(hash.name_len, 19);

	vector_read("amthi-2d-reply-sha1", &v);
	assert_int_equal(amthi_decode_hash(v.data, v.len, &hash), 0);
	assert_int_equal(hash.is_default, 0);
	assert_int_equal(hash.is_active, 0);
	assert_int_equal(hash.digest_len, 20);
	assert_string_equal(hash.name, "an own root, thirty-two bytes ok");
}

static void unknown_hash_algorithm_is_passed_on_without_a_length(void **state)
{
	struct amthi_hash hash;
	struct vector v;

	vector_read("amthi-2d-reply-sha256", &v);
	v.data[88] = 4;
	assert_int_equal(amthi_decode_hash(v.data, v.len, &hash), 0);
	assert_int_equal(hash.algorithm, 4);
	assert_int_equal(hash.digest_len, 0);
	assert_memory_equal(hash.digest, v.data + 24, 64);
}

/* Set one byte of the entry: what comes of it. */
static void hash_fields_that_cannot_be_are_refused(void **state)
{
	static const struct {
		size_t at;
		__u8 value;
	} rows[] = {
		{ 16, 2 },  { 17, 1 },	{ 19, 0x80 }, /* default */
		{ 20, 2 },  { 23, 1 },		      /* active */
		{ 89, 18 }, { 89, 20 }, { 90, 1 },    /* name length */
		{ 91, 0 },  { 100, 0 },		      /* NUL inside the name */
	};
	struct amthi_hash hash = { .name_len = 77 };
	struct vector v;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		vector_read("amthi-2d-reply-sha256", &v);
		v.data[rows[i].at] = rows[i].value;
		assert_int_equal(amthi_decode_hash(v.data, v.len, &hash), -EBADMSG);
	}
	assert_int_equal(hash.name_len, 77);
}

static void hash_name_of_33_bytes_is_refused(void **state)
{
	struct vector v;
	struct amthi_hash hash;

	vector_read("amthi-2d-reply-sha1", &v);
	v.data[89] = 33;
	v.data[v.len] = 'x';
	set_length(&v, v.len + 1);
	assert_int_equal(check(v.data, v.len, AMTHI_GET_CERTIFICATE_HASH), -EMSGSIZE);
	assert_int_equal(amthi_decode_hash(v.data, v.len, &hash), -EBADMSG);
}

static void numbers_and_uuid_are_read(void **state)
{
	__u8 uuid[AMTHI_UUID_LEN];
	struct vector v;
	__u32 value;

	vector_read("amthi-11-reply-p50", &v);
	assert_int_equal(amthi_decode_u32(v.data, v.len, &value), 0);
	assert_int_equal(value, AMTHI_STATE_PRE);
	vector_read("amthi-6b-reply", &v);
	assert_int_equal(amthi_decode_u32(v.data, v.len, &value), 0);
	assert_int_equal(value, AMTHI_CONTROL_ADMIN);
	memset(v.data + 16, 0xff, 4); /* an unknown mode is passed on */
	assert_int_equal(amthi_decode_u32(v.data, v.len, &value), 0);
	assert_true(value == 0xffffffff);
	vector_read("amthi-5c-reply", &v);
	assert_int_equal(amthi_decode_uuid(v.data, v.len, uuid), 0);
	assert_memory_equal(uuid, v.data + 16, 16);
}

static void ztc_mode_is_a_boolean(void **state)
{
	struct vector v;
	__u32 value = 77;

	vector_read("amthi-30-reply", &v);
	assert_int_equal(amthi_decode_u32(v.data, v.len, &value), 0);
	assert_int_equal(value, 1);
	v.data[16] = 2;
	assert_int_equal(amthi_decode_u32(v.data, v.len, &value), -EBADMSG);
	v.data[16] = 1;
	v.data[19] = 1;
	assert_int_equal(amthi_decode_u32(v.data, v.len, &value), -EBADMSG);
	assert_int_equal(value, 1);
}

static void suffixes_are_read(void **state)
{
	static const struct {
		const char *vector;
		const char *text;
	} rows[] = {
		{ "amthi-36-reply", "corp.example.org" },
		{ "amthi-36-reply-nul", "example.org" },
		{ "amthi-36-reply-unset", "" },
	};
	char text[AMTHI_SUFFIX_MAX + 1];
	struct vector v;

	for (size_t i = 0; i < 3; i++) {
		vector_read(rows[i].vector, &v);
		assert_int_equal(amthi_decode_string(v.data, v.len, text, sizeof(text)), 0);
		assert_string_equal(text, rows[i].text);
	}
}

static void strings_that_cannot_be_are_refused(void **state)
{
	char text[17] = "untouched";
	struct vector v;

	vector_read("amthi-36-reply", &v);
	assert_int_equal(amthi_decode_string(v.data, v.len, text, 16), -EBADMSG);
	v.data[16] = 15;
	assert_int_equal(amthi_decode_string(v.data, v.len, text, 17), -EBADMSG);
	v.data[16] = 16;
	v.data[17] = 1;
	assert_int_equal(amthi_decode_string(v.data, v.len, text, 17), -EBADMSG);
	v.data[17] = 0;
	v.data[20] = 0;
	assert_int_equal(amthi_decode_string(v.data, v.len, text, 17), -EBADMSG);
	v.data[20] = 'r';
	v.data[32] = v.data[33] = 0; /* two at the end */
	assert_int_equal(amthi_decode_string(v.data, v.len, text, 17), -EBADMSG);
	assert_string_equal(text, "untouched");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(p50_versions_are_read),
		cmocka_unit_test(bios_string_without_a_nul_is_ended),
		cmocka_unit_test(version_counts_that_cannot_be_are_refused),
		cmocka_unit_test(version_strings_that_cannot_be_are_refused),
		cmocka_unit_test(full_length_version_strings_are_ended),
		cmocka_unit_test(handles_are_read),
		cmocka_unit_test(handle_counts_that_cannot_be_are_refused),
		cmocka_unit_test(largest_hash_table_fits_one_message),
		cmocka_unit_test(hash_entries_are_read),
		cmocka_unit_test(unknown_hash_algorithm_is_passed_on_without_a_length),
		cmocka_unit_test(hash_fields_that_cannot_be_are_refused),
		cmocka_unit_test(hash_name_of_33_bytes_is_refused),
		cmocka_unit_test(numbers_and_uuid_are_read),
		cmocka_unit_test(ztc_mode_is_a_boolean),
		cmocka_unit_test(suffixes_are_read),
		cmocka_unit_test(strings_that_cannot_be_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
