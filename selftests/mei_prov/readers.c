// SPDX-License-Identifier: GPL-2.0-only
/*
 * Readers of the events of an open file: what read(2) and poll(2) do
 * (Documentation/events.md).
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "harness.h"

#include "caller.h"
#include "clock.h"
#include "device.h"
#include "record.h"
#include "vme.h"

#define ALL  MEI_PROV_EVENT_MASK_ALL
#define LINK MEI_PROV_EVENT_MASK_LINK

/* @fd does not wait, @other does. */
FIXTURE(readers)
{
	int fd;
	int other;
};

FIXTURE_SETUP(readers)
{
	ASSERT_EQ(0, vme_calm());
	self->fd = device_open(O_RDONLY | O_NONBLOCK);
	ASSERT_LE(0, self->fd);
	self->other = device_open(O_RDWR);
	ASSERT_LE(0, self->other);
}

FIXTURE_TEARDOWN(readers)
{
	close(self->fd);
	close(self->other);
}

/* --- read(2) and poll(2) --- */

TEST_F(readers, get_EINVAL_before_events_are_switched_on)
{
	struct mei_prov_event event;

	EXPECT_EQ(-EINVAL, record_read(self->fd, &event));
	EXPECT_EQ(0, record_poll(self->fd));
}

TEST_F(readers, get_whole_records_or_EINVAL)
{
	char buffer[3 * sizeof(struct mei_prov_event)];
	size_t size;

	ASSERT_EQ(0, record_make(self->fd, 3));
	for (size = 0; size < sizeof(struct mei_prov_event); size++) {
		ASSERT_EQ(-1, read(self->fd, buffer, size));
		ASSERT_EQ(EINVAL, errno);
	}
	EXPECT_EQ(2 * sizeof(struct mei_prov_event), read(self->fd, buffer, sizeof(buffer) - 1));
	EXPECT_EQ(sizeof(struct mei_prov_event), read(self->fd, buffer, sizeof(buffer)));
}

TEST_F(readers, learn_from_poll_that_there_is_a_record)
{
	struct mei_prov_event event;

	ASSERT_EQ(0, record_make(self->fd, 1));
	EXPECT_EQ(POLLIN, record_poll(self->fd));
	ASSERT_EQ(0, record_read(self->fd, &event));
	EXPECT_EQ(0, record_poll(self->fd));
	EXPECT_EQ(-EAGAIN, record_read(self->fd, &event));
}

TEST_F(readers, with_a_bad_buffer_lose_no_record)
{
	struct mei_prov_event *there, event;
	size_t page = sysconf(_SC_PAGESIZE);

	there = mmap(NULL, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, (void *)there);
	ASSERT_EQ(0, record_make(self->fd, 1));
	EXPECT_EQ(-EFAULT, record_read(self->fd, there));
	EXPECT_EQ(-EFAULT, record_read(self->fd, NULL));
	ASSERT_EQ(0, record_read(self->fd, &event));
	EXPECT_EQ(0, event.seq);
}

static int switch_refused(int fd, uint32_t mask, uint32_t interval_ms, int want)
{
	return record_switch(fd, mask, interval_ms) == want && record_poll(fd) == 0;
}

TEST_F(readers, cannot_ask_for_events_that_there_are_not)
{
	uint32_t bit;

	for (bit = 1; bit; bit <<= 1) {
		if (bit & ALL)
			continue;
		EXPECT_TRUE(switch_refused(self->fd, bit, 0, -EOPNOTSUPP)) TH_LOG("%#x", bit);
		EXPECT_TRUE(switch_refused(self->fd, bit | ALL, 0, -EOPNOTSUPP));
	}
	EXPECT_TRUE(switch_refused(self->fd, 0, 1, -EINVAL));
	EXPECT_TRUE(switch_refused(self->fd, 0, 0, 0));
}

/* --- readers that wait --- */

static void on_alarm(int signal)
{
}

static void alarm_in(unsigned int ms, int sa_flags)
{
	const struct sigaction action = { .sa_handler = on_alarm, .sa_flags = sa_flags };
	const struct itimerval timer = { .it_value = { ms / 1000, ms % 1000 * 1000 } };

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
}

static int wait_for_record(int fd, uint32_t unused)
{
	struct mei_prov_event event;

	return record_read(fd, &event);
}

static int wait_with_alarm(int fd, uint32_t unused)
{
	alarm_in(300, 0);
	return wait_for_record(fd, 0);
}

static int wait_with_restarting_alarm(int fd, uint32_t unused)
{
	alarm_in(300, SA_RESTART);
	return wait_for_record(fd, 0);
}

TEST_F(readers, that_wait_get_EINTR_at_a_signal)
{
	pid_t reader;

	ASSERT_EQ(0, record_listen(self->other, LINK, 0));
	reader = caller_start(wait_with_alarm, self->other, 0);
	EXPECT_EQ(-EINTR, caller_wait(reader, ENOUGH_MS));
}

TEST_F(readers, that_wait_go_on_after_a_signal_with_SA_RESTART)
{
	pid_t reader;

	ASSERT_EQ(0, record_listen(self->other, LINK, 0));
	reader = caller_start(wait_with_restarting_alarm, self->other, 0);
	clock_sleep_ms(1500);
	EXPECT_EQ(CALLER_STUCK, caller_wait(reader, 0));
	ASSERT_EQ(0, record_make(self->other, 1));
	EXPECT_EQ(0, caller_wait(reader, ENOUGH_MS));
}

TEST_F(readers, that_wait_end_when_events_are_switched_off)
{
	pid_t reader;

	ASSERT_EQ(0, record_listen(self->other, LINK, 0));
	reader = caller_start(wait_for_record, self->other, 0);
	clock_sleep_ms(300);
	ASSERT_EQ(0, record_switch(self->other, 0, 0));
	EXPECT_EQ(-EINVAL, caller_wait(reader, ENOUGH_MS));
}

TEST_F(readers, that_wait_outlive_a_reset_of_the_firmware)
{
	pid_t reader;

	ASSERT_EQ(0, record_listen(self->other, LINK, 0));
	reader = caller_start(wait_for_record, self->other, 0);
	clock_sleep_ms(300);
	EXPECT_EQ(CALLER_STUCK, caller_wait(reader, 0));
	ASSERT_EQ(0, vme("reset --recovery-ms 100"));
	EXPECT_EQ(0, caller_wait(reader, ENOUGH_MS));
}

/* --- several files, several readers --- */

TEST_F(readers, of_two_files_have_a_queue_each)
{
	struct mei_prov_event event;

	ASSERT_EQ(0, record_make(self->fd, 3));
	ASSERT_EQ(0, record_make(self->other, 1));
	EXPECT_EQ(3, record_drain(self->fd));
	ASSERT_EQ(0, record_read(self->other, &event));
	EXPECT_EQ(0, event.seq);
	ASSERT_EQ(0, record_switch(self->fd, 0, 0));
	ASSERT_EQ(0, record_make(self->other, 1));
	EXPECT_EQ(1, record_drain(self->other));
}

/* Read until nothing comes any more: how many. */
static int count_records(int fd, uint32_t unused)
{
	struct mei_prov_event event;
	int ret, n = 0;

	while ((ret = record_read(fd, &event)) == 0)
		n++;
	return ret == -EAGAIN ? -n : -200;
}

TEST_F(readers, of_one_file_share_its_records)
{
	pid_t one, two;
	int got_one, got_two, i;

	ASSERT_EQ(0, record_make(self->fd, MEI_PROV_EVENTS_MAX));
	for (i = 0; i < 5; i++) {
		one = caller_start(count_records, self->fd, 0);
		two = caller_start(count_records, self->fd, 0);
		got_one = -caller_wait(one, ENOUGH_MS);
		got_two = -caller_wait(two, ENOUGH_MS);
		ASSERT_EQ(MEI_PROV_EVENTS_MAX, got_one + got_two);
		ASSERT_EQ(0, record_make(self->fd, MEI_PROV_EVENTS_MAX));
	}
}

static int send_file(int socket, int fd)
{
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = { .head = { .cmsg_len = CMSG_LEN(sizeof(int)),
				.cmsg_level = SOL_SOCKET,
				.cmsg_type = SCM_RIGHTS } };
	char byte = 'f';
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr message = { .msg_iov = &iov,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };

	memcpy(CMSG_DATA(&control.head), &fd, sizeof(fd));
	return sendmsg(socket, &message, 0) == 1 ? 0 : -errno;
}

static int receive_file(int socket)
{
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
	char byte;
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr message = { .msg_iov = &iov,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };
	int fd;

	if (recvmsg(socket, &message, 0) != 1 || !CMSG_FIRSTHDR(&message))
		return -EIO;
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
	return fd;
}

/* The process that gets the file reads what was recorded before, and after. */
static int read_from_received(int socket, uint32_t unused)
{
	struct mei_prov_event event;
	int fd = receive_file(socket);

	if (fd < 0)
		return fd;
	if (record_next(fd, &event, ENOUGH_MS) != 0 || event.seq != 0)
		return -ENOMSG;
	return record_next(fd, &event, ENOUGH_MS) == 0 && event.seq == 1 ? 0 : -ENOMSG;
}

TEST_F(readers, that_are_given_the_file_get_its_records)
{
	int pair[2];
	pid_t reader;

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	reader = caller_start(read_from_received, pair[1], 0);
	ASSERT_EQ(0, record_make(self->fd, 1));
	ASSERT_EQ(0, send_file(pair[0], self->fd));
	clock_sleep_ms(300);
	ASSERT_EQ(0, record_make(self->fd, 1));
	EXPECT_EQ(0, caller_wait(reader, ENOUGH_MS));
	close(pair[0]);
	close(pair[1]);
}

TEST_HARNESS_MAIN
