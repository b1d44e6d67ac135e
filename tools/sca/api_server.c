// SPDX-License-Identifier: GPL-2.0-or-later
/* Server status, chains, log. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <event2/keyvalq_struct.h>

#include "api.h"
#include "chains.h"
#include "engine.h"
#include "hello.h"

#define LOG_LIMIT     200
#define LOG_LIMIT_MAX 10000

static json_t *hello_stats(const struct api_server *s)
{
	struct hello_stats sum = { 0 };

	for (size_t i = 0; i < s->listener_count; i++) {
		struct hello_stats one;

		hello_listener_stats(s->listeners[i], &one);
		sum.received += one.received;
		sum.malformed += one.malformed;
		sum.unsupported += one.unsupported;
		sum.limited += one.limited;
		sum.timed_out += one.timed_out;
	}
	/* clang-format off */
	return json_pack("{s:I, s:I, s:I, s:I, s:I}",
			 "received", (json_int_t)sum.received,
			 "malformed", (json_int_t)sum.malformed,
			 "unsupported", (json_int_t)sum.unsupported,
			 "limited", (json_int_t)sum.limited,
			 "timed_out", (json_int_t)sum.timed_out);
	/* clang-format on */
}

static int count_one(const struct device *dev, void *ctx)
{
	const char *name = device_state_name(dev->state);
	json_t *counts = ctx;
	json_int_t n = json_integer_value(json_object_get(counts, name));

	return json_object_set_new(counts, name, json_integer(n + 1));
}

json_t *api_status(struct api_call *call)
{
	const struct api_server *s = call->server;
	json_t *counts = json_object();

	if (store_device_each(s->store, count_one, counts)) {
		json_decref(counts);
		return api_error(call, 500, "reading the store", store_error(s->store),
				 "look at the disk of the store");
	}
	/* clang-format off */
	return json_pack("{s:s, s:s, s:s, s:s, s:b, s:I, s:I, s:I, s:o, s:o}",
			 "version", MEIPROV_VERSION, "store", s->store_path,
			 "key_id", store_key_id(s->store), "hello", s->hello,
			 "allow_test_ca", s->allow_test_ca,
			 "chains", (json_int_t)chains_count(s->chains),
			 "chains_withheld", (json_int_t)chains_withheld(s->chains),
			 "sessions", (json_int_t)engine_sessions(s->engine),
			 "devices", counts, "hellos", hello_stats(s));
	/* clang-format on */
}

static void add_hex(json_t *json, const char *name, const uint8_t *data, int len)
{
	char text[2 * MEIPROV_DIGEST_MAX + 1] = "";

	for (int i = 0; i < len; i++)
		snprintf(text + 2 * i, 3, "%02x", data[i]);
	json_object_set_new(json, name, json_string(text));
}

static json_t *chain_json(const struct chain *c)
{
	static const char *const names[] = { "root_sha384", "root_sha256", "root_sha1" };
	/* clang-format off */
	json_t *json = json_pack("{s:s, s:s, s:s, s:I, s:b, s:o, s:o}",
				 "id", c->id, "cn", c->cn, "root", c->root_name,
				 "length", (json_int_t)c->length, "test_only", c->test_only,
				 "not_after", api_time((int64_t)c->not_after * 1000),
				 "imported_at", api_time(c->imported_at));
	/* clang-format on */

	for (int i = 0; i < 3; i++)
		if (c->root[i].len > 0)
			add_hex(json, names[i], c->root[i].digest, c->root[i].len);
	return json;
}

json_t *api_chain_list(struct api_call *call)
{
	const struct chains *chains = call->server->chains;
	json_t *array = json_array();

	for (size_t i = 0; i < chains_count(chains); i++)
		json_array_append_new(array, chain_json(chains_at(chains, i)));
	return json_pack("{s:o, s:I}", "chains", array, "withheld",
			 (json_int_t)chains_withheld(chains));
}

json_t *api_chain_import(struct api_call *call)
{
	const char *pem = json_string_value(json_object_get(call->body, "chain"));
	const char *key = json_string_value(json_object_get(call->body, "key"));
	const struct chain *chain;
	struct meiprov_error err;
	int ret;

	if (!pem || !key)
		return api_error(call, 400, "taking in a provisioning chain",
				 "the request lacks chain or key", "");
	ret = chains_import(call->server->chains, call->server->store, pem, key, &chain, &err);
	if (!ret)
		return chain_json(chain);
	return api_error(call,
			 ret == -EEXIST ? 409 :
			 ret == -EPERM	? 403 :
					  400,
			 err.doing, err.why, err.next);
}

static int log_one(const struct log_entry *e, void *ctx)
{
	/* clang-format off */
	json_t *json = json_pack("{s:I, s:o, s:s*, s:s, s:s}", "id", (json_int_t)e->id,
				 "at", api_time(e->at), "uuid", e->uuid[0] ? e->uuid : NULL,
				 "event", e->event, "text", e->text);
	/* clang-format on */

	return json_array_append_new(ctx, json);
}

static long long number(const struct evkeyvalq *query, const char *name, long long otherwise)
{
	const char *text = evhttp_find_header(query, name);

	return text ? strtoll(text, NULL, 10) : otherwise;
}

json_t *api_log(struct api_call *call)
{
	char uuid[MEIPROV_UUID_TEXT_SIZE];
	json_t *array = json_array();
	struct evkeyvalq query;
	const char *wanted;
	long long limit;
	uint8_t bytes[16];
	int ret = 0;

	if (evhttp_parse_query_str(call->query ? call->query : "", &query)) {
		json_decref(array);
		return api_error(call, 400, "reading the log", "the query is malformed", "");
	}
	wanted = evhttp_find_header(&query, "uuid");
	limit = number(&query, "limit", LOG_LIMIT);
	if (limit < 1 || limit > LOG_LIMIT_MAX)
		limit = LOG_LIMIT_MAX;
	if (wanted)
		ret = meiprov_uuid_parse(wanted, bytes);
	if (!ret && wanted)
		meiprov_uuid_format(bytes, uuid);
	if (!ret)
		ret = store_log_each(call->server->store, wanted ? uuid : NULL,
				     number(&query, "after", 0), (int)limit, log_one, array);
	evhttp_clear_headers(&query);
	if (!ret)
		return json_pack("{s:o}", "log", array);
	json_decref(array);
	return ret == -EINVAL ? api_error(call, 400, "reading the log", "that is not a UUID", "") :
				api_error(call, 500, "reading the log",
					  store_error(call->server->store), "");
}
