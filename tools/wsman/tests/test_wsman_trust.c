// SPDX-License-Identifier: GPL-2.0-or-later
/* Whose certificate is taken: a handshake in memory for each case. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include <openssl/ssl.h>

#include "libmeiprov/tests/certs.h"
#include "tools/wsman/trust.h"

static struct cert ca, other_ca, server;
static char ca_file[64], other_file[64];

static void write_ca(const struct cert *cert, char path[64])
{
	char pem[8192] = "";
	FILE *file;
	int fd;

	strcpy(path, "/tmp/meiprov-trust.XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	cert_pem(cert, pem, sizeof(pem));
	file = fdopen(fd, "w");
	fputs(pem, file);
	fclose(file);
}

static int setup(void **state)
{
	const struct cert_spec root = { .cn = "Root", .ca = true };
	const struct cert_spec leaf = { .cn = "pc.example.org" };

	ca = cert_make(&root, NULL);
	other_ca = cert_make(&root, NULL);
	server = cert_make(&leaf, &ca);
	write_ca(&ca, ca_file);
	write_ca(&other_ca, other_file);
	return 0;
}

static int teardown(void **state)
{
	unlink(ca_file);
	unlink(other_file);
	cert_free(&ca);
	cert_free(&other_ca);
	cert_free(&server);
	return 0;
}

/* Both ends take turns until one has failed or both are through. */
static bool shake_hands(SSL *client, SSL *end)
{
	for (int i = 0; i < 10; i++) {
		int c = SSL_do_handshake(client);
		int s = SSL_do_handshake(end);

		if (c == 1 && s == 1)
			return true;
		if (c != 1 && SSL_get_error(client, c) != SSL_ERROR_WANT_READ)
			return false;
	}
	return false;
}

/* Does a client with @trust take @shown? */
static bool takes(struct wsman_trust *trust, const struct cert *shown)
{
	SSL_CTX *client_ctx = SSL_CTX_new(TLS_client_method());
	SSL_CTX *server_ctx = SSL_CTX_new(TLS_server_method());
	SSL *client, *end;
	BIO *one, *two;
	bool taken = false;

	assert_int_equal(SSL_CTX_use_certificate(server_ctx, shown->x509), 1);
	assert_int_equal(SSL_CTX_use_PrivateKey(server_ctx, shown->key), 1);
	if (!wsman_trust_setup(client_ctx, trust)) {
		client = SSL_new(client_ctx);
		end = SSL_new(server_ctx);
		assert_int_equal(BIO_new_bio_pair(&one, 0, &two, 0), 1);
		SSL_set_bio(client, one, one);
		SSL_set_bio(end, two, two);
		SSL_set_connect_state(client);
		SSL_set_accept_state(end);
		taken = shake_hands(client, end);
		SSL_free(client);
		SSL_free(end);
	}
	SSL_CTX_free(client_ctx);
	SSL_CTX_free(server_ctx);
	return taken;
}

static void a_ca_vouches_for_the_host_of_the_name(void **state)
{
	struct wsman_trust t = { .host = "pc.example.org", .ca_file = ca_file };

	assert_true(takes(&t, &server));
	assert_string_equal(t.why, "");
	t.host = "pc.example.net";
	assert_false(takes(&t, &server));
	assert_non_null(strstr(t.why, "ostname mismatch"));
	assert_true(t.seen);
	t.host = "127.0.0.1";
	assert_false(takes(&t, &server));
	assert_non_null(strstr(t.why, "IP address mismatch"));
}

static void a_ca_that_is_not_named_vouches_for_nothing(void **state)
{
	struct wsman_trust t = { .host = "pc.example.org", .ca_file = other_file };

	assert_false(takes(&t, &server));
	assert_string_not_equal(t.why, "");
	t.ca_file = NULL; /* the system's */
	assert_false(takes(&t, &server));
	t.ca_file = "/nonexistent";
	assert_false(takes(&t, &server));
	assert_non_null(strstr(t.why, "file of CAs"));
	assert_false(t.seen);
}

static void an_expired_certificate_is_refused(void **state)
{
	const struct cert_spec spec = { .cn = "pc.example.org", .expired = true };
	struct cert old = cert_make(&spec, &ca);
	struct wsman_trust t = { .host = "pc.example.org", .ca_file = ca_file };

	assert_false(takes(&t, &old));
	assert_non_null(strstr(t.why, "expired"));
	cert_free(&old);
}

static void a_pin_takes_one_certificate_whoever_made_it(void **state)
{
	const struct cert_spec spec = { .cn = "pc.example.org" };
	struct cert other = cert_make(&spec, &ca);
	struct wsman_trust t = { .kind = WSMAN_TRUST_PIN };

	X509_digest(server.x509, EVP_sha256(), t.pin, NULL);
	assert_true(takes(&t, &server));
	assert_false(takes(&t, &other));
	assert_non_null(strstr(t.why, "pinned"));
	X509_digest(other.x509, EVP_sha256(), t.pin, NULL);
	assert_memory_equal(t.digest, t.pin, sizeof(t.pin)); /* it says which came */
	cert_free(&other);
}

static void any_certificate_is_taken_when_that_was_asked_for(void **state)
{
	const struct cert_spec spec = { .cn = "x", .expired = true };
	struct cert stranger = cert_make(&spec, NULL);
	struct wsman_trust t = { .kind = WSMAN_TRUST_ANY };

	assert_true(takes(&t, &stranger));
	assert_true(t.seen);
	cert_free(&stranger);
}

static void a_pin_is_read_in_both_forms(void **state)
{
	static const char plain[] =
		"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1eFF";
	char text[WSMAN_PIN_TEXT_SIZE], wrong[80];
	uint8_t pin[WSMAN_PIN_BYTES], again[WSMAN_PIN_BYTES];

	assert_int_equal(wsman_pin_parse(plain, pin), 0);
	assert_int_equal(pin[10], 10);
	assert_int_equal(pin[31], 0xff);
	wsman_pin_format(pin, text);
	assert_memory_equal(text, "00:01:02:", 9);
	assert_int_equal(strlen(text), 95);
	assert_int_equal(wsman_pin_parse(text, again), 0);
	assert_memory_equal(again, pin, sizeof(pin));
	for (size_t len = 0; len < 64; len++) {
		snprintf(wrong, sizeof(wrong), "%.*s", (int)len, plain);
		assert_int_equal(wsman_pin_parse(wrong, pin), -EINVAL);
	}
	snprintf(wrong, sizeof(wrong), "%s0", plain);
	assert_int_equal(wsman_pin_parse(wrong, pin), -EINVAL);
	snprintf(wrong, sizeof(wrong), "%s:", plain);
	assert_int_equal(wsman_pin_parse(wrong, pin), -EINVAL);
	snprintf(wrong, sizeof(wrong), "\x10%s", plain + 1);
	assert_int_equal(wsman_pin_parse(wrong, pin), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_ca_vouches_for_the_host_of_the_name),
		cmocka_unit_test(a_ca_that_is_not_named_vouches_for_nothing),
		cmocka_unit_test(an_expired_certificate_is_refused),
		cmocka_unit_test(a_pin_takes_one_certificate_whoever_made_it),
		cmocka_unit_test(any_certificate_is_taken_when_that_was_asked_for),
		cmocka_unit_test(a_pin_is_read_in_both_forms),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
