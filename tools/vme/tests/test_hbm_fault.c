// SPDX-License-Identifier: GPL-2.0-or-later
/* Faults of the bus protocol, seen by a host at the registers. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>
#include <event2/event.h>
#include "tools/vme/amt.h"
#include "tools/vme/amthi_dev.h"
#include "tools/vme/fault.h"
#include "tools/vme/hbm_fault.h"
#include "tools/vme/log.h"
#include "tools/vme/me_dev.h"
#include "tools/vme/report.h"
#include "tools/vme/tests/test_host.h"

#define ME AMTHI_ADDRESS

struct rig {
	struct event_base *base;
	struct amt *amt;
	struct fault_list faults;
	struct reporter reporter;
	struct me_dev *me;
	struct hbm_fault *hbm_fault;
	struct amthi_dev *amthi;
	struct heci *heci;
	unsigned int told; /* faults that were reported */
};

static void on_report(void *ctx, const struct report *report)
{
	((struct rig *)ctx)->told += report->kind == REPORT_FAULT;
}

static int setup(void **state)
{
	const struct me_dev_config me = { .device_id = 0x9de0, .hbm_major = 2 };
	const struct amthi_config amthi = { .max_connections = 1, .mtu = 5120 };
	struct rig *rig = test_calloc(1, sizeof(*rig));

	rig->base = event_base_new();
	rig->amt = amt_new(rig->base);
	fault_list_init(&rig->faults);
	rig->reporter = (struct reporter){ on_report, rig };
	rig->me = me_dev_new(rig->base, &me, &rig->reporter);
	rig->hbm_fault = hbm_fault_new(rig->base, rig->me, &rig->faults, &rig->reporter);
	rig->amthi = amthi_dev_new(rig->me, rig->amt, &amthi, &rig->faults, &rig->reporter);
	rig->heci = me_dev_heci(rig->me);
	host_reset(rig->heci);
	*state = rig;
	return 0;
}

static int teardown(void **state)
{
	struct rig *rig = *state;

	me_dev_free(rig->me);
	hbm_fault_free(rig->hbm_fault);
	amthi_dev_free(rig->amthi);
	fault_list_clear(&rig->faults);
	amt_free(rig->amt);
	event_base_free(rig->base);
	test_free(rig);
	return 0;
}

static void order(struct rig *rig, const char *event, const char *action)
{
	const char *words[] = { event, action };
	char why[FAULT_WHY_MAX];
	uint32_t id;

	if (fault_add(&rig->faults, words, 2, &id, why))
		fail_msg("%s", why);
}

static void wait_ms(struct rig *rig, long ms)
{
	const struct timespec ts = { 0, ms * 1000000 };

	nanosleep(&ts, NULL);
	event_base_loop(rig->base, EVLOOP_NONBLOCK);
}

static void connect_to(struct rig *rig, uint8_t host)
{
	host_bus(rig->heci, 0x06, ME, host, 0);
	host_wants(rig->heci, 0x86, ME, host, 0);
	host_wants(rig->heci, 0x08, ME, host, 0, 0, 0, 0, 0);
}

static size_t connections(struct rig *rig)
{
	return hbm_connections(me_dev_hbm(rig->me), ME);
}

/* --- drop --- */

static void a_disconnect_can_happen_without_an_answer(void **state)
{
	struct rig *rig = *state;

	connect_to(rig, 1);
	order(rig, "hbm:07", "drop");
	host_bus(rig->heci, 0x07, ME, 1, 0);
	host_expect_nothing(rig->heci);
	assert_int_equal(connections(rig), 0);
	assert_int_equal(rig->told, 1);
	connect_to(rig, 2);
	host_bus(rig->heci, 0x07, ME, 2, 0);
	host_wants(rig->heci, 0x87, ME, 2, 0);
}

static void a_connect_can_happen_without_an_answer(void **state)
{
	struct rig *rig = *state;

	order(rig, "hbm:06", "drop");
	host_bus(rig->heci, 0x06, ME, 1, 0);
	host_expect_nothing(rig->heci);
	assert_int_equal(connections(rig), 1);
	host_bus(rig->heci, 0x07, ME, 1, 0);
	host_wants(rig->heci, 0x87, ME, 1, 0);
	connect_to(rig, 1);
}

static void a_credit_can_get_lost(void **state)
{
	static const uint8_t get_state[] = { 1, 1, 0, 0, 0x11, 0, 0, 4, 0, 0, 0, 0 };
	struct rig *rig = *state;
	struct host_message got;

	connect_to(rig, 1);
	order(rig, "hbm:08", "drop");
	host_write(rig->heci, ME, 1, get_state, sizeof(get_state), true);
	host_wants(rig->heci, 0x08, ME, 1, 0, 0, 0, 0, 0);
	host_bus(rig->heci, 0x08, ME, 1, 0, 0, 0, 0, 0);
	wait_ms(rig, 5);
	host_expect_nothing(rig->heci);
	host_bus(rig->heci, 0x08, ME, 1, 0, 0, 0, 0, 0);
	wait_ms(rig, 5);
	assert_true(host_read(rig->heci, &got));
	assert_int_equal(got.len, 20);
}

static void enumeration_can_stay_unanswered(void **state)
{
	struct rig *rig = *state;

	order(rig, "hbm:04", "drop");
	host_bus(rig->heci, 0x04, 0, 0, 0);
	host_expect_nothing(rig->heci);
}

/* --- delay --- */

static void a_disconnect_can_come_late(void **state)
{
	struct rig *rig = *state;

	connect_to(rig, 1);
	order(rig, "hbm:07", "delay=20");
	host_bus(rig->heci, 0x07, ME, 1, 0);
	host_expect_nothing(rig->heci);
	assert_int_equal(connections(rig), 1);
	wait_ms(rig, 40);
	host_wants(rig->heci, 0x87, ME, 1, 0);
	assert_int_equal(connections(rig), 0);
}

static void a_late_message_does_not_outlive_the_link(void **state)
{
	struct rig *rig = *state;

	order(rig, "hbm:06", "delay=20");
	host_bus(rig->heci, 0x06, ME, 1, 0);
	host_reset(rig->heci);
	wait_ms(rig, 40);
	host_expect_nothing(rig->heci);
	assert_int_equal(connections(rig), 0);
	connect_to(rig, 1);
}

static void a_late_message_does_not_outlive_the_device(void **state)
{
	struct rig *rig = *state;

	order(rig, "hbm:06", "delay=60000");
	host_bus(rig->heci, 0x06, ME, 1, 0); /* the leak checker looks */
	assert_int_equal(rig->told, 1);
}

/* --- status, reset --- */

static void a_refused_disconnect_keeps_the_connection(void **state)
{
	struct rig *rig = *state;

	connect_to(rig, 1);
	order(rig, "hbm:07", "status=4");
	host_bus(rig->heci, 0x07, ME, 1, 0);
	host_wants(rig->heci, 0x87, ME, 1, 4);
	assert_int_equal(connections(rig), 1);
}

static void a_refused_connect_makes_none(void **state)
{
	struct rig *rig = *state;

	order(rig, "hbm:06", "status=5");
	host_bus(rig->heci, 0x06, ME, 1, 0);
	host_wants(rig->heci, 0x86, ME, 1, 5);
	host_expect_nothing(rig->heci);
	assert_int_equal(connections(rig), 0);
	connect_to(rig, 1);
}

static void properties_can_be_refused(void **state)
{
	static const uint8_t want[28] = { 0x85, ME, 1 };
	struct rig *rig = *state;

	order(rig, "hbm:05", "status=1");
	host_bus(rig->heci, 0x05, ME, 0, 0);
	host_expect(rig->heci, want, sizeof(want));
}

static void a_short_message_is_no_case_for_a_status(void **state)
{
	struct rig *rig = *state;

	order(rig, "hbm:07", "status=4");
	host_bus(rig->heci, 0x07, ME);
	host_expect_nothing(rig->heci);
	assert_int_equal(hbm_stats(me_dev_hbm(rig->me))->violations, 1);
}

static void the_link_can_reset_at_a_disconnect(void **state)
{
	struct rig *rig = *state;

	connect_to(rig, 1);
	order(rig, "hbm:07", "reset");
	host_bus(rig->heci, 0x07, ME, 1, 0);
	assert_int_equal(connections(rig), 0);
	wait_ms(rig, 5);
	host_reset(rig->heci);
	connect_to(rig, 1);
}

/* --- the ring --- */

static uint32_t read_dword(struct rig *rig)
{
	return heci_read(rig->heci, R_ME_CB_RW);
}

static void the_header_of_an_answer_can_be_wrong(void **state)
{
	struct rig *rig = *state;

	order(rig, "hbm:06", "header=82000000");
	host_bus(rig->heci, 0x06, ME, 1, 0);
	assert_int_equal(read_dword(rig), 0x02040000);
	assert_int_equal(read_dword(rig), 0x00010786);
	host_wants(rig->heci, 0x08, ME, 1, 0, 0, 0, 0, 0);
	assert_int_equal(rig->told, 1);
}

static void an_answer_can_begin_with_no_header_at_all(void **state)
{
	struct rig *rig = *state;

	order(rig, "hbm:04", "header=80240000");
	host_bus(rig->heci, 0x04, 0, 0, 0);
	assert_int_equal(host_fill(rig->heci), 10);
	assert_int_equal(read_dword(rig), 0);
}

static void what_brings_no_answer_spoils_none_that_comes_later(void **state)
{
	struct rig *rig = *state;

	connect_to(rig, 1);
	order(rig, "hbm:08", "header=02000000");
	host_bus(rig->heci, 0x08, ME, 1, 0, 0, 0, 0, 0);
	host_bus(rig->heci, 0x07, ME, 1, 0);
	host_wants(rig->heci, 0x87, ME, 1, 0);
}

static void a_credit_can_bring_a_message_with_a_wrong_header(void **state)
{
	static const uint8_t get_state[] = { 1, 1, 0, 0, 0x11, 0, 0, 4, 0, 0, 0, 0 };
	struct rig *rig = *state;

	connect_to(rig, 1);
	host_write(rig->heci, ME, 1, get_state, sizeof(get_state), true);
	host_wants(rig->heci, 0x08, ME, 1, 0, 0, 0, 0, 0);
	wait_ms(rig, 5);
	order(rig, "hbm:08", "header=02000000");
	host_bus(rig->heci, 0x08, ME, 1, 0, 0, 0, 0, 0);
	assert_int_equal(read_dword(rig), 0x82140107);
}

static void the_ring_can_claim_more_than_it_holds_while_an_answer_is_read(void **state)
{
	struct rig *rig = *state;
	struct host_message got;

	order(rig, "hbm:04", "overflow");
	host_bus(rig->heci, 0x04, 0, 0, 0);
	assert_int_equal(host_fill(rig->heci), 10);
	assert_true(host_read(rig->heci, &got));
	assert_int_equal(got.data[0], 0x84);
	assert_true(host_fill(rig->heci) > HECI_DEPTH);
	host_reset(rig->heci);
	host_expect_nothing(rig->heci);
	connect_to(rig, 1);
}

static void another_message_can_be_the_answer(void **state)
{
	struct rig *rig = *state;

	connect_to(rig, 1);
	order(rig, "hbm:07", "raw=82000000");
	host_bus(rig->heci, 0x07, ME, 1, 0);
	host_wants(rig->heci, 0x82, 0, 0, 0);
	host_expect_nothing(rig->heci);
	assert_int_equal(connections(rig), 0);
}

static void a_message_longer_than_the_ring_is_no_answer(void **state)
{
	char action[4 + 2 * 509 + 1] = "raw=";
	const char *words[] = { "hbm:07", action };
	struct rig *rig = *state;
	char why[FAULT_WHY_MAX];
	uint32_t id;

	memset(action + 4, '0', 2 * 509);
	assert_int_equal(fault_add(&rig->faults, words, 2, &id, why), -EINVAL);
	assert_non_null(strstr(why, "508"));
	action[4 + 2 * 508] = '\0';
	assert_int_equal(fault_add(&rig->faults, words, 2, &id, why), 0);
	host_bus(rig->heci, 0x07, ME, 1, 0);
	assert_int_equal(host_fill(rig->heci), HECI_DEPTH);
}

static void the_firmware_can_be_back_before_the_host_has_seen_it_go(void **state)
{
	struct rig *rig = *state;

	connect_to(rig, 1);
	order(rig, "hbm:07", "rdy-pulse");
	host_bus(rig->heci, 0x07, ME, 1, 0);
	assert_int_equal(connections(rig), 0);
	assert_true(heci_read(rig->heci, R_ME_CSR) & B_RDY);
	assert_false(host_csr(rig->heci) & B_RDY);
	host_reset(rig->heci);
	connect_to(rig, 1);
}

/* --- grammar --- */

static void any_bus_message_can_be_meant(void **state)
{
	struct rig *rig = *state;

	order(rig, "hbm:*", "drop");
	host_bus(rig->heci, 0x04, 0, 0, 0);
	host_expect_nothing(rig->heci);
	order(rig, "hbm:0A", "drop");
	assert_string_equal(STAILQ_NEXT(STAILQ_FIRST(&rig->faults.faults), list)->event, "hbm:0a");
}

static void actions_that_do_not_fit_are_refused(void **state)
{
	static const char *const wrong[][2] = {
		{ "hbm:07", "busy" },	    { "hbm:07", "no-credit" },
		{ "hbm:07", "truncate=1" }, { "hbm:07", "duplicate" },
		{ "hbm:07", "raw=" },	    { "hbm:01", "status=1" },
		{ "hbm:07", "header=1" },   { "hbm:07", "header" },
		{ "hbm:07", "overflow=1" }, { "hbm:07", "header=00000000" },
		{ "connect", "overflow" },  { "hbm:*", "status=1" },
		{ "hbm:7", "drop" },	    { "hbm:", "drop" },
		{ "hbm:0g", "drop" },	    { "hbm:007", "drop" },
		{ "hbm", "drop" },
	};
	struct rig *rig = *state;
	char why[FAULT_WHY_MAX];
	uint32_t id;
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(fault_add(&rig->faults, wrong[i], 2, &id, why), -EINVAL);
		assert_true(why[0]);
	}
	assert_int_equal(rig->faults.count, 0);
}

#define promise(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		promise(a_disconnect_can_happen_without_an_answer),
		promise(a_connect_can_happen_without_an_answer),
		promise(a_credit_can_get_lost),
		promise(enumeration_can_stay_unanswered),
		promise(a_disconnect_can_come_late),
		promise(a_late_message_does_not_outlive_the_link),
		promise(a_late_message_does_not_outlive_the_device),
		promise(a_refused_disconnect_keeps_the_connection),
		promise(a_refused_connect_makes_none),
		promise(properties_can_be_refused),
		promise(a_short_message_is_no_case_for_a_status),
		promise(the_link_can_reset_at_a_disconnect),
		promise(the_header_of_an_answer_can_be_wrong),
		promise(an_answer_can_begin_with_no_header_at_all),
		promise(what_brings_no_answer_spoils_none_that_comes_later),
		promise(a_credit_can_bring_a_message_with_a_wrong_header),
		promise(the_ring_can_claim_more_than_it_holds_while_an_answer_is_read),
		promise(another_message_can_be_the_answer),
		promise(a_message_longer_than_the_ring_is_no_answer),
		promise(the_firmware_can_be_back_before_the_host_has_seen_it_go),
		promise(any_bus_message_can_be_meant),
		promise(actions_that_do_not_fit_are_refused),
	};

	log_set_level(LOG_LEVEL_NONE);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
