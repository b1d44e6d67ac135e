// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "channel.h"

int64_t channel_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int channel_wait(int fd, short events, int64_t deadline)
{
	struct pollfd p = { .fd = fd, .events = events };
	int64_t left = deadline - channel_now();
	int ret = poll(&p, 1, left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left);

	if (ret < 0)
		return -errno;
	return ret ? 0 : -ETIMEDOUT;
}

void channel_close(struct channel *channel)
{
	if (channel->ops)
		channel->ops->close(channel->ctx);
	memset(channel, 0, sizeof(*channel));
}

/* Nothing has been sent while this fails. */
static int send_packet(int fd, const void *request, size_t len, int64_t deadline)
{
	for (;;) {
		ssize_t n = write(fd, request, len);
		int ret;

		if (n >= 0)
			return (size_t)n == len ? 0 : -EIO;
		if (errno != EAGAIN)
			return errno == EPIPE || errno == ECONNRESET ? -ENODEV : -errno;
		ret = channel_wait(fd, POLLOUT, deadline);
		if (ret)
			return ret;
	}
}

/* From here on the request is out: whatever goes wrong, the outcome is unknown. */
static int receive_packet(int fd, uint8_t *reply, size_t size, int64_t deadline)
{
	for (;;) {
		ssize_t n = read(fd, reply, size);
		int ret;

		if (n > 0)
			return (int)n;
		if (!n || errno != EAGAIN)
			return -ECANCELED;
		ret = channel_wait(fd, POLLIN, deadline);
		if (ret)
			return ret == -EINTR ? ret : -ECANCELED;
	}
}

int channel_packets(int fd, const void *request, size_t len, void *reply, size_t size,
		    int64_t deadline)
{
	int ret = send_packet(fd, request, len, deadline);

	return ret ? ret : receive_packet(fd, reply, size, deadline);
}
