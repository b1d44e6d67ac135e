// SPDX-License-Identifier: GPL-2.0-or-later
/* What of the model outlives a power cycle, and what does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <event2/event.h>
#include <jansson.h>
#include <openssl/crypto.h>
#include "tools/vme/amt.h"
#include "tools/vme/flash.h"
#include "tools/vme/flash_state.h"
#include "tools/vme/log.h"
#include "tools/vme/text.h"

#define HOUR   3600
#define OTP    "\001234567\0009abcdef"
#define STRONG "P@ssw0rd"

static struct event_base *base;
static char why[FLASH_STATE_WHY_MAX];

static struct amt *model(void)
{
	struct amt *amt = amt_new(base);

	assert_non_null(amt);
	strcpy(amt->dhcp_suffix, "example.org");
	strcpy(amt->digest_realm, "Digest:0123456789ABCDEF0123456789ABCDEF");
	amt->cert_delay_ms = 0;
	return amt;
}

static int setup(void **state)
{
	base = event_base_new();
	*state = model();
	return amt_hash_defaults(*state);
}

static int teardown(void **state)
{
	amt_free(*state);
	event_base_free(base);
	return 0;
}

static void drop(char *text, size_t len)
{
	OPENSSL_clear_free(text, len + 1);
}

/* The model after a power cycle, before power_on; to be freed. */
static struct amt *cycled(const struct amt *amt)
{
	struct amt *next = model();
	size_t len;
	char *text = flash_state_save(amt, &len);

	assert_non_null(text);
	if (flash_state_load(next, FLASH_VERSION, text, len, why))
		fail_msg("%s", why);
	drop(text, len);
	return next;
}

/* Starts until the certificate, which takes a while, is there. */
static void open_window(struct amt *amt)
{
	uint32_t status;

	while ((status = amt_start(amt, true)) == AMT_CERTIFICATE_NOT_READY)
		event_base_loop(base, EVLOOP_ONCE);
	assert_int_equal(status, AMT_SUCCESS);
}

static void configure(struct amt *amt)
{
	static const uint8_t ha1[16] = { 1, 2, 3 };

	open_window(amt);
	strcpy(amt->admitted.server_cn, "sca.example.org");
	strcpy(amt->admitted.server_ip, "192.0.2.1");
	assert_int_equal(amt_set_mebx_password(amt, STRONG), AMT_SUCCESS);
	assert_int_equal(amt_set_admin(amt, "boss", ha1), AMT_SUCCESS);
	assert_int_equal(amt_commit(amt), AMT_SUCCESS);
}

static void the_otp_stays(void **state)
{
	struct amt *amt = *state, *next;

	assert_int_equal(amt_set_otp(amt, OTP, 16), AMT_SUCCESS);
	next = cycled(amt);
	assert_int_equal(next->otp_len, 16);
	assert_memory_equal(next->otp, OTP, 16);
	assert_int_equal(next->state, AMT_PRE);
	amt_free(next);
}

static void settings_of_mebx_stay(void **state)
{
	struct amt *amt = *state, *next;

	amt_mebx_set(amt, "S3cret!\xff");
	amt_mebx_ztc(amt, false);
	amt_mebx_ehbc(amt, true);
	amt_mebx_suffix(amt, "corp.example.org");
	assert_int_equal(amt_set_suffix(amt, "host.example.org", 16), AMT_SUCCESS);
	strcpy(amt->platform.config_server_fqdn, "sca.example.org");
	text_address("192.0.2.7:9972", 9971, &amt->platform.config_server);
	next = cycled(amt);
	assert_string_equal(next->mebx_password, "S3cret!\xff");
	assert_false(next->mebx_default || next->ztc_enabled);
	assert_true(next->ehbc);
	assert_string_equal(next->mebx_suffix, "corp.example.org");
	assert_string_equal(next->pki_suffix, "host.example.org");
	assert_string_equal(next->platform.config_server_fqdn, "sca.example.org");
	assert_memory_equal(&next->platform.config_server, &amt->platform.config_server,
			    sizeof(amt->platform.config_server));
	amt_free(next);
}

static void hashes_keep_their_handles_and_flags(void **state)
{
	struct amt_hash mine = {
		.algorithm = 3, .digest_len = 48, .digest = { 7 }, .name = "mine", .is_active = true
	};
	struct amt *amt = *state, *next;

	assert_int_equal(amt_hash_add(amt, &mine), 0);
	mine.digest[0] = 8;
	assert_int_equal(amt_hash_add(amt, &mine), 0);
	assert_int_equal(amt_hash_remove(amt, 20), 0);
	assert_int_equal(amt_hash_set_active(amt, 3, false), 0);
	next = cycled(amt);
	assert_int_equal(next->hash_count, amt->hash_count);
	assert_memory_equal(next->hashes, amt->hashes, amt->hash_count * sizeof(mine));
	assert_false(amt_hash_find(next, 3)->is_active);
	assert_non_null(amt_hash_find(next, 21));
	amt_free(next);
}

static void a_configured_device_is_configured_afterwards(void **state)
{
	struct amt *amt = *state, *next;
	uint8_t ha1[16];

	configure(amt);
	next = cycled(amt);
	assert_int_equal(next->state, AMT_POST);
	assert_int_equal(next->control, AMT_CONTROL_ACM);
	assert_true(amt_ha1(next, "boss", ha1));
	assert_int_equal(ha1[2], 3);
	assert_false(amt_ha1(next, "admin", ha1));
	assert_memory_equal(&next->audit, &amt->audit, sizeof(amt->audit));
	assert_string_equal(next->audit.server_cn, "sca.example.org");
	assert_int_equal(X509_cmp(next->cert, amt->cert), 0);
	assert_int_equal(EVP_PKEY_eq(next->key, amt->key), 1);
	amt_free(next);
}

/* Only time with power counts: nothing of it passes in between. */
static void what_is_left_of_the_window_is_left_afterwards(void **state)
{
	struct amt *amt = *state, *next;

	open_window(amt);
	amt_clock_jump(amt, 2 * HOUR);
	next = cycled(amt);
	assert_int_equal(next->state, AMT_IN);
	assert_false(next->window_open);
	amt_power_on(next);
	assert_true(next->window_open);
	assert_in_range(amt_window_left(next), 4 * HOUR - 10, 4 * HOUR);
	assert_true(next->ipv6);
	amt_free(next);
}

static void the_cap_of_255_hours_outlives_the_power(void **state)
{
	struct amt *amt = *state, *next;
	int i;

	open_window(amt);
	for (i = 0; i < 12; i++) {
		assert_int_equal(amt_extend(amt, 24), AMT_SUCCESS);
		amt_clock_jump(amt, 20 * HOUR);
		event_base_loop(base, EVLOOP_NONBLOCK);
	}
	next = cycled(amt);
	amt_power_on(next);
	assert_int_equal(amt_extend(next, 24), AMT_SUCCESS);
	assert_in_range(amt_window_left(next), 15 * HOUR - 30, 15 * HOUR);
	amt_free(next);
}

static void a_first_window_that_was_due_is_due_afterwards(void **state)
{
	struct amt *amt = *state, *next;

	amt->state = AMT_IN;
	amt_power_on(amt);
	assert_true(amt->cert_making);
	next = cycled(amt);
	amt_power_on(next);
	assert_false(next->window_open);
	while (!next->window_open)
		event_base_loop(base, EVLOOP_ONCE);
	assert_non_null(next->cert);
	assert_int_equal(amt_window_left(next), 24 * HOUR);
	amt_free(next);
}

static void a_window_that_has_run_out_stays_closed(void **state)
{
	struct amt *amt = *state, *next;

	open_window(amt);
	amt_window_end(amt);
	next = cycled(amt);
	amt_power_on(next);
	assert_int_equal(next->state, AMT_IN);
	assert_false(amt_window_runs(next));
	amt_free(next);
}

static void what_was_under_way_is_lost(void **state)
{
	struct amt_local_setup local = { .algorithm = 2 };
	struct amt *amt = *state, *next;
	uint32_t status;

	while ((status = amt_start_local(amt, &local)) == AMT_CERTIFICATE_NOT_READY)
		event_base_loop(base, EVLOOP_ONCE);
	assert_int_equal(status, AMT_SUCCESS);
	amt->rng = AMT_RNG_MAKING;
	next = cycled(amt);
	amt_power_on(next);
	assert_false(next->local.waiting || amt_window_runs(next));
	assert_int_equal(next->rng, AMT_RNG_NONE);
	assert_string_not_equal(next->local_password, amt->local_password);
	amt_free(next);
}

/* --- what is not a state --- */

static void refuses(const json_t *object, const char *because)
{
	struct amt *amt = model();
	char *text = json_dumps(object, 0);

	assert_int_not_equal(flash_state_load(amt, FLASH_VERSION, text, strlen(text), why), 0);
	if (!strstr(why, because))
		fail_msg("\"%s\" does not say \"%s\"", why, because);
	free(text);
	amt_free(amt);
}

static json_t *state_of(const struct amt *amt)
{
	size_t len;
	char *text = flash_state_save(amt, &len);
	json_t *object = json_loads(text, 0, NULL);

	drop(text, len);
	return object;
}

static void every_member_is_needed(void **state)
{
	json_t *object = state_of(*state), *copy, *value;
	const char *name;
	size_t count = 0;

	json_object_foreach(object, name, value) {
		copy = json_copy(object);
		json_object_del(copy, name);
		refuses(copy, name);
		json_decref(copy);
		count++;
	}
	assert_int_equal(count, 37);
	json_decref(object);
}

static void a_wrong_value_is_refused(void **state)
{
	static const struct {
		const char *name;
		const char *json;
	} wrong[] = {
		{ "state", "3" },
		{ "state", "-1" },
		{ "state", "\"IN\"" },
		{ "control", "3" },
		{ "otp_length", "33" },
		{ "otp", "\"00\"" },
		{ "ztc", "1" },
		{ "window_left_s", "918001" },
		{ "uuid", "\"zz\"" },
		{ "hashes", "{}" },
		{ "hashes", "[{}]" },
		{ "certificate", "\"\"" },
		{ "server_address", "\"nowhere\"" },
		{ "admin_user", "\"a name that is longer than any user may be\"" },
	};
	json_t *object;
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		object = state_of(*state);
		json_object_set_new(object, wrong[i].name,
				    json_loads(wrong[i].json, JSON_DECODE_ANY, NULL));
		refuses(object, i == 10 ? "handle" : wrong[i].name);
		json_decref(object);
	}
}

static void text_that_is_no_object_is_refused(void **state)
{
	struct amt *amt = *state;
	uint8_t uuid[16];

	assert_int_not_equal(flash_state_load(amt, FLASH_VERSION, "[]", 2, why), 0);
	assert_int_not_equal(flash_state_load(amt, FLASH_VERSION, "", 0, why), 0);
	assert_int_not_equal(flash_state_load(amt, FLASH_VERSION, "{\"a\":1,\"a\":2}", 13, why), 0);
	assert_int_not_equal(flash_state_uuid("{}", 2, uuid), 0);
}

#define promise(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		promise(the_otp_stays),
		promise(settings_of_mebx_stay),
		promise(hashes_keep_their_handles_and_flags),
		promise(a_configured_device_is_configured_afterwards),
		promise(what_is_left_of_the_window_is_left_afterwards),
		promise(the_cap_of_255_hours_outlives_the_power),
		promise(a_first_window_that_was_due_is_due_afterwards),
		promise(a_window_that_has_run_out_stays_closed),
		promise(what_was_under_way_is_lost),
		promise(every_member_is_needed),
		promise(a_wrong_value_is_refused),
		promise(text_that_is_no_object_is_refused),
	};

	log_set_level(LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
