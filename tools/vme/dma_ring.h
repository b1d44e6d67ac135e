/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The DMA ring: two buffers in the memory of the host, one for each direction, and a
 * block with their indexes, for messages that do not fit the registers' ring (amthi.md
 * A.7). The host is not trusted with the firmware's own indexes.
 */
#ifndef VME_DMA_RING_H
#define VME_DMA_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The memory of the host, as the device reaches it: 0 or -errno. */
struct dma_memory {
	int (*read)(void *ctx, uint64_t at, void *out, size_t len);
	int (*write)(void *ctx, uint64_t at, const void *data, size_t len);
	void *ctx;
};

struct dma_area {
	uint64_t at;
	uint32_t size; /* bytes */
};

struct dma_ring {
	const struct dma_memory *memory;
	bool active;
	struct dma_area host;	/* the host writes */
	struct dma_area device; /* the firmware writes */
	struct dma_area control;
	uint32_t host_read; /* dwords, free-running */
	uint32_t device_written;
};

#define DMA_RING_SETUP_LEN 40 /* of HBM 12 */

/* As HBM 12 asks for it. 0, -EINVAL: that cannot be, or what the memory says. */
int dma_ring_setup(struct dma_ring *ring, const struct dma_memory *memory,
		   const uint8_t request[DMA_RING_SETUP_LEN]);
void dma_ring_stop(struct dma_ring *ring);

/* The next @len bytes of the host. 0, -EPROTO: it has not written them, or -EFAULT. */
int dma_ring_read(struct dma_ring *ring, void *out, uint32_t len);
/* 0, -ENOSPC: there is no room now, -EPROTO: the host's index is wrong, or -EFAULT. */
int dma_ring_write(struct dma_ring *ring, const void *data, uint32_t len);

#endif /* VME_DMA_RING_H */
