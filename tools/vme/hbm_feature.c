// SPDX-License-Identifier: GPL-2.0-or-later
/* What host and firmware agree on beyond the basics: tags, DMA, and the DMA ring itself. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/crypto.h>
#include "tools/vme/hbm_private.h"
#include "tools/vme/heci.h"
#include "tools/vme/log.h"

#define CAPABILITY_VTAG	      (1u << 0)
#define CAPABILITY_CLIENT_DMA (1u << 2)

static bool has_vtag_client(const struct hbm *hbm)
{
	size_t i;

	for (i = 0; i < hbm->client_count; i++)
		if (hbm->clients[i]->vtag)
			return true;
	return false;
}

/* Tags for clients that take them; what graphics asks for is not there. */
void hbm_on_capabilities(struct hbm *hbm, const uint8_t *m)
{
	uint8_t answer[] = { HBM_CAPABILITIES | HBM_REPLY, 0, 0, 0 };

	hbm->vtag_granted = m[1] & CAPABILITY_VTAG && has_vtag_client(hbm);
	hbm->client_dma = m[1] & CAPABILITY_CLIENT_DMA && hbm->client_memory;
	answer[1] = (hbm->vtag_granted ? CAPABILITY_VTAG : 0) |
		    (hbm->client_dma ? CAPABILITY_CLIENT_DMA : 0);
	hbm_send(hbm, answer, sizeof(answer));
}

/* --- DMA ring --- */

void hbm_set_memory(struct hbm *hbm, const struct dma_memory *memory)
{
	hbm->memory = memory;
}

bool hbm_has_ring(const struct hbm *hbm)
{
	return hbm->ring.active;
}

static enum hbm_status ring_status(struct hbm *hbm, const uint8_t *m)
{
	int ret = hbm->memory ? dma_ring_setup(&hbm->ring, hbm->memory, m) : -EPERM;

	if (ret && hbm->memory)
		log_error("hbm", "the DMA ring is declined: %s", strerror(-ret));
	if (ret == -EPERM)
		return HBM_NOT_ALLOWED;
	return ret ? HBM_INVALID_PARAMETER : HBM_SUCCESS;
}

void hbm_on_dma_setup(struct hbm *hbm, const uint8_t *m)
{
	uint8_t answer[] = { HBM_DMA_SETUP | HBM_REPLY, 0, 0, 0 };

	answer[1] = ring_status(hbm, m);
	hbm_send(hbm, answer, sizeof(answer));
}

/* Nothing of the link may be touched after a failure: it is reset. */
static bool take_from_ring(struct hbm *hbm, uint8_t *data, uint32_t len)
{
	int ret = hbm->ring.active ? dma_ring_read(&hbm->ring, data, len) : -ENOTCONN;

	hbm->stats.ring_in += !ret;
	if (!ret)
		return true;
	hbm_violation(hbm, "the DMA ring does not hold what a message says");
	heci_fail(hbm->heci, strerror(-ret));
	return false;
}

static void deliver(struct hbm *hbm, struct me_conn *conn, const uint8_t *data, size_t len,
		    bool complete)
{
	if (conn && conn->open)
		me_conn_fragment(conn, data, len, complete);
	else
		hbm_violation(hbm, "a message in the ring without a connection");
}

void hbm_ring_message(struct hbm *hbm, uint8_t me, uint8_t host, uint32_t len, bool complete)
{
	struct me_conn *conn = me_conn_find(hbm, me, host);
	uint32_t max = hbm->ring.active ? hbm->ring.host.size : 0;
	uint8_t *data = malloc(len && len <= max ? len : 1);

	if (!data) {
		log_error("hbm", "a message was lost: out of memory");
		return;
	}
	if (take_from_ring(hbm, data, len))
		deliver(hbm, conn, data, len, complete);
	OPENSSL_cleanse(data, len && len <= max ? len : 1);
	free(data);
}

/* A ring that is full, or broken by the host, leaves the way of fragments. */
bool hbm_ring_send(struct hbm *hbm, const uint8_t *data, size_t len)
{
	int ret;

	if (!hbm->ring.active || len > hbm->ring.device.size)
		return false;
	ret = dma_ring_write(&hbm->ring, data, (uint32_t)len);
	hbm->stats.ring_out += !ret;
	if (!ret)
		return true;
	if (ret != -ENOSPC) {
		hbm_violation(hbm, "the DMA ring is broken and is not used any more");
		dma_ring_stop(&hbm->ring);
	}
	return false;
}
