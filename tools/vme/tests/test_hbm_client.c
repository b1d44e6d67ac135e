// SPDX-License-Identifier: GPL-2.0-or-later
/* Clients that come and go, connections the firmware ends, and the end of the bus. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "tools/vme/log.h"
#include "tools/vme/tests/test_bus.h"

#define LATE 9

static struct bus bus;
static struct me_client late;
static struct heci *const heci = &bus.heci;

static int setup(void **state)
{
	bus_start(&bus, 2, 0);
	return 0;
}

static int setup_connected(void **state)
{
	setup(state);
	bus_enumerate(&bus);
	bus_connect(&bus, 1);
	return 0;
}

static int teardown(void **state)
{
	bus_end(&bus);
	return 0;
}

static int add_late(bool fixed)
{
	late = bus.client;
	late.address = LATE;
	late.uuid[0] = 0x29;
	late.fixed = fixed;
	return hbm_add_client(bus.hbm, &late);
}

/* --- clients --- */

static void a_host_that_has_enumerated_is_told_of_a_new_client(void **state)
{
	bus_enumerate(&bus);
	assert_int_equal(add_late(false), 0);
	host_wants(heci, 0x0f, LATE, 0, 0, 0x29, 0x00, 0xf8, 0x12, 0xb7, 0xb4, 0x2d, 0x4b, 0xac,
		   0xa8, 0x46, 0xe0, 0xff, 0x65, 0x81, 0x4c, 1, 2, 0, 0, 0x70, 0x17, 0, 0);
	assert_string_equal(bus.last_report, "added");
	host_bus(heci, 0x8f, LATE, 0, 0);
	host_bus(heci, 0x06, LATE, 1, 0);
	host_wants(heci, 0x86, LATE, 1, 0);
}

static void a_host_that_has_not_enumerated_finds_it_by_itself(void **state)
{
	struct host_message got;

	assert_int_equal(add_late(false), 0);
	host_expect_nothing(heci);
	host_bus(heci, 0x04, 3, 0, 0);
	assert_true(host_read(heci, &got));
	assert_int_equal(got.data[4], 0x80);
	assert_int_equal(got.data[5], 0x02);
}

static void a_host_that_does_not_allow_it_gets_no_new_client(void **state)
{
	struct host_message got;

	host_bus(heci, 0x01, 0, 1, 1);
	assert_true(host_read(heci, &got));
	host_bus(heci, 0x04, 0, 0, 0);
	assert_true(host_read(heci, &got));
	assert_int_equal(add_late(false), -EOPNOTSUPP);
	host_expect_nothing(heci);
	assert_false(hbm_has_client(bus.hbm, LATE));
}

static void a_host_that_has_reset_the_link_is_not_told(void **state)
{
	bus_enumerate(&bus);
	host_reset(heci);
	assert_int_equal(add_late(false), 0);
	host_expect_nothing(heci);
	assert_int_equal(hbm_stop(bus.hbm), -ENOTCONN);
}

static void an_address_is_given_once(void **state)
{
	assert_int_equal(hbm_add_client(bus.hbm, &bus.client), -EEXIST);
}

static void a_removed_client_ends_its_connections_and_is_not_found(void **state)
{
	assert_int_equal(hbm_remove_client(bus.hbm, BUS_ME), 0);
	assert_string_equal(bus.last_report, "removed");
	assert_int_equal(bus.disconnects, 1);
	host_wants(heci, 0x07, BUS_ME, 1, 0);
	host_bus(heci, 0x87, BUS_ME, 1, 0);
	host_bus(heci, 0x06, BUS_ME, 1, 0);
	host_wants(heci, 0x86, BUS_ME, 1, 1);
	assert_int_equal(hbm_remove_client(bus.hbm, BUS_ME), -ENOENT);
	assert_int_equal(hbm_stats(bus.hbm)->violations, 0);
}

static void a_removed_client_may_come_back(void **state)
{
	struct host_message got;

	assert_int_equal(hbm_remove_client(bus.hbm, BUS_ME), 0);
	host_wants(heci, 0x07, BUS_ME, 1, 0);
	host_bus(heci, 0x87, BUS_ME, 1, 0);
	assert_int_equal(hbm_add_client(bus.hbm, &bus.client), 0);
	assert_true(host_read(heci, &got));
	assert_int_equal(got.data[0], 0x0f);
	assert_int_equal(got.data[1], BUS_ME);
	bus_connect(&bus, 1);
}

static void a_host_that_waits_for_a_connection_is_refused_when_the_client_goes(void **state)
{
	bus_enumerate(&bus);
	bus.undecided = true;
	host_bus(heci, 0x06, BUS_ME, 1, 0);
	host_expect_nothing(heci);
	assert_int_equal(hbm_remove_client(bus.hbm, BUS_ME), 0);
	host_wants(heci, 0x86, BUS_ME, 1, 3);
	host_expect_nothing(heci);
}

/* --- fixed addresses --- */

static void a_fixed_client_is_spoken_to_without_connection_and_credits(void **state)
{
	struct host_message got;
	int i;

	assert_int_equal(add_late(true), 0);
	host_bus(heci, 0x05, LATE, 0, 0);
	assert_true(host_read(heci, &got));
	assert_int_equal(got.data[4 + 18], 1);
	for (i = 0; i < 3; i++) {
		host_write(heci, LATE, 0, "ask", 3, true);
		assert_int_equal(bus.messages, i + 1);
		me_conn_credit(bus.conn);
		host_expect_nothing(heci);
		assert_int_equal(me_conn_send(bus.conn, "answer", 6), 0);
		assert_true(host_read(heci, &got));
		assert_int_equal(got.me, LATE);
		assert_int_equal(got.host, 0);
		assert_memory_equal(got.data, "answer", 6);
	}
	assert_int_equal(bus.connects, 0);
}

static void nobody_connects_to_a_fixed_client(void **state)
{
	assert_int_equal(add_late(true), 0);
	host_bus(heci, 0x06, LATE, 1, 0);
	host_wants(heci, 0x86, LATE, 1, 5);
}

static void a_fixed_client_goes_without_a_word(void **state)
{
	assert_int_equal(add_late(true), 0);
	host_write(heci, LATE, 0, "ask", 3, true);
	assert_int_equal(hbm_remove_client(bus.hbm, LATE), 0);
	assert_int_equal(bus.disconnects, 1);
	host_expect_nothing(heci);
	host_write(heci, LATE, 0, "ask", 3, true);
	assert_int_equal(bus.messages, 1);
	assert_int_equal(hbm_stats(bus.hbm)->violations, 1);
}

static void other_clients_have_no_messages_from_address_0(void **state)
{
	host_write(heci, BUS_ME, 0, "ask", 3, true);
	assert_int_equal(bus.messages, 0);
	assert_int_equal(hbm_stats(bus.hbm)->violations, 1);
	host_expect_nothing(heci);
}

/* --- the firmware ends a connection --- */

static void what_was_under_way_at_the_end_is_no_fault_of_the_host(void **state)
{
	assert_int_equal(hbm_disconnect(bus.hbm, BUS_ME), 1);
	assert_int_equal(bus.disconnects, 1);
	host_write(heci, BUS_ME, 1, "late", 4, true);
	bus_read_credit(&bus, 1);
	assert_int_equal(bus.messages, 0);
	host_wants(heci, 0x07, BUS_ME, 1, 0);
	host_bus(heci, 0x87, BUS_ME, 1, 0);
	host_expect_nothing(heci);
	assert_int_equal(hbm_stats(bus.hbm)->violations, 0);
	host_write(heci, BUS_ME, 1, "lost", 4, true);
	assert_int_equal(hbm_stats(bus.hbm)->violations, 1);
}

static void both_sides_may_end_a_connection_at_once(void **state)
{
	hbm_disconnect(bus.hbm, BUS_ME);
	host_bus(heci, 0x07, BUS_ME, 1, 0);
	host_wants(heci, 0x07, BUS_ME, 1, 0);
	host_wants(heci, 0x87, BUS_ME, 1, 0);
	host_bus(heci, 0x87, BUS_ME, 1, 0);
	bus_connect(&bus, 1);
	assert_int_equal(hbm_stats(bus.hbm)->violations, 0);
}

static void an_answer_that_was_not_asked_for_is_counted(void **state)
{
	host_bus(heci, 0x87, BUS_ME, 1, 0);
	assert_int_equal(hbm_stats(bus.hbm)->violations, 1);
	assert_int_equal(hbm_connections(bus.hbm, BUS_ME), 1);
}

static void all_connections_of_the_client_end(void **state)
{
	bus_connect(&bus, 2);
	assert_int_equal(hbm_disconnect(bus.hbm, BUS_ME), 2);
	host_wants(heci, 0x07, BUS_ME, 2, 0);
	host_wants(heci, 0x07, BUS_ME, 1, 0);
	assert_int_equal(hbm_disconnect(bus.hbm, BUS_ME), 0);
}

/* --- the end of the bus --- */

static void the_firmware_stops_the_bus_and_the_host_agrees(void **state)
{
	assert_int_equal(hbm_stop(bus.hbm), 0);
	host_wants(heci, 0x03, 0, 0, 0);
	assert_int_equal(hbm_stop(bus.hbm), -ENOTCONN);
	host_bus(heci, 0x02, 2, 0, 0);
	host_wants(heci, 0x82, 0, 0, 0);
	assert_int_equal(bus.disconnects, 1);
	host_bus(heci, 0x06, BUS_ME, 1, 0);
	host_wants(heci, 0x86, BUS_ME, 1, 5);
}

static void a_bus_that_was_not_started_cannot_be_stopped(void **state)
{
	assert_int_equal(hbm_stop(bus.hbm), -ENOTCONN);
	host_expect_nothing(heci);
}

static void a_stopped_bus_starts_again_after_a_reset(void **state)
{
	hbm_stop(bus.hbm);
	host_wants(heci, 0x03, 0, 0, 0);
	host_bus(heci, 0x02, 2, 0, 0);
	host_wants(heci, 0x82, 0, 0, 0);
	host_reset(heci);
	bus_enumerate(&bus);
	bus_connect(&bus, 1);
}

#define fresh(test)	cmocka_unit_test_setup_teardown(test, setup, teardown)
#define connected(test) cmocka_unit_test_setup_teardown(test, setup_connected, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		fresh(a_host_that_has_enumerated_is_told_of_a_new_client),
		fresh(a_host_that_has_not_enumerated_finds_it_by_itself),
		fresh(a_host_that_does_not_allow_it_gets_no_new_client),
		fresh(a_host_that_has_reset_the_link_is_not_told),
		fresh(an_address_is_given_once),
		connected(a_removed_client_ends_its_connections_and_is_not_found),
		connected(a_removed_client_may_come_back),
		fresh(a_host_that_waits_for_a_connection_is_refused_when_the_client_goes),
		fresh(a_fixed_client_is_spoken_to_without_connection_and_credits),
		fresh(nobody_connects_to_a_fixed_client),
		fresh(a_fixed_client_goes_without_a_word),
		fresh(other_clients_have_no_messages_from_address_0),
		connected(what_was_under_way_at_the_end_is_no_fault_of_the_host),
		connected(both_sides_may_end_a_connection_at_once),
		connected(an_answer_that_was_not_asked_for_is_counted),
		connected(all_connections_of_the_client_end),
		connected(the_firmware_stops_the_bus_and_the_host_agrees),
		fresh(a_bus_that_was_not_started_cannot_be_stopped),
		connected(a_stopped_bus_starts_again_after_a_reset),
	};

	log_set_level(LOG_LEVEL_NONE);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
