// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A configured device: the certificate and the users a server has installed, TLS
 * settings that change in operation; and generations that want a password in setup.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include "tools/vme/tests/test_chain_make.h"
#include "tools/vme/tests/test_net_server.h"

#define AMT_URI	     "http://intel.com/wbem/wscim/1/amt-schema/1/"
#define KEYS_URI     AMT_URI "AMT_PublicKeyManagementService"
#define CONTEXT_URI  AMT_URI "AMT_TLSCredentialContext"
#define SETTING_URI  AMT_URI "AMT_TLSSettingData"
#define GENERAL_URI  AMT_URI "AMT_GeneralSettings"
#define TRANSFER     "http://schemas.xmlsoap.org/ws/2004/09/transfer/"
#define ADDRESSING   "http://schemas.xmlsoap.org/ws/2004/08/addressing"
#define WSMAN	     "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
#define TLS_INSTANCE "Intel(r) AMT 802.3 TLS Settings"

/* MD5("op:" REALM ":Op3rator!") is made here; the device gets it in hex. */
#define OP_PASSWORD "Op3rator!"

/* --- asking --- */

/* Any operation; the answer's 8 KiB are enough for all of them. */
static void operate(SSL *ssl, const char *operation, const char *uri, const char *body,
		    const char *authorization, char answer[8192])
{
	char soap[6000], text[7000];
	int len;

	snprintf(
		soap, sizeof(soap),
		"<e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\" xmlns:a=\"" ADDRESSING
		"\" xmlns:w=\"" WSMAN "\"><e:Header><a:Action>%s</a:Action><w:ResourceURI>%s"
		"</w:ResourceURI><a:MessageID>1</a:MessageID></e:Header><e:Body>%s</e:Body>"
		"</e:Envelope>",
		operation, uri, body);
	len = snprintf(text, sizeof(text),
		       "POST /wsman HTTP/1.1\r\nHost: x\r\n%sContent-Length: %zu\r\n\r\n%s",
		       authorization, strlen(soap), soap);
	assert_int_equal(SSL_write(ssl, text, len), len);
	read_answer(ssl, answer);
}

static void method(SSL *ssl, const char *uri, const char *name, const char *input,
		   char answer[8192])
{
	char action[256];

	snprintf(action, sizeof(action), "%s/%s", uri, name);
	operate(ssl, action, uri, input, "", answer);
}

static void method_works(SSL *ssl, const char *uri, const char *name, const char *input)
{
	char answer[8192];

	method(ssl, uri, name, input, answer);
	expect(answer, "<g:ReturnValue>0<");
}

static void operation_works(SSL *ssl, const char *name, const char *uri, const char *body)
{
	char answer[8192], operation[128];

	snprintf(operation, sizeof(operation), TRANSFER "%s", name);
	operate(ssl, operation, uri, body, "", answer);
	expect(answer, "HTTP/1.1 200 OK");
}

/* --- what a server installs --- */

static void add_blob(SSL *ssl, const char *name, const char *element, unsigned char *der, int len)
{
	char text[4096], input[4200];

	assert_in_range(len, 1, 3000);
	EVP_EncodeBlock((unsigned char *)text, der, len);
	OPENSSL_free(der);
	snprintf(input, sizeof(input), "<X><%s>%s</%s></X>", element, text, element);
	method_works(ssl, KEYS_URI, name, input);
}

static void add_cert(SSL *ssl, const char *name, X509 *cert)
{
	unsigned char *der = NULL;
	int len = i2d_X509(cert, &der);

	add_blob(ssl, name, "CertificateBlob", der, len);
}

static void add_key(SSL *ssl, EVP_PKEY *key)
{
	unsigned char *der = NULL;
	int len = i2d_PrivateKey(key, &der);

	add_blob(ssl, "AddKey", "KeyBlob", der, len);
}

/* The certificate has handle 1: the key came first. */
static void install(SSL *ssl, X509 *cert, EVP_PKEY *key)
{
	add_key(ssl, key);
	add_cert(ssl, "AddCertificate", cert);
	operation_works(ssl, "Create", CONTEXT_URI,
			"<AMT_TLSCredentialContext><ElementInContext><a:ReferenceParameters>"
			"<w:SelectorSet><w:Selector Name=\"InstanceID\">"
			"Intel(r) AMT Certificate: Handle: 1</w:Selector></w:SelectorSet>"
			"</a:ReferenceParameters></ElementInContext></AMT_TLSCredentialContext>");
}

static X509 *client_of(const char *cn)
{
	struct recipe recipe = { .cn = cn, .eku = "clientAuth", .key = leaf_key };

	return cert_make(&recipe, root, root_key);
}

/* Log on with digest; what is asked next needs no header. */
static SSL *log_on(const struct device *dev, X509 *cert, const char *user, const char *password)
{
	SSL *ssl = handshake(dial_patiently(dev), cert, root, NULL);
	char answer[8192], authorization[512];

	assert_non_null(ssl);
	ask(ssl, SETUP_URI, NULL, "", answer);
	expect(answer, "HTTP/1.1 401 ");
	hang_up(ssl);
	authorize_as(answer, user, password, authorization);
	ssl = handshake(dial_patiently(dev), cert, root, NULL);
	operate(ssl, TRANSFER "Get", SETUP_URI, "", authorization, answer);
	expect(answer, "<g:ProvisioningState>2<");
	return ssl;
}

static bool shows(SSL *ssl, X509 *want)
{
	X509 *cert = SSL_get1_peer_certificate(ssl);
	bool same = !X509_cmp(cert, want);

	X509_free(cert);
	return same;
}

/* --- promises --- */

static void installed_certificate_is_served_after_commit(void **state)
{
	const struct plan plan = { .schedule = "1x60" };
	struct recipe recipe = { .cn = "pc.example.com", .key = leaf_key };
	X509 *own = cert_make(&recipe, root, root_key);
	struct device dev;
	SSL *ssl;

	device_start(&dev, &plan, root);
	ssl = log_in(&dev);
	install(ssl, own, leaf_key);
	assert_false(shows(ssl, own));
	hang_up(ssl);
	ssl = log_in(&dev);
	assert_false(shows(ssl, own)); /* not before it is committed */
	configure(ssl);
	hang_up(ssl);
	ssl = log_on(&dev, NULL, "admin", "P@ssw0rd");
	assert_true(shows(ssl, own));
	/* unprovisioned, it is gone */
	method_works(ssl, SETUP_URI, "Unprovision",
		     "<X><ProvisioningMode>1</ProvisioningMode></X>");
	hang_up(ssl);
	assert_int_equal(device_stop(&dev).state, AMT_PRE);
	X509_free(own);
}

static void tls_settings_change_in_operation(void **state)
{
	const struct plan plan = { .schedule = "1x60" };
	X509 *right = client_of("console.example.com"), *wrong = client_of("console.example.net");
	char answer[8192];
	struct device dev;
	SSL *ssl;

	device_start(&dev, &plan, root);
	ssl = log_in(&dev);
	configure(ssl);
	hang_up(ssl);
	ssl = log_on(&dev, NULL, "admin", "P@ssw0rd");
	add_cert(ssl, "AddTrustedRootCertificate", root);
	operation_works(ssl, "Put", SETTING_URI,
			"<AMT_TLSSettingData><InstanceID>" TLS_INSTANCE "</InstanceID>"
			"<MutualAuthentication>true</MutualAuthentication>"
			"<TrustedCN>example.com</TrustedCN></AMT_TLSSettingData>");
	/* not in force yet */
	hang_up(log_on(&dev, NULL, "admin", "P@ssw0rd"));
	method_works(ssl, SETUP_URI, "CommitChanges", "");
	assert_int_equal(SSL_read(ssl, answer, 1), 0);
	hang_up(ssl);
	assert_int_equal(dial(&dev), -1);
	assert_null(handshake(dial_patiently(&dev), NULL, NULL, NULL));
	assert_null(handshake(dial_patiently(&dev), wrong, root, NULL));
	assert_null(handshake(dial_patiently(&dev), leaf, root, NULL)); /* not for clients */
	hang_up(log_on(&dev, right, "admin", "P@ssw0rd"));
	device_stop(&dev);
	X509_free(right);
	X509_free(wrong);
}

static void add_operator(SSL *ssl, const char *name, const char *realm)
{
	char text[128], input[512];
	unsigned char sum[16];
	size_t len;

	snprintf(text, sizeof(text), "%s:" REALM ":" OP_PASSWORD, name);
	EVP_Digest(text, strlen(text), sum, NULL, EVP_md5(), NULL);
	len = (size_t)snprintf(input, sizeof(input),
			       "<X><DigestUsername>%s</DigestUsername><DigestPassword>", name);
	EVP_EncodeBlock((unsigned char *)input + len, sum, 16);
	len = strlen(input);
	snprintf(input + len, sizeof(input) - len,
		 "</DigestPassword><AccessPermission>1</AccessPermission><Realms>%s</Realms></X>",
		 realm);
	method_works(ssl, AUTH_URI, "AddUserAclEntryEx", input);
}

static void users_do_what_their_realm_allows(void **state)
{
	static const char put[] = "<AMT_GeneralSettings><HostName>pc</HostName>"
				  "</AMT_GeneralSettings>";
	const struct plan plan = { .schedule = "1x60" };
	struct device dev;
	char answer[8192];
	SSL *ssl;

	device_start(&dev, &plan, root);
	ssl = log_in(&dev);
	add_operator(ssl, "op", "3");
	add_operator(ssl, "reader", "13");
	configure(ssl);
	hang_up(ssl);
	ssl = log_on(&dev, NULL, "reader", OP_PASSWORD);
	operate(ssl, TRANSFER "Put", GENERAL_URI, put, "", answer);
	expect(answer, "c:AccessDenied");
	hang_up(ssl);
	ssl = log_on(&dev, NULL, "op", OP_PASSWORD);
	operate(ssl, TRANSFER "Put", GENERAL_URI, put, "", answer);
	expect(answer, "<g:HostName>pc<");
	/* a user who removes himself is asked again */
	method_works(ssl, AUTH_URI, "RemoveUserAclEntry", "<X><Handle>1</Handle></X>");
	ask(ssl, SETUP_URI, NULL, "", answer);
	expect(answer, "HTTP/1.1 401 ");
	hang_up(ssl);
	device_stop(&dev);
}

static void old_generation_wants_a_password_in_setup(void **state)
{
	const struct plan plan = { .schedule = "1x60", .version = "8.1.71" };
	char answer[8192], authorization[512];
	struct device dev;
	SSL *ssl;

	device_start(&dev, &plan, root);
	old_servers_are_fine = true;
	ssl = log_in(&dev);
	assert_string_equal(SSL_get_version(ssl), "TLSv1.1");
	ask(ssl, SETUP_URI, NULL, "", answer);
	expect(answer, "HTTP/1.1 401 ");
	hang_up(ssl);
	authorize(answer, "admin", authorization); /* the factory's */
	ssl = log_in(&dev);
	old_servers_are_fine = false;
	operate(ssl, TRANSFER "Get", SETUP_URI, "", authorization, answer);
	expect(answer, "<g:ProvisioningState>1<");
	hang_up(ssl);
	device_stop(&dev);
}

/* MeshCentral speaks static RSA only, Go's library ECDHE only (protocol.md 3.2). */
static void both_key_exchanges_are_spoken(void **state)
{
	static const char *const versions[] = { "12.0.49", "16.1.25" };
	static const char *const suites[] = { "AES256-GCM-SHA384", "ECDHE-RSA-AES128-GCM-SHA256" };
	struct device dev;
	size_t i, j;
	SSL *ssl;

	for (i = 0; i < 2; i++) {
		const struct plan plan = { .schedule = "1x60", .version = versions[i] };

		device_start(&dev, &plan, root);
		for (j = 0; j < 2; j++) {
			spoken_suites = suites[j];
			ssl = log_in(&dev);
			assert_string_equal(SSL_get_cipher(ssl), suites[j]);
			assert_string_equal(SSL_get_version(ssl), "TLSv1.2");
			hang_up(ssl);
		}
		spoken_suites = NULL;
		device_stop(&dev);
	}
}

/* --- the port without TLS --- */

static struct device below(const struct device *dev)
{
	struct device plain = *dev;

	plain.addr.sin_port = htons((uint16_t)(ntohs(dev->addr.sin_port) - 1));
	return plain;
}

static void read_plain(int fd, char out[8192])
{
	size_t len = 0;

	out[0] = '\0';
	while (len < 8000 && !strstr(out, "\r\n0\r\n\r\n") && !strstr(out, "</html>\n")) {
		if (read(fd, out + len, 1) != 1)
			break;
		out[++len] = '\0';
	}
}

/* One request on a connection of its own. */
static void ask_plain(const struct device *plain, const char *authorization, char answer[8192])
{
	char text[4096];
	size_t len = request_text(text, SETUP_URI, NULL, "", authorization);
	int fd = dial_patiently(plain);

	assert_int_equal(write(fd, text, len), len);
	read_plain(fd, answer);
	close(fd);
}

/* Both ports, as MeshCentral leaves a device. */
static void let_both_be(SSL *ssl)
{
	operation_works(ssl, "Put", SETTING_URI,
			"<AMT_TLSSettingData><InstanceID>" TLS_INSTANCE "</InstanceID>"
			"<Enabled>true</Enabled><AcceptNonSecureConnections>true"
			"</AcceptNonSecureConnections></AMT_TLSSettingData>");
}

static void a_port_without_tls_is_there_when_a_server_lets_it(void **state)
{
	const struct plan plan = { .schedule = "1x60" };
	char answer[8192], authorization[512];
	struct device dev, plain;
	SSL *ssl;

	device_start(&dev, &plan, root);
	plain = below(&dev);
	ssl = log_in(&dev);
	let_both_be(ssl);
	assert_int_equal(dial(&plain), -1); /* not in setup */
	configure(ssl);
	hang_up(ssl);
	ask_plain(&plain, "", answer);
	expect(answer, "HTTP/1.1 401 ");
	authorize(answer, "P@ssw0rd", authorization);
	ask_plain(&plain, authorization, answer);
	expect(answer, "<g:ProvisioningState>2<");
	ssl = log_on(&dev, NULL, "admin", "P@ssw0rd");
	method_works(ssl, SETUP_URI, "Unprovision",
		     "<X><ProvisioningMode>1</ProvisioningMode></X>");
	hang_up(ssl);
	sleep_ms(100);
	assert_int_equal(dial(&plain), -1);
	device_stop(&dev);
}

static void no_port_is_without_tls_unless_asked_for_or_since_16(void **state)
{
	static const char *const versions[] = { "12.0.49", "16.1.27" };
	struct device dev, plain;
	size_t i;
	SSL *ssl;

	for (i = 0; i < 2; i++) {
		const struct plan plan = { .schedule = "1x60", .version = versions[i] };

		device_start(&dev, &plan, root);
		plain = below(&dev);
		ssl = log_in(&dev);
		if (i)
			let_both_be(ssl);
		configure(ssl);
		hang_up(ssl);
		hang_up(log_on(&dev, NULL, "admin", "P@ssw0rd"));
		assert_int_equal(dial(&plain), -1);
		device_stop(&dev);
	}
}

static void a_server_can_demand_that_digest_covers_the_body(void **state)
{
	const struct plan plan = { .schedule = "1x60", .version = "16.1.27" };
	char answer[8192];
	struct device dev;
	SSL *ssl;

	device_start(&dev, &plan, root);
	ssl = log_in(&dev);
	operation_works(ssl, "Put", AUTH_URI,
			"<AMT_AuthorizationService><AllowHttpQopAuthOnly>0</AllowHttpQopAuthOnly>"
			"</AMT_AuthorizationService>");
	configure(ssl);
	hang_up(ssl);
	ssl = handshake(dial_patiently(&dev), NULL, NULL, NULL);
	ask(ssl, SETUP_URI, NULL, "", answer);
	expect(answer, "qop=\"auth-int\"");
	hang_up(ssl);
	device_stop(&dev);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(installed_certificate_is_served_after_commit),
		cmocka_unit_test(tls_settings_change_in_operation),
		cmocka_unit_test(users_do_what_their_realm_allows),
		cmocka_unit_test(old_generation_wants_a_password_in_setup),
		cmocka_unit_test(both_key_exchanges_are_spoken),
		cmocka_unit_test(a_port_without_tls_is_there_when_a_server_lets_it),
		cmocka_unit_test(no_port_is_without_tls_unless_asked_for_or_since_16),
		cmocka_unit_test(a_server_can_demand_that_digest_covers_the_body),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests_name("net in operation", tests, make_chain, free_chain);
}
