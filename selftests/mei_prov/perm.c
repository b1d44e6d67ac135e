// SPDX-License-Identifier: GPL-2.0-only
/*
 * Permissions of /dev/meiprovN go with how the file was opened and are checked
 * when the command is given; a file can be handed on (design 0001).
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness.h"

#include "caller.h"
#include "clock.h"
#include "device.h"
#include "vme.h"

#define NOBODY 65534

static int send_file(int socket, int fd)
{
	char control[CMSG_SPACE(sizeof(fd))] = { 0 }, byte = 0;
	struct iovec part = { &byte, 1 };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&message);

	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(cmsg), &fd, sizeof(fd));
	return sendmsg(socket, &message, 0) == 1 ? 0 : -errno;
}

static int receive_file(int socket)
{
	char control[CMSG_SPACE(sizeof(int))], byte;
	struct iovec part = { &byte, 1 };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	int fd;

	if (recvmsg(socket, &message, 0) != 1 || !CMSG_FIRSTHDR(&message))
		return -EBADF;
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
	return fd;
}

static int become_nobody(void)
{
	if (setresgid(NOBODY, NOBODY, NOBODY) < 0 || setresuid(NOBODY, NOBODY, NOBODY) < 0)
		return -errno;
	return 0;
}

/* As another user, with the file that comes over the socket. */
static int use_file_as_nobody(int socket, uint32_t timeout_ms)
{
	int fd, ret = become_nobody();

	if (ret < 0)
		return ret;
	fd = receive_file(socket);
	if (fd < 0)
		return fd;
	ret = caller_state(fd, timeout_ms);
	return ret < 0 ? ret : caller_stop(fd, timeout_ms);
}

static int open_as_nobody(int unused, uint32_t timeout_ms)
{
	int fd, ret = become_nobody();

	if (ret < 0)
		return ret;
	fd = device_open(O_RDONLY);
	return fd < 0 ? fd : 0;
}

FIXTURE(perm)
{
	int sockets[2];
};

FIXTURE_SETUP(perm)
{
	ASSERT_EQ(0, vme_calm());
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_SEQPACKET, 0, self->sockets));
}

FIXTURE_TEARDOWN(perm)
{
	close(self->sockets[0]);
	close(self->sockets[1]);
}

static int hand_over(int sockets[2], int flags)
{
	int fd = device_open(flags);
	pid_t child;
	int ret;

	if (fd < 0)
		return fd;
	child = caller_start(use_file_as_nobody, sockets[1], ENOUGH_MS);
	ret = send_file(sockets[0], fd);
	close(fd);
	return ret < 0 ? ret : caller_wait(child, 2 * ENOUGH_MS);
}

TEST_F(perm, another_user_cannot_open_the_node)
{
	pid_t child = caller_start(open_as_nobody, -1, 0);

	EXPECT_EQ(-EACCES, caller_wait(child, ENOUGH_MS));
}

TEST_F(perm, a_writable_file_works_for_whom_it_was_handed_to)
{
	long before = vme_seen(0x5e);

	EXPECT_EQ(0, hand_over(self->sockets, O_RDWR));
	EXPECT_EQ(before + 1, vme_seen(0x5e));
}

TEST_F(perm, a_read_only_file_stays_read_only)
{
	long before = vme_seen(0x5e);

	EXPECT_EQ(-EACCES, hand_over(self->sockets, O_RDONLY));
	EXPECT_EQ(before, vme_seen(0x5e));
}

TEST_F(perm, a_write_only_file_takes_changes)
{
	int fd = device_open(O_WRONLY);
	uint32_t status;

	ASSERT_LE(0, fd);
	EXPECT_EQ(0, device_stop(fd, &status, ENOUGH_MS));
	close(fd);
}

TEST_HARNESS_MAIN
