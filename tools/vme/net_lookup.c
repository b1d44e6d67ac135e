// SPDX-License-Identifier: GPL-2.0-or-later
/* The resolver is libevent's, asked for absolute names of one address family. */
#include "tools/vme/net_lookup.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <event2/dns.h>
#include <event2/event.h>
#include "tools/vme/net_log.h"

#define SERVER_PORT 9971
#define NAMES_MAX   3

/* of evdns for each name: how long, how often */
#define ASK_S	 "2"
#define ATTEMPTS "2"

struct net_lookup {
	struct evdns_base *dns; /* NULL: no resolver */
	struct evdns_request *request;
	net_found_fn found;
	void *ctx;
	char names[NAMES_MAX][NET_LOOKUP_NAME_MAX];
	unsigned int count;
	unsigned int next;
	bool ipv6;
};

static bool join(char name[NET_LOOKUP_NAME_MAX], const char *host, const char *domain)
{
	snprintf(name, NET_LOOKUP_NAME_MAX, "%s%s%s", host, *domain ? "." : "", domain);
	return true;
}

/* Without a domain of its own the bare name is asked for (protocol.md 2.1). */
bool net_lookup_name(const struct net_places *places, unsigned int n,
		     char name[NET_LOOKUP_NAME_MAX])
{
	if (*places->fqdn && !n--)
		return join(name, places->fqdn, "");
	if (!n--)
		return join(name, places->host, places->domain);
	if (!n && *places->dhcp_suffix && strcasecmp(places->domain, places->dhcp_suffix))
		return join(name, places->host, places->dhcp_suffix);
	return false;
}

static void ask_next(struct net_lookup *lookup);

static void put_address(struct sockaddr_storage *server, char type, const void *address)
{
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)server;
	struct sockaddr_in *four = (struct sockaddr_in *)server;

	memset(server, 0, sizeof(*server));
	if (type == DNS_IPv6_AAAA) {
		six->sin6_family = AF_INET6;
		six->sin6_port = htons(SERVER_PORT);
		memcpy(&six->sin6_addr, address, sizeof(six->sin6_addr));
	} else {
		four->sin_family = AF_INET;
		four->sin_port = htons(SERVER_PORT);
		memcpy(&four->sin_addr, address, sizeof(four->sin_addr));
	}
}

static void on_answer(int result, char type, int count, int ttl, void *addresses, void *arg)
{
	struct net_lookup *lookup = arg;
	struct sockaddr_storage server;
	const char *name;

	if (result == DNS_ERR_CANCEL || result == DNS_ERR_SHUTDOWN)
		return;
	lookup->request = NULL;
	name = lookup->names[lookup->next++];
	if (result == DNS_ERR_NONE && count > 0) {
		put_address(&server, type, addresses);
		net_debug("%s is the setup server", name);
		lookup->found(lookup->ctx, &server, name);
		return;
	}
	net_debug("%s has no address: %s", name, evdns_err_to_string(result));
	ask_next(lookup);
}

static void ask_next(struct net_lookup *lookup)
{
	const char *name;

	while (lookup->dns && lookup->next < lookup->count) {
		name = lookup->names[lookup->next];
		lookup->request = lookup->ipv6 ? evdns_base_resolve_ipv6(lookup->dns, name,
									 DNS_QUERY_NO_SEARCH,
									 on_answer, lookup) :
						 evdns_base_resolve_ipv4(lookup->dns, name,
									 DNS_QUERY_NO_SEARCH,
									 on_answer, lookup);
		if (lookup->request)
			return;
		lookup->next++; /* no name that can be asked for */
	}
	lookup->found(lookup->ctx, NULL, "");
}

void net_lookup_start(struct net_lookup *lookup, const struct net_places *places)
{
	net_lookup_stop(lookup);
	if (places->address->ss_family) {
		lookup->found(lookup->ctx, places->address, "address");
		return;
	}
	lookup->next = 0;
	lookup->count = 0;
	lookup->ipv6 = places->ipv6;
	while (lookup->count < NAMES_MAX &&
	       net_lookup_name(places, lookup->count, lookup->names[lookup->count]))
		lookup->count++;
	ask_next(lookup);
}

void net_lookup_stop(struct net_lookup *lookup)
{
	if (lookup->request)
		evdns_cancel_request(lookup->dns, lookup->request);
	lookup->request = NULL;
}

static int use_resolver(struct net_lookup *lookup, struct event_base *base,
			const struct sockaddr_storage *resolver)
{
	socklen_t len = resolver->ss_family == AF_INET6 ? sizeof(struct sockaddr_in6) :
							  sizeof(struct sockaddr_in);

	if (!resolver->ss_family)
		return 0;
	lookup->dns = evdns_base_new(base, EVDNS_BASE_DISABLE_WHEN_INACTIVE);
	if (!lookup->dns || evdns_base_set_option(lookup->dns, "timeout", ASK_S) ||
	    evdns_base_set_option(lookup->dns, "attempts", ATTEMPTS) ||
	    evdns_base_nameserver_sockaddr_add(lookup->dns, (const struct sockaddr *)resolver, len,
					       0))
		return ENOMEM;
	return 0;
}

struct net_lookup *net_lookup_new(struct event_base *base, const struct sockaddr_storage *resolver,
				  net_found_fn found, void *ctx)
{
	struct net_lookup *lookup = calloc(1, sizeof(*lookup));
	int rc;

	if (!lookup)
		return NULL;
	lookup->found = found;
	lookup->ctx = ctx;
	rc = use_resolver(lookup, base, resolver);
	if (!rc)
		return lookup;
	net_lookup_free(lookup);
	errno = rc;
	return NULL;
}

void net_lookup_free(struct net_lookup *lookup)
{
	if (!lookup)
		return;
	net_lookup_stop(lookup);
	if (lookup->dns)
		evdns_base_free(lookup->dns, 0);
	free(lookup);
}
