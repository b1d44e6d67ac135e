// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The Hello sender: connect, one message in one segment, close; the server never
 * answers (protocol.md 1.1). An attempt that is still under way when the next one
 * is due has failed.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <event2/event.h>
#include "tools/vme/amt.h"
#include "tools/vme/fault_copy.h"
#include "tools/vme/net_face.h"
#include "tools/vme/net_fault.h"
#include "tools/vme/net_log.h"
#include "tools/vme/net_lookup.h"
#include "tools/vme/report.h"

#define CONNECT_S 10

struct hello_sender {
	struct net_face *net;
	struct hello_schedule schedule;
	struct event *due;
	int64_t due_us; /* by the device's clock */
	bool running;
	uint32_t attempts; /* begun since the start */

	struct net_lookup *lookup;
	struct sockaddr_storage server; /* of the attempt under way */
	char server_name[NET_LOOKUP_NAME_MAX];
	bool busy;	    /* an attempt is under way */
	evutil_socket_t fd; /* its socket, or -1 */
	struct event *connected;
	struct event *late; /* a fault holds it back */
	struct fault_copy fault;
	uint8_t message[HELLO_SIZE_MAX + FAULT_RAW_MAX];
	size_t len;
};

static void attempt_end(struct hello_sender *sender)
{
	net_lookup_stop(sender->lookup);
	event_del(sender->late);
	if (sender->connected)
		event_free(sender->connected);
	sender->connected = NULL;
	if (sender->fd >= 0)
		close(sender->fd);
	sender->fd = -1;
	fault_copy_drop(&sender->fault);
	sender->busy = false;
}

static void attempt_failed(struct hello_sender *sender, const char *why)
{
	char to[NET_ADDR_MAX] = "nobody";

	if (sender->server.ss_family)
		net_addr_text((struct sockaddr *)&sender->server, to);
	net_info("Hello %u to %s failed: %s", sender->attempts - 1, to, why);
	sender->net->stats.hellos_failed++;
	net_face_report(sender->net, REPORT_HELLO, why, to);
	attempt_end(sender);
}

/* All of it at once, as one segment (protocol.md 1.1); or what a fault makes of it. */
static int send_message(struct hello_sender *sender, evutil_socket_t fd)
{
	int times = fault_copy_apply(&sender->fault, sender->message, &sender->len);
	ssize_t n;

	for (; times > 0; times--) {
		n = send(fd, sender->message, sender->len, MSG_NOSIGNAL);
		if (n != (ssize_t)sender->len)
			return n < 0 ? errno : EMSGSIZE;
	}
	return 0;
}

static void on_connected(evutil_socket_t fd, short what, void *arg)
{
	struct hello_sender *sender = arg;
	socklen_t len = sizeof(int);
	char to[NET_ADDR_MAX];
	int error = 0;

	if (what & EV_TIMEOUT)
		error = ETIMEDOUT;
	else if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len))
		error = errno;
	if (!error)
		error = send_message(sender, fd);
	if (error) {
		attempt_failed(sender, strerror(error));
		return;
	}
	net_addr_text((struct sockaddr *)&sender->server, to);
	net_info("Hello %u sent to %s: %u hashes", sender->attempts - 1, to, sender->message[24]);
	sender->net->stats.hellos_sent++;
	net_face_report(sender->net, REPORT_HELLO, "sent", to);
	sender->net->stats.server_name = sender->server_name;
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

static int dial(struct hello_sender *sender)
{
	const struct timeval limit = { .tv_sec = CONNECT_S };
	const struct net_config *config = &sender->net->config;
	int one = 1;

	sender->fd = socket(sender->server.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
			    0);
	if (sender->fd < 0)
		return -errno;
	setsockopt(sender->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (bind_local(sender->fd, &config->local))
		return -errno;
	if (connect(sender->fd, (const struct sockaddr *)&sender->server,
		    addr_len(&sender->server)) &&
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

static void on_found(void *ctx, const struct sockaddr_storage *server, const char *how)
{
	struct hello_sender *sender = ctx;
	int rc;

	if (!server) {
		attempt_failed(sender, "no name of the setup server has an address");
		return;
	}
	sender->server = *server;
	snprintf(sender->server_name, sizeof(sender->server_name), "%s", how);
	rc = dial(sender);
	if (rc)
		attempt_failed(sender, strerror(-rc));
}

/* An address that was set in MEBx counts like that of the settings. */
static void look_for_server(struct hello_sender *sender)
{
	const struct net_config *config = &sender->net->config;
	const struct amt *amt = sender->net->amt;
	const struct net_places places = {
		.address = config->server.ss_family ? &config->server :
						      &amt->platform.config_server,
		.fqdn = amt->platform.config_server_fqdn,
		.host = config->server_host ? config->server_host : "",
		.domain = config->domain ? config->domain : "",
		.dhcp_suffix = amt->dhcp_suffix,
		.ipv6 = amt->ipv6,
	};

	memset(&sender->server, 0, sizeof(sender->server));
	net_lookup_start(sender->lookup, &places);
}

static void on_late(evutil_socket_t fd, short what, void *arg)
{
	look_for_server(arg);
}

static void attempt_begin(struct hello_sender *sender)
{
	struct timeval tv;

	sender->busy = true;
	sender->len = hello_encode(sender->net->amt, sender->attempts++, sender->message);
	fault_copy_take(&sender->fault, net_fault(sender->net, "hello"));
	if (sender->fault.action == FAULT_DROP) {
		attempt_failed(sender, "a fault was ordered");
		return;
	}
	tv = (struct timeval){ .tv_sec = sender->fault.value / 1000,
			       .tv_usec = sender->fault.value % 1000 * 1000 };
	if (sender->fault.action == FAULT_DELAY)
		evtimer_add(sender->late, &tv);
	else
		look_for_server(sender);
}

static void on_due(evutil_socket_t fd, short what, void *arg)
{
	struct hello_sender *sender = arg;

	if (sender->busy)
		attempt_failed(sender, strerror(ETIMEDOUT));
	attempt_begin(sender);
	plan_next(sender);
}

static bool knows_a_way(const struct hello_sender *sender)
{
	const struct net_config *config = &sender->net->config;

	return config->server.ss_family || config->resolver.ss_family ||
	       sender->net->amt->platform.config_server.ss_family;
}

void hello_sender_start(struct hello_sender *sender)
{
	if (sender->running)
		return;
	sender->running = true;
	sender->attempts = 0;
	sender->due_us = vme_clock_us(&sender->net->amt->clock);
	if (!knows_a_way(sender))
		net_info("neither a setup server nor a resolver is set: no Hello is sent");
	else
		arm(sender);
}

void hello_sender_stop(struct hello_sender *sender)
{
	sender->running = false;
	event_del(sender->due);
	attempt_end(sender);
}

static int sender_setup(struct hello_sender *sender, const char *schedule)
{
	struct net_face *net = sender->net;

	sender->due = evtimer_new(net->amt->base, on_due, sender);
	sender->late = evtimer_new(net->amt->base, on_late, sender);
	sender->lookup = net_lookup_new(net->amt->base, &net->config.resolver, on_found, sender);
	if (!sender->due || !sender->late || !sender->lookup)
		return ENOMEM;
	return -hello_schedule_parse(&sender->schedule, schedule);
}

struct hello_sender *hello_sender_new(struct net_face *net, const char *schedule)
{
	struct hello_sender *sender = calloc(1, sizeof(*sender));
	int rc;

	if (!sender)
		return NULL;
	sender->net = net;
	sender->fd = -1;
	rc = sender_setup(sender, schedule);
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
	if (sender->lookup && sender->late)
		attempt_end(sender);
	net_lookup_free(sender->lookup);
	if (sender->late)
		event_free(sender->late);
	if (sender->due)
		event_free(sender->due);
	free(sender);
}
