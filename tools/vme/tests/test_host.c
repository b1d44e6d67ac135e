// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/tests/test_host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define IS_BITS (B_IS | B_D0I3C_IS)

uint32_t host_csr(struct heci *heci)
{
	return heci_read(heci, R_H_CSR);
}

void host_set(struct heci *heci, uint32_t set, uint32_t clear)
{
	uint32_t csr = host_csr(heci) & ~IS_BITS;

	heci_write(heci, R_H_CSR, (csr & ~clear) | set);
}

void host_ack(struct heci *heci)
{
	heci_write(heci, R_H_CSR, host_csr(heci));
}

void host_reset(struct heci *heci)
{
	uint32_t csr = host_csr(heci);

	heci_write(heci, R_H_CSR, csr | B_RST | B_IG | B_IE | IS_BITS);
	csr = host_csr(heci);
	assert_true(csr & B_RST);
	assert_false(csr & B_RDY);
	assert_true(csr & B_IS);
	assert_true(heci_read(heci, R_ME_CSR) & B_RDY);
	host_ack(heci);
	host_set(heci, B_IG, B_RST);
	host_set(heci, B_RDY | B_IG | B_IE, 0);
	assert_true(host_csr(heci) & B_RDY);
	assert_false(host_csr(heci) & (B_RST | B_IG));
}

void host_write(struct heci *heci, uint8_t me, uint8_t host, const void *data, size_t len,
		bool complete)
{
	uint32_t dword = me | host << 8 | (uint32_t)len << 16 | (complete ? 0x80000000u : 0);
	size_t at, part;

	heci_write(heci, R_H_CB_WW, dword);
	for (at = 0; at < len; at += 4) {
		part = len - at < 4 ? len - at : 4;
		dword = 0;
		memcpy(&dword, (const uint8_t *)data + at, part);
		heci_write(heci, R_H_CB_WW, dword);
	}
	host_set(heci, B_IG, 0);
}

void host_write_long(struct heci *heci, uint8_t me, uint8_t host, const void *data, size_t len)
{
	const uint8_t *at = data;

	for (; len > 508; at += 508, len -= 508)
		host_write(heci, me, host, at, 508, false);
	host_write(heci, me, host, at, len, true);
}

unsigned int host_fill(struct heci *heci)
{
	uint32_t csr = heci_read(heci, R_ME_CSR);

	return ((csr >> 16) - (csr >> 8)) & 0xff;
}

bool host_read(struct heci *heci, struct host_message *out)
{
	uint32_t dword;
	size_t at;

	if (!host_fill(heci))
		return false;
	memset(out, 0, sizeof(*out));
	dword = heci_read(heci, R_ME_CB_RW);
	out->me = dword & 0xff;
	out->host = dword >> 8 & 0xff;
	out->len = dword >> 16 & 0x1ff;
	out->complete = dword >> 31;
	assert_int_equal(dword & 0x7e000000, 0);
	for (at = 0; at < out->len; at += 4) {
		assert_true(host_fill(heci) > 0);
		dword = heci_read(heci, R_ME_CB_RW);
		memcpy(out->data + at, &dword, 4);
	}
	host_ack(heci);
	host_set(heci, B_IG, 0);
	return true;
}

void host_expect(struct heci *heci, const void *data, size_t len)
{
	struct host_message got;

	assert_true(host_read(heci, &got));
	assert_int_equal(got.me, 0);
	assert_int_equal(got.host, 0);
	assert_true(got.complete);
	if (got.len != len || memcmp(got.data, data, len))
		print_error("bus message %02x %02x %02x %02x of %zu bytes\n", got.data[0],
			    got.data[1], got.data[2], got.data[3], got.len);
	assert_int_equal(got.len, len);
	assert_memory_equal(got.data, data, len);
}

void host_expect_nothing(struct heci *heci)
{
	assert_int_equal(host_fill(heci), 0);
}
