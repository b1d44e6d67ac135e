// SPDX-License-Identifier: GPL-2.0-or-later
/* The request parser: whole, and in pieces of the input's own choice. */
#include <stdlib.h>
#include <string.h>
#include "selftests/fuzz/fuzz.h"
#include "tools/vme/http.h"

/* All requests in @data, the pieces @step bytes long. */
static unsigned int parse(const uint8_t *data, size_t size, size_t step)
{
	struct http_request *req = calloc(1, sizeof(*req));
	unsigned int requests = 0;
	size_t at = 0;

	while (at < size && req->state != HTTP_BAD) {
		size_t len = size - at < step ? size - at : step;
		size_t taken = http_request_feed(req, data + at, len);

		if (taken > len || (!taken && req->state != HTTP_DONE && req->state != HTTP_BAD))
			abort();
		at += taken;
		if (req->state != HTTP_DONE)
			continue;
		if (req->body_len > HTTP_BODY_MAX || req->body[req->body_len] || !req->method ||
		    !req->target)
			abort();
		requests++;
		http_request_reset(req);
	}
	http_request_reset(req);
	free(req);
	return requests;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* how the bytes come must not matter */
	if (parse(data, size, size ? size : 1) != parse(data, size, 1))
		abort();
	return 0;
}
