// SPDX-License-Identifier: LGPL-2.1-or-later
/* Straight to a virtual ME, without a kernel: meiprov-vme amthi=PATH. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "channel.h"
#include "error.h"

#define DOING "opening the socket of a virtual ME"

struct peer {
	int fd; /* -1: not connected */
	struct sockaddr_un address;
};

static void disconnect(void *ctx)
{
	struct peer *peer = ctx;

	if (peer->fd >= 0)
		close(peer->fd);
	peer->fd = -1;
}

/* The first packet: the status with which HBM answers a connect request; errnos
 * as the kernel gives them for it.
 */
static int first_packet(struct peer *peer, int64_t deadline)
{
	uint8_t status = 0;
	int ret = channel_wait(peer->fd, POLLIN, deadline);

	if (ret)
		return ret;
	if (read(peer->fd, &status, 1) != 1)
		return -ENODEV;
	switch (status) {
	case 0:
		return 0;
	case 1: /* not found */
		return -ENOENT;
	case 2: /* exists already, rejected, not allowed */
	case 3:
	case 5:
		return -EBUSY;
	default:
		return -EPROTO;
	}
}

static int connect_peer(void *ctx, int64_t deadline)
{
	struct peer *peer = ctx;
	int ret;

	peer->fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (peer->fd < 0)
		return -errno;
	if (connect(peer->fd, (struct sockaddr *)&peer->address, sizeof(peer->address)))
		ret = errno == EAGAIN ? -EBUSY : -ENODEV;
	else
		ret = first_packet(peer, deadline);
	if (ret)
		disconnect(peer);
	return ret;
}

static int exchange(void *ctx, const void *request, size_t len, void *reply, size_t size,
		    int64_t deadline)
{
	struct peer *peer = ctx;

	return channel_packets(peer->fd, request, len, reply, size, deadline);
}

static void close_peer(void *ctx)
{
	disconnect(ctx);
	free(ctx);
}

static const struct channel_ops ops = {
	.kind = "socket",
	.connect = connect_peer,
	.exchange = exchange,
	.disconnect = disconnect,
	.close = close_peer,
};

/* Is somebody there? Said now and not with the first command. */
static int knock(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int ret = 0;

	if (fd < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)address, sizeof(*address)) && errno != EAGAIN)
		ret = -errno;
	close(fd);
	return ret;
}

static int not_there(int code, const char *path, struct meiprov_error *err)
{
	char why[192];

	snprintf(why, sizeof(why), "nobody answers on %.100s: %s", path, strerror(-code));
	return error_set(err, code == -EACCES ? code : -ENOENT, DOING, why,
			 "start one with: meiprov-vme amthi=PATH");
}

int channel_socket(const char *path, struct channel *out, struct meiprov_error *err)
{
	struct peer *peer;
	int ret;

	memset(out, 0, sizeof(*out));
	if (!*path || strlen(path) >= sizeof(peer->address.sun_path))
		return error_set(err, -EINVAL, DOING, "its path is empty or too long", "");
	peer = calloc(1, sizeof(*peer));
	if (!peer)
		return error_errno(err, -ENOMEM, DOING);
	peer->fd = -1;
	peer->address.sun_family = AF_UNIX;
	strcpy(peer->address.sun_path, path);
	ret = knock(&peer->address);
	if (ret) {
		free(peer);
		return not_there(ret, path, err);
	}
	out->ops = &ops;
	out->ctx = peer;
	snprintf(out->node, sizeof(out->node), "%s", path);
	return 0;
}
