// SPDX-License-Identifier: LGPL-2.1-or-later
/* Findings about the setup server, looked for from this machine: the ME itself asks
 * the same name server and takes the same way.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/timex.h>
#include <unistd.h>

#include "channel.h"
#include "check.h"

#define HELLO_PORT "9971"
#define REACH_MS   3000

/* --- this world --- */

static int lookup(const char *name, const char *port, struct addrinfo **list)
{
	const struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
	int ret = getaddrinfo(name, port, &hints, list);

	if (!ret)
		return 0;
	return ret == EAI_AGAIN ? -EAGAIN : ret == EAI_SYSTEM ? -errno : -ENOENT;
}

static int resolve(const char *name, char *text, size_t size)
{
	struct addrinfo *list;
	size_t used = 0;
	int ret = lookup(name, NULL, &list);

	*text = '\0';
	if (ret)
		return ret;
	for (const struct addrinfo *a = list; a && used < size; a = a->ai_next) {
		char number[64];

		if (getnameinfo(a->ai_addr, a->ai_addrlen, number, sizeof(number), NULL, 0,
				NI_NUMERICHOST))
			continue;
		used += (size_t)snprintf(text + used, size - used, "%s%s", used ? ", " : "",
					 number);
	}
	freeaddrinfo(list);
	return 0;
}

static int reach_one(const struct addrinfo *a, unsigned int ms)
{
	int fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	socklen_t len = sizeof(int);
	int error = 0, ret;

	if (fd < 0)
		return -errno;
	ret = connect(fd, a->ai_addr, a->ai_addrlen) ? -errno : 0;
	if (ret == -EINPROGRESS)
		ret = channel_wait(fd, POLLOUT, channel_now() + ms);
	if (!ret && !getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len))
		ret = -error;
	close(fd);
	return ret;
}

/* One address that answers is enough. Nothing is sent. */
static int reach(const char *name, const char *port, unsigned int ms)
{
	struct addrinfo *list;
	int ret = lookup(name, port, &list);

	if (ret)
		return ret;
	for (const struct addrinfo *a = list; a; a = a->ai_next) {
		ret = reach_one(a, ms);
		if (!ret)
			break;
	}
	freeaddrinfo(list);
	return ret;
}

static time_t now(void)
{
	return time(NULL);
}

static bool synchronised(void)
{
	struct timex t = { 0 };

	return adjtimex(&t) >= 0 && !(t.status & STA_UNSYNC);
}

const struct check_world check_this_world = {
	.root = "",
	.resolve = resolve,
	.reach = reach,
	.now = now,
	.synchronised = synchronised,
};

/* --- the findings --- */

/* The name given; else what the ME will look for; "" when that is not known. */
static void server_name(const struct meiprov_check *check, char *name, size_t size)
{
	const struct meiprov_network *n = &check->facts.network;

	if (check->options->server)
		snprintf(name, size, "%s", check->options->server);
	else if (n->has_server && (*n->server_fqdn || *n->server_address))
		snprintf(name, size, "%s", *n->server_fqdn ? n->server_fqdn : n->server_address);
	else if (n->has_tcpip && *n->domain)
		snprintf(name, size, "provisionserver.%s", n->domain);
	else
		*name = '\0';
}

/* The firmware's text goes to a name server: letters, digits and so on only. */
static bool is_name(const char *name)
{
	static const char set[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:";

	return *name && !name[strspn(name, set)];
}

void check_server(struct meiprov_check *check)
{
	char name[300], text[128];
	int ret;

	server_name(check, name, sizeof(name));
	if (!is_name(name)) {
		check_add(check, DNS_UNKNOWN, "which name the ME looks for is not known");
		check_add(check, PORT_UNKNOWN, "not tried");
		return;
	}
	ret = check->world->resolve(name, text, sizeof(text));
	if (ret) {
		check_add(check, DNS_FAILED, "%.120s: %s", name,
			  ret == -ENOENT ? "no such name" : strerror(-ret));
		check_add(check, PORT_UNKNOWN, "not tried");
		return;
	}
	check_add(check, DNS_OK, "%.100s is %s", name, text);
	ret = check->world->reach(name, HELLO_PORT, REACH_MS);
	check_add(check, ret ? PORT_CLOSED : PORT_OPEN, "%.120s port " HELLO_PORT "%s%s", name,
		  ret ? ": " : " answers", ret ? strerror(-ret) : "");
}
