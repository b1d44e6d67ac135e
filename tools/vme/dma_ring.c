// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/dma_ring.h"

#include <errno.h>
#include <string.h>

#define BUFFER_MIN  4096u
#define BUFFER_MAX  (1024u * 1024)
#define CONTROL_MIN 32u

/* Indexes in the control block, in bytes from its start. */
enum { HOST_WRITTEN = 0, HOST_READ = 8, DEVICE_WRITTEN = 16, DEVICE_READ = 24 };

/* --- the memory of the host --- */

static int load(const struct dma_ring *ring, unsigned int index, uint32_t *value)
{
	return ring->memory->read(ring->memory->ctx, ring->control.at + index, value,
				  sizeof(*value));
}

static int store(const struct dma_ring *ring, unsigned int index, uint32_t value)
{
	return ring->memory->write(ring->memory->ctx, ring->control.at + index, &value,
				   sizeof(value));
}

static uint32_t dwords(uint32_t len)
{
	return len / 4 + (len % 4 != 0);
}

/* Where a free-running index stands in the buffer, and how many bytes are left there. */
static uint32_t place(const struct dma_area *area, uint32_t index, uint32_t len,
		      uint32_t *until_end)
{
	uint32_t at = index % (area->size / 4) * 4;

	*until_end = area->size - at < len ? area->size - at : len;
	return at;
}

/* --- set up --- */

static uint32_t field(const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return value;
}

static struct dma_area area_of(const uint8_t *descriptor)
{
	return (struct dma_area){
		.at = (uint64_t)field(descriptor) << 32 | field(descriptor + 4),
		.size = field(descriptor + 8),
	};
}

static bool is_buffer(const struct dma_area *area)
{
	return area->size >= BUFFER_MIN && area->size <= BUFFER_MAX &&
	       !(area->size & (area->size - 1)) && area->at % 4 == 0 &&
	       area->at <= UINT64_MAX - area->size;
}

static bool is_control(const struct dma_area *area)
{
	return area->size >= CONTROL_MIN && area->at % 4 == 0 &&
	       area->at <= UINT64_MAX - area->size;
}

/* Both ends of a buffer can be reached. */
static int probe(const struct dma_memory *memory, const struct dma_area *area)
{
	uint32_t dword;
	int ret = memory->read(memory->ctx, area->at, &dword, sizeof(dword));

	return ret ? ret :
		     memory->read(memory->ctx, area->at + area->size - sizeof(dword), &dword,
				  sizeof(dword));
}

static int begin(struct dma_ring *ring)
{
	int ret = probe(ring->memory, &ring->host);

	if (!ret)
		ret = probe(ring->memory, &ring->device);
	if (!ret)
		ret = store(ring, HOST_READ, 0);
	return ret ? ret : store(ring, DEVICE_WRITTEN, 0);
}

int dma_ring_setup(struct dma_ring *ring, const struct dma_memory *memory,
		   const uint8_t request[DMA_RING_SETUP_LEN])
{
	int ret;

	dma_ring_stop(ring);
	ring->memory = memory;
	ring->host = area_of(request + 4);
	ring->device = area_of(request + 16);
	ring->control = area_of(request + 28);
	if (!is_buffer(&ring->host) || !is_buffer(&ring->device) || !is_control(&ring->control))
		return -EINVAL;
	ret = begin(ring);
	ring->active = !ret;
	return ret;
}

void dma_ring_stop(struct dma_ring *ring)
{
	memset(ring, 0, sizeof(*ring));
}

/* --- messages --- */

static int copy_out(const struct dma_ring *ring, uint8_t *out, uint32_t len)
{
	const struct dma_memory *memory = ring->memory;
	uint32_t first, at = place(&ring->host, ring->host_read, len, &first);
	int ret = memory->read(memory->ctx, ring->host.at + at, out, first);

	if (ret || first == len)
		return ret;
	return memory->read(memory->ctx, ring->host.at, out + first, len - first);
}

int dma_ring_read(struct dma_ring *ring, void *out, uint32_t len)
{
	uint32_t written, filled;

	if (load(ring, HOST_WRITTEN, &written))
		return -EFAULT;
	filled = written - ring->host_read;
	if (filled > ring->host.size / 4 || dwords(len) > filled)
		return -EPROTO;
	if (len && copy_out(ring, out, len))
		return -EFAULT;
	ring->host_read += dwords(len);
	return store(ring, HOST_READ, ring->host_read) ? -EFAULT : 0;
}

static int copy_in(const struct dma_ring *ring, const uint8_t *data, uint32_t len)
{
	const struct dma_memory *memory = ring->memory;
	uint32_t first, at = place(&ring->device, ring->device_written, len, &first);
	int ret = memory->write(memory->ctx, ring->device.at + at, data, first);

	if (ret || first == len)
		return ret;
	return memory->write(memory->ctx, ring->device.at, data + first, len - first);
}

int dma_ring_write(struct dma_ring *ring, const void *data, uint32_t len)
{
	uint32_t read, used;

	if (load(ring, DEVICE_READ, &read))
		return -EFAULT;
	used = ring->device_written - read;
	if (used > ring->device.size / 4)
		return -EPROTO;
	if (dwords(len) > ring->device.size / 4 - used)
		return -ENOSPC;
	if (copy_in(ring, data, len))
		return -EFAULT;
	ring->device_written += dwords(len);
	return store(ring, DEVICE_WRITTEN, ring->device_written) ? -EFAULT : 0;
}
