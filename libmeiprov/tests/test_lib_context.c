// SPDX-License-Identifier: LGPL-2.1-or-later
/* The context: who is told what, for how long, and never a secret. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <cmocka.h>

#include <meiprov/meiprov.h>

#include "vme_rig.h"

/**
 * struct test - an ME, a handle to it under a context, and what was told
 * @lines: how many, @text: all of them, each behind its priority
 */
static struct test {
	struct rig rig;
	struct meiprov_context *context;
	struct meiprov_device *dev;
	unsigned int lines;
	char text[2048];
} t;

static void append(void *data, int priority, const char *text)
{
	size_t len = strlen(t.text);

	assert_ptr_equal(data, &t);
	t.lines++;
	snprintf(t.text + len, sizeof(t.text) - len, "<%d>%s\n", priority, text);
}

static int setup(void **state)
{
	char transport[128];
	struct meiprov_open how = { .size = sizeof(how), .transport = transport, .writable = true };

	memset(&t, 0, sizeof(t));
	rig_start(&t.rig, (const char *const[]){ NULL });
	snprintf(transport, sizeof(transport), "socket:%s", t.rig.socket);
	if (meiprov_context_new(&t.context))
		return -1;
	how.context = t.context;
	return meiprov_device_open_by(&how, &t.dev, NULL);
}

static int teardown(void **state)
{
	meiprov_device_close(t.dev);
	meiprov_context_unref(t.context);
	rig_stop(&t.rig);
	return 0;
}

static void ask(void)
{
	bool enabled;

	assert_int_equal(meiprov_ztc_get(t.dev, &enabled, NULL), 0);
}

static void assert_told(const char *text)
{
	if (!strstr(t.text, text))
		fail_msg("\"%s\" is not in:\n%s", text, t.text);
}

static void each_command_is_told_with_its_end(void **state)
{
	char line[256];

	meiprov_context_set_log(t.context, append, &t, LOG_DEBUG);
	ask();
	assert_int_equal(t.lines, 1);
	snprintf(line, sizeof(line), "<7>%s: reading the zero touch configuration mode: done, ",
		 t.rig.socket);
	assert_told(line);
	assert_told(" ms\n");
	rig_order(&t.rig, "fault add amthi:5e status=1");
	assert_int_equal(meiprov_stop(t.dev, NULL), -EREMOTEIO);
	assert_told(": refused with status 0x1 INTERNAL_ERROR, ");
	rig_order(&t.rig, "fault add amthi:30 drop");
	meiprov_device_set_timeout(t.dev, 100);
	assert_int_equal(meiprov_ztc_get(t.dev, &(bool){ false }, NULL), -ECANCELED);
	assert_told(": Operation canceled, 1");
	assert_int_equal(t.lines, 3);
}

static void nobody_is_told_what_is_less_important_than_wanted(void **state)
{
	ask(); /* nobody has been set yet */
	meiprov_context_set_log(t.context, append, &t, LOG_INFO);
	ask();
	assert_int_equal(t.lines, 0);
	meiprov_context_set_log(t.context, append, &t, LOG_DEBUG);
	ask();
	assert_int_equal(t.lines, 1);
	meiprov_context_set_log(t.context, NULL, NULL, LOG_DEBUG);
	ask();
	assert_int_equal(t.lines, 1);
}

static void a_secret_is_never_told(void **state)
{
	static const char otp[] = "one-time-password-1";

	meiprov_context_set_log(t.context, append, &t, LOG_DEBUG);
	assert_int_equal(meiprov_otp_set(t.dev, otp, strlen(otp), NULL), 0);
	rig_order(&t.rig, "fault add amthi:2a status=1");
	assert_int_equal(meiprov_otp_set(t.dev, otp, strlen(otp), NULL), -EREMOTEIO);
	assert_int_equal(t.lines, 2);
	assert_told("one-time password");
	assert_null(strstr(t.text, otp));
	assert_null(strstr(t.text, "6f6e652d74696d652d"));
}

/* The sanitizer says so if it lived too short, or is still there at the end. */
static void a_context_lives_as_long_as_a_handle_under_it(void **state)
{
	meiprov_context_set_log(t.context, append, &t, LOG_DEBUG);
	assert_ptr_equal(meiprov_context_ref(t.context), t.context);
	meiprov_context_unref(t.context);
	meiprov_context_unref(t.context);
	t.context = NULL;
	ask();
	assert_int_equal(t.lines, 1);
}

static void a_preflight_is_told_too(void **state)
{
	char transport[128];
	const struct meiprov_open how = { .size = sizeof(how),
					  .transport = transport,
					  .context = t.context };
	const struct meiprov_check_options options = { .size = sizeof(options),
						       .how = &how,
						       .server = "127.0.0.1" };
	struct meiprov_check *check;

	snprintf(transport, sizeof(transport), "socket:%s", t.rig.socket);
	meiprov_context_set_log(t.context, append, &t, LOG_DEBUG);
	assert_int_equal(meiprov_check_run(&options, &check), 0);
	assert_told(": reading the zero touch configuration mode: done, ");
	meiprov_check_free(check);
}

/* It asks the device again, and has had enough after the second line. */
static void curious(void *data, int priority, const char *text)
{
	append(data, priority, text);
	ask();
	if (t.lines == 2)
		meiprov_context_set_log(t.context, NULL, NULL, 0);
}

static void who_is_told_may_call_the_library(void **state)
{
	meiprov_context_set_log(t.context, curious, &t, LOG_DEBUG);
	ask();
	assert_int_equal(t.lines, 1); /* its own call was not told */
	ask();
	assert_int_equal(t.lines, 2);
	ask();
	assert_int_equal(t.lines, 2);
}

static void no_context_is_a_context_that_tells_nobody(void **state)
{
	assert_null(meiprov_context_ref(NULL));
	meiprov_context_unref(NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(each_command_is_told_with_its_end),
		TEST(nobody_is_told_what_is_less_important_than_wanted),
		TEST(a_secret_is_never_told),
		TEST(a_context_lives_as_long_as_a_handle_under_it),
		TEST(a_preflight_is_told_too),
		TEST(who_is_told_may_call_the_library),
		cmocka_unit_test(no_context_is_a_context_that_tells_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
