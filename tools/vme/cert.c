// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The self-signed TLS certificate AMT makes when configuration starts
 * (protocol.md 3.1): RSA-2048, SHA-256. Subject and key size of real firmware
 * before CSME 15 are not published; peers do not look at either.
 *
 * A thread makes the key; the event loop learns of it through a pipe and holds
 * the result back until the least time has passed. The key generator asks
 * abandoned() between candidate primes, so a cancel waits for milliseconds.
 */
#include "tools/vme/cert.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <event2/event.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#define CERT_KEY_BITS 2048
#define CERT_LIFE_S   (20L * 365 * 24 * 3600)

struct cert_job {
	pthread_t thread;
	int pipe[2]; /* thread -> loop: one byte, made */
	struct event *made;
	struct event *due; /* the least time is over */
	struct timespec start;
	unsigned int delay_ms;
	uint8_t uuid[16];
	cert_done_fn done;
	void *ctx;
	atomic_bool cancelled;
	X509 *cert; /* written by the thread before its byte */
	EVP_PKEY *key;
};

static int abandoned(EVP_PKEY_CTX *ctx)
{
	const struct cert_job *job = EVP_PKEY_CTX_get_app_data(ctx);

	return !atomic_load(&job->cancelled);
}

static EVP_PKEY *make_key(struct cert_job *job)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	EVP_PKEY *key = NULL;

	if (!ctx)
		return NULL;
	EVP_PKEY_CTX_set_app_data(ctx, job);
	if (EVP_PKEY_keygen_init(ctx) <= 0 ||
	    EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, CERT_KEY_BITS) <= 0)
		goto out;
	EVP_PKEY_CTX_set_cb(ctx, abandoned);
	if (EVP_PKEY_generate(ctx, &key) <= 0)
		key = NULL;
out:
	EVP_PKEY_CTX_free(ctx);
	return key;
}

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

static void *maker(void *arg)
{
	struct cert_job *job = arg;
	ssize_t n;

	job->key = make_key(job);
	if (job->key)
		job->cert = make_cert(job->key, job->uuid);
	do {
		n = write(job->pipe[1], "", 1);
	} while (n < 0 && errno == EINTR);
	return NULL;
}

/* The thread has ended or never began. */
static void job_free(struct cert_job *job)
{
	if (job->made)
		event_free(job->made);
	if (job->due)
		event_free(job->due);
	if (job->pipe[0] >= 0)
		close(job->pipe[0]);
	if (job->pipe[1] >= 0)
		close(job->pipe[1]);
	X509_free(job->cert);
	EVP_PKEY_free(job->key);
	free(job);
}

static void report(struct cert_job *job)
{
	cert_done_fn done = job->done;
	void *ctx = job->ctx;
	EVP_PKEY *key = NULL;
	X509 *cert = NULL;

	if (job->cert) {
		cert = job->cert;
		key = job->key;
		job->cert = NULL;
		job->key = NULL;
	}
	job_free(job);
	done(cert, key, ctx);
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

static void made(evutil_socket_t fd, short what, void *arg)
{
	struct cert_job *job = arg;

	pthread_join(job->thread, NULL);
	event_free(job->made);
	job->made = NULL;
	report_when_due(-1, 0, job);
}

struct cert_job *cert_job_start(struct event_base *base, unsigned int delay_ms,
				const uint8_t uuid[16], cert_done_fn done, void *ctx)
{
	struct cert_job *job = calloc(1, sizeof(*job));
	int rc;

	if (!job)
		return NULL;
	job->pipe[0] = -1;
	job->pipe[1] = -1;
	job->delay_ms = delay_ms;
	memcpy(job->uuid, uuid, sizeof(job->uuid));
	job->done = done;
	job->ctx = ctx;
	atomic_init(&job->cancelled, false);
	clock_gettime(CLOCK_MONOTONIC, &job->start);
	if (pipe2(job->pipe, O_CLOEXEC)) {
		rc = errno;
		goto fail;
	}
	rc = ENOMEM;
	job->due = evtimer_new(base, report_when_due, job);
	job->made = event_new(base, job->pipe[0], EV_READ, made, job);
	if (!job->due || !job->made || event_add(job->made, NULL))
		goto fail;
	rc = pthread_create(&job->thread, NULL, maker, job);
	if (!rc)
		return job;
fail:
	job_free(job);
	errno = rc;
	return NULL;
}

void cert_job_cancel(struct cert_job *job)
{
	if (!job)
		return;
	atomic_store(&job->cancelled, true);
	if (job->made) /* not yet joined */
		pthread_join(job->thread, NULL);
	job_free(job);
}
