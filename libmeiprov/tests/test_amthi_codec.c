// SPDX-License-Identifier: LGPL-2.1-or-later
/* The host-side codec against literal bytes, and against every broken form of
 * them. Messages are copied to heap buffers of their exact size, so that the
 * address sanitizer sees a read beyond the end.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "uapi/amthi/amthi.h"
#include "vectors.h"

/* Replies of every command, with status 0. */
static const struct {
	const char *vector;
	__u32 command;
} replies[] = {
	{ "amthi-11-reply-p50", AMTHI_GET_PROVISIONING_STATE },
	{ "amthi-1a-reply-p50", AMTHI_GET_CODE_VERSIONS },
	{ "amthi-2a-reply", AMTHI_SET_PROVISIONING_OTP },
	{ "amthi-2c-reply", AMTHI_ENUMERATE_HASH_HANDLES },
	{ "amthi-2c-reply-empty", AMTHI_ENUMERATE_HASH_HANDLES },
	{ "amthi-2d-reply-sha256", AMTHI_GET_CERTIFICATE_HASH },
	{ "amthi-2d-reply-sha1", AMTHI_GET_CERTIFICATE_HASH },
	{ "amthi-30-reply", AMTHI_GET_ZERO_TOUCH_ENABLED },
	{ "amthi-36-reply", AMTHI_GET_PKI_FQDN_SUFFIX },
	{ "amthi-36-reply-nul", AMTHI_GET_PKI_FQDN_SUFFIX },
	{ "amthi-36-reply-unset", AMTHI_GET_PKI_FQDN_SUFFIX },
	{ "amthi-5c-reply", AMTHI_GET_UUID },
	{ "amthi-5e-reply", AMTHI_STOP_CONFIGURATION },
	{ "amthi-62-reply", AMTHI_START_CONFIGURATION_EX },
	{ "amthi-6b-reply", AMTHI_GET_CONTROL_MODE },
};

#define REPLIES (sizeof(replies) / sizeof(replies[0]))

static void *exact(const void *data, size_t len)
{
	void *copy = malloc(len ? len : 1);

	assert_non_null(copy);
	memcpy(copy, data, len);
	return copy;
}

static int check(const void *data, size_t len, __u32 command)
{
	__u32 status = 0xdead;
	void *copy = exact(data, len);
	int ret = amthi_reply_check(copy, len, command, &status);

	free(copy);
	if (ret)
		assert_int_equal(status, 0xdead);
	return ret;
}

/* Whatever decodes this command, with everything it can give. */
static int decode_versions(const void *buf, size_t len)
{
	char bios[AMTHI_BIOS_LEN + 1];
	struct amthi_version v;
	__u32 count, i;
	int ret = amthi_decode_versions_head(buf, len, bios, &count);

	for (i = 0; !ret && i < count; i++)
		ret = amthi_decode_version(buf, len, i, &v);
	return ret;
}

static int decode_handles(const void *buf, size_t len)
{
	__u32 count, handle, i;
	int ret = amthi_decode_handle_count(buf, len, &count);

	for (i = 0; !ret && i < count; i++)
		ret = amthi_decode_handle(buf, len, i, &handle);
	return ret;
}

static int decode(__u32 command, const void *buf, size_t len)
{
	char text[AMTHI_SUFFIX_MAX + 1];
	__u8 uuid[AMTHI_UUID_LEN];
	struct amthi_hash hash;
	__u32 value;

	switch (command) {
	case AMTHI_GET_CODE_VERSIONS:
		return decode_versions(buf, len);
	case AMTHI_ENUMERATE_HASH_HANDLES:
		return decode_handles(buf, len);
	case AMTHI_GET_CERTIFICATE_HASH:
		return amthi_decode_hash(buf, len, &hash);
	case AMTHI_GET_PKI_FQDN_SUFFIX:
		return amthi_decode_string(buf, len, text, sizeof(text));
	case AMTHI_GET_UUID:
		return amthi_decode_uuid(buf, len, uuid);
	case AMTHI_SET_PROVISIONING_OTP:
	case AMTHI_STOP_CONFIGURATION:
	case AMTHI_START_CONFIGURATION_EX:
		return 0;
	default:
		return amthi_decode_u32(buf, len, &value);
	}
}

/* Check and decode, as the driver does. */
static int take(const void *data, size_t len, __u32 command)
{
	void *copy = exact(data, len);
	__u32 status = 0;
	int ret = amthi_reply_check(copy, len, command, &status);

	if (!ret && !status)
		ret = decode(command, copy, len);
	free(copy);
	return ret;
}

/* A message of @total bytes whose header says so. */
static void set_length(struct vector *v, size_t total)
{
	v->len = total;
	vector_put_u32(v, 8, (__u32)(total - AMTHI_HEADER_SIZE));
}

/* --- requests --- */

static void assert_request(int ret, const __u8 *got, const char *name)
{
	struct vector want;

	vector_read(name, &want);
	assert_int_equal(ret, (int)want.len);
	assert_memory_equal(got, want.data, want.len);
}

static void requests_without_argument_have_the_typed_bytes(void **state)
{
	static const struct {
		const char *vector;
		__u32 command;
	} rows[] = {
		{ "amthi-11-request", AMTHI_GET_PROVISIONING_STATE },
		{ "amthi-1a-request", AMTHI_GET_CODE_VERSIONS },
		{ "amthi-2c-request", AMTHI_ENUMERATE_HASH_HANDLES },
		{ "amthi-30-request", AMTHI_GET_ZERO_TOUCH_ENABLED },
		{ "amthi-36-request", AMTHI_GET_PKI_FQDN_SUFFIX },
		{ "amthi-5c-request", AMTHI_GET_UUID },
		{ "amthi-5e-request", AMTHI_STOP_CONFIGURATION },
		{ "amthi-6b-request", AMTHI_GET_CONTROL_MODE },
	};
	__u8 buf[AMTHI_HEADER_SIZE];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_request(amthi_encode(buf, sizeof(buf), rows[i].command), buf,
			       rows[i].vector);
}

static void requests_with_a_number_have_the_typed_bytes(void **state)
{
	__u8 buf[16];

	assert_request(amthi_encode_u32(buf, sizeof(buf), AMTHI_GET_CERTIFICATE_HASH, 5), buf,
		       "amthi-2d-request");
	assert_request(amthi_encode_u32(buf, sizeof(buf), AMTHI_START_CONFIGURATION_EX, 0), buf,
		       "amthi-62-request");
	assert_request(amthi_encode_u32(buf, sizeof(buf), AMTHI_START_CONFIGURATION_EX, 1), buf,
		       "amthi-62-request-ipv6");
}

static void otp_request_has_the_typed_bytes(void **state)
{
	__u8 buf[64];

	assert_request(amthi_encode_string(buf, sizeof(buf), AMTHI_SET_PROVISIONING_OTP,
					   "Zr4!opq9Xk2%mnTB", 16),
		       buf, "amthi-2a-request");
}

static void arguments_a_command_cannot_carry_are_refused(void **state)
{
	static const char text[64] = "0123456789012345678901234567890123456789";
	__u8 buf[64];

	assert_int_equal(amthi_encode(buf, 64, AMTHI_GET_CERTIFICATE_HASH), -EINVAL);
	assert_int_equal(amthi_encode(buf, 64, AMTHI_SET_PROVISIONING_OTP), -EINVAL);
	assert_int_equal(amthi_encode(buf, 64, 0x04000010), -EINVAL);
	assert_int_equal(amthi_encode_u32(buf, 64, AMTHI_GET_UUID, 0), -EINVAL);
	assert_int_equal(amthi_encode_u32(buf, 64, AMTHI_START_CONFIGURATION_EX, 2), -EINVAL);
	assert_int_equal(amthi_encode_u32(buf, 64, 0x0400003a, 1), -EINVAL);
	assert_int_equal(amthi_encode_string(buf, 64, AMTHI_GET_UUID, text, 8), -EINVAL);
	assert_int_equal(amthi_encode_string(buf, 64, AMTHI_SET_PROVISIONING_OTP, text, 7),
			 -EINVAL);
	assert_int_equal(amthi_encode_string(buf, 64, AMTHI_SET_PROVISIONING_OTP, text, 33),
			 -EINVAL);
}

static void too_small_buffers_are_never_overrun(void **state)
{
	for (size_t size = 0; size < 46; size++) {
		__u8 *buf = malloc(size ? size : 1);

		assert_int_equal(amthi_encode(buf, size, AMTHI_GET_UUID),
				 size < 12 ? -ENOBUFS : 12);
		assert_int_equal(amthi_encode_u32(buf, size, AMTHI_GET_CERTIFICATE_HASH, 1),
				 size < 16 ? -ENOBUFS : 16);
		assert_int_equal(amthi_encode_string(buf, size, AMTHI_SET_PROVISIONING_OTP,
						     "01234567890123456789012345678901", 32),
				 size < 46 ? -ENOBUFS : 46);
		free(buf);
	}
}

/* --- replies: the common part --- */

static void sound_replies_are_taken(void **state)
{
	struct vector v;

	for (size_t i = 0; i < REPLIES; i++) {
		vector_read(replies[i].vector, &v);
		assert_int_equal(take(v.data, v.len, replies[i].command), 0);
	}
}

static void refusals_give_the_status(void **state)
{
	static const struct {
		const char *vector;
		__u32 command;
		__u32 status;
	} rows[] = {
		{ "amthi-11-reply-refused", AMTHI_GET_PROVISIONING_STATE, 1 },
		{ "amthi-2a-reply-refused", AMTHI_SET_PROVISIONING_OTP, 3 },
		{ "amthi-2d-reply-not-found", AMTHI_GET_CERTIFICATE_HASH, 0x814 },
		{ "amthi-5e-reply-refused", AMTHI_STOP_CONFIGURATION, 3 },
		{ "amthi-62-reply-not-ready", AMTHI_START_CONFIGURATION_EX, 0x31 },
	};
	struct vector v;
	__u32 status;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		vector_read(rows[i].vector, &v);
		assert_int_equal(amthi_reply_check(v.data, v.len, rows[i].command, &status), 0);
		assert_int_equal(status, rows[i].status);
		set_length(&v, v.len + 4); /* trailing data of a refusal is ignored */
		assert_int_equal(amthi_reply_check(v.data, v.len, rows[i].command, &status), 0);
		assert_int_equal(status, rows[i].status);
	}
}

static void replies_cut_at_every_length_are_refused(void **state)
{
	struct vector v;

	for (size_t i = 0; i < REPLIES; i++) {
		vector_read(replies[i].vector, &v);
		for (size_t len = 0; len < v.len; len++)
			assert_int_equal(check(v.data, len, replies[i].command), -EMSGSIZE);
	}
}

/* The header's length is cut as well, so that only the content tells. */
static void consistently_cut_replies_are_refused(void **state)
{
	struct vector v;

	for (size_t i = 0; i < REPLIES; i++) {
		vector_read(replies[i].vector, &v);
		for (size_t len = v.len - 1; len >= AMTHI_REPLY_MIN; len--) {
			int ret;

			set_length(&v, len);
			ret = take(v.data, v.len, replies[i].command);
			if (len == AMTHI_REPLY_MIN)
				assert_int_equal(ret, -ENODATA);
			else
				assert_true(ret == -EMSGSIZE || ret == -EBADMSG);
		}
	}
}

static void replies_longer_by_one_are_refused(void **state)
{
	struct vector v;
	int ret;

	for (size_t i = 0; i < REPLIES; i++) {
		vector_read(replies[i].vector, &v);
		v.data[v.len] = 0;
		assert_int_equal(check(v.data, v.len + 1, replies[i].command), -EMSGSIZE);
		set_length(&v, v.len + 1);
		ret = take(v.data, v.len, replies[i].command);
		assert_true(ret == -EMSGSIZE || ret == -EBADMSG);
	}
}

static void every_flipped_header_bit_is_noticed(void **state)
{
	struct vector v;

	for (size_t i = 0; i < REPLIES; i++) {
		vector_read(replies[i].vector, &v);
		for (size_t bit = 0; bit < 8 * AMTHI_HEADER_SIZE; bit++) {
			int want = bit < 32 ? -EPROTONOSUPPORT : bit < 64 ? -EPROTO : -EMSGSIZE;

			v.data[bit / 8] ^= 1 << (bit % 8);
			assert_int_equal(check(v.data, v.len, replies[i].command), want);
			v.data[bit / 8] ^= 1 << (bit % 8);
		}
	}
}

static void reply_to_another_command_is_refused(void **state)
{
	struct vector v;

	for (size_t i = 0; i < REPLIES; i++) {
		vector_read(replies[i].vector, &v);
		for (size_t j = 0; j < REPLIES; j++)
			if (replies[i].command != replies[j].command)
				assert_int_equal(check(v.data, v.len, replies[j].command), -EPROTO);
		assert_int_equal(check(v.data, v.len, 0x04000010), -EPROTO);
		assert_int_equal(check(v.data, v.len, replies[i].command | AMTHI_REPLY_BIT),
				 -EPROTO);
	}
}

static void every_command_has_a_row_with_sane_bounds(void **state)
{
	for (size_t i = 0; i < REPLIES; i++) {
		const struct amthi_command_info *info = amthi_command_lookup(replies[i].command);

		assert_non_null(info);
		assert_int_equal(info->command, replies[i].command);
		assert_true(strlen(info->name) > 4);
		assert_true(info->reply_min >= AMTHI_REPLY_MIN);
		assert_true(info->reply_min <= info->reply_max);
		assert_true(info->reply_max <= AMTHI_MSG_MAX);
	}
	assert_null(amthi_command_lookup(0));
	assert_null(amthi_command_lookup(0x0400003a));
}

/* Any byte at any place of any reply: an error or a sound value, no overrun. */
static void no_changed_byte_leads_out_of_bounds(void **state)
{
	static const __u8 values[] = { 0, 1, 0x7f, 0x80, 0xff };
	struct vector v;

	for (size_t i = 0; i < REPLIES; i++) {
		vector_read(replies[i].vector, &v);
		for (size_t at = 0; at < v.len; at++) {
			__u8 was = v.data[at];

			for (size_t k = 0; k < sizeof(values); k++) {
				int ret;

				v.data[at] = values[k];
				ret = take(v.data, v.len, replies[i].command);
				assert_true(ret <= 0);
			}
			v.data[at] = was;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_without_argument_have_the_typed_bytes),
		cmocka_unit_test(requests_with_a_number_have_the_typed_bytes),
		cmocka_unit_test(otp_request_has_the_typed_bytes),
		cmocka_unit_test(arguments_a_command_cannot_carry_are_refused),
		cmocka_unit_test(too_small_buffers_are_never_overrun),
		cmocka_unit_test(sound_replies_are_taken),
		cmocka_unit_test(refusals_give_the_status),
		cmocka_unit_test(replies_cut_at_every_length_are_refused),
		cmocka_unit_test(consistently_cut_replies_are_refused),
		cmocka_unit_test(replies_longer_by_one_are_refused),
		cmocka_unit_test(every_flipped_header_bit_is_noticed),
		cmocka_unit_test(reply_to_another_command_is_refused),
		cmocka_unit_test(every_command_has_a_row_with_sane_bounds),
		cmocka_unit_test(no_changed_byte_leads_out_of_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
