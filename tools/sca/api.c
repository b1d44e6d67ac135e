// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <openssl/crypto.h>

#include "api.h"

#define BODY_MAX     (128 * 1024)
#define HEADERS_MAX  (8 * 1024)
#define PATH_MAX_LEN 256

struct api {
	struct api_server server;
	struct evhttp *http;
	char *path;
};

/* @prefix: takes what follows a slash after @path, too. */
static const struct route {
	enum evhttp_cmd_type method;
	const char *path;
	bool prefix;
	api_fn fn;
} routes[] = {
	{ EVHTTP_REQ_GET, "/v1/status", false, api_status },
	{ EVHTTP_REQ_GET, "/v1/chains", false, api_chain_list },
	{ EVHTTP_REQ_POST, "/v1/chains", false, api_chain_import },
	{ EVHTTP_REQ_GET, "/v1/devices", false, api_device_list },
	{ EVHTTP_REQ_GET, "/v1/devices", true, api_device_show },
	{ EVHTTP_REQ_POST, "/v1/devices", true, api_device_register },
	{ EVHTTP_REQ_GET, "/v1/hellos", false, api_hello_list },
	{ EVHTTP_REQ_GET, "/v1/log", false, api_log },
};

json_t *api_error(struct api_call *call, int status, const char *doing, const char *why,
		  const char *next)
{
	call->status = status;
	return json_pack("{s:{s:s, s:s, s:s}}", "error", "doing", doing, "why", why, "next", next);
}

json_t *api_time(int64_t ms)
{
	time_t t = (time_t)(ms / 1000);
	char text[40];
	struct tm tm;
	size_t n;

	if (!ms)
		return json_null();
	gmtime_r(&t, &tm);
	n = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text + n, sizeof(text) - n, ".%03dZ", (int)(ms % 1000));
	return json_string(text);
}

static const struct route *match(enum evhttp_cmd_type method, const char *path, const char **rest)
{
	for (size_t i = 0; i < sizeof(routes) / sizeof(*routes); i++) {
		size_t len = strlen(routes[i].path);

		if (routes[i].method != method || strncmp(path, routes[i].path, len))
			continue;
		if (routes[i].prefix && path[len] == '/' && path[len + 1]) {
			*rest = path + len + 1;
			return &routes[i];
		}
		if (!routes[i].prefix && !path[len]) {
			*rest = "";
			return &routes[i];
		}
	}
	return NULL;
}

static json_t *read_body(struct evhttp_request *req)
{
	struct evbuffer *in = evhttp_request_get_input_buffer(req);
	size_t len = evbuffer_get_length(in);
	unsigned char *data = len ? evbuffer_pullup(in, -1) : NULL;
	json_t *body;

	body = data ? json_loadb((char *)data, len, JSON_REJECT_DUPLICATES, NULL) : NULL;
	if (data)
		OPENSSL_cleanse(data, len);
	if (body && !json_is_object(body)) {
		json_decref(body);
		body = NULL;
	}
	return body;
}

static json_t *answer(struct api_call *call, struct evhttp_request *req)
{
	const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(req);
	enum evhttp_cmd_type method = evhttp_request_get_command(req);
	const char *path = evhttp_uri_get_path(uri);
	const struct route *route;

	call->query = evhttp_uri_get_query(uri);
	route = path && strlen(path) < PATH_MAX_LEN ? match(method, path, &call->rest) : NULL;
	if (!route)
		return api_error(call, 404, "answering the request",
				 "there is no such thing in this API",
				 "use a meiprov-sca of the server's version");
	if (method == EVHTTP_REQ_POST) {
		call->body = read_body(req);
		if (!call->body)
			return api_error(call, 400, "reading the request",
					 "its body is not a JSON object", "");
	}
	return route->fn(call);
}

static void send_json(struct evhttp_request *req, int status, json_t *json)
{
	char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
	struct evbuffer *out = evbuffer_new();

	if (!text || !out) {
		evhttp_send_error(req, 500, NULL);
	} else {
		evbuffer_add(out, text, strlen(text));
		evhttp_add_header(evhttp_request_get_output_headers(req), "Content-Type",
				  "application/json");
		evhttp_send_reply(req, status, NULL, out);
	}
	if (text)
		OPENSSL_cleanse(text, strlen(text));
	if (out)
		evbuffer_free(out);
	free(text);
}

static void on_request(struct evhttp_request *req, void *arg)
{
	struct api *api = arg;
	struct api_call call = { .server = &api->server, .status = 200 };
	json_t *json = answer(&call, req);

	send_json(req, call.status, json);
	json_decref(json);
	json_decref(call.body);
}

/* A socket left by a server that is gone is removed, a live one is not. */
static int clear_way(const struct sockaddr_un *sa)
{
	struct stat st;
	int fd;
	int ret;

	if (lstat(sa->sun_path, &st))
		return errno == ENOENT ? 0 : -errno;
	if (!S_ISSOCK(st.st_mode))
		return -EEXIST;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	ret = connect(fd, (const struct sockaddr *)sa, sizeof(*sa)) ? -errno : 0;
	close(fd);
	if (!ret)
		return -EADDRINUSE;
	return unlink(sa->sun_path) ? -errno : 0;
}

static int listen_unix(struct event_base *base, struct api *api)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	struct evconnlistener *evl;
	mode_t mask;
	int ret;

	if (strlen(api->path) >= sizeof(sa.sun_path))
		return -ENAMETOOLONG;
	strcpy(sa.sun_path, api->path);
	ret = clear_way(&sa);
	if (ret)
		return ret;
	mask = umask(0177);
	evl = evconnlistener_new_bind(base, NULL, NULL,
				      LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 64,
				      (struct sockaddr *)&sa, sizeof(sa));
	ret = evl ? 0 : -errno;
	umask(mask);
	if (ret)
		return ret;
	if (!evhttp_bind_listener(api->http, evl)) {
		evconnlistener_free(evl);
		return -ENOMEM;
	}
	return 0;
}

struct api *api_new(struct event_base *base, const char *path, const struct api_server *server,
		    char *why, size_t size)
{
	struct api *api = calloc(1, sizeof(*api));
	char *copy = strdup(path);
	int ret = -ENOMEM;

	if (api && copy) {
		api->server = *server;
		api->path = copy;
		copy = NULL;
		api->http = evhttp_new(base);
	}
	if (api && api->http) {
		evhttp_set_max_body_size(api->http, BODY_MAX);
		evhttp_set_max_headers_size(api->http, HEADERS_MAX);
		evhttp_set_timeout(api->http, 30);
		evhttp_set_allowed_methods(api->http, EVHTTP_REQ_GET | EVHTTP_REQ_POST);
		evhttp_set_gencb(api->http, on_request, api);
		ret = listen_unix(base, api);
	}
	if (!ret)
		return api;
	snprintf(why, size, "%s: %s", path,
		 ret == -EADDRINUSE ? "another meiprov-scad answers there" : strerror(-ret));
	free(copy);
	if (api) {
		if (api->http)
			evhttp_free(api->http);
		free(api->path);
		free(api);
	}
	errno = -ret;
	return NULL;
}

void api_free(struct api *api)
{
	if (!api)
		return;
	unlink(api->path);
	evhttp_free(api->http);
	free(api->path);
	free(api);
}
