// SPDX-License-Identifier: LGPL-2.1-or-later
/* A configuration from start to end on a virtual ME: what is told on the way, how it
 * ends, and what reached the firmware.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>
#include <cmocka.h>

#include <meiprov/meiprov.h>

#include "vme_rig.h"

#define CERTIFICATE_NOT_READY 0x31
#define INVALID_PARAMETER     0x24
/* The reply of amthi.md 11, typed: status 0, state POST. */
#define POST_FOREVER "fault add amthi:11 raw=0101000011008004080000000000000002000000 forever"

struct test {
	struct rig rig;
	struct meiprov_device *dev;
	struct meiprov_configuration *configuration;
	unsigned int told[MEIPROV_PROGRESS_TROUBLE + 1];
	uint32_t states[8];
	unsigned int state_count;
	uint32_t refused_with;
	uint64_t refused_at[2]; /* the first two times, in milliseconds */
	int trouble;
	enum meiprov_progress_type stop_at; /* cancel when it is told */
	bool stops;
};

static int start(void **state, const char *const settings[])
{
	static struct test t;
	char transport[128];
	const struct meiprov_open how = { .size = sizeof(how),
					  .transport = transport,
					  .writable = true };

	memset(&t, 0, sizeof(t));
	rig_start(&t.rig, settings);
	snprintf(transport, sizeof(transport), "socket:%s", t.rig.socket);
	*state = &t;
	return meiprov_device_open_by(&how, &t.dev, NULL);
}

static int setup(void **state)
{
	static const char *const settings[] = { "version=16.1.25", "cert-delay-ms=400", NULL };

	return start(state, settings);
}

/* The certificate is not ready in any test's time. */
static int setup_slow(void **state)
{
	static const char *const settings[] = { "version=16.1.25", "cert-delay-ms=3600000", NULL };

	return start(state, settings);
}

static int setup_amt_12(void **state)
{
	static const char *const settings[] = { "version=12.0.49", "cert-delay-ms=0", NULL };

	return start(state, settings);
}

static int teardown(void **state)
{
	struct test *t = *state;

	meiprov_configuration_free(t->configuration);
	meiprov_device_close(t->dev);
	rig_stop(&t->rig);
	return 0;
}

static bool note(void *ctx, const struct meiprov_progress *progress)
{
	struct test *t = ctx;
	bool has_error = progress->type == MEIPROV_PROGRESS_NOT_READY ||
			 progress->type == MEIPROV_PROGRESS_TROUBLE;

	if (progress->type == MEIPROV_PROGRESS_NOT_READY && t->told[progress->type] < 2)
		t->refused_at[t->told[progress->type]] = progress->elapsed_ms;
	t->told[progress->type]++;
	assert_int_equal(has_error, progress->error != NULL);
	assert_int_equal(progress->type == MEIPROV_PROGRESS_STATE, progress->state != NULL);
	if (progress->state && t->state_count < 8)
		t->states[t->state_count++] = progress->state->provisioning;
	if (progress->type == MEIPROV_PROGRESS_NOT_READY)
		t->refused_with = progress->error->fw_status;
	if (progress->type == MEIPROV_PROGRESS_TROUBLE)
		t->trouble = progress->error->code;
	return !t->stops || t->stop_at != progress->type;
}

static void make(struct test *t, enum meiprov_start_kind kind, const struct meiprov_host_based *pin,
		 unsigned int poll_ms)
{
	const struct meiprov_configuration_options options = {
		.size = sizeof(options),
		.kind = kind,
		.host_based = pin,
		.poll_ms = poll_ms,
		.progress = note,
		.progress_ctx = t,
	};

	assert_int_equal(meiprov_configuration_new(t->dev, &options, &t->configuration, NULL), 0);
}

static void assert_state(const struct test *t, uint32_t provisioning)
{
	struct meiprov_state now;

	assert_int_equal(meiprov_state_get(t->dev, &now, NULL), 0);
	assert_int_equal(now.provisioning, provisioning);
}

/* The status of the virtual ME holds @text. */
static void assert_status_has(const struct test *t, const char *text)
{
	char program[256], command[512], out[16384];

	rig_program("vmectl", program, sizeof(program));
	snprintf(command, sizeof(command), "%s --socket %s --json status", program, t->rig.control);
	assert_int_equal(rig_shell(command, out, sizeof(out)), 0);
	if (!strstr(out, text))
		fail_msg("\"%s\" is not in:\n%s", text, out);
}

/* --- start --- */

static void start_is_repeated_until_the_certificate_is_ready(void **state)
{
	struct test *t = *state;

	make(t, MEIPROV_START_REMOTE, NULL, 20);
	assert_int_equal(meiprov_configuration_start(t->configuration, 30000, NULL), 0);
	assert_true(t->told[MEIPROV_PROGRESS_NOT_READY] > 1);
	assert_int_equal(t->refused_with, CERTIFICATE_NOT_READY);
	assert_int_equal(t->told[MEIPROV_PROGRESS_STARTED], 1);
	assert_null(meiprov_configuration_certificate(t->configuration));
	assert_state(t, MEIPROV_STATE_IN);
}

static void a_start_that_is_not_ready_in_time_says_so(void **state)
{
	struct test *t = *state;
	struct meiprov_error err;

	make(t, MEIPROV_START_REMOTE, NULL, 50);
	assert_int_equal(meiprov_configuration_start(t->configuration, 200, &err), -ETIMEDOUT);
	assert_non_null(strstr(err.why, "CERTIFICATE_NOT_READY"));
	assert_in_range(t->told[MEIPROV_PROGRESS_NOT_READY], 2, 6);
	assert_int_equal(meiprov_configuration_start(t->configuration, 0, &err), -EREMOTEIO);
	assert_int_equal(err.fw_status, CERTIFICATE_NOT_READY);
	assert_state(t, MEIPROV_STATE_PRE);
}

/* In its first quarter of a minute; the last attempt is at its end. */
static void without_a_distance_it_is_repeated_each_second(void **state)
{
	struct test *t = *state;

	make(t, MEIPROV_START_REMOTE, NULL, 0);
	assert_int_equal(meiprov_configuration_start(t->configuration, 2500, NULL), -ETIMEDOUT);
	assert_in_range(t->told[MEIPROV_PROGRESS_NOT_READY], 2, 4);
	assert_in_range(t->refused_at[1] - t->refused_at[0], 1000, 2500);
}

static void other_refusals_are_not_repeated(void **state)
{
	struct test *t = *state;
	struct meiprov_error err;

	rig_order(&t->rig, "fault add amthi:62 status=2");
	make(t, MEIPROV_START_REMOTE, NULL, 20);
	assert_int_equal(meiprov_configuration_start(t->configuration, 30000, &err), -EREMOTEIO);
	assert_int_equal(err.fw_status, MEIPROV_PT_STATUS_NOT_READY);
	assert_int_equal(t->told[MEIPROV_PROGRESS_NOT_READY], 0);
}

static void a_start_whose_reply_was_lost_is_not_repeated(void **state)
{
	struct test *t = *state;

	rig_order(&t->rig, "set cert-delay-ms 0");
	rig_order(&t->rig, "fault add amthi:62 drop nth=2");
	meiprov_device_set_timeout(t->dev, 500);
	make(t, MEIPROV_START_REMOTE, NULL, 1500);
	assert_int_equal(meiprov_configuration_start(t->configuration, 30000, NULL), -ECANCELED);
	assert_int_equal(t->told[MEIPROV_PROGRESS_STARTED], 0);
}

/* Each kind sends its own command: one that is refused by a fault to order. */
static void each_kind_sends_its_own_command(void **state)
{
	static const struct meiprov_host_based pin = { .algorithm = MEIPROV_HASH_SHA256 };
	static const struct {
		enum meiprov_start_kind kind;
		const char *order;
	} rows[] = { { MEIPROV_START_REMOTE, "fault add amthi:62 status=36" },
		     { MEIPROV_START_REMOTE_IPV6, "fault add amthi:62 status=36" },
		     { MEIPROV_START_LEGACY, "fault add amthi:29 status=36" },
		     { MEIPROV_START_HOST_BASED, "fault add amthi:8b status=36" } };
	struct test *t = *state;
	struct meiprov_error err;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		rig_order(&t->rig, rows[i].order);
		make(t, rows[i].kind, i == 3 ? &pin : NULL, 20);
		assert_int_equal(meiprov_configuration_start(t->configuration, 0, &err),
				 -EREMOTEIO);
		assert_int_equal(err.fw_status, INVALID_PARAMETER);
		meiprov_configuration_free(t->configuration);
		t->configuration = NULL;
	}
}

/* The bytes of amthi.md 62, as they went out. */
static void ipv6_reaches_the_firmware(void **state)
{
	struct test *t = *state;
	char path[128], transport[128], command[256], out[256];
	const struct meiprov_open how = {
		.size = sizeof(how), .transport = transport, .writable = true, .record = path
	};

	meiprov_device_close(t->dev);
	rig_path(&t->rig, "record", path, sizeof(path));
	snprintf(transport, sizeof(transport), "socket:%s", t->rig.socket);
	assert_int_equal(meiprov_device_open_by(&how, &t->dev, NULL), 0);
	for (int i = MEIPROV_START_REMOTE; i <= MEIPROV_START_REMOTE_IPV6; i++) {
		make(t, (enum meiprov_start_kind)i, NULL, 20);
		assert_int_equal(meiprov_configuration_start(t->configuration, 0, NULL),
				 -EREMOTEIO);
		meiprov_configuration_free(t->configuration);
		t->configuration = NULL;
	}
	snprintf(command, sizeof(command), "sed -n 's/^> [0-9.]* //p' %s", path);
	assert_int_equal(rig_shell(command, out, sizeof(out)), 0);
	assert_string_equal(out, "01010000620000040400000000000000\n"
				 "01010000620000040400000001000000\n");
}

/* --- host-based --- */

/* It is the one that the virtual ME says it has. */
static void assert_certificate(const struct test *t, const uint8_t sha256[32])
{
	char text[80] = "\"sha256\":\"";

	for (int i = 0; i < 32; i++)
		sprintf(text + strlen(text), "%02x", sha256[i]);
	assert_status_has(t, text);
}

static void start_host_based(const struct test *t, const struct meiprov_host_based *pin,
			     struct meiprov_host_certificate *out)
{
	struct meiprov_error err;
	int ret;

	while ((ret = meiprov_start_host_based(t->dev, pin, out, &err)) &&
	       meiprov_start_retryable(&err))
		usleep(20000);
	assert_int_equal(ret, 0);
}

static void a_host_based_start_pins_both_certificates(void **state)
{
	static const char *const domains[] = { "one.example", "two.example", NULL };
	struct meiprov_host_based pin = { .algorithm = MEIPROV_HASH_SHA384,
					  .host_vpn = true,
					  .suffixes = domains };
	const struct meiprov_host_certificate *seen;
	struct meiprov_host_certificate again;
	struct test *t = *state;

	memset(pin.digest, 0xa5, sizeof(pin.digest));
	make(t, MEIPROV_START_HOST_BASED, &pin, 20);
	assert_null(meiprov_configuration_certificate(t->configuration));
	assert_int_equal(meiprov_configuration_start(t->configuration, 30000, NULL), 0);
	assert_true(t->told[MEIPROV_PROGRESS_NOT_READY] > 0);
	assert_state(t, MEIPROV_STATE_IN);
	assert_status_has(t, "\"leaf\":\"a5a5a5a5");
	assert_status_has(t, "\"host_vpn\":true");
	assert_status_has(t, "\"suffixes\":[\"one.example\",\"two.example\"]");
	seen = meiprov_configuration_certificate(t->configuration);
	assert_non_null(seen);
	assert_int_equal(seen->algorithm, MEIPROV_HASH_SHA256);
	assert_int_equal(seen->digest_len, 32);
	assert_certificate(t, seen->digest);
	assert_int_equal(meiprov_stop(t->dev, NULL), 0);
	start_host_based(t, &pin, &again);
	assert_certificate(t, again.digest); /* stopping made the ME forget the first */
	assert_memory_not_equal(again.digest, seen->digest, 32);
}

/* What the algorithm has no room for is not sent. */
static void a_pin_is_as_long_as_its_algorithm(void **state)
{
	struct meiprov_host_based pin = { .algorithm = MEIPROV_HASH_SHA256 };
	struct test *t = *state;

	memset(pin.digest, 0x5a, sizeof(pin.digest));
	start_host_based(t, &pin, NULL);
	assert_status_has(t, "\"leaf\":\"5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"
			     "5a5a5a\"");
	assert_status_has(t, "\"host_vpn\":false");
}

static void firmware_before_csme_14_refuses_it(void **state)
{
	const struct meiprov_host_based pin = { .algorithm = MEIPROV_HASH_SHA256 };
	struct meiprov_error err;
	struct test *t = *state;

	assert_int_equal(meiprov_start_host_based(t->dev, &pin, NULL, &err), -EREMOTEIO);
	assert_int_equal(err.fw_status, 0x803);
	assert_non_null(strstr(err.next, "CSME 14"));
	assert_state(t, MEIPROV_STATE_PRE);
}

static void a_pin_that_cannot_be_sent_is_refused(void **state)
{
	char longest[321], longer[322];
	const char *names[2] = { longest, NULL }, *two[3] = { "a", longest + 2, NULL };
	struct meiprov_host_based pin = { .algorithm = MEIPROV_HASH_SHA1 };
	struct meiprov_error err;
	struct test *t = *state;

	memset(longest, 'x', 320);
	longest[320] = '\0';
	memset(longer, 'x', 321);
	longer[321] = '\0';
	rig_order(&t->rig, "fault add amthi:8b status=1 forever"); /* -EREMOTEIO: was sent */
	assert_int_equal(meiprov_start_host_based(t->dev, &pin, NULL, &err), -EINVAL);
	pin.algorithm = MEIPROV_HASH_SHA256;
	pin.suffixes = names;
	assert_int_equal(meiprov_start_host_based(t->dev, &pin, NULL, &err), -EREMOTEIO);
	names[0] = longer;
	assert_int_equal(meiprov_start_host_based(t->dev, &pin, NULL, &err), -EINVAL);
	names[0] = "";
	assert_int_equal(meiprov_start_host_based(t->dev, &pin, NULL, &err), -EINVAL);
	pin.suffixes = two;
	assert_int_equal(meiprov_start_host_based(t->dev, &pin, NULL, &err), -EREMOTEIO);
	two[1] = longest + 1;
	assert_int_equal(meiprov_start_host_based(t->dev, &pin, NULL, &err), -EINVAL);
}

/* --- follow --- */

static void *configure_soon(void *arg)
{
	const struct test *t = arg;

	usleep(200000);
	rig_order(&t->rig, POST_FOREVER);
	return NULL;
}

static void following_ends_when_the_me_is_configured(void **state)
{
	struct test *t = *state;
	pthread_t thread;

	make(t, MEIPROV_START_REMOTE, NULL, 20);
	assert_int_equal(meiprov_configuration_start(t->configuration, 30000, NULL), 0);
	assert_int_equal(pthread_create(&thread, NULL, configure_soon, t), 0);
	assert_int_equal(meiprov_configuration_follow(t->configuration, 30000, NULL), 0);
	pthread_join(thread, NULL);
	assert_int_equal(t->state_count, 2);
	assert_int_equal(t->states[0], MEIPROV_STATE_IN);
	assert_int_equal(t->states[1], MEIPROV_STATE_POST);
}

static void *stop_soon(void *arg)
{
	struct test *t = arg;

	usleep(200000);
	assert_int_equal(meiprov_stop(t->dev, NULL), 0);
	return NULL;
}

static void a_stop_by_others_ends_it(void **state)
{
	struct test *t = *state;
	struct meiprov_error err;
	pthread_t thread;

	make(t, MEIPROV_START_REMOTE, NULL, 20);
	assert_int_equal(meiprov_configuration_start(t->configuration, 30000, NULL), 0);
	assert_int_equal(pthread_create(&thread, NULL, stop_soon, t), 0);
	assert_int_equal(meiprov_configuration_follow(t->configuration, 30000, &err),
			 -ECONNABORTED);
	pthread_join(thread, NULL);
	assert_non_null(strstr(err.why, "PRE"));
	assert_true(*err.next);
}

/* A device fresh from the factory starts by itself: PRE is no end before IN. */
static void pre_is_waited_through_without_a_start(void **state)
{
	struct test *t = *state;
	struct meiprov_error err;

	make(t, MEIPROV_START_REMOTE, NULL, 20);
	assert_int_equal(meiprov_configuration_follow(t->configuration, 150, &err), -ETIMEDOUT);
	assert_non_null(strstr(err.why, "the state was PRE"));
	assert_int_equal(t->state_count, 1);
	rig_order(&t->rig, POST_FOREVER);
	assert_int_equal(meiprov_configuration_follow(t->configuration, 0, NULL), 0);
}

static void trouble_is_told_and_read_again(void **state)
{
	struct test *t = *state;

	make(t, MEIPROV_START_REMOTE, NULL, 20);
	assert_int_equal(meiprov_configuration_start(t->configuration, 30000, NULL), 0);
	rig_order(&t->rig, "fault add amthi:11 truncate=13 times=3");
	rig_order(&t->rig, POST_FOREVER);
	assert_int_equal(meiprov_configuration_follow(t->configuration, 30000, NULL), 0);
	assert_int_equal(t->told[MEIPROV_PROGRESS_TROUBLE], 3);
	assert_int_equal(t->trouble, -EMSGSIZE);
}

static void a_state_that_was_never_read_is_not_made_up(void **state)
{
	struct test *t = *state;
	struct meiprov_error err;

	rig_order(&t->rig, "fault add amthi:11 truncate=13 forever");
	make(t, MEIPROV_START_REMOTE, NULL, 20);
	assert_int_equal(meiprov_configuration_follow(t->configuration, 150, &err), -ETIMEDOUT);
	assert_non_null(strstr(err.why, "the state was not known"));
	assert_int_equal(t->state_count, 0);
	assert_int_equal(t->trouble, -EMSGSIZE);
}

static void an_me_that_is_gone_ends_it(void **state)
{
	struct test *t = *state;
	struct meiprov_error err;

	make(t, MEIPROV_START_REMOTE, NULL, 20);
	unlink(t->rig.socket);
	assert_int_equal(meiprov_configuration_follow(t->configuration, 30000, &err), -ENODEV);
	assert_int_equal(t->told[MEIPROV_PROGRESS_TROUBLE], 0);
}

/* --- ending it --- */

static void a_callback_cancels(void **state)
{
	struct test *t = *state;
	struct meiprov_error err;

	t->stops = true;
	t->stop_at = MEIPROV_PROGRESS_NOT_READY;
	make(t, MEIPROV_START_REMOTE, NULL, 20);
	assert_int_equal(meiprov_configuration_start(t->configuration, 30000, &err), -EINTR);
	assert_string_equal(err.why, "it was cancelled");
	assert_int_equal(t->told[MEIPROV_PROGRESS_NOT_READY], 1);
	/* and it stays so */
	assert_int_equal(meiprov_configuration_follow(t->configuration, 30000, NULL), -EINTR);
	assert_int_equal(t->state_count, 0);
}

static void *cancel_soon(void *arg)
{
	usleep(200000);
	meiprov_configuration_cancel(arg);
	return NULL;
}

/* Long before its time is up. */
static void another_thread_cancels_at_once(void **state)
{
	struct test *t = *state;
	struct meiprov_error err;
	pthread_t thread;

	make(t, MEIPROV_START_REMOTE, NULL, 3600000);
	assert_int_equal(pthread_create(&thread, NULL, cancel_soon, t->configuration), 0);
	assert_int_equal(meiprov_configuration_start(t->configuration, 30000, &err), -EINTR);
	assert_string_equal(err.why, "it was cancelled");
	pthread_join(thread, NULL);
	assert_int_equal(t->told[MEIPROV_PROGRESS_NOT_READY], 1);
}

static void nothing(int number)
{
}

static void a_signal_ends_the_wait(void **state)
{
	const struct sigaction action = { .sa_handler = nothing };
	const struct itimerval soon = { .it_interval = { 0, 200000 }, .it_value = { 0, 200000 } };
	const struct itimerval never = { 0 };
	struct test *t = *state;
	struct meiprov_error err;

	make(t, MEIPROV_START_REMOTE, NULL, 3600000);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &soon, NULL);
	assert_int_equal(meiprov_configuration_start(t->configuration, 30000, &err), -EINTR);
	setitimer(ITIMER_REAL, &never, NULL);
	assert_non_null(strstr(err.why, "signal"));
}

static void impossible_options_are_refused(void **state)
{
	static const struct meiprov_host_based pin = { .algorithm = MEIPROV_HASH_SHA256 };
	static const struct meiprov_host_based md5 = { .algorithm = MEIPROV_HASH_MD5 };
	const struct meiprov_configuration_options rows[] = {
		{ .size = 0 },
		{ .size = sizeof(rows[0]), .kind = (enum meiprov_start_kind)4 },
		{ .size = sizeof(rows[0]), .kind = (enum meiprov_start_kind) - 1 },
		{ .size = sizeof(rows[0]), .host_based = &pin },
		{ .size = sizeof(rows[0]), .kind = MEIPROV_START_HOST_BASED },
		{ .size = sizeof(rows[0]), .kind = MEIPROV_START_HOST_BASED, .host_based = &md5 },
	};
	struct meiprov_configuration *made = NULL;
	struct test *t = *state;
	struct meiprov_error err;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		err.why[0] = '\0';
		assert_int_equal(meiprov_configuration_new(t->dev, &rows[i], &made, &err), -EINVAL);
		assert_true(*err.why);
		assert_null(made);
	}
	meiprov_configuration_free(NULL);
}

int main(void)
{
#define TEST_ON(name, setup) cmocka_unit_test_setup_teardown(name, setup, teardown)
#define TEST(name)	     TEST_ON(name, setup)
	const struct CMUnitTest tests[] = {
		TEST(start_is_repeated_until_the_certificate_is_ready),
		TEST_ON(a_start_that_is_not_ready_in_time_says_so, setup_slow),
		TEST_ON(without_a_distance_it_is_repeated_each_second, setup_slow),
		TEST(other_refusals_are_not_repeated),
		TEST(a_start_whose_reply_was_lost_is_not_repeated),
		TEST(each_kind_sends_its_own_command),
		TEST_ON(ipv6_reaches_the_firmware, setup_slow),
		TEST(a_host_based_start_pins_both_certificates),
		TEST(a_pin_is_as_long_as_its_algorithm),
		TEST_ON(firmware_before_csme_14_refuses_it, setup_amt_12),
		TEST(a_pin_that_cannot_be_sent_is_refused),
		TEST(following_ends_when_the_me_is_configured),
		TEST(a_stop_by_others_ends_it),
		TEST(pre_is_waited_through_without_a_start),
		TEST(trouble_is_told_and_read_again),
		TEST(a_state_that_was_never_read_is_not_made_up),
		TEST(an_me_that_is_gone_ends_it),
		TEST_ON(a_callback_cancels, setup_slow),
		TEST_ON(another_thread_cancels_at_once, setup_slow),
		TEST_ON(a_signal_ends_the_wait, setup_slow),
		TEST(impossible_options_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
