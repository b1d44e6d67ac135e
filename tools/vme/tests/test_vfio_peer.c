// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/tests/test_vfio_peer.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>
#include <event2/event.h>
#include "tools/vme/me_dev.h"

int dial(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strcpy(addr.sun_path, path);
	assert_int_equal(connect(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	return fd;
}

void turn(struct rig *rig)
{
	int i;

	for (i = 0; i < 5; i++)
		event_base_loop(rig->base, EVLOOP_NONBLOCK);
}

int setup_alone(void **state)
{
	struct me_dev_config config = {
		.device_id = 0x9de0,
		.hbm_major = 2,
		.hbm_minor = 2,
		.dma_ring = true,
	};
	struct rig *rig = test_calloc(1, sizeof(*rig));

	snprintf(rig->path, sizeof(rig->path), "/tmp/test_vfio.%d", (int)getpid());
	rig->base = event_base_new();
	config.socket = rig->path;
	rig->me = me_dev_new(rig->base, &config, NULL);
	rig->peer = -1;
	*state = rig;
	return rig->me ? 0 : -1;
}

int teardown(void **state)
{
	struct rig *rig = *state;

	me_dev_free(rig->me);
	event_base_free(rig->base);
	if (rig->peer >= 0)
		close(rig->peer);
	assert_int_equal(access(rig->path, F_OK), -1);
	test_free(rig);
	return 0;
}

void send_fds(int socket, const void *data, size_t len, const int *fds, size_t count)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(32 * sizeof(int))];
	} control = { 0 };
	struct iovec iov = { (void *)data, len };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (count) {
		msg.msg_control = control.bytes;
		msg.msg_controllen = CMSG_SPACE(count * sizeof(int));
		CMSG_FIRSTHDR(&msg)->cmsg_level = SOL_SOCKET;
		CMSG_FIRSTHDR(&msg)->cmsg_type = SCM_RIGHTS;
		CMSG_FIRSTHDR(&msg)->cmsg_len = CMSG_LEN(count * sizeof(int));
		memcpy(CMSG_DATA(CMSG_FIRSTHDR(&msg)), fds, count * sizeof(int));
	}
	assert_int_equal(sendmsg(socket, &msg, MSG_NOSIGNAL), len);
}

void post(struct rig *rig, uint16_t command, uint32_t flags, const void *body, size_t len,
	  const int *fds, size_t count)
{
	uint8_t message[8192];
	struct head head = { ++rig->id, command, (uint32_t)(16 + len), flags, 0 };

	memcpy(message, &head, 16);
	memcpy(message + 16, body, len);
	send_fds(rig->peer, message, 16 + len, fds, count);
	turn(rig);
}

int reply(struct rig *rig)
{
	struct head head;
	ssize_t n = recv(rig->peer, &head, sizeof(head), MSG_DONTWAIT);

	if (!n)
		return -1;
	assert_int_equal(n, sizeof(head));
	assert_int_equal(head.id, rig->id);
	assert_int_equal(head.flags & 0xf, 1);
	assert_int_equal(!!(head.flags & 0x20), !!head.error);
	rig->len = head.size - 16;
	if (rig->len)
		assert_int_equal(recv(rig->peer, rig->body, rig->len, MSG_DONTWAIT), rig->len);
	return (int)head.error;
}

int ask(struct rig *rig, uint16_t command, const void *body, size_t len)
{
	post(rig, command, 0, body, len, NULL, 0);
	return reply(rig);
}

int setup(void **state)
{
	static const char version[] = "\0\0\0\0{\"capabilities\":{}}";
	struct rig *rig;

	if (setup_alone(state))
		return -1;
	rig = *state;
	rig->peer = dial(rig->path);
	return ask(rig, VERSION, version, sizeof(version));
}

int read_region(struct rig *rig, uint32_t region, uint64_t at, uint32_t count)
{
	uint8_t body[16];

	memcpy(body, &at, 8);
	memcpy(body + 8, &region, 4);
	memcpy(body + 12, &count, 4);
	return ask(rig, REGION_READ, body, sizeof(body));
}

uint32_t read_u32(struct rig *rig, uint32_t region, uint64_t at)
{
	uint32_t value;

	assert_int_equal(read_region(rig, region, at, 4), 0);
	assert_int_equal(rig->len, 20);
	memcpy(&value, rig->body + 16, 4);
	return value;
}

int write_region(struct rig *rig, uint32_t region, uint64_t at, const void *data, uint32_t count)
{
	uint8_t body[16 + 4096];

	memcpy(body, &at, 8);
	memcpy(body + 8, &region, 4);
	memcpy(body + 12, &count, 4);
	memcpy(body + 16, data, count);
	return ask(rig, REGION_WRITE, body, 16 + count);
}

void write_u32(struct rig *rig, uint32_t region, uint64_t at, uint32_t value)
{
	assert_int_equal(write_region(rig, region, at, &value, 4), 0);
}

void set_irq(struct rig *rig, uint32_t index, uint32_t flags, uint32_t count, int fd)
{
	const uint32_t body[] = { 20, flags, index, 0, count };

	post(rig, SET_IRQS, 0, body, sizeof(body), &fd, fd >= 0);
	assert_int_equal(reply(rig), 0);
}

uint64_t events_of(int fd)
{
	uint64_t count = 0;

	return read(fd, &count, sizeof(count)) < 0 ? 0 : count;
}

size_t open_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t count = 0;

	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}
