// SPDX-License-Identifier: GPL-2.0-or-later
/* The host bus protocol, message for message (amthi.md A.5). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "tools/vme/hbm.h"
#include "tools/vme/heci.h"
#include "tools/vme/log.h"
#include "tools/vme/tests/test_host.h"

#define ME  7
#define MTU 1500

/* --- a client that answers nothing by itself --- */

static struct heci heci;
static struct hbm *hbm;
static struct me_conn *last_conn;
static unsigned int connects, disconnects, messages, drains;
static uint8_t message[MTU];
static size_t message_len;
static bool refuse, undecided;

static void on_connect(void *ctx, struct me_conn *conn)
{
	connects++;
	last_conn = conn;
	if (refuse)
		me_conn_refuse(conn, HBM_REJECTED);
	else if (!undecided)
		me_conn_accept(conn, true);
}

static void on_disconnect(void *ctx, struct me_conn *conn)
{
	disconnects++;
}

static void on_client_message(void *ctx, struct me_conn *conn, const uint8_t *data, size_t len)
{
	messages++;
	memcpy(message, data, len);
	message_len = len;
}

static void on_drained(void *ctx, struct me_conn *conn)
{
	drains++;
}

static const struct me_client_ops client_ops = {
	on_connect,
	on_disconnect,
	on_client_message,
	on_drained,
};

static const struct me_client client = {
	.address = ME,
	.uuid = { 0x28, 0x00, 0xf8, 0x12, 0xb7, 0xb4, 0x2d, 0x4b, 0xac, 0xa8, 0x46, 0xe0, 0xff,
		  0x65, 0x81, 0x4c },
	.version = 1,
	.max_connections = 1,
	.mtu = MTU,
	.ops = &client_ops,
};

/* --- HECI below it --- */

static void on_message(void *ctx, uint32_t header, const uint8_t *payload, size_t len)
{
	hbm_message(hbm, header, payload, len);
}

static void on_reset(void *ctx, enum heci_reset by)
{
	hbm_reset(hbm);
}

static void on_line(void *ctx, bool level)
{
}

static const struct heci_ops heci_ops = { on_message, on_reset, on_line };

static int setup_version(uint8_t major, uint8_t minor)
{
	heci_init(&heci, &heci_ops, NULL);
	hbm = hbm_new(&heci, major, minor, NULL);
	if (!hbm || hbm_add_client(hbm, &client))
		return -1;
	connects = 0;
	disconnects = 0;
	messages = 0;
	drains = 0;
	refuse = false;
	undecided = false;
	host_reset(&heci);
	return 0;
}

static int setup(void **state)
{
	return setup_version(2, 0);
}

static int setup_connected(void **state)
{
	int ret = setup_version(2, 0);

	host_bus(&heci, 0x06, ME, 1, 0);
	host_wants(&heci, 0x86, ME, 1, 0);
	host_wants(&heci, 0x08, ME, 1, 0, 0, 0, 0, 0);
	return ret;
}

static int teardown(void **state)
{
	hbm_free(hbm);
	heci_drop(&heci);
	return 0;
}

/* --- bring-up --- */

static void a_newer_host_is_told_our_version(void **state)
{
	host_bus(&heci, 0x01, 0, 2, 2);
	host_wants(&heci, 0x81, 0, 0, 2);
}

static void an_older_host_is_accepted(void **state)
{
	host_bus(&heci, 0x01, 0, 1, 1);
	host_wants(&heci, 0x81, 1, 0, 2);
}

static void version_2_2_takes_2_2(void **state)
{
	teardown(state);
	assert_int_equal(setup_version(2, 2), 0);
	host_bus(&heci, 0x01, 0, 2, 2);
	host_wants(&heci, 0x81, 1, 2, 2);
}

static void stop_ends_every_connection(void **state)
{
	host_bus(&heci, 0x02, 1, 0, 0);
	host_wants(&heci, 0x82, 0, 0, 0);
	assert_int_equal(disconnects, 1);
	assert_int_equal(hbm_connections(hbm, ME), 0);
}

static void clients_are_enumerated_by_their_bit(void **state)
{
	host_bus(&heci, 0x04, 3, 0, 0);
	host_wants(&heci, 0x84, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		   0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}

static void properties_are_28_bytes(void **state)
{
	host_bus(&heci, 0x05, ME, 0, 0);
	host_wants(&heci, 0x85, ME, 0, 0, 0x28, 0x00, 0xf8, 0x12, 0xb7, 0xb4, 0x2d, 0x4b, 0xac,
		   0xa8, 0x46, 0xe0, 0xff, 0x65, 0x81, 0x4c, 1, 1, 0, 0, 0xdc, 0x05, 0, 0);
	host_bus(&heci, 0x05, 9, 0, 0);
	host_wants(&heci, 0x85, 9, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		   0, 0, 0, 0);
}

static void capabilities_and_dma_are_declined(void **state)
{
	teardown(state);
	assert_int_equal(setup_version(2, 2), 0);
	host_bus(&heci, 0x13, 7, 0, 0);
	host_wants(&heci, 0x93, 0, 0, 0);
	host_write(&heci, 0, 0, (uint8_t[40]){ 0x12 }, 40, true);
	host_wants(&heci, 0x92, 5, 0, 0);
}

/* What the host may say to firmware of which version, and the answer's first byte. */
static const struct {
	uint8_t command;
	uint8_t answer;
	uint16_t since;
} commands[] = {
	{ 0x01, 0x81, 0x0101 }, { 0x02, 0x82, 0x0101 }, { 0x04, 0x84, 0x0101 },
	{ 0x05, 0x85, 0x0101 }, { 0x06, 0x86, 0x0101 }, { 0x07, 0x87, 0x0101 },
	{ 0x0a, 0x8a, 0x0101 }, { 0x10, 0x90, 0x0200 }, { 0x12, 0x92, 0x0201 },
	{ 0x13, 0x93, 0x0202 }, { 0x14, 0x94, 0x0202 }, { 0x15, 0x95, 0x0202 },
};

static void ask(uint16_t version, size_t i)
{
	uint8_t request[40] = { commands[i].command };
	struct host_message got;

	assert_int_equal(setup_version((uint8_t)(version >> 8), version & 0xff), 0);
	host_write(&heci, 0, 0, request, sizeof(request), true);
	if (version < commands[i].since) {
		host_expect_nothing(&heci);
		assert_int_equal(hbm_stats(hbm)->violations, 1);
	} else {
		assert_true(host_read(&heci, &got));
		assert_int_equal(got.data[0], commands[i].answer);
		assert_int_equal(hbm_stats(hbm)->violations, 0);
	}
	teardown(NULL);
}

static void firmware_answers_what_its_version_knows_and_nothing_else(void **state)
{
	static const uint16_t all[] = { 0x0101, 0x0200, 0x0201, 0x0202 };
	size_t i, j;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		for (j = 0; j < sizeof(commands) / sizeof(commands[0]); j++)
			ask(all[i], j);
}

static void power_gating_is_agreed_to(void **state)
{
	host_bus(&heci, 0x0a, 0, 0, 0);
	host_wants(&heci, 0x8a, 0, 0, 0);
	host_expect_nothing(&heci);
}

static void nonsense_on_the_bus_is_counted_and_ignored(void **state)
{
	uint32_t before = hbm_stats(hbm)->violations;

	host_bus(&heci, 0x77, 0, 0, 0);
	host_bus(&heci, 0x06, ME);
	host_write(&heci, 0, 0, "", 0, true);
	host_write(&heci, ME, 9, "lost", 4, true);
	host_bus(&heci, 0x08, ME, 9, 0, 0, 0, 0, 0);
	assert_int_equal(hbm_stats(hbm)->violations, before + 5);
	host_expect_nothing(&heci);
}

/* --- connections --- */

static void connect_is_answered_and_gives_one_credit(void **state)
{
	host_bus(&heci, 0x06, ME, 3, 0);
	host_wants(&heci, 0x86, ME, 3, 0);
	host_wants(&heci, 0x08, ME, 3, 0, 0, 0, 0, 0);
	host_expect_nothing(&heci);
	assert_int_equal(hbm_host_address(last_conn), 3);
}

static void an_absent_client_is_not_found(void **state)
{
	host_bus(&heci, 0x06, 9, 1, 0);
	host_wants(&heci, 0x86, 9, 1, 1);
}

static void a_second_connection_is_rejected(void **state)
{
	host_bus(&heci, 0x06, ME, 2, 0);
	host_wants(&heci, 0x86, ME, 2, 3);
	host_expect_nothing(&heci);
	assert_int_equal(connects, 1);
	assert_int_equal(hbm_stats(hbm)->refused, 1);
}

static void the_same_connection_exists_already(void **state)
{
	host_bus(&heci, 0x06, ME, 1, 0);
	host_wants(&heci, 0x86, ME, 1, 2);
}

static void host_address_0_is_no_connection(void **state)
{
	host_bus(&heci, 0x06, ME, 0, 0);
	host_wants(&heci, 0x86, ME, 0, 4);
}

static void a_client_may_refuse(void **state)
{
	refuse = true;
	host_bus(&heci, 0x06, ME, 1, 0);
	host_wants(&heci, 0x86, ME, 1, 3);
	assert_int_equal(hbm_connections(hbm, ME), 0);
	assert_int_equal(disconnects, 0);
}

static void a_host_tired_of_waiting_may_disconnect(void **state)
{
	undecided = true;
	host_bus(&heci, 0x06, ME, 1, 0);
	host_expect_nothing(&heci);
	host_bus(&heci, 0x07, ME, 1, 0);
	host_wants(&heci, 0x87, ME, 1, 0);
	assert_int_equal(disconnects, 1);
	assert_int_equal(hbm_connections(hbm, ME), 0);
}

static void disconnect_frees_the_connection(void **state)
{
	host_bus(&heci, 0x07, ME, 1, 0);
	host_wants(&heci, 0x87, ME, 1, 0);
	assert_int_equal(disconnects, 1);
	host_bus(&heci, 0x06, ME, 2, 0);
	host_wants(&heci, 0x86, ME, 2, 0);
	host_bus(&heci, 0x07, ME, 1, 0);
	host_wants(&heci, 0x08, ME, 2, 0, 0, 0, 0, 0);
	host_wants(&heci, 0x87, ME, 1, 0);
}

static void a_link_reset_ends_connections_without_a_message(void **state)
{
	host_reset(&heci);
	assert_int_equal(disconnects, 1);
	host_expect_nothing(&heci);
}

static void notifications_are_accepted(void **state)
{
	host_bus(&heci, 0x10, ME, 1, 1);
	host_wants(&heci, 0x90, ME, 1, 0, 1, 0, 0, 0);
	host_bus(&heci, 0x10, ME, 2, 1);
	host_wants(&heci, 0x90, ME, 2, 1, 1, 0, 0, 0);
}

static void only_who_wants_to_know_is_told_of_events(void **state)
{
	assert_int_equal(hbm_notify(hbm, ME), 0);
	host_expect_nothing(&heci);
	host_bus(&heci, 0x10, ME, 1, 1);
	host_wants(&heci, 0x90, ME, 1, 0, 1, 0, 0, 0);
	assert_int_equal(hbm_notify(hbm, ME), 1);
	host_wants(&heci, 0x11, ME, 1, 0);
	assert_int_equal(hbm_notify(hbm, ME + 1), 0);
	host_bus(&heci, 0x10, ME, 1, 0);
	host_wants(&heci, 0x90, ME, 1, 0, 0, 0, 0, 0);
	assert_int_equal(hbm_notify(hbm, ME), 0);
	host_expect_nothing(&heci);
}

/* --- messages --- */

static void fragments_are_put_together(void **state)
{
	uint8_t data[MTU];
	size_t i;

	for (i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 7);
	host_write_long(&heci, ME, 1, data, sizeof(data));
	assert_int_equal(messages, 1);
	assert_int_equal(message_len, sizeof(data));
	assert_memory_equal(message, data, sizeof(data));
	host_expect_nothing(&heci);
}

static void a_message_without_a_credit_ends_the_connection(void **state)
{
	host_write(&heci, ME, 1, "one", 3, true);
	host_write(&heci, ME, 1, "two", 3, true);
	assert_int_equal(messages, 1);
	host_wants(&heci, 0x07, ME, 1, 0);
	assert_int_equal(disconnects, 1);
	host_bus(&heci, 0x87, ME, 1, 0);
	host_expect_nothing(&heci);
}

static void a_credit_allows_one_more_message(void **state)
{
	host_write(&heci, ME, 1, "one", 3, true);
	me_conn_credit(last_conn);
	host_wants(&heci, 0x08, ME, 1, 0, 0, 0, 0, 0);
	host_write(&heci, ME, 1, "two", 3, true);
	assert_int_equal(messages, 2);
}

static void a_message_longer_than_the_mtu_ends_the_connection(void **state)
{
	uint8_t data[MTU + 1] = { 0 };

	host_write_long(&heci, ME, 1, data, sizeof(data));
	assert_int_equal(messages, 0);
	host_wants(&heci, 0x07, ME, 1, 0);
}

static void a_reply_waits_for_the_hosts_credit(void **state)
{
	struct host_message got;

	assert_int_equal(me_conn_send(last_conn, "answer", 6), 0);
	host_expect_nothing(&heci);
	assert_false(me_conn_is_drained(last_conn));
	host_bus(&heci, 0x08, ME, 1, 0, 0, 0, 0, 0);
	assert_true(host_read(&heci, &got));
	assert_int_equal(got.me, ME);
	assert_int_equal(got.host, 1);
	assert_int_equal(got.len, 6);
	assert_memory_equal(got.data, "answer", 6);
	assert_int_equal(drains, 1);
}

static void one_credit_of_the_host_brings_one_message(void **state)
{
	struct host_message got;

	host_bus(&heci, 0x08, ME, 1, 0, 0, 0, 0, 0);
	assert_int_equal(me_conn_send(last_conn, "one", 3), 0);
	assert_int_equal(me_conn_send(last_conn, "two", 3), 0);
	assert_true(host_read(&heci, &got));
	host_expect_nothing(&heci);
	host_bus(&heci, 0x08, ME, 1, 0, 0, 0, 0, 0);
	assert_true(host_read(&heci, &got));
	assert_memory_equal(got.data, "two", 3);
}

static void long_replies_are_cut_into_fragments_of_508(void **state)
{
	uint8_t data[1200], back[1200];
	struct host_message got;
	size_t i, len = 0;

	for (i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 3);
	host_bus(&heci, 0x08, ME, 1, 0, 0, 0, 0, 0);
	assert_int_equal(me_conn_send(last_conn, data, sizeof(data)), 0);
	for (i = 0; i < 3; i++) {
		assert_true(host_read(&heci, &got));
		assert_int_equal(got.len, i < 2 ? 508 : 184);
		assert_int_equal(got.complete, i == 2);
		memcpy(back + len, got.data, got.len);
		len += got.len;
	}
	assert_memory_equal(back, data, sizeof(data));
}

#define fresh(test)	cmocka_unit_test_setup_teardown(test, setup, teardown)
#define connected(test) cmocka_unit_test_setup_teardown(test, setup_connected, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		fresh(a_newer_host_is_told_our_version),
		fresh(an_older_host_is_accepted),
		fresh(version_2_2_takes_2_2),
		connected(stop_ends_every_connection),
		fresh(clients_are_enumerated_by_their_bit),
		fresh(properties_are_28_bytes),
		fresh(capabilities_and_dma_are_declined),
		cmocka_unit_test(firmware_answers_what_its_version_knows_and_nothing_else),
		fresh(power_gating_is_agreed_to),
		fresh(nonsense_on_the_bus_is_counted_and_ignored),
		fresh(connect_is_answered_and_gives_one_credit),
		fresh(an_absent_client_is_not_found),
		connected(a_second_connection_is_rejected),
		connected(the_same_connection_exists_already),
		fresh(host_address_0_is_no_connection),
		fresh(a_client_may_refuse),
		fresh(a_host_tired_of_waiting_may_disconnect),
		connected(disconnect_frees_the_connection),
		connected(a_link_reset_ends_connections_without_a_message),
		connected(notifications_are_accepted),
		connected(only_who_wants_to_know_is_told_of_events),
		connected(fragments_are_put_together),
		connected(a_message_without_a_credit_ends_the_connection),
		connected(a_credit_allows_one_more_message),
		connected(a_message_longer_than_the_mtu_ends_the_connection),
		connected(a_reply_waits_for_the_hosts_credit),
		connected(one_credit_of_the_host_brings_one_message),
		connected(long_replies_are_cut_into_fragments_of_508),
	};

	log_set_level(LOG_LEVEL_NONE);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
