// SPDX-License-Identifier: GPL-2.0-only
/*
 * The PCI device is pulled out of its slot, and put back: the end of one
 * device for its users, and the beginning of another.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/mei_prov.h>
#include <poll.h>
#include <unistd.h>

#include "harness.h"

#include "caller.h"
#include "clock.h"
#include "device.h"
#include "genl.h"
#include "machine.h"
#include "sysfs.h"
#include "truth.h"
#include "vme.h"

#define LONG_MS	 60000
#define EVENT_MS 15000
/* What removing the device may add to the time of the slot's button. */
#define REMOVE_MS 5000

FIXTURE(unplug)
{
	struct truth truth;
	struct mei_prov_info info;
	struct genl listener;
	int fd;
};

FIXTURE_SETUP(unplug)
{
	ASSERT_EQ(0, vme_calm());
	ASSERT_EQ(0, truth_learn(&self->truth));
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, device_info(self->fd, &self->info, ENOUGH_MS));
	ASSERT_EQ(0, genl_open(&self->listener));
	ASSERT_EQ(0, genl_listen(&self->listener));
}

FIXTURE_TEARDOWN(unplug)
{
	close(self->fd);
	genl_close(&self->listener);
	if (!sysfs_exists("/sys/class/mei/mei0"))
		machine_plug();
}

static void unplug(struct __test_metadata *_metadata, FIXTURE_DATA(unplug) * self)
{
	struct genl_message event;
	uint64_t start = clock_ms();

	ASSERT_EQ(0, machine_unplug());
	EXPECT_GE(MACHINE_BUTTON_MS + clock_slow(REMOVE_MS), clock_ms() - start);
	ASSERT_EQ(0, genl_event(&self->listener, MEI_PROV_CMD_DEVICE_DEL_NTF, &event,
				clock_slow(EVENT_MS)));
	EXPECT_EQ(self->info.index, event.index);
}

/* Plug in again, and have a file of the new device and its number. */
static int plug(struct __test_metadata *_metadata, FIXTURE_DATA(unplug) * self, uint32_t *index)
{
	struct genl_message event = { .index = UINT32_MAX };
	struct mei_prov_info info = { .index = UINT32_MAX };
	int fd;

	EXPECT_EQ(0, machine_plug());
	EXPECT_EQ(0, genl_event(&self->listener, MEI_PROV_CMD_DEVICE_ADD_NTF, &event,
				clock_slow(EVENT_MS)));
	fd = device_open(O_RDWR);
	EXPECT_LE(0, fd);
	EXPECT_EQ(0, truth_ask_all(fd, &self->truth, ENOUGH_MS));
	EXPECT_EQ(0, device_info(fd, &info, ENOUGH_MS));
	EXPECT_EQ(event.index, info.index);
	*index = info.index;
	return fd;
}

static void expect_gone(struct __test_metadata *_metadata, int fd)
{
	struct pollfd events = { .fd = fd, .events = POLLIN };
	union device_arg arg;
	int i;

	for (i = 0; i < DEVICE_COMMANDS; i++) {
		device_arg_init(&arg, &device_commands[i]);
		EXPECT_EQ(-ENODEV, device_ioctl(fd, device_commands[i].nr, &arg))
		TH_LOG("%s", device_commands[i].name);
	}
	EXPECT_EQ(1, poll(&events, 1, 0));
	EXPECT_TRUE(events.revents & POLLHUP);
}

TEST_F_TIMEOUT(unplug, is_the_end_for_open_files_and_plugging_in_a_new_device, 120)
{
	uint32_t index;
	int fd;

	unplug(_metadata, self);
	expect_gone(_metadata, self->fd);
	EXPECT_FALSE(sysfs_exists("/dev/meiprov0"));
	fd = plug(_metadata, self, &index);
	EXPECT_NE(self->info.index, index) TH_LOG("an open file keeps its number");
	expect_gone(_metadata, self->fd);
	close(fd);
}

TEST_F_TIMEOUT(unplug, gives_the_number_back_when_all_files_are_closed, 120)
{
	uint32_t index;

	close(self->fd);
	unplug(_metadata, self);
	self->fd = plug(_metadata, self, &index);
	EXPECT_EQ(0, index);
}

TEST_F_TIMEOUT(unplug, ends_what_was_sent_and_what_was_not, 120)
{
	pid_t sent, queued;
	uint32_t index;
	int ret;

	ASSERT_EQ(0, vme_fault(0x30, "drop"));
	sent = caller_start(caller_ztc, self->fd, LONG_MS);
	clock_sleep_ms(500);
	queued = caller_start(caller_state, self->fd, LONG_MS);
	clock_sleep_ms(200);
	unplug(_metadata, self);
	ret = caller_wait(sent, clock_slow(1000));
	EXPECT_EQ(-ECANCELED, ret) TH_LOG("got %d", ret);
	EXPECT_EQ(-ENODEV, caller_wait(queued, clock_slow(1000)));
	close(plug(_metadata, self, &index));
}

static int ask_hashes(int fd, uint32_t timeout_ms)
{
	struct mei_prov_hash hashes[TRUTH_HASHES];
	uint32_t count = TRUTH_HASHES, status;

	return device_hashes(fd, hashes, &count, &status, timeout_ms);
}

/* The second request of one connection is stuck in the MEI core for want of a
 * credit: only disabling the client ends it.
 */
TEST_F_TIMEOUT(unplug, ends_a_request_the_firmware_does_not_take, 120)
{
	uint32_t index;
	pid_t caller;
	int ret;

	ASSERT_EQ(0, vme("fault add amthi:* no-credit forever"));
	caller = caller_start(ask_hashes, self->fd, LONG_MS);
	clock_sleep_ms(1000);
	unplug(_metadata, self);
	ret = caller_wait(caller, clock_slow(1000));
	EXPECT_TRUE(ret == -ECANCELED || ret == -ENODEV) TH_LOG("got %d", ret);
	ASSERT_EQ(0, vme("fault clear"));
	close(plug(_metadata, self, &index));
}

TEST_F_TIMEOUT(unplug, ends_watches_and_a_poll_on_its_way, 120)
{
	struct genl_message device;
	struct genl watcher;
	uint32_t index;

	close(self->fd);
	ASSERT_EQ(0, genl_open(&watcher));
	ASSERT_EQ(0, genl_watch_start(&watcher, self->info.index, 500));
	ASSERT_EQ(0, vme("fault add amthi:11 drop forever"));
	clock_sleep_ms(1500);
	unplug(_metadata, self);
	EXPECT_EQ(-ENODEV, genl_device_get(&watcher, self->info.index, &device));
	ASSERT_EQ(0, vme("fault clear"));
	self->fd = plug(_metadata, self, &index);
	EXPECT_EQ(-ENOENT, genl_watch_stop(&watcher, index));
	genl_close(&watcher);
}

TEST_HARNESS_MAIN
