// SPDX-License-Identifier: GPL-2.0-or-later
/* Windows on the device's own clock, and the two ways of unprovisioning. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>
#include <event2/event.h>
#include "tools/vme/amt.h"
#include "tools/vme/log.h"

#define HOUR   3600
#define OTP    "0123456789abcdef"
#define STRONG "P@ssw0rd"

static int setup(void **state)
{
	struct event_base *base = event_base_new();
	struct amt *amt = amt_new(base);

	if (!amt)
		return -1;
	strcpy(amt->dhcp_suffix, "example.org");
	strcpy(amt->digest_realm, "Digest:0123456789ABCDEF0123456789ABCDEF");
	amt->cert_delay_ms = 0;
	*state = amt;
	return amt_hash_defaults(amt);
}

static int teardown(void **state)
{
	struct amt *amt = *state;
	struct event_base *base = amt->base;

	amt_free(amt);
	event_base_free(base);
	return 0;
}

/* Without waiting for a key to be made. */
static void open_window(struct amt *amt)
{
	if (!amt->cert)
		amt->cert = X509_new();
	assert_int_equal(amt_start(amt, false), AMT_SUCCESS);
}

static void configure(struct amt *amt)
{
	static const uint8_t ha1[16] = { 1, 2, 3 };

	open_window(amt);
	assert_int_equal(amt_set_mebx_password(amt, STRONG), AMT_SUCCESS);
	assert_int_equal(amt_set_admin(amt, "admin", ha1), AMT_SUCCESS);
	assert_int_equal(amt_commit(amt), AMT_SUCCESS);
}

static void add_user_hash(struct amt *amt)
{
	struct amt_hash hash = {
		.algorithm = 2,
		.digest_len = 32,
		.digest = { 0x42 },
		.name = "mine",
		.is_active = true,
	};

	assert_int_equal(amt_hash_add(amt, &hash), 0);
}

static void turn(struct amt *amt)
{
	event_base_loop(amt->base, EVLOOP_NONBLOCK);
}

/* --- the clock --- */

static void a_jump_past_its_end_closes_the_window(void **state)
{
	struct amt *amt = *state;

	open_window(amt);
	assert_int_equal(amt_window_left(amt), 6 * HOUR);
	amt_clock_jump(amt, 6 * HOUR - 60);
	turn(amt);
	assert_true(amt->window_open);
	assert_in_range(amt_window_left(amt), 50, 60);
	amt_clock_jump(amt, 61);
	turn(amt);
	assert_false(amt->window_open);
	assert_int_equal(amt->state, AMT_IN);
	assert_int_equal(amt_window_left(amt), 0);
}

static void a_fast_clock_shortens_the_wait(void **state)
{
	struct amt *amt = *state;

	amt->window_s = 2 * HOUR;
	open_window(amt);
	amt_clock_set_scale(amt, VME_CLOCK_SCALE_MAX);
	while (amt->window_open)
		assert_int_equal(event_base_loop(amt->base, EVLOOP_ONCE), 0);
	assert_true(vme_clock_us(&amt->clock) >= 2 * HOUR * (int64_t)VME_CLOCK_US);
}

static void the_time_of_day_goes_with_the_clock(void **state)
{
	struct amt *amt = *state;
	int64_t before = vme_clock_utc(&amt->clock);

	assert_in_range(before, time(NULL) - 5, time(NULL) + 5);
	amt_clock_jump(amt, 30 * 24 * HOUR);
	assert_in_range(vme_clock_utc(&amt->clock) - before, 30 * 24 * HOUR, 30 * 24 * HOUR + 5);
}

static void a_slower_clock_does_not_go_back(void **state)
{
	struct amt *amt = *state;
	int64_t start = vme_clock_us(&amt->clock), before;

	amt_clock_set_scale(amt, 1000);
	usleep(5000);
	before = vme_clock_us(&amt->clock);
	assert_true(before - start >= 5 * VME_CLOCK_US);
	amt_clock_set_scale(amt, 1);
	assert_true(vme_clock_us(&amt->clock) >= before);
	assert_true(vme_clock_us(&amt->clock) - before < VME_CLOCK_US);
}

/* --- extending --- */

static void a_server_sets_what_is_left_of_the_window(void **state)
{
	struct amt *amt = *state;

	open_window(amt);
	assert_int_equal(amt_extend(amt, 24), AMT_SUCCESS);
	assert_int_equal(amt_window_left(amt), 24 * HOUR);
	assert_int_equal(amt_extend(amt, 1), AMT_SUCCESS);
	assert_int_equal(amt_window_left(amt), HOUR);
	assert_int_equal(amt_extend(amt, 25), AMT_INVALID_PARAMETER);
	assert_int_equal(amt_window_left(amt), HOUR);
	assert_int_equal(amt_extend(amt, 0), AMT_SUCCESS);
	assert_false(amt->window_open);
	assert_int_equal(amt_extend(amt, 1), AMT_NOT_PERMITTED);
}

static void no_window_is_longer_than_255_hours(void **state)
{
	struct amt *amt = *state;
	int i;

	open_window(amt);
	for (i = 0; i < 12; i++) {
		assert_int_equal(amt_extend(amt, 24), AMT_SUCCESS);
		amt_clock_jump(amt, 20 * HOUR);
		turn(amt);
	}
	assert_true(amt->window_open);
	assert_int_equal(amt_extend(amt, 24), AMT_SUCCESS);
	assert_in_range(amt_window_left(amt), 15 * HOUR - 5, 15 * HOUR);
	amt_clock_jump(amt, 15 * HOUR);
	turn(amt);
	assert_false(amt->window_open);
}

static void otp_suffix_and_start_wait_for_the_end_of_the_window(void **state)
{
	struct amt *amt = *state;

	open_window(amt);
	assert_int_equal(amt_set_otp(amt, OTP, 16), AMT_INVALID_MODE);
	assert_int_equal(amt_set_suffix(amt, "example.com", 11), AMT_INVALID_MODE);
	assert_int_equal(amt_start(amt, false), AMT_INVALID_MODE);
	amt_clock_jump(amt, 6 * HOUR);
	turn(amt);
	assert_int_equal(amt->state, AMT_IN);
	assert_int_equal(amt_set_otp(amt, OTP, 16), AMT_SUCCESS);
	assert_int_equal(amt_set_suffix(amt, "example.com", 11), AMT_SUCCESS);
	assert_int_equal(amt_start(amt, false), AMT_SUCCESS);
}

/* --- unprovisioning --- */

static void full_unprovisioning_wipes_all_but_mebx_and_suffix(void **state)
{
	struct amt *amt = *state;
	size_t defaults = amt->hash_count;

	add_user_hash(amt);
	assert_int_equal(amt_set_suffix(amt, "example.com", 11), AMT_SUCCESS);
	configure(amt);
	amt_unprovision(amt);
	assert_int_equal(amt->state, AMT_PRE);
	assert_int_equal(amt->control, AMT_CONTROL_NONE);
	assert_int_equal(amt->hash_count, defaults);
	assert_false(amt->admin_set || amt->audit.exists || amt->mebx_default);
	assert_string_equal(amt->mebx_password, STRONG);
	assert_string_equal(amt->pki_suffix, "example.com");
}

static void before_12_full_unprovisioning_wipes_the_suffix(void **state)
{
	struct amt *amt = *state;

	strcpy(amt->fw_version, "11.8.93");
	amt_mebx_suffix(amt, "corp.example.com");
	amt_unprovision_partial(amt);
	assert_string_equal(amt->pki_suffix, "corp.example.com");
	amt_unprovision(amt);
	assert_string_equal(amt->pki_suffix, "");
	assert_string_equal(amt->mebx_suffix, "");
}

static void where_the_server_is_outlives_partial_unprovisioning_only(void **state)
{
	struct sockaddr_storage address = { .ss_family = 2 };
	struct amt *amt = *state;

	amt_mebx_server(amt, &address);
	amt_mebx_server_name(amt, "sca.example.org");
	configure(amt);
	amt_unprovision_partial(amt);
	assert_string_equal(amt->platform.config_server_fqdn, "sca.example.org");
	assert_int_equal(amt->platform.config_server.ss_family, 2);
	amt_unprovision(amt);
	assert_string_equal(amt->platform.config_server_fqdn, "");
	assert_int_equal(amt->platform.config_server.ss_family, 0);
}

static void partial_unprovisioning_keeps_admin_and_hashes_and_opens_a_window(void **state)
{
	struct amt *amt = *state;
	size_t hashes;

	add_user_hash(amt);
	hashes = amt->hash_count;
	configure(amt);
	amt_unprovision_partial(amt);
	assert_int_equal(amt->control, AMT_CONTROL_NONE);
	assert_true(amt->admin_set);
	assert_int_equal(amt->hash_count, hashes);
	assert_false(amt->audit.exists);
	while (!amt->window_open)
		assert_int_equal(event_base_loop(amt->base, EVLOOP_ONCE), 0);
	assert_int_equal(amt->state, AMT_IN);
	assert_int_equal(amt_window_left(amt), 6 * HOUR);
}

static void partial_unprovisioning_without_ztc_ends_in_pre(void **state)
{
	struct amt *amt = *state;

	configure(amt);
	amt_mebx_ztc(amt, false);
	amt_unprovision_partial(amt);
	assert_int_equal(amt->state, AMT_PRE);
	assert_false(amt->cert_making);
}

#define promise(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		promise(a_jump_past_its_end_closes_the_window),
		promise(a_fast_clock_shortens_the_wait),
		promise(the_time_of_day_goes_with_the_clock),
		promise(a_slower_clock_does_not_go_back),
		promise(a_server_sets_what_is_left_of_the_window),
		promise(no_window_is_longer_than_255_hours),
		promise(otp_suffix_and_start_wait_for_the_end_of_the_window),
		promise(full_unprovisioning_wipes_all_but_mebx_and_suffix),
		promise(before_12_full_unprovisioning_wipes_the_suffix),
		promise(where_the_server_is_outlives_partial_unprovisioning_only),
		promise(partial_unprovisioning_keeps_admin_and_hashes_and_opens_a_window),
		promise(partial_unprovisioning_without_ztc_ends_in_pre),
	};

	log_set_level(LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
