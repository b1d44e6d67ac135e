/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What firmware checks on the certificate chain of a setup server. */
#ifndef VME_CHAIN_H
#define VME_CHAIN_H

#include <stdbool.h>
#include <openssl/x509.h>

struct amt;
struct amt_tls_verdict;

/* Values of amt_tls_verdict.rule. "" means accepted. */
#define CHAIN_NO_CERT	    "no client certificate"
#define CHAIN_TOO_LONG	    "chain too long"
#define CHAIN_MALFORMED	    "certificate malformed"
#define CHAIN_ROOT_MISSING  "root not in chain"
#define CHAIN_ROOT_UNKNOWN  "root hash not in table"
#define CHAIN_SLOT_DISABLED "slot disabled"
#define CHAIN_SIGNATURE	    "chain signature"
#define CHAIN_WEAK_HASH	    "weak signature hash"
#define CHAIN_WEAK_KEY	    "weak key"
#define CHAIN_PURPOSE	    "not a provisioning certificate"
#define CHAIN_SUFFIX	    "domain does not match"
#define CHAIN_TLS	    "tls handshake"

/* Certificates in a chain, root included; real limits are unpublished but small
 * (protocol.md 3.3.6).
 */
#define CHAIN_MAX     5
#define CHAIN_DER_MAX 4100 /* bytes of one certificate, same place */

/*
 * Judge @sent, the certificates as they came, against the device's table and
 * suffix. sent[0] is the leaf (its key signs the handshake); the others may come
 * in any order. Fills @verdict, returns true if the peer may configure.
 */
bool chain_judge(const struct amt *amt, const STACK_OF(X509) *sent,
		 struct amt_tls_verdict *verdict);

/* Does the certificate's @cn speak for devices whose trusted suffix is @suffix? */
bool chain_cn_matches(const char *cn, const char *suffix);

#endif /* VME_CHAIN_H */
