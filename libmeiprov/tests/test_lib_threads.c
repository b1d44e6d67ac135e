// SPDX-License-Identifier: LGPL-2.1-or-later
/* What the headers promise about threads, under ThreadSanitizer: a race is a report,
 * and a report is a failure of the program. Threads count what goes wrong; only the
 * first thread asserts.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>
#include <cmocka.h>

#include <meiprov/meiprov.h>

#include "certs.h"
#include "vme_rig.h"

#define THREADS	 4
#define ROUNDS	 10
#define START_MS 90000 /* the others are through with theirs long before */

/**
 * struct worker - one thread
 * @dev: its handle, which it may share
 * @context: of the handles it opens, or NULL
 * @wrong: how many of its calls went wrong
 * @code: what the last of them gave
 */
struct worker {
	pthread_t thread;
	struct meiprov_device *dev;
	struct meiprov_context *context;
	struct meiprov_configuration *configuration;
	unsigned int wrong;
	int code;
};

static struct rig rig;

static int setup(void **state)
{
	static const char *const settings[] = { "cert-delay-ms=3600000", NULL };

	rig_start(&rig, settings);
	return 0;
}

static int teardown(void **state)
{
	rig_stop(&rig);
	return 0;
}

static struct meiprov_device *open_under(struct meiprov_context *context)
{
	char transport[128];
	const struct meiprov_open how = {
		.size = sizeof(how), .transport = transport, .writable = true, .context = context
	};
	struct meiprov_device *dev;

	snprintf(transport, sizeof(transport), "socket:%s", rig.socket);
	return meiprov_device_open_by(&how, &dev, NULL) ? NULL : dev;
}

static struct meiprov_device *open_device(void)
{
	return open_under(NULL);
}

static void note(struct worker *w, int ret)
{
	if (!ret)
		return;
	w->wrong++;
	w->code = ret;
}

/* Commands of every kind, and a deadline that changes meanwhile. */
static void *use_device(void *arg)
{
	struct worker *w = arg;
	struct meiprov_hash *hashes;
	struct meiprov_state state;
	size_t count;
	bool enabled;

	for (int i = 0; i < ROUNDS; i++) {
		meiprov_device_set_timeout(w->dev, 20000 + (unsigned int)i);
		note(w, meiprov_state_get(w->dev, &state, NULL));
		note(w, meiprov_ztc_get(w->dev, &enabled, NULL));
		note(w, !enabled);
		if (meiprov_hash_list(w->dev, &hashes, &count, NULL))
			note(w, -EIO);
		else
			free(hashes);
	}
	return NULL;
}

static void *use_own_device(void *arg)
{
	struct worker *w = arg;

	w->dev = open_device();
	if (w->dev)
		use_device(w);
	else
		note(w, -ENOENT);
	meiprov_device_close(w->dev);
	return NULL;
}

static void begin(struct worker workers[], void *(*body)(void *), const struct worker *like)
{
	for (int i = 0; i < THREADS; i++) {
		workers[i] = *like;
		assert_int_equal(pthread_create(&workers[i].thread, NULL, body, &workers[i]), 0);
	}
}

static void join(struct worker workers[])
{
	for (int i = 0; i < THREADS; i++)
		pthread_join(workers[i].thread, NULL);
}

static void run(struct worker workers[], void *(*body)(void *), struct meiprov_device *dev)
{
	begin(workers, body, &(struct worker){ .dev = dev });
	join(workers);
}

static void one_handle_serves_several_threads(void **state)
{
	struct worker workers[THREADS];
	struct meiprov_device *dev = open_device();

	assert_non_null(dev);
	run(workers, use_device, dev);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(workers[i].wrong, 0);
	meiprov_device_close(dev);
}

static void handles_of_one_me_do_not_know_of_each_other(void **state)
{
	struct worker workers[THREADS];

	run(workers, use_own_device, NULL);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(workers[i].wrong, 0);
}

/* Not atomic: a context calls in one thread at a time. */
static void count(void *data, int priority, const char *text)
{
	(*(unsigned int *)data)++;
}

/* A handle of its own each time, which is told of a single command. */
static void *use_context(void *arg)
{
	struct worker *w = arg;
	bool enabled;

	for (int i = 0; i < ROUNDS; i++) {
		struct meiprov_context *context = meiprov_context_ref(w->context);
		struct meiprov_device *dev = open_under(context);

		meiprov_context_unref(context);
		note(w, dev ? meiprov_ztc_get(dev, &enabled, NULL) : -ENOENT);
		meiprov_device_close(dev);
	}
	return NULL;
}

/* Who is told changes meanwhile; what was counted for the one before is ours at once. */
static void one_context_serves_several_threads(void **state)
{
	struct worker workers[THREADS];
	struct worker like = { 0 };
	unsigned int told = 0, counts[2] = { 0 };

	assert_int_equal(meiprov_context_new(&like.context), 0);
	meiprov_context_set_log(like.context, count, &counts[0], LOG_DEBUG);
	begin(workers, use_context, &like);
	for (int i = 1; i <= 10 * ROUNDS; i++) {
		meiprov_context_set_log(like.context, count, &counts[i % 2], LOG_DEBUG);
		told += counts[(i + 1) % 2];
		counts[(i + 1) % 2] = 0;
		usleep(1000);
	}
	join(workers);
	meiprov_context_unref(like.context);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(workers[i].wrong, 0);
	assert_int_equal(told + counts[0] + counts[1], THREADS * ROUNDS);
}

/* Many, so that two threads meet at the count. */
static void *use_references(void *arg)
{
	struct worker *w = arg;

	for (int i = 0; i < 20000; i++)
		meiprov_context_unref(meiprov_context_ref(w->context));
	return NULL;
}

/* If one were lost, the context would be gone too early. */
static void each_reference_to_a_context_counts(void **state)
{
	struct worker workers[THREADS];
	struct worker like = { 0 };
	unsigned int told = 0;

	assert_int_equal(meiprov_context_new(&like.context), 0);
	begin(workers, use_references, &like);
	join(workers);
	meiprov_context_set_log(like.context, count, &told, LOG_DEBUG);
	meiprov_context_unref(like.context);
	assert_int_equal(told, 0);
}

static void *start(void *arg)
{
	struct worker *w = arg;

	w->code = meiprov_configuration_start(w->configuration, START_MS, NULL);
	return NULL;
}

/* It waits for its second attempt to the end; the others go on using its device. */
static void a_configuration_is_cancelled_by_another_thread(void **state)
{
	struct worker starter = { .dev = open_device() };
	const struct meiprov_configuration_options options = { .size = sizeof(options),
							       .poll_ms = 3600000 };
	struct worker workers[THREADS];

	assert_non_null(starter.dev);
	assert_int_equal(meiprov_configuration_new(starter.dev, &options, &starter.configuration,
						   NULL),
			 0);
	assert_int_equal(pthread_create(&starter.thread, NULL, start, &starter), 0);
	run(workers, use_device, starter.dev);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(workers[i].wrong, 0);
	meiprov_configuration_cancel(starter.configuration);
	pthread_join(starter.thread, NULL);
	assert_int_equal(starter.code, -EINTR);
	meiprov_configuration_free(starter.configuration);
	meiprov_device_close(starter.dev);
}

/* With the module there is one to be had, without it a failure with its text. */
static void *use_monitor(void *arg)
{
	struct worker *w = arg;
	struct meiprov_monitor *monitor;
	struct meiprov_error err = { 0 };
	struct meiprov_event event;

	for (int i = 0; i < ROUNDS; i++) {
		w->code = meiprov_monitor_new(NULL, 0, &monitor, &err);
		if (w->code)
			note(w, *err.why ? 0 : -EINVAL);
		else
			meiprov_monitor_next(monitor, &event);
		meiprov_monitor_free(monitor);
	}
	return NULL;
}

static void each_thread_may_have_a_monitor(void **state)
{
	struct worker workers[THREADS];

	run(workers, use_monitor, NULL);
	for (int i = 0; i < THREADS; i++) {
		assert_int_equal(workers[i].wrong, 0);
		assert_int_equal(workers[i].code, workers[0].code);
	}
}

struct reader {
	struct worker worker;
	const struct meiprov_chain *chain;
	const struct meiprov_check *check;
};

static void *read_both(void *arg)
{
	static const struct meiprov_chain_target target = { .suffix = "example.org" };
	struct reader *r = arg;
	struct meiprov_chain_rule rule;
	uint8_t digest[MEIPROV_DIGEST_MAX];

	for (int i = 0; i < ROUNDS; i++) {
		for (int id = 0; id < MEIPROV_CHAIN_RULES; id++)
			note(&r->worker,
			     meiprov_chain_judge(r->chain, &target, (enum meiprov_chain_rule_id)id,
						 &rule));
		note(&r->worker, !meiprov_chain_is_provisioning(r->chain));
		note(&r->worker,
		     meiprov_chain_digest(r->chain, 0, MEIPROV_HASH_SHA256, digest) != 32);
		note(&r->worker, !meiprov_check_finding(r->check, 0));
		note(&r->worker, meiprov_check_worst(r->check) == MEIPROV_OK);
	}
	return NULL;
}

static struct meiprov_chain *make_chain(void)
{
	const struct cert_spec root = { .cn = "Root", .ca = true };
	const struct cert_spec leaf = { .cn = "sca.example.org",
					.eku = "serverAuth,2.16.840.1.113741.1.2.3" };
	struct cert r = cert_make(&root, NULL), l = cert_make(&leaf, &r);
	struct meiprov_chain *chain = NULL;
	char pem[8192] = "";

	cert_pem(&l, pem, sizeof(pem));
	cert_pem(&r, pem, sizeof(pem));
	cert_free(&l);
	cert_free(&r);
	assert_int_equal(meiprov_chain_load(pem, strlen(pem), &chain, NULL), 0);
	return chain;
}

static void chain_and_findings_are_read_by_several_threads(void **state)
{
	const struct meiprov_open how = { .size = sizeof(how), .transport = "socket:/nonexistent" };
	const struct meiprov_check_options options = { .size = sizeof(options),
						       .how = &how,
						       .server = "127.0.0.1" };
	struct meiprov_chain *chain = make_chain();
	struct meiprov_check *check;
	struct reader readers[THREADS];

	assert_int_equal(meiprov_check_run(&options, &check), 0);
	for (int i = 0; i < THREADS; i++) {
		readers[i] = (struct reader){ .chain = chain, .check = check };
		assert_int_equal(pthread_create(&readers[i].worker.thread, NULL, read_both,
						&readers[i]),
				 0);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(readers[i].worker.thread, NULL);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(readers[i].worker.wrong, 0);
	meiprov_check_free(check);
	meiprov_chain_free(chain);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(one_handle_serves_several_threads),
		TEST(one_context_serves_several_threads),
		cmocka_unit_test(each_reference_to_a_context_counts),
		TEST(handles_of_one_me_do_not_know_of_each_other),
		TEST(a_configuration_is_cancelled_by_another_thread),
		cmocka_unit_test(each_thread_may_have_a_monitor),
		cmocka_unit_test(chain_and_findings_are_read_by_several_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
