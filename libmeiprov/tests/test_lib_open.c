// SPDX-License-Identifier: LGPL-2.1-or-later
/* Which way to the ME is taken, why none is, and files that are no records. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>
#include <cmocka.h>

#include "libmeiprov/chardev.h"
#include "libmeiprov/channel.h"
#include "vme_rig.h"

/* A folder of the test's own; no virtual ME is needed. */
static int setup(void **state)
{
	static struct rig rig;

	strcpy(rig.dir, "/tmp/meiprov-open.XXXXXX");
	*state = &rig;
	return mkdtemp(rig.dir) ? 0 : -1;
}

static int teardown(void **state)
{
	const struct rig *rig = *state;
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", rig->dir);
	return system(command);
}

static void make_node(const struct rig *rig, const char *name)
{
	char path[128];

	rig_path(rig, "dev", path, sizeof(path));
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/dev/%s", rig->dir, name);
	close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
}

static int open_denied(const char *path)
{
	return -EACCES;
}

static int connect_none(int fd)
{
	return -ENOTTY;
}

static int open_null(const char *path)
{
	return open("/dev/null", O_RDWR | O_CLOEXEC);
}

static void why_no_node_serves_is_told_apart(void **state)
{
	static const struct channel_mei_calls denied = { open_denied, connect_none };
	static const struct channel_mei_calls without = { open_null, connect_none };
	struct meiprov_error err;
	struct rig *rig = *state;
	struct channel channel;

	assert_int_equal(channel_mei_with(&denied, rig->dir, NULL, &channel, &err), -ENOENT);
	assert_non_null(strstr(err.why, "no /dev/meiN"));
	make_node(rig, "mei0");
	assert_int_equal(channel_mei_with(&denied, rig->dir, NULL, &channel, &err), -EACCES);
	assert_non_null(strstr(err.why, "permission"));
	assert_int_equal(channel_mei_with(&without, rig->dir, NULL, &channel, &err), -ENOENT);
	assert_non_null(strstr(err.why, "no AMTHI client"));
}

/* As a user who may not open it: also when the tests run as root. */
static void without_module_and_rights_both_are_said(void **state)
{
	const struct meiprov_open how = { .size = sizeof(how), .index = -1 };
	struct meiprov_device *dev = (void *)1;
	struct meiprov_error err;
	struct rig *rig = *state;
	uid_t uid = geteuid();
	char path[128];
	int ret;

	make_node(rig, "mei0");
	chmod(rig->dir, 0755);
	rig_path(rig, "dev", path, sizeof(path));
	chmod(path, 0755);
	strcat(path, "/mei0");
	chmod(path, 0);
	assert_int_equal(seteuid(uid ? uid : 65534), 0);
	ret = open_by(rig->dir, &how, &dev, &err);
	assert_int_equal(seteuid(uid), 0);
	assert_int_equal(ret, -EACCES);
	assert_null(dev);
	assert_non_null(strstr(err.why, "permission"));
	assert_non_null(strstr(err.next, "modprobe mei_prov, or run it as root"));
}

/* --- the choice --- */

static void keep_text(void *data, int priority, const char *text)
{
	assert_int_equal(priority, LOG_INFO);
	snprintf(data, 256, "%s", text);
}

static void wrong_ways_to_open_are_refused(void **state)
{
	static const char *const wrong[] = {
		"", "car", "char", "socket", "replay", "meix:/dev/mei0"
	};
	struct meiprov_open how = { .size = sizeof(how), .index = -1 };
	struct meiprov_device *dev;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		how.transport = wrong[i];
		assert_int_equal(meiprov_device_open_by(&how, &dev, NULL), -EINVAL);
	}
	how.transport = "chardev";
	how.record = "/nonexistent/record";
	assert_int_equal(meiprov_device_open_by(&how, &dev, NULL), -EINVAL);
	how.record = NULL;
	how.size = 0;
	assert_int_equal(meiprov_device_open_by(&how, &dev, NULL), -EINVAL);
}

static void the_choice_says_what_it_took_and_why(void **state)
{
	char text[256] = "";
	struct meiprov_open how = { .size = sizeof(how), .index = -1 };
	struct rig *rig = *state;
	struct meiprov_device *dev;
	struct meiprov_error err;

	assert_int_equal(meiprov_context_new(&how.context), 0);
	meiprov_context_set_log(how.context, keep_text, text, LOG_DEBUG);
	assert_int_equal(open_by(rig->dir, &how, &dev, &err), -ENOENT);
	assert_string_equal(text, "");
	make_node(rig, "meiprov0");
	assert_int_equal(open_by(rig->dir, &how, &dev, &err), 0);
	assert_string_equal(meiprov_device_transport(dev), "chardev");
	assert_string_equal(text, "using /dev/meiprov0: it is the module's device");
	meiprov_device_close(dev);
	meiprov_context_unref(how.context);
}

/* --- records that are none --- */

static const struct {
	const char *text;
	int code;
} bad_records[] = {
	{ "", -EPROTONOSUPPORT },
	{ "meiprov-record 2\n", -EPROTONOSUPPORT },
	{ "meiprov-record 1\n? 0.1 00\n", -EBADMSG },
	{ "meiprov-record 1\n> 0.1 0\n", -EBADMSG },
	{ "meiprov-record 1\n> 0.1 0g\n", -EBADMSG },
	{ "meiprov-record 1\n> 0.1 **00\n", -EBADMSG },
	{ "meiprov-record 1\n> 0.1\n", -EBADMSG },
	{ "meiprov-record 1\n> x 00\n", -EBADMSG },
	{ "meiprov-record 1\n= 0.1 ENONE\n", -EBADMSG },
	{ "meiprov-record 1\n! 0.1\n", -EBADMSG },
	{ "meiprov-record 1\n>\n", -EBADMSG },
};

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void what_is_no_record_is_refused(void **state)
{
	char path[128];

	rig_path(*state, "bad", path, sizeof(path));
	for (size_t i = 0; i < sizeof(bad_records) / sizeof(bad_records[0]); i++) {
		struct meiprov_error err;
		struct channel channel;

		write_file(path, bad_records[i].text);
		assert_int_equal(channel_replay(path, &channel, &err), bad_records[i].code);
		assert_non_null(strstr(err.why, path));
	}
}

static void what_a_record_lacks_is_an_error_of_its_own(void **state)
{
	struct meiprov_open how = { .size = sizeof(how), .writable = true };
	struct meiprov_device *dev;
	char path[128], transport[160];
	bool ztc;

	rig_path(*state, "short", path, sizeof(path));
	write_file(path, "meiprov-record 1\n= 0.0 EBUSY\n= 0.1\n"
			 "> 0.2 010100003000000400000000\n! 0.3 ECANCELED\n"
			 "> 0.4 010100003000000400000000\n");
	snprintf(transport, sizeof(transport), "replay:%s", path);
	how.transport = transport;
	assert_int_equal(meiprov_device_open_by(&how, &dev, NULL), 0);
	assert_int_equal(meiprov_ztc_get(dev, &ztc, NULL), -ECANCELED);
	assert_int_equal(meiprov_ztc_get(dev, &ztc, NULL), -ENOMSG); /* no reply to it */
	assert_int_equal(meiprov_stop(dev, NULL), -ENOMSG);
	meiprov_device_close(dev);
}

static void a_record_that_ends_with_a_request_has_no_reply_to_it(void **state)
{
	struct meiprov_open how = { .size = sizeof(how) };
	struct meiprov_device *dev;
	char path[128], transport[160];
	bool ztc;

	rig_path(*state, "cut", path, sizeof(path));
	write_file(path, "meiprov-record 1\n> 0.2 010100003000000400000000\n");
	snprintf(transport, sizeof(transport), "replay:%s", path);
	how.transport = transport;
	assert_int_equal(meiprov_device_open_by(&how, &dev, NULL), 0);
	assert_int_equal(meiprov_ztc_get(dev, &ztc, NULL), -ENOMSG);
	meiprov_device_close(dev);
}

static const char sound[] = "meiprov-record 1\n# remark\n= 0.000001\n"
			    "> 0.2 010100003000000400000000\n"
			    "< 0.3 0101000030008004080000000000000001000000\n"
			    "= 0.4 EBUSY\n> 0.5 01010000110000040000****\n! 0.6 ECANCELED\n";

/* One or two bytes become others that mean something in a record, or nothing. */
static void spoil(char text[sizeof(sound)])
{
	static const char others[] = "0123456789abcdef0123456789abcdef*<>=!# \n.:-xE";

	memcpy(text, sound, sizeof(sound));
	for (int i = rand() % 2; i >= 0; i--)
		text[rand() % (int)(sizeof(sound) - 1)] =
			others[rand() % (int)(sizeof(others) - 1)];
}

/* Whatever a file holds: a record or an error, and each answer with an errno. */
static void a_spoilt_record_does_no_harm(void **state)
{
	struct meiprov_open how = { .size = sizeof(how) };
	char path[128], transport[160], text[sizeof(sound)];
	unsigned int opened = 0;

	rig_path(*state, "spoilt", path, sizeof(path));
	snprintf(transport, sizeof(transport), "replay:%s", path);
	how.transport = transport;
	srand(1);
	for (int i = 0; i < 1000; i++) {
		struct meiprov_device *dev;
		struct meiprov_state s;
		bool ztc;

		spoil(text);
		write_file(path, text);
		if (meiprov_device_open_by(&how, &dev, NULL))
			continue;
		opened++;
		meiprov_device_set_timeout(dev, 1);
		assert_in_range(-meiprov_ztc_get(dev, &ztc, NULL), 0, 255);
		assert_in_range(-meiprov_state_get(dev, &s, NULL), 0, 255);
		meiprov_device_close(dev);
	}
	assert_in_range(opened, 50, 950); /* both kinds have come */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(why_no_node_serves_is_told_apart),
		TEST(without_module_and_rights_both_are_said),
		TEST(wrong_ways_to_open_are_refused),
		TEST(the_choice_says_what_it_took_and_why),
		TEST(what_is_no_record_is_refused),
		TEST(what_a_record_lacks_is_an_error_of_its_own),
		TEST(a_record_that_ends_with_a_request_has_no_reply_to_it),
		TEST(a_spoilt_record_does_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
