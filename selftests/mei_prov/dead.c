// SPDX-License-Identifier: GPL-2.0-only
/*
 * Firmware that does not come back from a reset. mei_me tries a few times and
 * gives up; nobody is told, and the driver stays bound to a dead client.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "harness.h"

#include "caller.h"
#include "clock.h"
#include "device.h"
#include "genl.h"
#include "sysfs.h"
#include "truth.h"
#include "vme.h"

#define LONG_MS	  60000
#define REMOVE_MS 5000
#define LATE_MS	  400
/* Four attempts of 2 s, on an idle machine. */
#define GIVEN_UP_MS 40000

FIXTURE(dead)
{
	struct truth truth;
	int fd;
};

static int wait_until_given_up(void)
{
	uint64_t end = clock_ms() + GIVEN_UP_MS;
	char state[32] = "";

	while (clock_ms() < end) {
		sysfs_read("/sys/class/mei/mei0/dev_state", state, sizeof(state));
		if (strcmp(state, "DISABLED") == 0)
			return 0;
		clock_sleep_ms(100);
	}
	fprintf(stderr, "# mei0 is %s\n", state);
	return -ETIMEDOUT;
}

FIXTURE_SETUP(dead)
{
	ASSERT_EQ(0, vme_calm());
	ASSERT_EQ(0, truth_learn(&self->truth));
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
}

/* Life comes back by binding mei_me anew, and not without. */
FIXTURE_TEARDOWN(dead)
{
	EXPECT_EQ(0, vme("reset --recovery-ms 0"));
	EXPECT_EQ(0, sysfs_write(SYSFS_ME_DRIVER "/unbind", SYSFS_PCI_NAME));
	EXPECT_EQ(0, sysfs_write(SYSFS_ME_DRIVER "/bind", SYSFS_PCI_NAME));
	EXPECT_EQ(0, truth_ask_all(self->fd, &self->truth, ENOUGH_MS));
	close(self->fd);
}

static void expect_no_link(struct __test_metadata *_metadata, int fd, uint32_t timeout_ms)
{
	struct mei_prov_ztc ztc;
	uint64_t took, start = clock_ms();

	EXPECT_EQ(-ENOLINK, device_ztc(fd, &ztc, timeout_ms));
	took = clock_ms() - start;
	EXPECT_LE(timeout_ms, took);
	EXPECT_GE(timeout_ms + clock_slow(LATE_MS), took);
}

TEST_F_TIMEOUT(dead, firmware_is_ENOLINK_at_each_deadline, 120)
{
	struct genl genl;
	struct genl_message device;
	pid_t sent;

	ASSERT_EQ(0, vme_fault(0x30, "drop"));
	sent = caller_start(caller_ztc, self->fd, LONG_MS);
	clock_sleep_ms(500);
	ASSERT_EQ(0, vme("reset --never"));
	EXPECT_EQ(-ECANCELED, caller_wait(sent, clock_slow(1000)));
	expect_no_link(_metadata, self->fd, 1000);
	ASSERT_EQ(0, wait_until_given_up());
	expect_no_link(_metadata, self->fd, 500);
	expect_no_link(_metadata, self->fd, 2000);
	ASSERT_EQ(0, genl_open(&genl));
	EXPECT_EQ(0, genl_device_get(&genl, 0, &device));
	genl_close(&genl);
}

TEST_F_TIMEOUT(dead, firmware_does_not_hold_the_module, 120)
{
	uint64_t start;

	ASSERT_EQ(0, vme("reset --never"));
	ASSERT_EQ(0, wait_until_given_up());
	expect_no_link(_metadata, self->fd, 500);
	close(self->fd);
	start = clock_ms();
	ASSERT_EQ(0, sysfs_module_delete());
	EXPECT_GE(clock_slow(REMOVE_MS), clock_ms() - start);
	ASSERT_EQ(0, sysfs_module_load());
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	expect_no_link(_metadata, self->fd, 500);
}

TEST_HARNESS_MAIN
