// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The key generator asks abandoned() between candidate primes, so a cancel waits
 * for milliseconds.
 */
#include "tools/vme/key_job.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>
#include <event2/event.h>
#include <openssl/rsa.h>
#include "tools/vme/key_pool.h"

struct key_job {
	pthread_t thread;
	bool threaded;
	int pipe[2]; /* thread -> loop: one byte, made */
	struct event *made;
	unsigned int bits;
	key_done_fn done;
	void *ctx;
	atomic_bool cancelled;
	EVP_PKEY *key; /* written by the thread before its byte */
};

static int abandoned(EVP_PKEY_CTX *ctx)
{
	const struct key_job *job = EVP_PKEY_CTX_get_app_data(ctx);

	return !atomic_load(&job->cancelled);
}

static EVP_PKEY *make_key(struct key_job *job)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	EVP_PKEY *key = NULL;

	if (!ctx)
		return NULL;
	EVP_PKEY_CTX_set_app_data(ctx, job);
	if (EVP_PKEY_keygen_init(ctx) <= 0 ||
	    EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, (int)job->bits) <= 0)
		goto out;
	EVP_PKEY_CTX_set_cb(ctx, abandoned);
	if (EVP_PKEY_generate(ctx, &key) <= 0)
		key = NULL;
out:
	EVP_PKEY_CTX_free(ctx);
	return key;
}

static void *maker(void *arg)
{
	struct key_job *job = arg;
	ssize_t n;

	job->key = make_key(job);
	do {
		n = write(job->pipe[1], "", 1);
	} while (n < 0 && errno == EINTR);
	return NULL;
}

/* The thread has ended or never began. */
static void job_free(struct key_job *job)
{
	if (job->made)
		event_free(job->made);
	if (job->pipe[0] >= 0)
		close(job->pipe[0]);
	if (job->pipe[1] >= 0)
		close(job->pipe[1]);
	EVP_PKEY_free(job->key);
	free(job);
}

static void on_made(evutil_socket_t fd, short what, void *arg)
{
	struct key_job *job = arg;
	key_done_fn done = job->done;
	void *ctx = job->ctx;
	EVP_PKEY *key;

	if (job->threaded)
		pthread_join(job->thread, NULL);
	key = job->key;
	job->key = NULL;
	job_free(job);
	done(key, ctx);
}

/* With a key in hand the loop only has to come round once. */
static int start_ready(struct key_job *job, struct event_base *base)
{
	job->made = evtimer_new(base, on_made, job);
	if (!job->made)
		return ENOMEM;
	event_active(job->made, 0, 0);
	return 0;
}

static int start_thread(struct key_job *job, struct event_base *base)
{
	int rc;

	if (pipe2(job->pipe, O_CLOEXEC))
		return errno;
	job->made = event_new(base, job->pipe[0], EV_READ, on_made, job);
	if (!job->made || event_add(job->made, NULL))
		return ENOMEM;
	rc = pthread_create(&job->thread, NULL, maker, job);
	job->threaded = !rc;
	return rc;
}

struct key_job *key_job_start(struct event_base *base, struct key_pool *pool, unsigned int bits,
			      key_done_fn done, void *ctx)
{
	struct key_job *job = calloc(1, sizeof(*job));
	int rc;

	if (!job)
		return NULL;
	job->pipe[0] = -1;
	job->pipe[1] = -1;
	job->bits = bits;
	job->done = done;
	job->ctx = ctx;
	atomic_init(&job->cancelled, false);
	job->key = key_pool_take(pool, bits);
	rc = job->key ? start_ready(job, base) : start_thread(job, base);
	if (!rc)
		return job;
	job_free(job);
	errno = rc;
	return NULL;
}

void key_job_cancel(struct key_job *job)
{
	if (!job)
		return;
	atomic_store(&job->cancelled, true);
	if (job->threaded)
		pthread_join(job->thread, NULL);
	job_free(job);
}
