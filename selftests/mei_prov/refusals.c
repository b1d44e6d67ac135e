// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the netlink family does not take: whatever is wrong with a request, it is
 * refused with a sentence that says why, and the firmware hears nothing of it.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/genetlink.h>
#include <linux/mei_prov.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness.h"

#include "device.h"
#include "genl.h"
#include "person.h"
#include "vme.h"

#define CMD(name) MEI_PROV_CMD_##name
#define OP(name)  MEI_PROV_A_OP_##name

FIXTURE(refusals)
{
	struct genl genl;
	uint32_t index;
	long seen;
	int fd;
};

FIXTURE_SETUP(refusals)
{
	struct mei_prov_info info;

	ASSERT_EQ(0, vme_calm());
	ASSERT_EQ(0, genl_open(&self->genl));
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, device_info(self->fd, &info, ENOUGH_MS));
	self->index = info.index;
	self->seen = vme_seen_all();
}

FIXTURE_TEARDOWN(refusals)
{
	EXPECT_EQ(self->seen, vme_seen_all());
	close(self->fd);
	genl_close(&self->genl);
}

/* --- numbers --- */

TEST_F(refusals, of_numbers_name_the_attribute)
{
	static const struct {
		int cmd;
		int type;
		uint32_t value;
		int want;
	} rows[] = {
		{ CMD(REFRESH), OP(PARTS), 0x10, -EINVAL },
		{ CMD(REFRESH), OP(PARTS), UINT32_MAX, -EINVAL },
		{ CMD(REFRESH), OP(TIMEOUT_MS), 600001, -ERANGE },
		{ CMD(STOP), OP(TIMEOUT_MS), UINT32_MAX, -ERANGE },
		{ CMD(UNPROVISION), OP(MODE), 4, -ERANGE },
		{ CMD(UNPROVISION), OP(MODE), 0x80000000, -ERANGE },
		/* known, but not here */
		{ CMD(STOP), OP(MODE), 0, -EINVAL },
		{ CMD(START), OP(FW_STATUS), 0, -EINVAL },
		{ CMD(REFRESH), OP(REQUEST_ID), 1, -EINVAL },
		{ CMD(DISABLE_CLEAR), 100, 0, -EINVAL },
	};
	uint32_t id;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		EXPECT_EQ(rows[i].want, genl_request(&self->genl, rows[i].cmd, self->index,
						     rows[i].type, rows[i].value, &id))
		TH_LOG("row %zu", i);
		EXPECT_NE('\0', self->genl.reason[0]) TH_LOG("row %zu", i);
		EXPECT_EQ(rows[i].type, self->genl.blamed) TH_LOG("row %zu", i);
	}
}

/* --- lengths and contents --- */

static char long_suffix[256];

TEST_F(refusals, of_lengths_and_contents_name_the_attribute)
{
	static const struct {
		int cmd;
		struct genl_bytes bytes;
	} rows[] = {
		{ CMD(SUFFIX_SET), { OP(SUFFIX), "", 0 } },
		{ CMD(SUFFIX_SET), { OP(SUFFIX), "no end", 6 } },
		{ CMD(SUFFIX_SET), { OP(SUFFIX), "two\0ends", 9 } },
		{ CMD(SUFFIX_SET), { OP(SUFFIX), "end\0inside", 10 } },
		{ CMD(SUFFIX_SET), { OP(SUFFIX), long_suffix, 225 } },
		{ CMD(SUFFIX_SET), { OP(SUFFIX), long_suffix, 224 } },
		{ CMD(SUFFIX_SET), { OP(SUFFIX) | NLA_F_NESTED, "\5\0\1\0x\0\0", 8 } },
		{ CMD(START), { OP(IPV6), "\1\0\0", 4 } },
		{ CMD(START), { OP(LEGACY) | NLA_F_NESTED, "\4\0\1", 4 } },
		{ CMD(STOP), { OP(TIMEOUT_MS), "\1", 2 } },
		{ CMD(STOP), { OP(TIMEOUT_MS), "\1\0\0\0\0\0\0", 8 } },
		{ CMD(UNPROVISION), { OP(MODE), "", 0 } },
		{ CMD(REFRESH), { OP(PARTS), "\1\0\0\0", 5 } },
	};
	uint32_t id;
	size_t i;
	int ret;

	memset(long_suffix, 'x', sizeof(long_suffix));
	long_suffix[224] = '\0';
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		self->genl.also = &rows[i].bytes;
		self->genl.also_count = 1;
		ret = genl_request(&self->genl, rows[i].cmd, self->index, 0, 0, &id);
		EXPECT_TRUE(ret == -EINVAL || ret == -ERANGE) TH_LOG("row %zu: %d", i, ret);
		EXPECT_NE('\0', self->genl.reason[0]) TH_LOG("row %zu", i);
		EXPECT_EQ(rows[i].bytes.type, self->genl.blamed) TH_LOG("row %zu", i);
	}
}

TEST_F(refusals, a_suffix_that_is_missing_is_asked_for)
{
	uint32_t id;

	EXPECT_EQ(-EINVAL, genl_request(&self->genl, CMD(SUFFIX_SET), self->index, 0, 0, &id));
	EXPECT_NE(NULL, strstr(self->genl.reason, "suffix"));
}

TEST_F(refusals, a_number_of_any_other_length_is_none)
{
	static const char zeros[64];
	struct genl_bytes also = { OP(TIMEOUT_MS), zeros, 0 };
	uint32_t id;

	self->genl.also = &also;
	self->genl.also_count = 1;
	for (also.len = 0; also.len <= sizeof(zeros); also.len++) {
		if (also.len == sizeof(uint32_t))
			continue;
		EXPECT_GT(0, genl_request(&self->genl, CMD(STOP), self->index, 0, 0, &id))
		TH_LOG("%zu bytes", also.len);
	}
}

/* --- noise --- */

struct noise {
	struct nlmsghdr nlh;
	struct genlmsghdr head;
	unsigned char bytes[64];
};

/* The kernel's answer to a message with these bytes in place of attributes. */
static int noise_answer(struct genl *genl, struct noise *noise, int cmd, size_t len)
{
	const int fd = genl_fd(genl);
	struct {
		struct nlmsghdr nlh;
		struct nlmsgerr error;
		char rest[512];
	} answer;

	noise->nlh = (struct nlmsghdr){
		.nlmsg_len = offsetof(struct noise, bytes) + len,
		.nlmsg_type = genl->family,
		.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
	};
	noise->head = (struct genlmsghdr){ .cmd = cmd, .version = 1 };
	if (send(fd, noise, noise->nlh.nlmsg_len, 0) < 0)
		return -errno;
	if (recv(fd, &answer, sizeof(answer), 0) < (ssize_t)offsetof(typeof(answer), rest) ||
	    answer.nlh.nlmsg_type != NLMSG_ERROR)
		return 0;
	return answer.error.error;
}

/* The same numbers each time. */
static unsigned int next_number(void)
{
	static unsigned int state = 1;

	state = state * 1103515245 + 12345;
	return state >> 16;
}

TEST_F(refusals, noise_is_no_request)
{
	struct noise noise;
	int i, cmd, ret;
	size_t len, j;

	for (i = 0; i < 3000; i++) {
		cmd = 1 + next_number() % MEI_PROV_CMD_MAX;
		len = next_number() % (sizeof(noise.bytes) + 1);
		for (j = 0; j < len; j++)
			noise.bytes[j] = next_number() % 3 ? next_number() % 12 : 0;
		ret = noise_answer(&self->genl, &noise, cmd, len);
		ASSERT_GT(0, ret) TH_LOG("message %d, command %d", i, cmd);
	}
}

/* --- hash-get --- */

TEST_F(refusals, hash_get_says_what_is_missing)
{
	struct genl_attr attrs[] = {
		{ MEI_PROV_A_HASH_INDEX, self->index, 0 },
		{ MEI_PROV_A_HASH_HANDLE, 0xdeadbeef, 0 },
	};
	struct genl_reply reply;
	struct mei_prov_hash hashes[64];
	uint32_t count = 64, status;

	ASSERT_EQ(0, device_hashes(self->fd, hashes, &count, &status, ENOUGH_MS));
	self->seen = vme_seen_all();
	EXPECT_EQ(-EINVAL, genl_ask(&self->genl, CMD(HASH_GET), 0, attrs, 1, &reply));
	EXPECT_NE(NULL, strstr(self->genl.reason, "handle"));
	EXPECT_EQ(-ENOENT, genl_ask(&self->genl, CMD(HASH_GET), 0, attrs, 2, &reply));
	EXPECT_EQ(MEI_PROV_A_HASH_HANDLE, self->genl.blamed);
	EXPECT_EQ(-EINVAL, genl_ask(&self->genl, CMD(HASH_GET), NLM_F_DUMP, attrs, 2, &reply));
	EXPECT_NE('\0', self->genl.reason[0]);
	EXPECT_EQ(-EINVAL, genl_ask(&self->genl, CMD(HASH_GET), NLM_F_DUMP, NULL, 0, &reply));
	EXPECT_NE(NULL, strstr(self->genl.reason, "index"));
}

/* --- rights --- */

#define NET_ADMIN CAPABILITY(CAP_NET_ADMIN)

static const int changes[] = {
	CMD(START),	  CMD(STOP),	     CMD(ZTC_DISABLE),	 CMD(SUFFIX_SET),
	CMD(UNPROVISION), CMD(EHBC_DISABLE), CMD(DISABLE_CLEAR),
};

/* How many changes are not refused as they should be. */
static int changes_open(void *index)
{
	struct genl genl;
	uint32_t id;
	int open = 0;
	size_t i;

	if (genl_open(&genl) != 0)
		return 100;
	for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
		open += genl_request(&genl, changes[i], *(uint32_t *)index, 0, 0, &id) != -EPERM ||
			!strstr(genl.reason, "CAP_SYS_ADMIN");
	genl_close(&genl);
	return open;
}

TEST_F(refusals, a_change_needs_CAP_SYS_ADMIN_and_says_so)
{
	const struct person admin = { "a network administrator", NOBODY, NOBODY, NET_ADMIN, 0 };

	EXPECT_EQ(0, person_does(&admin, changes_open, &self->index));
}

TEST_HARNESS_MAIN
