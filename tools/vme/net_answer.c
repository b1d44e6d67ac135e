// SPDX-License-Identifier: GPL-2.0-or-later
/* Who may ask, and what a request is answered. */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <event2/buffer.h>
#include "tools/vme/amt.h"
#include "tools/vme/net_conn.h"
#include "tools/vme/net_fault.h"
#include "tools/vme/net_log.h"
#include "tools/vme/net_settings.h"
#include "tools/vme/profile.h"
#include "tools/vme/report.h"
#include "tools/vme/wsman.h"

#define NET_ACCESS_LOCAL 0
#define FIRST_AUTH_INT	 14

/* --- who may ask --- */

static int64_t now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

/* The administrator is the model's; other users come in over the network only if
 * they may.
 */
static bool lookup(void *ctx, const char *name, uint8_t ha1[16])
{
	const struct net_face *net = ctx;
	const struct net_user *user = net_user_named(net->settings, name);

	if (amt_ha1(net->amt, name, ha1))
		return true;
	if (!user || !user->enabled || user->access == NET_ACCESS_LOCAL)
		return false;
	memcpy(ha1, user->ha1, 16);
	return true;
}

static bool is_administrator(const struct net_conn *conn)
{
	const struct net_user *user = net_user_named(conn->net->settings, conn->user);

	return !user || user->realms >> NET_REALM_ADMINISTRATION & 1;
}

/*
 * Since AMT 14 (protocol.md 4.1). What is recorded of AMT 15 offers "auth", so auth-int is
 * offered, and alone, where a server has set AllowHttpQopAuthOnly to 0 [I].
 */
static bool auth_alone_will_do(const struct net_face *net)
{
	const char *kept = net_value_get(net->settings, "AMT_AuthorizationService", 0,
					 "AllowHttpQopAuthOnly");

	return amt_release(net->amt) < FIRST_AUTH_INT || !kept || strcmp(kept, "0");
}

static unsigned int qops(const struct net_face *net)
{
	if (!auth_alone_will_do(net))
		return DIGEST_AUTH_INT;
	return amt_release(net->amt) < FIRST_AUTH_INT ? DIGEST_AUTH : DIGEST_AUTH | DIGEST_AUTH_INT;
}

static bool log_on(struct net_conn *conn, bool *stale)
{
	const struct digest_question question = {
		.realm = conn->net->amt->digest_realm,
		.method = conn->req.method,
		.target = conn->req.target,
		.body = conn->req.body,
		.body_len = conn->req.body_len,
		.qops = qops(conn->net),
		.lookup = lookup,
		.ctx = conn->net,
	};
	char user[DIGEST_USER_MAX];
	enum digest_result result;
	bool other;

	result = digest_check(&conn->net->digest, &question, conn->req.authorization, now_s(),
			      user);
	*stale = result == DIGEST_STALE;
	other = conn->user[0] && strcmp(conn->user, user);
	if (result != DIGEST_OK || other) {
		conn->user[0] = '\0';
		return false;
	}
	memcpy(conn->user, user, sizeof(user));
	conn->user_epoch = conn->net->acl_epoch;
	return true;
}

/* In setup older firmware wants a password beside the chain (protocol.md 4.2). */
static bool needs_password(const struct net_conn *conn)
{
	return !conn->setup || vme_profile_of(conn->net->amt->fw_version)->setup_digest;
}

/*
 * A verified chain admits in state IN, without a challenge, as newer firmware
 * does. In POST it is digest; one good exchange holds for the
 * connection until a change of credentials; another user needs another
 * connection (4.1).
 */
static bool admitted(struct net_conn *conn, bool *stale)
{
	*stale = false;
	if (!needs_password(conn))
		return true;
	if (conn->req.authorization)
		return log_on(conn, stale);
	return conn->user[0] && conn->user_epoch == conn->net->acl_epoch;
}

/* --- requests --- */

static struct http_server server_of(const struct net_conn *conn)
{
	return (struct http_server){ .version = conn->net->amt->fw_version };
}

static void answer_page(struct net_conn *conn, int status, const char *challenge)
{
	const struct http_server server = server_of(conn);

	net_debug("%s: %d %s", conn->name, status, http_reason(status));
	http_answer_page(net_fault_out(conn), &server, status, challenge);
	conn->closing = true;
}

static void answer_challenge(struct net_conn *conn, bool stale)
{
	char challenge[DIGEST_CHALLENGE_MAX];

	if (digest_challenge(&conn->net->digest, conn->net->amt->digest_realm,
			     auth_alone_will_do(conn->net) ? DIGEST_AUTH : DIGEST_AUTH_INT, stale,
			     now_s(), challenge))
		answer_page(conn, 500, NULL);
	else
		answer_page(conn, 401, challenge);
}

/* The new settings hold for who comes next. */
static void restart_tls(struct net_face *net)
{
	net_info("other TLS settings are in force");
	net_face_restart(net);
}

static void send_reply(struct net_conn *conn, struct wsman_reply *reply)
{
	const struct http_server server = server_of(conn);
	const struct http_answer answer = {
		.status = reply->http_status,
		.content_type = "application/soap+xml; charset=UTF-8",
		.close = !conn->req.keep_alive,
	};

	net_debug("%s: %s", conn->name, reply->what);
	net_face_report(conn->net, REPORT_REQUEST, reply->what, conn->name);
	conn->closing = answer.close;
	if (http_answer_chunked(net_fault_out(conn), &server, &answer, reply->text, reply->len))
		conn->closing = true;
	if (reply->tls_changed && !conn->setup)
		restart_tls(conn->net);
}

/* "CLASS.OPERATION" is about to run. */
static void on_operation(void *ctx, const char *what, struct wsman_ask *ask)
{
	struct net_conn *conn = ctx;
	char event[FAULT_EVENT_MAX + 1];

	snprintf(event, sizeof(event), "wsman:%s", what);
	net_fault_order(conn, event);
	if (conn->fault.action != FAULT_STATUS)
		return;
	ask->has_status = true;
	ask->status = conn->fault.value;
}

static void answer_wsman(struct net_conn *conn, bool again)
{
	struct wsman_ask ask = {
		.read_only = needs_password(conn) && !is_administrator(conn),
		.before = again ? NULL : on_operation,
		.ctx = conn,
	};
	struct wsman_reply reply;

	if (wsman_handle(conn->net->wsman, &ask, conn->req.body, conn->req.body_len, &reply)) {
		answer_page(conn, 500, NULL);
		return;
	}
	conn->waiting = reply.wait;
	if (reply.wait)
		return;
	conn->net->stats.requests++;
	send_reply(conn, &reply);
}

static void answer(struct net_conn *conn, bool again)
{
	bool stale;

	if (conn->fault.action == FAULT_STATUS && !again)
		answer_page(conn, (int)conn->fault.value, NULL);
	else if (!admitted(conn, &stale))
		answer_challenge(conn, stale);
	else if (strcmp(conn->req.target, "/wsman"))
		answer_page(conn, 404, NULL);
	else if (strcmp(conn->req.method, "POST"))
		answer_page(conn, 405, NULL);
	else
		answer_wsman(conn, again);
}

void net_answer(struct net_conn *conn, bool again)
{
	if (!again)
		net_fault_order(conn, "http:request");
	if (conn->req.state == HTTP_BAD)
		answer_page(conn, conn->req.error, NULL);
	else
		answer(conn, again);
	if (!conn->waiting)
		net_fault_release(conn);
	if (conn->waiting) {
		net_conn_deadline(conn, NET_WAIT_S);
		return;
	}
	http_request_reset(&conn->req);
	conn->continued = false;
	net_conn_deadline(conn, conn->closing ? NET_GOODBYE_S : NET_REQUEST_S);
}
