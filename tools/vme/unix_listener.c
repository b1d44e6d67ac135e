// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/unix_listener.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 16

static int address(const char *path, struct sockaddr_un *addr)
{
	if (strlen(path) >= sizeof(addr->sun_path))
		return -ENAMETOOLONG;
	memset(addr, 0, sizeof(*addr));
	addr->sun_family = AF_UNIX;
	strcpy(addr->sun_path, path);
	return 0;
}

/* Nobody answers on a socket whose owner is gone. */
static int remove_stale(const struct sockaddr_un *addr, int type)
{
	struct stat st;
	int fd, alive;

	if (lstat(addr->sun_path, &st))
		return errno == ENOENT ? 0 : -errno;
	if (!S_ISSOCK(st.st_mode))
		return -EEXIST;
	fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	alive = !connect(fd, (const struct sockaddr *)addr, sizeof(*addr)) || errno == EAGAIN ||
		errno == EPROTOTYPE;
	close(fd);
	if (alive)
		return -EADDRINUSE;
	return unlink(addr->sun_path) ? -errno : 0;
}

static int listen_on(const char *path, int type)
{
	struct sockaddr_un addr;
	int fd, ret;

	ret = address(path, &addr);
	if (!ret)
		ret = remove_stale(&addr, type);
	if (ret)
		return ret;
	fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (!bind(fd, (struct sockaddr *)&addr, sizeof(addr)) && !listen(fd, BACKLOG))
		return fd;
	ret = -errno;
	close(fd);
	return ret;
}

int unix_listen(const char *path)
{
	return listen_on(path, SOCK_STREAM);
}

int unix_listen_packets(const char *path)
{
	return listen_on(path, SOCK_SEQPACKET);
}

void unix_unlisten(int fd, const char *path)
{
	close(fd);
	unlink(path);
}
