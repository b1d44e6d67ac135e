/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A bus for tests: registers and HBM with one client that answers nothing by itself
 * and remembers what came.
 */
#ifndef VME_TEST_BUS_H
#define VME_TEST_BUS_H

#include <stdbool.h>
#include "tools/vme/hbm.h"
#include "tools/vme/heci.h"
#include "tools/vme/report.h"
#include "tools/vme/tests/test_host.h"

#define BUS_ME	7
#define BUS_MTU 6000

struct bus {
	struct heci heci;
	struct hbm *hbm;
	struct me_client client;
	struct reporter reporter;
	struct me_conn *conn; /* the newest */
	unsigned int connects, disconnects, messages, resets;
	bool undecided; /* a connect waits */
	uint8_t data[BUS_MTU];
	size_t len;
	const char *last_report; /* who, of clients and power */
};

/* With the link up; the version the firmware speaks. */
void bus_start(struct bus *bus, uint8_t major, uint8_t minor);
void bus_end(struct bus *bus);
/* 01 and 04 as a host of version 2.2 sends them, and their answers. */
void bus_enumerate(struct bus *bus);
void bus_connect(struct bus *bus, uint8_t host);
void bus_read_credit(struct bus *bus, uint8_t host);

#endif /* VME_TEST_BUS_H */
