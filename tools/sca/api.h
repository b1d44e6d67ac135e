/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * HTTP with JSON on a UNIX socket, for meiprov-sca and whoever may open it.
 *
 *	GET  /v1/status
 *	GET  /v1/chains
 *	POST /v1/chains		{"chain": PEM, "key": PEM}
 *	GET  /v1/devices
 *	GET  /v1/devices/UUID
 *	POST /v1/devices/UUID	{"policy": "otp", "otp": TEXT}
 *				{"policy": "otp", "otp_new": true} -> "otp" in the answer
 *				{"policy": "bare-metal"}
 *	GET  /v1/hellos
 *	GET  /v1/log[?uuid=UUID][&after=ID][&limit=N]
 *
 * An error is {"error": {"doing", "why", "next"}} with a status of 4xx or 5xx.
 */
#ifndef SCA_API_H
#define SCA_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <event2/http.h>
#include <jansson.h>

struct chains;
struct engine;
struct hello_listener;
struct store;

struct api_server {
	struct store *store;
	struct engine *engine;
	struct chains *chains;
	const char *store_path;
	const char *hello;
	bool allow_test_ca;
	struct hello_listener *const *listeners;
	size_t listener_count;
};

struct api;

/* Makes the socket, mode 0600. NULL with errno set; @why says more. */
struct api *api_new(struct event_base *base, const char *path, const struct api_server *server,
		    char *why, size_t size);
void api_free(struct api *api);

/* --- between the api_*.c files --- */

/**
 * struct api_call - one request
 * @rest: what the path has after the route's, "" for nothing
 * @body: parsed body of a POST
 * @status: HTTP status, 200 at first
 */
struct api_call {
	const struct api_server *server;
	const char *rest;
	const char *query;
	json_t *body;
	int status;
};

/* Answers; the reference goes to the caller. */
typedef json_t *(*api_fn)(struct api_call *call);

json_t *api_error(struct api_call *call, int status, const char *doing, const char *why,
		  const char *next);
/* ISO 8601 in UTC, or null for 0. */
json_t *api_time(int64_t ms);

json_t *api_status(struct api_call *call);
json_t *api_chain_list(struct api_call *call);
json_t *api_chain_import(struct api_call *call);
json_t *api_device_list(struct api_call *call);
json_t *api_device_show(struct api_call *call);
json_t *api_device_register(struct api_call *call);
json_t *api_hello_list(struct api_call *call);
json_t *api_log(struct api_call *call);

#endif /* SCA_API_H */
