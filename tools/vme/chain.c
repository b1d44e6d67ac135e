// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The chain of a setup server, judged as firmware does (protocol.md 3.3): root
 * hash in an active slot, signatures, purpose, domain, in this order; the first
 * rule that fails names the refusal. Validity dates are only recorded. No line
 * is shared with the library or the SCA, which check the same from their side.
 */
#include "tools/vme/chain.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/asn1.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>
#include "tools/vme/amt.h"
#include "tools/vme/net_profile.h"

#define SETUP_OID "2.16.840.1.113741.1.2.3"
#define SETUP_OU  "Intel(R) Client Setup Certificate"

/* The certificates in order: path[0] leaf … path[len - 1] root. */
struct path {
	X509 *cert[CHAIN_MAX];
	int len;
};

__attribute__((format(printf, 3, 4))) static bool refuse(struct amt_tls_verdict *verdict,
							 const char *rule, const char *detail, ...)
{
	va_list args;

	snprintf(verdict->rule, sizeof(verdict->rule), "%s", rule);
	va_start(args, detail);
	vsnprintf(verdict->detail, sizeof(verdict->detail), detail, args);
	va_end(args);
	return false;
}

/* A subject attribute as C string; false when absent, too long or with a NUL
 * inside.
 */
static bool attribute(const X509_NAME *name, int at, char *out, size_t size)
{
	const X509_NAME_ENTRY *entry = X509_NAME_get_entry(name, at);
	unsigned char *utf8 = NULL;
	bool ok = false;
	int len;

	if (at < 0 || !entry)
		return false;
	len = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(entry));
	if (len > 0 && (size_t)len < size && !memchr(utf8, 0, len)) {
		memcpy(out, utf8, len);
		out[len] = '\0';
		ok = true;
	}
	OPENSSL_free(utf8);
	return ok;
}

/* --- the path from the leaf up --- */

static bool self_issued(X509 *cert)
{
	return !X509_NAME_cmp(X509_get_subject_name(cert), X509_get_issuer_name(cert));
}

static bool signed_by(X509 *cert, X509 *issuer)
{
	EVP_PKEY *key = X509_get0_pubkey(issuer);

	return key && X509_verify(cert, key) == 1;
}

static bool in_path(const struct path *path, const X509 *cert)
{
	int i;

	for (i = 0; i < path->len; i++)
		if (path->cert[i] == cert)
			return true;
	return false;
}

/* The issuer by name, preferring one whose key fits. */
static X509 *find_issuer(const struct path *path, const STACK_OF(X509) *sent, X509 *cert)
{
	X509 *named = NULL;
	int i;

	for (i = 0; i < sk_X509_num(sent); i++) {
		X509 *other = sk_X509_value(sent, i);

		if (in_path(path, other) || X509_check_issued(other, cert) != X509_V_OK)
			continue;
		if (signed_by(cert, other))
			return other;
		if (!named)
			named = other;
	}
	return named;
}

static void path_build(struct path *path, const STACK_OF(X509) *sent)
{
	X509 *cert = sk_X509_value(sent, 0);

	path->len = 0;
	while (cert) {
		path->cert[path->len++] = cert;
		if (self_issued(cert))
			return;
		cert = find_issuer(path, sent, cert);
	}
}

/* --- the rules --- */

static bool check_form(const STACK_OF(X509) *sent, struct amt_tls_verdict *verdict)
{
	int count = sk_X509_num(sent);
	int i, len;

	if (count < 1)
		return refuse(verdict, CHAIN_NO_CERT, "the peer sent no certificate");
	if (count > CHAIN_MAX)
		return refuse(verdict, CHAIN_TOO_LONG,
			      "%d certificates were sent, firmware takes %d", count, CHAIN_MAX);
	for (i = 0; i < count; i++) {
		X509 *cert = sk_X509_value(sent, i);

		len = i2d_X509(cert, NULL);
		if (len <= 0 || len > CHAIN_DER_MAX)
			return refuse(verdict, CHAIN_MALFORMED,
				      "certificate %d has %d bytes, firmware takes %d", i, len,
				      CHAIN_DER_MAX);
		if (X509_get_extension_flags(cert) & EXFLAG_INVALID || !X509_get0_pubkey(cert))
			return refuse(verdict, CHAIN_MALFORMED,
				      "certificate %d has a bad extension or key", i);
	}
	return true;
}

static const EVP_MD *slot_md(uint8_t algorithm)
{
	switch (algorithm) {
	case 1:
		return EVP_sha1();
	case 2:
		return EVP_sha256();
	case 3:
		return EVP_sha384();
	default:
		return NULL;
	}
}

static bool slot_is(const struct amt_hash *slot, const X509 *root)
{
	const EVP_MD *md = slot_md(slot->algorithm);
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int len;

	return md && X509_digest(root, md, digest, &len) && slot->digest_len == len &&
	       !memcmp(slot->digest, digest, len);
}

static void hex(char *out, const unsigned char *in, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		snprintf(out + 2 * i, 3, "%02x", in[i]);
}

static bool refuse_unknown_root(const X509 *root, size_t slots, struct amt_tls_verdict *verdict)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	char text[2 * EVP_MAX_MD_SIZE + 1] = "";
	unsigned int len;

	if (X509_digest(root, EVP_sha256(), digest, &len))
		hex(text, digest, len);
	return refuse(verdict, CHAIN_ROOT_UNKNOWN, "root SHA-256 %s is in none of the %zu slots",
		      text, slots);
}

/* Rule 1: the root is there and an active slot knows it. */
static bool check_root(const struct amt *amt, const struct path *path,
		       struct amt_tls_verdict *verdict)
{
	X509 *root = path->cert[path->len - 1];
	const struct amt_hash *disabled = NULL;
	bool sha1 = net_profile_of(amt->fw_version)->sha1;
	size_t i;

	if (!self_issued(root))
		return refuse(
			verdict, CHAIN_ROOT_MISSING,
			"the chain ends after %d of its certificates; send the self-signed root too",
			path->len);
	for (i = 0; i < amt->hash_count; i++) {
		const struct amt_hash *slot = &amt->hashes[i];

		if ((slot->algorithm == 1 && !sha1) || !slot_is(slot, root))
			continue;
		if (slot->is_active) {
			verdict->root = *slot;
			verdict->root_matched = true;
			return true;
		}
		disabled = slot;
	}
	if (disabled)
		return refuse(verdict, CHAIN_SLOT_DISABLED,
			      "slot %u (%s) knows the root but is disabled", disabled->handle,
			      disabled->name);
	return refuse_unknown_root(root, amt->hash_count, verdict);
}

static bool check_hash(const struct net_profile *profile, X509 *cert, int at,
		       struct amt_tls_verdict *verdict)
{
	int md = NID_undef;
	int bits = 0;

	X509_get_signature_info(cert, &md, NULL, &bits, NULL);
	if (md == NID_sha1 && profile->sha1)
		return true;
	/* MD2 and MD5 fall below SHA-1's strength */
	if (md == NID_sha1 || md == NID_md5 || md == NID_md2 || md == NID_md4 || md == NID_mdc2 ||
	    md == NID_md5_sha1 || bits < 80)
		return refuse(verdict, CHAIN_WEAK_HASH, "certificate %d is signed with %s", at,
			      md == NID_undef ? "an unknown hash" : OBJ_nid2sn(md));
	return true;
}

static bool check_key(const struct net_profile *profile, X509 *cert, int at,
		      struct amt_tls_verdict *verdict)
{
	EVP_PKEY *key = X509_get0_pubkey(cert);
	int bits = EVP_PKEY_get_bits(key);

	if (EVP_PKEY_is_a(key, "RSA") && bits < profile->rsa_bits_min)
		return refuse(verdict, CHAIN_WEAK_KEY,
			      "certificate %d has RSA-%d, at least RSA-%d is needed", at, bits,
			      profile->rsa_bits_min);
	return true;
}

/* Rule 2: each certificate is signed by the next, with algorithms of this
 * generation.
 */
static bool check_signatures(const struct amt *amt, const struct path *path,
			     struct amt_tls_verdict *verdict)
{
	const struct net_profile *profile = net_profile_of(amt->fw_version);
	int i;

	for (i = 0; i < path->len; i++) {
		X509 *issuer = path->cert[i + 1 < path->len ? i + 1 : i];

		if (!check_hash(profile, path->cert[i], i, verdict) ||
		    !check_key(profile, path->cert[i], i, verdict))
			return false;
		if (!signed_by(path->cert[i], issuer))
			return refuse(verdict, CHAIN_SIGNATURE,
				      "certificate %d is not signed by its issuer", i);
		if (i && !X509_check_ca(path->cert[i]))
			return refuse(verdict, CHAIN_SIGNATURE,
				      "certificate %d signs others but is no CA", i);
	}
	return true;
}

static bool has_eku(X509 *leaf)
{
	EXTENDED_KEY_USAGE *usage;
	ASN1_OBJECT *setup = OBJ_txt2obj(SETUP_OID, 1);
	bool server = false, intel = false;
	int i;

	usage = X509_get_ext_d2i(leaf, NID_ext_key_usage, NULL, NULL);
	for (i = 0; setup && i < sk_ASN1_OBJECT_num(usage); i++) {
		const ASN1_OBJECT *oid = sk_ASN1_OBJECT_value(usage, i);

		server |= OBJ_obj2nid(oid) == NID_server_auth;
		intel |= !OBJ_cmp(oid, setup);
	}
	EXTENDED_KEY_USAGE_free(usage);
	ASN1_OBJECT_free(setup);
	return server && intel;
}

static bool has_ou(const X509 *leaf)
{
	const X509_NAME *name = X509_get_subject_name(leaf);
	char ou[64];
	int at = -1;

	for (;;) {
		at = X509_NAME_get_index_by_NID(name, NID_organizationalUnitName, at);
		if (at < 0)
			return false;
		if (attribute(name, at, ou, sizeof(ou)) && !strcmp(ou, SETUP_OU))
			return true;
	}
}

/* Rule 3. */
static bool check_purpose(X509 *leaf, struct amt_tls_verdict *verdict)
{
	if (has_eku(leaf) || has_ou(leaf))
		return true;
	return refuse(verdict, CHAIN_PURPOSE,
		      "neither serverAuth with " SETUP_OID " nor OU \"" SETUP_OU "\"");
}

/* Rule 4. The secure suffix, once set, replaces the network's own domain. */
static bool check_domain(const struct amt *amt, struct amt_tls_verdict *verdict)
{
	const char *suffix = amt->pki_suffix[0] ? amt->pki_suffix : amt->dhcp_suffix;

	if (!suffix[0])
		return refuse(
			verdict, CHAIN_SUFFIX,
			"the device knows no domain: neither DHCP option 15 nor a trusted suffix");
	if (!verdict->server_cn[0])
		return refuse(verdict, CHAIN_SUFFIX, "the certificate has no usable CN");
	if (chain_cn_matches(verdict->server_cn, suffix))
		return true;
	return refuse(verdict, CHAIN_SUFFIX, "CN %.60s is not of domain %.60s", verdict->server_cn,
		      suffix);
}

static bool dates_hold(const struct path *path)
{
	int i;

	for (i = 0; i < path->len; i++) {
		if (X509_cmp_time(X509_get0_notBefore(path->cert[i]), NULL) >= 0 ||
		    X509_cmp_time(X509_get0_notAfter(path->cert[i]), NULL) <= 0)
			return false;
	}
	return true;
}

/* The first bytes of long ones: how firmware shortens them is not known. */
static void note_serials(const struct path *path, struct amt_tls_verdict *verdict)
{
	int i;

	verdict->more_serials = path->len - 1 > AMT_CA_SERIALS;
	for (i = 1; i < path->len && i <= AMT_CA_SERIALS; i++) {
		const ASN1_INTEGER *serial = X509_get0_serialNumber(path->cert[i]);
		int len = ASN1_STRING_length(serial);

		memcpy(verdict->serials[i - 1], ASN1_STRING_get0_data(serial),
		       len < AMT_SERIAL_LEN ? (size_t)len : AMT_SERIAL_LEN);
	}
}

bool chain_judge(const struct amt *amt, const STACK_OF(X509) *sent, struct amt_tls_verdict *verdict)
{
	const X509_NAME *subject;
	struct path path;
	X509 *leaf;
	int at;

	memset(verdict, 0, sizeof(*verdict));
	if (!check_form(sent, verdict))
		return false;
	leaf = sk_X509_value(sent, 0);
	subject = X509_get_subject_name(leaf);
	at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
	if (!attribute(subject, at, verdict->server_cn, sizeof(verdict->server_cn)))
		verdict->server_cn[0] = '\0';
	path_build(&path, sent);
	verdict->time_valid = dates_hold(&path);
	note_serials(&path, verdict);
	return check_root(amt, &path, verdict) && check_signatures(amt, &path, verdict) &&
	       check_purpose(leaf, verdict) && check_domain(amt, verdict);
}
