// SPDX-License-Identifier: GPL-2.0-or-later
/* Tags and the DMA ring: what is granted, and a host that lies about what it wrote. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "tools/vme/dma_ring.h"
#include "tools/vme/log.h"
#include "tools/vme/me_header.h"
#include "tools/vme/tests/test_bus.h"

/* The memory of the host: two buffers of 4 KiB and the control block. */
#define AT	     0x100000000ull
#define HOST_AT	     0u
#define DEVICE_AT    4096u
#define CONTROL_AT   8192u
#define MEMORY_LEN   (8192u + 32u)
#define BUFFER_LEN   4096u
#define BUFFER_DEPTH (BUFFER_LEN / 4)

enum { HOST_WRITTEN = 0, HOST_READ = 8, DEVICE_WRITTEN = 16, DEVICE_READ = 24 };

static struct bus bus;
static struct heci *const heci = &bus.heci;
static uint8_t memory[MEMORY_LEN];
static bool is_gone; /* unmapped */

static int memory_read(void *ctx, uint64_t at, void *out, size_t len)
{
	if (is_gone || at < AT || at - AT > MEMORY_LEN || len > MEMORY_LEN - (at - AT))
		return -EFAULT;
	memcpy(out, memory + (at - AT), len);
	return 0;
}

static int memory_write(void *ctx, uint64_t at, const void *data, size_t len)
{
	if (is_gone || at < AT || at - AT > MEMORY_LEN || len > MEMORY_LEN - (at - AT))
		return -EFAULT;
	memcpy(memory + (at - AT), data, len);
	return 0;
}

static const struct dma_memory host_memory = { memory_read, memory_write, NULL };

static uint32_t get_index(unsigned int index)
{
	uint32_t value;

	memcpy(&value, memory + CONTROL_AT + index, 4);
	return value;
}

static void set_index(unsigned int index, uint32_t value)
{
	memcpy(memory + CONTROL_AT + index, &value, 4);
}

static void ask_ring(uint64_t control_at, uint32_t host_size)
{
	const uint32_t request[10] = {
		0x12,	    AT >> 32,	      HOST_AT,
		host_size,  AT >> 32,	      DEVICE_AT,
		BUFFER_LEN, control_at >> 32, (uint32_t)control_at,
		32,
	};

	host_write(heci, 0, 0, request, sizeof(request), true);
}

static int setup_plain(void **state)
{
	is_gone = false;
	memset(memory, 0, sizeof(memory));
	bus_start(&bus, 2, 2);
	return 0;
}

static int setup_ring(void **state)
{
	setup_plain(state);
	hbm_set_memory(bus.hbm, &host_memory);
	ask_ring(AT + CONTROL_AT, BUFFER_LEN);
	host_wants(heci, 0x92, 0, 0, 0);
	assert_true(hbm_has_ring(bus.hbm));
	bus_connect(&bus, 1);
	return 0;
}

static int setup_vtag(void **state)
{
	setup_plain(state);
	bus.client.vtag = true;
	host_bus(heci, 0x13, 7, 0, 0);
	host_wants(heci, 0x93, 1, 0, 0);
	bus_connect(&bus, 1);
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

/* A message of the host: flags of its header, and what follows it. */
static void write_header(uint32_t flags, const void *payload, size_t len)
{
	uint32_t dword = BUS_ME | 1u << 8 | (uint32_t)len << 16 | flags;
	size_t at;

	heci_write(heci, R_H_CB_WW, dword);
	for (at = 0; at < len; at += 4) {
		dword = 0;
		memcpy(&dword, (const uint8_t *)payload + at, len - at < 4 ? len - at : 4);
		heci_write(heci, R_H_CB_WW, dword);
	}
	host_set(heci, B_IG, 0);
}

/* --- tags --- */

static void a_tag_comes_back_with_the_answer(void **state)
{
	uint32_t dword;

	bus_read_credit(&bus, 1);
	write_header(HECI_EXTENDED | HECI_COMPLETE, "\1\1\0\0\1\1\x2a\0ask", 11);
	assert_int_equal(bus.messages, 1);
	assert_int_equal(bus.len, 3);
	assert_memory_equal(bus.data, "ask", 3);
	assert_int_equal(me_conn_send(bus.conn, "answer", 6), 0);
	dword = heci_read(heci, R_ME_CB_RW);
	assert_int_equal(dword, 0x900e0107);
	assert_int_equal(heci_read(heci, R_ME_CB_RW), 0x00000101);
	assert_int_equal(heci_read(heci, R_ME_CB_RW), 0x002a0101);
}

static void only_the_first_fragment_has_the_tag(void **state)
{
	uint8_t data[1000];
	uint32_t dword;

	memset(data, 0x5a, sizeof(data));
	bus_read_credit(&bus, 1);
	write_header(HECI_EXTENDED, "\1\1\0\0\1\1\x2a\0ab", 10);
	write_header(HECI_COMPLETE, "cd", 2);
	assert_int_equal(bus.messages, 1);
	assert_memory_equal(bus.data, "abcd", 4);
	assert_int_equal(me_conn_send(bus.conn, data, sizeof(data)), 0);
	dword = heci_read(heci, R_ME_CB_RW);
	assert_int_equal(dword, 0x11fc0107);
	while (host_fill(heci))
		heci_read(heci, R_ME_CB_RW);
	host_set(heci, B_IG, 0);
	assert_int_equal(heci_read(heci, R_ME_CB_RW), 0x80000107 | 500 << 16);
	assert_int_equal(heci_read(heci, R_ME_CB_RW), 0x5a5a5a5a);
}

static void an_answer_to_a_message_without_tag_has_none(void **state)
{
	bus_read_credit(&bus, 1);
	write_header(HECI_COMPLETE, "ask", 3);
	assert_int_equal(me_conn_send(bus.conn, "answer", 6), 0);
	assert_int_equal(heci_read(heci, R_ME_CB_RW), 0x80060107);
}

static void the_property_of_the_client_says_it_takes_tags(void **state)
{
	struct host_message got;

	host_bus(heci, 0x05, BUS_ME, 0, 0);
	assert_true(host_read(heci, &got));
	assert_int_equal(got.data[4 + 19], 2);
}

static void a_tag_that_was_not_granted_is_counted_and_dropped(void **state)
{
	host_bus(heci, 0x13, 7, 0, 0);
	host_wants(heci, 0x93, 0, 0, 0);
	bus_connect(&bus, 1);
	write_header(HECI_EXTENDED | HECI_COMPLETE, "\1\1\0\0\1\1\x2a\0ask", 11);
	assert_int_equal(bus.messages, 0);
	assert_int_equal(violations(), 1);
}

static void a_reset_takes_the_grant_back(void **state)
{
	host_reset(heci);
	bus_connect(&bus, 1);
	write_header(HECI_EXTENDED | HECI_COMPLETE, "\1\1\0\0\1\1\x2a\0ask", 11);
	assert_int_equal(bus.messages, 0);
}

static void extensions_out_of_form_are_dropped(void **state)
{
	static const struct {
		const char *payload;
		size_t len;
	} wrong[] = {
		{ "", 0 },		       /* no extension */
		{ "\1\1\0", 3 },	       /* less than its first dword */
		{ "\1\1\0\0", 4 },	       /* no record */
		{ "\1\377\0\0\1\1\x2a\0", 8 }, /* more records than there are bytes */
		{ "\1\1\0\0\1\0\x2a\0", 8 },   /* a record of no length */
		{ "\1\1\0\0\1\2\x2a\0", 8 },   /* a record longer than all of them */
	};
	struct me_header header;
	uint8_t *exact;
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		exact = test_malloc(wrong[i].len + !wrong[i].len);
		memcpy(exact, wrong[i].payload, wrong[i].len);
		assert_int_equal(me_header_read(HECI_EXTENDED, exact, wrong[i].len, &header),
				 -EPROTO);
		test_free(exact);
		write_header(HECI_EXTENDED | HECI_COMPLETE, wrong[i].payload, wrong[i].len);
		assert_int_equal(violations(), i + 1);
	}
	assert_int_equal(bus.messages, 0);
	/* records for others are passed over */
	write_header(HECI_EXTENDED | HECI_COMPLETE, "\2\2\0\0\7\1\0\0\1\1\x2a\0ask", 15);
	assert_int_equal(bus.messages, 1);
}

/* --- the ring: agreeing --- */

static void the_ring_is_declined_without_memory_for_it(void **state)
{
	ask_ring(AT + CONTROL_AT, BUFFER_LEN);
	host_wants(heci, 0x92, 5, 0, 0);
	assert_false(hbm_has_ring(bus.hbm));
}

static void a_ring_that_cannot_be_is_refused(void **state)
{
	hbm_set_memory(bus.hbm, &host_memory);
	ask_ring(AT + CONTROL_AT, BUFFER_LEN - 4);
	host_wants(heci, 0x92, 4, 0, 0);
	ask_ring(AT + CONTROL_AT, BUFFER_LEN + 4);
	host_wants(heci, 0x92, 4, 0, 0);
	ask_ring(AT + CONTROL_AT, 0);
	host_wants(heci, 0x92, 4, 0, 0);
	ask_ring(AT + CONTROL_AT, 0x80000000);
	host_wants(heci, 0x92, 4, 0, 0);
	ask_ring(AT + CONTROL_AT + 2, BUFFER_LEN);
	host_wants(heci, 0x92, 4, 0, 0);
	ask_ring(AT + 0x10000000, BUFFER_LEN); /* no memory */
	host_wants(heci, 0x92, 4, 0, 0);
	ask_ring(UINT64_MAX - 7, BUFFER_LEN);
	host_wants(heci, 0x92, 4, 0, 0);
	ask_ring(AT + CONTROL_AT, 4 * BUFFER_LEN); /* reaches over the end */
	host_wants(heci, 0x92, 4, 0, 0);
	assert_false(hbm_has_ring(bus.hbm));
}

static void a_reset_ends_the_ring(void **state)
{
	host_reset(heci);
	assert_false(hbm_has_ring(bus.hbm));
	bus_connect(&bus, 1);
	write_header(HECI_DMA_RING | HECI_COMPLETE, "\4\0\0\0", 4);
	assert_int_equal(bus.messages, 0);
	assert_int_equal(violations(), 1);
}

/* --- the ring: messages --- */

static void host_puts(const uint8_t *data, uint32_t len)
{
	uint32_t at = get_index(HOST_WRITTEN), i;

	for (i = 0; i < len; i++)
		memory[HOST_AT + (at * 4 + i) % BUFFER_LEN] = data[i];
	set_index(HOST_WRITTEN, at + (len + 3) / 4);
	write_header(HECI_DMA_RING | HECI_COMPLETE, &len, 4);
}

static void messages_come_through_the_ring_and_over_its_end(void **state)
{
	uint8_t data[3001];
	uint32_t i;
	int round;

	for (round = 1; round <= 5; round++) {
		for (i = 0; i < sizeof(data); i++)
			data[i] = (uint8_t)(i * round);
		host_puts(data, sizeof(data));
		assert_int_equal(bus.messages, round);
		assert_int_equal(bus.len, sizeof(data));
		assert_memory_equal(bus.data, data, sizeof(data));
		assert_int_equal(get_index(HOST_READ), round * 751);
		me_conn_credit(bus.conn);
		host_wants(heci, 0x08, BUS_ME, 1, 0, 0, 0, 0, 0);
	}
	assert_int_equal(violations(), 0);
}

static void long_messages_go_through_the_ring_and_over_its_end(void **state)
{
	struct host_message got;
	uint8_t data[3001];
	uint32_t i, at, len = sizeof(data);
	int round;

	for (round = 1; round <= 5; round++) {
		for (i = 0; i < len; i++)
			data[i] = (uint8_t)(i + round);
		bus_read_credit(&bus, 1);
		assert_int_equal(me_conn_send(bus.conn, data, len), 0);
		assert_int_equal(heci_read(heci, R_ME_CB_RW), 0xa0040107);
		assert_int_equal(heci_read(heci, R_ME_CB_RW), len);
		assert_false(host_read(heci, &got));
		at = get_index(DEVICE_READ);
		for (i = 0; i < len; i++)
			assert_int_equal(memory[DEVICE_AT + (at * 4 + i) % BUFFER_LEN], data[i]);
		set_index(DEVICE_READ, at + 751);
		assert_int_equal(get_index(DEVICE_WRITTEN), at + 751);
	}
}

static void short_messages_go_the_short_way(void **state)
{
	struct host_message got;

	bus_read_credit(&bus, 1);
	assert_int_equal(me_conn_send(bus.conn, "answer", 6), 0);
	assert_true(host_read(heci, &got));
	assert_memory_equal(got.data, "answer", 6);
	assert_int_equal(get_index(DEVICE_WRITTEN), 0);
}

static void a_full_ring_leaves_the_way_of_fragments(void **state)
{
	struct host_message got;
	uint8_t data[3000];
	size_t i, len = 0;

	memset(data, 0x11, sizeof(data));
	for (i = 0; i < 2; i++) {
		bus_read_credit(&bus, 1);
		assert_int_equal(me_conn_send(bus.conn, data, sizeof(data)), 0);
	}
	assert_int_equal(heci_read(heci, R_ME_CB_RW), 0xa0040107);
	assert_int_equal(heci_read(heci, R_ME_CB_RW), sizeof(data));
	host_set(heci, B_IG, 0);
	do {
		assert_true(host_read(heci, &got));
		len += got.len;
	} while (!got.complete);
	assert_int_equal(len, sizeof(data));
	assert_true(hbm_has_ring(bus.hbm));
}

static void a_tag_goes_with_a_message_in_the_ring(void **state)
{
	uint8_t data[1000] = { 0 };

	bus.client.vtag = true;
	host_bus(heci, 0x13, 1, 0, 0);
	host_wants(heci, 0x93, 1, 0, 0);
	bus_read_credit(&bus, 1);
	set_index(HOST_WRITTEN, 1);
	memcpy(memory, "ring", 4);
	write_header(HECI_EXTENDED | HECI_DMA_RING | HECI_COMPLETE, "\1\1\0\0\1\1\5\0\4\0\0\0", 12);
	assert_memory_equal(bus.data, "ring", 4);
	assert_int_equal(me_conn_send(bus.conn, data, sizeof(data)), 0);
	assert_int_equal(heci_read(heci, R_ME_CB_RW), 0xb00c0107);
	assert_int_equal(heci_read(heci, R_ME_CB_RW), 0x00000101);
	assert_int_equal(heci_read(heci, R_ME_CB_RW), 0x00050101);
	assert_int_equal(heci_read(heci, R_ME_CB_RW), sizeof(data));
}

/* --- the ring: a host that lies --- */

static void reset_expected(void)
{
	assert_int_equal(bus.messages, 0);
	assert_int_equal(bus.resets, 1);
	assert_int_equal(bus.disconnects, 1);
	assert_false(hbm_has_ring(bus.hbm));
	assert_false(heci_read(heci, R_ME_CSR) & B_RDY);
}

static void what_was_not_written_costs_the_link(void **state)
{
	set_index(HOST_WRITTEN, 1);
	write_header(HECI_DMA_RING | HECI_COMPLETE, "\5\0\0\0", 4);
	reset_expected();
}

static void more_than_the_ring_holds_costs_the_link(void **state)
{
	set_index(HOST_WRITTEN, BUFFER_DEPTH + 1);
	write_header(HECI_DMA_RING | HECI_COMPLETE, "\4\0\0\0", 4);
	reset_expected();
}

static void a_length_beyond_everything_costs_the_link(void **state)
{
	set_index(HOST_WRITTEN, BUFFER_DEPTH);
	write_header(HECI_DMA_RING | HECI_COMPLETE, "\377\377\377\377", 4);
	reset_expected();
}

static void memory_that_is_gone_costs_the_link(void **state)
{
	is_gone = true;
	write_header(HECI_DMA_RING | HECI_COMPLETE, "\4\0\0\0", 4);
	reset_expected();
}

static void a_wrong_index_of_the_host_ends_the_ring_and_not_the_message(void **state)
{
	struct host_message got;
	uint8_t data[1000] = { 0 };

	set_index(DEVICE_READ, 1);
	bus_read_credit(&bus, 1);
	assert_int_equal(me_conn_send(bus.conn, data, sizeof(data)), 0);
	assert_false(hbm_has_ring(bus.hbm));
	assert_int_equal(violations(), 1);
	assert_true(host_read(heci, &got));
	assert_int_equal(got.len, 508);
	assert_true(host_read(heci, &got));
	assert_int_equal(got.len, 492);
}

static void a_length_that_is_none_is_dropped(void **state)
{
	write_header(HECI_DMA_RING | HECI_COMPLETE, "\4\0\0", 3);
	write_header(HECI_DMA_RING | HECI_COMPLETE, "\4\0\0\0\0\0\0\0", 8);
	assert_int_equal(violations(), 2);
	assert_int_equal(bus.resets, 0);
}

static void a_message_for_nobody_is_taken_out_of_the_ring(void **state)
{
	host_bus(heci, 0x07, BUS_ME, 1, 0);
	host_wants(heci, 0x87, BUS_ME, 1, 0);
	host_puts((const uint8_t *)"lost", 4);
	assert_int_equal(bus.messages, 0);
	assert_int_equal(get_index(HOST_READ), 1);
	assert_int_equal(bus.resets, 0);
}

#define plain(test) cmocka_unit_test_setup_teardown(test, setup_plain, teardown)
#define vtag(test)  cmocka_unit_test_setup_teardown(test, setup_vtag, teardown)
#define ring(test)  cmocka_unit_test_setup_teardown(test, setup_ring, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		vtag(a_tag_comes_back_with_the_answer),
		vtag(only_the_first_fragment_has_the_tag),
		vtag(an_answer_to_a_message_without_tag_has_none),
		vtag(the_property_of_the_client_says_it_takes_tags),
		plain(a_tag_that_was_not_granted_is_counted_and_dropped),
		vtag(a_reset_takes_the_grant_back),
		vtag(extensions_out_of_form_are_dropped),
		plain(the_ring_is_declined_without_memory_for_it),
		plain(a_ring_that_cannot_be_is_refused),
		ring(a_reset_ends_the_ring),
		ring(messages_come_through_the_ring_and_over_its_end),
		ring(long_messages_go_through_the_ring_and_over_its_end),
		ring(short_messages_go_the_short_way),
		ring(a_full_ring_leaves_the_way_of_fragments),
		ring(a_tag_goes_with_a_message_in_the_ring),
		ring(what_was_not_written_costs_the_link),
		ring(more_than_the_ring_holds_costs_the_link),
		ring(a_length_beyond_everything_costs_the_link),
		ring(memory_that_is_gone_costs_the_link),
		ring(a_wrong_index_of_the_host_ends_the_ring_and_not_the_message),
		ring(a_length_that_is_none_is_dropped),
		ring(a_message_for_nobody_is_taken_out_of_the_ring),
	};

	log_set_level(LOG_LEVEL_NONE);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
