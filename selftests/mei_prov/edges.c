// SPDX-License-Identifier: GPL-2.0-only
/*
 * Malformed arguments of every command there is: sizes, addresses, reserved
 * bytes, flags, deadlines, arrays. All of it is refused before the firmware
 * hears of it, with the errno of uapi/linux/mei_prov_ioctl.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "harness.h"

#include "device.h"
#include "later.h"
#include "vme.h"

#define CANARY 0xa5
#define ROOM   65536

struct command {
	const char *name;
	unsigned long nr;
	size_t first;
	size_t size;
	uint32_t flags;
	unsigned int amthi; /* to be refused by the firmware: it changes something */
};

#define COMMANDS (DEVICE_COMMANDS + LATER_COMMANDS + 2)

static const struct command newest[] = {
	{ "STATS", MEI_PROV_IOC_STATS, sizeof(struct mei_prov_stats), sizeof(struct mei_prov_stats),
	  0, 0 },
	{ "EVENTS", MEI_PROV_IOC_EVENTS, sizeof(struct mei_prov_events),
	  sizeof(struct mei_prov_events), 0, 0 },
};

static unsigned int amthi_of(unsigned long nr)
{
	switch (nr) {
	case MEI_PROV_IOC_OTP_SET:
		return 0x2a;
	case MEI_PROV_IOC_START:
		return 0x62;
	case MEI_PROV_IOC_STOP:
		return 0x5e;
	default:
		return 0;
	}
}

static void from_first(struct command *to, const struct device_command *from)
{
	*to = (struct command){ from->name, from->nr,	 from->first,
				from->size, from->flags, amthi_of(from->nr) };
	if (from->nr == MEI_PROV_IOC_START)
		to->flags |= MEI_PROV_START_LEGACY;
}

static void from_later(struct command *to, const struct later_command *from)
{
	*to = (struct command){ from->name, from->nr, from->size,
				from->size, 0,	      from->writes ? from->amthi : 0 };
}

FIXTURE(edges)
{
	struct command commands[COMMANDS];
	unsigned char *arg; /* ROOM bytes, nothing mapped behind them */
	long seen;
	int fd;
};

static void *map_room(void)
{
	unsigned char *map = mmap(NULL, ROOM + 4096, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (map == MAP_FAILED || munmap(map + ROOM, 4096) < 0)
		return NULL;
	return map;
}

FIXTURE_SETUP(edges)
{
	struct command *to = self->commands;
	size_t i;

	for (i = 0; i < DEVICE_COMMANDS; i++)
		from_first(to++, &device_commands[i]);
	for (i = 0; i < LATER_COMMANDS; i++)
		from_later(to++, &later_commands[i]);
	memcpy(to, newest, sizeof(newest));
	ASSERT_EQ(0, vme_calm());
	ASSERT_EQ(0, vme("set home-suffixes a.example,b.example"));
	self->arg = map_room();
	ASSERT_NE(NULL, self->arg);
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	self->seen = vme_seen_all();
	ASSERT_LE(0, self->seen);
}

FIXTURE_TEARDOWN(edges)
{
	EXPECT_EQ(0, vme("set home-suffixes ''"));
	munmap(self->arg, ROOM);
	close(self->fd);
}

#define FOR_EACH(command) \
	for (const struct command *command = self->commands; command < self->commands + COMMANDS; \
	     command++)

/* A sound argument at @at. */
static struct mei_prov_head *sound(const struct command *command, void *at)
{
	const struct device_command first = { .nr = command->nr, .size = command->size };
	const struct later_command later = { .nr = command->nr, .size = command->size };
	union device_arg arg;

	if (command->nr == MEI_PROV_IOC_OTP_SET)
		device_arg_init(&arg, &first);
	else
		later_init(&arg, &later);
	memcpy(at, &arg, command->size);
	return at;
}

#define REFUSED(wanted, at) \
	EXPECT_EQ(wanted, device_ioctl(self->fd, command->nr, at)) \
	TH_LOG("%s, size %u", command->name, ((struct mei_prov_head *)self->arg)->size)

TEST_F(edges, a_size_that_cannot_be_is_refused)
{
	static const uint32_t small[] = { 0, 1, 8, 15 };
	static const uint32_t large[] = { 4097, ROOM, ROOM + 1, 0x80000000, UINT32_MAX };
	size_t i;

	FOR_EACH(command)
	{
		memset(self->arg, 0, ROOM);
		sound(command, self->arg)->size = command->first - 1;
		REFUSED(-EINVAL, self->arg);
		for (i = 0; i < sizeof(small) / sizeof(small[0]); i++) {
			sound(command, self->arg)->size = small[i];
			REFUSED(-EINVAL, self->arg);
		}
		for (i = 0; i < sizeof(large) / sizeof(large[0]); i++) {
			sound(command, self->arg)->size = large[i];
			REFUSED(-E2BIG, self->arg);
		}
	}
	EXPECT_EQ(self->seen, vme_seen_all());
}

/* Any byte of what this kernel does not know. */
TEST_F(edges, a_tail_that_is_not_zero_is_E2BIG)
{
	size_t at;

	FOR_EACH(command)
	{
		memset(self->arg, 0, ROOM);
		for (at = command->size; at < command->size + 8; at++) {
			sound(command, self->arg)->size = command->size + 8;
			self->arg[at] = 1;
			REFUSED(-E2BIG, self->arg);
			self->arg[at] = 0;
		}
		sound(command, self->arg)->size = 4096;
		self->arg[4095] = 0x80;
		REFUSED(-E2BIG, self->arg);
	}
	EXPECT_EQ(self->seen, vme_seen_all());
}

/* How much of the struct lies before the end of memory. */
TEST_F(edges, a_struct_that_leaves_memory_is_EFAULT)
{
	size_t i;

	FOR_EACH(command)
	{
		const size_t before[] = { 0, 2, 4, 15, command->size / 2, command->size - 1 };

		for (i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
			unsigned char whole[1024];

			sound(command, whole);
			memcpy(self->arg + ROOM - before[i], whole, before[i]);
			REFUSED(-EFAULT, self->arg + ROOM - before[i]);
		}
		sound(command, self->arg + ROOM - command->size)->size += 8;
		REFUSED(-EFAULT, self->arg + ROOM - command->size);
	}
	EXPECT_EQ(self->seen, vme_seen_all());
}

TEST_F(edges, an_address_that_is_no_users_is_EFAULT)
{
	static const unsigned long bad[] = { 0,	   8,	 0xffff888000000000, 0xffffffff81000000,
					     -16l, -1ul, 0x00007ffffffff000, 0x8000000000000000 };
	size_t i;

	FOR_EACH(command)
	{
		for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
			REFUSED(-EFAULT, (void *)bad[i]);
	}
	EXPECT_EQ(self->seen, vme_seen_all());
}

TEST_F(edges, an_unknown_flag_is_EOPNOTSUPP)
{
	unsigned int bit;

	FOR_EACH(command)
	{
		for (bit = 0; bit < 32; bit++) {
			if (command->flags & (1u << bit))
				continue;
			sound(command, self->arg)->flags = 1u << bit;
			REFUSED(-EOPNOTSUPP, self->arg);
		}
		sound(command, self->arg)->flags = UINT32_MAX;
		REFUSED(-EOPNOTSUPP, self->arg);
	}
	EXPECT_EQ(self->seen, vme_seen_all());
}

TEST_F(edges, a_deadline_beyond_the_maximum_is_EINVAL)
{
	static const uint32_t late[] = { MEI_PROV_TIMEOUT_MAX_MS + 1, 0x80000000, UINT32_MAX };
	size_t i;

	FOR_EACH(command)
	{
		for (i = 0; i < sizeof(late) / sizeof(late[0]); i++) {
			sound(command, self->arg)->timeout_ms = late[i];
			REFUSED(-EINVAL, self->arg);
		}
	}
	EXPECT_EQ(self->seen, vme_seen_all());
}

/* clang-format off */
#define RESERVED(nr, type) \
	{ MEI_PROV_IOC_##nr, offsetof(struct type, __reserved), \
	  sizeof(((struct type *)0)->__reserved) }

static const struct {
	unsigned long nr;
	size_t at;
	size_t len;
} reserved[] = {
	RESERVED(STATE, mei_prov_state),
	RESERVED(ZTC_GET, mei_prov_ztc),
	RESERVED(HASH_GET, mei_prov_hash_get),
	RESERVED(OTP_SET, mei_prov_otp_set),
	RESERVED(ZTC_SET, mei_prov_ztc_set),
	RESERVED(SUFFIX_GET, mei_prov_suffix),
	RESERVED(SUFFIX_SET, mei_prov_suffix),
	RESERVED(SUFFIX_LIST, mei_prov_suffix_list),
	RESERVED(TLS_MODE, mei_prov_tls_mode),
	RESERVED(RNG_STATUS, mei_prov_rng),
	RESERVED(UNPROVISION, mei_prov_unprovision),
	RESERVED(EHBC_GET, mei_prov_ehbc),
	RESERVED(SECURITY, mei_prov_security),
	RESERVED(LAN, mei_prov_lan),
	RESERVED(MAC, mei_prov_mac),
	RESERVED(CONFIG_SERVER, mei_prov_config_server),
	RESERVED(REDIRECTION, mei_prov_redirection),
	RESERVED(REMOTE_ACCESS, mei_prov_remote_access),
	RESERVED(AUDIT, mei_prov_audit),
};
/* clang-format on */

TEST_F(edges, every_byte_that_is_reserved_must_be_zero)
{
	size_t i, at;

	FOR_EACH(command)
	{
		for (i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++) {
			if (reserved[i].nr != command->nr)
				continue;
			for (at = 0; at < reserved[i].len; at++) {
				sound(command, self->arg);
				self->arg[reserved[i].at + at] = 0x80;
				REFUSED(-EINVAL, self->arg);
			}
		}
	}
	EXPECT_EQ(self->seen, vme_seen_all());
}

static int refuse(const struct command *command)
{
	return command->amthi ? vme_fault(command->amthi, "status=1") : 0;
}

/* Sizes from the first version to a page: what is beyond @size stays as it is. */
TEST_F_TIMEOUT(edges, nothing_is_written_beyond_size, 180)
{
	size_t i, at;

	FOR_EACH(command)
	{
		const size_t sizes[] = { command->first, command->size };

		for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
			memset(self->arg, CANARY, ROOM);
			sound(command, self->arg)->size = sizes[i];
			memset(self->arg + sizes[i], CANARY, command->size - sizes[i]);
			ASSERT_EQ(0, refuse(command));
			REFUSED(0, self->arg);
			for (at = sizes[i]; at < 8192; at++)
				ASSERT_EQ(CANARY, self->arg[at])
			TH_LOG("%s: byte %zu of %zu", command->name, at, sizes[i]);
		}
	}
}

TEST_F_TIMEOUT(edges, a_page_with_a_zero_tail_is_taken_at_any_address, 180)
{
	FOR_EACH(command)
	{
		memset(self->arg, 0, ROOM);
		sound(command, self->arg + 4095)->size = 4096;
		ASSERT_EQ(0, refuse(command));
		REFUSED(0, self->arg + 4095);
	}
}

/* --- arrays --- */

/* clang-format off */
#define ARRAY(nr, type, count, pointer, entry) \
	{ MEI_PROV_IOC_##nr, sizeof(struct type), offsetof(struct type, count), \
	  offsetof(struct type, pointer), entry }

static const struct {
	unsigned long nr;
	size_t size;
	size_t count;
	size_t pointer;
	size_t entry;
} arrays[] = {
	ARRAY(INFO, mei_prov_info, version_count, versions, sizeof(struct mei_prov_version)),
	ARRAY(HASH_GET, mei_prov_hash_get, count, hashes, sizeof(struct mei_prov_hash)),
	ARRAY(SUFFIX_LIST, mei_prov_suffix_list, len, list, 1),
};
/* clang-format on */

#define ARRAYS (sizeof(arrays) / sizeof(arrays[0]))

/* With room for @count entries at @to: the ioctl's value, or how many there are. */
static int ask_array(int fd, size_t row, uint32_t count, uint64_t to)
{
	unsigned char arg[1024] = { 0 };
	uint32_t there;
	int ret;

	memcpy(arg + arrays[row].count, &count, sizeof(count));
	memcpy(arg + arrays[row].pointer, &to, sizeof(to));
	ret = device_call(fd, arrays[row].nr, (struct mei_prov_head *)arg, arrays[row].size,
			  ENOUGH_MS);
	memcpy(&there, arg + arrays[row].count, sizeof(there));
	return ret < 0 ? ret : (int)there;
}

/* The array ends where memory ends: all of it fits, or a byte is missing. */
TEST_F(edges, a_claim_of_endless_room_writes_what_there_is)
{
	size_t row, at, len;
	int there;

	for (row = 0; row < ARRAYS; row++) {
		there = ask_array(self->fd, row, 0, 0);
		ASSERT_LT(0, there) TH_LOG("array %zu", row);
		len = there * arrays[row].entry;
		memset(self->arg, CANARY, ROOM);
		EXPECT_EQ(there,
			  ask_array(self->fd, row, UINT32_MAX, (uintptr_t)self->arg + ROOM - len));
		for (at = ROOM - len - 256; at < ROOM - len; at++)
			ASSERT_EQ(CANARY, self->arg[at]);
		EXPECT_EQ(-EFAULT, ask_array(self->fd, row, UINT32_MAX,
					     (uintptr_t)self->arg + ROOM - len + 1));
	}
}

TEST_F(edges, as_many_entries_are_written_as_there_is_room_for)
{
	size_t row, at;
	int there;

	for (row = 0; row < ARRAYS; row++) {
		there = ask_array(self->fd, row, 0, (uintptr_t)self->arg);
		memset(self->arg, CANARY, ROOM);
		EXPECT_EQ(there, ask_array(self->fd, row, 0, (uintptr_t)self->arg));
		EXPECT_EQ(CANARY, self->arg[0]);
		EXPECT_EQ(there, ask_array(self->fd, row, 1, (uintptr_t)self->arg));
		EXPECT_NE(CANARY, self->arg[0]);
		for (at = arrays[row].entry; at < 4096; at++)
			ASSERT_EQ(CANARY, self->arg[at]);
	}
}

TEST_F(edges, an_array_that_is_no_users_is_EFAULT)
{
	static const uint64_t bad[] = { 8,
					0xffff888000000000,
					0xffffffff81000000,
					UINT64_MAX,
					UINT64_MAX - 64,
					0x8000000000000000,
					0x00007ffffffff000 };
	size_t row, i;

	for (row = 0; row < ARRAYS; row++) {
		for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
			EXPECT_EQ(-EFAULT, ask_array(self->fd, row, UINT32_MAX, bad[i]))
		TH_LOG("array %zu at %#llx", row, (unsigned long long)bad[i]);
	}
}

TEST_HARNESS_MAIN
