/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A link for fuzz targets: registers, the bus protocol, a client that sends back what
 * it hears, another with a fixed address, a third whose connections share a buffer, tags,
 * client DMA, and a DMA ring in memory.
 */
#ifndef SELFTESTS_FUZZ_BUS_H
#define SELFTESTS_FUZZ_BUS_H

#include <stdbool.h>
#include "tools/vme/dma_ring.h"
#include "tools/vme/hbm.h"
#include "tools/vme/heci.h"
#include "tools/vme/me_service.h"

#define BUS_ECHO   7
#define BUS_FIXED  9
#define BUS_SHARED 5
#define BUS_MEMORY 16384

enum bus_register {
	BUS_H_CB_WW = 0x00,
	BUS_H_CSR = 0x04,
	BUS_ME_CB_RW = 0x08,
	BUS_ME_CSR = 0x0c,
	BUS_H_HPG_CSR = 0x10,
	BUS_H_D0I3C = 0x800,
};

struct fuzz_bus {
	struct heci heci;
	struct hbm *hbm;
	struct me_service services[3];
	struct dma_memory memory;
	uint8_t ram[BUS_MEMORY];
};

/* @features: bit 0 legacy power gating, bit 1 no memory for DMA. */
void fuzz_bus_start(struct fuzz_bus *bus, uint8_t features);
void fuzz_bus_end(struct fuzz_bus *bus);
/* The steps of a host that brings the link up. */
void fuzz_bus_up(struct fuzz_bus *bus);
/* Aborts when a register shows what no hardware would. */
void fuzz_bus_check(struct fuzz_bus *bus);

#endif /* SELFTESTS_FUZZ_BUS_H */
