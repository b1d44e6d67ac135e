// SPDX-License-Identifier: GPL-2.0-only
/*
 * Arguments of every command of /dev/meiprovN: what is refused, with which
 * errno, and that the kernel stays inside the caller's struct
 * (uapi/linux/mei_prov_ioctl.h).
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "harness.h"

#include "device.h"
#include "vme.h"

#define CANARY 0xa5
#define TAIL   16

FIXTURE(args)
{
	int fd;
	const struct device_command *command;
	union device_arg arg;
};

FIXTURE_VARIANT(args)
{
	unsigned int row;
};

FIXTURE_VARIANT_ADD(args, info){ .row = 0 };
FIXTURE_VARIANT_ADD(args, state){ .row = 1 };
FIXTURE_VARIANT_ADD(args, ztc_get){ .row = 2 };
FIXTURE_VARIANT_ADD(args, hash_get){ .row = 3 };
FIXTURE_VARIANT_ADD(args, otp_set){ .row = 4 };
FIXTURE_VARIANT_ADD(args, start){ .row = 5 };
FIXTURE_VARIANT_ADD(args, stop){ .row = 6 };

FIXTURE_SETUP(args)
{
	self->command = &device_commands[variant->row];
	device_arg_init(&self->arg, self->command);
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(args)
{
	close(self->fd);
}

TEST_F(args, a_sound_call_succeeds)
{
	self->arg.head.fw_status = 0xdead;
	EXPECT_EQ(0, device_ioctl(self->fd, self->command->nr, &self->arg));
	EXPECT_NE(0xdead, self->arg.head.fw_status);
}

TEST_F(args, a_size_too_small_is_EINVAL)
{
	const uint32_t sizes[] = { 0, 1, 4, 15, self->command->first - 1 };
	size_t i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		self->arg.head.size = sizes[i];
		EXPECT_EQ(-EINVAL, device_ioctl(self->fd, self->command->nr, &self->arg))
		TH_LOG("size %u", sizes[i]);
	}
}

TEST_F(args, the_first_version_of_the_struct_is_taken_for_ever)
{
	size_t i, size = self->command->first;

	self->arg.head.size = size;
	memset(self->arg.bytes + size, CANARY, sizeof(self->arg) - size);
	ASSERT_EQ(0, device_ioctl(self->fd, self->command->nr, &self->arg));
	for (i = size; i < sizeof(self->arg); i++) {
		ASSERT_EQ(CANARY, self->arg.bytes[i]) TH_LOG("byte %zu of %zu", i, size);
	}
}

TEST_F(args, a_longer_struct_with_a_zero_tail_is_taken)
{
	self->arg.head.size = self->command->size + TAIL;
	EXPECT_EQ(0, device_ioctl(self->fd, self->command->nr, &self->arg));
}

TEST_F(args, a_tail_that_is_not_zero_is_E2BIG)
{
	const size_t at[] = { 0, 1, TAIL - 1 };
	size_t i;

	self->arg.head.size = self->command->size + TAIL;
	for (i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		self->arg.bytes[self->command->size + at[i]] = 1;
		EXPECT_EQ(-E2BIG, device_ioctl(self->fd, self->command->nr, &self->arg))
		TH_LOG("byte %zu of the tail", at[i]);
		self->arg.bytes[self->command->size + at[i]] = 0;
	}
}

/* What lies 4 GiB further is not the caller's: the kernel finds that out. */
TEST_F(args, a_huge_size_fails)
{
	int ret;

	self->arg.head.size = UINT32_MAX;
	ret = device_ioctl(self->fd, self->command->nr, &self->arg);
	EXPECT_TRUE(ret == -E2BIG || ret == -EFAULT) TH_LOG("got %d", ret);
}

TEST_F(args, nothing_is_written_beyond_size)
{
	size_t i, size = self->command->size;

	memset(self->arg.bytes + size, CANARY, sizeof(self->arg) - size);
	ASSERT_EQ(0, device_ioctl(self->fd, self->command->nr, &self->arg));
	for (i = size; i < sizeof(self->arg); i++) {
		ASSERT_EQ(CANARY, self->arg.bytes[i]) TH_LOG("byte %zu of %zu", i, size);
	}
}

TEST_F(args, size_and_deadline_come_back_as_they_were)
{
	ASSERT_EQ(0, device_ioctl(self->fd, self->command->nr, &self->arg));
	EXPECT_EQ(self->command->size, self->arg.head.size);
	EXPECT_EQ(0, self->arg.head.flags);
	EXPECT_EQ(ENOUGH_MS, self->arg.head.timeout_ms);
}

/* Bits 8 to 15 are a command's own: one that has some may get more. */
static uint32_t flags_to_come(const struct device_command *command)
{
	return command->flags & 0xff00 ? 0xff00 : 0;
}

TEST_F(args, unknown_flags_are_EOPNOTSUPP)
{
	unsigned int bit;

	for (bit = 0; bit < 32; bit++) {
		self->arg.head.flags = 1u << bit;
		if (self->arg.head.flags & (self->command->flags | flags_to_come(self->command)))
			continue;
		EXPECT_EQ(-EOPNOTSUPP, device_ioctl(self->fd, self->command->nr, &self->arg))
		TH_LOG("bit %u", bit);
	}
}

TEST_F(args, known_flags_are_taken)
{
	self->arg.head.flags = self->command->flags;
	EXPECT_EQ(0, device_ioctl(self->fd, self->command->nr, &self->arg));
}

TEST_F(args, a_deadline_beyond_the_maximum_is_EINVAL)
{
	self->arg.head.timeout_ms = MEI_PROV_TIMEOUT_MAX_MS + 1;
	EXPECT_EQ(-EINVAL, device_ioctl(self->fd, self->command->nr, &self->arg));
	self->arg.head.timeout_ms = UINT32_MAX;
	EXPECT_EQ(-EINVAL, device_ioctl(self->fd, self->command->nr, &self->arg));
}

TEST_F(args, the_longest_and_the_default_deadline_are_taken)
{
	self->arg.head.timeout_ms = MEI_PROV_TIMEOUT_MAX_MS;
	EXPECT_EQ(0, device_ioctl(self->fd, self->command->nr, &self->arg));
	self->arg.head.timeout_ms = 0;
	EXPECT_EQ(0, device_ioctl(self->fd, self->command->nr, &self->arg));
}

TEST_F(args, a_bad_address_is_EFAULT)
{
	void *const bad[] = { NULL, (void *)8, (void *)0xffff888000000000, (void *)-16l };
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		EXPECT_EQ(-EFAULT, device_ioctl(self->fd, self->command->nr, bad[i]))
		TH_LOG("address %p", bad[i]);
	}
}

/* Two pages, the second one away: a struct that begins in the first. */
static void *edge_of_memory(size_t before)
{
	size_t page = sysconf(_SC_PAGESIZE);
	char *map = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			 0);

	if (map == MAP_FAILED || munmap(map + page, page) < 0)
		return NULL;
	return map + page - before;
}

TEST_F(args, a_struct_that_leaves_memory_is_EFAULT)
{
	size_t half = self->command->size / 2;
	void *arg = edge_of_memory(half);

	ASSERT_NE(NULL, arg);
	memcpy(arg, &self->arg, half);
	EXPECT_EQ(-EFAULT, device_ioctl(self->fd, self->command->nr, arg));
}

TEST_F(args, a_struct_up_to_the_end_of_memory_is_taken)
{
	void *arg = edge_of_memory(self->command->size);

	ASSERT_NE(NULL, arg);
	memcpy(arg, &self->arg, self->command->size);
	EXPECT_EQ(0, device_ioctl(self->fd, self->command->nr, arg));
}

TEST_F(args, an_argument_in_read_only_memory_is_EFAULT)
{
	size_t page = sysconf(_SC_PAGESIZE);
	void *arg = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT_NE(MAP_FAILED, arg);
	memcpy(arg, &self->arg, self->command->size);
	ASSERT_EQ(0, mprotect(arg, page, PROT_READ));
	EXPECT_EQ(-EFAULT, device_ioctl(self->fd, self->command->nr, arg));
}

TEST_F(args, a_changing_command_needs_a_writable_file)
{
	int ro = device_open(O_RDONLY);

	ASSERT_LE(0, ro);
	EXPECT_EQ(self->command->writes ? -EACCES : 0,
		  device_ioctl(ro, self->command->nr, &self->arg));
	close(ro);
}

FIXTURE(file)
{
	int fd;
};

FIXTURE_SETUP(file)
{
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(file)
{
	close(self->fd);
}

TEST_F(file, an_unknown_number_is_ENOTTY)
{
	const unsigned long numbers[] = {
		_IO(MEI_PROV_IOC_TYPE, 0x80),
		_IO(MEI_PROV_IOC_TYPE, 0xff),
		_IO('H', 1),
		_IOWR(MEI_PROV_IOC_TYPE, 1, struct mei_prov_state),
		_IOR(MEI_PROV_IOC_TYPE, 2, struct mei_prov_ztc),
		0,
	};
	union device_arg arg;
	size_t i;

	device_arg_init(&arg, &device_commands[1]);
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		EXPECT_EQ(-ENOTTY, device_ioctl(self->fd, numbers[i], &arg))
		TH_LOG("number %#lx", numbers[i]);
	}
}

TEST_F(file, reserved_fields_must_be_zero)
{
	struct mei_prov_hash_get hashes = { .__reserved = 1 };
	struct mei_prov_otp_set otp = { .otp_len = 8, .__reserved = 1 };
	struct mei_prov_state state = { .__reserved = 1 };
	struct mei_prov_ztc ztc = { .__reserved = 1 };

	EXPECT_EQ(-EINVAL, DEVICE_CALL(self->fd, MEI_PROV_IOC_STATE, &state, ENOUGH_MS));
	EXPECT_EQ(-EINVAL, DEVICE_CALL(self->fd, MEI_PROV_IOC_ZTC_GET, &ztc, ENOUGH_MS));
	EXPECT_EQ(-EINVAL, DEVICE_CALL(self->fd, MEI_PROV_IOC_HASH_GET, &hashes, ENOUGH_MS));
	EXPECT_EQ(-EINVAL, DEVICE_CALL(self->fd, MEI_PROV_IOC_OTP_SET, &otp, ENOUGH_MS));
}

TEST_F(file, output_fields_are_overwritten_whatever_was_in_them)
{
	struct mei_prov_info info;

	memset(&info, 0xff, sizeof(info));
	info.head.flags = 0;
	info.version_count = 0;
	info.versions = 0;
	ASSERT_EQ(0, DEVICE_CALL(self->fd, MEI_PROV_IOC_INFO, &info, ENOUGH_MS));
	EXPECT_EQ(0, info.head.fw_status);
	EXPECT_EQ(MEI_PROV_INFO_VERSIONS | MEI_PROV_INFO_UUID, info.valid);
	EXPECT_EQ(MEI_PROV_IOCTL_LINK_UP, info.link);
	EXPECT_NE(NULL, memchr(info.parent, 0, sizeof(info.parent)));
	EXPECT_NE(NULL, memchr(info.bios, 0, sizeof(info.bios)));
	EXPECT_EQ(0, info.parent[sizeof(info.parent) - 1]);
	EXPECT_EQ(0, info.bios[sizeof(info.bios) - 1]);
}

TEST_F(file, the_length_of_an_otp_is_8_to_32)
{
	const struct {
		size_t len;
		int ret;
	} rows[] = {
		{ 0, -EINVAL }, { 7, -EINVAL },	 { 8, 0 },
		{ 32, 0 },	{ 33, -EINVAL }, { UINT32_MAX, -EINVAL },
	};
	const unsigned char otp[MEI_PROV_OTP_MAX] = "0123456789abcdefghijklmnopqrstuv";
	uint32_t status;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		EXPECT_EQ(rows[i].ret, device_otp(self->fd, otp, rows[i].len, &status, ENOUGH_MS))
		TH_LOG("length %zu", rows[i].len);
	}
}

TEST_F(file, what_is_refused_never_reaches_the_firmware)
{
	union device_arg arg;
	long before, after;
	int i;

	before = vme_seen_all();
	ASSERT_LE(0, before);
	for (i = 0; i < DEVICE_COMMANDS; i++) {
		device_arg_init(&arg, &device_commands[i]);
		arg.head.size = device_commands[i].first - 1;
		EXPECT_GT(0, device_ioctl(self->fd, device_commands[i].nr, &arg));
		device_arg_init(&arg, &device_commands[i]);
		arg.head.flags = 1u << 31;
		EXPECT_GT(0, device_ioctl(self->fd, device_commands[i].nr, &arg));
		device_arg_init(&arg, &device_commands[i]);
		arg.head.timeout_ms = UINT32_MAX;
		EXPECT_GT(0, device_ioctl(self->fd, device_commands[i].nr, &arg));
	}
	after = vme_seen_all();
	EXPECT_EQ(before, after);
}

TEST_F(file, there_is_nothing_to_read_write_or_map)
{
	char byte = 0;

	EXPECT_EQ(-1, write(self->fd, &byte, 1));
	EXPECT_EQ(MAP_FAILED, mmap(NULL, 4096, PROT_READ, MAP_SHARED, self->fd, 0));
	EXPECT_EQ(-1, lseek(self->fd, 1, SEEK_SET));
}

TEST_HARNESS_MAIN
