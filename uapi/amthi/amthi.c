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

#include "amthi_wire.h"

#define VERSION_MAJOR		1
#define VERSION_MINOR		1

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

/* StartConfigurationHBased: algorithm, digest[64], VPN, u32 length, list. */
#define HOST_AT_ALGORITHM	AMTHI_HEADER_SIZE
#define HOST_AT_DIGEST		(HOST_AT_ALGORITHM + 1)
#define HOST_AT_VPN		(HOST_AT_DIGEST + AMTHI_DIGEST_LEN)
#define HOST_AT_SUFFIXES_LEN	(HOST_AT_VPN + 1)
#define HOST_AT_SUFFIXES	(HOST_AT_SUFFIXES_LEN + 4)
#define HOST_SIZE		(HOST_AT_SUFFIXES + AMTHI_HOST_SUFFIXES_MAX)

#define STRING_AT_TEXT		(AT_DATA + 2)

/* What a request carries after its header. */
enum argument {
	ARG_NONE,
	ARG_U32,	/* a number, four bytes */
	ARG_STRING,	/* u16 length, bytes */
	ARG_HOST_BASED,
};

struct command {
	struct amthi_command_info info;
	enum argument argument;
	/* Limits of the number, or of the string's length. */
	__u32 min;
	__u32 max;
};

/* What it takes; a request without data is a plain one. */
#define TAKING(id, text, shortest, longest, what, low, high) {		\
	.info = { .command = (id), .name = (text),			\
		  .reply_min = (shortest), .reply_max = (longest) },	\
	.argument = (what), .min = (low), .max = (high) }
#define PLAIN(id, text, shortest, longest) \
	TAKING(id, text, shortest, longest, ARG_NONE, 0, 0)
/* The string that ends a reply. */
#define TEXT_MIN		2
#define TEXT_MAX		(2 + AMTHI_TEXT_MAX + 1)

static const struct command commands[] = {
	PLAIN(AMTHI_GET_TCPIP_PARAMETERS, "GetTcpipParameters", TCPIP_AT_DOMAIN + TEXT_MIN,
	      TCPIP_AT_DOMAIN + TEXT_MAX),
	PLAIN(AMTHI_GET_PROVISIONING_MODE, "GetProvisioningMode", 24, 24),
	TAKING(AMTHI_UNPROVISION, "Unprovision", 16, 16, ARG_U32, 0, AMTHI_UNPROVISION_MAX),
	PLAIN(AMTHI_GET_PROVISIONING_STATE, "GetProvisioningState", 20, 20),
	PLAIN(AMTHI_GET_CODE_VERSIONS, "GetCodeVersions", VERSIONS_AT_ENTRIES,
	      VERSIONS_AT_ENTRIES + AMTHI_VERSIONS_MAX * VERSION_SIZE),
	PLAIN(AMTHI_GET_SECURITY_PARAMETERS, "GetSecurityParameters", 84, 84),
	PLAIN(AMTHI_GET_MAC_ADDRESSES, "GetMACAddresses", 28, 28),
	PLAIN(AMTHI_GENERATE_RNG_SEED, "GenerateRngSeed", 16, 16),
	PLAIN(AMTHI_START_CONFIGURATION, "StartConfiguration", 16, 16),
	TAKING(AMTHI_SET_PROVISIONING_OTP, "SetProvisioningServerOTP", 16, 16,
	       ARG_STRING, AMTHI_OTP_MIN, AMTHI_OTP_MAX),
	PLAIN(AMTHI_GET_PROVISIONING_TLS_MODE, "GetProvisioningTLSMode", 20, 20),
	PLAIN(AMTHI_ENUMERATE_HASH_HANDLES, "EnumerateHashHandles",
	      HANDLES_AT_ENTRIES, HANDLES_AT_ENTRIES + AMTHI_HANDLES_MAX * 4),
	TAKING(AMTHI_GET_CERTIFICATE_HASH, "GetCertificateHashEntry",
	       HASH_AT_NAME, HASH_AT_NAME + AMTHI_NAME_MAX, ARG_U32, 0, 0xffffffff),
	PLAIN(AMTHI_GET_RNG_SEED_STATUS, "GetRngSeedStatus", 20, 20),
	TAKING(AMTHI_SET_PKI_FQDN_SUFFIX, "SetPKIFQDNSuffix", 16, 16,
	       ARG_STRING, 0, AMTHI_SUFFIX_MAX),
	PLAIN(AMTHI_GET_ZERO_TOUCH_ENABLED, "GetZeroTouchEnabled", 20, 20),
	PLAIN(AMTHI_GET_PKI_FQDN_SUFFIX, "GetPKIFQDNSuffix", STRING_AT_TEXT,
	      STRING_AT_TEXT + AMTHI_SUFFIX_MAX + 1),
	/* Only off: to switch on is the BIOS's (amthi.md 3). */
	TAKING(AMTHI_SET_ZERO_TOUCH_ENABLED, "SetZeroTouchEnabled", 16, 16, ARG_U32, 0, 0),
	PLAIN(AMTHI_GET_DNS_SUFFIX_LIST, "GetDNSSuffixList", STRING_AT_TEXT,
	      AMTHI_MSG_MAX),
	PLAIN(AMTHI_GET_REMOTE_ACCESS_STATUS, "GetRemoteAccessConnectionStatus",
	      REMOTE_ACCESS_AT_MPS + TEXT_MIN,
	      REMOTE_ACCESS_AT_MPS + TEXT_MAX),
	TAKING(AMTHI_GET_LAN_INTERFACE, "GetLanInterfaceSettings", 36, 36,
	       ARG_U32, 0, AMTHI_LAN_MAX),
	PLAIN(AMTHI_GET_CONFIG_SERVER, "GetConfigServerData", CONFIG_SERVER_AT_FQDN + TEXT_MIN,
	      CONFIG_SERVER_AT_FQDN + TEXT_MAX),
	PLAIN(AMTHI_GET_SETUP_AUDIT_RECORD, "GetMESetupAuditRecord", AUDIT_AT_FQDN + TEXT_MIN,
	      AUDIT_AT_FQDN + TEXT_MAX),
	PLAIN(AMTHI_GET_FQDN, "GetFQDN", FQDN_AT_FQDN + TEXT_MIN,
	      FQDN_AT_FQDN + TEXT_MAX),
	PLAIN(AMTHI_GET_REDIRECTION_STATE, "GetRedirectionState", 20, 20),
	PLAIN(AMTHI_GET_UUID, "GetUUID", 32, 32),
	PLAIN(AMTHI_STOP_CONFIGURATION, "StopConfiguration", 16, 16),
	TAKING(AMTHI_START_CONFIGURATION_EX, "StartConfigurationEx", 16, 16, ARG_U32, 0, 1),
	PLAIN(AMTHI_GET_CONTROL_MODE, "GetControlMode", 20, 20),
	PLAIN(AMTHI_GET_EHBC_STATE, "GetEHBCState", 20, 20),
	/* Only off, likewise. */
	TAKING(AMTHI_SET_EHBC_STATE, "SetEHBCState", 16, 16, ARG_U32, 0, 0),
	PLAIN(AMTHI_DISABLE_AND_CLEAR, "DisableAndClearAMT", 16, 16),
	TAKING(AMTHI_START_HOST_BASED, "StartConfigurationHBased", 81, 81, ARG_HOST_BASED, 0, 0),
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

	if (!row || row->argument != ARG_U32 || value < row->min || value > row->max)
		return -EINVAL;
	ret = put_header(out, size, command, 4);
	if (ret > 0)
		put32(out + AMTHI_HEADER_SIZE, value);
	return ret;
}

static bool string_fits(const struct command *row, const void *str, size_t len)
{
	if (!row || row->argument != ARG_STRING || len < row->min || len > row->max)
		return false;
	/* A one-time password is bytes, a suffix is text. */
	return row->info.command != AMTHI_SET_PKI_FQDN_SUFFIX || !memchr(str, 0, len);
}

int amthi_encode_string(void *buf, size_t size, __u32 command,
			const void *str, size_t len)
{
	const struct command *row = find(command);
	__u8 *out = buf;
	int ret;

	if (!string_fits(row, str, len))
		return -EINVAL;
	ret = put_header(out, size, command, 2 + len);
	if (ret > 0) {
		put16(out + AMTHI_HEADER_SIZE, len);
		memcpy(out + AMTHI_HEADER_SIZE + 2, str, len);
	}
	return ret;
}

static bool host_based_fits(const struct amthi_host_based *args)
{
	return (args->algorithm == AMTHI_HASH_SHA256 || args->algorithm == AMTHI_HASH_SHA384) &&
	       args->host_vpn <= 1 && args->suffixes_len <= AMTHI_HOST_SUFFIXES_MAX;
}

int amthi_encode_host_based(void *buf, size_t size,
			    const struct amthi_host_based *args)
{
	__u8 *out = buf;
	int ret;

	if (!host_based_fits(args))
		return -EINVAL;
	ret = put_header(out, size, AMTHI_START_HOST_BASED, HOST_SIZE - AMTHI_HEADER_SIZE);
	if (ret < 0)
		return ret;
	memset(out + AMTHI_HEADER_SIZE, 0, HOST_SIZE - AMTHI_HEADER_SIZE);
	out[HOST_AT_ALGORITHM] = args->algorithm;
	memcpy(out + HOST_AT_DIGEST, args->digest, amthi_digest_len(args->algorithm));
	out[HOST_AT_VPN] = args->host_vpn;
	put32(out + HOST_AT_SUFFIXES_LEN, args->suffixes_len);
	memcpy(out + HOST_AT_SUFFIXES, args->suffixes, args->suffixes_len);
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

static bool is_boolean(__u32 reply)
{
	return reply == (AMTHI_GET_ZERO_TOUCH_ENABLED | AMTHI_REPLY_BIT) ||
	       reply == (AMTHI_GET_EHBC_STATE | AMTHI_REPLY_BIT);
}

int amthi_decode_u32(const void *buf, size_t len, __u32 *value)
{
	const __u8 *in = buf;
	__u32 seen;

	if (len != AT_DATA + 4)
		return -EMSGSIZE;
	seen = get32(in + AT_DATA);
	if (is_boolean(get32(in + AT_COMMAND)) && seen > 1)
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

int amthi_text_at(const void *buf, size_t len, size_t at, char *out, size_t size)
{
	const __u8 *in = buf;
	size_t text;

	if (len < at + 2)
		return -EMSGSIZE;
	text = get16(in + at);
	if (len != at + 2 + text)
		return -EBADMSG;
	in += at + 2;
	if (text && !in[text - 1])
		text--;
	if (text >= size || text_len(in, text) != (int)text)
		return -EBADMSG;
	memset(out, 0, size);
	memcpy(out, in, text);
	return 0;
}

int amthi_decode_string(const void *buf, size_t len, char *out, size_t size)
{
	return amthi_text_at(buf, len, AT_DATA, out, size);
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
