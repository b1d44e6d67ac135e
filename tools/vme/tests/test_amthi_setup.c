// SPDX-License-Identifier: GPL-2.0-or-later
/* AMTHI commands that change settings: bytes, and what each state refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <event2/event.h>
#include "libmeiprov/tests/vectors.h"
#include "tools/vme/amt.h"
#include "tools/vme/amthi_answer.h"
#include "tools/vme/log.h"
#include "tools/vme/tests/test_amthi_device.h"

#define INVALID_MODE   0x03
#define INVALID_LENGTH 0x04
#define NOT_PERMITTED  0x10
#define INVALID_PARAM  0x24
#define RNG_NOT_READY  0x30

static X509 *known_cert(void)
{
	static struct vector der;
	const unsigned char *at = der.data;
	X509 *cert;

	vector_read("vme-amthi-8b-certificate", &der);
	cert = d2i_X509(NULL, &at, (long)der.len);
	assert_non_null(cert);
	return cert;
}

static void go_post(struct amt *amt, enum amt_control control)
{
	amt->state = AMT_POST;
	amt->control = control;
}

static void go_in(struct amt *amt, bool open)
{
	amt->state = AMT_IN;
	amt->window_open = open;
}

static bool rng_exists(const struct amt *amt)
{
	return amt->rng == AMT_RNG_EXISTS;
}

static bool has_cert(const struct amt *amt)
{
	return amt->cert != NULL;
}

static void loop_until(struct amt *amt, bool (*done)(const struct amt *amt))
{
	while (!done(amt))
		assert_int_equal(event_base_loop(amt->base, EVLOOP_ONCE), 0);
}

/* --- Unprovision --- */

static void the_host_unprovisions_only_what_is_in_its_control(void **state)
{
	struct amt *amt = *state;

	expect_refusal(amt, "vme-amthi-10-request", INVALID_MODE);
	go_in(amt, true);
	expect_refusal(amt, "vme-amthi-10-request", INVALID_MODE);
	go_post(amt, AMT_CONTROL_ACM);
	expect_refusal(amt, "vme-amthi-10-request", INVALID_MODE);
	assert_int_equal(amt->state, AMT_POST);
	go_post(amt, AMT_CONTROL_CCM);
	expect(amt, "vme-amthi-10-request", "vme-amthi-10-reply");
	assert_int_equal(amt->state, AMT_PRE);
	assert_int_equal(amt->control, AMT_CONTROL_NONE);
}

/* --- seed --- */

static void a_seed_is_made_and_told(void **state)
{
	struct amt *amt = *state;

	expect(amt, "vme-amthi-2e-request", "vme-amthi-2e-reply-exists");
	amt_mebx_rng(amt, false);
	expect(amt, "vme-amthi-2e-request", "vme-amthi-2e-reply-none");
	amt->rng_delay_ms = 5;
	expect(amt, "vme-amthi-28-request", "vme-amthi-28-reply");
	expect(amt, "vme-amthi-2e-request", "vme-amthi-2e-reply-making");
	expect(amt, "vme-amthi-28-request", "vme-amthi-28-reply-in-progress");
	loop_until(amt, rng_exists);
	expect(amt, "vme-amthi-2e-request", "vme-amthi-2e-reply-exists");
}

static void no_seed_is_made_once_setup_runs_or_is_done(void **state)
{
	struct amt *amt = *state;

	go_in(amt, true);
	expect_refusal(amt, "vme-amthi-28-request", INVALID_MODE);
	go_post(amt, AMT_CONTROL_ACM);
	expect_refusal(amt, "vme-amthi-28-request", INVALID_MODE);
	go_in(amt, false);
	expect(amt, "vme-amthi-28-request", "vme-amthi-28-reply");
}

static void start_needs_a_seed(void **state)
{
	struct amt *amt = *state;

	assert_int_equal(amt_hash_defaults(amt), 0);
	amt->cert = X509_new();
	amt_mebx_rng(amt, false);
	expect_refusal(amt, "amthi-62-request", RNG_NOT_READY);
	expect_refusal(amt, "vme-amthi-8b-request", RNG_NOT_READY);
	amt_mebx_rng(amt, true);
	expect(amt, "amthi-62-request", "amthi-62-reply");
}

static void start_needs_a_link_and_a_lease(void **state)
{
	struct amt *amt = *state;

	assert_int_equal(amt_hash_defaults(amt), 0);
	amt->cert = X509_new();
	amt->platform.link = false;
	expect_refusal(amt, "amthi-62-request", AMT_NOT_READY);
	amt->platform.link = true;
	amt->platform.dhcp = false;
	expect_refusal(amt, "amthi-62-request", AMT_NOT_READY);
	amt->platform.dhcp = true;
	expect(amt, "amthi-62-request", "amthi-62-reply");
}

/* --- SetPKIFQDNSuffix --- */

static void the_suffix_is_set_with_or_without_a_nul_and_removed(void **state)
{
	struct amt *amt = *state;

	expect(amt, "vme-amthi-2f-request", "vme-amthi-2f-reply");
	assert_string_equal(amt->pki_suffix, "corp.example.org");
	expect(amt, "amthi-36-request", "amthi-36-reply");
	expect(amt, "vme-amthi-2f-request-empty", "vme-amthi-2f-reply");
	assert_string_equal(amt->pki_suffix, "");
	expect(amt, "vme-amthi-2f-request-nul", "vme-amthi-2f-reply");
	expect(amt, "amthi-36-request", "amthi-36-reply");
}

static void the_suffix_is_refused_when_configured_and_while_the_window_runs(void **state)
{
	struct amt *amt = *state;

	go_in(amt, true);
	expect_refusal(amt, "vme-amthi-2f-request", INVALID_MODE);
	go_post(amt, AMT_CONTROL_CCM);
	expect_refusal(amt, "vme-amthi-2f-request", INVALID_MODE);
	assert_string_equal(amt->pki_suffix, "");
	go_in(amt, false);
	expect(amt, "vme-amthi-2f-request", "vme-amthi-2f-reply");
}

static size_t suffix_request(uint8_t *request, size_t len)
{
	static const uint8_t head[] = { 1, 1, 0, 0, 0x2f, 0, 0, 4 };

	memcpy(request, head, sizeof(head));
	request[8] = (len + 2) & 0xff;
	request[9] = (uint8_t)((len + 2) >> 8);
	request[10] = 0;
	request[11] = 0;
	request[12] = len & 0xff;
	request[13] = (uint8_t)(len >> 8);
	memset(request + 14, 'a', len);
	return 14 + len;
}

static void a_suffix_has_223_bytes_and_is_a_domain_name(void **state)
{
	static const char bad[] = { ' ', '_', '/', '\0', '\n', '\x80', '\xff' };
	uint8_t request[512], reply[AMTHI_MTU];
	struct amt *amt = *state;
	size_t i, len;

	assert_int_equal(amthi_answer(amt, request, suffix_request(request, 223), reply), 16);
	assert_int_equal(reply[12], 0);
	assert_int_equal(strlen(amt->pki_suffix), 223);
	assert_int_equal(refusal(amt, request, suffix_request(request, 224)), INVALID_PARAM);
	assert_int_equal(refusal(amt, request, suffix_request(request, 300)), INVALID_PARAM);
	for (i = 0; i < sizeof(bad); i++) {
		len = suffix_request(request, 8);
		request[16] = (uint8_t)bad[i];
		assert_int_equal(refusal(amt, request, len), INVALID_PARAM);
	}
	assert_int_equal(strlen(amt->pki_suffix), 223);
	len = suffix_request(request, 8);
	request[12]++;
	assert_int_equal(refusal(amt, request, len), INVALID_LENGTH);
}

/* --- SetZeroTouchEnabled --- */

static void the_host_may_switch_ztc_off_but_not_on(void **state)
{
	struct amt *amt = *state;

	expect(amt, "vme-amthi-3a-request-on", "vme-amthi-3a-reply-not-permitted");
	expect(amt, "vme-amthi-3a-request-off", "vme-amthi-3a-reply");
	assert_false(amt->ztc_enabled);
	expect(amt, "vme-amthi-3a-request-on", "vme-amthi-3a-reply-not-permitted");
	assert_false(amt->ztc_enabled);
}

static void ztc_is_left_alone_outside_of_pre(void **state)
{
	struct amt *amt = *state;

	go_in(amt, false);
	expect_refusal(amt, "vme-amthi-3a-request-off", INVALID_MODE);
	go_in(amt, true);
	expect_refusal(amt, "vme-amthi-3a-request-off", INVALID_MODE);
	go_post(amt, AMT_CONTROL_CCM);
	expect_refusal(amt, "vme-amthi-3a-request-off", INVALID_MODE);
	assert_true(amt->ztc_enabled);
}

static void ztc_is_left_alone_before_release_12(void **state)
{
	struct amt *amt = *state;

	strcpy(amt->fw_version, "11.8.93");
	expect_refusal(amt, "vme-amthi-3a-request-off", NOT_PERMITTED);
	strcpy(amt->fw_version, "12.0.0");
	expect(amt, "vme-amthi-3a-request-off", "vme-amthi-3a-reply");
}

/* Else the host could remove the suffix first. */
static void a_suffix_of_mebx_protects_ztc_and_one_of_the_host_does_not(void **state)
{
	struct amt *amt = *state;

	amt_mebx_suffix(amt, "example.org");
	expect_refusal(amt, "vme-amthi-3a-request-off", NOT_PERMITTED);
	expect(amt, "vme-amthi-2f-request-empty", "vme-amthi-2f-reply");
	expect_refusal(amt, "vme-amthi-3a-request-off", NOT_PERMITTED);
	amt_mebx_suffix(amt, "");
	expect(amt, "vme-amthi-2f-request", "vme-amthi-2f-reply");
	expect(amt, "vme-amthi-3a-request-off", "vme-amthi-3a-reply");
}

/* --- SetEHBCState, DisableAndClearAMT --- */

static void ehbc_can_be_switched_off_only(void **state)
{
	static const uint8_t two[] = { 1, 1, 0, 0, 0x85, 0, 0, 4, 4, 0, 0, 0, 2, 0, 0, 0 };
	struct amt *amt = *state;

	expect(amt, "vme-amthi-85-request-on", "vme-amthi-85-reply-not-permitted");
	assert_false(amt->ehbc);
	amt_mebx_ehbc(amt, true);
	assert_int_equal(refusal(amt, two, sizeof(two)), INVALID_PARAM);
	assert_true(amt->ehbc);
	expect(amt, "vme-amthi-85-request-off", "vme-amthi-85-reply");
	assert_false(amt->ehbc);
}

static void amt_is_disabled_and_cleared_in_pre_only(void **state)
{
	struct amt *amt = *state;

	go_in(amt, false);
	expect_refusal(amt, "vme-amthi-88-request", INVALID_MODE);
	go_post(amt, AMT_CONTROL_CCM);
	expect_refusal(amt, "vme-amthi-88-request", INVALID_MODE);
	assert_true(amt->enabled);
	amt->state = AMT_PRE;
	assert_int_equal(amt_set_otp(amt, "0123456789", 10), 0);
	assert_int_equal(amt_hash_defaults(amt), 0);
	amt->cert = X509_new();
	expect(amt, "vme-amthi-88-request", "vme-amthi-88-reply");
	assert_false(amt->enabled);
	assert_int_equal(amt->otp_len, 0);
	assert_null(amt->cert);
	expect_refusal(amt, "amthi-62-request", INVALID_MODE);
	expect_refusal(amt, "vme-amthi-8b-request", INVALID_MODE);
}

static void a_person_who_disables_amt_ends_its_configuration(void **state)
{
	struct amt *amt = *state;

	go_post(amt, AMT_CONTROL_ACM);
	amt_mebx_enable(amt, false);
	assert_int_equal(amt->state, AMT_PRE);
	assert_int_equal(amt->control, AMT_CONTROL_NONE);
}

/* --- StartConfigurationHBased --- */

static void local_setup_is_not_ready_until_the_certificate_is(void **state)
{
	struct amt *amt = *state;

	expect(amt, "vme-amthi-8b-request", "vme-amthi-8b-reply-not-ready");
	expect(amt, "vme-amthi-8b-request", "vme-amthi-8b-reply-not-ready");
	assert_int_equal(amt->state, AMT_PRE);
	assert_false(amt->local.waiting);
	loop_until(amt, has_cert);
	assert_int_equal(amt->state, AMT_PRE);
}

static void local_setup_waits_for_the_named_certificate_without_a_port(void **state)
{
	struct amt *amt = *state;
	int i;

	amt->cert = known_cert();
	expect(amt, "vme-amthi-8b-request", "vme-amthi-8b-reply");
	assert_int_equal(amt->state, AMT_IN);
	assert_false(amt->window_open);
	assert_true(amt_window_runs(amt));
	assert_true(amt->local.waiting && amt->local.host_vpn);
	assert_int_equal(amt->local.algorithm, 2);
	for (i = 0; i < 32; i++)
		assert_int_equal(amt->local.digest[i], i);
	assert_int_equal(amt->local.suffixes_len, 29);
	assert_memory_equal(amt->local.suffixes, "corp.example.org\0example.com\0", 29);
}

static void local_setup_is_read_in_the_sdks_form_too(void **state)
{
	struct amt *amt = *state;

	amt->cert = known_cert();
	expect(amt, "vme-amthi-8b-request-sdk", "vme-amthi-8b-reply");
	assert_true(amt->local.host_vpn);
	assert_int_equal(amt->local.suffixes_len, 29);
	assert_memory_equal(amt->local.suffixes, "corp.example.org\0example.com\0", 29);
}

/* Without suffixes; with some, those would have to follow. */
static void local_setup_is_read_in_meshcentrals_short_form(void **state)
{
	uint8_t request[12 + 73] = { 1, 1, 0, 0, 0x8b, 0, 0, 4, 73, 0, 0, 0, 2, 0xaa };
	uint8_t reply[AMTHI_MTU];
	struct amt *amt = *state;

	amt->cert = known_cert();
	request[12 + 69] = 1;
	assert_int_equal(refusal(amt, request, sizeof(request)), INVALID_LENGTH);
	request[12 + 69] = 0;
	request[12 + 65] = 1;
	assert_int_equal(amthi_answer(amt, request, sizeof(request), reply), 81);
	assert_true(amt->local.waiting && amt->local.host_vpn);
	assert_int_equal(amt->local.digest[0], 0xaa);
	assert_int_equal(amt->local.suffixes_len, 0);
}

static void local_setup_needs_no_network(void **state)
{
	struct amt *amt = *state;

	amt->cert = known_cert();
	amt->platform.link = false;
	amt->dhcp_suffix[0] = '\0';
	expect(amt, "vme-amthi-8b-request", "vme-amthi-8b-reply");
}

static void local_setup_ends_with_stop_and_with_its_window(void **state)
{
	struct amt *amt = *state;

	amt->cert = known_cert();
	expect(amt, "vme-amthi-8b-request", "vme-amthi-8b-reply");
	expect_refusal(amt, "vme-amthi-8b-request", INVALID_MODE);
	expect_refusal(amt, "amthi-62-request", INVALID_MODE);
	expect_refusal(amt, "amthi-2a-request", INVALID_MODE);
	expect(amt, "amthi-5e-request", "amthi-5e-reply");
	assert_int_equal(amt->state, AMT_PRE);
	assert_false(amt->local.waiting);
	amt->cert = known_cert();
	expect(amt, "vme-amthi-8b-request", "vme-amthi-8b-reply");
	amt_window_end(amt);
	assert_false(amt->local.waiting);
	expect(amt, "vme-amthi-8b-request", "vme-amthi-8b-reply");
}

static void local_setup_is_refused_when_configured_or_without_ztc(void **state)
{
	struct amt *amt = *state;

	amt->cert = known_cert();
	go_post(amt, AMT_CONTROL_ACM);
	expect_refusal(amt, "vme-amthi-8b-request", INVALID_MODE);
	go_in(amt, true);
	expect_refusal(amt, "vme-amthi-8b-request", INVALID_MODE);
	amt->window_open = false;
	amt->state = AMT_PRE;
	amt_mebx_ztc(amt, false);
	expect_refusal(amt, "vme-amthi-8b-request", INVALID_MODE);
}

static void local_setup_takes_two_algorithms_and_320_bytes(void **state)
{
	static struct vector ask;
	uint8_t reply[AMTHI_MTU];
	struct amt *amt = *state;

	amt->cert = known_cert();
	vector_read("vme-amthi-8b-request", &ask);
	ask.data[12] = 1;
	assert_int_equal(refusal(amt, ask.data, ask.len), INVALID_PARAM);
	ask.data[12] = 4;
	assert_int_equal(refusal(amt, ask.data, ask.len), INVALID_PARAM);
	ask.data[12] = 3;
	vector_put_u32(&ask, 78, 321);
	assert_int_equal(refusal(amt, ask.data, ask.len), INVALID_PARAM);
	vector_put_u32(&ask, 78, 0xffffffff);
	assert_int_equal(refusal(amt, ask.data, ask.len), INVALID_PARAM);
	vector_put_u32(&ask, 78, 320);
	assert_int_equal(amthi_answer(amt, ask.data, ask.len, reply), 81);
	assert_int_equal(amt->local.algorithm, 3);
	assert_int_equal(amt->local.suffixes_len, 320);
}

/* --- lengths --- */

static void a_request_of_a_wrong_length_is_refused(void **state)
{
	static const struct {
		uint8_t id;
		uint16_t len;
	} wrong[] = {
		{ 0x10, 0 },  { 0x10, 3 },   { 0x10, 5 },   { 0x28, 1 },   { 0x2f, 0 },
		{ 0x2f, 1 },  { 0x3a, 0 },   { 0x3a, 3 },   { 0x3a, 5 },   { 0x85, 0 },
		{ 0x85, 3 },  { 0x85, 5 },   { 0x88, 1 },   { 0x8b, 0 },   { 0x8b, 72 },
		{ 0x8b, 74 }, { 0x8b, 389 }, { 0x8b, 391 }, { 0x8b, 392 }, { 0x8b, 394 },
	};
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		size_t len = 12u + wrong[i].len;
		uint8_t *request = test_calloc(1, len);

		memcpy(request, ((uint8_t[]){ 1, 1, 0, 0, wrong[i].id, 0, 0, 4 }), 8);
		request[8] = wrong[i].len & 0xff;
		request[9] = (uint8_t)(wrong[i].len >> 8);
		assert_int_equal(refusal(*state, request, len), INVALID_LENGTH);
		test_free(request);
	}
}

#define promise(test) cmocka_unit_test_setup_teardown(test, device_setup, device_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		promise(the_host_unprovisions_only_what_is_in_its_control),
		promise(a_seed_is_made_and_told),
		promise(no_seed_is_made_once_setup_runs_or_is_done),
		promise(start_needs_a_seed),
		promise(start_needs_a_link_and_a_lease),
		promise(the_suffix_is_set_with_or_without_a_nul_and_removed),
		promise(the_suffix_is_refused_when_configured_and_while_the_window_runs),
		promise(a_suffix_has_223_bytes_and_is_a_domain_name),
		promise(the_host_may_switch_ztc_off_but_not_on),
		promise(ztc_is_left_alone_outside_of_pre),
		promise(ztc_is_left_alone_before_release_12),
		promise(a_suffix_of_mebx_protects_ztc_and_one_of_the_host_does_not),
		promise(ehbc_can_be_switched_off_only),
		promise(amt_is_disabled_and_cleared_in_pre_only),
		promise(a_person_who_disables_amt_ends_its_configuration),
		promise(local_setup_is_not_ready_until_the_certificate_is),
		promise(local_setup_waits_for_the_named_certificate_without_a_port),
		promise(local_setup_is_read_in_the_sdks_form_too),
		promise(local_setup_is_read_in_meshcentrals_short_form),
		promise(local_setup_needs_no_network),
		promise(local_setup_ends_with_stop_and_with_its_window),
		promise(local_setup_is_refused_when_configured_or_without_ztc),
		promise(local_setup_takes_two_algorithms_and_320_bytes),
		promise(a_request_of_a_wrong_length_is_refused),
	};

	log_set_level(LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
