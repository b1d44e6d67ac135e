// SPDX-License-Identifier: GPL-2.0-or-later
/* The ME clients beside AMTHI: MKHI, and manageability with the watchdog. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>
#include <event2/event.h>
#include "libmeiprov/tests/vectors.h"
#include "tools/vme/amt.h"
#include "tools/vme/log.h"
#include "tools/vme/me_dev.h"
#include "tools/vme/mkhi_dev.h"
#include "tools/vme/mng_dev.h"
#include "tools/vme/tests/test_host.h"

struct rig {
	struct event_base *base;
	struct amt *amt;
	struct me_dev *me;
	struct heci *heci;
	struct mkhi_dev mkhi;
	struct mng_dev mng;
};

static const struct amt_version versions[] = {
	{ "AMT", "16.1.27" },
	{ "Sku", "16392" },
	{ "Build Number", "2176" },
};

static int setup_with(void **state, unsigned int delay_ms)
{
	const struct me_dev_config me = { .device_id = 0x9de0, .hbm_major = 2 };
	struct rig *rig = test_calloc(1, sizeof(*rig));

	rig->base = event_base_new();
	rig->amt = amt_new(rig->base);
	strcpy(rig->amt->fw_version, "16.1.27");
	rig->amt->versions = malloc(sizeof(versions));
	memcpy(rig->amt->versions, versions, sizeof(versions));
	rig->amt->version_count = 3;
	rig->amt->platform.kvm = true;
	rig->me = me_dev_new(rig->base, &me, NULL);
	rig->heci = me_dev_heci(rig->me);
	*state = rig;
	return mkhi_dev_add(&rig->mkhi, rig->amt, me_dev_hbm(rig->me)) ||
	       mng_dev_add(&rig->mng, rig->amt, me_dev_hbm(rig->me), delay_ms);
}

static int setup(void **state)
{
	return setup_with(state, 0);
}

static int setup_slow(void **state)
{
	int ret = setup_with(state, 20);
	struct rig *rig = *state;

	host_reset(rig->heci);
	host_bus(rig->heci, 0x06, MNG_ADDRESS, 1, 0);
	host_wants(rig->heci, 0x86, MNG_ADDRESS, 1, 0);
	host_wants(rig->heci, 0x08, MNG_ADDRESS, 1, 0, 0, 0, 0, 0);
	host_bus(rig->heci, 0x08, MNG_ADDRESS, 1, 0, 0, 0, 0, 0);
	return ret;
}

static int teardown(void **state)
{
	struct rig *rig = *state;

	me_dev_free(rig->me);
	amt_free(rig->amt);
	event_base_free(rig->base);
	test_free(rig);
	return 0;
}

static void mkhi_says(struct rig *rig, const char *request, const char *reply)
{
	static struct vector ask, want;
	uint8_t got[ME_SERVICE_REPLY_MAX];

	vector_read(request, &ask);
	vector_read(reply, &want);
	assert_int_equal(mkhi_answer(rig->amt, ask.data, ask.len, got), want.len);
	assert_memory_equal(got, want.data, want.len);
}

static void mng_says(struct rig *rig, const char *request, const char *reply)
{
	static struct vector ask, want;
	uint8_t got[ME_SERVICE_REPLY_MAX];

	vector_read(request, &ask);
	vector_read(reply, &want);
	assert_int_equal(mng_answer(&rig->mng, ask.data, ask.len, got), want.len);
	assert_memory_equal(got, want.data, want.len);
}

/* --- MKHI --- */

static void the_version_is_that_of_amthi(void **state)
{
	mkhi_says(*state, "vme-mkhi-version-request", "vme-mkhi-version-reply");
}

static void capabilities_follow_the_mode_of_mebx(void **state)
{
	struct rig *rig = *state;

	mkhi_says(rig, "vme-mkhi-enabled-request", "vme-mkhi-enabled-reply");
	amt_mebx_enable(rig->amt, false);
	mkhi_says(rig, "vme-mkhi-enabled-request", "vme-mkhi-enabled-reply-off");
	mkhi_says(rig, "vme-mkhi-platform-request", "vme-mkhi-platform-reply");
}

static void unknown_commands_are_refused_in_four_bytes(void **state)
{
	static const uint8_t wrong[][8] = {
		{ 0xff, 3 },	     /* another command */
		{ 5, 2 },	     /* another group */
		{ 3, 2, 0, 0, 1 },   /* another rule */
		{ 3, 2, 0, 0, 0, 1 } /* the high bytes count */
	};
	struct rig *rig = *state;
	uint8_t got[ME_SERVICE_REPLY_MAX];
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(mkhi_answer(rig->amt, wrong[i], 8, got), 4);
		assert_int_equal(got[0], wrong[i][0]);
		assert_int_equal(got[1], wrong[i][1] | 0x80);
		assert_int_not_equal(got[3], 0);
	}
	/* a rule that is cut off */
	assert_int_equal(mkhi_answer(rig->amt, (const uint8_t[]){ 3, 2, 0, 0, 0 }, 5, got), 4);
	assert_int_not_equal(got[3], 0);
	assert_int_equal(mkhi_answer(rig->amt, wrong[0], 3, got), 0);
}

static void the_kernel_may_say_which_system_it_is(void **state)
{
	struct rig *rig = *state;
	static struct vector ask;
	uint8_t got[ME_SERVICE_REPLY_MAX];

	vector_read("vme-mkhi-os-request", &ask);
	assert_int_equal(mkhi_answer(rig->amt, ask.data, ask.len, got), 4);
	assert_memory_equal(got, ((uint8_t[]){ 3, 0x86, 0, 0 }), 4);
}

/* --- manageability --- */

static void mei_wdt_starts_calls_and_stops(void **state)
{
	struct rig *rig = *state;
	static struct vector stop;
	uint8_t got[ME_SERVICE_REPLY_MAX];

	mng_says(rig, "vme-mng-start-request", "vme-mng-start-reply");
	assert_true(rig->mng.watching);
	assert_int_equal(rig->mng.timeout_s, 120);
	vector_read("vme-mng-stop-request", &stop);
	assert_int_equal(mng_answer(&rig->mng, stop.data, stop.len, got), 0);
	assert_false(rig->mng.watching);
}

static void the_watchdog_expires_without_a_call(void **state)
{
	struct rig *rig = *state;

	assert_false(mng_dev_has_expired(&rig->mng));
	mng_says(rig, "vme-mng-start-request", "vme-mng-start-reply");
	amt_clock_jump(rig->amt, 119);
	assert_false(mng_dev_has_expired(&rig->mng));
	mng_says(rig, "vme-mng-start-request", "vme-mng-start-reply");
	amt_clock_jump(rig->amt, 119);
	assert_false(mng_dev_has_expired(&rig->mng));
	amt_clock_jump(rig->amt, 2);
	assert_true(mng_dev_has_expired(&rig->mng));
}

static void ask_state(struct rig *rig)
{
	host_write(rig->heci, MNG_ADDRESS, 1, (const uint8_t[]){ 5, 2, 0x51, 0x10 }, 4, true);
}

static void wait_ms(struct rig *rig, long ms)
{
	const struct timespec ts = { 0, ms * 1000000 };

	nanosleep(&ts, NULL);
	event_base_loop(rig->base, EVLOOP_NONBLOCK);
}

static void an_answer_takes_its_time(void **state)
{
	struct rig *rig = *state;
	struct host_message got;

	ask_state(rig);
	event_base_loop(rig->base, EVLOOP_NONBLOCK);
	host_expect_nothing(rig->heci);
	wait_ms(rig, 40);
	host_wants(rig->heci, 0x08, MNG_ADDRESS, 1, 0, 0, 0, 0, 0);
	assert_true(host_read(rig->heci, &got));
	assert_int_equal(got.me, MNG_ADDRESS);
	assert_int_equal(got.len, 1);
	host_expect_nothing(rig->heci);
}

static void who_disconnects_gets_no_answer(void **state)
{
	struct rig *rig = *state;

	ask_state(rig);
	host_bus(rig->heci, 0x07, MNG_ADDRESS, 1, 0);
	host_wants(rig->heci, 0x87, MNG_ADDRESS, 1, 0);
	wait_ms(rig, 40);
	host_expect_nothing(rig->heci);
}

static void a_client_that_is_there_is_not_added_again(void **state)
{
	struct rig *rig = *state;
	struct hbm *hbm = me_dev_hbm(rig->me);

	ask_state(rig);
	assert_int_equal(mng_dev_add(&rig->mng, rig->amt, hbm, 20), -EEXIST);
	host_bus(rig->heci, 0x07, MNG_ADDRESS, 1, 0);
	host_wants(rig->heci, 0x87, MNG_ADDRESS, 1, 0);
	wait_ms(rig, 40);
	host_expect_nothing(rig->heci);
}

static void amt_is_switched_off_and_on_before_setup_only(void **state)
{
	struct rig *rig = *state;

	mng_says(rig, "vme-mng-51-request", "vme-mng-51-reply");
	mng_says(rig, "vme-mng-53-request-off", "vme-mng-53-reply");
	assert_false(rig->amt->enabled);
	mng_says(rig, "vme-mng-51-request", "vme-mng-51-reply-off");
	amt_mebx_enable(rig->amt, true);
	rig->amt->state = AMT_POST;
	mng_says(rig, "vme-mng-53-request-off", "vme-mng-53-reply-mode");
	assert_true(rig->amt->enabled);
}

static uint8_t change_bits(struct rig *rig)
{
	const uint8_t ask[] = { 5, 2, 0x51, 0x10 };
	uint8_t got[ME_SERVICE_REPLY_MAX];

	assert_int_equal(mng_answer(&rig->mng, ask, 4, got), 1);
	return got[0];
}

static void the_bits_of_a_change_follow_state_ztc_and_release(void **state)
{
	struct rig *rig = *state;

	assert_int_equal(change_bits(rig), 0x83);
	amt_mebx_ztc(rig->amt, false);
	assert_int_equal(change_bits(rig), 0x82);
	strcpy(rig->amt->fw_version, "12.0.49");
	assert_int_equal(change_bits(rig), 0x02);
	strcpy(rig->amt->fw_version, "19.0.5");
	assert_int_equal(change_bits(rig), 0xc2);
}

static void messages_out_of_form_get_no_answer(void **state)
{
	static const struct {
		size_t len;
		uint8_t bytes[6];
	} wrong[] = {
		{ 3, { 5, 1, 0x51 } },		{ 4, { 5, 3, 0x51, 0x10 } }, /* count */
		{ 4, { 5, 2, 0x51, 0x11 } },				     /* version */
		{ 4, { 5, 2, 0x77, 0x10 } },				     /* subcommand */
		{ 4, { 6, 2, 0x51, 0x10 } },				     /* command */
		{ 4, { 5, 2, 0x53, 0x10 } },				     /* without its data */
		{ 5, { 5, 3, 0x51, 0x10, 0 } },				     /* with data */
	};
	struct rig *rig = *state;
	uint8_t got[ME_SERVICE_REPLY_MAX];
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(mng_answer(&rig->mng, wrong[i].bytes, wrong[i].len, got), 0);
}

/* --- on the bus --- */

static void connect_to(struct rig *rig, uint8_t me, uint8_t host)
{
	host_bus(rig->heci, 0x06, me, host, 0);
	host_wants(rig->heci, 0x86, me, host, 0);
	host_wants(rig->heci, 0x08, me, host, 0, 0, 0, 0, 0);
}

static void several_hosts_share_manageability(void **state)
{
	const uint8_t ask[] = { 5, 2, 0x51, 0x10 };
	struct rig *rig = *state;
	struct host_message got;
	uint8_t host;

	host_reset(rig->heci);
	for (host = 1; host <= 4; host++)
		connect_to(rig, MNG_ADDRESS, host);
	host_bus(rig->heci, 0x06, MNG_ADDRESS, 5, 0);
	host_wants(rig->heci, 0x86, MNG_ADDRESS, 5, HBM_REJECTED);
	host_write(rig->heci, MNG_ADDRESS, 3, ask, sizeof(ask), true);
	host_wants(rig->heci, 0x08, MNG_ADDRESS, 3, 0, 0, 0, 0, 0);
	host_bus(rig->heci, 0x08, MNG_ADDRESS, 3, 0, 0, 0, 0, 0);
	assert_true(host_read(rig->heci, &got));
	assert_int_equal(got.me, MNG_ADDRESS);
	assert_int_equal(got.host, 3);
	assert_int_equal(got.len, 1);
	assert_int_equal(got.data[0], 0x83);
	host_expect_nothing(rig->heci);
}

static void a_host_connects_to_one_mkhi_client_only(void **state)
{
	struct rig *rig = *state;

	host_reset(rig->heci);
	connect_to(rig, MKHI_ADDRESS, 1);
	host_bus(rig->heci, 0x06, MKHI_ADDRESS, 3, 0);
	host_wants(rig->heci, 0x86, MKHI_ADDRESS, 3, HBM_REJECTED);
}

static void the_other_mkhi_client_is_spoken_to_without_a_connection(void **state)
{
	struct rig *rig = *state;
	struct host_message got;
	int i;

	host_reset(rig->heci);
	host_bus(rig->heci, 0x06, MKHI_FIXUP_ADDRESS, 2, 0);
	host_wants(rig->heci, 0x86, MKHI_FIXUP_ADDRESS, 2, HBM_NOT_ALLOWED);
	for (i = 0; i < 2; i++) {
		host_write(rig->heci, MKHI_FIXUP_ADDRESS, 0, "\xff\x02\0\0", 4, true);
		assert_true(host_read(rig->heci, &got));
		assert_int_equal(got.me, MKHI_FIXUP_ADDRESS);
		assert_int_equal(got.host, 0);
		assert_int_equal(got.data[1], 0x82);
		host_expect_nothing(rig->heci);
	}
}

#define promise(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
#define slow(test)    cmocka_unit_test_setup_teardown(test, setup_slow, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		promise(the_version_is_that_of_amthi),
		promise(capabilities_follow_the_mode_of_mebx),
		promise(unknown_commands_are_refused_in_four_bytes),
		promise(the_kernel_may_say_which_system_it_is),
		promise(mei_wdt_starts_calls_and_stops),
		promise(the_watchdog_expires_without_a_call),
		promise(amt_is_switched_off_and_on_before_setup_only),
		promise(the_bits_of_a_change_follow_state_ztc_and_release),
		slow(an_answer_takes_its_time),
		slow(who_disconnects_gets_no_answer),
		slow(a_client_that_is_there_is_not_added_again),
		promise(messages_out_of_form_get_no_answer),
		promise(several_hosts_share_manageability),
		promise(a_host_connects_to_one_mkhi_client_only),
		promise(the_other_mkhi_client_is_spoken_to_without_a_connection),
	};

	log_set_level(LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
