// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Commands of a host to the model: each of the input is the low byte of the command
 * and the length of its data, then the data. A length of 0xff makes time pass.
 */
#include <stdlib.h>
#include <string.h>
#include <event2/event.h>
#include "selftests/fuzz/fuzz.h"
#include "tools/vme/amt.h"
#include "tools/vme/amthi_answer.h"
#include "tools/vme/key_pool.h"
#include "tools/vme/log.h"

#define HEAD_LEN 2
#define TIME	 0xff

static struct event_base *base;
static struct key_pool *keys;

static void clean_up(void)
{
	key_pool_free(keys);
	event_base_free(base);
}

static void start(void)
{
	log_set_level(LOG_LEVEL_NONE);
	base = event_base_new();
	keys = key_pool_new(NULL, 1);
	if (!base || !keys)
		abort();
	atexit(clean_up);
}

static struct amt *make_device(uint8_t version)
{
	static const char *const versions[] = { "8.1.71", "11.8.93", "12.0.49", "16.1.27",
						"19.0.5" };
	struct amt *amt = amt_new(base);

	if (!amt)
		abort();
	amt->key_pool = keys;
	strcpy(amt->fw_version, versions[version % 5]);
	strcpy(amt->dhcp_suffix, "example.org");
	amt->factory_slots = 30;
	amt->user_slots = 3;
	amt->first_window_s = 3600;
	amt->window_s = 3600;
	if (amt_hash_defaults(amt))
		abort();
	return amt;
}

/* A header that is right but for what the input does to it; the reply has one, too. */
static void command(struct amt *amt, uint8_t id, const uint8_t *data, size_t len)
{
	uint8_t request[AMTHI_HEAD_LEN + 255] = { 1, 1, 0, 0, id, 0, 0, 4, (uint8_t)len };
	uint8_t reply[AMTHI_MTU];
	size_t got;

	memcpy(request + AMTHI_HEAD_LEN, data, len);
	got = amthi_answer(amt, request, AMTHI_HEAD_LEN + len, reply);
	if (got < AMTHI_STATUS_LEN || got > AMTHI_MTU)
		abort();
	if (reply[4] != id || !(reply[6] & 0x80))
		abort();
}

/* Bytes that have no header of ours before them. */
static void raw(struct amt *amt, const uint8_t *data, size_t len)
{
	uint8_t reply[AMTHI_MTU];

	if (amthi_answer(amt, data, len, reply) > AMTHI_MTU)
		abort();
}

static size_t step(struct amt *amt, const uint8_t *data, size_t size)
{
	size_t len = data[1];

	if (len == TIME) {
		amt_clock_jump(amt, data[0] * 60u + 1);
		event_base_loop(base, EVLOOP_NONBLOCK);
		return HEAD_LEN;
	}
	if (len > size - HEAD_LEN)
		len = size - HEAD_LEN;
	if (data[0] == TIME)
		raw(amt, data + HEAD_LEN, len);
	else
		command(amt, data[0], data + HEAD_LEN, len);
	return HEAD_LEN + len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct amt *amt;
	size_t taken;

	if (!base)
		start();
	amt = make_device(size ? data[0] : 0);
	for (; size >= HEAD_LEN; data += taken, size -= taken)
		taken = step(amt, data, size);
	amt_free(amt);
	event_base_loop(base, EVLOOP_NONBLOCK);
	return 0;
}
