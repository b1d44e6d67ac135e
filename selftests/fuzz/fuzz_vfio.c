// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A peer of the vfio-user server: each message of the input is a command, how it is
 * sent, the length of its body, and the body. Whatever came, the next peer is served
 * and no descriptor is left.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <event2/event.h>
#include "selftests/fuzz/fuzz.h"
#include "tools/vme/log.h"
#include "tools/vme/me_dev.h"

#define HEAD_LEN  4 /* of the input's messages */
#define WIRE_LEN  16
#define BODY_MAX  (4096 + 80)
#define RAM_LEN	  65536
#define WITH_FD	  1 /* of the second byte */
#define WITH_SIZE 2 /* the body begins with the size on the wire */
#define IN_PIECES 4
#define NO_ANSWER 8
#define FDS_MAX	  256

static struct event_base *base;
static struct me_dev *me;
static char path[64];
static int ram;

static void clean_up(void)
{
	me_dev_free(me);
	event_base_free(base);
	close(ram);
}

static void start(void)
{
	struct me_dev_config config = {
		.socket = path,
		.device_id = 0xa0e0,
		.hbm_major = 2,
		.hbm_minor = 2,
		.dma_ring = true,
	};

	log_set_level(LOG_LEVEL_NONE);
	snprintf(path, sizeof(path), "/tmp/fuzz_vfio.%d", (int)getpid());
	base = event_base_new();
	me = base ? me_dev_new(base, &config, NULL) : NULL;
	ram = memfd_create("ram", MFD_CLOEXEC);
	if (!me || ram < 0 || ftruncate(ram, RAM_LEN))
		abort();
	atexit(clean_up);
}

static void turn(void)
{
	event_base_loop(base, EVLOOP_NONBLOCK);
	event_base_loop(base, EVLOOP_NONBLOCK);
}

static int dial(void)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int peer = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	strcpy(addr.sun_path, path);
	if (peer < 0 || connect(peer, (struct sockaddr *)&addr, sizeof(addr)))
		abort();
	turn();
	return peer;
}

static void put(int peer, const uint8_t *bytes, size_t len, bool with_fd)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct iovec iov = { (void *)(uintptr_t)bytes, len };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (with_fd) {
		msg.msg_control = control.bytes;
		msg.msg_controllen = sizeof(control.bytes);
		CMSG_FIRSTHDR(&msg)->cmsg_level = SOL_SOCKET;
		CMSG_FIRSTHDR(&msg)->cmsg_type = SCM_RIGHTS;
		CMSG_FIRSTHDR(&msg)->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(CMSG_FIRSTHDR(&msg)), &ram, sizeof(ram));
	}
	/* the server may have hung up already */
	if (sendmsg(peer, &msg, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0)
		turn();
}

static void drain(int peer)
{
	static uint8_t reply[65536];

	while (recv(peer, reply, sizeof(reply), MSG_DONTWAIT) > 0)
		turn();
}

static void send_message(int peer, const uint8_t *head, const uint8_t *body, size_t len)
{
	uint8_t wire[WIRE_LEN + BODY_MAX] = { 1, 0, head[0] };
	uint32_t size = WIRE_LEN + (uint32_t)len;
	size_t half = head[1] & IN_PIECES ? size / 2 : 0;

	memcpy(wire + WIRE_LEN, body, len);
	memcpy(wire + 4, &size, sizeof(size));
	if (head[1] & WITH_SIZE && len >= sizeof(size))
		memcpy(wire + 4, body, sizeof(size));
	wire[8] = head[1] & NO_ANSWER ? 0x10 : 0;
	if (half)
		put(peer, wire, half, head[1] & WITH_FD);
	put(peer, wire + half, size - half, head[1] & WITH_FD);
	drain(peer);
}

static void play(int peer, const uint8_t *data, size_t size)
{
	size_t len;

	for (; size >= HEAD_LEN; data += HEAD_LEN + len, size -= HEAD_LEN + len) {
		len = (size_t)data[2] | (size_t)data[3] << 8;
		if (len > size - HEAD_LEN)
			len = size - HEAD_LEN;
		if (len > BODY_MAX)
			len = BODY_MAX;
		send_message(peer, data, data + HEAD_LEN, len);
	}
}

/* One call knows them all: reading a directory was a seventh of each run. */
static size_t open_fds(void)
{
	static struct pollfd fds[FDS_MAX];
	size_t count = 0;
	size_t i;

	for (i = 0; i < FDS_MAX; i++)
		fds[i].fd = (int)i;
	if (poll(fds, FDS_MAX, 0) < 0)
		abort();
	for (i = 0; i < FDS_MAX; i++)
		count += !(fds[i].revents & POLLNVAL);
	return count;
}

/* A peer of good manners is answered. */
static void check_server(void)
{
	static const uint8_t version[] = { 1, 0, 1, 0, 23, 0, 0, 0, 0,	 0,   0, 0,
					   0, 0, 0, 0, 0,  0, 0, 0, '{', '}', 0 };
	uint8_t reply[WIRE_LEN];
	int peer = dial();

	put(peer, version, sizeof(version), false);
	if (recv(peer, reply, sizeof(reply), MSG_DONTWAIT) != sizeof(reply) || reply[12])
		abort();
	close(peer);
	turn();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t before;
	int peer;

	if (!me)
		start();
	before = open_fds();
	peer = dial();
	play(peer, data, size);
	close(peer);
	turn();
	check_server();
	if (open_fds() != before)
		abort();
	return 0;
}
