// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The WS-Man engine over the real model, a new device for each input. An input is one
 * envelope or several with a NUL between, so that what one has set the next can meet.
 */
#include <stdlib.h>
#include <string.h>
#include <event2/event.h>
#include "selftests/fuzz/fuzz.h"
#include "tools/vme/amt.h"
#include "tools/vme/amt_private.h"
#include "tools/vme/key_pool.h"
#include "tools/vme/log.h"
#include "tools/vme/net_settings.h"
#include "tools/vme/wsman.h"

static struct key_pool *pool;
static struct event_base *base;

static void ask(struct wsman *wsman, const uint8_t *data, size_t size)
{
	struct wsman_reply reply;

	if (wsman_handle(wsman, NULL, data, size, &reply))
		abort();
	if (!reply.wait && (!reply.text || strlen(reply.text) != reply.len ||
			    !strstr(reply.text, "</a:Envelope>")))
		abort();
	free(reply.text);
	event_base_loop(base, EVLOOP_NONBLOCK); /* a key may be ready */
}

static void prepare(void)
{
	if (base)
		return;
	log_set_level(LOG_LEVEL_NONE);
	base = event_base_new();
	pool = key_pool_new(NULL, 1);
	if (!base || !pool)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wsman *wsman;
	struct amt *amt;
	const uint8_t *end;

	prepare();
	amt = amt_new(base);
	amt->key_pool = pool;
	amt->rng = AMT_RNG_NONE; /* no certificate, whose making takes time */
	amt_window_open(amt, 3600);
	amt->settings->maker.base = base;
	amt->settings->maker.pool = pool;
	wsman = wsman_new(amt);
	for (; (end = memchr(data, 0, size)); size -= (size_t)(end - data) + 1, data = end + 1)
		ask(wsman, data, (size_t)(end - data));
	ask(wsman, data, size);
	wsman_free(wsman);
	amt_free(amt);
	event_base_loop(base, EVLOOP_NONBLOCK);
	return 0;
}
