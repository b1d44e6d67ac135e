// SPDX-License-Identifier: GPL-2.0-or-later
/* Power gating of the link: who asks, who agrees, what waits (amthi.md A.6). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "tools/vme/log.h"
#include "tools/vme/tests/test_bus.h"

#define PGIHEXR 1
#define PGI	2
#define I3	4

static struct bus bus;
static struct heci *const heci = &bus.heci;

static int setup_d0i3(void **state)
{
	bus_start(&bus, 2, 0);
	bus_connect(&bus, 1);
	return 0;
}

static int setup(void **state)
{
	setup_d0i3(state);
	heci->pg_legacy = true;
	return 0;
}

static int teardown(void **state)
{
	bus_end(&bus);
	return 0;
}

static uint32_t violations(void)
{
	return hbm_stats(bus.hbm)->violations;
}

static void enter(void)
{
	host_bus(heci, 0x0a, 0, 0, 0);
	host_wants(heci, 0x8a, 0, 0, 0);
	heci_write(heci, R_HPG, PGI);
	assert_string_equal(hbm_power_name(bus.hbm), "gated");
}

static void answer_exit(void)
{
	host_wants(heci, 0x0b, 0, 0, 0);
	host_ack(heci);
	host_bus(heci, 0x8b, 0, 0, 0);
	assert_true(host_csr(heci) & B_IS);
	assert_string_equal(hbm_power_name(bus.hbm), "on");
	assert_int_equal(heci_read(heci, R_HPG), 0);
}

/* --- legacy --- */

static void the_host_enters_and_leaves(void **state)
{
	int i;

	for (i = 1; i <= 3; i++) {
		enter();
		assert_string_equal(bus.last_report, "gated");
		assert_int_equal(hbm_stats(bus.hbm)->gatings, i);
		heci_write(heci, R_HPG, PGI | PGIHEXR);
		answer_exit();
		assert_string_equal(bus.last_report, "on");
	}
	host_expect_nothing(heci);
	assert_int_equal(violations(), 0);
}

static void a_message_wakes_an_isolated_host_and_then_comes(void **state)
{
	struct host_message got;

	bus_read_credit(&bus, 1);
	enter();
	assert_int_equal(me_conn_send(bus.conn, "news", 4), 0);
	assert_int_equal(me_conn_send(bus.conn, "more", 4), 0);
	answer_exit();
	assert_true(host_read(heci, &got));
	assert_memory_equal(got.data, "news", 4);
	bus_read_credit(&bus, 1);
	assert_true(host_read(heci, &got));
	assert_memory_equal(got.data, "more", 4);
	assert_int_equal(violations(), 0);
}

static void a_message_between_the_agreement_and_the_isolation_waits(void **state)
{
	struct host_message got;

	bus_read_credit(&bus, 1);
	host_bus(heci, 0x0a, 0, 0, 0);
	host_wants(heci, 0x8a, 0, 0, 0);
	assert_int_equal(me_conn_send(bus.conn, "news", 4), 0);
	host_expect_nothing(heci);
	heci_write(heci, R_HPG, PGI);
	answer_exit();
	assert_true(host_read(heci, &got));
	assert_memory_equal(got.data, "news", 4);
}

static void both_sides_may_want_out_at_once(void **state)
{
	struct host_message got;

	bus_read_credit(&bus, 1);
	enter();
	assert_int_equal(me_conn_send(bus.conn, "news", 4), 0);
	heci_write(heci, R_HPG, PGI | PGIHEXR);
	answer_exit();
	assert_true(host_read(heci, &got));
	assert_int_equal(got.me, BUS_ME);
	host_expect_nothing(heci);
}

static void a_gated_host_that_talks_is_awake(void **state)
{
	enter();
	host_bus(heci, 0x06, BUS_ME, 2, 0);
	host_wants(heci, 0x86, BUS_ME, 2, 0);
	assert_int_equal(violations(), 1);
	assert_string_equal(hbm_power_name(bus.hbm), "on");
}

static void steps_out_of_order_are_counted_and_change_nothing(void **state)
{
	heci_write(heci, R_HPG, PGI);
	heci_write(heci, R_HPG, PGIHEXR);
	host_bus(heci, 0x8b, 0, 0, 0);
	assert_int_equal(violations(), 3);
	assert_string_equal(hbm_power_name(bus.hbm), "on");
	host_expect_nothing(heci);
}

static void many_messages_for_an_isolated_host_do_not_deafen_the_firmware(void **state)
{
	struct host_message got;
	uint8_t data[500] = { 0 };
	int i;

	for (i = 0; i < HECI_QUEUE_MAX + 5; i++)
		bus_read_credit(&bus, 1);
	enter();
	for (i = 0; i < HECI_QUEUE_MAX + 5; i++)
		assert_int_equal(me_conn_send(bus.conn, data, sizeof(data)), 0);
	answer_exit();
	for (i = 0; i < HECI_QUEUE_MAX + 5; i++)
		assert_true(host_read(heci, &got));
	host_expect_nothing(heci);
}

static void a_reset_ends_power_gating(void **state)
{
	enter();
	host_reset(heci);
	assert_string_equal(hbm_power_name(bus.hbm), "on");
	bus_connect(&bus, 1);
	assert_int_equal(violations(), 0);
}

/* --- D0i3 --- */

static void d0i3_follows_its_register(void **state)
{
	host_bus(heci, 0x0a, 0, 0, 0);
	host_wants(heci, 0x8a, 0, 0, 0);
	heci_write(heci, R_D0I3C, I3);
	assert_string_equal(hbm_power_name(bus.hbm), "gated");
	assert_int_equal(hbm_stats(bus.hbm)->gatings, 1);
	heci_write(heci, R_D0I3C, 0);
	assert_string_equal(hbm_power_name(bus.hbm), "on");
	bus_connect(&bus, 2);
	assert_int_equal(violations(), 0);
}

static void a_message_in_d0i3_comes_at_once(void **state)
{
	struct host_message got;

	bus_read_credit(&bus, 1);
	host_bus(heci, 0x0a, 0, 0, 0);
	host_wants(heci, 0x8a, 0, 0, 0);
	heci_write(heci, R_D0I3C, I3);
	host_ack(heci);
	assert_int_equal(me_conn_send(bus.conn, "news", 4), 0);
	assert_true(host_csr(heci) & B_IS);
	heci_write(heci, R_D0I3C, 0);
	assert_true(host_read(heci, &got));
	assert_memory_equal(got.data, "news", 4);
	assert_int_equal(violations(), 0);
}

static void a_host_may_answer_before_it_leaves_d0i3(void **state)
{
	host_bus(heci, 0x0a, 0, 0, 0);
	host_wants(heci, 0x8a, 0, 0, 0);
	heci_write(heci, R_D0I3C, I3);
	host_bus(heci, 0x8f, BUS_ME, 0, 0);
	assert_int_equal(violations(), 0);
	assert_string_equal(hbm_power_name(bus.hbm), "gated");
}

#define legacy(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
#define d0i3(test)   cmocka_unit_test_setup_teardown(test, setup_d0i3, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		legacy(the_host_enters_and_leaves),
		legacy(a_message_wakes_an_isolated_host_and_then_comes),
		legacy(a_message_between_the_agreement_and_the_isolation_waits),
		legacy(both_sides_may_want_out_at_once),
		legacy(a_gated_host_that_talks_is_awake),
		legacy(steps_out_of_order_are_counted_and_change_nothing),
		legacy(many_messages_for_an_isolated_host_do_not_deafen_the_firmware),
		legacy(a_reset_ends_power_gating),
		d0i3(d0i3_follows_its_register),
		d0i3(a_message_in_d0i3_comes_at_once),
		d0i3(a_host_may_answer_before_it_leaves_d0i3),
	};

	log_set_level(LOG_LEVEL_NONE);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
