// SPDX-License-Identifier: GPL-2.0-or-later
/* The register block: what mei_me relies on (amthi.md A.3, A.4). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "tools/vme/heci.h"
#include "tools/vme/log.h"
#include "tools/vme/tests/test_host.h"

static struct heci heci;
static unsigned int rises, resets, messages, powers;
static enum heci_power last_power;
static bool slow_d0i3;
static enum heci_reset reset_by;
static size_t last_len;
static uint32_t last_header;
static uint8_t last[512];

static void on_message(void *ctx, uint32_t header, const uint8_t *payload, size_t len)
{
	messages++;
	last_header = header;
	last_len = len;
	memcpy(last, payload, len);
}

static void on_reset(void *ctx, enum heci_reset by)
{
	resets++;
	reset_by = by;
}

static void on_line(void *ctx, bool level)
{
	rises += level;
}

static void on_power(void *ctx, enum heci_power what)
{
	powers++;
	last_power = what;
	if (what == HECI_POWER_D0I3 && !slow_d0i3)
		heci_d0i3_done(&heci);
}

static const struct heci_ops ops = { on_message, on_reset, on_line, on_power };

static int setup(void **state)
{
	heci_init(&heci, &ops, NULL);
	rises = 0;
	resets = 0;
	messages = 0;
	powers = 0;
	slow_d0i3 = false;
	return 0;
}

static int setup_ready(void **state)
{
	setup(state);
	host_reset(&heci);
	host_ack(&heci);
	heci_write(&heci, R_D0I3C, 8); /* restored */
	rises = 0;
	resets = 0;
	return 0;
}

static int teardown(void **state)
{
	heci_drop(&heci);
	return 0;
}

static void depth_is_128_in_both_registers(void **state)
{
	assert_int_equal(heci_read(&heci, R_H_CSR) >> 24, 128);
	assert_int_equal(heci_read(&heci, R_ME_CSR) >> 24, 128);
}

static void the_doorbell_reads_0(void **state)
{
	host_set(&heci, B_IG, 0);
	assert_false(host_csr(&heci) & B_IG);
}

static void read_only_fields_ignore_writes(void **state)
{
	heci_write(&heci, R_H_CSR, 0xffffff80);
	assert_int_equal(heci_read(&heci, R_H_CSR), 0x80000000);
	heci_write(&heci, R_ME_CSR, 0xffffffff);
	assert_int_equal(heci_read(&heci, R_ME_CSR), 0x80000009);
	heci_write(&heci, 0x20, 1);
	assert_int_equal(heci_read(&heci, 0x20), 0);
}

static void interrupt_status_is_cleared_by_writing_1_only(void **state)
{
	heci_interrupt(&heci);
	host_set(&heci, 0, 0);
	assert_true(host_csr(&heci) & B_IS);
	host_ack(&heci);
	assert_false(host_csr(&heci) & B_IS);
	heci_write(&heci, R_H_CSR, B_IS);
	assert_false(host_csr(&heci) & B_IS);
}

static void the_line_rises_when_the_enable_bit_comes_late(void **state)
{
	host_set(&heci, 0, B_IE);
	heci_interrupt(&heci);
	assert_int_equal(rises, 0);
	host_set(&heci, B_IE, 0);
	assert_int_equal(rises, 1);
	host_set(&heci, B_IE, 0);
	assert_int_equal(rises, 1);
}

static void a_message_after_the_acknowledgement_raises_the_line_again(void **state)
{
	assert_int_equal(heci_send(&heci, 0x80000000, "abcd", 4), 0);
	assert_int_equal(rises, 1);
	assert_int_equal(heci_send(&heci, 0x80000000, "abcd", 4), 0);
	assert_int_equal(rises, 1);
	host_ack(&heci);
	assert_int_equal(heci_send(&heci, 0x80000000, "abcd", 4), 0);
	assert_int_equal(rises, 2);
}

static void reset_handshake_brings_both_sides_up(void **state)
{
	host_reset(&heci);
	assert_int_equal(resets, 1);
	assert_int_equal(reset_by, HECI_RESET_HOST);
	assert_int_equal(rises, 1);
	assert_int_equal(host_csr(&heci) & 0xffff00, 0);
	assert_int_equal(heci_read(&heci, R_ME_CSR) & 0xffff00, 0);
}

static void a_reset_that_stays_set_counts_once(void **state)
{
	host_set(&heci, B_RST, 0);
	host_set(&heci, B_RST, 0);
	assert_int_equal(resets, 1);
	host_set(&heci, 0, B_RST);
	host_set(&heci, B_RST, 0);
	assert_int_equal(resets, 2);
}

static void reset_empties_both_rings(void **state)
{
	heci_write(&heci, R_H_CB_WW, 0x12345678);
	assert_int_equal(heci_send(&heci, 0x80000000, "abcd", 4), 0);
	host_reset(&heci);
	host_expect_nothing(&heci);
	assert_int_equal(host_csr(&heci) >> 16 & 0xff, 0);
	assert_int_equal(messages, 0);
}

static void a_message_of_the_host_is_taken_and_acknowledged_by_an_interrupt(void **state)
{
	host_write(&heci, 3, 5, "hello", 5, true);
	assert_int_equal(messages, 1);
	assert_int_equal(last_header & 0xffff, 0x0503);
	assert_int_equal(last_len, 5);
	assert_memory_equal(last, "hello", 5);
	assert_int_equal(host_csr(&heci) >> 16 & 0xff, 3);
	assert_int_equal(host_csr(&heci) >> 8 & 0xff, 3);
	assert_true(host_csr(&heci) & B_IS);
}

static void half_a_message_waits_for_the_rest(void **state)
{
	heci_write(&heci, R_H_CB_WW, 0x80080000);
	heci_write(&heci, R_H_CB_WW, 1);
	host_set(&heci, B_IG, 0);
	assert_int_equal(messages, 0);
	assert_false(host_csr(&heci) & B_IS);
	heci_write(&heci, R_H_CB_WW, 2);
	host_set(&heci, B_IG, 0);
	assert_int_equal(messages, 1);
}

static void pointers_run_freely_over_255(void **state)
{
	struct host_message got;
	uint8_t data[100];
	int i;

	memset(data, 0x5a, sizeof(data));
	for (i = 0; i < 40; i++) {
		host_write(&heci, 1, 1, data, sizeof(data), true);
		assert_int_equal(messages, i + 1);
		assert_int_equal(heci_send(&heci, 0x80000101, data, sizeof(data)), 0);
		assert_true(host_read(&heci, &got));
		assert_int_equal(got.len, sizeof(data));
		assert_memory_equal(got.data, data, sizeof(data));
	}
}

static void what_does_not_fit_waits_for_the_doorbell(void **state)
{
	struct host_message got;
	uint8_t data[508] = { 0 };
	int i;

	for (i = 0; i < 3; i++) {
		data[0] = (uint8_t)i;
		assert_int_equal(heci_send(&heci, 0x80000101, data, sizeof(data)), 0);
	}
	assert_int_equal(host_fill(&heci), 128);
	for (i = 0; i < 3; i++) {
		assert_true(host_read(&heci, &got));
		assert_int_equal(got.data[0], i);
		assert_int_equal(got.len, 508);
	}
	host_expect_nothing(&heci);
}

static void a_host_that_does_not_read_is_not_read_from(void **state)
{
	unsigned int i;

	for (i = 0; i < HECI_QUEUE_MAX + 2; i++)
		assert_int_equal(heci_send(&heci, 0x80000101, last, 508), 0);
	host_write(&heci, 1, 1, "x", 1, true);
	assert_int_equal(messages, 0);
	for (i = 0; i < 4; i++) {
		struct host_message got;

		assert_true(host_read(&heci, &got));
	}
	assert_int_equal(messages, 1);
}

static void an_empty_ring_reads_0_and_stays_where_it_is(void **state)
{
	uint32_t before = heci_read(&heci, R_ME_CSR);

	assert_int_equal(heci_read(&heci, R_ME_CB_RW), 0);
	assert_int_equal(heci_read(&heci, R_ME_CSR), before);
}

static void an_overrun_of_the_ring_costs_the_link(void **state)
{
	int i;

	for (i = 0; i < 129; i++)
		heci_write(&heci, R_H_CB_WW, 0x81ff0000);
	assert_int_equal(resets, 1);
	assert_int_equal(reset_by, HECI_RESET_FIRMWARE);
	assert_false(heci_read(&heci, R_ME_CSR) & B_RDY);
	host_reset(&heci);
}

static void a_message_longer_than_the_ring_costs_the_link(void **state)
{
	heci_write(&heci, R_H_CB_WW, 0x81ff0000);
	host_set(&heci, B_IG, 0);
	assert_int_equal(messages, 0);
	assert_int_equal(resets, 1);
	assert_false(heci_read(&heci, R_ME_CSR) & B_RDY);
}

static void after_a_firmware_reset_ready_waits_for_host_and_recovery(void **state)
{
	heci_firmware_reset(&heci);
	assert_int_equal(reset_by, HECI_RESET_FIRMWARE);
	assert_int_equal(rises, 1);
	assert_false(heci_read(&heci, R_ME_CSR) & B_RDY);
	heci_recovered(&heci);
	assert_false(heci_read(&heci, R_ME_CSR) & B_RDY);
	host_ack(&heci);
	host_set(&heci, B_RST | B_IG, 0);
	assert_true(heci_read(&heci, R_ME_CSR) & B_RDY);
	assert_true(host_csr(&heci) & B_IS);
}

static void after_a_firmware_reset_the_host_may_come_first(void **state)
{
	heci_firmware_reset(&heci);
	host_ack(&heci);
	host_set(&heci, B_RST | B_IG, 0);
	assert_false(heci_read(&heci, R_ME_CSR) & B_RDY);
	assert_false(host_csr(&heci) & B_IS);
	heci_recovered(&heci);
	assert_true(heci_read(&heci, R_ME_CSR) & B_RDY);
	assert_true(host_csr(&heci) & B_IS);
}

static void a_firmware_reset_under_the_hosts_own_needs_no_second_one(void **state)
{
	host_set(&heci, B_RST | B_IG, 0);
	heci_firmware_reset(&heci);
	assert_false(heci_read(&heci, R_ME_CSR) & B_RDY);
	heci_recovered(&heci);
	assert_true(heci_read(&heci, R_ME_CSR) & B_RDY);
}

static void a_message_half_read_at_a_firmware_reset_is_whole(void **state)
{
	const uint32_t payload[2] = { 0x11111111, 0x22222222 };

	assert_int_equal(heci_send(&heci, HECI_COMPLETE, payload, sizeof(payload)), 0);
	heci_read(&heci, R_ME_CB_RW);
	heci_firmware_reset(&heci);
	assert_int_equal(heci_read(&heci, R_ME_CB_RW), 0x11111111);
	assert_int_equal(heci_read(&heci, R_ME_CB_RW), 0x22222222);
	host_set(&heci, B_RST | B_IG, 0);
	heci_recovered(&heci);
	assert_int_equal(heci_read(&heci, R_ME_CSR) & 0xffff00, 0);
}

static void a_pulse_of_ready_costs_the_host_its_own(void **state)
{
	heci_pulse(&heci);
	assert_int_equal(resets, 1);
	assert_int_equal(reset_by, HECI_RESET_FIRMWARE);
	assert_int_equal(heci_read(&heci, R_ME_CSR) & (B_RST | B_RDY), B_RDY);
	assert_int_equal(host_csr(&heci) & (B_RDY | B_IS), B_IS);
	assert_int_equal(rises, 1);
	host_ack(&heci);
	host_write(&heci, 1, 1, "x", 1, true);
	assert_int_equal(messages, 0);
	host_reset(&heci);
	host_write(&heci, 1, 1, "x", 1, true);
	assert_int_equal(messages, 1);
}

static void a_pulse_ends_a_reset_that_lasts(void **state)
{
	heci_firmware_reset(&heci);
	heci_pulse(&heci);
	assert_int_equal(heci_read(&heci, R_ME_CSR) & (B_RST | B_RDY), B_RDY);
	host_reset(&heci);
}

static void one_message_can_have_a_wrong_header(void **state)
{
	const struct heci_spoilt spoilt = { .header = 0x02000001 };

	heci_spoil(&heci, &spoilt);
	assert_int_equal(heci_send(&heci, 0x80000101, "abcd", 4), 0);
	assert_int_equal(heci_send(&heci, 0x80000101, "abcd", 4), 0);
	assert_int_equal(heci_read(&heci, R_ME_CB_RW), 0x82040100);
	assert_int_equal(heci_read(&heci, R_ME_CB_RW), 0x64636261);
	assert_int_equal(heci_read(&heci, R_ME_CB_RW), 0x80040101);
}

/* A driver that saw it before would not read, and never reset. */
static void an_overflow_is_seen_from_the_first_read_of_its_message_on(void **state)
{
	const struct heci_spoilt spoilt = { .overflow = true };
	struct host_message got;

	assert_int_equal(heci_send(&heci, HECI_COMPLETE, "good", 4), 0);
	heci_spoil(&heci, &spoilt);
	assert_int_equal(heci_send(&heci, HECI_COMPLETE, "bad!", 4), 0);
	assert_int_equal(host_fill(&heci), 4);
	assert_true(host_read(&heci, &got));
	assert_int_equal(host_fill(&heci), 2);
	heci_read(&heci, R_ME_CB_RW);
	assert_int_equal(host_fill(&heci), HECI_DEPTH + 1);
	assert_int_equal(heci_read(&heci, R_ME_CB_RW), 0x21646162);
	host_reset(&heci);
	assert_int_equal(host_fill(&heci), 0);
	assert_int_equal(heci_send(&heci, HECI_COMPLETE, "more", 4), 0);
	host_wants(&heci, 'm', 'o', 'r', 'e');
}

static void a_reset_forgets_what_was_to_be_wrong(void **state)
{
	const struct heci_spoilt spoilt = { .header = 1, .overflow = true };

	heci_spoil(&heci, &spoilt);
	host_reset(&heci);
	assert_int_equal(heci_send(&heci, HECI_COMPLETE, "good", 4), 0);
	host_wants(&heci, 'g', 'o', 'o', 'd');
	host_expect_nothing(&heci);
}

static void nothing_is_taken_while_the_firmware_is_away(void **state)
{
	heci_firmware_reset(&heci);
	host_write(&heci, 1, 1, "x", 1, true);
	assert_int_equal(messages, 0);
	assert_int_equal(host_csr(&heci) >> 16 & 0xff, 0);
}

static void power_on_takes_everything_back(void **state)
{
	heci_firmware_reset(&heci);
	heci_power_on(&heci);
	assert_int_equal(host_csr(&heci), 0x80000000);
	assert_int_equal(heci_read(&heci, R_ME_CSR), 0x80000009);
	host_reset(&heci);
}

static void a_command_of_d0i3_is_in_progress_until_it_is_done(void **state)
{
	host_set(&heci, B_D0I3C_IE, 0);
	slow_d0i3 = true;
	heci_write(&heci, R_D0I3C, 4 | 2);
	assert_int_equal(heci_read(&heci, R_D0I3C), 7);
	assert_false(heci_in_d0i3(&heci));
	heci_write(&heci, R_D0I3C, 0);
	assert_int_equal(heci_read(&heci, R_D0I3C), 7);
	assert_int_equal(rises, 0);
	heci_d0i3_done(&heci);
	assert_int_equal(heci_read(&heci, R_D0I3C), 6);
	assert_true(heci_in_d0i3(&heci));
	assert_int_equal(rises, 1);
	host_ack(&heci);
	heci_write(&heci, R_D0I3C, 2);
	assert_int_equal(heci_read(&heci, R_D0I3C), 3);
	heci_d0i3_done(&heci);
	assert_false(heci_in_d0i3(&heci));
	assert_int_equal(rises, 2);
	assert_int_equal(powers, 2);
}

/* Set by the device, cleared by writing 1: what mei_me's read-modify-write does. */
static void restore_required_stands_after_power_on_until_the_host_has_cleared_it(void **state)
{
	assert_int_equal(heci_read(&heci, R_D0I3C), 8);
	host_reset(&heci);
	assert_int_equal(heci_read(&heci, R_D0I3C), 8);
	heci_write(&heci, R_D0I3C, 4);
	assert_int_equal(heci_read(&heci, R_D0I3C), 8 | 4);
	heci_write(&heci, R_D0I3C, 8 | 4);
	assert_int_equal(heci_read(&heci, R_D0I3C), 4);
	heci_write(&heci, R_D0I3C, 0);
	assert_int_equal(heci_read(&heci, R_D0I3C), 0);
	heci_power_on(&heci);
	assert_int_equal(heci_read(&heci, R_D0I3C), 8);
}

static void a_host_that_lost_its_power_in_d0i3_says_ready_again(void **state)
{
	heci.d0i3_loss = true;
	heci_write(&heci, R_D0I3C, 8 | 2);
	assert_int_equal(heci_read(&heci, R_D0I3C), 2); /* was not in it */
	assert_true(host_csr(&heci) & B_RDY);
	heci_write(&heci, R_D0I3C, 4 | 2);
	assert_int_equal(heci_read(&heci, R_D0I3C), 4 | 2);
	heci_write(&heci, R_D0I3C, 2);
	assert_int_equal(heci_read(&heci, R_D0I3C), 8 | 2);
	assert_false(host_csr(&heci) & B_RDY);
	assert_true(host_csr(&heci) & B_D0I3C_IS);
	host_write(&heci, 1, 1, "x", 1, true);
	assert_int_equal(messages, 0);
	host_set(&heci, B_RDY, 0);
	host_write(&heci, 1, 1, "x", 1, true);
	assert_int_equal(messages, 2);
}

static void a_firmware_that_is_not_ready_is_in_reset(void **state)
{
	assert_int_equal(heci_read(&heci, R_ME_CSR) & (B_RST | B_RDY), B_RDY);
	heci_firmware_reset(&heci);
	assert_int_equal(heci_read(&heci, R_ME_CSR) & (B_RST | B_RDY), B_RST);
	heci_recovered(&heci);
	assert_int_equal(heci_read(&heci, R_ME_CSR) & (B_RST | B_RDY), B_RST);
	host_reset(&heci);
	assert_int_equal(heci_read(&heci, R_ME_CSR) & (B_RST | B_RDY), B_RDY);
}

static void the_shadow_of_trc_is_read_only(void **state)
{
	assert_int_equal(heci_read(&heci, R_TRC), 0);
	heci.trc = 0x80010203;
	heci_write(&heci, R_TRC, 0);
	assert_int_equal(heci_read(&heci, R_TRC), 0x80010203);
}

static void a_message_in_d0i3_wakes_the_host(void **state)
{
	heci_write(&heci, R_D0I3C, 4);
	assert_int_equal(rises, 0);
	assert_int_equal(heci_send(&heci, HECI_COMPLETE, "abcd", 4), 0);
	assert_int_equal(rises, 1);
	assert_true(host_csr(&heci) & B_IS);
	assert_true(heci_in_d0i3(&heci));
}

static void entering_d0i3_takes_no_time_and_interrupts_on_request(void **state)
{
	host_set(&heci, B_D0I3C_IE, 0);
	heci_write(&heci, R_D0I3C, 4 | 2);
	assert_int_equal(heci_read(&heci, R_D0I3C), 6);
	assert_true(host_csr(&heci) & B_D0I3C_IS);
	assert_int_equal(rises, 1);
	host_ack(&heci);
	assert_false(host_csr(&heci) & B_D0I3C_IS);
	heci_write(&heci, R_D0I3C, 0);
	assert_false(host_csr(&heci) & B_D0I3C_IS);
}

static void legacy_power_gating_is_told_by_its_register(void **state)
{
	heci_write(&heci, R_HPG, 2);
	assert_int_equal(heci_read(&heci, R_HPG), 0);
	assert_int_equal(powers, 0);
	heci.pg_legacy = true;
	assert_true(heci_read(&heci, R_ME_CSR) & 0x40);
	heci_write(&heci, R_HPG, 2);
	assert_int_equal(heci_read(&heci, R_HPG), 2);
	assert_int_equal(powers, 1);
	assert_int_equal(last_power, HECI_POWER_ISOLATED);
	heci_write(&heci, R_HPG, 3);
	assert_int_equal(powers, 2);
	assert_int_equal(last_power, HECI_POWER_EXIT);
}

static void what_is_held_waits_and_what_goes_ahead_does_not(void **state)
{
	heci_hold(&heci);
	assert_int_equal(heci_send(&heci, HECI_COMPLETE, "held", 4), 0);
	assert_int_equal(last_power, HECI_POWER_HELD);
	host_expect_nothing(&heci);
	assert_int_equal(heci_send_ahead(&heci, HECI_COMPLETE, "exit", 4), 0);
	host_wants(&heci, 'e', 'x', 'i', 't');
	host_expect_nothing(&heci);
	heci_release(&heci);
	host_wants(&heci, 'h', 'e', 'l', 'd');
}

static void a_reset_forgets_what_was_held(void **state)
{
	heci.pg_legacy = true;
	heci_write(&heci, R_HPG, 2);
	heci_hold(&heci);
	assert_int_equal(heci_send(&heci, HECI_COMPLETE, "held", 4), 0);
	host_reset(&heci);
	assert_int_equal(heci_read(&heci, R_HPG), 0);
	host_expect_nothing(&heci);
	assert_int_equal(heci_send(&heci, HECI_COMPLETE, "more", 4), 0);
	host_wants(&heci, 'm', 'o', 'r', 'e');
}

#define fresh(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
#define ready(test) cmocka_unit_test_setup_teardown(test, setup_ready, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		fresh(depth_is_128_in_both_registers),
		fresh(the_doorbell_reads_0),
		fresh(read_only_fields_ignore_writes),
		fresh(interrupt_status_is_cleared_by_writing_1_only),
		fresh(the_line_rises_when_the_enable_bit_comes_late),
		ready(a_message_after_the_acknowledgement_raises_the_line_again),
		fresh(reset_handshake_brings_both_sides_up),
		fresh(a_reset_that_stays_set_counts_once),
		ready(reset_empties_both_rings),
		ready(a_message_of_the_host_is_taken_and_acknowledged_by_an_interrupt),
		ready(half_a_message_waits_for_the_rest),
		ready(pointers_run_freely_over_255),
		ready(what_does_not_fit_waits_for_the_doorbell),
		ready(a_host_that_does_not_read_is_not_read_from),
		ready(an_empty_ring_reads_0_and_stays_where_it_is),
		ready(an_overrun_of_the_ring_costs_the_link),
		ready(a_message_longer_than_the_ring_costs_the_link),
		ready(after_a_firmware_reset_ready_waits_for_host_and_recovery),
		ready(after_a_firmware_reset_the_host_may_come_first),
		ready(a_firmware_reset_under_the_hosts_own_needs_no_second_one),
		ready(a_message_half_read_at_a_firmware_reset_is_whole),
		ready(a_pulse_of_ready_costs_the_host_its_own),
		ready(a_pulse_ends_a_reset_that_lasts),
		ready(one_message_can_have_a_wrong_header),
		ready(an_overflow_is_seen_from_the_first_read_of_its_message_on),
		ready(a_reset_forgets_what_was_to_be_wrong),
		ready(nothing_is_taken_while_the_firmware_is_away),
		ready(power_on_takes_everything_back),
		ready(entering_d0i3_takes_no_time_and_interrupts_on_request),
		ready(a_command_of_d0i3_is_in_progress_until_it_is_done),
		fresh(restore_required_stands_after_power_on_until_the_host_has_cleared_it),
		ready(a_host_that_lost_its_power_in_d0i3_says_ready_again),
		ready(a_firmware_that_is_not_ready_is_in_reset),
		ready(the_shadow_of_trc_is_read_only),
		ready(a_message_in_d0i3_wakes_the_host),
		ready(legacy_power_gating_is_told_by_its_register),
		ready(what_is_held_waits_and_what_goes_ahead_does_not),
		ready(a_reset_forgets_what_was_held),
	};

	log_set_level(LOG_LEVEL_NONE);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
