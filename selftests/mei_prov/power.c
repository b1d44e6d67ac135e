// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sleep: the MEI bus removes its AMTHI device on the way down and makes a new
 * one on the way up. Users see a link that goes down and up, on the same device.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/mei_prov.h>
#include <unistd.h>

#include "harness.h"

#include "caller.h"
#include "clock.h"
#include "device.h"
#include "genl.h"
#include "suspend.h"
#include "sysfs.h"
#include "truth.h"
#include "vme.h"

#define EVENT_MS 15000
#define LONG_MS	 60000
#define SLEEP_S	 3
#define WATCH_MS 500
/* How long after the link is back a command may still need. */
#define AWAKE_MS 5000

FIXTURE(power)
{
	struct truth truth;
	struct mei_prov_info info;
	struct mei_prov_state state;
	struct genl listener;
	int fd;
};

/* @level: where /sys/power/pm_test turns round; NULL: really asleep. */
FIXTURE_VARIANT(power)
{
	const char *state;
	const char *level;
};

FIXTURE_VARIANT_ADD(power, idle){
	.state = "freeze",
	.level = "platform",
};

FIXTURE_VARIANT_ADD(power, devices){
	.state = "mem",
	.level = "devices",
};

FIXTURE_VARIANT_ADD(power, memory){
	.state = "mem",
	.level = NULL,
};

FIXTURE_SETUP(power)
{
	ASSERT_EQ(0, vme_calm());
	ASSERT_EQ(0, truth_learn(&self->truth));
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, device_info(self->fd, &self->info, ENOUGH_MS));
	/* whatever is seen for the first time changes the generation */
	ASSERT_EQ(0, truth_ask_all(self->fd, &self->truth, ENOUGH_MS));
	ASSERT_EQ(0, device_state(self->fd, &self->state, ENOUGH_MS));
	ASSERT_EQ(0, genl_open(&self->listener));
	ASSERT_EQ(0, genl_listen(&self->listener));
}

FIXTURE_TEARDOWN(power)
{
	close(self->fd);
	genl_close(&self->listener);
}

static int go_to_sleep(const FIXTURE_VARIANT(power) * variant)
{
	if (variant->level)
		return suspend_test(variant->state, variant->level);
	return suspend_to_memory(SLEEP_S);
}

TEST_F_TIMEOUT(power, leaves_file_index_and_generation_as_they_were, 90)
{
	struct mei_prov_info info;
	struct mei_prov_state state;

	ASSERT_EQ(0, go_to_sleep(variant));
	EXPECT_EQ(0, truth_ask_all(self->fd, &self->truth, ENOUGH_MS));
	ASSERT_EQ(0, device_info(self->fd, &info, ENOUGH_MS));
	ASSERT_EQ(0, device_state(self->fd, &state, ENOUGH_MS));
	EXPECT_EQ(self->info.index, info.index);
	EXPECT_EQ(self->state.generation, state.generation);
	EXPECT_FALSE(sysfs_exists("/dev/meiprov1"));
}

TEST_F_TIMEOUT(power, is_a_link_that_goes_down_and_up, 90)
{
	struct genl_message event;

	ASSERT_EQ(0, go_to_sleep(variant));
	ASSERT_EQ(0, genl_event(&self->listener, MEI_PROV_CMD_DEVICE_CHANGE_NTF, &event, EVENT_MS));
	EXPECT_EQ(self->info.index, event.index);
	EXPECT_EQ(MEI_PROV_LINK_DOWN, event.link);
	ASSERT_EQ(0, genl_event(&self->listener, MEI_PROV_CMD_DEVICE_CHANGE_NTF, &event, EVENT_MS));
	EXPECT_EQ(self->info.index, event.index);
	EXPECT_EQ(MEI_PROV_LINK_UP, event.link);
	EXPECT_EQ(-ETIMEDOUT,
		  genl_event(&self->listener, MEI_PROV_CMD_DEVICE_DEL_NTF, &event, 300));
}

/* One is in flight, another waits behind it. */
TEST_F_TIMEOUT(power, ends_what_was_sent_and_delays_what_was_not, 120)
{
	long before = vme_seen(0x30);
	pid_t sent, queued;

	ASSERT_EQ(0, vme_fault(0x30, "drop"));
	sent = caller_start(caller_ztc, self->fd, LONG_MS);
	clock_sleep_ms(500);
	queued = caller_start(caller_state, self->fd, LONG_MS);
	clock_sleep_ms(200);
	ASSERT_EQ(0, go_to_sleep(variant));
	EXPECT_EQ(-ECANCELED, caller_wait(sent, clock_slow(AWAKE_MS)));
	EXPECT_EQ(0, caller_wait(queued, clock_slow(AWAKE_MS)));
	EXPECT_EQ(before + 1, vme_seen(0x30));
}

/* Events of what was seen before may still be under way. */
static int wait_for_state(struct genl *listener, uint32_t state)
{
	struct genl_message event;
	int ret;

	do
		ret = genl_event(listener, MEI_PROV_CMD_STATE_NTF, &event, EVENT_MS);
	while (ret == 0 && event.state != state);
	return ret;
}

TEST_F_TIMEOUT(power, does_not_end_a_watch, 90)
{
	struct genl watcher;

	ASSERT_EQ(0, genl_open(&watcher));
	ASSERT_EQ(0, genl_watch_start(&watcher, self->info.index, WATCH_MS));
	ASSERT_EQ(0, go_to_sleep(variant));
	ASSERT_EQ(0, vme_pretend(POST, ADMIN));
	EXPECT_EQ(0, wait_for_state(&self->listener, MEI_PROV_PROVISIONING_STATE_POST));
	genl_close(&watcher);
}

TEST_HARNESS_MAIN
