// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One connection of the host with an ME client: fragments and credits. A credit
 * is leave to send one message; without it the peer has to wait.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/crypto.h>
#include "tools/vme/hbm_private.h"
#include "tools/vme/heci.h"
#include "tools/vme/log.h"
#include "tools/vme/me_header.h"
#include "tools/vme/report.h"

struct me_conn *me_conn_find(struct hbm *hbm, uint8_t me, uint8_t host)
{
	struct me_conn *conn;

	LIST_FOREACH(conn, &hbm->conns, list)
		if (conn->client->address == me && conn->host == host)
			return conn;
	return NULL;
}

size_t hbm_connections(const struct hbm *hbm, uint8_t me)
{
	struct me_conn *conn;
	size_t count = 0;

	LIST_FOREACH(conn, &hbm->conns, list)
		count += conn->client->address == me;
	return count;
}

uint8_t hbm_host_address(const struct me_conn *conn)
{
	return conn->host;
}

struct me_conn *me_conn_new(struct hbm *hbm, const struct me_client *client, uint8_t host)
{
	struct me_conn *conn = calloc(1, sizeof(*conn));

	if (!conn)
		return NULL;
	conn->buffer = malloc(client->mtu);
	if (!conn->buffer) {
		free(conn);
		return NULL;
	}
	conn->hbm = hbm;
	conn->client = client;
	conn->host = host;
	STAILQ_INIT(&conn->out);
	LIST_INSERT_HEAD(&hbm->conns, conn, list);
	return conn;
}

/* Messages may hold an OTP. */
static void message_free(struct me_message *message)
{
	OPENSSL_cleanse(message->data, message->len);
	free(message);
}

/* Another connection of the same client; @with_credit: one that has a credit. */
static struct me_conn *sibling(const struct me_conn *conn, bool with_credit)
{
	struct me_conn *other;

	LIST_FOREACH(other, &conn->hbm->conns, list)
		if (other != conn && other->client == conn->client &&
		    (other->send_credits || !with_credit))
			return other;
	return NULL;
}

/* The host keeps the credit of a shared buffer for as long as anybody is connected. */
static void leave_credit(struct me_conn *conn)
{
	struct me_conn *heir = sibling(conn, false);

	if (heir && conn->client->single_buffer && conn->send_credits)
		heir->send_credits = 1;
}

static void conn_free(struct me_conn *conn)
{
	struct me_message *message;

	leave_credit(conn);
	LIST_REMOVE(conn, list);
	while ((message = STAILQ_FIRST(&conn->out))) {
		STAILQ_REMOVE_HEAD(&conn->out, list);
		message_free(message);
	}
	OPENSSL_cleanse(conn->buffer, conn->client->mtu);
	free(conn->buffer);
	free(conn);
}

static void report(const struct me_conn *conn, enum report_kind kind, enum hbm_status status)
{
	const struct report event = {
		.kind = kind,
		.me = conn->client->address,
		.host = conn->host,
		.status = status,
	};

	report_to(conn->hbm->reporter, &event);
}

/* The client forgets the connection even if it has not decided on it yet. */
void me_conn_end(struct me_conn *conn)
{
	conn->client->ops->disconnect(conn->client->ctx, conn);
	if (conn->open && !conn->client->fixed) {
		conn->hbm->stats.disconnects++;
		report(conn, REPORT_DISCONNECT, HBM_SUCCESS);
	}
	conn_free(conn);
}

/* --- the client's decision --- */

static void answer_connect(const struct me_conn *conn, enum hbm_status status)
{
	const uint8_t answer[] = { HBM_CONNECT | HBM_REPLY, conn->client->address, conn->host,
				   status };

	report(conn, REPORT_CONNECT, status);
	hbm_send(conn->hbm, answer, sizeof(answer));
}

void me_conn_accept(struct me_conn *conn, bool with_credit)
{
	conn->open = true;
	conn->hbm->stats.connects++;
	answer_connect(conn, HBM_SUCCESS);
	if (with_credit)
		me_conn_credit(conn);
}

void me_conn_refuse(struct me_conn *conn, enum hbm_status status)
{
	conn->hbm->stats.refused++;
	answer_connect(conn, status);
	conn_free(conn);
}

/* --- credits --- */

/* Whose credit a message on this connection takes. NULL: there is none. */
static struct me_conn *credit_of(struct me_conn *conn)
{
	if (conn->send_credits)
		return conn;
	return conn->client->single_buffer ? sibling(conn, true) : NULL;
}

/* That of a shared buffer has no host address, and there is one at a time. */
void me_conn_credit(struct me_conn *conn)
{
	bool shared = conn->client->single_buffer;
	const uint8_t message[8] = { HBM_FLOW_CONTROL, conn->client->address,
				     shared ? 0 : conn->host };

	if (conn->client->fixed || (shared && credit_of(conn)))
		return;
	conn->send_credits++;
	hbm_send(conn->hbm, message, sizeof(message));
}

/* --- the end that the firmware makes --- */

bool me_parting_is(const struct hbm *hbm, uint8_t me, uint8_t host)
{
	struct me_parting *parting;

	LIST_FOREACH(parting, &hbm->partings, list)
		if (parting->me == me && parting->host == host)
			return true;
	return false;
}

bool me_parting_end(struct hbm *hbm, uint8_t me, uint8_t host)
{
	struct me_parting *parting;

	LIST_FOREACH(parting, &hbm->partings, list) {
		if (parting->me != me || parting->host != host)
			continue;
		LIST_REMOVE(parting, list);
		free(parting);
		return true;
	}
	return false;
}

void me_partings_drop(struct hbm *hbm)
{
	struct me_parting *parting;

	while ((parting = LIST_FIRST(&hbm->partings))) {
		LIST_REMOVE(parting, list);
		free(parting);
	}
}

/* What the host sent before it has heard of the end is no fault of its. */
static void me_parting_begin(struct hbm *hbm, uint8_t me, uint8_t host)
{
	struct me_parting *parting = calloc(1, sizeof(*parting));

	if (!parting) {
		log_error("hbm", "a connection ends without waiting for the host: out of memory");
		return;
	}
	parting->me = me;
	parting->host = host;
	LIST_INSERT_HEAD(&hbm->partings, parting, list);
}

/* The host answers with 87. One with a fixed address has nothing to answer. */
static void disconnect(struct me_conn *conn)
{
	const uint8_t message[4] = { HBM_DISCONNECT, conn->client->address, conn->host };
	bool is_known = conn->open && !conn->client->fixed;
	struct hbm *hbm = conn->hbm;

	me_conn_end(conn);
	if (!is_known)
		return;
	me_parting_begin(hbm, message[1], message[2]);
	hbm_send(hbm, message, sizeof(message));
}

static void throw_out(struct me_conn *conn, const char *why)
{
	hbm_violation(conn->hbm, why);
	disconnect(conn);
}

/* One that is not decided on gets its refusal: the host waits for it. */
static void end_one(struct me_conn *conn)
{
	const uint8_t refusal[] = { HBM_CONNECT | HBM_REPLY, conn->client->address, conn->host,
				    HBM_REJECTED };
	struct hbm *hbm = conn->hbm;
	bool open = conn->open;

	disconnect(conn);
	if (!open)
		hbm_send(hbm, refusal, sizeof(refusal));
}

size_t hbm_disconnect(struct hbm *hbm, uint8_t me)
{
	struct me_conn *conn, *next;
	size_t count = 0;

	for (conn = LIST_FIRST(&hbm->conns); conn; conn = next) {
		next = LIST_NEXT(conn, list);
		if (conn->client->address != me)
			continue;
		end_one(conn);
		count++;
	}
	return count;
}

/* --- from the host --- */

struct me_conn *me_conn_fixed(struct hbm *hbm, uint8_t me)
{
	const struct me_client *client = hbm_client(hbm, me);
	struct me_conn *conn = me_conn_find(hbm, me, 0);

	if (conn || !client || !client->fixed)
		return conn;
	conn = me_conn_new(hbm, client, 0);
	if (conn)
		conn->open = true;
	return conn;
}

void me_conn_fragment(struct me_conn *conn, const uint8_t *data, size_t len, bool complete)
{
	struct me_conn *payer = credit_of(conn);
	size_t filled = conn->filled;

	if (!conn->client->fixed && !payer) {
		throw_out(conn, "a message without a credit");
		return;
	}
	if (len > conn->client->mtu - filled) {
		throw_out(conn, "a message longer than the client takes");
		return;
	}
	memcpy(conn->buffer + filled, data, len);
	conn->filled += len;
	if (!complete)
		return;
	conn->filled = 0;
	if (payer)
		payer->send_credits--;
	conn->client->ops->message(conn->client->ctx, conn, conn->buffer, filled + len);
}

/* --- to the host --- */

/* One message on the wire: header, what stands before the data, data. */
static void send_part(struct me_conn *conn, uint32_t flags, const uint8_t *before,
		      size_t before_len, const uint8_t *data, size_t len)
{
	uint32_t header = conn->client->address | (uint32_t)conn->host << 8 | flags;
	uint8_t part[HECI_PAYLOAD_MAX];

	if (before_len == ME_HEADER_MAX)
		header |= HECI_EXTENDED;
	memcpy(part, before, before_len);
	memcpy(part + before_len, data, len);
	if (heci_send(conn->hbm->heci, header, part, before_len + len))
		log_error("hbm", "a part of a message was lost: out of memory");
	OPENSSL_cleanse(part, before_len + len);
}

static void send_message(struct me_conn *conn, const struct me_message *message)
{
	uint8_t before[ME_HEADER_MAX];
	size_t before_len = me_header_put(message->vtag, before);
	size_t room = HECI_PAYLOAD_MAX - before_len;
	const uint8_t *data = message->data;
	uint32_t len = (uint32_t)message->len;

	if (message->spoilt.header || message->spoilt.overflow)
		heci_spoil(conn->hbm->heci, &message->spoilt);
	if (len > room && hbm_ring_send(conn->hbm, data, len)) {
		send_part(conn, HECI_COMPLETE | HECI_DMA_RING, before, before_len,
			  (const uint8_t *)&len, sizeof(len));
		return;
	}
	for (; len > room; data += room, len -= room, room = HECI_PAYLOAD_MAX) {
		send_part(conn, 0, before, before_len, data, room);
		before_len = 0;
	}
	send_part(conn, HECI_COMPLETE, before, before_len, data, len);
}

static void pump(struct me_conn *conn)
{
	struct me_message *message;

	bool fixed = conn->client->fixed;

	while ((fixed || conn->read_credits) && (message = STAILQ_FIRST(&conn->out))) {
		STAILQ_REMOVE_HEAD(&conn->out, list);
		conn->read_credits -= !fixed;
		send_message(conn, message);
		message_free(message);
	}
}

void me_conn_read_credit(struct me_conn *conn)
{
	bool waiting = !STAILQ_EMPTY(&conn->out);

	if (conn->read_credits < HBM_CREDITS_MAX)
		conn->read_credits++;
	pump(conn);
	if (waiting && STAILQ_EMPTY(&conn->out))
		conn->client->ops->drained(conn->client->ctx, conn);
}

int me_conn_send_spoilt(struct me_conn *conn, const void *data, size_t len,
			const struct heci_spoilt *spoilt)
{
	struct me_message *message = malloc(sizeof(*message) + len);

	if (!message)
		return -ENOMEM;
	message->len = len;
	message->vtag = conn->vtag;
	message->spoilt = *spoilt;
	memcpy(message->data, data, len);
	STAILQ_INSERT_TAIL(&conn->out, message, list);
	pump(conn);
	return 0;
}

int me_conn_send(struct me_conn *conn, const void *data, size_t len)
{
	return me_conn_send_spoilt(conn, data, len, &(struct heci_spoilt){ 0 });
}

bool me_conn_is_drained(const struct me_conn *conn)
{
	return STAILQ_EMPTY(&conn->out);
}
