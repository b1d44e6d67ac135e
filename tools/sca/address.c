// SPDX-License-Identifier: GPL-2.0-or-later
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "address.h"

static int split(const char *text, char *host, size_t size, const char **port)
{
	const char *end;

	if (*text == '[') {
		end = strchr(++text, ']');
		if (!end || (end[1] && end[1] != ':'))
			return -EINVAL;
		*port = end[1] ? end + 2 : NULL;
	} else {
		end = strrchr(text, ':');
		/* a bare IPv6 address has no port */
		if (end && strchr(text, ':') != end)
			end = NULL;
		*port = end ? end + 1 : NULL;
		if (!end)
			end = text + strlen(text);
	}
	if ((size_t)(end - text) >= size)
		return -EINVAL;
	memcpy(host, text, (size_t)(end - text));
	host[end - text] = '\0';
	return 0;
}

int address_parse(const char *text, unsigned int default_port, struct sockaddr_storage *out)
{
	struct addrinfo hints = {
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
		.ai_socktype = SOCK_STREAM,
	};
	struct addrinfo *found;
	char host[ADDRESS_TEXT_SIZE];
	char number[16];
	const char *port;

	memset(out, 0, sizeof(*out));
	if (split(text, host, sizeof(host), &port))
		return -EINVAL;
	if (!port) {
		snprintf(number, sizeof(number), "%u", default_port);
		port = number;
	}
	if (getaddrinfo(*host ? host : "::", port, &hints, &found))
		return -EINVAL;
	memcpy(out, found->ai_addr, found->ai_addrlen);
	freeaddrinfo(found);
	return 0;
}

socklen_t address_len(const struct sockaddr_storage *sa)
{
	return sa->ss_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
}

void address_unmap(struct sockaddr_storage *sa)
{
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)sa;
	struct sockaddr_in four = { .sin_family = AF_INET };

	if (sa->ss_family != AF_INET6 || !IN6_IS_ADDR_V4MAPPED(&six->sin6_addr))
		return;
	four.sin_port = six->sin6_port;
	memcpy(&four.sin_addr, six->sin6_addr.s6_addr + 12, 4);
	memset(sa, 0, sizeof(*sa));
	memcpy(sa, &four, sizeof(four));
}

void address_format(const struct sockaddr_storage *sa, char *out, size_t size)
{
	struct sockaddr_storage copy = *sa;

	address_unmap(&copy);
	if (getnameinfo((struct sockaddr *)&copy, address_len(&copy), out, (socklen_t)size, NULL, 0,
			NI_NUMERICHOST))
		snprintf(out, size, "?");
}

int address_url(const struct sockaddr_storage *sa, unsigned int port, char *out, size_t size)
{
	char host[ADDRESS_TEXT_SIZE];
	char *zone;
	int n;

	address_format(sa, host, sizeof(host));
	zone = strchr(host, '%');
	if (!strchr(host, ':')) {
		n = snprintf(out, size, "https://%s:%u/wsman", host, port);
	} else if (zone) {
		/* RFC 6874: the percent sign before a zone is written %25 */
		*zone = '\0';
		n = snprintf(out, size, "https://[%s%%25%s]:%u/wsman", host, zone + 1, port);
	} else {
		n = snprintf(out, size, "https://[%s]:%u/wsman", host, port);
	}
	return n < 0 || (size_t)n >= size ? -EINVAL : 0;
}

bool address_same(const struct sockaddr_storage *a, const struct sockaddr_storage *b)
{
	const struct sockaddr_in6 *a6 = (const struct sockaddr_in6 *)a;
	const struct sockaddr_in6 *b6 = (const struct sockaddr_in6 *)b;

	if (a->ss_family != b->ss_family)
		return false;
	if (a->ss_family == AF_INET)
		return ((const struct sockaddr_in *)a)->sin_addr.s_addr ==
		       ((const struct sockaddr_in *)b)->sin_addr.s_addr;
	return IN6_ARE_ADDR_EQUAL(&a6->sin6_addr, &b6->sin6_addr) &&
	       a6->sin6_scope_id == b6->sin6_scope_id;
}
