// SPDX-License-Identifier: LGPL-2.1-or-later
/* Straight to the MEI bus driver's /dev/meiN, when the module is not there. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/mei.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "channel.h"
#include "error.h"
#include "holder.h"
#include "places.h"

#define DOING	  "opening the ME's own device node"
#define NODES_MAX 8

struct mei {
	const struct channel_mei_calls *calls;
	int fd; /* -1: not connected */
	char path[PATH_MAX];
};

/* --- the kernel's part --- */

static int kernel_open(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);

	if (fd >= 0)
		return fd;
	return errno == ENOENT ? -ENODEV : -errno; /* ENOENT says "no AMTHI" here */
}

/* 12f80028-b4b7-4b2d-aca8-46e0ff65814c, its first three groups little-endian. */
static int kernel_connect(int fd)
{
	struct mei_connect_client_data data = {
		.in_client_uuid = { .b = { 0x28, 0x00, 0xf8, 0x12, 0xb7, 0xb4, 0x2d, 0x4b, 0xac,
					   0xa8, 0x46, 0xe0, 0xff, 0x65, 0x81, 0x4c } },
	};

	return ioctl(fd, IOCTL_MEI_CONNECT_CLIENT, &data) < 0 ? -errno : 0;
}

static const struct channel_mei_calls kernel = {
	.open = kernel_open,
	.connect = kernel_connect,
};

/* --- the channel --- */

static void disconnect(void *ctx)
{
	struct mei *mei = ctx;

	if (mei->fd >= 0)
		close(mei->fd);
	mei->fd = -1;
}

/* ENOTTY: there is no such client (kernel: hbm.c); that node has no AMTHI. */
static int connect_mei(void *ctx, int64_t deadline)
{
	struct mei *mei = ctx;
	int ret;

	ret = mei->calls->open(mei->path);
	if (ret < 0)
		return ret;
	mei->fd = ret;
	ret = mei->calls->connect(mei->fd);
	if (ret)
		disconnect(mei);
	return ret == -ENOTTY ? -ENOENT : ret;
}

static int exchange(void *ctx, const void *request, size_t len, void *reply, size_t size,
		    int64_t deadline)
{
	struct mei *mei = ctx;

	return channel_packets(mei->fd, request, len, reply, size, deadline);
}

static void close_mei(void *ctx)
{
	disconnect(ctx);
	free(ctx);
}

static const struct channel_ops ops = {
	.kind = "mei",
	.connect = connect_mei,
	.exchange = exchange,
	.disconnect = disconnect,
	.close = close_mei,
};

/* --- finding the node --- */

static int compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* The nodes in ROOT/dev, in order of their names. */
static size_t list_nodes(const char *root, char nodes[NODES_MAX][NAME_MAX + 1])
{
	char path[PATH_MAX];
	struct dirent *entry;
	size_t n = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/dev", root);
	dir = opendir(path);
	while (dir && n < NODES_MAX && (entry = readdir(dir)))
		if (holder_is_mei_node(entry->d_name))
			strcpy(nodes[n++], entry->d_name);
	if (dir)
		closedir(dir);
	qsort(nodes, n, sizeof(nodes[0]), compare);
	return n;
}

/* 0 when AMTHI is behind the node, taken or free. */
static int probe(struct mei *mei)
{
	int ret = connect_mei(mei, channel_now());

	disconnect(mei);
	return ret == -EBUSY ? 0 : ret;
}

/* The first node with AMTHI; else the worst that was met, EACCES above all. */
static int find(struct mei *mei, const char *root)
{
	char nodes[NODES_MAX][NAME_MAX + 1];
	size_t n = list_nodes(root, nodes);
	int worst = n ? -ENOENT : -ENODEV;

	for (size_t i = 0; i < n; i++) {
		int ret;

		snprintf(mei->path, sizeof(mei->path), "%s/dev/%s", root, nodes[i]);
		ret = probe(mei);
		if (!ret)
			return 0;
		if (ret == -EACCES || worst == -ENOENT)
			worst = ret;
	}
	return worst;
}

static int not_found(int code, const char *root, struct meiprov_error *err)
{
	switch (code) {
	case -ENODEV:
		return error_set(
			err, -ENOENT, DOING, "there is no /dev/meiN",
			"modprobe mei_me; if that changes nothing, the ME is absent or hidden");
	case -EACCES:
	case -EPERM:
		return error_set(err, -EACCES, DOING, "no permission to open /dev/meiN",
				 "run it as root, or load module mei_prov and use its device");
	default:
		return error_errno(err, code, DOING);
	}
}

int channel_mei_with(const struct channel_mei_calls *calls, const char *root, const char *path,
		     struct channel *out, struct meiprov_error *err)
{
	struct mei *mei = calloc(1, sizeof(*mei));
	const char *name;
	int ret;

	memset(out, 0, sizeof(*out));
	if (!mei)
		return error_errno(err, -ENOMEM, DOING);
	mei->calls = calls;
	mei->fd = -1;
	if (path)
		snprintf(mei->path, sizeof(mei->path), "%s", path);
	ret = path ? probe(mei) : find(mei, root);
	if (ret) {
		free(mei);
		return not_found(ret, root, err);
	}
	out->ops = &ops;
	out->ctx = mei;
	snprintf(out->node, sizeof(out->node), "%.107s", mei->path + strlen(path ? "" : root));
	name = strrchr(mei->path, '/');
	places_parent(root, "mei", name ? name + 1 : mei->path, out->parent, sizeof(out->parent));
	return 0;
}

int channel_mei(const char *root, const char *path, struct channel *out, struct meiprov_error *err)
{
	return channel_mei_with(&kernel, root, path, out, err);
}
