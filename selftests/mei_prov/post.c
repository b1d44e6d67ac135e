// SPDX-License-Identifier: GPL-2.0-only
/*
 * A device that is configured already (the virtual ME was started with
 * state=post): everything can be read, no change is taken.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "harness.h"

#include "device.h"
#include "vme.h"

#define INVALID_AMT_MODE 0x03

FIXTURE(post)
{
	int fd;
};

FIXTURE_SETUP(post)
{
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(post)
{
	close(self->fd);
}

static void expect_post(struct __test_metadata *_metadata, int fd)
{
	struct mei_prov_state state;

	ASSERT_EQ(0, device_state(fd, &state, ENOUGH_MS));
	EXPECT_EQ(0, state.head.fw_status);
	EXPECT_EQ(DEVICE_STATE_PARTS, state.valid);
	EXPECT_EQ(POST, state.provisioning_state);
	EXPECT_EQ(ADMIN, state.control_mode);
}

TEST_F(post, state_is_POST_in_admin_control_mode)
{
	expect_post(_metadata, self->fd);
}

TEST_F(post, changes_are_refused_by_the_firmware)
{
	uint32_t status;

	ASSERT_EQ(0, device_otp(self->fd, "12345678", 8, &status, ENOUGH_MS));
	EXPECT_EQ(INVALID_AMT_MODE, status);
	ASSERT_EQ(0, device_start(self->fd, 0, &status, ENOUGH_MS));
	EXPECT_EQ(INVALID_AMT_MODE, status);
	ASSERT_EQ(0, device_stop(self->fd, &status, ENOUGH_MS));
	EXPECT_EQ(INVALID_AMT_MODE, status);
	expect_post(_metadata, self->fd);
}

TEST_F(post, facts_and_hashes_are_readable)
{
	struct mei_prov_hash hashes[64];
	struct mei_prov_info info;
	uint32_t count = 64, status;

	ASSERT_EQ(0, device_info(self->fd, &info, ENOUGH_MS));
	EXPECT_EQ(MEI_PROV_INFO_VERSIONS | MEI_PROV_INFO_UUID, info.valid);
	ASSERT_EQ(0, device_hashes(self->fd, hashes, &count, &status, ENOUGH_MS));
	EXPECT_EQ(0, status);
	EXPECT_LT(0, count);
}

TEST_HARNESS_MAIN
