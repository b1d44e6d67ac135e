// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/hbm.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "tools/vme/hbm_private.h"
#include "tools/vme/heci.h"
#include "tools/vme/log.h"
#include "tools/vme/me_header.h"
#include "tools/vme/report.h"

void hbm_send(struct hbm *hbm, const void *message, size_t len)
{
	if (hbm->mute)
		return;
	if (heci_send(hbm->heci, HECI_COMPLETE, message, len))
		log_error("hbm", "a message was lost: out of memory");
}

void hbm_violation(struct hbm *hbm, const char *what)
{
	hbm->stats.violations++;
	log_error("hbm", "the host broke the protocol: %s", what);
}

static void report(struct hbm *hbm, enum report_kind kind, const uint8_t *m, uint8_t status)
{
	const struct report event = {
		.kind = kind,
		.me = m[1],
		.host = m[2],
		.status = status,
	};

	report_to(hbm->reporter, &event);
}

/* --- bring-up --- */

/* When our version is the lower one the answer names it and the host takes it. */
static void on_start(struct hbm *hbm, const uint8_t *m)
{
	bool supported = m[3] < hbm->major || (m[3] == hbm->major && m[2] <= hbm->minor);
	const uint8_t answer[] = { HBM_START | HBM_REPLY, supported, hbm->minor, hbm->major };

	hbm->phase = HBM_STARTED;
	hbm_send(hbm, answer, sizeof(answer));
}

/*
 * The host has given up, on a version it does not know, or does as it was told. After
 * the answer it wants nothing more of this link than its reset (the kernel's hbm.c).
 */
static void on_stop(struct hbm *hbm, const uint8_t *m)
{
	const uint8_t answer[] = { HBM_STOP | HBM_REPLY, 0, 0, 0 };

	hbm_reset(hbm);
	hbm->phase = HBM_STOPPED;
	hbm_send(hbm, answer, sizeof(answer));
}

int hbm_stop(struct hbm *hbm)
{
	const uint8_t request[] = { HBM_ME_STOP, 0, 0, 0 };

	if (hbm->phase != HBM_STARTED && hbm->phase != HBM_ENUMERATED)
		return -ENOTCONN;
	hbm->phase = HBM_STOPPING;
	hbm_send(hbm, request, sizeof(request));
	return 0;
}

/* --- connections --- */

static void refuse(struct hbm *hbm, const uint8_t *m, enum hbm_status status)
{
	const uint8_t answer[] = { HBM_CONNECT | HBM_REPLY, m[1], m[2], status };

	hbm->stats.refused++;
	report(hbm, REPORT_CONNECT, m, status);
	hbm_send(hbm, answer, sizeof(answer));
}

static enum hbm_status connect_status(struct hbm *hbm, const struct me_client *client, uint8_t host)
{
	if (!client)
		return HBM_NOT_FOUND;
	if (!host)
		return HBM_INVALID_PARAMETER;
	if (client->fixed || hbm->phase >= HBM_STOPPING)
		return HBM_NOT_ALLOWED;
	return me_conn_find(hbm, client->address, host) ? HBM_ALREADY_EXISTS : HBM_SUCCESS;
}

static void on_connect(struct hbm *hbm, const uint8_t *m)
{
	const struct me_client *client = hbm_client(hbm, m[1]);
	enum hbm_status status = connect_status(hbm, client, m[2]);
	struct me_conn *conn;

	if (status) {
		refuse(hbm, m, status);
		return;
	}
	me_parting_end(hbm, m[1], m[2]);
	conn = hbm_connections(hbm, m[1]) < client->max_connections ?
		       me_conn_new(hbm, client, m[2]) :
		       NULL;
	if (conn)
		client->ops->connect(client->ctx, conn);
	else
		refuse(hbm, m, HBM_REJECTED);
}

/* Answered with success in any case: after it the connection is not there. A host
 * whose connect timed out waits for just that. One that crosses with ours is followed
 * by the answer to ours.
 */
static void on_disconnect(struct hbm *hbm, const uint8_t *m)
{
	const uint8_t answer[] = { HBM_DISCONNECT | HBM_REPLY, m[1], m[2], HBM_SUCCESS };
	struct me_conn *conn = me_conn_find(hbm, m[1], m[2]);

	if (conn)
		me_conn_end(conn);
	hbm_send(hbm, answer, sizeof(answer));
}

static void on_flow_control(struct hbm *hbm, const uint8_t *m)
{
	struct me_conn *conn = me_conn_find(hbm, m[1], m[2]);

	if (conn && conn->open)
		me_conn_read_credit(conn);
	else if (!me_parting_is(hbm, m[1], m[2]))
		hbm_violation(hbm, "flow control without a connection");
}

static void on_notify(struct hbm *hbm, const uint8_t *m)
{
	uint8_t answer[8] = { HBM_NOTIFY | HBM_REPLY, m[1], m[2], HBM_SUCCESS, m[3] };
	struct me_conn *conn = me_conn_find(hbm, m[1], m[2]);

	if (conn && conn->open)
		conn->notifies = m[3];
	else
		answer[3] = HBM_NOT_FOUND;
	hbm_send(hbm, answer, sizeof(answer));
}

size_t hbm_notify(struct hbm *hbm, uint8_t me)
{
	uint8_t message[4] = { HBM_NOTIFICATION, me };
	struct me_conn *conn;
	size_t count = 0;

	LIST_FOREACH(conn, &hbm->conns, list) {
		if (conn->client->address != me || !conn->notifies)
			continue;
		message[2] = conn->host;
		hbm_send(hbm, message, sizeof(message));
		count++;
	}
	return count;
}

static void on_disconnect_reply(struct hbm *hbm, const uint8_t *m)
{
	if (!me_parting_end(hbm, m[1], m[2]))
		hbm_violation(hbm, "an answer to a disconnect that was not asked for");
}

/* A command is unknown to firmware of a version before its own. */
static const struct {
	uint8_t command;
	uint16_t since;
	size_t len; /* at least */
	void (*run)(struct hbm *hbm, const uint8_t *m);
} handlers[] = {
	{ HBM_START, 0x0100, 4, on_start },
	{ HBM_STOP, 0x0100, 2, on_stop },
	{ HBM_ENUMERATE, 0x0100, 2, hbm_on_enumerate },
	{ HBM_PROPERTIES, 0x0100, 2, hbm_on_properties },
	{ HBM_CONNECT, 0x0100, 3, on_connect },
	{ HBM_DISCONNECT, 0x0100, 3, on_disconnect },
	{ HBM_FLOW_CONTROL, 0x0100, 3, on_flow_control },
	{ HBM_POWER_GATE, 0x0101, 1, hbm_on_power_gate },
	{ HBM_NOTIFY, 0x0200, 4, on_notify },
	{ HBM_DMA_SETUP, 0x0201, DMA_RING_SETUP_LEN, hbm_on_dma_setup },
	{ HBM_CAPABILITIES, 0x0202, 4, hbm_on_capabilities },
	{ HBM_DMA_MAP, 0x0202, 16, hbm_on_dma_map },
	{ HBM_DMA_UNMAP, 0x0202, 4, hbm_on_dma_unmap },
	{ HBM_DISCONNECT_REPLY, 0x0100, 3, on_disconnect_reply },
	{ HBM_POWER_EXIT_REPLY, 0x0101, 1, hbm_on_power_exit_reply },
	{ HBM_ADD_CLIENT_REPLY, 0x0200, 3, hbm_on_add_reply },
};

void hbm_bus_message(struct hbm *hbm, const uint8_t *m, size_t len)
{
	uint16_t version = (uint16_t)(hbm->major << 8 | hbm->minor);
	size_t i;

	for (i = 0; len && i < sizeof(handlers) / sizeof(handlers[0]); i++) {
		if (handlers[i].command != m[0] || handlers[i].since > version)
			continue;
		if (len >= handlers[i].len)
			handlers[i].run(hbm, m);
		else
			hbm_violation(hbm, "a bus message is too short");
		return;
	}
	hbm_violation(hbm, "an unknown bus message");
}

/* --- faults --- */

void hbm_bus_message_mute(struct hbm *hbm, const uint8_t *m, size_t len)
{
	if (m[0] == HBM_FLOW_CONTROL || m[0] & HBM_REPLY)
		return;
	hbm->mute = true;
	hbm_bus_message(hbm, m, len);
	hbm->mute = false;
}

bool hbm_bus_refuse(struct hbm *hbm, const uint8_t *m, size_t len, uint8_t status)
{
	uint8_t answer[4 + 24] = { m[0] | HBM_REPLY };

	if (m[0] == HBM_PROPERTIES && len >= 2) {
		answer[1] = m[1];
		answer[2] = status;
		hbm_send(hbm, answer, sizeof(answer));
		return true;
	}
	if ((m[0] != HBM_CONNECT && m[0] != HBM_DISCONNECT) || len < 3)
		return false;
	answer[1] = m[1];
	answer[2] = m[2];
	answer[3] = status;
	hbm_send(hbm, answer, 4);
	return true;
}

void hbm_set_gate(struct hbm *hbm, const struct hbm_gate_ops *ops, void *ctx)
{
	hbm->gate = ops;
	hbm->gate_ctx = ctx;
}

static const char *header_fault(const struct hbm *hbm, const struct me_header *header)
{
	if (header->has_vtag && !hbm->vtag_granted)
		return "a tag that was not granted";
	if (header->in_ring && !hbm->ring.active)
		return "a message in a DMA ring that was not agreed on";
	return NULL;
}

static void client_message(struct hbm *hbm, uint8_t me, uint8_t host, bool complete,
			   const struct me_header *header, const uint8_t *data, size_t len)
{
	struct me_conn *conn = host ? me_conn_find(hbm, me, host) : me_conn_fixed(hbm, me);

	if (conn && conn->open && !conn->filled)
		conn->vtag = header->vtag;
	if (header->in_ring)
		hbm_ring_message(hbm, me, host, header->ring_len, complete);
	else if (conn && conn->open)
		me_conn_fragment(conn, data, len, complete);
	else if (!me_parting_is(hbm, me, host))
		hbm_violation(hbm, "a message without a connection");
}

void hbm_message(struct hbm *hbm, uint32_t dword, const uint8_t *payload, size_t len)
{
	uint8_t me = dword & 0xff;
	uint8_t host = dword >> 8 & 0xff;
	struct me_header header;
	const char *fault;

	hbm_power_heard(hbm, !me && !host && len && payload[0] == HBM_POWER_EXIT_REPLY);
	fault = me_header_read(dword, payload, len, &header) ? "a header that is not in form" :
							       header_fault(hbm, &header);
	if (fault)
		hbm_violation(hbm, fault);
	else if (me || host)
		client_message(hbm, me, host, dword & HECI_COMPLETE, &header, payload + header.len,
			       len - header.len);
	else if (!hbm->gate || !hbm->gate->message(hbm->gate_ctx, payload, len))
		hbm_bus_message(hbm, payload, len);
}

/* --- lifetime --- */

void hbm_reset(struct hbm *hbm)
{
	struct me_conn *conn;

	while ((conn = LIST_FIRST(&hbm->conns)))
		me_conn_end(conn);
	me_partings_drop(hbm);
	hbm->phase = HBM_DOWN;
	hbm->vtag_granted = false;
	dma_ring_stop(&hbm->ring);
	hbm_dma_reset(hbm);
	hbm_power_reset(hbm);
	if (hbm->gate)
		hbm->gate->reset(hbm->gate_ctx);
}

struct hbm *hbm_new(struct heci *heci, uint8_t major, uint8_t minor,
		    const struct reporter *reporter)
{
	struct hbm *hbm = calloc(1, sizeof(*hbm));

	if (!hbm)
		return NULL;
	hbm->heci = heci;
	hbm->major = major;
	hbm->minor = minor;
	hbm->reporter = reporter;
	LIST_INIT(&hbm->conns);
	LIST_INIT(&hbm->partings);
	return hbm;
}

void hbm_free(struct hbm *hbm)
{
	if (!hbm)
		return;
	hbm_reset(hbm);
	free(hbm->clients);
	free(hbm);
}

const struct hbm_stats *hbm_stats(const struct hbm *hbm)
{
	return &hbm->stats;
}
