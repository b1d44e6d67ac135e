// SPDX-License-Identifier: GPL-2.0-or-later
/* The server shows its whole chain and holds a device to its certificate. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include <openssl/ssl.h>

#include "tools/sca/chains.h"
#include "tools/sca/testca.h"
#include "tools/sca/tls.h"

static struct testca ours;
static struct testca device_a;
static struct testca device_b;
static struct chain chain;

static int take_any(X509_STORE_CTX *ctx, void *arg)
{
	return 1;
}

static int take_none(X509_STORE_CTX *ctx, void *arg)
{
	X509_STORE_CTX_set_error(ctx, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN);
	return 0;
}

static SSL_CTX *device_ctx(const struct testca *id, const char *ciphers, bool accept)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	SSL_CTX_set_max_proto_version(ctx, TLS1_2_VERSION);
	assert_int_equal(SSL_CTX_use_certificate(ctx, id->leaf), 1);
	assert_int_equal(SSL_CTX_use_PrivateKey(ctx, id->leaf_key), 1);
	assert_int_equal(SSL_CTX_set_cipher_list(ctx, ciphers), 1);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	SSL_CTX_set_cert_verify_callback(ctx, accept ? take_any : take_none, NULL);
	return ctx;
}

/* A handshake in memory; @shown: certificates we sent besides the leaf. */
static bool shake(struct tls_peer *peer, const struct testca *id, const char *ciphers, bool accept,
		  int *shown)
{
	SSL_CTX *client_ctx = SSL_CTX_new(TLS_client_method());
	SSL_CTX *server_ctx = device_ctx(id, ciphers, accept);
	BIO *a;
	BIO *b;
	SSL *client;
	SSL *server;
	int c = 0;
	int s = 0;

	SSL_CTX_set_max_proto_version(client_ctx, TLS1_2_VERSION);
	SSL_CTX_set_cipher_list(client_ctx, TLS_CIPHERS);
	assert_int_equal(tls_setup(client_ctx, peer), 0);
	client = SSL_new(client_ctx);
	server = SSL_new(server_ctx);
	BIO_new_bio_pair(&a, 0, &b, 0);
	SSL_set_bio(client, a, a);
	SSL_set_bio(server, b, b);
	for (int i = 0; i < 20 && (c != 1 || s != 1); i++) {
		c = SSL_connect(client);
		s = SSL_accept(server);
	}
	*shown = sk_X509_num(SSL_get_peer_cert_chain(server));
	SSL_free(client);
	SSL_free(server);
	SSL_CTX_free(client_ctx);
	SSL_CTX_free(server_ctx);
	return c == 1 && s == 1;
}

static int setup(void **state)
{
	if (testca_make("sca.example.org", &ours) || testca_make("device", &device_a) ||
	    testca_make("device", &device_b))
		return -1;
	chain.leaf = ours.leaf;
	chain.key = ours.leaf_key;
	chain.issuers = sk_X509_new_null();
	return sk_X509_push(chain.issuers, ours.root) ? 0 : -1;
}

static int teardown(void **state)
{
	sk_X509_free(chain.issuers);
	testca_free(&ours);
	testca_free(&device_a);
	testca_free(&device_b);
	return 0;
}

static void root_is_shown_too(void **state)
{
	struct tls_peer peer = { .chain = &chain };
	int shown;

	assert_true(shake(&peer, &device_a, "DEFAULT", true, &shown));
	assert_int_equal(shown, 1);
}

static void old_and_new_key_exchange_work(void **state)
{
	static const char *const suites[] = {
		"AES128-SHA",
		"AES256-SHA",
		"AES128-SHA256",
		"AES256-GCM-SHA384",
		"ECDHE-RSA-AES128-GCM-SHA256",
		"ECDHE-RSA-AES256-GCM-SHA384",
	};
	int shown;

	for (size_t i = 0; i < sizeof(suites) / sizeof(*suites); i++) {
		struct tls_peer peer = { .chain = &chain };

		assert_true(shake(&peer, &device_a, suites[i], true, &shown));
	}
}

static void first_certificate_is_pinned_and_another_refused(void **state)
{
	struct tls_peer peer = { .chain = &chain };
	uint8_t digest[32];
	int shown;

	assert_true(shake(&peer, &device_a, "DEFAULT", true, &shown));
	assert_true(peer.have_pin);
	X509_digest(device_a.leaf, EVP_sha256(), digest, NULL);
	assert_memory_equal(peer.pin, digest, sizeof(digest));
	assert_true(shake(&peer, &device_a, "DEFAULT", true, &shown));
	assert_false(shake(&peer, &device_b, "DEFAULT", true, &shown));
	assert_true(peer.pin_differs);
	/* the stranger has not taken the device's place */
	assert_memory_equal(peer.pin, digest, sizeof(digest));
	assert_true(shake(&peer, &device_a, "DEFAULT", true, &shown));
	assert_false(peer.pin_differs);
}

static void pin_given_beforehand_holds_at_once(void **state)
{
	struct tls_peer peer = { .chain = &chain, .have_pin = true, .pin = { 1 } };
	int shown;

	assert_false(shake(&peer, &device_a, "DEFAULT", true, &shown));
	assert_true(peer.pin_differs);
}

static void refused_chain_is_known_by_the_alert(void **state)
{
	struct tls_peer peer = { .chain = &chain };
	int shown;

	assert_false(shake(&peer, &device_a, "DEFAULT", false, &shown));
	assert_true(tls_alert_refuses_chain(peer.alert));
	assert_string_equal(tls_alert_text(peer.alert), "unknown CA");
	assert_false(peer.pin_differs);
}

static void other_alerts_are_not_about_the_chain(void **state)
{
	struct tls_peer peer = { .chain = &chain };
	int shown;

	assert_false(shake(&peer, &device_a, "ECDHE-ECDSA-AES128-GCM-SHA256", true, &shown));
	assert_false(tls_alert_refuses_chain(peer.alert));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(root_is_shown_too),
		cmocka_unit_test(old_and_new_key_exchange_work),
		cmocka_unit_test(first_certificate_is_pinned_and_another_refused),
		cmocka_unit_test(pin_given_beforehand_holds_at_once),
		cmocka_unit_test(refused_chain_is_known_by_the_alert),
		cmocka_unit_test(other_alerts_are_not_about_the_chain),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
