// SPDX-License-Identifier: GPL-2.0-or-later
/* The device certificate: made in the background, on time, cancelled cleanly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <cmocka.h>
#include <event2/event.h>
#include "tools/vme/cert.h"

struct result {
	struct event_base *base;
	X509 *cert;
	EVP_PKEY *key;
	int calls;
};

static const uint8_t uuid[16] = { 0x4b, 0x52, 0x9b, 0x93 };

static long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000L + ts.tv_nsec / 1000000;
}

static void done(X509 *cert, EVP_PKEY *key, void *ctx)
{
	struct result *res = ctx;

	res->cert = cert;
	res->key = key;
	res->calls++;
	event_base_loopbreak(res->base);
}

static void certificate_is_self_signed_rsa_2048_sha256(void **state)
{
	struct result res = { .base = event_base_new() };

	assert_non_null(cert_job_start(res.base, NULL, 0, uuid, done, &res));
	event_base_dispatch(res.base);
	assert_int_equal(res.calls, 1);
	assert_non_null(res.cert);
	assert_int_equal(EVP_PKEY_get_bits(res.key), 2048);
	assert_int_equal(X509_verify(res.cert, res.key), 1);
	assert_int_equal(X509_get_signature_nid(res.cert), NID_sha256WithRSAEncryption);
	assert_int_equal(X509_NAME_cmp(X509_get_subject_name(res.cert),
				       X509_get_issuer_name(res.cert)),
			 0);
	X509_free(res.cert);
	EVP_PKEY_free(res.key);
	event_base_free(res.base);
}

static void report_is_never_early(void **state)
{
	struct result res = { .base = event_base_new() };
	long start = now_ms();

	assert_non_null(cert_job_start(res.base, NULL, 1500, uuid, done, &res));
	event_base_dispatch(res.base);
	assert_int_equal(res.calls, 1);
	assert_true(now_ms() - start >= 1500);
	X509_free(res.cert);
	EVP_PKEY_free(res.key);
	event_base_free(res.base);
}

/* In the thread, between the thread and the loop, and while waiting. */
static void cancelled_job_never_reports(void **state)
{
	static const long waits_us[] = { 0, 5000, 50000, 800000 };
	struct result res = { .base = event_base_new() };
	struct timeval tv = { 0 };
	struct cert_job *job;
	size_t i;

	for (i = 0; i < sizeof(waits_us) / sizeof(*waits_us); i++) {
		job = cert_job_start(res.base, NULL, 60000, uuid, done, &res);
		assert_non_null(job);
		if (waits_us[i]) {
			tv.tv_usec = waits_us[i];
			event_base_loopexit(res.base, &tv);
			event_base_dispatch(res.base);
		}
		cert_job_cancel(job);
	}
	assert_int_equal(res.calls, 0);
	event_base_free(res.base);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(certificate_is_self_signed_rsa_2048_sha256),
		cmocka_unit_test(report_is_never_early),
		cmocka_unit_test(cancelled_job_never_reports),
	};

	return cmocka_run_group_tests_name("cert", tests, NULL, NULL);
}
