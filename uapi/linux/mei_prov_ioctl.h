/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/*
 * Commands of the character device /dev/meiprovN (module mei_prov).
 *
 * Version 0, provisional: the layout may still change until the first release.
 *
 * Every argument starts with struct mei_prov_head. The caller puts the size of
 * the struct it was compiled with into @size; the kernel accepts any size from
 * the first version of that struct on, refuses a larger one unless the bytes it
 * does not know are zero (E2BIG), and never writes beyond @size. The numbers
 * are made with _IO() so that they do not change when a struct grows. The
 * layout is the same for 32- and 64-bit callers; pointers travel as __u64.
 *
 * Two kinds of failure are never mixed:
 *
 *  - the ioctl fails with an errno: the transport or the caller was at fault,
 *    nothing is known from the firmware;
 *  - the ioctl succeeds and @fw_status is not 0: the firmware got the command
 *    and answered with that AMT status; all other output fields that belong to
 *    the refused command are zero (see the "valid" masks).
 *
 * errno   meaning
 * ------  -------------------------------------------------------------------
 * EACCES  the command changes the ME and the file is not open for writing
 * E2BIG   @size is larger than known here and the tail is not zero
 * EINVAL  @size too small, a reserved field or an argument out of range
 * EOPNOTSUPP  an unknown bit in @flags
 * ENOTTY  unknown command number
 * EBUSY   another program held the ME's only AMTHI connection until @timeout_ms
 *         ran out
 * ETIMEDOUT  the deadline passed before the request was sent
 * ECANCELED  the request was sent and its reply was lost: outcome unknown.
 *         The driver never repeats a request
 * EINTR   a signal arrived. Unsent: cancelled; sent: completes unobserved.
 *         Never restarted by the kernel
 * ENOLINK the link to the firmware was down until the deadline
 * ENODEV  the PCI device is gone
 * EMSGSIZE, EPROTO, EPROTONOSUPPORT, ENODATA, EBADMSG  the reply was malformed:
 *         length, command id, version, missing body, bad content
 * EAGAIN  (HASH_GET) the table changed under each of three readings
 */
#ifndef _UAPI_LINUX_MEI_PROV_IOCTL_H
#define _UAPI_LINUX_MEI_PROV_IOCTL_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define MEI_PROV_IOC_TYPE		0xBB

#define MEI_PROV_TIMEOUT_DEFAULT_MS	30000
#define MEI_PROV_TIMEOUT_MAX_MS		600000

/**
 * struct mei_prov_head - first member of every argument
 * @size: in: sizeof() of the whole struct as the caller knows it
 * @flags: in: MEI_PROV_F_*; 0 unless the command says otherwise
 * @timeout_ms: in: deadline of the whole command from the call on, in
 *	milliseconds; 0 means MEI_PROV_TIMEOUT_DEFAULT_MS, more than
 *	MEI_PROV_TIMEOUT_MAX_MS is EINVAL
 * @fw_status: out: 0, or the AMT status with which the firmware refused
 */
struct mei_prov_head {
	__u32 size;
	__u32 flags;
	__u32 timeout_ms;
	__u32 fw_status;
};

/* MEI_PROV_F_FRESH: ask the firmware even if the driver holds a valid copy */
#define MEI_PROV_F_FRESH		(1u << 0)

/**
 * enum mei_prov_ioctl_link - link between host and firmware
 * @MEI_PROV_IOCTL_LINK_DOWN: no AMTHI client at the moment (reset, suspend)
 * @MEI_PROV_IOCTL_LINK_UP: commands can be sent
 */
enum mei_prov_ioctl_link {
	MEI_PROV_IOCTL_LINK_DOWN = 0,
	MEI_PROV_IOCTL_LINK_UP = 1,
};

/**
 * struct mei_prov_version - one entry of GetCodeVersions
 * @name: NUL-terminated, zero-padded; "AMT", "Build Number", "Sku", ...
 * @value: NUL-terminated, zero-padded
 */
struct mei_prov_version {
	char name[24];
	char value[24];
};

#define MEI_PROV_VERSIONS_MAX		50

#define MEI_PROV_INFO_VERSIONS		(1u << 0)
#define MEI_PROV_INFO_UUID		(1u << 1)

/**
 * struct mei_prov_info - facts that do not change while the link is up
 * @head: common part; MEI_PROV_F_FRESH allowed
 * @valid: out: MEI_PROV_INFO_* bits of the parts the firmware gave
 * @index: out: N of /dev/meiprovN
 * @link: out: enum mei_prov_ioctl_link
 * @version_count: in: room at @versions, in entries; out: entries the firmware
 *	has. At most the smaller of both is written
 * @versions: in: user pointer to struct mei_prov_version[], or 0
 * @uuid: out: SMBIOS byte order (first three groups little-endian)
 * @parent: out: PCI name of the ME, NUL-terminated ("0000:00:16.0")
 * @bios: out: BIOS version, NUL-terminated
 *
 * AMTHI 0x1A and 0x5C. @head.fw_status is the first refusal; the other part is
 * still filled when its bit in @valid is set.
 */
struct mei_prov_info {
	struct mei_prov_head head;
	__u32 valid;
	__u32 index;
	__u32 link;
	__u32 version_count;
	__aligned_u64 versions;
	__u8 uuid[16];
	char parent[32];
	char bios[72];
};

#define MEI_PROV_STATE_PROVISIONING	(1u << 0)
#define MEI_PROV_STATE_CONTROL_MODE	(1u << 1)
#define MEI_PROV_STATE_MODE		(1u << 2)

/**
 * struct mei_prov_state - provisioning state, always asked from the firmware
 * @head: common part
 * @valid: out: MEI_PROV_STATE_* bits of the parts the firmware gave
 * @provisioning_state: out: 0 PRE, 1 IN, 2 POST; other values as received
 * @control_mode: out: 0 none, 1 client (CCM), 2 admin (ACM); others as received
 * @__reserved: 0
 * @generation: out: grows by one with every change the driver noticed
 * @provisioning_mode: out: 0 none, 1 enterprise, 2 small business, 3 remote
 *	assistance; others as received
 * @legacy_mode: out: 1 in the mode of AMT 1; others as received
 *
 * AMTHI 0x11 and 0x6B, and 0x08 for a caller whose @head.size reaches beyond
 * @legacy_mode. The first version of this struct ended with @generation.
 */
struct mei_prov_state {
	struct mei_prov_head head;
	__u32 valid;
	__u32 provisioning_state;
	__u32 control_mode;
	__u32 __reserved;
	__aligned_u64 generation;
	__u32 provisioning_mode;
	__u32 legacy_mode;
};

/**
 * struct mei_prov_ztc - zero touch configuration mode
 * @head: common part
 * @enabled: out: 0 or 1
 * @__reserved: 0
 *
 * AMTHI 0x30.
 */
struct mei_prov_ztc {
	struct mei_prov_head head;
	__u32 enabled;
	__u32 __reserved;
};

#define MEI_PROV_HASH_DEFAULT		(1u << 0)
#define MEI_PROV_HASH_ACTIVE		(1u << 1)

/**
 * struct mei_prov_hash - one slot of the certificate hash table
 * @handle: the firmware's opaque handle
 * @flags: MEI_PROV_HASH_*
 * @algorithm: 0 MD5, 1 SHA-1, 2 SHA-256, 3 SHA-384; other values as received
 * @digest_len: bytes of @digest that count, 0 for an unknown algorithm
 * @digest: left-aligned, zero-padded; all 64 bytes as received
 * @name: friendly name, NUL-terminated; bytes are not filtered
 */
struct mei_prov_hash {
	__u32 handle;
	__u32 flags;
	__u32 algorithm;
	__u32 digest_len;
	__u8 digest[64];
	char name[40];
};

#define MEI_PROV_HASHES_MAX		1024

/**
 * struct mei_prov_hash_get - the whole hash table as one consistent snapshot
 * @head: common part
 * @count: in: room at @hashes, in entries; out: entries in the table. At most
 *	the smaller of both is written
 * @__reserved: 0
 * @hashes: in: user pointer to struct mei_prov_hash[], or 0
 *
 * AMTHI 0x2C, 0x2D for each handle, 0x2C again, all on one connection; if the
 * handles differ it starts over, three times in all, then fails with EAGAIN.
 */
struct mei_prov_hash_get {
	struct mei_prov_head head;
	__u32 count;
	__u32 __reserved;
	__aligned_u64 hashes;
};

#define MEI_PROV_OTP_MIN		8
#define MEI_PROV_OTP_MAX		32

/**
 * struct mei_prov_otp_set - write the one-time password (needs a writable file)
 * @head: common part
 * @otp_len: in: bytes in @otp, MEI_PROV_OTP_MIN to MEI_PROV_OTP_MAX
 * @__reserved: 0
 * @otp: in: the password; the kernel's copies are zeroed, nothing reads it back
 *
 * AMTHI 0x2A.
 */
struct mei_prov_otp_set {
	struct mei_prov_head head;
	__u32 otp_len;
	__u32 __reserved;
	__u8 otp[MEI_PROV_OTP_MAX];
};

#define MEI_PROV_START_IPV6		(1u << 8)
#define MEI_PROV_START_LEGACY		(1u << 9)

/**
 * struct mei_prov_start - open the ME's network interface for remote
 *	configuration (needs a writable file)
 * @head: common part; @head.flags takes MEI_PROV_START_IPV6, or
 *	MEI_PROV_START_LEGACY for the older command; both together are EINVAL
 *
 * AMTHI 0x62, or 0x29. CERTIFICATE_NOT_READY (0x31) in @head.fw_status means
 * that the firmware has begun to make its certificate: repeat the call, that may
 * take minutes. The ioctl itself never waits for it.
 */
struct mei_prov_start {
	struct mei_prov_head head;
};

/**
 * struct mei_prov_stop - stop remote configuration (needs a writable file)
 * @head: common part
 *
 * AMTHI 0x5E.
 */
struct mei_prov_stop {
	struct mei_prov_head head;
};

/* --- further changes (all need a writable file) --- */

/**
 * struct mei_prov_ztc_set - switch zero touch configuration off
 * @head: common part
 * @enabled: in: 0. 1 is EOPNOTSUPP: no firmware takes that from the host
 * @__reserved: 0
 *
 * AMTHI 0x3A, from ME 12 on, in state PRE and without a trusted suffix.
 */
struct mei_prov_ztc_set {
	struct mei_prov_head head;
	__u32 enabled;
	__u32 __reserved;
};

#define MEI_PROV_SUFFIX_MAX		223

/**
 * struct mei_prov_suffix - the trusted DNS suffix (SUFFIX_GET, SUFFIX_SET)
 * @head: common part
 * @len: bytes in @suffix that count, without a NUL. SUFFIX_SET: in, 0 to
 *	MEI_PROV_SUFFIX_MAX, no NUL among them; 0 is sent as an empty string and
 *	the firmware decides. SUFFIX_GET: out, 0 when none is set
 * @__reserved: 0
 * @suffix: SUFFIX_GET: NUL-terminated, zero-padded. SUFFIX_SET: in
 *
 * AMTHI 0x36 and 0x2F. SUFFIX_SET needs a writable file.
 */
struct mei_prov_suffix {
	struct mei_prov_head head;
	__u32 len;
	__u32 __reserved;
	char suffix[256];
};

/**
 * struct mei_prov_rng_seed - have the seed of the random numbers made
 * @head: common part
 *
 * AMTHI 0x28, a step that firmware before AMT 4 wants before START. The ioctl
 * never waits for the seed: see RNG_STATUS.
 */
struct mei_prov_rng_seed {
	struct mei_prov_head head;
};

#define MEI_PROV_HOST_BASED_SUFFIXES	320

/**
 * struct mei_prov_start_host_based - start of configuration over the local
 *	channel
 * @head: common part
 * @algorithm: in: of @digest, 2 SHA-256 or 3 SHA-384
 * @suffixes_len: in: bytes in @suffixes that count, at most
 *	MEI_PROV_HOST_BASED_SUFFIXES
 * @digest: in: of the leaf certificate that will be shown, left-aligned; what
 *	is behind the algorithm's length is not looked at
 * @host_vpn: in: 0 or 1
 * @cert_algorithm: out: of @cert_digest, as received
 * @cert_digest: out: of the certificate the firmware will show, as received
 * @suffixes: in: names with a NUL between them
 *
 * AMTHI 0x8B, from CSME 14 on. CERTIFICATE_NOT_READY as for START.
 */
struct mei_prov_start_host_based {
	struct mei_prov_head head;
	__u32 algorithm;
	__u32 suffixes_len;
	__u8 digest[64];
	__u32 host_vpn;
	__u32 cert_algorithm;
	__u8 cert_digest[64];
	__u8 suffixes[MEI_PROV_HOST_BASED_SUFFIXES];
};

/**
 * struct mei_prov_unprovision - back to state PRE
 * @head: common part
 * @mode: in: provisioning mode to go to, 0 to 3 as in struct mei_prov_state;
 *	firmware is said to ignore it
 * @__reserved: 0
 *
 * AMTHI 0x10. Firmware takes it in client control mode only.
 */
struct mei_prov_unprovision {
	struct mei_prov_head head;
	__u32 mode;
	__u32 __reserved;
};

/**
 * struct mei_prov_ehbc_disable - switch embedded host-based configuration off
 * @head: common part
 *
 * AMTHI 0x85 with 0. Only the maker of the machine can switch it on.
 */
struct mei_prov_ehbc_disable {
	struct mei_prov_head head;
};

/**
 * struct mei_prov_disable_clear - disable AMT and clear what it knows
 * @head: common part
 *
 * AMTHI 0x88, from AMT 12 on, in state PRE.
 */
struct mei_prov_disable_clear {
	struct mei_prov_head head;
};

#include "mei_prov_reads.h"
#include "mei_prov_events.h"

/* The struct has the name of the command, but for: ZTC_GET, EHBC_GET and
 * RNG_STATUS, whose structs are called ztc, ehbc and rng; SUFFIX_GET and
 * SUFFIX_SET, which share one.
 */
#define MEI_PROV_IOC_INFO			_IO(MEI_PROV_IOC_TYPE, 0x00)
#define MEI_PROV_IOC_STATE			_IO(MEI_PROV_IOC_TYPE, 0x01)
#define MEI_PROV_IOC_ZTC_GET			_IO(MEI_PROV_IOC_TYPE, 0x02)
#define MEI_PROV_IOC_HASH_GET			_IO(MEI_PROV_IOC_TYPE, 0x03)
#define MEI_PROV_IOC_OTP_SET			_IO(MEI_PROV_IOC_TYPE, 0x04)
#define MEI_PROV_IOC_START			_IO(MEI_PROV_IOC_TYPE, 0x05)
#define MEI_PROV_IOC_STOP			_IO(MEI_PROV_IOC_TYPE, 0x06)
#define MEI_PROV_IOC_ZTC_SET			_IO(MEI_PROV_IOC_TYPE, 0x07)
#define MEI_PROV_IOC_SUFFIX_GET			_IO(MEI_PROV_IOC_TYPE, 0x08)
#define MEI_PROV_IOC_SUFFIX_SET			_IO(MEI_PROV_IOC_TYPE, 0x09)
#define MEI_PROV_IOC_SUFFIX_LIST		_IO(MEI_PROV_IOC_TYPE, 0x0a)
#define MEI_PROV_IOC_TLS_MODE			_IO(MEI_PROV_IOC_TYPE, 0x0b)
#define MEI_PROV_IOC_RNG_STATUS			_IO(MEI_PROV_IOC_TYPE, 0x0c)
#define MEI_PROV_IOC_RNG_SEED			_IO(MEI_PROV_IOC_TYPE, 0x0d)
#define MEI_PROV_IOC_START_HOST_BASED		_IO(MEI_PROV_IOC_TYPE, 0x0e)
#define MEI_PROV_IOC_UNPROVISION		_IO(MEI_PROV_IOC_TYPE, 0x0f)
#define MEI_PROV_IOC_EHBC_GET			_IO(MEI_PROV_IOC_TYPE, 0x10)
#define MEI_PROV_IOC_EHBC_DISABLE		_IO(MEI_PROV_IOC_TYPE, 0x11)
#define MEI_PROV_IOC_DISABLE_CLEAR		_IO(MEI_PROV_IOC_TYPE, 0x12)
#define MEI_PROV_IOC_SECURITY			_IO(MEI_PROV_IOC_TYPE, 0x13)
#define MEI_PROV_IOC_TCPIP			_IO(MEI_PROV_IOC_TYPE, 0x14)
#define MEI_PROV_IOC_LAN			_IO(MEI_PROV_IOC_TYPE, 0x15)
#define MEI_PROV_IOC_MAC			_IO(MEI_PROV_IOC_TYPE, 0x16)
#define MEI_PROV_IOC_CONFIG_SERVER		_IO(MEI_PROV_IOC_TYPE, 0x17)
#define MEI_PROV_IOC_FQDN			_IO(MEI_PROV_IOC_TYPE, 0x18)
#define MEI_PROV_IOC_REDIRECTION		_IO(MEI_PROV_IOC_TYPE, 0x19)
#define MEI_PROV_IOC_REMOTE_ACCESS		_IO(MEI_PROV_IOC_TYPE, 0x1a)
#define MEI_PROV_IOC_AUDIT			_IO(MEI_PROV_IOC_TYPE, 0x1b)
#define MEI_PROV_IOC_STATS			_IO(MEI_PROV_IOC_TYPE, 0x1c)
#define MEI_PROV_IOC_EVENTS			_IO(MEI_PROV_IOC_TYPE, 0x1d)

#endif /* _UAPI_LINUX_MEI_PROV_IOCTL_H */
