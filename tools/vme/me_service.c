// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/me_service.h"

#include "tools/vme/log.h"

static void on_connect(void *ctx, struct me_conn *conn)
{
	me_conn_accept(conn, true);
}

static void on_disconnect(void *ctx, struct me_conn *conn)
{
}

static void on_message(void *ctx, struct me_conn *conn, const uint8_t *data, size_t len)
{
	struct me_service *service = ctx;
	uint8_t reply[ME_SERVICE_REPLY_MAX];
	size_t reply_len = service->answer(service->ctx, data, len, reply);

	me_conn_credit(conn);
	if (reply_len && me_conn_send(conn, reply, reply_len))
		log_error("me", "a reply was lost: out of memory");
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
	service->client.ops = &ops;
	service->client.ctx = service;
	return hbm_add_client(hbm, &service->client);
}
