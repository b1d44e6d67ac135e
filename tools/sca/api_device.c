// SPDX-License-Identifier: GPL-2.0-or-later
/* Devices: list, show, register. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <openssl/crypto.h>

#include <meiprov/meiprov.h>

#include "address.h"
#include "api.h"
#include "chains.h"
#include "engine.h"

static json_t *hello_json(const struct book_entry *e)
{
	char from[ADDRESS_TEXT_SIZE];

	if (!e)
		return json_null();
	address_format(&e->from, from, sizeof(from));
	/* clang-format off */
	return json_pack("{s:o, s:o, s:s, s:i, s:i, s:i, s:b}",
			 "first_at", api_time(e->first_at),
			 "last_at", api_time(e->last_at), "from", from,
			 "count", (int)e->count, "retry", (int)e->retry,
			 "hashes", (int)e->hashes,
			 "credentials_set", e->credentials_set);
	/* clang-format on */
}

static json_t *chain_json(const struct api_call *call, const struct device *dev)
{
	const struct chain *c;

	if (!dev->chain[0])
		return json_null();
	c = chains_find(call->server->chains, dev->chain);
	return json_pack("{s:s, s:s?, s:b}", "id", dev->chain, "cn", c ? c->cn : NULL,
			 "root_in_hello", (int)dev->root_in_hello);
}

static json_t *or_null(const char *text)
{
	return *text ? json_string(text) : json_null();
}

static json_t *device_json(const struct api_call *call, const struct device *dev)
{
	const struct result_info *info = result_info((enum result)dev->result);
	const struct book_entry *hello = NULL;
	uint8_t uuid[16];

	if (!meiprov_uuid_parse(dev->uuid, uuid))
		hello = book_find(engine_book(call->server->engine), uuid);
	/* clang-format off */
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:o, s:s, s:s, s:o,"
			 " s:o, s:o, s:o, s:o, s:I, s:o, s:o, s:o, s:s, s:s, s:b, s:o}",
			 "uuid", dev->uuid,
			 "policy", dev->otp_required ? "otp" : "bare-metal",
			 "state", device_state_name(dev->state),
			 "result", info->name,
			 "kind", result_kind_name(info->kind),
			 "final", info->final,
			 "stage", or_null(dev->stage),
			 "reason", dev->reason,
			 "next", info->next,
			 "address", or_null(dev->address),
			 "registered_at", api_time(dev->registered_at),
			 "session_at", api_time(dev->session_at),
			 "ended_at", api_time(dev->ended_at),
			 "configured_at", api_time(dev->configured_at),
			 "sessions", (json_int_t)dev->sessions,
			 "version", or_null(dev->version),
			 "chain", chain_json(call, dev),
			 "certificate_sha256", or_null(dev->pin),
			 "mebx_password", secret_state_name(dev->mebx),
			 "admin_password", secret_state_name(dev->admin),
			 "commit_open", (int)dev->commit_sent,
			 "hello", hello_json(hello));
	/* clang-format on */
}

struct listing {
	const struct api_call *call;
	json_t *array;
};

static int list_one(const struct device *dev, void *ctx)
{
	struct listing *l = ctx;

	return json_array_append_new(l->array, device_json(l->call, dev));
}

json_t *api_device_list(struct api_call *call)
{
	struct listing l = { call, json_array() };

	if (store_device_each(call->server->store, list_one, &l)) {
		json_decref(l.array);
		return api_error(call, 500, "listing the devices", store_error(call->server->store),
				 "look at the disk of the store");
	}
	return json_pack("{s:o}", "devices", l.array);
}

/* The UUID of the path in its usual form, or an error as the answer. */
static json_t *read_uuid(struct api_call *call, const char *doing, uint8_t uuid[16],
			 char text[MEIPROV_UUID_TEXT_SIZE])
{
	if (meiprov_uuid_parse(call->rest, uuid))
		return api_error(call, 400, doing, "that is not a UUID",
				 "copy it from \"meiprov info\" on the device");
	meiprov_uuid_format(uuid, text);
	return NULL;
}

static json_t *load(struct api_call *call, const char *doing, const char *uuid)
{
	struct device dev;
	int ret = store_device_load(call->server->store, uuid, &dev);

	if (ret == -ENOENT)
		return api_error(call, 404, doing, "no device is registered with this UUID",
				 "register it: meiprov-sca device register UUID --otp-new FILE");
	if (ret)
		return api_error(call, 500, doing, store_error(call->server->store),
				 "look at the disk of the store");
	return device_json(call, &dev);
}

json_t *api_device_show(struct api_call *call)
{
	static const char doing[] = "showing the device";
	char text[MEIPROV_UUID_TEXT_SIZE];
	uint8_t uuid[16];
	json_t *error = read_uuid(call, doing, uuid, text);

	return error ? error : load(call, doing, text);
}

static bool printable(const char *text)
{
	for (; *text; text++)
		if (*text < 0x20 || *text > 0x7e)
			return false;
	return true;
}

/* Fills @r and @made from the body; NULL when it is all right. */
static json_t *read_policy(struct api_call *call, const char *doing, struct engine_registration *r,
			   char made[MEIPROV_OTP_MAX + 1])
{
	const char *policy = json_string_value(json_object_get(call->body, "policy"));
	const char *otp = json_string_value(json_object_get(call->body, "otp"));

	if (policy && !strcmp(policy, "bare-metal") && !otp)
		return NULL;
	if (!policy || strcmp(policy, "otp"))
		return api_error(call, 400, doing, "the policy is neither otp nor bare-metal", "");
	if (json_is_true(json_object_get(call->body, "otp_new"))) {
		if (meiprov_otp_generate(made, MEIPROV_OTP_MAX))
			return api_error(call, 500, doing, "no random numbers for an OTP", "");
		otp = made;
	}
	if (!otp || strlen(otp) < MEIPROV_OTP_MIN || strlen(otp) > MEIPROV_OTP_MAX ||
	    !printable(otp))
		return api_error(call, 400, doing, "an OTP is 8 to 32 printable ASCII characters",
				 "let the server make one: --otp-new FILE");
	r->otp = otp;
	r->otp_len = strlen(otp);
	return NULL;
}

static json_t *register_now(struct api_call *call, const char *doing,
			    const struct engine_registration *r, const char *text, const char *made)
{
	int ret = engine_register(call->server->engine, r);
	json_t *json;

	if (ret == -EBUSY)
		return api_error(call, 409, doing, "a session with this device is at CommitChanges",
				 "try again in a minute");
	if (ret)
		return api_error(call, 500, doing, store_error(call->server->store),
				 "look at the disk of the store");
	json = load(call, doing, text);
	if (*made)
		json_object_set_new(json, "otp", json_string(made));
	return json;
}

json_t *api_device_register(struct api_call *call)
{
	static const char doing[] = "registering the device";
	struct engine_registration r = { 0 };
	char made[MEIPROV_OTP_MAX + 1] = "";
	char text[MEIPROV_UUID_TEXT_SIZE];
	json_t *json = read_uuid(call, doing, r.uuid, text);

	if (!json)
		json = read_policy(call, doing, &r, made);
	if (!json)
		json = register_now(call, doing, &r, text, made);
	OPENSSL_cleanse(made, sizeof(made));
	return json;
}

json_t *api_hello_list(struct api_call *call)
{
	const struct book *book = engine_book(call->server->engine);
	json_t *array = json_array();

	for (unsigned int i = 0; i < BOOK_SIZE; i++) {
		const struct book_entry *e = book_at(book, i);
		char uuid[MEIPROV_UUID_TEXT_SIZE];
		struct device dev;
		json_t *json;

		if (!e)
			continue;
		meiprov_uuid_format(e->uuid, uuid);
		json = hello_json(e);
		json_object_set_new(json, "uuid", json_string(uuid));
		json_object_set_new(json, "registered",
				    json_boolean(!store_device_load(call->server->store, uuid,
								    &dev)));
		json_array_append_new(array, json);
	}
	return json_pack("{s:o}", "hellos", array);
}
