// SPDX-License-Identifier: GPL-2.0-or-later
/* The model: who may do what in which state, and what happens to secrets. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>
#include <event2/event.h>
#include "tools/vme/amt.h"
#include "tools/vme/log.h"

#define OTP    "0123456789abcdef"
#define STRONG "P@ssw0rd"

static unsigned int told; /* changes the listener heard of */

static void on_change(struct amt *amt, unsigned int changed, void *ctx)
{
	told |= changed;
}

static int setup(void **state)
{
	struct event_base *base = event_base_new();
	struct amt *amt = amt_new(base);

	if (!amt)
		return -1;
	strcpy(amt->dhcp_suffix, "example.org");
	strcpy(amt->digest_realm, "Digest:0123456789ABCDEF0123456789ABCDEF");
	*state = amt;
	return amt_hash_defaults(amt) || amt_listen(amt, on_change, NULL);
}

static int teardown(void **state)
{
	struct amt *amt = *state;
	struct event_base *base = amt->base;

	amt_free(amt);
	event_base_free(base);
	return 0;
}

static void loop_until(struct amt *amt, bool (*done)(const struct amt *amt))
{
	while (!done(amt))
		assert_int_equal(event_base_loop(amt->base, EVLOOP_ONCE), 0);
}

static bool has_cert(const struct amt *amt)
{
	return amt->cert != NULL;
}

static bool is_open(const struct amt *amt)
{
	return amt->window_open;
}

static bool is_closed(const struct amt *amt)
{
	return !amt->window_open;
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
	open_window(amt);
	assert_int_equal(amt_set_mebx_password(amt, STRONG), AMT_SUCCESS);
	assert_int_equal(amt_commit(amt), AMT_SUCCESS);
}

/* --- starting --- */

static void start_makes_a_certificate_and_then_opens_the_window(void **state)
{
	struct amt *amt = *state;

	amt->cert_delay_ms = 30;
	assert_int_equal(amt_start(amt, false), AMT_CERTIFICATE_NOT_READY);
	assert_int_equal(amt_start(amt, false), AMT_CERTIFICATE_NOT_READY);
	assert_int_equal(amt->state, AMT_PRE);
	assert_true(amt->cert_making);
	told = 0;
	loop_until(amt, has_cert);
	assert_true(told & AMT_CHANGED_CERT);
	assert_int_equal(amt->state, AMT_PRE);
	assert_int_equal(amt_start(amt, false), AMT_SUCCESS);
	assert_int_equal(amt->state, AMT_IN);
	assert_true(amt->window_open && told & AMT_CHANGED_STATE);
}

static void start_is_refused_while_the_window_runs(void **state)
{
	open_window(*state);
	assert_int_equal(amt_start(*state, false), AMT_INVALID_MODE);
}

static void start_is_taken_again_when_the_window_is_over(void **state)
{
	struct amt *amt = *state;

	open_window(amt);
	amt_window_end(amt);
	assert_int_equal(amt->state, AMT_IN);
	assert_int_equal(amt_start(amt, false), AMT_SUCCESS);
	assert_true(amt->window_open);
}

static void start_is_refused_when_configured(void **state)
{
	configure(*state);
	assert_int_equal(amt_start(*state, false), AMT_INVALID_MODE);
}

static void start_needs_ztc_a_domain_and_an_active_hash(void **state)
{
	struct amt *amt = *state;
	size_t i;

	amt->cert = X509_new();
	amt->ztc_enabled = false;
	assert_int_equal(amt_start(amt, false), AMT_INVALID_MODE);
	amt->ztc_enabled = true;
	amt->dhcp_suffix[0] = '\0';
	assert_int_equal(amt_start(amt, false), AMT_NOT_READY);
	strcpy(amt->pki_suffix, "example.org");
	for (i = 0; i < amt->hash_count; i++)
		amt_hash_set_active(amt, amt->hashes[i].handle, false);
	assert_int_equal(amt_start(amt, false), AMT_NOT_READY);
	amt_hash_set_active(amt, amt->hashes[3].handle, true);
	assert_int_equal(amt_start(amt, false), AMT_SUCCESS);
}

/* --- the window --- */

static void the_window_runs_out_by_itself(void **state)
{
	struct amt *amt = *state;

	amt->window_s = 1;
	open_window(amt);
	loop_until(amt, is_closed);
	assert_int_equal(amt->state, AMT_IN);
}

static void a_fresh_device_opens_its_first_window(void **state)
{
	struct amt *amt = *state;

	amt->state = AMT_IN;
	amt_power_on(amt);
	assert_false(amt->window_open);
	assert_true(amt_window_runs(amt));
	assert_int_equal(amt_set_otp(amt, OTP, 16), AMT_INVALID_MODE);
	assert_int_equal(amt_start(amt, false), AMT_INVALID_MODE);
	loop_until(amt, is_open);
	assert_non_null(amt->cert);
	assert_true(amt_window_left(amt) > 0);
}

static void a_fresh_device_can_be_stopped_before_its_certificate_is_ready(void **state)
{
	struct amt *amt = *state;

	amt->state = AMT_IN;
	amt_power_on(amt);
	assert_int_equal(amt_stop(amt), AMT_SUCCESS);
	assert_int_equal(amt->state, AMT_PRE);
	assert_false(amt->cert_making);
	assert_false(amt_window_runs(amt));
}

/* --- stopping --- */

static void stop_is_refused_quietly_outside_the_window(void **state)
{
	struct amt *amt = *state;

	assert_int_equal(amt_start(amt, false), AMT_CERTIFICATE_NOT_READY);
	assert_int_equal(amt_stop(amt), AMT_INVALID_MODE);
	assert_true(amt->cert_making); /* agents send it on every poll */
	open_window(amt);
	amt_window_end(amt);
	assert_int_equal(amt_stop(amt), AMT_INVALID_MODE);
	assert_int_equal(amt->state, AMT_IN);
}

static void stop_is_refused_when_configured(void **state)
{
	configure(*state);
	assert_int_equal(amt_stop(*state), AMT_INVALID_MODE);
}

static void stop_keeps_the_otp_and_drops_the_certificate(void **state)
{
	struct amt *amt = *state;

	assert_int_equal(amt_set_otp(amt, OTP, 16), AMT_SUCCESS);
	open_window(amt);
	assert_int_equal(amt_stop(amt), AMT_SUCCESS);
	assert_int_equal(amt->otp_len, 16);
	assert_null(amt->cert);
	assert_int_equal(amt_start(amt, false), AMT_CERTIFICATE_NOT_READY);
}

/* --- OTP --- */

static void otp_takes_8_to_32_bytes(void **state)
{
	char long_otp[33];

	memset(long_otp, 'x', sizeof(long_otp));
	assert_int_equal(amt_set_otp(*state, OTP, 7), AMT_INVALID_PARAMETER);
	assert_int_equal(amt_set_otp(*state, OTP, 8), AMT_SUCCESS);
	assert_int_equal(amt_set_otp(*state, long_otp, 32), AMT_SUCCESS);
	assert_int_equal(amt_set_otp(*state, long_otp, 33), AMT_INVALID_PARAMETER);
	assert_int_equal(((struct amt *)*state)->otp_len, 32);
}

static void an_otp_of_zeros_would_mean_none(void **state)
{
	static const uint8_t zeros[32];

	assert_int_equal(amt_set_otp(*state, zeros, 32), AMT_INVALID_PARAMETER);
}

static void a_shorter_otp_leaves_nothing_of_the_longer_one(void **state)
{
	static const uint8_t zeros[24];
	struct amt *amt = *state;

	assert_int_equal(amt_set_otp(amt, OTP, 16), AMT_SUCCESS);
	assert_int_equal(amt_set_otp(amt, "ABCDEFGH", 8), AMT_SUCCESS);
	assert_memory_equal(amt->otp + 8, zeros, 24);
}

static void otp_is_refused_when_configured(void **state)
{
	configure(*state);
	assert_int_equal(amt_set_otp(*state, OTP, 16), AMT_INVALID_MODE);
}

static void otp_is_visible_in_state_in_only(void **state)
{
	static const uint8_t zeros[32];
	struct amt *amt = *state;
	uint8_t shown[32];

	assert_int_equal(amt_set_otp(amt, OTP, 16), AMT_SUCCESS);
	amt_otp_visible(amt, shown);
	assert_memory_equal(shown, zeros, 32);
	open_window(amt);
	amt_otp_visible(amt, shown);
	assert_memory_equal(shown, OTP, 16);
	assert_memory_equal(shown + 16, zeros, 16);
}

/* --- setup over the network --- */

static void commit_needs_a_mebx_password_that_is_not_the_factory_one(void **state)
{
	struct amt *amt = *state;

	open_window(amt);
	assert_int_equal(amt_commit(amt), AMT_DATA_MISSING);
	assert_int_equal(amt_set_mebx_password(amt, "admin"), AMT_INVALID_PASSWORD);
	assert_int_equal(amt_set_mebx_password(amt, ""), AMT_INVALID_PASSWORD);
	assert_int_equal(amt->state, AMT_IN);
	assert_int_equal(amt_set_mebx_password(amt, STRONG), AMT_SUCCESS);
	assert_int_equal(amt_commit(amt), AMT_SUCCESS);
}

static void commit_ends_setup_and_clears_the_otp(void **state)
{
	static const uint8_t zeros[32];
	struct amt *amt = *state;

	assert_int_equal(amt_set_otp(amt, OTP, 16), AMT_SUCCESS);
	configure(amt);
	assert_int_equal(amt->state, AMT_POST);
	assert_int_equal(amt->control, AMT_CONTROL_ACM);
	assert_false(amt->window_open);
	assert_int_equal(amt->otp_len, 0);
	assert_memory_equal(amt->otp, zeros, 32);
}

static void admit(struct amt *amt)
{
	amt->admitted.root = amt->hashes[3];
	amt->admitted.time_valid = true;
	amt->admitted.serials[0][0] = 0x77;
	strcpy(amt->admitted.server_cn, "setup.example.org");
	strcpy(amt->admitted.server_ip, "192.0.2.7");
}

static void commit_leaves_a_record_of_the_server(void **state)
{
	struct amt *amt = *state;
	const struct amt_audit *audit = &amt->audit;
	time_t before = time(NULL);

	admit(amt);
	strcpy(amt->verdict.server_cn, "refused.example.org");
	assert_false(audit->exists);
	configure(amt);
	assert_true(audit->exists && audit->host_initiated && audit->time_valid);
	assert_true(audit->hash_is_default);
	assert_false(audit->secure_dns);
	assert_int_equal(audit->hash_algorithm, 2);
	assert_memory_equal(audit->digest, amt->hashes[3].digest, sizeof(audit->digest));
	assert_int_equal(audit->serials[0][0], 0x77);
	assert_string_equal(audit->server_cn, "setup.example.org");
	assert_string_equal(audit->server_ip, "192.0.2.7");
	assert_true(audit->time >= before && audit->time <= time(NULL));
	amt_unprovision(amt);
	assert_false(audit->exists);
}

static void a_first_window_is_recorded_as_the_devices_own(void **state)
{
	struct amt *amt = *state;

	strcpy(amt->pki_suffix, "example.org");
	amt->cert_delay_ms = 0;
	amt->state = AMT_IN;
	amt_power_on(amt);
	loop_until(amt, is_open);
	assert_int_equal(amt_set_mebx_password(amt, STRONG), AMT_SUCCESS);
	assert_int_equal(amt_commit(amt), AMT_SUCCESS);
	assert_true(amt->audit.exists && amt->audit.secure_dns);
	assert_false(amt->audit.host_initiated);
}

static void commit_is_refused_when_the_window_is_over(void **state)
{
	struct amt *amt = *state;

	assert_int_equal(amt_commit(amt), AMT_INVALID_MODE);
	open_window(amt);
	amt_window_end(amt);
	assert_int_equal(amt_commit(amt), AMT_INVALID_MODE);
}

static void mebx_password_is_set_once_and_during_setup_only(void **state)
{
	struct amt *amt = *state;

	assert_int_equal(amt_set_mebx_password(amt, STRONG), AMT_NOT_PERMITTED);
	open_window(amt);
	assert_int_equal(amt_set_mebx_password(amt, STRONG), AMT_SUCCESS);
	assert_int_equal(amt_set_mebx_password(amt, STRONG), AMT_NOT_PERMITTED);
}

static void admin_has_the_mebx_password_until_one_is_set(void **state)
{
	/* MD5("admin:Digest:0123456789ABCDEF0123456789ABCDEF:admin"), by md5sum */
	static const uint8_t factory[16] = { 0xec, 0x06, 0x66, 0xb4, 0x4f, 0x17, 0x1e, 0xd4,
					     0xec, 0x81, 0x60, 0x5a, 0xa5, 0x91, 0x61, 0x80 };
	static const uint8_t own[16] = "sixteen bytes of";
	struct amt *amt = *state;
	uint8_t ha1[16];

	assert_true(amt_ha1(amt, "admin", ha1));
	assert_memory_equal(ha1, factory, 16);
	assert_false(amt_ha1(amt, "root", ha1));
	assert_int_equal(amt_set_admin(amt, "boss", own), AMT_INTERNAL_ERROR);
	open_window(amt);
	assert_int_equal(amt_set_admin(amt, "boss", own), AMT_SUCCESS);
	assert_false(amt_ha1(amt, "admin", ha1));
	assert_true(amt_ha1(amt, "boss", ha1));
	assert_memory_equal(ha1, own, 16);
}

static void unprovision_forgets_user_hashes_otp_and_admin(void **state)
{
	struct amt_hash own = { .algorithm = 2, .digest_len = 32, .name = "own" };
	static const uint8_t ha1[16] = "sixteen bytes of";
	static const uint8_t zeros[32];
	struct amt *amt = *state;
	size_t defaults = amt->hash_count;

	assert_int_equal(amt_hash_add(amt, &own), 0);
	assert_int_equal(amt_set_otp(amt, OTP, 16), AMT_SUCCESS);
	open_window(amt);
	assert_int_equal(amt_set_admin(amt, "admin", ha1), AMT_SUCCESS);
	amt_unprovision(amt);
	assert_int_equal(amt->state, AMT_PRE);
	assert_int_equal(amt->control, AMT_CONTROL_NONE);
	assert_int_equal(amt->hash_count, defaults);
	assert_memory_equal(amt->otp, zeros, 32);
	assert_memory_equal(amt->admin_ha1, zeros, 16);
	assert_false(amt->admin_set);
	assert_null(amt->cert);
}

/* --- hash table --- */

static struct amt_hash numbered(unsigned int n, bool is_default)
{
	struct amt_hash hash = {
		.algorithm = 2,
		.digest_len = 32,
		.is_active = true,
		.is_default = is_default,
	};

	memcpy(hash.digest, &n, sizeof(n));
	snprintf(hash.name, sizeof(hash.name), "hash %u", n);
	return hash;
}

static void slots_are_30_for_the_firmware_and_3_for_the_user(void **state)
{
	struct amt *amt = *state;
	struct amt_hash hash;
	unsigned int n;

	amt_hash_clear(amt);
	for (n = 0; n < 3; n++) {
		hash = numbered(n, false);
		assert_int_equal(amt_hash_add(amt, &hash), 0);
	}
	hash = numbered(n++, false);
	assert_int_equal(amt_hash_add(amt, &hash), -ENOSPC);
	for (; n < 34; n++) {
		hash = numbered(n, true);
		assert_int_equal(amt_hash_add(amt, &hash), 0);
	}
	hash = numbered(n, true);
	assert_int_equal(amt_hash_add(amt, &hash), -ENOSPC);
	assert_int_equal(amt->hash_count, 33);
	for (n = 0; n < 33; n++)
		assert_int_equal(amt->hashes[n].handle, n);
	assert_string_equal(amt_hash_find(amt, 20)->name, "hash 0");
}

static void a_default_hash_can_be_disabled_but_not_deleted(void **state)
{
	struct amt *amt = *state;

	assert_int_equal(amt_hash_remove(amt, 0), -EPERM);
	assert_int_equal(amt_hash_set_active(amt, 0, false), 0);
	assert_false(amt_hash_find(amt, 0)->is_active);
	assert_int_equal(amt_hash_set_active(amt, 99, false), -ENOENT);
	assert_int_equal(amt_hash_remove(amt, 99), -ENOENT);
}

static void a_digest_is_taken_once_and_must_fit_its_algorithm(void **state)
{
	struct amt_hash hash = numbered(1, false);

	assert_int_equal(amt_hash_add(*state, &hash), 0);
	assert_int_equal(amt_hash_add(*state, &hash), -EEXIST);
	hash = numbered(2, false);
	hash.digest_len = 20;
	assert_int_equal(amt_hash_add(*state, &hash), -EINVAL);
	hash = numbered(2, false);
	hash.algorithm = 0;
	assert_int_equal(amt_hash_add(*state, &hash), -EINVAL);
	hash = numbered(2, false);
	hash.name[0] = '\0';
	assert_int_equal(amt_hash_add(*state, &hash), -EINVAL);
}

#define promise(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		promise(start_makes_a_certificate_and_then_opens_the_window),
		promise(start_is_refused_while_the_window_runs),
		promise(start_is_taken_again_when_the_window_is_over),
		promise(start_is_refused_when_configured),
		promise(start_needs_ztc_a_domain_and_an_active_hash),
		promise(the_window_runs_out_by_itself),
		promise(a_fresh_device_opens_its_first_window),
		promise(a_fresh_device_can_be_stopped_before_its_certificate_is_ready),
		promise(stop_is_refused_quietly_outside_the_window),
		promise(stop_is_refused_when_configured),
		promise(stop_keeps_the_otp_and_drops_the_certificate),
		promise(otp_takes_8_to_32_bytes),
		promise(an_otp_of_zeros_would_mean_none),
		promise(a_shorter_otp_leaves_nothing_of_the_longer_one),
		promise(otp_is_refused_when_configured),
		promise(otp_is_visible_in_state_in_only),
		promise(commit_needs_a_mebx_password_that_is_not_the_factory_one),
		promise(commit_ends_setup_and_clears_the_otp),
		promise(commit_leaves_a_record_of_the_server),
		promise(a_first_window_is_recorded_as_the_devices_own),
		promise(commit_is_refused_when_the_window_is_over),
		promise(mebx_password_is_set_once_and_during_setup_only),
		promise(admin_has_the_mebx_password_until_one_is_set),
		promise(unprovision_forgets_user_hashes_otp_and_admin),
		promise(slots_are_30_for_the_firmware_and_3_for_the_user),
		promise(a_default_hash_can_be_disabled_but_not_deleted),
		promise(a_digest_is_taken_once_and_must_fit_its_algorithm),
	};

	log_set_level(LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
