// SPDX-License-Identifier: GPL-2.0-only
/*
 * Deadlines: a command ends at @timeout_ms, not before and not much later, and
 * says what it was waiting for. What was sent is never sent again.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "harness.h"

#include "caller.h"
#include "clock.h"
#include "device.h"
#include "foreign.h"
#include "sysfs.h"
#include "truth.h"
#include "vme.h"

/* How much later than its deadline a command may end. */
#define LATE_MS 400

FIXTURE(deadline)
{
	struct truth truth;
	int fd;
};

FIXTURE_SETUP(deadline)
{
	ASSERT_EQ(0, vme_calm());
	ASSERT_EQ(0, truth_learn(&self->truth));
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(deadline)
{
	close(self->fd);
}

/* @call's result, expecting that it took its @timeout_ms and not much more. */
static int ends_at(struct __test_metadata *_metadata, caller_fn call, int fd, uint32_t timeout_ms)
{
	uint64_t took, start = clock_ms();
	int ret = call(fd, timeout_ms);

	took = clock_ms() - start;
	EXPECT_LE(timeout_ms, took);
	EXPECT_GE(timeout_ms + clock_slow(LATE_MS), took);
	return ret;
}

static int all_right(FIXTURE_DATA(deadline) * self)
{
	return truth_ask_all(self->fd, &self->truth, ENOUGH_MS);
}

TEST_F(deadline, a_lost_reply_is_ECANCELED)
{
	ASSERT_EQ(0, vme_fault(0x30, "drop"));
	EXPECT_EQ(-ECANCELED, ends_at(_metadata, caller_ztc, self->fd, 1000));
	EXPECT_EQ(0, all_right(self));
}

TEST_F(deadline, a_request_whose_reply_is_lost_is_not_repeated)
{
	long before = vme_seen(0x5e);

	ASSERT_EQ(0, vme_fault(0x5e, "drop"));
	EXPECT_EQ(-ECANCELED, caller_stop(self->fd, 1000));
	EXPECT_EQ(0, all_right(self));
	EXPECT_EQ(before + 1, vme_seen(0x5e));
}

TEST_F(deadline, a_malformed_reply_is_not_asked_for_again)
{
	long before = vme_seen(0x5e);

	ASSERT_EQ(0, vme_fault(0x5e, "truncate=4"));
	EXPECT_EQ(-EMSGSIZE, caller_stop(self->fd, 1000));
	EXPECT_EQ(0, all_right(self));
	EXPECT_EQ(before + 1, vme_seen(0x5e));
}

static int caller_hashes(int fd, uint32_t timeout_ms)
{
	uint32_t count = 0, status;

	return device_hashes(fd, NULL, &count, &status, timeout_ms);
}

/* Each of its many steps is well within the deadline. */
TEST_F(deadline, it_covers_the_whole_command)
{
	int ret;

	ASSERT_EQ(0, vme_fault(0x2d, "delay=400 forever"));
	ret = ends_at(_metadata, caller_hashes, self->fd, 1000);
	EXPECT_TRUE(ret == -ECANCELED || ret == -ETIMEDOUT) TH_LOG("got %d", ret);
	ASSERT_EQ(0, vme("fault clear"));
	EXPECT_EQ(0, all_right(self));
}

TEST_F(deadline, zero_is_the_default_not_at_once)
{
	struct mei_prov_ztc ztc;

	ASSERT_EQ(0, vme_fault(0x30, "delay=3000"));
	EXPECT_EQ(0, device_ztc(self->fd, &ztc, 0));
	EXPECT_EQ(1, ztc.enabled);
}

TEST_F(deadline, a_slow_reply_within_it_is_waited_for)
{
	ASSERT_EQ(0, vme_fault(0x30, "delay=1500"));
	EXPECT_EQ(0, truth_ask(self->fd, &self->truth, TRUTH_ZTC, ENOUGH_MS));
}

TEST_F(deadline, a_foreign_holder_is_EBUSY)
{
	long before = vme_seen(0x5e);
	int foreign = foreign_connect_within(ENOUGH_MS);

	ASSERT_LE(0, foreign);
	EXPECT_EQ(-EBUSY, ends_at(_metadata, caller_stop, self->fd, 1000));
	close(foreign);
	EXPECT_EQ(0, all_right(self));
	EXPECT_EQ(before, vme_seen(0x5e));
}

TEST_F(deadline, a_foreign_holder_who_lets_go_in_time_is_waited_for)
{
	int foreign = foreign_connect_within(ENOUGH_MS);
	pid_t caller;

	ASSERT_LE(0, foreign);
	caller = caller_start(caller_ztc, self->fd, ENOUGH_MS);
	clock_sleep_ms(1000);
	close(foreign);
	EXPECT_EQ(0, caller_wait(caller, clock_slow(1000)));
}

/* The second caller's request waits for the first one's answer. */
TEST_F(deadline, what_was_not_sent_in_time_is_ETIMEDOUT)
{
	long before = vme_seen(0x5e);
	pid_t slow;

	ASSERT_EQ(0, vme_fault(0x30, "delay=3000"));
	slow = caller_start(caller_ztc, self->fd, ENOUGH_MS);
	clock_sleep_ms(500);
	EXPECT_EQ(-ETIMEDOUT, ends_at(_metadata, caller_stop, self->fd, 500));
	EXPECT_EQ(0, caller_wait(slow, ENOUGH_MS));
	EXPECT_EQ(0, all_right(self));
	EXPECT_EQ(before, vme_seen(0x5e));
}

/* Ten callers behind a slow one: the deadline of each is its own. */
TEST_F(deadline, queued_callers_end_at_their_own)
{
	pid_t slow, queued[10];
	int i;

	ASSERT_EQ(0, vme_fault(0x30, "delay=4000"));
	slow = caller_start(caller_ztc, self->fd, ENOUGH_MS);
	clock_sleep_ms(300);
	for (i = 0; i < 10; i++)
		queued[i] = caller_start(caller_state, self->fd, i % 2 ? 500 : ENOUGH_MS);
	for (i = 1; i < 10; i += 2) {
		EXPECT_EQ(-ETIMEDOUT, caller_wait(queued[i], 500 + clock_slow(LATE_MS)));
	}
	EXPECT_EQ(0, caller_wait(slow, ENOUGH_MS));
	for (i = 0; i < 10; i += 2) {
		EXPECT_EQ(0, caller_wait(queued[i], ENOUGH_MS));
	}
}

/* The firmware refuses the connection although no other program has it. */
TEST_F(deadline, a_refused_connection_is_EBUSY)
{
	ASSERT_EQ(0, vme("fault add connect busy forever"));
	EXPECT_EQ(-EBUSY, ends_at(_metadata, caller_ztc, self->fd, 1000));
	ASSERT_EQ(0, vme("fault clear"));
	EXPECT_EQ(0, all_right(self));
}

TEST_F(deadline, a_connection_refused_for_a_while_is_tried_again)
{
	ASSERT_EQ(0, vme("fault add connect busy times=3"));
	EXPECT_EQ(0, all_right(self));
}

/* The bus gives a connect up after six seconds and more; the caller need not. */
TEST_F(deadline, a_connection_that_is_not_answered_is_ETIMEDOUT)
{
	ASSERT_EQ(0, vme("fault add connect drop"));
	EXPECT_EQ(-ETIMEDOUT, ends_at(_metadata, caller_ztc, self->fd, 1000));
	EXPECT_EQ(0, all_right(self));
}

/* Deadlines that pass at any point of a command. */
TEST_F_TIMEOUT(deadline, however_short_it_ends_in_a_documented_way, 90)
{
	struct mei_prov_ztc ztc;
	int i, ret;

	for (i = 0; i < 200; i++) {
		ret = device_ztc(self->fd, &ztc, 1 + i % 50);
		EXPECT_TRUE(ret == 0 || ret == -ETIMEDOUT || ret == -ECANCELED)
		{
			TH_LOG("got %d", ret);
		}
		EXPECT_EQ(ret == 0, ztc.enabled);
	}
	EXPECT_EQ(0, all_right(self));
}

static bool no_credit_errno(int ret)
{
	return ret == -ETIMEDOUT || ret == -ECANCELED;
}

/* Whether the firmware has taken the message cannot be told here. */
TEST_F(deadline, a_firmware_that_takes_no_message_ends_it)
{
	long before = vme_seen(0x5e);
	int ret;

	ASSERT_EQ(0, vme("fault add amthi:* no-credit forever"));
	caller_ztc(self->fd, 1000);
	ret = ends_at(_metadata, caller_stop, self->fd, 1000);
	EXPECT_TRUE(no_credit_errno(ret)) TH_LOG("got %d", ret);
	ASSERT_EQ(0, vme("fault clear"));
	EXPECT_EQ(0, all_right(self));
	EXPECT_GE(before + 1, vme_seen(0x5e));
}

TEST_F(deadline, credit_that_never_comes_back_does_not_outlive_its_connection)
{
	ASSERT_EQ(0, vme_fault(0x30, "no-credit"));
	EXPECT_EQ(0, truth_ask(self->fd, &self->truth, TRUTH_ZTC, ENOUGH_MS));
	clock_sleep_ms(500);
	EXPECT_EQ(0, all_right(self));
}

TEST_F(deadline, a_link_that_comes_back_in_time_is_waited_for)
{
	ASSERT_EQ(0, vme("reset --recovery-ms 1500"));
	EXPECT_EQ(0, truth_ask(self->fd, &self->truth, TRUTH_ZTC, ENOUGH_MS));
	EXPECT_EQ(0, all_right(self));
}

TEST_F(deadline, a_link_that_goes_down_in_flight_is_ECANCELED)
{
	pid_t caller;

	ASSERT_EQ(0, vme_fault(0x30, "delay=5000"));
	caller = caller_start(caller_ztc, self->fd, ENOUGH_MS);
	clock_sleep_ms(500);
	ASSERT_EQ(0, vme("reset"));
	EXPECT_EQ(-ECANCELED, caller_wait(caller, ENOUGH_MS));
	EXPECT_EQ(0, all_right(self));
}

/* The PCI driver gives such a firmware up; binding it anew begins from power-on. */
TEST_F_TIMEOUT(deadline, a_link_that_stays_down_is_ENOLINK, 90)
{
	struct mei_prov_info info;

	ASSERT_EQ(0, vme("reset --never"));
	clock_sleep_ms(500);
	EXPECT_EQ(-ENOLINK, ends_at(_metadata, caller_ztc, self->fd, 1000));
	EXPECT_EQ(-ENOLINK, ends_at(_metadata, caller_state, self->fd, 1000));
	if (device_info(self->fd, &info, 1000) == 0) {
		EXPECT_EQ(MEI_PROV_IOCTL_LINK_DOWN, info.link);
	}
	clock_sleep_ms(10000);
	EXPECT_EQ(-ENOLINK, ends_at(_metadata, caller_ztc, self->fd, 1000));
	ASSERT_EQ(0, sysfs_write(SYSFS_ME_DRIVER "/unbind", SYSFS_PCI_NAME));
	EXPECT_EQ(-ENOLINK, ends_at(_metadata, caller_ztc, self->fd, 1000));
	ASSERT_EQ(0, vme("reset --recovery-ms 0"));
	ASSERT_EQ(0, sysfs_write(SYSFS_ME_DRIVER "/bind", SYSFS_PCI_NAME));
	EXPECT_EQ(0, all_right(self));
}

TEST_HARNESS_MAIN
