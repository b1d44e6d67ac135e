// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many callers at once: each answer is the right one, nobody is forgotten, and
 * a firmware that resets under them costs answers but never truth.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "harness.h"

#include "clock.h"
#include "device.h"
#include "truth.h"
#include "vme.h"

#define CALLERS 16
#define SECONDS 10
#define RESETS	10
/*
 * Answers that others may get while one caller waits. Callers are served in
 * their order: CALLERS - 1 before it, and on an idle machine that is what is
 * seen. As many may have been served before it began to wait, and be counted
 * late. A count does not depend on how fast the machine is.
 */
#define OVERTAKEN_MAX (2 * CALLERS)

FIXTURE(concurrent)
{
	struct truth truth;
	int fd;
};

FIXTURE_SETUP(concurrent)
{
	ASSERT_EQ(0, vme_calm());
	ASSERT_EQ(0, truth_learn(&self->truth));
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(concurrent)
{
	close(self->fd);
}

struct crowd;

struct member {
	pthread_t thread;
	struct crowd *crowd;
	unsigned int number;
	unsigned int right;
	unsigned int excused; /* failed in a way a reset excuses */
	unsigned int wrong;
	unsigned int worst; /* most answers of others during one wait */
	int unexcused;	    /* the last errno no reset excuses */
};

struct crowd {
	const struct truth *truth;
	int fd; /* -1: each opens its own */
	bool resets;
	uint32_t timeout_ms;
	bool only; /* all ask @question only */
	enum truth_question question;
	atomic_uint answers;
	atomic_bool end;
	struct member members[CALLERS];
};

/* What a reset may do to a command (mei_prov_ioctl.h). */
static bool excused(const struct member *member, int ret)
{
	return member->crowd->resets && (ret == -ECANCELED || ret == -ENOLINK || ret == -ETIMEDOUT);
}

static void ask_once(struct member *member, int fd, unsigned int round)
{
	struct crowd *crowd = member->crowd;
	unsigned int overtaken, before = crowd->answers;
	int ret = truth_ask(fd, crowd->truth,
			    crowd->only ? crowd->question :
					  (member->number + round) % TRUTH_QUESTIONS,
			    crowd->timeout_ms);

	overtaken = crowd->answers++ - before;
	if (overtaken > member->worst)
		member->worst = overtaken;
	if (ret == 0)
		member->right++;
	else if (ret == TRUTH_WRONG)
		member->wrong++;
	else if (excused(member, ret))
		member->excused++;
	else
		member->unexcused = ret;
}

static void *be_a_caller(void *arg)
{
	struct member *member = arg;
	int fd = member->crowd->fd;
	unsigned int round;

	if (fd < 0)
		fd = device_open(O_RDONLY);
	if (fd < 0) {
		member->unexcused = fd;
		return NULL;
	}
	for (round = 0; !member->crowd->end; round++)
		ask_once(member, fd, round);
	if (member->crowd->fd < 0)
		close(fd);
	return NULL;
}

static int crowd_start(struct crowd *crowd)
{
	unsigned int i;

	for (i = 0; i < CALLERS; i++) {
		crowd->members[i].crowd = crowd;
		crowd->members[i].number = i;
		if (pthread_create(&crowd->members[i].thread, NULL, be_a_caller,
				   &crowd->members[i]) != 0)
			return -EAGAIN;
	}
	return 0;
}

static void crowd_end(struct __test_metadata *_metadata, struct crowd *crowd)
{
	unsigned int i;

	crowd->end = true;
	for (i = 0; i < CALLERS; i++) {
		const struct member *member = &crowd->members[i];

		pthread_join(member->thread, NULL);
		EXPECT_LT(0, member->right) TH_LOG("caller %u was never answered", i);
		EXPECT_EQ(0, member->wrong) TH_LOG("caller %u got a wrong answer", i);
		EXPECT_EQ(0, member->unexcused) TH_LOG("caller %u", i);
	}
}

TEST_F_TIMEOUT(concurrent, sixteen_callers_on_files_of_their_own_get_right_answers, 90)
{
	struct crowd crowd = { .truth = &self->truth, .fd = -1, .timeout_ms = 60000 };

	ASSERT_EQ(0, crowd_start(&crowd));
	clock_sleep_ms(SECONDS * 1000);
	crowd_end(_metadata, &crowd);
}

TEST_F_TIMEOUT(concurrent, sixteen_callers_on_one_file_get_right_answers, 90)
{
	struct crowd crowd = { .truth = &self->truth, .fd = self->fd, .timeout_ms = 60000 };

	ASSERT_EQ(0, crowd_start(&crowd));
	clock_sleep_ms(SECONDS * 500);
	crowd_end(_metadata, &crowd);
}

static void take_turns(struct __test_metadata *_metadata, struct crowd *crowd,
		       enum truth_question question)
{
	unsigned int i, worst = 0;

	crowd->only = true;
	crowd->question = question;
	ASSERT_EQ(0, crowd_start(crowd));
	clock_sleep_ms(SECONDS * 1000);
	crowd_end(_metadata, crowd);
	for (i = 0; i < CALLERS; i++)
		if (crowd->members[i].worst > worst)
			worst = crowd->members[i].worst;
	ASSERT_LT(CALLERS, crowd->answers);
	EXPECT_GE(OVERTAKEN_MAX, worst)
	TH_LOG("%u answers, %u of them while one caller waited", crowd->answers, worst);
}

TEST_F_TIMEOUT(concurrent, no_caller_waits_much_longer_than_its_share, 90)
{
	struct crowd crowd = { .truth = &self->truth, .fd = self->fd, .timeout_ms = 60000 };

	take_turns(_metadata, &crowd, TRUTH_ZTC);
}

/* A whole table is many transactions on one connection. */
TEST_F_TIMEOUT(concurrent, readings_of_the_hash_table_take_turns, 90)
{
	struct crowd crowd = { .truth = &self->truth, .fd = self->fd, .timeout_ms = 60000 };

	take_turns(_metadata, &crowd, TRUTH_HASH_TABLE);
}

static void expect_device_survived(struct __test_metadata *_metadata,
				   FIXTURE_DATA(concurrent) * self, uint32_t index)
{
	struct mei_prov_info info;

	EXPECT_EQ(0, truth_ask_all(self->fd, &self->truth, ENOUGH_MS));
	ASSERT_EQ(0, device_info(self->fd, &info, ENOUGH_MS));
	EXPECT_EQ(index, info.index);
	EXPECT_EQ(MEI_PROV_IOCTL_LINK_UP, info.link);
}

TEST_F_TIMEOUT(concurrent, ten_firmware_resets_under_sixteen_callers, 180)
{
	struct crowd crowd = {
		.truth = &self->truth,
		.fd = self->fd,
		.resets = true,
		.timeout_ms = 60000,
	};
	struct mei_prov_info info;
	int i;

	ASSERT_EQ(0, device_info(self->fd, &info, ENOUGH_MS));
	ASSERT_EQ(0, crowd_start(&crowd));
	for (i = 0; i < RESETS; i++) {
		clock_sleep_ms(700 + 130 * i);
		ASSERT_EQ(0, vme("reset --recovery-ms %d", 50 * i));
	}
	clock_sleep_ms(3000);
	crowd_end(_metadata, &crowd);
	expect_device_survived(_metadata, self, info.index);
}

TEST_F_TIMEOUT(concurrent, a_storm_of_resets_ends_in_a_working_device, 120)
{
	struct mei_prov_info info;
	int i;

	ASSERT_EQ(0, device_info(self->fd, &info, ENOUGH_MS));
	for (i = 0; i < 2 * RESETS; i++) {
		ASSERT_EQ(0, vme("reset"));
	}
	expect_device_survived(_metadata, self, info.index);
}

TEST_HARNESS_MAIN
