// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One exchange after another with one peer, over libcurl: blocking, or on the
 * caller's multi handle.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <openssl/crypto.h>

#include "wsman.h"

#define HEADER_BYTES_MAX (16 * 1024)
#define CONNECT_MS	 10000
#define EXCHANGE_MS	 60000

struct wsman_client {
	struct wsman_options options;
	CURL *easy;
	CURLM *multi; /* while an exchange is under way on it */
	struct curl_slist *headers;
	char *request;
	unsigned int message_id;
	enum wsman_op op;
	bool credentials;
	char *body;
	size_t body_len;
	size_t body_size;
	size_t header_len;
	bool too_large;
	unsigned int challenges; /* 401s of this exchange that are answered */
	unsigned int sent;	 /* times the request went out */
	char error[CURL_ERROR_SIZE];
};

static void drop_body(struct wsman_client *c)
{
	if (c->body)
		OPENSSL_cleanse(c->body, c->body_size);
	free(c->body);
	c->body = NULL;
	c->body_len = 0;
	c->body_size = 0;
}

static size_t on_body(char *data, size_t one, size_t len, void *ctx)
{
	struct wsman_client *c = ctx;

	if (len > WSMAN_REPLY_MAX - c->body_len) {
		c->too_large = true;
		return 0;
	}
	if (c->body_len + len > c->body_size) {
		size_t size = c->body_size ? c->body_size : 4096;
		char *body;

		while (size < c->body_len + len)
			size *= 2;
		body = malloc(size);
		if (!body)
			return 0;
		if (c->body_len)
			memcpy(body, c->body, c->body_len);
		if (c->body)
			OPENSSL_cleanse(c->body, c->body_size);
		free(c->body);
		c->body = body;
		c->body_size = size;
	}
	memcpy(c->body + c->body_len, data, len);
	c->body_len += len;
	return len;
}

/* A new status line begins a new answer: the one before was a challenge. */
static size_t on_header(char *data, size_t one, size_t len, void *ctx)
{
	struct wsman_client *c = ctx;

	if (len >= 12 && !strncasecmp(data, "HTTP/", 5)) {
		c->challenges += c->credentials && !strncmp(data + 9, "401", 3);
		drop_body(c);
		c->header_len = 0;
	}
	c->header_len += len;
	if (c->header_len > HEADER_BYTES_MAX) {
		c->too_large = true;
		return 0;
	}
	return len;
}

/*
 * libcurl repeats a request by itself when a connection it used again ends
 * without an answer. A command may have been carried out by then: only a
 * challenge is a reason to send again.
 */
static int on_send(void *ctx, char *peer, char *local, int peer_port, int local_port)
{
	struct wsman_client *c = ctx;

	if (c->sent > c->challenges)
		return CURL_PREREQFUNC_ABORT;
	c->sent++;
	return CURL_PREREQFUNC_OK;
}

static CURLcode on_ssl_ctx(CURL *easy, void *ssl_ctx, void *arg)
{
	struct wsman_client *c = arg;

	return c->options.tls_setup(ssl_ctx, c->options.tls_ctx) ? CURLE_SSL_CERTPROBLEM : CURLE_OK;
}

static CURLcode set_tls(struct wsman_client *c)
{
	const struct wsman_options *o = &c->options;
	CURLcode rc;

	rc = curl_easy_setopt(c->easy, CURLOPT_SSLVERSION,
			      (o->tls_min ? o->tls_min : (long)CURL_SSLVERSION_TLSv1_2) |
				      (long)CURL_SSLVERSION_MAX_TLSv1_2);
	if (!rc && o->tls_ciphers)
		rc = curl_easy_setopt(c->easy, CURLOPT_SSL_CIPHER_LIST, o->tls_ciphers);
	if (rc || !o->tls_setup)
		return rc;
	curl_easy_setopt(c->easy, CURLOPT_SSL_VERIFYPEER, 0L);
	curl_easy_setopt(c->easy, CURLOPT_SSL_VERIFYHOST, 0L);
	/* a resumed TLS session would pass by tls_setup's verification */
	curl_easy_setopt(c->easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);
	curl_easy_setopt(c->easy, CURLOPT_SSL_CTX_DATA, c);
	return curl_easy_setopt(c->easy, CURLOPT_SSL_CTX_FUNCTION, on_ssl_ctx);
}

/* A handle without a past: no challenge of before is answered again. */
static int new_handle(struct wsman_client *c)
{
	const struct wsman_options *o = &c->options;
	CURL *e = curl_easy_init();

	if (!e)
		return -ENOMEM;
	curl_easy_cleanup(c->easy);
	c->easy = e;
	if (curl_easy_setopt(e, CURLOPT_URL, o->url) || set_tls(c) ||
	    curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, o->plain ? "http,https" : "https"))
		return -EINVAL;
	curl_easy_setopt(e, CURLOPT_PROXY, "");
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(e, CURLOPT_HTTPHEADER, c->headers);
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, o->connect_ms ? o->connect_ms : CONNECT_MS);
	curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, o->exchange_ms ? o->exchange_ms : EXCHANGE_MS);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, c);
	curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(e, CURLOPT_HEADERDATA, c);
	curl_easy_setopt(e, CURLOPT_PREREQFUNCTION, on_send);
	curl_easy_setopt(e, CURLOPT_PREREQDATA, c);
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, c->error);
	curl_easy_setopt(e, CURLOPT_PRIVATE, c);
	return 0;
}

int wsman_client_new(const struct wsman_options *options, struct wsman_client **out)
{
	struct wsman_client *c = calloc(1, sizeof(*c));
	int ret;

	*out = NULL;
	if (!c)
		return -ENOMEM;
	c->options = *options;
	c->options.url = strdup(options->url);
	c->options.tls_ciphers = options->tls_ciphers ? strdup(options->tls_ciphers) : NULL;
	c->headers = curl_slist_append(NULL, "Content-Type: application/soap+xml;charset=UTF-8");
	if (c->headers)
		curl_slist_append(c->headers, "Expect:");
	ret = c->options.url && c->headers ? new_handle(c) : -ENOMEM;
	if (ret) {
		wsman_client_free(c);
		return ret;
	}
	*out = c;
	return 0;
}

static void end_exchange(struct wsman_client *c)
{
	if (c->multi)
		curl_multi_remove_handle(c->multi, c->easy);
	c->multi = NULL;
	wsman_text_free(c->request);
	c->request = NULL;
}

void wsman_client_free(struct wsman_client *c)
{
	if (!c)
		return;
	end_exchange(c);
	curl_easy_cleanup(c->easy);
	curl_slist_free_all(c->headers);
	drop_body(c);
	free((char *)c->options.url);
	free((char *)c->options.tls_ciphers);
	free(c);
}

int wsman_client_credentials(struct wsman_client *c, const char *user, const char *password)
{
	int ret = new_handle(c);

	c->credentials = user != NULL;
	if (ret || !user)
		return ret;
	/*
	 * With Digest as the only method libcurl would probe with an empty
	 * POST first, which a session that needs no challenge would take for
	 * the request. A second method makes it send the request as it is and
	 * wait for a challenge. Bearer, because without a token, and none is
	 * ever set, it sends nothing.
	 */
	if (curl_easy_setopt(c->easy, CURLOPT_HTTPAUTH, CURLAUTH_DIGEST | CURLAUTH_BEARER) ||
	    curl_easy_setopt(c->easy, CURLOPT_USERNAME, user) ||
	    curl_easy_setopt(c->easy, CURLOPT_PASSWORD, password))
		return -ENOMEM;
	return 0;
}

static int prepare(struct wsman_client *c, const struct wsman_request *req)
{
	int ret;

	if (c->request)
		return -EBUSY;
	ret = wsman_build(req, ++c->message_id, &c->request);
	if (ret)
		return ret;
	c->op = req->op;
	drop_body(c);
	c->header_len = 0;
	c->too_large = false;
	c->challenges = 0;
	c->sent = 0;
	c->error[0] = '\0';
	curl_easy_setopt(c->easy, CURLOPT_POSTFIELDSIZE, (long)strlen(c->request));
	if (curl_easy_setopt(c->easy, CURLOPT_POSTFIELDS, c->request)) {
		end_exchange(c);
		return -ENOMEM;
	}
	return 0;
}

static void __attribute__((format(printf, 2, 3))) say(struct wsman_result *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(r->why, sizeof(r->why), fmt, ap);
	va_end(ap);
}

static enum wsman_outcome curl_outcome(struct wsman_client *c, CURLcode code)
{
	bool unanswered = c->sent > c->challenges;

	switch (code) {
	case CURLE_COULDNT_CONNECT:
	case CURLE_COULDNT_RESOLVE_HOST:
		/* perhaps libcurl's attempt to send what was sent before */
		return unanswered ? WSMAN_LOST : WSMAN_CONNECT;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
	case CURLE_PEER_FAILED_VERIFICATION:
		return unanswered ? WSMAN_LOST : WSMAN_TLS;
	case CURLE_OPERATION_TIMEDOUT:
		return WSMAN_TIMEOUT;
	case CURLE_WRITE_ERROR:
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_UNSUPPORTED_PROTOCOL:
		return c->too_large || code != CURLE_WRITE_ERROR ? WSMAN_BAD_REPLY : WSMAN_LOCAL;
	case CURLE_OUT_OF_MEMORY:
	case CURLE_FAILED_INIT:
	case CURLE_URL_MALFORMAT:
		return WSMAN_LOCAL;
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
		/* nothing sent yet: it was TLS that broke off */
		return unanswered ? WSMAN_LOST : WSMAN_TLS;
	default:
		return WSMAN_LOST;
	}
}

static enum wsman_outcome transport_failed(struct wsman_client *c, CURLcode code,
					   struct wsman_result *r)
{
	r->outcome = curl_outcome(c, code);
	if (c->too_large)
		say(r, "the answer is larger than an AMT device ever sends");
	else if (code == CURLE_ABORTED_BY_CALLBACK ||
		 (r->outcome == WSMAN_LOST && code == CURLE_COULDNT_CONNECT))
		say(r, "the device closed the connection without an answer");
	else
		say(r, "%s", c->error[0] ? c->error : curl_easy_strerror(code));
	return r->outcome;
}

/* The answer must be to this request and of its kind. */
static bool fits(struct wsman_client *c, struct wsman_result *r)
{
	char id[16];

	snprintf(id, sizeof(id), "%u", c->message_id);
	if (strcmp(wsman_reply_relates_to(r->reply), id)) {
		say(r, "the answer is not to this request (RelatesTo differs)");
		return false;
	}
	if (!*wsman_reply_payload(r->reply) && c->op != WSMAN_DELETE) {
		say(r, "the answer is empty");
		return false;
	}
	return true;
}

static enum wsman_outcome read_reply(struct wsman_client *c, struct wsman_result *r)
{
	int ret = wsman_reply_parse(c->body, c->body_len, &r->reply);

	if (ret && r->http_status != 200) {
		say(r, "HTTP status %ld", r->http_status);
		return WSMAN_HTTP;
	}
	if (ret) {
		say(r, ret == -EMSGSIZE ? "the answer is too large or too deep" :
					  "the answer is not a SOAP envelope");
		return WSMAN_BAD_REPLY;
	}
	if (wsman_reply_is_fault(r->reply)) {
		say(r, "fault %.60s: %.160s", wsman_reply_fault_code(r->reply),
		    wsman_reply_fault_reason(r->reply));
		return WSMAN_FAULT;
	}
	if (r->http_status != 200) {
		say(r, "HTTP status %ld", r->http_status);
		return WSMAN_HTTP;
	}
	return fits(c, r) ? WSMAN_OK : WSMAN_BAD_REPLY;
}

enum wsman_outcome wsman_client_end(struct wsman_client *c, CURLcode code, struct wsman_result *r)
{
	memset(r, 0, sizeof(*r));
	r->challenged = c->challenges > 0;
	r->sent = code && c->sent > c->challenges;
	if (code) {
		transport_failed(c, code, r);
	} else {
		curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &r->http_status);
		if (r->http_status == 401) {
			r->outcome = WSMAN_UNAUTHORIZED;
			say(r, "the device %s",
			    c->credentials ? "refused the credentials" : "asks for credentials");
		} else {
			r->outcome = read_reply(c, r);
		}
	}
	if (r->outcome != WSMAN_OK && r->outcome != WSMAN_FAULT) {
		wsman_reply_free(r->reply);
		r->reply = NULL;
	}
	end_exchange(c);
	drop_body(c);
	return r->outcome;
}

static enum wsman_outcome not_begun(int error, struct wsman_result *r)
{
	memset(r, 0, sizeof(*r));
	r->outcome = WSMAN_LOCAL;
	say(r, "the request could not be made: %s", strerror(-error));
	return r->outcome;
}

enum wsman_outcome wsman_client_exchange(struct wsman_client *c, const struct wsman_request *req,
					 struct wsman_result *r)
{
	int ret = prepare(c, req);

	if (ret)
		return not_begun(ret, r);
	return wsman_client_end(c, curl_easy_perform(c->easy), r);
}

int wsman_client_begin(struct wsman_client *c, CURLM *multi, const struct wsman_request *req)
{
	int ret = prepare(c, req);

	if (ret)
		return ret;
	if (curl_multi_add_handle(multi, c->easy)) {
		end_exchange(c);
		return -ENOMEM;
	}
	c->multi = multi;
	return 0;
}
