// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The whole PCI device without its socket: a host asks AMTHI through the registers,
 * with and without faults.
 */
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
#include "tools/vme/log.h"
#include "tools/vme/me_dev.h"
#include "tools/vme/report.h"
#include "tools/vme/tests/test_host.h"

#define ME AMTHI_ADDRESS

static const uint8_t get_state[] = { 1, 1, 0, 0, 0x11, 0, 0, 4, 0, 0, 0, 0 };
static const uint8_t state_reply[] = { 1, 1, 0, 0, 0x11, 0, 0x80, 4, 8, 0,
				       0, 0, 0, 0, 0,	 0, 0,	  0, 0, 0 };
static const uint8_t set_otp[] = { 1, 1, 0, 0,	 0x2a, 0,   0,	 4,   10,  0,	0,
				   0, 8, 0, 'a', 'b',  'c', 'd', 'e', 'f', 'g', 'h' };

struct rig {
	struct event_base *base;
	struct amt *amt;
	struct fault_list faults;
	struct reporter reporter;
	struct me_dev *me;
	struct amthi_dev *amthi;
	struct heci *heci;
	unsigned int reports[REPORT_KINDS];
};

static void on_report(void *ctx, const struct report *report)
{
	((struct rig *)ctx)->reports[report->kind]++;
}

static int setup_connections(void **state, uint8_t connections)
{
	const struct me_dev_config me = { .device_id = 0x9de0, .hbm_major = 2 };
	const struct amthi_config amthi = { .max_connections = connections, .mtu = 5120 };
	struct rig *rig = test_calloc(1, sizeof(*rig));

	rig->base = event_base_new();
	rig->amt = amt_new(rig->base);
	fault_list_init(&rig->faults);
	rig->reporter = (struct reporter){ on_report, rig };
	rig->me = me_dev_new(rig->base, &me, &rig->reporter);
	rig->amthi = amthi_dev_new(rig->me, rig->amt, &amthi, &rig->faults, &rig->reporter);
	rig->heci = me_dev_heci(rig->me);
	host_reset(rig->heci);
	*state = rig;
	return 0;
}

static int setup(void **state)
{
	return setup_connections(state, 1);
}

static int teardown(void **state)
{
	struct rig *rig = *state;

	me_dev_free(rig->me);
	amthi_dev_free(rig->amthi);
	fault_list_clear(&rig->faults);
	amt_free(rig->amt);
	event_base_free(rig->base);
	test_free(rig);
	return 0;
}

static void turn(struct rig *rig)
{
	event_base_loop(rig->base, EVLOOP_NONBLOCK);
}

static void sleep_ms(long ms)
{
	const struct timespec ts = { 0, ms * 1000000 };

	nanosleep(&ts, NULL);
}

static void order(struct rig *rig, const char *event, const char *action, const char *option)
{
	const char *words[] = { event, action, option };
	char why[FAULT_WHY_MAX];
	uint32_t id;

	if (fault_add(&rig->faults, words, option ? 3 : 2, &id, why))
		fail_msg("%s", why);
}

static void connect_to(struct rig *rig, uint8_t host)
{
	host_bus(rig->heci, 0x06, ME, host, 0);
	host_wants(rig->heci, 0x86, ME, host, 0);
	host_wants(rig->heci, 0x08, ME, host, 0, 0, 0, 0, 0);
}

/* Send a request and ask for the reply. */
static void ask(struct rig *rig, const uint8_t *request, size_t len)
{
	host_write(rig->heci, ME, 1, request, len, true);
	host_bus(rig->heci, 0x08, ME, 1, 0, 0, 0, 0, 0);
	turn(rig);
}

static void wants_credit(struct rig *rig)
{
	host_wants(rig->heci, 0x08, ME, 1, 0, 0, 0, 0, 0);
}

static void wants_reply(struct rig *rig, const uint8_t *reply, size_t len)
{
	struct host_message got;

	assert_true(host_read(rig->heci, &got));
	assert_int_equal(got.me, ME);
	assert_int_equal(got.len, len);
	assert_memory_equal(got.data, reply, len);
	assert_true(got.complete);
}

/* --- without faults --- */

static void a_request_costs_one_credit_and_brings_one_reply(void **state)
{
	struct rig *rig = *state;
	int i;

	connect_to(rig, 1);
	for (i = 1; i < 4; i++) {
		ask(rig, get_state, sizeof(get_state));
		wants_credit(rig);
		wants_reply(rig, state_reply, sizeof(state_reply));
		host_expect_nothing(rig->heci);
		assert_int_equal(amthi_dev_counts(rig->amthi)[0x11], i);
		assert_int_equal(rig->reports[REPORT_COMMAND], i);
	}
}

static void the_reply_takes_the_time_the_firmware_thinks(void **state)
{
	struct rig *rig = *state;

	amthi_dev_set_delay(rig->amthi, 40);
	connect_to(rig, 1);
	ask(rig, get_state, sizeof(get_state));
	wants_credit(rig);
	host_expect_nothing(rig->heci);
	sleep_ms(60);
	turn(rig);
	wants_reply(rig, state_reply, sizeof(state_reply));
}

static void a_second_request_waits_for_the_first_reply(void **state)
{
	struct rig *rig = *state;

	connect_to(rig, 1);
	host_write(rig->heci, ME, 1, get_state, sizeof(get_state), true);
	turn(rig);
	wants_credit(rig);
	host_write(rig->heci, ME, 1, get_state, sizeof(get_state), true);
	turn(rig);
	host_expect_nothing(rig->heci);
	host_bus(rig->heci, 0x08, ME, 1, 0, 0, 0, 0, 0);
	wants_reply(rig, state_reply, sizeof(state_reply));
	wants_credit(rig);
	turn(rig);
	host_expect_nothing(rig->heci);
	host_bus(rig->heci, 0x08, ME, 1, 0, 0, 0, 0, 0);
	wants_reply(rig, state_reply, sizeof(state_reply));
}

static void a_message_without_a_header_gets_a_credit_and_no_reply(void **state)
{
	struct rig *rig = *state;

	connect_to(rig, 1);
	ask(rig, get_state, 11);
	wants_credit(rig);
	host_expect_nothing(rig->heci);
	ask(rig, get_state, sizeof(get_state));
	wants_credit(rig);
	wants_reply(rig, state_reply, sizeof(state_reply));
}

static void disconnecting_drops_the_reply_under_way(void **state)
{
	struct rig *rig = *state;

	amthi_dev_set_delay(rig->amthi, 20);
	connect_to(rig, 1);
	ask(rig, get_state, sizeof(get_state));
	wants_credit(rig);
	host_bus(rig->heci, 0x07, ME, 1, 0);
	host_wants(rig->heci, 0x87, ME, 1, 0);
	connect_to(rig, 2);
	sleep_ms(40);
	turn(rig);
	host_bus(rig->heci, 0x08, ME, 2, 0, 0, 0, 0, 0);
	host_expect_nothing(rig->heci);
}

static void a_link_reset_loses_the_request_and_keeps_the_model(void **state)
{
	struct rig *rig = *state;

	connect_to(rig, 1);
	ask(rig, set_otp, sizeof(set_otp));
	host_reset(rig->heci);
	turn(rig);
	host_expect_nothing(rig->heci);
	assert_int_equal(rig->amt->otp_len, 8);
	connect_to(rig, 1);
}

static void two_connections_are_two_conversations(void **state)
{
	struct rig *rig;

	teardown(state);
	setup_connections(state, 2);
	rig = *state;
	connect_to(rig, 1);
	connect_to(rig, 2);
	host_bus(rig->heci, 0x06, ME, 3, 0);
	host_wants(rig->heci, 0x86, ME, 3, 3);
	ask(rig, get_state, sizeof(get_state));
	wants_credit(rig);
	wants_reply(rig, state_reply, sizeof(state_reply));
	host_expect_nothing(rig->heci);
}

static void a_firmware_reset_ends_after_its_recovery(void **state)
{
	struct rig *rig = *state;

	me_dev_reset(rig->me, 30);
	assert_false(heci_read(rig->heci, R_ME_CSR) & B_RDY);
	host_set(rig->heci, B_RST | B_IG, 0);
	turn(rig);
	assert_false(heci_read(rig->heci, R_ME_CSR) & B_RDY);
	sleep_ms(50);
	turn(rig);
	assert_true(heci_read(rig->heci, R_ME_CSR) & B_RDY);
	me_dev_reset(rig->me, ME_RESET_NEVER);
	sleep_ms(50);
	host_set(rig->heci, 0, B_RST);
	host_set(rig->heci, B_RST | B_IG, 0);
	turn(rig);
	assert_false(heci_read(rig->heci, R_ME_CSR) & B_RDY);
}

/* --- faults of replies --- */

static void drop_runs_the_command_and_says_nothing(void **state)
{
	struct rig *rig = *state;

	order(rig, "amthi:2a", "drop", NULL);
	connect_to(rig, 1);
	ask(rig, set_otp, sizeof(set_otp));
	wants_credit(rig);
	host_expect_nothing(rig->heci);
	assert_int_equal(rig->amt->otp_len, 8);
	assert_int_equal(rig->reports[REPORT_FAULT], 1);
}

static void status_answers_in_place_of_the_command(void **state)
{
	static const uint8_t refused[] = {
		1, 1, 0, 0, 0x2a, 0, 0x80, 4, 4, 0, 0, 0, 0x31, 0, 0, 0
	};
	struct rig *rig = *state;

	order(rig, "amthi:2a", "status=0x31", NULL);
	connect_to(rig, 1);
	ask(rig, set_otp, sizeof(set_otp));
	wants_credit(rig);
	wants_reply(rig, refused, sizeof(refused));
	assert_int_equal(rig->amt->otp_len, 0);
}

/* The reply to get_state under the fault @action; the next one is sound again. */
static void expect_once(struct rig *rig, const char *action, const uint8_t *reply, size_t len)
{
	order(rig, "amthi:11", action, NULL);
	ask(rig, get_state, sizeof(get_state));
	wants_credit(rig);
	wants_reply(rig, reply, len);
	ask(rig, get_state, sizeof(get_state));
	wants_credit(rig);
	wants_reply(rig, state_reply, sizeof(state_reply));
	host_expect_nothing(rig->heci);
}

static void replies_can_be_spoilt_in_every_way(void **state)
{
	struct rig *rig = *state;
	uint8_t spoilt[24];

	connect_to(rig, 1);
	expect_once(rig, "truncate=18", state_reply, 18);
	expect_once(rig, "truncate=0", state_reply, 0);
	memcpy(spoilt, state_reply, sizeof(state_reply));
	memset(spoilt + sizeof(state_reply), 0xee, 4);
	expect_once(rig, "pad=4", spoilt, 24);
	spoilt[8] ^= 0x81;
	expect_once(rig, "corrupt=8:81", spoilt, sizeof(state_reply));
	spoilt[8] ^= 0x81;
	spoilt[4] ^= 1;
	expect_once(rig, "wrong-id", spoilt, sizeof(state_reply));
	expect_once(rig, "raw=0badcafe", (const uint8_t[]){ 0x0b, 0xad, 0xca, 0xfe }, 4);
	expect_once(rig, "corrupt=5000", state_reply, sizeof(state_reply));
}

static void duplicate_sends_the_reply_twice(void **state)
{
	struct rig *rig = *state;

	order(rig, "amthi:*", "duplicate", NULL);
	connect_to(rig, 1);
	ask(rig, get_state, sizeof(get_state));
	wants_credit(rig);
	wants_reply(rig, state_reply, sizeof(state_reply));
	host_expect_nothing(rig->heci);
	host_bus(rig->heci, 0x08, ME, 1, 0, 0, 0, 0, 0);
	wants_reply(rig, state_reply, sizeof(state_reply));
}

static void no_credit_answers_and_then_lets_nothing_in(void **state)
{
	struct rig *rig = *state;

	order(rig, "amthi:11", "no-credit", NULL);
	connect_to(rig, 1);
	ask(rig, get_state, sizeof(get_state));
	wants_reply(rig, state_reply, sizeof(state_reply));
	host_expect_nothing(rig->heci);
}

static void delay_adds_to_the_reply(void **state)
{
	struct rig *rig = *state;

	order(rig, "amthi:11", "delay=40", NULL);
	connect_to(rig, 1);
	ask(rig, get_state, sizeof(get_state));
	wants_credit(rig);
	host_expect_nothing(rig->heci);
	sleep_ms(60);
	turn(rig);
	wants_reply(rig, state_reply, sizeof(state_reply));
}

static void reset_comes_in_place_of_the_reply(void **state)
{
	struct rig *rig = *state;

	order(rig, "amthi:2a", "reset", NULL);
	connect_to(rig, 1);
	ask(rig, set_otp, sizeof(set_otp));
	assert_false(heci_read(rig->heci, R_ME_CSR) & B_RDY);
	assert_int_equal(rig->amt->otp_len, 8);
	turn(rig);
	host_reset(rig->heci);
	connect_to(rig, 1);
}

static void nth_and_times_count_the_event(void **state)
{
	static const uint8_t refused[] = { 1, 1, 0, 0, 0x11, 0, 0x80, 4, 4, 0, 0, 0, 1, 0, 0, 0 };
	static const char *const words[] = { "amthi:11", "status=1", "nth=2", "times=2" };
	struct rig *rig = *state;
	char why[FAULT_WHY_MAX];
	uint32_t id;
	int i;

	assert_int_equal(fault_add(&rig->faults, words, 4, &id, why), 0);
	connect_to(rig, 1);
	for (i = 1; i <= 5; i++) {
		ask(rig, get_state, sizeof(get_state));
		wants_credit(rig);
		if (i == 2 || i == 3)
			wants_reply(rig, refused, sizeof(refused));
		else
			wants_reply(rig, state_reply, sizeof(state_reply));
	}
}

/* --- faults of connecting --- */

static void busy_refuses_the_connection(void **state)
{
	struct rig *rig = *state;

	order(rig, "connect", "busy", NULL);
	host_bus(rig->heci, 0x06, ME, 1, 0);
	host_wants(rig->heci, 0x86, ME, 1, 3);
	host_expect_nothing(rig->heci);
	connect_to(rig, 1);
}

static void connect_can_be_answered_with_any_status(void **state)
{
	struct rig *rig = *state;

	order(rig, "connect", "status=1", NULL);
	host_bus(rig->heci, 0x06, ME, 1, 0);
	host_wants(rig->heci, 0x86, ME, 1, 1);
	connect_to(rig, 1);
}

static void connect_can_stay_unanswered_or_come_late(void **state)
{
	struct rig *rig = *state;

	order(rig, "connect", "drop", NULL);
	host_bus(rig->heci, 0x06, ME, 1, 0);
	turn(rig);
	host_expect_nothing(rig->heci);
	host_bus(rig->heci, 0x07, ME, 1, 0);
	host_wants(rig->heci, 0x87, ME, 1, 0);
	order(rig, "connect", "delay=20", NULL);
	host_bus(rig->heci, 0x06, ME, 1, 0);
	host_expect_nothing(rig->heci);
	sleep_ms(40);
	turn(rig);
	host_wants(rig->heci, 0x86, ME, 1, 0);
	wants_credit(rig);
}

static void connect_can_come_without_a_credit(void **state)
{
	struct rig *rig = *state;

	order(rig, "connect", "no-credit", NULL);
	host_bus(rig->heci, 0x06, ME, 1, 0);
	host_wants(rig->heci, 0x86, ME, 1, 0);
	host_expect_nothing(rig->heci);
}

static void connect_can_reset_the_link(void **state)
{
	struct rig *rig = *state;

	order(rig, "connect", "reset", NULL);
	host_bus(rig->heci, 0x06, ME, 1, 0);
	assert_false(heci_read(rig->heci, R_ME_CSR) & B_RDY);
	turn(rig);
	host_reset(rig->heci);
	connect_to(rig, 1);
}

/* --- grammar --- */

static void script_of_faults_is_played(void **state)
{
	static const uint8_t refused[] = { 1, 1, 0, 0, 0x2a, 0, 0x80, 4, 4, 0, 0, 0, 1, 0, 0, 0 };
	struct rig *rig = *state;
	char why[FAULT_WHY_MAX];
	int i;

	assert_int_equal(fault_load(&rig->faults, "selftests/faults/commands.faults", why), 0);
	for (i = 0; i < 2; i++) {
		host_bus(rig->heci, 0x06, ME, 1, 0);
		host_wants(rig->heci, 0x86, ME, 1, 3);
	}
	connect_to(rig, 1);
	for (i = 0; i < 2; i++) {
		ask(rig, set_otp, sizeof(set_otp));
		wants_credit(rig);
		wants_reply(rig, refused, sizeof(refused));
	}
	ask(rig, get_state, sizeof(get_state));
	wants_credit(rig);
	wants_reply(rig, state_reply, sizeof(state_reply));
	ask(rig, get_state, sizeof(get_state));
	wants_credit(rig);
	host_expect_nothing(rig->heci);
}

static void wrong_faults_are_refused_with_a_reason(void **state)
{
	static const char *const wrong[][4] = {
		{ "amthi:11" },
		{ "usb:06", "drop" },
		{ "amthi:1", "drop" },
		{ "amthi:zz", "drop" },
		{ "amthi:111", "drop" },
		{ "amthi:11", "explode" },
		{ "amthi:11", "drop=1" },
		{ "amthi:11", "delay" },
		{ "amthi:11", "delay=-1" },
		{ "amthi:11", "delay=3600001" },
		{ "amthi:11", "corrupt=1:00" },
		{ "amthi:11", "corrupt=1:123" },
		{ "amthi:11", "corrupt=" },
		{ "amthi:11", "raw=" },
		{ "amthi:11", "raw=0g" },
		{ "amthi:11", "raw=123" },
		{ "amthi:11", "busy" },
		{ "connect", "truncate=1" },
		{ "connect", "raw=00" },
		{ "amthi:11", "drop", "nth=0" },
		{ "amthi:11", "drop", "times=0" },
		{ "amthi:11", "drop", "often" },
	};
	struct rig *rig = *state;
	char why[FAULT_WHY_MAX];
	size_t i, count;
	uint32_t id;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		for (count = 0; count < 4 && wrong[i][count]; count++)
			;
		why[0] = '\0';
		if (!fault_add(&rig->faults, wrong[i], count, &id, why))
			fail_msg("%s %s was taken", wrong[i][0], wrong[i][1]);
		assert_true(why[0]);
	}
	assert_true(STAILQ_EMPTY(&rig->faults.faults));
}

#define promise(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		promise(a_request_costs_one_credit_and_brings_one_reply),
		promise(the_reply_takes_the_time_the_firmware_thinks),
		promise(a_second_request_waits_for_the_first_reply),
		promise(a_message_without_a_header_gets_a_credit_and_no_reply),
		promise(disconnecting_drops_the_reply_under_way),
		promise(a_link_reset_loses_the_request_and_keeps_the_model),
		promise(two_connections_are_two_conversations),
		promise(a_firmware_reset_ends_after_its_recovery),
		promise(drop_runs_the_command_and_says_nothing),
		promise(status_answers_in_place_of_the_command),
		promise(replies_can_be_spoilt_in_every_way),
		promise(duplicate_sends_the_reply_twice),
		promise(no_credit_answers_and_then_lets_nothing_in),
		promise(delay_adds_to_the_reply),
		promise(reset_comes_in_place_of_the_reply),
		promise(nth_and_times_count_the_event),
		promise(busy_refuses_the_connection),
		promise(connect_can_be_answered_with_any_status),
		promise(connect_can_stay_unanswered_or_come_late),
		promise(connect_can_come_without_a_credit),
		promise(connect_can_reset_the_link),
		promise(script_of_faults_is_played),
		promise(wrong_faults_are_refused_with_a_reason),
	};

	log_set_level(LOG_LEVEL_NONE);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
