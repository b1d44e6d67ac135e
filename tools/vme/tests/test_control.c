// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The control socket of a whole virtual ME: verbs, events, and peers that send
 * pieces, rubbish, or do not read.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>
#include <jansson.h>
#include "tools/vme/amt.h"
#include "tools/vme/amthi_dev.h"
#include "tools/vme/log.h"
#include "tools/vme/me_dev.h"
#include "tools/vme/tests/test_control_rig.h"
#include "tools/vme/tests/test_host.h"

/* --- verbs --- */

static void status_shows_the_state_and_no_secret(void **state)
{
	struct rig *rig = *state;
	json_t *status;
	char *text;

	assert_int_equal(amt_set_otp(rig->vme->amt, "tellnobody", 10), 0);
	works(rig, "set mebx-password Secret1!");
	status = run(rig, "status", NULL);
	assert_string_equal(json_string_value(json_object_get(status, "state")), "PRE");
	assert_int_equal(json_integer_value(json_object_get(status, "otp_length")), 10);
	assert_true(json_is_false(json_object_get(status, "mebx_default")));
	assert_true(json_is_object(json_object_get(status, "link")));
	text = json_dumps(status, 0);
	assert_null(strstr(text, "tellnobody"));
	assert_null(strstr(text, "Secret1!"));
	assert_null(strstr(text, rig->vme->amt->local_password));
	free(text);
	json_decref(status);
	refused(rig, "get mebx-password", "secret");
}

static void hashes_are_listed_added_changed_and_deleted(void **state)
{
	static const char add[] =
		"hash add root,sha256,"
		"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff,inactive";
	struct rig *rig = *state;
	const struct amt_hash *hash;
	json_t *rows;

	works(rig, add);
	refused(rig, add, "already");
	hash = amt_hash_find(rig->vme->amt, 20);
	assert_non_null(hash);
	assert_false(hash->is_active);
	works(rig, "hash enable 20");
	assert_true(amt_hash_find(rig->vme->amt, 20)->is_active);
	rows = run(rig, "hash list", NULL);
	assert_int_equal(json_array_size(rows), rig->vme->amt->hash_count);
	json_decref(rows);
	works(rig, "hash delete 20");
	assert_null(amt_hash_find(rig->vme->amt, 20));
	refused(rig, "hash delete 20", "no hash");
	refused(rig, "hash delete 0", "came with the firmware");
	works(rig, "hash disable 0");
	refused(rig, "hash add short,sha256,00", "not NAME");
	refused(rig, "hash enable x", "no hash");
}

static void the_window_can_be_ended(void **state)
{
	struct rig *rig = *state;

	refused(rig, "window end", "no window");
	rig->vme->amt->cert = X509_new();
	assert_int_equal(amt_start(rig->vme->amt, false), 0);
	works(rig, "window end");
	assert_false(rig->vme->amt->window_open);
	works(rig, "unprovision");
	assert_int_equal(rig->vme->amt->state, AMT_PRE);
	works(rig, "power-on");
}

static void the_firmware_can_be_reset(void **state)
{
	struct rig *rig = *state;
	struct heci *heci = me_dev_heci(rig->vme->me);

	host_reset(heci);
	works(rig, "reset --recovery-ms 0");
	assert_false(heci_read(heci, R_ME_CSR) & B_RDY);
	host_reset(heci);
	works(rig, "reset --never");
	host_set(heci, B_RST, 0);
	assert_false(heci_read(heci, R_ME_CSR) & B_RDY);
	works(rig, "reset --pulse");
	assert_true(heci_read(heci, R_ME_CSR) & B_RDY);
	assert_false(host_csr(heci) & B_RDY);
	refused(rig, "reset --sometimes", "--never");
	refused(rig, "reset --recovery-ms x", "--never");
	refused(rig, "reset --recovery-ms", "--never");
}

static void bus_up(struct rig *rig)
{
	struct heci *heci = me_dev_heci(rig->vme->me);
	struct host_message got;

	host_reset(heci);
	host_bus(heci, 0x01, 0, 2, 2);
	assert_true(host_read(heci, &got));
	host_bus(heci, 0x04, 3, 0, 0);
	assert_true(host_read(heci, &got));
}

static void clients_come_and_go(void **state)
{
	struct rig *rig = *state;
	struct heci *heci = me_dev_heci(rig->vme->me);
	struct host_message got;
	json_t *rows;

	bus_up(rig);
	works(rig, "client add watchdog");
	assert_true(host_read(heci, &got));
	assert_int_equal(got.data[0], 0x0f);
	assert_int_equal(got.data[1], MNG_ADDRESS);
	refused(rig, "client add watchdog", "already");
	works(rig, "client add mkhi");
	assert_true(host_read(heci, &got));
	assert_true(host_read(heci, &got));
	assert_int_equal(got.data[1], MKHI_FIXUP_ADDRESS);
	rows = run(rig, "client list", NULL);
	assert_int_equal(json_array_size(rows), 3);
	json_decref(rows);
	works(rig, "client remove amthi");
	works(rig, "client remove mkhi");
	refused(rig, "client remove mkhi", "no such client");
	assert_false(hbm_has_client(me_dev_hbm(rig->vme->me), MKHI_FIXUP_ADDRESS));
	works(rig, "client add amthi");
	refused(rig, "client disconnect amthi", "nobody");
	refused(rig, "client add lms", "usage");
	refused(rig, "client greet amthi", "listed");
}

static void programs_that_ask_are_told_of_events(void **state)
{
	struct rig *rig = *state;
	struct heci *heci = me_dev_heci(rig->vme->me);

	bus_up(rig);
	refused(rig, "client notify amthi", "wants to be told");
	host_bus(heci, 0x06, AMTHI_ADDRESS, 1, 0);
	host_wants(heci, 0x86, AMTHI_ADDRESS, 1, 0);
	host_wants(heci, 0x08, AMTHI_ADDRESS, 1, 0, 0, 0, 0, 0);
	refused(rig, "client notify amthi", "wants to be told");
	host_bus(heci, 0x10, AMTHI_ADDRESS, 1, 1);
	host_wants(heci, 0x90, AMTHI_ADDRESS, 1, 0, 1, 0, 0, 0);
	works(rig, "client notify amthi");
	host_wants(heci, 0x11, AMTHI_ADDRESS, 1, 0);
}

static void the_bus_can_be_stopped_when_it_runs(void **state)
{
	struct rig *rig = *state;

	refused(rig, "bus stop", "not started");
	bus_up(rig);
	works(rig, "bus stop");
	host_wants(me_dev_heci(rig->vme->me), 0x03, 0, 0, 0);
}

static void faults_are_ordered_listed_and_cleared(void **state)
{
	struct rig *rig = *state;
	json_t *rows;

	works(rig, "fault add amthi:2a drop nth=3 forever");
	works(rig, "fault add connect busy");
	rows = run(rig, "fault list", NULL);
	assert_int_equal(json_array_size(rows), 2);
	assert_string_equal(json_string_value(json_object_get(json_array_get(rows, 0), "times")),
			    "forever");
	json_decref(rows);
	works(rig, "fault clear");
	rows = run(rig, "fault list", NULL);
	assert_int_equal(json_array_size(rows), 0);
	json_decref(rows);
	refused(rig, "fault add connect explode", "no action");
	refused(rig, "fault add connect", "usage");
}

static void unknown_verbs_are_refused_by_name(void **state)
{
	refused(*state, "dance", "no verb \"dance\"");
	refused(*state, "hash dance", "no verb \"hash dance\"");
	refused(*state, "hash", "no verb");
	refused(*state, "status now", "usage: status");
}

/* --- events --- */

static void wants_event(struct rig *rig, const char *name, const char *value)
{
	json_t *message = hear(rig);
	json_t *event = json_object_get(message, "event");
	const char *got = json_string_value(json_object_get(event, name));

	assert_non_null(event);
	assert_int_equal(json_integer_value(json_object_get(message, "id")), 42);
	assert_string_equal(got ? got : "nothing", value);
	json_decref(message);
}

static void a_watcher_hears_until_its_next_request(void **state)
{
	struct rig *rig = *state;
	struct heci *heci = me_dev_heci(rig->vme->me);
	json_t *message;

	works(rig, "events");
	host_reset(heci);
	wants_event(rig, "by", "host");
	host_bus(heci, 0x06, 7, 1, 0);
	wants_event(rig, "type", "connect");
	host_bus(heci, 0x07, 7, 1, 0);
	wants_event(rig, "type", "disconnect");
	amt_changed(rig->vme->amt, AMT_CHANGED_STATE);
	wants_event(rig, "type", "change");
	works(rig, "get ztc");
	host_reset(heci);
	message = hear(rig);
	assert_null(message);
}

static void a_watcher_that_does_not_read_loses_events_and_is_told(void **state)
{
	struct rig *rig = *state;
	int i, lost = 0;
	json_t *message;

	works(rig, "events");
	for (i = 0; i < 20000; i++) {
		amt_changed(rig->vme->amt, AMT_CHANGED_STATE);
		if (i % 100 == 0)
			turn(rig);
	}
	take(rig);
	amt_changed(rig->vme->amt, AMT_CHANGED_STATE);
	while ((message = hear(rig))) {
		json_t *event = json_object_get(message, "event");

		if (!strcmp(json_string_value(json_object_get(event, "type")), "lost"))
			lost += (int)json_integer_value(json_object_get(event, "count"));
		else
			i--;
		json_decref(message);
	}
	assert_true(lost > 0);
	assert_int_equal(i + 1, lost);
}

/* --- lines --- */

static void lines_may_come_in_pieces_and_several_at_once(void **state)
{
	struct rig *rig = *state;
	json_t *message;
	int id;

	say(rig, "\n\n{\"id\": 1, \"ar");
	message = hear(rig);
	assert_null(message);
	say(rig, "gs\": [\"get\", \"ztc\"]}\n{\"id\": 2, \"args\": [\"get\", \"ztc\"]}\n");
	for (id = 1; id <= 2; id++) {
		message = hear(rig);
		assert_int_equal(json_integer_value(json_object_get(message, "id")), id);
		json_decref(message);
	}
}

static void wants_complaint(struct rig *rig, const char *line, const char *because)
{
	json_t *message;
	const char *error;

	say(rig, line);
	say(rig, "\n");
	message = hear(rig);
	error = json_string_value(json_object_get(message, "error"));
	if (!error || !strstr(error, because))
		fail_msg("%.40s: %s", line, error ? error : "no complaint");
	json_decref(message);
}

static void rubbish_is_answered_and_the_line_goes_on(void **state)
{
	struct rig *rig = *state;

	wants_complaint(rig, "hello", "not JSON");
	wants_complaint(rig, "\xff\xfe", "not JSON");
	wants_complaint(rig, "[]", "a request is");
	wants_complaint(rig, "{}", "a request is");
	wants_complaint(rig, "{\"id\": \"x\", \"args\": [\"status\"]}", "a request is");
	wants_complaint(rig, "{\"id\": 1, \"args\": []}", "a request is");
	wants_complaint(rig, "{\"id\": 1, \"args\": [1]}", "a request is");
	wants_complaint(rig,
			"{\"id\": 1, \"args\": [\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\","
			"\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\"]}",
			"a request is");
	wants_text(rig, "get ztc", "on");
}

static void a_line_without_end_is_dropped_up_to_its_end(void **state)
{
	struct rig *rig = *state;
	char block[4097];
	int i;

	memset(block, 'x', sizeof(block) - 1);
	block[4096] = '\0';
	for (i = 0; i < 32; i++)
		say(rig, block);
	wants_complaint(rig, "", "too long");
	wants_text(rig, "get ztc", "on");
}

static void several_peers_are_served(void **state)
{
	struct rig *rig = *state;
	int first = rig->peer, extra[20], i;
	char byte;

	rig->peer = dial(rig->control);
	wants_text(rig, "get ztc", "on");
	close(rig->peer);
	rig->peer = first;
	wants_text(rig, "get ztc", "on");
	for (i = 0; i < 20; i++) {
		extra[i] = dial(rig->control);
		turn(rig);
	}
	assert_int_equal(recv(extra[19], &byte, 1, MSG_DONTWAIT), 0);
	for (i = 0; i < 20; i++)
		close(extra[i]);
	wants_text(rig, "get ztc", "on");
}

static void a_second_virtual_me_on_the_socket_is_refused(void **state)
{
	struct rig *rig = *state;
	char why[CONFIG_WHY_MAX] = "";
	struct vme_config config;
	struct vme *second;

	assert_int_equal(config_init(&config), 0);
	assert_int_equal(config_set(&config, "control", rig->control, why), 0);
	second = vme_new(&config, why);
	log_set_level(LOG_LEVEL_NONE);
	assert_null(second);
	assert_non_null(strstr(why, "in use"));
	wants_text(rig, "get ztc", "on");
}

#define promise(test) cmocka_unit_test_setup_teardown(test, rig_setup, rig_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		promise(status_shows_the_state_and_no_secret),
		promise(hashes_are_listed_added_changed_and_deleted),
		promise(the_window_can_be_ended),
		promise(the_firmware_can_be_reset),
		promise(clients_come_and_go),
		promise(programs_that_ask_are_told_of_events),
		promise(the_bus_can_be_stopped_when_it_runs),
		promise(faults_are_ordered_listed_and_cleared),
		promise(unknown_verbs_are_refused_by_name),
		promise(a_watcher_hears_until_its_next_request),
		promise(a_watcher_that_does_not_read_loses_events_and_is_told),
		promise(lines_may_come_in_pieces_and_several_at_once),
		promise(rubbish_is_answered_and_the_line_goes_on),
		promise(a_line_without_end_is_dropped_up_to_its_end),
		promise(several_peers_are_served),
		promise(a_second_virtual_me_on_the_socket_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
