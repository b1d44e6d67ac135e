// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signals: a caller who is interrupted or killed. Unsent requests are
 * cancelled, sent ones complete unobserved, and none is ever sent again.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

#include "harness.h"

#include "caller.h"
#include "clock.h"
#include "device.h"
#include "foreign.h"
#include "truth.h"
#include "vme.h"

/* How long after its signal a caller may return. */
#define PROMPT_MS 300

FIXTURE(signals)
{
	struct truth truth;
	int fd;
};

FIXTURE_SETUP(signals)
{
	ASSERT_EQ(0, vme_calm());
	ASSERT_EQ(0, truth_learn(&self->truth));
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(signals)
{
	close(self->fd);
}

static void on_alarm(int signal)
{
}

static int call_with_alarm(caller_fn call, int fd, int sa_flags)
{
	const struct sigaction action = { .sa_handler = on_alarm, .sa_flags = sa_flags };
	const struct itimerval in_500_ms = { .it_value = { .tv_usec = 500000 } };

	if (sigaction(SIGALRM, &action, NULL) < 0 || setitimer(ITIMER_REAL, &in_500_ms, NULL) < 0)
		return -errno;
	return call(fd, ENOUGH_MS);
}

static int stop_with_alarm(int fd, uint32_t timeout_ms)
{
	return call_with_alarm(caller_stop, fd, 0);
}

static int stop_with_restarting_alarm(int fd, uint32_t timeout_ms)
{
	return call_with_alarm(caller_stop, fd, SA_RESTART);
}

static void expect_eintr(struct __test_metadata *_metadata, caller_fn call, int fd)
{
	pid_t caller = caller_start(call, fd, 0);

	EXPECT_EQ(-EINTR, caller_wait(caller, 500 + clock_slow(PROMPT_MS)));
}

TEST_F(signals, a_sent_request_completes_unobserved)
{
	long before = vme_seen(0x5e);

	ASSERT_EQ(0, vme_fault(0x5e, "delay=3000"));
	expect_eintr(_metadata, stop_with_alarm, self->fd);
	EXPECT_EQ(0, truth_ask_all(self->fd, &self->truth, ENOUGH_MS));
	EXPECT_EQ(before + 1, vme_seen(0x5e));
}

TEST_F(signals, sa_restart_restarts_nothing)
{
	long before = vme_seen(0x5e);

	ASSERT_EQ(0, vme_fault(0x5e, "delay=3000"));
	expect_eintr(_metadata, stop_with_restarting_alarm, self->fd);
	EXPECT_EQ(0, truth_ask_all(self->fd, &self->truth, ENOUGH_MS));
	clock_sleep_ms(500);
	EXPECT_EQ(before + 1, vme_seen(0x5e));
}

TEST_F(signals, an_unsent_request_is_cancelled)
{
	long before = vme_seen(0x5e);
	int foreign = foreign_connect_within(ENOUGH_MS);

	ASSERT_LE(0, foreign);
	expect_eintr(_metadata, stop_with_alarm, self->fd);
	close(foreign);
	EXPECT_EQ(0, truth_ask_all(self->fd, &self->truth, ENOUGH_MS));
	clock_sleep_ms(500);
	EXPECT_EQ(before, vme_seen(0x5e));
}

TEST_F(signals, an_unsent_request_behind_another_is_cancelled)
{
	long before = vme_seen(0x5e);
	pid_t slow;

	ASSERT_EQ(0, vme_fault(0x30, "delay=3000"));
	slow = caller_start(caller_ztc, self->fd, ENOUGH_MS);
	clock_sleep_ms(300);
	expect_eintr(_metadata, stop_with_restarting_alarm, self->fd);
	EXPECT_EQ(0, caller_wait(slow, ENOUGH_MS));
	EXPECT_EQ(0, truth_ask_all(self->fd, &self->truth, ENOUGH_MS));
	EXPECT_EQ(before, vme_seen(0x5e));
}

/* A reply nobody waits for any more must not be taken by the next caller. */
TEST_F(signals, the_reply_of_an_interrupted_caller_is_not_the_next_ones)
{
	struct mei_prov_state state;
	pid_t caller;

	ASSERT_EQ(0, vme_fault(0x11, "delay=1500"));
	caller = caller_start(caller_state, self->fd, ENOUGH_MS);
	clock_sleep_ms(500);
	ASSERT_EQ(0, kill(caller, SIGTERM));
	EXPECT_EQ(CALLER_KILLED, caller_wait(caller, clock_slow(PROMPT_MS)));
	ASSERT_EQ(0, vme_pretend(POST, ADMIN));
	ASSERT_EQ(0, device_state(self->fd, &state, ENOUGH_MS));
	EXPECT_EQ(2, state.provisioning_state);
}

TEST_F_TIMEOUT(signals, twenty_callers_killed_in_flight_leave_nothing_behind, 120)
{
	pid_t caller;
	int i;

	for (i = 0; i < 20; i++) {
		ASSERT_EQ(0, vme_fault(0x30, "delay=400"));
		caller = caller_start(caller_ztc, self->fd, ENOUGH_MS);
		clock_sleep_ms(20 * (i % 10));
		ASSERT_EQ(0, kill(caller, SIGKILL));
		EXPECT_EQ(CALLER_KILLED, caller_wait(caller, clock_slow(PROMPT_MS)));
		EXPECT_EQ(0, truth_ask(self->fd, &self->truth, i % TRUTH_QUESTIONS, ENOUGH_MS));
	}
	EXPECT_EQ(0, truth_ask_all(self->fd, &self->truth, ENOUGH_MS));
}

TEST_F(signals, a_caller_killed_while_the_connection_is_foreign_goes_at_once)
{
	int foreign = foreign_connect_within(ENOUGH_MS);
	pid_t caller;

	ASSERT_LE(0, foreign);
	caller = caller_start(caller_ztc, self->fd, ENOUGH_MS);
	clock_sleep_ms(300);
	ASSERT_EQ(0, kill(caller, SIGKILL));
	EXPECT_EQ(CALLER_KILLED, caller_wait(caller, clock_slow(PROMPT_MS)));
	close(foreign);
	EXPECT_EQ(0, truth_ask_all(self->fd, &self->truth, ENOUGH_MS));
}

TEST_HARNESS_MAIN
