// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading a request. libxml2 without network, DTD or entities; the SAX handlers
 * below stop it at the first sign of any of them and at caps on depth, elements
 * and attributes. Its memory goes through an allocator that wipes, because
 * passwords arrive in it.
 */
#include "tools/vme/wsman_request.h"

#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <openssl/crypto.h>

/* --- an allocator that leaves nothing behind --- */

static void wiping_free(void *ptr)
{
	if (ptr)
		OPENSSL_cleanse(ptr, malloc_usable_size(ptr));
	free(ptr);
}

static void *wiping_realloc(void *ptr, size_t size)
{
	void *moved = malloc(size);
	size_t old = ptr ? malloc_usable_size(ptr) : 0;

	if (!moved)
		return NULL;
	if (old)
		memcpy(moved, ptr, old < size ? old : size);
	wiping_free(ptr);
	return moved;
}

static void xml_init(void)
{
	xmlMemSetup(wiping_free, malloc, wiping_realloc, strdup);
	xmlInitParser();
}

/* --- parsing within limits --- */

struct limits {
	startElementNsSAX2Func start;
	int elements;
};

/* Stopping alone would pass the part read so far for a document. */
static void stop(xmlParserCtxt *parser)
{
	xmlStopParser(parser);
	parser->wellFormed = 0;
}

static void start_element(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
			  int namespace_count, const xmlChar **namespaces, int attribute_count,
			  int defaulted, const xmlChar **attributes)
{
	xmlParserCtxt *parser = ctx;
	struct limits *limits = parser->_private;

	if (parser->nodeNr >= WSMAN_DEPTH_MAX || ++limits->elements > WSMAN_ELEMENTS_MAX ||
	    attribute_count + namespace_count > WSMAN_ATTRIBUTES_MAX) {
		stop(parser);
		return;
	}
	limits->start(ctx, name, prefix, uri, namespace_count, namespaces, attribute_count,
		      defaulted, attributes);
}

static void refuse_dtd(void *ctx, const xmlChar *name, const xmlChar *external,
		       const xmlChar *system)
{
	stop(ctx);
}

static void refuse_reference(void *ctx, const xmlChar *name)
{
	stop(ctx);
}

static xmlDoc *parse(const char *text, size_t len)
{
	const int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
			    XML_PARSE_NOCDATA;
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct limits limits = { .elements = 0 };
	xmlParserCtxt *parser;
	xmlDoc *doc;

	pthread_once(&once, xml_init);
	parser = xmlNewParserCtxt();
	if (!parser)
		return NULL;
	limits.start = parser->sax->startElementNs;
	parser->_private = &limits;
	parser->sax->startElementNs = start_element;
	parser->sax->internalSubset = refuse_dtd;
	parser->sax->externalSubset = refuse_dtd;
	parser->sax->reference = refuse_reference;
	doc = xmlCtxtReadMemory(parser, text, (int)len, NULL, "UTF-8", options);
	if (doc && (doc->intSubset || !parser->nsWellFormed)) {
		xmlFreeDoc(doc);
		doc = NULL;
	}
	xmlFreeParserCtxt(parser);
	return doc;
}

/* --- walking --- */

static bool is(const xmlNode *node, const char *ns, const char *name)
{
	if (node->type != XML_ELEMENT_NODE || strcmp((char *)node->name, name))
		return false;
	return !ns || (node->ns && node->ns->href && !strcmp((char *)node->ns->href, ns));
}

xmlNode *wsman_child(const xmlNode *parent, const char *ns, const char *name)
{
	xmlNode *node;

	for (node = parent ? parent->children : NULL; node; node = node->next)
		if (is(node, ns, name))
			return node;
	return NULL;
}

static char *copy_trimmed(const char *text)
{
	size_t len;

	text += strspn(text, " \t\r\n");
	for (len = strlen(text); len; len--)
		if (!strchr(" \t\r\n", text[len - 1]))
			break;
	return strndup(text, len);
}

char *wsman_string(const xmlNode *node)
{
	xmlChar *content = node ? xmlNodeGetContent(node) : NULL;
	char *text = content ? copy_trimmed((char *)content) : NULL;

	xmlFree(content);
	return text;
}

void wsman_string_free(char *text)
{
	if (text)
		OPENSSL_cleanse(text, strlen(text));
	free(text);
}

char *wsman_selector(const struct wsman_request *req, const char *name)
{
	xmlNode *node;

	for (node = req->selectors ? req->selectors->children : NULL; node; node = node->next) {
		xmlChar *key;
		bool found;

		if (!is(node, NS_WSMAN, "Selector"))
			continue;
		key = xmlGetNoNsProp(node, (const xmlChar *)"Name");
		found = key && !strcmp((char *)key, name);
		xmlFree(key);
		if (found)
			return wsman_string(node);
	}
	return NULL;
}

/* --- the header --- */

static bool must_understand(const xmlNode *node)
{
	xmlChar *value = xmlGetNsProp(node, (const xmlChar *)"mustUnderstand",
				      (const xmlChar *)NS_SOAP);
	bool must = value && (!strcmp((char *)value, "true") || !strcmp((char *)value, "1"));

	xmlFree(value);
	return must;
}

static const struct {
	const char *ns;
	const char *name;
} understood[] = {
	{ NS_ADDRESSING, "To" },	 { NS_ADDRESSING, "Action" },
	{ NS_ADDRESSING, "MessageID" },	 { NS_ADDRESSING, "ReplyTo" },
	{ NS_ADDRESSING, "FaultTo" },	 { NS_ADDRESSING, "From" },
	{ NS_ADDRESSING, "RelatesTo" },	 { NS_WSMAN, "ResourceURI" },
	{ NS_WSMAN, "SelectorSet" },	 { NS_WSMAN, "OperationTimeout" },
	{ NS_WSMAN, "MaxEnvelopeSize" }, { NS_WSMAN, "Locale" },
};

static bool is_understood(const xmlNode *node)
{
	size_t i;

	for (i = 0; i < sizeof(understood) / sizeof(*understood); i++)
		if (is(node, understood[i].ns, understood[i].name))
			return true;
	return false;
}

/* AMT takes no options and no fragments, and no small envelopes. */
static enum wsman_fault check_headers(const xmlNode *header)
{
	xmlNode *node;
	char *size;
	bool small;

	for (node = header->children; node; node = node->next) {
		if (node->type != XML_ELEMENT_NODE)
			continue;
		if (is(node, NS_WSMAN, "FragmentTransfer"))
			return WSMAN_UNSUPPORTED_FEATURE;
		if (!is_understood(node) &&
		    (must_understand(node) || is(node, NS_WSMAN, "OptionSet")))
			return WSMAN_MUST_UNDERSTAND;
	}
	size = wsman_string(wsman_child(header, NS_WSMAN, "MaxEnvelopeSize"));
	small = size && strtoul(size, NULL, 10) < WSMAN_ENVELOPE_MIN;
	wsman_string_free(size);
	return small ? WSMAN_ENCODING_LIMIT : WSMAN_NO_FAULT;
}

static char *message_id(const xmlNode *header)
{
	xmlNode *node = wsman_child(header, NS_ADDRESSING, "MessageID");
	xmlChar *content = node ? xmlNodeGetContent(node) : NULL;
	char *text = content ? strdup((char *)content) : NULL;

	xmlFree(content);
	return text;
}

static enum wsman_fault read_header(struct wsman_request *req, const xmlNode *header)
{
	enum wsman_fault fault;

	req->message_id = message_id(header);
	fault = check_headers(header);
	if (fault != WSMAN_NO_FAULT)
		return fault;
	req->action = wsman_string(wsman_child(header, NS_ADDRESSING, "Action"));
	req->resource = wsman_string(wsman_child(header, NS_WSMAN, "ResourceURI"));
	req->selectors = wsman_child(header, NS_WSMAN, "SelectorSet");
	if (!req->action || !req->message_id)
		return WSMAN_HEADER_REQUIRED;
	return req->resource ? WSMAN_NO_FAULT : WSMAN_NO_ROUTE;
}

enum wsman_fault wsman_request_read(struct wsman_request *req, const char *text, size_t len)
{
	xmlNode *envelope, *header, *body;

	memset(req, 0, sizeof(*req));
	req->doc = parse(text, len);
	envelope = req->doc ? xmlDocGetRootElement(req->doc) : NULL;
	if (!envelope || !is(envelope, NS_SOAP, "Envelope"))
		return WSMAN_SCHEMA;
	header = wsman_child(envelope, NS_SOAP, "Header");
	body = wsman_child(envelope, NS_SOAP, "Body");
	if (!header || !body)
		return WSMAN_SCHEMA;
	req->payload = xmlFirstElementChild(body);
	return read_header(req, header);
}

void wsman_request_free(struct wsman_request *req)
{
	wsman_string_free(req->action);
	wsman_string_free(req->resource);
	wsman_string_free(req->message_id);
	xmlFreeDoc(req->doc);
	memset(req, 0, sizeof(*req));
}
