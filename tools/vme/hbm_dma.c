// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Client DMA: the host lends a client a buffer of its memory, by a number, before it
 * connects (14, 15). No client of this firmware has a use for one: the buffer is looked
 * at when it is mapped, and not touched any more.
 */
#include <string.h>
#include "tools/vme/dma_ring.h"
#include "tools/vme/hbm_private.h"

#define MAP_LEN 16 /* of HBM 14 */

void hbm_set_client_dma(struct hbm *hbm, const struct dma_memory *memory)
{
	hbm->client_memory = memory;
}

size_t hbm_buffers(const struct hbm *hbm)
{
	return hbm->buffer_count;
}

static struct hbm_buffer *find(struct hbm *hbm, uint8_t id)
{
	size_t i;

	for (i = 0; i < hbm->buffer_count; i++)
		if (hbm->buffers[i].id == id)
			return &hbm->buffers[i];
	return NULL;
}

static uint32_t field(const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return value;
}

static struct hbm_buffer buffer_of(const uint8_t m[MAP_LEN])
{
	return (struct hbm_buffer){
		.id = m[1],
		.at = (uint64_t)field(m + 8) << 32 | field(m + 4),
		.size = field(m + 12),
	};
}

static bool is_reachable(const struct dma_memory *memory, const struct hbm_buffer *buffer)
{
	uint8_t byte;

	return buffer->size && buffer->at <= UINT64_MAX - buffer->size &&
	       !memory->read(memory->ctx, buffer->at, &byte, 1) &&
	       !memory->read(memory->ctx, buffer->at + buffer->size - 1, &byte, 1);
}

static enum hbm_status map(struct hbm *hbm, const struct hbm_buffer *buffer)
{
	if (!hbm->client_dma)
		return HBM_NOT_ALLOWED;
	if (!buffer->id)
		return HBM_INVALID_PARAMETER;
	if (find(hbm, buffer->id))
		return HBM_ALREADY_EXISTS;
	if (hbm->buffer_count == HBM_BUFFERS_MAX)
		return HBM_REJECTED;
	if (!is_reachable(hbm->client_memory, buffer))
		return HBM_INVALID_PARAMETER;
	hbm->buffers[hbm->buffer_count++] = *buffer;
	return HBM_SUCCESS;
}

static enum hbm_status unmap(struct hbm *hbm, uint8_t id)
{
	struct hbm_buffer *buffer = find(hbm, id);

	if (!hbm->client_dma)
		return HBM_NOT_ALLOWED;
	if (!buffer)
		return HBM_NOT_FOUND;
	*buffer = hbm->buffers[--hbm->buffer_count];
	return HBM_SUCCESS;
}

/* The answer names no buffer: the host asks for one at a time. */
static void answer(struct hbm *hbm, uint8_t command, enum hbm_status status)
{
	const uint8_t message[] = { command | HBM_REPLY, status };

	hbm_send(hbm, message, sizeof(message));
}

void hbm_on_dma_map(struct hbm *hbm, const uint8_t *m)
{
	const struct hbm_buffer buffer = buffer_of(m);

	answer(hbm, m[0], map(hbm, &buffer));
}

void hbm_on_dma_unmap(struct hbm *hbm, const uint8_t *m)
{
	answer(hbm, m[0], unmap(hbm, m[2]));
}

void hbm_dma_reset(struct hbm *hbm)
{
	hbm->client_dma = false;
	hbm->buffer_count = 0;
}
