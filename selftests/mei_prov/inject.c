// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory runs out, at each place in turn: the n-th allocation or copy that one
 * call makes in the kernel fails, for n = 1, 2 ... until a call gets through
 * without meeting its fault. Only debug kernels can do that (fault-injection.rst,
 * "fail-nth"); what a refused call lost, kmemleak finds at the end of the run.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <linux/genetlink.h>
#include <linux/mei_prov.h>
#include <linux/netlink.h>

#include "harness.h"

#include "device.h"
#include "genl.h"
#include "later.h"
#include "sysfs.h"
#include "vme.h"

/* Far more than any call needs. */
#define FAULTS_MAX 500
/* Seconds: these kernels are slow on an emulated machine, and more so on a busy one. */
#define PATIENCE 600

/* Waiting allocations fail as well, and no failure writes a stack to the log. */
static const struct {
	const char *path;
	const char *value;
} knobs[] = {
	{ "/sys/kernel/debug/failslab/ignore-gfp-wait", "N" },
	{ "/sys/kernel/debug/failslab/verbose", "0" },
	{ "/sys/kernel/debug/fail_page_alloc/ignore-gfp-wait", "N" },
	{ "/sys/kernel/debug/fail_page_alloc/min-order", "0" },
	{ "/sys/kernel/debug/fail_page_alloc/verbose", "0" },
	{ "/sys/kernel/debug/fail_usercopy/verbose", "0" },
};

FIXTURE(inject)
{
	int fail; /* /proc/thread-self/fail-nth */
	int fd;
	struct genl genl;
	bool hit;	  /* the last call met its fault */
	unsigned int met; /* faults met in this test */
};

FIXTURE_SETUP(inject)
{
	size_t i;

	ASSERT_EQ(0, vme_calm());
	for (i = 0; i < sizeof(knobs) / sizeof(knobs[0]); i++)
		ASSERT_EQ(0, sysfs_write(knobs[i].path, knobs[i].value))
	TH_LOG("%s", knobs[i].path);
	self->fail = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fail);
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, genl_open(&self->genl));
	/* Page faults of this program are none of the driver's. */
	ASSERT_EQ(0, mlockall(MCL_CURRENT | MCL_FUTURE));
}

FIXTURE_TEARDOWN(inject)
{
	genl_close(&self->genl);
	close(self->fd);
	close(self->fail);
	EXPECT_EQ(0, vme_calm());
}

#define SELF FIXTURE_DATA(inject)

static void arm(SELF *self, unsigned int nth)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", nth);

	if (pwrite(self->fail, text, len, 0) != len)
		abort();
}

/* Reading the rest, and setting it to zero, may meet the fault themselves. */
static void disarm(SELF *self)
{
	char left[16] = "";

	self->hit = pread(self->fail, left, sizeof(left) - 1, 0) > 0 && atoi(left) == 0;
	self->met += self->hit;
	while (pwrite(self->fail, "0", 1, 0) != 1)
		;
}

/* One call whose @nth allocation fails: 0 or a negative errno. */
typedef int (*attempt_fn)(SELF *self, const void *what, unsigned int nth);

static bool is_about_memory(int ret)
{
	return ret == 0 || ret == -ENOMEM || ret == -ENOBUFS || ret == -EFAULT;
}

/* Until a call gets through: 0, or what was wrong. */
static int walk(SELF *self, attempt_fn attempt, const void *what)
{
	unsigned int nth;
	int ret;

	for (nth = 1; nth < FAULTS_MAX; nth++) {
		ret = attempt(self, what, nth);
		if (!self->hit)
			return ret;
		if (!is_about_memory(ret)) {
			ksft_print_msg("the fault at allocation %u became error %d\n", nth, ret);
			return -EPROTO;
		}
	}
	return -ELOOP;
}

/* --- commands --- */

static int attempt_command(SELF *self, const void *what, unsigned int nth)
{
	const struct device_command *command = what;
	union device_arg arg;
	int ret;

	device_arg_init(&arg, command);
	arm(self, nth);
	ret = device_ioctl(self->fd, command->nr, &arg);
	disarm(self);
	return ret;
}

static int attempt_later(SELF *self, const void *what, unsigned int nth)
{
	const struct later_command *command = what;
	union device_arg arg;
	int ret;

	later_init(&arg, command);
	arm(self, nth);
	ret = device_ioctl(self->fd, command->nr, &arg);
	disarm(self);
	return ret;
}

/* With a table for all entries. */
static int attempt_hashes(SELF *self, const void *unused, unsigned int nth)
{
	static struct mei_prov_hash hashes[64];
	uint32_t count = 64, status;
	int ret;

	arm(self, nth);
	ret = device_hashes(self->fd, hashes, &count, &status, ENOUGH_MS);
	disarm(self);
	return ret;
}

static int attempt_open(SELF *self, const void *path, unsigned int nth)
{
	int fd, ret;

	arm(self, nth);
	fd = open(path, O_RDWR | O_CLOEXEC);
	ret = fd < 0 ? -errno : 0;
	disarm(self);
	if (fd >= 0)
		close(fd);
	return ret;
}

static bool device_works(SELF *self)
{
	struct mei_prov_state state;

	return device_state(self->fd, &state, ENOUGH_MS) == 0 && state.head.fw_status == 0;
}

TEST_F_TIMEOUT(inject, commands_without_memory_fail_with_ENOMEM_and_the_device_works, PATIENCE)
{
	size_t i;

	for (i = 0; i < DEVICE_COMMANDS; i++) {
		EXPECT_EQ(0, walk(self, attempt_command, &device_commands[i]))
		TH_LOG("%s", device_commands[i].name);
		EXPECT_TRUE(device_works(self)) TH_LOG("%s", device_commands[i].name);
	}
	EXPECT_LT(2 * DEVICE_COMMANDS, self->met);
}

TEST_F_TIMEOUT(inject, later_commands_without_memory_fail_with_ENOMEM_and_the_device_works,
	       PATIENCE)
{
	size_t i;

	for (i = 0; i < LATER_COMMANDS; i++) {
		EXPECT_EQ(0, walk(self, attempt_later, &later_commands[i]))
		TH_LOG("%s", later_commands[i].name);
		EXPECT_TRUE(device_works(self)) TH_LOG("%s", later_commands[i].name);
	}
	EXPECT_LT(2 * LATER_COMMANDS, self->met);
}

TEST_F_TIMEOUT(inject, the_hash_table_without_memory_fails_with_ENOMEM, PATIENCE)
{
	EXPECT_EQ(0, walk(self, attempt_hashes, NULL));
	EXPECT_TRUE(device_works(self));
	EXPECT_LT(2, self->met);
}

TEST_F_TIMEOUT(inject, opening_without_memory_fails_with_ENOMEM, PATIENCE)
{
	EXPECT_EQ(0, walk(self, attempt_open, device_path()));
	EXPECT_LT(1, self->met);
}

/* --- netlink --- */

struct request {
	char name[20];
	int cmd;
	int flags;
	int attrs[3]; /* of u32, each @values, up to a zero */
	uint32_t values[2];
};

struct message {
	struct nlmsghdr nlh;
	struct genlmsghdr genl;
	struct {
		struct nlattr nla;
		uint32_t value;
	} attrs[2];
};

static void build(struct message *message, const struct request *request, int family)
{
	unsigned int i;

	memset(message, 0, sizeof(*message));
	message->nlh.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN);
	message->nlh.nlmsg_type = family;
	message->nlh.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | request->flags;
	message->genl.cmd = request->cmd;
	message->genl.version = MEI_PROV_FAMILY_VERSION;
	for (i = 0; request->attrs[i]; i++) {
		message->attrs[i].nla.nla_len = sizeof(message->attrs[i]);
		message->attrs[i].nla.nla_type = request->attrs[i];
		message->attrs[i].value = request->values[i];
		message->nlh.nlmsg_len += sizeof(message->attrs[i]);
	}
}

/* Messages up to the acknowledgement or the end of the dump. */
static int answer(int fd)
{
	static char buf[32768] __attribute__((aligned(8)));
	struct nlmsghdr *nlh;
	ssize_t len;

	for (;;) {
		len = recv(fd, buf, sizeof(buf), 0);
		if (len < 0)
			return -errno;
		for (nlh = (void *)buf; NLMSG_OK(nlh, len); nlh = NLMSG_NEXT(nlh, len))
			if (nlh->nlmsg_type == NLMSG_ERROR || nlh->nlmsg_type == NLMSG_DONE)
				return *(int *)NLMSG_DATA(nlh);
	}
}

/* A socket for each attempt: what a failed one left in it is nobody's. */
static int request_socket(void)
{
	const struct sockaddr_nl address = { .nl_family = AF_NETLINK };
	const struct timeval patience = { .tv_sec = 20 };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);

	if (fd >= 0 && (bind(fd, (const void *)&address, sizeof(address)) < 0 ||
			setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) < 0)) {
		close(fd);
		return -1;
	}
	return fd;
}

static int attempt_request(SELF *self, const void *what, unsigned int nth)
{
	struct message message;
	int fd = request_socket(), ret;

	if (fd < 0)
		return -EBADF;
	build(&message, what, self->genl.family);
	arm(self, nth);
	if (send(fd, &message, message.nlh.nlmsg_len, 0) < 0)
		ret = -errno;
	else
		ret = answer(fd);
	disarm(self);
	close(fd);
	return ret;
}

static const struct request requests[] = {
	{ "device-get", MEI_PROV_CMD_DEVICE_GET, 0, { MEI_PROV_A_DEVICE_INDEX } },
	{ "device-get, all", MEI_PROV_CMD_DEVICE_GET, NLM_F_DUMP },
	{ "state-get", MEI_PROV_CMD_STATE_GET, 0, { MEI_PROV_A_STATE_INDEX } },
	{ "state-get, all", MEI_PROV_CMD_STATE_GET, NLM_F_DUMP },
	{ "watch-start", MEI_PROV_CMD_WATCH_START, 0, { MEI_PROV_A_WATCH_INDEX } },
	{ "" },
};

TEST_F_TIMEOUT(inject, requests_without_memory_fail_with_ENOMEM_and_the_device_works, PATIENCE)
{
	const struct request *request;

	for (request = requests; request->name[0]; request++)
		EXPECT_EQ(0, walk(self, attempt_request, request)) TH_LOG("%s", request->name);
	EXPECT_TRUE(device_works(self));
	EXPECT_LT(2 * (request - requests), self->met);
}

TEST_HARNESS_MAIN
