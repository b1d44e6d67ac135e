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
 *  - Functions may be called from any thread, and objects do not know of each other.
 *    What several threads may do with one and the same object:
 *	device		everything at once, but closing: its commands go one after the
 *			other (an internal lock)
 *	configuration	one of them starts or follows; all may cancel
 *	monitor		one at a time
 *	chain, check	everything at once, but freeing: they do not change
 *	context		everything at once: it is counted
 *    Structs and buffers are the caller's own. libmeiprov/tests/test_lib_threads.c runs
 *    this under ThreadSanitizer.
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

/* Whom the library tells what it does: context.h. */
struct meiprov_context;

/* Several threads may use one; only one may close it, when none uses it. */
struct meiprov_device;

#define MEIPROV_TIMEOUT_DEFAULT 0

/**
 * struct meiprov_place - where an ME with AMT is
 * @index: N of /dev/meiprovN; -1: the module does not have it
 * @parent: PCI name of the ME ("0000:00:16.0"), "" when not known
 * @node: /dev/meiprovN, or ""
 * @mei_node: the MEI bus driver's node of the same ME ("/dev/mei0"), or ""
 */
struct meiprov_place {
	int index;
	char parent[32];
	char node[32];
	char mei_node[32];
};

/**
 * meiprov_device_list() - the MEs of this machine that have AMT
 * @out: array in order of the PCI names, free() it; NULL when there is none
 * @count: its length
 * @err: optional
 *
 * From sysfs: nothing is opened, no right is needed and no ME asked. Errors: -ENOMEM.
 */
int meiprov_device_list(struct meiprov_place **out, size_t *count, struct meiprov_error *err);

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
 * @parent: NULL, or the PCI name of the ME; then neither @transport nor @index is given
 * @writable: also for commands that change the ME
 * @record: NULL, or a file to be made: the messages that go to the ME and back,
 *	one-time passwords left out. Not with "chardev", which shows none
 * @context: NULL, or told which transport was chosen and why, and then each command;
 *	the handle has a reference to it
 *
 * The choice: /dev/meiprovN where there is one (or @index is given); else, and for
 * a record, the MEI bus driver's node.
 */
struct meiprov_open {
	size_t size;
	const char *transport;
	int index;
	const char *parent;
	bool writable;
	const char *record;
	struct meiprov_context *context;
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

/* Versions (AMTHI 0x1A) and UUID (0x5C); -EREMOTEIO only if both were refused. The
 * module answers from its copy while the link is up.
 */
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

/* Provisioning state (AMTHI 0x11) and control mode (0x6B), asked now; -EREMOTEIO only
 * if both were refused. @generation grows with each change that the module noticed, 0
 * on other transports.
 */
int meiprov_state_get(struct meiprov_device *dev, struct meiprov_state *out,
		      struct meiprov_error *err);
/* "PRE", "IN", "POST", or "unknown". */
const char *meiprov_state_name(uint32_t provisioning);
/* "none", "client", "admin", or "unknown". */
const char *meiprov_control_name(uint32_t control);

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

/* ---------------------------------------------------------- one-time password */

#define MEIPROV_OTP_MIN 8
#define MEIPROV_OTP_MAX 32

/* Write the one-time password: @len bytes, MEIPROV_OTP_MIN to _MAX. */
int meiprov_otp_set(struct meiprov_device *dev, const void *otp, size_t len,
		    struct meiprov_error *err);

/* --------------------------------------------------------------- monitor */

/* For one thread at a time. */
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
 * @context: NULL, or told which devices are watched and which cannot be; the monitor
 *	has a reference to it
 * @poll_ms: wanted distance of the driver's own polls; 0: its default
 *
 * Needs CAP_NET_ADMIN. While the monitor lives the driver polls the ME.
 */
int meiprov_monitor_new(struct meiprov_context *context, unsigned int poll_ms,
			struct meiprov_monitor **out, struct meiprov_error *err);
/* NULL is allowed. */
void meiprov_monitor_free(struct meiprov_monitor *mon);
/* Readable when there may be an event: call meiprov_monitor_next() until it
 * answers -EAGAIN before waiting again.
 */
int meiprov_monitor_fd(const struct meiprov_monitor *mon);
/* Next event without waiting; -EAGAIN when there is none, -EBADMSG one that this
 * library cannot read: go on with the next.
 */
int meiprov_monitor_next(struct meiprov_monitor *mon, struct meiprov_event *event);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#include "check.h"
#include "config.h"
#include "context.h"
#include "pki.h"
#include "ztc.h"

#endif /* MEIPROV_H */
