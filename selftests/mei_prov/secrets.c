// SPDX-License-Identifier: GPL-2.0-only
/*
 * Secrets are write-only: a one-time password shows in no log, trace, event,
 * debugfs file or argument that comes back, whether the command succeeds or not.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <stdio.h>
#include <sys/klog.h>
#include <unistd.h>

#include <netlink/socket.h>

#include "harness.h"

#include "device.h"
#include "genl.h"
#include "sysfs.h"
#include "vme.h"

#define TRACING "/sys/kernel/tracing"
#define DEBUGFS "/sys/kernel/debug"
#define OTP	"zQ7-never-to-be-seen-again-9fK"
/* The same in hexadecimal, as a dump would show its beginning. */
#define OTP_HEX "7a51372d6e65766572"

static const char *const events[] = { "mei_prov", "mei" };

FIXTURE(secrets)
{
	int fd;
};

FIXTURE_SETUP(secrets)
{
	char path[96];
	size_t i;

	ASSERT_EQ(0, vme_calm());
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	ASSERT_TRUE(sysfs_exists(TRACING "/events/mei_prov/enable"));
	for (i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		snprintf(path, sizeof(path), TRACING "/events/%s/enable", events[i]);
		sysfs_write(path, "1");
	}
	ASSERT_EQ(0, sysfs_write(TRACING "/trace", ""));
}

FIXTURE_TEARDOWN(secrets)
{
	close(self->fd);
	sysfs_write(TRACING "/events/enable", "0");
}

/* Give it away in each way a command can go. */
static void set_otp_in_all_ways(struct __test_metadata *_metadata, int fd)
{
	static const char *const faults[] = { NULL, "status=3", "drop", "truncate=4", "wrong-id" };
	uint32_t status;
	size_t i;

	for (i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		if (faults[i]) {
			ASSERT_EQ(0, vme_fault(0x2a, "%s", faults[i]));
		}
		device_otp(fd, OTP, strlen(OTP), &status, 1000);
	}
}

static bool shows(const char *text, size_t len)
{
	return memmem(text, len, OTP, strlen(OTP)) || memmem(text, len, OTP_HEX, strlen(OTP_HEX));
}

/* Read a file to its end, at most 4 MiB: its length, or -errno. */
static ssize_t slurp(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ssize_t got, len = 0;

	if (fd < 0)
		return -errno;
	while ((got = read(fd, text + len, size - len)) > 0)
		len += got;
	close(fd);
	return len;
}

static char text[4 << 20];

TEST_F(secrets, an_otp_is_not_in_the_kernel_log)
{
	int len;

	set_otp_in_all_ways(_metadata, self->fd);
	len = klogctl(3, text, sizeof(text));
	ASSERT_LT(0, len);
	EXPECT_FALSE(shows(text, len));
}

TEST_F(secrets, changes_are_noted_with_command_and_caller)
{
	char caller[64];
	uint32_t status;
	int len;

	ASSERT_EQ(0, device_otp(self->fd, OTP, strlen(OTP), &status, ENOUGH_MS));
	len = klogctl(3, text, sizeof(text) - 1);
	ASSERT_LT(0, len);
	text[len] = '\0';
	snprintf(caller, sizeof(caller), "uid %u, pid %d", getuid(), getpid());
	EXPECT_NE(NULL, strcasestr(text, "password")) TH_LOG("no notice of the command");
	EXPECT_NE(NULL, strstr(text, caller)) TH_LOG("no notice of the caller");
}

TEST_F(secrets, an_otp_is_not_in_the_trace)
{
	ssize_t len;

	set_otp_in_all_ways(_metadata, self->fd);
	len = slurp(TRACING "/trace", text, sizeof(text) - 1);
	ASSERT_LT(0, len);
	text[len] = '\0';
	EXPECT_NE(NULL, strstr(text, "mei_prov")) TH_LOG("the events are off");
	EXPECT_FALSE(shows(text, len));
}

static int files_seen;
static char file_that_shows[256];

static int look_into(const char *path, const struct stat *stat, int type, struct FTW *where)
{
	ssize_t len;

	if (type != FTW_F)
		return 0;
	len = slurp(path, text, sizeof(text));
	files_seen += len >= 0;
	if (len > 0 && shows(text, len))
		snprintf(file_that_shows, sizeof(file_that_shows), "%s", path);
	return 0;
}

static void expect_nothing_below(struct __test_metadata *_metadata, const char *dir)
{
	files_seen = 0;
	file_that_shows[0] = '\0';
	ASSERT_EQ(0, nftw(dir, look_into, 16, FTW_PHYS));
	EXPECT_LT(0, files_seen);
	EXPECT_EQ('\0', file_that_shows[0]) TH_LOG("it is in %s", file_that_shows);
}

TEST_F(secrets, an_otp_is_not_in_debugfs_or_sysfs)
{
	set_otp_in_all_ways(_metadata, self->fd);
	expect_nothing_below(_metadata, DEBUGFS "/mei_prov");
	expect_nothing_below(_metadata, "/sys/module/mei_prov");
	expect_nothing_below(_metadata, SYSFS_PCI "/meiprov");
}

/* What waits to be read there: its length. */
static ssize_t take_events(int fd, char *to, size_t size, unsigned int ms)
{
	struct pollfd waiting = { .fd = fd, .events = POLLIN };
	ssize_t got, len = 0;

	while (poll(&waiting, 1, ms) == 1 && (got = read(fd, to + len, size - len)) > 0)
		len += got;
	return len;
}

/* Both kinds, and something to tell of. */
TEST_F(secrets, an_otp_is_in_no_event)
{
	struct mei_prov_events on = { .mask = MEI_PROV_EVENT_MASK_ALL };
	struct genl listener;
	ssize_t len;

	ASSERT_EQ(0, genl_open(&listener));
	ASSERT_EQ(0, genl_listen(&listener));
	ASSERT_EQ(0, DEVICE_CALL(self->fd, MEI_PROV_IOC_EVENTS, &on, ENOUGH_MS));
	set_otp_in_all_ways(_metadata, self->fd);
	ASSERT_EQ(0, vme("set ztc off"));
	len = take_events(self->fd, text, sizeof(text), 3000);
	EXPECT_LT(0, len);
	EXPECT_FALSE(shows(text, len));
	len = take_events(nl_socket_get_fd(listener.sock), text, sizeof(text), 3000);
	EXPECT_LT(0, len);
	EXPECT_FALSE(shows(text, len));
	genl_close(&listener);
}

TEST_HARNESS_MAIN
