// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <openssl/bn.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "testca.h"

#define ORGANISATION "TEST ONLY - meiprov"
#define ROOT_CN	     "meiprov TEST ONLY root"
#define SETUP_OU     "Intel(R) Client Setup Certificate"
#define SETUP_OID    "2.16.840.1.113741.1.2.3"
#define DAY	     86400L

static int set_serial(X509 *x)
{
	unsigned char bytes[16];
	BIGNUM *n;
	int ok;

	if (RAND_bytes(bytes, sizeof(bytes)) != 1)
		return 0;
	bytes[0] = (bytes[0] & 0x7f) | 0x40;
	n = BN_bin2bn(bytes, sizeof(bytes), NULL);
	ok = n && BN_to_ASN1_INTEGER(n, X509_get_serialNumber(x));
	BN_free(n);
	return ok;
}

static int add_name(X509_NAME *name, const char *field, const char *value)
{
	return X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, (const unsigned char *)value,
					  -1, -1, 0);
}

static int add_extension(X509 *x, X509V3_CTX *ctx, int nid, const char *value)
{
	X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, ctx, nid, value);
	int ok = ext && X509_add_ext(x, ext, -1);

	X509_EXTENSION_free(ext);
	return ok;
}

/* A certificate with everything but issuer, extensions and signature. */
static X509 *begin(const char *cn, const char *ou, EVP_PKEY *key)
{
	X509 *x = X509_new();
	X509_NAME *name;

	if (!x)
		return NULL;
	name = X509_get_subject_name(x);
	if (X509_set_version(x, 2) && set_serial(x) &&
	    X509_gmtime_adj(X509_getm_notBefore(x), -DAY) &&
	    X509_gmtime_adj(X509_getm_notAfter(x), TESTCA_DAYS * DAY) &&
	    add_name(name, "O", ORGANISATION) && (!ou || add_name(name, "OU", ou)) &&
	    add_name(name, "CN", cn) && X509_set_pubkey(x, key))
		return x;
	X509_free(x);
	return NULL;
}

static X509 *make_root(EVP_PKEY *key)
{
	X509 *x = begin(ROOT_CN, NULL, key);
	X509V3_CTX ctx;

	if (!x)
		return NULL;
	X509V3_set_ctx(&ctx, x, x, NULL, NULL, 0);
	if (X509_set_issuer_name(x, X509_get_subject_name(x)) &&
	    add_extension(x, &ctx, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
	    add_extension(x, &ctx, NID_key_usage, "critical,keyCertSign,cRLSign") &&
	    add_extension(x, &ctx, NID_subject_key_identifier, "hash") &&
	    X509_sign(x, key, EVP_sha256()))
		return x;
	X509_free(x);
	return NULL;
}

static X509 *make_leaf(const char *cn, EVP_PKEY *key, X509 *root, EVP_PKEY *root_key)
{
	X509 *x = begin(cn, SETUP_OU, key);
	X509V3_CTX ctx;

	if (!x)
		return NULL;
	X509V3_set_ctx(&ctx, root, x, NULL, NULL, 0);
	if (X509_set_issuer_name(x, X509_get_subject_name(root)) &&
	    add_extension(x, &ctx, NID_basic_constraints, "critical,CA:FALSE") &&
	    add_extension(x, &ctx, NID_key_usage, "critical,digitalSignature,keyEncipherment") &&
	    add_extension(x, &ctx, NID_ext_key_usage, "serverAuth," SETUP_OID) &&
	    add_extension(x, &ctx, NID_subject_key_identifier, "hash") &&
	    add_extension(x, &ctx, NID_authority_key_identifier, "keyid") &&
	    X509_sign(x, root_key, EVP_sha256()))
		return x;
	X509_free(x);
	return NULL;
}

int testca_make(const char *cn, struct testca *ca)
{
	EVP_PKEY *root_key;

	memset(ca, 0, sizeof(*ca));
	if (!*cn || strlen(cn) > 64)
		return -EINVAL;
	snprintf(ca->cn, sizeof(ca->cn), "%s", cn);
	root_key = EVP_RSA_gen(2048);
	ca->leaf_key = EVP_RSA_gen(2048);
	if (root_key && ca->leaf_key)
		ca->root = make_root(root_key);
	if (ca->root)
		ca->leaf = make_leaf(cn, ca->leaf_key, ca->root, root_key);
	EVP_PKEY_free(root_key);
	return ca->leaf ? 0 : -EIO;
}

void testca_free(struct testca *ca)
{
	X509_free(ca->root);
	X509_free(ca->leaf);
	EVP_PKEY_free(ca->leaf_key);
	memset(ca, 0, sizeof(*ca));
}

bool testca_digest(const X509 *cert, const char *algorithm, char *hex)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int len;

	if (!X509_digest(cert, EVP_get_digestbyname(algorithm), digest, &len))
		return false;
	for (unsigned int i = 0; i < len; i++)
		sprintf(hex + 2 * i, "%02x", digest[i]);
	return true;
}
