// SPDX-License-Identifier: GPL-2.0-or-later
/* Get, Put, Create and Delete of instances. */
#include <string.h>
#include "tools/vme/wsman_exchange.h"

size_t wsman_count(struct exchange *ex)
{
	if (!ex->class)
		return 0;
	return ex->class->count ? ex->class->count(&ex->call) : 1;
}

void wsman_instance_write(struct exchange *ex, const char *prefix, size_t i)
{
	struct wsman_call *call = &ex->call;

	call->out = &ex->out;
	call->prefix = prefix;
	wsman_properties_write(call, ex->class, i);
	if (ex->class->write)
		ex->class->write(call, i);
}

/*
 * By selector, or by the key in the body of a Put. A class with one instance needs
 * neither; clients send all kinds (protocol.md 8.1 step 13).
 */
static enum wsman_fault instance_find(struct exchange *ex, size_t *index)
{
	const struct wsman_class *class = ex->class;
	size_t count = wsman_count(ex);
	char have[WSMAN_KEY_MAX];
	char *key;

	*index = 0;
	if (!class->key)
		return count ? WSMAN_NO_FAULT : WSMAN_INVALID_SELECTORS;
	key = wsman_selector(&ex->req, class->key);
	if (!key)
		key = wsman_input(&ex->call, class->key);
	for (; key && *index < count; ++*index) {
		class->key_of(&ex->call, *index, have);
		if (!strcmp(have, key))
			break;
	}
	if (!key)
		*index = count;
	wsman_string_free(key);
	return *index < count ? WSMAN_NO_FAULT : WSMAN_INVALID_SELECTORS;
}

static void answer_instance(struct exchange *ex, const char *action, size_t i)
{
	wsman_envelope_open(ex, action, "", ex->req.resource);
	xml_open(&ex->out, WSMAN_CLASS_PREFIX, ex->class_name);
	wsman_instance_write(ex, WSMAN_CLASS_PREFIX, i);
	xml_close(&ex->out, WSMAN_CLASS_PREFIX, ex->class_name);
	wsman_envelope_close(ex);
}

enum wsman_fault wsman_get(struct exchange *ex)
{
	enum wsman_fault fault;
	size_t i;

	if (!ex->class)
		return WSMAN_NO_ROUTE;
	fault = instance_find(ex, &i);
	if (fault == WSMAN_NO_FAULT)
		answer_instance(ex, NS_TRANSFER "/GetResponse", i);
	return fault;
}

/* The body is an instance of the class the request is about. */
static bool is_instance(const struct exchange *ex)
{
	const xmlNode *node = ex->req.payload;

	return node && !strcmp((char *)node->name, ex->class_name);
}

static bool can_put(const struct wsman_class *class)
{
	const struct wsman_property *property = class->properties;

	if (class->put)
		return true;
	for (; property && property->name; property++)
		if (property->max != WSMAN_READ_ONLY)
			return true;
	return false;
}

enum wsman_fault wsman_put(struct exchange *ex)
{
	enum wsman_fault fault;
	size_t i;

	if (!ex->class)
		return WSMAN_NO_ROUTE;
	if (!can_put(ex->class))
		return WSMAN_ACTION_NOT_SUPPORTED;
	if (!is_instance(ex))
		return WSMAN_INVALID_REPRESENTATION;
	fault = instance_find(ex, &i);
	if (fault == WSMAN_NO_FAULT)
		fault = ex->class->put ? ex->class->put(&ex->call, i) :
					 wsman_properties_put(&ex->call, ex->class, i);
	if (fault == WSMAN_NO_FAULT)
		answer_instance(ex, NS_TRANSFER "/PutResponse", i);
	return fault;
}

static void answer_created(struct exchange *ex, size_t i)
{
	char key[WSMAN_KEY_MAX] = "";

	if (ex->class->key)
		ex->class->key_of(&ex->call, i, key);
	wsman_envelope_open(ex, NS_TRANSFER "/CreateResponse", "", NS_TRANSFER);
	wsman_epr_write(&ex->out, WSMAN_CLASS_PREFIX, "ResourceCreated", ex->class_name,
			ex->class->key, key);
	wsman_envelope_close(ex);
}

enum wsman_fault wsman_create(struct exchange *ex)
{
	enum wsman_fault fault;
	size_t i = 0;

	if (!ex->class)
		return WSMAN_NO_ROUTE;
	if (!ex->class->create)
		return WSMAN_ACTION_NOT_SUPPORTED;
	if (!is_instance(ex))
		return WSMAN_INVALID_REPRESENTATION;
	fault = ex->class->create(&ex->call, &i);
	if (fault == WSMAN_NO_FAULT)
		answer_created(ex, i);
	return fault;
}

enum wsman_fault wsman_delete(struct exchange *ex)
{
	enum wsman_fault fault;
	size_t i;

	if (!ex->class)
		return WSMAN_NO_ROUTE;
	if (!ex->class->remove)
		return WSMAN_ACTION_NOT_SUPPORTED;
	fault = instance_find(ex, &i);
	if (fault == WSMAN_NO_FAULT)
		fault = ex->class->remove(&ex->call, i);
	if (fault != WSMAN_NO_FAULT)
		return fault;
	wsman_envelope_open(ex, NS_TRANSFER "/DeleteResponse", "", NULL);
	wsman_envelope_close(ex);
	return WSMAN_NO_FAULT;
}
