// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The whole life of a configuration, again and again on one virtual ME: 20 times, or
 * MEIPROV_CYCLES. Each round has the same results, and neither this program nor the
 * virtual ME grows or keeps a descriptor open. Every tenth round the command line tool
 * looks at the same ME too.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <meiprov/meiprov.h>

#include "vme_rig.h"

#define CYCLES	   20
#define CLI_EVERY  10
#define WARM_UP	   10	/* what is allocated once has been by then */
#define GROWTH_MAX 2048 /* KiB; a leak of 2 KiB a round is more after 1,000 */
#define SETTLE	   500	/* times 10 ms */
#define OTP	   "round-and-round"

static const char *const settings[] = { "cert-delay-ms=0", "rng-delay-ms=0", "version=16.1.25",
					"log=error", NULL };

/* What was freed is given back at once, so that growth is a leak. */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
	return "quarantine_size_mb=0:detect_leaks=1";
}

/* --- what a process has --- */

struct holding {
	size_t descriptors;
	long resident; /* KiB */
};

static size_t count_entries(const char *path)
{
	DIR *dir = opendir(path);
	size_t n = 0;

	assert_non_null(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static struct holding look_at(pid_t pid)
{
	struct holding h;
	long pages = 0;
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	h.descriptors = count_entries(path);
	snprintf(path, sizeof(path), "/proc/%d/statm", pid);
	file = fopen(path, "re");
	assert_non_null(file);
	assert_int_equal(fscanf(file, "%*d %ld", &pages), 1);
	fclose(file);
	h.resident = pages * (sysconf(_SC_PAGESIZE) / 1024);
	return h;
}

/* The last connection may take a moment to be seen to have ended. */
static struct holding at_rest(pid_t pid, size_t descriptors)
{
	struct holding h = look_at(pid);

	for (int i = 0; i < SETTLE && h.descriptors > descriptors; i++) {
		usleep(10000);
		h = look_at(pid);
	}
	return h;
}

static void assert_same(const char *who, pid_t pid, const struct holding *before)
{
	struct holding after = at_rest(pid, before->descriptors);

	if (after.descriptors > before->descriptors)
		fail_msg("%s: %zu descriptors became %zu", who, before->descriptors,
			 after.descriptors);
	if (after.resident > before->resident + GROWTH_MAX)
		fail_msg("%s: %ld KiB became %ld", who, before->resident, after.resident);
	print_message("%s: %ld KiB became %ld, with %zu descriptors\n", who, before->resident,
		      after.resident, after.descriptors);
}

/* --- one round --- */

static struct meiprov_device *open_device(const struct rig *rig)
{
	char transport[128];
	const struct meiprov_open how = { .size = sizeof(how),
					  .transport = transport,
					  .writable = true };
	struct meiprov_error err;
	struct meiprov_device *dev;

	snprintf(transport, sizeof(transport), "socket:%s", rig->socket);
	if (meiprov_device_open_by(&how, &dev, &err))
		fail_msg("%s: %s", err.doing, err.why);
	return dev;
}

static void read_all(struct meiprov_device *dev, uint32_t provisioning)
{
	struct meiprov_situation situation;
	struct meiprov_network network;
	struct meiprov_state state;
	struct meiprov_hash *hashes;
	struct meiprov_info info;
	size_t count;

	assert_int_equal(meiprov_info_get(dev, &info, NULL), 0);
	assert_string_equal(meiprov_info_version(&info, "AMT"), "16.1.25");
	assert_int_equal(meiprov_state_get(dev, &state, NULL), 0);
	assert_int_equal(state.provisioning, provisioning);
	assert_int_equal(meiprov_situation_get(dev, &situation, NULL), 0);
	assert_int_equal(situation.major, 16);
	assert_int_equal(meiprov_network_get(dev, &network, NULL), 0);
	assert_int_equal(meiprov_hash_list(dev, &hashes, &count, NULL), 0);
	assert_true(count > 10);
	free(hashes);
}

static void start(struct meiprov_device *dev)
{
	struct meiprov_error err = { 0 };
	int ret;

	while ((ret = meiprov_start(dev, false, &err)) && meiprov_start_retryable(&err))
		usleep(1000);
	if (ret)
		fail_msg("%s: %s", err.doing, err.why);
}

static void cycle(const struct rig *rig)
{
	struct meiprov_device *dev = open_device(rig);

	read_all(dev, MEIPROV_STATE_PRE);
	assert_int_equal(meiprov_otp_set(dev, OTP, strlen(OTP), NULL), 0);
	start(dev);
	read_all(dev, MEIPROV_STATE_IN);
	assert_int_equal(meiprov_otp_set(dev, OTP, strlen(OTP), NULL), -EREMOTEIO);
	assert_int_equal(meiprov_stop(dev, NULL), 0);
	meiprov_device_close(dev);
}

static void ask_the_tool(const struct rig *rig)
{
	static const char *const commands[] = { "info", "state", "caps", "hash list",
						"--json state" };
	char program[256], command[512], out[64];

	rig_program("meiprov", program, sizeof(program));
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		snprintf(command, sizeof(command), "%s --transport socket:%s %s 2>&1", program,
			 rig->socket, commands[i]);
		assert_int_equal(rig_shell(command, out, sizeof(out)), 0);
		assert_true(*out);
	}
}

/* --- all rounds --- */

static long cycles(void)
{
	const char *text = getenv("MEIPROV_CYCLES");
	long n = text ? strtol(text, NULL, 10) : CYCLES;

	assert_true(n > WARM_UP);
	return n;
}

static void every_round_is_like_the_first_and_leaves_nothing(void **state)
{
	struct holding ours = { 0 }, theirs = { 0 };
	struct rig *rig = *state;
	long n = cycles();

	for (long i = 0; i < n; i++) {
		cycle(rig);
		if (i % CLI_EVERY == 0)
			ask_the_tool(rig);
		if (i == WARM_UP) {
			ours = look_at(getpid());
			usleep(100000);
			theirs = look_at(rig->pid);
		}
	}
	assert_same("this program", getpid(), &ours);
	assert_same("the virtual ME", rig->pid, &theirs);
}

static int setup(void **state)
{
	static struct rig rig;

	rig_start(&rig, settings);
	*state = &rig;
	return 0;
}

static int teardown(void **state)
{
	rig_stop(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_round_is_like_the_first_and_leaves_nothing,
						setup, teardown)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
