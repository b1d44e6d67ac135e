// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The Hello sender: connect, one message in one segment, close; the server never
 * answers (protocol.md 1.1). An attempt that is still under way when the next one
 * is due has failed.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <event2/event.h>
#include "tools/vme/amt.h"
#include "tools/vme/net_face.h"
#include "tools/vme/net_log.h"

#define CONNECT_S 10

struct hello_sender {
	struct net_face *net;
	struct hello_schedule schedule;
	struct event *due;
	int64_t due_us; /* by the device's clock */
	bool running;
	uint32_t attempts; /* begun since the start */

	evutil_socket_t fd; /* the attempt under way, or -1 */
	struct event *connected;
	uint8_t message[HELLO_SIZE_MAX];
	size_t len;
};

static void attempt_end(struct hello_sender *sender)
{
	if (sender->connected)
		event_free(sender->connected);
	sender->connected = NULL;
	if (sender->fd >= 0)
		close(sender->fd);
	sender->fd = -1;
}

static void attempt_failed(struct hello_sender *sender, int error)
{
	char to[NET_ADDR_MAX];

	net_addr_text((struct sockaddr *)&sender->net->config.server, to);
	net_info("Hello %u to %s failed: %s", sender->attempts - 1, to, strerror(error));
	sender->net->stats.hellos_failed++;
	attempt_end(sender);
}

static void on_connected(evutil_socket_t fd, short what, void *arg)
{
	struct hello_sender *sender = arg;
	socklen_t len = sizeof(int);
	char to[NET_ADDR_MAX];
	int error = 0;
	ssize_t n;

	if (what & EV_TIMEOUT)
		error = ETIMEDOUT;
	else if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len))
		error = errno;
	if (error) {
		attempt_failed(sender, error);
		return;
	}
	n = send(fd, sender->message, sender->len, MSG_NOSIGNAL);
	if (n != (ssize_t)sender->len) {
		attempt_failed(sender, n < 0 ? errno : EMSGSIZE);
		return;
	}
	net_addr_text((struct sockaddr *)&sender->net->config.server, to);
	net_info("Hello %u sent to %s: %u hashes", sender->attempts - 1, to, sender->message[24]);
	sender->net->stats.hellos_sent++;
	attempt_end(sender);
}

static socklen_t addr_len(const struct sockaddr_storage *addr)
{
	return addr->ss_family == AF_INET6 ? sizeof(struct sockaddr_in6) :
					     sizeof(struct sockaddr_in);
}

/* From the device's own address, any port: the server knows it by that. */
static int bind_local(evutil_socket_t fd, const struct sockaddr_storage *local)
{
	struct sockaddr_storage addr = *local;

	if (addr.ss_family == AF_INET6)
		((struct sockaddr_in6 *)&addr)->sin6_port = 0;
	else
		((struct sockaddr_in *)&addr)->sin_port = 0;
	return bind(fd, (struct sockaddr *)&addr, addr_len(&addr));
}

static int attempt_begin(struct hello_sender *sender)
{
	const struct timeval limit = { .tv_sec = CONNECT_S };
	const struct net_config *config = &sender->net->config;
	int one = 1;

	sender->fd = socket(config->server.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
			    0);
	if (sender->fd < 0)
		return -errno;
	setsockopt(sender->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (bind_local(sender->fd, &config->local))
		return -errno;
	if (connect(sender->fd, (const struct sockaddr *)&config->server,
		    addr_len(&config->server)) &&
	    errno != EINPROGRESS)
		return -errno;
	sender->connected = event_new(sender->net->amt->base, sender->fd, EV_WRITE, on_connected,
				      sender);
	if (!sender->connected || event_add(sender->connected, &limit))
		return -ENOMEM;
	return 0;
}

static void arm(struct hello_sender *sender)
{
	const struct timeval tv = vme_clock_until(&sender->net->amt->clock, sender->due_us);

	evtimer_add(sender->due, &tv);
}

static void plan_next(struct hello_sender *sender)
{
	int64_t wait = hello_schedule_wait(&sender->schedule, sender->attempts);

	if (wait < 0) {
		net_info("the Hello schedule is over after %u attempts", sender->attempts);
		return;
	}
	sender->due_us = vme_clock_us(&sender->net->amt->clock) + wait;
	arm(sender);
}

void hello_sender_clock_changed(struct hello_sender *sender)
{
	if (evtimer_pending(sender->due, NULL))
		arm(sender);
}

static void on_due(evutil_socket_t fd, short what, void *arg)
{
	struct hello_sender *sender = arg;
	int rc;

	if (sender->fd >= 0)
		attempt_failed(sender, ETIMEDOUT);
	sender->len = hello_encode(sender->net->amt, sender->attempts++, sender->message);
	rc = attempt_begin(sender);
	if (rc)
		attempt_failed(sender, -rc);
	plan_next(sender);
}

void hello_sender_start(struct hello_sender *sender)
{
	if (sender->running)
		return;
	sender->running = true;
	sender->attempts = 0;
	sender->due_us = vme_clock_us(&sender->net->amt->clock);
	if (sender->net->config.server.ss_family == AF_UNSPEC)
		net_info("no provisioning server is set: no Hello is sent");
	else
		arm(sender);
}

void hello_sender_stop(struct hello_sender *sender)
{
	sender->running = false;
	event_del(sender->due);
	attempt_end(sender);
}

struct hello_sender *hello_sender_new(struct net_face *net, const char *schedule)
{
	struct hello_sender *sender = calloc(1, sizeof(*sender));
	int rc = ENOMEM;

	if (!sender)
		return NULL;
	sender->net = net;
	sender->fd = -1;
	sender->due = evtimer_new(net->amt->base, on_due, sender);
	if (sender->due)
		rc = -hello_schedule_parse(&sender->schedule, schedule);
	if (!rc)
		return sender;
	hello_sender_free(sender);
	errno = rc;
	return NULL;
}

void hello_sender_free(struct hello_sender *sender)
{
	if (!sender)
		return;
	attempt_end(sender);
	if (sender->due)
		event_free(sender->due);
	free(sender);
}
