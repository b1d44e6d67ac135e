// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Answers with the headers and the chunk form of hardware (protocol.md 5.1). RPS
 * wants every chunk size in a line of its own and the text to end in "0", CRLF,
 * CRLF; MeshCentral wants ": " after header names and ignores the body of an
 * answer that closes without being chunked.
 */
#include "tools/vme/http.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <event2/buffer.h>
#include <openssl/crypto.h>

#define CHUNK_MAX 4096

static const struct {
	int status;
	const char *reason;
	const char *text;
} statuses[] = {
	{ 200, "OK", "" },
	{ 400, "Bad Request", "The request could not be understood." },
	{ 401, "Unauthorized",
	  "Log on failed. Incorrect user name or password, or user account temporarily locked." },
	{ 404, "Not Found", "There is no such page." },
	{ 405, "Method Not Allowed", "Only POST is taken here." },
	{ 413, "Request Entity Too Large", "The request is too large." },
	{ 417, "Expectation Failed", "The expectation cannot be met." },
	{ 431, "Request Header Fields Too Large", "The headers are too large." },
	{ 500, "Internal Server Error", "The device is out of resources." },
	{ 501, "Not Implemented", "This transfer encoding is not known." },
	{ 505, "HTTP Version Not Supported", "HTTP 1.1 is spoken here." },
};

static size_t find(int status)
{
	size_t i;

	for (i = 0; i < sizeof(statuses) / sizeof(*statuses); i++)
		if (statuses[i].status == status)
			return i;
	return find(500);
}

const char *http_reason(int status)
{
	return statuses[find(status)].reason;
}

static int add_date(struct evbuffer *out)
{
	char text[64];
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &tm);
	return evbuffer_add_printf(out, "Date: %s\r\n", text);
}

static int add_head(struct evbuffer *out, const struct http_server *server,
		    const struct http_answer *answer)
{
	if (evbuffer_add_printf(out, "HTTP/1.1 %d %s\r\n", answer->status,
				http_reason(answer->status)) < 0 ||
	    add_date(out) < 0)
		return -ENOMEM;
	if (answer->challenge &&
	    evbuffer_add_printf(out, "WWW-Authenticate: %s\r\n", answer->challenge) < 0)
		return -ENOMEM;
	if (evbuffer_add_printf(out,
				"Server: Intel(R) Active Management Technology %s\r\n"
				"X-Frame-Options: DENY\r\n"
				"Content-Type: %s\r\n%s",
				server->version, answer->content_type,
				answer->close ? "Connection: close\r\n" : "") < 0)
		return -ENOMEM;
	return 0;
}

/* The body stays one block until its last chunk has gone. */
struct sent_body {
	char *bytes;
	size_t len;
	unsigned int chunks;
};

static void chunk_sent(const void *data, size_t len, void *ctx)
{
	struct sent_body *body = ctx;

	if (--body->chunks)
		return;
	OPENSSL_cleanse(body->bytes, body->len);
	free(body->bytes);
	free(body);
}

static int add_chunks(struct evbuffer *out, struct sent_body *body)
{
	size_t at, len;
	int rc = 0;

	body->chunks = 1; /* ours, until all are queued */
	for (at = 0; at < body->len && !rc; at += len) {
		len = body->len - at < CHUNK_MAX ? body->len - at : CHUNK_MAX;
		if (evbuffer_add_printf(out, "%04zX\r\n", len) < 0)
			rc = -ENOMEM;
		body->chunks++;
		if (rc || evbuffer_add_reference(out, body->bytes + at, len, chunk_sent, body)) {
			body->chunks--;
			rc = -ENOMEM;
			break;
		}
		if (evbuffer_add(out, "\r\n", 2))
			rc = -ENOMEM;
	}
	chunk_sent(NULL, 0, body);
	if (!rc && evbuffer_add(out, "0\r\n\r\n", 5))
		rc = -ENOMEM;
	return rc;
}

int http_answer_chunked(struct evbuffer *out, const struct http_server *server,
			const struct http_answer *answer, char *body, size_t len)
{
	struct sent_body *sent = malloc(sizeof(*sent));

	if (!sent) {
		OPENSSL_cleanse(body, len);
		free(body);
		return -ENOMEM;
	}
	sent->bytes = body;
	sent->len = len;
	if (add_head(out, server, answer) ||
	    evbuffer_add_printf(out, "Transfer-Encoding: chunked\r\n\r\n") < 0) {
		sent->chunks = 1;
		chunk_sent(NULL, 0, sent);
		return -ENOMEM;
	}
	return add_chunks(out, sent);
}

int http_answer_page(struct evbuffer *out, const struct http_server *server, int status,
		     const char *challenge)
{
	const struct http_answer answer = {
		.status = status,
		.content_type = "text/html",
		.challenge = challenge,
		.close = true,
	};
	char page[512];
	int len;

	len = snprintf(page, sizeof(page),
		       "<!DOCTYPE html>\n<html><head><title>%d %s</title></head>"
		       "<body><h1>Intel(R) Active Management Technology</h1>"
		       "<p>%s</p></body></html>\n",
		       status, http_reason(status), statuses[find(status)].text);
	if (add_head(out, server, &answer) ||
	    evbuffer_add_printf(out, "Content-Length: %d\r\n\r\n%s", len, page) < 0)
		return -ENOMEM;
	return 0;
}
