// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Replies of a hostile ME. An input that begins with CODEC is one for the codec alone:
 * a row of decoders and the reply. Another begins with the number of the first call of
 * library.c; the replies follow, each with two bytes before it: SOUND - its head is made
 * that of a sound reply, LOST, and its length. After the last one replies are lost.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "libmeiprov/message.h"
#include "selftests/fuzz/fuzz.h"
#include "selftests/fuzz/library.h"
#include "uapi/amthi/amthi_wire.h"

#define CODEC  0x80 /* and 1: SOUND */
#define SOUND  0x8000
#define LOST   0x4000
#define LENGTH 0x3fff

struct peer {
	const uint8_t *at;
	size_t left;
};

static void put32(uint8_t *at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

/* amthi.md 1: version, command with the bit of a reply, length. */
static void make_sound(uint8_t *reply, size_t len, uint32_t command)
{
	if (len < AMTHI_HEADER_SIZE)
		return;
	reply[0] = reply[1] = 1;
	reply[2] = reply[3] = 0;
	put32(reply + AT_COMMAND, command | AMTHI_REPLY_BIT);
	put32(reply + AT_LENGTH, (uint32_t)(len - AMTHI_HEADER_SIZE));
}

/* --- the codec --- */

static void decode_versions(const void *reply, size_t len)
{
	char bios[AMTHI_BIOS_LEN + 1];
	struct amthi_version version;
	uint32_t count = 0;

	if (amthi_decode_versions_head(reply, len, bios, &count))
		return;
	for (uint32_t i = 0; i < count; i++)
		amthi_decode_version(reply, len, i, &version);
}

static void decode_handles(const void *reply, size_t len)
{
	uint32_t count = 0, handle;

	if (amthi_decode_handle_count(reply, len, &count))
		return;
	for (uint32_t i = 0; i < count; i++)
		amthi_decode_handle(reply, len, i, &handle);
}

static void decode_suffix(const void *reply, size_t len)
{
	char suffix[AMTHI_SUFFIX_MAX + 1];

	if (!amthi_decode_string(reply, len, suffix, sizeof(suffix)) &&
	    !memchr(suffix, 0, sizeof(suffix)))
		abort();
}

static void decode_suffix_list(const void *reply, size_t len)
{
	size_t at = 0, count = 0;

	if (!amthi_decode_suffix_list(reply, len, &at, &count) && (at > len || count > len - at))
		abort();
}

#define DECODER(name, type) \
	static void decode_##name(const void *reply, size_t len) \
	{ \
		type out; \
\
		amthi_decode_##name(reply, len, &out); \
	}

DECODER(u32, uint32_t)
DECODER(hash, struct amthi_hash)
DECODER(mode, struct amthi_mode)
DECODER(security, struct amthi_security)
DECODER(tcpip, struct amthi_tcpip)
DECODER(lan, struct amthi_lan)
DECODER(mac, struct amthi_mac)
DECODER(config_server, struct amthi_config_server)
DECODER(fqdn, struct amthi_fqdn)
DECODER(remote_access, struct amthi_remote_access)
DECODER(audit, struct amthi_audit)
DECODER(host_certificate, struct amthi_host_certificate)

static const struct {
	uint32_t command;
	void (*decode)(const void *reply, size_t len);
} decoders[] = {
	{ AMTHI_GET_CODE_VERSIONS, decode_versions },
	{ AMTHI_ENUMERATE_HASH_HANDLES, decode_handles },
	{ AMTHI_GET_CERTIFICATE_HASH, decode_hash },
	{ AMTHI_GET_PKI_FQDN_SUFFIX, decode_suffix },
	{ AMTHI_GET_DNS_SUFFIX_LIST, decode_suffix_list },
	{ AMTHI_GET_ZERO_TOUCH_ENABLED, decode_u32 },
	{ AMTHI_GET_EHBC_STATE, decode_u32 },
	{ AMTHI_GET_PROVISIONING_STATE, decode_u32 },
	{ AMTHI_GET_PROVISIONING_MODE, decode_mode },
	{ AMTHI_GET_SECURITY_PARAMETERS, decode_security },
	{ AMTHI_GET_TCPIP_PARAMETERS, decode_tcpip },
	{ AMTHI_GET_LAN_INTERFACE, decode_lan },
	{ AMTHI_GET_MAC_ADDRESSES, decode_mac },
	{ AMTHI_GET_CONFIG_SERVER, decode_config_server },
	{ AMTHI_GET_FQDN, decode_fqdn },
	{ AMTHI_GET_REMOTE_ACCESS_STATUS, decode_remote_access },
	{ AMTHI_GET_SETUP_AUDIT_RECORD, decode_audit },
	{ AMTHI_START_HOST_BASED, decode_host_certificate },
};

#define DECODERS (sizeof(decoders) / sizeof(decoders[0]))

/* @data: which row, and the reply. From memory of exactly that size. */
static void check_codec(const uint8_t *data, size_t size, bool sound)
{
	size_t row = size ? data[0] % DECODERS : 0, len = size ? size - 1 : 0;
	uint8_t *reply = malloc(len ? len : 1);
	uint32_t status = 1;

	if (!reply)
		abort();
	if (len)
		memcpy(reply, data + 1, len);
	if (sound)
		make_sound(reply, len, decoders[row].command);
	if (!amthi_reply_check(reply, len, decoders[row].command, &status) && !status)
		decoders[row].decode(reply, len);
	free(reply);
}

/* --- the ME --- */

static int exchange(void *ctx, const void *request, size_t request_len, void *reply, size_t size,
		    int64_t deadline)
{
	uint32_t command = get32((const uint8_t *)request + AT_COMMAND);
	struct peer *peer = ctx;
	size_t head, len;

	if (peer->left < 2)
		return -ECANCELED;
	head = peer->at[0] | (size_t)peer->at[1] << 8;
	peer->at += 2;
	peer->left -= 2;
	if (head & LOST)
		return -ECANCELED;
	len = head & LENGTH;
	len = len < peer->left ? len : peer->left;
	if (len > size)
		return -EMSGSIZE;
	memcpy(reply, peer->at, len);
	peer->at += len;
	peer->left -= len;
	if (head & SOUND)
		make_sound(reply, len, command);
	return (int)len;
}

static int connect_peer(void *ctx, int64_t deadline)
{
	return 0;
}

static void end(void *ctx)
{
}

static const struct channel_ops ops = {
	.kind = "fuzz",
	.connect = connect_peer,
	.exchange = exchange,
	.disconnect = end,
	.close = end,
};

static void operate(size_t first, struct peer *peer)
{
	struct channel channel = { .ops = &ops, .ctx = peer, .node = "none" };
	struct meiprov_device *dev;

	if (message_device(&channel, true, &dev))
		abort();
	for (size_t call = first; call < first + library_calls() && peer->left; call++)
		library_call(dev, call);
	meiprov_device_close(dev);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct peer peer = { data + 1, size - 1 };

	if (size && data[0] & CODEC)
		check_codec(data + 1, size - 1, data[0] & 1);
	else if (size)
		operate(data[0], &peer);
	return 0;
}
