// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generic netlink family mei-prov (uapi/specs/mei-prov.yaml): discovery and
 * state from what the driver last saw, for administrators of the machine only,
 * and never waiting for the firmware (design 0001).
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/mei_prov.h>
#include <linux/netlink.h>
#include <sched.h>
#include <unistd.h>

#include "harness.h"

#include "bystander.h"
#include "caller.h"
#include "clock.h"
#include "device.h"
#include "genl.h"
#include "sysfs.h"
#include "vme.h"

#define NOBODY	       65534
#define NO_SUCH_DEVICE 4711
/* An answer that waits for nothing. */
#define AT_ONCE_MS 100
#define HANG_MS	   5000
/* Loading a module and removing it, which has other locks to take as well. */
#define LOAD_MS 1000

FIXTURE(netlink)
{
	struct genl genl;
	uint32_t index;
	int fd;
};

FIXTURE_SETUP(netlink)
{
	struct mei_prov_state state;
	struct mei_prov_info info;

	ASSERT_EQ(0, vme_calm());
	ASSERT_EQ(0, genl_open(&self->genl));
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, device_info(self->fd, &info, ENOUGH_MS));
	ASSERT_EQ(0, device_state(self->fd, &state, ENOUGH_MS));
	self->index = info.index;
}

FIXTURE_TEARDOWN(netlink)
{
	close(self->fd);
	genl_close(&self->genl);
}

/* --- device-get --- */

static bool device_right(const struct genl_message *device, uint32_t index)
{
	return device->cmd == MEI_PROV_CMD_DEVICE_GET && device->has_index &&
	       device->index == index && device->has_link && device->link == MEI_PROV_LINK_UP &&
	       strcmp(device->parent, SYSFS_PCI_NAME) == 0;
}

TEST_F(netlink, device_get_gives_index_parent_and_link)
{
	struct genl_message device;

	ASSERT_EQ(0, genl_device_get(&self->genl, self->index, &device));
	EXPECT_TRUE(device_right(&device, self->index));
}

TEST_F(netlink, the_dump_of_devices_has_each_once)
{
	struct genl_reply reply;

	ASSERT_EQ(0, genl_ask(&self->genl, MEI_PROV_CMD_DEVICE_GET, NLM_F_DUMP, NULL, 0, &reply));
	ASSERT_EQ(1, reply.count);
	EXPECT_TRUE(device_right(&reply.messages[0], self->index));
}

TEST_F(netlink, device_get_and_state_get_say_when_the_link_is_down)
{
	struct genl_message device, state;

	ASSERT_EQ(0, sysfs_write(SYSFS_ME_DRIVER "/unbind", SYSFS_PCI_NAME));
	EXPECT_EQ(0, genl_device_get(&self->genl, self->index, &device));
	EXPECT_EQ(MEI_PROV_LINK_DOWN, device.link);
	EXPECT_EQ(0, strcmp(device.parent, SYSFS_PCI_NAME));
	EXPECT_EQ(0, genl_state_get(&self->genl, self->index, &state));
	EXPECT_EQ(MEI_PROV_LINK_DOWN, state.link);
	EXPECT_TRUE(state.has_state);
	ASSERT_EQ(0, sysfs_write(SYSFS_ME_DRIVER "/bind", SYSFS_PCI_NAME));
}

/* --- state-get --- */

static bool state_right(const struct genl_message *state, uint32_t index, uint32_t value)
{
	return state->cmd == MEI_PROV_CMD_STATE_GET && state->has_index && state->index == index &&
	       state->has_state && state->state == value && state->has_control && state->has_link &&
	       state->link == MEI_PROV_LINK_UP && state->has_age && state->has_generation;
}

TEST_F(netlink, state_get_gives_what_was_seen_last)
{
	struct genl_message state;

	ASSERT_EQ(0, genl_state_get(&self->genl, self->index, &state));
	EXPECT_TRUE(state_right(&state, self->index, MEI_PROV_PROVISIONING_STATE_PRE));
	EXPECT_EQ(MEI_PROV_CONTROL_MODE_NONE, state.control);
}

TEST_F(netlink, the_dump_of_states_has_each_once)
{
	struct genl_reply reply;

	ASSERT_EQ(0, genl_ask(&self->genl, MEI_PROV_CMD_STATE_GET, NLM_F_DUMP, NULL, 0, &reply));
	ASSERT_EQ(1, reply.count);
	EXPECT_TRUE(state_right(&reply.messages[0], self->index, MEI_PROV_PROVISIONING_STATE_PRE));
}

TEST_F(netlink, state_get_does_not_ask_the_firmware)
{
	struct genl_message state;
	long before = vme_seen_all();
	int i;

	ASSERT_LT(0, before);
	for (i = 0; i < 20; i++) {
		ASSERT_EQ(0, genl_state_get(&self->genl, self->index, &state));
	}
	EXPECT_EQ(before, vme_seen_all());
}

TEST_F(netlink, the_age_is_that_of_the_knowledge)
{
	struct genl_message old, young;
	struct mei_prov_state state;

	clock_sleep_ms(1000);
	ASSERT_EQ(0, genl_state_get(&self->genl, self->index, &old));
	EXPECT_LE(1000, old.age_ms);
	EXPECT_GE(1000 + clock_slow(1000), old.age_ms);
	ASSERT_EQ(0, device_state(self->fd, &state, ENOUGH_MS));
	ASSERT_EQ(0, genl_state_get(&self->genl, self->index, &young));
	EXPECT_GT(1000, young.age_ms);
}

TEST_F(netlink, the_generation_grows_by_one_with_a_change)
{
	struct genl_message before, stale, after;
	struct mei_prov_state state;

	ASSERT_EQ(0, genl_state_get(&self->genl, self->index, &before));
	ASSERT_EQ(0, vme_pretend(POST, ADMIN));
	ASSERT_EQ(0, genl_state_get(&self->genl, self->index, &stale));
	EXPECT_EQ(before.generation, stale.generation);
	EXPECT_EQ(MEI_PROV_PROVISIONING_STATE_PRE, stale.state);
	ASSERT_EQ(0, device_state(self->fd, &state, ENOUGH_MS));
	ASSERT_EQ(0, genl_state_get(&self->genl, self->index, &after));
	EXPECT_EQ(before.generation + 1, after.generation);
	EXPECT_EQ((uint32_t)state.generation, after.generation);
	EXPECT_EQ(MEI_PROV_PROVISIONING_STATE_POST, after.state);
	EXPECT_EQ(MEI_PROV_CONTROL_MODE_ADMIN, after.control);
}

TEST_F(netlink, a_refusal_of_the_firmware_changes_no_snapshot)
{
	struct genl_message before, after;
	struct mei_prov_state state;

	ASSERT_EQ(0, genl_state_get(&self->genl, self->index, &before));
	ASSERT_EQ(0, vme_fault(0x11, "status=1"));
	ASSERT_EQ(0, device_state(self->fd, &state, ENOUGH_MS));
	ASSERT_EQ(1, state.head.fw_status);
	ASSERT_EQ(0, genl_state_get(&self->genl, self->index, &after));
	EXPECT_EQ(before.generation, after.generation);
	EXPECT_EQ(before.state, after.state);
}

/* --- refusals --- */

static const int commands[] = {
	MEI_PROV_CMD_DEVICE_GET,
	MEI_PROV_CMD_STATE_GET,
	MEI_PROV_CMD_WATCH_START,
	MEI_PROV_CMD_WATCH_STOP,
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

TEST_F(netlink, an_unknown_index_is_ENODEV_with_a_reason)
{
	const struct genl_attr index = { MEI_PROV_A_DEVICE_INDEX, NO_SUCH_DEVICE, 0 };
	struct genl_reply reply;
	size_t i;

	for (i = 0; i < COMMANDS; i++) {
		EXPECT_EQ(-ENODEV, genl_ask(&self->genl, commands[i], 0, &index, 1, &reply))
		TH_LOG("command %d", commands[i]);
		EXPECT_NE('\0', self->genl.reason[0]) TH_LOG("command %d", commands[i]);
	}
}

TEST_F(netlink, a_missing_index_is_EINVAL)
{
	struct genl_reply reply;
	size_t i;

	for (i = 0; i < COMMANDS; i++) {
		EXPECT_EQ(-EINVAL, genl_ask(&self->genl, commands[i], 0, NULL, 0, &reply))
		TH_LOG("command %d", commands[i]);
	}
}

TEST_F(netlink, an_unknown_attribute_is_EINVAL)
{
	const struct genl_attr attrs[] = {
		{ MEI_PROV_A_DEVICE_INDEX, self->index, 0 },
		{ 100, 0, 0 },
	};
	struct genl_reply reply;
	size_t i;

	for (i = 0; i < COMMANDS; i++) {
		EXPECT_EQ(-EINVAL, genl_ask(&self->genl, commands[i], 0, attrs, 2, &reply))
		TH_LOG("command %d", commands[i]);
	}
}

TEST_F(netlink, an_index_of_the_wrong_size_is_refused)
{
	const struct genl_attr shorter = { MEI_PROV_A_DEVICE_INDEX, 0, 2 };
	struct genl_reply reply;
	size_t i;

	for (i = 0; i < COMMANDS; i++) {
		EXPECT_GT(0, genl_ask(&self->genl, commands[i], 0, &shorter, 1, &reply))
		TH_LOG("command %d", commands[i]);
	}
}

TEST_F(netlink, an_attribute_only_replies_carry_is_refused)
{
	const struct genl_attr attrs[] = {
		{ MEI_PROV_A_STATE_INDEX, self->index, 0 },
		{ MEI_PROV_A_STATE_GENERATION, 0, 0 },
	};
	struct genl_reply reply;

	EXPECT_EQ(-EINVAL, genl_ask(&self->genl, MEI_PROV_CMD_STATE_GET, 0, attrs, 2, &reply));
}

TEST_F(netlink, an_unknown_command_is_EOPNOTSUPP)
{
	struct genl_reply reply;

	EXPECT_EQ(-EOPNOTSUPP, genl_ask(&self->genl, 200, 0, NULL, 0, &reply));
	EXPECT_EQ(-EOPNOTSUPP, genl_ask(&self->genl, MEI_PROV_CMD_STATE_NTF, 0, NULL, 0, &reply));
}

/* --- who may ask --- */

static void expect_not_permitted(struct __test_metadata *_metadata, struct genl *genl,
				 uint32_t index)
{
	const struct genl_attr attr = { MEI_PROV_A_DEVICE_INDEX, index, 0 };
	struct genl_reply reply;
	size_t i;

	for (i = 0; i < COMMANDS; i++) {
		EXPECT_EQ(-EPERM, genl_ask(genl, commands[i], 0, &attr, 1, &reply))
		TH_LOG("command %d", commands[i]);
	}
	for (i = 0; i < 2; i++) {
		EXPECT_EQ(-EPERM, genl_ask(genl, commands[i], NLM_F_DUMP, NULL, 0, &reply))
		TH_LOG("dump of command %d", commands[i]);
	}
	EXPECT_EQ(-EPERM, genl_listen(genl));
}

TEST_F(netlink, without_cap_net_admin_everything_is_EPERM)
{
	struct genl genl;

	ASSERT_EQ(0, setresgid(NOBODY, NOBODY, NOBODY));
	ASSERT_EQ(0, setresuid(NOBODY, NOBODY, NOBODY));
	ASSERT_EQ(0, genl_open(&genl));
	expect_not_permitted(_metadata, &genl, self->index);
	genl_close(&genl);
}

TEST_F(netlink, capabilities_of_a_user_namespace_do_not_count)
{
	struct genl genl;

	ASSERT_EQ(0, unshare(CLONE_NEWUSER));
	ASSERT_EQ(0, genl_open(&genl));
	expect_not_permitted(_metadata, &genl, self->index);
	genl_close(&genl);
}

TEST_F(netlink, another_network_namespace_has_no_such_family)
{
	struct genl genl;

	ASSERT_EQ(0, unshare(CLONE_NEWNET));
	EXPECT_EQ(-ENOENT, genl_open(&genl));
}

/* --- while the firmware hangs --- */

static uint64_t time_of_lookup(void)
{
	uint64_t start = clock_ms();
	struct genl genl;

	if (genl_open(&genl) < 0)
		return UINT64_MAX;
	genl_close(&genl);
	return clock_ms() - start;
}

static void expect_prompt_answers(struct __test_metadata *_metadata, FIXTURE_DATA(netlink) * self)
{
	struct genl_message message;
	struct genl_reply reply;
	uint64_t start = clock_ms();

	EXPECT_EQ(0, genl_state_get(&self->genl, self->index, &message));
	EXPECT_EQ(0, genl_device_get(&self->genl, self->index, &message));
	EXPECT_EQ(0, genl_ask(&self->genl, MEI_PROV_CMD_STATE_GET, NLM_F_DUMP, NULL, 0, &reply));
	EXPECT_GE(clock_slow(AT_ONCE_MS), clock_ms() - start);
	EXPECT_GE(clock_slow(AT_ONCE_MS), time_of_lookup());
	EXPECT_GE(LOAD_MS, bystander_load());
}

TEST_F(netlink, nothing_waits_for_a_firmware_that_hangs)
{
	uint64_t start;
	pid_t caller;

	ASSERT_EQ(0, vme_fault(0x30, "delay=%d", HANG_MS));
	start = clock_ms();
	caller = caller_start(caller_ztc, self->fd, ENOUGH_MS);
	clock_sleep_ms(500);
	while (clock_ms() < start + HANG_MS - 1500)
		expect_prompt_answers(_metadata, self);
	EXPECT_EQ(0, caller_wait(caller, ENOUGH_MS));
	EXPECT_LE(start + HANG_MS, clock_ms());
}

TEST_F(netlink, a_watch_does_not_wait_for_it_either)
{
	uint64_t start;
	pid_t caller;

	ASSERT_EQ(0, vme_fault(0x30, "delay=%d", HANG_MS));
	caller = caller_start(caller_ztc, self->fd, ENOUGH_MS);
	clock_sleep_ms(500);
	start = clock_ms();
	EXPECT_EQ(0, genl_watch_start(&self->genl, self->index, 1000));
	EXPECT_EQ(0, genl_watch_stop(&self->genl, self->index));
	EXPECT_GE(clock_slow(AT_ONCE_MS), clock_ms() - start);
	EXPECT_EQ(0, caller_wait(caller, ENOUGH_MS));
}

/* A watch's own poll hangs; its end must not. */
TEST_F(netlink, the_end_of_a_watch_does_not_wait_for_its_poll)
{
	struct genl watcher;
	uint64_t start;

	ASSERT_EQ(0, vme_fault(0x11, "delay=%d", HANG_MS));
	ASSERT_EQ(0, genl_open(&watcher));
	ASSERT_EQ(0, genl_watch_start(&watcher, self->index, 100));
	clock_sleep_ms(1500);
	start = clock_ms();
	genl_close(&watcher);
	EXPECT_GE(clock_slow(AT_ONCE_MS), clock_ms() - start);
	expect_prompt_answers(_metadata, self);
}

TEST_HARNESS_MAIN
