// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/tests/test_chain_make.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <openssl/x509v3.h>

static void add_ext(X509 *cert, int nid, const char *value)
{
	X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

	assert_non_null(ext);
	assert_true(X509_add_ext(cert, ext, -1));
	X509_EXTENSION_free(ext);
}

X509 *cert_make(const struct recipe *r, X509 *issuer, EVP_PKEY *issuer_key)
{
	const EVP_MD *md = r->md ? r->md : EVP_sha256();
	X509 *cert = X509_new();
	X509_NAME *name = X509_get_subject_name(cert);
	static int serial;

	X509_set_version(cert, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(cert), ++serial);
	X509_gmtime_adj(X509_getm_notBefore(cert), -7200);
	X509_gmtime_adj(X509_getm_notAfter(cert), r->expired ? -3600 : 3600);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)r->cn,
				   r->cn_len ? r->cn_len : -1, -1, 0);
	if (r->ou)
		X509_NAME_add_entry_by_txt(name, "OU", MBSTRING_UTF8, (const unsigned char *)r->ou,
					   -1, -1, 0);
	X509_set_issuer_name(cert, issuer ? X509_get_subject_name(issuer) : name);
	X509_set_pubkey(cert, r->key);
	if (r->is_ca)
		add_ext(cert, NID_basic_constraints, "critical,CA:TRUE");
	if (r->eku)
		add_ext(cert, NID_ext_key_usage, r->eku);
	assert_true(X509_sign(cert, issuer ? issuer_key : r->key, md));
	return cert;
}
