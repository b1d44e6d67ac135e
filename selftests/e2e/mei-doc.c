// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A program that talks to AMT as Documentation/driver-api/mei/mei.rst of the kernel
 * says, with the kernel's header and nothing of this project: one line for each thing it
 * was told.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/mei.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define NODE	   "/dev/mei0"
#define REPLY_MAX  8192
#define TIMEOUT_MS 10000

/* 12f80028-b4b7-4b2d-aca8-46e0ff65814c as a uuid_le */
static const uint8_t amthi[16] = { 0x28, 0x00, 0xf8, 0x12, 0xb7, 0xb4, 0x2d, 0x4b,
				   0xac, 0xa8, 0x46, 0xe0, 0xff, 0x65, 0x81, 0x4c };

static int fail(const char *doing)
{
	printf("%s: %s\n", doing, strerror(errno));
	return -1;
}

/* The descriptor, with what the firmware says of its client. */
static int connect_client(struct mei_client *client)
{
	struct mei_connect_client_data data = { 0 };
	int fd = open(NODE, O_RDWR);

	if (fd < 0)
		return fail("open");
	memcpy(&data.in_client_uuid, amthi, sizeof(amthi));
	if (ioctl(fd, IOCTL_MEI_CONNECT_CLIENT, &data)) {
		fail("connect");
		close(fd);
		return -1;
	}
	*client = data.out_client_properties;
	return fd;
}

/* Length of the reply, or -1. */
static ssize_t ask(int fd, uint8_t id, uint8_t reply[REPLY_MAX])
{
	const uint8_t request[12] = { 1, 1, 0, 0, id, 0, 0, 4 };
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	ssize_t len;

	if (write(fd, request, sizeof(request)) != sizeof(request))
		return fail("write");
	if (poll(&wait, 1, TIMEOUT_MS) != 1)
		return fail("poll");
	len = read(fd, reply, REPLY_MAX);
	return len < 0 ? fail("read") : len;
}

static void show(int fd, const char *name, uint8_t id)
{
	uint8_t reply[REPLY_MAX] = { 0 };
	ssize_t len = ask(fd, id, reply), i;

	if (len < 16)
		return;
	printf("%s %zd bytes, status %u:", name, len, reply[12] | reply[13] << 8);
	for (i = 16; i < len && i < 48; i++)
		printf("%s%02x", i == 16 ? " " : "", reply[i]);
	printf("\n");
}

int main(void)
{
	struct mei_client client, other;
	int fd = connect_client(&client);
	int second;

	if (fd < 0)
		return 1;
	printf("client %u bytes, version %u\n", client.max_msg_length, client.protocol_version);
	show(fd, "state", 0x11);
	show(fd, "uuid", 0x5c);
	show(fd, "nothing", 0xff);
	second = connect_client(&other);
	close(fd);
	if (second >= 0)
		return 1;
	fd = connect_client(&client);
	if (fd < 0)
		return 1;
	show(fd, "again", 0x11);
	close(fd);
	return 0;
}
