// SPDX-License-Identifier: GPL-2.0-only
/* Event records of /dev/meiprovN for the tests. */
#include "record.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "clock.h"
#include "device.h"

int record_switch(int fd, uint32_t mask, uint32_t interval_ms)
{
	struct mei_prov_events events = { .mask = mask, .interval_ms = interval_ms };

	return DEVICE_CALL(fd, MEI_PROV_IOC_EVENTS, &events, 0);
}

int record_make(int fd, unsigned int n)
{
	int ret = 0;

	while (n-- && !ret)
		ret = record_switch(fd, MEI_PROV_EVENT_MASK_LINK, 0);
	return ret;
}

int record_read(int fd, struct mei_prov_event *event)
{
	ssize_t len = read(fd, event, sizeof(*event));

	if (len < 0)
		return -errno;
	return len == sizeof(*event) && event->size == sizeof(*event) ? 0 : -EBADMSG;
}

int record_listen(int fd, uint32_t mask, uint32_t interval_ms)
{
	struct mei_prov_event event;
	int ret = record_switch(fd, mask, interval_ms);

	return ret ? ret : record_read(fd, &event);
}

int record_next(int fd, struct mei_prov_event *event, unsigned int ms)
{
	struct pollfd file = { .fd = fd, .events = POLLIN };

	if (poll(&file, 1, ms) != 1)
		return -ETIMEDOUT;
	return record_read(fd, event);
}

int record_of(int fd, uint32_t type, struct mei_prov_event *event, unsigned int ms)
{
	uint64_t end = clock_ms() + ms, now;
	int ret;

	do {
		now = clock_ms();
		ret = record_next(fd, event, now < end ? end - now : 0);
	} while (ret == 0 && event->type != type);
	return ret;
}

int record_poll(int fd)
{
	struct pollfd file = { .fd = fd, .events = POLLIN };

	return poll(&file, 1, 0) < 0 ? -errno : file.revents;
}

int record_drain(int fd)
{
	struct mei_prov_event event;
	int n = 0;

	while (record_poll(fd) & POLLIN) {
		if (record_read(fd, &event) != 0)
			return -EIO;
		n++;
	}
	return n;
}
