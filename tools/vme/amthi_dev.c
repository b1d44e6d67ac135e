// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/amthi_dev.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <event2/event.h>
#include <openssl/crypto.h>
#include "tools/vme/amt.h"
#include "tools/vme/amthi_answer.h"
#include "tools/vme/amthi_fault.h"
#include "tools/vme/fault_event.h"
#include "tools/vme/hbm.h"
#include "tools/vme/link_fault.h"
#include "tools/vme/log.h"
#include "tools/vme/me_dev.h"
#include "tools/vme/report.h"

/* 12f80028-b4b7-4b2d-aca8-46e0ff65814c */
static const uint8_t amthi_uuid[16] = {
	0x28, 0x00, 0xf8, 0x12, 0xb7, 0xb4, 0x2d, 0x4b,
	0xac, 0xa8, 0x46, 0xe0, 0xff, 0x65, 0x81, 0x4c,
};

/* One connection. Nearly always there is one only (amthi.md 6.2). */
struct session {
	LIST_ENTRY(session) list;
	struct amthi_dev *dev;
	struct me_conn *conn;
	struct event *think; /* the answer, or the connect, is due */
	bool connecting;
	bool busy;		 /* @request is being worked on */
	bool no_credit;		 /* order of a fault at connect */
	struct fault_copy fault; /* what becomes of the answer */
	size_t len;
	uint8_t *request; /* mtu bytes each */
	size_t waiting_len;
	uint8_t *waiting;
	bool has_waiting; /* came while busy: the only credit is spent */
};

struct amthi_dev {
	struct me_dev *me;
	struct amt *amt;
	struct me_client client;
	struct fault_list *faults;
	const struct reporter *reporter;
	LIST_HEAD(, session) sessions;
	unsigned int reply_ms;
	int recovery_ms;
	uint32_t counts[256];
};

/* --- time --- */

static void think_for(struct session *session, unsigned int ms)
{
	const struct timeval tv = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };

	evtimer_add(session->think, &tv);
}

/* --- requests --- */

static void report_command(struct amthi_dev *dev, uint32_t command, const uint8_t *reply,
			   size_t len)
{
	const struct report event = {
		.kind = REPORT_COMMAND,
		.command = command,
		.status = len >= AMTHI_STATUS_LEN ? reply[12] | reply[13] << 8 | reply[14] << 16 |
							    (uint32_t)reply[15] << 24 :
						    0,
	};

	dev->counts[command & 0xff]++;
	log_debug("amthi", "%s (%08x): status 0x%x", amthi_command_name(command), command,
		  event.status);
	report_to(dev->reporter, &event);
}

static void next_request(struct session *session);

/*
 * Run the request and send what the fault makes of the answer. A reset of the link
 * ends the session: touch nothing after it.
 */
static void answer(struct session *session)
{
	struct amthi_dev *dev = session->dev;
	uint8_t reply[AMTHI_REPLY_MAX];
	uint32_t command = amthi_command(session->request);
	enum fault_action action = session->fault.action;
	uint32_t value = session->fault.value;
	const struct heci_spoilt spoilt = ring_fault(action, value);
	size_t len;
	int i;

	if (action == FAULT_STATUS)
		len = amthi_refuse(command, value, reply);
	else
		len = amthi_answer(dev->amt, session->request, session->len, reply);
	report_command(dev, command, reply, len);
	OPENSSL_cleanse(session->request, session->len);
	session->busy = false;
	for (i = amthi_fault_apply(&session->fault, reply, &len); i > 0; i--)
		if (me_conn_send_spoilt(session->conn, reply, len, &spoilt))
			log_error("amthi", "a reply was lost: out of memory");
	fault_copy_drop(&session->fault);
	if (!link_fault(dev->me, action, value, dev->recovery_ms))
		next_request(session);
}

/* A message too short to be a request is taken and left without an answer. */
static void take_up(struct session *session)
{
	struct amthi_dev *dev = session->dev;
	char event[FAULT_EVENT_MAX + 1];
	unsigned int ms = dev->reply_ms;

	if (session->len < AMTHI_HEAD_LEN) {
		log_error("amthi", "a request of %zu bytes has no header", session->len);
		me_conn_credit(session->conn);
		return;
	}
	session->busy = true;
	snprintf(event, sizeof(event), "amthi:%02x", amthi_command(session->request) & 0xff);
	fault_copy_take(&session->fault, fault_event(dev->faults, dev->reporter, event));
	if (session->fault.action == FAULT_DELAY)
		ms += session->fault.value;
	if (session->fault.action != FAULT_NO_CREDIT)
		me_conn_credit(session->conn);
	think_for(session, ms);
}

/* AMTHI is strictly request and reply: first the reply has to be off. */
static void next_request(struct session *session)
{
	uint8_t *spare = session->request;

	if (session->busy || !session->has_waiting || !me_conn_is_drained(session->conn))
		return;
	session->request = session->waiting;
	session->len = session->waiting_len;
	session->waiting = spare;
	session->has_waiting = false;
	take_up(session);
}

static void session_message(struct session *session, const uint8_t *data, size_t len)
{
	memcpy(session->waiting, data, len);
	session->waiting_len = len;
	session->has_waiting = true;
	next_request(session);
}

/* --- connections --- */

static struct session *find(struct amthi_dev *dev, const struct me_conn *conn)
{
	struct session *session;

	LIST_FOREACH(session, &dev->sessions, list)
		if (session->conn == conn)
			return session;
	return NULL;
}

static void session_free(struct session *session)
{
	size_t mtu = session->dev->client.mtu;

	LIST_REMOVE(session, list);
	if (session->think)
		event_free(session->think);
	fault_copy_drop(&session->fault);
	OPENSSL_clear_free(session->request, mtu);
	OPENSSL_clear_free(session->waiting, mtu);
	free(session);
}

static void on_think(evutil_socket_t fd, short what, void *arg)
{
	struct session *session = arg;

	if (session->connecting) {
		session->connecting = false;
		me_conn_accept(session->conn, !session->no_credit);
	} else if (session->busy) {
		answer(session);
	}
}

static struct session *session_new(struct amthi_dev *dev, struct me_conn *conn)
{
	struct session *session = calloc(1, sizeof(*session));

	if (!session)
		return NULL;
	session->dev = dev;
	session->conn = conn;
	LIST_INSERT_HEAD(&dev->sessions, session, list);
	session->request = OPENSSL_zalloc(dev->client.mtu);
	session->waiting = OPENSSL_zalloc(dev->client.mtu);
	session->think = evtimer_new(dev->amt->base, on_think, session);
	if (session->request && session->waiting && session->think)
		return session;
	session_free(session);
	return NULL;
}

static void session_refuse(struct session *session, enum hbm_status status)
{
	struct me_conn *conn = session->conn;

	session_free(session);
	me_conn_refuse(conn, status);
}

/* True: the fault has decided on the connection, or nobody will. */
static bool connect_fault(struct session *session, const struct fault *fault)
{
	struct amthi_dev *dev = session->dev;

	switch (fault->action) {
	case FAULT_BUSY:
		session_refuse(session, HBM_REJECTED);
		return true;
	case FAULT_STATUS:
		if (!fault->value)
			return false;
		session_refuse(session, fault->value & 0xff);
		return true;
	case FAULT_DROP:
		return true;
	case FAULT_DELAY:
		session->connecting = true;
		think_for(session, fault->value);
		return true;
	default:
		if (link_fault(dev->me, fault->action, fault->value, dev->recovery_ms))
			return true;
		session->no_credit = fault->action == FAULT_NO_CREDIT;
		return false;
	}
}

static void on_connect(void *ctx, struct me_conn *conn)
{
	struct amthi_dev *dev = ctx;
	struct session *session = session_new(dev, conn);
	const struct fault *fault;

	if (!session) {
		me_conn_refuse(conn, HBM_REJECTED);
		return;
	}
	fault = fault_event(dev->faults, dev->reporter, "connect");
	if (fault && connect_fault(session, fault))
		return;
	me_conn_accept(conn, !session->no_credit);
}

static void on_disconnect(void *ctx, struct me_conn *conn)
{
	struct session *session = find(ctx, conn);

	if (session)
		session_free(session);
}

static void on_message(void *ctx, struct me_conn *conn, const uint8_t *data, size_t len)
{
	struct session *session = find(ctx, conn);

	if (session)
		session_message(session, data, len);
}

static void on_drained(void *ctx, struct me_conn *conn)
{
	struct session *session = find(ctx, conn);

	if (session)
		next_request(session);
}

static const struct me_client_ops client_ops = {
	.connect = on_connect,
	.disconnect = on_disconnect,
	.message = on_message,
	.drained = on_drained,
};

/* --- lifetime --- */

struct amthi_dev *amthi_dev_new(struct me_dev *me, struct amt *amt,
				const struct amthi_config *config, struct fault_list *faults,
				const struct reporter *reporter)
{
	struct amthi_dev *dev = calloc(1, sizeof(*dev));

	if (!dev)
		return NULL;
	dev->me = me;
	dev->amt = amt;
	dev->faults = faults;
	dev->reporter = reporter;
	LIST_INIT(&dev->sessions);
	dev->client = (struct me_client){
		.address = AMTHI_ADDRESS,
		.version = 1,
		.max_connections = config->max_connections,
		.mtu = config->mtu,
		.vtag = config->vtag,
		.single_buffer = config->single_buffer,
		.ops = &client_ops,
		.ctx = dev,
	};
	memcpy(dev->client.uuid, amthi_uuid, sizeof(amthi_uuid));
	if (!hbm_add_client(me_dev_hbm(me), &dev->client))
		return dev;
	free(dev);
	return NULL;
}

void amthi_dev_free(struct amthi_dev *dev)
{
	free(dev);
}

const struct me_client *amthi_dev_client(const struct amthi_dev *dev)
{
	return &dev->client;
}

void amthi_dev_set_delay(struct amthi_dev *dev, unsigned int reply_ms)
{
	dev->reply_ms = reply_ms;
}

void amthi_dev_set_recovery(struct amthi_dev *dev, int recovery_ms)
{
	dev->recovery_ms = recovery_ms;
}

const uint32_t *amthi_dev_counts(const struct amthi_dev *dev)
{
	return dev->counts;
}
