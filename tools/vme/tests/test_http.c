// SPDX-License-Identifier: GPL-2.0-or-later
/* The request parser in pieces of every size, hostile input, answers to the byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <event2/buffer.h>
#include "tools/vme/http.h"

static const char plain[] = "POST /wsman HTTP/1.1\r\nHost: 127.0.0.1:16993\r\n"
			    "Authorization: Digest username=\"admin\"\r\n"
			    "content-length:   11  \r\nConnection: close\r\n\r\nhello world";
static const char chunked[] = "\r\nPOST /wsman HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
			      "5;ext=1\r\nhello\r\n0006 \r\n world\r\n000\r\nTrailer: x\r\n\r\n";
static const char old[] = "GET / HTTP/1.0\nHost: x\n\n";

static struct http_request *request(void)
{
	struct http_request *req = calloc(1, sizeof(*req));

	assert_non_null(req);
	return req;
}

static size_t feed(struct http_request *req, const char *text)
{
	return http_request_feed(req, text, strlen(text));
}

static void drop(struct http_request *req)
{
	http_request_reset(req);
	free(req);
}

static void expect_plain(const struct http_request *req)
{
	assert_int_equal(req->state, HTTP_DONE);
	assert_string_equal(req->method, "POST");
	assert_string_equal(req->target, "/wsman");
	assert_string_equal((char *)req->body, "hello world");
	assert_int_equal(req->body_len, 11);
}

/* Both requests at once, cut at @cut and fed from exact-size heap copies, so
 * that the sanitizer sees a byte read too far.
 */
static void feed_cut(const char *text, size_t len, size_t cut)
{
	struct http_request *req = request();
	char *first = malloc(cut + 1), *rest = malloc(len - cut + 1);
	size_t n;

	memcpy(first, text, cut);
	memcpy(rest, text + cut, len - cut);
	n = http_request_feed(req, first, cut);
	if (req->state != HTTP_DONE) {
		assert_int_equal(n, cut);
		http_request_feed(req, rest, len - cut);
	}
	expect_plain(req);
	free(first);
	free(rest);
	drop(req);
}

static void request_is_the_same_in_pieces_of_any_size(void **state)
{
	size_t cut;

	for (cut = 0; cut <= strlen(plain); cut++)
		feed_cut(plain, strlen(plain), cut);
	for (cut = 0; cut <= strlen(chunked); cut++)
		feed_cut(chunked, strlen(chunked), cut);
}

static void byte_by_byte_requests_follow_each_other(void **state)
{
	struct http_request *req = request();
	char both[1024];
	size_t i, done = 0;

	snprintf(both, sizeof(both), "%s%s%s%s", plain, chunked, old, plain);
	for (i = 0; i < strlen(both); i++) {
		assert_int_equal(http_request_feed(req, both + i, 1), 1);
		assert_int_not_equal(req->state, HTTP_BAD);
		if (req->state != HTTP_DONE)
			continue;
		if (done++ != 2)
			expect_plain(req);
		http_request_reset(req);
	}
	assert_int_equal(done, 4);
	drop(req);
}

static void headers_are_understood(void **state)
{
	struct http_request *req = request();

	feed(req, plain);
	assert_string_equal(req->authorization, "Digest username=\"admin\"");
	assert_false(req->keep_alive);
	http_request_reset(req);
	feed(req, chunked);
	assert_true(req->keep_alive);
	assert_null(req->authorization);
	http_request_reset(req);
	feed(req, old);
	assert_int_equal(req->state, HTTP_DONE);
	assert_false(req->keep_alive);
	assert_string_equal(req->target, "/");
	drop(req);
}

static void ambiguous_requests_are_refused(void **state)
{
	static const struct {
		const char *text;
		int status;
	} cases[] = {
		{ "\x16\x03\x01 x\r\n\r\n", 400 },
		{ "POST\r\n\r\n", 400 },
		{ "POST /wsman\r\n\r\n", 400 },
		{ "POST  /wsman HTTP/1.1\r\n\r\n", 400 },
		{ "POST /wsman HTTP/2.0\r\n\r\n", 505 },
		{ "POST /wsman FTP/1.1\r\n\r\n", 400 },
		{ "P(ST /wsman HTTP/1.1\r\n\r\n", 400 },
		{ "POST /\x01 HTTP/1.1\r\n\r\n", 400 },
		{ "POST / HTTP/1.1\r\nNo colon\r\n\r\n", 400 },
		{ "POST / HTTP/1.1\r\n: empty\r\n\r\n", 400 },
		{ "POST / HTTP/1.1\r\nContent-Length : 3\r\n\r\n", 400 },
		{ "POST / HTTP/1.1\r\nA: b\r\n folded\r\n\r\n", 400 },
		{ "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400 },
		{ "POST / HTTP/1.1\r\nContent-Length: 0x10\r\n\r\n", 400 },
		{ "POST / HTTP/1.1\r\nContent-Length:\r\n\r\n", 400 },
		{ "POST / HTTP/1.1\r\nContent-Length: 3, 3\r\n\r\n", 400 },
		{ "POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n", 400 },
		{ "POST / HTTP/1.1\r\nContent-Length: 262145\r\n\r\n", 413 },
		{ "POST / HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n", 413 },
		{ "POST / HTTP/1.1\r\nContent-Length: 18446744073709551617\r\n\r\n", 413 },
		{ "POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
		  400 },
		{ "POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 501 },
		{ "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
		  400 },
		{ "POST / HTTP/1.1\r\nAuthorization: a\r\nAuthorization: b\r\n\r\n", 400 },
		{ "POST / HTTP/1.1\r\nExpect: tea\r\n\r\n", 417 },
		{ "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400 },
		{ "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", 400 },
		{ "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", 400 },
		{ "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0x3\r\n", 400 },
		{ "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n40001\r\n", 413 },
		{ "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
		  413 },
		{ "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", 400 },
	};
	struct http_request *req = request();
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		feed(req, cases[i].text);
		if (req->state != HTTP_BAD || req->error != cases[i].status)
			print_error("case %zu: state %d error %d\n", i, req->state, req->error);
		assert_int_equal(req->state, HTTP_BAD);
		assert_int_equal(req->error, cases[i].status);
		http_request_reset(req);
	}
	http_request_feed(req, "POST / HT\0TP", 12);
	assert_int_equal(req->state, HTTP_BAD);
	drop(req);
}

static void oversize_is_cut_off(void **state)
{
	struct http_request *req = request();
	char junk[1000];
	size_t fed = 0;
	int i;

	memset(junk, 'a', sizeof(junk));
	while (req->state == HTTP_HEAD)
		fed += http_request_feed(req, junk, sizeof(junk));
	assert_int_equal(req->error, 431);
	assert_true(fed <= HTTP_HEAD_MAX + sizeof(junk));
	http_request_reset(req);

	/* small chunks that add up */
	feed(req, "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
	for (i = 0; i < 300 && req->state != HTTP_BAD; i++) {
		feed(req, "3E8\r\n");
		http_request_feed(req, junk, sizeof(junk));
		feed(req, "\r\n");
	}
	assert_int_equal(req->error, 413);
	assert_int_equal(i, HTTP_BODY_MAX / 1000 + 1);
	http_request_reset(req);

	/* trailers without end */
	feed(req, "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n");
	for (i = 0; i < 300 && req->state != HTTP_BAD; i++)
		feed(req,
		     "Trailer: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n");
	assert_int_equal(req->state, HTTP_BAD);
	drop(req);
}

static void largest_body_is_taken(void **state)
{
	struct http_request *req = request();
	char *body = calloc(1, HTTP_BODY_MAX);

	feed(req, "POST / HTTP/1.1\r\nContent-Length: 262144\r\n\r\n");
	assert_int_equal(http_request_feed(req, body, HTTP_BODY_MAX), HTTP_BODY_MAX);
	assert_int_equal(req->state, HTTP_DONE);
	assert_int_equal(req->body_len, HTTP_BODY_MAX);
	free(body);
	drop(req);
}

/* The text of an answer without its Date line. */
static char *answer_text(struct evbuffer *out)
{
	size_t len = evbuffer_get_length(out);
	char *text = calloc(1, len + 1);
	char *date, *end;

	evbuffer_remove(out, text, len);
	date = strstr(text, "Date: ");
	assert_non_null(date);
	end = strstr(date, "\r\n") + 2;
	memmove(date, end, strlen(end) + 1);
	return text;
}

static void answer_is_chunked_like_hardware(void **state)
{
	const struct http_server server = { .version = "12.0.49" };
	const struct http_answer answer = {
		.status = 200,
		.content_type = "application/soap+xml; charset=UTF-8",
	};
	struct evbuffer *out = evbuffer_new();
	char *big = malloc(4096 + 0x4CC);
	char *text, *at;

	assert_int_equal(http_answer_chunked(out, &server, &answer, strdup("hello world"), 11), 0);
	text = answer_text(out);
	assert_string_equal(text, "HTTP/1.1 200 OK\r\n"
				  "Server: Intel(R) Active Management Technology 12.0.49\r\n"
				  "X-Frame-Options: DENY\r\n"
				  "Content-Type: application/soap+xml; charset=UTF-8\r\n"
				  "Transfer-Encoding: chunked\r\n\r\n"
				  "000B\r\nhello world\r\n0\r\n\r\n");
	/* MeshCentral reads the version at byte 46 of the line */
	at = strstr(text, "Server: ");
	assert_int_equal(strncmp(at + 46, "12.0.49\r\n", 9), 0);
	free(text);

	memset(big, 'x', 4096 + 0x4CC);
	assert_int_equal(http_answer_chunked(out, &server, &answer, big, 4096 + 0x4CC), 0);
	text = answer_text(out);
	at = strstr(text, "\r\n\r\n1000\r\nxxxx");
	assert_non_null(at);
	assert_int_equal(strncmp(at + 10 + 4096, "\r\n04CC\r\nxxxx", 12), 0);
	assert_string_equal(at + 10 + 4096 + 8 + 0x4CC, "\r\n0\r\n\r\n");
	free(text);
	evbuffer_free(out);
}

static void refusal_is_a_page_that_closes(void **state)
{
	const struct http_server server = { .version = "12.0.49" };
	struct evbuffer *out = evbuffer_new();
	char *text, *body, length[64];

	assert_int_equal(http_answer_page(out, &server, 401, "Digest x"), 0);
	text = answer_text(out);
	assert_int_equal(strncmp(text, "HTTP/1.1 401 Unauthorized\r\n", 27), 0);
	assert_non_null(strstr(text, "\r\nWWW-Authenticate: Digest x\r\n"));
	assert_non_null(strstr(text, "\r\nContent-Type: text/html\r\n"));
	assert_non_null(strstr(text, "\r\nConnection: close\r\n"));
	body = strstr(text, "\r\n\r\n") + 4;
	assert_non_null(strstr(body, "Log on failed"));
	snprintf(length, sizeof(length), "\r\nContent-Length: %zu\r\n", strlen(body));
	assert_non_null(strstr(text, length));
	free(text);
	evbuffer_free(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(request_is_the_same_in_pieces_of_any_size),
		cmocka_unit_test(byte_by_byte_requests_follow_each_other),
		cmocka_unit_test(headers_are_understood),
		cmocka_unit_test(ambiguous_requests_are_refused),
		cmocka_unit_test(oversize_is_cut_off),
		cmocka_unit_test(largest_body_is_taken),
		cmocka_unit_test(answer_is_chunked_like_hardware),
		cmocka_unit_test(refusal_is_a_page_that_closes),
	};

	return cmocka_run_group_tests_name("http", tests, NULL, NULL);
}
