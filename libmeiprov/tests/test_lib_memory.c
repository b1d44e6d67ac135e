// SPDX-License-Identifier: LGPL-2.1-or-later
/* Memory runs out at each place of each call in turn: the call says so, gives nothing
 * and loses nothing (the sanitizer looks for leaks at the end). Linked with --wrap.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <meiprov/meiprov.h>

#include "libmeiprov/channel.h"
#include "libmeiprov/places.h"
#include "certs.h"
#include "tree.h"

#define AMTHI_OF(device) "sys/bus/mei/devices/" device "-12f80028-b4b7-4b2d-aca8-46e0ff65814c"

/* --- the allocator --- */

static long left = -1; /* allocations before the one that fails; below 0: all is well */

static bool fails(void)
{
	return left >= 0 && !left--;
}

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__real_reallocarray(void *old, size_t count, size_t size);
void *__wrap_reallocarray(void *old, size_t count, size_t size);

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_reallocarray(void *old, size_t count, size_t size)
{
	return fails() ? NULL : __real_reallocarray(old, count, size);
}

/* --- a record to work on: one hash, two names of networks --- */

static const char record[] = "meiprov-record 1\n"
			     "> 0 010100002c00000400000000\n"
			     "< 0 010100002c0080040c000000000000000100000014000000\n"
			     "> 0 010100002d0000040400000014000000\n"
			     "< 0 010100002d00800452000000000000000000000001000000"
			     "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f"
			     "0000000000000000000000000000000000000000000000000000000000000000"
			     "0203004f6e65\n"
			     "> 0 010100002c00000400000000\n"
			     "< 0 010100002c0080040c000000000000000100000014000000\n"
			     "> 0 010100003e00000400000000\n"
			     "< 0 010100003e0080041a00000000000000140061"
			     "2e6578616d706c6500622e6578616d706c6500\n";

static char path[64], recorded[64];

static int setup(void **state)
{
	FILE *file;

	snprintf(path, sizeof(path), "/tmp/meiprov-memory.%d", getpid());
	snprintf(recorded, sizeof(recorded), "/tmp/meiprov-memory.%d.out", getpid());
	file = fopen(path, "we");
	if (!file)
		return -1;
	fputs(record, file);
	return fclose(file);
}

static int teardown(void **state)
{
	unlink(recorded);
	return unlink(path);
}

static int open_record(bool again, struct meiprov_device **dev, struct meiprov_error *err)
{
	char transport[96];
	const struct meiprov_open how = { .size = sizeof(how),
					  .transport = transport,
					  .record = again ? recorded : NULL };

	snprintf(transport, sizeof(transport), "replay:%s", path);
	unlink(recorded);
	return meiprov_device_open_by(&how, dev, err);
}

/* --- the calls --- */

static int open_and_record(void *arg, struct meiprov_error *err)
{
	struct meiprov_device *dev = NULL;
	int ret = open_record(true, &dev, err);

	assert_true(!ret == !!dev);
	meiprov_device_close(dev);
	return ret;
}

static int list_hashes(void *arg, struct meiprov_error *err)
{
	struct meiprov_hash *hashes;
	size_t count;
	int ret = meiprov_hash_list(arg, &hashes, &count, err);

	assert_true(!ret == !!hashes && count == !ret);
	free(hashes);
	return ret;
}

static int list_suffixes(void *arg, struct meiprov_error *err)
{
	char *names = NULL;
	int ret = meiprov_suffix_list(arg, &names, err);

	assert_true(!ret == !!names);
	free(names);
	return ret;
}

static int configure(void *arg, struct meiprov_error *err)
{
	const struct meiprov_configuration_options options = { .size = sizeof(options) };
	struct meiprov_configuration *configuration = NULL;
	int ret = meiprov_configuration_new(arg, &options, &configuration, err);

	assert_true(!ret == !!configuration);
	meiprov_configuration_free(configuration);
	return ret;
}

static int load_chain(void *arg, struct meiprov_error *err)
{
	struct meiprov_chain *chain;
	int ret = meiprov_chain_load(arg, strlen(arg), &chain, err);

	assert_true(!ret == !!chain);
	meiprov_chain_free(chain);
	return ret;
}

static int find_node(void *arg, struct meiprov_error *err)
{
	struct channel channel;
	int ret = channel_mei("/nonexistent", NULL, &channel, err);

	assert_null(channel.ops);
	return ret == -ENOENT ? 0 : ret; /* as far as it gets with memory */
}

static int follow_devices(void *arg, struct meiprov_error *err)
{
	struct meiprov_monitor *mon;
	int ret = meiprov_monitor_new(NULL, 0, &mon, err);

	assert_true(!ret == !!mon);
	meiprov_monitor_free(mon);
	return ret == -ENOMEM ? ret : 0; /* there may be no module here */
}

static int list_places(void *arg, struct meiprov_error *err)
{
	struct meiprov_place *places;
	size_t count;
	int ret = places_list(arg, &places, &count, err);

	assert_true(!ret == !!places && count == (ret ? 0 : 3));
	free(places);
	return ret;
}

/* How often did it fail? It must succeed in the end. */
static int until_it_succeeds(int (*call)(void *arg, struct meiprov_error *err), void *arg)
{
	for (int step = 0;; step++) {
		struct meiprov_error err = { 0 };
		int ret;

		left = step;
		ret = call(arg, &err);
		if (left >= 0) { /* it wanted no more */
			left = -1;
			assert_int_equal(ret, 0);
			return step;
		}
		assert_int_equal(ret, -ENOMEM);
		assert_int_equal(err.code, -ENOMEM);
		assert_non_null(strstr(err.why, "memory"));
	}
}

static void opening_says_that_memory_ran_out(void **state)
{
	/* the record, its events and their room, the recorder, the handle in two parts */
	assert_in_range(until_it_succeeds(open_and_record, NULL), 8, 40);
	assert_int_equal(until_it_succeeds(find_node, NULL), 1);
	assert_int_equal(until_it_succeeds(follow_devices, NULL), 1);
}

static void a_context_says_that_memory_ran_out(void **state)
{
	struct meiprov_context *context;

	left = 0;
	assert_int_equal(meiprov_context_new(&context), -ENOMEM);
	left = -1;
	assert_null(context);
}

static void lists_say_that_memory_ran_out(void **state)
{
	struct meiprov_device *dev;

	assert_int_equal(open_record(false, &dev, NULL), 0);
	assert_int_equal(until_it_succeeds(list_hashes, dev), 2);
	assert_int_equal(until_it_succeeds(list_suffixes, dev), 1);
	assert_int_equal(until_it_succeeds(configure, dev), 1);
	meiprov_device_close(dev);
}

static void the_list_of_mes_says_that_memory_ran_out(void **state)
{
	tree_folder(*state, AMTHI_OF("0000:00:16.0"));
	tree_folder(*state, AMTHI_OF("0000:b2:00.0"));
	tree_folder(*state, "sys/class/meiprov/meiprov0");
	assert_int_equal(until_it_succeeds(list_places, *state), 3);
}

static void a_chain_says_that_memory_ran_out(void **state)
{
	const struct cert_spec authority = { .cn = "Root", .ca = true }, leaf = { .cn = "a.org" };
	struct cert root = cert_make(&authority, NULL), child = cert_make(&leaf, &root);
	char pem[8192] = "";

	cert_pem(&child, pem, sizeof(pem));
	cert_pem(&root, pem, sizeof(pem));
	assert_int_equal(until_it_succeeds(load_chain, pem), 1);
	cert_free(&child);
	cert_free(&root);
}

static void a_preflight_says_that_memory_ran_out(void **state)
{
	const struct meiprov_open how = { .size = sizeof(how), .transport = "replay:/nonexistent" };
	const struct meiprov_check_options options = { .size = sizeof(options), .how = &how };
	struct meiprov_check *check;

	left = 0;
	assert_int_equal(meiprov_check_run(&options, &check), -ENOMEM);
	left = -1;
	assert_null(check);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opening_says_that_memory_ran_out),
		cmocka_unit_test(a_context_says_that_memory_ran_out),
		cmocka_unit_test(lists_say_that_memory_ran_out),
		cmocka_unit_test_setup_teardown(the_list_of_mes_says_that_memory_ran_out,
						tree_setup, tree_teardown),
		cmocka_unit_test(a_chain_says_that_memory_ran_out),
		cmocka_unit_test(a_preflight_says_that_memory_ran_out),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
