// SPDX-License-Identifier: GPL-2.0-only
/*
 * STATE, ZTC_GET, OTP_SET, START and STOP through the states PRE, IN and POST:
 * what the firmware allows (amthi.md 2, 3) and how its refusals come out.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "harness.h"

#include "clock.h"
#include "device.h"
#include "vme.h"

#define INVALID_AMT_MODE      0x03
#define CERTIFICATE_NOT_READY 0x31

static const char otp[] = "one-time-password";

FIXTURE(config)
{
	int fd;
};

FIXTURE_SETUP(config)
{
	ASSERT_EQ(0, vme_calm());
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(config)
{
	close(self->fd);
}

/* The state, or -errno when not both parts came. */
static int state_of(int fd, uint32_t *control)
{
	struct mei_prov_state state;
	int ret = device_state(fd, &state, ENOUGH_MS);

	if (ret < 0)
		return ret;
	if (state.head.fw_status != 0 || state.valid != DEVICE_STATE_PARTS)
		return -EREMOTEIO;
	*control = state.control_mode;
	return state.provisioning_state;
}

static bool state_is(int fd, int state, uint32_t control)
{
	uint32_t got = ~0u;

	return state_of(fd, &got) == state && got == control;
}

/* Repeat START until it is taken or refused for good: the last AMT status. */
static int start_to_the_end(int fd, uint32_t flags)
{
	uint64_t end = clock_ms() + ENOUGH_MS;
	uint32_t status;
	int ret;

	do {
		ret = device_start(fd, flags, &status, ENOUGH_MS);
		if (ret < 0 || clock_ms() > end)
			return ret < 0 ? ret : -ETIMEDOUT;
		clock_sleep_ms(status == CERTIFICATE_NOT_READY ? 50 : 0);
	} while (status == CERTIFICATE_NOT_READY);
	return status;
}

TEST_F(config, a_fresh_device_is_in_PRE_without_control_mode)
{
	EXPECT_TRUE(state_is(self->fd, PRE, NONE));
}

TEST_F(config, ztc_is_what_the_firmware_says)
{
	struct mei_prov_ztc ztc;

	ASSERT_EQ(0, device_ztc(self->fd, &ztc, ENOUGH_MS));
	EXPECT_EQ(1, ztc.enabled);
	ASSERT_EQ(0, vme("set ztc off"));
	ASSERT_EQ(0, device_ztc(self->fd, &ztc, ENOUGH_MS));
	EXPECT_EQ(0, ztc.enabled);
	EXPECT_EQ(0, ztc.head.fw_status);
}

TEST_F(config, an_otp_is_taken_in_PRE_byte_by_byte)
{
	static const char all[] = "0123456789abcdef0123456789ABCDEF";
	const size_t lens[] = { 8, 9, 31, 32 };
	uint32_t status;
	size_t i;

	for (i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		ASSERT_EQ(0, device_otp(self->fd, all, lens[i], &status, ENOUGH_MS));
		EXPECT_EQ(0, status);
		EXPECT_EQ(lens[i], vme_otp_len());
	}
}

TEST_F(config, an_otp_may_hold_any_byte)
{
	uint32_t status;

	ASSERT_EQ(0, device_otp(self->fd, "\0\xff\n\x80 \0\0\x01", 8, &status, ENOUGH_MS));
	EXPECT_EQ(0, status);
	EXPECT_EQ(8, vme_otp_len());
}

TEST_F(config, start_waits_for_nothing_and_says_certificate_not_ready)
{
	uint32_t status;

	ASSERT_EQ(0, vme("set cert-delay-ms 3000"));
	ASSERT_EQ(0, device_start(self->fd, 0, &status, 2000));
	EXPECT_EQ(CERTIFICATE_NOT_READY, status);
	EXPECT_TRUE(state_is(self->fd, PRE, NONE));
	ASSERT_EQ(0, vme("set cert-delay-ms 0"));
}

TEST_F(config, start_ends_in_IN)
{
	EXPECT_EQ(0, start_to_the_end(self->fd, 0));
	EXPECT_TRUE(state_is(self->fd, IN, NONE));
}

TEST_F(config, start_takes_ipv6)
{
	EXPECT_EQ(0, start_to_the_end(self->fd, MEI_PROV_START_IPV6));
	EXPECT_TRUE(state_is(self->fd, IN, NONE));
}

TEST_F(config, stop_leads_back_to_PRE)
{
	uint32_t status;

	ASSERT_EQ(0, start_to_the_end(self->fd, 0));
	ASSERT_EQ(0, device_stop(self->fd, &status, ENOUGH_MS));
	EXPECT_EQ(0, status);
	EXPECT_TRUE(state_is(self->fd, PRE, NONE));
}

TEST_F(config, stop_in_PRE_is_refused_by_the_firmware)
{
	uint32_t status;

	ASSERT_EQ(0, device_stop(self->fd, &status, ENOUGH_MS));
	EXPECT_EQ(INVALID_AMT_MODE, status);
}

TEST_F(config, otp_and_start_are_refused_while_the_window_is_open)
{
	uint32_t status;

	ASSERT_EQ(0, start_to_the_end(self->fd, 0));
	ASSERT_EQ(0, device_otp(self->fd, otp, sizeof(otp), &status, ENOUGH_MS));
	EXPECT_EQ(INVALID_AMT_MODE, status);
	ASSERT_EQ(0, device_start(self->fd, 0, &status, ENOUGH_MS));
	EXPECT_EQ(INVALID_AMT_MODE, status);
	EXPECT_TRUE(state_is(self->fd, IN, NONE));
}

TEST_F(config, otp_and_start_are_taken_when_the_window_has_run_out)
{
	uint32_t status;

	ASSERT_EQ(0, start_to_the_end(self->fd, 0));
	ASSERT_EQ(0, vme("window end"));
	EXPECT_TRUE(state_is(self->fd, IN, NONE));
	ASSERT_EQ(0, device_otp(self->fd, otp, sizeof(otp), &status, ENOUGH_MS));
	EXPECT_EQ(0, status);
	EXPECT_EQ(0, start_to_the_end(self->fd, 0));
}

TEST_F(config, generation_grows_by_one_with_a_change_and_only_then)
{
	struct mei_prov_state first, same, other;

	ASSERT_EQ(0, device_state(self->fd, &first, ENOUGH_MS));
	ASSERT_EQ(0, device_state(self->fd, &same, ENOUGH_MS));
	EXPECT_EQ(first.generation, same.generation);
	ASSERT_EQ(0, vme_pretend(POST, ADMIN));
	ASSERT_EQ(0, device_state(self->fd, &other, ENOUGH_MS));
	EXPECT_EQ(first.generation + 1, other.generation);
}

TEST_F(config, values_the_abi_does_not_know_come_as_received)
{
	struct mei_prov_state state;

	ASSERT_EQ(0, vme_fault(0x11, "raw=01010000110080040800000000000000efbeadde"));
	ASSERT_EQ(0, vme_fault(0x6b, "raw=010100006b008004080000000000000007000000"));
	ASSERT_EQ(0, device_state(self->fd, &state, ENOUGH_MS));
	EXPECT_EQ(0xdeadbeef, state.provisioning_state);
	EXPECT_EQ(7, state.control_mode);
	EXPECT_TRUE(state_is(self->fd, PRE, NONE));
}

TEST_HARNESS_MAIN
