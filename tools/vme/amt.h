/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The AMT firmware model of one virtual device.
 *
 * Both faces of the virtual ME drive it: the host interface (amthi_dev.c, what
 * mei_me sees) and the network interface (net_*.c). Every rule about states,
 * windows and who may do what is here and nowhere else; the faces only
 * translate. Functions that model a command return the AMT status the firmware
 * would answer (0 = success).
 *
 * State machine:
 *	PRE  --start, certificate ready-->  IN (window open: Hello, 16993)
 *	PRE  --local start, the same-->     IN (waits for the host, no port)
 *	IN   --stop-->                      PRE
 *	IN   --window runs out-->           IN, window closed
 *	IN   --commit-->                    POST (admin control mode)
 *	any  --full unprovision-->          PRE
 *	any  --partial unprovision-->       PRE, and on to IN by itself
 */
#ifndef VME_AMT_H
#define VME_AMT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include "tools/vme/amt_platform.h"
#include "tools/vme/vme_clock.h"

struct event;
struct event_base;
struct key_pool;
struct net_settings;

enum amt_state { AMT_PRE = 0, AMT_IN = 1, AMT_POST = 2 };
enum amt_control { AMT_CONTROL_NONE = 0, AMT_CONTROL_CCM = 1, AMT_CONTROL_ACM = 2 };

#define AMT_OTP_MIN	     8
#define AMT_OTP_MAX	     32
#define AMT_SUFFIX_MAX	     223
#define AMT_HASH_NAME_MAX    32
#define AMT_DIGEST_MAX	     64
#define AMT_PASSWORD_MAX     32
#define AMT_FACTORY_PASSWORD "admin"
#define AMT_WINDOW_MAX_S     (255 * 3600) /* protocol.md 1.4 */

/* AMT statuses the model answers with (amthi.md 4). */
enum amt_status {
	AMT_SUCCESS = 0x000,
	AMT_INTERNAL_ERROR = 0x001,
	AMT_NOT_READY = 0x002,
	AMT_INVALID_MODE = 0x003,
	AMT_INVALID_MESSAGE_LENGTH = 0x004,
	AMT_NOT_PERMITTED = 0x010,
	AMT_UNSUPPORTED_VERSION = 0x01d,
	AMT_INVALID_PARAMETER = 0x024,
	AMT_RNG_GENERATION_IN_PROGRESS = 0x02f,
	AMT_RNG_NOT_READY = 0x030,
	AMT_CERTIFICATE_NOT_READY = 0x031,
	AMT_HOST_VPN_IS_DISABLED = 0x201,
	AMT_INVALID_COMMAND = 0x803,
	AMT_INVALID_PASSWORD = 0x806,
	AMT_DATA_MISSING = 0x809,
	AMT_NOT_FOUND = 0x814,
	AMT_BLOCKING_COMPONENT = 0x81c,
	AMT_IPV6_INTERFACE_DISABLED = 0x9c4,
	AMT_INTERFACE_DOES_NOT_EXIST = 0x9c5,
};

/* The seed of the random number generator, as the host reads it (amthi.md 2E). */
enum amt_rng { AMT_RNG_EXISTS = 0, AMT_RNG_MAKING = 1, AMT_RNG_NONE = 2 };

struct amt_version {
	char name[21];
	char value[21];
};

/* One certificate hash slot. Handles need not be contiguous. */
struct amt_hash {
	uint32_t handle;
	uint8_t algorithm; /* 1 SHA-1, 2 SHA-256, 3 SHA-384 */
	uint8_t digest_len;
	uint8_t digest[AMT_DIGEST_MAX];
	char name[AMT_HASH_NAME_MAX + 1];
	bool is_default;
	bool is_active;
};

/* What changed; passed to the listeners. */
enum amt_change {
	AMT_CHANGED_STATE = 1 << 0, /* state, control mode or window */
	AMT_CHANGED_HASHES = 1 << 1,
	AMT_CHANGED_SUFFIX = 1 << 2,
	AMT_CHANGED_CERT = 1 << 3,
	AMT_CHANGED_CREDENTIALS = 1 << 4,
	AMT_CHANGED_SETTINGS = 1 << 5, /* EHBC, the seed, AMT on or off */
	AMT_CHANGED_CLOCK = 1 << 6,    /* what waits for it is to be planned anew */
	AMT_CHANGED_NETWORK = 1 << 7,  /* what servers have set */
};

struct amt;
typedef void (*amt_listener_fn)(struct amt *amt, unsigned int changed, void *ctx);

/* Why the network face refused a peer's chain; kept for the control socket. */
struct amt_tls_verdict {
	char rule[48]; /* "" = accepted; else the first failed rule */
	char detail[160];
	bool root_matched;
	struct amt_hash root; /* the slot that matched, if one did */
	char server_cn[128];
	bool time_valid;
	/* The CAs above the leaf, the issuer first. */
	uint8_t serials[AMT_CA_SERIALS][AMT_SERIAL_LEN];
	bool more_serials;
	char server_ip[AMT_IP_TEXT_LEN];
};

struct amt {
	struct event_base *base;
	struct vme_clock clock;

	/* identity; set from the configuration, fixed afterwards */
	uint8_t uuid[16]; /* SMBIOS order */
	char bios[66];
	struct amt_version *versions;
	size_t version_count;
	char fw_version[24];   /* "12.0.49", as in the Server: header */
	char digest_realm[48]; /* "Digest:" + 32 hex digits */

	/* settings a person makes in MEBx */
	bool enabled; /* AMT as a whole */
	bool ztc_enabled;
	bool ehbc;
	char mebx_suffix[AMT_SUFFIX_MAX + 1]; /* what a person set last */
	char pki_suffix[AMT_SUFFIX_MAX + 1];  /* secure suffix in force, "" = unset */
	char dhcp_suffix[AMT_SUFFIX_MAX + 1]; /* what DHCP option 15 gave */
	char mebx_password[AMT_PASSWORD_MAX + 1];
	bool mebx_default;	 /* still the factory password "admin" */
	struct amt_hash *hashes; /* in the order of their handles */
	size_t hash_count;
	uint32_t factory_slots; /* how many hashes the flash has room for: */
	uint32_t user_slots;	/* shipped with the firmware, added later */

	/* provisioning */
	enum amt_state state;
	enum amt_control control;
	bool window_open;	 /* Hello is sent, 16993 answers */
	int64_t window_begin_us; /* by the clock; of the first Hello */
	int64_t window_end_us;
	uint8_t otp[AMT_OTP_MAX];
	size_t otp_len;	       /* 0 = none set */
	uint8_t admin_ha1[16]; /* MD5(admin:realm:password) */
	bool admin_set;	       /* SetAdminAclEntryEx has been called */
	bool ipv6;
	struct amt_local_setup local;
	struct amt_audit audit;
	bool unprovision_blocked; /* the last attempt was */
	enum amt_rng rng;
	unsigned int rng_delay_ms; /* time a new seed takes */
	char local_password[AMT_PASSWORD_MAX + 1];

	/* TLS identity of this configuration run */
	X509 *cert;
	EVP_PKEY *key;
	bool cert_making;
	struct key_pool *key_pool;  /* NULL: every key is made anew */
	unsigned int cert_delay_ms; /* least time the making takes */

	uint32_t first_window_s; /* 24 h */
	uint32_t window_s;	 /* 6 h, opened once more */

	struct amt_tls_verdict verdict;	 /* of the last client chain */
	struct amt_tls_verdict admitted; /* of the last one that was accepted */
	struct amt_platform platform;
	struct net_settings *settings; /* what servers have set */

	struct amt_private *priv; /* amt.c only */
};

/* A device in state PRE with the given loop; NULL when out of memory. */
struct amt *amt_new(struct event_base *base);
void amt_free(struct amt *amt);

/* Listeners are called from the event loop's thread after the change. */
int amt_listen(struct amt *amt, amt_listener_fn fn, void *ctx);

/*
 * What changes between the two is told when the outer one ends: nobody sees, or
 * keeps, half of it.
 */
void amt_batch_begin(struct amt *amt);
void amt_batch_end(struct amt *amt);

/*
 * Power-on of a configured model: a device set to state IN makes its
 * certificate at once and opens its first window when that is ready. One from flash
 * goes on with what is left of its window.
 */
void amt_power_on(struct amt *amt);

/* --- commands of the host interface --- */
uint32_t amt_start(struct amt *amt, bool ipv6);
uint32_t amt_stop(struct amt *amt);
uint32_t amt_set_otp(struct amt *amt, const void *otp, size_t len);
/* CSME 14: waits for the host itself, opens no port. @setup: all but waiting. */
uint32_t amt_start_local(struct amt *amt, const struct amt_local_setup *setup);
uint32_t amt_unprovision_by_host(struct amt *amt);
/* Without a NUL in it; @len 0 removes the suffix. */
uint32_t amt_set_suffix(struct amt *amt, const char *suffix, size_t len);
uint32_t amt_set_ztc(struct amt *amt, uint32_t mode);
uint32_t amt_set_ehbc(struct amt *amt, uint32_t mode);
uint32_t amt_disable_and_clear(struct amt *amt);
uint32_t amt_generate_rng(struct amt *amt);
const struct amt_hash *amt_hash_find(const struct amt *amt, uint32_t handle);

/* --- commands of the network interface; the caller has authenticated --- */
uint32_t amt_set_mebx_password(struct amt *amt, const char *password);
uint32_t amt_set_admin(struct amt *amt, const char *user, const uint8_t ha1[16]);
/* "admin" before SetAdminAclEntryEx. */
const char *amt_admin_name(const struct amt *amt);
/* For the next configuration; @apply false: only say whether it may be. */
uint32_t amt_put_otp(struct amt *amt, const void *otp, size_t len, bool apply);
uint32_t amt_commit(struct amt *amt);
uint32_t amt_unprovision_by_server(struct amt *amt, bool partial);
/* The window ends in @hours, or now; protocol.md 1.4. */
uint32_t amt_extend(struct amt *amt, uint32_t hours);
/* The digest secret that logs @user in now; false when there is no such user.
 * Before SetAdminAclEntryEx "admin" has the MEBx password.
 */
bool amt_ha1(const struct amt *amt, const char *user, uint8_t ha1[16]);
/* What WS-Man shows as ProvisioningServerOTP: the bytes in state IN, else 32
 * zero bytes.
 */
void amt_otp_visible(const struct amt *amt, uint8_t otp[AMT_OTP_MAX]);

/* --- MEBx and test controls --- */
/*
 * Put @hash into a free slot and give it that slot's handle; hash->handle is
 * not looked at. -ENOSPC: no slot is free. -EEXIST: this digest is there.
 * -EINVAL: the digest does not fit its algorithm, or there is no name.
 */
int amt_hash_add(struct amt *amt, const struct amt_hash *hash);
/* As it was somewhere else, with its own handle. -EEXIST: handle or digest is there. */
int amt_hash_restore(struct amt *amt, const struct amt_hash *hash);
/* -ENOENT: no such handle. -EPERM: it came with the firmware. */
int amt_hash_remove(struct amt *amt, uint32_t handle);
int amt_hash_set_active(struct amt *amt, uint32_t handle, bool active);
void amt_hash_clear(struct amt *amt);
/* The hashes this firmware is shipped with; 0 or an error of amt_hash_add(). */
int amt_hash_defaults(struct amt *amt);

/* In state IN and the window has not run out: MEBx and the host must not
 * interfere. True as well while the first certificate is being made.
 */
bool amt_window_runs(const struct amt *amt);
void amt_window_end(struct amt *amt); /* as if its time were over */
/* Seconds that are left of what runs; 0 when nothing does. */
int64_t amt_window_left(const struct amt *amt);
/* To PRE; the user's hashes, the OTP and the admin go, the MEBx password stays. */
void amt_unprovision(struct amt *amt);
/*
 * Keeps the admin, the user's hashes and where the server is; opens a window when
 * the new certificate is ready, if it may.
 */
void amt_unprovision_partial(struct amt *amt);
void amt_clock_jump(struct amt *amt, uint32_t seconds);
void amt_clock_set_scale(struct amt *amt, uint32_t scale);
/* What a person types in MEBx: no rules apply. */
void amt_mebx_set(struct amt *amt, const char *password);
void amt_mebx_suffix(struct amt *amt, const char *suffix);
void amt_mebx_ztc(struct amt *amt, bool on);
void amt_mebx_ehbc(struct amt *amt, bool on);
void amt_mebx_rng(struct amt *amt, bool exists);
void amt_mebx_enable(struct amt *amt, bool on);
/* The same person in the menus. -EINVAL: the password is weak. */
int amt_mebx_set_password(struct amt *amt, const char *password);
int amt_mebx_set_admin(struct amt *amt, const char *password);
void amt_mebx_switch_ztc(struct amt *amt, bool on);
void amt_mebx_server(struct amt *amt, const struct sockaddr_storage *address);
void amt_mebx_server_name(struct amt *amt, const char *name);
int amt_mebx_start(struct amt *amt); /* -EPERM: as a start of the host would be refused */
void amt_changed(struct amt *amt, unsigned int what);

/* The first number of the firmware's version. */
unsigned int amt_release(const struct amt *amt);
const char *amt_state_name(enum amt_state state);

#endif /* VME_AMT_H */
