// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The network face whole: a device in a child process, its setup server here,
 * over 127.0.0.0/8. The model follows the commands a server sends and a plan of
 * timed changes.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>
#include <openssl/ssl.h>
#include "tools/vme/chain.h"
#include "tools/vme/tests/test_net_server.h"

/* --- promises --- */

static void setup_commit_and_digest_in_operation(void **state)
{
	const struct plan plan = { .schedule = "1x60" };
	char answer[8192], text[4096], authorization[512];
	struct device dev;
	struct result result;
	size_t len;
	SSL *ssl;

	device_start(&dev, &plan, root);
	ssl = log_in(&dev);
	configure(ssl);
	/* the answer came; then goodbye, and the port is closed for a while */
	assert_int_equal(SSL_read(ssl, answer, 1), 0);
	assert_int_equal(SSL_get_shutdown(ssl), SSL_RECEIVED_SHUTDOWN);
	hang_up(ssl);
	assert_int_equal(dial(&dev), -1);
	sleep_ms(PAUSE_MS / 2);
	assert_int_equal(dial(&dev), -1);

	/* no client certificate now, but digest */
	ssl = handshake(dial_patiently(&dev), NULL, NULL, NULL);
	assert_non_null(ssl);
	ask(ssl, SETUP_URI, NULL, "", answer);
	expect(answer, "HTTP/1.1 401 Unauthorized\r\n");
	hang_up(ssl);
	authorize(answer, "P@ssw0rd", authorization);
	ssl = handshake(dial_patiently(&dev), NULL, NULL, NULL);
	len = request_text(text, SETUP_URI, NULL, "", authorization);
	SSL_write(ssl, text, (int)len);
	read_answer(ssl, answer);
	expect(answer, "<g:ProvisioningState>2<");
	/* this connection is known now, the used answer is not taken elsewhere */
	ask(ssl, SETUP_URI, NULL, "", answer);
	expect(answer, "<g:ProvisioningState>2<");
	hang_up(ssl);
	ssl = handshake(dial_patiently(&dev), NULL, NULL, NULL);
	SSL_write(ssl, text, (int)len);
	read_answer(ssl, answer);
	expect(answer, "stale=\"true\"");
	authorize(answer, "wrong", authorization);
	hang_up(ssl);
	ssl = handshake(dial_patiently(&dev), NULL, NULL, NULL);
	len = request_text(text, SETUP_URI, NULL, "", authorization);
	SSL_write(ssl, text, (int)len);
	read_answer(ssl, answer);
	expect(answer, "stale=\"false\"");
	hang_up(ssl);
	result = device_stop(&dev);
	assert_int_equal(result.state, AMT_POST);
	assert_int_equal(result.stats.tls_accepted, 5);
	assert_int_equal(result.stats.requests, 6);
	assert_int_equal(result.stats.hellos_sent, 1);
	assert_int_equal(result.reports[REPORT_HELLO], 1);
	assert_int_equal(result.reports[REPORT_TLS], 5);
	assert_int_equal(result.reports[REPORT_REQUEST], 6);
	assert_string_equal(result.verdict.rule, "");
	assert_int_equal(result.verdict.root.handle, 20);
	assert_int_equal(result.admitted.root.handle, 20);
	assert_string_equal(result.admitted.server_ip, "127.0.0.1");
}

static void refused_chain_gets_an_alert_and_leaves_a_verdict(void **state)
{
	const struct plan plan = { .schedule = "1x60" };
	struct device dev;
	struct result result;
	int alert = 0;

	device_start(&dev, &plan, root);
	assert_null(handshake(dial_patiently(&dev), leaf, stranger, &alert));
	assert_int_equal(alert, SSL_AD_BAD_CERTIFICATE);
	assert_null(handshake(dial_patiently(&dev), NULL, NULL, &alert));
	assert_int_equal(alert, SSL_AD_HANDSHAKE_FAILURE);
	assert_null(handshake(dial_patiently(&dev), stranger, root, &alert));
	assert_null(handshake(dial_patiently(&dev), leaf, stranger, &alert));
	result = device_stop(&dev);
	assert_int_equal(result.stats.tls_refused, 4);
	assert_int_equal(result.reports[REPORT_TLS], 4);
	assert_string_equal(result.admitted.server_ip, "");
	assert_int_equal(result.stats.tls_accepted, 0);
	assert_string_equal(result.verdict.rule, CHAIN_ROOT_MISSING);
}

static void requests_may_queue_up_or_trickle(void **state)
{
	const struct plan plan = { .schedule = "1x60" };
	char both[8192], answer[8192];
	struct device dev;
	size_t len, i;
	SSL *ssl;

	device_start(&dev, &plan, root);
	ssl = log_in(&dev);
	len = request_text(both, SETUP_URI, NULL, "", "");
	len += request_text(both + len, SETUP_URI, "GetUuid", "", "");
	SSL_write(ssl, both, (int)len);
	read_answer(ssl, answer);
	expect(answer, "<g:ProvisioningState>1<");
	read_answer(ssl, answer);
	expect(answer, "<g:UUID>");
	len = request_text(both, SETUP_URI, NULL, "", "");
	for (i = 0; i < len; i++)
		SSL_write(ssl, both + i, 1);
	read_answer(ssl, answer);
	expect(answer, "<g:ProvisioningState>1<");
	/* nonsense is answered once and ends the connection */
	SSL_write(ssl, "nonsense\r\n\r\nPOST", 16);
	read_answer(ssl, answer);
	expect(answer, "HTTP/1.1 400 Bad Request\r\n");
	assert_int_equal(SSL_read(ssl, answer, 1), 0);
	hang_up(ssl);
	device_stop(&dev);
}

/* One Hello: sender's address, the retry counter. */
static uint32_t read_hello(const struct device *dev)
{
	struct sockaddr_in from;
	socklen_t len = sizeof(from);
	uint8_t hello[256];
	ssize_t n, all = 0;
	int fd = accept(dev->hellos, (struct sockaddr *)&from, &len);

	assert_true(fd >= 0);
	assert_int_equal(from.sin_addr.s_addr, dev->addr.sin_addr.s_addr);
	while ((n = read(fd, hello + all, sizeof(hello) - all)) > 0)
		all += n;
	assert_int_equal(n, 0); /* a clean end, no reset */
	assert_int_equal(all, 25 + 34);
	close(fd);
	return hello[4] | hello[5] << 8;
}

static void hellos_stop_with_the_window_and_begin_anew(void **state)
{
	const struct plan plan = { .schedule = "3x0.1,100x60", .close_ms = 600, .open_ms = 900 };
	struct device dev;
	struct result result;
	SSL *ssl;

	device_start(&dev, &plan, root);
	assert_int_equal(read_hello(&dev), 0);
	assert_int_equal(read_hello(&dev), 1);
	assert_int_equal(read_hello(&dev), 2);
	ssl = log_in(&dev);
	/* closed with the window, under us */
	assert_true(SSL_read(ssl, (char[1]){ 0 }, 1) <= 0);
	assert_int_equal(dial(&dev), -1);
	hang_up(ssl);
	assert_int_equal(read_hello(&dev), 0);
	hang_up(log_in(&dev));
	result = device_stop(&dev);
	assert_int_equal(result.stats.hellos_failed, 0);
	assert_in_range(result.stats.hellos_sent, 4, 6);
}

static void failed_hellos_count_as_attempts(void **state)
{
	const struct plan plan = { .schedule = "3x0.05" };
	struct device dev;
	struct result result;

	device_start(&dev, &plan, root);
	close(dev.hellos);
	dev.hellos = -1;
	sleep_ms(400);
	result = device_stop(&dev);
	assert_int_equal(result.stats.hellos_sent, 0);
	assert_int_equal(result.stats.hellos_failed, 3);
}

static void peers_that_vanish_leave_nothing_behind(void **state)
{
	const struct plan plan = { .schedule = "1x60" };
	const struct linger reset = { .l_onoff = 1 };
	char text[4096];
	struct device dev;
	size_t len;
	SSL *ssl;
	int fd, i;

	device_start(&dev, &plan, root);
	for (i = 0; i < 20; i++) {
		fd = dial_patiently(&dev);
		if (i % 2)
			assert_int_equal(send(fd, "\x16\x03\x01", 3, 0), 3);
		if (i % 3)
			setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
		close(fd);
	}
	/* gone in the middle of a request, and before the answer */
	ssl = log_in(&dev);
	len = request_text(text, SETUP_URI, NULL, "", "");
	SSL_write(ssl, text, (int)len / 2);
	setsockopt(SSL_get_fd(ssl), SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(SSL_get_fd(ssl));
	SSL_free(ssl);
	ssl = log_in(&dev);
	SSL_write(ssl, text, (int)len);
	setsockopt(SSL_get_fd(ssl), SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(SSL_get_fd(ssl));
	SSL_free(ssl);
	/* still served; and left open when the device ends */
	ssl = log_in(&dev);
	device_stop(&dev);
	hang_up(ssl);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(setup_commit_and_digest_in_operation),
		cmocka_unit_test(refused_chain_gets_an_alert_and_leaves_a_verdict),
		cmocka_unit_test(requests_may_queue_up_or_trickle),
		cmocka_unit_test(hellos_stop_with_the_window_and_begin_anew),
		cmocka_unit_test(failed_hellos_count_as_attempts),
		cmocka_unit_test(peers_that_vanish_leave_nothing_behind),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests_name("net", tests, make_chain, free_chain);
}
