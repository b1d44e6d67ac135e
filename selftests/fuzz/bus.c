// SPDX-License-Identifier: GPL-2.0-or-later
#include "selftests/fuzz/bus.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "tools/vme/log.h"

#define CSR_IG	0x04u
#define CSR_UP	0x0du /* IE, IG, RDY */
#define CSR_RST 0x17u /* RST, IG, IS, IE */

/* --- memory: a ring would lie from 0 on --- */

static bool is_inside(uint64_t at, size_t len)
{
	return len <= BUS_MEMORY && at <= BUS_MEMORY - len;
}

static int memory_read(void *ctx, uint64_t at, void *out, size_t len)
{
	struct fuzz_bus *bus = ctx;

	if (!is_inside(at, len))
		return -EFAULT;
	memcpy(out, bus->ram + at, len);
	return 0;
}

static int memory_write(void *ctx, uint64_t at, const void *data, size_t len)
{
	struct fuzz_bus *bus = ctx;

	if (!is_inside(at, len))
		return -EFAULT;
	memcpy(bus->ram + at, data, len);
	return 0;
}

/* --- the clients --- */

static size_t echo(void *ctx, const uint8_t *request, size_t len,
		   uint8_t reply[ME_SERVICE_REPLY_MAX])
{
	size_t part = len < ME_SERVICE_REPLY_MAX ? len : ME_SERVICE_REPLY_MAX;

	memcpy(reply, request, part);
	return part;
}

static void add(struct fuzz_bus *bus, unsigned int i, uint8_t address)
{
	bus->services[i] = (struct me_service){
		.client = { .address = address,
			    .max_connections = 3,
			    .mtu = 1024,
			    .fixed = address == BUS_FIXED,
			    .single_buffer = address == BUS_SHARED,
			    .vtag = true },
		.answer = echo,
	};
	if (me_service_add(&bus->services[i], bus->hbm))
		abort();
}

/* --- HECI --- */

static void on_message(void *ctx, uint32_t header, const uint8_t *payload, size_t len)
{
	struct fuzz_bus *bus = ctx;

	hbm_message(bus->hbm, header, payload, len);
}

static void on_reset(void *ctx, enum heci_reset by)
{
	struct fuzz_bus *bus = ctx;

	hbm_reset(bus->hbm);
}

static void on_line(void *ctx, bool level)
{
}

static void on_power(void *ctx, enum heci_power what)
{
	struct fuzz_bus *bus = ctx;

	if (what == HECI_POWER_D0I3)
		heci_d0i3_done(&bus->heci);
	hbm_power(bus->hbm, what);
}

static const struct heci_ops heci_ops = {
	.message = on_message,
	.reset = on_reset,
	.line = on_line,
	.power = on_power,
};

void fuzz_bus_start(struct fuzz_bus *bus, uint8_t features)
{
	log_set_level(LOG_LEVEL_NONE);
	memset(bus, 0, sizeof(*bus));
	heci_init(&bus->heci, &heci_ops, bus);
	bus->heci.pg_legacy = features & 1;
	bus->heci.d0i3_loss = features & 4;
	bus->hbm = hbm_new(&bus->heci, 2, 2, NULL);
	if (!bus->hbm)
		abort();
	bus->memory = (struct dma_memory){ memory_read, memory_write, bus };
	hbm_set_memory(bus->hbm, features & 2 ? NULL : &bus->memory);
	hbm_set_client_dma(bus->hbm, features & 2 ? NULL : &bus->memory);
	add(bus, 0, BUS_ECHO);
	add(bus, 1, BUS_FIXED);
	add(bus, 2, BUS_SHARED);
}

void fuzz_bus_end(struct fuzz_bus *bus)
{
	hbm_free(bus->hbm);
	heci_drop(&bus->heci);
}

void fuzz_bus_up(struct fuzz_bus *bus)
{
	heci_write(&bus->heci, BUS_H_CSR, CSR_RST);
	heci_recovered(&bus->heci);
	heci_write(&bus->heci, BUS_H_CSR, CSR_UP);
}

static unsigned int fill(uint32_t csr)
{
	return ((csr >> 16) - (csr >> 8)) & 0xff;
}

void fuzz_bus_check(struct fuzz_bus *bus)
{
	uint32_t host = heci_read(&bus->heci, BUS_H_CSR);
	uint32_t me = heci_read(&bus->heci, BUS_ME_CSR);

	if (host >> 24 != HECI_DEPTH || me >> 24 != HECI_DEPTH)
		abort();
	if (fill(host) > HECI_DEPTH)
		abort();
	if (fill(me) > HECI_DEPTH && !bus->heci.overflows)
		abort();
	if (host & CSR_IG)
		abort();
	if (hbm_connections(bus->hbm, BUS_ECHO) > 3)
		abort();
}
