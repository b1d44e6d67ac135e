// SPDX-License-Identifier: GPL-2.0-or-later
/* Settings and state over the control socket: what is set is what the model has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include <event2/event.h>
#include "tools/vme/amt.h"
#include "tools/vme/log.h"
#include "tools/vme/tests/test_control_rig.h"

static void settings_reach_the_model(void **state)
{
	struct rig *rig = *state;

	wants_text(rig, "get ztc", "on");
	works(rig, "set ztc off");
	assert_false(rig->vme->amt->ztc_enabled);
	wants_text(rig, "get ztc", "off");
	works(rig, "set suffix corp.example.org");
	assert_string_equal(rig->vme->amt->pki_suffix, "corp.example.org");
	works(rig, "set server 127.0.0.9");
	wants_text(rig, "get server", "127.0.0.9:9971");
	refused(rig, "set ztc maybe", "neither on nor off");
	refused(rig, "set uuid x", "run time");
	refused(rig, "set nothing x", "run time");
	refused(rig, "get nothing", "no key");
}

static void settings_of_the_platform_reach_the_model(void **state)
{
	struct rig *rig = *state;
	const struct amt_platform *platform = &rig->vme->amt->platform;

	works(rig, "set link off");
	assert_false(platform->link);
	works(rig, "set ip 198.51.100.7");
	assert_int_equal(platform->ip, 0xc6336407);
	works(rig, "set kvm off");
	assert_false(platform->kvm);
	works(rig, "set fqdn pc7.example.org");
	assert_string_equal(platform->fqdn, "pc7.example.org");
	works(rig, "set wlan-mac 02:00:00:00:00:09");
	assert_int_equal(platform->wlan_mac[5], 9);
	refused(rig, "set version 16.1.27", "run time");
	refused(rig, "set control-mode client", "run time");
}

static void the_clock_is_put_ahead_and_sped_up(void **state)
{
	struct rig *rig = *state;
	struct amt *amt = rig->vme->amt;
	int64_t before = vme_clock_us(&amt->clock);

	works(rig, "clock jump 3600");
	assert_true(vme_clock_us(&amt->clock) - before >= 3600 * (int64_t)VME_CLOCK_US);
	works(rig, "clock scale 60");
	assert_int_equal(amt->clock.scale, 60);
	works(rig, "clock show");
	refused(rig, "clock jump 0", "from 1");
	refused(rig, "clock scale 100001", "to 100000");
}

/* Setting one thing does not undo what the host has done to another. */
static void what_the_host_changed_is_shown_and_stays(void **state)
{
	struct rig *rig = *state;
	struct amt *amt = rig->vme->amt;
	json_t *status;

	works(rig, "set ehbc on");
	assert_true(amt->ehbc);
	assert_int_equal(amt_set_ztc(amt, 0), AMT_SUCCESS);
	assert_int_equal(amt_set_ehbc(amt, 0), AMT_SUCCESS);
	assert_int_equal(amt_set_suffix(amt, "host.example.org", 16), AMT_SUCCESS);
	works(rig, "set log error");
	wants_text(rig, "get ztc", "off");
	wants_text(rig, "get ehbc", "off");
	wants_text(rig, "get suffix", "");
	assert_string_equal(amt->pki_suffix, "host.example.org");
	status = run(rig, "status", NULL);
	assert_string_equal(json_string_value(json_object_get(status, "suffix")),
			    "host.example.org");
	assert_string_equal(json_string_value(json_object_get(status, "suffix_mebx")), "");
	json_decref(status);
	works(rig, "set ztc on");
	assert_true(amt->ztc_enabled);
	assert_int_equal(amt_disable_and_clear(amt), AMT_SUCCESS);
	wants_text(rig, "get amt", "off");
	works(rig, "set amt on");
	assert_true(amt->enabled);
}

static void the_seed_can_be_taken_away(void **state)
{
	struct rig *rig = *state;

	works(rig, "set rng-seed off");
	assert_int_equal(rig->vme->amt->rng, AMT_RNG_NONE);
	works(rig, "set rng-delay-ms 0");
	assert_int_equal(amt_generate_rng(rig->vme->amt), AMT_SUCCESS);
	while (rig->vme->amt->rng == AMT_RNG_MAKING)
		event_base_loop(rig->vme->base, EVLOOP_ONCE);
	wants_text(rig, "get rng-seed", "on");
}

static void a_local_setup_is_shown(void **state)
{
	struct amt_local_setup setup = { .algorithm = 2, .digest = { 0xab, 0xcd } };
	struct rig *rig = *state;
	json_t *status, *local;

	memcpy(setup.suffixes, "a.example\0\xff\xfe\0b.example", 22);
	setup.suffixes_len = 22;
	rig->vme->amt->cert = X509_new();
	assert_int_equal(amt_start_local(rig->vme->amt, &setup), AMT_SUCCESS);
	status = run(rig, "status", NULL);
	local = json_object_get(status, "local_setup");
	assert_true(json_is_true(json_object_get(local, "waiting")));
	assert_string_equal(json_string_value(json_object_get(local, "algorithm")), "sha256");
	assert_memory_equal(json_string_value(json_object_get(local, "leaf")), "abcd00", 6);
	local = json_object_get(local, "suffixes");
	assert_int_equal(json_array_size(local), 3);
	assert_string_equal(json_string_value(json_array_get(local, 0)), "a.example");
	assert_string_equal(json_string_value(json_array_get(local, 1)), "(not text)");
	assert_string_equal(json_string_value(json_array_get(local, 2)), "b.example");
	json_decref(status);
	works(rig, "window end");
	assert_false(rig->vme->amt->local.waiting);
}

static void the_record_of_setup_is_shown(void **state)
{
	struct rig *rig = *state;
	struct amt *amt = rig->vme->amt;
	json_t *status, *record;

	status = run(rig, "status", NULL);
	record = json_object_get(status, "record");
	assert_true(json_is_false(json_object_get(record, "exists")));
	json_decref(status);
	amt->audit = (struct amt_audit){ .exists = true,
					 .server_cn = "setup.example.org",
					 .server_ip = "192.0.2.7",
					 .time = 951868798 };
	status = run(rig, "status", NULL);
	record = json_object_get(status, "record");
	assert_true(json_is_true(json_object_get(record, "exists")));
	assert_string_equal(json_string_value(json_object_get(record, "server_cn")),
			    "setup.example.org");
	assert_string_equal(json_string_value(json_object_get(record, "server_ip")), "192.0.2.7");
	assert_int_equal(json_integer_value(json_object_get(record, "time")), 951868798);
	json_decref(status);
}

#define promise(test) cmocka_unit_test_setup_teardown(test, rig_setup, rig_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		promise(settings_reach_the_model),
		promise(settings_of_the_platform_reach_the_model),
		promise(the_clock_is_put_ahead_and_sped_up),
		promise(what_the_host_changed_is_shown_and_stays),
		promise(the_seed_can_be_taken_away),
		promise(a_local_setup_is_shown),
		promise(the_record_of_setup_is_shown),
	};

	log_set_level(LOG_LEVEL_NONE);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
