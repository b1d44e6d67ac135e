// SPDX-License-Identifier: LGPL-2.1-or-later
/* Host-based start, and what is read out of the replies of the preflight. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "uapi/amthi/amthi.h"
#include "vectors.h"

static const __u8 leaf[64] = {
	0xe0, 0xe1, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xea,
	0xeb, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5,
	0xf6, 0xf7, 0xf8, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd, 0xfe, 0xff, 0x99,
};
static const __u8 names[] = "a.example\0b.example";

static struct amthi_host_based host_based(void)
{
	return (struct amthi_host_based){
		.algorithm = AMTHI_HASH_SHA256,
		.digest = leaf,
		.host_vpn = 1,
		.suffixes_len = 19,
		.suffixes = names,
	};
}

/* The byte behind the 32 of SHA-256 is not sent. */
static void host_based_start_has_the_typed_bytes(void **state)
{
	struct amthi_host_based args = host_based();
	struct vector want;
	__u8 buf[512];

	vector_read("amthi-8b-request", &want);
	assert_int_equal(want.len, 402);
	memset(buf, 0xa5, sizeof(buf));
	assert_int_equal(amthi_encode_host_based(buf, sizeof(buf), &args), 402);
	assert_memory_equal(buf, want.data, 402);
}

static void host_based_start_never_overruns_a_small_buffer(void **state)
{
	struct amthi_host_based args = host_based();

	for (size_t size = 0; size <= 402; size += size < 390 ? 13 : 1) {
		__u8 *buf = malloc(size ? size : 1);

		assert_int_equal(amthi_encode_host_based(buf, size, &args),
				 size < 402 ? -ENOBUFS : 402);
		free(buf);
	}
}

static void host_based_arguments_that_cannot_be_are_refused(void **state)
{
	struct amthi_host_based args;
	__u8 buf[512];

	for (__u32 algorithm = 0; algorithm < 6; algorithm++) {
		args = host_based();
		args.algorithm = algorithm;
		assert_int_equal(amthi_encode_host_based(buf, sizeof(buf), &args),
				 algorithm == 2 || algorithm == 3 ? 402 : -EINVAL);
	}
	args = host_based();
	args.host_vpn = 2;
	assert_int_equal(amthi_encode_host_based(buf, sizeof(buf), &args), -EINVAL);
	args = host_based();
	args.suffixes_len = AMTHI_HOST_SUFFIXES_MAX + 1;
	assert_int_equal(amthi_encode_host_based(buf, sizeof(buf), &args), -EINVAL);
}

static void host_certificate_is_read(void **state)
{
	struct amthi_host_certificate got;
	struct vector v;

	vector_read("amthi-8b-reply", &v);
	assert_int_equal(amthi_decode_host_certificate(v.data, v.len, &got), 0);
	assert_int_equal(got.algorithm, AMTHI_HASH_SHA256);
	assert_memory_equal(got.digest, v.data + 17, 64);
	assert_int_equal(got.digest[0], 0x40);
}

static void mode_is_read(void **state)
{
	struct amthi_mode got;
	struct vector v;

	vector_read("amthi-08-reply", &v);
	v.data[20] = 7;
	assert_int_equal(amthi_decode_mode(v.data, v.len, &got), 0);
	assert_int_equal(got.mode, 1);
	assert_int_equal(got.legacy, 7);
}

static void security_parameters_are_read_in_their_order(void **state)
{
	static const struct amthi_security want = {
		.enterprise_mode = 0x11,
		.tls_enabled = 0x12,
		.hw_crypto = 0x13,
		.provisioning_state = 2,
		.network_enabled = 0x15,
		.sol_enabled = 0x16,
		.ider_enabled = 0x17,
		.fw_update_enabled = 0x18,
		.link_up = 0x19,
		.kvm_enabled = 0x1a,
	};
	struct amthi_security got;
	struct vector v;

	vector_read("amthi-1b-reply", &v);
	assert_int_equal(amthi_decode_security(v.data, v.len, &got), 0);
	assert_memory_equal(&got, &want, sizeof(got));
}

static void tcpip_parameters_are_read(void **state)
{
	struct amthi_tcpip got;
	struct vector v;

	vector_read("amthi-06-reply", &v);
	assert_int_equal(amthi_decode_tcpip(v.data, v.len, &got), 0);
	assert_int_equal(got.dhcp_mode, 2);
	assert_true(got.ipv4 == 0xc000020a);
	assert_true(got.netmask == 0xffffff00);
	assert_true(got.gateway == 0xc0000201);
	assert_true(got.dns1 == 0xc0000235);
	assert_true(got.dns2 == 0xc0000236);
	assert_string_equal(got.domain, "lab.example.net");
}

static void lan_interface_is_read(void **state)
{
	struct amthi_lan got;
	struct vector v;

	vector_read("amthi-48-reply", &v);
	assert_int_equal(amthi_decode_lan(v.data, v.len, &got), 0);
	assert_int_equal(got.enabled, 1);
	assert_true(got.ipv4 == 0xc0000214);
	assert_int_equal(got.dhcp_enabled, 1);
	assert_int_equal(got.dhcp_mode, 2);
	assert_int_equal(got.link_up, 1);
	assert_memory_equal(got.mac, "\x02\x00\x5e\x00\x53\x03", 6);
}

static void mac_addresses_are_read(void **state)
{
	struct amthi_mac got;
	struct vector v;

	vector_read("amthi-25-reply", &v);
	assert_int_equal(amthi_decode_mac(v.data, v.len, &got), 0);
	assert_memory_equal(got.dedicated, "\x02\x00\x5e\x00\x53\x01", 6);
	assert_memory_equal(got.host, "\x02\x00\x5e\x00\x53\x02", 6);
}

static void config_server_is_read(void **state)
{
	struct amthi_config_server got;
	struct vector v;

	vector_read("amthi-4e-reply", &v);
	assert_int_equal(amthi_decode_config_server(v.data, v.len, &got), 0);
	assert_int_equal(got.port, 9971);
	assert_string_equal(got.address, "192.0.2.7");
	assert_string_equal(got.fqdn, "sca.example.org");
}

/* Nothing says that the field must have a NUL, or zeros after it. */
static void addresses_end_at_46_bytes_or_the_first_nul(void **state)
{
	struct amthi_config_server got;
	struct vector v;

	vector_read("amthi-4e-reply", &v);
	memset(v.data + 18, '7', 46);
	assert_int_equal(amthi_decode_config_server(v.data, v.len, &got), 0);
	assert_int_equal(strlen(got.address), 46);
	v.data[18 + 3] = 0;
	assert_int_equal(amthi_decode_config_server(v.data, v.len, &got), 0);
	assert_string_equal(got.address, "777");
	for (size_t i = 3; i < sizeof(got.address); i++)
		assert_int_equal(got.address[i], 0);
}

static void fqdn_is_read(void **state)
{
	struct amthi_fqdn got;
	struct vector v;

	vector_read("amthi-56-reply", &v);
	assert_int_equal(amthi_decode_fqdn(v.data, v.len, &got), 0);
	assert_int_equal(got.shared, 1);
	assert_int_equal(got.ddns_enabled, 1);
	assert_int_equal(got.ddns_interval, 1440);
	assert_int_equal(got.ddns_ttl, 900);
	assert_string_equal(got.fqdn, "pc07.example.org");
}

static void remote_access_is_read(void **state)
{
	struct amthi_remote_access got;
	struct vector v;

	vector_read("amthi-46-reply", &v);
	assert_int_equal(amthi_decode_remote_access(v.data, v.len, &got), 0);
	assert_int_equal(got.network, 2);
	assert_int_equal(got.tunnel, 1);
	assert_int_equal(got.trigger, 3);
	assert_string_equal(got.mps, "mps.example.com");
}

static void audit_record_is_read(void **state)
{
	static const __u16 time[7] = { 2026, 11, 3, 25, 19, 15, 42 };
	struct amthi_audit got;
	struct vector v;

	vector_read("amthi-50-reply", &v);
	assert_int_equal(amthi_decode_audit(v.data, v.len, &got), 0);
	assert_int_equal(got.tls_mode, 2);
	assert_int_equal(got.secure_dns, 0);
	assert_int_equal(got.host_initiated, 1);
	assert_int_equal(got.hash_algorithm, AMTHI_HASH_SHA256);
	assert_memory_equal(got.hash, v.data + 29, 64);
	assert_int_equal(got.hash[0], 0xc0);
	assert_int_equal(got.serials[0], 0x11);
	assert_int_equal(got.serials[16], 0x22);
	assert_int_equal(got.serials[47], 0x44);
	assert_int_equal(got.more_serials, 1);
	assert_int_equal(got.is_default, 0);
	assert_int_equal(got.time_valid, 1);
	assert_memory_equal(got.time, time, sizeof(time));
	assert_string_equal(got.server, "2001:db8::7");
	assert_string_equal(got.fqdn, "sca.example.org");
}

static void suffix_list_is_found_in_the_reply(void **state)
{
	size_t at = 77, count = 77;
	struct vector v;

	vector_read("amthi-3e-reply", &v);
	assert_int_equal(amthi_decode_suffix_list(v.data, v.len, &at, &count), 0);
	assert_int_equal(at, 18);
	assert_int_equal(count, 20);
	assert_memory_equal(v.data + at, "a.example\0b.example\0", 20);
	v.data[16] = 19;
	assert_int_equal(amthi_decode_suffix_list(v.data, v.len, &at, &count), -EBADMSG);
	v.data[16] = 20;
	v.data[17] = 0xff;
	assert_int_equal(amthi_decode_suffix_list(v.data, v.len, &at, &count), -EBADMSG);
	assert_int_equal(count, 20);
}

static int tcpip(const void *buf, size_t len)
{
	struct amthi_tcpip out;

	return amthi_decode_tcpip(buf, len, &out);
}

static int remote_access(const void *buf, size_t len)
{
	struct amthi_remote_access out;

	return amthi_decode_remote_access(buf, len, &out);
}

static int config_server(const void *buf, size_t len)
{
	struct amthi_config_server out;

	return amthi_decode_config_server(buf, len, &out);
}

static int audit(const void *buf, size_t len)
{
	struct amthi_audit out;

	return amthi_decode_audit(buf, len, &out);
}

static int fqdn(const void *buf, size_t len)
{
	struct amthi_fqdn out;

	return amthi_decode_fqdn(buf, len, &out);
}

/* Where the string of each reply begins, with its length. */
static const struct {
	const char *vector;
	size_t at;
	int (*decode)(const void *buf, size_t len);
} strings[5] = {
	{ "amthi-06-reply", 40, tcpip },	 { "amthi-46-reply", 28, remote_access },
	{ "amthi-4e-reply", 64, config_server }, { "amthi-50-reply", 213, audit },
	{ "amthi-56-reply", 36, fqdn },
};

static void string_lengths_that_do_not_fit_are_refused(void **state)
{
	struct vector v;

	for (size_t i = 0; i < 5; i++) {
		vector_read(strings[i].vector, &v);
		v.data[strings[i].at]++;
		assert_int_equal(strings[i].decode(v.data, v.len), -EBADMSG);
		v.data[strings[i].at] -= 2;
		assert_int_equal(strings[i].decode(v.data, v.len), -EBADMSG);
		v.data[strings[i].at]++;
		v.data[strings[i].at + 1] = 1;
		assert_int_equal(strings[i].decode(v.data, v.len), -EBADMSG);
	}
}

static void strings_with_a_nul_inside_are_refused(void **state)
{
	struct vector v;

	for (size_t i = 0; i < 5; i++) {
		vector_read(strings[i].vector, &v);
		v.data[v.len - 1] = 0; /* LMS sends one: not part of the text */
		assert_int_equal(strings[i].decode(v.data, v.len), 0);
		v.data[v.len - 3] = 0;
		assert_int_equal(strings[i].decode(v.data, v.len), -EBADMSG);
	}
}

/* 255 bytes and a NUL fit, 256 do not. */
static void longest_strings_are_taken(void **state)
{
	struct vector v;

	for (size_t i = 0; i < 5; i++) {
		vector_read(strings[i].vector, &v);
		v.len = strings[i].at + 2 + 256;
		v.data[strings[i].at] = 0;
		v.data[strings[i].at + 1] = 1;
		memset(v.data + strings[i].at + 2, 'x', 256);
		assert_int_equal(strings[i].decode(v.data, v.len), -EBADMSG);
		v.data[v.len - 1] = 0;
		assert_int_equal(strings[i].decode(v.data, v.len), 0);
	}
}

static void ehbc_state_is_a_boolean(void **state)
{
	struct vector v;
	__u32 value = 77;

	vector_read("amthi-84-reply", &v);
	v.data[16] = 2;
	assert_int_equal(amthi_decode_u32(v.data, v.len, &value), -EBADMSG);
	v.data[16] = 1;
	assert_int_equal(amthi_decode_u32(v.data, v.len, &value), 0);
	assert_int_equal(value, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(host_based_start_has_the_typed_bytes),
		cmocka_unit_test(host_based_start_never_overruns_a_small_buffer),
		cmocka_unit_test(host_based_arguments_that_cannot_be_are_refused),
		cmocka_unit_test(host_certificate_is_read),
		cmocka_unit_test(mode_is_read),
		cmocka_unit_test(security_parameters_are_read_in_their_order),
		cmocka_unit_test(tcpip_parameters_are_read),
		cmocka_unit_test(lan_interface_is_read),
		cmocka_unit_test(mac_addresses_are_read),
		cmocka_unit_test(config_server_is_read),
		cmocka_unit_test(addresses_end_at_46_bytes_or_the_first_nul),
		cmocka_unit_test(fqdn_is_read),
		cmocka_unit_test(remote_access_is_read),
		cmocka_unit_test(audit_record_is_read),
		cmocka_unit_test(suffix_list_is_found_in_the_reply),
		cmocka_unit_test(string_lengths_that_do_not_fit_are_refused),
		cmocka_unit_test(strings_with_a_nul_inside_are_refused),
		cmocka_unit_test(longest_strings_are_taken),
		cmocka_unit_test(ehbc_state_is_a_boolean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
