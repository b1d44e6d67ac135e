// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include "journal.h"
#include "store.h"

/* Text from devices has been through TLS, curl and the network: keep lines. */
static void make_plain(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			*text = ' ';
}

static void to_stderr(const char *uuid, const char *event, const char *text)
{
	int64_t ms = store_now_ms();
	time_t t = (time_t)(ms / 1000);
	char stamp[32];
	struct tm tm;

	gmtime_r(&t, &tm);
	strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%S", &tm);
	fprintf(stderr, "%s.%03dZ %s%s%s: %s\n", stamp, (int)(ms % 1000), uuid ? uuid : "",
		uuid ? " " : "", event, text);
}

void journal(struct store *store, const char *uuid, const char *event, const char *fmt, ...)
{
	char text[sizeof(((struct log_entry *)0)->text)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	make_plain(text);
	to_stderr(uuid, event, text);
	if (store && store_log_add(store, uuid, event, text))
		to_stderr(uuid, "store", store_error(store));
}

void journal_note(const char *event, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	make_plain(text);
	to_stderr(NULL, event, text);
}
