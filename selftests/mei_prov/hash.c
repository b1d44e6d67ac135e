// SPDX-License-Identifier: GPL-2.0-only
/* HASH_GET: the whole certificate hash table, as one consistent snapshot. */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "harness.h"

#include "caller.h"
#include "clock.h"
#include "device.h"
#include "truth.h"
#include "vme.h"

#define DIGEST "00112233445566778899aabbccddeeff0123456789abcdeffedcba9876543210"

FIXTURE(hash)
{
	int fd;
	struct mei_prov_hash hashes[TRUTH_HASHES];
	struct mei_prov_hash want[TRUTH_HASHES];
	uint32_t want_count;
};

FIXTURE_SETUP(hash)
{
	ASSERT_EQ(0, vme_calm());
	self->want_count = vme_hashes(self->want, TRUTH_HASHES);
	ASSERT_LT(2, self->want_count);
	ASSERT_GE(TRUTH_HASHES, self->want_count);
	self->fd = device_open(O_RDONLY);
	ASSERT_LE(0, self->fd);
	memset(self->hashes, 0xa5, sizeof(self->hashes));
}

FIXTURE_TEARDOWN(hash)
{
	close(self->fd);
}

/* The call with this much room: the number of slots, or -errno. */
static int ask(FIXTURE_DATA(hash) * self, uint32_t room)
{
	uint32_t status;
	int ret = device_hashes(self->fd, self->hashes, &room, &status, ENOUGH_MS);

	if (ret == 0 && status != 0)
		return -EREMOTEIO;
	return ret < 0 ? ret : (int)room;
}

static bool rest_untouched(FIXTURE_DATA(hash) * self, uint32_t first)
{
	const unsigned char *byte = (void *)&self->hashes[first];

	while (byte < (unsigned char *)(self->hashes + TRUTH_HASHES))
		if (*byte++ != 0xa5)
			return false;
	return true;
}

static bool table_right(FIXTURE_DATA(hash) * self, uint32_t count)
{
	return memcmp(self->want, self->hashes, count * sizeof(self->want[0])) == 0 &&
	       rest_untouched(self, count);
}

TEST_F(hash, exact_room_gets_the_table_byte_by_byte)
{
	ASSERT_EQ(self->want_count, ask(self, self->want_count));
	EXPECT_TRUE(table_right(self, self->want_count));
}

TEST_F(hash, the_count_comes_without_room)
{
	ASSERT_EQ(self->want_count, ask(self, 0));
	EXPECT_TRUE(rest_untouched(self, 0));
}

TEST_F(hash, no_pointer_is_needed_without_room)
{
	uint32_t count = 0, status;

	ASSERT_EQ(0, device_hashes(self->fd, NULL, &count, &status, ENOUGH_MS));
	EXPECT_EQ(self->want_count, count);
}

TEST_F(hash, short_room_gets_the_first_and_the_count)
{
	ASSERT_EQ(self->want_count, ask(self, 2));
	EXPECT_TRUE(table_right(self, 2));
}

TEST_F(hash, spare_room_stays_untouched)
{
	ASSERT_EQ(self->want_count, ask(self, TRUTH_HASHES));
	EXPECT_TRUE(table_right(self, self->want_count));
}

TEST_F(hash, a_claim_of_endless_room_is_no_licence)
{
	ASSERT_EQ(self->want_count, ask(self, UINT32_MAX));
	EXPECT_TRUE(table_right(self, self->want_count));
}

TEST_F(hash, a_bad_pointer_is_EFAULT)
{
	struct mei_prov_hash *bad[] = { (void *)8, (void *)0xffff888000000000 };
	uint32_t room, status;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		room = 1;
		EXPECT_EQ(-EFAULT, device_hashes(self->fd, bad[i], &room, &status, ENOUGH_MS));
	}
	EXPECT_EQ(self->want_count, ask(self, TRUTH_HASHES));
}

TEST_F(hash, entries_that_leave_memory_are_EFAULT)
{
	size_t page = sysconf(_SC_PAGESIZE);
	uint32_t room = 2, status;
	char *map = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			 0);

	ASSERT_NE(MAP_FAILED, map);
	ASSERT_EQ(0, munmap(map + page, page));
	EXPECT_EQ(-EFAULT,
		  device_hashes(self->fd, (void *)(map + page - sizeof(struct mei_prov_hash)),
				&room, &status, ENOUGH_MS));
}

TEST_F(hash, an_added_and_a_deleted_slot_show)
{
	const struct mei_prov_hash *last;
	int count;

	ASSERT_EQ(0, vme("hash add added,sha256,%s,inactive", DIGEST));
	count = ask(self, TRUTH_HASHES);
	ASSERT_EQ(self->want_count + 1, count);
	last = &self->hashes[count - 1];
	EXPECT_EQ(0, strcmp("added", last->name));
	EXPECT_EQ(2, last->algorithm);
	EXPECT_EQ(32, last->digest_len);
	EXPECT_EQ(0, last->flags);
	EXPECT_EQ(0x10, last->digest[31]);
	EXPECT_EQ(0, last->digest[32]);
	ASSERT_EQ(0, vme("hash delete %u", last->handle));
	memset(self->hashes, 0xa5, sizeof(self->hashes));
	ASSERT_EQ(self->want_count, ask(self, TRUTH_HASHES));
	EXPECT_TRUE(table_right(self, self->want_count));
}

TEST_F(hash, algorithms_have_their_digest_lengths)
{
	int count;

	ASSERT_EQ(0, vme("hash add one,sha1,%.40s", DIGEST));
	ASSERT_EQ(0, vme("hash add three,sha384,%s%.32s", DIGEST, DIGEST));
	count = ask(self, TRUTH_HASHES);
	ASSERT_EQ(self->want_count + 2, count);
	EXPECT_EQ(1, self->hashes[count - 2].algorithm);
	EXPECT_EQ(20, self->hashes[count - 2].digest_len);
	EXPECT_EQ(3, self->hashes[count - 1].algorithm);
	EXPECT_EQ(48, self->hashes[count - 1].digest_len);
	EXPECT_EQ(0, vme("hash delete %u", self->hashes[count - 1].handle));
	EXPECT_EQ(0, vme("hash delete %u", self->hashes[count - 2].handle));
}

/* Byte 88 of the reply is the algorithm; 02 becomes 09. */
TEST_F(hash, an_unknown_algorithm_is_shown_as_received)
{
	ASSERT_EQ(0, vme_fault(0x2d, "corrupt=88:0b"));
	ASSERT_EQ(self->want_count, ask(self, TRUTH_HASHES));
	EXPECT_EQ(9, self->hashes[0].algorithm);
	EXPECT_EQ(0, self->hashes[0].digest_len);
	EXPECT_EQ(0, memcmp(self->want[0].digest, self->hashes[0].digest, 64));
}

TEST_F(hash, an_empty_table_is_a_table)
{
	ASSERT_EQ(0, vme_fault(0x2c, "raw=010100002c00800408000000"
				     "0000000000000000 times=2"));
	EXPECT_EQ(0, ask(self, TRUTH_HASHES));
	EXPECT_TRUE(rest_untouched(self, 0));
}

TEST_F(hash, the_snapshot_is_handles_entries_handles)
{
	long handles = vme_seen(0x2c), entries = vme_seen(0x2d);

	ASSERT_EQ(self->want_count, ask(self, TRUTH_HASHES));
	EXPECT_EQ(handles + 2, vme_seen(0x2c));
	EXPECT_EQ(entries + self->want_count, vme_seen(0x2d));
}

/* A slot vanishes while its neighbours are being read. */
TEST_F(hash, a_table_that_changes_meanwhile_is_read_again)
{
	int count;
	pid_t child;

	ASSERT_EQ(0, vme("hash add passing,sha256,%s", DIGEST));
	ASSERT_EQ(self->want_count + 1, vme_hashes(self->want, TRUTH_HASHES));
	ASSERT_EQ(0, vme_fault(0x2d, "delay=2000"));
	child = fork();
	if (child == 0) {
		clock_sleep_ms(500);
		_exit(vme("hash delete %u", self->want[self->want_count].handle));
	}
	count = ask(self, TRUTH_HASHES);
	EXPECT_EQ(0, caller_wait(child, ENOUGH_MS));
	EXPECT_EQ(self->want_count, count);
	EXPECT_TRUE(table_right(self, self->want_count));
}

/* The second, fourth and sixth list of handles differ from the one before. */
TEST_F(hash, a_table_that_changes_each_time_is_EAGAIN)
{
	int i;

	for (i = 2; i <= 6; i += 2) {
		ASSERT_EQ(0, vme_fault(0x2c,
				       "raw=010100002c0080040800000000000000"
				       "00000000 nth=%d",
				       i));
	}
	EXPECT_EQ(-EAGAIN, ask(self, TRUTH_HASHES));
	ASSERT_EQ(0, vme("fault clear"));
	EXPECT_EQ(self->want_count, ask(self, TRUTH_HASHES));
}

/* All slots there are: 30 of the firmware and three more (amthi.md 5). The long
 * names make the table take more than one piece of a dump in hashes.c.
 */
static int fill_slots(unsigned int first)
{
	unsigned int i;

	for (i = first; i < 33; i++)
		if (vme("hash add slot-%02u-with-a-long-name,sha256,%.60s%04x%s", i, DIGEST, i,
			i < 30 ? ",default" : "") != 0)
			return -1;
	return 0;
}

/* The last test: the firmware's own slots cannot be deleted again. */
TEST_F_TIMEOUT(hash, thirty_three_slots_are_read, 90)
{
	struct mei_prov_hash full[TRUTH_HASHES];

	ASSERT_EQ(0, fill_slots(self->want_count));
	ASSERT_EQ(33, vme_hashes(full, TRUTH_HASHES));
	EXPECT_EQ(33, ask(self, TRUTH_HASHES));
	EXPECT_EQ(0, memcmp(full, self->hashes, 33 * sizeof(full[0])));
	EXPECT_TRUE(rest_untouched(self, 33));
	EXPECT_EQ(33, ask(self, 0));
}

TEST_HARNESS_MAIN
