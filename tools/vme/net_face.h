/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside the network face: what net.c, net_hello.c and net_conn.c share. */
#ifndef VME_NET_FACE_H
#define VME_NET_FACE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <event2/util.h>
#include <openssl/ssl.h>
#include "tools/vme/digest.h"
#include "tools/vme/hello.h"
#include "tools/vme/net.h"
#include "tools/vme/net_settings.h"

struct amt;
struct event;
struct evconnlistener;
struct hello_sender;
struct net_conn;
struct net_late;
struct net_linger;
struct wsman;

enum net_mode {
	NET_CLOSED,
	NET_SETUP,   /* IN, window open: the peer's chain admits it */
	NET_OPERATE, /* POST: digest */
};

struct net_face {
	struct amt *amt;
	struct net_config config;
	struct hello_sender *hello;
	struct event *sync;   /* follow the model, soon */
	struct event *reopen; /* the pause after commit is over */
	bool paused;
	bool interrupted; /* setup ended since the last sync */

	enum net_mode mode;
	struct evconnlistener *listener;
	struct evconnlistener *plain; /* without TLS, 16992 */
	SSL_CTX *tls;		      /* while there are connections */
	X509 *served;		      /* the certificate the port shows */
	LIST_HEAD(, net_conn) conns;
	unsigned int conn_count;
	LIST_HEAD(, net_linger) lingers;
	LIST_HEAD(, net_late) delayed;
	bool port_judged; /* its fault has been asked for */

	struct wsman *wsman;
	struct net_settings *settings; /* of the model */
	struct digest digest;
	uint32_t acl_epoch; /* +1 with every change of credentials */
	struct net_stats stats;
};

#define NET_CONNS_MAX 16

/* --- net.c --- */
/* To the watchers: what happened with @peer. */
void net_face_report(const struct net_face *net, int kind, const char *who, const char *peer);
/* The port closes for the pause after CommitChanges and comes back. */
void net_face_restart(struct net_face *net);
/* For a new connection; NULL: not to be had. */
SSL_CTX *net_face_tls(struct net_face *net);
/* The last connection has gone. */
void net_face_idle(struct net_face *net);

/* --- net_plain.c --- */
/* Bring the port without TLS in line with the other one. */
void net_plain_follow(struct net_face *net);
void net_plain_close(struct net_face *net);

/* --- net_hello.c --- */
struct hello_sender *hello_sender_new(struct net_face *net, const char *schedule);
void hello_sender_free(struct hello_sender *sender);
/* Begin at retry 0; nothing happens if it runs already. */
void hello_sender_start(struct hello_sender *sender);
void hello_sender_stop(struct hello_sender *sender);
void hello_sender_clock_changed(struct hello_sender *sender);

/* --- net_conn.c --- */
/* Takes over @fd; @plain: there is no TLS. */
void net_conn_accept(struct net_face *net, evutil_socket_t fd, const struct sockaddr *peer,
		     bool plain);
/* Close once what is queued for the peer has gone. */
void net_conn_retire(struct net_conn *conn);
/* Answer the requests that wait for something. */
void net_conns_wake(struct net_face *net);
/* Every connection: retire it, or drop it at once. */
void net_conns_end(struct net_face *net, bool at_once);

/* --- net_linger.c --- */
/*
 * Close @fd so that the peer can read the last bytes (an alert, a close_notify):
 * closing with unread input would reset the connection and destroy them.
 */
void net_linger(struct net_face *net, evutil_socket_t fd);
void net_lingers_end(struct net_face *net);

/* Text form of an address for the log, "127.0.0.2:9971". */
#define NET_ADDR_MAX 64
const char *net_addr_text(const struct sockaddr *addr, char out[NET_ADDR_MAX]);

#endif /* VME_NET_FACE_H */
