// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <event2/event.h>
#include "tools/vme/amt.h"
#include "tools/vme/net_face.h"

#define LINGER_S     2
#define LINGER_READS 64 /* a peer that drips does not hold it open */

struct net_linger {
	LIST_ENTRY(net_linger) list;
	evutil_socket_t fd;
	struct event *readable;
	int reads;
};

static void linger_end(struct net_linger *linger)
{
	LIST_REMOVE(linger, list);
	event_free(linger->readable);
	close(linger->fd);
	free(linger);
}

static void discard(evutil_socket_t fd, short what, void *arg)
{
	struct net_linger *linger = arg;
	char junk[16384];
	ssize_t n;

	if (what & EV_TIMEOUT) {
		linger_end(linger);
		return;
	}
	n = recv(fd, junk, sizeof(junk), 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0 || ++linger->reads > LINGER_READS)
		linger_end(linger);
}

void net_linger(struct net_face *net, evutil_socket_t fd)
{
	const struct timeval limit = { .tv_sec = LINGER_S };
	struct net_linger *linger = calloc(1, sizeof(*linger));

	shutdown(fd, SHUT_WR);
	if (linger)
		linger->readable = event_new(net->amt->base, fd, EV_READ | EV_PERSIST, discard,
					     linger);
	if (!linger || !linger->readable) {
		free(linger);
		close(fd);
		return;
	}
	linger->fd = fd;
	LIST_INSERT_HEAD(&net->lingers, linger, list);
	if (event_add(linger->readable, &limit))
		linger_end(linger);
}

void net_lingers_end(struct net_face *net)
{
	while (!LIST_EMPTY(&net->lingers))
		linger_end(LIST_FIRST(&net->lingers));
}
