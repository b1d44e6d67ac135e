// SPDX-License-Identifier: GPL-2.0-or-later
/* What host and firmware share: buffers of client DMA, and the buffer of a client. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "tools/vme/dma_ring.h"
#include "tools/vme/log.h"
#include "tools/vme/tests/test_bus.h"

#define AT  0x100001000ull
#define LEN 8192u

static struct bus bus;
static struct heci *const heci = &bus.heci;
static bool is_gone; /* unmapped */

static int memory_read(void *ctx, uint64_t at, void *out, size_t len)
{
	if (is_gone || at < AT || at - AT > LEN || len > LEN - (at - AT))
		return -EFAULT;
	memset(out, 0, len);
	return 0;
}

static int memory_write(void *ctx, uint64_t at, const void *data, size_t len)
{
	fail_msg("the memory of the host is written to");
	return -EFAULT;
}

static const struct dma_memory host_memory = { memory_read, memory_write, NULL };

static int setup(void **state)
{
	is_gone = false;
	bus_start(&bus, 2, 2);
	hbm_set_client_dma(bus.hbm, &host_memory);
	return 0;
}

static int setup_granted(void **state)
{
	setup(state);
	host_bus(heci, 0x13, 7, 0, 0);
	host_wants(heci, 0x93, 4, 0, 0);
	return 0;
}

static int setup_single(void **state)
{
	setup(state);
	bus.client.single_buffer = true;
	return 0;
}

static int teardown(void **state)
{
	bus_end(&bus);
	return 0;
}

/* --- client DMA --- */

static void map(uint8_t id, uint64_t at, uint32_t size, uint8_t status)
{
	const uint32_t request[4] = { 0x14u | (uint32_t)id << 8, (uint32_t)at, at >> 32, size };

	host_write(heci, 0, 0, request, sizeof(request), true);
	host_wants(heci, 0x94, status);
}

static void unmap(uint8_t id, uint8_t status)
{
	host_bus(heci, 0x15, 0, id, 0);
	host_wants(heci, 0x95, status);
}

static void a_buffer_is_mapped_and_unmapped(void **state)
{
	map(3, AT, LEN, 0);
	assert_int_equal(hbm_buffers(bus.hbm), 1);
	unmap(3, 0);
	assert_int_equal(hbm_buffers(bus.hbm), 0);
	unmap(3, 1);
	map(3, AT, LEN, 0);
}

static void each_buffer_has_its_number(void **state)
{
	map(1, AT, 4096, 0);
	map(2, AT + 4096, 4096, 0);
	map(2, AT, 4096, 2);
	unmap(1, 0);
	unmap(2, 0);
	map(0, AT, 4096, 4);
}

static void memory_that_is_not_there_is_not_mapped(void **state)
{
	map(1, AT, LEN + 1, 4);
	map(1, AT - 1, LEN, 4);
	map(1, AT, 0, 4);
	map(1, UINT64_MAX, 4096, 4);
	is_gone = true;
	map(1, AT, LEN, 4);
	assert_int_equal(hbm_buffers(bus.hbm), 0);
}

static void there_is_an_end_to_buffers(void **state)
{
	uint8_t id;

	for (id = 1; id <= 16; id++)
		map(id, AT, LEN, 0);
	map(17, AT, LEN, 3);
	unmap(9, 0);
	map(17, AT, LEN, 0);
}

static void without_the_capability_it_is_not_allowed(void **state)
{
	map(1, AT, LEN, 5);
	unmap(1, 5);
	host_bus(heci, 0x13, 3, 0, 0);
	host_wants(heci, 0x93, 0, 0, 0);
	map(1, AT, LEN, 5);
}

static void firmware_without_it_does_not_grant_it(void **state)
{
	hbm_set_client_dma(bus.hbm, NULL);
	host_bus(heci, 0x13, 7, 0, 0);
	host_wants(heci, 0x93, 0, 0, 0);
	map(1, AT, LEN, 5);
}

static void a_reset_of_the_link_takes_grant_and_buffers_back(void **state)
{
	map(1, AT, LEN, 0);
	host_reset(heci);
	assert_int_equal(hbm_buffers(bus.hbm), 0);
	map(1, AT, LEN, 5);
}

static void a_short_request_is_not_answered(void **state)
{
	host_bus(heci, 0x14, 1, 0, 0, 0, 0, 0, 0);
	host_bus(heci, 0x15, 0, 1);
	host_expect_nothing(heci);
	assert_int_equal(hbm_stats(bus.hbm)->violations, 2);
}

/* --- one receive buffer for all connections --- */

static void connect_silently(uint8_t host)
{
	host_bus(heci, 0x06, BUS_ME, host, 0);
	host_wants(heci, 0x86, BUS_ME, host, 0);
}

static void wants_shared_credit(void)
{
	host_wants(heci, 0x08, BUS_ME, 0, 0, 0, 0, 0, 0);
}

static void the_properties_say_that_the_buffer_is_shared(void **state)
{
	struct host_message got;

	host_bus(heci, 0x05, BUS_ME, 0, 0);
	assert_true(host_read(heci, &got));
	assert_int_equal(got.data[4 + 19], 1);
}

static void its_credit_has_no_host_and_is_there_once(void **state)
{
	connect_silently(1);
	wants_shared_credit();
	connect_silently(2);
	host_expect_nothing(heci);
	host_write(heci, BUS_ME, 2, "one", 3, true);
	assert_int_equal(bus.messages, 1);
	me_conn_credit(bus.conn);
	wants_shared_credit();
	host_write(heci, BUS_ME, 1, "two", 3, true);
	assert_int_equal(bus.messages, 2);
}

static void two_messages_do_not_fit_into_one_buffer(void **state)
{
	connect_silently(1);
	wants_shared_credit();
	connect_silently(2);
	host_write(heci, BUS_ME, 1, "one", 3, true);
	host_write(heci, BUS_ME, 2, "two", 3, true);
	assert_int_equal(bus.messages, 1);
	host_wants(heci, 0x07, BUS_ME, 2, 0);
}

static void its_credit_stays_with_who_is_still_connected(void **state)
{
	connect_silently(1);
	wants_shared_credit();
	connect_silently(2);
	host_bus(heci, 0x07, BUS_ME, 1, 0);
	host_wants(heci, 0x87, BUS_ME, 1, 0);
	host_write(heci, BUS_ME, 2, "one", 3, true);
	assert_int_equal(bus.messages, 1);
	host_bus(heci, 0x07, BUS_ME, 2, 0);
	host_wants(heci, 0x87, BUS_ME, 2, 0);
	connect_silently(3);
	wants_shared_credit();
}

#define granted(test) cmocka_unit_test_setup_teardown(test, setup_granted, teardown)
#define asked(test)   cmocka_unit_test_setup_teardown(test, setup, teardown)
#define single(test)  cmocka_unit_test_setup_teardown(test, setup_single, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		granted(a_buffer_is_mapped_and_unmapped),
		granted(each_buffer_has_its_number),
		granted(memory_that_is_not_there_is_not_mapped),
		granted(there_is_an_end_to_buffers),
		asked(without_the_capability_it_is_not_allowed),
		asked(firmware_without_it_does_not_grant_it),
		granted(a_reset_of_the_link_takes_grant_and_buffers_back),
		granted(a_short_request_is_not_answered),
		single(the_properties_say_that_the_buffer_is_shared),
		single(its_credit_has_no_host_and_is_there_once),
		single(two_messages_do_not_fit_into_one_buffer),
		single(its_credit_stays_with_who_is_still_connected),
	};

	log_set_level(LOG_LEVEL_NONE);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
