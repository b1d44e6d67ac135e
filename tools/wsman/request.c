// SPDX-License-Identifier: GPL-2.0-or-later
/* Building SOAP 1.2 envelopes (DSP0226 1.0.0 as AMT speaks it). */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/crypto.h>

#include "wsman.h"

#define NS_SOAP	       "http://www.w3.org/2003/05/soap-envelope"
#define NS_ADDRESSING  "http://schemas.xmlsoap.org/ws/2004/08/addressing"
#define NS_WSMAN       "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
#define NS_TRANSFER    "http://schemas.xmlsoap.org/ws/2004/09/transfer"
#define NS_ENUMERATION "http://schemas.xmlsoap.org/ws/2004/09/enumeration"

/* A text that grows, wiped when it moves: it may hold a password. */
struct text {
	char *data;
	size_t len;
	size_t size;
	int error;
};

static bool text_reserve(struct text *t, size_t more)
{
	size_t size = t->size ? t->size : 2048;
	char *data;

	if (t->error)
		return false;
	while (size - t->len <= more)
		size *= 2;
	if (size == t->size)
		return true;
	data = malloc(size);
	if (!data) {
		t->error = -ENOMEM;
		return false;
	}
	if (t->data)
		memcpy(data, t->data, t->len);
	wsman_text_free(t->data);
	t->data = data;
	t->size = size;
	t->data[t->len] = '\0';
	return true;
}

static void text_add(struct text *t, const char *s)
{
	size_t len = strlen(s);

	if (!text_reserve(t, len))
		return;
	memcpy(t->data + t->len, s, len + 1);
	t->len += len;
}

static void __attribute__((format(printf, 2, 3))) text_addf(struct text *t, const char *fmt, ...)
{
	char buf[512];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof(buf))
		t->error = -EINVAL;
	else
		text_add(t, buf);
}

/* XML 1.0 has no way to write most control characters. */
static void text_add_escaped(struct text *t, const char *s)
{
	char one[2] = "";

	for (; *s && !t->error; s++) {
		unsigned char c = *s;

		switch (c) {
		case '&':
			text_add(t, "&amp;");
			break;
		case '<':
			text_add(t, "&lt;");
			break;
		case '>':
			text_add(t, "&gt;");
			break;
		case '"':
			text_add(t, "&quot;");
			break;
		case '\'':
			text_add(t, "&apos;");
			break;
		case '\r':
			text_add(t, "&#13;");
			break;
		default:
			if (c < 0x20 && c != '\t' && c != '\n')
				t->error = -EINVAL;
			one[0] = *s;
			text_add(t, one);
		}
	}
}

static const struct {
	const char *prefix;
	const char *uri;
} schemas[] = {
	{ "AMT_", "http://intel.com/wbem/wscim/1/amt-schema/1/" },
	{ "IPS_", "http://intel.com/wbem/wscim/1/ips-schema/1/" },
	{ "CIM_", "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/" },
};

static int resource_uri(const char *class_name, char *out, size_t size)
{
	for (size_t i = 0; i < sizeof(schemas) / sizeof(*schemas); i++) {
		int n;

		if (strncmp(class_name, schemas[i].prefix, 4))
			continue;
		n = snprintf(out, size, "%s%s", schemas[i].uri, class_name);
		return n < 0 || (size_t)n >= size ? -EINVAL : 0;
	}
	return -EINVAL;
}

static int action_uri(const struct wsman_request *req, const char *resource, char *out, size_t size)
{
	static const char *const actions[] = {
		[WSMAN_GET] = NS_TRANSFER "/Get",
		[WSMAN_PUT] = NS_TRANSFER "/Put",
		[WSMAN_ENUMERATE] = NS_ENUMERATION "/Enumerate",
		[WSMAN_PULL] = NS_ENUMERATION "/Pull",
		[WSMAN_CREATE] = NS_TRANSFER "/Create",
		[WSMAN_DELETE] = NS_TRANSFER "/Delete",
	};
	int n;

	if (req->op == WSMAN_INVOKE)
		n = snprintf(out, size, "%s/%s", resource, req->method);
	else
		n = snprintf(out, size, "%s", actions[req->op]);
	return n < 0 || (size_t)n >= size ? -EINVAL : 0;
}

static void add_selectors(struct text *t, const struct wsman_request *req)
{
	if (!req->selector_count)
		return;
	text_add(t, "<w:SelectorSet>");
	for (size_t i = 0; i < req->selector_count; i++) {
		text_addf(t, "<w:Selector Name=\"%s\">", req->selectors[i].name);
		text_add_escaped(t, req->selectors[i].value);
		text_add(t, "</w:Selector>");
	}
	text_add(t, "</w:SelectorSet>");
}

static void add_instance(struct text *t, const struct wsman_request *req, const char *resource)
{
	const char *name = req->op == WSMAN_INVOKE ? req->method : req->class_name;
	const char *tail = req->op == WSMAN_INVOKE ? "_INPUT" : "";

	text_addf(t, "<h:%s%s xmlns:h=\"%s\">", name, tail, resource);
	for (size_t i = 0; i < req->param_count; i++) {
		text_addf(t, "<h:%s>", req->params[i].name);
		text_add_escaped(t, req->params[i].value);
		text_addf(t, "</h:%s>", req->params[i].name);
	}
	text_addf(t, "</h:%s%s>", name, tail);
}

static void add_body(struct text *t, const struct wsman_request *req, const char *resource)
{
	switch (req->op) {
	case WSMAN_GET:
	case WSMAN_DELETE:
		break;
	case WSMAN_ENUMERATE:
		text_add(t, "<Enumerate xmlns=\"" NS_ENUMERATION "\"/>");
		break;
	case WSMAN_PULL:
		text_add(t, "<Pull xmlns=\"" NS_ENUMERATION "\"><EnumerationContext>");
		text_add_escaped(t, req->context);
		text_add(t, "</EnumerationContext><MaxElements>999</MaxElements>"
			    "<MaxCharacters>99999</MaxCharacters></Pull>");
		break;
	case WSMAN_PUT:
	case WSMAN_INVOKE:
	case WSMAN_CREATE:
		add_instance(t, req, resource);
		break;
	}
}

int wsman_build(const struct wsman_request *req, unsigned int message_id, char **out)
{
	struct text t = { 0 };
	char resource[192];
	char action[256];

	*out = NULL;
	if (!req->class_name || (unsigned int)req->op > WSMAN_DELETE ||
	    (req->op == WSMAN_INVOKE && !req->method) || (req->op == WSMAN_PULL && !req->context))
		return -EINVAL;
	if (resource_uri(req->class_name, resource, sizeof(resource)) ||
	    action_uri(req, resource, action, sizeof(action)))
		return -EINVAL;

	text_add(&t, "<?xml version=\"1.0\" encoding=\"utf-8\"?>"
		     "<Envelope xmlns=\"" NS_SOAP "\" xmlns:a=\"" NS_ADDRESSING
		     "\" xmlns:w=\"" NS_WSMAN "\"><Header>");
	text_addf(&t, "<a:Action>%s</a:Action><a:To>/wsman</a:To>", action);
	text_addf(&t, "<w:ResourceURI>%s</w:ResourceURI>", resource);
	text_addf(&t, "<a:MessageID>%u</a:MessageID>", message_id);
	text_add(&t,
		 "<a:ReplyTo><a:Address>" NS_ADDRESSING "/role/anonymous</a:Address></a:ReplyTo>"
		 "<w:OperationTimeout>PT60S</w:OperationTimeout>");
	add_selectors(&t, req);
	text_add(&t, "</Header><Body>");
	add_body(&t, req, resource);
	text_add(&t, "</Body></Envelope>");
	if (t.error) {
		wsman_text_free(t.data);
		return t.error;
	}
	*out = t.data;
	return 0;
}

void wsman_text_free(char *text)
{
	if (!text)
		return;
	OPENSSL_cleanse(text, strlen(text));
	free(text);
}
