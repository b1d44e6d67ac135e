// SPDX-License-Identifier: GPL-2.0-or-later
/* What servers have set outlives a power cycle, and unprovisioning wipes it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <event2/event.h>
#include <jansson.h>
#include <openssl/crypto.h>
#include <openssl/rsa.h>
#include "tools/vme/amt.h"
#include "tools/vme/amt_private.h"
#include "tools/vme/flash.h"
#include "tools/vme/flash_state.h"
#include "tools/vme/log.h"
#include "tools/vme/net_settings.h"
#include "tools/vme/tests/test_chain_make.h"

#define ETHERNET "AMT_EthernetPortSettings"
#define DAY_US	 (86400 * (int64_t)VME_CLOCK_US)

static struct event_base *base;
static EVP_PKEY *own_key, *root_key;
static X509 *own, *root;
static char why[FLASH_STATE_WHY_MAX];

static int make_certs(void **state)
{
	struct recipe own_r = { .cn = "amt.example.com" };
	struct recipe root_r = { .cn = "Root", .is_ca = true };

	base = event_base_new();
	own_key = EVP_RSA_gen(2048);
	root_key = EVP_RSA_gen(2048);
	own_r.key = own_key;
	root_r.key = root_key;
	root = cert_make(&root_r, NULL, NULL);
	own = cert_make(&own_r, root, root_key);
	return 0;
}

static int free_certs(void **state)
{
	X509_free(own);
	X509_free(root);
	EVP_PKEY_free(own_key);
	EVP_PKEY_free(root_key);
	event_base_free(base);
	return 0;
}

/* --- what a server does --- */

static const struct net_user op_user = {
	.name = "op", .ha1 = { 0x0f, 0x1e }, .access = 1, .realms = 1 << 3 | 1 << 21
};

static const struct net_user kerberos = { .sid = { 1, 5, 0, 9 }, .sid_len = 4, .access = 2 };

static void install_tls(struct net_settings *settings)
{
	uint32_t handle;

	EVP_PKEY_up_ref(own_key);
	X509_up_ref(own);
	X509_up_ref(root);
	assert_int_equal(net_key_add(settings, own_key, &handle), 0);
	assert_int_equal(net_cert_add(settings, root, true, &handle), 0);
	assert_int_equal(net_cert_add(settings, own, false, &handle), 0);
	settings->tls_wanted.cert = handle;
	settings->tls_wanted.has_cert = true;
	settings->tls_wanted.sides[NET_TLS_REMOTE].mutual = true;
	strcpy(settings->tls_wanted.sides[NET_TLS_REMOTE].cns[0], "console.example.com");
	settings->tls_wanted.sides[NET_TLS_REMOTE].cn_count = 1;
	assert_true(net_tls_commit(settings));
	settings->tls_wanted.sides[NET_TLS_LOCAL].accept_plain = true;
}

static void configure(struct amt *amt)
{
	struct net_settings *settings = amt->settings;
	uint32_t handle;

	install_tls(settings);
	assert_int_equal(net_user_add(settings, &op_user, &handle), 0);
	assert_int_equal(net_user_add(settings, &kerberos, &handle), 0);
	net_user_find(settings, handle)->enabled = false;
	assert_int_equal(net_value_set(settings, ETHERNET, 0, "IPAddress", "192.0.2.9"), 0);
	assert_int_equal(net_value_set(settings, "IPS_OptInService", 0, "OptInRequired", "0"), 0);
	settings->clock_set = true;
	settings->clock_ahead_us = DAY_US;
	amt->platform.sol = false;
	amt->state = AMT_POST;
	amt->control = AMT_CONTROL_ACM;
}

static int setup(void **state)
{
	struct amt *amt = amt_new(base);

	*state = amt;
	configure(amt);
	return 0;
}

static int teardown(void **state)
{
	amt_free(*state);
	return 0;
}

/* --- a power cycle --- */

static char *save(const struct amt *amt)
{
	size_t len;
	char *text = flash_state_save(amt, &len);

	assert_non_null(text);
	assert_int_equal(strlen(text), len);
	return text;
}

static void drop(char *text)
{
	OPENSSL_clear_free(text, strlen(text) + 1);
}

/* The device after it, to be freed. */
static struct amt *cycled(const struct amt *amt)
{
	struct amt *next = amt_new(base);
	char *text = save(amt);

	if (flash_state_load(next, FLASH_VERSION, text, strlen(text), why))
		fail_msg("%s", why);
	drop(text);
	return next;
}

static void keys_and_certificates_keep_their_handles(void **state)
{
	const struct amt *amt = *state;
	struct amt *next = cycled(amt);
	struct net_settings *settings = next->settings;
	uint32_t handle;

	assert_int_equal(settings->key_count, 1);
	assert_int_equal(EVP_PKEY_eq(net_key_find(settings, 0), own_key), 1);
	assert_int_equal(settings->cert_count, 2);
	assert_int_equal(X509_cmp(net_cert_find(settings, 1)->cert, root), 0);
	assert_true(net_cert_find(settings, 1)->trusted_root);
	assert_false(net_cert_find(settings, 2)->trusted_root);
	assert_int_equal(EVP_PKEY_eq(net_key_of_cert(settings, own), own_key), 1);
	EVP_PKEY_up_ref(root_key);
	assert_int_equal(net_key_add(settings, root_key, &handle), 0);
	assert_int_equal(handle, amt->settings->last_handle);
	amt_free(next);
}

static void users_stay_with_what_they_may(void **state)
{
	struct amt *next = cycled(*state);
	const struct net_user *user = net_user_named(next->settings, "op");

	assert_int_equal(next->settings->user_count, 2);
	assert_memory_equal(user->ha1, op_user.ha1, 16);
	assert_int_equal(user->realms, op_user.realms);
	assert_int_equal(user->access, 1);
	assert_true(user->enabled);
	user = &next->settings->users[1];
	assert_int_equal(user->sid_len, 4);
	assert_memory_equal(user->sid, kerberos.sid, 4);
	assert_false(user->enabled);
	amt_free(next);
}

static void tls_settings_stay_and_those_that_wait_still_wait(void **state)
{
	const struct amt *amt = *state;
	struct amt *next = cycled(amt);

	assert_memory_equal(&next->settings->tls, &amt->settings->tls, sizeof(struct net_tls));
	assert_memory_equal(&next->settings->tls_wanted, &amt->settings->tls_wanted,
			    sizeof(struct net_tls));
	assert_true(net_tls_commit(next->settings));
	assert_true(next->settings->tls.sides[NET_TLS_LOCAL].accept_plain);
	amt_free(next);
}

static void properties_services_and_time_stay(void **state)
{
	struct amt *next = cycled(*state);
	struct amt *fresh = amt_new(base);
	int64_t ahead = vme_clock_utc(&next->clock) - vme_clock_utc(&fresh->clock);

	assert_string_equal(net_value_get(next->settings, ETHERNET, 0, "IPAddress"), "192.0.2.9");
	assert_string_equal(net_value_get(next->settings, "IPS_OptInService", 0, "OptInRequired"),
			    "0");
	assert_null(net_value_get(next->settings, ETHERNET, 1, "IPAddress"));
	assert_false(next->platform.sol);
	assert_true(next->settings->clock_set);
	assert_in_range(ahead, DAY_US / VME_CLOCK_US - 2, DAY_US / VME_CLOCK_US + 2);
	amt_free(fresh);
	amt_free(next);
}

static void a_second_cycle_changes_nothing(void **state)
{
	struct amt *next = cycled(*state), *third;
	char *one = save(next), *two;

	third = cycled(next);
	two = save(third);
	assert_string_equal(one, two);
	drop(one);
	drop(two);
	amt_free(third);
	amt_free(next);
}

/* --- unprovisioning --- */

static void has_no_secret(const struct amt *amt)
{
	char *text = save(amt);

	assert_null(strstr(text, "PRIVATE KEY"));
	assert_null(strstr(text, "0f1e00"));
	assert_null(strstr(text, "console.example.com"));
	assert_int_equal(amt->settings->key_count, 0);
	assert_int_equal(amt->settings->cert_count, 0);
	assert_int_equal(amt->settings->user_count, 0);
	assert_false(amt->settings->tls.has_cert);
	drop(text);
}

static void full_unprovisioning_wipes_all_but_the_time(void **state)
{
	struct amt *amt = *state, *next;

	amt_unprovision(amt);
	next = cycled(amt);
	has_no_secret(next);
	assert_null(net_value_get(next->settings, ETHERNET, 0, "IPAddress"));
	assert_null(net_value_get(next->settings, "IPS_OptInService", 0, "OptInRequired"));
	assert_true(next->settings->clock_set);
	amt_free(next);
}

static void partial_unprovisioning_keeps_names_and_addresses(void **state)
{
	struct amt *amt = *state, *next;

	amt->ztc_enabled = false; /* nothing starts by itself */
	amt_unprovision_partial(amt);
	next = cycled(amt);
	has_no_secret(next);
	assert_string_equal(net_value_get(next->settings, ETHERNET, 0, "IPAddress"), "192.0.2.9");
	amt_free(next);
}

static void a_setup_that_is_stopped_leaves_nothing(void **state)
{
	struct amt *amt = *state;

	amt_window_open(amt, 3600);
	assert_int_equal(amt_stop(amt), AMT_SUCCESS);
	has_no_secret(amt);
	assert_null(net_value_get(amt->settings, ETHERNET, 0, "IPAddress"));
}

/* --- images --- */

static json_t *state_of(const struct amt *amt)
{
	char *text = save(amt);
	json_t *object = json_loads(text, 0, NULL);

	drop(text);
	return object;
}

static int try_load(const json_t *object, unsigned int version, struct amt *amt)
{
	char *text = json_dumps(object, 0);
	int ret = flash_state_load(amt, version, text, strlen(text), why);

	free(text);
	return ret;
}

static void an_image_of_the_first_format_has_no_such_settings(void **state)
{
	struct amt *next = amt_new(base);
	json_t *object = state_of(*state);

	json_object_del(object, "network");
	assert_int_not_equal(try_load(object, FLASH_VERSION, next), 0);
	amt_free(next);
	next = amt_new(base);
	assert_int_equal(try_load(object, FLASH_VERSION_OLD, next), 0);
	assert_int_equal(next->state, AMT_POST);
	assert_int_equal(next->settings->user_count, 0);
	assert_true(next->settings->tls.sides[NET_TLS_REMOTE].enabled);
	json_decref(object);
	amt_free(next);
}

static void refuses(json_t *object, const char *because)
{
	struct amt *amt = amt_new(base);

	why[0] = '\0';
	if (!try_load(object, FLASH_VERSION, amt))
		fail_msg("taken, and was to be refused for \"%s\"", because);
	if (!strstr(why, because))
		fail_msg("\"%s\" does not say \"%s\"", why, because);
	amt_free(amt);
}

static void every_member_of_it_is_needed(void **state)
{
	json_t *object = state_of(*state);
	json_t *network = json_object_get(object, "network"), *whole = json_copy(network), *value;
	const char *name;
	size_t count = 0;

	json_object_foreach(whole, name, value) {
		json_incref(value);
		json_object_del(network, name);
		refuses(object, !strncmp(name, "tls", 3) ? "\"certificate\"" : name);
		json_object_set_new(network, name, value);
		count++;
	}
	assert_int_equal(count, 12);
	json_decref(whole);
	json_decref(object);
}

static void set_in(json_t *row, const char *name, const char *json)
{
	json_object_set_new(row, name, json_loads(json, JSON_DECODE_ANY, NULL));
}

/* One member of the first, or the last, row of a list. */
static void wrong_row_is_refused(const struct amt *amt, const char *list, const char *name,
				 const char *json, const char *because)
{
	json_t *object = state_of(amt);
	json_t *rows = json_object_get(json_object_get(object, "network"), list);

	set_in(json_array_get(rows, json_array_size(rows) - 1), name, json);
	refuses(object, because);
	json_decref(object);
}

static void a_wrong_row_is_refused(void **state)
{
	static const struct {
		const char *list, *name, *json, *because;
	} wrong[] = {
		{ "keys", "handle", "99", "a key" },
		{ "keys", "handle", "-1", "\"handle\"" },
		{ "keys", "pair", "\"-----BEGIN\"", "a key" },
		{ "keys", "pair", "null", "a key" },
		{ "certificates", "handle", "1", "a certificate" }, /* is the root's */
		{ "certificates", "certificate", "7", "a certificate" },
		{ "certificates", "trusted_root", "1", "\"trusted_root\"" },
		{ "users", "handle", "0", "a user" },
		{ "users", "sid_length", "0", "a user" },
		{ "users", "sid_length", "29", "\"sid_length\"" },
		{ "users", "name", "\"op\"", "a user" },
		{ "users", "name", "\"a name beyond 16 bytes\"", "\"name\"" },
		{ "users", "access", "3", "\"access\"" },
		{ "users", "ha1", "\"00\"", "\"ha1\"" },
		{ "properties", "text", "9", "a property" },
		{ "properties", "instance", "-1", "a property" },
		{ "properties", "class", "null", "a property" },
	};
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		wrong_row_is_refused(*state, wrong[i].list, wrong[i].name, wrong[i].json,
				     wrong[i].because);
}

static void lists_that_are_too_long_are_refused(void **state)
{
	json_t *object = state_of(*state);
	json_t *users = json_object_get(json_object_get(object, "network"), "users");
	size_t i;

	for (i = 0; i < NET_USERS_MAX; i++)
		json_array_append(users, json_array_get(users, 0));
	refuses(object, "users");
	json_decref(object);
}

static void tls_with_a_certificate_that_is_not_there_is_refused(void **state)
{
	json_t *object = state_of(*state);
	json_t *network = json_object_get(object, "network");

	set_in(json_object_get(network, "tls_wanted"), "certificate", "3");
	refuses(object, "\"tls_wanted\" names a certificate");
	set_in(json_object_get(network, "tls_wanted"), "certificate", "2");
	set_in(json_array_get(json_object_get(json_object_get(network, "tls"), "sides"), 0),
	       "trusted_cns", "[\"\"]");
	refuses(object, "trusted_cns");
	json_decref(object);
}

static void a_time_out_of_reach_is_refused(void **state)
{
	json_t *object = state_of(*state);

	set_in(json_object_get(object, "network"), "clock_ahead_us", "4294967296000000");
	refuses(object, "clock_ahead_us");
	json_decref(object);
}

#define promise(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		promise(keys_and_certificates_keep_their_handles),
		promise(users_stay_with_what_they_may),
		promise(tls_settings_stay_and_those_that_wait_still_wait),
		promise(properties_services_and_time_stay),
		promise(a_second_cycle_changes_nothing),
		promise(full_unprovisioning_wipes_all_but_the_time),
		promise(partial_unprovisioning_keeps_names_and_addresses),
		promise(a_setup_that_is_stopped_leaves_nothing),
		promise(an_image_of_the_first_format_has_no_such_settings),
		promise(every_member_of_it_is_needed),
		promise(a_wrong_row_is_refused),
		promise(lists_that_are_too_long_are_refused),
		promise(tls_with_a_certificate_that_is_not_there_is_refused),
		promise(a_time_out_of_reach_is_refused),
	};

	log_set_level(LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, make_certs, free_certs);
}
