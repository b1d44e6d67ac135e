// SPDX-License-Identifier: GPL-2.0-only
/*
 * Storms: firmware that resets again and again under its users, and a module
 * that comes and goes under theirs. MEI_PROV_RESETS and MEI_PROV_LOADS say how
 * often; a few times by default, "make check-full" has long ones.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/mei_prov.h>
#include <linux/netlink.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness.h"

#include "clock.h"
#include "device.h"
#include "genl.h"
#include "sysfs.h"
#include "truth.h"
#include "vme.h"

#define RESETS	 20
#define LOADS	 5
#define CALLERS	 8
#define NETLINKS 32
#define LONG_MS	 60000
#define WATCH_MS 500
/* An answer of a family that never waits for the firmware. */
#define ANSWER_MS 5000
#define COUNTERS  "/sys/kernel/debug/mei_prov/meiprov0/counters"
/* Of a test, whatever the number of rounds. */
#define STORM_S 7200

struct storm {
	const struct truth *truth;
	int fd;
	atomic_bool end;
	atomic_ulong right;
	atomic_ulong wrong;
	atomic_ulong lost; /* outcome unknown, or no link in time */
	atomic_ulong unexcused;
	atomic_int last; /* of the unexcused */
	atomic_ulong slow;
};

static unsigned int rounds(const char *variable, unsigned int otherwise)
{
	const char *text = getenv(variable);

	return text ? strtoul(text, NULL, 10) : otherwise;
}

static void note(struct storm *storm, int ret)
{
	if (ret == 0)
		storm->right++;
	else if (ret == TRUTH_WRONG)
		storm->wrong++;
	else if (ret == -ECANCELED || ret == -ENOLINK || ret == -ETIMEDOUT)
		storm->lost++;
	else {
		storm->last = ret;
		storm->unexcused++;
	}
}

static void join(pthread_t *threads, unsigned int count)
{
	while (count)
		pthread_join(threads[--count], NULL);
}

static int start(pthread_t *threads, unsigned int count, void *(*run)(void *), struct storm *storm)
{
	sigset_t all, old;
	unsigned int i;
	int ret = 0;

	/* The signal of a child's end is for the thread that has children. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	for (i = 0; i < count && ret == 0; i++)
		ret = -pthread_create(&threads[i], NULL, run, storm);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return ret;
}

static long counter(const char *name)
{
	FILE *file = fopen(COUNTERS, "re");
	long value, result = -ENOENT;
	char key[32];

	if (!file)
		return -errno;
	while (fscanf(file, "%31s %ld", key, &value) == 2)
		if (strcmp(key, name) == 0)
			result = value;
	fclose(file);
	return result;
}

static void *ask_on(void *arg)
{
	struct storm *storm = arg;
	unsigned int round;

	for (round = 0; !storm->end; round++)
		note(storm, truth_ask(storm->fd, storm->truth, round % TRUTH_QUESTIONS, LONG_MS));
	return NULL;
}

FIXTURE(storm)
{
	struct truth truth;
	struct storm storm;
};

FIXTURE_SETUP(storm)
{
	ASSERT_EQ(0, vme_calm());
	ASSERT_EQ(0, truth_learn(&self->truth));
	self->storm.truth = &self->truth;
	self->storm.fd = device_open(O_RDWR);
	ASSERT_LE(0, self->storm.fd);
}

FIXTURE_TEARDOWN(storm)
{
	if (self->storm.fd >= 0)
		close(self->storm.fd);
}

static void expect_calm_after(struct __test_metadata *_metadata, FIXTURE_DATA(storm) * self)
{
	struct mei_prov_info info;

	EXPECT_EQ(0, truth_ask_all(self->storm.fd, &self->truth, ENOUGH_MS));
	ASSERT_EQ(0, device_info(self->storm.fd, &info, ENOUGH_MS));
	EXPECT_EQ(0, info.index);
	EXPECT_EQ(MEI_PROV_IOCTL_LINK_UP, info.link);
	EXPECT_FALSE(sysfs_exists("/dev/meiprov1"));
}

static void reset_again_and_again(struct __test_metadata *_metadata, unsigned int resets)
{
	unsigned int i;

	for (i = 0; i < resets; i++) {
		ASSERT_EQ(0, vme("reset --recovery-ms %u", i * 7 % 60));
		clock_sleep_ms(i * 37 % 300);
	}
}

/* A reset may cost answers: they are late or lost, and never another's. */
TEST_F_TIMEOUT(storm, of_resets_costs_callers_and_watchers_nothing_but_answers, STORM_S)
{
	long downs = counter("link_downs"), transactions = counter("transactions");
	unsigned int resets = rounds("MEI_PROV_RESETS", RESETS);
	struct storm *storm = &self->storm;
	struct genl listener, watcher;
	struct genl_message event;
	pthread_t callers[CALLERS];

	ASSERT_EQ(0, genl_open(&listener));
	ASSERT_EQ(0, genl_listen(&listener));
	ASSERT_EQ(0, genl_open(&watcher));
	ASSERT_EQ(0, genl_watch_start(&watcher, 0, WATCH_MS));
	ASSERT_EQ(0, start(callers, CALLERS, ask_on, storm));
	reset_again_and_again(_metadata, resets);
	clock_sleep_ms(2000);
	storm->end = true;
	join(callers, CALLERS);
	EXPECT_EQ(0, genl_event(&listener, MEI_PROV_CMD_DEVICE_CHANGE_NTF, &event, ANSWER_MS));
	EXPECT_EQ(0, genl_watch_stop(&watcher, 0));
	genl_close(&watcher);
	genl_close(&listener);
	expect_calm_after(_metadata, self);

	EXPECT_EQ(0, storm->wrong);
	EXPECT_EQ(0, storm->unexcused) TH_LOG("error %d", storm->last);
	EXPECT_LT(0, storm->right);
	TH_LOG("%u resets: %lu right answers, %lu lost", resets, storm->right, storm->lost);
	EXPECT_EQ(counter("link_ups"), counter("link_downs") + 1);
	EXPECT_LT(downs, counter("link_downs"));
	EXPECT_GE(counter("transactions") - transactions, (long)storm->right);
}

/* What callers of a family that is gone can be told, or of one that is going (a
 * dump then is EPROTONOSUPPORT).
 */
static bool netlink_excused(int ret)
{
	return ret == 0 || ret == -ENOENT || ret == -ENODEV || ret == -EOPNOTSUPP ||
	       ret == -EPROTONOSUPPORT;
}

static int netlink_round(struct genl *genl)
{
	struct genl_message message;
	struct genl_reply reply;
	int ret = genl_device_get(genl, 0, &message);

	ret = netlink_excused(ret) ? genl_state_get(genl, 0, &message) : ret;
	ret = netlink_excused(ret) ? genl_watch_start(genl, 0, WATCH_MS) : ret;
	if (!netlink_excused(ret))
		return ret;
	return genl_ask(genl, MEI_PROV_CMD_DEVICE_GET, NLM_F_DUMP, NULL, 0, &reply);
}

static void *netlink_on(void *arg)
{
	struct storm *storm = arg;
	struct genl genl;
	uint64_t since;
	int ret;

	while (!storm->end) {
		clock_sleep_ms(10);
		since = clock_ms();
		ret = genl_open(&genl);
		if (ret == 0) {
			ret = netlink_round(&genl);
			genl_close(&genl);
		}
		note(storm, netlink_excused(ret) && ret ? -ENOLINK : ret);
		if (clock_ms() - since > clock_slow(ANSWER_MS))
			storm->slow++;
	}
	return NULL;
}

/* What the kernel starts when somebody asks for a family that is not there. */
static int set_kernel_modprobe(const char *path)
{
	int fd = open("/proc/sys/kernel/modprobe", O_WRONLY | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return -errno;
	ret = dprintf(fd, "%s\n", path) < 0 ? -errno : 0;
	close(fd);
	return ret;
}

/* Refused for the moment in which a caller is inside. */
static int unload(void)
{
	uint64_t end = clock_ms() + LONG_MS;
	int ret;

	while ((ret = sysfs_module_delete()) == -EWOULDBLOCK && clock_ms() < end)
		clock_sleep_ms(2);
	return ret;
}

/* The kernel starts no modprobe meanwhile: 32 callers who miss the family would have
 * it start hundreds, and a machine with a debug kernel does nothing else for minutes.
 */
TEST_F_TIMEOUT(storm, of_loads_and_unloads_never_fails_a_netlink_caller_otherwise, STORM_S)
{
	unsigned int i, loads = rounds("MEI_PROV_LOADS", LOADS);
	struct storm *storm = &self->storm;
	pthread_t callers[NETLINKS];

	close(storm->fd);
	storm->fd = -1;
	ASSERT_EQ(0, set_kernel_modprobe(""));
	ASSERT_EQ(0, start(callers, NETLINKS, netlink_on, storm));
	for (i = 0; i < loads; i++) {
		ASSERT_EQ(0, unload());
		ASSERT_EQ(0, sysfs_module_load());
	}
	storm->end = true;
	join(callers, NETLINKS);
	ASSERT_EQ(0, set_kernel_modprobe("/sbin/modprobe"));
	storm->fd = device_open(O_RDWR);
	ASSERT_LE(0, storm->fd);
	expect_calm_after(_metadata, self);

	EXPECT_EQ(0, storm->unexcused) TH_LOG("error %d", storm->last);
	EXPECT_EQ(0, storm->slow);
	EXPECT_LT(0, storm->right);
	TH_LOG("%u loads: %lu answers, %lu without a family", loads, storm->right, storm->lost);
	EXPECT_EQ(1, counter("link_ups") - counter("link_downs"));
}

TEST_HARNESS_MAIN
