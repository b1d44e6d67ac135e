// SPDX-License-Identifier: GPL-2.0-or-later
/* MEBx over the control socket: a person's actions and the rules of the menus. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <event2/event.h>
#include <openssl/evp.h>
#include "tools/vme/amt.h"
#include "tools/vme/tests/test_control_rig.h"

#define STRONG "P@ssw0rd"
#define HASH   "mine,sha256,00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static void open_window(struct amt *amt)
{
	if (!amt->cert)
		amt->cert = X509_new();
	assert_int_equal(amt_start(amt, false), AMT_SUCCESS);
}

static void configure(struct rig *rig)
{
	open_window(rig->vme->amt);
	works(rig, "mebx password " STRONG);
	assert_int_equal(amt_commit(rig->vme->amt), AMT_SUCCESS);
}

static void switches_reach_the_model(void **state)
{
	struct rig *rig = *state;
	struct amt *amt = rig->vme->amt;

	works(rig, "mebx ztc off");
	assert_false(amt->ztc_enabled);
	wants_text(rig, "get ztc", "off");
	works(rig, "mebx ztc on");
	assert_true(amt->ztc_enabled);
	works(rig, "mebx mode none");
	assert_false(amt->enabled);
	wants_text(rig, "get amt", "off");
	works(rig, "mebx mode amt");
	assert_true(amt->enabled);
	refused(rig, "mebx ztc perhaps", "on|off");
	refused(rig, "mebx mode asf", "amt|none");
	refused(rig, "mebx ztc", "usage: mebx ztc");
	refused(rig, "mebx ztc on on", "usage: mebx ztc");
	refused(rig, "mebx coffee", "no such menu");
	refused(rig, "mebx", "usage");
}

static void ztc_off_unprovisions_a_configured_device_partially(void **state)
{
	struct rig *rig = *state;
	struct amt *amt = rig->vme->amt;

	works(rig, "mebx admin-password " STRONG);
	configure(rig);
	assert_int_equal(amt->state, AMT_POST);
	works(rig, "mebx ztc off");
	assert_int_equal(amt->state, AMT_PRE);
	assert_true(amt->admin_set);
}

static void a_password_has_to_be_strong(void **state)
{
	static const char *const weak[] = {
		"P@ssw0r",  "p@ssw0rd", "P@SSW0RD",
		"P@ssword", "Passw0rd", "P@ssw0rdP@ssw0rdP@ssw0rdP@ssw0rdP",
	};
	struct rig *rig = *state;
	struct amt *amt = rig->vme->amt;
	char line[80];
	size_t i;

	for (i = 0; i < sizeof(weak) / sizeof(weak[0]); i++) {
		snprintf(line, sizeof(line), "mebx password %s", weak[i]);
		refused(rig, line, "too weak");
		snprintf(line, sizeof(line), "mebx admin-password %s", weak[i]);
		refused(rig, line, "too weak");
	}
	assert_true(amt->mebx_default);
	assert_false(amt->admin_set);
	works(rig, "mebx password " STRONG);
	assert_string_equal(amt->mebx_password, STRONG);
	assert_false(amt->mebx_default);
}

static void the_password_of_admin_is_set_apart_from_mebx(void **state)
{
	struct rig *rig = *state;
	struct amt *amt = rig->vme->amt;
	uint8_t want[16], got[16];
	char text[128];
	int len;

	works(rig, "mebx password " STRONG);
	works(rig, "mebx admin-password 0ther!Word");
	len = snprintf(text, sizeof(text), "admin:%s:0ther!Word", amt->digest_realm);
	EVP_Digest(text, (size_t)len, want, NULL, EVP_md5(), NULL);
	assert_true(amt_ha1(amt, "admin", got));
	assert_memory_equal(got, want, 16);
}

static void names_are_set_and_removed(void **state)
{
	struct rig *rig = *state;
	struct amt *amt = rig->vme->amt;

	works(rig, "mebx suffix corp.example.org");
	assert_string_equal(amt->pki_suffix, "corp.example.org");
	wants_text(rig, "get suffix", "corp.example.org");
	works(rig, "mebx server-name sca.example.org");
	wants_text(rig, "get config-server-fqdn", "sca.example.org");
	works(rig, "mebx server-address 192.0.2.7");
	wants_text(rig, "get config-server", "192.0.2.7:9971");
	refused(rig, "mebx server-address sca", "not an address");
	works(rig, "set link off");
	assert_string_equal(amt->platform.config_server_fqdn, "sca.example.org");
	works(rig, "mebx unprovision full");
	wants_text(rig, "get config-server", "");
	wants_text(rig, "get config-server-fqdn", "");
	wants_text(rig, "get suffix", "corp.example.org");
}

static void hashes_are_changed_with_the_menus_rule(void **state)
{
	struct rig *rig = *state;
	struct amt *amt = rig->vme->amt;

	works(rig, "mebx hash add " HASH);
	assert_non_null(amt_hash_find(amt, 20));
	works(rig, "mebx hash disable 20");
	assert_false(amt_hash_find(amt, 20)->is_active);
	works(rig, "mebx hash enable 20");
	refused(rig, "mebx hash delete 0", "only be disabled");
	refused(rig, "mebx hash list", "usage");
	refused(rig, "mebx hash", "usage");
	open_window(amt);
	refused(rig, "mebx hash delete 20", "under way");
	amt_window_end(amt);
	works(rig, "mebx hash delete 20");
	assert_null(amt_hash_find(amt, 20));
}

static void while_a_configuration_is_under_way_it_stays_as_it_is(void **state)
{
	struct rig *rig = *state;

	open_window(rig->vme->amt);
	refused(rig, "mebx ztc off", "under way");
	refused(rig, "mebx suffix x.example.org", "under way");
	refused(rig, "mebx server-name x", "under way");
	refused(rig, "mebx server-address 192.0.2.1", "under way");
	refused(rig, "mebx start", "under way");
	works(rig, "mebx unprovision full");
	works(rig, "mebx suffix x.example.org");
}

static void start_opens_a_window(void **state)
{
	struct rig *rig = *state;
	struct amt *amt = rig->vme->amt;

	amt->cert_delay_ms = 0;
	works(rig, "mebx start");
	assert_int_equal(amt->state, AMT_IN);
	while (!amt->window_open)
		event_base_loop(rig->vme->base, EVLOOP_ONCE);
	assert_int_equal(amt_window_left(amt), 6 * 3600);
	works(rig, "window end");
	works(rig, "mebx start");
	assert_true(amt->window_open);
	assert_int_equal(amt_stop(amt), AMT_SUCCESS);
	works(rig, "mebx ztc off");
	refused(rig, "mebx start", "nothing to start");
}

static void unprovisioning_is_full_or_partial(void **state)
{
	struct rig *rig = *state;
	struct amt *amt = rig->vme->amt;

	works(rig, "mebx hash add " HASH);
	configure(rig);
	refused(rig, "mebx unprovision", "usage");
	refused(rig, "mebx unprovision half", "full|partial");
	works(rig, "mebx unprovision partial");
	assert_non_null(amt_hash_find(amt, 20));
	assert_int_equal(amt->control, AMT_CONTROL_NONE);
	works(rig, "mebx unprovision full");
	assert_null(amt_hash_find(amt, 20));
	assert_int_equal(amt->state, AMT_PRE);
}

#define promise(test) cmocka_unit_test_setup_teardown(test, rig_setup, rig_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		promise(switches_reach_the_model),
		promise(ztc_off_unprovisions_a_configured_device_partially),
		promise(a_password_has_to_be_strong),
		promise(the_password_of_admin_is_set_apart_from_mebx),
		promise(names_are_set_and_removed),
		promise(hashes_are_changed_with_the_menus_rule),
		promise(while_a_configuration_is_under_way_it_stays_as_it_is),
		promise(start_opens_a_window),
		promise(unprovisioning_is_full_or_partial),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
