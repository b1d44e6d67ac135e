// SPDX-License-Identifier: GPL-2.0-or-later
/* Each script of selftests/faults against a device: what its server gets to see. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include "tools/vme/fault.h"
#include "tools/vme/tests/test_net_server.h"

#define SCRIPT(name) "selftests/faults/" name ".faults"

static long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000L + ts.tv_nsec / 1000000;
}

static void begin(struct device *dev, const char *script)
{
	const struct plan plan = { .schedule = "1x60", .faults = script };

	device_start(dev, &plan, root);
}

static SSL *shake(const struct device *dev, int *alert)
{
	return handshake(dial_patiently(dev), leaf, root, alert);
}

/* --- TLS --- */

static void old_tls_is_known_by_its_missing_extension(void **state)
{
	struct device dev;
	SSL *ssl;

	begin(&dev, NULL);
	ssl = log_in(&dev);
	assert_int_equal(SSL_get_secure_renegotiation_support(ssl), 1);
	hang_up(ssl);
	device_stop(&dev);
	begin(&dev, SCRIPT("old-tls"));
	/* OpenSSL 3 refuses such a server unless it is told to take it */
	assert_null(shake(&dev, NULL));
	old_servers_are_fine = true;
	ssl = log_in(&dev);
	old_servers_are_fine = false;
	assert_int_equal(SSL_get_secure_renegotiation_support(ssl), 0);
	hang_up(ssl);
	device_stop(&dev);
}

static void handshake_ends_with_an_alert_or_in_silence(void **state)
{
	struct device dev;
	int alert = 0;
	SSL *ssl;

	begin(&dev, SCRIPT("handshake-refused"));
	assert_null(shake(&dev, &alert));
	assert_int_equal(alert, 40);
	alert = 0;
	assert_null(shake(&dev, &alert));
	assert_true(alert < 0); /* no alert came */
	ssl = log_in(&dev);
	hang_up(ssl);
	device_stop(&dev);
}

static void chain_is_refused_with_the_alert_of_the_script(void **state)
{
	struct result result;
	struct device dev;
	int alert = 0, i;

	begin(&dev, SCRIPT("chain-refused"));
	for (i = 0; i < 2; i++) {
		assert_null(shake(&dev, &alert));
		assert_int_equal(alert, 48);
	}
	hang_up(log_in(&dev));
	result = device_stop(&dev);
	assert_int_equal(result.stats.tls_refused, 2);
	assert_int_equal(result.stats.tls_accepted, 1);
}

static void connection_ends_after_the_handshake(void **state)
{
	struct device dev;
	char answer[8192];
	SSL *ssl;

	begin(&dev, SCRIPT("tls-cut"));
	ssl = log_in(&dev);
	assert_true(SSL_read(ssl, answer, 1) <= 0);
	hang_up(ssl);
	ssl = log_in(&dev);
	ask(ssl, SETUP_URI, NULL, "", answer);
	expect(answer, "<g:ProvisioningState>1<");
	hang_up(ssl);
	device_stop(&dev);
}

static void port_opens_late(void **state)
{
	struct device dev;
	long start;

	begin(&dev, SCRIPT("port-late"));
	/* the Hello shows that the window is open */
	close(accept(dev.hellos, NULL, NULL));
	start = now_ms();
	assert_int_equal(dial(&dev), -1);
	hang_up(log_in(&dev));
	assert_true(now_ms() - start >= 200);
	device_stop(&dev);
}

static void port_answers_late_or_not_at_all(void **state)
{
	struct device dev;
	long start;
	SSL *ssl;

	begin(&dev, SCRIPT("port-slow"));
	start = now_ms();
	ssl = shake(&dev, NULL);
	assert_non_null(ssl);
	assert_true(now_ms() - start >= 500);
	hang_up(ssl);
	assert_null(shake(&dev, NULL));
	hang_up(log_in(&dev));
	device_stop(&dev);
}

/* --- HTTP and WS-Man --- */

static void answer_breaks_off(void **state)
{
	struct device dev;
	char answer[8192];
	long start;
	SSL *ssl;

	begin(&dev, SCRIPT("answer-cut"));
	ssl = log_in(&dev);
	ask(ssl, SETUP_URI, NULL, "", answer);
	expect(answer, "</a:Envelope>");
	start = now_ms();
	ask(ssl, SETUP_URI, NULL, "", answer);
	assert_int_equal(strlen(answer), 200);
	/* at once, not when the device has waited long enough */
	assert_true(now_ms() - start < 30000);
	hang_up(ssl);
	device_stop(&dev);
}

static void answers_are_garbled(void **state)
{
	struct device dev;
	char answer[8192];
	SSL *ssl;

	begin(&dev, SCRIPT("answer-garbled"));
	ssl = log_in(&dev);
	ask(ssl, SETUP_URI, NULL, "", answer);
	expect(answer, "HTTP/1.1 300 OK\r\n"); /* '2' with its last bit turned */
	ask(ssl, SETUP_URI, NULL, "", answer);
	expect(answer, "HTTP/1.1 200 OK\r\n");
	read_answer(ssl, answer);
	expect(answer, "HTTP/1.1 200 OK\r\n");
	assert_int_equal(SSL_write(ssl, "GET / HTTP/1.1\r\n\r\n", 18), 18);
	assert_int_equal(SSL_read(ssl, answer, 2), 2);
	assert_memory_equal(answer, "HT", 2);
	hang_up(ssl);
	device_stop(&dev);
}

/* What comes within the time the device needs for it, up to @max bytes. */
static size_t read_some(SSL *ssl, char *out, size_t max)
{
	size_t len = 0;
	int n;

	while (len < max && (n = SSL_read(ssl, out + len, (int)(max - len))) > 0)
		len += (size_t)n;
	return len;
}

static void answers_are_short_long_lost_and_late(void **state)
{
	struct device dev;
	char answer[8192], text[4096];
	size_t len;
	long start;
	SSL *ssl;

	begin(&dev, SCRIPT("answers-lost"));
	ssl = log_in(&dev);
	len = request_text(text, SETUP_URI, NULL, "", "");
	SSL_write(ssl, text, (int)len);
	/* the connection stays: the next answer stands behind the 30 bytes */
	assert_int_equal(read_some(ssl, answer, 30), 30);
	SSL_write(ssl, text, (int)len);
	read_answer(ssl, answer);
	assert_memory_equal(answer, "HTTP/1.1 200 OK\r\n", 17);
	hang_up(ssl);
	ssl = log_in(&dev);
	SSL_write(ssl, text, (int)len);
	assert_int_equal(read_some(ssl, answer, 1), 0);
	hang_up(ssl);
	ssl = log_in(&dev);
	start = now_ms();
	ask(ssl, SETUP_URI, NULL, "", answer);
	expect(answer, "<g:ProvisioningState>1<");
	assert_true(now_ms() - start >= 300);
	hang_up(ssl);
	device_stop(&dev);
}

static void port_of_operation_opens_late(void **state)
{
	struct device dev;
	long start;
	SSL *ssl;

	begin(&dev, SCRIPT("operation-late"));
	ssl = log_in(&dev);
	configure(ssl);
	start = now_ms();
	hang_up(ssl);
	ssl = handshake(dial_patiently(&dev), NULL, NULL, NULL);
	assert_non_null(ssl);
	assert_true(now_ms() - start >= 550);
	hang_up(ssl);
	device_stop(&dev);
}

static void device_is_busy_once(void **state)
{
	static const char input[] = "<X><Password>Str0ng!pass</Password></X>";
	struct device dev;
	char answer[8192];
	SSL *ssl;

	begin(&dev, SCRIPT("busy"));
	ssl = log_in(&dev);
	ask(ssl, SETUP_URI, NULL, "", answer);
	expect(answer, "HTTP/1.1 500 ");
	hang_up(ssl);
	ssl = log_in(&dev);
	ask(ssl, SETUP_URI, "SetMEBxPassword", input, answer);
	expect(answer, "<g:ReturnValue>1<");
	ask(ssl, SETUP_URI, "SetMEBxPassword", input, answer);
	expect(answer, "<g:ReturnValue>0<");
	hang_up(ssl);
	device_stop(&dev);
}

static void answers_take_their_time(void **state)
{
	struct device dev;
	char answer[8192];
	long start;
	SSL *ssl;
	int i;

	begin(&dev, SCRIPT("slow"));
	ssl = log_in(&dev);
	start = now_ms();
	for (i = 0; i < 3; i++) {
		ask(ssl, SETUP_URI, NULL, "", answer);
		expect(answer, "<g:ProvisioningState>1<");
	}
	assert_true(now_ms() - start >= 900);
	/* gone while the device waits */
	i = (int)request_text(answer, SETUP_URI, NULL, "", "");
	SSL_write(ssl, answer, i);
	hang_up(ssl);
	device_stop(&dev);
}

static void commit_works_though_its_answer_is_lost(void **state)
{
	struct result result;
	struct device dev;
	char answer[8192];
	long start;
	SSL *ssl;

	begin(&dev, SCRIPT("commit-lost"));
	ssl = log_in(&dev);
	ask(ssl, SETUP_URI, "SetMEBxPassword", "<X><Password>Str0ng!pass</Password></X>", answer);
	start = now_ms();
	ask(ssl, SETUP_URI, "CommitChanges", "", answer);
	assert_string_equal(answer, "");
	assert_true(now_ms() - start < 3000); /* at once */
	hang_up(ssl);
	result = device_stop(&dev);
	assert_int_equal(result.state, AMT_POST);
}

/* Four requests of setup, a challenge and a request with digest before it. */
static void nonces_are_forgotten(void **state)
{
	char answer[8192], text[4096], authorization[512];
	struct device dev;
	size_t len;
	SSL *ssl;

	begin(&dev, SCRIPT("nonce-reset"));
	ssl = log_in(&dev);
	configure(ssl);
	hang_up(ssl);
	ssl = handshake(dial_patiently(&dev), NULL, NULL, NULL);
	ask(ssl, SETUP_URI, NULL, "", answer);
	hang_up(ssl);
	authorize(answer, "P@ssw0rd", authorization);
	ssl = handshake(dial_patiently(&dev), NULL, NULL, NULL);
	len = request_text(text, SETUP_URI, NULL, "", authorization);
	SSL_write(ssl, text, (int)len);
	read_answer(ssl, answer);
	expect(answer, "<g:ProvisioningState>2<");
	/* this one is answered, and with it the log-on is forgotten */
	ask(ssl, SETUP_URI, NULL, "", answer);
	expect(answer, "<g:ProvisioningState>2<");
	ask(ssl, SETUP_URI, NULL, "", answer);
	expect(answer, "HTTP/1.1 401 ");
	hang_up(ssl);
	device_stop(&dev);
}

/* --- Hello --- */

static ssize_t read_hello(const struct device *dev, uint8_t hello[512])
{
	int fd = accept(dev->hellos, NULL, NULL);
	ssize_t n, all = 0;

	assert_true(fd >= 0);
	while ((n = read(fd, hello + all, 512 - all)) > 0)
		all += n;
	close(fd);
	return all;
}

static void hellos_are_lost_cut_and_garbled(void **state)
{
	const struct plan plan = { .schedule = "6x0.1", .faults = SCRIPT("hello-garbled") };
	struct result result;
	struct device dev;
	uint8_t hello[512];

	device_start(&dev, &plan, root);
	assert_int_equal(read_hello(&dev, hello), 20);
	assert_int_equal(hello[4], 1); /* number 0 was lost */
	assert_int_equal(read_hello(&dev, hello), 59);
	assert_int_equal(hello[26], 32 ^ 0xff);
	assert_int_equal(read_hello(&dev, hello), 2 * 59);
	assert_int_equal(hello[4], 3);
	assert_int_equal(hello[59 + 4], 3);
	hang_up(log_in(&dev));
	result = device_stop(&dev);
	assert_in_range(result.stats.hellos_failed, 1, 2);
}

static void hellos_go_on_after_their_end_or_are_none(void **state)
{
	const struct plan plan = { .schedule = "3x0.1", .faults = SCRIPT("hello-odd") };
	struct device dev;
	uint8_t hello[512];

	device_start(&dev, &plan, root);
	assert_int_equal(read_hello(&dev, hello), 61);
	assert_memory_equal(hello + 59, "\xee\xee", 2);
	assert_int_equal(read_hello(&dev, hello), 2);
	assert_memory_equal(hello, "AB", 2);
	assert_int_equal(read_hello(&dev, hello), 59);
	device_stop(&dev);
}

/* --- scripts --- */

static void script_says_which_line_is_wrong(void **state)
{
	static const char *const wrong[] = {
		"nothing drop",	       "hello",
		"hello drop nth=x",    "hello wrong-id",
		"tls:hello delay=1",   "tls:certificate alert=256",
		"wsman: drop",	       "http:request busy",
		"port:setup drop",     "tls:hello no-rfc5746=1",
		"http:request cut=-1", "hello drop a b c d e f g h",
	};
	char path[] = "/tmp/test-faults-XXXXXX", line[128];
	struct fault_list list;
	char why[FAULT_WHY_MAX];
	int fd = mkstemp(path);
	size_t i;

	fault_list_init(&list);
	for (i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		assert_int_equal(ftruncate(fd, 0), 0);
		snprintf(line, sizeof(line), "# x\n\nhello drop\n%s\n", wrong[i]);
		assert_int_equal(pwrite(fd, line, strlen(line), 0), strlen(line));
		assert_int_not_equal(fault_load(&list, path, why), 0);
		assert_non_null(strstr(why, ":4: "));
	}
	close(fd);
	unlink(path);
	assert_int_not_equal(fault_load(&list, path, why), 0);
	assert_non_null(strstr(why, "No such file"));
	assert_int_equal(fault_load(&list, SCRIPT("commands"), why), 0);
	fault_list_clear(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(old_tls_is_known_by_its_missing_extension),
		cmocka_unit_test(handshake_ends_with_an_alert_or_in_silence),
		cmocka_unit_test(chain_is_refused_with_the_alert_of_the_script),
		cmocka_unit_test(connection_ends_after_the_handshake),
		cmocka_unit_test(port_opens_late),
		cmocka_unit_test(port_answers_late_or_not_at_all),
		cmocka_unit_test(answer_breaks_off),
		cmocka_unit_test(answers_are_garbled),
		cmocka_unit_test(answers_are_short_long_lost_and_late),
		cmocka_unit_test(port_of_operation_opens_late),
		cmocka_unit_test(device_is_busy_once),
		cmocka_unit_test(answers_take_their_time),
		cmocka_unit_test(commit_works_though_its_answer_is_lost),
		cmocka_unit_test(nonces_are_forgotten),
		cmocka_unit_test(hellos_are_lost_cut_and_garbled),
		cmocka_unit_test(hellos_go_on_after_their_end_or_are_none),
		cmocka_unit_test(script_says_which_line_is_wrong),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests_name("faults", tests, make_chain, free_chain);
}
