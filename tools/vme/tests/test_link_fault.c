// SPDX-License-Identifier: GPL-2.0-or-later
/* Scripts of faults of the host side, played; and that every fault is in some script. */
#include <glob.h>
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
#include "tools/vme/tests/test_host.h"

#define ME	     AMTHI_ADDRESS
#define SCRIPTS	     "selftests/faults/"
#define SCRIPT(name) SCRIPTS name ".faults"

static const uint8_t get_state[] = { 1, 1, 0, 0, 0x11, 0, 0, 4, 0, 0, 0, 0 };
static const uint8_t state_reply[] = { 1, 1, 0, 0, 0x11, 0, 0x80, 4, 8, 0,
				       0, 0, 0, 0, 0,	 0, 0,	  0, 0, 0 };

struct rig {
	struct event_base *base;
	struct amt *amt;
	struct fault_list faults;
	struct me_dev *me;
	struct hbm_fault *hbm_fault;
	struct amthi_dev *amthi;
	struct heci *heci;
};

static int setup(void **state)
{
	const struct me_dev_config me = { .device_id = 0x9de0, .hbm_major = 2 };
	const struct amthi_config amthi = { .max_connections = 1, .mtu = 5120 };
	struct rig *rig = test_calloc(1, sizeof(*rig));

	rig->base = event_base_new();
	rig->amt = amt_new(rig->base);
	fault_list_init(&rig->faults);
	rig->me = me_dev_new(rig->base, &me, NULL);
	rig->hbm_fault = hbm_fault_new(rig->base, rig->me, &rig->faults, NULL);
	rig->amthi = amthi_dev_new(rig->me, rig->amt, &amthi, &rig->faults, NULL);
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

static void turn(struct rig *rig)
{
	event_base_loop(rig->base, EVLOOP_NONBLOCK);
}

static void wait_ms(struct rig *rig, long ms)
{
	const struct timespec ts = { 0, ms * 1000000 };

	nanosleep(&ts, NULL);
	turn(rig);
}

static void play(struct rig *rig, const char *script)
{
	char why[FAULT_WHY_MAX];

	if (fault_load(&rig->faults, script, why))
		fail_msg("%s", why);
}

static void connect_host(struct rig *rig)
{
	host_bus(rig->heci, 0x06, ME, 1, 0);
	host_wants(rig->heci, 0x86, ME, 1, 0);
	host_wants(rig->heci, 0x08, ME, 1, 0, 0, 0, 0, 0);
}

static void wants_credit(struct rig *rig)
{
	host_wants(rig->heci, 0x08, ME, 1, 0, 0, 0, 0, 0);
}

static void send_request(struct rig *rig)
{
	host_write(rig->heci, ME, 1, get_state, sizeof(get_state), true);
	host_bus(rig->heci, 0x08, ME, 1, 0, 0, 0, 0, 0);
	turn(rig);
}

/* The next message is the reply, @len bytes of it, with one byte changed. */
static void wants_reply(struct rig *rig, size_t len, size_t at, uint8_t change)
{
	uint8_t want[sizeof(state_reply)];
	struct host_message message;

	memcpy(want, state_reply, sizeof(want));
	want[at] ^= change;
	assert_true(host_read(rig->heci, &message));
	assert_int_equal(message.me, ME);
	assert_int_equal(message.len, len);
	assert_memory_equal(message.data, want, len);
}

static bool is_ready(const struct rig *rig)
{
	return heci_read(rig->heci, R_ME_CSR) & B_RDY;
}

static void replies_are_garbled_as_the_script_says(void **state)
{
	struct rig *rig = *state;

	play(rig, SCRIPT("replies-garbled"));
	connect_host(rig);
	send_request(rig);
	wants_credit(rig);
	wants_reply(rig, 20, 4, 1);
	send_request(rig);
	wants_credit(rig);
	wants_reply(rig, 16, 0, 0);
	send_request(rig);
	wants_credit(rig);
	wants_reply(rig, 20, 12, 1);
	send_request(rig);
	wants_credit(rig);
	wants_reply(rig, 20, 0, 0);
	host_bus(rig->heci, 0x08, ME, 1, 0, 0, 0, 0, 0);
	turn(rig);
	wants_reply(rig, 20, 0, 0);
	send_request(rig);
	wants_reply(rig, 20, 0, 0);
	host_expect_nothing(rig->heci);
}

static void wants_bytes(struct rig *rig, const uint8_t *bytes, size_t len)
{
	struct host_message message;

	assert_true(host_read(rig->heci, &message));
	assert_int_equal(message.len, len);
	assert_memory_equal(message.data, bytes, len);
}

static void replies_are_late_long_or_nothing_as_the_script_says(void **state)
{
	uint8_t padded[sizeof(state_reply) + 4];
	struct rig *rig = *state;

	memcpy(padded, state_reply, sizeof(state_reply));
	memset(padded + sizeof(state_reply), 0xee, 4);
	play(rig, SCRIPT("replies-odd"));
	connect_host(rig);
	send_request(rig);
	wants_credit(rig);
	host_expect_nothing(rig->heci);
	wait_ms(rig, 60);
	wants_reply(rig, 20, 0, 0);
	send_request(rig);
	wants_credit(rig);
	wants_bytes(rig, padded, sizeof(padded));
	send_request(rig);
	wants_credit(rig);
	wants_bytes(rig, (const uint8_t[]){ 0x0b, 0xad, 0xca, 0xfe }, 4);
	send_request(rig);
	wants_credit(rig);
	wants_reply(rig, 20, 0, 0);
}

static void ask_connect(struct rig *rig)
{
	host_bus(rig->heci, 0x06, ME, 1, 0);
	turn(rig);
}

static void connects_go_wrong_as_the_script_says(void **state)
{
	struct rig *rig = *state;

	play(rig, SCRIPT("connects"));
	ask_connect(rig);
	host_wants(rig->heci, 0x86, ME, 1, 3);
	ask_connect(rig);
	host_expect_nothing(rig->heci);
	host_bus(rig->heci, 0x07, ME, 1, 0);
	host_wants(rig->heci, 0x87, ME, 1, 0);
	ask_connect(rig);
	host_expect_nothing(rig->heci);
	wait_ms(rig, 40);
	host_wants(rig->heci, 0x86, ME, 1, 0);
	wants_credit(rig);
	host_bus(rig->heci, 0x07, ME, 1, 0);
	host_wants(rig->heci, 0x87, ME, 1, 0);
	ask_connect(rig);
	host_wants(rig->heci, 0x86, ME, 1, 0);
	host_expect_nothing(rig->heci);
}

static void the_bus_goes_wrong_as_the_script_says(void **state)
{
	struct rig *rig = *state;

	play(rig, SCRIPT("bus"));
	ask_connect(rig);
	host_wants(rig->heci, 0x86, ME, 1, 1);
	host_expect_nothing(rig->heci);
	ask_connect(rig);
	host_expect_nothing(rig->heci);
	wait_ms(rig, 40);
	host_wants(rig->heci, 0x86, ME, 1, 0);
	wants_credit(rig);
	host_bus(rig->heci, 0x07, ME, 1, 0);
	host_expect_nothing(rig->heci);
	assert_int_equal(hbm_connections(me_dev_hbm(rig->me), ME), 0);
	host_bus(rig->heci, 0x06, ME, 1, 0);
	assert_false(is_ready(rig));
}

static void the_link_resets_as_the_script_says(void **state)
{
	struct rig *rig = *state;

	amthi_dev_set_recovery(rig->amthi, 0);
	play(rig, SCRIPT("link-resets"));
	connect_host(rig);
	send_request(rig);
	assert_false(is_ready(rig));
	turn(rig);
	host_reset(rig->heci);
	host_bus(rig->heci, 0x06, ME, 1, 0);
	assert_false(is_ready(rig));
	host_set(rig->heci, B_RST | B_IG, 0);
	turn(rig);
	assert_false(is_ready(rig));
	wait_ms(rig, 60);
	assert_true(is_ready(rig));
	host_ack(rig->heci);
	host_set(rig->heci, B_IG, B_RST);
	host_set(rig->heci, B_RDY | B_IG | B_IE, 0);
	connect_host(rig);
}

static void a_pulse_of_ready_is_over_before_it_is_seen_as_the_script_says(void **state)
{
	struct rig *rig = *state;

	play(rig, SCRIPT("rdy-pulse"));
	connect_host(rig);
	send_request(rig);
	wants_credit(rig);
	wants_reply(rig, 20, 0, 0);
	send_request(rig);
	assert_true(is_ready(rig));
	assert_false(host_csr(rig->heci) & B_RDY);
	host_reset(rig->heci);
	connect_host(rig);
}

/* Its header as it came; all the ring holds is taken. */
static uint32_t take_header(struct rig *rig)
{
	uint32_t header = heci_read(rig->heci, R_ME_CB_RW);

	while (host_fill(rig->heci) && host_fill(rig->heci) <= HECI_DEPTH)
		heci_read(rig->heci, R_ME_CB_RW);
	return header;
}

static void the_ring_is_wrong_as_the_script_says(void **state)
{
	struct rig *rig = *state;

	play(rig, SCRIPT("ring"));
	connect_host(rig);
	send_request(rig);
	wants_credit(rig);
	assert_int_equal(take_header(rig), 0x82140107);
	host_set(rig->heci, B_IG, 0);
	send_request(rig);
	wants_credit(rig);
	assert_int_equal(take_header(rig), 0x81140107);
	host_bus(rig->heci, 0x06, ME, 2, 0);
	assert_int_equal(take_header(rig), 0);
	host_bus(rig->heci, 0x07, ME, 1, 0);
	assert_int_equal(take_header(rig), 0x80040000);
	assert_true(host_fill(rig->heci) > HECI_DEPTH);
	host_reset(rig->heci);
	connect_host(rig);
}

static void other_answers_come_on_the_bus_as_the_script_says(void **state)
{
	struct rig *rig = *state;

	play(rig, SCRIPT("bus-garbled"));
	connect_host(rig);
	host_bus(rig->heci, 0x07, ME, 1, 0);
	host_wants(rig->heci, 0x82, 0, 0, 0);
	ask_connect(rig);
	host_wants(rig->heci, 0x93, 0, 0, 0);
	host_expect_nothing(rig->heci);
}

static void firmware_that_is_never_ready_stays_so(void **state)
{
	struct rig *rig = *state;

	play(rig, SCRIPT("never-ready"));
	connect_host(rig);
	send_request(rig);
	wants_credit(rig);
	wants_reply(rig, 20, 0, 0);
	send_request(rig);
	wait_ms(rig, 30);
	assert_false(is_ready(rig));
	host_set(rig->heci, B_RST | B_IG, 0);
	wait_ms(rig, 30);
	assert_false(is_ready(rig));
}

/* What it looks like from outside is test_vfio.c's to show. */
static void a_device_that_vanishes_ends_its_connection(void **state)
{
	struct rig *rig = *state;

	play(rig, SCRIPT("vanish"));
	connect_host(rig);
	send_request(rig);
	wants_credit(rig);
	wants_reply(rig, 20, 0, 0);
	send_request(rig);
	assert_false(is_ready(rig));
	assert_int_equal(hbm_connections(me_dev_hbm(rig->me), ME), 0);
}

/* --- the collection --- */

static const char *const events[] = {
	"connect",	   "amthi:",	     "hbm:",	     "hello",
	"port:setup",	   "port:operation", "tls:accept",   "tls:hello",
	"tls:certificate", "tls:open",	     "http:request", "wsman:",
};

#define EVENTS (sizeof(events) / sizeof(events[0]))

static uint32_t event_bit(const struct fault *fault)
{
	size_t i;

	for (i = 0; i < EVENTS; i++)
		if (!strncmp(fault->event, events[i], strlen(events[i])))
			return 1u << i;
	fail_msg("%s: an event this test does not know", fault->event);
	return 0;
}

static uint32_t actions_in(const char *path, uint32_t *known)
{
	struct fault_list list;
	char why[FAULT_WHY_MAX];
	struct fault *fault;
	uint32_t bits = 0;

	fault_list_init(&list);
	if (fault_load(&list, path, why))
		fail_msg("%s", why);
	assert_false(STAILQ_EMPTY(&list.faults));
	STAILQ_FOREACH(fault, &list.faults, list) {
		bits |= 1u << fault->action;
		*known |= event_bit(fault);
	}
	fault_list_clear(&list);
	return bits;
}

static void every_script_is_read_and_every_event_and_fault_is_in_one(void **state)
{
	uint32_t bits = 0, known = 0;
	glob_t found;
	size_t i;
	int action;

	assert_int_equal(glob(SCRIPTS "*.faults", 0, NULL, &found), 0);
	for (i = 0; i < found.gl_pathc; i++)
		bits |= actions_in(found.gl_pathv[i], &known);
	globfree(&found);
	for (action = FAULT_NONE + 1; action < FAULT_ACTIONS; action++)
		if (!(bits >> action & 1))
			fail_msg("action %d is in no script", action);
	for (i = 0; i < EVENTS; i++)
		if (!(known >> i & 1))
			fail_msg("event %s is in no script", events[i]);
}

#define promise(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		promise(replies_are_garbled_as_the_script_says),
		promise(replies_are_late_long_or_nothing_as_the_script_says),
		promise(connects_go_wrong_as_the_script_says),
		promise(the_bus_goes_wrong_as_the_script_says),
		promise(the_link_resets_as_the_script_says),
		promise(a_pulse_of_ready_is_over_before_it_is_seen_as_the_script_says),
		promise(the_ring_is_wrong_as_the_script_says),
		promise(other_answers_come_on_the_bus_as_the_script_says),
		promise(firmware_that_is_never_ready_stays_so),
		promise(a_device_that_vanishes_ends_its_connection),
		cmocka_unit_test(every_script_is_read_and_every_event_and_fault_is_in_one),
	};

	log_set_level(LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
