// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who is asked for what. The operations are in wsman_transfer.c and
 * wsman_enumerate.c, what the device answers about a class in the class tables.
 */
#include "tools/vme/wsman.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tools/vme/amt.h"
#include "tools/vme/wsman_exchange.h"

struct wsman *wsman_new(struct amt *amt)
{
	struct wsman *wsman = calloc(1, sizeof(*wsman));

	if (!wsman)
		return NULL;
	wsman->amt = amt;
	return wsman;
}

void wsman_free(struct wsman *wsman)
{
	if (wsman)
		free(wsman->enumerations);
	free(wsman);
}

/* --- what is asked for --- */

static const struct operation {
	const char *action;
	enum wsman_fault (*run)(struct exchange *ex);
	bool changes;
} operations[] = {
	{ NS_TRANSFER "/Get", wsman_get, false },
	{ NS_TRANSFER "/Put", wsman_put, true },
	{ NS_TRANSFER "/Create", wsman_create, true },
	{ NS_TRANSFER "/Delete", wsman_delete, true },
	{ NS_ENUMERATION "/Enumerate", wsman_enumerate, false },
	{ NS_ENUMERATION "/Pull", wsman_pull, false },
	{ NS_ENUMERATION "/Release", wsman_release, false },
};

/* What a request turns out to want: one of the two, or neither. */
struct target {
	const struct operation *operation;
	const struct wsman_method *method;
	const char *name;
};

static bool is_there(const struct amt *amt, const struct wsman_method *method)
{
	return !method->until || amt_release(amt) <= method->until;
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
			return is_there(ex->wsman->amt, method) ? method : NULL;
	return NULL;
}

static enum wsman_fault target_find(struct exchange *ex, struct target *target)
{
	size_t i;

	ex->class_name = wsman_uri_class(ex->req.resource);
	if (!ex->class_name)
		return WSMAN_NO_ROUTE;
	ex->class = wsman_class_named(ex->class_name);
	for (i = 0; i < sizeof(operations) / sizeof(*operations); i++)
		if (!strcmp(ex->req.action, operations[i].action))
			target->operation = &operations[i];
	target->method = method_find(ex);
	if (target->operation)
		target->name = strrchr(target->operation->action, '/') + 1;
	else if (target->method)
		target->name = target->method->name;
	else
		return ex->class ? WSMAN_ACTION_NOT_SUPPORTED : WSMAN_NO_ROUTE;
	return WSMAN_NO_FAULT;
}

/* Methods that only tell begin so. */
static bool target_changes(const struct target *target)
{
	if (target->operation)
		return target->operation->changes;
	return strncmp(target->name, "Get", 3) && strncmp(target->name, "Enumerate", 9);
}

/* --- methods --- */

static void method_answer(struct exchange *ex, const struct target *target,
			  const struct xml_out *params, uint32_t value, char what[WSMAN_WHAT_MAX])
{
	char output[WSMAN_CLASS_NAME_MAX];

	snprintf(output, sizeof(output), "%s_OUTPUT", target->name);
	wsman_envelope_open(ex, ex->req.action, "Response", ex->req.resource);
	xml_open(&ex->out, WSMAN_CLASS_PREFIX, output);
	if (params->text)
		xml_raw(&ex->out, params->text);
	xml_leaf_u64(&ex->out, WSMAN_CLASS_PREFIX, "ReturnValue", value);
	xml_close(&ex->out, WSMAN_CLASS_PREFIX, output);
	wsman_envelope_close(ex);
	snprintf(what, WSMAN_WHAT_MAX, "%s.%s: ReturnValue %u", ex->class_name, target->name,
		 value);
}

static enum wsman_fault method_run(struct exchange *ex, const struct target *target,
				   const struct wsman_ask *ask, struct wsman_reply *reply)
{
	struct xml_out params = { .text = NULL };
	struct wsman_call *call = &ex->call;
	uint32_t value = ask->status;

	call->out = &params;
	call->prefix = WSMAN_CLASS_PREFIX;
	if (!ask->has_status)
		value = target->method->run(call);
	if (call->fault == WSMAN_NO_FAULT && params.failed)
		call->fault = WSMAN_INTERNAL;
	reply->wait = call->wait;
	if (call->fault == WSMAN_NO_FAULT && !call->wait)
		method_answer(ex, target, &params, value, reply->what);
	xml_drop(&params);
	return call->fault;
}

/* --- dispatch --- */

/* One change for who listens, which is in flash before it is answered. */
static enum wsman_fault run(struct exchange *ex, const struct target *target,
			    const struct wsman_ask *ask, struct wsman_reply *reply)
{
	struct amt *amt = ex->wsman->amt;
	enum wsman_fault fault;

	amt_batch_begin(amt);
	if (target->method)
		fault = method_run(ex, target, ask, reply);
	else
		fault = ask->has_status ? WSMAN_INTERNAL : target->operation->run(ex);
	if (target_changes(target))
		amt_changed(amt, AMT_CHANGED_NETWORK);
	amt_batch_end(amt);
	return fault;
}

static enum wsman_fault dispatch(struct exchange *ex, struct wsman_ask *ask,
				 struct wsman_reply *reply)
{
	struct target target = { .name = NULL };
	enum wsman_fault fault = target_find(ex, &target);

	if (fault != WSMAN_NO_FAULT)
		return fault;
	snprintf(reply->what, WSMAN_WHAT_MAX, "%s.%s", ex->class_name, target.name);
	if (ask->before)
		ask->before(ask->ctx, reply->what, ask);
	if (ask->read_only && target_changes(&target))
		return WSMAN_ACCESS_DENIED;
	return run(ex, &target, ask, reply);
}

static void refuse(struct exchange *ex, enum wsman_fault fault, struct wsman_reply *reply)
{
	const struct wsman_fault_info *info = wsman_fault_info(fault);
	size_t len = strlen(reply->what);

	snprintf(reply->what + len, WSMAN_WHAT_MAX - len, "%sfault %s", len ? ": " : "",
		 info->subcode ? info->subcode + 2 : info->code + 2);
	reply->http_status = info->http_status;
	wsman_answer_fault(ex, fault);
}

int wsman_handle(struct wsman *wsman, struct wsman_ask *ask, const void *body, size_t len,
		 struct wsman_reply *reply)
{
	struct wsman_ask plain = { .read_only = false };
	struct exchange ex = { .wsman = wsman };
	enum wsman_fault fault;

	memset(reply, 0, sizeof(*reply));
	reply->http_status = 200;
	ex.call = (struct wsman_call){
		.amt = wsman->amt,
		.settings = wsman->amt->settings,
		.req = &ex.req,
	};
	fault = wsman_request_read(&ex.req, body, len);
	if (fault == WSMAN_NO_FAULT)
		fault = dispatch(&ex, ask ? ask : &plain, reply);
	if (fault != WSMAN_NO_FAULT)
		refuse(&ex, fault, reply);
	reply->tls_changed = ex.call.tls_changed;
	wsman_request_free(&ex.req);
	if (ex.out.failed) {
		xml_drop(&ex.out);
		return -ENOMEM;
	}
	reply->text = ex.out.text;
	reply->len = ex.out.len;
	return 0;
}
