// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/mng_dev.h"

#include <errno.h>
#include <string.h>
#include "tools/vme/amt.h"
#include "tools/vme/log.h"
#include "tools/vme/profile.h"

#define HEAD_LEN     4
#define COUNTED_FROM 2 /* the byte count leaves out itself and what is before */
#define VERSION	     0x10
#define WATCHDOG     0x02
#define STATE_CHANGE 0x05
#define START_REPLY  0x83
#define MTU	     5120
#define CONNECTIONS  4 /* mei_wdt has one of several; how many is not known [I] */

/* Bits of IsChangeToAMTEnabled. */
#define CHANGE_ALLOWED	 (1u << 0)
#define CHANGE_ENABLED	 (1u << 1)
#define CHANGE_LOCAL_TLS (1u << 6)
#define CHANGE_NEW_FORM	 (1u << 7)

static size_t put_head(const uint8_t *request, uint8_t subcommand, size_t len, uint8_t *reply)
{
	reply[0] = request[0];
	reply[1] = (uint8_t)(len - COUNTED_FROM);
	reply[2] = subcommand;
	reply[3] = VERSION;
	return len;
}

/* --- watchdog --- */

static size_t start(struct mng_dev *dev, const uint8_t *request, uint8_t *reply)
{
	dev->watching = true;
	dev->timeout_s = (uint16_t)(request[HEAD_LEN] | request[HEAD_LEN + 1] << 8);
	dev->called_us = vme_clock_us(&dev->amt->clock);
	dev->calls++;
	reply[HEAD_LEN] = 0;	 /* success */
	reply[HEAD_LEN + 1] = 0; /* required */
	return put_head(request, START_REPLY, HEAD_LEN + 2, reply);
}

static size_t stop(struct mng_dev *dev, const uint8_t *request, uint8_t *reply)
{
	dev->watching = false;
	return 0;
}

bool mng_dev_has_expired(const struct mng_dev *dev)
{
	int64_t quiet_us = vme_clock_us(&dev->amt->clock) - dev->called_us;

	return dev->watching && quiet_us > dev->timeout_s * (int64_t)VME_CLOCK_US;
}

/* --- AMT on and off --- */

/* The SDK ties the answer to PRE and ZTC. */
static bool may_change(const struct amt *amt)
{
	return amt->state == AMT_PRE && amt->ztc_enabled;
}

static size_t is_change_enabled(struct mng_dev *dev, const uint8_t *request, uint8_t *reply)
{
	const struct vme_profile *profile = vme_profile_of(dev->amt->fw_version);

	reply[0] = may_change(dev->amt) ? CHANGE_ALLOWED : 0;
	reply[0] |= dev->amt->enabled ? CHANGE_ENABLED : 0;
	reply[0] |= profile->local_tls ? CHANGE_LOCAL_TLS : 0;
	reply[0] |= profile->new_change ? CHANGE_NEW_FORM : 0;
	return 1;
}

/* Which refusal comes first is not known [I]. */
static uint32_t change(struct amt *amt, uint8_t on)
{
	if (on > 1)
		return AMT_INVALID_PARAMETER;
	if (amt->state != AMT_PRE)
		return AMT_INVALID_MODE;
	if (!may_change(amt))
		return AMT_NOT_PERMITTED;
	amt_mebx_enable(amt, on);
	return AMT_SUCCESS;
}

static size_t set_operational_state(struct mng_dev *dev, const uint8_t *request, uint8_t *reply)
{
	uint32_t status = change(dev->amt, request[HEAD_LEN]);

	reply[HEAD_LEN] = status & 0xff;
	reply[HEAD_LEN + 1] = status >> 8 & 0xff;
	memset(reply + HEAD_LEN + 2, 0, 2);
	return put_head(request, request[2], HEAD_LEN + 4, reply);
}

/* --- commands --- */

static const struct {
	uint8_t command;
	uint8_t subcommand;
	size_t len; /* of the whole request */
	size_t (*run)(struct mng_dev *dev, const uint8_t *request, uint8_t *reply);
} commands[] = {
	{ WATCHDOG, 0x13, 23, start },
	{ WATCHDOG, 0x14, 4, stop },
	{ STATE_CHANGE, 0x51, 4, is_change_enabled },
	{ STATE_CHANGE, 0x53, 5, set_operational_state },
};

/* What firmware says to anything else is not known: nothing here. */
size_t mng_answer(void *ctx, const uint8_t *request, size_t len,
		  uint8_t reply[ME_SERVICE_REPLY_MAX])
{
	size_t i;

	if (len < HEAD_LEN || request[1] != len - COUNTED_FROM || request[3] != VERSION) {
		log_debug("mng", "a message of %zu bytes is not in form", len);
		return 0;
	}
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (request[0] == commands[i].command && request[2] == commands[i].subcommand &&
		    len == commands[i].len)
			return commands[i].run(ctx, request, reply);
	log_debug("mng", "command %02x, subcommand %02x is not known", request[0], request[2]);
	return 0;
}

/* 05b79a6f-4628-4d7f-899d-a91514cb32ab; version 2 answers each call of mei_wdt. */
int mng_dev_add(struct mng_dev *dev, struct amt *amt, struct hbm *hbm, unsigned int delay_ms)
{
	static const struct me_client client = {
		.address = MNG_ADDRESS,
		.uuid = { 0x6f, 0x9a, 0xb7, 0x05, 0x28, 0x46, 0x7f, 0x4d, 0x89, 0x9d, 0xa9, 0x15,
			  0x14, 0xcb, 0x32, 0xab },
		.version = 2,
		.max_connections = CONNECTIONS,
		.mtu = MTU,
	};

	if (hbm_has_client(hbm, MNG_ADDRESS))
		return -EEXIST;
	dev->amt = amt;
	dev->service = (struct me_service){
		.client = client,
		.answer = mng_answer,
		.ctx = dev,
		.base = amt->base,
		.delay_ms = delay_ms,
	};
	return me_service_add(&dev->service, hbm);
}
