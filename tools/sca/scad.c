// SPDX-License-Identifier: GPL-2.0-or-later
/* meiprov-scad: the setup and configuration server. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <curl/curl.h>
#include <event2/event.h>

#include "address.h"
#include "api.h"
#include "chains.h"
#include "config.h"
#include "engine.h"
#include "hello.h"
#include "journal.h"
#include "store.h"
#include "wipe.h"

#define HELLO_PORT    9971
#define HELLO_TIMEOUT 10000
#define LISTENERS_MAX 8

struct scad {
	struct config config;
	struct event_base *base;
	struct store *store;
	struct chains *chains;
	struct engine *engine;
	struct api *api;
	struct hello_listener *listeners[LISTENERS_MAX];
	size_t listener_count;
	struct event *signals[2];
};

static int fail(const char *doing, const char *why, const char *next)
{
	fprintf(stderr, "meiprov-scad: %s: %s%s%s\n", doing, why, *next ? "\n  next: " : "", next);
	return -1;
}

static void on_signal(evutil_socket_t sig, short what, void *arg)
{
	struct scad *d = arg;

	journal(d->store, NULL, "stop", "signal %d", (int)sig);
	event_base_loopbreak(d->base);
}

static int open_store(struct scad *d)
{
	char why[512] = "";
	int ret = store_open(d->config.store, d->config.key_file, &d->store, why, sizeof(why));

	if (!ret)
		return 0;
	return fail("opening the store", why[0] ? why : strerror(-ret),
		    ret == -ENOENT || ret == -EIO ?
			    "make its directory first, readable by this user only" :
			    "");
}

static int load_chains(struct scad *d)
{
	struct meiprov_error err = { 0 };

	d->chains = chains_new(d->config.allow_test_ca);
	if (!d->chains)
		return fail("starting", "out of memory", "");
	if (chains_load(d->chains, d->store, &err))
		return fail("loading the provisioning chains", err.why, err.next);
	if (chains_withheld(d->chains))
		journal_note("chains", "%zu " TEST_ONLY " chains are not used (--allow-test-ca)",
			     chains_withheld(d->chains));
	return 0;
}

static long tls_version(const char *text)
{
	if (!strcmp(text, "1.0"))
		return CURL_SSLVERSION_TLSv1_0;
	if (!strcmp(text, "1.1"))
		return CURL_SSLVERSION_TLSv1_1;
	return strcmp(text, "1.2") ? 0 : CURL_SSLVERSION_TLSv1_2;
}

static int make_engine(struct scad *d)
{
	const struct config *c = &d->config;
	struct engine_options o = {
		.limits = {
			.device_port = c->device_port,
			.connect_ms = c->connect_timeout * 1000,
			.exchange_ms = c->exchange_timeout * 1000,
			.session_ms = c->session_timeout * 1000,
			.readback_ms = c->readback_timeout * 1000,
			.tls_min = tls_version(c->tls_min),
		},
		.max_sessions = c->max_sessions,
		.retry_ms = c->retry_ms,
		.readback_every_ms = c->readback_every * 1000,
	};

	if (!o.limits.tls_min)
		return fail("starting", "tls-min is not 1.0, 1.1 or 1.2", "");
	d->engine = engine_new(d->base, d->store, d->chains, &o);
	if (!d->engine)
		return fail("starting", "out of memory", "");
	if (engine_resume(d->engine))
		return fail("resuming", store_error(d->store), "");
	return 0;
}

static int listen_one(struct scad *d, const char *text)
{
	struct hello_limits limits = {
		.timeout_ms = HELLO_TIMEOUT,
		.per_second = d->config.hello_rate,
		.burst = d->config.hello_burst,
	};
	struct sockaddr_storage sa;
	struct hello_listener *l;

	if (d->listener_count == LISTENERS_MAX || address_parse(text, HELLO_PORT, &sa))
		return fail("listening for Hellos", text, "give ADDR:PORT, at most 8 of them");
	l = hello_listener_new(d->base, &sa, &limits, engine_hello, d->engine);
	if (!l)
		return fail("listening for Hellos", strerror(errno),
			    "is the port in use, the address this machine's?");
	d->listeners[d->listener_count++] = l;
	return 0;
}

static int listen_all(struct scad *d)
{
	char *list = strdup(d->config.hello);
	char *rest = NULL;
	int ret = list ? 0 : -ENOMEM;

	for (char *one = list ? strtok_r(list, ",", &rest) : NULL; one && !ret;
	     one = strtok_r(NULL, ",", &rest))
		ret = listen_one(d, one);
	free(list);
	return ret;
}

static int open_api(struct scad *d)
{
	struct api_server server = {
		.store = d->store,
		.engine = d->engine,
		.chains = d->chains,
		.store_path = d->config.store,
		.hello = d->config.hello,
		.allow_test_ca = d->config.allow_test_ca,
		.listeners = d->listeners,
		.listener_count = d->listener_count,
	};
	char why[256];

	d->api = api_new(d->base, d->config.api, &server, why, sizeof(why));
	return d->api ? 0 :
			fail("opening the API socket", why,
			     "make its directory first, or give --api SOCKET");
}

static int catch_signals(struct scad *d)
{
	static const int numbers[] = { SIGTERM, SIGINT };

	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < 2; i++) {
		d->signals[i] = evsignal_new(d->base, numbers[i], on_signal, d);
		if (!d->signals[i] || event_add(d->signals[i], NULL))
			return fail("starting", "out of memory", "");
	}
	return 0;
}

static int start(struct scad *d)
{
	umask(077);
	d->base = event_base_new();
	if (!d->base)
		return fail("starting", "no event loop", "");
	return open_store(d) || load_chains(d) || make_engine(d) || listen_all(d) || open_api(d) ||
			       catch_signals(d) ?
		       -1 :
		       0;
}

/* No new Hello, no new request, then the sessions, then the store. */
static void stop(struct scad *d)
{
	for (size_t i = 0; i < d->listener_count; i++)
		hello_listener_free(d->listeners[i]);
	api_free(d->api);
	engine_free(d->engine);
	chains_free(d->chains);
	store_close(d->store);
	for (size_t i = 0; i < 2; i++)
		if (d->signals[i])
			event_free(d->signals[i]);
	if (d->base)
		event_base_free(d->base);
	config_free(&d->config);
}

int main(int argc, char **argv)
{
	struct scad d = { 0 };
	int status = EXIT_FAILURE;

	if (wipe_install() || wipe_no_dumps()) {
		fail("starting", "the allocators or dump limits cannot be set", "");
		return EXIT_FAILURE;
	}
	switch (config_read(argc, argv, &d.config)) {
	case CONFIG_EXIT_OK:
		status = EXIT_SUCCESS;
		break;
	case CONFIG_EXIT_USAGE:
		status = 2;
		break;
	case CONFIG_RUN:
		if (start(&d))
			break;
		journal(d.store, NULL, "start", "meiprov-scad %s, Hellos on %s, store %s",
			MEIPROV_VERSION, d.config.hello, d.config.store);
		puts("ready");
		fflush(stdout);
		event_base_dispatch(d.base);
		status = EXIT_SUCCESS;
		break;
	}
	stop(&d);
	return status;
}
