// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rules that hold for every command (uapi/linux/mei_prov_ioctl.h), for those
 * that came after the first version. The firmware refuses what gets through, so
 * that nothing is changed.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "harness.h"

#include "device.h"
#include "later.h"
#include "vme.h"

#define CANARY	0xa5
#define TAIL	16
#define REFUSED 0x24

FIXTURE(commands)
{
	union device_arg arg;
	int fd;
};

FIXTURE_SETUP(commands)
{
	ASSERT_EQ(0, vme_calm());
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(commands)
{
	close(self->fd);
}

#define FOR_EACH(command) \
	for (const struct later_command *command = later_commands; \
	     command < later_commands + LATER_COMMANDS; command++)

static int call(int fd, const struct later_command *command, union device_arg *arg)
{
	return device_ioctl(fd, command->nr, arg);
}

/* The firmware will refuse the next one. */
static int refuse(const struct later_command *command)
{
	return vme_fault(command->amthi, "status=%u", REFUSED);
}

/* A read may be carried out. */
static int refuse_a_change(const struct later_command *command)
{
	return command->writes ? refuse(command) : 0;
}

static bool all_are(const union device_arg *arg, size_t from, size_t to, unsigned char value)
{
	for (; from < to; from++)
		if (arg->bytes[from] != value)
			return false;
	return true;
}

TEST_F_TIMEOUT(commands, a_refusal_comes_out_unchanged_and_alone, 120)
{
	long before = vme_seen_all();

	FOR_EACH(command)
	{
		later_init(&self->arg, command);
		memset(self->arg.bytes + command->size, CANARY, sizeof(self->arg) - command->size);
		ASSERT_EQ(0, refuse(command));
		EXPECT_EQ(0, call(self->fd, command, &self->arg)) TH_LOG("%s", command->name);
		EXPECT_EQ(REFUSED, self->arg.head.fw_status) TH_LOG("%s", command->name);
		EXPECT_TRUE(command->writes ||
			    all_are(&self->arg, sizeof(self->arg.head), command->size, 0))
		TH_LOG("%s", command->name);
		EXPECT_TRUE(all_are(&self->arg, command->size, sizeof(self->arg), CANARY))
		TH_LOG("%s", command->name);
	}
	EXPECT_EQ(before + LATER_COMMANDS, vme_seen_all());
}

TEST_F_TIMEOUT(commands, a_read_writes_nothing_beyond_size, 60)
{
	FOR_EACH(command)
	{
		if (command->writes)
			continue;
		later_init(&self->arg, command);
		memset(self->arg.bytes + command->size, CANARY, sizeof(self->arg) - command->size);
		EXPECT_EQ(0, call(self->fd, command, &self->arg)) TH_LOG("%s", command->name);
		EXPECT_TRUE(all_are(&self->arg, command->size, sizeof(self->arg), CANARY))
		TH_LOG("%s", command->name);
	}
}

TEST_F_TIMEOUT(commands, a_longer_struct_is_taken_only_with_a_zero_tail, 120)
{
	FOR_EACH(command)
	{
		later_init(&self->arg, command);
		self->arg.head.size += TAIL;
		ASSERT_EQ(0, refuse_a_change(command));
		EXPECT_EQ(0, call(self->fd, command, &self->arg)) TH_LOG("%s", command->name);
		self->arg.bytes[command->size + TAIL - 1] = 1;
		EXPECT_EQ(-E2BIG, call(self->fd, command, &self->arg)) TH_LOG("%s", command->name);
	}
}

/* Each of these must be refused before the firmware hears of it. */
TEST_F(commands, arguments_out_of_range_never_reach_the_firmware)
{
	long before = vme_seen_all();
	unsigned int bit;

	ASSERT_LE(0, before);
	FOR_EACH(command)
	{
		later_init(&self->arg, command);
		self->arg.head.size--;
		EXPECT_EQ(-EINVAL, call(self->fd, command, &self->arg)) TH_LOG("%s", command->name);
		later_init(&self->arg, command);
		self->arg.head.timeout_ms = MEI_PROV_TIMEOUT_MAX_MS + 1;
		EXPECT_EQ(-EINVAL, call(self->fd, command, &self->arg)) TH_LOG("%s", command->name);
		for (bit = 0; bit < 32; bit++) {
			later_init(&self->arg, command);
			self->arg.head.flags = 1u << bit;
			EXPECT_EQ(-EOPNOTSUPP, call(self->fd, command, &self->arg))
			TH_LOG("%s bit %u", command->name, bit);
		}
	}
	EXPECT_EQ(before, vme_seen_all());
}

TEST_F(commands, reserved_fields_must_be_zero)
{
	long before = vme_seen_all();

	FOR_EACH(command)
	{
		if (!command->reserved)
			continue;
		later_init(&self->arg, command);
		self->arg.bytes[command->reserved + 1] = 1;
		EXPECT_EQ(-EINVAL, call(self->fd, command, &self->arg)) TH_LOG("%s", command->name);
	}
	EXPECT_EQ(before, vme_seen_all());
}

TEST_F(commands, a_change_needs_a_writable_file_and_a_read_a_readable_one)
{
	int ro = device_open(O_RDONLY), wo = device_open(O_WRONLY);
	long before = vme_seen_all();

	ASSERT_LE(0, ro);
	ASSERT_LE(0, wo);
	FOR_EACH(command)
	{
		later_init(&self->arg, command);
		EXPECT_EQ(-EACCES, call(command->writes ? ro : wo, command, &self->arg))
		TH_LOG("%s", command->name);
	}
	EXPECT_EQ(before, vme_seen_all());
	close(ro);
	close(wo);
}

TEST_F_TIMEOUT(commands, a_read_only_file_reads_and_a_write_only_one_changes, 120)
{
	int ro = device_open(O_RDONLY), wo = device_open(O_WRONLY);

	ASSERT_LE(0, ro);
	ASSERT_LE(0, wo);
	FOR_EACH(command)
	{
		later_init(&self->arg, command);
		ASSERT_EQ(0, refuse_a_change(command));
		EXPECT_EQ(0, call(command->writes ? wo : ro, command, &self->arg))
		TH_LOG("%s", command->name);
	}
	close(ro);
	close(wo);
}

TEST_F(commands, a_bad_address_is_EFAULT)
{
	FOR_EACH(command)
	{
		EXPECT_EQ(-EFAULT, device_ioctl(self->fd, command->nr, (void *)8))
		TH_LOG("%s", command->name);
	}
}

/* --- replies no firmware should send --- */

static int after(const struct later_command *command, int fd, union device_arg *arg,
		 const char *action)
{
	later_init(arg, command);
	if (vme_fault(command->amthi, "%s", action) != 0)
		return -ENOTRECOVERABLE;
	return call(fd, command, arg);
}

TEST_F_TIMEOUT(commands, a_reply_cut_or_padded_is_EMSGSIZE, 180)
{
	FOR_EACH(command)
	{
		EXPECT_EQ(-EMSGSIZE, after(command, self->fd, &self->arg, "truncate=15"))
		TH_LOG("%s", command->name);
		EXPECT_EQ(-EMSGSIZE, after(command, self->fd, &self->arg, "pad=1"))
		TH_LOG("%s", command->name);
	}
}

/* Success in 16 bytes: right for a plain change, not for a read. */
TEST_F_TIMEOUT(commands, success_without_the_data_is_ENODATA, 120)
{
	char raw[64];

	FOR_EACH(command)
	{
		snprintf(raw, sizeof(raw), "raw=01010000%02x0080040400000000000000",
			 command->amthi);
		EXPECT_EQ(command->returns ? -ENODATA : 0,
			  after(command, self->fd, &self->arg, raw))
		TH_LOG("%s", command->name);
	}
}

TEST_F_TIMEOUT(commands, the_reply_to_another_command_is_EPROTO, 120)
{
	FOR_EACH(command)
	{
		EXPECT_EQ(-EPROTO, after(command, self->fd, &self->arg, "wrong-id"))
		TH_LOG("%s", command->name);
	}
}

TEST_HARNESS_MAIN
