// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/fault.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tools/vme/heci.h"
#include "tools/vme/text.h"

enum argument { ARG_NONE, ARG_NUMBER, ARG_CORRUPT, ARG_HEX, ARG_DWORD };

static const struct {
	const char *name;
	enum argument argument;
	uint32_t max;
} actions[FAULT_ACTIONS] = {
	[FAULT_DROP] = { "drop", ARG_NONE, 0 },
	[FAULT_DELAY] = { "delay", ARG_NUMBER, 3600 * 1000 },
	[FAULT_TRUNCATE] = { "truncate", ARG_NUMBER, FAULT_RAW_MAX },
	[FAULT_PAD] = { "pad", ARG_NUMBER, FAULT_RAW_MAX },
	[FAULT_CORRUPT] = { "corrupt", ARG_CORRUPT, FAULT_RAW_MAX - 1 },
	[FAULT_DUPLICATE] = { "duplicate", ARG_NONE, 0 },
	[FAULT_WRONG_ID] = { "wrong-id", ARG_NONE, 0 },
	[FAULT_STATUS] = { "status", ARG_NUMBER, UINT32_MAX },
	[FAULT_NO_CREDIT] = { "no-credit", ARG_NONE, 0 },
	[FAULT_RESET] = { "reset", ARG_NONE, 0 },
	[FAULT_BUSY] = { "busy", ARG_NONE, 0 },
	[FAULT_RAW] = { "raw", ARG_HEX, 0 },
	[FAULT_CUT] = { "cut", ARG_NUMBER, 1024 * 1024 },
	[FAULT_ALERT] = { "alert", ARG_NUMBER, 255 },
	[FAULT_NO_RFC5746] = { "no-rfc5746", ARG_NONE, 0 },
	[FAULT_NONCE_RESET] = { "nonce-reset", ARG_NONE, 0 },
	[FAULT_RDY_LOW] = { "rdy-low", ARG_NUMBER, 3600 * 1000 },
	[FAULT_NEVER_READY] = { "never-ready", ARG_NONE, 0 },
	[FAULT_VANISH] = { "vanish", ARG_NONE, 0 },
	[FAULT_RDY_PULSE] = { "rdy-pulse", ARG_NONE, 0 },
	[FAULT_HEADER] = { "header", ARG_DWORD, 0 },
	[FAULT_OVERFLOW] = { "overflow", ARG_NONE, 0 },
};

static int bad(char why[FAULT_WHY_MAX], const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static int bad(char why[FAULT_WHY_MAX], const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(why, FAULT_WHY_MAX, fmt, args);
	va_end(args);
	return -EINVAL;
}

void fault_list_init(struct fault_list *list)
{
	memset(list, 0, sizeof(*list));
	STAILQ_INIT(&list->faults);
}

static void fault_free(struct fault *fault)
{
	free(fault->bytes);
	free(fault);
}

void fault_list_clear(struct fault_list *list)
{
	struct fault *fault;

	while ((fault = STAILQ_FIRST(&list->faults))) {
		STAILQ_REMOVE_HEAD(&list->faults, list);
		fault_free(fault);
	}
	list->count = 0;
}

/* --- reading --- */

enum detail { DETAIL_NONE, DETAIL_BYTE, DETAIL_NAME };

#define BIT(action) (1U << FAULT_##action)
#define BYTES \
	(BIT(DROP) | BIT(DELAY) | BIT(TRUNCATE) | BIT(PAD) | BIT(CORRUPT) | BIT(DUPLICATE) | \
	 BIT(RAW))
#define LINK   (BIT(RESET) | BIT(RDY_LOW) | BIT(RDY_PULSE) | BIT(NEVER_READY) | BIT(VANISH))
#define RING   (BIT(HEADER) | BIT(OVERFLOW))
#define ANSWER (BYTES | BIT(STATUS) | BIT(CUT) | BIT(NONCE_RESET))

/* What makes sense where: a connection has no reply, and only it can be refused. */
static const struct fault_class {
	const char *name; /* with the colon when a detail follows */
	enum detail detail;
	uint32_t actions;
} classes[] = {
	{ "connect", DETAIL_NONE,
	  BIT(DROP) | BIT(DELAY) | BIT(STATUS) | BIT(NO_CREDIT) | LINK | BIT(BUSY) },
	{ "amthi:", DETAIL_BYTE,
	  BYTES | BIT(WRONG_ID) | BIT(STATUS) | BIT(NO_CREDIT) | LINK | RING },
	{ "hbm:", DETAIL_BYTE, BIT(DROP) | BIT(DELAY) | BIT(RAW) | BIT(STATUS) | LINK | RING },
	{ "hello", DETAIL_NONE, BYTES },
	{ "port:setup", DETAIL_NONE, BIT(DELAY) },
	{ "port:operation", DETAIL_NONE, BIT(DELAY) },
	{ "tls:accept", DETAIL_NONE, BIT(DROP) | BIT(DELAY) },
	{ "tls:hello", DETAIL_NONE, BIT(DROP) | BIT(ALERT) | BIT(NO_RFC5746) },
	{ "tls:certificate", DETAIL_NONE, BIT(ALERT) },
	{ "tls:open", DETAIL_NONE, BIT(DROP) },
	{ "http:request", DETAIL_NONE, ANSWER },
	{ "wsman:", DETAIL_NAME, ANSWER },
};

#define EVENTS \
	"connect, amthi:XX, hbm:XX, hello, port:setup, port:operation, tls:accept, tls:hello, " \
	"tls:certificate, tls:open, http:request, wsman:CLASS.OPERATION"

/* A star or two hex digits, or what a class and an operation are made of. */
static int read_detail(const struct fault_class *class, const char *detail,
		       char event[FAULT_EVENT_MAX + 1])
{
	uint8_t byte;

	if (class->detail == DETAIL_NAME) {
		if (!*detail || strlen(class->name) + strlen(detail) > FAULT_EVENT_MAX)
			return -EINVAL;
		sprintf(event, "%s%s", class->name, detail);
		return 0;
	}
	if (!strcmp(detail, "*"))
		sprintf(event, "%s*", class->name);
	else if (!text_hex(detail, &byte, 1))
		sprintf(event, "%s%02x", class->name, byte);
	else
		return -EINVAL;
	return 0;
}

static const struct fault_class *read_event(const char *word, char event[FAULT_EVENT_MAX + 1])
{
	const struct fault_class *class = classes;
	size_t len;

	for (; class < classes + sizeof(classes) / sizeof(classes[0]); class ++) {
		len = strlen(class->name);
		if (class->detail == DETAIL_NONE && !strcmp(word, class->name)) {
			strcpy(event, word);
			return class;
		}
		if (class->detail != DETAIL_NONE && !strncmp(word, class->name, len) &&
		    !read_detail(class, word + len, event))
			return class;
	}
	return NULL;
}

static int read_hex(struct fault *fault, const char *text)
{
	size_t len = strlen(text) / 2;

	if (!len || len > FAULT_RAW_MAX)
		return -EINVAL;
	fault->bytes = malloc(len);
	if (!fault->bytes)
		return -ENOMEM;
	fault->len = len;
	return text_hex(text, fault->bytes, len);
}

/* OFFSET or OFFSET:HEX, one byte; without it every bit of the byte is turned. */
static int read_corrupt(struct fault *fault, const char *text, uint32_t max)
{
	char offset[12];
	const char *colon = strchr(text, ':');
	size_t len = colon ? (size_t)(colon - text) : strlen(text);

	if (len >= sizeof(offset))
		return -EINVAL;
	memcpy(offset, text, len);
	offset[len] = '\0';
	fault->mask = 0xff;
	if (colon && text_hex(colon + 1, &fault->mask, 1))
		return -EINVAL;
	return fault->mask ? text_u32(offset, 0, max, &fault->value) : -EINVAL;
}

/* Eight digits, as the kernel prints a header. */
static int read_dword(struct fault *fault, const char *text)
{
	uint8_t bytes[4];

	if (text_hex(text, bytes, sizeof(bytes)))
		return -EINVAL;
	fault->value = (uint32_t)bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
	return fault->value ? 0 : -EINVAL;
}

static int read_argument(struct fault *fault, const char *text)
{
	uint32_t max = actions[fault->action].max;

	switch (actions[fault->action].argument) {
	case ARG_NUMBER:
		return text ? text_u32(text, 0, max, &fault->value) : -EINVAL;
	case ARG_CORRUPT:
		return text ? read_corrupt(fault, text, max) : -EINVAL;
	case ARG_HEX:
		return text ? read_hex(fault, text) : -EINVAL;
	case ARG_DWORD:
		return text ? read_dword(fault, text) : -EINVAL;
	default:
		return text ? -EINVAL : 0;
	}
}

static int read_action(struct fault *fault, const char *word, char why[FAULT_WHY_MAX])
{
	const char *equals = strchr(word, '=');
	size_t len = equals ? (size_t)(equals - word) : strlen(word);
	int i;

	for (i = FAULT_NONE + 1; i < FAULT_ACTIONS; i++)
		if (strlen(actions[i].name) == len && !strncmp(actions[i].name, word, len))
			break;
	if (i == FAULT_ACTIONS)
		return bad(why,
			   "no action \"%.40s\"; known are drop, delay=MS, truncate=N, pad=N, "
			   "corrupt=OFFSET[:HEX], duplicate, wrong-id, status=N, no-credit, reset, "
			   "busy, raw=HEX, cut=N, alert=N, no-rfc5746, nonce-reset, rdy-low=MS, "
			   "never-ready, vanish, rdy-pulse, header=HEX, overflow",
			   word);
	fault->action = i;
	if (read_argument(fault, equals ? equals + 1 : NULL))
		return bad(why, "\"%.60s\": the argument of %s is missing or wrong", word,
			   actions[i].name);
	return 0;
}

static int read_option(struct fault *fault, const char *word)
{
	if (!strncmp(word, "nth=", 4))
		return text_u32(word + 4, 1, FAULT_FOREVER - 1, &fault->nth);
	if (!strncmp(word, "times=", 6))
		return text_u32(word + 6, 1, FAULT_FOREVER - 1, &fault->times);
	if (strcmp(word, "forever"))
		return -EINVAL;
	fault->times = FAULT_FOREVER;
	return 0;
}

/* Of the bus messages only these are answered with a status. */
static bool has_status(const char *event)
{
	return !strcmp(event, "hbm:05") || !strcmp(event, "hbm:06") || !strcmp(event, "hbm:07");
}

static bool fits(const struct fault_class *class, const struct fault *fault)
{
	if (!(class->actions >> fault->action & 1))
		return false;
	return strcmp(class->name, "hbm:") || fault->action != FAULT_STATUS ||
	       has_status(fault->event);
}

/* A bus message is one piece. */
static bool is_too_long(const struct fault_class *class, const struct fault *fault)
{
	return !strcmp(class->name, "hbm:") && fault->action == FAULT_RAW &&
	       fault->len > HECI_PAYLOAD_MAX;
}

static int read_fault(struct fault *fault, const char *const *words, size_t count,
		      char why[FAULT_WHY_MAX])
{
	const struct fault_class *class;
	size_t i;
	int ret;

	if (count < 2)
		return bad(why, "a fault is EVENT ACTION [nth=N] [times=N|forever]");
	class = read_event(words[0], fault->event);
	if (!class)
		return bad(why, "no event \"%.40s\"; known are " EVENTS, words[0]);
	ret = read_action(fault, words[1], why);
	if (ret)
		return ret;
	for (i = 2; i < count; i++)
		if (read_option(fault, words[i]))
			return bad(why, "\"%.40s\" is not nth=N, times=N or forever", words[i]);
	if (!fits(class, fault))
		return bad(why, "%s has no action %s", fault->event, actions[fault->action].name);
	if (is_too_long(class, fault))
		return bad(why, "a message on the bus has at most %d bytes", HECI_PAYLOAD_MAX);
	return 0;
}

int fault_add(struct fault_list *list, const char *const *words, size_t count, uint32_t *id,
	      char why[FAULT_WHY_MAX])
{
	struct fault *fault;
	int ret;

	if (list->count == FAULTS_MAX)
		return bad(why, "there are %d faults already; clear them first", FAULTS_MAX);
	fault = calloc(1, sizeof(*fault));
	if (!fault) {
		bad(why, "out of memory");
		return -ENOMEM;
	}
	fault->nth = 1;
	fault->times = 1;
	ret = read_fault(fault, words, count, why);
	if (ret) {
		fault_free(fault);
		return ret;
	}
	fault->id = ++list->last_id;
	*id = fault->id;
	STAILQ_INSERT_TAIL(&list->faults, fault, list);
	list->count++;
	return 0;
}

/* --- use --- */

static bool matches(const struct fault *fault, const char *event)
{
	size_t len = strlen(fault->event);

	if (fault->event[len - 1] == '*')
		return !strncmp(fault->event, event, len - 1);
	return !strcmp(fault->event, event);
}

const struct fault *fault_hit(struct fault_list *list, const char *event)
{
	const struct fault *chosen = NULL;
	struct fault *fault;

	STAILQ_FOREACH(fault, &list->faults, list) {
		if (!matches(fault, event))
			continue;
		fault->seen += fault->seen < UINT32_MAX;
		if (chosen || fault->seen < fault->nth || fault->fired >= fault->times)
			continue;
		fault->fired++;
		chosen = fault;
	}
	return chosen;
}

const char *fault_text(const struct fault *fault, char out[FAULT_TEXT_MAX])
{
	const char *name = actions[fault->action].name;

	switch (actions[fault->action].argument) {
	case ARG_NUMBER:
		snprintf(out, FAULT_TEXT_MAX, "%s=%u", name, fault->value);
		break;
	case ARG_CORRUPT:
		snprintf(out, FAULT_TEXT_MAX, "%s=%u:%02x", name, fault->value, fault->mask);
		break;
	case ARG_DWORD:
		snprintf(out, FAULT_TEXT_MAX, "%s=%08x", name, fault->value);
		break;
	case ARG_HEX:
		snprintf(out, FAULT_TEXT_MAX, "%s of %zu bytes", name, fault->len);
		break;
	default:
		snprintf(out, FAULT_TEXT_MAX, "%s", name);
	}
	return out;
}
