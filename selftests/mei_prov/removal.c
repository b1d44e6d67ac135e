// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ends of things: the module is removed, the PCI device is removed, with
 * callers and watchers still there.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/mei_prov.h>
#include <linux/netlink.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "harness.h"

#include "caller.h"
#include "clock.h"
#include "device.h"
#include "foreign.h"
#include "genl.h"
#include "record.h"
#include "sysfs.h"
#include "truth.h"
#include "vme.h"

/* Removing breaks whatever the driver waits for. */
#define REMOVE_MS 5000

FIXTURE(removal)
{
	struct truth truth;
	struct genl genl;
	uint32_t index;
	int fd;
};

FIXTURE_SETUP(removal)
{
	struct mei_prov_info info;

	ASSERT_EQ(0, vme_calm());
	ASSERT_EQ(0, truth_learn(&self->truth));
	ASSERT_EQ(0, genl_open(&self->genl));
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, device_info(self->fd, &info, ENOUGH_MS));
	self->index = info.index;
}

FIXTURE_TEARDOWN(removal)
{
	close(self->fd);
	genl_close(&self->genl);
	if (!sysfs_module_loaded())
		sysfs_module_load();
}

static void expect_reload(struct __test_metadata *_metadata, FIXTURE_DATA(removal) * self)
{
	ASSERT_EQ(0, sysfs_module_load());
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(0, truth_ask_all(self->fd, &self->truth, ENOUGH_MS));
}

/* --- the module --- */

TEST_F(removal, of_the_module_is_refused_while_a_file_is_open)
{
	EXPECT_EQ(-EWOULDBLOCK, sysfs_module_delete());
	EXPECT_TRUE(sysfs_module_loaded());
	EXPECT_EQ(0, truth_ask_all(self->fd, &self->truth, ENOUGH_MS));
}

TEST_F(removal, of_the_module_works_when_all_files_are_closed_and_so_does_loading)
{
	struct genl genl;

	close(self->fd);
	ASSERT_EQ(0, sysfs_module_delete());
	EXPECT_EQ(0, sysfs_wait("/dev/meiprov0", false, ENOUGH_MS));
	EXPECT_FALSE(sysfs_exists("/sys/class/meiprov"));
	EXPECT_EQ(-ENOENT, genl_open(&genl));
	expect_reload(_metadata, self);
}

TEST_F(removal, of_the_module_frees_the_connection_for_others)
{
	int foreign;

	EXPECT_EQ(0, truth_ask(self->fd, &self->truth, TRUTH_ZTC, ENOUGH_MS));
	close(self->fd);
	ASSERT_EQ(0, sysfs_module_delete());
	foreign = foreign_connect();
	EXPECT_LE(0, foreign);
	close(foreign);
	expect_reload(_metadata, self);
}

TEST_F(removal, of_the_module_does_not_wait_for_a_watcher)
{
	struct genl_message message;

	close(self->fd);
	ASSERT_EQ(0, genl_watch_start(&self->genl, self->index, 100));
	clock_sleep_ms(1000);
	ASSERT_EQ(0, sysfs_module_delete());
	EXPECT_GT(0, genl_state_get(&self->genl, self->index, &message));
	expect_reload(_metadata, self);
}

/* The poll of a watch is on its way to a firmware that does not answer. */
TEST_F(removal, of_the_module_ends_a_poll_that_hangs)
{
	uint64_t start;

	close(self->fd);
	ASSERT_EQ(0, vme_fault(0x11, "drop"));
	ASSERT_EQ(0, genl_watch_start(&self->genl, self->index, 100));
	clock_sleep_ms(2000);
	start = clock_ms();
	ASSERT_EQ(0, sysfs_module_delete());
	EXPECT_GE(clock_slow(REMOVE_MS), clock_ms() - start);
	expect_reload(_metadata, self);
}

TEST_F_TIMEOUT(removal, of_the_module_works_after_twenty_killed_callers, 90)
{
	pid_t caller;
	int i;

	for (i = 0; i < 20; i++) {
		ASSERT_EQ(0, vme_fault(0x30, "delay=1000"));
		caller = caller_start(caller_ztc, self->fd, ENOUGH_MS);
		clock_sleep_ms(20 * (i % 6));
		ASSERT_EQ(0, kill(caller, SIGKILL));
		EXPECT_EQ(CALLER_KILLED, caller_wait(caller, ENOUGH_MS));
	}
	close(self->fd);
	ASSERT_EQ(0, sysfs_module_delete());
	expect_reload(_metadata, self);
}

TEST_F(removal, of_the_module_works_with_the_link_down)
{
	close(self->fd);
	ASSERT_EQ(0, vme("reset --recovery-ms 1500"));
	ASSERT_EQ(0, sysfs_module_delete());
	expect_reload(_metadata, self);
}

TEST_F(removal, of_the_module_forgets_what_was_seen)
{
	struct mei_prov_state state;
	struct genl_message message;

	EXPECT_EQ(0, device_state(self->fd, &state, ENOUGH_MS));
	close(self->fd);
	ASSERT_EQ(0, sysfs_module_delete());
	ASSERT_EQ(0, sysfs_module_load());
	genl_close(&self->genl);
	ASSERT_EQ(0, genl_open(&self->genl));
	ASSERT_EQ(0, genl_state_get(&self->genl, self->index, &message));
	EXPECT_FALSE(message.has_state);
	EXPECT_FALSE(message.has_control);
	self->fd = device_open(O_RDWR);
}

/* --- the PCI device --- */

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

static void expect_return(struct __test_metadata *_metadata, FIXTURE_DATA(removal) * self)
{
	int fd;

	ASSERT_EQ(0, sysfs_write("/sys/bus/pci/rescan", "1"));
	fd = device_open(O_RDWR);
	ASSERT_LE(0, fd);
	EXPECT_EQ(0, truth_ask_all(fd, &self->truth, ENOUGH_MS));
	close(fd);
}

TEST_F_TIMEOUT(removal, of_the_pci_device_is_ENODEV_and_hangup, 60)
{
	ASSERT_EQ(0, sysfs_write(SYSFS_PCI "/remove", "1"));
	expect_gone(_metadata, self->fd);
	EXPECT_EQ(0, sysfs_wait("/dev/meiprov0", false, ENOUGH_MS));
	expect_return(_metadata, self);
	expect_gone(_metadata, self->fd);
}

TEST_F_TIMEOUT(removal, of_the_pci_device_wakes_who_polls, 60)
{
	struct pollfd events = { .fd = self->fd, .events = POLLIN };
	pid_t remover = fork();

	if (remover == 0) {
		clock_sleep_ms(500);
		_exit(-sysfs_write(SYSFS_PCI "/remove", "1"));
	}
	EXPECT_EQ(1, poll(&events, 1, ENOUGH_MS));
	EXPECT_TRUE(events.revents & POLLHUP);
	EXPECT_EQ(0, caller_wait(remover, ENOUGH_MS));
	expect_return(_metadata, self);
}

TEST_F_TIMEOUT(removal, of_the_pci_device_ends_commands_in_flight, 60)
{
	pid_t sent, queued;
	int ret;

	ASSERT_EQ(0, vme_fault(0x30, "drop"));
	sent = caller_start(caller_ztc, self->fd, 60000);
	clock_sleep_ms(500);
	queued = caller_start(caller_state, self->fd, 60000);
	clock_sleep_ms(200);
	ASSERT_EQ(0, sysfs_write(SYSFS_PCI "/remove", "1"));
	ret = caller_wait(sent, clock_slow(REMOVE_MS));
	EXPECT_TRUE(ret == -ECANCELED || ret == -ENODEV) TH_LOG("got %d", ret);
	EXPECT_EQ(-ENODEV, caller_wait(queued, clock_slow(REMOVE_MS)));
	expect_return(_metadata, self);
}

TEST_F_TIMEOUT(removal, of_the_pci_device_is_the_last_record, 60)
{
	struct mei_prov_event event;
	uint64_t next = 0;

	ASSERT_EQ(0, record_switch(self->fd, MEI_PROV_EVENT_MASK_ALL, RECORD_NO_POLL));
	ASSERT_EQ(0, sysfs_write(SYSFS_PCI "/remove", "1"));
	EXPECT_EQ(POLLIN | POLLHUP | POLLERR, record_poll(self->fd));
	do {
		ASSERT_EQ(0, record_read(self->fd, &event));
		EXPECT_EQ(next, event.seq);
		next++;
	} while (event.type != MEI_PROV_EVENT_REMOVED);
	EXPECT_LE(3, next);
	EXPECT_EQ(MEI_PROV_IOCTL_LINK_DOWN, event.link);
	EXPECT_EQ(-ENODEV, record_read(self->fd, &event));
	EXPECT_EQ(POLLHUP | POLLERR, record_poll(self->fd));
	EXPECT_EQ(-ENODEV, record_switch(self->fd, MEI_PROV_EVENT_MASK_ALL, 0));
	expect_return(_metadata, self);
	EXPECT_EQ(-ENODEV, record_read(self->fd, &event));
}

static int read_to_the_end(int fd, uint32_t unused)
{
	struct mei_prov_event event = { 0 };
	int ret;

	while ((ret = record_read(fd, &event)) == 0)
		;
	return ret == -ENODEV && event.type == MEI_PROV_EVENT_REMOVED ? 0 : -EIO;
}

TEST_F_TIMEOUT(removal, of_the_pci_device_ends_a_read_that_waits, 60)
{
	pid_t reader;

	ASSERT_EQ(0, record_switch(self->fd, MEI_PROV_EVENT_MASK_REMOVED, 0));
	reader = caller_start(read_to_the_end, self->fd, 0);
	clock_sleep_ms(500);
	ASSERT_EQ(0, sysfs_write(SYSFS_PCI "/remove", "1"));
	EXPECT_EQ(0, caller_wait(reader, ENOUGH_MS));
	expect_return(_metadata, self);
}

TEST_F_TIMEOUT(removal, of_the_module_after_the_pci_device_works, 60)
{
	ASSERT_EQ(0, sysfs_write(SYSFS_PCI "/remove", "1"));
	EXPECT_EQ(-EWOULDBLOCK, sysfs_module_delete());
	close(self->fd);
	ASSERT_EQ(0, sysfs_module_delete());
	ASSERT_EQ(0, sysfs_write("/sys/bus/pci/rescan", "1"));
	expect_reload(_metadata, self);
}

TEST_HARNESS_MAIN
