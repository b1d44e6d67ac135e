/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A WS-Management client for AMT: requests, replies and the exchange itself.
 *
 * Mechanism only. Which certificate to show, whom to trust, which credentials
 * to try and what a refusal means is the caller's business.
 *
 * Everything a peer sends is taken as hostile: no document type, no entities,
 * no redirects, and caps on size, depth, element count and time.
 *
 * Functions return 0 or a negative errno unless they say otherwise.
 */
#ifndef WSMAN_H
#define WSMAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <curl/curl.h>

/* ---------------------------------------------------------------- requests */

enum wsman_op {
	WSMAN_GET,
	WSMAN_PUT, /* @params are the properties */
	WSMAN_ENUMERATE,
	WSMAN_PULL,   /* needs @context */
	WSMAN_INVOKE, /* needs @method, @params are its input */
	WSMAN_CREATE, /* @params are the properties */
	WSMAN_DELETE,
};

struct wsman_param {
	const char *name;  /* an XML name: the program's, or out of a parsed reply */
	const char *value; /* any text in UTF-8; is escaped */
};

/**
 * struct wsman_request - one operation
 * @class_name: AMT_..., IPS_... or CIM_...; the prefix gives the resource URI
 * @selectors: name the instance for GET, PUT and DELETE; none for singletons
 */
struct wsman_request {
	enum wsman_op op;
	const char *class_name;
	const char *method;
	const char *context;
	const struct wsman_param *params;
	size_t param_count;
	const struct wsman_param *selectors;
	size_t selector_count;
};

/**
 * wsman_build() - the SOAP envelope of @req
 * @out: NUL-terminated text; it may hold secrets, free with wsman_text_free()
 *
 * -EINVAL for an unknown class prefix, a missing field or a character that XML
 * cannot carry.
 */
int wsman_build(const struct wsman_request *req, unsigned int message_id, char **out);
/* Wipes and frees; NULL is allowed. */
void wsman_text_free(char *text);

/* ----------------------------------------------------------------- replies */

#define WSMAN_REPLY_MAX	   (256 * 1024) /* bytes of one envelope */
#define WSMAN_DEPTH_MAX	   16
#define WSMAN_ELEMENTS_MAX 8192

struct wsman_reply;

/**
 * wsman_reply_parse() - read one envelope
 *
 * -EMSGSIZE too large, too deep or too many elements; -EBADMSG not XML, not an
 * envelope, or with a part that is never legitimate (document type, entity,
 * NUL byte).
 */
int wsman_reply_parse(const void *xml, size_t len, struct wsman_reply **out);
/* Wipes and frees; NULL is allowed. */
void wsman_reply_free(struct wsman_reply *reply);

/* RelatesTo of the header, "" when there is none. */
const char *wsman_reply_relates_to(const struct wsman_reply *reply);
/* Local name of the element in the body: "AMT_GeneralSettings", "Fault"; "" for an
 * empty body, which is the answer to a Delete.
 */
const char *wsman_reply_payload(const struct wsman_reply *reply);
/* Number of instances in a pull's answer; 1 for a Get or a method. */
size_t wsman_reply_count(const struct wsman_reply *reply);
/* Text of the first property @name of instance @i, or NULL. */
const char *wsman_reply_value(const struct wsman_reply *reply, size_t i, const char *name);
/* Property number @n of instance @i, in the order of the answer; false behind the last. */
bool wsman_reply_property(const struct wsman_reply *reply, size_t i, size_t n, const char **name,
			  const char **value);
/* Context of an enumeration that goes on, or NULL at its end. */
const char *wsman_reply_context(const struct wsman_reply *reply);

bool wsman_reply_is_fault(const struct wsman_reply *reply);
/* Most specific fault code without prefix ("AccessDenied"), "" for none. */
const char *wsman_reply_fault_code(const struct wsman_reply *reply);
const char *wsman_reply_fault_reason(const struct wsman_reply *reply);

/* ReturnValue of a method; -ENODATA when there is none, -EBADMSG not a number. */
int wsman_reply_return_value(const struct wsman_reply *reply, uint32_t *value);
/* Symbolic name of a ReturnValue of AMT_* classes, NULL for an unknown one. */
const char *wsman_status_name(uint32_t value);

/**
 * wsman_base64_decode() - strict base64, padding required
 *
 * Returns the number of bytes, -EINVAL, or -ENOBUFS.
 */
ssize_t wsman_base64_decode(const char *text, void *out, size_t size);

/* ---------------------------------------------------------------- exchange */

struct wsman_client;

/**
 * struct wsman_options - how to reach a peer; copied
 * @url: https://HOST:PORT/wsman
 * @plain: http:// is allowed too
 * @tls_min: CURL_SSLVERSION_TLSv1_..., 0 for 1.2
 * @tls_ciphers: OpenSSL list, NULL for the default
 * @tls_setup: called with each new connection's SSL_CTX; it takes over the
 *	verification of the peer. NULL: libcurl's own verification. A non-zero
 *	return refuses the connection.
 * @connect_ms: for TCP and TLS
 * @exchange_ms: for the whole exchange
 */
struct wsman_options {
	const char *url;
	bool plain;
	long tls_min;
	const char *tls_ciphers;
	int (*tls_setup)(void *ssl_ctx, void *ctx);
	void *tls_ctx;
	long connect_ms;
	long exchange_ms;
};

enum wsman_outcome {
	WSMAN_OK,	    /* an answer that is not a fault */
	WSMAN_FAULT,	    /* a SOAP fault */
	WSMAN_UNAUTHORIZED, /* 401: credentials missing or wrong */
	WSMAN_HTTP,	    /* another HTTP status without an envelope */
	WSMAN_BAD_REPLY,    /* unreadable, too large, or not to this request */
	WSMAN_CONNECT,	    /* TCP did not come about */
	WSMAN_TLS,	    /* TLS did not come about */
	WSMAN_TIMEOUT,
	WSMAN_LOST,  /* the connection ended during the exchange */
	WSMAN_LOCAL, /* out of memory or the like, here */
};

/**
 * struct wsman_result - what became of an exchange
 * @challenged: the answer was given to a digest login
 * @sent: the request went out and was not answered: it may have been carried out
 * @reply: with WSMAN_OK and WSMAN_FAULT; free with wsman_reply_free()
 * @why: one sentence without a full stop
 */
struct wsman_result {
	enum wsman_outcome outcome;
	long http_status;
	bool challenged;
	bool sent;
	struct wsman_reply *reply;
	char why[256];
};

/* Call curl_global_init() first. */
int wsman_client_new(const struct wsman_options *options, struct wsman_client **out);
/* Also ends an exchange under way, without a result. */
void wsman_client_free(struct wsman_client *client);

/**
 * wsman_client_credentials() - user and password from the next exchange on
 *
 * NULL for none. They are used for digest only, and only in answer to a
 * challenge of this peer.
 */
int wsman_client_credentials(struct wsman_client *client, const char *user, const char *password);
/* Blocking exchange. Returns the outcome too. */
enum wsman_outcome wsman_client_exchange(struct wsman_client *client,
					 const struct wsman_request *req,
					 struct wsman_result *result);

/**
 * wsman_client_begin() - start an exchange on @multi
 *
 * One at a time. When the multi handle reports CURLMSG_DONE, the easy handle's
 * CURLINFO_PRIVATE is @client: hand it and the code to wsman_client_end().
 */
int wsman_client_begin(struct wsman_client *client, CURLM *multi, const struct wsman_request *req);
enum wsman_outcome wsman_client_end(struct wsman_client *client, CURLcode code,
				    struct wsman_result *result);

#endif /* WSMAN_H */
