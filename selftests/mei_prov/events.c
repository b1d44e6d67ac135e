// SPDX-License-Identifier: GPL-2.0-only
/*
 * Watching: while somebody watches, the driver looks at the firmware now and
 * then and multicasts what changed; when the last watcher has gone, it stops.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/mei_prov.h>
#include <signal.h>
#include <unistd.h>

#include "harness.h"

#include "caller.h"
#include "clock.h"
#include "device.h"
#include "genl.h"
#include "sysfs.h"
#include "vme.h"

#define INTERVAL_MS 500
/* Longer than the driver waits to tell of several changes at once. */
#define GAP_MS 400
/* A change shows within some intervals, whatever lower limit the driver has. */
#define EVENT_MS 15000
#define RESETS	 5
/* Long enough for several polls, were there any. */
#define QUIET_MS 4000

FIXTURE(events)
{
	struct genl listener;
	struct genl watcher;
	uint32_t index;
	int fd;
};

FIXTURE_SETUP(events)
{
	struct mei_prov_state state;
	struct mei_prov_info info;
	struct mei_prov_ztc ztc;

	ASSERT_EQ(0, vme_calm());
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, device_info(self->fd, &info, ENOUGH_MS));
	ASSERT_EQ(0, device_ztc(self->fd, &ztc, ENOUGH_MS));
	ASSERT_EQ(0, device_state(self->fd, &state, ENOUGH_MS));
	self->index = info.index;
	ASSERT_EQ(0, genl_open(&self->watcher));
	ASSERT_EQ(0, genl_open(&self->listener));
	/* What was new just now has been told before anybody listens. */
	clock_sleep_ms(GAP_MS);
	ASSERT_EQ(0, genl_listen(&self->listener));
}

FIXTURE_TEARDOWN(events)
{
	close(self->fd);
	genl_close(&self->watcher);
	genl_close(&self->listener);
}

/* Polls of the state within the next while. */
static long polls(void)
{
	long before = vme_seen(0x11);

	clock_sleep_ms(QUIET_MS);
	return vme_seen(0x11) - before;
}

TEST_F(events, a_change_is_told_while_watching)
{
	struct genl_message event;

	ASSERT_EQ(0, genl_watch_start(&self->watcher, self->index, INTERVAL_MS));
	ASSERT_EQ(0, vme_pretend(POST, ADMIN));
	do {
		/* a poll may come between the two */
		ASSERT_EQ(0, genl_event(&self->listener, MEI_PROV_CMD_STATE_NTF, &event, EVENT_MS));
		EXPECT_EQ(self->index, event.index);
		ASSERT_TRUE(event.has_state && event.has_control && event.has_generation);
	} while (event.control != MEI_PROV_CONTROL_MODE_ADMIN);
	EXPECT_EQ(MEI_PROV_PROVISIONING_STATE_POST, event.state);
}

TEST_F(events, a_change_is_told_once)
{
	struct genl_message event;

	ASSERT_EQ(0, genl_watch_start(&self->watcher, self->index, INTERVAL_MS));
	ASSERT_EQ(0, vme_pretend(POST, NONE));
	ASSERT_EQ(0, genl_event(&self->listener, MEI_PROV_CMD_STATE_NTF, &event, EVENT_MS));
	EXPECT_EQ(-ETIMEDOUT,
		  genl_event(&self->listener, MEI_PROV_CMD_STATE_NTF, &event, QUIET_MS));
}

TEST_F(events, a_change_a_caller_meets_is_told_too)
{
	struct genl_message event;
	struct mei_prov_state state;

	ASSERT_EQ(0, vme_pretend(POST, ADMIN));
	ASSERT_EQ(0, device_state(self->fd, &state, ENOUGH_MS));
	ASSERT_EQ(0, genl_event(&self->listener, MEI_PROV_CMD_STATE_NTF, &event, EVENT_MS));
	EXPECT_EQ(MEI_PROV_PROVISIONING_STATE_POST, event.state);
	EXPECT_EQ((uint32_t)state.generation, event.generation);
}

TEST_F(events, nothing_is_polled_when_nobody_watches)
{
	EXPECT_EQ(0, polls());
}

TEST_F(events, a_watch_polls)
{
	ASSERT_EQ(0, genl_watch_start(&self->watcher, self->index, INTERVAL_MS));
	EXPECT_LT(0, polls());
}

TEST_F(events, a_watch_ends_when_told)
{
	ASSERT_EQ(0, genl_watch_start(&self->watcher, self->index, INTERVAL_MS));
	clock_sleep_ms(1000);
	ASSERT_EQ(0, genl_watch_stop(&self->watcher, self->index));
	clock_sleep_ms(500);
	EXPECT_EQ(0, polls());
}

TEST_F(events, a_watch_ends_with_its_socket)
{
	struct genl watcher;

	ASSERT_EQ(0, genl_open(&watcher));
	ASSERT_EQ(0, genl_watch_start(&watcher, self->index, INTERVAL_MS));
	clock_sleep_ms(1000);
	genl_close(&watcher);
	clock_sleep_ms(500);
	EXPECT_EQ(0, polls());
}

static int watch_until_killed(int index, uint32_t interval_ms)
{
	struct genl watcher;
	int ret = genl_open(&watcher);

	ret = ret < 0 ? ret : genl_watch_start(&watcher, index, interval_ms);
	if (ret < 0)
		return ret;
	pause();
	return 0;
}

TEST_F(events, a_watch_ends_with_its_process)
{
	pid_t watcher = caller_start(watch_until_killed, self->index, INTERVAL_MS);

	EXPECT_LT(0, polls());
	ASSERT_EQ(0, kill(watcher, SIGKILL));
	EXPECT_EQ(CALLER_KILLED, caller_wait(watcher, ENOUGH_MS));
	clock_sleep_ms(500);
	EXPECT_EQ(0, polls());
}

TEST_F(events, one_watcher_leaving_does_not_end_the_others)
{
	struct genl other;

	ASSERT_EQ(0, genl_open(&other));
	ASSERT_EQ(0, genl_watch_start(&self->watcher, self->index, INTERVAL_MS));
	ASSERT_EQ(0, genl_watch_start(&other, self->index, INTERVAL_MS));
	genl_close(&other);
	clock_sleep_ms(500);
	EXPECT_LT(0, polls());
}

/* The bus takes its device away when the firmware is back, milliseconds before the
 * next one: both are told, however close.
 */
TEST_F(events, a_link_that_goes_and_comes_is_told)
{
	struct genl_message event;
	int i, link;

	for (i = 0; i < RESETS; i++) {
		ASSERT_EQ(0, vme("reset --recovery-ms 10"));
		for (link = MEI_PROV_LINK_DOWN; link <= MEI_PROV_LINK_UP; link++) {
			ASSERT_EQ(0, genl_event(&self->listener, MEI_PROV_CMD_DEVICE_CHANGE_NTF,
						&event, EVENT_MS))
			TH_LOG("reset %d", i);
			EXPECT_EQ(self->index, event.index);
			EXPECT_EQ(link, event.link) TH_LOG("reset %d", i);
			EXPECT_EQ(0, strcmp(SYSFS_PCI_NAME, event.parent));
		}
	}
}

TEST_F(events, a_watch_survives_a_firmware_reset)
{
	struct genl_message event;

	ASSERT_EQ(0, genl_watch_start(&self->watcher, self->index, INTERVAL_MS));
	ASSERT_EQ(0, vme("reset --recovery-ms 500"));
	clock_sleep_ms(2000);
	ASSERT_EQ(0, vme_pretend(POST, ADMIN));
	ASSERT_EQ(0, genl_event(&self->listener, MEI_PROV_CMD_STATE_NTF, &event, EVENT_MS));
	EXPECT_EQ(MEI_PROV_PROVISIONING_STATE_POST, event.state);
}

TEST_F_TIMEOUT(events, a_device_that_goes_for_good_and_comes_is_told, 60)
{
	struct genl_message event;

	close(self->fd);
	ASSERT_EQ(0, sysfs_write(SYSFS_PCI "/remove", "1"));
	EXPECT_EQ(0, genl_event(&self->listener, MEI_PROV_CMD_DEVICE_DEL_NTF, &event, EVENT_MS));
	EXPECT_EQ(self->index, event.index);
	ASSERT_EQ(0, sysfs_write("/sys/bus/pci/rescan", "1"));
	EXPECT_EQ(0, genl_event(&self->listener, MEI_PROV_CMD_DEVICE_ADD_NTF, &event, EVENT_MS));
	EXPECT_EQ(0, strcmp(SYSFS_PCI_NAME, event.parent));
	self->fd = device_open(O_RDWR);
	EXPECT_LE(0, self->fd);
}

TEST_HARNESS_MAIN
