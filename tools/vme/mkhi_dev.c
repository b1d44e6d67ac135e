// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/mkhi_dev.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tools/vme/amt.h"
#include "tools/vme/log.h"

#define HEAD_LEN 4
#define RULE_LEN 4
#define REPLY	 0x80
#define MTU	 2048 /* not seen in any recording [I] */

#define GROUP_CAPS     0x03
#define GET_RULE       0x02
#define SET_OS_VERSION 0x06
#define GROUP_GENERAL  0xff
#define GET_VERSION    0x02
#define VERSION_BLOCKS 3
#define RESULT_OK      0
#define RESULT_REFUSED 1 /* [I]: every client known takes any but 0 so */

/* Rules of GetRule. */
#define RULE_CAPABLE   0
#define RULE_PLATFORM  29
#define RULE_ENABLED   32
#define RULE_AVAILABLE 39

/* Bits of the capabilities. */
#define CAP_FULL (1u << 0)
#define CAP_STD	 (1u << 1)
#define CAP_AMT	 (1u << 2)
#define CAP_IPV6 (1u << 17)
#define CAP_KVM	 (1u << 18)
#define CAP_TLS	 (1u << 21)
#define CAP_CILA (1u << 22)
#define CAP_WLAN (1u << 23)

/* Fields of the platform type. */
#define PLATFORM_MOBILE	    (1u << 0)
#define PLATFORM_DESKTOP    (1u << 1)
#define PLATFORM_SIGNED	    (1u << 7)
#define PLATFORM_IMAGE_FULL (4u << 8)
#define PLATFORM_BRAND_AMT  (1u << 12)
#define PLATFORM_BRAND_STD  (2u << 12)

/* Bits of the version called Sku (amthi.md 1A). */
#define SKU_AMT 8
#define SKU_STD 16

static void put_u16(uint8_t *at, unsigned long value)
{
	at[0] = value & 0xff;
	at[1] = value >> 8 & 0xff;
}

static void put_u32(uint8_t *at, uint32_t value)
{
	put_u16(at, value & 0xffff);
	put_u16(at + 2, value >> 16);
}

static unsigned long named_number(const struct amt *amt, const char *name)
{
	size_t i;

	for (i = 0; i < amt->version_count; i++)
		if (!strcmp(amt->versions[i].name, name))
			return strtoul(amt->versions[i].value, NULL, 10);
	return 0;
}

static size_t put_head(const uint8_t *request, uint8_t result, uint8_t *reply)
{
	reply[0] = request[0];
	reply[1] = request[1] | REPLY;
	reply[2] = 0;
	reply[3] = result;
	return HEAD_LEN;
}

/* --- version --- */

/* Minor, major, platform, build, hotfix: of the code, its recovery and the settings. */
static size_t get_version(const struct amt *amt, const uint8_t *request, uint8_t *reply)
{
	unsigned int major = 0, minor = 0, hotfix = 0;
	unsigned long build = named_number(amt, "Build Number");
	uint8_t *at = reply + put_head(request, RESULT_OK, reply);
	int i;

	sscanf(amt->fw_version, "%u.%u.%u", &major, &minor, &hotfix);
	for (i = 0; i < VERSION_BLOCKS; i++, at += 8) {
		put_u16(at, minor);
		at[2] = major & 0xff;
		at[3] = 0;
		put_u16(at + 4, build);
		put_u16(at + 6, hotfix);
	}
	return (size_t)(at - reply);
}

/* --- capabilities --- */

static bool has_wlan(const struct amt *amt)
{
	static const uint8_t none[AMT_MAC_LEN];

	return memcmp(amt->platform.wlan_mac, none, sizeof(none)) != 0;
}

static uint32_t capable(const struct amt *amt)
{
	unsigned long sku = named_number(amt, "Sku");
	uint32_t caps = CAP_IPV6 | CAP_TLS;

	if (sku & SKU_AMT)
		caps |= CAP_FULL | CAP_AMT | CAP_KVM | CAP_CILA;
	if (sku & SKU_STD)
		caps |= CAP_STD;
	return has_wlan(amt) ? caps | CAP_WLAN : caps;
}

static uint32_t enabled(const struct amt *amt)
{
	uint32_t caps = capable(amt);

	if (!amt->enabled)
		caps &= ~(CAP_FULL | CAP_STD | CAP_AMT | CAP_KVM | CAP_CILA);
	return amt->platform.kvm ? caps : caps & ~CAP_KVM;
}

/* Mobile is what has a wireless interface [I]. */
static uint32_t platform_type(const struct amt *amt)
{
	unsigned long sku = named_number(amt, "Sku");
	uint32_t type = PLATFORM_SIGNED | PLATFORM_IMAGE_FULL;

	type |= has_wlan(amt) ? PLATFORM_MOBILE : PLATFORM_DESKTOP;
	if (sku & SKU_AMT)
		return type | PLATFORM_BRAND_AMT;
	return sku & SKU_STD ? type | PLATFORM_BRAND_STD : type;
}

static const struct {
	uint32_t id;
	uint32_t (*value)(const struct amt *amt);
} rules[] = {
	{ RULE_CAPABLE, capable },
	{ RULE_PLATFORM, platform_type },
	{ RULE_ENABLED, enabled },
	{ RULE_AVAILABLE, enabled },
};

static size_t get_rule(const struct amt *amt, const uint8_t *request, uint8_t *reply)
{
	const uint8_t *rule = request + HEAD_LEN;
	size_t i = 0;

	while (i < sizeof(rules) / sizeof(rules[0]) &&
	       (rule[0] != rules[i].id || rule[1] || rule[2] || rule[3]))
		i++;
	if (i == sizeof(rules) / sizeof(rules[0]))
		return put_head(request, RESULT_REFUSED, reply);
	put_head(request, RESULT_OK, reply);
	memcpy(reply + HEAD_LEN, rule, RULE_LEN);
	reply[HEAD_LEN + RULE_LEN] = 4;
	put_u32(reply + HEAD_LEN + RULE_LEN + 1, rules[i].value(amt));
	return HEAD_LEN + RULE_LEN + 1 + 4;
}

/* The kernel tells which system it is and waits for no answer. */
static size_t set_os_version(const struct amt *amt, const uint8_t *request, uint8_t *reply)
{
	return put_head(request, RESULT_OK, reply);
}

/* --- commands --- */

static const struct {
	uint8_t group;
	uint8_t command;
	size_t min;
	size_t (*run)(const struct amt *amt, const uint8_t *request, uint8_t *reply);
} commands[] = {
	{ GROUP_GENERAL, GET_VERSION, HEAD_LEN, get_version },
	{ GROUP_CAPS, GET_RULE, HEAD_LEN + RULE_LEN, get_rule },
	{ GROUP_CAPS, SET_OS_VERSION, HEAD_LEN + RULE_LEN, set_os_version },
};

size_t mkhi_answer(void *amt, const uint8_t *request, size_t len,
		   uint8_t reply[ME_SERVICE_REPLY_MAX])
{
	size_t i;

	if (len < HEAD_LEN)
		return 0;
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (request[0] == commands[i].group && request[1] == commands[i].command &&
		    len >= commands[i].min)
			return commands[i].run(amt, request, reply);
	log_debug("mkhi", "group %02x command %02x is not known", request[0], request[1]);
	return put_head(request, RESULT_REFUSED, reply);
}

/* 8e6a6715-9abc-4043-88ef-9e39c6f63e0f and 55213584-9a29-4916-badf-0fb7ed682aeb. The
 * other has a fixed address (the kernel's bus-fixup.c calls it so): nobody connects.
 */
static const struct me_client clients[] = {
	{
		.address = MKHI_ADDRESS,
		.uuid = { 0x15, 0x67, 0x6a, 0x8e, 0xbc, 0x9a, 0x43, 0x40, 0x88, 0xef, 0x9e, 0x39,
			  0xc6, 0xf6, 0x3e, 0x0f },
		.version = 1,
		.max_connections = 1,
		.mtu = MTU,
	},
	{
		.address = MKHI_FIXUP_ADDRESS,
		.uuid = { 0x84, 0x35, 0x21, 0x55, 0x29, 0x9a, 0x16, 0x49, 0xba, 0xdf, 0x0f, 0xb7,
			  0xed, 0x68, 0x2a, 0xeb },
		.version = 1,
		.max_connections = 1,
		.mtu = MTU,
		.fixed = true,
	},
};

int mkhi_dev_add(struct mkhi_dev *dev, struct amt *amt, struct hbm *hbm)
{
	int ret = 0;
	size_t i;

	dev->amt = amt;
	for (i = 0; i < sizeof(clients) / sizeof(clients[0]) && !ret; i++) {
		dev->services[i] = (struct me_service){ clients[i], mkhi_answer, amt };
		ret = me_service_add(&dev->services[i], hbm);
	}
	return ret;
}
