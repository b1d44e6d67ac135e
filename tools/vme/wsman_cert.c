// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * AMT_PublicKeyCertificate: what AddCertificate and AddTrustedRootCertificate left, and
 * from 16.1 on the device's own.
 */
#include <stdio.h>
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/x509.h>
#include "tools/vme/amt.h"
#include "tools/vme/net_settings.h"
#include "tools/vme/wsman_class.h"
#include "tools/vme/wsman_handle.h"
#include "tools/vme/wsman_xml.h"

#define NAME_TEXT_MAX 1024

static size_t count(const struct wsman_call *call)
{
	return call->settings->cert_count + wsman_shows_own_cert(call->amt);
}

/* The device's own comes last. */
static struct net_cert cert_at(const struct wsman_call *call, size_t i)
{
	if (i < call->settings->cert_count)
		return call->settings->certs[i];
	return (struct net_cert){ .handle = WSMAN_OWN_CERT, .cert = call->amt->cert };
}

static void key_of(const struct wsman_call *call, size_t i, char key[WSMAN_KEY_MAX])
{
	snprintf(key, WSMAN_KEY_MAX, WSMAN_CERT_HANDLE "%u", cert_at(call, i).handle);
}

/* "C=..,O=..,CN=..", in the order of the certificate. */
static void write_name(struct wsman_call *call, const char *element, const X509_NAME *name)
{
	const unsigned long flags = ASN1_STRFLGS_RFC2253 | XN_FLAG_SEP_COMMA_PLUS | XN_FLAG_FN_SN;
	BIO *bio = BIO_new(BIO_s_mem());
	char text[NAME_TEXT_MAX] = "";
	int len;

	if (bio && X509_NAME_print_ex(bio, name, 0, flags) >= 0) {
		len = BIO_read(bio, text, sizeof(text) - 1);
		text[len > 0 ? len : 0] = '\0';
	}
	BIO_free(bio);
	xml_leaf(call->out, call->prefix, element, text);
}

static void write_cert(struct wsman_call *call, size_t i)
{
	const struct net_cert cert = cert_at(call, i);
	unsigned char *der = NULL;
	int len = i2d_X509(cert.cert, &der);
	char key[WSMAN_KEY_MAX];

	key_of(call, i, key);
	xml_leaf(call->out, call->prefix, "ElementName", "Intel(r) AMT Certificate");
	xml_leaf(call->out, call->prefix, "InstanceID", key);
	write_name(call, "Issuer", X509_get_issuer_name(cert.cert));
	xml_leaf_bool(call->out, call->prefix, "ReadOnlyCertificate",
		      cert.handle == WSMAN_OWN_CERT);
	write_name(call, "Subject", X509_get_subject_name(cert.cert));
	/* this is how Intel spells it */
	xml_leaf_bool(call->out, call->prefix, "TrustedRootCertficate", cert.trusted_root);
	xml_leaf_base64(call->out, call->prefix, "X509Certificate", der, len > 0 ? (size_t)len : 0);
	OPENSSL_free(der);
}

static enum wsman_fault cert_remove(struct wsman_call *call, size_t i)
{
	int ret;

	if (i >= call->settings->cert_count)
		return WSMAN_ACCESS_DENIED;
	ret = net_cert_remove(call->settings, call->settings->certs[i].handle);
	return ret ? WSMAN_CONCURRENCY : WSMAN_NO_FAULT;
}

const struct wsman_class wsman_certificate = {
	.name = "AMT_PublicKeyCertificate",
	.key = "InstanceID",
	.count = count,
	.key_of = key_of,
	.write = write_cert,
	.remove = cert_remove,
};
