// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Messages of a host that knows the registers: each of the input is a length, the
 * high byte of the header, addresses, and the payload. One of length 0xff writes the
 * memory of the DMA ring.
 */
#include <string.h>
#include "selftests/fuzz/bus.h"
#include "selftests/fuzz/fuzz.h"

#define HEAD_LEN    4
#define WRITE_RAM   0xff
#define RAM_AT_STEP 64

static void read_all(struct fuzz_bus *bus)
{
	int i;

	for (i = 0; i < 2 * HECI_DEPTH; i++)
		heci_read(&bus->heci, BUS_ME_CB_RW);
	heci_write(&bus->heci, BUS_H_CSR, 0x0f);
}

static void send(struct fuzz_bus *bus, const uint8_t *head, const uint8_t *payload, size_t len)
{
	uint32_t dword = (uint32_t)(head[1] & 0xb0) << 24 | (uint32_t)len << HECI_LEN_SHIFT |
			 (uint32_t)head[3] << 8 | head[2];
	size_t at;

	heci_write(&bus->heci, BUS_H_CB_WW, dword);
	for (at = 0; at < len; at += 4) {
		dword = 0;
		memcpy(&dword, payload + at, len - at < 4 ? len - at : 4);
		heci_write(&bus->heci, BUS_H_CB_WW, dword);
	}
	heci_write(&bus->heci, BUS_H_CSR, 0x0d);
	fuzz_bus_check(bus);
	if (!(head[1] & 1))
		read_all(bus);
}

static void write_ram(struct fuzz_bus *bus, const uint8_t *head, const uint8_t *payload, size_t len)
{
	size_t at = head[1] * RAM_AT_STEP;

	memcpy(bus->ram + at, payload, len < RAM_AT_STEP ? len : RAM_AT_STEP);
}

/* How much of the input it took. */
static size_t step(struct fuzz_bus *bus, const uint8_t *data, size_t size)
{
	size_t len = data[0] == WRITE_RAM ? data[2] : data[0];

	if (len > size - HEAD_LEN)
		len = size - HEAD_LEN;
	if (data[0] == WRITE_RAM)
		write_ram(bus, data, data + HEAD_LEN, len);
	else
		send(bus, data, data + HEAD_LEN, len);
	return HEAD_LEN + len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct fuzz_bus bus;
	size_t taken;

	fuzz_bus_start(&bus, size ? data[0] >> 6 : 0);
	fuzz_bus_up(&bus);
	for (; size >= HEAD_LEN; data += taken, size -= taken) {
		taken = step(&bus, data, size);
		if (!(heci_read(&bus.heci, BUS_ME_CSR) & 8))
			fuzz_bus_up(&bus);
	}
	fuzz_bus_end(&bus);
	return 0;
}
