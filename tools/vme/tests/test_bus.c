// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/tests/test_bus.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

/* --- the client --- */

static void on_connect(void *ctx, struct me_conn *conn)
{
	struct bus *bus = ctx;

	bus->connects++;
	bus->conn = conn;
	if (!bus->undecided)
		me_conn_accept(conn, true);
}

static void on_disconnect(void *ctx, struct me_conn *conn)
{
	struct bus *bus = ctx;

	bus->disconnects++;
}

static void on_client_message(void *ctx, struct me_conn *conn, const uint8_t *data, size_t len)
{
	struct bus *bus = ctx;

	bus->messages++;
	bus->conn = conn;
	bus->len = len;
	memcpy(bus->data, data, len);
}

static void on_drained(void *ctx, struct me_conn *conn)
{
}

static const struct me_client_ops client_ops = {
	on_connect,
	on_disconnect,
	on_client_message,
	on_drained,
};

/* --- HECI --- */

static void on_message(void *ctx, uint32_t header, const uint8_t *payload, size_t len)
{
	struct bus *bus = ctx;

	hbm_message(bus->hbm, header, payload, len);
}

static void on_reset(void *ctx, enum heci_reset by)
{
	struct bus *bus = ctx;

	bus->resets++;
	hbm_reset(bus->hbm);
}

static void on_line(void *ctx, bool level)
{
}

static void on_power(void *ctx, enum heci_power what)
{
	struct bus *bus = ctx;

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

static void on_report(void *ctx, const struct report *report)
{
	struct bus *bus = ctx;

	if (report->kind == REPORT_CLIENT || report->kind == REPORT_POWER)
		bus->last_report = report->who;
}

void bus_start(struct bus *bus, uint8_t major, uint8_t minor)
{
	memset(bus, 0, sizeof(*bus));
	bus->client = (struct me_client){
		.address = BUS_ME,
		.uuid = { 0x28, 0x00, 0xf8, 0x12, 0xb7, 0xb4, 0x2d, 0x4b, 0xac, 0xa8, 0x46, 0xe0,
			  0xff, 0x65, 0x81, 0x4c },
		.version = 1,
		.max_connections = 2,
		.mtu = BUS_MTU,
		.ops = &client_ops,
		.ctx = bus,
	};
	bus->reporter = (struct reporter){ on_report, bus };
	heci_init(&bus->heci, &heci_ops, bus);
	bus->hbm = hbm_new(&bus->heci, major, minor, &bus->reporter);
	assert_non_null(bus->hbm);
	assert_int_equal(hbm_add_client(bus->hbm, &bus->client), 0);
	host_reset(&bus->heci);
	bus->resets = 0;
	bus->last_report = NULL;
}

void bus_end(struct bus *bus)
{
	hbm_free(bus->hbm);
	heci_drop(&bus->heci);
}

void bus_enumerate(struct bus *bus)
{
	struct host_message got;

	host_bus(&bus->heci, 0x01, 0, 2, 2);
	assert_true(host_read(&bus->heci, &got));
	host_bus(&bus->heci, 0x04, 3, 0, 0);
	assert_true(host_read(&bus->heci, &got));
	assert_int_equal(got.data[0], 0x84);
}

void bus_connect(struct bus *bus, uint8_t host)
{
	host_bus(&bus->heci, 0x06, BUS_ME, host, 0);
	host_wants(&bus->heci, 0x86, BUS_ME, host, 0);
	host_wants(&bus->heci, 0x08, BUS_ME, host, 0, 0, 0, 0, 0);
}

void bus_read_credit(struct bus *bus, uint8_t host)
{
	host_bus(&bus->heci, 0x08, BUS_ME, host, 0, 0, 0, 0, 0);
}
