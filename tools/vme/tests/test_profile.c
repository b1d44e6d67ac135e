// SPDX-License-Identifier: GPL-2.0-or-later
/* Generations of AMT: the version decides, and each has the rules of the references. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <event2/event.h>
#include <openssl/ssl.h>
#include "tools/vme/amt.h"
#include "tools/vme/amthi_answer.h"
#include "tools/vme/profile.h"

static const char *name_of(const char *version)
{
	return vme_profile_of(version)->name;
}

static void the_version_decides_on_the_profile(void **state)
{
	assert_string_equal(name_of("7.1.91"), "8.1");
	assert_string_equal(name_of("10.0.60"), "8.1");
	assert_string_equal(name_of("11.22.60"), "11.8");
	assert_string_equal(name_of("12.0.0"), "12.0");
	assert_string_equal(name_of("15.0.42"), "12.0");
	assert_string_equal(name_of("16.0.15"), "16.1");
	assert_string_equal(name_of("18.0.5"), "16.1");
	assert_string_equal(name_of("19.0.5"), "19");
	assert_string_equal(name_of("22.0.0"), "19");
}

static void every_profile_is_found_by_name_and_by_its_version(void **state)
{
	const struct vme_profile *profile;

	for (profile = vme_profiles; profile->name; profile++) {
		assert_ptr_equal(vme_profile_find(profile->name), profile);
		assert_ptr_equal(vme_profile_of(profile->version), profile);
	}
	assert_int_equal(profile - vme_profiles, 5);
	assert_null(vme_profile_find("12"));
	assert_null(vme_profile_find(""));
}

/* protocol.md 3.2, amthi.md 5 */
static void sha1_and_short_keys_end_with_16(void **state)
{
	assert_true(net_profile_of("15.0.42")->sha1);
	assert_int_equal(net_profile_of("15.0.42")->rsa_bits_min, 1024);
	assert_false(net_profile_of("16.0.0")->sha1);
	assert_int_equal(net_profile_of("16.0.0")->rsa_bits_min, 2048);
}

static void tls_1_2_begins_with_12(void **state)
{
	assert_int_equal(net_profile_of("11.8.93")->tls_max, TLS1_1_VERSION);
	assert_int_equal(net_profile_of("12.0.49")->tls_min, TLS1_2_VERSION);
}

static void the_host_may_switch_ztc_off_from_12_on(void **state)
{
	assert_false(vme_profile_of("11.8.93")->os_ztc_off);
	assert_true(vme_profile_of("12.0.0")->os_ztc_off);
}

static uint32_t status_of(const char *version, uint8_t id)
{
	struct event_base *base = event_base_new();
	struct amt *amt = amt_new(base);
	const uint8_t request[12] = { 1, 1, 0, 0, id, 0, 0, 4 };
	uint8_t reply[AMTHI_MTU];

	assert_non_null(amt);
	strcpy(amt->fw_version, version);
	assert_true(amthi_answer(amt, request, sizeof(request), reply) >= 16);
	amt_free(amt);
	event_base_free(base);
	return reply[12] | reply[13] << 8;
}

/* amthi.md 84, 85, 88, 8B. A known one that needs data says so. */
static void each_generation_knows_the_commands_of_its_time(void **state)
{
	static const struct {
		uint8_t id;
		const char *last_without, *first_with;
		uint32_t status;
	} commands[] = {
		{ 0x84, "8.1.19", "8.1.20", 0 },
		{ 0x85, "8.1.71", "9.0.0", AMT_INVALID_MESSAGE_LENGTH },
		{ 0x88, "11.8.93", "12.0.0", 0 },
		{ 0x8b, "13.0.99", "14.0.0", AMT_INVALID_MESSAGE_LENGTH },
	};
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		assert_int_equal(status_of(commands[i].last_without, commands[i].id),
				 AMT_INVALID_COMMAND);
		assert_int_equal(status_of(commands[i].first_with, commands[i].id),
				 commands[i].status);
		assert_int_equal(status_of("19.0.5", commands[i].id), commands[i].status);
	}
	assert_int_equal(status_of("8.1.71", 0x11), 0);
	assert_int_equal(amthi_known("7.1.91") + 4, amthi_known("19.0.5"));
}

static void versions_are_compared_by_their_numbers(void **state)
{
	assert_int_equal(vme_version("12"), VME_VERSION(12, 0, 0));
	assert_int_equal(vme_version("8.1.20.1336"), VME_VERSION(8, 1, 20));
	assert_true(vme_version("9.0.0") < vme_version("11.8.93"));
	assert_int_equal(vme_version(""), 0);
}

static struct amt *shipped(struct event_base *base, const char *version)
{
	struct amt *amt = amt_new(base);

	assert_non_null(amt);
	strcpy(amt->fw_version, version);
	assert_int_equal(amt_hash_defaults(amt), 0);
	return amt;
}

static bool has(const struct amt *amt, const char *name, uint8_t algorithm)
{
	size_t i;

	for (i = 0; i < amt->hash_count; i++)
		if (!strcmp(amt->hashes[i].name, name) && amt->hashes[i].algorithm == algorithm)
			return true;
	return false;
}

static void each_generation_is_shipped_with_its_own_hashes(void **state)
{
	struct event_base *base = event_base_new();
	struct amt *amt = shipped(base, "8.1.71");

	assert_true(has(amt, "Go Daddy Class 2 CA", 1));
	assert_false(has(amt, "Go Daddy Class 2 CA", 2));
	assert_int_equal(amt->hashes[0].digest_len, 20);
	amt_free(amt);
	amt = shipped(base, "11.8.93");
	assert_true(has(amt, "Go Daddy Class 2 CA", 2));
	assert_false(has(amt, "DigiCert Global Root G2", 2));
	amt_free(amt);
	amt = shipped(base, "12.0.49");
	assert_true(has(amt, "DigiCert Global Root G2", 2));
	assert_int_equal(amt->hash_count, 17);
	amt_free(amt);
	event_base_free(base);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_version_decides_on_the_profile),
		cmocka_unit_test(every_profile_is_found_by_name_and_by_its_version),
		cmocka_unit_test(sha1_and_short_keys_end_with_16),
		cmocka_unit_test(tls_1_2_begins_with_12),
		cmocka_unit_test(the_host_may_switch_ztc_off_from_12_on),
		cmocka_unit_test(each_generation_knows_the_commands_of_its_time),
		cmocka_unit_test(versions_are_compared_by_their_numbers),
		cmocka_unit_test(each_generation_is_shipped_with_its_own_hashes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
