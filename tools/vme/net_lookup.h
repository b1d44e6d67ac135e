/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the setup server is (protocol.md 2.1): an address that was set, a name that
 * was set, "ProvisionServer" in the device's own domain, the same in the domain the
 * network gave. The first name that has an address counts.
 */
#ifndef VME_NET_LOOKUP_H
#define VME_NET_LOOKUP_H

#include <stdbool.h>
#include <sys/socket.h>

struct event_base;
struct net_lookup;

#define NET_LOOKUP_NAME_MAX 512

/* What the device knows; texts may be empty. */
struct net_places {
	const struct sockaddr_storage *address; /* family 0 = none */
	const char *fqdn;
	const char *host; /* "ProvisionServer" */
	const char *domain;
	const char *dhcp_suffix;
	bool ipv6;
};

/* @server NULL: nowhere. @how is the name it was found by, or "address". */
typedef void (*net_found_fn)(void *ctx, const struct sockaddr_storage *server, const char *how);

/* @resolver family 0: no name has an address. NULL with errno set on failure. */
struct net_lookup *net_lookup_new(struct event_base *base, const struct sockaddr_storage *resolver,
				  net_found_fn found, void *ctx);
/* Gives up what is under way. */
void net_lookup_free(struct net_lookup *lookup);

/* Ends with @found, perhaps before this returns. One at a time. */
void net_lookup_start(struct net_lookup *lookup, const struct net_places *places);
void net_lookup_stop(struct net_lookup *lookup);

/* The @n-th name to try, from 0; false after the last. */
bool net_lookup_name(const struct net_places *places, unsigned int n,
		     char name[NET_LOOKUP_NAME_MAX]);

#endif /* VME_NET_LOOKUP_H */
