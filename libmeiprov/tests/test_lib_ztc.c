// SPDX-License-Identifier: LGPL-2.1-or-later
/* The zero touch configuration mode under the names of the network interface: the
 * firmware's status comes out unchanged, and what no firmware takes is never sent.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <meiprov/meiprov.h>

#include "vme_rig.h"

struct test {
	struct rig rig;
	struct meiprov_device *dev;
};

static int start(void **state, const char *const settings[])
{
	static struct test t;
	char transport[128];
	const struct meiprov_open how = { .size = sizeof(how),
					  .transport = transport,
					  .writable = true };

	rig_start(&t.rig, settings);
	snprintf(transport, sizeof(transport), "socket:%s", t.rig.socket);
	*state = &t;
	return meiprov_device_open_by(&how, &t.dev, NULL);
}

static int setup(void **state)
{
	static const char *const settings[] = { "cert-delay-ms=0", NULL };

	return start(state, settings);
}

static int setup_amt_11(void **state)
{
	static const char *const settings[] = { "profile=11.8", NULL };

	return start(state, settings);
}

static int teardown(void **state)
{
	struct test *t = *state;

	meiprov_device_close(t->dev);
	rig_stop(&t->rig);
	return 0;
}

static void assert_mode(const struct test *t, enum meiprov_ztc_mode wanted)
{
	enum meiprov_ztc_mode mode = (enum meiprov_ztc_mode)9;

	assert_int_equal(meiprov_get_ztc_mode(t->dev, &mode, NULL), MEIPROV_PT_STATUS_SUCCESS);
	assert_int_equal(mode, wanted);
}

static void the_mode_is_read_and_switched_off(void **state)
{
	const struct test *t = *state;

	assert_mode(t, MEIPROV_ZTC_ENABLED);
	assert_int_equal(meiprov_set_ztc_mode(t->dev, MEIPROV_ZTC_DISABLED, NULL),
			 MEIPROV_PT_STATUS_SUCCESS);
	assert_mode(t, MEIPROV_ZTC_DISABLED);
}

static void a_status_comes_out_unchanged(void **state)
{
	static const uint32_t statuses[] = { MEIPROV_PT_STATUS_INTERNAL_ERROR,
					     MEIPROV_PT_STATUS_NOT_READY,
					     MEIPROV_PT_STATUS_NOT_PERMITTED,
					     MEIPROV_PT_STATUS_MAX_LIMIT_REACHED,
					     0x803,
					     0x7fffffff };
	const struct test *t = *state;
	enum meiprov_ztc_mode mode = (enum meiprov_ztc_mode)9;
	struct meiprov_error err;
	char order[64];

	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		snprintf(order, sizeof(order), "fault add amthi:30 status=%u", statuses[i]);
		rig_order(&t->rig, order);
		assert_int_equal(meiprov_get_ztc_mode(t->dev, &mode, &err), statuses[i]);
		assert_int_equal(err.fw_status, statuses[i]);
		assert_int_equal(mode, 9);
		snprintf(order, sizeof(order), "fault add amthi:3a status=%u", statuses[i]);
		rig_order(&t->rig, order);
		assert_int_equal(meiprov_set_ztc_mode(t->dev, MEIPROV_ZTC_DISABLED, &err),
				 statuses[i]);
		assert_true(*err.why && err.code == -EREMOTEIO);
	}
	assert_mode(t, MEIPROV_ZTC_ENABLED);
}

/* As an int it would be a negative errno. */
static void a_status_that_is_no_int_stays_an_error(void **state)
{
	const struct test *t = *state;
	enum meiprov_ztc_mode mode;
	struct meiprov_error err;

	rig_order(&t->rig, "fault add amthi:30 status=0xfffffff0");
	assert_int_equal(meiprov_get_ztc_mode(t->dev, &mode, &err), -EREMOTEIO);
	assert_int_equal(err.fw_status, 0xfffffff0);
}

static void a_fault_on_the_way_is_an_errno(void **state)
{
	const struct test *t = *state;
	enum meiprov_ztc_mode mode;

	meiprov_device_set_timeout(t->dev, 300);
	rig_order(&t->rig, "fault add amthi:30 drop");
	assert_int_equal(meiprov_get_ztc_mode(t->dev, &mode, NULL), -ECANCELED);
	rig_order(&t->rig, "fault add amthi:3a drop");
	assert_int_equal(meiprov_set_ztc_mode(t->dev, MEIPROV_ZTC_DISABLED, NULL), -ECANCELED);
}

/* The next command that reaches the firmware as 3A would be lost. */
static void switching_on_is_never_sent(void **state)
{
	const struct test *t = *state;
	struct meiprov_error err;

	meiprov_device_set_timeout(t->dev, 300);
	rig_order(&t->rig, "fault add amthi:3a drop");
	assert_int_equal(meiprov_set_ztc_mode(t->dev, MEIPROV_ZTC_ENABLED, &err), -EOPNOTSUPP);
	assert_string_equal(err.why, "not offered to the host by any firmware");
	assert_non_null(strstr(err.next, "MEBx"));
	assert_int_equal(meiprov_set_ztc_mode(t->dev, (enum meiprov_ztc_mode)2, &err), -EINVAL);
	assert_int_equal(meiprov_set_ztc_mode(t->dev, MEIPROV_ZTC_DISABLED, NULL), -ECANCELED);
}

static void the_firmware_says_when_it_does_not_take_it(void **state)
{
	const struct test *t = *state;
	struct meiprov_error err;

	rig_order(&t->rig, "mebx suffix example.net");
	assert_int_equal(meiprov_set_ztc_mode(t->dev, MEIPROV_ZTC_DISABLED, &err),
			 MEIPROV_PT_STATUS_NOT_PERMITTED);
	while (meiprov_start(t->dev, false, &err) && meiprov_start_retryable(&err))
		usleep(20000);
	assert_int_equal(meiprov_set_ztc_mode(t->dev, MEIPROV_ZTC_DISABLED, &err),
			 MEIPROV_PT_STATUS_INVALID_AMT_MODE);
	assert_mode(t, MEIPROV_ZTC_ENABLED);
}

static void before_release_12_the_host_reads_only(void **state)
{
	const struct test *t = *state;

	assert_mode(t, MEIPROV_ZTC_ENABLED);
	assert_int_equal(meiprov_set_ztc_mode(t->dev, MEIPROV_ZTC_DISABLED, NULL),
			 MEIPROV_PT_STATUS_NOT_PERMITTED);
	assert_mode(t, MEIPROV_ZTC_ENABLED);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(the_mode_is_read_and_switched_off),
		TEST(a_status_comes_out_unchanged),
		TEST(a_status_that_is_no_int_stays_an_error),
		TEST(a_fault_on_the_way_is_an_errno),
		TEST(switching_on_is_never_sent),
		TEST(the_firmware_says_when_it_does_not_take_it),
		cmocka_unit_test_setup_teardown(before_release_12_the_host_reads_only, setup_amt_11,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
