// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Credentials leave only in answer to a digest challenge, and a peer cannot
 * lead the client anywhere. The peer is a thread with scripted answers.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tools/wsman/wsman.h"

#define ANSWER_MAX 8

struct peer {
	int fd;
	pthread_t thread;
	char url[64];
	const char *answers[ANSWER_MAX]; /* whole HTTP answers, one a request */
	char seen[ANSWER_MAX][8192];
	int count;
	int silent;  /* number of the request that gets no answer */
	bool vanish; /* at that request, do not listen any more */
};

/* One request is complete when its body is. */
static bool complete(const char *text, size_t len)
{
	const char *end = strstr(text, "\r\n\r\n");
	const char *cl = strcasestr(text, "Content-Length:");

	return end && (!cl || len >= (size_t)(end + 4 - text) + strtoul(cl + 15, NULL, 10));
}

static void serve_connection(struct peer *p, int c)
{
	while (p->count < ANSWER_MAX && p->answers[p->count]) {
		char *buf = p->seen[p->count];
		size_t len = 0;

		while (!complete(buf, len)) {
			ssize_t n = read(c, buf + len, sizeof(p->seen[0]) - 1 - len);

			if (n <= 0)
				return;
			len += n;
			buf[len] = '\0';
		}
		if (p->silent && p->count == p->silent) {
			p->count++;
			if (p->vanish)
				shutdown(p->fd, SHUT_RDWR);
			return;
		}
		if (write(c, p->answers[p->count], strlen(p->answers[p->count])) < 0)
			return;
		if (strstr(p->answers[p->count++], "Connection: close"))
			return;
	}
}

static void *serve(void *arg)
{
	struct peer *p = arg;
	int c;

	while ((c = accept(p->fd, NULL, NULL)) >= 0) {
		serve_connection(p, c);
		close(c);
	}
	return NULL;
}

static void peer_start(struct peer *p)
{
	struct sockaddr_in sa = { .sin_family = AF_INET };
	socklen_t len = sizeof(sa);

	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	p->fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(p->fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
	assert_int_equal(listen(p->fd, 8), 0);
	getsockname(p->fd, (struct sockaddr *)&sa, &len);
	snprintf(p->url, sizeof(p->url), "http://127.0.0.1:%u/wsman", ntohs(sa.sin_port));
	assert_int_equal(pthread_create(&p->thread, NULL, serve, p), 0);
}

static void peer_stop(struct peer *p)
{
	shutdown(p->fd, SHUT_RDWR);
	pthread_join(p->thread, NULL);
	close(p->fd);
}

static const struct wsman_request get = {
	.op = WSMAN_GET,
	.class_name = "AMT_GeneralSettings",
};

static struct wsman_client *client(struct peer *p)
{
	struct wsman_options o = { .url = p->url, .plain = true, .exchange_ms = 3000 };
	struct wsman_client *c;

	assert_int_equal(wsman_client_new(&o, &c), 0);
	return c;
}

#define CHALLENGE \
	"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest " \
	"realm=\"Digest:AA\", nonce=\"n1\",stale=\"false\",qop=\"auth\"\r\n" \
	"Content-Length: 2\r\n\r\nno"
#define ENVELOPE(id) \
	"<a:Envelope xmlns:a=\"http://www.w3.org/2003/05/soap-envelope\">" \
	"<a:Header><a:RelatesTo>" id "</a:RelatesTo></a:Header><a:Body><R><V>1</V></R>" \
	"</a:Body></a:Envelope>"
#define OK(id) \
	"HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\n" \
	"Connection: close\r\n\r\n" ENVELOPE(id)

static void no_credentials_means_no_authorization(void **state)
{
	struct peer p = { .answers = { CHALLENGE } };
	struct wsman_client *c;
	struct wsman_result r;

	peer_start(&p);
	c = client(&p);
	assert_int_equal(wsman_client_exchange(c, &get, &r), WSMAN_UNAUTHORIZED);
	wsman_client_free(c);
	peer_stop(&p);
	assert_int_equal(p.count, 1);
	assert_null(strcasestr(p.seen[0], "Authorization:"));
	assert_non_null(strstr(p.seen[0], "<Body></Body>"));
}

static void digest_is_sent_only_after_a_challenge(void **state)
{
	struct peer p = { .answers = { CHALLENGE, OK("1") } };
	struct wsman_client *c;
	struct wsman_result r;

	peer_start(&p);
	c = client(&p);
	assert_int_equal(wsman_client_credentials(c, "admin", "S3cret!pw"), 0);
	assert_int_equal(wsman_client_exchange(c, &get, &r), WSMAN_OK);
	assert_string_equal(wsman_reply_value(r.reply, 0, "V"), "1");
	wsman_reply_free(r.reply);
	wsman_client_free(c);
	peer_stop(&p);
	assert_int_equal(p.count, 2);
	assert_null(strcasestr(p.seen[0], "Authorization:"));
	/* the request itself, not an empty probe */
	assert_non_null(strstr(p.seen[0], "</Envelope>"));
	assert_non_null(strstr(p.seen[1], "Authorization: Digest username=\"admin\""));
	assert_null(strstr(p.seen[1], "S3cret"));
}

static void no_weaker_method_gets_the_password(void **state)
{
	static const char *const schemes[] = {
		"Basic realm=\"x\"",
		"Bearer realm=\"x\"",
		"NTLM",
		"Negotiate",
	};

	for (size_t i = 0; i < sizeof(schemes) / sizeof(*schemes); i++) {
		char answer[256];
		struct peer p = { .answers = { answer, answer } };
		struct wsman_client *c;
		struct wsman_result r;

		snprintf(answer, sizeof(answer),
			 "HTTP/1.1 401 Unauthorized\r\n"
			 "WWW-Authenticate: %s\r\nContent-Length: 0\r\n\r\n",
			 schemes[i]);
		peer_start(&p);
		c = client(&p);
		assert_int_equal(wsman_client_credentials(c, "admin", "S3cret!pw"), 0);
		assert_int_equal(wsman_client_exchange(c, &get, &r), WSMAN_UNAUTHORIZED);
		wsman_client_free(c);
		peer_stop(&p);
		for (int k = 0; k < p.count; k++)
			assert_null(strcasestr(p.seen[k], "Authorization:"));
	}
}

static void wrong_credentials_are_reported(void **state)
{
	struct peer p = { .answers = { CHALLENGE, CHALLENGE, CHALLENGE } };
	struct wsman_client *c;
	struct wsman_result r;

	peer_start(&p);
	c = client(&p);
	assert_int_equal(wsman_client_credentials(c, "admin", "x"), 0);
	assert_int_equal(wsman_client_exchange(c, &get, &r), WSMAN_UNAUTHORIZED);
	wsman_client_free(c);
	peer_stop(&p);
	assert_int_equal(p.count, 2);
}

/* New credentials must not be answered to an old challenge. */
static void changed_credentials_wait_for_a_new_challenge(void **state)
{
	struct peer p = { .answers = { CHALLENGE, CHALLENGE, CHALLENGE, CHALLENGE } };
	struct wsman_client *c;
	struct wsman_result r;

	peer_start(&p);
	c = client(&p);
	wsman_client_credentials(c, "admin", "one");
	wsman_client_exchange(c, &get, &r);
	wsman_client_credentials(c, "admin", "two");
	wsman_client_exchange(c, &get, &r);
	wsman_client_free(c);
	peer_stop(&p);
	assert_int_equal(p.count, 4);
	assert_null(strcasestr(p.seen[2], "Authorization:"));
	assert_non_null(strcasestr(p.seen[3], "Authorization:"));
}

static void answer_to_another_request_is_refused(void **state)
{
	struct peer p = { .answers = { OK("2") } };
	struct wsman_client *c;
	struct wsman_result r;

	peer_start(&p);
	c = client(&p);
	assert_int_equal(wsman_client_exchange(c, &get, &r), WSMAN_BAD_REPLY);
	assert_null(r.reply);
	wsman_client_free(c);
	peer_stop(&p);
}

#define EMPTY(id) \
	"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" \
	"<a:Envelope xmlns:a=\"http://www.w3.org/2003/05/soap-envelope\">" \
	"<a:Header><a:RelatesTo>" id "</a:RelatesTo></a:Header><a:Body></a:Body></a:Envelope>"

static void only_a_delete_may_be_answered_with_nothing(void **state)
{
	struct peer p = { .answers = { EMPTY("1"), EMPTY("2") } };
	struct wsman_request req = get;
	struct wsman_client *c;
	struct wsman_result r;

	peer_start(&p);
	c = client(&p);
	assert_int_equal(wsman_client_exchange(c, &req, &r), WSMAN_BAD_REPLY);
	req.op = WSMAN_DELETE;
	assert_int_equal(wsman_client_exchange(c, &req, &r), WSMAN_OK);
	wsman_reply_free(r.reply);
	wsman_client_free(c);
	peer_stop(&p);
}

static void redirects_are_not_followed(void **state)
{
	struct peer p = { .answers = { "HTTP/1.1 307 Go\r\nLocation: http://127.0.0.1:1/\r\n"
				       "Content-Length: 0\r\n\r\n" } };
	struct wsman_client *c;
	struct wsman_result r;

	peer_start(&p);
	c = client(&p);
	assert_int_equal(wsman_client_exchange(c, &get, &r), WSMAN_HTTP);
	assert_int_equal(r.http_status, 307);
	wsman_client_free(c);
	peer_stop(&p);
}

static void endless_answer_is_cut_off(void **state)
{
	static char answer[WSMAN_REPLY_MAX + 4096];
	struct peer p = { .answers = { answer } };
	struct wsman_client *c;
	struct wsman_result r;

	memset(answer, 'x', sizeof(answer) - 1);
	memcpy(answer, "HTTP/1.1 200 OK\r\n\r\n", 19);
	peer_start(&p);
	c = client(&p);
	assert_int_equal(wsman_client_exchange(c, &get, &r), WSMAN_BAD_REPLY);
	wsman_client_free(c);
	peer_stop(&p);
}

/* A keep-alive answer, then a connection that ends at the second request. */
static void request_without_answer(bool vanish)
{
	static const char first[] = "HTTP/1.1 200 OK\r\nContent-Length: 156\r\n\r\n" ENVELOPE("1");
	struct peer p = { .answers = { first, "Connection: close", OK("2") } };
	struct wsman_client *c;
	struct wsman_result r;

	assert_int_equal(sizeof(ENVELOPE("1")) - 1, 156);
	p.silent = 1;
	p.vanish = vanish;
	peer_start(&p);
	c = client(&p);
	assert_int_equal(wsman_client_exchange(c, &get, &r), WSMAN_OK);
	wsman_reply_free(r.reply);
	assert_int_equal(wsman_client_exchange(c, &get, &r), WSMAN_LOST);
	assert_true(r.sent);
	wsman_client_free(c);
	peer_stop(&p);
	assert_int_equal(p.count, 2);
}

static void request_without_answer_is_not_repeated(void **state)
{
	request_without_answer(false);
}

/* The request may have been carried out: that is not "unreachable". */
static void peer_gone_after_the_request_is_a_loss(void **state)
{
	request_without_answer(true);
}

static void lost_and_missing_peers_are_told_apart(void **state)
{
	struct peer p = { .answers = { "Connection: close" } };
	struct wsman_client *c;
	struct wsman_result r;

	peer_start(&p);
	c = client(&p);
	assert_int_not_equal(wsman_client_exchange(c, &get, &r), WSMAN_OK);
	peer_stop(&p);
	assert_int_equal(wsman_client_exchange(c, &get, &r), WSMAN_CONNECT);
	assert_false(r.sent);
	wsman_client_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_credentials_means_no_authorization),
		cmocka_unit_test(digest_is_sent_only_after_a_challenge),
		cmocka_unit_test(no_weaker_method_gets_the_password),
		cmocka_unit_test(wrong_credentials_are_reported),
		cmocka_unit_test(changed_credentials_wait_for_a_new_challenge),
		cmocka_unit_test(answer_to_another_request_is_refused),
		cmocka_unit_test(only_a_delete_may_be_answered_with_nothing),
		cmocka_unit_test(redirects_are_not_followed),
		cmocka_unit_test(endless_answer_is_cut_off),
		cmocka_unit_test(request_without_answer_is_not_repeated),
		cmocka_unit_test(peer_gone_after_the_request_is_a_loss),
		cmocka_unit_test(lost_and_missing_peers_are_told_apart),
	};

	curl_global_init(CURL_GLOBAL_DEFAULT);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
