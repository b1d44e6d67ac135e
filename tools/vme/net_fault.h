/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Faults of the network face. */
#ifndef VME_NET_FAULT_H
#define VME_NET_FAULT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <event2/util.h>
#include "tools/vme/fault.h"

struct evbuffer;
struct net_conn;
struct net_face;

/* The fault to apply at @event now, or NULL. */
const struct fault *net_fault(struct net_face *net, const char *event);

/* --- answers --- */
/* @event of a request happens: its fault, if there is one, holds for the answer. */
void net_fault_order(struct net_conn *conn, const char *event);
/* Where the answer is written: a place of its own when a fault is to change it. */
struct evbuffer *net_fault_out(struct net_conn *conn);
/* The answer is written: change it, send it or wait with it. */
void net_fault_release(struct net_conn *conn);
void net_fault_drop(struct net_conn *conn);

/* --- connections that are taken late --- */
/* True: the fault has taken @fd over. */
bool net_fault_accept(struct net_face *net, evutil_socket_t fd, const struct sockaddr *peer);
void net_fault_end(struct net_face *net);

#endif /* VME_NET_FAULT_H */
