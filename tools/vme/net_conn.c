// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One peer on port 16993: handshake, requests one after the other, goodbye.
 * bufferevent callbacks are deferred, so a connection may be freed in them.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include "tools/vme/amt.h"
#include "tools/vme/http.h"
#include "tools/vme/net_face.h"
#include "tools/vme/net_log.h"
#include "tools/vme/tls.h"
#include "tools/vme/wsman.h"

#define HANDSHAKE_S 20
#define REQUEST_S   60 /* idle, or for a whole request to arrive */
#define GOODBYE_S   5  /* for the peer to take the last answer */
#define INPUT_MAX   (64 * 1024)
#define OUTPUT_MAX  (512 * 1024) /* beyond it no further request is read */

struct net_conn {
	LIST_ENTRY(net_conn) list;
	struct net_face *net;
	char name[NET_ADDR_MAX];
	char ip[AMT_IP_TEXT_LEN];
	bool setup; /* admitted by its chain, in state IN */
	struct tls_peer peer;
	SSL *ssl;
	struct bufferevent *bev;
	struct event *deadline;
	bool open; /* handshake done */
	bool closing;
	bool continued; /* "100 Continue" sent for this request */
	struct http_request req;
	char user[DIGEST_USER_MAX]; /* authenticated, with … */
	uint32_t user_epoch;	    /* … the credentials of then */
};

/* --- end of a connection --- */

static void conn_free(struct net_conn *conn)
{
	evutil_socket_t fd = bufferevent_getfd(conn->bev);

	LIST_REMOVE(conn, list);
	conn->net->conn_count--;
	event_free(conn->deadline);
	bufferevent_free(conn->bev);
	SSL_free(conn->ssl);
	http_request_reset(&conn->req);
	net_linger(conn->net, fd);
	free(conn);
}

static void conn_goodbye(struct net_conn *conn)
{
	if (conn->open)
		SSL_shutdown(conn->ssl);
	ERR_clear_error();
	conn_free(conn);
}

static void deadline_in(struct net_conn *conn, int seconds)
{
	const struct timeval tv = { .tv_sec = seconds };

	evtimer_add(conn->deadline, &tv);
}

void net_conn_retire(struct net_conn *conn)
{
	conn->closing = true;
	bufferevent_disable(conn->bev, EV_READ);
	if (conn->open && evbuffer_get_length(bufferevent_get_output(conn->bev)))
		deadline_in(conn, GOODBYE_S);
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

	net_debug("%s: too slow, closed", conn->name);
	conn_free(conn);
}

/* --- who may ask --- */

static int64_t now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

static bool lookup(void *ctx, const char *user, uint8_t ha1[16])
{
	return amt_ha1(ctx, user, ha1);
}

static bool log_on(struct net_conn *conn, bool *stale)
{
	const struct digest_question question = {
		.realm = conn->net->amt->digest_realm,
		.method = conn->req.method,
		.target = conn->req.target,
		.lookup = lookup,
		.ctx = conn->net->amt,
	};
	char user[DIGEST_USER_MAX];
	enum digest_result result;
	bool other;

	result = digest_check(&conn->net->digest, &question, conn->req.authorization, now_s(),
			      user);
	*stale = result == DIGEST_STALE;
	other = conn->user[0] && strcmp(conn->user, user);
	if (result != DIGEST_OK || other) {
		conn->user[0] = '\0';
		return false;
	}
	memcpy(conn->user, user, sizeof(user));
	conn->user_epoch = conn->net->acl_epoch;
	return true;
}

/*
 * A verified chain admits in state IN, without a challenge, as newer firmware
 * does (protocol.md 4.2). In POST it is digest; one good exchange holds for the
 * connection until a change of credentials; another user needs another
 * connection (4.1).
 */
static bool admitted(struct net_conn *conn, bool *stale)
{
	*stale = false;
	if (conn->setup)
		return true;
	if (conn->req.authorization)
		return log_on(conn, stale);
	return conn->user[0] && conn->user_epoch == conn->net->acl_epoch;
}

/* --- requests --- */

static struct http_server server_of(const struct net_conn *conn)
{
	return (struct http_server){ .version = conn->net->amt->fw_version };
}

static void answer_page(struct net_conn *conn, int status, const char *challenge)
{
	const struct http_server server = server_of(conn);

	net_debug("%s: %d %s", conn->name, status, http_reason(status));
	http_answer_page(bufferevent_get_output(conn->bev), &server, status, challenge);
	conn->closing = true;
}

static void answer_challenge(struct net_conn *conn, bool stale)
{
	char challenge[DIGEST_CHALLENGE_MAX];

	if (digest_challenge(&conn->net->digest, conn->net->amt->digest_realm, stale, now_s(),
			     challenge))
		answer_page(conn, 500, NULL);
	else
		answer_page(conn, 401, challenge);
}

static void answer_wsman(struct net_conn *conn)
{
	const struct http_server server = server_of(conn);
	struct http_answer answer = {
		.content_type = "application/soap+xml; charset=UTF-8",
		.close = !conn->req.keep_alive,
	};
	struct wsman_reply reply;

	conn->net->stats.requests++;
	if (wsman_handle(conn->net->wsman, conn->req.body, conn->req.body_len, &reply)) {
		answer_page(conn, 500, NULL);
		return;
	}
	net_debug("%s: %s", conn->name, reply.what);
	answer.status = reply.http_status;
	conn->closing = answer.close;
	if (http_answer_chunked(bufferevent_get_output(conn->bev), &server, &answer, reply.text,
				reply.len))
		conn->closing = true;
}

static void answer(struct net_conn *conn)
{
	bool stale;

	if (!admitted(conn, &stale))
		answer_challenge(conn, stale);
	else if (strcmp(conn->req.target, "/wsman"))
		answer_page(conn, 404, NULL);
	else if (strcmp(conn->req.method, "POST"))
		answer_page(conn, 405, NULL);
	else
		answer_wsman(conn);
}

static void take_request(struct net_conn *conn)
{
	if (conn->req.state == HTTP_BAD)
		answer_page(conn, conn->req.error, NULL);
	else
		answer(conn);
	http_request_reset(&conn->req);
	conn->continued = false;
	deadline_in(conn, conn->closing ? GOODBYE_S : REQUEST_S);
}

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
		take_request(conn);
	else
		send_continue(conn);
}

/* A change of state ends setup for requests already in the pipe too. */
static bool may_go_on(const struct net_conn *conn)
{
	return !conn->closing && (!conn->setup || conn->net->amt->state == AMT_IN);
}

static void process(struct net_conn *conn)
{
	struct evbuffer *out = bufferevent_get_output(conn->bev);
	struct evbuffer *in = bufferevent_get_input(conn->bev);

	while (may_go_on(conn) && evbuffer_get_length(in) && evbuffer_get_length(out) < OUTPUT_MAX)
		feed(conn, in);
	if (conn->closing)
		bufferevent_disable(conn->bev, EV_READ);
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
	conn->net->stats.tls_accepted++;
	deadline_in(conn, REQUEST_S);
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

static struct net_conn *conn_new(struct net_face *net, evutil_socket_t fd)
{
	struct net_conn *conn = calloc(1, sizeof(*conn));

	if (!conn)
		return NULL;
	conn->net = net;
	conn->setup = net->mode == NET_SETUP;
	conn->peer.amt = net->amt;
	conn->deadline = evtimer_new(net->amt->base, on_deadline, conn);
	conn->ssl = tls_session(net->tls, &conn->peer);
	if (conn->ssl && conn->deadline)
		conn->bev = bufferevent_openssl_socket_new(net->amt->base, fd, conn->ssl,
							   BUFFEREVENT_SSL_ACCEPTING,
							   BEV_OPT_DEFER_CALLBACKS);
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

void net_conn_accept(struct net_face *net, evutil_socket_t fd, const struct sockaddr *peer)
{
	struct net_conn *conn = NULL;
	int one = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (net->conn_count < NET_CONNS_MAX)
		conn = conn_new(net, fd);
	if (!conn) {
		net_info("a connection is dropped: %u are open", net->conn_count);
		evutil_closesocket(fd);
		return;
	}
	net_addr_text(peer, conn->name);
	ip_text(peer, conn->ip);
	LIST_INSERT_HEAD(&net->conns, conn, list);
	net->conn_count++;
	deadline_in(conn, HANDSHAKE_S);
	bufferevent_openssl_set_allow_dirty_shutdown(conn->bev, 1);
	bufferevent_setcb(conn->bev, on_read, on_drained, on_event, conn);
	bufferevent_setwatermark(conn->bev, EV_READ, 0, INPUT_MAX);
	bufferevent_enable(conn->bev, EV_READ | EV_WRITE);
}
