// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hash table over netlink: what the driver read last, slot by slot, without
 * asking the firmware.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/mei_prov.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <unistd.h>

#include "harness.h"

#include "device.h"
#include "genl.h"
#include "sysfs.h"
#include "truth.h"
#include "vme.h"

#define CMD(name) MEI_PROV_CMD_##name
/* As many as come with a firmware at most: more than one piece of a dump takes. */
#define MANY 30

FIXTURE(hashes)
{
	struct genl genl;
	struct genl other;
	struct mei_prov_hash want[TRUTH_HASHES];
	struct genl_reply reply;
	int want_count;
	uint32_t index;
};

static int refresh(struct genl *genl, uint32_t index)
{
	uint32_t status = 0;
	int ret = genl_change(genl, CMD(REFRESH), index, MEI_PROV_A_OP_PARTS,
			      MEI_PROV_REFRESH_PART_HASHES, &status);

	return ret ? ret : -(int)status;
}

FIXTURE_SETUP(hashes)
{
	ASSERT_EQ(0, vme_calm());
	ASSERT_EQ(0, genl_open(&self->genl));
	ASSERT_EQ(0, genl_open(&self->other));
	ASSERT_EQ(0, genl_ask(&self->genl, CMD(DEVICE_GET), NLM_F_DUMP, NULL, 0, &self->reply));
	ASSERT_EQ(1, self->reply.count);
	self->index = self->reply.messages[0].index;
	self->want_count = vme_hashes(self->want, TRUTH_HASHES);
	ASSERT_LT(2, self->want_count);
}

FIXTURE_TEARDOWN(hashes)
{
	genl_close(&self->genl);
	genl_close(&self->other);
}

static bool slot_right(const struct genl_message *got, const struct mei_prov_hash *want,
		       uint32_t index)
{
	return got->cmd == CMD(HASH_GET) && got->has_index && got->index == index &&
	       got->has_handle && got->handle == want->handle && got->has_algorithm &&
	       got->algorithm == want->algorithm && got->digest_len == want->digest_len &&
	       memcmp(got->digest, want->digest, want->digest_len) == 0 &&
	       strcmp(got->name, want->name) == 0 &&
	       got->is_default == !!(want->flags & MEI_PROV_HASH_DEFAULT) &&
	       got->is_active == !!(want->flags & MEI_PROV_HASH_ACTIVE) && got->has_generation &&
	       got->generation > 0 && got->has_age;
}

static void expect_table(struct __test_metadata *_metadata, FIXTURE_DATA(hashes) * self)
{
	int i;

	ASSERT_EQ(0, genl_hash_dump(&self->genl, self->index, &self->reply));
	ASSERT_EQ(self->want_count, (int)self->reply.count);
	EXPECT_FALSE(self->reply.interrupted);
	for (i = 0; i < self->want_count; i++) {
		EXPECT_TRUE(slot_right(&self->reply.messages[i], &self->want[i], self->index))
		TH_LOG("slot %d", i);
		EXPECT_EQ(self->reply.messages[0].generation, self->reply.messages[i].generation);
	}
}

/* One slot is not active, so that no flag stands for another. */
TEST_F(hashes, a_dump_gives_the_table_slot_by_slot)
{
	const uint32_t handle = self->want[1].handle;
	long before;

	ASSERT_EQ(0, vme("hash disable %u", handle));
	self->want_count = vme_hashes(self->want, TRUTH_HASHES);
	ASSERT_EQ(0, refresh(&self->genl, self->index));
	before = vme_seen_all();
	expect_table(_metadata, self);
	EXPECT_EQ(before, vme_seen_all());
	ASSERT_EQ(0, vme("hash enable %u", handle));
}

TEST_F(hashes, one_slot_is_given_by_its_handle)
{
	struct genl_attr attrs[] = {
		{ MEI_PROV_A_HASH_INDEX, self->index, 0 },
		{ MEI_PROV_A_HASH_HANDLE, self->want[1].handle, 0 },
	};

	ASSERT_EQ(0, refresh(&self->genl, self->index));
	ASSERT_EQ(0, genl_ask(&self->genl, CMD(HASH_GET), 0, attrs, 2, &self->reply));
	ASSERT_EQ(1, self->reply.count);
	EXPECT_TRUE(slot_right(&self->reply.messages[0], &self->want[1], self->index));
}

TEST_F(hashes, a_change_is_told_with_the_generation_a_dump_then_has)
{
	struct genl_message event, state;

	ASSERT_EQ(0, refresh(&self->genl, self->index));
	ASSERT_EQ(0, genl_listen(&self->other));
	ASSERT_EQ(0, vme("hash disable %u", self->want[0].handle));
	ASSERT_EQ(0, refresh(&self->genl, self->index));
	ASSERT_EQ(0, vme("hash enable %u", self->want[0].handle));
	ASSERT_EQ(0, genl_event(&self->other, CMD(HASH_NTF), &event, ENOUGH_MS));
	EXPECT_EQ(self->index, event.index);
	ASSERT_EQ(0, genl_hash_dump(&self->genl, self->index, &self->reply));
	EXPECT_EQ(event.generation, self->reply.messages[0].generation);
	EXPECT_FALSE(self->reply.messages[0].is_active);
	ASSERT_EQ(0, genl_state_get(&self->genl, self->index, &state));
	EXPECT_TRUE(state.has_hash_generation);
	EXPECT_EQ(event.generation, state.hash_generation);
}

/* --- the example --- */

TEST_F(hashes, the_example_prints_the_table)
{
	FILE *pipe = popen("mei_prov_example_netlink 2>&1", "re");
	int lines = 0, slots = 0;
	char line[200];
	unsigned int handle;

	ASSERT_NE(NULL, pipe);
	while (fgets(line, sizeof(line), pipe)) {
		printf("# %s", line);
		slots += lines < self->want_count && sscanf(line, "0x%x ", &handle) == 1 &&
			 handle == self->want[lines].handle &&
			 strstr(line, self->want[lines].name) != NULL;
		lines++;
	}
	EXPECT_EQ(0, pclose(pipe));
	EXPECT_EQ(self->want_count, lines);
	EXPECT_EQ(self->want_count, slots);
}

/* --- a dump in pieces --- */

static void fill(struct __test_metadata *_metadata, FIXTURE_DATA(hashes) * self)
{
	int i;

	for (i = self->want_count; i < MANY; i++)
		ASSERT_EQ(0, vme("hash add more-%02d-with-a-long-name,sha256,%064x,default", i, i));
	self->want_count = vme_hashes(self->want, TRUTH_HASHES);
	ASSERT_LE(MANY, self->want_count);
	ASSERT_EQ(0, refresh(&self->other, self->index));
}

TEST_F(hashes, a_table_of_many_pieces_comes_whole)
{
	fill(_metadata, self);
	expect_table(_metadata, self);
}

TEST_F(hashes, a_table_that_is_replaced_during_a_dump_shows)
{
	fill(_metadata, self);
	ASSERT_EQ(0, genl_hash_dump_begin(&self->genl, self->index, &self->reply));
	ASSERT_GT(self->want_count, (int)self->reply.count);
	ASSERT_EQ(0, vme("hash disable %u", self->want[0].handle));
	ASSERT_EQ(0, refresh(&self->other, self->index));
	ASSERT_EQ(0, genl_hash_dump_end(&self->genl, &self->reply));
	EXPECT_TRUE(self->reply.interrupted);
}

TEST_F(hashes, a_table_that_is_read_again_during_a_dump_does_not)
{
	fill(_metadata, self);
	ASSERT_EQ(0, genl_hash_dump_begin(&self->genl, self->index, &self->reply));
	ASSERT_EQ(0, refresh(&self->other, self->index));
	ASSERT_EQ(0, genl_hash_dump_end(&self->genl, &self->reply));
	EXPECT_FALSE(self->reply.interrupted);
	EXPECT_EQ(self->want_count, (int)self->reply.count);
}

/* --- before the first reading --- */

TEST_F(hashes, a_table_never_read_is_ENODATA_and_the_reason_says_what_to_do)
{
	const struct genl_attr attrs[] = {
		{ MEI_PROV_A_HASH_INDEX, 0, 0 },
		{ MEI_PROV_A_HASH_HANDLE, 1, 0 },
	};
	struct genl_message state;

	ASSERT_EQ(0, sysfs_module_delete());
	ASSERT_EQ(0, sysfs_module_load());
	genl_close(&self->genl);
	ASSERT_EQ(0, genl_open(&self->genl));
	EXPECT_EQ(-ENODATA, genl_hash_dump(&self->genl, 0, &self->reply));
	EXPECT_NE(NULL, strstr(self->genl.reason, "refresh")) TH_LOG("%s", self->genl.reason);
	EXPECT_EQ(-ENODATA, genl_ask(&self->genl, CMD(HASH_GET), 0, attrs, 2, &self->reply));
	EXPECT_NE(NULL, strstr(self->genl.reason, "refresh")) TH_LOG("%s", self->genl.reason);
	ASSERT_EQ(0, genl_state_get(&self->genl, 0, &state));
	EXPECT_FALSE(state.has_ztc || state.has_hash_generation || state.has_suffix_generation);
}

TEST_HARNESS_MAIN
