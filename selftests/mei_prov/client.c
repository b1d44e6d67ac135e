// SPDX-License-Identifier: GPL-2.0-only
/*
 * A device that is configured in client control mode (the virtual ME was started
 * so): the only one that the host may unprovision (amthi.md 10).
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "harness.h"

#include "device.h"
#include "vme.h"

#define INVALID_AMT_MODE 0x03

FIXTURE(client)
{
	int fd;
};

FIXTURE_SETUP(client)
{
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(client)
{
	close(self->fd);
}

static bool is(int fd, uint32_t provisioning, uint32_t control)
{
	struct mei_prov_state state;

	return device_state(fd, &state, ENOUGH_MS) == 0 && state.head.fw_status == 0 &&
	       state.provisioning_state == provisioning && state.control_mode == control;
}

TEST_F(client, a_configured_device_takes_no_other_change)
{
	struct mei_prov_suffix suffix = { .len = 7, .suffix = "example" };
	struct mei_prov_start_host_based start = { .algorithm = 2 };
	struct mei_prov_disable_clear clear = { 0 };
	struct mei_prov_ztc_set ztc = { 0 };

	ASSERT_TRUE(is(self->fd, POST, CLIENT));
	ASSERT_EQ(0, DEVICE_CALL(self->fd, MEI_PROV_IOC_ZTC_SET, &ztc, ENOUGH_MS));
	EXPECT_EQ(INVALID_AMT_MODE, ztc.head.fw_status);
	ASSERT_EQ(0, DEVICE_CALL(self->fd, MEI_PROV_IOC_SUFFIX_SET, &suffix, ENOUGH_MS));
	EXPECT_EQ(INVALID_AMT_MODE, suffix.head.fw_status);
	ASSERT_EQ(0, DEVICE_CALL(self->fd, MEI_PROV_IOC_START_HOST_BASED, &start, ENOUGH_MS));
	EXPECT_EQ(INVALID_AMT_MODE, start.head.fw_status);
	ASSERT_EQ(0, DEVICE_CALL(self->fd, MEI_PROV_IOC_DISABLE_CLEAR, &clear, ENOUGH_MS));
	EXPECT_EQ(INVALID_AMT_MODE, clear.head.fw_status);
	EXPECT_TRUE(is(self->fd, POST, CLIENT));
}

TEST_F(client, the_host_unprovisions_it)
{
	struct mei_prov_unprovision unprovision = { .mode = 1 };

	ASSERT_TRUE(is(self->fd, POST, CLIENT));
	ASSERT_EQ(0, DEVICE_CALL(self->fd, MEI_PROV_IOC_UNPROVISION, &unprovision, ENOUGH_MS));
	EXPECT_EQ(0, unprovision.head.fw_status);
	EXPECT_TRUE(is(self->fd, PRE, NONE));
}

TEST_HARNESS_MAIN
