// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/net_fault.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <event2/buffer.h>
#include <event2/event.h>
#include <openssl/crypto.h>
#include "tools/vme/amt.h"
#include "tools/vme/fault_event.h"
#include "tools/vme/net_conn.h"

const struct fault *net_fault(struct net_face *net, const char *event)
{
	return net->config.faults ? fault_event(net->config.faults, net->config.reporter, event) :
				    NULL;
}

static struct timeval ms_of(uint32_t ms)
{
	return (struct timeval){ .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };
}

/* --- answers --- */

void net_fault_order(struct net_conn *conn, const char *event)
{
	const struct fault *fault;

	if (conn->fault.action != FAULT_NONE) /* one is enough */
		return;
	fault = net_fault(conn->net, event);
	fault_copy_take(&conn->fault, fault);
	if (conn->fault.action != FAULT_NONE)
		conn->held = evbuffer_new();
	if (!conn->held)
		fault_copy_drop(&conn->fault);
}

struct evbuffer *net_fault_out(struct net_conn *conn)
{
	return conn->held ? conn->held : bufferevent_get_output(conn->bev);
}

void net_fault_drop(struct net_conn *conn)
{
	if (conn->held)
		evbuffer_free(conn->held);
	conn->held = NULL;
	if (conn->later)
		event_free(conn->later);
	conn->later = NULL;
	fault_copy_drop(&conn->fault);
}

/* All nonces are forgotten and with them who had logged in. */
static void reset_nonces(struct net_face *net)
{
	OPENSSL_cleanse(&net->digest, sizeof(net->digest));
	net->acl_epoch++;
}

static void send_changed(struct net_conn *conn)
{
	struct evbuffer *out = bufferevent_get_output(conn->bev);
	size_t len = evbuffer_get_length(conn->held);
	uint8_t *bytes = malloc(len + FAULT_RAW_MAX);
	int times = 0;

	if (bytes) {
		evbuffer_remove(conn->held, bytes, len);
		times = fault_copy_apply(&conn->fault, bytes, &len);
	}
	if (!times || conn->fault.action == FAULT_CUT)
		conn->closing = true;
	while (times--)
		evbuffer_add(out, bytes, len);
	if (bytes)
		OPENSSL_cleanse(bytes, len);
	free(bytes);
}

static void on_later(evutil_socket_t fd, short what, void *arg)
{
	struct net_conn *conn = arg;

	conn->waiting = false;
	evbuffer_add_buffer(bufferevent_get_output(conn->bev), conn->held);
	net_fault_drop(conn);
	net_conn_answered(conn);
}

static void send_later(struct net_conn *conn)
{
	const struct timeval tv = ms_of(conn->fault.value);

	conn->later = evtimer_new(conn->net->amt->base, on_later, conn);
	if (!conn->later || evtimer_add(conn->later, &tv))
		conn->closing = true;
	else
		conn->waiting = true;
}

void net_fault_release(struct net_conn *conn)
{
	if (!conn->held)
		return;
	if (conn->fault.action == FAULT_DELAY) {
		send_later(conn);
		return;
	}
	if (conn->fault.action == FAULT_NONCE_RESET)
		reset_nonces(conn->net);
	send_changed(conn);
	net_fault_drop(conn);
}

/* --- connections that are taken late --- */

struct net_late {
	LIST_ENTRY(net_late) list;
	struct net_face *net;
	evutil_socket_t fd;
	struct sockaddr_storage peer;
	struct event *due;
};

static void late_free(struct net_late *late)
{
	LIST_REMOVE(late, list);
	if (late->due)
		event_free(late->due);
	if (late->fd >= 0)
		evutil_closesocket(late->fd);
	free(late);
}

static void on_due(evutil_socket_t fd, short what, void *arg)
{
	struct net_late *late = arg;

	fd = late->fd;
	late->fd = -1;
	if (late->net->mode == NET_CLOSED)
		evutil_closesocket(fd);
	else
		net_conn_accept(late->net, fd, (struct sockaddr *)&late->peer, false);
	late_free(late);
}

static void accept_late(struct net_face *net, evutil_socket_t fd, const struct sockaddr *peer,
			uint32_t ms)
{
	const struct timeval tv = ms_of(ms);
	struct net_late *late = calloc(1, sizeof(*late));

	if (!late) {
		evutil_closesocket(fd);
		return;
	}
	late->net = net;
	late->fd = fd;
	memcpy(&late->peer, peer,
	       peer->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) :
					     sizeof(struct sockaddr_in));
	LIST_INSERT_HEAD(&net->delayed, late, list);
	late->due = evtimer_new(net->amt->base, on_due, late);
	if (!late->due || evtimer_add(late->due, &tv))
		late_free(late);
}

bool net_fault_accept(struct net_face *net, evutil_socket_t fd, const struct sockaddr *peer)
{
	const struct fault *fault = net_fault(net, "tls:accept");

	if (!fault)
		return false;
	if (fault->action == FAULT_DELAY)
		accept_late(net, fd, peer, fault->value);
	else
		evutil_closesocket(fd);
	return true;
}

void net_fault_end(struct net_face *net)
{
	while (!LIST_EMPTY(&net->delayed))
		late_free(LIST_FIRST(&net->delayed));
}
