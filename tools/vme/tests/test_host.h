/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A host for tests: does with the registers what mei_me does. */
#ifndef VME_TEST_HOST_H
#define VME_TEST_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "tools/vme/heci.h"

enum {
	R_H_CB_WW = 0x00,
	R_H_CSR = 0x04,
	R_ME_CB_RW = 0x08,
	R_ME_CSR = 0x0c,
	R_HPG = 0x10,
	R_TRC = 0x30,
	R_D0I3C = 0x800
};

enum {
	B_IE = 1,
	B_IS = 2,
	B_IG = 4,
	B_RDY = 8,
	B_RST = 0x10,
	B_D0I3C_IE = 0x20,
	B_D0I3C_IS = 0x40
};

/* One message as it came; the payload is zero-padded. */
struct host_message {
	uint8_t me;
	uint8_t host;
	bool complete;
	size_t len;
	uint8_t data[512];
};

uint32_t host_csr(struct heci *heci);
/* Read-modify-write as the driver does: the IS bits are not acknowledged. */
void host_set(struct heci *heci, uint32_t set, uint32_t clear);
void host_ack(struct heci *heci);
/* Reset, release, ready: the steps of amthi.md A.4. Fails the test on a deviation. */
void host_reset(struct heci *heci);

void host_write(struct heci *heci, uint8_t me, uint8_t host, const void *data, size_t len,
		bool complete);
/* The same in as many fragments as it takes. */
void host_write_long(struct heci *heci, uint8_t me, uint8_t host, const void *data, size_t len);
unsigned int host_fill(struct heci *heci);
/* False: nothing is there. */
bool host_read(struct heci *heci, struct host_message *out);
/* Exactly these bytes must come next on the bus. */
void host_expect(struct heci *heci, const void *data, size_t len);
void host_expect_nothing(struct heci *heci);

#define host_bus(heci, ...) \
	host_write(heci, 0, 0, (const uint8_t[]){ __VA_ARGS__ }, \
		   sizeof((const uint8_t[]){ __VA_ARGS__ }), true)
#define host_wants(heci, ...) \
	host_expect(heci, (const uint8_t[]){ __VA_ARGS__ }, \
		    sizeof((const uint8_t[]){ __VA_ARGS__ }))

#endif /* VME_TEST_HOST_H */
