// SPDX-License-Identifier: GPL-2.0-only
/*
 * INFO: versions, UUID, BIOS, names. The truth is what a foreign program reads
 * over /dev/mei0 byte by byte, and what the virtual ME says of itself.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "harness.h"

#include "clock.h"
#include "device.h"
#include "foreign.h"
#include "sysfs.h"
#include "truth.h"
#include "vme.h"

/* GetCodeVersions (amthi.md 2.1, 1A): offsets in the reply. */
#define BIOS_AT	  16
#define BIOS_LEN  65
#define COUNT_AT  81
#define ENTRY_AT  85
#define ENTRY_LEN 44

FIXTURE(info)
{
	int fd;
	struct mei_prov_info info;
	struct mei_prov_version versions[MEI_PROV_VERSIONS_MAX];
	unsigned char raw[5120];
	uint32_t raw_count;
	int patience;
};

FIXTURE_SETUP(info)
{
	int foreign;

	ASSERT_EQ(0, vme_calm());
	foreign = foreign_connect_within(ENOUGH_MS);
	ASSERT_LE(0, foreign);
	ASSERT_LE(ENTRY_AT, foreign_ask(foreign, 0x1a, self->raw, sizeof(self->raw)));
	close(foreign);
	self->raw_count = self->raw[COUNT_AT];
	self->fd = device_open(O_RDONLY);
	ASSERT_LE(0, self->fd);
	self->info.head.flags = MEI_PROV_F_FRESH;
	memset(self->versions, 0xa5, sizeof(self->versions));
	self->patience = 50;
}

FIXTURE_TEARDOWN(info)
{
	close(self->fd);
}

static int ask(FIXTURE_DATA(info) * self, uint32_t room)
{
	self->info.version_count = room;
	self->info.versions = (uintptr_t)self->versions;
	return DEVICE_CALL(self->fd, MEI_PROV_IOC_INFO, &self->info, ENOUGH_MS);
}

/* Entry @i as the ABI must show what the firmware sent. */
static struct mei_prov_version expected_version(const unsigned char *raw, unsigned int i)
{
	const unsigned char *entry = raw + ENTRY_AT + i * ENTRY_LEN;
	struct mei_prov_version version;

	memset(&version, 0, sizeof(version));
	memcpy(version.name, entry + 2, entry[0]);
	memcpy(version.value, entry + 24, entry[22]);
	return version;
}

static bool versions_right(FIXTURE_DATA(info) * self, uint32_t count)
{
	struct mei_prov_version want;
	uint32_t i;

	for (i = 0; i < count; i++) {
		want = expected_version(self->raw, i);
		if (memcmp(&want, &self->versions[i], sizeof(want)) != 0)
			return false;
	}
	return true;
}

static bool untouched_from(FIXTURE_DATA(info) * self, uint32_t first)
{
	const unsigned char *byte = (void *)&self->versions[first];

	while (byte < (unsigned char *)(self->versions + MEI_PROV_VERSIONS_MAX))
		if (*byte++ != 0xa5)
			return false;
	return true;
}

TEST_F(info, the_count_comes_without_room)
{
	ASSERT_EQ(0, ask(self, 0));
	EXPECT_EQ(self->raw_count, self->info.version_count);
	EXPECT_TRUE(untouched_from(self, 0));
}

TEST_F(info, no_pointer_is_needed_without_room)
{
	ASSERT_EQ(0, device_info(self->fd, &self->info, ENOUGH_MS));
	EXPECT_EQ(self->raw_count, self->info.version_count);
}

TEST_F(info, exact_room_gets_all_versions)
{
	ASSERT_EQ(10, self->raw_count);
	ASSERT_EQ(0, ask(self, self->raw_count));
	EXPECT_EQ(self->raw_count, self->info.version_count);
	EXPECT_TRUE(versions_right(self, self->raw_count));
	EXPECT_TRUE(untouched_from(self, self->raw_count));
}

TEST_F(info, short_room_gets_the_first_and_the_count)
{
	ASSERT_EQ(0, ask(self, 3));
	EXPECT_EQ(self->raw_count, self->info.version_count);
	EXPECT_TRUE(versions_right(self, 3));
	EXPECT_TRUE(untouched_from(self, 3));
}

TEST_F(info, spare_room_stays_untouched)
{
	ASSERT_EQ(0, ask(self, MEI_PROV_VERSIONS_MAX));
	EXPECT_EQ(self->raw_count, self->info.version_count);
	EXPECT_TRUE(versions_right(self, self->raw_count));
	EXPECT_TRUE(untouched_from(self, self->raw_count));
}

TEST_F(info, a_bad_pointer_to_versions_is_EFAULT)
{
	const uintptr_t bad[] = { 8, 0xffff888000000000, UINTPTR_MAX - 15 };
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		self->info.version_count = 1;
		self->info.versions = bad[i];
		EXPECT_EQ(-EFAULT,
			  DEVICE_CALL(self->fd, MEI_PROV_IOC_INFO, &self->info, ENOUGH_MS));
	}
	EXPECT_EQ(0, ask(self, MEI_PROV_VERSIONS_MAX));
}

TEST_F(info, the_uuid_is_the_firmwares)
{
	uint8_t uuid[16];

	ASSERT_EQ(0, vme_uuid(uuid));
	ASSERT_EQ(0, ask(self, 0));
	EXPECT_EQ(MEI_PROV_INFO_VERSIONS | MEI_PROV_INFO_UUID, self->info.valid);
	EXPECT_EQ(0, memcmp(uuid, self->info.uuid, sizeof(uuid)));
}

TEST_F(info, the_bios_version_is_the_firmwares)
{
	char bios[sizeof(self->info.bios)] = { 0 };

	memcpy(bios, self->raw + BIOS_AT, BIOS_LEN);
	ASSERT_NE('\0', bios[0]);
	ASSERT_EQ(0, ask(self, 0));
	EXPECT_EQ(0, strcmp(bios, self->info.bios));
}

TEST_F(info, index_parent_and_link_are_true)
{
	char path[64];

	ASSERT_EQ(0, ask(self, 0));
	snprintf(path, sizeof(path), "/dev/meiprov%u", self->info.index);
	EXPECT_EQ(0, strcmp(path, device_path()));
	EXPECT_EQ(0, strcmp(SYSFS_PCI_NAME, self->info.parent));
	EXPECT_EQ(MEI_PROV_IOCTL_LINK_UP, self->info.link);
}

TEST_F(info, fresh_asks_the_firmware_every_time)
{
	long versions = vme_seen(0x1a), uuids = vme_seen(0x5c);

	ASSERT_EQ(0, ask(self, 0));
	ASSERT_EQ(0, ask(self, 0));
	EXPECT_EQ(versions + 2, vme_seen(0x1a));
	EXPECT_EQ(uuids + 2, vme_seen(0x5c));
}

TEST_F(info, a_copy_does_not_outlive_the_link)
{
	long before;

	ASSERT_EQ(0, ask(self, 0));
	ASSERT_EQ(0, vme("reset"));
	before = vme_seen(0x5c);
	self->info.head.flags = 0;
	do {
		ASSERT_EQ(0, ask(self, 0));
		clock_sleep_ms(100);
	} while (vme_seen(0x5c) == before && --self->patience > 0);
	EXPECT_LT(before, vme_seen(0x5c));
}

/* Names and values may fill their 20 bytes without a NUL. */
TEST_F(info, full_length_names_are_terminated)
{
	char hex[2 * (ENTRY_AT + ENTRY_LEN) + 1];
	unsigned int at, i, len = ENTRY_AT + ENTRY_LEN;

	self->raw[8] = len - 12;
	self->raw[9] = 0;
	self->raw[COUNT_AT] = 1;
	self->raw[ENTRY_AT] = 20;
	self->raw[ENTRY_AT + 22] = 20;
	memset(self->raw + ENTRY_AT + 2, 'n', 20);
	memset(self->raw + ENTRY_AT + 24, 'v', 20);
	for (i = at = 0; i < len; i++)
		at += snprintf(hex + at, sizeof(hex) - at, "%02x", self->raw[i]);
	ASSERT_EQ(0, vme_fault(0x1a, "raw=%s", hex));
	ASSERT_EQ(0, ask(self, 1));
	EXPECT_EQ(1, self->info.version_count);
	EXPECT_EQ(0, strcmp("nnnnnnnnnnnnnnnnnnnn", self->versions[0].name));
	EXPECT_EQ(0, strcmp("vvvvvvvvvvvvvvvvvvvv", self->versions[0].value));
}

TEST_HARNESS_MAIN
