// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <event2/event.h>

#include "loop.h"

struct loop {
	struct event_base *base;
	CURLM *multi;
	struct event *timer;
	loop_done_fn done;
	void *ctx;
};

static void report(struct loop *l)
{
	CURLMsg *msg;
	int left;

	while ((msg = curl_multi_info_read(l->multi, &left))) {
		CURLcode code = msg->data.result;
		char *client = NULL;

		if (msg->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &client);
		l->done(client, code, l->ctx);
	}
}

static void on_socket_event(evutil_socket_t fd, short what, void *arg)
{
	struct loop *l = arg;
	int running;

	curl_multi_socket_action(l->multi, fd,
				 (what & EV_READ ? CURL_CSELECT_IN : 0) |
					 (what & EV_WRITE ? CURL_CSELECT_OUT : 0),
				 &running);
	report(l);
}

static void on_timer_event(evutil_socket_t fd, short what, void *arg)
{
	struct loop *l = arg;
	int running;

	curl_multi_socket_action(l->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	report(l);
}

/* libcurl wants to hear of another kind of readiness of @fd. */
static int on_socket(CURL *easy, curl_socket_t fd, int what, void *ctx, void *assigned)
{
	struct event *ev = assigned;
	struct loop *l = ctx;
	short kind;

	if (ev)
		event_free(ev);
	ev = NULL;
	if (what != CURL_POLL_REMOVE) {
		kind = EV_PERSIST | (what & CURL_POLL_IN ? EV_READ : 0) |
		       (what & CURL_POLL_OUT ? EV_WRITE : 0);
		ev = event_new(l->base, fd, kind, on_socket_event, l);
		if (!ev || event_add(ev, NULL))
			return -1;
	}
	curl_multi_assign(l->multi, fd, ev);
	return 0;
}

static int on_timer(CURLM *multi, long ms, void *ctx)
{
	struct timeval tv = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };
	struct loop *l = ctx;

	if (ms < 0)
		return event_del(l->timer);
	return event_add(l->timer, &tv);
}

struct loop *loop_new(struct event_base *base, loop_done_fn done, void *ctx)
{
	struct loop *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->base = base;
	l->done = done;
	l->ctx = ctx;
	l->timer = evtimer_new(base, on_timer_event, l);
	l->multi = curl_multi_init();
	if (!l->timer || !l->multi) {
		loop_free(l);
		return NULL;
	}
	curl_multi_setopt(l->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(l->multi, CURLMOPT_SOCKETDATA, l);
	curl_multi_setopt(l->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(l->multi, CURLMOPT_TIMERDATA, l);
	return l;
}

void loop_free(struct loop *l)
{
	if (!l)
		return;
	/* the cleanup still calls on_socket and on_timer */
	curl_multi_cleanup(l->multi);
	if (l->timer)
		event_free(l->timer);
	free(l);
}

CURLM *loop_multi(struct loop *l)
{
	return l->multi;
}
