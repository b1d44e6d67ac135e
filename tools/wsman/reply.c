// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading SOAP envelopes from a peer that may be hostile.
 *
 * The document is streamed; only the text of leaf elements is kept, in a flat
 * list. What may hold an OTP is wiped when freed.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <libxml/xmlreader.h>
#include <openssl/crypto.h>

#include "wsman.h"

#define NS_SOAP	     "http://www.w3.org/2003/05/soap-envelope"
#define VALUE_MAX    (64 * 1024)
#define NAME_MAX_LEN 128

struct field {
	size_t item;
	char *name;
	char *value;
};

struct wsman_reply {
	char *payload;
	char *relates_to;
	char *context;
	char *fault_code;
	char *fault_reason;
	bool fault;
	bool pull;
	bool end;
	size_t items;
	struct field *fields;
	size_t field_count;
	size_t field_size;
};

/* Position in the document while it is read. */
struct parse {
	struct wsman_reply *reply;
	char *stack[WSMAN_DEPTH_MAX];
	bool has_child[WSMAN_DEPTH_MAX];
	size_t depth;
	char *text;
	size_t text_len;
	size_t elements;
	bool body_seen;
};

static void wipe_free(char *s)
{
	wsman_text_free(s);
}

/* Never legitimate in SOAP: a document type or entity, whatever the parser
 * would make of it. "<!" may only begin a comment or CDATA.
 */
static bool has_declaration(const char *xml, size_t len)
{
	const char *end = xml + len;
	const char *p = xml;

	while ((p = memchr(p, '<', end - p))) {
		size_t left = end - p;

		if (left >= 2 && p[1] == '!' && !(left >= 4 && !memcmp(p, "<!--", 4)) &&
		    !(left >= 9 && !memcmp(p, "<![CDATA[", 9)))
			return true;
		p++;
	}
	return false;
}

static int set_once(char **slot, const char *value)
{
	if (*slot)
		return 0;
	*slot = strdup(value);
	return *slot ? 0 : -ENOMEM;
}

static int add_field(struct wsman_reply *r, size_t item, const char *name, const char *value)
{
	struct field *f;

	if (r->field_count == r->field_size) {
		size_t size = r->field_size ? r->field_size * 2 : 32;
		struct field *fields;

		fields = reallocarray(r->fields, size, sizeof(*fields));
		if (!fields)
			return -ENOMEM;
		r->fields = fields;
		r->field_size = size;
	}
	f = &r->fields[r->field_count];
	f->item = item;
	f->name = strdup(name);
	f->value = strdup(value);
	if (!f->name || !f->value) {
		free(f->name);
		wipe_free(f->value);
		return -ENOMEM;
	}
	r->field_count++;
	return 0;
}

static const char *local_part(const char *qname)
{
	const char *colon = strrchr(qname, ':');

	return colon ? colon + 1 : qname;
}

static bool in(const struct parse *p, size_t level, const char *name)
{
	return level < p->depth && !strcmp(p->stack[level], name);
}

static int fault_leaf(struct parse *p, const char *value)
{
	struct wsman_reply *r = p->reply;

	if (in(p, 3, "Code") && in(p, p->depth - 1, "Value")) {
		/* the innermost subcode comes last and says most */
		free(r->fault_code);
		r->fault_code = strdup(local_part(value));
		return r->fault_code ? 0 : -ENOMEM;
	}
	if (in(p, 3, "Reason") && in(p, 4, "Text"))
		return set_once(&r->fault_reason, value);
	return 0;
}

/* A leaf element has ended; p->depth still counts it. */
static int leaf(struct parse *p)
{
	const char *value = p->text ? p->text : "";
	struct wsman_reply *r = p->reply;

	if (in(p, 1, "Header") && p->depth == 3 && in(p, 2, "RelatesTo"))
		return set_once(&r->relates_to, value);
	if (!in(p, 1, "Body") || p->depth < 4) {
		return 0;
	}
	if (r->fault)
		return fault_leaf(p, value);
	if (p->depth == 4 && in(p, 3, "EnumerationContext"))
		return set_once(&r->context, value);
	if (p->depth == 4 && in(p, 3, "EndOfSequence")) {
		r->end = true;
		return 0;
	}
	if (r->pull)
		return p->depth == 6 && in(p, 3, "Items") && r->items ?
			       add_field(r, r->items - 1, p->stack[5], value) :
			       0;
	return p->depth == 4 ? add_field(r, 0, p->stack[3], value) : 0;
}

static int soap_level(struct parse *p, xmlTextReader *reader)
{
	const char *ns = (const char *)xmlTextReaderConstNamespaceUri(reader);
	const char *name = p->stack[p->depth - 1];

	if (!ns || strcmp(ns, NS_SOAP))
		return -EBADMSG;
	if (p->depth == 1)
		return strcmp(name, "Envelope") ? -EBADMSG : 0;
	if (!strcmp(name, "Body")) {
		if (p->body_seen)
			return -EBADMSG;
		p->body_seen = true;
		return 0;
	}
	return strcmp(name, "Header") ? -EBADMSG : 0;
}

static int element_begin(struct parse *p, xmlTextReader *reader)
{
	const char *name = (const char *)xmlTextReaderConstLocalName(reader);
	struct wsman_reply *r = p->reply;

	if (++p->elements > WSMAN_ELEMENTS_MAX || p->depth == WSMAN_DEPTH_MAX || !name ||
	    strlen(name) > NAME_MAX_LEN)
		return -EMSGSIZE;
	if (p->depth)
		p->has_child[p->depth - 1] = true;
	p->stack[p->depth] = strdup(name);
	if (!p->stack[p->depth])
		return -ENOMEM;
	p->has_child[p->depth++] = false;
	wipe_free(p->text);
	p->text = NULL;
	p->text_len = 0;

	if (p->depth <= 2)
		return soap_level(p, reader);
	if (p->depth == 3 && in(p, 1, "Body")) {
		if (r->payload)
			return -EBADMSG;
		r->fault = !strcmp(name, "Fault");
		r->pull = !strcmp(name, "PullResponse");
		return set_once(&r->payload, name);
	}
	if (p->depth == 5 && r->pull && in(p, 1, "Body") && in(p, 3, "Items"))
		r->items++;
	return 0;
}

static int element_end(struct parse *p)
{
	int ret = 0;

	if (!p->depth)
		return -EBADMSG;
	if (!p->has_child[p->depth - 1])
		ret = leaf(p);
	wipe_free(p->text);
	p->text = NULL;
	p->text_len = 0;
	free(p->stack[--p->depth]);
	return ret;
}

static int add_text(struct parse *p, xmlTextReader *reader)
{
	const char *s = (const char *)xmlTextReaderConstValue(reader);
	size_t len = s ? strlen(s) : 0;
	char *text;

	if (!p->depth || !len)
		return 0;
	if (p->text_len + len > VALUE_MAX)
		return -EMSGSIZE;
	text = malloc(p->text_len + len + 1);
	if (!text)
		return -ENOMEM;
	if (p->text_len)
		memcpy(text, p->text, p->text_len);
	memcpy(text + p->text_len, s, len + 1);
	wipe_free(p->text);
	p->text = text;
	p->text_len += len;
	return 0;
}

static int node(struct parse *p, xmlTextReader *reader)
{
	int ret;

	switch (xmlTextReaderNodeType(reader)) {
	case XML_READER_TYPE_ELEMENT:
		ret = element_begin(p, reader);
		if (!ret && xmlTextReaderIsEmptyElement(reader))
			ret = element_end(p);
		return ret;
	case XML_READER_TYPE_END_ELEMENT:
		return element_end(p);
	case XML_READER_TYPE_TEXT:
	case XML_READER_TYPE_CDATA:
		return add_text(p, reader);
	case XML_READER_TYPE_DOCUMENT_TYPE:
	case XML_READER_TYPE_ENTITY:
	case XML_READER_TYPE_ENTITY_REFERENCE:
	case XML_READER_TYPE_NOTATION:
		return -EBADMSG;
	default:
		return 0;
	}
}

/* libxml2 would print to stderr otherwise. */
static void quiet(void *arg, const char *msg, xmlParserSeverities severity,
		  xmlTextReaderLocatorPtr locator)
{
}

static int parse_document(struct parse *p, const char *xml, size_t len)
{
	xmlTextReader *reader;
	int more;
	int ret = 0;

	/* The encoding is forced: a declaration cannot bring in another one. */
	reader = xmlReaderForMemory(xml, (int)len, NULL, "UTF-8",
				    XML_PARSE_NONET | XML_PARSE_NOBLANKS | XML_PARSE_COMPACT);
	if (!reader)
		return -ENOMEM;
	xmlTextReaderSetErrorHandler(reader, quiet, NULL);
	while (!ret && (more = xmlTextReaderRead(reader)) == 1)
		ret = node(p, reader);
	if (!ret && (more < 0 || p->depth || !p->body_seen))
		ret = -EBADMSG;
	xmlFreeTextReader(reader);
	while (p->depth)
		free(p->stack[--p->depth]);
	wipe_free(p->text);
	return ret;
}

int wsman_reply_parse(const void *xml, size_t len, struct wsman_reply **out)
{
	struct parse p = { 0 };
	int ret;

	*out = NULL;
	if (len > WSMAN_REPLY_MAX)
		return -EMSGSIZE;
	if (!len || memchr(xml, 0, len) || has_declaration(xml, len))
		return -EBADMSG;
	p.reply = calloc(1, sizeof(*p.reply));
	if (!p.reply)
		return -ENOMEM;
	ret = parse_document(&p, xml, len);
	if (ret) {
		wsman_reply_free(p.reply);
		return ret;
	}
	*out = p.reply;
	return 0;
}

void wsman_reply_free(struct wsman_reply *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->field_count; i++) {
		free(r->fields[i].name);
		wipe_free(r->fields[i].value);
	}
	free(r->fields);
	free(r->payload);
	free(r->relates_to);
	free(r->context);
	free(r->fault_code);
	free(r->fault_reason);
	free(r);
}

static const char *or_empty(const char *s)
{
	return s ? s : "";
}

const char *wsman_reply_relates_to(const struct wsman_reply *r)
{
	return or_empty(r->relates_to);
}

const char *wsman_reply_payload(const struct wsman_reply *r)
{
	return or_empty(r->payload);
}

size_t wsman_reply_count(const struct wsman_reply *r)
{
	if (r->fault)
		return 0;
	return r->pull ? r->items : 1;
}

const char *wsman_reply_value(const struct wsman_reply *r, size_t i, const char *name)
{
	for (size_t k = 0; k < r->field_count; k++)
		if (r->fields[k].item == i && !strcmp(r->fields[k].name, name))
			return r->fields[k].value;
	return NULL;
}

bool wsman_reply_property(const struct wsman_reply *r, size_t i, size_t n, const char **name,
			  const char **value)
{
	for (size_t k = 0; k < r->field_count; k++) {
		if (r->fields[k].item != i || n--)
			continue;
		*name = r->fields[k].name;
		*value = r->fields[k].value;
		return true;
	}
	return false;
}

const char *wsman_reply_context(const struct wsman_reply *r)
{
	return r->end ? NULL : r->context;
}

bool wsman_reply_is_fault(const struct wsman_reply *r)
{
	return r->fault;
}

const char *wsman_reply_fault_code(const struct wsman_reply *r)
{
	return or_empty(r->fault_code);
}

const char *wsman_reply_fault_reason(const struct wsman_reply *r)
{
	return or_empty(r->fault_reason);
}

int wsman_reply_return_value(const struct wsman_reply *r, uint32_t *value)
{
	const char *text = wsman_reply_value(r, 0, "ReturnValue");
	unsigned long long v;
	char *end;

	if (!text)
		return -ENODATA;
	if (*text < '0' || *text > '9')
		return -EBADMSG;
	errno = 0;
	v = strtoull(text, &end, 10);
	if (errno || *end || v > UINT32_MAX)
		return -EBADMSG;
	*value = (uint32_t)v;
	return 0;
}
