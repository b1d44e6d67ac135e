// SPDX-License-Identifier: GPL-2.0-only
/*
 * A firmware that answers with an AMT status other than 0: the ioctl succeeds,
 * @fw_status holds the status unchanged, and what belongs to the refused
 * command is zero.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "harness.h"

#include "device.h"
#include "truth.h"
#include "vme.h"

#define INFO_PARTS (MEI_PROV_INFO_VERSIONS | MEI_PROV_INFO_UUID)

/* amthi.md 4, and one nobody has ever seen. */
static const uint32_t statuses[] = {
	0x001, 0x002, 0x003, 0x004, 0x010, 0x017, 0x020, 0x021, 0x024, 0x02f,
	0x030, 0x031, 0x200, 0x400, 0x803, 0x805, 0x809, 0x814, 0x81c, 0xfffffffe,
};

/* The same for the commands that come after the first. */
static const uint32_t few[] = { 0x001, 0x003, 0x031, 0x803 };

FIXTURE(status)
{
	struct truth truth;
	int fd;
};

FIXTURE_SETUP(status)
{
	ASSERT_EQ(0, vme_calm());
	ASSERT_EQ(0, truth_learn(&self->truth));
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(status)
{
	close(self->fd);
}

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

TEST_F(status, every_status_comes_out_unchanged)
{
	struct mei_prov_ztc ztc;
	size_t i;

	for (i = 0; i < ROWS(statuses); i++) {
		ASSERT_EQ(0, vme_fault(0x30, "status=%u", statuses[i]));
		ASSERT_EQ(0, device_ztc(self->fd, &ztc, ENOUGH_MS));
		EXPECT_EQ(statuses[i], ztc.head.fw_status);
		EXPECT_EQ(0, ztc.enabled);
		EXPECT_EQ(0, truth_ask(self->fd, &self->truth, TRUTH_ZTC, ENOUGH_MS));
	}
}

TEST_F(status, a_refused_state_leaves_its_bit_and_field_clear)
{
	struct mei_prov_state state;
	size_t i;

	for (i = 0; i < ROWS(few); i++) {
		ASSERT_EQ(0, vme_fault(0x11, "status=%u", few[i]));
		ASSERT_EQ(0, device_state(self->fd, &state, ENOUGH_MS));
		EXPECT_EQ(few[i], state.head.fw_status);
		EXPECT_EQ(0, state.valid & MEI_PROV_STATE_PROVISIONING);
		EXPECT_EQ(0, state.provisioning_state);
	}
}

TEST_F(status, a_refused_control_mode_leaves_the_state_valid)
{
	struct mei_prov_state state;
	size_t i;

	ASSERT_EQ(0, vme_fault(0x11, "raw=0101000011008004080000000000000002000000 forever"));
	for (i = 0; i < ROWS(few); i++) {
		ASSERT_EQ(0, vme_fault(0x6b, "status=%u", few[i]));
		ASSERT_EQ(0, device_state(self->fd, &state, ENOUGH_MS));
		EXPECT_EQ(few[i], state.head.fw_status);
		EXPECT_EQ(MEI_PROV_STATE_PROVISIONING, state.valid);
		EXPECT_EQ(2, state.provisioning_state);
		EXPECT_EQ(0, state.control_mode);
	}
}

static int fresh_info(int fd, struct mei_prov_info *info)
{
	memset(info, 0, sizeof(*info));
	info->head.flags = MEI_PROV_F_FRESH;
	return DEVICE_CALL(fd, MEI_PROV_IOC_INFO, info, ENOUGH_MS);
}

TEST_F(status, refused_versions_leave_the_uuid_valid)
{
	struct mei_prov_info info;
	size_t i;

	for (i = 0; i < ROWS(few); i++) {
		ASSERT_EQ(0, vme_fault(0x1a, "status=%u", few[i]));
		ASSERT_EQ(0, fresh_info(self->fd, &info));
		EXPECT_EQ(few[i], info.head.fw_status);
		EXPECT_EQ(MEI_PROV_INFO_UUID, info.valid);
		EXPECT_EQ(0, info.version_count);
		EXPECT_EQ('\0', info.bios[0]);
		EXPECT_EQ(0, memcmp(self->truth.uuid, info.uuid, 16));
	}
}

TEST_F(status, a_refused_uuid_leaves_the_versions_valid)
{
	const unsigned char none[16] = { 0 };
	struct mei_prov_info info;
	size_t i;

	for (i = 0; i < ROWS(few); i++) {
		ASSERT_EQ(0, vme_fault(0x5c, "status=%u", few[i]));
		ASSERT_EQ(0, fresh_info(self->fd, &info));
		EXPECT_EQ(few[i], info.head.fw_status);
		EXPECT_EQ(MEI_PROV_INFO_VERSIONS, info.valid);
		EXPECT_LT(0, info.version_count);
		EXPECT_EQ(0, memcmp(none, info.uuid, 16));
	}
}

TEST_F(status, the_first_refusal_of_two_is_told)
{
	struct mei_prov_info info;

	ASSERT_EQ(0, vme_fault(0x1a, "status=1"));
	ASSERT_EQ(0, vme_fault(0x5c, "status=2"));
	ASSERT_EQ(0, fresh_info(self->fd, &info));
	EXPECT_TRUE(info.head.fw_status == 1 || info.head.fw_status == 2);
	EXPECT_EQ(0, info.valid);
}

/* A refusal is no fact about the firmware: the next caller must not get it. */
TEST_F(status, a_refusal_is_not_kept)
{
	struct mei_prov_info info;

	ASSERT_EQ(0, vme_fault(0x5c, "status=1"));
	ASSERT_EQ(0, fresh_info(self->fd, &info));
	ASSERT_EQ(0, device_info(self->fd, &info, ENOUGH_MS));
	EXPECT_EQ(0, info.head.fw_status);
	EXPECT_EQ(INFO_PARTS, info.valid);
	EXPECT_EQ(0, memcmp(self->truth.uuid, info.uuid, 16));
}

static void expect_no_table(struct __test_metadata *_metadata, int fd, uint32_t want)
{
	struct mei_prov_hash hashes[2], untouched[2];
	uint32_t count = 2, status = 0;

	memset(hashes, 0xa5, sizeof(hashes));
	memset(untouched, 0xa5, sizeof(untouched));
	ASSERT_EQ(0, device_hashes(fd, hashes, &count, &status, ENOUGH_MS));
	EXPECT_EQ(want, status);
	EXPECT_EQ(0, count);
	EXPECT_EQ(0, memcmp(hashes, untouched, sizeof(hashes)));
}

TEST_F(status, refused_handles_give_no_table)
{
	size_t i;

	for (i = 0; i < ROWS(few); i++) {
		ASSERT_EQ(0, vme_fault(0x2c, "status=%u", few[i]));
		expect_no_table(_metadata, self->fd, few[i]);
		EXPECT_EQ(0, truth_ask(self->fd, &self->truth, TRUTH_HASH_TABLE, ENOUGH_MS));
	}
}

TEST_F(status, a_refused_entry_gives_no_table)
{
	ASSERT_EQ(0, vme_fault(0x2d, "status=1 nth=3 times=1"));
	expect_no_table(_metadata, self->fd, 1);
	EXPECT_EQ(0, truth_ask(self->fd, &self->truth, TRUTH_HASH_TABLE, ENOUGH_MS));
}

TEST_F(status, a_refused_second_list_of_handles_gives_no_table)
{
	ASSERT_EQ(0, vme_fault(0x2c, "status=1 nth=2 times=1"));
	expect_no_table(_metadata, self->fd, 1);
	EXPECT_EQ(0, truth_ask(self->fd, &self->truth, TRUTH_HASH_TABLE, ENOUGH_MS));
}

TEST_F(status, refused_changes_come_out_unchanged)
{
	uint32_t status;
	size_t i;

	for (i = 0; i < ROWS(few); i++) {
		ASSERT_EQ(0, vme_fault(0x2a, "status=%u", few[i]));
		ASSERT_EQ(0, device_otp(self->fd, "12345678", 8, &status, ENOUGH_MS));
		EXPECT_EQ(few[i], status);
		ASSERT_EQ(0, vme_fault(0x62, "status=%u", few[i]));
		ASSERT_EQ(0, device_start(self->fd, 0, &status, ENOUGH_MS));
		EXPECT_EQ(few[i], status);
		ASSERT_EQ(0, vme_fault(0x5e, "status=%u", few[i]));
		ASSERT_EQ(0, device_stop(self->fd, &status, ENOUGH_MS));
		EXPECT_EQ(few[i], status);
	}
}

/* Status 3 and then four bytes: a refusal may carry trailing data. */
TEST_F(status, trailing_data_of_a_refusal_is_ignored)
{
	struct mei_prov_ztc ztc;

	ASSERT_EQ(0, vme_fault(0x30, "raw=0101000030008004080000000300000001000000"));
	ASSERT_EQ(0, device_ztc(self->fd, &ztc, ENOUGH_MS));
	EXPECT_EQ(3, ztc.head.fw_status);
	EXPECT_EQ(0, ztc.enabled);
	EXPECT_EQ(0, truth_ask_all(self->fd, &self->truth, ENOUGH_MS));
}

TEST_HARNESS_MAIN
