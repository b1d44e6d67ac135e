// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/me_service.h"

#include <stdlib.h>
#include <string.h>
#include <event2/event.h>
#include "tools/vme/log.h"

/* A reply that is not sent yet. */
struct me_late_reply {
	LIST_ENTRY(me_late_reply) list;
	struct me_conn *conn;
	struct event *due;
	size_t len;
	uint8_t reply[ME_SERVICE_REPLY_MAX];
};

/* Only then the next request may come. */
static void answer(struct me_conn *conn, const uint8_t *reply, size_t len)
{
	me_conn_credit(conn);
	if (len && me_conn_send(conn, reply, len))
		log_error("me", "a reply was lost: out of memory");
}

/* --- in its time --- */

static void late_free(struct me_late_reply *late)
{
	LIST_REMOVE(late, list);
	if (late->due)
		event_free(late->due);
	free(late);
}

static void on_due(evutil_socket_t fd, short what, void *arg)
{
	struct me_late_reply *late = arg;

	answer(late->conn, late->reply, late->len);
	late_free(late);
}

static void answer_later(struct me_service *service, struct me_conn *conn, const uint8_t *reply,
			 size_t len)
{
	const struct timeval tv = { service->delay_ms / 1000, service->delay_ms % 1000 * 1000 };
	struct me_late_reply *late = calloc(1, sizeof(*late));

	if (!late) {
		log_error("me", "a reply was lost: out of memory");
		return;
	}
	late->conn = conn;
	late->len = len;
	memcpy(late->reply, reply, len);
	LIST_INSERT_HEAD(&service->late, late, list);
	late->due = evtimer_new(service->base, on_due, late);
	if (late->due && !evtimer_add(late->due, &tv))
		return;
	log_error("me", "a reply was lost: out of memory");
	late_free(late);
}

/* --- the client --- */

static void on_connect(void *ctx, struct me_conn *conn)
{
	me_conn_accept(conn, true);
}

static void on_disconnect(void *ctx, struct me_conn *conn)
{
	struct me_service *service = ctx;
	struct me_late_reply *late, *next;

	for (late = LIST_FIRST(&service->late); late; late = next) {
		next = LIST_NEXT(late, list);
		if (late->conn == conn)
			late_free(late);
	}
}

static void on_message(void *ctx, struct me_conn *conn, const uint8_t *data, size_t len)
{
	struct me_service *service = ctx;
	uint8_t reply[ME_SERVICE_REPLY_MAX];
	size_t reply_len = service->answer(service->ctx, data, len, reply);

	if (service->delay_ms)
		answer_later(service, conn, reply, reply_len);
	else
		answer(conn, reply, reply_len);
}

static void on_drained(void *ctx, struct me_conn *conn)
{
}

static const struct me_client_ops ops = {
	.connect = on_connect,
	.disconnect = on_disconnect,
	.message = on_message,
	.drained = on_drained,
};

int me_service_add(struct me_service *service, struct hbm *hbm)
{
	LIST_INIT(&service->late);
	service->client.ops = &ops;
	service->client.ctx = service;
	return hbm_add_client(hbm, &service->client);
}
