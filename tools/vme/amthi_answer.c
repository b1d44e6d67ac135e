// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/amthi_answer.h"

#include <stdbool.h>
#include <string.h>
#include "tools/vme/amt.h"

#define CLASS_CFG   0x04000000u
#define REPLY_BIT   0x00800000u
#define BIOS_LEN    65
#define VERSION_LEN 20
#define DIGEST_LEN  64

/* Data of a reply. Writing past the end is noted and looked at once. */
struct out {
	uint8_t *bytes;
	size_t len;
	bool overflow;
};

struct in {
	const uint8_t *bytes;
	size_t len;
};

/* --- little-endian fields --- */

static uint32_t get_u32(const uint8_t *at)
{
	return at[0] | at[1] << 8 | at[2] << 16 | (uint32_t)at[3] << 24;
}

static void put_bytes(struct out *out, const void *bytes, size_t len)
{
	if (len > AMTHI_MTU - out->len) {
		out->overflow = true;
		return;
	}
	memcpy(out->bytes + out->len, bytes, len);
	out->len += len;
}

static void put_u8(struct out *out, uint8_t value)
{
	put_bytes(out, &value, 1);
}

static void put_u16(struct out *out, uint16_t value)
{
	put_u8(out, value & 0xff);
	put_u8(out, value >> 8);
}

static void put_u32(struct out *out, uint32_t value)
{
	put_u16(out, value & 0xffff);
	put_u16(out, value >> 16);
}

/* @text in a field of @size bytes, the rest zero. */
static void put_field(struct out *out, const char *text, size_t size)
{
	size_t len = strnlen(text, size);

	put_bytes(out, text, len);
	while (len++ < size)
		put_u8(out, 0);
}

static void put_ansi(struct out *out, const char *text)
{
	size_t len = strlen(text);

	put_u16(out, (uint16_t)len);
	put_bytes(out, text, len);
}

/* AMT_UNICODE_STRING, ASCII in spite of its name. */
static void put_version_text(struct out *out, const char *text)
{
	put_u16(out, (uint16_t)strnlen(text, VERSION_LEN));
	put_field(out, text, VERSION_LEN);
}

/* --- commands: return a status, data only matters with AMT_SUCCESS --- */

static uint32_t get_provisioning_mode(struct amt *amt, struct in in, struct out *out)
{
	put_u32(out, amt->state == AMT_POST); /* 0 none, 1 enterprise [I] */
	put_u32(out, 0);
	return AMT_SUCCESS;
}

static uint32_t get_provisioning_state(struct amt *amt, struct in in, struct out *out)
{
	put_u32(out, amt->state);
	return AMT_SUCCESS;
}

static uint32_t get_code_versions(struct amt *amt, struct in in, struct out *out)
{
	size_t i;

	put_field(out, amt->bios, BIOS_LEN);
	put_u32(out, (uint32_t)amt->version_count);
	for (i = 0; i < amt->version_count; i++) {
		put_version_text(out, amt->versions[i].name);
		put_version_text(out, amt->versions[i].value);
	}
	return AMT_SUCCESS;
}

static uint32_t start_configuration(struct amt *amt, struct in in, struct out *out)
{
	return amt_start(amt, in.len && get_u32(in.bytes) == 1);
}

static uint32_t stop_configuration(struct amt *amt, struct in in, struct out *out)
{
	return amt_stop(amt);
}

/* Clients may send a NUL and count it (amthi.md 1.3). */
static uint32_t set_otp(struct amt *amt, struct in in, struct out *out)
{
	size_t len = in.bytes[0] | in.bytes[1] << 8;

	if (len != in.len - 2)
		return AMT_INVALID_MESSAGE_LENGTH;
	if (len && !in.bytes[2 + len - 1])
		len--;
	return amt_set_otp(amt, in.bytes + 2, len);
}

static uint32_t get_tls_mode(struct amt *amt, struct in in, struct out *out)
{
	put_u32(out, amt->ztc_enabled ? 2 : 0); /* 2 PKI, 0 unknown */
	return AMT_SUCCESS;
}

static uint32_t enumerate_hash_handles(struct amt *amt, struct in in, struct out *out)
{
	size_t i;

	put_u32(out, (uint32_t)amt->hash_count);
	for (i = 0; i < amt->hash_count; i++)
		put_u32(out, amt->hashes[i].handle);
	return AMT_SUCCESS;
}

static uint32_t get_hash_entry(struct amt *amt, struct in in, struct out *out)
{
	const struct amt_hash *hash = amt_hash_find(amt, get_u32(in.bytes));

	if (!hash)
		return AMT_NOT_FOUND;
	put_u32(out, hash->is_default);
	put_u32(out, hash->is_active);
	put_bytes(out, hash->digest, DIGEST_LEN);
	put_u8(out, hash->algorithm);
	put_ansi(out, hash->name);
	return AMT_SUCCESS;
}

static uint32_t get_zero_touch(struct amt *amt, struct in in, struct out *out)
{
	put_u32(out, amt->ztc_enabled);
	return AMT_SUCCESS;
}

static uint32_t get_pki_suffix(struct amt *amt, struct in in, struct out *out)
{
	put_ansi(out, amt->pki_suffix);
	return AMT_SUCCESS;
}

static uint32_t get_uuid(struct amt *amt, struct in in, struct out *out)
{
	put_bytes(out, amt->uuid, sizeof(amt->uuid));
	return AMT_SUCCESS;
}

static uint32_t get_control_mode(struct amt *amt, struct in in, struct out *out)
{
	put_u32(out, amt->control);
	return AMT_SUCCESS;
}

/* Lengths are of the data after the header. */
static const struct command {
	uint32_t id;
	size_t min;
	size_t max;
	uint32_t (*run)(struct amt *amt, struct in in, struct out *out);
	const char *name;
} commands[] = {
	{ CLASS_CFG | 0x08, 0, 0, get_provisioning_mode, "GetProvisioningMode" },
	{ CLASS_CFG | 0x11, 0, 0, get_provisioning_state, "GetProvisioningState" },
	{ CLASS_CFG | 0x1a, 0, 0, get_code_versions, "GetCodeVersions" },
	{ CLASS_CFG | 0x29, 0, 0, start_configuration, "StartConfiguration" },
	{ CLASS_CFG | 0x2a, 2, 2 + 0xffff, set_otp, "SetProvisioningServerOTP" },
	{ CLASS_CFG | 0x2b, 0, 0, get_tls_mode, "GetProvisioningTLSMode" },
	{ CLASS_CFG | 0x2c, 0, 0, enumerate_hash_handles, "EnumerateHashHandles" },
	{ CLASS_CFG | 0x2d, 4, 4, get_hash_entry, "GetCertificateHashEntry" },
	{ CLASS_CFG | 0x30, 0, 0, get_zero_touch, "GetZeroTouchEnabled" },
	{ CLASS_CFG | 0x36, 0, 0, get_pki_suffix, "GetPKIFQDNSuffix" },
	{ CLASS_CFG | 0x5c, 0, 0, get_uuid, "GetUUID" },
	{ CLASS_CFG | 0x5e, 0, 0, stop_configuration, "StopConfiguration" },
	{ CLASS_CFG | 0x62, 4, 4, start_configuration, "StartConfigurationEx" },
	{ CLASS_CFG | 0x6b, 0, 0, get_control_mode, "GetControlMode" },
};

static const struct command *find(uint32_t id)
{
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (commands[i].id == id)
			return &commands[i];
	return NULL;
}

uint32_t amthi_command(const uint8_t *request)
{
	return get_u32(request + 4);
}

const char *amthi_command_name(uint32_t command)
{
	const struct command *found = find(command);

	return found ? found->name : "unknown";
}

/* The status of an unknown id or version was not seen on hardware [I]. Bytes after
 * the length the header gives are ignored, as firmware does (amthi.md 1.4).
 */
static uint32_t run(struct amt *amt, const uint8_t *request, size_t len, struct out *out)
{
	const struct command *command = find(amthi_command(request));
	uint32_t data_len = get_u32(request + 8);

	if (request[0] != 1 || request[1] < 1)
		return AMT_UNSUPPORTED_VERSION;
	if (!command)
		return AMT_INVALID_COMMAND;
	if (data_len > len - AMTHI_HEAD_LEN || data_len < command->min || data_len > command->max)
		return AMT_INVALID_MESSAGE_LENGTH;
	return command->run(amt, (struct in){ request + AMTHI_HEAD_LEN, data_len }, out);
}

static void put_head(uint8_t *reply, uint32_t command, size_t len, uint32_t status)
{
	struct out head = { reply, 0, false };

	put_u8(&head, 1);
	put_u8(&head, 1);
	put_u16(&head, 0);
	put_u32(&head, command | REPLY_BIT);
	put_u32(&head, (uint32_t)(len - AMTHI_HEAD_LEN));
	put_u32(&head, status);
}

size_t amthi_refuse(uint32_t command, uint32_t status, uint8_t reply[AMTHI_MTU])
{
	put_head(reply, command, AMTHI_STATUS_LEN, status);
	return AMTHI_STATUS_LEN;
}

size_t amthi_answer(struct amt *amt, const uint8_t *request, size_t len, uint8_t reply[AMTHI_MTU])
{
	struct out out = { reply, AMTHI_STATUS_LEN, false };
	uint32_t status;

	if (len < AMTHI_HEAD_LEN)
		return 0;
	status = run(amt, request, len, &out);
	if (!status && out.overflow)
		status = AMT_INTERNAL_ERROR;
	if (status)
		return amthi_refuse(amthi_command(request), status, reply);
	put_head(reply, amthi_command(request), out.len, status);
	return out.len;
}
