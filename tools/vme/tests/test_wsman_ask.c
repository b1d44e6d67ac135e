// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/tests/test_wsman_ask.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <event2/event.h>
#include "tools/vme/amt_private.h"

static const struct amt_version versions[] = {
	{ "Flash", "12.0.49" },
	{ "AMT", "12.0.49" },
	{ "Sku", "16392" },
};

static const uint8_t uuid[16] = { 0x4b, 0x52, 0x9b, 0x93 };

static void on_wake(void *ctx)
{
	struct answer *a = ctx;

	a->woken++;
	event_base_loopbreak(a->amt->base);
}

static void dress(struct amt *amt)
{
	amt->versions = malloc(sizeof(versions));
	memcpy(amt->versions, versions, sizeof(versions));
	amt->version_count = sizeof(versions) / sizeof(*versions);
	memcpy(amt->uuid, uuid, sizeof(uuid));
	strcpy(amt->fw_version, "12.0.49");
	strcpy(amt->digest_realm, "Digest:727734D63A1FC0423736E48DA554E462");
	strcpy(amt->dhcp_suffix, "corp.example.com");
	amt_window_open(amt, 3600);
}

int ask_setup(void **state)
{
	struct answer *a = calloc(1, sizeof(*a));

	a->amt = amt_new(event_base_new());
	assert_non_null(a->amt);
	dress(a->amt);
	a->settings = a->amt->settings;
	a->settings->maker.base = a->amt->base;
	a->settings->maker.wake = on_wake;
	a->settings->maker.ctx = a;
	a->wsman = wsman_new(a->amt);
	*state = a;
	return 0;
}

int ask_teardown(void **state)
{
	struct answer *a = *state;
	struct event_base *base = a->amt->base;

	free(a->reply.text);
	wsman_free(a->wsman);
	amt_free(a->amt);
	event_base_free(base);
	free(a);
	return 0;
}

void ask(struct answer *a, const char *text, size_t len)
{
	free(a->reply.text);
	memset(&a->reply, 0, sizeof(a->reply));
	assert_int_equal(wsman_handle(a->wsman, &a->how, text, len, &a->reply), 0);
	if (a->reply.wait)
		return;
	assert_non_null(a->reply.text);
	assert_int_equal(strlen(a->reply.text), a->reply.len);
	assert_null(strchr(a->reply.text, '\n'));
}

void ask_with(struct answer *a, const char *action, const char *uri, const char *header,
	      const char *body)
{
	char *text = malloc(ASK_TEXT_MAX);
	int len;

	len = snprintf(text, ASK_TEXT_MAX,
		       "<?xml version=\"1.0\" encoding=\"utf-8\"?>"
		       "<Envelope xmlns:a=\"" NS_ADDRESSING "\" xmlns:w=\"" NS_WSMAN
		       "\" xmlns=\"" NS_SOAP "\"><Header><a:Action>%s</a:Action>"
		       "<a:To>/wsman</a:To><w:ResourceURI>%s</w:ResourceURI>"
		       "<a:MessageID>17</a:MessageID>"
		       "<w:OperationTimeout>PT60S</w:OperationTimeout>%s</Header>"
		       "<Body>%s</Body></Envelope>",
		       action, uri, header, body);
	assert_true(len < ASK_TEXT_MAX);
	ask(a, text, (size_t)len);
	free(text);
}

void ask_about(struct answer *a, const char *action, const char *uri, const char *id,
	       const char *body)
{
	char header[256] = "";

	if (*id)
		snprintf(header, sizeof(header),
			 "<w:SelectorSet><w:Selector Name=\"InstanceID\">%s</w:Selector>"
			 "</w:SelectorSet>",
			 id);
	ask_with(a, action, uri, header, body);
}

void ask_method(struct answer *a, const char *uri, const char *method, const char *input)
{
	char *body = malloc(ASK_TEXT_MAX);
	char action[256];

	snprintf(action, sizeof(action), "%s/%s", uri, method);
	snprintf(body, ASK_TEXT_MAX, "<r:%s_INPUT xmlns:r=\"%s\">%s</r:%s_INPUT>", method, uri,
		 input, method);
	ask_with(a, action, uri, "", body);
	free(body);
}

void ask_all(struct answer *a, const char *uri)
{
	char context[64], body[512];

	ask_with(a, NS_ENUMERATION "/Enumerate", uri, "",
		 "<Enumerate xmlns=\"" NS_ENUMERATION "\"/>");
	text_of(a, "g:EnumerationContext", context, sizeof(context));
	snprintf(body, sizeof(body),
		 "<Pull xmlns=\"" NS_ENUMERATION "\"><EnumerationContext>%s"
		 "</EnumerationContext><MaxElements>999</MaxElements></Pull>",
		 context);
	ask_with(a, NS_ENUMERATION "/Pull", uri, "", body);
	expect(a, 200, "EndOfSequence");
}

bool has(const struct answer *a, const char *part)
{
	return strstr(a->reply.text, part) != NULL;
}

void expect(const struct answer *a, int status, const char *part)
{
	if (a->reply.http_status != status || !has(a, part))
		print_error("wanted %d %s\ngot %d %s\n", status, part, a->reply.http_status,
			    a->reply.text);
	assert_int_equal(a->reply.http_status, status);
	assert_true(has(a, part));
}

void returned(const struct answer *a, unsigned int value)
{
	char part[64];

	snprintf(part, sizeof(part), "<g:ReturnValue>%u</g:ReturnValue>", value);
	expect(a, 200, part);
}

void text_of(const struct answer *a, const char *name, char *out, size_t size)
{
	char open[80];
	const char *at;

	snprintf(open, sizeof(open), "<%s>", name);
	at = strstr(a->reply.text, open);
	*out = '\0';
	if (at) {
		at += strlen(open);
		snprintf(out, size, "%.*s", (int)strcspn(at, "<"), at);
	}
}

size_t count_of(const struct answer *a, const char *part)
{
	const char *at = a->reply.text;
	size_t n = 0;

	while ((at = strstr(at, part))) {
		at += strlen(part);
		n++;
	}
	return n;
}
