// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The self-signed TLS certificate AMT makes when configuration starts
 * (protocol.md 3.1): RSA-2048, SHA-256. Subject and key size of real firmware
 * before CSME 15 are not published; peers do not look at either.
 *
 * The key comes from a key_job; the result is held back until the least time has
 * passed.
 */
#include "tools/vme/cert.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <event2/event.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include "tools/vme/key_job.h"

#define CERT_KEY_BITS 2048
#define CERT_LIFE_S   (20L * 365 * 24 * 3600)

struct cert_job {
	struct key_job *making;
	struct event *due; /* the least time is over */
	struct timespec start;
	unsigned int delay_ms;
	uint8_t uuid[16];
	cert_done_fn done;
	void *ctx;
	EVP_PKEY *key;
};

/* CN as ODCA leaves have it (protocol.md 3.1), serialNumber is the UUID. */
static int set_names(X509 *cert, const uint8_t uuid[16])
{
	X509_NAME *name = X509_get_subject_name(cert);
	char text[33];
	int i;

	for (i = 0; i < 16; i++)
		snprintf(text + 2 * i, 3, "%02x", uuid[i]);
	if (!X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"AMT RCFG",
					-1, -1, 0) ||
	    !X509_NAME_add_entry_by_txt(name, "serialNumber", MBSTRING_ASC,
					(const unsigned char *)text, -1, -1, 0))
		return 0;
	return X509_set_issuer_name(cert, name);
}

static int set_serial(X509 *cert)
{
	uint64_t serial;

	if (RAND_bytes((unsigned char *)&serial, sizeof(serial)) != 1)
		return 0;
	return ASN1_INTEGER_set_uint64(X509_get_serialNumber(cert), (serial >> 1) | 1);
}

static int add_ext(X509 *cert, int nid, const char *value)
{
	X509_EXTENSION *ext;
	X509V3_CTX ctx;
	int ok;

	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, cert, cert, NULL, NULL, 0);
	ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	ok = ext && X509_add_ext(cert, ext, -1);
	X509_EXTENSION_free(ext);
	return ok;
}

static X509 *make_cert(EVP_PKEY *key, const uint8_t uuid[16])
{
	X509 *cert = X509_new();

	if (!cert)
		return NULL;
	if (!X509_set_version(cert, X509_VERSION_3) || !set_serial(cert) ||
	    !X509_gmtime_adj(X509_getm_notBefore(cert), -24 * 3600) ||
	    !X509_gmtime_adj(X509_getm_notAfter(cert), CERT_LIFE_S) || !set_names(cert, uuid) ||
	    !X509_set_pubkey(cert, key) ||
	    !add_ext(cert, NID_basic_constraints, "critical,CA:FALSE") ||
	    !add_ext(cert, NID_ext_key_usage, "serverAuth") ||
	    !X509_sign(cert, key, EVP_sha256())) {
		X509_free(cert);
		return NULL;
	}
	return cert;
}

static void job_free(struct cert_job *job)
{
	key_job_cancel(job->making);
	if (job->due)
		event_free(job->due);
	EVP_PKEY_free(job->key);
	free(job);
}

static void report(struct cert_job *job)
{
	cert_done_fn done = job->done;
	void *ctx = job->ctx;
	EVP_PKEY *key = job->key;
	X509 *cert = key ? make_cert(key, job->uuid) : NULL;

	if (cert)
		job->key = NULL;
	job_free(job);
	done(cert, cert ? key : NULL, ctx);
}

static long elapsed_us(const struct timespec *since)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - since->tv_sec) * 1000000L + (now.tv_nsec - since->tv_nsec) / 1000;
}

/* The loop's clock may lag behind ours: look again when the timer fires. */
static void report_when_due(evutil_socket_t fd, short what, void *arg)
{
	struct cert_job *job = arg;
	long left = job->delay_ms * 1000L - elapsed_us(&job->start);
	struct timeval tv;

	if (left > 0) {
		tv.tv_sec = left / 1000000;
		tv.tv_usec = left % 1000000;
		if (!evtimer_add(job->due, &tv))
			return;
	}
	report(job);
}

static void on_key(EVP_PKEY *key, void *ctx)
{
	struct cert_job *job = ctx;

	job->making = NULL;
	job->key = key;
	report_when_due(-1, 0, job);
}

struct cert_job *cert_job_start(struct event_base *base, struct key_pool *pool,
				unsigned int delay_ms, const uint8_t uuid[16], cert_done_fn done,
				void *ctx)
{
	struct cert_job *job = calloc(1, sizeof(*job));
	int rc = ENOMEM;

	if (!job)
		return NULL;
	job->delay_ms = delay_ms;
	memcpy(job->uuid, uuid, sizeof(job->uuid));
	job->done = done;
	job->ctx = ctx;
	clock_gettime(CLOCK_MONOTONIC, &job->start);
	job->due = evtimer_new(base, report_when_due, job);
	if (job->due)
		job->making = key_job_start(base, pool, CERT_KEY_BITS, on_key, job);
	if (job->making)
		return job;
	if (job->due)
		rc = errno;
	job_free(job);
	errno = rc;
	return NULL;
}

void cert_job_cancel(struct cert_job *job)
{
	if (job)
		job_free(job);
}
