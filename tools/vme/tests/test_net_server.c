// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/tests/test_net_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include "tools/vme/tests/test_chain_make.h"

#define GET_ACTION "http://schemas.xmlsoap.org/ws/2004/09/transfer/Get"

EVP_PKEY *root_key, *leaf_key;
X509 *root, *leaf, *stranger;
bool old_servers_are_fine;
const char *spoken_suites;
const char *spoken_realm;

/* --- the server --- */

void sleep_ms(unsigned int ms)
{
	const struct timespec ts = { ms / 1000, ms % 1000 * 1000000L };

	nanosleep(&ts, NULL);
}

int dial(const struct device *dev)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (!connect(fd, (const struct sockaddr *)&dev->addr, sizeof(dev->addr)))
		return fd;
	close(fd);
	return -1;
}

/* The port opens soon after the start and after the pause. */
int dial_patiently(const struct device *dev)
{
	int tries, fd = -1;

	for (tries = 0; tries < 200 && fd < 0; tries++) {
		fd = dial(dev);
		if (fd < 0)
			sleep_ms(10);
	}
	assert_true(fd >= 0);
	return fd;
}

/* What a client needs for AMT before release 12. */
static void be_old(SSL_CTX *ctx)
{
	SSL_CTX_set_options(ctx, SSL_OP_LEGACY_SERVER_CONNECT);
	SSL_CTX_set_min_proto_version(ctx, TLS1_VERSION);
	SSL_CTX_set_security_level(ctx, 0);
}

SSL *handshake(int fd, X509 *cert, X509 *top, int *alert)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	SSL *ssl;

	SSL_CTX_set_max_proto_version(ctx, TLS1_2_VERSION);
	if (spoken_suites)
		assert_int_equal(SSL_CTX_set_cipher_list(ctx, spoken_suites), 1);
	if (cert) {
		SSL_CTX_use_certificate(ctx, cert);
		SSL_CTX_use_PrivateKey(ctx, leaf_key);
		SSL_CTX_add1_chain_cert(ctx, top);
	}
	if (old_servers_are_fine)
		be_old(ctx);
	ssl = SSL_new(ctx);
	SSL_CTX_free(ctx);
	SSL_set_fd(ssl, fd);
	ERR_clear_error();
	if (SSL_connect(ssl) == 1)
		return ssl;
	if (alert)
		*alert = ERR_GET_REASON(ERR_peek_error()) - SSL_AD_REASON_OFFSET;
	SSL_free(ssl);
	close(fd);
	return NULL;
}

void hang_up(SSL *ssl)
{
	int fd = SSL_get_fd(ssl);

	SSL_shutdown(ssl);
	SSL_free(ssl);
	close(fd);
}

SSL *log_in(const struct device *dev)
{
	SSL *ssl = NULL;
	int tries;

	/* it drops connections while too many are open */
	for (tries = 0; tries < 50 && !ssl; tries++)
		ssl = handshake(dial_patiently(dev), leaf, root, NULL);
	assert_non_null(ssl);
	return ssl;
}

size_t request_text(char out[4096], const char *uri, const char *method, const char *input,
		    const char *authorization)
{
	char soap[3072];

	snprintf(soap, sizeof(soap),
		 "<e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\" "
		 "xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" "
		 "xmlns:w=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\">"
		 "<e:Header><a:Action>%s%s%s</a:Action><w:ResourceURI>%s"
		 "</w:ResourceURI><a:MessageID>1</a:MessageID></e:Header>"
		 "<e:Body>%s</e:Body></e:Envelope>",
		 method ? uri : GET_ACTION, method ? "/" : "", method ? method : "", uri, input);
	return snprintf(out, 4096,
			"POST /wsman HTTP/1.1\r\nHost: x\r\n%s"
			"Content-Length: %zu\r\n\r\n%s",
			authorization, strlen(soap), soap);
}

/* One answer, whole: up to the last chunk or the end of a page. */
void read_answer(SSL *ssl, char out[8192])
{
	size_t len = 0;

	out[0] = '\0';
	while (!strstr(out, "\r\n0\r\n\r\n") && !strstr(out, "</html>\n")) {
		int n = SSL_read(ssl, out + len, 1);

		if (n <= 0)
			break;
		len += n;
		out[len] = '\0';
		assert_true(len < 8000);
	}
}

void ask(SSL *ssl, const char *uri, const char *method, const char *input, char answer[8192])
{
	char text[4096];
	size_t len = request_text(text, uri, method, input, "");

	assert_int_equal(SSL_write(ssl, text, (int)len), len);
	read_answer(ssl, answer);
}

void expect(const char *answer, const char *part)
{
	if (!strstr(answer, part))
		print_error("wanted %s\ngot %s\n", part, answer);
	assert_non_null(strstr(answer, part));
}

void configure(SSL *ssl)
{
	/* MD5("admin:" REALM ":P@ssw0rd"), made with md5sum(1) */
	static const char acl[] =
		"<r:X xmlns:r=\"urn:r\"><r:Username>admin</r:Username>"
		"<r:DigestPassword>b6710485f86e6174cca7404518df56da</r:DigestPassword></r:X>";
	char answer[8192];

	ask(ssl, SETUP_URI, NULL, "", answer);
	expect(answer, "<g:ProvisioningState>1<");
	ask(ssl, SETUP_URI, "SetMEBxPassword", "<X><Password>Str0ng!pass</Password></X>", answer);
	expect(answer, "<g:ReturnValue>0<");
	ask(ssl, AUTH_URI, "SetAdminAclEntryEx", acl, answer);
	expect(answer, "<g:ReturnValue>0<");
	ask(ssl, SETUP_URI, "CommitChanges", "", answer);
	expect(answer, "<g:ReturnValue>0<");
}

static void md5_hex(const char *text, char out[33])
{
	unsigned char sum[16];
	int i;

	EVP_Digest(text, strlen(text), sum, NULL, EVP_md5(), NULL);
	for (i = 0; i < 16; i++)
		snprintf(out + 2 * i, 3, "%02x", sum[i]);
}

void authorize_as(const char *answer, const char *user, const char *password, char out[512])
{
	const char *at = strstr(answer, "nonce=\"");
	const char *realm = spoken_realm ? spoken_realm : REALM;
	char nonce[33], text[256], ha1[33], ha2[33], response[33];

	assert_non_null(at);
	snprintf(nonce, sizeof(nonce), "%s", at + 7);
	snprintf(text, sizeof(text), "%s:%s:%s", user, realm, password);
	md5_hex(text, ha1);
	md5_hex("POST:/wsman", ha2);
	snprintf(text, sizeof(text), "%s:%s:00000001:abc:auth:%s", ha1, nonce, ha2);
	md5_hex(text, response);
	snprintf(out, 512,
		 "Authorization: Digest username=\"%s\",realm=\"%s\",nonce=\"%s\",uri=\"/wsman\","
		 "qop=auth,nc=00000001,cnonce=\"abc\",response=\"%s\"\r\n",
		 user, realm, nonce, response);
}

void authorize(const char *answer, const char *password, char out[512])
{
	authorize_as(answer, "admin", password, out);
}

int make_chain(void **state)
{
	struct recipe root_r = { .cn = "Root", .is_ca = true };
	struct recipe leaf_r = { .cn = "sca.example.com", .eku = SETUP_EKU };
	struct recipe stranger_r = { .cn = "Stranger", .is_ca = true };

	root_key = EVP_RSA_gen(2048);
	leaf_key = EVP_RSA_gen(2048);
	root_r.key = root_key;
	leaf_r.key = leaf_key;
	stranger_r.key = leaf_key;
	root = cert_make(&root_r, NULL, NULL);
	leaf = cert_make(&leaf_r, root, root_key);
	stranger = cert_make(&stranger_r, NULL, NULL);
	return 0;
}

int free_chain(void **state)
{
	X509_free(root);
	X509_free(leaf);
	X509_free(stranger);
	EVP_PKEY_free(root_key);
	EVP_PKEY_free(leaf_key);
	return 0;
}
