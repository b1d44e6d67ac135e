// SPDX-License-Identifier: GPL-2.0-only
/*
 * Beside programs that use /dev/mei0 themselves (design 0002): while the driver
 * watches and its callers ask, others get their turn; while another holds the
 * connection, the driver's callers wait as long as they said.
 *
 * MEI_PROV_ROUNDS in the environment: rounds of the others, 50 when not set.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/klog.h>
#include <unistd.h>

#include "harness.h"

#include "caller.h"
#include "clock.h"
#include "device.h"
#include "foreign.h"
#include "genl.h"
#include "held.h"
#include "vme.h"

#define ROUNDS_DEFAULT 50
/* The shortest the driver takes; rounds with a pause between them last for many, and
 * leave its callers theirs.
 */
#define INTERVAL_MS 500
#define PAUSE_MS    50
/* Of the load: more single requests than fit into the driver's time without pause,
 * so that sequences come at any moment of it.
 */
#define SEQUENCE_EVERY 7
/* Others get in within this. */
#define FOREIGN_MS 250
/* The driver's own limits (driver/connection.c): how long without a pause, how long
 * before a sequence begins, and the pause, of which a tick or two may be missing at
 * its ends. They limit when the driver goes on, which is judged without exception.
 */
#define HOLD_US	  150000
#define BEFORE_US 50000
#define GAP_US	  22000
/* A processor of an emulated machine may stop for a while at any time, and a
 * reading of the hash table, which is not cut, then takes long: this share of the
 * rounds, in per cent, may take up to clock_slow() as long.
 */
#define STALLED_PERCENT 3

struct round {
	uint64_t from;
	uint64_t to;
};

struct load {
	int fd;
	atomic_bool end;
	atomic_int asked;
	atomic_int failed;
};

FIXTURE(coexist)
{
	struct genl genl;
	struct load load;
	int fd;
};

FIXTURE_SETUP(coexist)
{
	struct mei_prov_info info;

	ASSERT_EQ(0, vme_calm());
	ASSERT_EQ(0, genl_open(&self->genl));
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, device_info(self->fd, &info, ENOUGH_MS));
	ASSERT_EQ(0, genl_watch_start(&self->genl, info.index, INTERVAL_MS));
}

FIXTURE_TEARDOWN(coexist)
{
	close(self->fd);
	genl_close(&self->genl);
}

/* Single requests, and a sequence now and then. */
static void *keep_asking(void *arg)
{
	struct load *load = arg;
	struct mei_prov_state state;
	uint32_t count, fw_status;
	int ret;

	while (!load->end) {
		count = 0;
		if (load->asked % SEQUENCE_EVERY == 0)
			ret = device_hashes(load->fd, NULL, &count, &fw_status, ENOUGH_MS);
		else
			ret = device_state(load->fd, &state, ENOUGH_MS);
		if (ret != 0)
			load->failed++;
		load->asked++;
	}
	return NULL;
}

/* Open, connect, ask, close: 0 or -errno. */
static int foreign_round(struct round *round)
{
	uint32_t state;
	int ret, fd;

	round->from = held_now();
	fd = foreign_connect_within(clock_slow(FOREIGN_MS));
	round->to = held_now();
	if (fd < 0)
		return fd;
	ret = foreign_state(fd, &state);
	close(fd);
	return ret;
}

static unsigned int rounds_wanted(void)
{
	const char *text = getenv("MEI_PROV_ROUNDS");

	return text ? strtoul(text, NULL, 10) : ROUNDS_DEFAULT;
}

/* A series of times against a limit. */
struct series {
	const char *what;
	uint64_t limit_us;
	uint64_t most_us;
	unsigned int count;
	unsigned int beyond;
};

static void series_add(struct series *series, uint64_t us)
{
	series->count++;
	series->beyond += us > series->limit_us;
	if (us > series->most_us)
		series->most_us = us;
}

static bool series_holds(const struct series *s)
{
	printf("# %s: %u, at most %llu ms, %u beyond %llu ms\n", s->what, s->count,
	       (unsigned long long)s->most_us / 1000, s->beyond,
	       (unsigned long long)s->limit_us / 1000);
	return s->count > 0 && s->beyond * 100 <= s->count * STALLED_PERCENT &&
	       s->most_us <= clock_slow(s->limit_us);
}

static void judge_rounds(struct __test_metadata *_metadata, const struct held *held,
			 const struct round *rounds, unsigned int count)
{
	const uint64_t foreign_us = clock_to_the_letter(FOREIGN_MS) * 1000;
	struct series waited = { .what = "rounds of others", .limit_us = foreign_us };
	struct series mine = { .what = "held during one", .limit_us = foreign_us };
	unsigned int i;

	for (i = 0; i < count; i++) {
		series_add(&waited, rounds[i].to - rounds[i].from);
		series_add(&mine, held_within(held, rounds[i].from, rounds[i].to));
	}
	series_holds(&waited);
	EXPECT_TRUE(series_holds(&mine));
}

static void judge_turns(struct __test_metadata *_metadata, const struct held *held)
{
	struct series went_on = { .what = "went on", .limit_us = HOLD_US };
	struct series began = { .what = "began a sequence", .limit_us = BEFORE_US };
	struct held_period period;
	size_t next = 0;

	while (next < held->count) {
		period = held_period(held, &next, GAP_US);
		series_add(&went_on, period.went_on);
		series_add(&began, period.began);
	}
	series_holds(&went_on);
	series_holds(&began);
	EXPECT_LT(0, went_on.count);
	EXPECT_EQ(0, went_on.beyond);
	EXPECT_EQ(0, began.beyond);
}

/* How long others waited is shown; what the driver did meanwhile is judged. */
static void judge(struct __test_metadata *_metadata, const struct held *held,
		  const struct round *rounds, unsigned int count)
{
	judge_rounds(_metadata, held, rounds, count);
	judge_turns(_metadata, held);
}

static void run_rounds(struct __test_metadata *_metadata)
{
	unsigned int i, count = rounds_wanted();
	struct round *rounds = calloc(count, sizeof(*rounds));
	struct held held;

	ASSERT_NE(NULL, rounds);
	ASSERT_EQ(0, held_start());
	for (i = 0; i < count; i++) {
		ASSERT_EQ(0, foreign_round(&rounds[i])) TH_LOG("round %u", i);
		clock_sleep_ms(PAUSE_MS);
	}
	ASSERT_EQ(0, held_end(&held));
	judge(_metadata, &held, rounds, count);
	held_free(&held);
	free(rounds);
}

TEST_F_TIMEOUT(coexist, others_get_their_turn_during_a_watch, 1800)
{
	run_rounds(_metadata);
}

TEST_F_TIMEOUT(coexist, others_get_their_turn_under_load, 1800)
{
	pthread_t thread;

	self->load.fd = self->fd;
	ASSERT_EQ(0, pthread_create(&thread, NULL, keep_asking, &self->load));
	run_rounds(_metadata);
	self->load.end = true;
	pthread_join(thread, NULL);
	EXPECT_LT(0, self->load.asked);
	EXPECT_EQ(0, self->load.failed);
}

/* --- while another holds it --- */

#define OTHER_MS 2000

TEST_F(coexist, a_caller_with_time_waits_for_another_to_let_go)
{
	uint64_t start = clock_ms();
	int foreign = foreign_connect_within(ENOUGH_MS);
	pid_t caller;

	ASSERT_LE(0, foreign);
	caller = caller_start(caller_state, self->fd, OTHER_MS + clock_slow(3000));
	clock_sleep_ms(OTHER_MS);
	EXPECT_EQ(CALLER_STUCK, caller_wait(caller, 0));
	close(foreign);
	EXPECT_EQ(0, caller_wait(caller, clock_slow(3000)));
	EXPECT_LE(OTHER_MS, clock_ms() - start);
}

TEST_F(coexist, a_caller_without_time_hears_busy_at_its_deadline)
{
	int foreign = foreign_connect_within(ENOUGH_MS);
	struct mei_prov_state state;
	uint64_t start = clock_ms();

	ASSERT_LE(0, foreign);
	EXPECT_EQ(-EBUSY, device_state(self->fd, &state, OTHER_MS / 2));
	EXPECT_LE(OTHER_MS / 2, clock_ms() - start);
	EXPECT_GE(clock_slow(OTHER_MS), clock_ms() - start);
	close(foreign);
}

static char kernel_log[1 << 20];

/* Lines of the driver in the kernel's log. The MEI core has one of its own for
 * each attempt ("cannot connect", up to 6.12).
 */
static int log_lines(void)
{
	int lines = 0, len = klogctl(3, kernel_log, sizeof(kernel_log) - 1);
	const char *line;

	if (len < 0)
		return -errno;
	kernel_log[len] = '\0';
	for (line = kernel_log; (line = strstr(line, "meiprov")); line++)
		lines++;
	return lines;
}

/* Attempts that met another, from the driver's counters. */
static long met_busy(void)
{
	FILE *counters = fopen("/sys/kernel/debug/mei_prov/meiprov0/counters", "re");
	long busy = -ENOENT;
	char line[64];

	if (!counters)
		return -errno;
	while (fgets(line, sizeof(line), counters))
		if (!strncmp(line, "busy ", 5))
			busy = strtol(line + 5, NULL, 10);
	fclose(counters);
	return busy;
}

TEST_F(coexist, a_poll_that_meets_another_says_nothing)
{
	int lines, foreign = foreign_connect_within(ENOUGH_MS);
	long busy = met_busy();

	ASSERT_LE(0, foreign);
	ASSERT_LE(0, busy);
	lines = log_lines();
	clock_sleep_ms(OTHER_MS);
	EXPECT_LT(busy, met_busy());
	EXPECT_EQ(lines, log_lines()) TH_LOG("%s", kernel_log + strlen(kernel_log) - 500);
	close(foreign);
}

TEST_HARNESS_MAIN
