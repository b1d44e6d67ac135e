// SPDX-License-Identifier: GPL-2.0-only
/*
 * A firmware that takes ten seconds for an answer delays nobody but those who asked
 * it: not the other users of generic netlink, nor a module that registers a family.
 * Both fronts ask meanwhile, and the netlink one has a queue besides.
 */
#include <fcntl.h>
#include <linux/mei_prov.h>
#include <unistd.h>

#include "harness.h"

#include "bystander.h"
#include "caller.h"
#include "clock.h"
#include "device.h"
#include "genl.h"
#include "vme.h"

#define HANG_MS	    10000
#define PROMPT_MS   1000
#define INTERVAL_MS 500

FIXTURE(stall)
{
	struct genl genl;
	uint32_t index;
	int fd;
};

FIXTURE_SETUP(stall)
{
	struct mei_prov_info info;

	ASSERT_EQ(0, vme_calm());
	ASSERT_EQ(0, genl_open(&self->genl));
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, device_info(self->fd, &info, ENOUGH_MS));
	self->index = info.index;
}

FIXTURE_TEARDOWN(stall)
{
	close(self->fd);
	genl_close(&self->genl);
}

static uint64_t greater(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* Everything netlink can ask of the driver, on its way at once. A poll of the watch gives
 * up sooner than ten seconds: a request has to be what the firmware does not answer.
 */
static void crowd(struct __test_metadata *_metadata, FIXTURE_DATA(stall) * self, uint32_t *last)
{
	int i;

	for (i = 0; i < 4; i++)
		ASSERT_EQ(0,
			  genl_request(&self->genl, MEI_PROV_CMD_REFRESH, self->index, 0, 0, last));
	clock_sleep_ms(500);
	ASSERT_EQ(0, genl_watch_start(&self->genl, self->index, INTERVAL_MS));
}

TEST_F_TIMEOUT(stall, of_the_firmware_for_ten_seconds_delays_no_bystander, 120)
{
	uint64_t start, lookup = 0, load = 0;
	struct genl_message state;
	struct genl_done done;
	uint32_t last;
	pid_t caller;
	int rounds = 0;

	ASSERT_EQ(0, vme_fault(0x11, "delay=%d", HANG_MS));
	start = clock_ms();
	crowd(_metadata, self, &last);
	caller = caller_start(caller_ztc, self->fd, 2 * HANG_MS);
	while (clock_ms() < start + HANG_MS - 1500) {
		lookup = greater(lookup, bystander_lookup());
		load = greater(load, bystander_load());
		EXPECT_EQ(0, genl_state_get(&self->genl, self->index, &state));
		rounds++;
		clock_sleep_ms(200);
	}
	TH_LOG("worst of %d: lookup %llu ms, load %llu ms", rounds, (unsigned long long)lookup,
	       (unsigned long long)load);
	EXPECT_LT(3, rounds);
	EXPECT_GE(PROMPT_MS, lookup);
	EXPECT_GE(PROMPT_MS, load);
	EXPECT_EQ(0, genl_done(&self->genl, last, &done, 2 * ENOUGH_MS));
	EXPECT_EQ(0, done.error);
	EXPECT_LE(start + HANG_MS, clock_ms()) TH_LOG("the firmware did not hang");
	EXPECT_EQ(0, caller_wait(caller, ENOUGH_MS));
}

TEST_HARNESS_MAIN
