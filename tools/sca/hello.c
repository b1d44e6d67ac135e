// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <netinet/in.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>

#include "address.h"
#include "hello.h"
#include "limit.h"

struct hello_conn {
	TAILQ_ENTRY(hello_conn) link;
	struct hello_listener *listener;
	struct sockaddr_storage from;
	struct bufferevent *bev;
	struct event *deadline;
};

struct hello_listener {
	struct event_base *base;
	struct evconnlistener *evl;
	struct hello_limits limits;
	struct hello_stats stats;
	struct limit *limit;
	struct event *rest;
	TAILQ_HEAD(, hello_conn) conns;
	unsigned int open;
	hello_fn fn;
	void *ctx;
};

static void conn_free(struct hello_conn *c)
{
	TAILQ_REMOVE(&c->listener->conns, c, link);
	c->listener->open--;
	if (c->bev)
		bufferevent_free(c->bev);
	if (c->deadline)
		event_free(c->deadline);
	free(c);
}

static void message(struct hello_conn *c)
{
	struct hello_listener *l = c->listener;
	struct evbuffer *in = bufferevent_get_input(c->bev);
	size_t len = evbuffer_get_length(in);
	const unsigned char *data = evbuffer_pullup(in, -1);
	struct meiprov_hello hello;
	int ret;

	if (!len)
		return; /* a port check */
	ret = data ? meiprov_hello_decode(data, len, &hello) : -ENOMEM;
	if (ret == -EPROTONOSUPPORT)
		l->stats.unsupported++;
	else if (ret)
		l->stats.malformed++;
	else
		l->stats.received++;
	if (!ret)
		l->fn(&c->from, &hello, l->ctx);
}

static void on_read(struct bufferevent *bev, void *arg)
{
	struct hello_conn *c = arg;

	if (evbuffer_get_length(bufferevent_get_input(bev)) <= HELLO_BYTES_MAX)
		return;
	c->listener->stats.malformed++;
	conn_free(c);
}

static void on_event(struct bufferevent *bev, short what, void *arg)
{
	struct hello_conn *c = arg;

	if (what & BEV_EVENT_EOF)
		message(c);
	if (what & (BEV_EVENT_EOF | BEV_EVENT_ERROR))
		conn_free(c);
}

static void on_deadline(evutil_socket_t fd, short what, void *arg)
{
	struct hello_conn *c = arg;

	c->listener->stats.timed_out++;
	conn_free(c);
}

static int conn_open(struct hello_conn *c, evutil_socket_t fd)
{
	struct hello_listener *l = c->listener;
	struct timeval tv = {
		.tv_sec = l->limits.timeout_ms / 1000,
		.tv_usec = l->limits.timeout_ms % 1000 * 1000,
	};

	c->bev = bufferevent_socket_new(l->base, fd, BEV_OPT_CLOSE_ON_FREE);
	if (!c->bev) {
		evutil_closesocket(fd);
		return -ENOMEM;
	}
	c->deadline = evtimer_new(l->base, on_deadline, c);
	if (!c->deadline || event_add(c->deadline, &tv))
		return -ENOMEM;
	bufferevent_setcb(c->bev, on_read, NULL, on_event, c);
	return bufferevent_enable(c->bev, EV_READ);
}

static void on_accept(struct evconnlistener *evl, evutil_socket_t fd, struct sockaddr *sa, int len,
		      void *arg)
{
	struct hello_listener *l = arg;
	struct hello_conn *c;

	if (l->open >= HELLO_OPEN_MAX || len > (int)sizeof(c->from)) {
		l->stats.limited++;
		evutil_closesocket(fd);
		return;
	}
	c = calloc(1, sizeof(*c));
	if (!c) {
		evutil_closesocket(fd);
		return;
	}
	memcpy(&c->from, sa, (size_t)len);
	address_unmap(&c->from);
	c->listener = l;
	TAILQ_INSERT_TAIL(&l->conns, c, link);
	l->open++;
	if (!limit_take(l->limit, &c->from)) {
		l->stats.limited++;
		evutil_closesocket(fd);
		conn_free(c);
	} else if (conn_open(c, fd)) {
		conn_free(c);
	}
}

/* Out of descriptors, most likely: rest a little instead of spinning. */
static void on_accept_error(struct evconnlistener *evl, void *arg)
{
	struct timeval tv = { .tv_usec = 100000 };
	struct hello_listener *l = arg;

	l->stats.limited++;
	evconnlistener_disable(evl);
	event_add(l->rest, &tv);
}

static void on_rested(evutil_socket_t fd, short what, void *arg)
{
	struct hello_listener *l = arg;

	evconnlistener_enable(l->evl);
}

struct hello_listener *hello_listener_new(struct event_base *base,
					  const struct sockaddr_storage *addr,
					  const struct hello_limits *limits, hello_fn fn, void *ctx)
{
	struct hello_listener *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->base = base;
	l->limits = *limits;
	l->fn = fn;
	l->ctx = ctx;
	TAILQ_INIT(&l->conns);
	l->limit = limit_new(limits->per_second, limits->burst);
	l->evl = evconnlistener_new_bind(base, on_accept, l,
					 LEV_OPT_CLOSE_ON_FREE | LEV_OPT_REUSEABLE |
						 LEV_OPT_CLOSE_ON_EXEC,
					 256, (const struct sockaddr *)addr,
					 (int)address_len(addr));
	l->rest = evtimer_new(base, on_rested, l);
	if (!l->limit || !l->evl || !l->rest) {
		hello_listener_free(l);
		return NULL;
	}
	evconnlistener_set_error_cb(l->evl, on_accept_error);
	return l;
}

void hello_listener_free(struct hello_listener *l)
{
	int saved = errno;

	if (!l)
		return;
	while (!TAILQ_EMPTY(&l->conns))
		conn_free(TAILQ_FIRST(&l->conns));
	if (l->evl)
		evconnlistener_free(l->evl);
	if (l->rest)
		event_free(l->rest);
	limit_free(l->limit);
	free(l);
	errno = saved;
}

unsigned int hello_listener_port(const struct hello_listener *l)
{
	struct sockaddr_storage sa = { 0 };
	socklen_t len = sizeof(sa);

	getsockname(evconnlistener_get_fd(l->evl), (struct sockaddr *)&sa, &len);
	return ntohs(sa.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&sa)->sin6_port :
						((struct sockaddr_in *)&sa)->sin_port);
}

void hello_listener_stats(const struct hello_listener *l, struct hello_stats *out)
{
	*out = l->stats;
}
