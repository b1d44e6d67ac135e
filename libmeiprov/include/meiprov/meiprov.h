/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * libmeiprov - Intel AMT remote configuration from Linux.
 *
 * Conventions that hold for every function:
 *
 *  - Functions that can fail return 0 (or a count) on success and a negative
 *    errno on failure; functions that make an object store it through a
 *    pointer. Nothing is printed, no signal is touched, nothing exits.
 *  - A firmware that answered with a refusal is reported as -EREMOTEIO with
 *    struct meiprov_error filled: the AMT status is in @fw_status.
 *  - Every function that talks to a device takes an optional struct
 *    meiprov_error; NULL is allowed. On failure it says what was being done,
 *    why it failed and what to do next.
 *  - One handle may be used by several threads, one call at a time is made on
 *    it (an internal lock); different handles are independent.
 *  - Secrets passed in are not kept; internal copies are wiped.
 */
#ifndef MEIPROV_H
#define MEIPROV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The library is built with everything else hidden. */
#pragma GCC visibility push(default)

/* ------------------------------------------------------------------ errors */

/**
 * struct meiprov_error - one failure, ready to be shown to a person
 * @code: negative errno
 * @fw_status: AMT status when @code is -EREMOTEIO, else 0
 * @doing: what was being done ("writing the one-time password")
 * @why: why it failed, one sentence without a full stop
 * @next: what to do next, "" when there is nothing to advise
 */
struct meiprov_error {
	int code;
	uint32_t fw_status;
	char doing[96];
	char why[256];
	char next[256];
};

/* Symbolic name of an AMT status ("CERTIFICATE_NOT_READY"), or NULL. */
const char *meiprov_fw_status_name(uint32_t fw_status);
/* One sentence about an AMT status; never NULL. */
const char *meiprov_fw_status_text(uint32_t fw_status);

/* ------------------------------------------------------------------ device */

struct meiprov_device;

#define MEIPROV_TIMEOUT_DEFAULT 0

/* Told things worth knowing that are no failure; one sentence each. @text lives
 * for the call only.
 */
typedef void (*meiprov_log_fn)(void *ctx, const char *text);

/**
 * struct meiprov_open - how to reach an ME
 * @size: sizeof(struct meiprov_open); a zero there is -EINVAL
 * @transport: NULL: chosen (see below). Else one of
 *	"chardev"	/dev/meiprovN of module mei_prov
 *	"mei"		the MEI bus driver's node whose ME has AMTHI; needs no
 *			module, but root. "mei:PATH": this node
 *	"socket:PATH"	a virtual ME: meiprov-vme amthi=PATH
 *	"replay:FILE"	a record; nothing is sent to anybody
 * @index: N for "chardev"; -1 for the only or first one
 * @writable: also for commands that change the ME
 * @record: NULL, or a file to be made: the messages that go to the ME and back,
 *	one-time passwords left out. Not with "chardev", which shows none
 * @log: NULL, or told which transport was chosen and why
 * @log_ctx: handed to @log
 *
 * The choice: /dev/meiprovN where there is one (or @index is given); else, and for
 * a record, the MEI bus driver's node.
 */
struct meiprov_open {
	size_t size;
	const char *transport;
	int index;
	bool writable;
	const char *record;
	meiprov_log_fn log;
	void *log_ctx;
};

/**
 * meiprov_device_open_by() - open an ME in the way @how says
 * @out: the new handle; free with meiprov_device_close()
 * @err: optional
 *
 * All functions that take a handle work on each transport, but that a deadline does
 * not cut short a connect in the kernel ("mei"; up to 15 s). A "mei" or "socket"
 * handle makes one connection for each command and holds none between.
 * Errors: those of meiprov_device_open(); -EINVAL a transport that does not exist;
 * -EEXIST the file for the record does; -EPROTONOSUPPORT, -EBADMSG not a record.
 */
int meiprov_device_open_by(const struct meiprov_open *how, struct meiprov_device **out,
			   struct meiprov_error *err);

/* "chardev", "mei", "socket", "replay" or "record"; lives as long as the handle. */
const char *meiprov_device_transport(const struct meiprov_device *dev);
/* "/dev/meiprov0", "/dev/mei0", or the path given; lives as long as the handle. */
const char *meiprov_device_node(const struct meiprov_device *dev);

/**
 * meiprov_device_open() - open /dev/meiprov@index
 * @index: device number; -1 for the only or first one
 * @writable: also for commands that change the ME
 * @out: the new handle; free with meiprov_device_close()
 * @err: optional
 *
 * Errors: -ENOENT no such device (the text tells apart: no ME, no AMTHI
 * client, module not loaded), -EACCES no permission, -ENODEV gone.
 */
int meiprov_device_open(int index, bool writable, struct meiprov_device **out,
			struct meiprov_error *err);
/* Closes and frees; NULL is allowed. */
void meiprov_device_close(struct meiprov_device *dev);
/* Deadline of each following command in ms; 0 restores the default (30 s). */
void meiprov_device_set_timeout(struct meiprov_device *dev, unsigned int ms);

#define MEIPROV_VERSIONS_MAX 50

struct meiprov_version {
	char name[24];
	char value[24];
};

/**
 * struct meiprov_info - facts about the ME
 * @has_versions, @has_uuid: which parts the firmware gave
 * @uuid: SMBIOS byte order
 * @index: N of /dev/meiprovN, -1 on another transport
 * @transport, @node: as meiprov_device_transport() and meiprov_device_node()
 * @parent: PCI name of the ME ("0000:00:16.0"), "" when not known
 */
struct meiprov_info {
	int index;
	bool link_up;
	bool has_versions;
	bool has_uuid;
	uint8_t uuid[16];
	char transport[16];
	char node[108];
	char parent[32];
	char bios[72];
	size_t version_count;
	struct meiprov_version versions[MEIPROV_VERSIONS_MAX];
};

int meiprov_info_get(struct meiprov_device *dev, struct meiprov_info *out,
		     struct meiprov_error *err);
/* Value of the version entry @name ("AMT"), or NULL; lives as long as @info. */
const char *meiprov_info_version(const struct meiprov_info *info, const char *name);

#define MEIPROV_UUID_TEXT_SIZE 37
/* SMBIOS byte order to the usual lower-case text and back (-EINVAL). */
void meiprov_uuid_format(const uint8_t uuid[16], char text[MEIPROV_UUID_TEXT_SIZE]);
int meiprov_uuid_parse(const char *text, uint8_t uuid[16]);

enum meiprov_provisioning_state {
	MEIPROV_STATE_PRE = 0,
	MEIPROV_STATE_IN = 1,
	MEIPROV_STATE_POST = 2,
};

enum meiprov_control_mode {
	MEIPROV_CONTROL_NONE = 0,
	MEIPROV_CONTROL_CLIENT = 1,
	MEIPROV_CONTROL_ADMIN = 2,
};

/**
 * struct meiprov_state - provisioning state as the firmware reports it now
 * @provisioning: enum meiprov_provisioning_state, or what the firmware said
 * @control: enum meiprov_control_mode, or what the firmware said
 */
struct meiprov_state {
	bool has_provisioning;
	bool has_control;
	uint32_t provisioning;
	uint32_t control;
	uint64_t generation;
};

int meiprov_state_get(struct meiprov_device *dev, struct meiprov_state *out,
		      struct meiprov_error *err);
/* "PRE", "IN", "POST", or "unknown". */
const char *meiprov_state_name(uint32_t provisioning);
/* "none", "client", "admin", or "unknown". */
const char *meiprov_control_name(uint32_t control);

/* Is zero touch (remote) configuration on? AMTHI 0x30. */
int meiprov_ztc_get(struct meiprov_device *dev, bool *enabled, struct meiprov_error *err);
/* Switch it off. Firmware lets no host switch it on again. AMTHI 0x3A, from ME 12
 * on, in state PRE, with no trusted suffix.
 */
int meiprov_ztc_disable(struct meiprov_device *dev, struct meiprov_error *err);

#define MEIPROV_SUFFIX_SIZE 224

/* The trusted suffix, "" when none is set. AMTHI 0x36. */
int meiprov_suffix_get(struct meiprov_device *dev, char suffix[MEIPROV_SUFFIX_SIZE],
		       struct meiprov_error *err);
/**
 * meiprov_suffix_set() - set the trusted suffix
 * @suffix: a name of at most 223 bytes; "" is sent as such and the firmware decides
 *
 * From then on the ME compares servers with it and no longer with the name of the
 * network it is in. AMTHI 0x2F.
 */
int meiprov_suffix_set(struct meiprov_device *dev, const char *suffix, struct meiprov_error *err);
/* Names of the networks the ME is in: one after the other, each with a NUL, an
 * empty one at the end. free() it. Bytes are not filtered. AMTHI 0x3E.
 */
int meiprov_suffix_list(struct meiprov_device *dev, char **names, struct meiprov_error *err);

/* Back to state PRE; in client control mode only. AMTHI 0x10. */
int meiprov_unprovision(struct meiprov_device *dev, struct meiprov_error *err);
/* Embedded host-based configuration: AMTHI 0x84, and 0x85 to switch it off, which
 * the host cannot undo.
 */
int meiprov_ehbc_get(struct meiprov_device *dev, bool *enabled, struct meiprov_error *err);
int meiprov_ehbc_disable(struct meiprov_device *dev, struct meiprov_error *err);
/* Disable AMT and clear what it knows, in state PRE. AMTHI 0x88. */
int meiprov_disable_clear(struct meiprov_device *dev, struct meiprov_error *err);

/**
 * struct meiprov_network - what the firmware says of its network
 * @has_lan: @enabled to @mac, of the wired interface; AMTHI 0x48
 * @has_tcpip: @domain; AMTHI 0x06
 * @has_server: @server_port to @server_fqdn: where Hellos go; AMTHI 0x4E
 * @has_security: @interface_on to @crypto; AMTHI 0x1B
 * @ipv4: 0x01020304 is 1.2.3.4, 0 none
 * @dhcp: the address comes from DHCP
 * @domain: the domain the network gave (DHCP option 15); bytes are not filtered
 * @server_address, @server_fqdn: "" when not set
 * @interface_on: the ME's network interface is open
 * @crypto: encryption is not disabled by a fuse
 */
struct meiprov_network {
	bool has_lan;
	bool has_tcpip;
	bool has_server;
	bool has_security;
	bool enabled;
	bool link_up;
	bool dhcp;
	bool interface_on;
	bool sol;
	bool ider;
	bool crypto;
	uint8_t mac[6];
	uint32_t ipv4;
	uint32_t server_port;
	char domain[256];
	char server_address[48];
	char server_fqdn[256];
};

/* A part that the firmware refuses is left out: see the has_ members. */
int meiprov_network_get(struct meiprov_device *dev, struct meiprov_network *out,
			struct meiprov_error *err);

/* ---------------------------------------------------------- capabilities */

enum meiprov_verdict {
	MEIPROV_NO,
	MEIPROV_YES,
	MEIPROV_UNKNOWN,
};

/* How a rule is known. */
enum meiprov_confidence {
	MEIPROV_DOCUMENTED, /* Intel's documentation says so */
	MEIPROV_SEEN,	    /* published programs or captures show it */
	MEIPROV_INFERRED,
};

/* "no", "yes", "unknown"; "documented", "seen", "inferred". */
const char *meiprov_verdict_name(enum meiprov_verdict verdict);
const char *meiprov_confidence_name(enum meiprov_confidence confidence);

enum meiprov_capability_id {
	MEIPROV_CAP_ZTC_READ,
	MEIPROV_CAP_ZTC_DISABLE,
	MEIPROV_CAP_ZTC_ENABLE,
	MEIPROV_CAP_HASH_READ,
	MEIPROV_CAP_HASH_WRITE,
	MEIPROV_CAP_OTP_SET,
	MEIPROV_CAP_SUFFIX_READ,
	MEIPROV_CAP_SUFFIX_SET,
	MEIPROV_CAP_START,
	MEIPROV_CAP_START_IPV6,
	MEIPROV_CAP_START_HOST_BASED,
	MEIPROV_CAP_STOP,
	MEIPROV_CAP_UNPROVISION,
	MEIPROV_CAP_EHBC_READ,
	MEIPROV_CAP_EHBC_DISABLE,
	MEIPROV_CAP_DISABLE_CLEAR,
	MEIPROV_CAPABILITIES, /* their number */
};

/**
 * struct meiprov_situation - what the rules go by; zero is "nothing is known"
 * @major, @minor: AMT version
 * @seen: what the firmware answered when the command was tried
 */
struct meiprov_situation {
	bool has_version;
	bool has_state;
	bool has_control;
	bool has_ztc;
	bool has_suffix;
	bool ztc;
	bool suffix_set;
	unsigned int major;
	unsigned int minor;
	uint32_t provisioning;
	uint32_t control;
	struct {
		bool asked;
		uint32_t status;
	} seen[MEIPROV_CAPABILITIES];
};

/* Read it from the device, with commands that change nothing. A refusal is a fact
 * like others and no failure.
 */
int meiprov_situation_get(struct meiprov_device *dev, struct meiprov_situation *out,
			  struct meiprov_error *err);

/**
 * struct meiprov_capability - will this firmware take it from the host now?
 * @name: "otp-set", ...
 * @rule: the whole rule, in words
 * @source: where it stands
 * @confidence: how sure it is
 * @why: what decided when @verdict is not MEIPROV_YES, else ""
 */
struct meiprov_capability {
	enum meiprov_capability_id id;
	enum meiprov_verdict verdict;
	enum meiprov_confidence confidence;
	const char *name;
	const char *rule;
	const char *source;
	char why[128];
};

/* Pure: asks nobody. -EINVAL for an @id that does not exist. */
int meiprov_capability_get(const struct meiprov_situation *situation, enum meiprov_capability_id id,
			   struct meiprov_capability *out);
/* "12.0.49" to 12 and 0; false for what is no version, NULL included. */
bool meiprov_version_parse(const char *text, unsigned int *major, unsigned int *minor);

/* ------------------------------------------------------------ hash slots */

#define MEIPROV_DIGEST_MAX 64

/* Algorithm numbers of AMTHI 2D and of the Hello message. */
enum meiprov_hash_algorithm {
	MEIPROV_HASH_MD5 = 0,
	MEIPROV_HASH_SHA1 = 1,
	MEIPROV_HASH_SHA256 = 2,
	MEIPROV_HASH_SHA384 = 3,
};

struct meiprov_hash {
	uint32_t handle;
	bool is_default;
	bool is_active;
	uint32_t algorithm;
	size_t digest_len; /* 0: unknown algorithm, @digest as received */
	uint8_t digest[MEIPROV_DIGEST_MAX];
	char name[40];
};

/**
 * meiprov_hash_list() - the hash table as one consistent snapshot
 * @out: array, free() it; NULL when the table is empty
 * @count: its length
 *
 * Errors besides those of every command: -EAGAIN the table kept changing.
 */
int meiprov_hash_list(struct meiprov_device *dev, struct meiprov_hash **out, size_t *count,
		      struct meiprov_error *err);
/* "SHA-256" ..., or "unknown". */
const char *meiprov_hash_algorithm_name(uint32_t algorithm);

/* --------------------------------------------------------- configuration */

#define MEIPROV_OTP_MIN 8
#define MEIPROV_OTP_MAX 32

/* Write the one-time password: @len bytes, MEIPROV_OTP_MIN to _MAX. */
int meiprov_otp_set(struct meiprov_device *dev, const void *otp, size_t len,
		    struct meiprov_error *err);

/**
 * meiprov_start() - open the ME's network interface for configuration
 *
 * Asks once. -EREMOTEIO with fw_status 0x31 (certificate not ready) or 0x30
 * (random numbers not ready) means: ask again, that may take seven minutes;
 * meiprov_start_retryable() knows these.
 */
int meiprov_start(struct meiprov_device *dev, bool ipv6, struct meiprov_error *err);
bool meiprov_start_retryable(const struct meiprov_error *err);
int meiprov_stop(struct meiprov_device *dev, struct meiprov_error *err);

/* --------------------------------------------------------------- monitor */

struct meiprov_monitor;

enum meiprov_event_type {
	MEIPROV_EVENT_DEVICE_ADD,
	MEIPROV_EVENT_DEVICE_DEL,
	MEIPROV_EVENT_DEVICE_CHANGE, /* link up or down */
	MEIPROV_EVENT_STATE,
	MEIPROV_EVENT_LOST, /* the socket overflowed: read the state anew */
};

struct meiprov_event {
	enum meiprov_event_type type;
	int index;
	bool link_up;
	struct meiprov_state state; /* MEIPROV_EVENT_STATE */
};

/**
 * meiprov_monitor_new() - follow devices over generic netlink
 * @poll_ms: wanted distance of the driver's own polls; 0: its default
 *
 * Needs CAP_NET_ADMIN. While the monitor lives the driver polls the ME.
 */
int meiprov_monitor_new(unsigned int poll_ms, struct meiprov_monitor **out,
			struct meiprov_error *err);
void meiprov_monitor_free(struct meiprov_monitor *mon);
/* Readable when there may be an event: call meiprov_monitor_next() until it
 * answers -EAGAIN before waiting again.
 */
int meiprov_monitor_fd(const struct meiprov_monitor *mon);
/* Next event without waiting; -EAGAIN when there is none, -EBADMSG one that this
 * library cannot read: go on with the next.
 */
int meiprov_monitor_next(struct meiprov_monitor *mon, struct meiprov_event *event);

/* ------------------------------------- PKI-CH: what both ends of it need */

/* At most 255 entries of at most 50 bytes behind 25 bytes of head. */
#define MEIPROV_HELLO_MAX	  (25 + 255 * 50)
#define MEIPROV_HELLO_VERSION_PKI 3

struct meiprov_hello {
	bool credentials_set; /* the factory password has been changed */
	uint32_t retry;
	uint8_t uuid[16];
	size_t hash_count;
	struct meiprov_hello_hash {
		uint8_t algorithm;
		uint8_t digest_len;
		uint8_t digest[48];
	} hashes[255];
};

/**
 * meiprov_hello_decode() - decode a Hello message of version 3 (PKI-CH)
 *
 * Errors: -EMSGSIZE too short, too long, or bytes left over; -EPROTONOSUPPORT
 * another version; -EBADMSG an impossible field.
 * Layout: Documentation/protocol.md.
 */
int meiprov_hello_decode(const void *buf, size_t len, struct meiprov_hello *out);
/* Returns the length, or -ENOBUFS, -EINVAL. */
ssize_t meiprov_hello_encode(const struct meiprov_hello *hello, void *buf, size_t size);

enum meiprov_otp_result {
	MEIPROV_OTP_MATCH,
	MEIPROV_OTP_WRONG,
	MEIPROV_OTP_ABSENT, /* 32 zero bytes or nothing: never a match */
};

/**
 * meiprov_otp_compare() - compare what a device shows with what was expected
 * @seen: ProvisioningServerOTP, decoded from base64
 *
 * Trailing zero bytes of @seen do not count. Constant time for a given pair
 * of lengths. An empty or out-of-range @expected never matches.
 */
enum meiprov_otp_result meiprov_otp_compare(const void *seen, size_t seen_len, const void *expected,
					    size_t expected_len);
/* @len characters (8 to 32) of [A-Za-z2-9] without look-alikes, and a NUL. */
int meiprov_otp_generate(char *out, size_t len);

struct meiprov_chain;

/**
 * meiprov_chain_load() - read a provisioning chain
 * @pem: certificates in PEM, any order; must hold leaf to self-signed root
 *
 * The chain is put in order, leaf first. Text around the PEM blocks is ignored.
 * Errors: -EBADMSG not PEM, or a block that is not a certificate; -ENOENT no
 * leaf or no self-signed root; -EINVAL they do not form one chain or a signature
 * does not verify.
 */
int meiprov_chain_load(const void *pem, size_t len, struct meiprov_chain **out,
		       struct meiprov_error *err);
void meiprov_chain_free(struct meiprov_chain *chain);
size_t meiprov_chain_length(const struct meiprov_chain *chain);
/* DER of certificate @i (0 = leaf); lives as long as the chain. */
const uint8_t *meiprov_chain_der(const struct meiprov_chain *chain, size_t i, size_t *len);
/* Digest of the root's DER. Returns its length or -EOPNOTSUPP. */
int meiprov_chain_root_digest(const struct meiprov_chain *chain, uint32_t algorithm,
			      uint8_t digest[MEIPROV_DIGEST_MAX]);
/* Leaf has the Intel OID with serverAuth, or the OU; false otherwise. */
bool meiprov_chain_is_provisioning(const struct meiprov_chain *chain);
/* Common name of the leaf; "" when there is none. */
const char *meiprov_chain_cn(const struct meiprov_chain *chain);
/* Would a device with trusted suffix @suffix accept the leaf's name? The
 * baseline rule of Documentation/protocol.md.
 */
bool meiprov_chain_suffix_match(const struct meiprov_chain *chain, const char *suffix);

/* How a chain and a hash table go together, the best first. */
enum meiprov_chain_fit {
	MEIPROV_FIT_ACTIVE,	  /* an active slot holds the root's hash */
	MEIPROV_FIT_INACTIVE,	  /* a slot holds it, but is not active */
	MEIPROV_FIT_INTERMEDIATE, /* a slot holds the hash of another certificate */
	MEIPROV_FIT_NONE,
};

/**
 * struct meiprov_chain_match - the slot that decides
 * @slot: its place in the table, when @fit is not MEIPROV_FIT_NONE
 * @cert: the certificate whose hash it holds (0 = leaf)
 */
struct meiprov_chain_match {
	enum meiprov_chain_fit fit;
	size_t slot;
	size_t cert;
};

/* Which of @count slots fits best; of equal ones the first. */
struct meiprov_chain_match meiprov_chain_match(const struct meiprov_chain *chain,
					       const struct meiprov_hash *hashes, size_t count);

/**
 * struct meiprov_chain_target - the device a chain is to be shown to
 * @has_version, @major, @minor: of AMT
 * @hashes: its table of @hash_count entries; NULL: not known
 * @suffix: its trusted suffix, "" when none is set; NULL: not known
 * @domain: what its network gave (DHCP option 15), "" when nothing; NULL: not known
 */
struct meiprov_chain_target {
	bool has_version;
	unsigned int major;
	unsigned int minor;
	const struct meiprov_hash *hashes;
	size_t hash_count;
	const char *suffix;
	const char *domain;
};

enum meiprov_chain_rule_id {
	MEIPROV_CHAIN_ROOT,
	MEIPROV_CHAIN_SIGNATURES,
	MEIPROV_CHAIN_KEYS,
	MEIPROV_CHAIN_PURPOSE,
	MEIPROV_CHAIN_DOMAIN,
	MEIPROV_CHAIN_SIZE,
	MEIPROV_CHAIN_DATES,
	MEIPROV_CHAIN_RULES, /* their number */
};

/**
 * struct meiprov_chain_rule - what one rule of the firmware says to a chain
 * @verdict: MEIPROV_YES: nothing against it, MEIPROV_NO: refused
 * @rule, @source, @confidence: as in struct meiprov_capability
 * @seen: what decided: the slot, the certificate, the name
 */
struct meiprov_chain_rule {
	enum meiprov_chain_rule_id id;
	enum meiprov_verdict verdict;
	enum meiprov_confidence confidence;
	const char *name;
	const char *rule;
	const char *source;
	char seen[256];
};

/* Pure: asks nobody. -EINVAL for an @id that does not exist. */
int meiprov_chain_judge(const struct meiprov_chain *chain,
			const struct meiprov_chain_target *target, enum meiprov_chain_rule_id id,
			struct meiprov_chain_rule *out);
/* All rules: MEIPROV_NO if one refuses, else MEIPROV_UNKNOWN if one does not know. */
enum meiprov_verdict meiprov_chain_verdict(const struct meiprov_chain *chain,
					   const struct meiprov_chain_target *target);

/* ------------------------------------------------------------- preflight */

/* In order: a higher one is worse. */
enum meiprov_severity {
	MEIPROV_OK,
	MEIPROV_NOTE,	 /* worth knowing, stops nothing */
	MEIPROV_DOUBT,	 /* could not be read, or no source decides it */
	MEIPROV_WARNING, /* may stop configuration */
	MEIPROV_FAILURE, /* stops configuration */
};

/* "ok", "note", "unknown", "warning", "failure". */
const char *meiprov_severity_name(enum meiprov_severity severity);

/**
 * struct meiprov_finding - one precondition
 * @code: stable, for programs: "ztc-off"; all of them: meiprov-check(7)
 * @looked_at: what was looked at
 * @seen: what was seen. Text of the firmware in it is not filtered
 * @why: why it matters, "" when all is well
 * @next: what to do next, "" when nothing is to be done
 */
struct meiprov_finding {
	enum meiprov_severity severity;
	char code[40];
	char looked_at[64];
	char seen[256];
	char why[256];
	char next[256];
};

/**
 * struct meiprov_check_options - what the preflight is to look at
 * @size: sizeof(struct meiprov_check_options); a zero there is -EINVAL
 * @how: the way to the ME; needs no @writable
 * @chain: NULL, or the chain whose chances are to be judged
 * @server: NULL, or the setup server's name; without it what the ME will look for
 * @timeout_ms: deadline of each command to the ME, 0: the default
 */
struct meiprov_check_options {
	size_t size;
	const struct meiprov_open *how;
	const struct meiprov_chain *chain;
	const char *server;
	unsigned int timeout_ms;
};

struct meiprov_check;

/**
 * meiprov_check_run() - look at every precondition of remote configuration
 * @out: the findings; free with meiprov_check_free()
 *
 * Changes nothing. It asks the ME, looks at /sys and /proc, resolves the server's
 * name and connects to its port 9971 without sending anything. What cannot be read
 * (no ME, no rights) is a finding and no failure: only -EINVAL and -ENOMEM are.
 */
int meiprov_check_run(const struct meiprov_check_options *options, struct meiprov_check **out);
void meiprov_check_free(struct meiprov_check *check);
size_t meiprov_check_count(const struct meiprov_check *check);
/* Lives as long as @check; NULL beyond the last. */
const struct meiprov_finding *meiprov_check_finding(const struct meiprov_check *check, size_t i);
/* The worst severity of all. */
enum meiprov_severity meiprov_check_worst(const struct meiprov_check *check);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif /* MEIPROV_H */
