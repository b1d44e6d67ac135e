// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads and writes of registers in any order, and a firmware that resets or goes wrong in
 * between.
 */
#include <string.h>
#include "selftests/fuzz/bus.h"
#include "selftests/fuzz/fuzz.h"

#define STEP_LEN 5 /* what to do, and a value */

static const uint32_t registers[] = { BUS_H_CB_WW,   BUS_H_CSR,	  BUS_ME_CB_RW, BUS_ME_CSR,
				      BUS_H_HPG_CSR, BUS_H_D0I3C, 0x30,		0xffc };

#define REGISTERS (sizeof(registers) / sizeof(registers[0]))

static void spoil(struct fuzz_bus *bus, uint32_t header, bool overflow)
{
	const struct heci_spoilt spoilt = { header, overflow };

	heci_spoil(&bus->heci, &spoilt);
}

/* What is neither read nor written happens to the firmware. */
static void happen(struct fuzz_bus *bus, uint8_t what, uint32_t value)
{
	switch (what % 8) {
	case 0:
		heci_firmware_reset(&bus->heci);
		break;
	case 1:
		heci_recovered(&bus->heci);
		break;
	case 2:
		hbm_disconnect(bus->hbm, BUS_ECHO);
		break;
	case 3:
		heci_power_on(&bus->heci);
		break;
	case 4:
		heci_pulse(&bus->heci);
		break;
	case 5:
		spoil(bus, value, false);
		break;
	case 6:
		spoil(bus, 0, true);
		break;
	case 7:
		hbm_notify(bus->hbm, BUS_ECHO);
		break;
	}
}

static void step(struct fuzz_bus *bus, const uint8_t *data)
{
	uint32_t at = registers[data[0] % REGISTERS];
	uint32_t value;

	memcpy(&value, data + 1, sizeof(value));
	if (data[0] < 0x80)
		heci_write(&bus->heci, at, value);
	else if (data[0] < 0xf0)
		heci_read(&bus->heci, at);
	else
		happen(bus, data[0], value);
	fuzz_bus_check(bus);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct fuzz_bus bus;

	fuzz_bus_start(&bus, size ? data[0] : 0);
	fuzz_bus_up(&bus);
	for (; size >= STEP_LEN; data += STEP_LEN, size -= STEP_LEN)
		step(&bus, data);
	fuzz_bus_end(&bus);
	return 0;
}
