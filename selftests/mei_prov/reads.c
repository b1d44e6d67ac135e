// SPDX-License-Identifier: GPL-2.0-only
/*
 * The reads of the preflight and the grown STATE: what a person has set in the
 * virtual ME is what comes out, and what cannot be in a reply is refused.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"

#include "device.h"
#include "vme.h"

#define IP(a, b, c, d)	       ((uint32_t)(a) << 24 | (b) << 16 | (c) << 8 | (d))
#define NOT_FOUND	       0x814
#define INTERFACE_IS_NOT_THERE 0x9c5

FIXTURE(reads)
{
	int fd;
};

FIXTURE_SETUP(reads)
{
	ASSERT_EQ(0, vme_calm());
	self->fd = device_open(O_RDONLY);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(reads)
{
	close(self->fd);
}

#define ASK(nr, arg) DEVICE_CALL(self->fd, MEI_PROV_IOC_##nr, arg, ENOUGH_MS)

/* Ask and expect that the firmware answered. */
#define ANSWER(nr, arg) \
	do { \
		ASSERT_EQ(0, ASK(nr, arg)); \
		ASSERT_EQ(0, (arg)->head.fw_status); \
	} while (0)

TEST_F(reads, state_has_the_mode_for_those_with_room)
{
	struct mei_prov_state state = { 0 };
	long before = vme_seen(0x08);

	ANSWER(STATE, &state);
	EXPECT_EQ(DEVICE_STATE_PARTS | MEI_PROV_STATE_MODE, state.valid);
	EXPECT_EQ(0, state.provisioning_mode);
	EXPECT_EQ(0, state.legacy_mode);
	EXPECT_EQ(before + 1, vme_seen(0x08));
}

TEST_F(reads, a_first_version_state_does_not_ask_for_the_mode)
{
	struct mei_prov_state state;
	long before = vme_seen(0x08);

	ASSERT_EQ(0, device_state(self->fd, &state, ENOUGH_MS));
	EXPECT_EQ(DEVICE_STATE_PARTS, state.valid);
	EXPECT_EQ(before, vme_seen(0x08));
}

TEST_F(reads, mode_and_legacy_flag_are_passed_on)
{
	struct mei_prov_state state = { 0 };

	ASSERT_EQ(0, vme_fault(0x08, "raw=01010000080080040c000000000000000200000001000000"));
	ANSWER(STATE, &state);
	EXPECT_EQ(2, state.provisioning_mode);
	EXPECT_EQ(1, state.legacy_mode);
}

TEST_F(reads, a_refused_mode_leaves_the_state_valid)
{
	struct mei_prov_state state = { .provisioning_mode = 7, .legacy_mode = 7 };

	ASSERT_EQ(0, vme_fault(0x08, "status=2051"));
	ASSERT_EQ(0, ASK(STATE, &state));
	EXPECT_EQ(0x803, state.head.fw_status);
	EXPECT_EQ(DEVICE_STATE_PARTS, state.valid);
	EXPECT_EQ(0, state.provisioning_mode);
	EXPECT_EQ(0, state.legacy_mode);
}

TEST_F(reads, the_suffix_is_what_was_set)
{
	struct mei_prov_suffix suffix;

	memset(&suffix, 0xff, sizeof(suffix));
	suffix.head.flags = 0;
	suffix.__reserved = 0;
	ASSERT_EQ(0, vme("set suffix corp.example.org"));
	ANSWER(SUFFIX_GET, &suffix);
	EXPECT_EQ(16, suffix.len);
	EXPECT_EQ(0, strcmp("corp.example.org", suffix.suffix));
	EXPECT_EQ(0, suffix.suffix[255]);
	ASSERT_EQ(0, vme("set suffix ''"));
	ANSWER(SUFFIX_GET, &suffix);
	EXPECT_EQ(0, suffix.len);
	EXPECT_EQ('\0', suffix.suffix[0]);
}

TEST_F(reads, the_list_of_suffixes_fills_the_room_there_is)
{
	static const char want[] = "a.example\0b.example";
	char names[64];
	struct mei_prov_suffix_list list = { .list = (uintptr_t)names };

	ASSERT_EQ(0, vme("set home-suffixes a.example,b.example"));
	memset(names, 0x5a, sizeof(names));
	list.len = 4;
	ANSWER(SUFFIX_LIST, &list);
	EXPECT_LE(19, list.len);
	EXPECT_EQ(0, memcmp("a.exZ", names, 5));
	list.len = sizeof(names);
	ANSWER(SUFFIX_LIST, &list);
	EXPECT_EQ(0, memcmp(want, names, 19));
	EXPECT_EQ(0x5a, names[list.len]);
	list.list = 0;
	list.len = 0;
	ANSWER(SUFFIX_LIST, &list);
	EXPECT_LE(19, list.len);
	ASSERT_EQ(0, vme("set home-suffixes ''"));
	ANSWER(SUFFIX_LIST, &list);
	EXPECT_EQ(0, list.len);
}

TEST_F(reads, a_bad_pointer_to_the_list_is_EFAULT)
{
	struct mei_prov_suffix_list list = { .list = 8, .len = 64 };

	ASSERT_EQ(0, vme("set home-suffixes a.example"));
	EXPECT_EQ(-EFAULT, ASK(SUFFIX_LIST, &list));
	list.len = 0;
	EXPECT_EQ(0, ASK(SUFFIX_LIST, &list));
	ASSERT_EQ(0, vme("set home-suffixes ''"));
}

TEST_F(reads, the_tls_mode_is_passed_on)
{
	struct mei_prov_tls_mode tls = { 0 };
	unsigned int mode;

	for (mode = 0; mode < 4; mode++) {
		ASSERT_EQ(0,
			  vme_fault(0x2b, "raw=010100002b0080040800000000000000%02x000000", mode));
		ANSWER(TLS_MODE, &tls);
		EXPECT_EQ(mode, tls.mode);
	}
	ANSWER(TLS_MODE, &tls);
	EXPECT_EQ(2, tls.mode); /* ZTC is on: PKI */
}

TEST_F(reads, the_seed_is_there_or_not)
{
	struct mei_prov_rng rng = { 0 };

	ASSERT_EQ(0, vme("set rng-seed off"));
	ANSWER(RNG_STATUS, &rng);
	EXPECT_EQ(2, rng.status);
	ASSERT_EQ(0, vme("set rng-seed on"));
	ANSWER(RNG_STATUS, &rng);
	EXPECT_EQ(0, rng.status);
}

TEST_F(reads, ehbc_is_on_or_off)
{
	struct mei_prov_ehbc ehbc = { 0 };

	ASSERT_EQ(0, vme("set ehbc on"));
	ANSWER(EHBC_GET, &ehbc);
	EXPECT_EQ(1, ehbc.enabled);
	ASSERT_EQ(0, vme("set ehbc off"));
	ANSWER(EHBC_GET, &ehbc);
	EXPECT_EQ(0, ehbc.enabled);
	ASSERT_EQ(0, vme_fault(0x84, "raw=0101000084008004080000000000000002000000"));
	EXPECT_EQ(-EBADMSG, ASK(EHBC_GET, &ehbc));
}

static int set_redirection(const char *sol, const char *ider, const char *kvm)
{
	return vme("set sol %s", sol) || vme("set ider %s", ider) || vme("set kvm %s", kvm);
}

TEST_F(reads, security_parameters_show_the_switches)
{
	struct mei_prov_security security = { 0 };

	ASSERT_EQ(0, set_redirection("on", "off", "on"));
	ANSWER(SECURITY, &security);
	EXPECT_EQ(0, security.provisioning_state);
	EXPECT_EQ(1, security.sol_enabled);
	EXPECT_EQ(0, security.ider_enabled);
	EXPECT_EQ(1, security.kvm_enabled);
	EXPECT_EQ(1, security.link_up);
	ASSERT_EQ(0, set_redirection("off", "on", "off"));
	ASSERT_EQ(0, vme("set link off"));
	ANSWER(SECURITY, &security);
	EXPECT_EQ(0, security.sol_enabled);
	EXPECT_EQ(1, security.ider_enabled);
	EXPECT_EQ(0, security.kvm_enabled);
	EXPECT_EQ(0, security.link_up);
	ASSERT_EQ(0, vme("set link on"));
}

/* The vector amthi-1b-reply. */
static const char words_that_differ[] =
	"raw=010100001b0080044800000000000000110000001200000013000000020000001500"
	"0000160000001700000018000000190000001a0000000000000000000000000000000000"
	"0000000000000000000000000000";

TEST_F(reads, security_parameters_come_out_in_their_order)
{
	struct mei_prov_security security = { 0 };

	ASSERT_EQ(0, vme_fault(0x1b, "%s", words_that_differ));
	ANSWER(SECURITY, &security);
	EXPECT_EQ(0x11, security.enterprise_mode);
	EXPECT_EQ(0x12, security.tls_enabled);
	EXPECT_EQ(0x13, security.hw_crypto);
	EXPECT_EQ(2, security.provisioning_state);
	EXPECT_EQ(0x15, security.network_enabled);
	EXPECT_EQ(0x16, security.sol_enabled);
	EXPECT_EQ(0x17, security.ider_enabled);
	EXPECT_EQ(0x18, security.fw_update_enabled);
	EXPECT_EQ(0x19, security.link_up);
	EXPECT_EQ(0x1a, security.kvm_enabled);
}

TEST_F(reads, redirection_shows_the_switches)
{
	struct mei_prov_redirection redirection = { 0 };

	ASSERT_EQ(0, set_redirection("on", "off", "on"));
	ANSWER(REDIRECTION, &redirection);
	EXPECT_EQ(MEI_PROV_REDIRECTION_SOL | MEI_PROV_REDIRECTION_KVM, redirection.enabled);
	ASSERT_EQ(0, set_redirection("off", "on", "off"));
	ANSWER(REDIRECTION, &redirection);
	EXPECT_EQ(MEI_PROV_REDIRECTION_IDER, redirection.enabled);
}

static int set_network(void)
{
	return vme("set ip 192.0.2.10") || vme("set netmask 255.255.255.0") ||
	       vme("set gateway 192.0.2.1") || vme("set dns 192.0.2.53") ||
	       vme("set dns2 192.0.2.54") || vme("set dhcp-suffix lab.example.net");
}

TEST_F(reads, tcpip_parameters_are_the_networks)
{
	struct mei_prov_tcpip tcpip = { 0 };

	ASSERT_EQ(0, set_network());
	ANSWER(TCPIP, &tcpip);
	EXPECT_EQ(2, tcpip.dhcp_mode);
	EXPECT_EQ(IP(192, 0, 2, 10), tcpip.ipv4);
	EXPECT_EQ(IP(255, 255, 255, 0), tcpip.netmask);
	EXPECT_EQ(IP(192, 0, 2, 1), tcpip.gateway);
	EXPECT_EQ(IP(192, 0, 2, 53), tcpip.dns1);
	EXPECT_EQ(IP(192, 0, 2, 54), tcpip.dns2);
	EXPECT_EQ(0, strcmp("lab.example.net", tcpip.domain));
	ASSERT_EQ(0, vme("set dhcp off"));
	ANSWER(TCPIP, &tcpip);
	EXPECT_EQ(1, tcpip.dhcp_mode);
	ASSERT_EQ(0, vme("set dhcp on"));
}

TEST_F(reads, the_wired_interface_is_the_machines)
{
	static const uint8_t mac[6] = { 0x02, 0x00, 0x5e, 0x00, 0x53, 0x01 };
	struct mei_prov_lan lan = { .interface = MEI_PROV_LAN_WIRED };

	ASSERT_EQ(0, vme("set mac 02:00:5e:00:53:01"));
	ASSERT_EQ(0, vme("set ip 192.0.2.20"));
	ANSWER(LAN, &lan);
	EXPECT_EQ(MEI_PROV_LAN_WIRED, lan.interface);
	EXPECT_EQ(1, lan.enabled);
	EXPECT_EQ(IP(192, 0, 2, 20), lan.ipv4);
	EXPECT_EQ(1, lan.dhcp_enabled);
	EXPECT_EQ(2, lan.dhcp_mode);
	EXPECT_EQ(1, lan.link_up);
	EXPECT_EQ(0, memcmp(mac, lan.mac, 6));
}

TEST_F(reads, a_wireless_interface_that_is_not_there_is_the_firmwares_refusal)
{
	static const uint8_t mac[6] = { 0x02, 0x00, 0x5e, 0x00, 0x53, 0x02 };
	struct mei_prov_lan lan = { .interface = MEI_PROV_LAN_WIRELESS };

	ASSERT_EQ(0, vme("set wlan-mac ''"));
	ASSERT_EQ(0, ASK(LAN, &lan));
	EXPECT_EQ(INTERFACE_IS_NOT_THERE, lan.head.fw_status);
	EXPECT_EQ(MEI_PROV_LAN_WIRELESS, lan.interface);
	ASSERT_EQ(0, vme("set wlan-mac 02:00:5e:00:53:02"));
	ANSWER(LAN, &lan);
	EXPECT_EQ(0, memcmp(mac, lan.mac, 6));
	ASSERT_EQ(0, vme_fault(0x48, "status=1"));
	ASSERT_EQ(0, ASK(LAN, &lan));
	EXPECT_EQ(0, lan.enabled);
	EXPECT_NE(0, memcmp(mac, lan.mac, 6));
	ASSERT_EQ(0, vme("set wlan-mac ''"));
}

TEST_F(reads, there_are_two_interfaces_and_no_third)
{
	struct mei_prov_lan lan = { .interface = 2 };
	long before = vme_seen(0x48);

	EXPECT_EQ(-EINVAL, ASK(LAN, &lan));
	lan.interface = UINT32_MAX;
	EXPECT_EQ(-EINVAL, ASK(LAN, &lan));
	EXPECT_EQ(before, vme_seen(0x48));
}

TEST_F(reads, hardware_addresses_are_the_machines)
{
	static const uint8_t host[6] = { 0x02, 0x00, 0x5e, 0x00, 0x53, 0x03 };
	struct mei_prov_mac mac = { 0 };

	ASSERT_EQ(0, vme("set mac 02:00:5e:00:53:03"));
	ANSWER(MAC, &mac);
	EXPECT_EQ(0, memcmp(host, mac.host, 6));
	ASSERT_EQ(0,
		  vme_fault(0x25, "raw=01010000250080041000000000000000020000000001020000000002"));
	ANSWER(MAC, &mac);
	EXPECT_EQ(1, mac.dedicated[5]);
	EXPECT_EQ(2, mac.host[5]);
}

TEST_F(reads, the_config_server_is_the_one_set)
{
	struct mei_prov_config_server server = { 0 };

	ASSERT_EQ(0, vme("set config-server 192.0.2.7:9972"));
	ASSERT_EQ(0, vme("set config-server-fqdn sca.example.org"));
	ANSWER(CONFIG_SERVER, &server);
	EXPECT_EQ(9972, server.port);
	EXPECT_EQ(0, strcmp("192.0.2.7", server.address));
	EXPECT_EQ(0, strcmp("sca.example.org", server.fqdn));
}

TEST_F(reads, the_name_is_the_one_set)
{
	struct mei_prov_fqdn fqdn = { 0 };

	ASSERT_EQ(0, vme("set fqdn pc07.example.org"));
	ANSWER(FQDN, &fqdn);
	EXPECT_EQ(1, fqdn.shared);
	EXPECT_EQ(0, fqdn.ddns_enabled);
	EXPECT_EQ(1440, fqdn.ddns_interval);
	EXPECT_EQ(900, fqdn.ddns_ttl);
	EXPECT_EQ(0, strcmp("pc07.example.org", fqdn.fqdn));
}

TEST_F(reads, remote_access_is_what_was_set)
{
	struct mei_prov_remote_access access = { 0 };

	ASSERT_EQ(0, vme("set remote-network outside"));
	ASSERT_EQ(0, vme("set remote-tunnel connected"));
	ASSERT_EQ(0, vme("set remote-trigger alert"));
	ASSERT_EQ(0, vme("set mps mps.example.com"));
	ANSWER(REMOTE_ACCESS, &access);
	EXPECT_EQ(2, access.network);
	EXPECT_EQ(2, access.tunnel);
	EXPECT_EQ(1, access.trigger);
	EXPECT_EQ(0, strcmp("mps.example.com", access.mps));
}

TEST_F(reads, no_audit_record_is_NOT_FOUND)
{
	struct mei_prov_audit audit = { 0 };

	ASSERT_EQ(0, ASK(AUDIT, &audit));
	EXPECT_EQ(NOT_FOUND, audit.head.fw_status);
	EXPECT_EQ(0, audit.hash_algorithm);
}

/* The vector amthi-50-reply. */
static const char audit_record[] =
	"raw=0101000050008004da0000000000000002000000000100000002000000c0c1c2c3c4"
	"c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedf000000000000000000"
	"000000000000000000000000000000000000000000000011000000000000000000000000"
	"000000220000000000000000000000000000003300000000000000000000000000004401"
	"0000000000000001000000323030313a6462383a3a370000000000000000000000000000"
	"000000000000000000000000000000000000000000ea070b000300190013000f002a000f"
	"007363612e6578616d706c652e6f7267";

TEST_F(reads, an_audit_record_comes_out_whole)
{
	static const uint16_t time[7] = { 2026, 11, 3, 25, 19, 15, 42 };
	struct mei_prov_audit audit = { 0 };

	ASSERT_EQ(0, vme_fault(0x50, "%s", audit_record));
	ANSWER(AUDIT, &audit);
	EXPECT_EQ(2, audit.tls_mode);
	EXPECT_EQ(0, audit.secure_dns);
	EXPECT_EQ(1, audit.host_initiated);
	EXPECT_EQ(2, audit.hash_algorithm);
	EXPECT_EQ(0xc0, audit.hash[0]);
	EXPECT_EQ(0xdf, audit.hash[31]);
	EXPECT_EQ(0x11, audit.serials[0]);
	EXPECT_EQ(0x44, audit.serials[47]);
	EXPECT_EQ(1, audit.more_serials);
	EXPECT_EQ(0, audit.is_default);
	EXPECT_EQ(1, audit.time_valid);
	EXPECT_EQ(0, memcmp(time, audit.time, sizeof(time)));
	EXPECT_EQ(0, strcmp("2001:db8::7", audit.server));
	EXPECT_EQ(0, strcmp("sca.example.org", audit.fqdn));
}

/* The high byte of the length of each string; its text is short. */
TEST_F(reads, a_string_that_does_not_fit_its_message_is_EBADMSG)
{
	struct mei_prov_suffix_list list = { 0 };
	struct mei_prov_remote_access access = { 0 };
	struct mei_prov_config_server server = { 0 };
	struct mei_prov_suffix suffix = { 0 };
	struct mei_prov_tcpip tcpip = { 0 };
	struct mei_prov_audit audit = { 0 };
	struct mei_prov_fqdn fqdn = { 0 };
	struct {
		unsigned int amthi;
		unsigned int at;
		unsigned long nr;
		struct mei_prov_head *head;
		size_t size;
	} rows[] = {
		{ 0x36, 17, MEI_PROV_IOC_SUFFIX_GET, &suffix.head, sizeof(suffix) },
		{ 0x3e, 17, MEI_PROV_IOC_SUFFIX_LIST, &list.head, sizeof(list) },
		{ 0x06, 41, MEI_PROV_IOC_TCPIP, &tcpip.head, sizeof(tcpip) },
		{ 0x4e, 65, MEI_PROV_IOC_CONFIG_SERVER, &server.head, sizeof(server) },
		{ 0x56, 37, MEI_PROV_IOC_FQDN, &fqdn.head, sizeof(fqdn) },
		{ 0x46, 29, MEI_PROV_IOC_REMOTE_ACCESS, &access.head, sizeof(access) },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ASSERT_EQ(0, vme_fault(rows[i].amthi, "corrupt=%u:01", rows[i].at));
		EXPECT_EQ(-EBADMSG,
			  device_call(self->fd, rows[i].nr, rows[i].head, rows[i].size, ENOUGH_MS))
		TH_LOG("amthi:%02x", rows[i].amthi);
		EXPECT_EQ(0,
			  device_call(self->fd, rows[i].nr, rows[i].head, rows[i].size, ENOUGH_MS))
		TH_LOG("after amthi:%02x", rows[i].amthi);
	}
	ASSERT_EQ(0, ASK(AUDIT, &audit));
}

/* --- the example of Documentation/ioctl.md --- */

/* Its exit status; what it printed in @output. */
static int run_example(char *output, size_t size)
{
	FILE *pipe = popen("mei_prov_example_ioctl 2>&1", "re");
	int status;
	size_t len;

	if (!pipe)
		return -errno;
	len = fread(output, 1, size - 1, pipe);
	output[len] = '\0';
	status = pclose(pipe);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -EINTR;
}

TEST_F(reads, the_example_says_what_is_in_the_way)
{
	char output[256];

	EXPECT_EQ(0, run_example(output, sizeof(output)));
	EXPECT_EQ(0, strcmp("nothing is in the way\n", output));
	ASSERT_EQ(0, vme("set link off"));
	EXPECT_EQ(1, run_example(output, sizeof(output)));
	EXPECT_EQ(0, strcmp("the wired interface has no link\n", output));
	ASSERT_EQ(0, vme("set link on"));
	ASSERT_EQ(0, vme_fault(0x30, "status=1"));
	EXPECT_EQ(2, run_example(output, sizeof(output)));
	EXPECT_NE(NULL, strstr(output, "AMT status 0x1"));
}

TEST_HARNESS_MAIN
