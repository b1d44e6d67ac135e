// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <netdb.h>
#include <event2/event.h>
#include <openssl/crypto.h>

#include "address.h"
#include "journal.h"
#include "loop.h"
#include "session.h"
#include "setup.h"
#include "tls.h"
#include "tools/wsman/wsman.h"

#define CONNECT_TRIES	  3
#define CONNECT_PAUSE_MS  700
#define READBACK_PAUSE_MS 300

struct session {
	struct event_base *base;
	const struct session_limits *limits;
	struct device dev;
	struct setup setup;
	struct tls_peer tls;
	struct loop *loop;
	struct wsman_client *client;
	struct event *next; /* sends the next request */
	struct event *deadline;
	struct event *finish;
	unsigned int connect_tries;
	bool connected;
	bool hang_up; /* close all connections before the next one */
	bool ending;
	session_done_fn done;
	void *ctx;
};

static void at(struct event *ev, unsigned int ms)
{
	struct timeval tv = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };

	event_add(ev, &tv);
}

/* Report from the event loop, not from within libcurl's callbacks. */
static void end(struct session *s)
{
	if (s->ending)
		return;
	s->ending = true;
	event_del(s->next);
	event_del(s->deadline);
	at(s->finish, 0);
}

static void fill_outcome(struct session *s)
{
	struct device *dev = &s->dev;

	dev->result = s->setup.result;
	snprintf(dev->reason, sizeof(dev->reason), "%s", s->setup.reason);
	snprintf(dev->stage, sizeof(dev->stage), "%s",
		 s->connected ? setup_stage(&s->setup) : "connect");
}

static void on_finish(evutil_socket_t fd, short what, void *arg)
{
	struct session *s = arg;

	fill_outcome(s);
	s->done(s, &s->dev, s->ctx);
}

/* The TLS layer knows more than "handshake failed". */
static void explain_tls(struct session *s)
{
	if (s->tls.pin_differs) {
		setup_end(&s->setup, RESULT_CERT_CHANGED,
			  "the certificate is not the one this device showed before");
	} else if (tls_alert_refuses_chain(s->tls.alert) && s->tls.chain) {
		setup_end(&s->setup, RESULT_CHAIN_REFUSED,
			  "the firmware refused the provisioning chain (TLS alert %d, %s)%s",
			  s->tls.alert, tls_alert_text(s->tls.alert),
			  s->dev.root_in_hello ? "" : "; its Hello does not name the root");
	}
}

static void report_progress(struct session *s, const struct wsman_result *r)
{
	if (s->connected || !s->tls.have_pin || r->outcome == WSMAN_CONNECT ||
	    r->outcome == WSMAN_TLS)
		return;
	s->connected = true;
	setup_connected(&s->setup, s->tls.pin);
	journal(NULL, s->dev.uuid, "tls", "the firmware took the chain; device certificate %s",
		s->setup.pin);
}

static void login(struct session *s)
{
	const char *user;
	const char *password;

	setup_credentials(&s->setup, &user, &password);
	if (wsman_client_credentials(s->client, user, password)) {
		setup_end(&s->setup, RESULT_INTERNAL, "out of memory");
		end(s);
	}
}

/* Not there yet, as long as there is time: a device that restarts TLS. */
static bool try_again(struct session *s, const struct wsman_result *r)
{
	bool absent = r->outcome == WSMAN_CONNECT || r->outcome == WSMAN_TLS ||
		      r->outcome == WSMAN_LOST || r->outcome == WSMAN_TIMEOUT;

	if (!absent || s->tls.pin_differs)
		return false;
	if (s->setup.step == STEP_READBACK) {
		login(s); /* a login waits for a challenge of its own */
		s->hang_up = true;
		at(s->next, READBACK_PAUSE_MS);
		return true;
	}
	if (r->outcome != WSMAN_CONNECT || s->connected || ++s->connect_tries >= CONNECT_TRIES)
		return false;
	at(s->next, CONNECT_PAUSE_MS);
	return true;
}

static void move_on(struct session *s, enum setup_auth auth_before, enum setup_move move)
{
	switch (move) {
	case SETUP_END:
		end(s);
		return;
	case SETUP_RECONNECT:
		event_del(s->deadline);
		at(s->deadline, s->limits->readback_ms);
		s->hang_up = true;
		login(s);
		break;
	case SETUP_SEND:
		if (s->setup.auth != auth_before)
			login(s);
		break;
	}
	if (!s->ending)
		at(s->next, 0);
}

static void on_transfer_done(void *client, CURLcode code, void *ctx)
{
	struct session *s = ctx;
	enum setup_auth auth = s->setup.auth;
	const char *stage = setup_stage(&s->setup);
	enum setup_move move;
	struct wsman_result r;

	wsman_client_end(s->client, code, &r);
	if (s->ending) {
		wsman_reply_free(r.reply);
		return;
	}
	if (try_again(s, &r))
		return;
	report_progress(s, &r);
	move = setup_result(&s->setup, &r);
	if (s->setup.note[0])
		journal(NULL, s->dev.uuid, stage, "%s", s->setup.note);
	if (r.outcome == WSMAN_TLS)
		explain_tls(s);
	wsman_reply_free(r.reply);
	move_on(s, auth, move);
}

/* Connections of before the commit must not carry what comes after it. */
static int hang_up(struct session *s)
{
	struct loop *fresh = loop_new(s->base, on_transfer_done, s);

	if (!fresh)
		return -ENOMEM;
	loop_free(s->loop);
	s->loop = fresh;
	s->hang_up = false;
	return 0;
}

static void on_next(evutil_socket_t fd, short what, void *arg)
{
	struct session *s = arg;
	struct wsman_request req;

	if (s->hang_up && hang_up(s)) {
		setup_end(&s->setup, RESULT_INTERNAL, "out of memory");
		end(s);
		return;
	}
	setup_request(&s->setup, &req);
	if (wsman_client_begin(s->client, loop_multi(s->loop), &req)) {
		setup_end(&s->setup, RESULT_INTERNAL, "the request could not be made");
		end(s);
	}
}

static void on_deadline(evutil_socket_t fd, short what, void *arg)
{
	struct session *s = arg;

	if (session_is_committing(s))
		setup_end(&s->setup, RESULT_OUTCOME_UNKNOWN,
			  "the device did not answer after CommitChanges");
	else
		setup_end(&s->setup, RESULT_TIMEOUT, "the session took too long");
	end(s);
}

static int new_client(struct session *s, const struct session_start *start)
{
	struct wsman_options o = {
		.tls_min = start->limits->tls_min,
		.tls_ciphers = TLS_CIPHERS,
		.tls_setup = tls_setup,
		.tls_ctx = &s->tls,
		.connect_ms = start->limits->connect_ms,
		.exchange_ms = start->limits->exchange_ms,
	};
	char url[160];
	int ret = address_url(&start->address, start->limits->device_port, url, sizeof(url));

	o.url = url;
	return ret ? ret : wsman_client_new(&o, &s->client);
}

/* The pin of the session that committed holds for reading back, too. */
static int set_pin(struct session *s)
{
	long len;
	uint8_t *pin = OPENSSL_hexstr2buf(s->dev.pin, &len);

	if (!pin || len != sizeof(s->tls.pin)) {
		OPENSSL_free(pin);
		return -EINVAL;
	}
	memcpy(s->tls.pin, pin, sizeof(s->tls.pin));
	s->tls.have_pin = true;
	OPENSSL_free(pin);
	return 0;
}

static int prepare(struct session *s, const struct session_start *start)
{
	s->next = evtimer_new(s->base, on_next, s);
	s->deadline = evtimer_new(s->base, on_deadline, s);
	s->finish = evtimer_new(s->base, on_finish, s);
	s->loop = loop_new(s->base, on_transfer_done, s);
	if (!s->next || !s->deadline || !s->finish || !s->loop)
		return -ENOMEM;
	if (start->readback_only && set_pin(s))
		return -EINVAL;
	return new_client(s, start);
}

struct session *session_new(const struct session_start *start, session_done_fn done, void *ctx)
{
	struct session *s = calloc(1, sizeof(*s));
	int ret;

	if (!s)
		return NULL;
	s->base = start->base;
	s->limits = start->limits;
	s->dev = *start->dev;
	s->tls.chain = start->chain;
	s->done = done;
	s->ctx = ctx;
	setup_init(&s->setup, start->store, &s->dev, start->readback_only);
	ret = prepare(s, start);
	if (ret) {
		session_free(s);
		errno = -ret;
		return NULL;
	}
	login(s);
	at(s->deadline,
	   start->readback_only ? start->limits->readback_ms : start->limits->session_ms);
	at(s->next, 0);
	return s;
}

void session_free(struct session *s)
{
	if (!s)
		return;
	wsman_client_free(s->client);
	loop_free(s->loop);
	if (s->next)
		event_free(s->next);
	if (s->deadline)
		event_free(s->deadline);
	if (s->finish)
		event_free(s->finish);
	setup_wipe(&s->setup);
	free(s);
}

void session_stop(struct session *s, enum result result, const char *reason)
{
	if (!s->ending)
		setup_end(&s->setup, result, "%s", reason);
	s->ending = true;
	on_finish(-1, 0, s);
}

bool session_is_committing(const struct session *s)
{
	return s->dev.commit_sent;
}

const char *session_stage(const struct session *s)
{
	return setup_stage(&s->setup);
}
