// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The network face as a whole: it listens to the model and brings port and Hello
 * sender in line with it, from the event loop, never from inside a command. So
 * the answer to CommitChanges is queued before the port closes.
 *
 * In POST the port comes back with the certificate a server has installed, else with
 * the self-signed one. CSME 16.1 and
 * later are documented to do so when no other is installed (protocol.md 3.1); for
 * older ones it is not published, and the model does the same.
 */
#include "tools/vme/net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <openssl/err.h>
#include "tools/vme/amt.h"
#include "tools/vme/net_face.h"
#include "tools/vme/net_fault.h"
#include "tools/vme/net_log.h"
#include "tools/vme/report.h"
#include "tools/vme/tls.h"
#include "tools/vme/wsman.h"

#define BIND_RETRY_MS 1000

const char *net_addr_text(const struct sockaddr *addr, char out[NET_ADDR_MAX])
{
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)addr;
	const struct sockaddr_in *four = (const struct sockaddr_in *)addr;
	char host[INET6_ADDRSTRLEN] = "?";

	if (addr->sa_family == AF_INET6) {
		inet_ntop(AF_INET6, &six->sin6_addr, host, sizeof(host));
		snprintf(out, NET_ADDR_MAX, "[%s]:%u", host, ntohs(six->sin6_port));
	} else {
		inet_ntop(AF_INET, &four->sin_addr, host, sizeof(host));
		snprintf(out, NET_ADDR_MAX, "%s:%u", host, ntohs(four->sin_port));
	}
	return out;
}

void net_face_report(const struct net_face *net, int kind, const char *who, const char *peer)
{
	char device[NET_ADDR_MAX];
	const struct report report = {
		.kind = (enum report_kind)kind,
		.who = who,
		.peer = peer,
		.device = net_addr_text((const struct sockaddr *)&net->config.local, device),
	};

	report_to(net->config.reporter, &report);
}

static socklen_t local_len(const struct net_face *net)
{
	return net->config.local.ss_family == AF_INET6 ? sizeof(struct sockaddr_in6) :
							 sizeof(struct sockaddr_in);
}

/* --- the port --- */

static void on_accept(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *peer,
		      int len, void *arg)
{
	if (!net_fault_accept(arg, fd, peer))
		net_conn_accept(arg, fd, peer, false);
}

void net_face_idle(struct net_face *net)
{
	SSL_CTX_free(net->tls);
	net->tls = NULL;
}

static void port_close(struct net_face *net)
{
	if (net->listener)
		evconnlistener_free(net->listener);
	net->listener = NULL;
	net_plain_close(net);
	net_face_idle(net);
	X509_free(net->served);
	net->served = NULL;
	if (net->mode != NET_CLOSED)
		net_info("the TLS port is closed");
	net->mode = NET_CLOSED;
	net->port_judged = false;
	net_conns_end(net, false);
}

/* In operation the certificate a server has installed, if one has. */
static struct tls_identity identity(const struct net_face *net, enum net_mode mode)
{
	const struct net_tls *tls = &net->settings->tls;
	const struct net_cert *cert = net_cert_find(net->settings, tls->cert);
	EVP_PKEY *key = cert ? net_key_of_cert(net->settings, cert->cert) : NULL;

	if (mode == NET_OPERATE && tls->has_cert && key)
		return (struct tls_identity){ cert->cert, key };
	return (struct tls_identity){ net->amt->cert, net->amt->key };
}

/* Made when somebody comes and dropped when all have left: a fleet has too many. */
SSL_CTX *net_face_tls(struct net_face *net)
{
	const struct tls_identity self = identity(net, net->mode);
	unsigned long error;

	if (net->tls)
		return net->tls;
	net->tls = tls_context(net->amt, &self, net->mode == NET_SETUP ? NULL : net->settings);
	if (!net->tls) {
		error = ERR_get_error();
		net_error("cannot set up TLS with the device certificate: %s",
			  error ? ERR_reason_error_string(error) : "out of memory");
	}
	return net->tls;
}

static int port_open(struct net_face *net, enum net_mode mode)
{
	const unsigned int flags = LEV_OPT_CLOSE_ON_FREE | LEV_OPT_REUSEABLE |
				   LEV_OPT_CLOSE_ON_EXEC;
	char name[NET_ADDR_MAX];
	int rc;

	net_addr_text((struct sockaddr *)&net->config.local, name);
	net->listener = evconnlistener_new_bind(net->amt->base, on_accept, net, flags, -1,
						(struct sockaddr *)&net->config.local,
						(int)local_len(net));
	if (!net->listener) {
		rc = -errno;
		net_error("cannot listen on %s: %s; trying again", name, strerror(-rc));
		return rc;
	}
	net->mode = mode;
	net->served = identity(net, mode).cert;
	X509_up_ref(net->served);
	net_info("TLS on %s, %s", name,
		 mode == NET_SETUP ? "for setup: the peer's chain is judged" :
				     "in operation: digest");
	return 0;
}

/* --- following the model --- */

static bool in_setup(const struct net_face *net)
{
	return net->amt->state == AMT_IN && net->amt->window_open;
}

static enum net_mode mode_of_model(const struct net_face *net)
{
	if (!net->amt->cert || !net->amt->key)
		return NET_CLOSED;
	if (in_setup(net))
		return NET_SETUP;
	if (net->amt->state == AMT_POST && !net->paused)
		return NET_OPERATE;
	return NET_CLOSED;
}

static void sync_in_ms(struct net_face *net, unsigned int ms)
{
	const struct timeval tv = {
		.tv_sec = ms / 1000,
		.tv_usec = ms % 1000 * 1000,
	};

	event_add(net->reopen, &tv);
}

/* A fault may keep the port closed for a while, once for each time it would open. */
static bool is_late(struct net_face *net, enum net_mode mode)
{
	const struct fault *fault;

	if (net->port_judged)
		return false;
	net->port_judged = true;
	fault = net_fault(net, mode == NET_SETUP ? "port:setup" : "port:operation");
	if (!fault)
		return false;
	sync_in_ms(net, fault->value);
	return true;
}

static void on_sync(evutil_socket_t fd, short what, void *arg)
{
	struct net_face *net = arg;
	enum net_mode mode = mode_of_model(net);

	if (net->interrupted || !in_setup(net))
		hello_sender_stop(net->hello);
	if (net->interrupted || mode != net->mode || net->served != identity(net, mode).cert)
		port_close(net);
	net->interrupted = false;
	if (mode == NET_CLOSED)
		return;
	if (mode == NET_SETUP)
		hello_sender_start(net->hello);
	if (net->listener || event_pending(net->reopen, EV_TIMEOUT, NULL) || is_late(net, mode))
		return;
	if (port_open(net, mode))
		sync_in_ms(net, BIND_RETRY_MS);
	else
		net_plain_follow(net);
}

static void on_reopen(evutil_socket_t fd, short what, void *arg)
{
	struct net_face *net = arg;

	net->paused = false;
	on_sync(-1, 0, net);
}

void net_face_restart(struct net_face *net)
{
	net->interrupted = true;
	net->paused = true;
	sync_in_ms(net, net->config.commit_pause_ms);
	event_active(net->sync, 0, 0);
}

/* In the middle of a command: take notes, act later. */
static void on_change(struct amt *amt, unsigned int changed, void *ctx)
{
	struct net_face *net = ctx;

	if (changed & AMT_CHANGED_CREDENTIALS)
		net->acl_epoch++;
	if (changed & AMT_CHANGED_CLOCK)
		hello_sender_clock_changed(net->hello);
	if (!(changed & (AMT_CHANGED_STATE | AMT_CHANGED_CERT)))
		return;
	if (net->mode == NET_SETUP && !in_setup(net))
		net->interrupted = true;
	if (net->mode == NET_SETUP && amt->state == AMT_POST && !net->paused) {
		net->paused = true;
		sync_in_ms(net, net->config.commit_pause_ms);
	}
	event_active(net->sync, 0, 0);
}

/* --- lifetime --- */

/* A wrong address is the person's mistake: say so now, not in state IN. */
static int try_bind(const struct net_face *net)
{
	int fd = socket(net->config.local.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int one = 1;
	int rc = 0;

	if (fd < 0)
		return errno;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (const struct sockaddr *)&net->config.local, local_len(net)))
		rc = errno;
	close(fd);
	return rc;
}

static void on_key_made(void *ctx)
{
	net_conns_wake(ctx);
}

static void settings_setup(struct net_face *net)
{
	struct net_key_maker *maker = &net->amt->settings->maker;

	net->settings = net->amt->settings;
	maker->base = net->amt->base;
	maker->pool = net->amt->key_pool;
	maker->wake = on_key_made;
	maker->ctx = net;
}

static int net_setup(struct net_face *net)
{
	struct event_base *base = net->amt->base;
	int rc = try_bind(net);

	if (rc)
		return rc;
	signal(SIGPIPE, SIG_IGN); /* OpenSSL writes without MSG_NOSIGNAL */
	net->hello = hello_sender_new(net, net->config.hello_schedule);
	if (!net->hello)
		return errno;
	net->wsman = wsman_new(net->amt);
	net->sync = event_new(base, -1, 0, on_sync, net);
	net->reopen = evtimer_new(base, on_reopen, net);
	if (!net->wsman || !net->sync || !net->reopen || amt_listen(net->amt, on_change, net))
		return ENOMEM;
	event_active(net->sync, 0, 0);
	return 0;
}

struct net_face *net_face_new(struct amt *amt, const struct net_config *config)
{
	struct net_face *net = calloc(1, sizeof(*net));
	int rc;

	if (!net)
		return NULL;
	net->amt = amt;
	net->config = *config;
	LIST_INIT(&net->conns);
	LIST_INIT(&net->lingers);
	LIST_INIT(&net->delayed);
	settings_setup(net);
	rc = net_setup(net);
	if (!rc)
		return net;
	net_face_free(net);
	errno = rc;
	return NULL;
}

void net_face_free(struct net_face *net)
{
	if (!net)
		return;
	net_conns_end(net, true);
	port_close(net);
	hello_sender_free(net->hello);
	net_lingers_end(net);
	net_fault_end(net);
	if (net->sync)
		event_free(net->sync);
	if (net->reopen)
		event_free(net->reopen);
	wsman_free(net->wsman);
	net_settings_detach(net->settings);
	OPENSSL_cleanse(&net->digest, sizeof(net->digest));
	free(net);
}

void net_face_set_server(struct net_face *net, const struct sockaddr_storage *server)
{
	bool same = !memcmp(&net->config.server, server, sizeof(*server));

	if (same)
		return;
	net->config.server = *server;
	hello_sender_stop(net->hello);
	event_active(net->sync, 0, 0);
}

const struct net_settings *net_face_settings(const struct net_face *net)
{
	return net->settings;
}

void net_face_stats(const struct net_face *net, struct net_stats *out)
{
	*out = net->stats;
}
