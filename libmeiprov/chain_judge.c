// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Will a device accept this chain? Each rule of the firmware by itself, for its
 * generation: protocol.md 3.2 and 3.3. What no source decides is unknown.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include "chain_inner.h"
#include "suffix.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* What AMT is known to take: GetPkiCapabilities and AMT_PublicKeyCertificate of Intel's
 * developer guide, and the three serial numbers in the record (protocol.md 3.3.6).
 */
#define CERTS_SURE 5
#define DER_SURE   1500
#define CHAIN_SURE 4100

typedef struct meiprov_chain_rule out_t;
typedef const struct meiprov_chain_target target_t;

__attribute__((format(printf, 3, 4))) static enum meiprov_verdict
say(out_t *out, enum meiprov_verdict verdict, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(out->seen, sizeof(out->seen), format, args);
	va_end(args);
	return verdict;
}

/* --- what each generation takes --- */

/**
 * struct taken - versions for which the answer about a kind of signature or key
 *	is known
 * @from: the first major version for which @verdict holds, up to the next row of
 *	the same @kind
 */
struct taken {
	int kind;
	unsigned int from;
	enum meiprov_verdict verdict;
};

/* By NID of the digest. SHA-1 goes with 15 on desktops only, with 16 on all. */
static const struct taken signatures[] = {
	{ NID_sha1, 0, MEIPROV_YES },	    { NID_sha1, 15, MEIPROV_UNKNOWN },
	{ NID_sha1, 16, MEIPROV_NO },	    { NID_sha256, 0, MEIPROV_UNKNOWN },
	{ NID_sha256, 6, MEIPROV_YES },	    { NID_sha256, 22, MEIPROV_UNKNOWN },
	{ NID_sha384, 0, MEIPROV_UNKNOWN }, { NID_sha384, 6, MEIPROV_YES },
};

enum key_kind { RSA_SHORT, RSA_2048, RSA_3072, RSA_LONG, OTHER_KEY };

/* Version 22 is said to want RSA 3072, by one source only. */
static const struct taken keys[] = {
	{ RSA_SHORT, 0, MEIPROV_YES },	   { RSA_SHORT, 15, MEIPROV_UNKNOWN },
	{ RSA_SHORT, 16, MEIPROV_NO },	   { RSA_2048, 0, MEIPROV_YES },
	{ RSA_2048, 22, MEIPROV_UNKNOWN }, { RSA_3072, 0, MEIPROV_UNKNOWN },
	{ RSA_3072, 12, MEIPROV_YES },	   { RSA_LONG, 0, MEIPROV_UNKNOWN },
	{ RSA_LONG, 12, MEIPROV_YES },
};

/* By enum suffix_fit: the first versions are said to compare the name's domain, later
 * ones the trailing labels; how these handle a suffix that only shares the owner is
 * inferred (protocol.md 3.3.4).
 */
static const struct taken domains[] = {
	{ SUFFIX_EQUAL, 0, MEIPROV_YES },      { SUFFIX_DOMAIN, 0, MEIPROV_YES },
	{ SUFFIX_WITHIN, 0, MEIPROV_UNKNOWN }, { SUFFIX_WITHIN, 4, MEIPROV_YES },
	{ SUFFIX_OWNER, 0, MEIPROV_UNKNOWN },  { SUFFIX_NONE, 0, MEIPROV_NO },
};

/* Without a version: what holds for all of them, if one answer does. */
static enum meiprov_verdict taken(const struct taken *table, size_t n, int kind, target_t *target)
{
	enum meiprov_verdict verdict = MEIPROV_UNKNOWN;
	bool found = false;

	for (size_t i = 0; i < n; i++) {
		if (table[i].kind != kind)
			continue;
		if (!target->has_version && found)
			return MEIPROV_UNKNOWN;
		if (!target->has_version || table[i].from <= target->major)
			verdict = table[i].verdict;
		found = true;
	}
	return verdict;
}

/* --- the rules --- */

static size_t rank(const struct meiprov_chain_match *match)
{
	return (size_t)match->fit;
}

static bool holds(const struct meiprov_hash *slot, const struct meiprov_chain *chain, size_t cert)
{
	uint8_t digest[MEIPROV_DIGEST_MAX];
	int len = chain_digest(chain, cert, slot->algorithm, digest);

	return len > 0 && (size_t)len == slot->digest_len &&
	       !memcmp(digest, slot->digest, (size_t)len);
}

struct meiprov_chain_match meiprov_chain_match(const struct meiprov_chain *chain,
					       const struct meiprov_hash *hashes, size_t count)
{
	struct meiprov_chain_match best = { .fit = MEIPROV_FIT_NONE };
	size_t root = meiprov_chain_length(chain) - 1;

	for (size_t slot = 0; slot < count; slot++)
		for (size_t cert = 0; cert <= root; cert++) {
			struct meiprov_chain_match match = { .slot = slot, .cert = cert };

			if (!holds(&hashes[slot], chain, cert))
				continue;
			match.fit = cert < root		   ? MEIPROV_FIT_INTERMEDIATE :
				    hashes[slot].is_active ? MEIPROV_FIT_ACTIVE :
							     MEIPROV_FIT_INACTIVE;
			if (rank(&match) < rank(&best))
				best = match;
		}
	return best;
}

/* A slot fits; may this generation use one of its algorithm? */
static enum meiprov_verdict judge_slot(const struct meiprov_hash *slot, target_t *target,
				       out_t *out)
{
	enum meiprov_verdict verdict = MEIPROV_YES;

	if (slot->algorithm == MEIPROV_HASH_SHA1)
		verdict = taken(signatures, ARRAY_SIZE(signatures), NID_sha1, target);
	return say(out, verdict, "active slot %u, \"%.40s\" (%s), holds the root's hash%s",
		   slot->handle, slot->name, meiprov_hash_algorithm_name(slot->algorithm),
		   verdict == MEIPROV_YES ? "" : "; SHA-1 is not taken from version 16 on");
}

static enum meiprov_verdict judge_root(const struct meiprov_chain *chain, target_t *target,
				       out_t *out)
{
	struct meiprov_chain_match match;
	const struct meiprov_hash *slot;

	if (!target->hashes)
		return say(out, MEIPROV_UNKNOWN, "the hash table is not known");
	match = meiprov_chain_match(chain, target->hashes, target->hash_count);
	slot = &target->hashes[match.slot];
	switch (match.fit) {
	case MEIPROV_FIT_ACTIVE:
		return judge_slot(slot, target, out);
	case MEIPROV_FIT_INACTIVE:
		return say(out, MEIPROV_NO,
			   "slot %u, \"%.40s\", holds the root's hash but is not active",
			   slot->handle, slot->name);
	case MEIPROV_FIT_INTERMEDIATE:
		return say(
			out, MEIPROV_NO,
			"slot %u, \"%.40s\", holds the hash of certificate %zu, which is not the root",
			slot->handle, slot->name, match.cert);
	default:
		return say(out, MEIPROV_NO,
			   "none of %zu slots holds the hash of a certificate of the chain",
			   target->hash_count);
	}
}

static int digest_of(X509 *cert)
{
	int digest = NID_undef, key = NID_undef;

	OBJ_find_sigid_algs(X509_get_signature_nid(cert), &digest, &key);
	return digest;
}

/* The worst certificate decides; the root's own signature counts as well. */
static enum meiprov_verdict judge_signatures(const struct meiprov_chain *chain, target_t *target,
					     out_t *out)
{
	enum meiprov_verdict worst = say(out, MEIPROV_YES, "all signatures are of a kind it takes");

	for (size_t i = 0; chain_cert(chain, i); i++) {
		int digest = digest_of(chain_cert(chain, i));
		enum meiprov_verdict v = taken(signatures, ARRAY_SIZE(signatures), digest, target);

		if (v == MEIPROV_YES || worst == MEIPROV_NO || (v == worst))
			continue;
		worst = say(out, v, "certificate %zu is signed with %s", i,
			    digest == NID_undef ? "an unknown digest" : OBJ_nid2sn(digest));
	}
	return worst;
}

static enum key_kind kind_of(EVP_PKEY *key)
{
	int bits;

	if (!key || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA)
		return OTHER_KEY;
	bits = EVP_PKEY_get_bits(key);
	if (bits < 2048)
		return RSA_SHORT;
	if (bits == 2048)
		return RSA_2048;
	return bits <= 3072 ? RSA_3072 : RSA_LONG;
}

static enum meiprov_verdict judge_keys(const struct meiprov_chain *chain, target_t *target,
				       out_t *out)
{
	enum meiprov_verdict worst = say(out, MEIPROV_YES, "all keys are of a kind it takes");

	for (size_t i = 0; chain_cert(chain, i); i++) {
		EVP_PKEY *key = X509_get0_pubkey(chain_cert(chain, i));
		enum meiprov_verdict v = taken(keys, ARRAY_SIZE(keys), (int)kind_of(key), target);

		if (v == MEIPROV_YES || worst == MEIPROV_NO || v == worst)
			continue;
		worst = key ? say(out, v, "certificate %zu has a key of %d bits%s", i,
				  EVP_PKEY_get_bits(key),
				  kind_of(key) == OTHER_KEY ? ", not RSA" : "") :
			      say(out, v, "certificate %zu has a key of an unknown kind", i);
	}
	return worst;
}

static enum meiprov_verdict judge_purpose(const struct meiprov_chain *chain, target_t *target,
					  out_t *out)
{
	if (meiprov_chain_is_provisioning(chain))
		return say(out, MEIPROV_YES, "the leaf is marked for setup");
	return say(out, MEIPROV_NO, "the leaf has neither the OID nor the OU");
}

/* Which name the device compares with: the suffix if set, else the network's. */
static enum meiprov_verdict judge_domain(const struct meiprov_chain *chain, target_t *target,
					 out_t *out)
{
	static const char *const texts[] = {
		[MEIPROV_NO] = "does not fit",
		[MEIPROV_YES] = "fits",
		[MEIPROV_UNKNOWN] = "may fit",
	};
	const char *cn = meiprov_chain_cn(chain);
	enum meiprov_verdict verdict;
	bool own = target->suffix && *target->suffix;
	const char *name = own ? target->suffix : target->domain;
	const char *kind = own ? "the trusted suffix" : "the network's domain";

	if (!*cn)
		return say(out, MEIPROV_NO, "the leaf has no common name");
	if (!target->suffix || !name)
		return say(out, MEIPROV_UNKNOWN, "the name the device compares with is not known");
	if (!*name)
		return say(
			out, MEIPROV_NO,
			"the device has neither a trusted suffix nor a domain from DHCP option 15");
	verdict = taken(domains, ARRAY_SIZE(domains), (int)suffix_fit(cn, name), target);
	return say(out, verdict, "%.90s %s %s %.90s", cn, texts[verdict], kind, name);
}

static enum meiprov_verdict judge_size(const struct meiprov_chain *chain, target_t *target,
				       out_t *out)
{
	size_t n = meiprov_chain_length(chain);
	size_t total = 0, longest = 0;

	for (size_t i = 0; i < n; i++) {
		size_t len;

		meiprov_chain_der(chain, i, &len);
		total += len;
		longest = len > longest ? len : longest;
	}
	if (n <= CERTS_SURE && total <= CHAIN_SURE && longest <= DER_SURE)
		return say(out, MEIPROV_YES, "%zu certificates, %zu bytes", n, total);
	return say(out, MEIPROV_UNKNOWN,
		   "%zu certificates, %zu bytes, the longest %zu; firmware is known to take %d, %d "
		   "and %d",
		   n, total, longest, CERTS_SURE, CHAIN_SURE, DER_SURE);
}

/* Dates never refuse: the result goes to the device's record (protocol.md 3.3.5). */
static enum meiprov_verdict judge_dates(const struct meiprov_chain *chain, target_t *target,
					out_t *out)
{
	for (size_t i = 0; chain_cert(chain, i); i++) {
		X509 *cert = chain_cert(chain, i);

		if (X509_cmp_current_time(X509_get0_notAfter(cert)) <= 0)
			return say(out, MEIPROV_YES,
				   "certificate %zu has expired: taken, but the device records it",
				   i);
		if (X509_cmp_current_time(X509_get0_notBefore(cert)) >= 0)
			return say(
				out, MEIPROV_YES,
				"certificate %zu is not valid yet: taken, but the device records it",
				i);
	}
	return say(out, MEIPROV_YES, "all certificates are valid now");
}

static const struct {
	enum meiprov_chain_rule_id id;
	const char *name;
	enum meiprov_confidence confidence;
	const char *rule;
	const char *source;
	enum meiprov_verdict (*judge)(const struct meiprov_chain *chain, target_t *target,
				      out_t *out);
} rules[] = {
	{ MEIPROV_CHAIN_ROOT, "root", MEIPROV_DOCUMENTED,
	  "the hash of the root is in an active slot, with the slot's algorithm",
	  "protocol.md 3.3.1", judge_root },
	{ MEIPROV_CHAIN_SIGNATURES, "signatures", MEIPROV_DOCUMENTED,
	  "SHA-1 up to version 14, on some of 15; SHA-2 from version 6 on",
	  "protocol.md 3.2, 3.3.2", judge_signatures },
	{ MEIPROV_CHAIN_KEYS, "keys", MEIPROV_DOCUMENTED,
	  "RSA; less than 2048 bits up to version 14, on some of 15", "protocol.md 3.2, 3.3.2",
	  judge_keys },
	{ MEIPROV_CHAIN_PURPOSE, "purpose", MEIPROV_DOCUMENTED,
	  "the leaf has serverAuth and Intel's OID 2.16.840.1.113741.1.2.3, or the OU "
	  "\"Intel(R) Client Setup Certificate\"",
	  "protocol.md 3.3.3", judge_purpose },
	{ MEIPROV_CHAIN_DOMAIN, "domain", MEIPROV_INFERRED,
	  "the leaf's common name fits the trusted suffix, or if none is set the network's domain",
	  "protocol.md 3.3.4", judge_domain },
	{ MEIPROV_CHAIN_SIZE, "size", MEIPROV_SEEN,
	  "no limit is public; up to five certificates, 1500 bytes each and 4100 in all are sure",
	  "protocol.md 3.3.6", judge_size },
	{ MEIPROV_CHAIN_DATES, "dates", MEIPROV_DOCUMENTED,
	  "compared with the machine's clock and recorded; an expired chain is not refused",
	  "protocol.md 3.3.5", judge_dates },
};

_Static_assert(ARRAY_SIZE(rules) == MEIPROV_CHAIN_RULES, "all rules are judged");

/* What OpenSSL complains of meanwhile is not for the caller's queue of errors. */
static enum meiprov_verdict judge(size_t i, const struct meiprov_chain *chain, target_t *target,
				  out_t *out)
{
	ERR_set_mark();
	out->verdict = rules[i].judge(chain, target, out);
	ERR_pop_to_mark();
	return out->verdict;
}

int meiprov_chain_judge(const struct meiprov_chain *chain,
			const struct meiprov_chain_target *target, enum meiprov_chain_rule_id id,
			struct meiprov_chain_rule *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		if (rules[i].id != id)
			continue;
		*out = (struct meiprov_chain_rule){
			.id = id,
			.name = rules[i].name,
			.confidence = rules[i].confidence,
			.rule = rules[i].rule,
			.source = rules[i].source,
		};
		judge(i, chain, target, out);
		return 0;
	}
	return -EINVAL;
}

enum meiprov_verdict meiprov_chain_verdict(const struct meiprov_chain *chain,
					   const struct meiprov_chain_target *target)
{
	enum meiprov_verdict verdict = MEIPROV_YES;

	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		struct meiprov_chain_rule rule = { 0 };

		switch (judge(i, chain, target, &rule)) {
		case MEIPROV_NO:
			return MEIPROV_NO;
		case MEIPROV_UNKNOWN:
			verdict = MEIPROV_UNKNOWN;
			break;
		default:
			break;
		}
	}
	return verdict;
}
