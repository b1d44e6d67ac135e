// SPDX-License-Identifier: GPL-2.0-or-later
/* Keys, certificates and TLS settings, as a server installs them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <event2/event.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include "tools/vme/tests/test_chain_make.h"
#include "tools/vme/tests/test_wsman_ask.h"

#define KEYS	AMT_URI "AMT_PublicKeyManagementService"
#define PAIR	AMT_URI "AMT_PublicPrivateKeyPair"
#define CERT	AMT_URI "AMT_PublicKeyCertificate"
#define CONTEXT AMT_URI "AMT_TLSCredentialContext"
#define SETTING AMT_URI "AMT_TLSSettingData"
#define REMOTE	"Intel(r) AMT 802.3 TLS Settings"
#define LOCAL	"Intel(r) AMT LMS TLS Settings"

/* --- blobs --- */

static void base64(const unsigned char *der, int len, char out[8192])
{
	assert_in_range(len, 1, 6000);
	EVP_EncodeBlock((unsigned char *)out, der, len);
}

static void cert_base64(X509 *cert, char out[8192])
{
	unsigned char *der = NULL;

	base64(der, i2d_X509(cert, &der), out);
	OPENSSL_free(der);
}

static void add_blob(struct answer *a, const char *method, const char *element, const char *blob)
{
	char input[9000];

	snprintf(input, sizeof(input), "<r:%s>%s</r:%s>", element, blob, element);
	ask_method(a, KEYS, method, input);
}

/* The test's key into the device; its handle. */
static void add_key(struct answer *a, EVP_PKEY *key)
{
	unsigned char *der = NULL;
	char text[8192];
	int len = i2d_PrivateKey(key, &der);

	base64(der, len, text);
	OPENSSL_free(der);
	add_blob(a, "AddKey", "KeyBlob", text);
}

static void add_cert(struct answer *a, const char *method, const char *cn, EVP_PKEY *key)
{
	struct recipe recipe = { .cn = cn, .key = key };
	X509 *cert = cert_make(&recipe, NULL, NULL);
	char text[8192];

	cert_base64(cert, text);
	X509_free(cert);
	add_blob(a, method, "CertificateBlob", text);
}

static uint32_t created(struct answer *a)
{
	const char *at = strstr(a->reply.text, "Handle: ");

	returned(a, 0);
	assert_non_null(at);
	return (uint32_t)strtoul(at + 8, NULL, 10);
}

/* --- keys --- */

static void generate(struct answer *a, const char *bits)
{
	char input[128];

	snprintf(input, sizeof(input),
		 "<r:KeyAlgorithm>0</r:KeyAlgorithm><r:KeyLength>%s</r:KeyLength>", bits);
	ask_method(a, KEYS, "GenerateKeyPair", input);
}

/* The answer comes when the key is there; nobody else waits meanwhile. */
static void key_pair_is_made_beside_the_loop(void **state)
{
	struct answer *a = *state;

	generate(a, "2048");
	assert_true(a->reply.wait);
	assert_null(a->reply.text);
	generate(a, "1024");
	returned(a, 2061);
	ask_method(a, SETUP, "GetUuid", "");
	returned(a, 0);
	event_base_dispatch(a->amt->base);
	assert_int_equal(a->woken, 1);
	generate(a, "2048");
	assert_false(a->reply.wait);
	expect(a, 200, "<g:KeyPair><b:Address>");
	expect(a, 200, "<c:Selector Name=\"InstanceID\">Intel(r) AMT Key: Handle: 0</c:Selector>");
	ask_all(a, PAIR);
	expect(a, 200, "<h:InstanceID>Intel(r) AMT Key: Handle: 0</h:InstanceID>");
	/* an RSAPublicKey of 2048 bits has 270 bytes */
	expect(a, 200, "<h:DERKey>MIIBCgKCAQEA");
	assert_int_equal(EVP_PKEY_get_bits(net_key_find(a->settings, 0)), 2048);
}

static void bad_key_orders_are_refused(void **state)
{
	static const char *const bits[] = { "", "0", "2047", "16384", "x" };
	struct answer *a = *state;
	size_t i;

	for (i = 0; i < sizeof(bits) / sizeof(*bits); i++) {
		generate(a, bits[i]);
		returned(a, 36);
	}
	ask_method(a, KEYS, "GenerateKeyPair",
		   "<r:KeyAlgorithm>1</r:KeyAlgorithm><r:KeyLength>2048</r:KeyLength>");
	returned(a, 36);
	add_blob(a, "AddKey", "KeyBlob", "AAEC");
	returned(a, 2062);
	ask_method(a, KEYS, "AddKey", "");
	returned(a, 2062);
}

static EVP_PKEY *test_key;

static void keys_fill_the_store(void **state)
{
	struct answer *a = *state;
	int i;

	for (i = 0; i < NET_KEYS_MAX; i++) {
		add_key(a, test_key);
		assert_int_equal(created(a), i);
	}
	add_key(a, test_key);
	returned(a, 23);
	generate(a, "2048");
	returned(a, 23);
	ask_about(a, DELETE, PAIR, "Intel(r) AMT Key: Handle: 3", "");
	expect(a, 200, "DeleteResponse");
	assert_null(net_key_find(a->settings, 3));
	add_key(a, test_key);
	assert_int_equal(created(a), NET_KEYS_MAX);
}

static void sign(struct answer *a, uint32_t handle, EVP_PKEY *of, const char *algorithm)
{
	X509_REQ *request = X509_REQ_new();
	unsigned char *der = NULL;
	char text[8192], input[9000];

	X509_REQ_set_pubkey(request, of);
	X509_REQ_sign(request, of, EVP_sha256());
	base64(der, i2d_X509_REQ(request, &der), text);
	OPENSSL_free(der);
	X509_REQ_free(request);
	snprintf(input, sizeof(input),
		 "<r:KeyPair><a:ReferenceParameters xmlns:a=\"" NS_ADDRESSING
		 "\"><w:SelectorSet xmlns:w=\"" NS_WSMAN "\"><w:Selector Name=\"InstanceID\">"
		 "Intel(r) AMT Key: Handle: %u</w:Selector></w:SelectorSet></a:ReferenceParameters>"
		 "</r:KeyPair><r:SigningAlgorithm>%s</r:SigningAlgorithm>"
		 "<r:NullSignedCertificateRequest>%s</r:NullSignedCertificateRequest>",
		 handle, algorithm, text);
	ask_method(a, KEYS, "GeneratePKCS10RequestEx", input);
}

static void requests_are_signed_with_the_key_they_are_for(void **state)
{
	struct answer *a = *state;
	EVP_PKEY *other = EVP_RSA_gen(2048);
	unsigned char der[4096];
	const unsigned char *at = der;
	char text[8192];
	X509_REQ *request;

	add_key(a, test_key);
	assert_int_equal(created(a), 0);
	sign(a, 0, test_key, "2");
	returned(a, 0);
	text_of(a, "g:SignedCertificateRequest", text, sizeof(text));
	EVP_DecodeBlock(der, (unsigned char *)text, (int)strlen(text));
	request = d2i_X509_REQ(NULL, &at, sizeof(der));
	assert_non_null(request);
	assert_int_equal(X509_REQ_verify(request, test_key), 1);
	assert_int_equal(X509_REQ_get_signature_nid(request), NID_sha384WithRSAEncryption);
	X509_REQ_free(request);
	sign(a, 0, other, "1");
	returned(a, 2062);
	sign(a, 5, test_key, "1");
	returned(a, 2062);
	sign(a, 0, test_key, "3");
	returned(a, 36);
	EVP_PKEY_free(other);
}

/* --- certificates --- */

static void certificates_are_kept_and_shown(void **state)
{
	struct answer *a = *state;
	char text[8192];

	add_cert(a, "AddTrustedRootCertificate", "Root, Inc.", test_key);
	assert_int_equal(created(a), 0);
	add_cert(a, "AddCertificate", "pc.example.com", test_key);
	assert_int_equal(created(a), 1);
	ask_about(a, GET, CERT, "Intel(r) AMT Certificate: Handle: 1", "");
	expect(a, 200, "<g:Subject>CN=pc.example.com</g:Subject>");
	expect(a, 200, "<g:TrustedRootCertficate>false</g:TrustedRootCertficate>");
	cert_base64(a->settings->certs[1].cert, text);
	expect(a, 200, text);
	add_blob(a, "AddCertificate", "CertificateBlob", text);
	returned(a, 2058);
	ask_all(a, CERT);
	expect(a, 200, "<h:TrustedRootCertficate>true</h:TrustedRootCertficate>");
	ask_about(a, DELETE, CERT, "Intel(r) AMT Certificate: Handle: 0", "");
	expect(a, 200, "DeleteResponse");
	assert_int_equal(a->settings->cert_count, 1);
}

static void bad_certificates_are_refused(void **state)
{
	struct answer *a = *state;
	char text[8192];
	int i;

	add_blob(a, "AddCertificate", "CertificateBlob", "AAEC");
	returned(a, 2063);
	add_blob(a, "AddCertificate", "CertificateBlob", "");
	returned(a, 2063);
	add_cert(a, "AddCertificate", "x", test_key);
	cert_base64(a->settings->certs[0].cert, text);
	strcat(text, "AAAA");
	if (!strchr(text, '=')) {
		add_blob(a, "AddCertificate", "CertificateBlob", text);
		returned(a, 2063);
	}
	for (i = 0; i < NET_ROOTS_MAX; i++) {
		add_cert(a, "AddTrustedRootCertificate", "root", test_key);
		returned(a, 0);
	}
	add_cert(a, "AddTrustedRootCertificate", "root", test_key);
	returned(a, 23);
}

/* --- TLS --- */

static void context(struct answer *a, const char *action, uint32_t handle)
{
	char body[2048];

	snprintf(body, sizeof(body),
		 "<h:AMT_TLSCredentialContext xmlns:h=\"" CONTEXT "\" xmlns:a=\"" NS_ADDRESSING
		 "\" xmlns:w=\"" NS_WSMAN "\"><h:ElementInContext><a:Address>/wsman</a:Address>"
		 "<a:ReferenceParameters><w:ResourceURI>" CERT "</w:ResourceURI><w:SelectorSet>"
		 "<w:Selector Name=\"InstanceID\">Intel(r) AMT Certificate: Handle: %u"
		 "</w:Selector></w:SelectorSet></a:ReferenceParameters></h:ElementInContext>"
		 "<h:ElementProvidingContext/></h:AMT_TLSCredentialContext>",
		 handle);
	ask_about(a, action, CONTEXT, "", body);
}

static void setting(struct answer *a, const char *id, const char *properties)
{
	char body[1024];

	snprintf(body, sizeof(body),
		 "<h:AMT_TLSSettingData xmlns:h=\"" SETTING "\">%s</h:AMT_TLSSettingData>",
		 properties);
	ask_about(a, PUT, SETTING, id, body);
}

static void certificate_of_tls_needs_its_key(void **state)
{
	struct answer *a = *state;
	uint32_t cert, root;

	add_cert(a, "AddCertificate", "pc.example.com", test_key);
	cert = created(a);
	context(a, CREATE, cert);
	expect(a, 400, "c:InvalidParameter");
	add_cert(a, "AddTrustedRootCertificate", "root", test_key);
	root = created(a);
	add_key(a, test_key);
	context(a, CREATE, root);
	expect(a, 400, "c:InvalidParameter");
	context(a, CREATE, 99);
	expect(a, 400, "c:InvalidParameter");
	ask_about(a, CREATE, CONTEXT, "", "<h:AMT_TLSCredentialContext xmlns:h=\"" CONTEXT "\"/>");
	expect(a, 400, "e:InvalidRepresentation");
	ask_all(a, CONTEXT);
	expect(a, 200, "<g:Items></g:Items>");
	context(a, CREATE, cert);
	expect(a, 200, "<g:ResourceCreated>");
	context(a, CREATE, cert);
	expect(a, 400, "c:AlreadyExists");
	context(a, PUT, cert);
	expect(a, 200, "<g:ElementInContext>");
	ask_about(a, DELETE, CERT, "Intel(r) AMT Certificate: Handle: 0", "");
	expect(a, 400, "<a:Value>c:Concurrency</a:Value>");
	ask_about(a, DELETE, PAIR, "Intel(r) AMT Key: Handle: 2", "");
	expect(a, 400, "c:Concurrency");
}

static void tls_settings_wait_for_commit(void **state)
{
	struct answer *a = *state;
	uint32_t cert;

	add_cert(a, "AddCertificate", "pc.example.com", test_key);
	cert = created(a);
	add_key(a, test_key);
	context(a, CREATE, cert);
	setting(a, REMOTE,
		"<h:Enabled>true</h:Enabled><h:MutualAuthentication>true</h:MutualAuthentication>");
	expect(a, 400, "c:InvalidParameter"); /* no root to judge clients by */
	add_cert(a, "AddTrustedRootCertificate", "root", test_key);
	setting(a, REMOTE,
		"<h:AcceptNonSecureConnections>true</h:AcceptNonSecureConnections>"
		"<h:Enabled>true</h:Enabled><h:MutualAuthentication>true</h:MutualAuthentication>"
		"<h:TrustedCN>a.example.com</h:TrustedCN><h:TrustedCN>b.example.com</h:TrustedCN>");
	expect(a, 200, "<g:TrustedCN>a.example.com</g:TrustedCN><g:TrustedCN>b.example.com<");
	ask_about(a, GET, SETTING, LOCAL, "");
	expect(a, 200, "<g:MutualAuthentication>false<");
	assert_false(a->settings->tls.has_cert);
	assert_false(a->settings->tls.sides[NET_TLS_REMOTE].mutual);
	ask_method(a, SETUP, "CommitChanges", "");
	returned(a, 2057);
	assert_false(a->settings->tls.has_cert);
	amt_mebx_set(a->amt, "P@ssw0rd");
	ask_method(a, SETUP, "CommitChanges", "");
	returned(a, 0);
	assert_true(a->reply.tls_changed);
	assert_true(a->settings->tls.has_cert);
	assert_true(a->settings->tls.sides[NET_TLS_REMOTE].mutual);
	/* and once more in operation */
	setting(a, REMOTE, "<h:MutualAuthentication>false</h:MutualAuthentication>");
	expect(a, 200, "<g:MutualAuthentication>false<");
	assert_false(has(a, "TrustedCN"));
	ask_method(a, SETUP, "CommitChanges", "");
	assert_true(a->reply.tls_changed);
	ask_method(a, SETUP, "CommitChanges", "");
	assert_false(a->reply.tls_changed);
}

static int make_key(void **state)
{
	test_key = EVP_RSA_gen(2048);
	return test_key ? 0 : -1;
}

static int drop_key(void **state)
{
	EVP_PKEY_free(test_key);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, ask_setup, ask_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(key_pair_is_made_beside_the_loop),
		TEST(bad_key_orders_are_refused),
		TEST(keys_fill_the_store),
		TEST(requests_are_signed_with_the_key_they_are_for),
		TEST(certificates_are_kept_and_shown),
		TEST(bad_certificates_are_refused),
		TEST(certificate_of_tls_needs_its_key),
		TEST(tls_settings_wait_for_commit),
	};

	return cmocka_run_group_tests_name("wsman keys", tests, make_key, drop_key);
}
