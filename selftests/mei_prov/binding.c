// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loading, binding and unbinding: the module comes by itself, node and index
 * survive whatever happens below them while the PCI device is there.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "harness.h"

#include "caller.h"
#include "clock.h"
#include "device.h"
#include "sysfs.h"
#include "truth.h"
#include "vme.h"

FIXTURE(binding)
{
	struct truth truth;
	struct mei_prov_info info;
	int fd;
};

FIXTURE_SETUP(binding)
{
	ASSERT_EQ(0, vme_calm());
	ASSERT_EQ(0, truth_learn(&self->truth));
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, device_info(self->fd, &self->info, ENOUGH_MS));
}

FIXTURE_TEARDOWN(binding)
{
	close(self->fd);
}

/* --- loading --- */

TEST_F(binding, the_modules_alias_names_it_for_the_bus_device)
{
	char modalias[128], command[256], name[64] = "";
	FILE *modprobe;

	ASSERT_EQ(0, sysfs_read(SYSFS_MEI "/modalias", modalias, sizeof(modalias)));
	snprintf(command, sizeof(command), "modprobe --resolve-alias '%s'", modalias);
	modprobe = popen(command, "r");
	ASSERT_NE(NULL, modprobe);
	EXPECT_EQ(1, fscanf(modprobe, "%63s", name));
	EXPECT_EQ(0, pclose(modprobe));
	EXPECT_EQ(0, strcmp("mei_prov", name)) TH_LOG("%s is for \"%s\"", modalias, name);
}

/* Nobody calls modprobe here: udevd does, when the bus device says "add". */
TEST_F(binding, a_device_event_loads_the_module)
{
	close(self->fd);
	ASSERT_EQ(0, sysfs_module_delete());
	EXPECT_EQ(0, sysfs_wait("/dev/meiprov0", false, ENOUGH_MS));
	ASSERT_EQ(0, sysfs_write(SYSFS_MEI "/uevent", "add"));
	EXPECT_EQ(0, sysfs_wait("/sys/module/mei_prov", true, ENOUGH_MS));
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(0, truth_ask_all(self->fd, &self->truth, ENOUGH_MS));
}

TEST_F(binding, the_node_belongs_to_meiprov_and_only_its_user_may_write)
{
	const struct passwd *user = getpwnam("meiprov");
	const struct group *group = getgrnam("meiprov");
	struct stat node;

	ASSERT_NE(NULL, user);
	ASSERT_NE(NULL, group);
	ASSERT_EQ(0, stat(device_path(), &node));
	EXPECT_TRUE(S_ISCHR(node.st_mode));
	EXPECT_EQ(0640, node.st_mode & 07777);
	EXPECT_EQ(user->pw_uid, node.st_uid);
	EXPECT_EQ(group->gr_gid, node.st_gid);
}

TEST_F(binding, the_class_device_has_the_nodes_number_and_the_pci_parent)
{
	char dev[32], want[32], path[96], parent[256] = "";
	struct stat node;

	ASSERT_EQ(0, stat(device_path(), &node));
	snprintf(want, sizeof(want), "%u:%u", major(node.st_rdev), minor(node.st_rdev));
	snprintf(path, sizeof(path), "/sys/class/meiprov/meiprov%u/dev", self->info.index);
	ASSERT_EQ(0, sysfs_read(path, dev, sizeof(dev)));
	EXPECT_EQ(0, strcmp(want, dev));
	snprintf(path, sizeof(path), "/sys/class/meiprov/meiprov%u/device", self->info.index);
	ASSERT_LT(0, readlink(path, parent, sizeof(parent) - 1));
	EXPECT_NE(NULL, strstr(parent, SYSFS_PCI_NAME)) TH_LOG("it is %s", parent);
}

/* --- unbinding --- */

static void expect_link_down(struct __test_metadata *_metadata, FIXTURE_DATA(binding) * self)
{
	struct pollfd events = { .fd = self->fd, .events = POLLIN };
	struct mei_prov_ztc ztc;
	int fd;

	EXPECT_EQ(-ENOLINK, device_ztc(self->fd, &ztc, 500));
	fd = device_open(O_RDONLY);
	EXPECT_LE(0, fd);
	close(fd);
	EXPECT_EQ(0, poll(&events, 1, 0)) TH_LOG("revents %#x", events.revents);
	EXPECT_TRUE(sysfs_exists("/dev/meiprov0"));
}

static void expect_same_device(struct __test_metadata *_metadata, FIXTURE_DATA(binding) * self)
{
	struct mei_prov_info info;

	EXPECT_EQ(0, truth_ask_all(self->fd, &self->truth, ENOUGH_MS));
	ASSERT_EQ(0, device_info(self->fd, &info, ENOUGH_MS));
	EXPECT_EQ(self->info.index, info.index);
	EXPECT_EQ(MEI_PROV_IOCTL_LINK_UP, info.link);
	EXPECT_FALSE(sysfs_exists("/dev/meiprov1"));
}

static void unbind_and_bind(struct __test_metadata *_metadata, FIXTURE_DATA(binding) * self,
			    const char *unbind, const char *bind, const char *name)
{
	int i;

	for (i = 0; i < 2; i++) {
		ASSERT_EQ(0, sysfs_write(unbind, name));
		expect_link_down(_metadata, self);
		ASSERT_EQ(0, sysfs_write(bind, name));
		expect_same_device(_metadata, self);
	}
}

TEST_F(binding, file_and_index_survive_unbinding_the_driver)
{
	unbind_and_bind(_metadata, self, SYSFS_DRIVER "/unbind", SYSFS_DRIVER "/bind",
			SYSFS_MEI_NAME);
}

TEST_F_TIMEOUT(binding, file_and_index_survive_unbinding_mei_me, 60)
{
	unbind_and_bind(_metadata, self, SYSFS_ME_DRIVER "/unbind", SYSFS_ME_DRIVER "/bind",
			SYSFS_PCI_NAME);
}

TEST_F(binding, a_caller_waits_through_unbinding_and_binding)
{
	pid_t caller;

	ASSERT_EQ(0, sysfs_write(SYSFS_DRIVER "/unbind", SYSFS_MEI_NAME));
	caller = caller_start(caller_ztc, self->fd, ENOUGH_MS);
	clock_sleep_ms(500);
	ASSERT_EQ(0, sysfs_write(SYSFS_DRIVER "/bind", SYSFS_MEI_NAME));
	EXPECT_EQ(0, caller_wait(caller, clock_slow(1000)));
}

static int unbind_mei_me(int fd, uint32_t timeout_ms)
{
	return sysfs_write(SYSFS_ME_DRIVER "/unbind", SYSFS_PCI_NAME);
}

/* What ends the request may be the lost link or the doubt whether it was sent. */
static bool ended_by_unbinding(int ret)
{
	return ret == -ECANCELED || ret == -ENOLINK || ret == -ETIMEDOUT;
}

/*
 * The firmware gives no credit, so the request sits in the bus's send. Unbinding
 * must break that: a driver that waits for its worker before it disables the
 * client waits for ever, and poweroff behind it (design 0002).
 */
TEST_F_TIMEOUT(binding, unbinding_ends_while_the_firmware_takes_no_message, 90)
{
	pid_t caller, unbind;
	int ret;

	ASSERT_EQ(0, vme("fault add amthi:* no-credit forever"));
	caller_ztc(self->fd, 1000);
	caller = caller_start(caller_ztc, self->fd, 60000);
	clock_sleep_ms(1000);
	unbind = caller_start(unbind_mei_me, -1, 0);
	EXPECT_EQ(0, caller_wait(unbind, 10000 + clock_slow(1000)));
	ASSERT_EQ(0, vme("fault clear"));
	ASSERT_EQ(0, sysfs_write(SYSFS_ME_DRIVER "/bind", SYSFS_PCI_NAME));
	ret = caller_wait(caller, ENOUGH_MS);
	EXPECT_TRUE(ret == 0 || ended_by_unbinding(ret)) TH_LOG("got %d", ret);
	expect_same_device(_metadata, self);
}

TEST_F_TIMEOUT(binding, unbinding_ends_while_a_reply_is_awaited, 60)
{
	pid_t caller, unbind;

	ASSERT_EQ(0, vme_fault(0x30, "drop"));
	caller = caller_start(caller_ztc, self->fd, 60000);
	clock_sleep_ms(1000);
	unbind = caller_start(unbind_mei_me, -1, 0);
	EXPECT_EQ(0, caller_wait(unbind, 10000 + clock_slow(1000)));
	EXPECT_EQ(-ECANCELED, caller_wait(caller, ENOUGH_MS));
	ASSERT_EQ(0, sysfs_write(SYSFS_ME_DRIVER "/bind", SYSFS_PCI_NAME));
	expect_same_device(_metadata, self);
}

TEST_HARNESS_MAIN
