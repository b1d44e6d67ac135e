/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PKI-CH, what both ends of it need: Hello, OTP, chain. Part of meiprov.h, which has the
 * conventions and includes it.
 */
#ifndef MEIPROV_PKI_H
#define MEIPROV_PKI_H

#include "meiprov.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

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
/* @len characters (8 to 32) of [A-Z2-9] without I and O, and a NUL. */
int meiprov_otp_generate(char *out, size_t len);

/* Several threads may read one: it does not change. */
struct meiprov_chain;

/**
 * meiprov_chain_load() - read a provisioning chain
 * @data: certificates in PEM, or in DER one after the other, in any order; must hold
 *	leaf to self-signed root
 * @out: free with meiprov_chain_free()
 *
 * The chain is put in order, leaf first. Text around PEM blocks is ignored.
 * Errors: -EBADMSG neither form, or something that is not a certificate; -ENOENT no
 * leaf or no self-signed root; -EINVAL they do not form one chain or a signature
 * does not verify; -ENOMEM.
 */
int meiprov_chain_load(const void *data, size_t len, struct meiprov_chain **out,
		       struct meiprov_error *err);
/**
 * meiprov_chain_load_pkcs12() - the same from a PKCS#12 file (.p12, .pfx)
 * @password: UTF-8; NULL is as "". Deriving the keys takes seconds at most: a file that
 *	wants more than 5,000,000 rounds is refused, and so are scrypt and PBMAC1
 *
 * A private key in it is not decrypted. Errors besides those of meiprov_chain_load():
 * -EKEYREJECTED the password is another one.
 */
int meiprov_chain_load_pkcs12(const void *data, size_t len, const char *password,
			      struct meiprov_chain **out, struct meiprov_error *err);
/* NULL is allowed. */
void meiprov_chain_free(struct meiprov_chain *chain);
/* How many certificates it has, leaf and root included. */
size_t meiprov_chain_length(const struct meiprov_chain *chain);
/* DER of certificate @i (0 = leaf); lives as long as the chain. */
const uint8_t *meiprov_chain_der(const struct meiprov_chain *chain, size_t i, size_t *len);
/* Digest of the root's DER. Returns its length or -EOPNOTSUPP. */
int meiprov_chain_root_digest(const struct meiprov_chain *chain, uint32_t algorithm,
			      uint8_t digest[MEIPROV_DIGEST_MAX]);
/* The same of certificate @i (0 = leaf); -EINVAL beyond the last. */
int meiprov_chain_digest(const struct meiprov_chain *chain, size_t i, uint32_t algorithm,
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

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif /* MEIPROV_PKI_H */
