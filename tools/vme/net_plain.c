// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The port without TLS, 16992, one below the other. It is there in operation only, in
 * generations that have it, and only when a server has switched TLS off or lets both be
 * (AcceptNonSecureConnections, protocol.md 3.2 and 5.3 step 12). Who comes has to log on
 * as on the other port.
 */
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <event2/listener.h>
#include "tools/vme/amt.h"
#include "tools/vme/net_face.h"
#include "tools/vme/net_log.h"
#include "tools/vme/profile.h"

static bool is_wanted(const struct net_face *net)
{
	const struct net_tls_setting *tls = &net->settings->tls.sides[NET_TLS_REMOTE];

	return net->mode == NET_OPERATE && vme_profile_of(net->amt->fw_version)->plain_port &&
	       (tls->accept_plain || !tls->enabled);
}

static void on_accept(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *peer,
		      int len, void *arg)
{
	net_conn_accept(arg, fd, peer, true);
}

/* The address of the other port; 0: there is no port below it. */
static socklen_t address(const struct net_face *net, struct sockaddr_storage *out)
{
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)out;
	struct sockaddr_in *four = (struct sockaddr_in *)out;
	in_port_t *port = net->config.local.ss_family == AF_INET6 ? &six->sin6_port :
								    &four->sin_port;

	*out = net->config.local;
	if (ntohs(*port) < 2)
		return 0;
	*port = htons((uint16_t)(ntohs(*port) - 1));
	return out->ss_family == AF_INET6 ? sizeof(*six) : sizeof(*four);
}

static void plain_open(struct net_face *net)
{
	const unsigned int flags = LEV_OPT_CLOSE_ON_FREE | LEV_OPT_REUSEABLE |
				   LEV_OPT_CLOSE_ON_EXEC;
	struct sockaddr_storage addr;
	socklen_t len = address(net, &addr);
	char name[NET_ADDR_MAX];

	net_addr_text((struct sockaddr *)&addr, name);
	if (len)
		net->plain = evconnlistener_new_bind(net->amt->base, on_accept, net, flags, -1,
						     (struct sockaddr *)&addr, (int)len);
	if (net->plain)
		net_info("HTTP without TLS on %s: digest", name);
	else
		net_error("cannot listen on %s, there is no port without TLS: %s", name,
			  len ? strerror(errno) : "no such port");
}

void net_plain_close(struct net_face *net)
{
	if (!net->plain)
		return;
	evconnlistener_free(net->plain);
	net->plain = NULL;
	net_info("the port without TLS is closed");
}

void net_plain_follow(struct net_face *net)
{
	bool wanted = is_wanted(net);

	if (!wanted)
		net_plain_close(net);
	else if (!net->plain)
		plain_open(net);
}
