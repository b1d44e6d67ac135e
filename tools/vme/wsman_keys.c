// SPDX-License-Identifier: GPL-2.0-or-later
/* AMT_PublicKeyManagementService and AMT_PublicPrivateKeyPair. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/crypto.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include "tools/vme/amt.h"
#include "tools/vme/chain.h"
#include "tools/vme/net_settings.h"
#include "tools/vme/wsman_handle.h"
#include "tools/vme/wsman_class.h"
#include "tools/vme/wsman_exchange.h"
#include "tools/vme/wsman_request.h"
#include "tools/vme/wsman_xml.h"

#define SERVICE_NAME "Intel(r) Public Key Management Service"
#define KEY_PAIR     "AMT_PublicPrivateKeyPair"
#define CERTIFICATE  "AMT_PublicKeyCertificate"

/* --- AMT_PublicPrivateKeyPair --- */

static size_t key_count(const struct wsman_call *call)
{
	return call->settings->key_count;
}

static void key_of(const struct wsman_call *call, size_t i, char key[WSMAN_KEY_MAX])
{
	snprintf(key, WSMAN_KEY_MAX, WSMAN_KEY_HANDLE "%u", call->settings->keys[i].handle);
}

static void write_pair(struct wsman_call *call, size_t i)
{
	unsigned char *der = NULL;
	int len = i2d_PublicKey(call->settings->keys[i].pair, &der);
	char key[WSMAN_KEY_MAX];

	key_of(call, i, key);
	xml_leaf_base64(call->out, call->prefix, "DERKey", der, len > 0 ? (size_t)len : 0);
	xml_leaf(call->out, call->prefix, "ElementName", "Intel(r) AMT Key");
	xml_leaf(call->out, call->prefix, "InstanceID", key);
	OPENSSL_free(der);
}

static enum wsman_fault key_remove(struct wsman_call *call, size_t i)
{
	int ret = net_key_remove(call->settings, call->settings->keys[i].handle);

	return ret ? WSMAN_CONCURRENCY : WSMAN_NO_FAULT;
}

const struct wsman_class wsman_key_pair = {
	.name = KEY_PAIR,
	.key = "InstanceID",
	.count = key_count,
	.key_of = key_of,
	.write = write_pair,
	.remove = key_remove,
};

/* --- AMT_PublicKeyManagementService --- */

static uint32_t status_of(int error)
{
	switch (error) {
	case 0:
		return PT_SUCCESS;
	case -ENOSPC:
		return PT_MAX_LIMIT_REACHED;
	case -EEXIST:
		return PT_DUPLICATE;
	case -EBUSY:
		return PT_PKI_GENERATING_KEYS;
	default:
		return PT_INTERNAL_ERROR;
	}
}

static uint32_t keep_key(struct wsman_call *call, EVP_PKEY *pair, const char *output)
{
	char text[WSMAN_KEY_MAX];
	uint32_t handle;
	int ret = net_key_add(call->settings, pair, &handle);

	if (ret) {
		EVP_PKEY_free(pair);
		return status_of(ret);
	}
	snprintf(text, sizeof(text), WSMAN_KEY_HANDLE "%u", handle);
	wsman_epr_write(call->out, call->prefix, output, KEY_PAIR, "InstanceID", text);
	return PT_SUCCESS;
}

/* 1024 and 1536 are of old firmware (protocol.md 3.3.6); RSA is all there is. */
static bool is_key_length(uint32_t bits)
{
	return bits == 1024 || bits == 1536 || bits == 2048 || bits == 3072;
}

static uint32_t generate_key(struct wsman_call *call)
{
	uint32_t algorithm = 0, bits;
	EVP_PKEY *pair;
	int ret;

	if (wsman_input_number(call, "KeyAlgorithm", 0, &algorithm) == -EINVAL ||
	    wsman_input_number(call, "KeyLength", 4096, &bits) || !is_key_length(bits))
		return PT_INVALID_PARAMETER;
	if (call->settings->key_count == NET_KEYS_MAX)
		return PT_MAX_LIMIT_REACHED;
	ret = net_key_make(call->settings, bits, &pair);
	if (!ret)
		return keep_key(call, pair, "KeyPair");
	call->wait = ret == -EAGAIN;
	return status_of(ret);
}

static void *input_bytes(const struct wsman_call *call, const char *name, size_t *len)
{
	char *text = wsman_input(call, name);
	void *bytes = text ? wsman_read_base64(text, len) : NULL;

	wsman_string_free(text);
	return bytes;
}

/* PKCS#1, and nothing behind it. */
static uint32_t add_key(struct wsman_call *call)
{
	size_t len = 0;
	uint8_t *blob = input_bytes(call, "KeyBlob", &len);
	const unsigned char *at = blob;
	EVP_PKEY *pair = blob ? d2i_PrivateKey(EVP_PKEY_RSA, NULL, &at, (long)len) : NULL;
	bool whole = pair && at == blob + len;

	if (blob)
		OPENSSL_cleanse(blob, len);
	free(blob);
	if (!whole || !is_key_length((uint32_t)EVP_PKEY_get_bits(pair))) {
		EVP_PKEY_free(pair);
		return PT_INVALID_KEY;
	}
	return keep_key(call, pair, "CreatedKey");
}

static X509 *read_cert(const struct wsman_call *call)
{
	size_t len = 0;
	uint8_t *blob = input_bytes(call, "CertificateBlob", &len);
	const unsigned char *at = blob;
	X509 *cert = blob && len <= CHAIN_DER_MAX ? d2i_X509(NULL, &at, (long)len) : NULL;

	if (cert && (at != blob + len || !X509_get0_pubkey(cert))) {
		X509_free(cert);
		cert = NULL;
	}
	free(blob);
	return cert;
}

static uint32_t keep_cert(struct wsman_call *call, bool trusted_root)
{
	X509 *cert = read_cert(call);
	char text[WSMAN_KEY_MAX];
	uint32_t handle;
	int ret;

	if (!cert)
		return PT_INVALID_CERT;
	ret = net_cert_add(call->settings, cert, trusted_root, &handle);
	if (ret) {
		X509_free(cert);
		return status_of(ret);
	}
	snprintf(text, sizeof(text), WSMAN_CERT_HANDLE "%u", handle);
	wsman_epr_write(call->out, call->prefix, "CreatedCertificate", CERTIFICATE, "InstanceID",
			text);
	return PT_SUCCESS;
}

static uint32_t add_certificate(struct wsman_call *call)
{
	return keep_cert(call, false);
}

static uint32_t add_root(struct wsman_call *call)
{
	return keep_cert(call, true);
}

static const EVP_MD *signing_hash(const struct wsman_call *call)
{
	uint32_t algorithm;

	if (wsman_input_number(call, "SigningAlgorithm", 2, &algorithm))
		return NULL;
	return algorithm == 0 ? EVP_sha1() : algorithm == 1 ? EVP_sha256() : EVP_sha384();
}

/* The pair that the request names, if the request is for its public key. */
static EVP_PKEY *pair_of_request(const struct wsman_call *call, X509_REQ *request)
{
	const xmlNode *reference = wsman_child(call->req->payload, NULL, "KeyPair");
	EVP_PKEY *pair;
	uint32_t handle;

	if (wsman_handle_read(reference, WSMAN_KEY_HANDLE, &handle))
		return NULL;
	pair = net_key_find(call->settings, handle);
	if (!pair || EVP_PKEY_eq(pair, X509_REQ_get0_pubkey(request)) != 1)
		return NULL;
	return pair;
}

/* The null signature is replaced by a real one (protocol.md 5.3 step 9). */
static uint32_t sign_request(struct wsman_call *call)
{
	size_t len = 0;
	uint8_t *blob = input_bytes(call, "NullSignedCertificateRequest", &len);
	const unsigned char *at = blob;
	X509_REQ *request = blob ? d2i_X509_REQ(NULL, &at, (long)len) : NULL;
	const EVP_MD *md = signing_hash(call);
	EVP_PKEY *pair = request ? pair_of_request(call, request) : NULL;
	unsigned char *der = NULL;
	int signed_len = 0;

	if (pair && md && X509_REQ_sign(request, pair, md))
		signed_len = i2d_X509_REQ(request, &der);
	if (signed_len > 0)
		xml_leaf_base64(call->out, call->prefix, "SignedCertificateRequest", der,
				(size_t)signed_len);
	OPENSSL_free(der);
	X509_REQ_free(request);
	free(blob);
	if (!md || !request)
		return PT_INVALID_PARAMETER;
	return signed_len > 0 ? PT_SUCCESS : PT_INVALID_KEY;
}

static const struct wsman_property properties[] = {
	{ "CreationClassName", WSMAN_TEXT, "AMT_PublicKeyManagementService", WSMAN_READ_ONLY },
	{ "ElementName", WSMAN_TEXT, SERVICE_NAME, WSMAN_READ_ONLY },
	{ "EnabledState", WSMAN_NUMBER, "5", WSMAN_READ_ONLY },
	{ "Name", WSMAN_TEXT, SERVICE_NAME, WSMAN_READ_ONLY },
	{ "RequestedState", WSMAN_NUMBER, "12", WSMAN_READ_ONLY },
	{ "SystemCreationClassName", WSMAN_TEXT, "CIM_ComputerSystem", WSMAN_READ_ONLY },
	{ "SystemName", WSMAN_TEXT, "Intel(r) AMT", WSMAN_READ_ONLY },
	{ NULL },
};

static const struct wsman_method methods[] = {
	{ "AddCertificate", add_certificate },	     { "AddKey", add_key },
	{ "AddTrustedRootCertificate", add_root },   { "GenerateKeyPair", generate_key },
	{ "GeneratePKCS10RequestEx", sign_request }, { NULL },
};

const struct wsman_class wsman_key_management = {
	.name = "AMT_PublicKeyManagementService",
	.properties = properties,
	.methods = methods,
};
