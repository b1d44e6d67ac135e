// SPDX-License-Identifier: GPL-2.0-only
/* A foreign program beside the driver, on /dev/mei0. */
#include "foreign.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/mei.h>

#include "clock.h"

/* 12f80028-b4b7-4b2d-aca8-46e0ff65814c as the kernel takes it. */
static const unsigned char amthi_guid[16] = {
	0x28, 0x00, 0xf8, 0x12, 0xb7, 0xb4, 0x2d, 0x4b,
	0xac, 0xa8, 0x46, 0xe0, 0xff, 0x65, 0x81, 0x4c,
};

/* GetProvisioningState's answer before the state (amthi.md 2.1, 11). */
static const unsigned char state_reply[16] = { 1, 1, 0, 0, 0x11, 0, 0x80, 4, 8 };

int foreign_connect(void)
{
	struct mei_connect_client_data data;
	int fd, err;

	fd = open("/dev/mei0", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	memcpy(&data.in_client_uuid, amthi_guid, sizeof(amthi_guid));
	if (ioctl(fd, IOCTL_MEI_CONNECT_CLIENT, &data) == 0)
		return fd;
	err = -errno;
	close(fd);
	return err;
}

int foreign_connect_within(unsigned int ms)
{
	uint64_t end = clock_ms() + ms;
	int fd;

	while ((fd = foreign_connect()) == -EBUSY && clock_ms() < end)
		clock_sleep_ms(10);
	return fd;
}

int foreign_ask(int fd, unsigned int command, void *reply, size_t size)
{
	const unsigned char request[12] = { 1, 1, 0, 0, command, 0, 0, 4 };
	struct pollfd readable = { .fd = fd, .events = POLLIN };
	ssize_t len;

	if (write(fd, request, sizeof(request)) != sizeof(request))
		return -errno;
	if (poll(&readable, 1, 10000) != 1)
		return -ETIMEDOUT;
	len = read(fd, reply, size);
	return len < 0 ? -errno : (int)len;
}

int foreign_state(int fd, uint32_t *state)
{
	unsigned char reply[5120];
	int len = foreign_ask(fd, 0x11, reply, sizeof(reply));

	if (len < 0)
		return len;
	if (len != 20 || memcmp(reply, state_reply, sizeof(state_reply)) != 0)
		return -EPROTO;
	*state = reply[16];
	return 0;
}
