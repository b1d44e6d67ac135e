// SPDX-License-Identifier: LGPL-2.1-or-later
/* Notifications of the mei-prov family, byte by byte as the kernel lays them
 * out: what is an event, and what is not.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <linux/genetlink.h>
#include <linux/mei_prov.h>

#include "libmeiprov/monitor.h"

#define FAMILY 0x1d

struct message {
	_Alignas(8) unsigned char data[512];
	size_t len;
};

static void put(struct message *m, const void *data, size_t len)
{
	memcpy(m->data + m->len, data, len);
	m->len += (len + 3) & ~(size_t)3;
}

static void begin(struct message *m, uint8_t command)
{
	struct genlmsghdr head = { .cmd = command, .version = 1 };

	memset(m, 0, sizeof(*m));
	m->len = sizeof(struct nlmsghdr);
	put(m, &head, sizeof(head));
}

static void attribute(struct message *m, uint16_t type, const void *data, size_t len)
{
	struct nlattr attr = { .nla_type = type, .nla_len = (uint16_t)(sizeof(attr) + len) };

	put(m, &attr, sizeof(attr));
	put(m, data, len);
}

static void number(struct message *m, uint16_t type, uint32_t value)
{
	attribute(m, type, &value, sizeof(value));
}

/* In a buffer of exactly its size. */
static int parse(struct message *m, struct meiprov_event *event)
{
	struct nlmsghdr head = { .nlmsg_len = (uint32_t)m->len, .nlmsg_type = FAMILY };
	void *copy = malloc(m->len);
	int ret;

	memcpy(m->data, &head, sizeof(head));
	memcpy(copy, m->data, m->len);
	ret = monitor_parse(copy, FAMILY, event);
	free(copy);
	return ret;
}

static void device_events_are_told_apart(void **state)
{
	static const struct {
		uint8_t command;
		enum meiprov_event_type type;
	} rows[] = {
		{ MEI_PROV_CMD_DEVICE_ADD_NTF, MEIPROV_EVENT_DEVICE_ADD },
		{ MEI_PROV_CMD_DEVICE_DEL_NTF, MEIPROV_EVENT_DEVICE_DEL },
		{ MEI_PROV_CMD_DEVICE_CHANGE_NTF, MEIPROV_EVENT_DEVICE_CHANGE },
	};
	struct meiprov_event event;
	struct message m;

	for (size_t i = 0; i < 3; i++) {
		begin(&m, rows[i].command);
		number(&m, MEI_PROV_A_DEVICE_INDEX, 3);
		attribute(&m, MEI_PROV_A_DEVICE_PARENT, "0000:00:16.0", 13);
		number(&m, MEI_PROV_A_DEVICE_LINK, MEI_PROV_LINK_UP);
		assert_int_equal(parse(&m, &event), 0);
		assert_int_equal(event.type, rows[i].type);
		assert_int_equal(event.index, 3);
		assert_true(event.link_up);
	}
}

static void state_event_carries_the_state(void **state)
{
	struct meiprov_event event;
	struct message m;

	begin(&m, MEI_PROV_CMD_STATE_NTF);
	number(&m, MEI_PROV_A_STATE_INDEX, 1);
	number(&m, MEI_PROV_A_STATE_PROVISIONING_STATE, 2);
	number(&m, MEI_PROV_A_STATE_CONTROL_MODE, 2);
	number(&m, MEI_PROV_A_STATE_LINK, MEI_PROV_LINK_UP);
	number(&m, MEI_PROV_A_STATE_AGE_MS, 5);
	number(&m, MEI_PROV_A_STATE_GENERATION, 9);
	assert_int_equal(parse(&m, &event), 0);
	assert_int_equal(event.type, MEIPROV_EVENT_STATE);
	assert_int_equal(event.index, 1);
	assert_true(event.state.has_provisioning);
	assert_int_equal(event.state.provisioning, MEIPROV_STATE_POST);
	assert_true(event.state.has_control);
	assert_int_equal(event.state.control, MEIPROV_CONTROL_ADMIN);
	assert_int_equal(event.state.generation, 9);
	assert_true(event.link_up);
}

static void state_never_seen_is_not_taken_for_pre(void **state)
{
	struct meiprov_event event;
	struct message m;

	begin(&m, MEI_PROV_CMD_STATE_NTF);
	number(&m, MEI_PROV_A_STATE_INDEX, 0);
	number(&m, MEI_PROV_A_STATE_LINK, MEI_PROV_LINK_DOWN);
	assert_int_equal(parse(&m, &event), 0);
	assert_false(event.state.has_provisioning);
	assert_false(event.state.has_control);
	assert_false(event.link_up);
}

static void attributes_of_a_newer_kernel_are_skipped(void **state)
{
	struct meiprov_event event;
	struct message m;

	begin(&m, MEI_PROV_CMD_DEVICE_ADD_NTF);
	number(&m, 200, 1);
	number(&m, MEI_PROV_A_DEVICE_INDEX, 4);
	assert_int_equal(parse(&m, &event), 0);
	assert_int_equal(event.index, 4);
}

static void other_messages_are_no_events(void **state)
{
	struct meiprov_event event;
	struct message m;

	begin(&m, MEI_PROV_CMD_DEVICE_GET);
	number(&m, MEI_PROV_A_DEVICE_INDEX, 1);
	assert_int_equal(parse(&m, &event), -ENOMSG);
	begin(&m, 99);
	assert_int_equal(parse(&m, &event), -ENOMSG);
	begin(&m, MEI_PROV_CMD_DEVICE_ADD_NTF);
	number(&m, MEI_PROV_A_DEVICE_INDEX, 1);
	assert_int_equal(parse(&m, &event), 0);
	assert_int_equal(monitor_parse((struct nlmsghdr *)m.data, FAMILY + 1, &event), -ENOMSG);
}

static void event_without_an_index_is_bad(void **state)
{
	struct meiprov_event event;
	struct message m;

	begin(&m, MEI_PROV_CMD_DEVICE_ADD_NTF);
	assert_int_equal(parse(&m, &event), -EBADMSG);
	begin(&m, MEI_PROV_CMD_STATE_NTF);
	attribute(&m, MEI_PROV_A_STATE_INDEX, "x", 1);
	assert_int_equal(parse(&m, &event), -EBADMSG);
}

static void message_cut_at_every_word_is_never_read_beyond_its_end(void **state)
{
	struct meiprov_event event;
	struct message m;
	size_t whole;

	begin(&m, MEI_PROV_CMD_STATE_NTF);
	number(&m, MEI_PROV_A_STATE_PROVISIONING_STATE, 2);
	number(&m, MEI_PROV_A_STATE_INDEX, 1);
	whole = m.len;
	for (m.len = sizeof(struct nlmsghdr); m.len < whole; m.len++) {
		int ret = parse(&m, &event);

		assert_true(ret == -ENOMSG || ret == -EBADMSG);
	}
	assert_int_equal(parse(&m, &event), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(device_events_are_told_apart),
		cmocka_unit_test(state_event_carries_the_state),
		cmocka_unit_test(state_never_seen_is_not_taken_for_pre),
		cmocka_unit_test(attributes_of_a_newer_kernel_are_skipped),
		cmocka_unit_test(other_messages_are_no_events),
		cmocka_unit_test(event_without_an_index_is_bad),
		cmocka_unit_test(message_cut_at_every_word_is_never_read_beyond_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
