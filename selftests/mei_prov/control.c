// SPDX-License-Identifier: GPL-2.0-only
/*
 * The later changes through the states: what the firmware allows (amthi.md 2, 3),
 * how its refusals come out, and the word in the log about those that cannot be
 * taken back.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/klog.h>
#include <unistd.h>

#include "harness.h"

#include "clock.h"
#include "device.h"
#include "vme.h"

#define INVALID_AMT_MODE      0x03
#define NOT_PERMITTED	      0x10
#define CERTIFICATE_NOT_READY 0x31
#define SHA256		      2

FIXTURE(control)
{
	int fd;
};

FIXTURE_SETUP(control)
{
	ASSERT_EQ(0, vme("set amt on"));
	ASSERT_EQ(0, vme("set suffix ''"));
	ASSERT_EQ(0, vme("set rng-seed on"));
	ASSERT_EQ(0, vme_calm());
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(control)
{
	close(self->fd);
}

#define ASK(nr, arg) DEVICE_CALL(self->fd, MEI_PROV_IOC_##nr, arg, ENOUGH_MS)

/* Ask and expect this AMT status. */
#define STATUS(want, nr, arg) \
	do { \
		ASSERT_EQ(0, ASK(nr, arg)); \
		EXPECT_EQ(want, (arg)->head.fw_status); \
	} while (0)

static uint32_t state_of(int fd)
{
	struct mei_prov_state state;

	if (device_state(fd, &state, ENOUGH_MS) < 0 || state.head.fw_status != 0)
		return UINT32_MAX;
	return state.provisioning_state;
}

/* Start until the certificate is there: the last status. */
static uint32_t start(int fd, uint32_t flags)
{
	uint32_t status;
	int tries = 100;

	do {
		if (device_start(fd, flags, &status, ENOUGH_MS) < 0)
			return UINT32_MAX;
		if (status != CERTIFICATE_NOT_READY)
			return status;
		clock_sleep_ms(100);
	} while (--tries > 0);
	return status;
}

/* --- ZTC --- */

TEST_F(control, ztc_is_switched_off)
{
	struct mei_prov_ztc_set set = { 0 };
	struct mei_prov_ztc ztc;

	ASSERT_EQ(0, device_ztc(self->fd, &ztc, ENOUGH_MS));
	ASSERT_EQ(1, ztc.enabled);
	STATUS(0, ZTC_SET, &set);
	ASSERT_EQ(0, device_ztc(self->fd, &ztc, ENOUGH_MS));
	EXPECT_EQ(0, ztc.enabled);
}

TEST_F(control, ztc_is_never_switched_on)
{
	struct mei_prov_ztc_set set = { .enabled = 1 };
	long before = vme_seen(0x3a);

	EXPECT_EQ(-EOPNOTSUPP, ASK(ZTC_SET, &set));
	set.enabled = 2;
	EXPECT_EQ(-EINVAL, ASK(ZTC_SET, &set));
	EXPECT_EQ(before, vme_seen(0x3a));
}

TEST_F(control, ztc_stays_on_with_a_suffix_or_outside_PRE)
{
	struct mei_prov_ztc_set set = { 0 };
	struct mei_prov_ztc ztc;

	ASSERT_EQ(0, vme("set suffix corp.example.org"));
	STATUS(NOT_PERMITTED, ZTC_SET, &set);
	ASSERT_EQ(0, vme("set suffix ''"));
	ASSERT_EQ(0, start(self->fd, 0));
	STATUS(INVALID_AMT_MODE, ZTC_SET, &set);
	ASSERT_EQ(0, device_ztc(self->fd, &ztc, ENOUGH_MS));
	EXPECT_EQ(1, ztc.enabled);
}

/* --- suffix --- */

static int suffix_set(int fd, const char *text, size_t len, uint32_t *fw_status)
{
	struct mei_prov_suffix suffix = { .len = len };
	int ret;

	memcpy(suffix.suffix, text, len < 256 ? len : 256);
	ret = DEVICE_CALL(fd, MEI_PROV_IOC_SUFFIX_SET, &suffix, ENOUGH_MS);
	*fw_status = suffix.head.fw_status;
	return ret;
}

TEST_F(control, a_suffix_is_set_and_read_back)
{
	static const size_t lens[] = { 1, 16, 223, 0 };
	struct mei_prov_suffix got = { 0 };
	char text[224];
	uint32_t status;
	size_t i;

	memset(text, 'x', sizeof(text));
	for (i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		ASSERT_EQ(0, suffix_set(self->fd, text, lens[i], &status));
		EXPECT_EQ(0, status);
		STATUS(0, SUFFIX_GET, &got);
		EXPECT_EQ(lens[i], got.len);
		EXPECT_EQ(lens[i], strlen(got.suffix));
	}
}

TEST_F(control, a_suffix_that_cannot_be_one_never_reaches_the_firmware)
{
	long before = vme_seen(0x2f);
	char text[256];
	uint32_t status;

	memset(text, 'x', sizeof(text));
	EXPECT_EQ(-EINVAL, suffix_set(self->fd, text, 224, &status));
	EXPECT_EQ(-EINVAL, suffix_set(self->fd, text, UINT32_MAX, &status));
	EXPECT_EQ(-EINVAL, suffix_set(self->fd, "a\0b", 3, &status));
	EXPECT_EQ(-EINVAL, suffix_set(self->fd, "a", 2, &status));
	EXPECT_EQ(before, vme_seen(0x2f));
}

TEST_F(control, a_suffix_is_refused_while_the_window_runs)
{
	uint32_t status;

	ASSERT_EQ(0, start(self->fd, 0));
	ASSERT_EQ(0, suffix_set(self->fd, "example", 7, &status));
	EXPECT_EQ(INVALID_AMT_MODE, status);
}

TEST_F(control, a_suffix_is_taken_when_the_window_has_run_out)
{
	struct mei_prov_suffix got = { 0 };
	uint32_t status;

	ASSERT_EQ(0, start(self->fd, 0));
	ASSERT_EQ(0, vme("window end"));
	ASSERT_EQ(0, suffix_set(self->fd, "example", 7, &status));
	EXPECT_EQ(0, status);
	STATUS(0, SUFFIX_GET, &got);
	EXPECT_EQ(0, strcmp("example", got.suffix));
}

/* --- seed --- */

TEST_F(control, a_seed_is_made_and_waited_for_by_the_caller)
{
	struct mei_prov_rng_seed seed = { 0 };
	struct mei_prov_rng rng = { 0 };
	int tries = 100;

	ASSERT_EQ(0, vme("set rng-seed off"));
	STATUS(0, RNG_STATUS, &rng);
	EXPECT_EQ(2, rng.status);
	STATUS(0, RNG_SEED, &seed);
	do {
		STATUS(0, RNG_STATUS, &rng);
		EXPECT_NE(2, rng.status);
		clock_sleep_ms(50);
	} while (rng.status == 1 && --tries > 0);
	EXPECT_EQ(0, rng.status);
}

/* --- start --- */

TEST_F(control, the_older_start_opens_the_window_too)
{
	long ex = vme_seen(0x62), old = vme_seen(0x29);

	EXPECT_EQ(0, start(self->fd, MEI_PROV_START_LEGACY));
	EXPECT_EQ(IN, state_of(self->fd));
	EXPECT_EQ(ex, vme_seen(0x62));
	EXPECT_LT(old, vme_seen(0x29));
	EXPECT_EQ(INVALID_AMT_MODE, start(self->fd, MEI_PROV_START_LEGACY));
}

TEST_F(control, the_older_start_knows_no_ipv6)
{
	long before = vme_seen_all();
	uint32_t status;

	EXPECT_EQ(-EINVAL, device_start(self->fd, MEI_PROV_START_LEGACY | MEI_PROV_START_IPV6,
					&status, ENOUGH_MS));
	EXPECT_EQ(before, vme_seen_all());
}

/* Until the certificate is there: the last status. */
static uint32_t start_host_based(int fd, struct mei_prov_start_host_based *start)
{
	int tries = 100;

	do {
		if (DEVICE_CALL(fd, MEI_PROV_IOC_START_HOST_BASED, start, ENOUGH_MS) < 0)
			return UINT32_MAX;
		if (start->head.fw_status != CERTIFICATE_NOT_READY)
			break;
		clock_sleep_ms(100);
	} while (--tries > 0);
	return start->head.fw_status;
}

static const struct mei_prov_start_host_based host_based = {
	.algorithm = SHA256,
	.digest = "not a digest, but as long as one",
	.host_vpn = 1,
	.suffixes_len = 19,
	.suffixes = "a.example\0b.example",
};

/* As the virtual ME shows them. */
#define HOST_BASED_DIGEST   "\"6e6f742061206469676573742c20627574206173206c6f6e67206173206f6e65\""
#define HOST_BASED_SUFFIXES "[\"a.example\",\"b.example\"]"

TEST_F(control, a_host_based_start_tells_the_firmware_whom_to_wait_for)
{
	struct mei_prov_start_host_based start = host_based;

	ASSERT_EQ(0, start_host_based(self->fd, &start));
	EXPECT_EQ(IN, state_of(self->fd));
	EXPECT_TRUE(vme_says("local_setup", "waiting", "true"));
	EXPECT_TRUE(vme_says("local_setup", "algorithm", "\"sha256\""));
	EXPECT_TRUE(vme_says("local_setup", "leaf", HOST_BASED_DIGEST));
	EXPECT_TRUE(vme_says("local_setup", "host_vpn", "true"));
	EXPECT_TRUE(vme_says("local_setup", "suffixes", HOST_BASED_SUFFIXES));
}

TEST_F(control, a_host_based_start_gives_the_certificates_digest)
{
	const uint8_t none[32] = { 0 };
	struct mei_prov_start_host_based start = host_based;
	char digest[80] = "\"";
	size_t i;

	ASSERT_EQ(0, start_host_based(self->fd, &start));
	EXPECT_EQ(SHA256, start.cert_algorithm);
	for (i = 0; i < 32; i++)
		sprintf(digest + strlen(digest), "%02x", start.cert_digest[i]);
	strcat(digest, "\"");
	EXPECT_TRUE(vme_says("certificate", "sha256", digest));
	EXPECT_EQ(0, memcmp(none, start.cert_digest + 32, 32));
}

TEST_F(control, a_host_based_start_is_refused_while_the_window_runs)
{
	struct mei_prov_start_host_based again = host_based;

	ASSERT_EQ(0, start(self->fd, 0));
	STATUS(INVALID_AMT_MODE, START_HOST_BASED, &again);
	EXPECT_EQ(0, again.cert_algorithm);
	EXPECT_TRUE(vme_says("local_setup", "waiting", "false"));
}

/* A refusal leaves no digest of before behind. */
TEST_F(control, a_refused_host_based_start_gives_no_digest)
{
	const uint8_t none[64] = { 0 };
	struct mei_prov_start_host_based start = { .algorithm = SHA256 };

	memset(start.cert_digest, 0xff, sizeof(start.cert_digest));
	start.cert_algorithm = 7;
	ASSERT_EQ(0, vme_fault(0x8b, "status=2"));
	STATUS(2, START_HOST_BASED, &start);
	EXPECT_EQ(0, start.cert_algorithm);
	EXPECT_EQ(0, memcmp(none, start.cert_digest, 64));
}

TEST_F(control, a_host_based_start_that_cannot_be_never_reaches_the_firmware)
{
	struct mei_prov_start_host_based start = { .algorithm = 0 };
	long before = vme_seen(0x8b);

	for (start.algorithm = 0; start.algorithm < 6; start.algorithm++) {
		if (start.algorithm == 2 || start.algorithm == 3)
			continue;
		EXPECT_EQ(-EINVAL, ASK(START_HOST_BASED, &start));
	}
	start.algorithm = SHA256;
	start.suffixes_len = 321;
	EXPECT_EQ(-EINVAL, ASK(START_HOST_BASED, &start));
	start.suffixes_len = 0;
	start.host_vpn = 2;
	EXPECT_EQ(-EINVAL, ASK(START_HOST_BASED, &start));
	EXPECT_EQ(before, vme_seen(0x8b));
}

/* --- the way back --- */

TEST_F(control, unprovisioning_is_refused_outside_client_control_mode)
{
	struct mei_prov_unprovision unprovision = { 0 };

	for (; unprovision.mode <= 3; unprovision.mode++)
		STATUS(INVALID_AMT_MODE, UNPROVISION, &unprovision);
	ASSERT_EQ(0, start(self->fd, 0));
	unprovision.mode = 0;
	STATUS(INVALID_AMT_MODE, UNPROVISION, &unprovision);
	EXPECT_EQ(IN, state_of(self->fd));
}

TEST_F(control, there_are_four_modes_to_unprovision_to)
{
	struct mei_prov_unprovision unprovision = { .mode = 4 };
	long before = vme_seen(0x10);

	EXPECT_EQ(-EINVAL, ASK(UNPROVISION, &unprovision));
	EXPECT_EQ(before, vme_seen(0x10));
}

TEST_F(control, ehbc_is_switched_off)
{
	struct mei_prov_ehbc_disable disable = { 0 };
	struct mei_prov_ehbc ehbc = { 0 };

	ASSERT_EQ(0, vme("set ehbc on"));
	STATUS(0, EHBC_GET, &ehbc);
	ASSERT_EQ(1, ehbc.enabled);
	STATUS(0, EHBC_DISABLE, &disable);
	STATUS(0, EHBC_GET, &ehbc);
	EXPECT_EQ(0, ehbc.enabled);
}

TEST_F(control, disable_and_clear_is_refused_outside_PRE)
{
	struct mei_prov_disable_clear clear = { 0 };

	ASSERT_EQ(0, start(self->fd, 0));
	STATUS(INVALID_AMT_MODE, DISABLE_CLEAR, &clear);
	EXPECT_EQ(IN, state_of(self->fd));
}

TEST_F(control, disable_and_clear_leaves_amt_disabled)
{
	struct mei_prov_disable_clear clear = { 0 };
	long before = vme_seen(0x88);

	STATUS(0, DISABLE_CLEAR, &clear);
	EXPECT_EQ(before + 1, vme_seen(0x88));
	EXPECT_EQ(INVALID_AMT_MODE, start(self->fd, 0));
}

/* --- the log --- */

static char text[1 << 20];

/* The kernel allows ten such lines in five seconds, whoever wrote them. */
static int log_after_a_pause(int (*fn)(int fd), int fd)
{
	int ret, len;

	clock_sleep_ms(5500);
	ret = fn(fd);
	if (ret < 0)
		return ret;
	len = klogctl(3, text, sizeof(text) - 1);
	if (len < 0)
		return -errno;
	text[len] = '\0';
	return 0;
}

static int change_everything(int fd)
{
	static const struct {
		unsigned int amthi;
		unsigned long nr;
		size_t size;
	} rows[] = {
		{ 0x3a, MEI_PROV_IOC_ZTC_SET, sizeof(struct mei_prov_ztc_set) },
		{ 0x10, MEI_PROV_IOC_UNPROVISION, sizeof(struct mei_prov_unprovision) },
		{ 0x85, MEI_PROV_IOC_EHBC_DISABLE, sizeof(struct mei_prov_ehbc_disable) },
		{ 0x88, MEI_PROV_IOC_DISABLE_CLEAR, sizeof(struct mei_prov_disable_clear) },
	};
	struct mei_prov_start_host_based start = { .algorithm = SHA256 };
	union device_arg arg;
	uint32_t status;
	int ret = 0;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]) && ret == 0; i++) {
		memset(&arg, 0, sizeof(arg));
		vme_fault(rows[i].amthi, "status=1");
		ret = device_call(fd, rows[i].nr, &arg.head, rows[i].size, ENOUGH_MS);
	}
	if (ret == 0)
		ret = suffix_set(fd, "never-to-be-seen.example", 24, &status);
	vme_fault(0x8b, "status=1");
	return ret ? ret : DEVICE_CALL(fd, MEI_PROV_IOC_START_HOST_BASED, &start, ENOUGH_MS);
}

TEST_F_TIMEOUT(control, who_asked_for_what_is_in_the_log_and_no_value, 60)
{
	static const char *const lines[] = {
		"switching zero touch configuration off",
		"unprovisioning",
		"switching embedded host-based configuration off",
		"disabling and clearing AMT",
		"setting the trusted suffix",
		"start of configuration over the local channel",
	};
	char line[160];
	size_t i;

	ASSERT_EQ(0, log_after_a_pause(change_everything, self->fd));
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		snprintf(line, sizeof(line), "%s asked for by uid %u, pid %d", lines[i], getuid(),
			 getpid());
		EXPECT_NE(NULL, strstr(text, line)) TH_LOG("no line \"%s\"", line);
	}
	EXPECT_EQ(NULL, strstr(text, "never-to-be-seen"));
}

TEST_HARNESS_MAIN
