// SPDX-License-Identifier: GPL-2.0-or-later
/* AMTHI commands that read, byte for byte against typed vectors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <event2/event.h>
#include <netinet/in.h>
#include "tools/vme/amt.h"
#include "tools/vme/amthi_answer.h"
#include "tools/vme/log.h"
#include "tools/vme/tests/test_amthi_device.h"

#define TEST_NET(n) (0xc0000200u + (n)) /* 192.0.2.n */

static const uint8_t mac[6] = { 0x02, 0x4d, 0x45, 0x12, 0x34, 0x56 };

/* --- state --- */

static void mode_is_enterprise_once_configured(void **state)
{
	struct amt *amt = *state;

	expect(amt, "vme-amthi-08-request", "vme-amthi-08-reply-none");
	amt->state = AMT_IN;
	expect(amt, "vme-amthi-08-request", "vme-amthi-08-reply-none");
	amt->state = AMT_POST;
	expect(amt, "vme-amthi-08-request", "vme-amthi-08-reply-enterprise");
}

static void security_parameters_tell_state_and_services(void **state)
{
	struct amt *amt = *state;

	amt->state = AMT_POST;
	amt->platform.sol = true;
	amt->platform.kvm = true;
	expect(amt, "vme-amthi-1b-request", "vme-amthi-1b-reply");
}

/* Words 0, 1, 3 and 4 of the answer. */
static void wants_words(struct amt *amt, uint32_t mode, uint32_t tls, uint32_t where, uint32_t net)
{
	static const uint8_t request[] = { 1, 1, 0, 0, 0x1b, 0, 0, 4, 0, 0, 0, 0 };
	uint8_t got[AMTHI_MTU];

	assert_int_equal(amthi_answer(amt, request, sizeof(request), got), 84);
	assert_int_equal(got[16], mode);
	assert_int_equal(got[20], tls);
	assert_int_equal(got[28], where);
	assert_int_equal(got[32], net);
}

static void the_network_interface_is_open_in_the_window_and_when_configured(void **state)
{
	struct amt *amt = *state;

	wants_words(amt, 0, 0, AMT_PRE, 0);
	amt->state = AMT_IN;
	wants_words(amt, 0, 0, AMT_IN, 0);
	amt->window_open = true;
	wants_words(amt, 0, 1, AMT_IN, 1);
	amt->window_open = false;
	amt->local.waiting = true;
	wants_words(amt, 0, 0, AMT_IN, 0);
	amt->state = AMT_POST;
	wants_words(amt, 1, 1, AMT_POST, 1);
}

static void the_admin_is_the_factorys_until_it_is_set(void **state)
{
	struct amt *amt = *state;

	expect(amt, "vme-amthi-1e-request", "vme-amthi-1e-reply-default");
	amt->admin_set = true;
	expect(amt, "vme-amthi-1e-request", "vme-amthi-1e-reply-changed");
	amt->admin_set = false;
	amt_mebx_set(amt, "P@ssw0rd");
	expect(amt, "vme-amthi-1e-request", "vme-amthi-1e-reply-changed");
}

static void ehbc_is_told(void **state)
{
	struct amt *amt = *state;

	expect(amt, "vme-amthi-84-request", "vme-amthi-84-reply-off");
	amt_mebx_ehbc(amt, true);
	expect(amt, "vme-amthi-84-request", "vme-amthi-84-reply-on");
}

static void older_firmware_does_not_know_newer_commands(void **state)
{
	struct amt *amt = *state;

	strcpy(amt->fw_version, "7.1.91");
	expect_refusal(amt, "vme-amthi-84-request", 0x803);
	expect_refusal(amt, "vme-amthi-85-request-off", 0x803);
	strcpy(amt->fw_version, "11.8.93");
	expect(amt, "vme-amthi-84-request", "vme-amthi-84-reply-off");
	expect_refusal(amt, "vme-amthi-88-request", 0x803);
	strcpy(amt->fw_version, "12.0.49");
	expect_refusal(amt, "vme-amthi-8b-request", 0x803);
}

/* --- the local account --- */

static void the_local_account_is_told_with_its_padding(void **state)
{
	struct amt *amt = *state;

	strcpy(amt->local_password, "0123456789abcdef");
	expect(amt, "vme-amthi-67-request", "vme-amthi-67-reply");
	amt->platform.local_account = false;
	expect(amt, "vme-amthi-67-request", "vme-amthi-67-reply-not-found");
}

static void the_local_password_is_long_and_another_on_each_device(void **state)
{
	struct amt *amt = *state;
	struct amt *other = amt_new(amt->base);

	assert_int_equal(strlen(amt->local_password), 32);
	assert_int_equal(strlen(other->local_password), 32);
	assert_string_not_equal(amt->local_password, other->local_password);
	amt_free(other);
}

/* --- the record of setup --- */

static void there_is_no_record_before_setup(void **state)
{
	expect(*state, "vme-amthi-50-request", "vme-amthi-50-reply-not-found");
}

static void the_record_is_told_whole(void **state)
{
	static const uint8_t half[16] = { 0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
					  0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff };
	struct amt *amt = *state;
	struct amt_audit *audit = &amt->audit;
	int i;

	*audit = (struct amt_audit){ .exists = true,
				     .secure_dns = true,
				     .host_initiated = true,
				     .hash_is_default = true,
				     .time_valid = true,
				     .hash_algorithm = 2,
				     .serials = { { 1, 2, 3, 4, 5, 6, 7, 8 } },
				     .server_ip = "192.0.2.7",
				     .server_cn = "setup.example.org",
				     .time = 951868798 };
	for (i = 0; i < 16; i++) {
		audit->digest[i] = half[i];
		audit->digest[31 - i] = half[i];
		audit->serials[1][i] = 0xa0 + i;
	}
	expect(amt, "vme-amthi-50-request", "vme-amthi-50-reply");
}

/* --- network --- */

static void addresses_and_domain_are_those_of_the_lease(void **state)
{
	struct amt *amt = *state;

	amt->platform.ip = TEST_NET(10);
	amt->platform.netmask = 0xffffff00;
	amt->platform.gateway = TEST_NET(1);
	amt->platform.dns = TEST_NET(53);
	amt->platform.dns2 = TEST_NET(54);
	expect(amt, "vme-amthi-06-request", "vme-amthi-06-reply");
	amt->platform.link = false;
	amt->platform.dhcp = false;
	amt->dhcp_suffix[0] = '\0';
	expect(amt, "vme-amthi-06-request", "vme-amthi-06-reply-static");
}

static void mac_addresses_are_told(void **state)
{
	struct amt *amt = *state;

	memcpy(amt->platform.mac, mac, sizeof(mac));
	expect(amt, "vme-amthi-25-request", "vme-amthi-25-reply");
}

static void interfaces_are_told_if_they_are_there(void **state)
{
	static const uint8_t wlan[6] = { 0x02, 0x4d, 0x45, 0x65, 0x43, 0x21 };
	static const uint8_t third[] = { 1, 1, 0, 0, 0x48, 0, 0, 4, 4, 0, 0, 0, 2, 0, 0, 0 };
	struct amt *amt = *state;

	memcpy(amt->platform.mac, mac, sizeof(mac));
	amt->platform.ip = TEST_NET(10);
	expect(amt, "vme-amthi-48-request-wired", "vme-amthi-48-reply-wired");
	expect(amt, "vme-amthi-48-request-wlan", "vme-amthi-48-reply-no-wlan");
	memcpy(amt->platform.wlan_mac, wlan, sizeof(wlan));
	expect(amt, "vme-amthi-48-request-wlan", "vme-amthi-48-reply-wlan");
	assert_int_equal(refusal(amt, third, sizeof(third)), 0x24);
}

static void home_suffixes_end_in_nuls(void **state)
{
	struct amt *amt = *state;

	expect(amt, "vme-amthi-3e-request", "vme-amthi-3e-reply-empty");
	strcpy(amt->platform.home_suffixes, "corp.example.org,example.com");
	expect(amt, "vme-amthi-3e-request", "vme-amthi-3e-reply");
}

static void remote_access_is_told(void **state)
{
	struct amt *amt = *state;

	amt->platform.remote_network = AMT_REMOTE_OUTSIDE;
	amt->platform.remote_tunnel = AMT_TUNNEL_CONNECTED;
	amt->platform.remote_trigger = AMT_TRIGGER_PERIODIC;
	strcpy(amt->platform.mps, "mps.example.org");
	expect(amt, "vme-amthi-46-request", "vme-amthi-46-reply");
}

static void the_setup_server_of_mebx_is_told(void **state)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(9971) };
	struct amt *amt = *state;

	expect(amt, "vme-amthi-4e-request", "vme-amthi-4e-reply-unset");
	address.sin_addr.s_addr = htonl(TEST_NET(7));
	memcpy(&amt->platform.config_server, &address, sizeof(address));
	strcpy(amt->platform.config_server_fqdn, "setup.example.org");
	expect(amt, "vme-amthi-4e-request", "vme-amthi-4e-reply");
}

static void the_name_is_told_with_the_length_of_its_first_label(void **state)
{
	struct amt *amt = *state;

	strcpy(amt->platform.fqdn, "pc7.example.org");
	expect(amt, "vme-amthi-56-request", "vme-amthi-56-reply");
}

static void redirection_is_told_as_bits(void **state)
{
	struct amt *amt = *state;

	amt->platform.sol = true;
	amt->platform.kvm = true;
	expect(amt, "vme-amthi-58-request", "vme-amthi-58-reply");
}

static void the_longest_names_fit(void **state)
{
	static const uint8_t fqdn[] = { 1, 1, 0, 0, 0x56, 0, 0, 4, 0, 0, 0, 0 };
	uint8_t got[AMTHI_MTU];
	struct amt *amt = *state;

	memset(amt->platform.fqdn, 'a', AMT_NAME_MAX);
	assert_int_equal(amthi_answer(amt, fqdn, sizeof(fqdn), got), 36 + 2 + 255);
	assert_int_equal(got[36], 255);
	assert_int_equal(got[37], 0);
}

/* --- lengths --- */

static void a_request_of_a_wrong_length_is_refused(void **state)
{
	static const struct {
		uint8_t id;
		uint8_t len;
	} reads[] = {
		{ 0x06, 0 }, { 0x08, 0 }, { 0x1b, 0 }, { 0x1e, 0 },  { 0x25, 0 },
		{ 0x2e, 0 }, { 0x3e, 0 }, { 0x46, 0 }, { 0x48, 4 },  { 0x4e, 0 },
		{ 0x50, 0 }, { 0x56, 0 }, { 0x58, 0 }, { 0x67, 40 }, { 0x84, 0 },
	};
	uint8_t request[64] = { 1, 1, 0, 0, 0, 0, 0, 4 };
	size_t i;

	for (i = 0; i < sizeof(reads) / sizeof(reads[0]); i++) {
		request[4] = reads[i].id;
		request[8] = reads[i].len + 1;
		assert_int_equal(refusal(*state, request, 12 + request[8]), 4);
		if (!reads[i].len)
			continue;
		request[8] = reads[i].len - 1;
		assert_int_equal(refusal(*state, request, 12 + request[8]), 4);
	}
}

#define promise(test) cmocka_unit_test_setup_teardown(test, device_setup, device_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		promise(mode_is_enterprise_once_configured),
		promise(security_parameters_tell_state_and_services),
		promise(the_network_interface_is_open_in_the_window_and_when_configured),
		promise(the_admin_is_the_factorys_until_it_is_set),
		promise(ehbc_is_told),
		promise(older_firmware_does_not_know_newer_commands),
		promise(the_local_account_is_told_with_its_padding),
		promise(the_local_password_is_long_and_another_on_each_device),
		promise(there_is_no_record_before_setup),
		promise(the_record_is_told_whole),
		promise(addresses_and_domain_are_those_of_the_lease),
		promise(mac_addresses_are_told),
		promise(interfaces_are_told_if_they_are_there),
		promise(home_suffixes_end_in_nuls),
		promise(remote_access_is_told),
		promise(the_setup_server_of_mebx_is_told),
		promise(the_name_is_told_with_the_length_of_its_first_label),
		promise(redirection_is_told_as_bits),
		promise(the_longest_names_fit),
		promise(a_request_of_a_wrong_length_is_refused),
	};

	log_set_level(LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
