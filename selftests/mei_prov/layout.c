// SPDX-License-Identifier: GPL-2.0-only
/*
 * The layout of the arguments is the same for every caller, 32 or 64 bits wide.
 * Built a second time with -m32, where the compiler can, and run against the
 * same 64-bit kernel; therefore without any library.
 */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "harness.h"

#include <linux/mei_prov_ioctl.h>

/* The first version's size; a struct may grow behind it, an array's element not. */
#define FIRST(type, size) _Static_assert(sizeof(struct type) >= (size), #type " has shrunk")
#define SIZE(type, size)  _Static_assert(sizeof(struct type) == (size), #type " has another size")
#define AT(type, field, at) \
	_Static_assert(offsetof(struct type, field) == (at), #type "." #field " is elsewhere")

SIZE(mei_prov_head, 16);
AT(mei_prov_head, size, 0);
AT(mei_prov_head, flags, 4);
AT(mei_prov_head, timeout_ms, 8);
AT(mei_prov_head, fw_status, 12);

SIZE(mei_prov_version, 48);
AT(mei_prov_version, name, 0);
AT(mei_prov_version, value, 24);

FIRST(mei_prov_info, 160);
AT(mei_prov_info, head, 0);
AT(mei_prov_info, valid, 16);
AT(mei_prov_info, index, 20);
AT(mei_prov_info, link, 24);
AT(mei_prov_info, version_count, 28);
AT(mei_prov_info, versions, 32);
AT(mei_prov_info, uuid, 40);
AT(mei_prov_info, parent, 56);
AT(mei_prov_info, bios, 88);

FIRST(mei_prov_state, 40);
AT(mei_prov_state, valid, 16);
AT(mei_prov_state, provisioning_state, 20);
AT(mei_prov_state, control_mode, 24);
AT(mei_prov_state, __reserved, 28);
AT(mei_prov_state, generation, 32);
AT(mei_prov_state, provisioning_mode, 40);
AT(mei_prov_state, legacy_mode, 44);

FIRST(mei_prov_ztc, 24);
AT(mei_prov_ztc, enabled, 16);

SIZE(mei_prov_hash, 120);
AT(mei_prov_hash, handle, 0);
AT(mei_prov_hash, flags, 4);
AT(mei_prov_hash, algorithm, 8);
AT(mei_prov_hash, digest_len, 12);
AT(mei_prov_hash, digest, 16);
AT(mei_prov_hash, name, 80);

FIRST(mei_prov_hash_get, 32);
AT(mei_prov_hash_get, count, 16);
AT(mei_prov_hash_get, hashes, 24);

FIRST(mei_prov_otp_set, 56);
AT(mei_prov_otp_set, otp_len, 16);
AT(mei_prov_otp_set, otp, 24);

FIRST(mei_prov_start, 16);
FIRST(mei_prov_stop, 16);

FIRST(mei_prov_ztc_set, 24);
FIRST(mei_prov_suffix, 280);
AT(mei_prov_suffix, suffix, 24);
FIRST(mei_prov_suffix_list, 32);
AT(mei_prov_suffix_list, list, 24);
FIRST(mei_prov_tls_mode, 24);
FIRST(mei_prov_rng, 24);
FIRST(mei_prov_rng_seed, 16);
FIRST(mei_prov_start_host_based, 480);
AT(mei_prov_start_host_based, digest, 24);
AT(mei_prov_start_host_based, host_vpn, 88);
AT(mei_prov_start_host_based, cert_digest, 96);
AT(mei_prov_start_host_based, suffixes, 160);
FIRST(mei_prov_unprovision, 24);
FIRST(mei_prov_ehbc, 24);
FIRST(mei_prov_ehbc_disable, 16);
FIRST(mei_prov_disable_clear, 16);
FIRST(mei_prov_security, 64);
AT(mei_prov_security, kvm_enabled, 52);
FIRST(mei_prov_tcpip, 296);
AT(mei_prov_tcpip, domain, 40);
FIRST(mei_prov_lan, 48);
AT(mei_prov_lan, interface, 16);
AT(mei_prov_lan, link_up, 36);
AT(mei_prov_lan, mac, 40);
FIRST(mei_prov_mac, 32);
AT(mei_prov_mac, host, 22);
FIRST(mei_prov_config_server, 328);
AT(mei_prov_config_server, address, 24);
AT(mei_prov_config_server, fqdn, 72);
FIRST(mei_prov_fqdn, 288);
AT(mei_prov_fqdn, fqdn, 32);
FIRST(mei_prov_redirection, 24);
FIRST(mei_prov_remote_access, 288);
AT(mei_prov_remote_access, mps, 32);
FIRST(mei_prov_audit, 476);
AT(mei_prov_audit, hash, 32);
AT(mei_prov_audit, serials, 96);
AT(mei_prov_audit, more_serials, 144);
AT(mei_prov_audit, time, 156);
AT(mei_prov_audit, server, 172);
AT(mei_prov_audit, fqdn, 220);

FIRST(mei_prov_stats, 152);
AT(mei_prov_stats, transactions, 16);
AT(mei_prov_stats, stuck, 96);
AT(mei_prov_stats, records_lost, 144);
FIRST(mei_prov_events, 24);
AT(mei_prov_events, mask, 16);
AT(mei_prov_events, interval_ms, 20);
FIRST(mei_prov_event, 72);
AT(mei_prov_event, size, 0);
AT(mei_prov_event, type, 4);
AT(mei_prov_event, seq, 8);
AT(mei_prov_event, boottime_ns, 16);
AT(mei_prov_event, valid, 24);
AT(mei_prov_event, link, 28);
AT(mei_prov_event, provisioning_state, 32);
AT(mei_prov_event, control_mode, 36);
AT(mei_prov_event, ztc, 40);
AT(mei_prov_event, lost, 44);
AT(mei_prov_event, generation, 48);
AT(mei_prov_event, hash_generation, 56);
AT(mei_prov_event, suffix_generation, 64);

_Static_assert(MEI_PROV_IOC_INFO == 0xbb00, "INFO has another number");
_Static_assert(MEI_PROV_IOC_STATE == 0xbb01, "STATE has another number");
_Static_assert(MEI_PROV_IOC_ZTC_GET == 0xbb02, "ZTC_GET has another number");
_Static_assert(MEI_PROV_IOC_HASH_GET == 0xbb03, "HASH_GET has another number");
_Static_assert(MEI_PROV_IOC_OTP_SET == 0xbb04, "OTP_SET has another number");
_Static_assert(MEI_PROV_IOC_START == 0xbb05, "START has another number");
_Static_assert(MEI_PROV_IOC_STOP == 0xbb06, "STOP has another number");
_Static_assert(MEI_PROV_IOC_ZTC_SET == 0xbb07, "ZTC_SET has another number");
_Static_assert(MEI_PROV_IOC_SUFFIX_GET == 0xbb08, "SUFFIX_GET has another number");
_Static_assert(MEI_PROV_IOC_SUFFIX_SET == 0xbb09, "SUFFIX_SET has another number");
_Static_assert(MEI_PROV_IOC_SUFFIX_LIST == 0xbb0a, "SUFFIX_LIST has another number");
_Static_assert(MEI_PROV_IOC_TLS_MODE == 0xbb0b, "TLS_MODE has another number");
_Static_assert(MEI_PROV_IOC_RNG_STATUS == 0xbb0c, "RNG_STATUS has another number");
_Static_assert(MEI_PROV_IOC_RNG_SEED == 0xbb0d, "RNG_SEED has another number");
_Static_assert(MEI_PROV_IOC_START_HOST_BASED == 0xbb0e, "START_HOST_BASED has another number");
_Static_assert(MEI_PROV_IOC_UNPROVISION == 0xbb0f, "UNPROVISION has another number");
_Static_assert(MEI_PROV_IOC_EHBC_GET == 0xbb10, "EHBC_GET has another number");
_Static_assert(MEI_PROV_IOC_EHBC_DISABLE == 0xbb11, "EHBC_DISABLE has another number");
_Static_assert(MEI_PROV_IOC_DISABLE_CLEAR == 0xbb12, "DISABLE_CLEAR has another number");
_Static_assert(MEI_PROV_IOC_SECURITY == 0xbb13, "SECURITY has another number");
_Static_assert(MEI_PROV_IOC_TCPIP == 0xbb14, "TCPIP has another number");
_Static_assert(MEI_PROV_IOC_LAN == 0xbb15, "LAN has another number");
_Static_assert(MEI_PROV_IOC_MAC == 0xbb16, "MAC has another number");
_Static_assert(MEI_PROV_IOC_CONFIG_SERVER == 0xbb17, "CONFIG_SERVER has another number");
_Static_assert(MEI_PROV_IOC_FQDN == 0xbb18, "FQDN has another number");
_Static_assert(MEI_PROV_IOC_REDIRECTION == 0xbb19, "REDIRECTION has another number");
_Static_assert(MEI_PROV_IOC_REMOTE_ACCESS == 0xbb1a, "REMOTE_ACCESS has another number");
_Static_assert(MEI_PROV_IOC_AUDIT == 0xbb1b, "AUDIT has another number");
_Static_assert(MEI_PROV_IOC_STATS == 0xbb1c, "STATS has another number");
_Static_assert(MEI_PROV_IOC_EVENTS == 0xbb1d, "EVENTS has another number");

#define STATE_SIZE 40
#define TIMEOUT_MS 20000

FIXTURE(layout)
{
	int fd;
};

FIXTURE_SETUP(layout)
{
	self->fd = open("/dev/meiprov0", O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(layout)
{
	close(self->fd);
}

static void head_init(struct mei_prov_head *head, size_t size)
{
	memset(head, 0, size);
	head->size = size;
	head->timeout_ms = TIMEOUT_MS;
}

TEST_F(layout, info_fills_what_this_program_reads)
{
	const unsigned char none[16] = { 0 };
	struct mei_prov_version versions[MEI_PROV_VERSIONS_MAX] = { 0 };
	struct mei_prov_info info;
	uint32_t i, amt = 0;

	head_init(&info.head, sizeof(info));
	info.versions = (uintptr_t)versions;
	info.version_count = MEI_PROV_VERSIONS_MAX;
	ASSERT_EQ(0, ioctl(self->fd, MEI_PROV_IOC_INFO, &info));
	EXPECT_EQ(0, strcmp("0000:00:16.0", info.parent));
	EXPECT_NE(0, memcmp(none, info.uuid, 16));
	EXPECT_EQ(MEI_PROV_INFO_VERSIONS | MEI_PROV_INFO_UUID, info.valid);
	for (i = 0; i < info.version_count && i < MEI_PROV_VERSIONS_MAX; i++)
		amt += strcmp("AMT", versions[i].name) == 0 && versions[i].value[0] != '\0';
	EXPECT_EQ(1, amt);
}

TEST_F(layout, hashes_are_written_where_the_64_bit_pointer_says)
{
	const unsigned char none[32] = { 0 };
	struct mei_prov_hash hashes[64] = { 0 };
	struct mei_prov_hash_get get;
	uint32_t i;

	head_init(&get.head, sizeof(get));
	get.count = 64;
	get.hashes = (uintptr_t)hashes;
	ASSERT_EQ(0, ioctl(self->fd, MEI_PROV_IOC_HASH_GET, &get));
	ASSERT_LT(0, get.count);
	ASSERT_GT(64, get.count);
	for (i = 0; i < get.count; i++) {
		EXPECT_NE(0, hashes[i].digest_len);
		EXPECT_NE(0, memcmp(none, hashes[i].digest, 32));
	}
	EXPECT_EQ(0, hashes[get.count].digest_len);
}

TEST_F(layout, state_and_ztc_are_read)
{
	struct mei_prov_state state;
	struct mei_prov_ztc ztc;

	head_init(&state.head, STATE_SIZE);
	ASSERT_EQ(0, ioctl(self->fd, MEI_PROV_IOC_STATE, &state));
	EXPECT_EQ(MEI_PROV_STATE_PROVISIONING | MEI_PROV_STATE_CONTROL_MODE, state.valid);
	EXPECT_GE(2, state.provisioning_state);
	head_init(&ztc.head, sizeof(ztc));
	ASSERT_EQ(0, ioctl(self->fd, MEI_PROV_IOC_ZTC_GET, &ztc));
	EXPECT_GE(1, ztc.enabled);
}

TEST_F(layout, statistics_and_events_are_read)
{
	struct mei_prov_events events;
	struct mei_prov_stats stats;
	struct mei_prov_event event;

	head_init(&stats.head, sizeof(stats));
	ASSERT_EQ(0, ioctl(self->fd, MEI_PROV_IOC_STATS, &stats));
	EXPECT_LT(0, stats.link_ups);
	head_init(&events.head, sizeof(events));
	events.mask = MEI_PROV_EVENT_MASK_LINK;
	ASSERT_EQ(0, ioctl(self->fd, MEI_PROV_IOC_EVENTS, &events));
	ASSERT_EQ(sizeof(event), read(self->fd, &event, sizeof(event)));
	EXPECT_EQ(sizeof(event), event.size);
	EXPECT_EQ(MEI_PROV_EVENT_PRESENT, event.type);
	EXPECT_EQ(MEI_PROV_IOCTL_LINK_UP, event.link);
	EXPECT_NE(0, event.boottime_ns);
}

TEST_F(layout, changes_are_taken)
{
	struct mei_prov_otp_set otp;
	struct mei_prov_start start;
	struct mei_prov_stop stop;

	head_init(&otp.head, sizeof(otp));
	otp.otp_len = 32;
	memset(otp.otp, 'x', 32);
	EXPECT_EQ(0, ioctl(self->fd, MEI_PROV_IOC_OTP_SET, &otp));
	head_init(&start.head, sizeof(start));
	EXPECT_EQ(0, ioctl(self->fd, MEI_PROV_IOC_START, &start));
	head_init(&stop.head, sizeof(stop));
	EXPECT_EQ(0, ioctl(self->fd, MEI_PROV_IOC_STOP, &stop));
}

TEST_HARNESS_MAIN
