// SPDX-License-Identifier: GPL-2.0-only
/*
 * The example of Documentation/events.md: say what happens to the first ME.
 * With a number, end after that many records; else when the device is gone.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/mei_prov_ioctl.h>

/* What has never been seen is not zero but unknown. */
static const char *state_name(const struct mei_prov_event *event)
{
	static const char *const names[] = { "PRE", "IN", "POST" };

	if (!(event->valid & MEI_PROV_STATE_PROVISIONING))
		return "unknown";
	return event->provisioning_state < 3 ? names[event->provisioning_state] : "other";
}

static void say(const struct mei_prov_event *event)
{
	static const char *const types[] = {
		"lost", "present", "link", "state", "ztc", "hashes", "suffix", "removed",
	};

	if (event->type >= sizeof(types) / sizeof(types[0]))
		return; /* of a newer driver */
	if (event->type == MEI_PROV_EVENT_LOST)
		printf("%u records came too fast\n", event->lost);
	printf("%s: link %s, state %s\n", types[event->type], event->link ? "up" : "down",
	       state_name(event));
	fflush(stdout);
}

/* Returns how many records were read, or -1. */
static long take(int fd)
{
	char buffer[16 * sizeof(struct mei_prov_event)];
	struct mei_prov_event event;
	ssize_t len = read(fd, buffer, sizeof(buffer));
	long count = 0, at;

	if (len < 0)
		return errno == EINTR ? 0 : -1;
	for (at = 0; at < len; at += event.size, count++) {
		memcpy(&event, buffer + at, sizeof(event));
		say(&event);
	}
	return count;
}

static int watch(int fd, long wanted)
{
	struct mei_prov_events events = {
		.head.size = sizeof(events),
		.mask = MEI_PROV_EVENT_MASK_ALL,
	};
	long count = 0, got;

	if (ioctl(fd, MEI_PROV_IOC_EVENTS, &events) < 0) {
		perror("switching events on");
		return 2;
	}
	while (!wanted || count < wanted) {
		got = take(fd);
		if (got < 0)
			break;
		count += got;
	}
	if ((wanted && count >= wanted) || errno == ENODEV)
		return 0;
	perror("reading events");
	return 2;
}

int main(int argc, char **argv)
{
	int fd = open("/dev/meiprov0", O_RDONLY | O_CLOEXEC);
	int status;

	if (fd < 0) {
		perror("/dev/meiprov0");
		return 2;
	}
	status = watch(fd, argc > 1 ? strtol(argv[1], NULL, 10) : 0);
	close(fd);
	return status;
}
