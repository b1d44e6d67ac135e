// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/host_socket.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>
#include <event2/event.h>
#include <openssl/crypto.h>
#include "tools/vme/amt.h"
#include "tools/vme/amthi_answer.h"
#include "tools/vme/amthi_fault.h"
#include "tools/vme/fault_event.h"
#include "tools/vme/hbm.h"
#include "tools/vme/link_fault.h"
#include "tools/vme/log.h"
#include "tools/vme/report.h"
#include "tools/vme/unix_listener.h"

struct caller {
	LIST_ENTRY(caller) list;
	struct host_socket *host;
	int fd;
	bool connected;
	struct event *readable;
	struct event *think; /* the answer, or the connect, is due */
	struct fault_copy fault;
	size_t len;
	uint8_t request[AMTHI_MTU];
};

struct host_socket {
	struct amt *amt;
	struct fault_list *faults;
	const struct reporter *reporter;
	int fd;
	char *path;
	struct event *acceptable;
	unsigned int max_connections;
	unsigned int callers;
	unsigned int reply_ms;
	LIST_HEAD(, caller) list;
};

static void caller_free(struct caller *caller)
{
	LIST_REMOVE(caller, list);
	caller->host->callers--;
	if (caller->readable)
		event_free(caller->readable);
	if (caller->think)
		event_free(caller->think);
	fault_copy_drop(&caller->fault);
	close(caller->fd);
	OPENSSL_clear_free(caller, sizeof(*caller));
}

static void think_for(struct caller *caller, unsigned int ms)
{
	const struct timeval tv = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };

	evtimer_add(caller->think, &tv);
}

/* --- requests --- */

static void report_command(struct host_socket *host, uint32_t command, const uint8_t *reply,
			   size_t len)
{
	const struct report event = {
		.kind = REPORT_COMMAND,
		.command = command,
		.status = len >= AMTHI_STATUS_LEN ? reply[12] | reply[13] << 8 | reply[14] << 16 |
							    (uint32_t)reply[15] << 24 :
						    0,
	};

	log_debug("host", "%s (%08x): status 0x%x", amthi_command_name(command), command,
		  event.status);
	report_to(host->reporter, &event);
}

/* Run the request; the fault makes of the answer what it likes. */
static size_t make_reply(struct caller *caller, uint8_t reply[AMTHI_REPLY_MAX])
{
	uint32_t command = amthi_command(caller->request);
	size_t len;

	if (caller->fault.action == FAULT_STATUS)
		len = amthi_refuse(command, caller->fault.value, reply);
	else
		len = amthi_answer(caller->host->amt, caller->request, caller->len, reply);
	OPENSSL_cleanse(caller->request, caller->len);
	report_command(caller->host, command, reply, len);
	return len;
}

/* A caller that reads no replies is not waited for. */
static void answer(struct caller *caller)
{
	uint8_t reply[AMTHI_REPLY_MAX];
	bool reset = link_fault_is(caller->fault.action);
	size_t len = make_reply(caller, reply);
	int times = amthi_fault_apply(&caller->fault, reply, &len);

	fault_copy_drop(&caller->fault);
	for (; times > 0 && !reset; times--)
		if (send(caller->fd, reply, len, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)len)
			reset = true;
	if (reset)
		caller_free(caller);
	else
		event_add(caller->readable, NULL);
}

static void take_up(struct caller *caller)
{
	struct host_socket *host = caller->host;
	char event[FAULT_EVENT_MAX + 1];
	unsigned int ms = host->reply_ms;

	snprintf(event, sizeof(event), "amthi:%02x", amthi_command(caller->request) & 0xff);
	fault_copy_take(&caller->fault, fault_event(host->faults, host->reporter, event));
	if (caller->fault.action == FAULT_NO_CREDIT) {
		caller_free(caller);
		return;
	}
	if (caller->fault.action == FAULT_DELAY)
		ms += caller->fault.value;
	event_del(caller->readable);
	think_for(caller, ms);
}

/* An end, an error, or a packet that no ME client would take ends it. */
static void on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct caller *caller = arg;
	ssize_t len = recv(caller->fd, caller->request, sizeof(caller->request), MSG_TRUNC);

	if (len < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (len < AMTHI_HEAD_LEN || (size_t)len > sizeof(caller->request)) {
		caller_free(caller);
		return;
	}
	caller->len = (size_t)len;
	take_up(caller);
}

/* --- connections --- */

/* Say the status; anything but success is the end. */
static void decide(struct caller *caller, enum hbm_status status)
{
	uint8_t byte = (uint8_t)status;

	if (send(caller->fd, &byte, 1, MSG_NOSIGNAL | MSG_DONTWAIT) != 1 || status) {
		caller_free(caller);
		return;
	}
	caller->connected = true;
	event_add(caller->readable, NULL);
}

static void on_think(evutil_socket_t fd, short what, void *arg)
{
	struct caller *caller = arg;

	if (caller->connected)
		answer(caller);
	else
		decide(caller, HBM_SUCCESS);
}

static void connect_fault(struct caller *caller, const struct fault *fault)
{
	switch (fault->action) {
	case FAULT_BUSY:
		decide(caller, HBM_REJECTED);
		break;
	case FAULT_STATUS:
		decide(caller, fault->value & 0xff);
		break;
	case FAULT_DROP:
		break;
	case FAULT_DELAY:
		think_for(caller, fault->value);
		break;
	case FAULT_RESET:
	case FAULT_RDY_LOW:
	case FAULT_NEVER_READY:
	case FAULT_VANISH:
	case FAULT_NO_CREDIT:
		caller_free(caller);
		break;
	default:
		decide(caller, HBM_SUCCESS);
	}
}

static struct caller *caller_new(struct host_socket *host, int fd)
{
	struct caller *caller = OPENSSL_zalloc(sizeof(*caller));

	if (!caller) {
		close(fd);
		return NULL;
	}
	caller->host = host;
	caller->fd = fd;
	LIST_INSERT_HEAD(&host->list, caller, list);
	host->callers++;
	caller->readable = event_new(host->amt->base, fd, EV_READ | EV_PERSIST, on_readable,
				     caller);
	caller->think = evtimer_new(host->amt->base, on_think, caller);
	if (caller->readable && caller->think)
		return caller;
	caller_free(caller);
	return NULL;
}

/* A host that disconnects and connects again finds the connection free: the end of the
 * old one may still wait to be read.
 */
static void drop_gone(struct host_socket *host)
{
	struct caller *caller = LIST_FIRST(&host->list);
	uint8_t byte;

	while (caller) {
		struct caller *next = LIST_NEXT(caller, list);

		if (!recv(caller->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT))
			caller_free(caller);
		caller = next;
	}
}

static void on_acceptable(evutil_socket_t listener, short what, void *arg)
{
	struct host_socket *host = arg;
	int fd = accept4(host->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct caller *caller;
	const struct fault *fault;

	drop_gone(host);
	caller = fd < 0 ? NULL : caller_new(host, fd);
	if (!caller)
		return;
	if (host->callers > host->max_connections) {
		decide(caller, HBM_REJECTED);
		return;
	}
	fault = fault_event(host->faults, host->reporter, "connect");
	if (fault)
		connect_fault(caller, fault);
	else
		decide(caller, HBM_SUCCESS);
}

/* --- lifetime --- */

struct host_socket *host_socket_new(struct amt *amt, const struct host_socket_config *config,
				    struct fault_list *faults, const struct reporter *reporter)
{
	struct host_socket *host = calloc(1, sizeof(*host));

	if (!host)
		return NULL;
	host->amt = amt;
	host->faults = faults;
	host->reporter = reporter;
	host->max_connections = config->max_connections;
	LIST_INIT(&host->list);
	host->path = strdup(config->path);
	host->fd = unix_listen_packets(config->path);
	if (host->fd >= 0)
		host->acceptable = event_new(amt->base, host->fd, EV_READ | EV_PERSIST,
					     on_acceptable, host);
	if (host->path && host->acceptable && !event_add(host->acceptable, NULL))
		return host;
	errno = host->fd < 0 ? -host->fd : ENOMEM;
	host_socket_free(host);
	return NULL;
}

void host_socket_free(struct host_socket *host)
{
	int error = errno;

	if (!host)
		return;
	while (!LIST_EMPTY(&host->list))
		caller_free(LIST_FIRST(&host->list));
	if (host->acceptable)
		event_free(host->acceptable);
	if (host->fd >= 0 && host->path)
		unix_unlisten(host->fd, host->path);
	else if (host->fd >= 0)
		close(host->fd);
	free(host->path);
	free(host);
	errno = error;
}

void host_socket_set_delay(struct host_socket *host, unsigned int reply_ms)
{
	host->reply_ms = reply_ms;
}
