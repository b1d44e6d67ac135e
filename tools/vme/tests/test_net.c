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
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include "tools/vme/chain.h"
#include "tools/vme/tests/test_chain_make.h"
#include "tools/vme/tests/test_net_device.h"

#define SETUP_URI  "http://intel.com/wbem/wscim/1/amt-schema/1/AMT_SetupAndConfigurationService"
#define AUTH_URI   "http://intel.com/wbem/wscim/1/amt-schema/1/AMT_AuthorizationService"
#define GET_ACTION "http://schemas.xmlsoap.org/ws/2004/09/transfer/Get"

static EVP_PKEY *root_key, *leaf_key;
static X509 *root, *leaf, *stranger;

/* --- the server --- */

static void sleep_ms(unsigned int ms)
{
	const struct timespec ts = { ms / 1000, ms % 1000 * 1000000L };

	nanosleep(&ts, NULL);
}

static int dial(const struct device *dev)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (!connect(fd, (const struct sockaddr *)&dev->addr, sizeof(dev->addr)))
		return fd;
	close(fd);
	return -1;
}

/* The port opens soon after the start and after the pause. */
static int dial_patiently(const struct device *dev)
{
	int tries, fd = -1;

	for (tries = 0; tries < 200 && fd < 0; tries++) {
		fd = dial(dev);
		if (fd < 0)
			sleep_ms(10);
	}
	assert_true(fd >= 0);
	return fd;
}

/* @cert NULL: none is sent. NULL when the handshake fails, with *@alert. */
static SSL *handshake(int fd, X509 *cert, X509 *top, int *alert)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	SSL *ssl;

	SSL_CTX_set_max_proto_version(ctx, TLS1_2_VERSION);
	if (cert) {
		SSL_CTX_use_certificate(ctx, cert);
		SSL_CTX_use_PrivateKey(ctx, leaf_key);
		SSL_CTX_add1_chain_cert(ctx, top);
	}
	ssl = SSL_new(ctx);
	SSL_CTX_free(ctx);
	SSL_set_fd(ssl, fd);
	ERR_clear_error();
	if (SSL_connect(ssl) == 1)
		return ssl;
	if (alert)
		*alert = ERR_GET_REASON(ERR_peek_error()) - SSL_AD_REASON_OFFSET;
	SSL_free(ssl);
	close(fd);
	return NULL;
}

static void hang_up(SSL *ssl)
{
	int fd = SSL_get_fd(ssl);

	SSL_shutdown(ssl);
	SSL_free(ssl);
	close(fd);
}

static SSL *log_in(const struct device *dev)
{
	SSL *ssl = NULL;
	int tries;

	/* it drops connections while too many are open */
	for (tries = 0; tries < 50 && !ssl; tries++)
		ssl = handshake(dial_patiently(dev), leaf, root, NULL);
	assert_non_null(ssl);
	return ssl;
}

static size_t request_text(char out[4096], const char *uri, const char *method, const char *input,
			   const char *authorization)
{
	char soap[3072];

	snprintf(soap, sizeof(soap),
		 "<e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\" "
		 "xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" "
		 "xmlns:w=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\">"
		 "<e:Header><a:Action>%s%s%s</a:Action><w:ResourceURI>%s"
		 "</w:ResourceURI><a:MessageID>1</a:MessageID></e:Header>"
		 "<e:Body>%s</e:Body></e:Envelope>",
		 method ? uri : GET_ACTION, method ? "/" : "", method ? method : "", uri, input);
	return snprintf(out, 4096,
			"POST /wsman HTTP/1.1\r\nHost: x\r\n%s"
			"Content-Length: %zu\r\n\r\n%s",
			authorization, strlen(soap), soap);
}

/* One answer, whole: up to the last chunk or the end of a page. */
static void read_answer(SSL *ssl, char out[8192])
{
	size_t len = 0;

	out[0] = '\0';
	while (!strstr(out, "\r\n0\r\n\r\n") && !strstr(out, "</html>\n")) {
		int n = SSL_read(ssl, out + len, 1);

		if (n <= 0)
			break;
		len += n;
		out[len] = '\0';
		assert_true(len < 8000);
	}
}

static void ask(SSL *ssl, const char *uri, const char *method, const char *input, char answer[8192])
{
	char text[4096];
	size_t len = request_text(text, uri, method, input, "");

	assert_int_equal(SSL_write(ssl, text, (int)len), len);
	read_answer(ssl, answer);
}

static void expect(const char *answer, const char *part)
{
	if (!strstr(answer, part))
		print_error("wanted %s\ngot %s\n", part, answer);
	assert_non_null(strstr(answer, part));
}

static void configure(SSL *ssl)
{
	/* MD5("admin:" REALM ":P@ssw0rd"), made with md5sum(1) */
	static const char acl[] =
		"<r:X xmlns:r=\"urn:r\"><r:Username>admin</r:Username>"
		"<r:DigestPassword>b6710485f86e6174cca7404518df56da</r:DigestPassword></r:X>";
	char answer[8192];

	ask(ssl, SETUP_URI, NULL, "", answer);
	expect(answer, "<g:ProvisioningState>1<");
	ask(ssl, SETUP_URI, "SetMEBxPassword", "<X><Password>Str0ng!pass</Password></X>", answer);
	expect(answer, "<g:ReturnValue>0<");
	ask(ssl, AUTH_URI, "SetAdminAclEntryEx", acl, answer);
	expect(answer, "<g:ReturnValue>0<");
	ask(ssl, SETUP_URI, "CommitChanges", "", answer);
	expect(answer, "<g:ReturnValue>0<");
}

/* --- promises --- */

static void md5_hex(const char *text, char out[33])
{
	unsigned char sum[16];
	int i;

	EVP_Digest(text, strlen(text), sum, NULL, EVP_md5(), NULL);
	for (i = 0; i < 16; i++)
		snprintf(out + 2 * i, 3, "%02x", sum[i]);
}

/* An Authorization line for the challenge in @answer. */
static void authorize(const char *answer, const char *password, char out[512])
{
	const char *at = strstr(answer, "nonce=\"");
	char nonce[33], text[256], ha1[33], ha2[33], response[33];

	assert_non_null(at);
	snprintf(nonce, sizeof(nonce), "%s", at + 7);
	snprintf(text, sizeof(text), "admin:" REALM ":%s", password);
	md5_hex(text, ha1);
	md5_hex("POST:/wsman", ha2);
	snprintf(text, sizeof(text), "%s:%s:00000001:abc:auth:%s", ha1, nonce, ha2);
	md5_hex(text, response);
	snprintf(out, 512,
		 "Authorization: Digest username=\"admin\",realm=\"" REALM
		 "\",nonce=\"%s\",uri=\"/wsman\",qop=auth,nc=00000001,"
		 "cnonce=\"abc\",response=\"%s\"\r\n",
		 nonce, response);
}

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

static int make_chain(void **state)
{
	struct recipe root_r = { .cn = "Root", .is_ca = true };
	struct recipe leaf_r = { .cn = "sca.example.com", .eku = SETUP_EKU };
	struct recipe stranger_r = { .cn = "Stranger", .is_ca = true };

	root_key = EVP_RSA_gen(2048);
	leaf_key = EVP_RSA_gen(2048);
	root_r.key = root_key;
	leaf_r.key = leaf_key;
	stranger_r.key = leaf_key;
	root = cert_make(&root_r, NULL, NULL);
	leaf = cert_make(&leaf_r, root, root_key);
	stranger = cert_make(&stranger_r, NULL, NULL);
	return 0;
}

static int free_chain(void **state)
{
	X509_free(root);
	X509_free(leaf);
	X509_free(stranger);
	EVP_PKEY_free(root_key);
	EVP_PKEY_free(leaf_key);
	return 0;
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
