// SPDX-License-Identifier: GPL-2.0-or-later
/* Properties by table: showing, checking and keeping them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tools/vme/net_settings.h"
#include "tools/vme/wsman_exchange.h"

/* --- showing --- */

static void write_list(struct wsman_call *call, const char *name, const char *list)
{
	char element[WSMAN_LIST_MAX];
	size_t len;

	for (; *list; list += len + (list[len] == ',')) {
		len = strcspn(list, ",");
		snprintf(element, sizeof(element), "%.*s", (int)len, list);
		xml_leaf(call->out, call->prefix, name, element);
	}
}

static void write_property(struct wsman_call *call, const struct wsman_class *class,
			   const struct wsman_property *property, size_t i)
{
	const char *value;

	if (property->show) {
		property->show(call, property, i);
		return;
	}
	value = net_value_get(call->settings, class->name, i, property->name);
	if (!value)
		value = property->initial;
	if (value && property->type == WSMAN_LIST)
		write_list(call, property->name, value);
	else if (value)
		xml_leaf(call->out, call->prefix, property->name, value);
}

void wsman_properties_write(struct wsman_call *call, const struct wsman_class *class, size_t i)
{
	const struct wsman_property *property = class->properties;

	for (; property && property->name; property++)
		write_property(call, class, property, i);
}

/* --- a Put --- */

/* The elements of that name, with commas between, from malloc; NULL: no memory. */
static char *read_list(const xmlNode *first)
{
	char *list = calloc(1, WSMAN_LIST_MAX + 1);
	const xmlNode *node;
	size_t len = 0;
	char *text;

	for (node = first; node && list; node = node->next) {
		if (node->type != XML_ELEMENT_NODE ||
		    strcmp((char *)node->name, (char *)first->name))
			continue;
		text = wsman_string(node);
		if (text && len < WSMAN_LIST_MAX)
			len += (size_t)snprintf(list + len, WSMAN_LIST_MAX - len, "%s%s",
						len ? "," : "", text);
		wsman_string_free(text);
	}
	if (len < WSMAN_LIST_MAX)
		return list;
	free(list);
	return NULL;
}

static bool is_of_type(const struct wsman_property *property, const char *value)
{
	uint32_t number;
	bool on;

	switch (property->type) {
	case WSMAN_NUMBER:
		return !wsman_read_number(value, property->max, &number);
	case WSMAN_BOOL:
		return !wsman_read_bool(value, &on);
	case WSMAN_LIST:
		return strlen(value) < WSMAN_LIST_MAX;
	case WSMAN_TEXT:
		break;
	}
	return strlen(value) <= property->max;
}

static enum wsman_fault keep(struct wsman_call *call, const struct wsman_class *class,
			     const struct wsman_property *property, size_t i, const char *value)
{
	const char *text = value;
	bool on;

	if (property->type == WSMAN_BOOL && !wsman_read_bool(value, &on))
		text = on ? "true" : "false";
	if (net_value_set(call->settings, class->name, i, property->name, text))
		return WSMAN_INTERNAL;
	return WSMAN_NO_FAULT;
}

static enum wsman_fault put_one(struct wsman_call *call, const struct wsman_class *class,
				const struct wsman_property *property, size_t i, const char *value,
				bool apply)
{
	if (!is_of_type(property, value))
		return WSMAN_INVALID_REPRESENTATION;
	if (property->put)
		return property->put(call, i, value, apply);
	return apply ? keep(call, class, property, i, value) : WSMAN_NO_FAULT;
}

static const struct wsman_property *find(const struct wsman_class *class, const xmlNode *node)
{
	const struct wsman_property *property = class->properties;

	for (; property && property->name; property++)
		if (!strcmp(property->name, (char *)node->name))
			return property;
	return NULL;
}

/* The first element of this name: the others are in its list, or are ignored. */
static bool is_first(const xmlNode *node)
{
	return wsman_child(node->parent, NULL, (char *)node->name) == node;
}

static enum wsman_fault put_node(struct wsman_call *call, const struct wsman_class *class,
				 const xmlNode *node, size_t i, bool apply)
{
	const struct wsman_property *property = find(class, node);
	enum wsman_fault fault;
	char *value;

	if (!property)
		return WSMAN_INVALID_REPRESENTATION;
	if (property->max == WSMAN_READ_ONLY || !is_first(node))
		return WSMAN_NO_FAULT; /* clients send back all they were shown */
	value = property->type == WSMAN_LIST ? read_list(node) : wsman_string(node);
	if (!value)
		return WSMAN_INVALID_REPRESENTATION;
	fault = put_one(call, class, property, i, value, apply);
	wsman_string_free(value);
	return fault;
}

/* A list that is not named any more is empty now. */
static enum wsman_fault drop_lists(struct wsman_call *call, const struct wsman_class *class,
				   size_t i)
{
	const struct wsman_property *property = class->properties;
	enum wsman_fault fault = WSMAN_NO_FAULT;

	for (; property->name && fault == WSMAN_NO_FAULT; property++)
		if (property->type == WSMAN_LIST && property->max != WSMAN_READ_ONLY &&
		    !wsman_child(call->req->payload, NULL, property->name))
			fault = put_one(call, class, property, i, "", true);
	return fault;
}

static enum wsman_fault walk(struct wsman_call *call, const struct wsman_class *class, size_t i,
			     bool apply)
{
	enum wsman_fault fault = WSMAN_NO_FAULT;
	const xmlNode *node;

	for (node = call->req->payload->children; node && fault == WSMAN_NO_FAULT;
	     node = node->next)
		if (node->type == XML_ELEMENT_NODE)
			fault = put_node(call, class, node, i, apply);
	return fault;
}

enum wsman_fault wsman_properties_put(struct wsman_call *call, const struct wsman_class *class,
				      size_t i)
{
	enum wsman_fault fault = walk(call, class, i, false);

	if (fault == WSMAN_NO_FAULT && class->check)
		fault = class->check(call, i);
	if (fault == WSMAN_NO_FAULT)
		fault = walk(call, class, i, true);
	return fault == WSMAN_NO_FAULT ? drop_lists(call, class, i) : fault;
}
