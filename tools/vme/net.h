/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The network face: Hello sender and the TLS port 16993 with its HTTP and
 * WS-Man engine. Follows the model by listening to its changes.
 */
#ifndef VME_NET_H
#define VME_NET_H

#include <stdint.h>
#include <netinet/in.h>
#include <sys/socket.h>

struct amt;
struct fault_list;
struct net_settings;
struct reporter;

struct net_config {
	struct sockaddr_storage local;	  /* the device's own address; port of TLS */
	struct sockaddr_storage server;	  /* provisioning server; family 0: looked for */
	struct sockaddr_storage resolver; /* for names; family 0: none is asked */
	const char *server_host;	  /* "ProvisionServer" */
	const char *domain;		  /* of the device's own TCP/IP settings */
	const char *hello_schedule;	  /* "COUNTxSECONDS,…", fractions allowed */
	unsigned int commit_pause_ms;	  /* port stays closed after CommitChanges */
	struct fault_list *faults;	  /* NULL: nothing goes wrong */
	const struct reporter *reporter;
};

struct net_face;

/* NULL with errno set on failure. @config is copied, not what it points to. */
struct net_face *net_face_new(struct amt *amt, const struct net_config *config);
void net_face_free(struct net_face *net);

/* From the next Hello on they go to @server; family 0: none is sent. */
void net_face_set_server(struct net_face *net, const struct sockaddr_storage *server);

/* Counters for the control socket. */
struct net_stats {
	uint32_t hellos_sent;
	uint32_t hellos_failed;
	uint32_t tls_accepted;
	uint32_t tls_refused;
	uint32_t requests;
	const char *server_name; /* by which the last Hello found the server */
};
/* What servers have set. */
const struct net_settings *net_face_settings(const struct net_face *net);
void net_face_stats(const struct net_face *net, struct net_stats *out);

#endif /* VME_NET_H */
