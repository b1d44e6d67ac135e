// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/tests/test_amthi_device.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <event2/event.h>
#include "libmeiprov/tests/vectors.h"
#include "tools/vme/amt.h"
#include "tools/vme/amthi_answer.h"

static const uint8_t uuid[16] = { 0x4b, 0x52, 0x9b, 0x93, 0xd4, 0x13, 0x18, 0x1d,
				  0xe4, 0x87, 0x1c, 0x69, 0x7a, 0x6b, 0x7a, 0x2b };

int device_setup(void **state)
{
	struct event_base *base = event_base_new();
	struct amt *amt = amt_new(base);

	if (!amt)
		return -1;
	memcpy(amt->uuid, uuid, sizeof(uuid));
	strcpy(amt->fw_version, "16.1.27");
	strcpy(amt->dhcp_suffix, "example.org");
	*state = amt;
	return 0;
}

int device_teardown(void **state)
{
	struct amt *amt = *state;
	struct event_base *base = amt->base;

	amt_free(amt);
	event_base_free(base);
	return 0;
}

void expect(struct amt *amt, const char *request, const char *reply)
{
	static struct vector ask, want;
	uint8_t got[AMTHI_MTU];
	size_t len;

	vector_read(request, &ask);
	vector_read(reply, &want);
	len = amthi_answer(amt, ask.data, ask.len, got);
	if (len != want.len || memcmp(got, want.data, len))
		print_error("%s -> %s: %zu bytes, wanted %zu\n", request, reply, len, want.len);
	assert_int_equal(len, want.len);
	assert_memory_equal(got, want.data, len);
}

uint32_t refusal(struct amt *amt, const uint8_t *request, size_t len)
{
	uint8_t got[AMTHI_MTU];

	assert_int_equal(amthi_answer(amt, request, len, got), 16);
	assert_memory_equal(got, ((uint8_t[]){ 1, 1, 0, 0 }), 4);
	assert_memory_equal(got + 4, request + 4, 2);
	assert_int_equal(got[6], request[6] | 0x80);
	assert_int_equal(got[7], request[7]);
	assert_memory_equal(got + 8, ((uint8_t[]){ 4, 0, 0, 0 }), 4);
	assert_memory_equal(got + 14, ((uint8_t[]){ 0, 0 }), 2);
	return got[12] | got[13] << 8;
}

void expect_refusal(struct amt *amt, const char *request, uint32_t status)
{
	static struct vector ask;

	vector_read(request, &ask);
	assert_int_equal(refusal(amt, ask.data, ask.len), status);
}
