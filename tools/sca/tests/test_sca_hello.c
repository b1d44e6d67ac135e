// SPDX-License-Identifier: GPL-2.0-or-later
/* The Hello listener reads what devices send, however it arrives, and no more. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <event2/event.h>

#include "tools/sca/address.h"
#include "tools/sca/hello.h"
#include "tools/sca/limit.h"

struct fixture {
	struct event_base *base;
	struct hello_listener *listener;
	struct sockaddr_storage from;
	struct meiprov_hello hello;
	unsigned int count;
};

static void on_hello(const struct sockaddr_storage *from, const struct meiprov_hello *hello,
		     void *ctx)
{
	struct fixture *f = ctx;

	f->from = *from;
	f->hello = *hello;
	f->count++;
}

static void open_listener(struct fixture *f, const char *address, struct hello_limits limits)
{
	struct sockaddr_storage sa;

	assert_int_equal(address_parse(address, 0, &sa), 0);
	f->listener = hello_listener_new(f->base, &sa, &limits, on_hello, f);
	assert_non_null(f->listener);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->base = event_base_new();
	*state = f;
	return f->base ? 0 : -1;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	hello_listener_free(f->listener);
	event_base_loop(f->base, EVLOOP_NONBLOCK);
	event_base_free(f->base);
	free(f);
	return 0;
}

static int dial(struct fixture *f)
{
	struct sockaddr_in sa = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)hello_listener_port(f->listener)),
	};
	int one = 1;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(connect(fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

static void turn(struct fixture *f, int times)
{
	while (times--)
		event_base_loop(f->base, EVLOOP_NONBLOCK);
}

static struct hello_stats stats(struct fixture *f)
{
	struct hello_stats s;

	hello_listener_stats(f->listener, &s);
	return s;
}

/* Turn the loop until something was counted. */
static void settle(struct fixture *f, uint64_t total)
{
	for (int i = 0; i < 20000; i++) {
		struct hello_stats s = stats(f);

		if (s.received + s.malformed + s.unsupported + s.limited + s.timed_out >= total)
			return;
		turn(f, 1);
		usleep(100);
	}
	fail_msg("nothing was counted");
}

/* One hash, typed from the layout: 25 bytes of head and 34 of entry. */
static const uint8_t sample[59] = {
	1,    0,    3,	  0,	9,    0,    0,	  0,	0x4b, 0x52, 0x9b, 0x93, 0xd4, 0x13, 0x18,
	0x1d, 0xe4, 0x87, 0x1c, 0x69, 0x7a, 0x6b, 0x7a, 0x2b, 1,    2,	  32,	0xc3, 0x84, 0x6b,
};

static const struct hello_limits unlimited = { .timeout_ms = 5000 };

static void message_split_at_every_byte_is_read(void **state)
{
	struct fixture *f = *state;

	open_listener(f, "127.0.0.1:0", unlimited);
	for (size_t cut = 0; cut <= sizeof(sample); cut++) {
		int fd = dial(f);

		assert_int_equal(write(fd, sample, cut), (ssize_t)cut);
		turn(f, 4);
		assert_int_equal(f->count, cut);
		assert_int_equal(write(fd, sample + cut, sizeof(sample) - cut),
				 (ssize_t)(sizeof(sample) - cut));
		close(fd);
		settle(f, cut + 1);
		assert_int_equal(f->count, cut + 1);
		assert_int_equal(f->hello.retry, 9);
		assert_int_equal(f->hello.hash_count, 1);
	}
}

static void source_address_is_told(void **state)
{
	struct fixture *f = *state;
	char text[ADDRESS_TEXT_SIZE];
	int fd;

	open_listener(f, ":0", unlimited);
	fd = dial(f);
	assert_int_equal(write(fd, sample, sizeof(sample)), sizeof(sample));
	close(fd);
	settle(f, 1);
	address_format(&f->from, text, sizeof(text));
	assert_string_equal(text, "127.0.0.1");
}

static void nothing_is_taken_before_the_connection_ends(void **state)
{
	struct fixture *f = *state;
	int fd;

	open_listener(f, "127.0.0.1:0", unlimited);
	fd = dial(f);
	assert_int_equal(write(fd, sample, sizeof(sample)), sizeof(sample));
	for (int i = 0; i < 50; i++) {
		turn(f, 1);
		usleep(1000);
	}
	assert_int_equal(f->count, 0);
	close(fd);
	settle(f, 1);
	assert_int_equal(f->count, 1);
}

static void cut_and_overlong_messages_are_malformed(void **state)
{
	struct fixture *f = *state;
	uint8_t longer[sizeof(sample) + 1] = { 0 };
	int fd;

	open_listener(f, "127.0.0.1:0", unlimited);
	memcpy(longer, sample, sizeof(sample));
	for (size_t len = 1; len <= sizeof(longer); len++) {
		if (len == sizeof(sample))
			continue;
		fd = dial(f);
		assert_int_equal(write(fd, longer, len), (ssize_t)len);
		close(fd);
		settle(f, len < sizeof(sample) ? len : len - 1);
	}
	assert_int_equal(f->count, 0);
	assert_int_equal(stats(f).malformed, sizeof(sample));
}

static void other_versions_are_told_apart(void **state)
{
	struct fixture *f = *state;
	uint8_t psk[32] = { 0, 0, 2 };
	int fd;

	open_listener(f, "127.0.0.1:0", unlimited);
	fd = dial(f);
	assert_int_equal(write(fd, psk, sizeof(psk)), sizeof(psk));
	close(fd);
	settle(f, 1);
	assert_int_equal(stats(f).unsupported, 1);
}

static void flood_on_one_connection_is_cut_off(void **state)
{
	struct fixture *f = *state;
	static uint8_t junk[HELLO_BYTES_MAX + 4096];
	int fd;

	open_listener(f, "127.0.0.1:0", unlimited);
	fd = dial(f);
	assert_true(write(fd, junk, sizeof(junk)) > 0);
	settle(f, 1);
	assert_int_equal(stats(f).malformed, 1);
	close(fd);
}

static void silent_connection_is_ended(void **state)
{
	struct fixture *f = *state;
	struct hello_limits limits = { .timeout_ms = 50 };
	int fd;

	open_listener(f, "127.0.0.1:0", limits);
	fd = dial(f);
	/* a trickle does not keep it open */
	assert_int_equal(write(fd, sample, 1), 1);
	settle(f, 1);
	assert_int_equal(stats(f).timed_out, 1);
	close(fd);
}

static void port_check_is_no_message(void **state)
{
	struct fixture *f = *state;

	open_listener(f, "127.0.0.1:0", unlimited);
	close(dial(f));
	for (int i = 0; i < 20; i++) {
		turn(f, 1);
		usleep(1000);
	}
	assert_int_equal(stats(f).malformed, 0);
	assert_int_equal(f->count, 0);
}

static void one_source_cannot_flood(void **state)
{
	struct fixture *f = *state;
	struct hello_limits limits = { .timeout_ms = 5000, .per_second = 1, .burst = 3 };

	open_listener(f, "127.0.0.1:0", limits);
	for (int i = 0; i < 10; i++) {
		int fd = dial(f);

		if (write(fd, sample, sizeof(sample)) < 0)
			perror("write");
		close(fd);
		settle(f, (uint64_t)i + 1);
	}
	assert_in_range(f->count, 3, 4);
	assert_int_equal(stats(f).limited + f->count, 10);
}

static void sources_are_limited_apart(void **state)
{
	struct limit *l = limit_new(1, 1);
	struct sockaddr_storage a;
	struct sockaddr_storage b;

	address_parse("10.0.0.1", 1, &a);
	address_parse("10.0.0.2", 1, &b);
	assert_true(limit_take(l, &a));
	assert_false(limit_take(l, &a));
	assert_true(limit_take(l, &b));
	limit_free(l);
}

static void addresses_are_read_and_written(void **state)
{
	static const struct {
		const char *text;
		const char *host;
		const char *url;
	} good[] = {
		{ "127.1.2.3:9", "127.1.2.3", "https://127.1.2.3:16993/wsman" },
		{ "[::1]:9", "::1", "https://[::1]:16993/wsman" },
		{ "::1", "::1", "https://[::1]:16993/wsman" },
		{ "[::ffff:10.0.0.1]:9", "10.0.0.1", "https://10.0.0.1:16993/wsman" },
		{ ":9971", "::", "https://[::]:16993/wsman" },
	};
	static const char *const bad[] = { "host:9", "[::1", "[::1]x", "1.2.3.4:x" };
	struct sockaddr_storage sa;
	char text[128];

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		assert_int_equal(address_parse(good[i].text, 9971, &sa), 0);
		address_format(&sa, text, sizeof(text));
		assert_string_equal(text, good[i].host);
		assert_int_equal(address_url(&sa, 16993, text, sizeof(text)), 0);
		assert_string_equal(text, good[i].url);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_not_equal(address_parse(bad[i], 9971, &sa), 0);
}

int main(void)
{
#define WITH_LISTENER(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
		WITH_LISTENER(message_split_at_every_byte_is_read),
		WITH_LISTENER(source_address_is_told),
		WITH_LISTENER(nothing_is_taken_before_the_connection_ends),
		WITH_LISTENER(cut_and_overlong_messages_are_malformed),
		WITH_LISTENER(other_versions_are_told_apart),
		WITH_LISTENER(flood_on_one_connection_is_cut_off),
		WITH_LISTENER(silent_connection_is_ended),
		WITH_LISTENER(port_check_is_no_message),
		WITH_LISTENER(one_source_cannot_flood),
		cmocka_unit_test(sources_are_limited_apart),
		cmocka_unit_test(addresses_are_read_and_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
