/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * HTTP/1.1 as AMT speaks it: a push parser for requests, a writer for answers.
 * Knows nothing of sockets.
 */
#ifndef VME_HTTP_H
#define VME_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct evbuffer;

#define HTTP_HEAD_MAX 16384 /* request line and headers */
#define HTTP_BODY_MAX (256 * 1024)
#define HTTP_LINE_MAX 1024 /* chunk size lines, trailers */

enum http_state {
	HTTP_HEAD,
	HTTP_BODY, /* Content-Length */
	HTTP_CHUNK_SIZE,
	HTTP_CHUNK_DATA,
	HTTP_CHUNK_END, /* the CRLF after the data */
	HTTP_TRAILER,
	HTTP_DONE, /* a whole request */
	HTTP_BAD,  /* answer @error and close */
};

struct http_request {
	enum http_state state;
	int error; /* HTTP status when HTTP_BAD */

	/* valid from HTTP_BODY on; point into @head */
	const char *method;
	const char *target;
	const char *authorization; /* NULL = none */
	bool keep_alive;
	bool chunked;
	bool expect_continue;

	uint8_t *body; /* NUL-terminated when HTTP_DONE */
	size_t body_len;

	/* inside the parser */
	char head[HTTP_HEAD_MAX + 1];
	size_t head_len;
	size_t body_size; /* allocated, without the NUL */
	bool has_length;
	size_t left; /* of the body or the chunk */
	char line[HTTP_LINE_MAX + 1];
	size_t line_len;
	size_t trailer_len;
};

/* Ready for the next request; wipes and frees what the last one held. */
void http_request_reset(struct http_request *req);

/*
 * Take bytes from @data until the request is whole or bad; returns how many were
 * taken. The rest belongs to the next request.
 */
size_t http_request_feed(struct http_request *req, const void *data, size_t len);

/* What every answer of one device says of itself. */
struct http_server {
	const char *version; /* "12.0.49" */
};

struct http_answer {
	int status;
	const char *content_type;
	const char *challenge; /* value of WWW-Authenticate or NULL */
	bool close;
};

/*
 * An answer with a chunked body. Takes over @body (from malloc), which is wiped
 * after it has been sent. 0 or -ENOMEM.
 */
int http_answer_chunked(struct evbuffer *out, const struct http_server *server,
			const struct http_answer *answer, char *body, size_t len);

/* An HTML page with Content-Length that ends the connection (protocol.md 5.1). */
int http_answer_page(struct evbuffer *out, const struct http_server *server, int status,
		     const char *challenge);

const char *http_reason(int status);

#endif /* VME_HTTP_H */
