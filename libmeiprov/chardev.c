// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "chardev.h"
#include "device.h"

#define DOING "opening the meiprov device"

static int fd_of(void *ctx)
{
	return (int)(intptr_t)ctx;
}

static int command(void *ctx, unsigned int request, struct mei_prov_head *arg)
{
	return ioctl(fd_of(ctx), request, arg) < 0 ? -errno : 0;
}

static void close_fd(void *ctx)
{
	close(fd_of(ctx));
}

static const struct transport chardev = {
	.command = command,
	.close = close_fd,
};

static int denied(int index, bool writable, int code, struct meiprov_error *err)
{
	char why[128];

	snprintf(why, sizeof(why), "no permission to open /dev/meiprov%d for %s", index,
		 writable ? "changes" : "reading");
	return error_set(
		err, code, DOING, why,
		writable ? "run it as root or as user meiprov" :
			   "run it as root, as user meiprov, or as a member of group meiprov");
}

static int open_failed(const char *root, int index, bool writable, int code,
		       struct meiprov_error *err)
{
	if (code == -ENOENT)
		return absence_explain(root, index, DOING, err);
	if (code == -EACCES || code == -EPERM)
		return denied(index, writable, -EACCES, err);
	if (code == -ENXIO)
		code = -ENODEV;
	return error_errno(err, code, DOING);
}

int chardev_open(const char *root, int index, bool writable, struct meiprov_device **out,
		 struct meiprov_error *err)
{
	char path[PATH_MAX];
	int fd, ret;

	*out = NULL;
	if (index < 0)
		index = absence_first(root, "/dev");
	if (index < 0)
		return absence_explain(root, -1, DOING, err);
	snprintf(path, sizeof(path), "%s/dev/meiprov%d", root, index);
	fd = open(path, (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC);
	if (fd < 0)
		return open_failed(root, index, writable, -errno, err);
	ret = device_new(&chardev, (void *)(intptr_t)fd, out);
	if (ret) {
		close(fd);
		return error_errno(err, ret, DOING);
	}
	device_set_place(*out, "chardev", path + strlen(root));
	return 0;
}
