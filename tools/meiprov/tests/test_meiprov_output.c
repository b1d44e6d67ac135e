// SPDX-License-Identifier: GPL-2.0-or-later
/* What the tool prints, letter for letter, in both forms. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tools/meiprov/exit.h"
#include "tools/meiprov/output.h"

/* Two streams that end up in memory. */
struct sink {
	FILE *out, *diagnostics;
	char *text, *diagnostics_text;
	size_t len, diagnostics_len;
};

static void sink_open(struct sink *s)
{
	memset(s, 0, sizeof(*s));
	s->out = open_memstream(&s->text, &s->len);
	s->diagnostics = open_memstream(&s->diagnostics_text, &s->diagnostics_len);
	assert_true(s->out && s->diagnostics);
}

static void sink_expect(struct sink *s, const char *text, const char *diagnostics)
{
	fclose(s->out);
	fclose(s->diagnostics);
	assert_string_equal(s->text, text);
	assert_string_equal(s->diagnostics_text, diagnostics);
	free(s->text);
	free(s->diagnostics_text);
}

static const struct meiprov_info info = {
	.index = 0,
	.link_up = true,
	.has_versions = true,
	.has_uuid = true,
	.uuid = { 0x4b, 0x52, 0x9b, 0x93, 0xd4, 0x13, 0x18, 0x1d, 0xe4, 0x87, 0x1c, 0x69, 0x7a,
		  0x6b, 0x7a, 0x2b },
	.transport = "chardev",
	.node = "/dev/meiprov0",
	.parent = "0000:00:16.0",
	.bios = "N1EETA2W (1.75 )",
	.version_count = 2,
	.versions = { { "Flash", "11.8.93" }, { "AMT", "11.8.93" } },
};

static void info_in_both_forms(void **state)
{
	struct sink s;

	sink_open(&s);
	output_plain.info(s.out, &info, true);
	sink_expect(&s,
		    "device              /dev/meiprov0\n"
		    "parent              0000:00:16.0\n"
		    "link                up\n"
		    "UUID                939b524b-13d4-1d18-e487-1c697a6b7a2b\n"
		    "AMT                 11.8.93\n"
		    "BIOS                N1EETA2W (1.75 )\n"
		    "Flash               11.8.93\n",
		    "");
	sink_open(&s);
	output_plain.info(s.out, &info, false);
	sink_expect(&s,
		    "device              /dev/meiprov0\n"
		    "parent              0000:00:16.0\n"
		    "link                up\n"
		    "UUID                939b524b...\n"
		    "AMT                 11.8.93\n"
		    "BIOS                N1EETA2W (1.75 )\n"
		    "Flash               11.8.93\n",
		    "");
	sink_open(&s);
	output_json.info(s.out, &info, false);
	sink_expect(&s,
		    "{\n"
		    "  \"schema\": \"meiprov/0\",\n"
		    "  \"command\": \"info\",\n"
		    "  \"device\": 0,\n"
		    "  \"transport\": \"chardev\",\n"
		    "  \"node\": \"/dev/meiprov0\",\n"
		    "  \"parent\": \"0000:00:16.0\",\n"
		    "  \"link\": \"up\",\n"
		    "  \"uuid\": \"939b524b-13d4-1d18-e487-1c697a6b7a2b\",\n"
		    "  \"bios\": \"N1EETA2W (1.75 )\",\n"
		    "  \"versions\": {\n"
		    "    \"Flash\": \"11.8.93\",\n"
		    "    \"AMT\": \"11.8.93\"\n"
		    "  }\n"
		    "}\n",
		    "");
}

static void what_the_firmware_did_not_give_is_said(void **state)
{
	static const struct meiprov_info nothing = { .index = -1,
						     .transport = "mei",
						     .node = "/dev/mei0" };
	struct sink s;

	sink_open(&s);
	output_plain.info(s.out, &nothing, false);
	sink_expect(&s,
		    "device              /dev/mei0\n"
		    "parent              not known\n"
		    "link                down\n"
		    "UUID                not given by the firmware\n"
		    "versions            not given by the firmware\n",
		    "");
	sink_open(&s);
	output_json.info(s.out, &nothing, false);
	sink_expect(&s,
		    "{\n"
		    "  \"schema\": \"meiprov/0\",\n"
		    "  \"command\": \"info\",\n"
		    "  \"device\": null,\n"
		    "  \"transport\": \"mei\",\n"
		    "  \"node\": \"/dev/mei0\",\n"
		    "  \"parent\": \"\",\n"
		    "  \"link\": \"down\",\n"
		    "  \"uuid\": null,\n"
		    "  \"bios\": null,\n"
		    "  \"versions\": null\n"
		    "}\n",
		    "");
}

static void state_in_both_forms(void **state)
{
	static const struct meiprov_state in = { .has_provisioning = true,
						 .provisioning = 1,
						 .has_control = true,
						 .control = 7,
						 .generation = 5 };
	static const struct meiprov_state none = { 0 };
	struct sink s;

	sink_open(&s);
	output_plain.state(s.out, &in);
	sink_expect(&s,
		    "provisioning state  IN (1)\n"
		    "control mode        unknown (7)\n",
		    "");
	sink_open(&s);
	output_json.state(s.out, &in);
	sink_expect(&s,
		    "{\n"
		    "  \"schema\": \"meiprov/0\",\n"
		    "  \"command\": \"state\",\n"
		    "  \"provisioning\": \"IN\",\n"
		    "  \"provisioning_number\": 1,\n"
		    "  \"control\": \"unknown\",\n"
		    "  \"control_number\": 7,\n"
		    "  \"generation\": 5\n"
		    "}\n",
		    "");
	sink_open(&s);
	output_json.state(s.out, &none);
	sink_expect(&s,
		    "{\n"
		    "  \"schema\": \"meiprov/0\",\n"
		    "  \"command\": \"state\",\n"
		    "  \"provisioning\": null,\n"
		    "  \"provisioning_number\": null,\n"
		    "  \"control\": null,\n"
		    "  \"control_number\": null,\n"
		    "  \"generation\": 0\n"
		    "}\n",
		    "");
}

static void hashes_in_both_forms(void **state)
{
	static const struct meiprov_hash hashes[] = {
		{ .handle = 0,
		  .is_default = true,
		  .is_active = true,
		  .algorithm = 1,
		  .digest_len = 20,
		  .digest = { 0xad, 0x7e, 0x1c, 0x28 },
		  .name = "Starfield" },
		{ .handle = 23, .algorithm = 9, .digest = { 0xff }, .name = "mine" },
	};
	struct sink s;

	sink_open(&s);
	output_plain.hashes(s.out, "hash list", hashes, 2);
	sink_expect(&s,
		    "handle  state     origin   hash     name\n"
		    "     0  active    default  SHA-1    Starfield\n"
		    "        ad7e1c2800000000000000000000000000000000\n"
		    "    23  inactive  custom   unknown  mine\n"
		    "        ff00000000000000000000000000000000000000000000000000000000000000"
		    "0000000000000000000000000000000000000000000000000000000000000000"
		    "  (algorithm 9, as received)\n"
		    "2 in all, 1 active\n",
		    "");
	sink_open(&s);
	output_json.hashes(s.out, "hash list", hashes, 1);
	sink_expect(&s,
		    "{\n"
		    "  \"schema\": \"meiprov/0\",\n"
		    "  \"command\": \"hash list\",\n"
		    "  \"hashes\": [\n"
		    "    {\n"
		    "      \"handle\": 0,\n"
		    "      \"name\": \"Starfield\",\n"
		    "      \"active\": true,\n"
		    "      \"default\": true,\n"
		    "      \"algorithm\": \"SHA-1\",\n"
		    "      \"algorithm_number\": 1,\n"
		    "      \"digest\": \"ad7e1c2800000000000000000000000000000000\"\n"
		    "    }\n"
		    "  ]\n"
		    "}\n",
		    "");
	sink_open(&s);
	output_json.hashes(s.out, "hash list", NULL, 0);
	sink_expect(&s,
		    "{\n"
		    "  \"schema\": \"meiprov/0\",\n"
		    "  \"command\": \"hash list\",\n"
		    "  \"hashes\": []\n"
		    "}\n",
		    "");
}

static void small_answers_in_both_forms(void **state)
{
	struct sink s;

	sink_open(&s);
	output_plain.ztc(s.out, true);
	output_plain.done(s.out, "stop", "configuration is stopped");
	output_plain.otp(s.out, "ABCDEFGH");
	output_plain.version(s.out, "1.2");
	sink_expect(&s,
		    "ZTC mode            enabled\n"
		    "configuration is stopped\n"
		    "ABCDEFGH\n"
		    "meiprov 1.2\n",
		    "");
	sink_open(&s);
	output_json.ztc(s.out, false);
	output_json.done(s.out, "stop", "configuration is stopped");
	sink_expect(&s,
		    "{\n"
		    "  \"schema\": \"meiprov/0\",\n"
		    "  \"command\": \"ztc get\",\n"
		    "  \"enabled\": false\n"
		    "}\n"
		    "{\n"
		    "  \"schema\": \"meiprov/0\",\n"
		    "  \"command\": \"stop\",\n"
		    "  \"done\": true\n"
		    "}\n",
		    "");
}

static void every_event_is_one_line_in_both_forms(void **state)
{
	static const struct meiprov_event events[] = {
		{ .type = MEIPROV_EVENT_DEVICE_ADD, .index = 0, .link_up = true },
		{ .type = MEIPROV_EVENT_DEVICE_CHANGE, .index = 0 },
		{ .type = MEIPROV_EVENT_STATE,
		  .index = 1,
		  .link_up = true,
		  .state = { .has_provisioning = true,
			     .provisioning = 2,
			     .has_control = true,
			     .control = 2,
			     .generation = 3 } },
		{ .type = MEIPROV_EVENT_DEVICE_DEL, .index = 1 },
		{ .type = MEIPROV_EVENT_LOST, .index = -1 },
	};
	struct sink s;

	sink_open(&s);
	for (size_t i = 0; i < 5; i++)
		output_plain.event(s.out, &events[i]);
	sink_expect(&s,
		    "meiprov0: added, link up\n"
		    "meiprov0: changed, link down\n"
		    "meiprov1: state POST (2), control mode admin (2)\n"
		    "meiprov1: gone, link down\n"
		    "events were lost: read the state anew\n",
		    "");
	sink_open(&s);
	for (size_t i = 1; i < 5; i++)
		output_json.event(s.out, &events[i]);
	sink_expect(
		&s,
		"{\"schema\": \"meiprov/0\", \"command\": \"watch\", \"event\": \"device-change\", "
		"\"device\": 0, \"link\": \"down\"}\n"
		"{\"schema\": \"meiprov/0\", \"command\": \"watch\", \"event\": \"state\", "
		"\"device\": 1, \"provisioning\": \"POST\", \"provisioning_number\": 2, "
		"\"control\": \"admin\", \"control_number\": 2, \"generation\": 3, "
		"\"link\": \"up\"}\n"
		"{\"schema\": \"meiprov/0\", \"command\": \"watch\", \"event\": \"device-del\", "
		"\"device\": 1, \"link\": \"down\"}\n"
		"{\"schema\": \"meiprov/0\", \"command\": \"watch\", \"event\": \"lost\"}\n",
		"");
}

static void errors_say_doing_why_and_next(void **state)
{
	static const struct meiprov_error err = { .code = -EREMOTEIO,
						  .fw_status = 3,
						  .doing = "stopping",
						  .why = "refused",
						  .next = "nothing" };
	static const struct meiprov_error bare = { .code = -EIO,
						   .doing = "reading",
						   .why = "it broke" };
	struct sink s;

	sink_open(&s);
	output_plain.error(s.out, s.diagnostics, &err);
	output_plain.error(s.out, s.diagnostics, &bare);
	sink_expect(&s, "",
		    "meiprov: stopping: refused\n"
		    "  next: nothing\n"
		    "meiprov: reading: it broke\n");
	sink_open(&s);
	output_json.error(s.out, s.diagnostics, &err);
	sink_expect(&s,
		    "{\n"
		    "  \"schema\": \"meiprov/0\",\n"
		    "  \"error\": {\n"
		    "    \"errno\": 121,\n"
		    "    \"fw_status\": 3,\n"
		    "    \"fw_status_name\": \"INVALID_AMT_MODE\",\n"
		    "    \"doing\": \"stopping\",\n"
		    "    \"why\": \"refused\",\n"
		    "    \"next\": \"nothing\"\n"
		    "  }\n"
		    "}\n",
		    "meiprov: stopping: refused\n"
		    "  next: nothing\n");
}

/* What @output makes of a slot with this name; free() it. */
static char *named_slot(const struct output *output, const char *name)
{
	struct meiprov_hash hash = { 0 };
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	snprintf(hash.name, sizeof(hash.name), "%s", name);
	output->hashes(out, "hash list", &hash, 1);
	fclose(out);
	return text;
}

/* A name comes from whoever wrote the slot. */
static void text_of_the_firmware_steers_neither_terminal_nor_json(void **state)
{
	static const char name[] = "a\"\\\n\x1b[2J\xff\xc3\xa9\xed\xa0\x80";
	char *plain = named_slot(&output_plain, name);
	char *json = named_slot(&output_json, name);

	assert_non_null(strstr(plain, "a\"\\\\x0a\\x1b[2J\\xff\\xc3\\xa9\\xed\\xa0\\x80\n"));
	assert_null(strchr(plain, '\x1b'));
	assert_non_null(strstr(json, "\"a\\\"\\\\\\u000a\\u001b[2J\\ufffd\xc3\xa9"
				     "\\ufffd\\ufffd\\ufffd\""));
	free(plain);
	free(json);
}

static void text_of_the_firmware_makes_no_field_and_no_line(void **state)
{
	char *dump = named_slot(&output_dump, "a\tb\nc\\d\x7f");
	const char *end = strchr(dump, '\n');

	assert_non_null(strstr(dump, "\ta\\x09b\\x0ac\\x5cd\\x7f\n"));
	assert_true(end && !end[1]);
	assert_memory_equal(dump, "hash\t0\tinactive\tcustom\t", 23);
	free(dump);
}

static void every_kind_of_failure_has_its_exit_status(void **state)
{
	static const struct {
		int code;
		enum exit_status status;
	} rows[] = {
		{ -EIO, 1 },	   { -EINVAL, 1 },    { -EREMOTEIO, 3 }, { -ENOENT, 4 },
		{ -ENODEV, 4 },	   { -EACCES, 5 },    { -EPERM, 5 },	 { -EBUSY, 6 },
		{ -ECANCELED, 7 }, { -ETIMEDOUT, 8 }, { -ENOLINK, 1 },	 { -EINTR, 1 },
		{ -EPROTO, 1 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct meiprov_error err = { .code = rows[i].code };

		assert_int_equal(exit_status(&err), rows[i].status);
	}
	for (int i = 0; i <= EXIT_TIMED_OUT; i++)
		assert_non_null(exit_text(i));
	assert_null(exit_text(EXIT_FINDING + 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(info_in_both_forms),
		cmocka_unit_test(what_the_firmware_did_not_give_is_said),
		cmocka_unit_test(state_in_both_forms),
		cmocka_unit_test(hashes_in_both_forms),
		cmocka_unit_test(small_answers_in_both_forms),
		cmocka_unit_test(every_event_is_one_line_in_both_forms),
		cmocka_unit_test(errors_say_doing_why_and_next),
		cmocka_unit_test(text_of_the_firmware_steers_neither_terminal_nor_json),
		cmocka_unit_test(text_of_the_firmware_makes_no_field_and_no_line),
		cmocka_unit_test(every_kind_of_failure_has_its_exit_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
