// SPDX-License-Identifier: GPL-2.0-or-later
/* Envelopes of a hostile peer to the client, and what it asks of those it can read. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "selftests/fuzz/fuzz.h"
#include "tools/wsman/wsman.h"

static void promise(bool kept)
{
	if (!kept)
		abort();
}

static const char *const names[] = { "ReturnValue", "ElementName", "X509Certificate",
				     "ProvisioningServerOTP" };

#define PROPERTIES_MAX 64 /* that are looked at */
#define NAMES	       (sizeof(names) / sizeof(names[0]))

static void read_values(const struct wsman_reply *reply)
{
	size_t count = wsman_reply_count(reply);
	char out[4096];

	promise(count <= WSMAN_ELEMENTS_MAX);
	for (size_t i = 0; i < NAMES; i++) {
		const char *text = wsman_reply_value(reply, 0, names[i]);

		promise(count || !text);
		promise(!wsman_reply_value(reply, count, names[i]));
		if (text)
			promise(wsman_base64_decode(text, out, sizeof(out)) <=
				(ssize_t)(strlen(text) / 4 * 3));
	}
}

/* Names and values in their order; that of a name is its first. */
static void read_properties(const struct wsman_reply *reply, size_t instance)
{
	const char *name, *value;

	for (size_t n = 0; n < PROPERTIES_MAX; n++) {
		if (!wsman_reply_property(reply, instance, n, &name, &value))
			return;
		promise(*name && value && wsman_reply_value(reply, instance, name));
	}
}

static void read_reply(const struct wsman_reply *reply)
{
	const char *context = wsman_reply_context(reply), *name, *text;
	uint32_t value;
	int ret = wsman_reply_return_value(reply, &value);

	promise(ret == 0 || ret == -ENODATA || ret == -EBADMSG);
	promise(ret || wsman_reply_value(reply, 0, "ReturnValue"));
	promise(*wsman_reply_payload(reply) || !wsman_reply_property(reply, 0, 0, &name, &text));
	promise(!context || strlen(context) <= WSMAN_REPLY_MAX);
	promise(strlen(wsman_reply_relates_to(reply)) <= WSMAN_REPLY_MAX);
	promise(wsman_reply_is_fault(reply) || !*wsman_reply_fault_code(reply));
	promise(wsman_reply_is_fault(reply) || !*wsman_reply_fault_reason(reply));
	read_values(reply);
	for (size_t i = 0; i < wsman_reply_count(reply) && i < PROPERTIES_MAX; i++)
		read_properties(reply, i);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wsman_reply *reply;
	int ret = wsman_reply_parse(data, size, &reply);

	promise(ret <= 0 && !ret == !!reply);
	if (reply)
		read_reply(reply);
	wsman_reply_free(reply);
	return 0;
}
