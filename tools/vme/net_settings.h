/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a server has set in a device over the network: keys, certificates, users,
 * TLS, and the plain properties of WS-Man classes. Knows no protocol. TLS settings
 * take effect with CommitChanges (protocol.md 5.3 step 12).
 */
#ifndef VME_NET_SETTINGS_H
#define VME_NET_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

struct event_base;
struct key_job;
struct key_pool;

/* Room in the flash. No source says how much there is; the numbers are ours. */
#define NET_KEYS_MAX  8
#define NET_CERTS_MAX 16
#define NET_ROOTS_MAX 4 /* trusted roots among them (protocol.md 3.3.6) */
#define NET_USERS_MAX 16

#define NET_NONCE_LEN	  20
#define NET_USER_NAME_MAX 16
#define NET_SID_MAX	  28
#define NET_CNS_MAX	  4
#define NET_CN_MAX	  63

struct net_key {
	uint32_t handle;
	EVP_PKEY *pair;
};

struct net_cert {
	uint32_t handle;
	X509 *cert;
	bool trusted_root;
};

/* Bits of net_user.realms are 1 << realm (protocol.md 5.3 step 13). */
#define NET_REALM_ADMINISTRATION 3

struct net_user {
	uint32_t handle;
	char name[NET_USER_NAME_MAX + 1]; /* "" for a user of Kerberos */
	uint8_t ha1[16];
	uint8_t sid[NET_SID_MAX];
	size_t sid_len;
	uint32_t access; /* 0 local, 1 network, 2 both */
	uint32_t realms;
	bool enabled;
};

struct net_tls_setting {
	bool enabled;
	bool mutual;
	bool accept_plain;
	char cns[NET_CNS_MAX][NET_CN_MAX + 1];
	size_t cn_count;
};

enum net_tls_side { NET_TLS_REMOTE, NET_TLS_LOCAL, NET_TLS_SIDES };

struct net_tls {
	struct net_tls_setting sides[NET_TLS_SIDES];
	uint32_t cert; /* handle of the server certificate */
	bool has_cert;
};

/* A property that differs from the class's table. */
struct net_value {
	STAILQ_ENTRY(net_value) list;
	size_t instance;
	char *text;
	const char *property; /* behind the other name */
	char class_name[];
};

/* The maker of GenerateKeyPair; one at a time. */
struct net_key_maker {
	struct event_base *base;
	struct key_pool *pool;
	struct key_job *job;
	EVP_PKEY *made;
	bool failed;
	unsigned int bits;
	void (*wake)(void *ctx); /* it has ended, one way or the other */
	void *ctx;
};

struct net_settings {
	struct net_key keys[NET_KEYS_MAX];
	size_t key_count;
	struct net_cert *certs;
	size_t cert_count;
	struct net_user *users;
	size_t user_count;
	uint32_t last_handle;
	struct net_tls tls;	   /* in force */
	struct net_tls tls_wanted; /* from the next CommitChanges on */
	STAILQ_HEAD(, net_value) values;
	uint8_t nonce[NET_NONCE_LEN]; /* ConfigurationNonce */
	bool has_nonce;
	bool clock_set;		/* the time of day is a server's */
	int64_t clock_ahead_us; /* what servers have added to it */
	struct net_key_maker maker;
};

void net_settings_init(struct net_settings *settings);
/* All of it goes; the maker's base, pool and wake stay, and so does the time. */
void net_settings_clear(struct net_settings *settings);
/* Partial unprovisioning: names and addresses stay, keys and users go. */
void net_settings_clear_secrets(struct net_settings *settings);

/* Nobody is woken any more, and what is being made is dropped. */
void net_settings_detach(struct net_settings *settings);

/* New after every change of configuration; made when it is asked for. */
const uint8_t *net_settings_nonce(struct net_settings *settings);

/* --- keys and certificates; -ENOSPC, -EEXIST, -ENOENT, -EBUSY: in use --- */
/* Takes over @pair on success. */
int net_key_add(struct net_settings *settings, EVP_PKEY *pair, uint32_t *handle);
int net_key_remove(struct net_settings *settings, uint32_t handle);
EVP_PKEY *net_key_find(const struct net_settings *settings, uint32_t handle);
/* The stored private key that fits @cert, or NULL. */
EVP_PKEY *net_key_of_cert(const struct net_settings *settings, X509 *cert);
/* Takes over @cert on success. */
int net_cert_add(struct net_settings *settings, X509 *cert, bool trusted_root, uint32_t *handle);
int net_cert_remove(struct net_settings *settings, uint32_t handle);
const struct net_cert *net_cert_find(const struct net_settings *settings, uint32_t handle);

/*
 * As it was before the power went, with its own handle; takes over what it points to.
 * -EINVAL: the handle is taken or was never given. Else as the functions above.
 */
int net_key_restore(struct net_settings *settings, const struct net_key *key);
int net_cert_restore(struct net_settings *settings, const struct net_cert *cert);

/*
 * GenerateKeyPair: -EAGAIN: being made, maker.wake will tell. -EBUSY: one of another
 * size is being made. 0: *@pair is the caller's.
 */
int net_key_make(struct net_settings *settings, unsigned int bits, EVP_PKEY **pair);

/* --- users --- */
/* -EEXIST: the name is taken. Gives the entry a handle. */
int net_user_add(struct net_settings *settings, const struct net_user *user, uint32_t *handle);
int net_user_restore(struct net_settings *settings, const struct net_user *user);
int net_user_remove(struct net_settings *settings, uint32_t handle);
struct net_user *net_user_find(struct net_settings *settings, uint32_t handle);
const struct net_user *net_user_named(const struct net_settings *settings, const char *name);

/* --- TLS --- */
/* CommitChanges: true if what is in force has changed. */
bool net_tls_commit(struct net_settings *settings);

/* --- properties --- */
const char *net_value_get(const struct net_settings *settings, const char *class_name,
			  size_t instance, const char *property);
/* @text NULL forgets the value. 0 or -ENOMEM. */
int net_value_set(struct net_settings *settings, const char *class_name, size_t instance,
		  const char *property, const char *text);

#endif /* VME_NET_SETTINGS_H */
