// SPDX-License-Identifier: GPL-2.0-only
/*
 * Replies no firmware should send. Each fault has its own errno (amthi.h) and
 * the very next command gets the right answer: nothing of the bad reply, or of
 * one that came late, is left behind.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "harness.h"

#include "clock.h"
#include "device.h"
#include "truth.h"
#include "vme.h"

FIXTURE(malformed)
{
	struct truth truth;
	int fd;
};

FIXTURE_SETUP(malformed)
{
	ASSERT_EQ(0, vme_calm());
	ASSERT_EQ(0, truth_learn(&self->truth));
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(malformed)
{
	close(self->fd);
}

struct fault {
	unsigned int command;
	const char *action;
	enum truth_question question;
	int ret;
};

/* The fault, the command that meets it, and the same command again. */
static void expect_fault(struct __test_metadata *_metadata, FIXTURE_DATA(malformed) * self,
			 const struct fault *fault)
{
	ASSERT_EQ(0, vme_fault(fault->command, "%s", fault->action));
	EXPECT_EQ(fault->ret, truth_ask(self->fd, &self->truth, fault->question, ENOUGH_MS))
	TH_LOG("amthi:%02x %.60s", fault->command, fault->action);
	EXPECT_EQ(0, truth_ask(self->fd, &self->truth, fault->question, ENOUGH_MS))
	TH_LOG("the command after amthi:%02x %.60s", fault->command, fault->action);
}

#define EXPECT_FAULTS(table) \
	do { \
		for (size_t i = 0; i < sizeof(table) / sizeof((table)[0]); i++) \
			expect_fault(_metadata, self, &(table)[i]); \
		EXPECT_EQ(0, truth_ask_all(self->fd, &self->truth, ENOUGH_MS)); \
	} while (0)

/* --- the common part --- */

/* Nor can it be told from a reading that ended with the link (driver/reply.c). */
TEST_F(malformed, an_empty_message_is_no_reply)
{
	static const struct fault faults[] = {
		{ 0x30, "truncate=0", TRUTH_ZTC, -ECANCELED },
		{ 0x2d, "truncate=0", TRUTH_HASH_TABLE, -ECANCELED },
	};

	EXPECT_FAULTS(faults);
}

TEST_F_TIMEOUT(malformed, a_reply_cut_anywhere_is_EMSGSIZE, 60)
{
	static const struct fault faults[] = {
		{ 0x30, "truncate=1", TRUTH_ZTC, -EMSGSIZE },
		{ 0x30, "truncate=4", TRUTH_ZTC, -EMSGSIZE },
		{ 0x30, "truncate=11", TRUTH_ZTC, -EMSGSIZE },
		{ 0x30, "truncate=12", TRUTH_ZTC, -EMSGSIZE },
		{ 0x30, "truncate=15", TRUTH_ZTC, -EMSGSIZE },
		{ 0x30, "truncate=16", TRUTH_ZTC, -EMSGSIZE },
		{ 0x30, "truncate=17", TRUTH_ZTC, -EMSGSIZE },
		{ 0x30, "truncate=19", TRUTH_ZTC, -EMSGSIZE },
		{ 0x11, "truncate=19", TRUTH_STATE, -EMSGSIZE },
		{ 0x6b, "truncate=18", TRUTH_STATE, -EMSGSIZE },
		{ 0x5c, "truncate=31", TRUTH_INFO, -EMSGSIZE },
		{ 0x1a, "truncate=84", TRUTH_INFO, -EMSGSIZE },
		{ 0x1a, "truncate=300", TRUTH_INFO, -EMSGSIZE },
		{ 0x2c, "truncate=20", TRUTH_HASH_TABLE, -EMSGSIZE },
		{ 0x2d, "truncate=90", TRUTH_HASH_TABLE, -EMSGSIZE },
	};

	EXPECT_FAULTS(faults);
}

TEST_F(malformed, a_reply_longer_than_its_header_says_is_EMSGSIZE)
{
	static const struct fault faults[] = {
		{ 0x30, "pad=1", TRUTH_ZTC, -EMSGSIZE },
		{ 0x30, "pad=4", TRUTH_ZTC, -EMSGSIZE },
		{ 0x11, "pad=1000", TRUTH_STATE, -EMSGSIZE },
		{ 0x5c, "pad=16", TRUTH_INFO, -EMSGSIZE },
		{ 0x2c, "pad=4", TRUTH_HASH_TABLE, -EMSGSIZE },
		{ 0x2d, "pad=1", TRUTH_HASH_TABLE, -EMSGSIZE },
	};

	EXPECT_FAULTS(faults);
}

TEST_F(malformed, another_version_or_reserved_bytes_are_EPROTONOSUPPORT)
{
	static const struct fault faults[] = {
		{ 0x30, "corrupt=0", TRUTH_ZTC, -EPROTONOSUPPORT },
		{ 0x30, "corrupt=0:03", TRUTH_ZTC, -EPROTONOSUPPORT },
		{ 0x30, "corrupt=1:03", TRUTH_ZTC, -EPROTONOSUPPORT },
		{ 0x30, "corrupt=2", TRUTH_ZTC, -EPROTONOSUPPORT },
		{ 0x30, "corrupt=3:01", TRUTH_ZTC, -EPROTONOSUPPORT },
	};

	EXPECT_FAULTS(faults);
}

TEST_F(malformed, the_reply_to_another_command_is_EPROTO)
{
	static const struct fault faults[] = {
		{ 0x30, "wrong-id", TRUTH_ZTC, -EPROTO },
		{ 0x11, "wrong-id", TRUTH_STATE, -EPROTO },
		{ 0x2d, "wrong-id", TRUTH_HASH_TABLE, -EPROTO },
		{ 0x30, "corrupt=4:01", TRUTH_ZTC, -EPROTO },
		{ 0x30, "corrupt=6:80", TRUTH_ZTC, -EPROTO },
		{ 0x30, "corrupt=7:05", TRUTH_ZTC, -EPROTO },
		{ 0x30, "raw=0101000011008004080000000000000001000000", TRUTH_ZTC, -EPROTO },
	};

	EXPECT_FAULTS(faults);
}

TEST_F(malformed, a_wrong_length_in_the_header_is_EMSGSIZE)
{
	static const struct fault faults[] = {
		{ 0x30, "corrupt=8:01", TRUTH_ZTC, -EMSGSIZE },
		{ 0x30, "corrupt=9", TRUTH_ZTC, -EMSGSIZE },
		{ 0x30, "corrupt=11:80", TRUTH_ZTC, -EMSGSIZE },
		/* the length minus 12 */
		{ 0x30, "raw=01010000300080040000000000000000", TRUTH_ZTC, -EMSGSIZE },
	};

	EXPECT_FAULTS(faults);
}

TEST_F(malformed, success_without_the_data_is_ENODATA)
{
	static const struct fault faults[] = {
		{ 0x30, "raw=01010000300080040400000000000000", TRUTH_ZTC, -ENODATA },
		{ 0x11, "raw=01010000110080040400000000000000", TRUTH_STATE, -ENODATA },
		{ 0x6b, "raw=010100006b0080040400000000000000", TRUTH_STATE, -ENODATA },
		{ 0x5c, "raw=010100005c0080040400000000000000", TRUTH_INFO, -ENODATA },
		{ 0x1a, "raw=010100001a0080040400000000000000", TRUTH_INFO, -ENODATA },
		{ 0x2c, "raw=010100002c0080040400000000000000", TRUTH_HASH_TABLE, -ENODATA },
		{ 0x2d, "raw=010100002d0080040400000000000000", TRUTH_HASH_TABLE, -ENODATA },
	};

	EXPECT_FAULTS(faults);
}

/* --- contents --- */

TEST_F(malformed, a_boolean_that_is_none_is_EBADMSG)
{
	static const struct fault faults[] = {
		{ 0x30, "raw=0101000030008004080000000000000002000000", TRUTH_ZTC, -EBADMSG },
		{ 0x30, "corrupt=19:80", TRUTH_ZTC, -EBADMSG },
		{ 0x2d, "corrupt=16:02", TRUTH_HASH_TABLE, -EBADMSG },
		{ 0x2d, "corrupt=23:01", TRUTH_HASH_TABLE, -EBADMSG },
	};

	EXPECT_FAULTS(faults);
}

TEST_F(malformed, a_count_that_does_not_fit_the_message_is_EBADMSG)
{
	static const struct fault faults[] = {
		{ 0x2c, "corrupt=16:01", TRUTH_HASH_TABLE, -EBADMSG },
		{ 0x2c, "corrupt=17:ff", TRUTH_HASH_TABLE, -EBADMSG },
		{ 0x2c, "corrupt=19:80", TRUTH_HASH_TABLE, -EBADMSG },
		{ 0x2c, "raw=010100002c0080040c00000000000000ffffffff01000000", TRUTH_HASH_TABLE,
		  -EBADMSG },
		{ 0x2c, "raw=010100002c0080040c000000000000000100004001000000", TRUTH_HASH_TABLE,
		  -EBADMSG },
		{ 0x1a, "corrupt=81:01", TRUTH_INFO, -EBADMSG },
		{ 0x1a, "corrupt=84:80", TRUTH_INFO, -EBADMSG },
	};

	EXPECT_FAULTS(faults);
}

TEST_F(malformed, a_string_longer_than_its_field_is_EBADMSG)
{
	static const struct fault faults[] = {
		{ 0x1a, "corrupt=86:01", TRUTH_INFO, -EBADMSG },
		{ 0x1a, "corrupt=85:3f", TRUTH_INFO, -EBADMSG },
		{ 0x1a, "corrupt=107:7f", TRUTH_INFO, -EBADMSG },
		{ 0x2d, "corrupt=89:40", TRUTH_HASH_TABLE, -EBADMSG },
		{ 0x2d, "corrupt=90:01", TRUTH_HASH_TABLE, -EBADMSG },
		{ 0x2d, "corrupt=89:01", TRUTH_HASH_TABLE, -EBADMSG },
	};

	EXPECT_FAULTS(faults);
}

/* Entries may be fewer than the message is long only if the count says so:
 * "51 versions" is more than the protocol knows, whatever the length.
 */
TEST_F(malformed, more_versions_than_can_be_are_EBADMSG_or_EMSGSIZE)
{
	const unsigned int len = 85 + 51 * 44;
	char *action = calloc(1, 2 * len + 8);
	char header[40];
	int ret;

	ASSERT_NE(NULL, action);
	memset(action, '0', 4 + 2 * len);
	memcpy(action, "raw=", 4);
	snprintf(header, sizeof(header), "010100001a008004%02x%02x0000", (len - 12) & 0xff,
		 (len - 12) >> 8);
	memcpy(action + 4, header, 24);
	memcpy(action + 4 + 2 * 81, "33", 2);
	ASSERT_EQ(0, vme_fault(0x1a, "%s", action));
	free(action);
	ret = truth_ask(self->fd, &self->truth, TRUTH_INFO, ENOUGH_MS);
	EXPECT_TRUE(ret == -EBADMSG || ret == -EMSGSIZE) TH_LOG("got %d", ret);
	EXPECT_EQ(0, truth_ask_all(self->fd, &self->truth, ENOUGH_MS));
}

/* --- replies that come twice or late --- */

/* The copy is taken for the answer to the next request: it must not pass. */
TEST_F(malformed, a_reply_that_comes_twice_never_passes_for_another)
{
	int ret;

	ASSERT_EQ(0, vme_fault(0x30, "duplicate"));
	EXPECT_EQ(0, truth_ask(self->fd, &self->truth, TRUTH_ZTC, ENOUGH_MS));
	ret = truth_ask(self->fd, &self->truth, TRUTH_STATE, ENOUGH_MS);
	EXPECT_TRUE(ret == 0 || ret == -EPROTO) TH_LOG("got %d", ret);
	EXPECT_EQ(0, truth_ask_all(self->fd, &self->truth, ENOUGH_MS));
}

TEST_F(malformed, a_copy_does_not_outlive_its_connection)
{
	struct mei_prov_ztc ztc;

	ASSERT_EQ(0, vme_fault(0x30, "duplicate"));
	EXPECT_EQ(0, truth_ask(self->fd, &self->truth, TRUTH_ZTC, ENOUGH_MS));
	clock_sleep_ms(500);
	ASSERT_EQ(0, vme("set ztc off"));
	ASSERT_EQ(0, device_ztc(self->fd, &ztc, ENOUGH_MS));
	EXPECT_EQ(0, ztc.enabled);
}

/* Whoever waits shorter than that has left when the answer comes. */
#define THINK_MS 400

/* A command that is sent, and whose answer comes after its deadline. */
static int lose_an_answer(int fd, uint32_t timeout_ms)
{
	struct mei_prov_ztc ztc;
	int ret, tries = 30;

	do {
		ret = device_ztc(fd, &ztc, timeout_ms);
	} while (ret == -ETIMEDOUT && --tries > 0);
	return ret;
}

static const uint32_t short_deadlines[] = { 40, 80, 120, 200, 300, 390 };

#define SHORT_DEADLINES (sizeof(short_deadlines) / sizeof(short_deadlines[0]))

/* The late answer says "disabled" and would look like the one to the next request,
 * which is sent while the connection would still linger.
 */
TEST_F(malformed, a_late_reply_is_never_the_answer_to_the_next_request)
{
	struct mei_prov_ztc ztc;
	size_t i;

	ASSERT_EQ(0, vme("set reply-delay-ms %d", THINK_MS));
	for (i = 0; i < SHORT_DEADLINES; i++) {
		ASSERT_EQ(0, vme_fault(0x30, "raw=0101000030008004080000000000000000000000"));
		EXPECT_EQ(-ECANCELED, lose_an_answer(self->fd, short_deadlines[i]));
		EXPECT_EQ(0, device_ztc(self->fd, &ztc, ENOUGH_MS));
		EXPECT_EQ(1, ztc.enabled);
		EXPECT_EQ(0, device_ztc(self->fd, &ztc, ENOUGH_MS));
		EXPECT_EQ(1, ztc.enabled);
	}
}

TEST_F(malformed, a_late_reply_is_never_the_answer_to_another_command)
{
	size_t i;

	ASSERT_EQ(0, vme("set reply-delay-ms %d", THINK_MS));
	for (i = 0; i < SHORT_DEADLINES; i++) {
		EXPECT_EQ(-ECANCELED, lose_an_answer(self->fd, short_deadlines[i]));
		EXPECT_EQ(0, truth_ask(self->fd, &self->truth, TRUTH_STATE, ENOUGH_MS));
	}
}

TEST_HARNESS_MAIN
