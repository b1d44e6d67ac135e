// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One peer on port 16993, or 16992: handshake, requests one after the other, goodbye.
 * bufferevent callbacks are deferred, so a connection may be freed in them.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include "tools/vme/amt.h"
#include "tools/vme/net_conn.h"
#include "tools/vme/net_fault.h"
#include "tools/vme/net_log.h"
#include "tools/vme/report.h"

#define HANDSHAKE_S 20
#define INPUT_MAX   (64 * 1024)
#define OUTPUT_MAX  (512 * 1024) /* beyond it no further request is read */

/* --- end of a connection --- */

static void conn_free(struct net_conn *conn)
{
	evutil_socket_t fd = bufferevent_getfd(conn->bev);

	LIST_REMOVE(conn, list);
	if (!--conn->net->conn_count)
		net_face_idle(conn->net);
	event_free(conn->deadline);
	bufferevent_free(conn->bev);
	SSL_free(conn->ssl);
	http_request_reset(&conn->req);
	net_fault_drop(conn);
	net_linger(conn->net, fd);
	free(conn);
}

static void conn_goodbye(struct net_conn *conn)
{
	if (conn->open && conn->ssl)
		SSL_shutdown(conn->ssl);
	ERR_clear_error();
	conn_free(conn);
}

void net_conn_deadline(struct net_conn *conn, int seconds)
{
	const struct timeval tv = { .tv_sec = seconds };

	evtimer_add(conn->deadline, &tv);
}

void net_conn_retire(struct net_conn *conn)
{
	conn->closing = true;
	bufferevent_disable(conn->bev, EV_READ);
	if (conn->open && evbuffer_get_length(bufferevent_get_output(conn->bev)))
		net_conn_deadline(conn, NET_GOODBYE_S);
	else
		conn_goodbye(conn);
}

void net_conns_end(struct net_face *net, bool at_once)
{
	struct net_conn *conn, *next;

	for (conn = LIST_FIRST(&net->conns); conn; conn = next) {
		next = LIST_NEXT(conn, list);
		if (at_once)
			conn_free(conn);
		else if (!conn->closing)
			net_conn_retire(conn);
	}
}

static void on_deadline(evutil_socket_t fd, short what, void *arg)
{
	struct net_conn *conn = arg;

	if (conn->closing && !evbuffer_get_length(bufferevent_get_output(conn->bev))) {
		conn_goodbye(conn);
		return;
	}
	net_debug("%s: too slow, closed", conn->name);
	conn_free(conn);
}

/* --- requests --- */

static void send_continue(struct net_conn *conn)
{
	if (!conn->req.expect_continue || conn->continued || conn->req.state == HTTP_HEAD)
		return;
	conn->continued = true;
	evbuffer_add_printf(bufferevent_get_output(conn->bev), "HTTP/1.1 100 Continue\r\n\r\n");
}

/* Feed one piece of input; the bytes may be a password: wipe them. */
static void feed(struct net_conn *conn, struct evbuffer *in)
{
	struct evbuffer_iovec piece;
	size_t n;

	evbuffer_peek(in, -1, NULL, &piece, 1);
	n = http_request_feed(&conn->req, piece.iov_base, piece.iov_len);
	OPENSSL_cleanse(piece.iov_base, n);
	evbuffer_drain(in, n);
	if (conn->req.state == HTTP_DONE || conn->req.state == HTTP_BAD)
		net_answer(conn, false);
	else
		send_continue(conn);
}

/* A change of state ends setup for requests already in the pipe too. */
static bool may_go_on(const struct net_conn *conn)
{
	return !conn->closing && !conn->waiting &&
	       (!conn->setup || conn->net->amt->state == AMT_IN);
}

static void process(struct net_conn *conn)
{
	struct evbuffer *out = bufferevent_get_output(conn->bev);
	struct evbuffer *in = bufferevent_get_input(conn->bev);

	while (may_go_on(conn) && evbuffer_get_length(in) && evbuffer_get_length(out) < OUTPUT_MAX)
		feed(conn, in);
	if (!conn->closing)
		return;
	bufferevent_disable(conn->bev, EV_READ);
	if (!evbuffer_get_length(out)) /* nothing to wait for; not from in here */
		net_conn_deadline(conn, 0);
}

void net_conn_answered(struct net_conn *conn)
{
	http_request_reset(&conn->req);
	conn->continued = false;
	net_conn_deadline(conn, conn->closing ? NET_GOODBYE_S : NET_REQUEST_S);
	process(conn);
}

void net_conns_wake(struct net_face *net)
{
	struct net_conn *conn, *next;

	for (conn = LIST_FIRST(&net->conns); conn; conn = next) {
		next = LIST_NEXT(conn, list);
		if (!conn->waiting || conn->closing)
			continue;
		if (conn->later) /* waits for its time, not for us */
			continue;
		conn->waiting = false;
		net_answer(conn, true);
		process(conn);
	}
}

/* --- bufferevent --- */

static void on_read(struct bufferevent *bev, void *arg)
{
	process(arg);
}

static void on_drained(struct bufferevent *bev, void *arg)
{
	struct net_conn *conn = arg;

	if (evbuffer_get_length(bufferevent_get_output(bev)))
		return;
	if (conn->closing)
		conn_goodbye(conn);
	else
		process(conn);
}

static void refused(struct net_conn *conn)
{
	struct amt *amt = conn->net->amt;
	unsigned long error = bufferevent_get_openssl_error(conn->bev);
	const struct amt_tls_verdict *verdict = &conn->peer.verdict;

	if (!tls_explain(&conn->peer, error)) {
		net_debug("%s: left before the handshake ended", conn->name);
		return;
	}
	conn->net->stats.tls_refused++;
	net_info("%s: refused, %s: %s", conn->name, verdict->rule, verdict->detail);
	net_face_report(conn->net, REPORT_TLS, verdict->rule, conn->name);
	if (conn->setup)
		amt->verdict = *verdict;
}

static void accepted(struct net_conn *conn)
{
	struct amt *amt = conn->net->amt;

	if (conn->setup && (!conn->peer.judged || conn->peer.verdict.rule[0])) {
		conn_free(conn); /* not reached; the price of a mistake */
		return;
	}
	conn->open = true;
	if (net_fault(conn->net, "tls:open")) {
		conn_free(conn);
		return;
	}
	conn->net->stats.tls_accepted++;
	net_face_report(conn->net, REPORT_TLS, "accepted", conn->name);
	net_conn_deadline(conn, NET_REQUEST_S);
	if (!conn->setup) {
		net_debug("%s: %s %s", conn->name, SSL_get_version(conn->ssl),
			  SSL_get_cipher_name(conn->ssl));
		return;
	}
	amt->verdict = conn->peer.verdict;
	memcpy(amt->verdict.server_ip, conn->ip, sizeof(conn->ip));
	amt->admitted = amt->verdict;
	net_info("%s: admitted %s, root in slot %u (%s)%s; %s %s", conn->name,
		 amt->verdict.server_cn, amt->verdict.root.handle, amt->verdict.root.name,
		 amt->verdict.time_valid ? "" : ", dates do not hold", SSL_get_version(conn->ssl),
		 SSL_get_cipher_name(conn->ssl));
}

static void on_event(struct bufferevent *bev, short what, void *arg)
{
	struct net_conn *conn = arg;

	if (what & BEV_EVENT_CONNECTED) {
		accepted(conn);
		return;
	}
	if (!conn->open)
		refused(conn);
	if (what & BEV_EVENT_EOF)
		conn_goodbye(conn);
	else
		conn_free(conn);
}

static struct bufferevent *tls_stream(struct net_conn *conn, evutil_socket_t fd)
{
	SSL_CTX *ctx = net_face_tls(conn->net);
	struct bufferevent *bev;

	conn->ssl = ctx ? tls_session(ctx, &conn->peer) : NULL;
	if (!conn->ssl)
		return NULL;
	bev = bufferevent_openssl_socket_new(conn->net->amt->base, fd, conn->ssl,
					     BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_DEFER_CALLBACKS);
	if (bev)
		bufferevent_openssl_set_allow_dirty_shutdown(bev, 1);
	return bev;
}

static struct bufferevent *plain_stream(struct net_conn *conn, evutil_socket_t fd)
{
	conn->open = true;
	return bufferevent_socket_new(conn->net->amt->base, fd, BEV_OPT_DEFER_CALLBACKS);
}

static struct net_conn *conn_new(struct net_face *net, evutil_socket_t fd, bool plain)
{
	struct net_conn *conn = calloc(1, sizeof(*conn));

	if (!conn)
		return NULL;
	conn->net = net;
	conn->setup = net->mode == NET_SETUP;
	conn->peer.amt = net->amt;
	conn->deadline = evtimer_new(net->amt->base, on_deadline, conn);
	conn->peer.settings = net->settings;
	conn->peer.net = net;
	if (conn->deadline)
		conn->bev = plain ? plain_stream(conn, fd) : tls_stream(conn, fd);
	if (conn->bev)
		return conn;
	if (conn->deadline)
		event_free(conn->deadline);
	SSL_free(conn->ssl);
	free(conn);
	return NULL;
}

static void ip_text(const struct sockaddr *peer, char text[AMT_IP_TEXT_LEN])
{
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)peer;
	const struct sockaddr_in *four = (const struct sockaddr_in *)peer;

	if (peer->sa_family == AF_INET6)
		evutil_inet_ntop(AF_INET6, &six->sin6_addr, text, AMT_IP_TEXT_LEN);
	else
		evutil_inet_ntop(AF_INET, &four->sin_addr, text, AMT_IP_TEXT_LEN);
}

void net_conn_accept(struct net_face *net, evutil_socket_t fd, const struct sockaddr *peer,
		     bool plain)
{
	struct net_conn *conn = NULL;
	int one = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (net->conn_count < NET_CONNS_MAX)
		conn = conn_new(net, fd, plain);
	if (!conn) {
		net_info("a connection is dropped: %u are open", net->conn_count);
		evutil_closesocket(fd);
		return;
	}
	net_addr_text(peer, conn->name);
	ip_text(peer, conn->ip);
	LIST_INSERT_HEAD(&net->conns, conn, list);
	net->conn_count++;
	net_conn_deadline(conn, plain ? NET_REQUEST_S : HANDSHAKE_S);
	bufferevent_setcb(conn->bev, on_read, on_drained, on_event, conn);
	bufferevent_setwatermark(conn->bev, EV_READ, 0, INPUT_MAX);
	bufferevent_enable(conn->bev, EV_READ | EV_WRITE);
}
