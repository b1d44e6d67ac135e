// SPDX-License-Identifier: LGPL-2.1-or-later
/* Recorders and records at their limits: what fails is written down by its name, and what
 * cannot be read is told with its place.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "libmeiprov/message.h"
#include "libmeiprov/record.h"

#define EVENTS_MAX 100000 /* of one record */

static char path[64];

static int setup(void **state)
{
	snprintf(path, sizeof(path), "/tmp/meiprov-record.%d", getpid());
	unlink(path);
	return 0;
}

static int teardown(void **state)
{
	unlink(path);
	return 0;
}

/* --- names --- */

static void every_errno_of_a_record_comes_back_by_its_name(void **state)
{
	static const int codes[] = { -EBUSY, -ENOENT, -ENODEV,	 -ETIMEDOUT, -ECANCELED,
				     -EINTR, -EACCES, -EMSGSIZE, -EIO };

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		assert_int_equal(record_errno(record_errno_name(codes[i])), codes[i]);
	assert_string_equal(record_errno_name(-EPROTO), "EIO"); /* one without a name here */
	assert_int_equal(record_errno("EPROTO"), 0);
}

/* Head, length of the password, password: only the last is secret. */
static void every_byte_of_a_password_is_a_secret_and_nothing_else(void **state)
{
	uint8_t otp[22] = { 1, 1, 0, 0, 0x2a, 0, 0, 4, 10, 0, 0, 0, 8, 0 };

	assert_int_equal(record_secret_at(otp, sizeof(otp)), 14);
	assert_int_equal(record_secret_at(otp, 14), 14);
	assert_int_equal(record_secret_at(otp, 13), 13);
	assert_int_equal(record_secret_at(otp, 7), 7); /* too short for a command */
	otp[4] = 0x2f;
	assert_int_equal(record_secret_at(otp, sizeof(otp)), sizeof(otp));
}

/* --- a channel on which everything fails --- */

static int connect_result, exchange_result;

static int connect_failing(void *ctx, int64_t deadline)
{
	return connect_result;
}

static int exchange_failing(void *ctx, const void *request, size_t len, void *reply, size_t size,
			    int64_t deadline)
{
	return exchange_result;
}

static void end(void *ctx)
{
}

static const struct channel_ops failing = {
	.kind = "failing",
	.connect = connect_failing,
	.exchange = exchange_failing,
	.disconnect = end,
	.close = end,
};

static int ask_once(struct meiprov_device *dev, int on_connect, int on_exchange)
{
	bool on;

	connect_result = on_connect;
	exchange_result = on_exchange;
	meiprov_device_set_timeout(dev, 1);
	return meiprov_ztc_get(dev, &on, NULL);
}

static void read_file(char *text, size_t size)
{
	FILE *file = fopen(path, "re");
	size_t len;

	assert_non_null(file);
	len = fread(text, 1, size - 1, file);
	text[len] = '\0';
	fclose(file);
}

static void failures_are_recorded_by_their_names(void **state)
{
	struct channel channel = { .ops = &failing, .node = "nowhere" };
	struct meiprov_device *dev;
	char text[1024];

	assert_int_equal(channel_record(path, &channel, NULL), 0);
	assert_int_equal(message_device(&channel, false, &dev), 0);
	assert_int_equal(ask_once(dev, -ENODEV, 0), -ENODEV);
	assert_int_equal(ask_once(dev, 0, -ECANCELED), -ECANCELED);
	assert_int_equal(ask_once(dev, 0, -EPROTO), -EPROTO);
	meiprov_device_close(dev);
	read_file(text, sizeof(text));
	assert_non_null(strstr(text, "# failing nowhere\n"));
	assert_non_null(strstr(text, " ENODEV\n= "));
	assert_non_null(strstr(text, " ECANCELED\n= "));
	assert_non_null(strstr(text, " EIO\n"));
}

static void recorded_failures_fail_again_in_their_order(void **state)
{
	struct meiprov_device *dev;
	struct channel channel;

	failures_are_recorded_by_their_names(state);
	assert_int_equal(channel_replay(path, &channel, NULL), 0);
	assert_int_equal(message_device(&channel, false, &dev), 0);
	assert_int_equal(ask_once(dev, 0, 0), -ENODEV);
	assert_int_equal(ask_once(dev, 0, 0), -ECANCELED);
	assert_int_equal(ask_once(dev, 0, 0), -EIO);
	meiprov_device_close(dev);
}

static void a_record_that_cannot_be_made_leaves_the_channel(void **state)
{
	struct channel channel = { .ops = &failing };
	struct meiprov_error err;

	assert_int_equal(channel_record("/nonexistent/record", &channel, &err), -ENOENT);
	assert_non_null(strstr(err.why, "/nonexistent/record"));
	assert_ptr_equal(channel.ops, &failing);
}

/* --- files --- */

static int load(const char *file, struct meiprov_error *err)
{
	struct channel channel;
	int ret = channel_replay(file, &channel, err);

	assert_true(!ret == !!channel.ops);
	channel_close(&channel);
	return ret;
}

static void a_file_that_cannot_be_read_is_told_with_its_path(void **state)
{
	struct meiprov_error err;

	assert_int_equal(load("/nonexistent/record", &err), -ENOENT);
	assert_non_null(strstr(err.why, "/nonexistent/record"));
	assert_int_equal(load("/", &err), -EIO);
	assert_non_null(strstr(err.why, "line 0 of /"));
}

/* @lines times @line behind the first one. */
static void write_lines(const char *line, unsigned int lines)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	fputs("meiprov-record 1\n", file);
	while (lines--)
		fputs(line, file);
	fclose(file);
}

static void a_record_has_so_many_events_and_no_more(void **state)
{
	struct meiprov_error err;

	write_lines("= 0\n", EVENTS_MAX);
	assert_int_equal(load(path, &err), 0);
	write_lines("= 0\n", EVENTS_MAX + 1);
	assert_int_equal(load(path, &err), -E2BIG);
	assert_non_null(strstr(err.why, "line 100002"));
}

/* A request of @bytes bytes. */
static int load_request(size_t bytes)
{
	size_t len = 2 * bytes;
	char *line = malloc(len + 6);
	int ret;

	assert_non_null(line);
	memcpy(line, "> 0 ", 4);
	memset(line + 4, '0', len);
	memcpy(line + 4 + len, "\n", 2);
	write_lines(line, 1);
	ret = load(path, NULL);
	free(line);
	return ret;
}

static void an_event_has_the_bytes_of_one_message_and_no_more(void **state)
{
	assert_int_equal(load_request(AMTHI_MSG_MAX), 0);
	assert_int_equal(load_request(AMTHI_MSG_MAX + 1), -EBADMSG);
	assert_int_equal(load_request(4 * AMTHI_MSG_MAX), -EBADMSG);
}

static void a_request_that_another_follows_has_no_reply(void **state)
{
	struct meiprov_device *dev;
	struct channel channel;

	write_lines("> 0 010100003000000400000000\n", 3);
	assert_int_equal(channel_replay(path, &channel, NULL), 0);
	assert_int_equal(message_device(&channel, false, &dev), 0);
	assert_int_equal(ask_once(dev, 0, 0), -ENOMSG);
	meiprov_device_close(dev);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(every_errno_of_a_record_comes_back_by_its_name),
		TEST(every_byte_of_a_password_is_a_secret_and_nothing_else),
		TEST(failures_are_recorded_by_their_names),
		TEST(recorded_failures_fail_again_in_their_order),
		TEST(a_record_that_cannot_be_made_leaves_the_channel),
		TEST(a_file_that_cannot_be_read_is_told_with_its_path),
		TEST(a_record_has_so_many_events_and_no_more),
		TEST(an_event_has_the_bytes_of_one_message_and_no_more),
		TEST(a_request_that_another_follows_has_no_reply),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
