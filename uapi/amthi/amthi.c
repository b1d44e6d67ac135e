// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
/*
 * Host side of the AMTHI wire format. Layouts and sizes are those of
 * Documentation/amthi.md 1.2, 1.3 and 2.1.
 */
#ifdef __KERNEL__
#include <linux/errno.h>
#include <linux/string.h>
#else
#include <errno.h>
#include <string.h>
#endif

#include "amthi.h"

#define VERSION_MAJOR		1
#define VERSION_MINOR		1

/* Offsets in every message. */
#define AT_COMMAND		4
#define AT_LENGTH		8
#define AT_STATUS		12
#define AT_DATA			16

/* GetCodeVersions: BIOS[65], count, count * {len, [20], len, [20]}. */
#define VERSIONS_AT_BIOS	AT_DATA
#define VERSIONS_AT_COUNT	(VERSIONS_AT_BIOS + AMTHI_BIOS_LEN)
#define VERSIONS_AT_ENTRIES	(VERSIONS_AT_COUNT + 4)
#define VERSION_AT_VALUE	(2 + AMTHI_VERSION_LEN)
#define VERSION_SIZE		(2 * (2 + AMTHI_VERSION_LEN))

/* EnumerateHashHandles: count, handles. */
#define HANDLES_AT_COUNT	AT_DATA
#define HANDLES_AT_ENTRIES	(AT_DATA + 4)

/* GetCertificateHashEntry: default, active, digest[64], algorithm, name. */
#define HASH_AT_DEFAULT		AT_DATA
#define HASH_AT_ACTIVE		(AT_DATA + 4)
#define HASH_AT_DIGEST		(AT_DATA + 8)
#define HASH_AT_ALGORITHM	(HASH_AT_DIGEST + AMTHI_DIGEST_LEN)
#define HASH_AT_NAME_LEN	(HASH_AT_ALGORITHM + 1)
#define HASH_AT_NAME		(HASH_AT_NAME_LEN + 2)

#define STRING_AT_TEXT		(AT_DATA + 2)

/* What a request carries after its header. */
enum argument {
	ARG_NONE,
	ARG_U32,	/* any value */
	ARG_BOOL,	/* 0 or 1, four bytes */
	ARG_OTP,	/* string of AMTHI_OTP_MIN to AMTHI_OTP_MAX bytes */
};

struct command {
	struct amthi_command_info info;
	enum argument argument;
};

#define COMMAND(id, text, min, max, arg) \
	{ { .command = (id), .name = (text), .reply_min = (min), .reply_max = (max) }, (arg) }

static const struct command commands[] = {
	COMMAND(AMTHI_GET_PROVISIONING_STATE, "GetProvisioningState",
		20, 20, ARG_NONE),
	COMMAND(AMTHI_GET_CODE_VERSIONS, "GetCodeVersions", VERSIONS_AT_ENTRIES,
		VERSIONS_AT_ENTRIES + AMTHI_VERSIONS_MAX * VERSION_SIZE, ARG_NONE),
	COMMAND(AMTHI_SET_PROVISIONING_OTP, "SetProvisioningServerOTP",
		16, 16, ARG_OTP),
	COMMAND(AMTHI_ENUMERATE_HASH_HANDLES, "EnumerateHashHandles",
		HANDLES_AT_ENTRIES, HANDLES_AT_ENTRIES + AMTHI_HANDLES_MAX * 4, ARG_NONE),
	COMMAND(AMTHI_GET_CERTIFICATE_HASH, "GetCertificateHashEntry",
		HASH_AT_NAME, HASH_AT_NAME + AMTHI_NAME_MAX, ARG_U32),
	COMMAND(AMTHI_GET_ZERO_TOUCH_ENABLED, "GetZeroTouchEnabled",
		20, 20, ARG_NONE),
	COMMAND(AMTHI_GET_PKI_FQDN_SUFFIX, "GetPKIFQDNSuffix", STRING_AT_TEXT,
		STRING_AT_TEXT + AMTHI_SUFFIX_MAX + 1, ARG_NONE),
	COMMAND(AMTHI_GET_UUID, "GetUUID", 32, 32, ARG_NONE),
	COMMAND(AMTHI_STOP_CONFIGURATION, "StopConfiguration", 16, 16, ARG_NONE),
	COMMAND(AMTHI_START_CONFIGURATION_EX, "StartConfigurationEx",
		16, 16, ARG_BOOL),
	COMMAND(AMTHI_GET_CONTROL_MODE, "GetControlMode", 20, 20, ARG_NONE),
};

static const struct command *find(__u32 command)
{
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (commands[i].info.command == command)
			return &commands[i];
	return NULL;
}

const struct amthi_command_info *amthi_command_lookup(__u32 command)
{
	const struct command *row = find(command);

	return row ? &row->info : NULL;
}

static __u32 get16(const __u8 *at)
{
	return at[0] | (__u32)at[1] << 8;
}

static __u32 get32(const __u8 *at)
{
	return get16(at) | get16(at + 2) << 16;
}

static void put16(__u8 *at, __u32 value)
{
	at[0] = value & 0xff;
	at[1] = (value >> 8) & 0xff;
}

static void put32(__u8 *at, __u32 value)
{
	put16(at, value & 0xffff);
	put16(at + 2, value >> 16);
}

/* --- requests --- */

/* Header of a request with @data bytes behind it; returns its total length. */
static int put_header(__u8 *buf, size_t size, __u32 command, size_t data)
{
	if (size < AMTHI_HEADER_SIZE + data)
		return -ENOBUFS;
	buf[0] = VERSION_MAJOR;
	buf[1] = VERSION_MINOR;
	put16(buf + 2, 0);
	put32(buf + AT_COMMAND, command);
	put32(buf + AT_LENGTH, data);
	return AMTHI_HEADER_SIZE + data;
}

int amthi_encode(void *buf, size_t size, __u32 command)
{
	const struct command *row = find(command);

	if (!row || row->argument != ARG_NONE)
		return -EINVAL;
	return put_header(buf, size, command, 0);
}

int amthi_encode_u32(void *buf, size_t size, __u32 command, __u32 value)
{
	const struct command *row = find(command);
	__u8 *out = buf;
	int ret;

	if (!row || (row->argument != ARG_U32 && row->argument != ARG_BOOL))
		return -EINVAL;
	if (row->argument == ARG_BOOL && value > 1)
		return -EINVAL;
	ret = put_header(out, size, command, 4);
	if (ret > 0)
		put32(out + AMTHI_HEADER_SIZE, value);
	return ret;
}

int amthi_encode_string(void *buf, size_t size, __u32 command,
			const void *str, size_t len)
{
	const struct command *row = find(command);
	__u8 *out = buf;
	int ret;

	if (!row || row->argument != ARG_OTP)
		return -EINVAL;
	if (len < AMTHI_OTP_MIN || len > AMTHI_OTP_MAX)
		return -EINVAL;
	ret = put_header(out, size, command, 2 + len);
	if (ret > 0) {
		put16(out + AMTHI_HEADER_SIZE, len);
		memcpy(out + AMTHI_HEADER_SIZE + 2, str, len);
	}
	return ret;
}

/* --- replies --- */

static int check_header(const __u8 *buf, size_t len, __u32 command)
{
	if (len < AMTHI_REPLY_MIN)
		return -EMSGSIZE;
	if (buf[0] != VERSION_MAJOR || buf[1] != VERSION_MINOR || get16(buf + 2))
		return -EPROTONOSUPPORT;
	if (get32(buf + AT_COMMAND) != (command | AMTHI_REPLY_BIT))
		return -EPROTO;
	if (get32(buf + AT_LENGTH) != len - AMTHI_HEADER_SIZE)
		return -EMSGSIZE;
	return 0;
}

int amthi_reply_check(const void *buf, size_t len, __u32 command,
		      __u32 *status)
{
	const struct amthi_command_info *info = amthi_command_lookup(command);
	const __u8 *in = buf;
	int ret;

	if (!info)
		return -EPROTO;
	ret = check_header(in, len, command);
	if (ret)
		return ret;
	if (get32(in + AT_STATUS) == AMTHI_STATUS_SUCCESS) {
		if (len == AMTHI_REPLY_MIN && info->reply_min > AMTHI_REPLY_MIN)
			return -ENODATA;
		if (len < info->reply_min || len > info->reply_max)
			return -EMSGSIZE;
	}
	*status = get32(in + AT_STATUS);
	return 0;
}

int amthi_decode_u32(const void *buf, size_t len, __u32 *value)
{
	const __u8 *in = buf;
	__u32 seen;

	if (len != AT_DATA + 4)
		return -EMSGSIZE;
	seen = get32(in + AT_DATA);
	if (get32(in + AT_COMMAND) == (AMTHI_GET_ZERO_TOUCH_ENABLED | AMTHI_REPLY_BIT) &&
	    seen > 1)
		return -EBADMSG;
	*value = seen;
	return 0;
}

int amthi_decode_uuid(const void *buf, size_t len, __u8 uuid[AMTHI_UUID_LEN])
{
	if (len != AT_DATA + AMTHI_UUID_LEN)
		return -EMSGSIZE;
	memcpy(uuid, (const __u8 *)buf + AT_DATA, AMTHI_UUID_LEN);
	return 0;
}

/*
 * Length of the text in @len bytes of which the last ones may be NUL, or
 * -EBADMSG for a NUL inside.
 */
static int text_len(const __u8 *text, size_t len)
{
	size_t i;

	while (len && !text[len - 1])
		len--;
	for (i = 0; i < len; i++)
		if (!text[i])
			return -EBADMSG;
	return len;
}

/* Bounds of the count are checked here once for head and entries. */
static int versions_count(const __u8 *in, size_t len, __u32 *count)
{
	__u32 seen;

	if (len < VERSIONS_AT_ENTRIES)
		return -EMSGSIZE;
	seen = get32(in + VERSIONS_AT_COUNT);
	if (seen > AMTHI_VERSIONS_MAX ||
	    len != VERSIONS_AT_ENTRIES + (size_t)seen * VERSION_SIZE)
		return -EBADMSG;
	*count = seen;
	return 0;
}

int amthi_decode_versions_head(const void *buf, size_t len,
			       char bios[AMTHI_BIOS_LEN + 1], __u32 *count)
{
	const __u8 *in = buf;
	__u32 seen;
	int ret;

	ret = versions_count(in, len, &seen);
	if (ret)
		return ret;
	memcpy(bios, in + VERSIONS_AT_BIOS, AMTHI_BIOS_LEN);
	bios[AMTHI_BIOS_LEN] = '\0';
	*count = seen;
	return 0;
}

/* One {u16 length, 20 bytes}; @out has room for 20 characters and a NUL. */
static int version_text(const __u8 *at, char *out)
{
	__u32 size = get16(at);
	int len;

	if (size > AMTHI_VERSION_LEN)
		return -EBADMSG;
	len = text_len(at + 2, size);
	if (len < 0)
		return len;
	memset(out, 0, AMTHI_VERSION_LEN + 1);
	memcpy(out, at + 2, len);
	return 0;
}

int amthi_decode_version(const void *buf, size_t len, __u32 index,
			 struct amthi_version *out)
{
	struct amthi_version version;
	const __u8 *at = buf;
	__u32 count;
	int ret;

	ret = versions_count(at, len, &count);
	if (ret)
		return ret;
	if (index >= count)
		return -EINVAL;
	at += VERSIONS_AT_ENTRIES + (size_t)index * VERSION_SIZE;
	ret = version_text(at, version.name);
	if (!ret)
		ret = version_text(at + VERSION_AT_VALUE, version.value);
	if (!ret)
		*out = version;
	return ret;
}

int amthi_decode_handle_count(const void *buf, size_t len, __u32 *count)
{
	const __u8 *in = buf;
	__u32 seen;

	if (len < HANDLES_AT_ENTRIES)
		return -EMSGSIZE;
	seen = get32(in + HANDLES_AT_COUNT);
	if (seen > AMTHI_HANDLES_MAX ||
	    len != HANDLES_AT_ENTRIES + (size_t)seen * 4)
		return -EBADMSG;
	*count = seen;
	return 0;
}

int amthi_decode_handle(const void *buf, size_t len, __u32 index,
			__u32 *handle)
{
	const __u8 *in = buf;
	__u32 count;
	int ret;

	ret = amthi_decode_handle_count(buf, len, &count);
	if (ret)
		return ret;
	if (index >= count)
		return -EINVAL;
	*handle = get32(in + HANDLES_AT_ENTRIES + (size_t)index * 4);
	return 0;
}

/* Checks everything that can be wrong; returns the name's length. */
static int check_hash(const __u8 *in, size_t len)
{
	__u32 name_len;

	if (len < HASH_AT_NAME)
		return -EMSGSIZE;
	name_len = get16(in + HASH_AT_NAME_LEN);
	if (name_len > AMTHI_NAME_MAX || len != HASH_AT_NAME + (size_t)name_len)
		return -EBADMSG;
	if (get32(in + HASH_AT_DEFAULT) > 1 || get32(in + HASH_AT_ACTIVE) > 1)
		return -EBADMSG;
	return text_len(in + HASH_AT_NAME, name_len);
}

int amthi_decode_hash(const void *buf, size_t len, struct amthi_hash *out)
{
	const __u8 *in = buf;
	int name_len;

	name_len = check_hash(in, len);
	if (name_len < 0)
		return name_len;
	memset(out, 0, sizeof(*out));
	out->is_default = get32(in + HASH_AT_DEFAULT);
	out->is_active = get32(in + HASH_AT_ACTIVE);
	memcpy(out->digest, in + HASH_AT_DIGEST, AMTHI_DIGEST_LEN);
	out->algorithm = in[HASH_AT_ALGORITHM];
	out->digest_len = amthi_digest_len(out->algorithm);
	out->name_len = name_len;
	memcpy(out->name, in + HASH_AT_NAME, name_len);
	return 0;
}

int amthi_decode_string(const void *buf, size_t len, char *out, size_t size)
{
	const __u8 *in = buf;
	size_t text;

	if (len < STRING_AT_TEXT)
		return -EMSGSIZE;
	text = get16(in + AT_DATA);
	if (len != STRING_AT_TEXT + text)
		return -EBADMSG;
	in += STRING_AT_TEXT;
	if (text && !in[text - 1])
		text--;
	if (text >= size || text_len(in, text) != (int)text)
		return -EBADMSG;
	memcpy(out, in, text);
	out[text] = '\0';
	return 0;
}

__u8 amthi_digest_len(__u8 algorithm)
{
	static const __u8 lens[] = {
		[AMTHI_HASH_MD5] = 16,
		[AMTHI_HASH_SHA1] = 20,
		[AMTHI_HASH_SHA256] = 32,
		[AMTHI_HASH_SHA384] = 48,
	};

	return algorithm < sizeof(lens) ? lens[algorithm] : 0;
}
