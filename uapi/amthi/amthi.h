/* SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later */
/*
 * Host side of the AMTHI wire format: encodes requests, checks and decodes
 * replies. Pure C over bounded buffers: no allocation, no call that blocks, no
 * state; the module, the library and the fuzz targets compile this same file.
 *
 * One MEI message carries one request or one reply, all fields little-endian:
 *
 *	0 u8 major 1 | 1 u8 minor 1 | 2 u16 0 | 4 u32 command |
 *	8 u32 bytes after this 12-byte header | replies: 12 u32 status | 16 data
 *
 * A reply carries bit 23 in its command; one with a status other than 0 ends
 * after the status. Layouts are described in Documentation/amthi.md with
 * their sources.
 *
 * Errors are negative errno, one for each kind of fault:
 *	-EMSGSIZE	 total length, header length or command length do not fit
 *	-EPROTONOSUPPORT version or reserved bytes of the header
 *	-EPROTO		 not the reply to this command
 *	-ENODATA	 status 0 but the data is missing
 *	-EBADMSG	 a count, a string length or a boolean that cannot be
 *	-ENOBUFS	 (encoders) the buffer is too small
 *	-EINVAL		 (encoders) an argument the command cannot carry, or a
 *			 command that this codec does not know; (decoders) an
 *			 index beyond the count
 */
#ifndef MEI_PROV_AMTHI_H
#define MEI_PROV_AMTHI_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/types.h>
#endif

#define AMTHI_HEADER_SIZE	12
#define AMTHI_REPLY_MIN		16	/* header and status */
#define AMTHI_MSG_MAX		5120	/* max_msg_length of CSME 11 (capture) */
#define AMTHI_REPLY_BIT		0x00800000u

/* Requests. The reply id is the request id | AMTHI_REPLY_BIT. */
enum amthi_command {
	AMTHI_GET_TCPIP_PARAMETERS	= 0x04000006,
	AMTHI_GET_PROVISIONING_MODE	= 0x04000008,
	AMTHI_UNPROVISION		= 0x04000010,
	AMTHI_GET_PROVISIONING_STATE	= 0x04000011,
	AMTHI_GET_CODE_VERSIONS		= 0x0400001a,
	AMTHI_GET_SECURITY_PARAMETERS	= 0x0400001b,
	AMTHI_GET_MAC_ADDRESSES		= 0x04000025,
	AMTHI_GENERATE_RNG_SEED		= 0x04000028,
	AMTHI_START_CONFIGURATION	= 0x04000029,
	AMTHI_SET_PROVISIONING_OTP	= 0x0400002a,
	AMTHI_GET_PROVISIONING_TLS_MODE	= 0x0400002b,
	AMTHI_ENUMERATE_HASH_HANDLES	= 0x0400002c,
	AMTHI_GET_CERTIFICATE_HASH	= 0x0400002d,
	AMTHI_GET_RNG_SEED_STATUS	= 0x0400002e,
	AMTHI_SET_PKI_FQDN_SUFFIX	= 0x0400002f,
	AMTHI_GET_ZERO_TOUCH_ENABLED	= 0x04000030,
	AMTHI_GET_PKI_FQDN_SUFFIX	= 0x04000036,
	AMTHI_SET_ZERO_TOUCH_ENABLED	= 0x0400003a,
	AMTHI_GET_DNS_SUFFIX_LIST	= 0x0400003e,
	AMTHI_GET_REMOTE_ACCESS_STATUS	= 0x04000046,
	AMTHI_GET_LAN_INTERFACE		= 0x04000048,
	AMTHI_GET_CONFIG_SERVER		= 0x0400004e,
	AMTHI_GET_SETUP_AUDIT_RECORD	= 0x04000050,
	AMTHI_GET_FQDN			= 0x04000056,
	AMTHI_GET_REDIRECTION_STATE	= 0x04000058,
	AMTHI_GET_UUID			= 0x0400005c,
	AMTHI_STOP_CONFIGURATION	= 0x0400005e,
	AMTHI_START_CONFIGURATION_EX	= 0x04000062,
	AMTHI_GET_CONTROL_MODE		= 0x0400006b,
	AMTHI_GET_EHBC_STATE		= 0x04000084,
	AMTHI_SET_EHBC_STATE		= 0x04000085,
	AMTHI_DISABLE_AND_CLEAR		= 0x04000088,
	AMTHI_START_HOST_BASED		= 0x0400008b,
};

/* AMT_STATUS_* / PT_STATUS_* that the code itself acts on; names for all of
 * them are in libmeiprov (meiprov_fw_status_name()).
 */
enum amthi_status {
	AMTHI_STATUS_SUCCESS			= 0x000,
	AMTHI_STATUS_INTERNAL_ERROR		= 0x001,
	AMTHI_STATUS_NOT_READY			= 0x002,
	AMTHI_STATUS_INVALID_AMT_MODE		= 0x003,
	AMTHI_STATUS_INVALID_MESSAGE_LENGTH	= 0x004,
	AMTHI_STATUS_NOT_PERMITTED		= 0x010,
	AMTHI_STATUS_MAX_LIMIT_REACHED		= 0x017,
	AMTHI_STATUS_INVALID_PARAMETER		= 0x024,
	AMTHI_STATUS_RNG_GENERATION_IN_PROGRESS	= 0x02f,
	AMTHI_STATUS_RNG_NOT_READY		= 0x030,
	AMTHI_STATUS_CERTIFICATE_NOT_READY	= 0x031,
	AMTHI_STATUS_INVALID_COMMAND		= 0x803,
	AMTHI_STATUS_INVALID_HANDLE		= 0x805,
	AMTHI_STATUS_NOT_FOUND			= 0x814,
};

enum amthi_provisioning_state {
	AMTHI_STATE_PRE		= 0,
	AMTHI_STATE_IN		= 1,
	AMTHI_STATE_POST	= 2,
};

enum amthi_control_mode {
	AMTHI_CONTROL_NONE	= 0,
	AMTHI_CONTROL_CLIENT	= 1,
	AMTHI_CONTROL_ADMIN	= 2,
};

enum amthi_hash_algorithm {
	AMTHI_HASH_MD5		= 0,
	AMTHI_HASH_SHA1		= 1,
	AMTHI_HASH_SHA256	= 2,
	AMTHI_HASH_SHA384	= 3,	/* SHA-512 before AMT 6 */
};

#define AMTHI_BIOS_LEN		65
#define AMTHI_VERSION_LEN	20
#define AMTHI_VERSIONS_MAX	50
#define AMTHI_DIGEST_LEN	64
#define AMTHI_NAME_MAX		32
#define AMTHI_SUFFIX_MAX	223
#define AMTHI_OTP_MIN		8
#define AMTHI_OTP_MAX		32
#define AMTHI_UUID_LEN		16
#define AMTHI_UNPROVISION_MAX	3
#define AMTHI_LAN_MAX		1
#define AMTHI_MAC_LEN		6
#define AMTHI_ADDRESS_LEN	46	/* IP address as text */
#define AMTHI_TEXT_MAX		255	/* LMS takes no longer string */
#define AMTHI_SERIALS_LEN	48
#define AMTHI_HOST_SUFFIXES_MAX	320
/* More handles do not fit one message of AMTHI_MSG_MAX bytes. */
#define AMTHI_HANDLES_MAX	((AMTHI_MSG_MAX - 20) / 4)

/**
 * struct amthi_command_info - what is known of a command before it is sent
 * @command: request id
 * @name: name for messages and traces
 * @reply_min: smallest total length of a reply with status 0
 * @reply_max: largest one
 */
struct amthi_command_info {
	__u32 command;
	const char *name;
	__u16 reply_min;
	__u16 reply_max;
};

/**
 * amthi_command_lookup() - the row of one command
 * @command: request id
 * Return: the row, or NULL for a command this codec does not know. The row
 * lives as long as the program.
 */
const struct amthi_command_info *amthi_command_lookup(__u32 command);

/* --- requests: return the bytes to send, or a negative errno --- */

int amthi_encode(void *buf, size_t size, __u32 command);
int amthi_encode_u32(void *buf, size_t size, __u32 command, __u32 value);
/* @len bytes of @str, within the command's own limits; no NUL is added. A
 * suffix has no NUL in it.
 */
int amthi_encode_string(void *buf, size_t size, __u32 command,
			const void *str, size_t len);

/**
 * struct amthi_host_based - arguments of StartConfigurationHBased
 * @algorithm: AMTHI_HASH_SHA256 or AMTHI_HASH_SHA384
 * @digest: amthi_digest_len(@algorithm) bytes
 * @host_vpn: 0 or 1
 * @suffixes_len: at most AMTHI_HOST_SUFFIXES_MAX
 * @suffixes: names with a NUL between them
 */
struct amthi_host_based {
	__u32 algorithm;
	const __u8 *digest;
	__u32 host_vpn;
	__u32 suffixes_len;
	const __u8 *suffixes;
};

int amthi_encode_host_based(void *buf, size_t size,
			    const struct amthi_host_based *args);

/* --- replies --- */

/**
 * amthi_reply_check() - is this message a sound reply to @command?
 * @buf: the message as received
 * @len: its length
 * @command: the request id that was sent
 * @status: out: AMT status; written only when 0 is returned
 *
 * Checks, in this order: length of the common part, version, command id,
 * header length against @len, and for status 0 the command's own limits.
 * A refusal (status not 0) may carry trailing data; it is ignored.
 *
 * Return: 0 or a negative errno as listed at the top of this file.
 */
int amthi_reply_check(const void *buf, size_t len, __u32 command,
		      __u32 *status);

struct amthi_version {
	char name[AMTHI_VERSION_LEN + 1];
	char value[AMTHI_VERSION_LEN + 1];
};

struct amthi_hash {
	__u32 is_default;	/* 0 or 1 */
	__u32 is_active;	/* 0 or 1 */
	__u8 digest[AMTHI_DIGEST_LEN];
	__u8 algorithm;		/* enum amthi_hash_algorithm, or unknown */
	__u8 digest_len;	/* 0 for an unknown algorithm */
	__u8 name_len;
	char name[AMTHI_NAME_MAX + 1];
};

/*
 * The decoders take a message that amthi_reply_check() accepted with status 0
 * and check the rest. They return 0 or a negative errno, write their output
 * only on success and never point into @buf.
 */
/* -EBADMSG: neither 0 nor 1 from AMTHI_GET_ZERO_TOUCH_ENABLED or
 * AMTHI_GET_EHBC_STATE.
 */
int amthi_decode_u32(const void *buf, size_t len, __u32 *value);
int amthi_decode_uuid(const void *buf, size_t len, __u8 uuid[AMTHI_UUID_LEN]);
/* @bios gets AMTHI_BIOS_LEN bytes and a NUL; @count the number of entries. */
int amthi_decode_versions_head(const void *buf, size_t len,
			       char bios[AMTHI_BIOS_LEN + 1], __u32 *count);
/* Entry @index of a message that amthi_decode_versions_head() accepted. */
int amthi_decode_version(const void *buf, size_t len, __u32 index,
			 struct amthi_version *out);
int amthi_decode_handle_count(const void *buf, size_t len, __u32 *count);
/* Handle @index of a message that amthi_decode_handle_count() accepted. */
int amthi_decode_handle(const void *buf, size_t len, __u32 index,
			__u32 *handle);
int amthi_decode_hash(const void *buf, size_t len, struct amthi_hash *out);
/* @out gets at most @size - 1 bytes and a NUL; -EBADMSG if it does not fit or
 * holds a NUL before its end (one trailing NUL is dropped, LMS sends one).
 */
int amthi_decode_string(const void *buf, size_t len, char *out, size_t size);

/* --- replies that amthi_reads.c decodes, by the same rules --- */

/* Numbers are as received; IPv4 addresses: 0x01020304 is 1.2.3.4. */

struct amthi_mode {
	__u32 mode;
	__u32 legacy;
};

struct amthi_security {
	__u32 enterprise_mode;
	__u32 tls_enabled;
	__u32 hw_crypto;
	__u32 provisioning_state;
	__u32 network_enabled;
	__u32 sol_enabled;
	__u32 ider_enabled;
	__u32 fw_update_enabled;
	__u32 link_up;
	__u32 kvm_enabled;
};

struct amthi_tcpip {
	__u32 dhcp_mode;
	__u32 ipv4;
	__u32 netmask;
	__u32 gateway;
	__u32 dns1;
	__u32 dns2;
	char domain[AMTHI_TEXT_MAX + 1];
};

struct amthi_lan {
	__u32 enabled;
	__u32 ipv4;
	__u32 dhcp_enabled;
	__u32 dhcp_mode;
	__u32 link_up;
	__u8 mac[AMTHI_MAC_LEN];
};

struct amthi_mac {
	__u8 dedicated[AMTHI_MAC_LEN];
	__u8 host[AMTHI_MAC_LEN];
};

struct amthi_config_server {
	__u32 port;
	char address[AMTHI_ADDRESS_LEN + 1];
	char fqdn[AMTHI_TEXT_MAX + 1];
};

struct amthi_fqdn {
	__u32 shared;
	__u32 ddns_enabled;
	__u32 ddns_interval;
	__u32 ddns_ttl;
	char fqdn[AMTHI_TEXT_MAX + 1];
};

struct amthi_remote_access {
	__u32 network;
	__u32 tunnel;
	__u32 trigger;
	char mps[AMTHI_TEXT_MAX + 1];
};

struct amthi_audit {
	__u32 tls_mode;
	__u32 secure_dns;
	__u32 host_initiated;
	__u32 hash_algorithm;
	__u8 hash[AMTHI_DIGEST_LEN];
	__u8 serials[AMTHI_SERIALS_LEN];
	__u32 more_serials;
	__u32 is_default;
	__u32 time_valid;
	__u16 time[7];
	char server[AMTHI_ADDRESS_LEN + 1];
	char fqdn[AMTHI_TEXT_MAX + 1];
};

struct amthi_host_certificate {
	__u32 algorithm;
	__u8 digest[AMTHI_DIGEST_LEN];
};

int amthi_decode_mode(const void *buf, size_t len, struct amthi_mode *out);
int amthi_decode_security(const void *buf, size_t len, struct amthi_security *out);
int amthi_decode_tcpip(const void *buf, size_t len, struct amthi_tcpip *out);
int amthi_decode_lan(const void *buf, size_t len, struct amthi_lan *out);
int amthi_decode_mac(const void *buf, size_t len, struct amthi_mac *out);
int amthi_decode_config_server(const void *buf, size_t len,
			       struct amthi_config_server *out);
int amthi_decode_fqdn(const void *buf, size_t len, struct amthi_fqdn *out);
int amthi_decode_remote_access(const void *buf, size_t len,
			       struct amthi_remote_access *out);
int amthi_decode_audit(const void *buf, size_t len, struct amthi_audit *out);
int amthi_decode_host_certificate(const void *buf, size_t len,
				  struct amthi_host_certificate *out);
/* Bytes of AMTHI_GET_DNS_SUFFIX_LIST: @count of them from offset @at of @buf. */
int amthi_decode_suffix_list(const void *buf, size_t len, size_t *at,
			     size_t *count);

/* Digest length of an algorithm id, 0 when unknown. */
__u8 amthi_digest_len(__u8 algorithm);

#endif /* MEI_PROV_AMTHI_H */
