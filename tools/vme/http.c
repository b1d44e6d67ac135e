// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The request parser. Bytes come in pieces of any size. Whatever is ambiguous
 * (two lengths, a length and chunks, folded or nameless headers) is refused:
 * a guess about where a body ends is how requests get smuggled.
 */
#include "tools/vme/http.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <openssl/crypto.h>

static void bad(struct http_request *req, int status)
{
	if (req->state == HTTP_BAD) /* the first fault is the answer */
		return;
	req->state = HTTP_BAD;
	req->error = status;
}

void http_request_reset(struct http_request *req)
{
	if (req->body)
		OPENSSL_cleanse(req->body, req->body_size);
	free(req->body);
	OPENSSL_cleanse(req, sizeof(*req));
}

static int body_reserve(struct http_request *req, size_t size)
{
	uint8_t *bigger;

	if (req->body && size <= req->body_size)
		return 0;
	bigger = malloc(size + 1);
	if (!bigger)
		return -1;
	if (req->body) {
		memcpy(bigger, req->body, req->body_len);
		OPENSSL_cleanse(req->body, req->body_size);
		free(req->body);
	}
	req->body = bigger;
	req->body_size = size;
	return 0;
}

static void done(struct http_request *req)
{
	if (body_reserve(req, req->body_len)) {
		bad(req, 500);
		return;
	}
	req->body[req->body_len] = '\0';
	req->state = HTTP_DONE;
}

/* --- headers --- */

/* A decimal number with nothing around it; false also above the body cap, with
 * @over set.
 */
static bool read_length(const char *text, size_t *out, bool *over)
{
	size_t value = 0;

	*over = false;
	if (!*text)
		return false;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return false;
		value = value * 10 + (*text - '0');
		if (value > HTTP_BODY_MAX)
			*over = true;
		if (*over)
			value = 0;
	}
	*out = value;
	return !*over;
}

static void on_length(struct http_request *req, const char *value)
{
	size_t length;
	bool over;

	if (!read_length(value, &length, &over))
		bad(req, over ? 413 : 400);
	else if (req->has_length && length != req->left)
		bad(req, 400);
	else
		req->left = length;
	req->has_length = true;
}

static void on_encoding(struct http_request *req, const char *value)
{
	if (req->chunked || strcasecmp(value, "chunked"))
		bad(req, req->chunked ? 400 : 501);
	req->chunked = true;
}

/* Is @token one of the comma-separated words of @list? */
static bool has_token(const char *list, const char *token)
{
	size_t len = strlen(token);

	while (*list) {
		list += strspn(list, ", \t");
		if (!strncasecmp(list, token, len) && (!list[len] || strchr(", \t", list[len])))
			return true;
		list += strcspn(list, ",");
	}
	return false;
}

static void on_connection(struct http_request *req, const char *value)
{
	if (has_token(value, "close"))
		req->keep_alive = false;
	else if (has_token(value, "keep-alive"))
		req->keep_alive = true;
}

static void on_authorization(struct http_request *req, const char *value)
{
	if (req->authorization)
		bad(req, 400);
	req->authorization = value;
}

static void on_expect(struct http_request *req, const char *value)
{
	if (strcasecmp(value, "100-continue"))
		bad(req, 417);
	req->expect_continue = true;
}

static const struct {
	const char *name;
	void (*take)(struct http_request *req, const char *value);
} headers[] = {
	{ "Content-Length", on_length }, { "Transfer-Encoding", on_encoding },
	{ "Connection", on_connection }, { "Authorization", on_authorization },
	{ "Expect", on_expect },
};

static bool is_name_char(char c)
{
	return c > ' ' && c < 0x7f && !strchr("()<>@,;:\\\"/[]?={}", c);
}

static void take_header(struct http_request *req, char *line)
{
	char *colon = line;
	char *end;
	size_t i;

	while (is_name_char(*colon))
		colon++;
	if (colon == line || *colon != ':') {
		bad(req, 400);
		return;
	}
	*colon++ = '\0';
	colon += strspn(colon, " \t");
	for (end = colon + strlen(colon); end > colon; end--)
		if (end[-1] != ' ' && end[-1] != '\t')
			break;
	*end = '\0';
	for (i = 0; i < sizeof(headers) / sizeof(*headers); i++) {
		if (strcasecmp(line, headers[i].name))
			continue;
		headers[i].take(req, colon);
		return;
	}
}

static void take_request_line(struct http_request *req, char *line)
{
	char *target = strchr(line, ' ');
	char *version = target ? strchr(target + 1, ' ') : NULL;
	char *at;

	if (!version || target == line || version == target + 1) {
		bad(req, 400);
		return;
	}
	*target++ = '\0';
	*version++ = '\0';
	for (at = line; *at; at++)
		if (!is_name_char(*at))
			bad(req, 400);
	for (at = target; *at; at++)
		if (*at <= ' ' || *at >= 0x7f)
			bad(req, 400);
	if (!strcmp(version, "HTTP/1.1"))
		req->keep_alive = true;
	else if (strcmp(version, "HTTP/1.0"))
		bad(req, strncmp(version, "HTTP/", 5) ? 400 : 505);
	req->method = line;
	req->target = target;
}

/* The next line of the head, cut at its end; NULL after the last. */
static char *next_line(char **at)
{
	char *line = *at;
	char *end = strchr(line, '\n');

	if (!end)
		return NULL;
	*at = end + 1;
	if (end > line && end[-1] == '\r')
		end--;
	*end = '\0';
	return *line ? line : NULL;
}

static void begin_body(struct http_request *req)
{
	if (req->chunked && req->has_length) {
		bad(req, 400);
	} else if (req->chunked) {
		req->state = HTTP_CHUNK_SIZE;
	} else if (!req->left) {
		done(req);
	} else if (body_reserve(req, req->left)) {
		bad(req, 500);
	} else {
		req->state = HTTP_BODY;
	}
}

static void take_head(struct http_request *req)
{
	char *at = req->head;
	char *line = next_line(&at);

	if (line)
		take_request_line(req, line);
	else
		bad(req, 400);
	while (req->state == HTTP_HEAD && (line = next_line(&at)))
		take_header(req, line);
	if (req->state == HTTP_HEAD)
		begin_body(req);
}

/* True when @head now ends with an empty line. */
static bool head_ends(const struct http_request *req)
{
	const char *end = req->head + req->head_len;

	if (req->head_len >= 2 && end[-1] == '\n' && end[-2] == '\n')
		return true;
	return req->head_len >= 3 && end[-1] == '\n' && end[-2] == '\r' && end[-3] == '\n';
}

static size_t feed_head(struct http_request *req, const char *data, size_t len)
{
	size_t i;

	for (i = 0; i < len && req->state == HTTP_HEAD; i++) {
		/* empty lines before a request are skipped (RFC 9112 2.2) */
		if (!req->head_len && (data[i] == '\r' || data[i] == '\n'))
			continue;
		if (!data[i]) {
			bad(req, 400);
			break;
		}
		if (req->head_len == HTTP_HEAD_MAX) {
			bad(req, 431);
			break;
		}
		req->head[req->head_len++] = data[i];
		if (head_ends(req))
			take_head(req);
	}
	return i;
}

/* --- bodies --- */

static size_t feed_data(struct http_request *req, const char *data, size_t len)
{
	if (len > req->left)
		len = req->left;
	memcpy(req->body + req->body_len, data, len);
	req->body_len += len;
	req->left -= len;
	if (req->left)
		return len;
	if (req->state == HTTP_BODY)
		done(req);
	else
		req->state = HTTP_CHUNK_END;
	return len;
}

static void take_chunk_size(struct http_request *req)
{
	size_t digits = strspn(req->line, "0123456789abcdefABCDEF");
	const char *end = req->line + digits;
	unsigned long size = 0;

	if (digits && digits <= 8) /* strtoul() alone would take "0x" */
		size = strtoul(req->line, NULL, 16);
	end += strspn(end, " \t");
	if (!digits || (*end && *end != ';')) {
		bad(req, 400);
	} else if (digits > 8 || size > HTTP_BODY_MAX - req->body_len) {
		bad(req, 413);
	} else if (!size) {
		req->state = HTTP_TRAILER;
	} else {
		size_t want = req->body_len + size;

		/* double, so that many small chunks copy little */
		if (want > req->body_size && want < 2 * req->body_size)
			want = 2 * req->body_size;
		if (body_reserve(req, want)) {
			bad(req, 500);
			return;
		}
		req->left = size;
		req->state = HTTP_CHUNK_DATA;
	}
}

static void take_line(struct http_request *req)
{
	switch (req->state) {
	case HTTP_CHUNK_SIZE:
		take_chunk_size(req);
		break;
	case HTTP_CHUNK_END:
		if (*req->line)
			bad(req, 400);
		else
			req->state = HTTP_CHUNK_SIZE;
		break;
	default: /* a trailer */
		req->trailer_len += req->line_len;
		if (!*req->line)
			done(req);
		else if (req->trailer_len > HTTP_HEAD_MAX)
			bad(req, 431);
		break;
	}
}

static size_t feed_line(struct http_request *req, const char *data, size_t len)
{
	const char *newline = memchr(data, '\n', len);
	size_t take = newline ? (size_t)(newline - data) : len;

	if (req->line_len + take > HTTP_LINE_MAX || memchr(data, 0, take)) {
		bad(req, 400);
		return take;
	}
	memcpy(req->line + req->line_len, data, take);
	req->line_len += take;
	if (!newline)
		return take;
	if (req->line_len && req->line[req->line_len - 1] == '\r')
		req->line_len--;
	req->line[req->line_len] = '\0';
	take_line(req);
	req->line_len = 0;
	return take + 1;
}

size_t http_request_feed(struct http_request *req, const void *data, size_t len)
{
	const char *at = data;
	size_t taken = 0;

	while (taken < len && req->state != HTTP_DONE && req->state != HTTP_BAD) {
		if (req->state == HTTP_HEAD)
			taken += feed_head(req, at + taken, len - taken);
		else if (req->state == HTTP_BODY || req->state == HTTP_CHUNK_DATA)
			taken += feed_data(req, at + taken, len - taken);
		else
			taken += feed_line(req, at + taken, len - taken);
	}
	return taken;
}
