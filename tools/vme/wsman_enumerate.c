// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An Enumerate of any class of known form works and is empty when there is no
 * table for it, as clients expect (protocol.md 5.6).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tools/vme/wsman_exchange.h"

/* Contexts look like the GUIDs of hardware: "D3000000-0000-…" counts from the
 * left.
 */
static void context_text(char out[40], uint32_t id)
{
	snprintf(out, 40, "%08X-0000-0000-0000-000000000000", __builtin_bswap32(id));
}

static struct wsman_enumeration *context_find(struct wsman *wsman, const char *text)
{
	char want[40];
	size_t i;

	for (i = 0; text && wsman->enumerations && i < WSMAN_ENUMERATIONS_MAX; i++) {
		if (!wsman->enumerations[i].id)
			continue;
		context_text(want, wsman->enumerations[i].id);
		if (!strcmp(want, text))
			return &wsman->enumerations[i];
	}
	return NULL;
}

enum wsman_fault wsman_enumerate(struct exchange *ex)
{
	struct wsman *wsman = ex->wsman;
	struct wsman_enumeration *e;
	char context[40];

	if (!wsman->enumerations)
		wsman->enumerations = calloc(WSMAN_ENUMERATIONS_MAX, sizeof(*e));
	if (!wsman->enumerations)
		return WSMAN_INTERNAL;
	if (!++wsman->enumeration_ids)
		wsman->enumeration_ids = 1;
	e = &wsman->enumerations[wsman->enumeration_ids % WSMAN_ENUMERATIONS_MAX];
	e->id = wsman->enumeration_ids;
	e->next = 0;
	snprintf(e->class_name, sizeof(e->class_name), "%s", ex->class_name);
	context_text(context, e->id);
	wsman_envelope_open(ex, NS_ENUMERATION "/EnumerateResponse", "", NS_ENUMERATION);
	xml_open(&ex->out, "g", "EnumerateResponse");
	xml_leaf(&ex->out, "g", "EnumerationContext", context);
	xml_close(&ex->out, "g", "EnumerateResponse");
	wsman_envelope_close(ex);
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

static void pull_items(struct exchange *ex, struct wsman_enumeration *e)
{
	size_t count = wsman_count(ex);
	unsigned long left = max_elements(ex);
	struct xml_out *out = &ex->out;

	xml_open(out, "g", "Items");
	for (; e->next < count && left; e->next++, left--) {
		xml_raw(out, "<" WSMAN_ITEM_PREFIX ":");
		xml_raw(out, ex->class->name);
		xml_raw(out, " xmlns:" WSMAN_ITEM_PREFIX "=\"");
		xml_text(out, ex->req.resource);
		xml_raw(out, "\">");
		wsman_instance_write(ex, WSMAN_ITEM_PREFIX, e->next);
		xml_close(out, WSMAN_ITEM_PREFIX, ex->class->name);
	}
	xml_close(out, "g", "Items");
	if (e->next >= count) {
		e->id = 0;
		xml_raw(out, "<g:EndOfSequence></g:EndOfSequence>");
	}
}

enum wsman_fault wsman_pull(struct exchange *ex)
{
	char *text = wsman_string(wsman_child(ex->req.payload, NS_ENUMERATION,
					      "EnumerationContext"));
	struct wsman_enumeration *e = context_find(ex->wsman, text);
	char context[40];

	wsman_string_free(text);
	if (!e || strcmp(e->class_name, ex->class_name))
		return WSMAN_INVALID_CONTEXT;
	context_text(context, e->id);
	wsman_envelope_open(ex, NS_ENUMERATION "/PullResponse", "", NS_ENUMERATION);
	xml_open(&ex->out, "g", "PullResponse");
	xml_leaf(&ex->out, "g", "EnumerationContext", context);
	pull_items(ex, e);
	xml_close(&ex->out, "g", "PullResponse");
	wsman_envelope_close(ex);
	return WSMAN_NO_FAULT;
}

enum wsman_fault wsman_release(struct exchange *ex)
{
	char *text = wsman_string(wsman_child(ex->req.payload, NS_ENUMERATION,
					      "EnumerationContext"));
	struct wsman_enumeration *e = context_find(ex->wsman, text);

	wsman_string_free(text);
	if (!e)
		return WSMAN_INVALID_CONTEXT;
	e->id = 0;
	wsman_envelope_open(ex, NS_ENUMERATION "/ReleaseResponse", "", NULL);
	wsman_envelope_close(ex);
	return WSMAN_NO_FAULT;
}
