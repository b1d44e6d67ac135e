// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <event2/event.h>

#include "address.h"
#include "chains.h"
#include "engine.h"
#include "journal.h"

#define CROWDED_MS	      200
#define READBACK_PAUSE_MAX_MS 3600000

/**
 * struct job - a device that has, or shall soon have, a session
 * @from: where the session goes
 * @hello_from: where the last Hello, @hello, came from
 * @again: a Hello came during the session
 * @readback: find out what became of a commit
 * @pause_ms: between readbacks
 */
struct job {
	TAILQ_ENTRY(job) link;
	struct engine *engine;
	char uuid[MEIPROV_UUID_TEXT_SIZE];
	struct sockaddr_storage from;
	struct sockaddr_storage hello_from;
	struct meiprov_hello *hello;
	struct session *session;
	struct event *timer;
	bool again;
	bool readback;
	unsigned int pause_ms;
};

struct engine {
	struct event_base *base;
	struct store *store;
	struct chains *chains;
	struct engine_options options;
	struct book *book;
	TAILQ_HEAD(, job) jobs;
	size_t sessions;
	bool closing;
};

static void start_job(struct job *job);

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
	start_job(arg);
}

static void later(struct job *job, unsigned int ms)
{
	struct timeval tv = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };

	event_add(job->timer, &tv);
}

static struct job *find_job(struct engine *e, const char *uuid)
{
	struct job *job;

	TAILQ_FOREACH(job, &e->jobs, link)
		if (!strcmp(job->uuid, uuid))
			return job;
	return NULL;
}

static void free_job(struct job *job)
{
	struct engine *e = job->engine;

	TAILQ_REMOVE(&e->jobs, job, link);
	if (job->session) {
		session_free(job->session);
		e->sessions--;
	}
	if (job->timer)
		event_free(job->timer);
	free(job->hello);
	free(job);
}

static struct job *new_job(struct engine *e, const char *uuid, const struct sockaddr_storage *from)
{
	struct job *job = calloc(1, sizeof(*job));

	if (!job)
		return NULL;
	job->engine = e;
	job->from = *from;
	snprintf(job->uuid, sizeof(job->uuid), "%s", uuid);
	TAILQ_INSERT_TAIL(&e->jobs, job, link);
	job->timer = evtimer_new(e->base, on_timer, job);
	if (!job->timer) {
		free_job(job);
		return NULL;
	}
	return job;
}

static bool address_in_use(const struct engine *e, const struct job *mine)
{
	struct job *job;

	TAILQ_FOREACH(job, &e->jobs, link)
		if (job != mine && job->session && address_same(&job->from, &mine->from))
			return true;
	return false;
}

/* Result, log entry and, when its time is over, the OTP: all or nothing. */
static int store_outcome(struct engine *e, struct device *dev)
{
	const struct result_info *info = result_info((enum result)dev->result);
	int ret = store_begin(e->store);

	if (!ret)
		ret = store_device_save(e->store, dev);
	if (!ret && info->final)
		ret = store_secret_delete(e->store, dev->uuid, FIELD_OTP);
	if (!ret)
		journal(e->store, dev->uuid, info->name, "%s%s%s", dev->stage,
			dev->reason[0] ? ": " : "", dev->reason);
	if (!ret)
		return store_commit(e->store);
	store_rollback(e->store);
	journal_note("store", "%s: result %s is not stored: %s", dev->uuid, info->name,
		     store_error(e->store));
	return ret;
}

static void conclude(struct engine *e, struct device *dev)
{
	const struct result_info *info = result_info((enum result)dev->result);

	dev->ended_at = store_now_ms();
	if (info->kind == RESULT_IS_DONE) {
		dev->state = DEVICE_CONFIGURED;
		dev->configured_at = dev->ended_at;
		dev->commit_sent = false;
	} else {
		dev->state = info->final ? DEVICE_REFUSED : DEVICE_FAILED;
	}
	if (dev->result == RESULT_CHAIN_REFUSED)
		dev->chain_tries++;
	store_outcome(e, dev);
}

static void on_session_done(struct session *session, struct device *dev, void *ctx)
{
	struct job *job = ctx;
	struct engine *e = job->engine;
	bool ask_again;
	bool over;

	conclude(e, dev);
	ask_again = dev->commit_sent;
	over = e->closing || dev->state == DEVICE_CONFIGURED || dev->state == DEVICE_REFUSED;
	session_free(session); /* dev is part of it */
	job->session = NULL;
	e->sessions--;
	if (over) {
		free_job(job);
	} else if (job->again) {
		job->again = false;
		job->readback = false;
		later(job, e->options.retry_ms);
	} else if (ask_again) {
		job->readback = true;
		job->pause_ms = job->pause_ms ? job->pause_ms * 2 : e->options.readback_every_ms;
		if (job->pause_ms > READBACK_PAUSE_MAX_MS)
			job->pause_ms = READBACK_PAUSE_MAX_MS;
		later(job, job->pause_ms);
	} else {
		free_job(job);
	}
}

static const struct chain *choose_chain(struct job *job, struct device *dev)
{
	struct engine *e = job->engine;
	const struct chain *chain;
	bool in_hello = false;

	if (job->readback)
		return chains_find(e->chains, dev->chain);
	chain = job->hello ? chains_choose(e->chains, job->hello, (unsigned int)dev->chain_tries,
					   &in_hello) :
			     NULL;
	if (!chain)
		return NULL;
	snprintf(dev->chain, sizeof(dev->chain), "%s", chain->id);
	dev->root_in_hello = in_hello;
	return chain;
}

static void refuse_without_chain(struct engine *e, struct device *dev)
{
	dev->result = RESULT_NO_CHAIN;
	snprintf(dev->stage, sizeof(dev->stage), "chain");
	snprintf(dev->reason, sizeof(dev->reason), "%s",
		 chains_withheld(e->chains) ? "the store holds only " TEST_ONLY
					      " chains and --allow-test-ca is not set" :
					      "the server has no provisioning chain");
	conclude(e, dev);
}

static void note_start(struct job *job, struct device *dev)
{
	dev->state = DEVICE_WORKING;
	dev->session_at = store_now_ms();
	dev->sessions++;
	snprintf(dev->stage, sizeof(dev->stage), "connect");
	address_format(&job->from, dev->address, sizeof(dev->address));
	if (!job->hello || job->readback)
		return;
	dev->hello_retry = job->hello->retry;
	dev->credentials_set = job->hello->credentials_set;
	/* a device that says Hello has not carried out a commit */
	dev->commit_sent = false;
}

static int begin_session(struct job *job, struct device *dev, const struct chain *chain)
{
	struct engine *e = job->engine;
	struct session_start start = {
		.base = e->base,
		.store = e->store,
		.limits = &e->options.limits,
		.dev = dev,
		.chain = chain,
		.address = job->from,
		.readback_only = job->readback,
	};

	note_start(job, dev);
	if (store_device_save(e->store, dev))
		return -EIO;
	job->session = session_new(&start, on_session_done, job);
	if (!job->session)
		return -errno;
	e->sessions++;
	if (job->readback)
		journal(e->store, dev->uuid, "read-back", "asking %s what became of CommitChanges",
			dev->address);
	else
		journal(e->store, dev->uuid, "session",
			"Hello %u from %s; connecting with chain "
			"%s (root %snamed in the Hello)",
			(unsigned int)dev->hello_retry, dev->address, chain->cn,
			dev->root_in_hello ? "" : "not ");
	return 0;
}

static void start_job(struct job *job)
{
	struct engine *e = job->engine;
	const struct chain *chain;
	struct device dev;
	int ret;

	if (!job->readback)
		job->from = job->hello_from;
	if (e->sessions >= e->options.max_sessions || address_in_use(e, job)) {
		later(job, CROWDED_MS);
		return;
	}
	ret = store_device_load(e->store, job->uuid, &dev);
	if (ret) {
		journal_note("store", "%s: %s", job->uuid, store_error(e->store));
		free_job(job);
		return;
	}
	chain = choose_chain(job, &dev);
	if (!chain && !job->readback) {
		refuse_without_chain(e, &dev);
		free_job(job);
		return;
	}
	ret = begin_session(job, &dev, chain);
	if (ret) {
		journal_note("session", "%s: no session: %s", job->uuid, strerror(-ret));
		free_job(job);
	}
}

static int keep_hello(struct job *job, const struct sockaddr_storage *from,
		      const struct meiprov_hello *hello)
{
	if (!job->hello)
		job->hello = malloc(sizeof(*job->hello));
	if (!job->hello)
		return -ENOMEM;
	*job->hello = *hello;
	job->hello_from = *from;
	return 0;
}

static void hello_of_registered(struct engine *e, const struct device *dev,
				const struct sockaddr_storage *from,
				const struct meiprov_hello *hello)
{
	struct job *job = find_job(e, dev->uuid);
	int64_t since = store_now_ms() - dev->ended_at;
	bool fresh = !job;

	if (!job)
		job = new_job(e, dev->uuid, from);
	if (!job || keep_hello(job, from, hello))
		return;
	if (job->session) {
		job->again = true;
	} else if (fresh) {
		later(job, since >= 0 && since < e->options.retry_ms ?
				   (unsigned int)(e->options.retry_ms - since) :
				   0);
	} else if (job->readback) {
		job->readback = false;
		later(job, 0);
	}
}

void engine_hello(const struct sockaddr_storage *from, const struct meiprov_hello *hello, void *ctx)
{
	struct engine *e = ctx;
	const struct book_entry *entry = book_note(e->book, from, hello);
	char address[ADDRESS_TEXT_SIZE];
	char uuid[MEIPROV_UUID_TEXT_SIZE];
	struct device dev;
	int ret;

	meiprov_uuid_format(hello->uuid, uuid);
	ret = store_device_load(e->store, uuid, &dev);
	if (!ret && dev.state != DEVICE_CONFIGURED && dev.state != DEVICE_REFUSED) {
		hello_of_registered(e, &dev, from, hello);
		return;
	}
	if (entry->count > 1)
		return;
	address_format(from, address, sizeof(address));
	if (ret == -ENOENT)
		journal_note("hello", "%s at %s is not registered: left alone", uuid, address);
	else if (ret)
		journal_note("store", "%s: %s", uuid, store_error(e->store));
	else
		journal_note("hello", "%s at %s is %s: left alone until it is registered again",
			     uuid, address, device_state_name(dev.state));
}

static int store_registration(struct engine *e, const struct device *dev,
			      const struct engine_registration *r)
{
	int ret = store_begin(e->store);

	if (!ret)
		ret = store_device_save(e->store, dev);
	if (!ret)
		ret = r->otp ?
			      store_secret_put(e->store, dev->uuid, FIELD_OTP, r->otp, r->otp_len) :
			      store_secret_delete(e->store, dev->uuid, FIELD_OTP);
	if (!ret)
		journal(e->store, dev->uuid, "registered", "%s",
			r->otp ? "with an OTP" : "as bare metal");
	if (!ret)
		return store_commit(e->store);
	store_rollback(e->store);
	return ret;
}

int engine_register(struct engine *e, const struct engine_registration *r)
{
	char uuid[MEIPROV_UUID_TEXT_SIZE];
	struct device dev;
	struct job *job;
	int ret;

	meiprov_uuid_format(r->uuid, uuid);
	job = find_job(e, uuid);
	if (job && job->session && session_is_committing(job->session))
		return -EBUSY;
	if (job && job->session)
		session_stop(job->session, RESULT_INTERRUPTED, "registered again");
	job = find_job(e, uuid);
	if (job)
		free_job(job);
	ret = store_device_load(e->store, uuid, &dev);
	if (ret && ret != -ENOENT)
		return ret;
	if (ret) {
		memset(&dev, 0, sizeof(dev));
		snprintf(dev.uuid, sizeof(dev.uuid), "%s", uuid);
	}
	dev.otp_required = r->otp != NULL;
	dev.state = DEVICE_WAITING;
	dev.result = RESULT_NONE;
	dev.stage[0] = '\0';
	dev.reason[0] = '\0';
	dev.registered_at = store_now_ms();
	dev.sessions = 0;
	dev.chain_tries = 0;
	dev.commit_sent = false;
	return store_registration(e, &dev, r);
}

struct leftover {
	struct engine *engine;
	struct device *devs;
	size_t count;
};

static int collect(const struct device *dev, void *ctx)
{
	struct leftover *l = ctx;
	struct device *devs;

	if (dev->state != DEVICE_WORKING && !dev->commit_sent)
		return 0;
	devs = reallocarray(l->devs, l->count + 1, sizeof(*devs));
	if (!devs)
		return -1;
	l->devs = devs;
	devs[l->count++] = *dev;
	return 0;
}

static void resume_one(struct engine *e, struct device *dev)
{
	struct sockaddr_storage from;
	struct job *job;

	if (!dev->commit_sent) {
		dev->result = RESULT_INTERRUPTED;
		snprintf(dev->reason, sizeof(dev->reason), "the server stopped");
		conclude(e, dev);
		return;
	}
	if (address_parse(dev->address, 0, &from))
		return;
	job = new_job(e, dev->uuid, &from);
	if (!job)
		return;
	job->readback = true;
	later(job, 0);
}

int engine_resume(struct engine *e)
{
	struct leftover l = { .engine = e };
	int ret = store_device_each(e->store, collect, &l);

	for (size_t i = 0; !ret && i < l.count; i++)
		resume_one(e, &l.devs[i]);
	free(l.devs);
	return ret;
}

struct engine *engine_new(struct event_base *base, struct store *store, struct chains *chains,
			  const struct engine_options *options)
{
	struct engine *e = calloc(1, sizeof(*e));

	if (!e)
		return NULL;
	e->base = base;
	e->store = store;
	e->chains = chains;
	e->options = *options;
	TAILQ_INIT(&e->jobs);
	e->book = book_new();
	if (!e->book) {
		free(e);
		return NULL;
	}
	return e;
}

void engine_free(struct engine *e)
{
	struct job *job;

	if (!e)
		return;
	e->closing = true;
	while ((job = TAILQ_FIRST(&e->jobs))) {
		if (job->session)
			session_stop(job->session, RESULT_INTERRUPTED, "the server stopped");
		else
			free_job(job);
	}
	book_free(e->book);
	free(e);
}

size_t engine_sessions(const struct engine *e)
{
	return e->sessions;
}

const struct book *engine_book(const struct engine *e)
{
	return e->book;
}
