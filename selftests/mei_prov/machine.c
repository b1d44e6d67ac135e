// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine's monitor, a conversation in lines of JSON (QMP). It lasts as
 * long as the machine: a later program goes on where an earlier one ended.
 */
#include "machine.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "sysfs.h"

#define PORT   "/dev/virtio-ports/org.meiprov.machine"
#define DEVICE "/usr/lib/meiprov-vm/device.json"

/* Within this the machine answers. */
#define ANSWER_MS 20000

static int read_line(int fd, char *line, size_t size, uint64_t end)
{
	struct pollfd readable = { .fd = fd, .events = POLLIN };
	uint64_t now;
	size_t len = 0;

	while (len < size - 1 && (now = clock_ms()) < end) {
		if (poll(&readable, 1, end - now) != 1 || read(fd, line + len, 1) != 1)
			return -EIO;
		if (line[len++] == '\n') {
			line[len] = '\0';
			return 0;
		}
	}
	return -ETIMEDOUT;
}

/* Read on until a line has both words. An error on the way is the end. */
static int wait_for(int fd, const char *word, const char *other)
{
	uint64_t end = clock_ms() + ANSWER_MS + clock_slow(1000);
	char line[4096];
	int ret;

	while ((ret = read_line(fd, line, sizeof(line), end)) == 0) {
		if (strstr(line, word) && strstr(line, other))
			return 0;
		if (strstr(line, "\"id\": \"asked\"") && strstr(line, "\"error\"")) {
			fprintf(stderr, "# the machine refused: %s", line);
			return -EPROTO;
		}
	}
	fprintf(stderr, "# the machine's monitor said nothing of %s\n", word);
	return ret;
}

static int say(int fd, const char *command)
{
	size_t len = strlen(command);

	return write(fd, command, len) == (ssize_t)len ? 0 : -EIO;
}

/* The first command of all must be this one; again it is refused without harm. */
static int ask(int fd, const char *command, const char *word, const char *other)
{
	int ret = say(fd, "{\"execute\":\"qmp_capabilities\"}\n");

	ret = ret ? ret : say(fd, command);
	return ret ? ret : wait_for(fd, word, other);
}

static int tell(const char *command, const char *word, const char *other)
{
	int ret, fd = open(PORT, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	ret = ask(fd, command, word, other);
	close(fd);
	return ret;
}

int machine_unplug(void)
{
	return tell("{\"execute\":\"device_del\",\"id\":\"asked\",\"arguments\":{\"id\":\"me\"}}\n",
		    "DEVICE_DELETED", "\"device\": \"me\"");
}

int machine_plug(void)
{
	char device[512], command[640];
	int ret = sysfs_read(DEVICE, device, sizeof(device));

	if (ret)
		return ret;
	snprintf(command, sizeof(command),
		 "{\"execute\":\"device_add\",\"id\":\"asked\",\"arguments\":%s}\n", device);
	return tell(command, "\"id\": \"asked\"", "\"return\"");
}
