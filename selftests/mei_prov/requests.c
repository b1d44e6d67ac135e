// SPDX-License-Identifier: GPL-2.0-only
/*
 * What netlink sockets ask of the firmware: each request is answered at once
 * with a number, done in the order of asking, and ended by an op-done to the
 * socket that asked (Documentation/netlink.md).
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/mei_prov.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <sys/klog.h>
#include <unistd.h>

#include "harness.h"

#include "caller.h"
#include "clock.h"
#include "device.h"
#include "genl.h"
#include "sysfs.h"
#include "vme.h"

#define NOT_PERMITTED 0x10
/* The answer to a request waits for nothing. */
#define AT_ONCE_MS 100
/* What the driver takes. */
#define PER_SOCKET 16
#define PER_DEVICE 32
/* Removing breaks whatever the driver waits for. */
#define REMOVE_MS 5000

FIXTURE(requests)
{
	struct genl genl;
	struct genl other;
	uint32_t index;
	int fd;
};

FIXTURE_SETUP(requests)
{
	struct mei_prov_info info;

	ASSERT_EQ(0, vme("set suffix ''"));
	ASSERT_EQ(0, vme_calm());
	ASSERT_EQ(0, genl_open(&self->genl));
	ASSERT_EQ(0, genl_open(&self->other));
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, device_info(self->fd, &info, ENOUGH_MS));
	self->index = info.index;
}

FIXTURE_TEARDOWN(requests)
{
	close(self->fd);
	genl_close(&self->genl);
	genl_close(&self->other);
}

#define CMD(name) MEI_PROV_CMD_##name
/* A request for the device of the test, and its number. */
#define REQUEST(genl, name, id) genl_request(genl, CMD(name), self->index, 0, 0, id)
/* The same, and its end. */
#define CHANGE(genl, name, status) genl_change(genl, CMD(name), self->index, 0, 0, status)

/* The next ZTC question holds the queue of the device. */
static int hold(struct genl *genl, uint32_t index, unsigned int ms, uint32_t *id)
{
	int ret = vme_fault(0x30, "delay=%u", ms);

	return ret ? ret :
		     genl_request(genl, CMD(REFRESH), index, MEI_PROV_A_OP_PARTS,
				  MEI_PROV_REFRESH_PART_ZTC, id);
}

/* --- refresh --- */

TEST_F(requests, a_refresh_renews_what_state_get_gives)
{
	struct genl_message state;
	uint32_t status;

	ASSERT_EQ(0, vme_pretend(POST, ADMIN));
	ASSERT_EQ(0, genl_change(&self->genl, CMD(REFRESH), self->index, MEI_PROV_A_OP_PARTS,
				 MEI_PROV_REFRESH_PART_STATE, &status));
	EXPECT_EQ(0, status);
	ASSERT_EQ(0, genl_state_get(&self->genl, self->index, &state));
	EXPECT_EQ(MEI_PROV_PROVISIONING_STATE_POST, state.state);
	EXPECT_EQ(MEI_PROV_CONTROL_MODE_ADMIN, state.control);
	EXPECT_GT(clock_slow(1000), state.age_ms);
}

static const struct {
	uint32_t part;
	unsigned int amthi;
} parts[] = {
	{ MEI_PROV_REFRESH_PART_STATE, 0x11 },
	{ MEI_PROV_REFRESH_PART_ZTC, 0x30 },
	{ MEI_PROV_REFRESH_PART_SUFFIX, 0x36 },
	{ MEI_PROV_REFRESH_PART_HASHES, 0x2c },
};

#define PARTS (sizeof(parts) / sizeof(parts[0]))

/* Refresh @what, 0: without a word of what. The parts the firmware was asked for. */
static uint32_t asked_for(struct __test_metadata *_metadata, FIXTURE_DATA(requests) * self,
			  uint32_t what)
{
	uint32_t status = UINT32_MAX, asked = 0;
	long before[PARTS];
	size_t i;

	for (i = 0; i < PARTS; i++)
		before[i] = vme_seen(parts[i].amthi);
	EXPECT_EQ(0, genl_change(&self->genl, CMD(REFRESH), self->index,
				 what ? MEI_PROV_A_OP_PARTS : 0, what, &status));
	EXPECT_EQ(0, status);
	for (i = 0; i < PARTS; i++)
		if (vme_seen(parts[i].amthi) > before[i])
			asked |= parts[i].part;
	return asked;
}

TEST_F(requests, a_refresh_asks_for_what_it_names_and_no_more)
{
	size_t i;

	for (i = 0; i < PARTS; i++)
		EXPECT_EQ(parts[i].part, asked_for(_metadata, self, parts[i].part));
}

TEST_F(requests, a_refresh_that_names_nothing_asks_for_all)
{
	struct genl_message state;

	EXPECT_EQ(MEI_PROV_REFRESH_PART_STATE | MEI_PROV_REFRESH_PART_ZTC |
			  MEI_PROV_REFRESH_PART_SUFFIX | MEI_PROV_REFRESH_PART_HASHES,
		  asked_for(_metadata, self, 0));
	ASSERT_EQ(0, genl_state_get(&self->genl, self->index, &state));
	EXPECT_TRUE(state.has_state && state.has_control && state.has_ztc);
	EXPECT_TRUE(state.has_suffix_generation && state.has_hash_generation);
	EXPECT_EQ(1, state.ztc);
}

TEST_F(requests, what_a_refresh_finds_is_told_to_all)
{
	struct genl_message event;
	uint32_t status;

	ASSERT_EQ(0, CHANGE(&self->genl, REFRESH, &status));
	ASSERT_EQ(0, genl_listen(&self->other));
	ASSERT_EQ(0, vme("set suffix corp.example.org"));
	ASSERT_EQ(0, vme("set ztc off"));
	ASSERT_EQ(0, CHANGE(&self->genl, REFRESH, &status));
	EXPECT_EQ(0, genl_event(&self->other, CMD(STATE_NTF), &event, ENOUGH_MS));
	EXPECT_TRUE(event.has_ztc);
	EXPECT_EQ(0, event.ztc);
	EXPECT_EQ(0, genl_event(&self->other, CMD(SUFFIX_NTF), &event, ENOUGH_MS));
	EXPECT_TRUE(event.has_suffix_generation && event.index == self->index);
}

/* --- changes --- */

static const struct {
	const char *name;
	int cmd;
	unsigned int amthi;
} changes[] = {
	{ "start", CMD(START), 0x62 },
	{ "stop", CMD(STOP), 0x5e },
	{ "ztc-disable", CMD(ZTC_DISABLE), 0x3a },
	{ "suffix-set", CMD(SUFFIX_SET), 0x2f },
	{ "unprovision", CMD(UNPROVISION), 0x10 },
	{ "ehbc-disable", CMD(EHBC_DISABLE), 0x85 },
	{ "disable-clear", CMD(DISABLE_CLEAR), 0x88 },
};

#define CHANGES (sizeof(changes) / sizeof(changes[0]))

static const struct genl_bytes suffix = { MEI_PROV_A_OP_SUFFIX, "example", 8 };

static void with_suffix(struct genl *genl, int cmd)
{
	genl->also = &suffix;
	genl->also_count = cmd == CMD(SUFFIX_SET);
}

/* The firmware refuses: what it would do is not what is looked at. */
TEST_F(requests, each_change_is_one_command_and_gives_its_status)
{
	uint32_t status;
	long before;
	size_t i;

	for (i = 0; i < CHANGES; i++) {
		ASSERT_EQ(0, vme_fault(changes[i].amthi, "status=0x10"));
		before = vme_seen(changes[i].amthi);
		with_suffix(&self->genl, changes[i].cmd);
		EXPECT_EQ(0, genl_change(&self->genl, changes[i].cmd, self->index, 0, 0, &status))
		TH_LOG("%s", changes[i].name);
		EXPECT_EQ(NOT_PERMITTED, status) TH_LOG("%s", changes[i].name);
		EXPECT_EQ(before + 1, vme_seen(changes[i].amthi)) TH_LOG("%s", changes[i].name);
	}
}

TEST_F(requests, ztc_and_suffix_are_changed)
{
	struct mei_prov_suffix got = { 0 };
	struct genl_message state;
	uint32_t status;

	ASSERT_EQ(0, CHANGE(&self->genl, ZTC_DISABLE, &status));
	EXPECT_EQ(0, status);
	with_suffix(&self->genl, CMD(SUFFIX_SET));
	ASSERT_EQ(0, CHANGE(&self->genl, SUFFIX_SET, &status));
	EXPECT_EQ(0, status);
	ASSERT_EQ(0, DEVICE_CALL(self->fd, MEI_PROV_IOC_SUFFIX_GET, &got, ENOUGH_MS));
	EXPECT_EQ(0, strcmp("example", got.suffix));
	self->genl.also_count = 0;
	ASSERT_EQ(0, CHANGE(&self->genl, REFRESH, &status));
	ASSERT_EQ(0, genl_state_get(&self->genl, self->index, &state));
	EXPECT_EQ(0, state.ztc);
}

TEST_F(requests, the_older_start_and_the_one_for_ipv6_are_told_apart)
{
	static const struct genl_bytes both[] = {
		{ MEI_PROV_A_OP_LEGACY, "", 0 },
		{ MEI_PROV_A_OP_IPV6, "", 0 },
	};
	long old = vme_seen(0x29), ex = vme_seen(0x62);
	uint32_t status, id;

	self->genl.also = both;
	self->genl.also_count = 1;
	EXPECT_EQ(0, CHANGE(&self->genl, START, &status));
	EXPECT_EQ(old + 1, vme_seen(0x29));
	self->genl.also = both + 1;
	EXPECT_EQ(0, CHANGE(&self->genl, START, &status));
	EXPECT_EQ(ex + 1, vme_seen(0x62));
	self->genl.also = both;
	self->genl.also_count = 2;
	EXPECT_EQ(-EINVAL, REQUEST(&self->genl, START, &id));
	EXPECT_EQ(MEI_PROV_A_OP_LEGACY, self->genl.blamed);
	EXPECT_NE(NULL, strstr(self->genl.reason, "IPv6"));
}

static char text[1 << 20];

/* The kernel allows ten such lines in five seconds, whoever wrote them. */
TEST_F(requests, a_change_is_noted_with_who_asked_for_it)
{
	uint32_t status;
	char want[80];
	int len;

	clock_sleep_ms(5500);
	ASSERT_EQ(0, CHANGE(&self->genl, STOP, &status));
	len = klogctl(3, text, sizeof(text) - 1);
	ASSERT_LT(0, len);
	text[len] = '\0';
	snprintf(want, sizeof(want), "stop of remote configuration asked for by uid %u, pid %d",
		 getuid(), getpid());
	EXPECT_NE(NULL, strstr(text, want));
}

/* --- how they end --- */

TEST_F(requests, a_lost_reply_is_an_unknown_outcome)
{
	uint32_t status;

	ASSERT_EQ(0, vme_fault(0x5e, "drop"));
	EXPECT_EQ(-ECANCELED, genl_change(&self->genl, CMD(STOP), self->index,
					  MEI_PROV_A_OP_TIMEOUT_MS, 500, &status));
	EXPECT_EQ(0, status);
}

TEST_F(requests, the_deadline_runs_while_others_have_their_turn)
{
	long before = vme_seen(0x5e);
	struct genl_done done;
	uint32_t first, status;

	ASSERT_EQ(0, hold(&self->genl, self->index, 2000, &first));
	EXPECT_EQ(-ETIMEDOUT, genl_change(&self->other, CMD(STOP), self->index,
					  MEI_PROV_A_OP_TIMEOUT_MS, 300, &status));
	EXPECT_EQ(0, genl_done(&self->genl, first, &done, ENOUGH_MS));
	EXPECT_EQ(0, done.error);
	EXPECT_EQ(before, vme_seen(0x5e));
}

TEST_F(requests, without_a_link_they_end_in_ENOLINK)
{
	uint32_t status;

	ASSERT_EQ(0, sysfs_write(SYSFS_ME_DRIVER "/unbind", SYSFS_PCI_NAME));
	EXPECT_EQ(-ENOLINK, genl_change(&self->genl, CMD(STOP), self->index,
					MEI_PROV_A_OP_TIMEOUT_MS, 300, &status));
	ASSERT_EQ(0, sysfs_write(SYSFS_ME_DRIVER "/bind", SYSFS_PCI_NAME));
}

TEST_F(requests, they_are_done_in_the_order_of_asking_and_end_once)
{
	struct genl_done done;
	uint32_t id[4];
	int i;

	ASSERT_EQ(0, hold(&self->genl, self->index, 1000, &id[0]));
	for (i = 1; i < 4; i++)
		ASSERT_EQ(0, REQUEST(&self->genl, STOP, &id[i]));
	ASSERT_EQ(0, genl_done(&self->genl, id[3], &done, ENOUGH_MS));
	ASSERT_EQ(3, self->genl.done_count);
	for (i = 0; i < 3; i++) {
		EXPECT_EQ(id[i], self->genl.dones[i].id);
		EXPECT_EQ(self->index, self->genl.dones[i].index);
		EXPECT_EQ(0, self->genl.dones[i].error);
		EXPECT_LT(id[i], id[i + 1]);
	}
	EXPECT_EQ(-ETIMEDOUT, genl_done(&self->genl, id[3], &done, 500));
}

TEST_F(requests, the_answer_does_not_wait_for_the_firmware)
{
	uint64_t start;
	uint32_t id;
	int i;

	ASSERT_EQ(0, hold(&self->genl, self->index, 2000, &id));
	start = clock_ms();
	for (i = 0; i < 8; i++)
		ASSERT_EQ(0, REQUEST(&self->other, STOP, &id));
	EXPECT_GE(clock_slow(AT_ONCE_MS), clock_ms() - start);
}

TEST_F(requests, each_socket_is_told_of_its_own)
{
	uint32_t first, second;
	struct genl_done done;

	ASSERT_EQ(0, hold(&self->genl, self->index, 500, &first));
	ASSERT_EQ(0, REQUEST(&self->other, STOP, &second));
	ASSERT_NE(first, second);
	EXPECT_EQ(0, genl_done(&self->other, second, &done, ENOUGH_MS));
	EXPECT_EQ(0, self->other.done_count);
	EXPECT_EQ(0, genl_done(&self->genl, first, &done, ENOUGH_MS));
	EXPECT_EQ(-ETIMEDOUT, genl_done(&self->genl, second, &done, 200));
}

/* --- sockets that close --- */

TEST_F(requests, of_a_closed_socket_are_not_sent)
{
	long before = vme_seen(0x5e);
	struct genl_done done;
	uint32_t first, second;

	ASSERT_EQ(0, hold(&self->genl, self->index, 1000, &first));
	ASSERT_EQ(0, REQUEST(&self->other, STOP, &second));
	genl_close(&self->other);
	ASSERT_EQ(0, genl_done(&self->genl, first, &done, ENOUGH_MS));
	ASSERT_EQ(0, genl_open(&self->other));
	clock_sleep_ms(500);
	EXPECT_EQ(before, vme_seen(0x5e));
}

/* It has the worker already, but the engine is busy with somebody else. */
TEST_F(requests, of_a_closed_socket_are_taken_back_from_the_engine_too)
{
	long before = vme_seen(0x5e);
	uint32_t id, status;
	pid_t caller;

	ASSERT_EQ(0, vme_fault(0x30, "delay=1500"));
	caller = caller_start(caller_ztc, self->fd, ENOUGH_MS);
	clock_sleep_ms(400);
	ASSERT_EQ(0, REQUEST(&self->other, STOP, &id));
	clock_sleep_ms(200);
	genl_close(&self->other);
	EXPECT_EQ(0, caller_wait(caller, ENOUGH_MS));
	ASSERT_EQ(0, genl_open(&self->other));
	ASSERT_EQ(0, CHANGE(&self->genl, REFRESH, &status));
	EXPECT_EQ(before, vme_seen(0x5e));
}

TEST_F(requests, that_were_sent_complete_when_their_socket_has_gone)
{
	long before = vme_seen(0x5e);
	uint32_t id, status;

	ASSERT_EQ(0, vme_fault(0x5e, "delay=1000"));
	ASSERT_EQ(0, REQUEST(&self->other, STOP, &id));
	while (vme_seen(0x5e) == before)
		clock_sleep_ms(20);
	genl_close(&self->other);
	ASSERT_EQ(0, genl_open(&self->other));
	EXPECT_EQ(0, CHANGE(&self->genl, REFRESH, &status));
	EXPECT_EQ(before + 1, vme_seen(0x5e));
}

/* --- how many --- */

TEST_F(requests, are_limited_for_a_socket_and_for_a_device)
{
	struct genl_done done;
	struct genl third;
	uint32_t first, id;
	int i;

	ASSERT_EQ(0, genl_open(&third));
	ASSERT_EQ(0, hold(&self->genl, self->index, 4000, &first));
	for (i = 1; i < PER_SOCKET; i++)
		ASSERT_EQ(0, REQUEST(&self->genl, REFRESH, &id));
	EXPECT_EQ(-ENOBUFS, REQUEST(&self->genl, REFRESH, &id));
	EXPECT_NE(NULL, strstr(self->genl.reason, "this socket"));
	for (i = 0; i < PER_DEVICE - PER_SOCKET; i++)
		ASSERT_EQ(0, REQUEST(&self->other, REFRESH, &id));
	EXPECT_EQ(-ENOBUFS, REQUEST(&third, STOP, &id));
	EXPECT_NE(NULL, strstr(third.reason, "this device"));
	genl_close(&self->other);
	EXPECT_EQ(0, REQUEST(&third, STOP, &id)) TH_LOG("a closed socket leaves its places");
	ASSERT_EQ(0, genl_open(&self->other));
	ASSERT_EQ(0, genl_done(&self->genl, first, &done, ENOUGH_MS));
	EXPECT_EQ(0, REQUEST(&self->genl, REFRESH, &id));
	genl_close(&third);
}

/* --- the end of the device, and of the module --- */

/* Three that wait behind one the firmware does not answer. */
static void queue_four(struct __test_metadata *_metadata, FIXTURE_DATA(requests) * self,
		       uint32_t id[4])
{
	int i;

	ASSERT_EQ(0, vme_fault(0x30, "drop"));
	ASSERT_EQ(0, genl_request(&self->genl, CMD(REFRESH), self->index, MEI_PROV_A_OP_PARTS,
				  MEI_PROV_REFRESH_PART_ZTC, &id[0]));
	for (i = 1; i < 4; i++)
		ASSERT_EQ(0, REQUEST(&self->genl, STOP, &id[i]));
	clock_sleep_ms(500);
	close(self->fd);
	self->fd = -1;
}

static void expect_four_failed(struct __test_metadata *_metadata, FIXTURE_DATA(requests) * self,
			       const uint32_t id[4])
{
	struct genl_done done;
	int i;

	for (i = 0; i < 4; i++) {
		EXPECT_EQ(0, genl_done(&self->genl, id[i], &done, ENOUGH_MS));
		EXPECT_EQ(i ? ENODEV : ECANCELED, done.error);
	}
}

TEST_F(requests, are_failed_and_told_of_when_the_device_goes)
{
	long before = vme_seen(0x5e);
	uint64_t start;
	uint32_t id[4];

	queue_four(_metadata, self, id);
	start = clock_ms();
	ASSERT_EQ(0, sysfs_write(SYSFS_PCI "/remove", "1"));
	EXPECT_GE(clock_slow(REMOVE_MS), clock_ms() - start);
	expect_four_failed(_metadata, self, id);
	EXPECT_EQ(-ENODEV, REQUEST(&self->genl, STOP, &id[0]));
	ASSERT_EQ(0, sysfs_write("/sys/bus/pci/rescan", "1"));
	self->fd = device_open(O_RDWR);
	EXPECT_LE(0, self->fd);
	EXPECT_EQ(before, vme_seen(0x5e));
}

TEST_F(requests, are_failed_and_told_of_when_the_module_goes)
{
	long before = vme_seen(0x5e);
	uint64_t start;
	uint32_t id[4];

	queue_four(_metadata, self, id);
	start = clock_ms();
	ASSERT_EQ(0, sysfs_module_delete());
	EXPECT_GE(clock_slow(REMOVE_MS), clock_ms() - start);
	expect_four_failed(_metadata, self, id);
	ASSERT_EQ(0, sysfs_module_load());
	self->fd = device_open(O_RDWR);
	EXPECT_LE(0, self->fd);
	EXPECT_EQ(before, vme_seen(0x5e));
}

TEST_HARNESS_MAIN
