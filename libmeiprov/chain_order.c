// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <openssl/err.h>

#include "chain_order.h"

static bool names_issuer(X509 *child, X509 *parent)
{
	return !X509_NAME_cmp(X509_get_issuer_name(child), X509_get_subject_name(parent));
}

static bool signed_by(X509 *child, X509 *parent)
{
	EVP_PKEY *key = X509_get0_pubkey(parent);

	return key && X509_verify(child, key) == 1;
}

static bool self_issued(X509 *cert)
{
	return names_issuer(cert, cert);
}

/* Does @cert name itself or another of the set as what it is signed by? */
static bool issued_one(X509 *certs[], size_t n, X509 *cert)
{
	for (size_t i = 0; i < n; i++)
		if (certs[i] != cert && names_issuer(certs[i], cert))
			return true;
	return false;
}

static void swap(X509 *certs[], size_t a, size_t b)
{
	X509 *cert = certs[a];

	certs[a] = certs[b];
	certs[b] = cert;
}

/* Bring the only certificate that issued none and is no root to the front. */
static int find_leaf(X509 *certs[], size_t n, const char **why)
{
	size_t found = n;

	for (size_t i = 0; i < n; i++) {
		if (self_issued(certs[i]) || issued_one(certs, n, certs[i]))
			continue;
		if (found < n) {
			*why = "there are several leaf certificates, or one that belongs to another chain";
			return -EINVAL;
		}
		found = i;
	}
	if (found == n) {
		*why = "there is no leaf certificate, only certificates of authorities";
		return -ENOENT;
	}
	swap(certs, 0, found);
	return 0;
}

/* Bring the issuer of certs[at] to the place behind it. */
static int find_issuer(X509 *certs[], size_t n, size_t at, const char **why)
{
	bool named = false;

	for (size_t i = at + 1; i < n; i++) {
		if (!names_issuer(certs[at], certs[i]))
			continue;
		named = true;
		if (!signed_by(certs[at], certs[i]))
			continue;
		swap(certs, at + 1, i);
		return 0;
	}
	*why = named ? "a signature does not verify with the issuer's key" :
		       "the self-signed root is missing, or a certificate below it";
	return named ? -EINVAL : -ENOENT;
}

static int order(X509 *certs[], size_t n, const char **why)
{
	size_t at = 0;
	int ret = find_leaf(certs, n, why);

	while (!ret && !self_issued(certs[at])) {
		ret = find_issuer(certs, n, at, why);
		at++;
	}
	if (ret)
		return ret;
	if (!signed_by(certs[at], certs[at])) {
		*why = "the root's own signature does not verify";
		return -EINVAL;
	}
	if (at + 1 < n) {
		*why = "there are certificates that do not belong to the leaf's chain";
		return -EINVAL;
	}
	return 0;
}

int chain_order(X509 *certs[], size_t n, const char **why)
{
	int ret;

	ERR_set_mark();
	ret = order(certs, n, why);
	ERR_pop_to_mark();
	return ret;
}
