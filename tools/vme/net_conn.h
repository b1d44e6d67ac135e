/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One peer on port 16993; net_conn.c has its life, net_answer.c what it is told. */
#ifndef VME_NET_CONN_H
#define VME_NET_CONN_H

#include <event2/bufferevent.h>
#include "tools/vme/fault_copy.h"
#include "tools/vme/http.h"
#include "tools/vme/net_face.h"
#include "tools/vme/tls.h"

#define NET_REQUEST_S 60  /* idle, or for a whole request to arrive */
#define NET_GOODBYE_S 5	  /* for the peer to take the last answer */
#define NET_WAIT_S    420 /* for a key to be made (protocol.md 3.1) */

struct net_conn {
	LIST_ENTRY(net_conn) list;
	struct net_face *net;
	char name[NET_ADDR_MAX];
	char ip[AMT_IP_TEXT_LEN];
	bool setup; /* admitted by its chain, in state IN */
	struct tls_peer peer;
	SSL *ssl; /* NULL: on the port without TLS */
	struct bufferevent *bev;
	struct event *deadline;
	bool open; /* handshake done */
	bool closing;
	bool continued; /* "100 Continue" sent for this request */
	bool waiting;	/* @req is whole, its answer is not ready */
	struct http_request req;
	struct fault_copy fault; /* of the answer under way */
	struct evbuffer *held;	 /* the answer, before the fault */
	struct event *later;
	char user[DIGEST_USER_MAX]; /* authenticated, with … */
	uint32_t user_epoch;	    /* … the credentials of then */
};

/* --- net_conn.c --- */
void net_conn_deadline(struct net_conn *conn, int seconds);
/* An answer that was waited for is in the output: go on. */
void net_conn_answered(struct net_conn *conn);

/* --- net_answer.c --- */
/* A request is whole or bad: answer it, or leave it waiting. @again: it has waited. */
void net_answer(struct net_conn *conn, bool again);

#endif /* VME_NET_CONN_H */
