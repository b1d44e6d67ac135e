// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/vmectl_line.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define LINE_MAX_LEN (1024 * 1024)
#define RETRY_MS     20 /* held by somebody, or nobody at the far end */

struct line {
	int fd;
	bool is_socket;
	unsigned int timeout_s;
	int64_t deadline_ms; /* of the call under way; 0 = none */
	char *buffer;
	size_t size;
	size_t filled;
	size_t taken; /* of the line given out last */
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void start_clock(struct line *line)
{
	line->deadline_ms = line->timeout_s ? now_ms() + line->timeout_s * 1000LL : 0;
}

/* For poll(): ms that are left, -1 for ever. */
static int time_left(const struct line *line)
{
	int64_t left = line->deadline_ms - now_ms();

	if (!line->deadline_ms)
		return -1;
	return left > 0 ? (int)left : 0;
}

/* 0 when @events are there; a device whose far end hung up is asked again. */
static int wait_for(struct line *line, short events)
{
	struct pollfd pfd = { .fd = line->fd, .events = events };
	int n;

	for (;;) {
		n = poll(&pfd, 1, time_left(line));
		if (n < 0 && errno != EINTR)
			return -errno;
		if (!n)
			return -ETIMEDOUT;
		if (n < 0)
			continue;
		if (pfd.revents & events || line->is_socket)
			return 0;
		if (!time_left(line))
			return -ETIMEDOUT;
		poll(NULL, 0, RETRY_MS);
	}
}

/* --- opening --- */

static int open_socket(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd, ret;

	if (strlen(path) >= sizeof(addr.sun_path))
		return -ENAMETOOLONG;
	strcpy(addr.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (!connect(fd, (struct sockaddr *)&addr, sizeof(addr)))
		return fd;
	ret = -errno;
	close(fd);
	return ret;
}

/* A virtio port takes one at a time: wait for one's turn. */
static int open_device(struct line *line, const char *path)
{
	struct termios tio;
	int fd;

	for (;;) {
		fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
		if (fd >= 0)
			break;
		if (errno != EBUSY || !time_left(line))
			return -errno;
		poll(NULL, 0, RETRY_MS);
	}
	if (isatty(fd) && !tcgetattr(fd, &tio)) {
		cfmakeraw(&tio);
		tcsetattr(fd, TCSANOW, &tio);
	}
	return fd;
}

static int open_path(struct line *line, const char *path)
{
	struct stat st;

	if (stat(path, &st))
		return -errno;
	line->is_socket = S_ISSOCK(st.st_mode);
	if (line->is_socket)
		return open_socket(path);
	return S_ISCHR(st.st_mode) ? open_device(line, path) : -ENOTSOCK;
}

struct line *line_open(const char *path, unsigned int timeout_s, int *ret)
{
	struct line *line = calloc(1, sizeof(*line));

	if (!line) {
		*ret = -ENOMEM;
		return NULL;
	}
	line->timeout_s = timeout_s;
	start_clock(line);
	line->fd = open_path(line, path);
	if (line->fd >= 0)
		return line;
	*ret = line->fd;
	free(line);
	return NULL;
}

void line_close(struct line *line)
{
	close(line->fd);
	free(line->buffer);
	free(line);
}

void line_set_timeout(struct line *line, unsigned int timeout_s)
{
	line->timeout_s = timeout_s;
}

/* --- writing --- */

int line_write(struct line *line, const char *text, size_t len)
{
	ssize_t n;
	int ret;

	start_clock(line);
	while (len) {
		ret = wait_for(line, POLLOUT);
		if (ret)
			return ret;
		n = line->is_socket ? send(line->fd, text, len, MSG_NOSIGNAL) :
				      write(line->fd, text, len);
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return -errno;
		if (n > 0) {
			text += n;
			len -= (size_t)n;
		}
	}
	return 0;
}

/* --- reading --- */

static int grow(struct line *line)
{
	size_t size = line->size ? 2 * line->size : 4096;
	char *buffer;

	if (line->filled < line->size)
		return 0;
	if (size > LINE_MAX_LEN)
		return -EMSGSIZE;
	buffer = realloc(line->buffer, size);
	if (!buffer)
		return -ENOMEM;
	line->buffer = buffer;
	line->size = size;
	return 0;
}

static int read_more(struct line *line)
{
	ssize_t n;
	int ret = grow(line);

	if (!ret)
		ret = wait_for(line, POLLIN);
	if (ret)
		return ret;
	n = read(line->fd, line->buffer + line->filled, line->size - line->filled);
	if (n > 0)
		line->filled += (size_t)n;
	else if (!n && line->is_socket)
		return -ECONNRESET;
	else if (!n)
		poll(NULL, 0, RETRY_MS); /* nobody at the far end yet */
	else if (errno != EINTR && errno != EAGAIN)
		return -errno;
	return n || time_left(line) ? 0 : -ETIMEDOUT;
}

const char *line_read(struct line *line, int *ret)
{
	char *end;

	start_clock(line);
	line->filled -= line->taken;
	if (line->filled)
		memmove(line->buffer, line->buffer + line->taken, line->filled);
	line->taken = 0;
	for (;;) {
		end = line->filled ? memchr(line->buffer, '\n', line->filled) : NULL;
		if (end)
			break;
		*ret = read_more(line);
		if (*ret)
			return NULL;
	}
	*end = '\0';
	line->taken = (size_t)(end - line->buffer) + 1;
	return line->buffer;
}
