// SPDX-License-Identifier: LGPL-2.1-or-later
/* The transport over messages carries out the commands of linux/mei_prov_ioctl.h as
 * the module does: those that no function of the library asks for yet, and its rules.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "libmeiprov/device.h"
#include "libmeiprov/message.h"
#include "vme_rig.h"

static const char *const settings[] = { "version=16.1.25",
					"cert-delay-ms=0",
					"rng-delay-ms=0",
					"fqdn=pc.example.org",
					"kvm=off",
					"mps=mps.example.org",
					"remote-tunnel=connected",
					"wlan-mac=02:4d:45:00:00:02",
					NULL };

struct test {
	struct rig rig;
	struct meiprov_device *dev;
};

static int setup(void **state)
{
	static struct test t;
	char transport[128];
	const struct meiprov_open how = { .size = sizeof(how),
					  .transport = transport,
					  .writable = true };

	rig_start(&t.rig, settings);
	snprintf(transport, sizeof(transport), "socket:%s", t.rig.socket);
	*state = &t;
	return meiprov_device_open_by(&how, &t.dev, NULL);
}

static int teardown(void **state)
{
	struct test *t = *state;

	meiprov_device_close(t->dev);
	rig_stop(&t->rig);
	return 0;
}

/* Carry one out with an argument of @size bytes. */
static int run(void **state, unsigned int request, uint32_t size, void *arg)
{
	const struct test *t = *state;
	const struct command command = { .request = request, .size = size, .doing = "testing" };

	return device_command(t->dev, &command, arg, NULL);
}

#define RUN(state, request, arg) run(state, request, sizeof(*(arg)), arg)

static void numbers_are_read(void **state)
{
	struct mei_prov_tls_mode tls = { 0 };
	struct mei_prov_rng rng = { 0 };
	struct mei_prov_redirection redirection = { 0 };

	assert_int_equal(RUN(state, MEI_PROV_IOC_TLS_MODE, &tls), 0);
	assert_int_equal(tls.mode, 2);
	assert_int_equal(RUN(state, MEI_PROV_IOC_RNG_STATUS, &rng), 0);
	assert_int_equal(rng.status, 0);
	assert_int_equal(RUN(state, MEI_PROV_IOC_REDIRECTION, &redirection), 0);
	assert_int_equal(redirection.enabled, MEI_PROV_REDIRECTION_SOL | MEI_PROV_REDIRECTION_IDER);
}

static void names_and_addresses_are_read(void **state)
{
	static const uint8_t mac[6] = { 0x02, 0x4d, 0x45, 0, 0, 1 };
	static const uint8_t wlan[6] = { 0x02, 0x4d, 0x45, 0, 0, 2 };
	struct mei_prov_mac addresses = { 0 };
	struct mei_prov_lan lan = { .interface = MEI_PROV_LAN_WIRELESS };
	struct mei_prov_fqdn fqdn = { 0 };
	struct mei_prov_remote_access remote = { 0 };

	assert_int_equal(RUN(state, MEI_PROV_IOC_MAC, &addresses), 0);
	assert_memory_equal(addresses.host, mac, 6);
	assert_int_equal(RUN(state, MEI_PROV_IOC_LAN, &lan), 0);
	assert_memory_equal(lan.mac, wlan, 6);
	assert_int_equal(RUN(state, MEI_PROV_IOC_FQDN, &fqdn), 0);
	assert_string_equal(fqdn.fqdn, "pc.example.org");
	assert_int_equal(RUN(state, MEI_PROV_IOC_REMOTE_ACCESS, &remote), 0);
	assert_string_equal(remote.mps, "mps.example.org");
	assert_int_equal(remote.tunnel, 2);
}

static void a_record_of_setup_that_is_not_there_is_a_refusal(void **state)
{
	struct mei_prov_audit audit = { 0 };

	assert_int_equal(RUN(state, MEI_PROV_IOC_AUDIT, &audit), 0);
	assert_int_equal(audit.head.fw_status, AMTHI_STATUS_NOT_FOUND);
	assert_int_equal(audit.fqdn[0], 0);
}

/* The reply of amthi.md 50, typed: TLS mode 1, SHA-256, digest 0xa0..., 2026-11-25. */
static void a_record_of_setup_is_read_to_the_byte(void **state)
{
	const struct test *t = *state;
	struct mei_prov_audit audit = { 0 };
	char order[1024] = "fault add amthi:50 raw=01010000500080";
	size_t used;

	strcat(order, "04dc00000000000000"); /* 232 bytes in all, status 0 */
	strcat(order, "01010000000100000002000000");
	used = strlen(order);
	for (int i = 0; i < 64; i++)
		used += (size_t)sprintf(order + used, "%02x", i < 32 ? 0xa0 + i : 0);
	for (int i = 0; i < 48; i++)
		used += (size_t)sprintf(order + used, "%02x", i);
	used += (size_t)sprintf(order + used, "000000000100000001000000");
	used += (size_t)sprintf(order + used, "3139322e302e322e39"); /* 192.0.2.9 */
	for (int i = 9; i < 46; i++)
		used += (size_t)sprintf(order + used, "00");
	used += (size_t)sprintf(order + used, "ea070b000300190010001e000500");
	sprintf(order + used, "1100"
			      "7363612e6578616d706c652e6f72672e2e");
	rig_order(&t->rig, order);
	assert_int_equal(RUN(state, MEI_PROV_IOC_AUDIT, &audit), 0);
	assert_int_equal(audit.head.fw_status, 0);
	assert_int_equal(audit.tls_mode, 1);
	assert_int_equal(audit.hash_algorithm, 2);
	assert_int_equal(audit.hash[31], 0xbf);
	assert_int_equal(audit.serials[47], 47);
	assert_int_equal(audit.is_default, 1);
	assert_int_equal(audit.time[0], 2026);
	assert_int_equal(audit.time[6], 5);
	assert_string_equal(audit.server, "192.0.2.9");
	assert_string_equal(audit.fqdn, "sca.example.org..");
}

static void the_older_start_works_and_takes_no_ipv6(void **state)
{
	struct mei_prov_start start = { .head.flags = MEI_PROV_START_LEGACY | MEI_PROV_START_IPV6 };
	struct mei_prov_state now = { 0 };

	assert_int_equal(RUN(state, MEI_PROV_IOC_START, &start), -EINVAL);
	do {
		start.head = (struct mei_prov_head){ .flags = MEI_PROV_START_LEGACY };
		assert_int_equal(RUN(state, MEI_PROV_IOC_START, &start), 0);
		usleep(20000);
	} while (start.head.fw_status == AMTHI_STATUS_CERTIFICATE_NOT_READY);
	assert_int_equal(start.head.fw_status, 0);
	assert_int_equal(RUN(state, MEI_PROV_IOC_STATE, &now), 0);
	assert_int_equal(now.provisioning_state, MEIPROV_STATE_IN);
	assert_true(now.valid & MEI_PROV_STATE_MODE); /* a caller who knows of the mode gets it */
}

static void host_based_start_gives_the_digest_of_the_certificate(void **state)
{
	static const uint8_t zero[64];
	struct mei_prov_start_host_based start = { 0 };

	do {
		start = (struct mei_prov_start_host_based){ .algorithm = AMTHI_HASH_SHA256,
							    .digest = { 1, 2, 3 } };
		assert_int_equal(RUN(state, MEI_PROV_IOC_START_HOST_BASED, &start), 0);
		usleep(20000);
	} while (start.head.fw_status == AMTHI_STATUS_CERTIFICATE_NOT_READY);
	assert_int_equal(start.head.fw_status, 0);
	assert_int_equal(start.cert_algorithm, AMTHI_HASH_SHA256);
	assert_memory_not_equal(start.cert_digest, zero, 32);
	start = (struct mei_prov_start_host_based){ .algorithm = AMTHI_HASH_SHA1 };
	assert_int_equal(RUN(state, MEI_PROV_IOC_START_HOST_BASED, &start), -EINVAL);
}

static void a_seed_can_be_asked_for(void **state)
{
	struct mei_prov_rng_seed seed = { 0 };
	struct mei_prov_rng rng = { .status = 9 };

	assert_int_equal(RUN(state, MEI_PROV_IOC_RNG_SEED, &seed), 0);
	assert_int_equal(RUN(state, MEI_PROV_IOC_RNG_STATUS, &rng), 0);
	assert_true(rng.status <= 1);
}

/* What the module refuses before it asks the firmware. */
static void arguments_are_refused_as_by_the_module(void **state)
{
	struct mei_prov_ztc_set on = { .enabled = 1 };
	struct mei_prov_otp_set shorter = { .otp_len = MEI_PROV_OTP_MIN - 1 };
	struct mei_prov_suffix longer = { .len = MEI_PROV_SUFFIX_MAX + 1 };
	struct mei_prov_suffix split = { .len = 3, .suffix = "a" };
	struct mei_prov_unprovision mode = { .mode = 4 };
	struct mei_prov_lan lan = { .interface = 2 };
	struct mei_prov_ztc ztc = { 0 };
	const struct test *t = *state;

	assert_int_equal(RUN(state, MEI_PROV_IOC_ZTC_SET, &on), -EOPNOTSUPP);
	assert_int_equal(RUN(state, MEI_PROV_IOC_OTP_SET, &shorter), -EINVAL);
	assert_int_equal(RUN(state, MEI_PROV_IOC_SUFFIX_SET, &longer), -EINVAL);
	assert_int_equal(RUN(state, MEI_PROV_IOC_SUFFIX_SET, &split), -EINVAL);
	assert_int_equal(RUN(state, MEI_PROV_IOC_UNPROVISION, &mode), -EINVAL);
	assert_int_equal(RUN(state, MEI_PROV_IOC_LAN, &lan), -EINVAL);
	assert_int_equal(run(state, MEI_PROV_IOC_ZTC_GET, sizeof(ztc) - 1, &ztc), -EINVAL);
	assert_int_equal(run(state, 0xbbff, sizeof(ztc), &ztc), -ENOTTY);
	meiprov_device_set_timeout(t->dev, MEI_PROV_TIMEOUT_MAX_MS + 1);
	assert_int_equal(RUN(state, MEI_PROV_IOC_ZTC_GET, &ztc), -EINVAL);
	meiprov_device_set_timeout(t->dev, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(numbers_are_read),
		TEST(names_and_addresses_are_read),
		TEST(a_record_of_setup_that_is_not_there_is_a_refusal),
		TEST(a_record_of_setup_is_read_to_the_byte),
		TEST(the_older_start_works_and_takes_no_ipv6),
		TEST(host_based_start_gives_the_digest_of_the_certificate),
		TEST(a_seed_can_be_asked_for),
		TEST(arguments_are_refused_as_by_the_module),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
