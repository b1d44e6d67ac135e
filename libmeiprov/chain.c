// SPDX-License-Identifier: LGPL-2.1-or-later
/* A provisioning chain: what a server shows to the firmware. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <meiprov/meiprov.h>

#include "chain_inner.h"
#include "chain_order.h"
#include "chain_read.h"
#include "error.h"
#include "suffix.h"

#define DOING "reading a provisioning chain"

/* protocol.md 3.3, point 3 */
#define INTEL_OID "2.16.840.1.113741.1.2.3"
#define INTEL_OU  "Intel(R) Client Setup Certificate"

struct meiprov_chain {
	size_t length;
	X509 *certs[CHAIN_MAX];
	uint8_t *der[CHAIN_MAX];
	size_t der_len[CHAIN_MAX];
	char cn[256];
};

void meiprov_chain_free(struct meiprov_chain *chain)
{
	if (!chain)
		return;
	for (size_t i = 0; i < chain->length; i++) {
		X509_free(chain->certs[i]);
		OPENSSL_free(chain->der[i]);
	}
	free(chain);
}

/* --- loading --- */

static int encode(struct meiprov_chain *chain)
{
	for (size_t i = 0; i < chain->length; i++) {
		int len = i2d_X509(chain->certs[i], &chain->der[i]);

		if (len <= 0)
			return -ENOMEM;
		chain->der_len[i] = (size_t)len;
	}
	return 0;
}

/* The last common name, if it is text that fits and holds no NUL. */
static void read_cn(struct meiprov_chain *chain)
{
	const X509_NAME *subject = X509_get_subject_name(chain->certs[0]);
	unsigned char *text = NULL;
	int at = -1, last = -1;
	int len;

	while ((at = X509_NAME_get_index_by_NID((X509_NAME *)subject, NID_commonName, at)) >= 0)
		last = at;
	if (last < 0)
		return;
	len = ASN1_STRING_to_UTF8(&text,
				  X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, last)));
	if (len > 0 && (size_t)len < sizeof(chain->cn) && strlen((char *)text) == (size_t)len)
		memcpy(chain->cn, text, (size_t)len);
	OPENSSL_free(text);
}

/* Takes what is in @certs over. */
static int load(struct meiprov_chain *chain, struct chain_certs *certs, const char **why)
{
	int ret;

	memcpy(chain->certs, certs->certs, sizeof(chain->certs));
	chain->length = certs->count;
	certs->count = 0;
	ERR_set_mark();
	ret = chain_order(chain->certs, chain->length, why);
	if (!ret)
		ret = encode(chain);
	if (!ret)
		read_cn(chain);
	ERR_pop_to_mark();
	return ret;
}

static int refuse(int code, const char *why, struct meiprov_error *err)
{
	switch (code) {
	case -ENOMEM:
		return error_errno(err, code, DOING);
	case -EKEYREJECTED:
		return error_set(err, code, DOING, why, "");
	default:
		return error_set(
			err, code, DOING, why,
			"give the leaf, every certificate between, and the self-signed root, "
			"in PEM; from PKCS#12: openssl pkcs12 -nokeys -in FILE");
	}
}

/* @ret: of reading @certs, with @why. */
static int finish(int ret, struct chain_certs *certs, const char *why, struct meiprov_chain **out,
		  struct meiprov_error *err)
{
	struct meiprov_chain *chain = ret ? NULL : calloc(1, sizeof(*chain));

	if (!ret)
		ret = chain ? load(chain, certs, &why) : -ENOMEM;
	chain_certs_free(certs);
	if (!ret) {
		*out = chain;
		return 0;
	}
	meiprov_chain_free(chain);
	return refuse(ret, why, err);
}

int meiprov_chain_load(const void *data, size_t len, struct meiprov_chain **out,
		       struct meiprov_error *err)
{
	struct chain_certs certs = { 0 };
	const char *why = NULL;
	int ret = chain_read(&certs, data, len, &why);

	*out = NULL;
	return finish(ret, &certs, why, out, err);
}

int meiprov_chain_load_pkcs12(const void *data, size_t len, const char *password,
			      struct meiprov_chain **out, struct meiprov_error *err)
{
	struct chain_certs certs = { 0 };
	const char *why = NULL;
	int ret = chain_read_pkcs12(&certs, data, len, password, &why);

	*out = NULL;
	return finish(ret, &certs, why, out, err);
}

/* --- asking --- */

size_t meiprov_chain_length(const struct meiprov_chain *chain)
{
	return chain->length;
}

const uint8_t *meiprov_chain_der(const struct meiprov_chain *chain, size_t i, size_t *len)
{
	*len = i < chain->length ? chain->der_len[i] : 0;
	return i < chain->length ? chain->der[i] : NULL;
}

X509 *chain_cert(const struct meiprov_chain *chain, size_t i)
{
	return i < chain->length ? chain->certs[i] : NULL;
}

int chain_digest(const struct meiprov_chain *chain, size_t i, uint32_t algorithm,
		 uint8_t digest[MEIPROV_DIGEST_MAX])
{
	static const char *const names[] = {
		[MEIPROV_HASH_MD5] = "MD5",
		[MEIPROV_HASH_SHA1] = "SHA1",
		[MEIPROV_HASH_SHA256] = "SHA256",
		[MEIPROV_HASH_SHA384] = "SHA384",
	};
	size_t len = 0;
	int ok;

	if (algorithm >= sizeof(names) / sizeof(names[0]))
		return -EOPNOTSUPP;
	ERR_set_mark();
	ok = EVP_Q_digest(NULL, names[algorithm], NULL, chain->der[i], chain->der_len[i], digest,
			  &len);
	ERR_pop_to_mark();
	return ok ? (int)len : -EOPNOTSUPP;
}

int meiprov_chain_root_digest(const struct meiprov_chain *chain, uint32_t algorithm,
			      uint8_t digest[MEIPROV_DIGEST_MAX])
{
	return chain_digest(chain, chain->length - 1, algorithm, digest);
}

int meiprov_chain_digest(const struct meiprov_chain *chain, size_t i, uint32_t algorithm,
			 uint8_t digest[MEIPROV_DIGEST_MAX])
{
	return i < chain->length ? chain_digest(chain, i, algorithm, digest) : -EINVAL;
}

static bool has_purpose(X509 *leaf)
{
	EXTENDED_KEY_USAGE *usages = X509_get_ext_d2i(leaf, NID_ext_key_usage, NULL, NULL);
	bool server = false, intel = false;
	char oid[64];

	for (int i = 0; i < sk_ASN1_OBJECT_num(usages); i++) {
		ASN1_OBJECT *usage = sk_ASN1_OBJECT_value(usages, i);

		OBJ_obj2txt(oid, sizeof(oid), usage, 1);
		server |= OBJ_obj2nid(usage) == NID_server_auth;
		intel |= !strcmp(oid, INTEL_OID);
	}
	EXTENDED_KEY_USAGE_free(usages);
	return server && intel;
}

static bool has_unit(X509 *leaf)
{
	X509_NAME *subject = X509_get_subject_name(leaf);
	int at = -1;

	while ((at = X509_NAME_get_index_by_NID(subject, NID_organizationalUnitName, at)) >= 0) {
		ASN1_STRING *ou = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at));

		if (ASN1_STRING_length(ou) == (int)strlen(INTEL_OU) &&
		    !memcmp(ASN1_STRING_get0_data(ou), INTEL_OU, strlen(INTEL_OU)))
			return true;
	}
	return false;
}

bool meiprov_chain_is_provisioning(const struct meiprov_chain *chain)
{
	bool is;

	ERR_set_mark(); /* an extension may be damaged */
	is = has_purpose(chain->certs[0]) || has_unit(chain->certs[0]);
	ERR_pop_to_mark();
	return is;
}

const char *meiprov_chain_cn(const struct meiprov_chain *chain)
{
	return chain->cn;
}

bool meiprov_chain_suffix_match(const struct meiprov_chain *chain, const char *suffix)
{
	return suffix_match(chain->cn, suffix);
}
