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
	{ "amthi-06-reply", AMTHI_GET_TCPIP_PARAMETERS },
	{ "amthi-08-reply", AMTHI_GET_PROVISIONING_MODE },
	{ "amthi-10-reply", AMTHI_UNPROVISION },
	{ "amthi-1b-reply", AMTHI_GET_SECURITY_PARAMETERS },
	{ "amthi-25-reply", AMTHI_GET_MAC_ADDRESSES },
	{ "amthi-28-reply", AMTHI_GENERATE_RNG_SEED },
	{ "amthi-29-reply", AMTHI_START_CONFIGURATION },
	{ "amthi-2b-reply", AMTHI_GET_PROVISIONING_TLS_MODE },
	{ "amthi-2e-reply", AMTHI_GET_RNG_SEED_STATUS },
	{ "amthi-2f-reply", AMTHI_SET_PKI_FQDN_SUFFIX },
	{ "amthi-3a-reply", AMTHI_SET_ZERO_TOUCH_ENABLED },
	{ "amthi-3e-reply", AMTHI_GET_DNS_SUFFIX_LIST },
	{ "amthi-3e-reply-empty", AMTHI_GET_DNS_SUFFIX_LIST },
	{ "amthi-46-reply", AMTHI_GET_REMOTE_ACCESS_STATUS },
	{ "amthi-48-reply", AMTHI_GET_LAN_INTERFACE },
	{ "amthi-4e-reply", AMTHI_GET_CONFIG_SERVER },
	{ "amthi-50-reply", AMTHI_GET_SETUP_AUDIT_RECORD },
	{ "amthi-56-reply", AMTHI_GET_FQDN },
	{ "amthi-58-reply", AMTHI_GET_REDIRECTION_STATE },
	{ "amthi-84-reply", AMTHI_GET_EHBC_STATE },
	{ "amthi-85-reply", AMTHI_SET_EHBC_STATE },
	{ "amthi-88-reply", AMTHI_DISABLE_AND_CLEAR },
	{ "amthi-8b-reply", AMTHI_START_HOST_BASED },
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

static int decode_suffix(const void *buf, size_t len)
{
	char text[AMTHI_SUFFIX_MAX + 1];

	return amthi_decode_string(buf, len, text, sizeof(text));
}

static int decode_suffix_list(const void *buf, size_t len)
{
	size_t at, count;
	int ret = amthi_decode_suffix_list(buf, len, &at, &count);

	if (!ret)
		assert_int_equal(at + count, len);
	return ret;
}

static int decode_number(const void *buf, size_t len)
{
	__u32 value;

	return amthi_decode_u32(buf, len, &value);
}

static int decode_uuid(const void *buf, size_t len)
{
	__u8 uuid[AMTHI_UUID_LEN];

	return amthi_decode_uuid(buf, len, uuid);
}

#define DECODE(name) \
	static int decode_##name(const void *buf, size_t len) \
	{ \
		struct amthi_##name out; \
		return amthi_decode_##name(buf, len, &out); \
	}

DECODE(hash)
DECODE(mode)
DECODE(security)
DECODE(tcpip)
DECODE(lan)
DECODE(mac)
DECODE(config_server)
DECODE(fqdn)
DECODE(remote_access)
DECODE(audit)
DECODE(host_certificate)

/* Commands that are not listed have nothing but a status. */
static const struct {
	__u32 command;
	int (*decode)(const void *buf, size_t len);
} decoders[] = {
	{ AMTHI_GET_PROVISIONING_STATE, decode_number },
	{ AMTHI_GET_CODE_VERSIONS, decode_versions },
	{ AMTHI_ENUMERATE_HASH_HANDLES, decode_handles },
	{ AMTHI_GET_CERTIFICATE_HASH, decode_hash },
	{ AMTHI_GET_ZERO_TOUCH_ENABLED, decode_number },
	{ AMTHI_GET_PKI_FQDN_SUFFIX, decode_suffix },
	{ AMTHI_GET_UUID, decode_uuid },
	{ AMTHI_GET_CONTROL_MODE, decode_number },
	{ AMTHI_GET_TCPIP_PARAMETERS, decode_tcpip },
	{ AMTHI_GET_PROVISIONING_MODE, decode_mode },
	{ AMTHI_GET_SECURITY_PARAMETERS, decode_security },
	{ AMTHI_GET_MAC_ADDRESSES, decode_mac },
	{ AMTHI_GET_PROVISIONING_TLS_MODE, decode_number },
	{ AMTHI_GET_RNG_SEED_STATUS, decode_number },
	{ AMTHI_GET_DNS_SUFFIX_LIST, decode_suffix_list },
	{ AMTHI_GET_REMOTE_ACCESS_STATUS, decode_remote_access },
	{ AMTHI_GET_LAN_INTERFACE, decode_lan },
	{ AMTHI_GET_CONFIG_SERVER, decode_config_server },
	{ AMTHI_GET_SETUP_AUDIT_RECORD, decode_audit },
	{ AMTHI_GET_FQDN, decode_fqdn },
	{ AMTHI_GET_REDIRECTION_STATE, decode_number },
	{ AMTHI_GET_EHBC_STATE, decode_number },
	{ AMTHI_START_HOST_BASED, decode_host_certificate },
};

static int decode(__u32 command, const void *buf, size_t len)
{
	for (size_t i = 0; i < sizeof(decoders) / sizeof(decoders[0]); i++)
		if (decoders[i].command == command)
			return decoders[i].decode(buf, len);
	return 0;
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
		{ "amthi-06-request", AMTHI_GET_TCPIP_PARAMETERS },
		{ "amthi-08-request", AMTHI_GET_PROVISIONING_MODE },
		{ "amthi-1b-request", AMTHI_GET_SECURITY_PARAMETERS },
		{ "amthi-25-request", AMTHI_GET_MAC_ADDRESSES },
		{ "amthi-28-request", AMTHI_GENERATE_RNG_SEED },
		{ "amthi-29-request", AMTHI_START_CONFIGURATION },
		{ "amthi-2b-request", AMTHI_GET_PROVISIONING_TLS_MODE },
		{ "amthi-2e-request", AMTHI_GET_RNG_SEED_STATUS },
		{ "amthi-3e-request", AMTHI_GET_DNS_SUFFIX_LIST },
		{ "amthi-46-request", AMTHI_GET_REMOTE_ACCESS_STATUS },
		{ "amthi-4e-request", AMTHI_GET_CONFIG_SERVER },
		{ "amthi-50-request", AMTHI_GET_SETUP_AUDIT_RECORD },
		{ "amthi-56-request", AMTHI_GET_FQDN },
		{ "amthi-58-request", AMTHI_GET_REDIRECTION_STATE },
		{ "amthi-84-request", AMTHI_GET_EHBC_STATE },
		{ "amthi-88-request", AMTHI_DISABLE_AND_CLEAR },
	};
	__u8 buf[AMTHI_HEADER_SIZE];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_request(amthi_encode(buf, sizeof(buf), rows[i].command), buf,
			       rows[i].vector);
}

static void requests_with_a_number_have_the_typed_bytes(void **state)
{
	static const struct {
		const char *vector;
		__u32 command;
		__u32 value;
	} rows[] = {
		{ "amthi-2d-request", AMTHI_GET_CERTIFICATE_HASH, 5 },
		{ "amthi-62-request", AMTHI_START_CONFIGURATION_EX, 0 },
		{ "amthi-62-request-ipv6", AMTHI_START_CONFIGURATION_EX, 1 },
		{ "amthi-10-request", AMTHI_UNPROVISION, 1 },
		{ "amthi-3a-request", AMTHI_SET_ZERO_TOUCH_ENABLED, 0 },
		{ "amthi-48-request", AMTHI_GET_LAN_INTERFACE, 1 },
		{ "amthi-85-request", AMTHI_SET_EHBC_STATE, 0 },
	};
	__u8 buf[16];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_request(amthi_encode_u32(buf, sizeof(buf), rows[i].command, rows[i].value),
			       buf, rows[i].vector);
}

static void otp_request_has_the_typed_bytes(void **state)
{
	__u8 buf[64];

	assert_request(amthi_encode_string(buf, sizeof(buf), AMTHI_SET_PROVISIONING_OTP,
					   "Zr4!opq9Xk2%mnTB", 16),
		       buf, "amthi-2a-request");
}

static void suffix_requests_have_the_typed_bytes(void **state)
{
	__u8 buf[64];

	assert_request(amthi_encode_string(buf, sizeof(buf), AMTHI_SET_PKI_FQDN_SUFFIX,
					   "corp.example.org", 16),
		       buf, "amthi-2f-request");
	assert_request(amthi_encode_string(buf, sizeof(buf), AMTHI_SET_PKI_FQDN_SUFFIX, "", 0), buf,
		       "amthi-2f-request-empty");
}

static void arguments_a_command_cannot_carry_are_refused(void **state)
{
	static const char text[64] = "0123456789012345678901234567890123456789";
	__u8 buf[64];

	assert_int_equal(amthi_encode(buf, 64, AMTHI_GET_CERTIFICATE_HASH), -EINVAL);
	assert_int_equal(amthi_encode(buf, 64, AMTHI_SET_PROVISIONING_OTP), -EINVAL);
	assert_int_equal(amthi_encode(buf, 64, 0x04000067), -EINVAL);
	assert_int_equal(amthi_encode(buf, 64, AMTHI_START_HOST_BASED), -EINVAL);
	assert_int_equal(amthi_encode_u32(buf, 64, AMTHI_GET_UUID, 0), -EINVAL);
	assert_int_equal(amthi_encode_u32(buf, 64, AMTHI_START_CONFIGURATION_EX, 2), -EINVAL);
	assert_int_equal(amthi_encode_u32(buf, 64, AMTHI_UNPROVISION, 4), -EINVAL);
	assert_int_equal(amthi_encode_u32(buf, 64, AMTHI_GET_LAN_INTERFACE, 2), -EINVAL);
	assert_int_equal(amthi_encode_string(buf, 64, AMTHI_GET_UUID, text, 8), -EINVAL);
	assert_int_equal(amthi_encode_string(buf, 64, AMTHI_SET_PROVISIONING_OTP, text, 7),
			 -EINVAL);
	assert_int_equal(amthi_encode_string(buf, 64, AMTHI_SET_PROVISIONING_OTP, text, 33),
			 -EINVAL);
	assert_int_equal(amthi_encode_string(buf, 64, AMTHI_SET_PKI_FQDN_SUFFIX, "a\0b", 3),
			 -EINVAL);
}

/* amthi.md 3: that is the BIOS's and the maker's. */
static void nothing_switches_ztc_or_ehbc_on(void **state)
{
	__u8 buf[64];

	assert_int_equal(amthi_encode_u32(buf, 64, AMTHI_SET_ZERO_TOUCH_ENABLED, 1), -EINVAL);
	assert_int_equal(amthi_encode_u32(buf, 64, AMTHI_SET_EHBC_STATE, 1), -EINVAL);
}

static void a_suffix_has_at_most_223_bytes(void **state)
{
	char text[AMTHI_SUFFIX_MAX + 1];
	__u8 buf[512];

	memset(text, 'x', sizeof(text));
	assert_int_equal(amthi_encode_string(buf, 512, AMTHI_SET_PKI_FQDN_SUFFIX, text, 223),
			 14 + 223);
	assert_int_equal(amthi_encode_string(buf, 512, AMTHI_SET_PKI_FQDN_SUFFIX, text, 224),
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
		{ "amthi-50-reply-none", AMTHI_GET_SETUP_AUDIT_RECORD, 0x814 },
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
		assert_int_equal(check(v.data, v.len, 0x04000067), -EPROTO);
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
	assert_null(amthi_command_lookup(0x04000067));
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
		cmocka_unit_test(suffix_requests_have_the_typed_bytes),
		cmocka_unit_test(nothing_switches_ztc_or_ehbc_on),
		cmocka_unit_test(a_suffix_has_at_most_223_bytes),
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
