// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Operations and envelopes. What the device answers about a class is in the
 * class tables (wsman_*.c); an Enumerate of any class of known form works and is
 * empty, as clients expect (protocol.md 5.6).
 */
#include "tools/vme/wsman.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tools/vme/amt.h"
#include "tools/vme/wsman_class.h"
#include "tools/vme/wsman_request.h"
#include "tools/vme/wsman_xml.h"

#define CLASS_NAME_MAX 80
#define NAME_CHARS     "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"
#define ENUMERATIONS   16 /* open at once, oldest forgotten */

struct enumeration {
	uint32_t id; /* 0 = free */
	char class_name[CLASS_NAME_MAX];
	size_t next;
};

struct wsman {
	struct amt *amt;
	uint64_t messages;
	uint32_t enumeration_ids;
	struct enumeration enumerations[ENUMERATIONS];
	int64_t clock_offset_s;
};

static const struct wsman_class *const classes[] = {
	&wsman_general_settings, &wsman_software_identity, &wsman_setup_service,
	&wsman_authorization,	 &wsman_time_sync,
};

/* A class name lives in the namespace its own prefix says. */
static const struct {
	const char *uri;
	const char *prefix;
} schemas[] = {
	{ "http://intel.com/wbem/wscim/1/amt-schema/1/", "AMT_" },
	{ "http://intel.com/wbem/wscim/1/ips-schema/1/", "IPS_" },
	{ "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/", "CIM_" },
};

/* One request on its way. */
struct exchange {
	struct wsman *wsman;
	struct wsman_request req;
	const char *class_name;		 /* inside req.resource */
	const struct wsman_class *class; /* NULL: known form, no table */
	struct xml_out out;
	char *what; /* log line, WHAT_MAX bytes */
};

#define WHAT_MAX sizeof(((struct wsman_reply *)0)->what)

struct wsman *wsman_new(struct amt *amt)
{
	struct wsman *wsman = calloc(1, sizeof(*wsman));

	if (wsman)
		wsman->amt = amt;
	return wsman;
}

void wsman_free(struct wsman *wsman)
{
	free(wsman);
}

/* --- envelopes --- */

static void envelope_open(struct exchange *ex, const char *action, const char *suffix,
			  const char *body_ns)
{
	struct xml_out *out = &ex->out;
	char id[64];

	xml_raw(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
		     "<a:Envelope xmlns:a=\"" NS_SOAP "\" xmlns:b=\"" NS_ADDRESSING
		     "\" xmlns:c=\"" NS_WSMAN "\" xmlns:d=\"" NS_ENUMERATION "\"");
	if (body_ns) {
		xml_raw(out, " xmlns:" WSMAN_CLASS_PREFIX "=\"");
		xml_text(out, body_ns);
		xml_raw(out, "\"");
	}
	xml_raw(out, "><a:Header><b:To>" NS_ADDRESSING "/role/anonymous</b:To>");
	if (ex->req.message_id)
		xml_leaf(out, "b", "RelatesTo", ex->req.message_id);
	xml_raw(out, "<b:Action a:mustUnderstand=\"true\">");
	xml_text(out, action);
	xml_raw(out, suffix);
	xml_raw(out, "</b:Action>");
	snprintf(id, sizeof(id), "uuid:00000000-8086-8086-8086-%012" PRIX64,
		 ++ex->wsman->messages & UINT64_C(0xffffffffffff));
	xml_leaf(out, "b", "MessageID", id);
	if (ex->req.resource)
		xml_leaf(out, "c", "ResourceURI", ex->req.resource);
	xml_raw(out, "</a:Header><a:Body>");
}

static void envelope_close(struct exchange *ex)
{
	xml_raw(&ex->out, "</a:Body></a:Envelope>");
}

static void answer_fault(struct exchange *ex, enum wsman_fault fault)
{
	const struct wsman_fault_info *info = wsman_fault_info(fault);
	struct xml_out *out = &ex->out;

	xml_drop(out);
	wsman_string_free(ex->req.resource); /* faults carry none */
	ex->req.resource = NULL;
	envelope_open(ex, info->action, "", NULL);
	xml_raw(out, "<a:Fault><a:Code>");
	xml_leaf(out, "a", "Value", info->code);
	if (info->subcode) {
		xml_raw(out, "<a:Subcode>");
		xml_leaf(out, "a", "Value", info->subcode);
		xml_raw(out, "</a:Subcode>");
	}
	xml_raw(out, "</a:Code><a:Reason><a:Text xml:lang=\"en-US\">");
	xml_text(out, info->reason);
	xml_raw(out, "</a:Text></a:Reason><a:Detail></a:Detail></a:Fault>");
	envelope_close(ex);
}

/* --- instances --- */

static void instance_write(struct exchange *ex, const char *prefix, size_t i)
{
	struct wsman_call call = {
		.amt = ex->wsman->amt,
		.req = &ex->req,
		.clock_offset_s = &ex->wsman->clock_offset_s,
		.out = &ex->out,
		.prefix = prefix,
	};

	ex->class->write(&call, i);
}

/* The instance the selectors name. A class with one instance has no need of
 * them; clients send all kinds (protocol.md 8.1 step 13).
 */
static enum wsman_fault instance_find(struct exchange *ex, size_t *index)
{
	const struct amt *amt = ex->wsman->amt;
	const struct wsman_class *class = ex->class;
	char *key;

	*index = 0;
	if (!class->key)
		return WSMAN_NO_FAULT;
	key = wsman_selector(&ex->req, class->key);
	if (!key)
		return WSMAN_INVALID_SELECTORS;
	for (; *index < class->count(amt); ++*index)
		if (!strcmp(class->key_of(amt, *index), key))
			break;
	wsman_string_free(key);
	return *index < class->count(amt) ? WSMAN_NO_FAULT : WSMAN_INVALID_SELECTORS;
}

/* --- operations --- */

static enum wsman_fault op_get(struct exchange *ex)
{
	enum wsman_fault fault;
	size_t i;

	if (!ex->class)
		return WSMAN_NO_ROUTE;
	fault = instance_find(ex, &i);
	if (fault != WSMAN_NO_FAULT)
		return fault;
	envelope_open(ex, NS_TRANSFER "/GetResponse", "", ex->req.resource);
	xml_open(&ex->out, WSMAN_CLASS_PREFIX, ex->class_name);
	instance_write(ex, WSMAN_CLASS_PREFIX, i);
	xml_close(&ex->out, WSMAN_CLASS_PREFIX, ex->class_name);
	envelope_close(ex);
	return WSMAN_NO_FAULT;
}

/* Contexts look like the GUIDs of hardware: "D3000000-0000-…" counts from the
 * left.
 */
static void context_text(char out[40], uint32_t id)
{
	snprintf(out, 40, "%08X-0000-0000-0000-000000000000", __builtin_bswap32(id));
}

static struct enumeration *context_find(struct wsman *wsman, const char *text)
{
	char want[40];
	size_t i;

	for (i = 0; text && i < ENUMERATIONS; i++) {
		if (!wsman->enumerations[i].id)
			continue;
		context_text(want, wsman->enumerations[i].id);
		if (!strcmp(want, text))
			return &wsman->enumerations[i];
	}
	return NULL;
}

static enum wsman_fault op_enumerate(struct exchange *ex)
{
	struct wsman *wsman = ex->wsman;
	struct enumeration *e;
	char context[40];

	if (!++wsman->enumeration_ids)
		wsman->enumeration_ids = 1;
	e = &wsman->enumerations[wsman->enumeration_ids % ENUMERATIONS];
	e->id = wsman->enumeration_ids;
	e->next = 0;
	snprintf(e->class_name, sizeof(e->class_name), "%s", ex->class_name);
	context_text(context, e->id);
	envelope_open(ex, NS_ENUMERATION "/EnumerateResponse", "", NS_ENUMERATION);
	xml_open(&ex->out, "g", "EnumerateResponse");
	xml_leaf(&ex->out, "g", "EnumerationContext", context);
	xml_close(&ex->out, "g", "EnumerateResponse");
	envelope_close(ex);
	return WSMAN_NO_FAULT;
}

/* WS-Enumeration's default is one element per Pull. */
static unsigned long max_elements(const struct exchange *ex)
{
	char *text = wsman_string(wsman_child(ex->req.payload, NS_ENUMERATION, "MaxElements"));
	unsigned long max = text ? strtoul(text, NULL, 10) : 1;

	wsman_string_free(text);
	return max ? max : 1;
}

static void pull_items(struct exchange *ex, struct enumeration *e)
{
	size_t count = ex->class ? ex->class->count(ex->wsman->amt) : 0;
	unsigned long left = max_elements(ex);
	struct xml_out *out = &ex->out;

	xml_open(out, "g", "Items");
	for (; e->next < count && left; e->next++, left--) {
		xml_raw(out, "<" WSMAN_ITEM_PREFIX ":");
		xml_raw(out, ex->class->name);
		xml_raw(out, " xmlns:" WSMAN_ITEM_PREFIX "=\"");
		xml_text(out, ex->req.resource);
		xml_raw(out, "\">");
		instance_write(ex, WSMAN_ITEM_PREFIX, e->next);
		xml_close(out, WSMAN_ITEM_PREFIX, ex->class->name);
	}
	xml_close(out, "g", "Items");
	if (e->next >= count) {
		e->id = 0;
		xml_raw(out, "<g:EndOfSequence></g:EndOfSequence>");
	}
}

static enum wsman_fault op_pull(struct exchange *ex)
{
	char *text = wsman_string(wsman_child(ex->req.payload, NS_ENUMERATION,
					      "EnumerationContext"));
	struct enumeration *e = context_find(ex->wsman, text);
	char context[40];

	wsman_string_free(text);
	if (!e || strcmp(e->class_name, ex->class_name))
		return WSMAN_INVALID_CONTEXT;
	context_text(context, e->id);
	envelope_open(ex, NS_ENUMERATION "/PullResponse", "", NS_ENUMERATION);
	xml_open(&ex->out, "g", "PullResponse");
	xml_leaf(&ex->out, "g", "EnumerationContext", context);
	pull_items(ex, e);
	xml_close(&ex->out, "g", "PullResponse");
	envelope_close(ex);
	return WSMAN_NO_FAULT;
}

static enum wsman_fault op_release(struct exchange *ex)
{
	char *text = wsman_string(wsman_child(ex->req.payload, NS_ENUMERATION,
					      "EnumerationContext"));
	struct enumeration *e = context_find(ex->wsman, text);

	wsman_string_free(text);
	if (!e)
		return WSMAN_INVALID_CONTEXT;
	e->id = 0;
	envelope_open(ex, NS_ENUMERATION "/ReleaseResponse", "", NULL);
	envelope_close(ex);
	return WSMAN_NO_FAULT;
}

static const struct {
	const char *action;
	enum wsman_fault (*run)(struct exchange *ex);
} operations[] = {
	{ NS_TRANSFER "/Get", op_get },
	{ NS_ENUMERATION "/Enumerate", op_enumerate },
	{ NS_ENUMERATION "/Pull", op_pull },
	{ NS_ENUMERATION "/Release", op_release },
};

/* --- methods --- */

char *wsman_input(const struct wsman_call *call, const char *name)
{
	return wsman_string(wsman_child(call->req->payload, NULL, name));
}

static enum wsman_fault method_run(struct exchange *ex, const struct wsman_method *method)
{
	struct xml_out params = { .text = NULL };
	struct wsman_call call = {
		.amt = ex->wsman->amt,
		.req = &ex->req,
		.clock_offset_s = &ex->wsman->clock_offset_s,
		.out = &params,
		.prefix = WSMAN_CLASS_PREFIX,
	};
	uint32_t value = method->run(&call);
	char output[CLASS_NAME_MAX];

	if (call.fault == WSMAN_NO_FAULT && params.failed)
		call.fault = WSMAN_INTERNAL;
	if (call.fault == WSMAN_NO_FAULT) {
		snprintf(output, sizeof(output), "%s_OUTPUT", method->name);
		envelope_open(ex, ex->req.action, "Response", ex->req.resource);
		xml_open(&ex->out, WSMAN_CLASS_PREFIX, output);
		if (params.text)
			xml_raw(&ex->out, params.text);
		xml_leaf_u64(&ex->out, WSMAN_CLASS_PREFIX, "ReturnValue", value);
		xml_close(&ex->out, WSMAN_CLASS_PREFIX, output);
		envelope_close(ex);
		snprintf(ex->what, WHAT_MAX, "%s.%s: ReturnValue %u", ex->class_name, method->name,
			 value);
	}
	xml_drop(&params);
	return call.fault;
}

/* The action of a method is the class's URI, a slash and its name. */
static const struct wsman_method *method_find(const struct exchange *ex)
{
	const struct wsman_method *method = ex->class ? ex->class->methods : NULL;
	size_t uri = strlen(ex->req.resource);

	if (strncmp(ex->req.action, ex->req.resource, uri) || ex->req.action[uri] != '/')
		return NULL;
	for (; method && method->name; method++)
		if (!strcmp(method->name, ex->req.action + uri + 1))
			return method;
	return NULL;
}

/* --- dispatch --- */

static enum wsman_fault class_find(struct exchange *ex)
{
	const char *uri = ex->req.resource;
	size_t i, len;

	for (i = 0; i < sizeof(schemas) / sizeof(*schemas); i++) {
		len = strlen(schemas[i].uri);
		if (!strncmp(uri, schemas[i].uri, len) && !strncmp(uri + len, schemas[i].prefix, 4))
			ex->class_name = uri + len;
	}
	if (!ex->class_name)
		return WSMAN_NO_ROUTE;
	len = strspn(ex->class_name, NAME_CHARS); /* it goes into the log */
	if (ex->class_name[len] || len >= CLASS_NAME_MAX)
		return WSMAN_NO_ROUTE;
	for (i = 0; i < sizeof(classes) / sizeof(*classes); i++)
		if (!strcmp(classes[i]->name, ex->class_name))
			ex->class = classes[i];
	return WSMAN_NO_FAULT;
}

static enum wsman_fault dispatch(struct exchange *ex)
{
	enum wsman_fault fault = class_find(ex);
	const struct wsman_method *method;
	size_t i;

	if (fault != WSMAN_NO_FAULT)
		return fault;
	for (i = 0; i < sizeof(operations) / sizeof(*operations); i++) {
		if (strcmp(ex->req.action, operations[i].action))
			continue;
		snprintf(ex->what, WHAT_MAX, "%s %s", ex->class_name,
			 strrchr(operations[i].action, '/') + 1);
		return operations[i].run(ex);
	}
	method = method_find(ex);
	if (method)
		return method_run(ex, method);
	return ex->class ? WSMAN_ACTION_NOT_SUPPORTED : WSMAN_NO_ROUTE;
}

int wsman_handle(struct wsman *wsman, const void *body, size_t len, struct wsman_reply *reply)
{
	struct exchange ex = { .wsman = wsman, .what = reply->what };
	enum wsman_fault fault;

	memset(reply, 0, sizeof(*reply));
	reply->http_status = 200;
	fault = wsman_request_read(&ex.req, body, len);
	if (fault == WSMAN_NO_FAULT)
		fault = dispatch(&ex);
	if (fault != WSMAN_NO_FAULT) {
		const struct wsman_fault_info *info = wsman_fault_info(fault);
		char *colon = strchr(reply->what, ':');

		if (colon)
			*colon = '\0';
		len = strlen(reply->what);
		snprintf(reply->what + len, WHAT_MAX - len, "%sfault %s", len ? ": " : "",
			 info->subcode ? info->subcode + 2 : info->code + 2);
		reply->http_status = info->http_status;
		answer_fault(&ex, fault);
	}
	wsman_request_free(&ex.req);
	if (ex.out.failed) {
		xml_drop(&ex.out);
		return -ENOMEM;
	}
	reply->text = ex.out.text;
	reply->len = ex.out.len;
	return 0;
}
