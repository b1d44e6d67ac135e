// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ME has one AMTHI connection, and others need it (design 0002): the driver
 * connects when it has something to ask and lets go soon.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "harness.h"

#include "clock.h"
#include "device.h"
#include "foreign.h"
#include "genl.h"
#include "truth.h"
#include "vme.h"

#define ROUNDS 50
/* A foreign program that tries again gets in within this. */
#define FOREIGN_MS 250
#define LINGER_MS  100
#define BURST	   100
/* Idle for longer than the linger and what disconnecting takes. */
#define IDLE_MS 300

FIXTURE(connection)
{
	struct truth truth;
	struct genl genl;
	int fd;
};

FIXTURE_SETUP(connection)
{
	ASSERT_EQ(0, vme_calm());
	ASSERT_EQ(0, truth_learn(&self->truth));
	ASSERT_EQ(0, genl_open(&self->genl));
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(connection)
{
	close(self->fd);
	genl_close(&self->genl);
}

TEST_F(connection, is_free_when_nobody_asks)
{
	int i, foreign;

	for (i = 0; i < 5; i++) {
		EXPECT_EQ(0, truth_ask(self->fd, &self->truth, i % TRUTH_QUESTIONS, ENOUGH_MS));
		clock_sleep_ms(IDLE_MS);
		foreign = foreign_connect();
		EXPECT_LE(0, foreign) TH_LOG("round %d: %d", i, foreign);
		close(foreign);
	}
}

TEST_F(connection, is_free_although_files_are_open)
{
	int foreign;

	clock_sleep_ms(IDLE_MS);
	foreign = foreign_connect();
	EXPECT_LE(0, foreign);
	close(foreign);
}

/* Commands that follow each other at once: within a linger's time there is one
 * connection, however slow the machine.
 */
TEST_F(connection, is_shared_by_a_burst)
{
	uint64_t start = clock_ms();
	long connects = vme_connects();
	int i;

	for (i = 0; i < BURST; i++) {
		ASSERT_EQ(0, truth_ask(self->fd, &self->truth, TRUTH_ZTC, ENOUGH_MS));
	}
	connects = vme_connects() - connects;
	EXPECT_GE(2 + (long)((clock_ms() - start) / LINGER_MS), connects);
}

static int foreign_round(void)
{
	int ret, foreign = foreign_connect_within(clock_slow(FOREIGN_MS));
	uint32_t state;

	if (foreign < 0)
		return foreign;
	ret = foreign_state(foreign, &state);
	close(foreign);
	return ret < 0 ? ret : (int)state;
}

static void expect_foreign_rounds(struct __test_metadata *_metadata)
{
	int i, ret;

	for (i = 0; i < ROUNDS; i++) {
		ret = foreign_round();
		ASSERT_EQ(0, ret) TH_LOG("round %d", i);
	}
}

TEST_F_TIMEOUT(connection, is_there_for_others_during_a_watch, 120)
{
	struct mei_prov_info info;

	ASSERT_EQ(0, device_info(self->fd, &info, ENOUGH_MS));
	ASSERT_EQ(0, genl_watch_start(&self->genl, info.index, 100));
	expect_foreign_rounds(_metadata);
	EXPECT_EQ(0, truth_ask_all(self->fd, &self->truth, ENOUGH_MS));
}

struct load {
	const struct truth *truth;
	int fd;
	atomic_bool end;
	atomic_int asked;
	atomic_int wrong;
};

static void *keep_asking(void *arg)
{
	struct load *load = arg;
	int i;

	for (i = 0; !load->end; i++) {
		if (truth_ask(load->fd, load->truth, i % TRUTH_QUESTIONS, ENOUGH_MS) != 0)
			load->wrong++;
		load->asked++;
	}
	return NULL;
}

TEST_F_TIMEOUT(connection, is_there_for_others_under_load, 120)
{
	struct load load = { .truth = &self->truth, .fd = self->fd };
	pthread_t threads[2];
	int i;

	for (i = 0; i < 2; i++) {
		ASSERT_EQ(0, pthread_create(&threads[i], NULL, keep_asking, &load));
	}
	expect_foreign_rounds(_metadata);
	load.end = true;
	for (i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	EXPECT_LT(0, load.asked);
	EXPECT_EQ(0, load.wrong);
}

TEST_HARNESS_MAIN
