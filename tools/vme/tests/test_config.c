// SPDX-License-Identifier: GPL-2.0-or-later
/* Settings: every key has its type, and a wrong value says what is wrong. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <netinet/in.h>
#include <cmocka.h>
#include "tools/vme/config.h"
#include "tools/vme/text.h"

#define SHA256 "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static struct vme_config config;
static char why[CONFIG_WHY_MAX];

static int setup(void **state)
{
	why[0] = '\0';
	return config_init(&config);
}

static int teardown(void **state)
{
	config_drop(&config);
	return 0;
}

static void set(const char *pair)
{
	if (config_set_pair(&config, pair, why))
		fail_msg("%s: %s", pair, why);
}

static void refuse(const char *pair, const char *because)
{
	if (!config_set_pair(&config, pair, why) || !strstr(why, because))
		fail_msg("%s: %s", pair, why);
}

static void shows(const char *key, const char *want)
{
	char value[CONFIG_VALUE_MAX];

	assert_int_equal(config_get(&config, key, value), 0);
	assert_string_equal(value, want);
}

static void defaults_are_those_of_the_documentation(void **state)
{
	shows("device-id", "0x9de0");
	shows("hbm", "2.0");
	shows("state", "pre");
	shows("ztc", "on");
	shows("amthi-connections", "1");
	shows("amthi-mtu", "5120");
	shows("first-window-s", "86400");
	shows("window-s", "21600");
	shows("net", "");
}

static void values_are_shown_as_they_were_set(void **state)
{
	set("state=in");
	shows("state", "in");
	set("uuid=939b524b-13d4-1d18-e487-1c697a6b7a2b");
	shows("uuid", "939b524b-13d4-1d18-e487-1c697a6b7a2b");
	set("net=127.0.0.2");
	shows("net", "127.0.0.2:16993");
	set("server=[::1]:1234");
	shows("server", "[::1]:1234");
	set("server=::1");
	shows("server", "[::1]:9971");
	set("device-id=0xa2ba");
	shows("device-id", "0xa2ba");
	set("suffix=");
	shows("suffix", "");
	set("mac=02:4D:45:ab:cd:EF");
	shows("mac", "02:4d:45:ab:cd:ef");
	shows("wlan-mac", "");
	set("wlan-mac=02:00:00:00:00:01");
	set("wlan-mac=");
	shows("wlan-mac", "");
	set("ip=198.51.100.7");
	shows("ip", "198.51.100.7");
	assert_int_equal(config.platform.ip, 0xc6336407);
	set("remote-tunnel=connected");
	shows("remote-tunnel", "connected");
	assert_int_equal(config.platform.remote_tunnel, AMT_TUNNEL_CONNECTED);
}

static void every_default_of_the_platform_is_set(void **state)
{
	shows("version", "12.0.49");
	shows("control-mode", "admin");
	shows("amt", "on");
	shows("ehbc", "off");
	shows("rng-seed", "on");
	shows("local-account", "on");
	shows("link", "on");
	shows("dhcp", "on");
	shows("mac", "02:4d:45:00:00:01");
	shows("ip", "192.0.2.10");
	shows("sol", "on");
	shows("ider", "on");
	shows("kvm", "on");
	shows("fqdn", "");
	shows("config-server", "");
	shows("remote-network", "direct");
}

static void uuid_is_kept_in_smbios_order(void **state)
{
	static const uint8_t want[16] = { 0x4b, 0x52, 0x9b, 0x93, 0xd4, 0x13, 0x18, 0x1d,
					  0xe4, 0x87, 0x1c, 0x69, 0x7a, 0x6b, 0x7a, 0x2b };

	set("uuid=939B524B-13D4-1D18-E487-1C697A6B7A2B");
	assert_memory_equal(config.uuid, want, 16);
}

static void hashes_are_collected(void **state)
{
	set("hash=first root,sha256," SHA256);
	set("hash=second,sha1,00112233445566778899aabbccddeeff00112233,default,inactive");
	assert_int_equal(config.hash_count, 2);
	assert_string_equal(config.hashes[0].name, "first root");
	assert_true(config.hashes[0].is_active && !config.hashes[0].is_default);
	assert_int_equal(config.hashes[1].algorithm, 1);
	assert_int_equal(config.hashes[1].digest_len, 20);
	assert_true(!config.hashes[1].is_active && config.hashes[1].is_default);
}

static void wrong_values_are_refused_with_the_key(void **state)
{
	refuse("ztc", "not KEY=VALUE");
	refuse("zct=on", "no key \"zct\"");
	refuse("a-key-that-is-longer-than-any-key-there-is=1", "no key");
	refuse("ztc=yes", "ztc:");
	refuse("state=IN", "pre|in|post");
	refuse("window-s=0", "from 1 to");
	refuse("window-s=1s", "window-s:");
	refuse("window-s=-1", "window-s:");
	refuse("window-s=99999999999999999999", "window-s:");
	refuse("device-id=0x10000", "device-id:");
	refuse("net=localhost", "net:");
	refuse("net=127.0.0.1:0", "net:");
	refuse("net=127.0.0.1:65536", "net:");
	refuse("net=[::1", "net:");
	refuse("net=[::1]x", "net:");
	refuse("net=", "net:");
	refuse("uuid=939b524b13d41d18e4871c697a6b7a2b", "uuid:");
	refuse("uuid=939b524b-13d4-1d18-e487-1c697a6b7a2g", "uuid:");
	refuse("hash=x,sha256,00", "hash:");
	refuse("hash=,sha256," SHA256, "hash:");
	refuse("hash=x,md5,00112233445566778899aabbccddeeff", "hash:");
	refuse("hash=x,sha256," SHA256 ",active", "hash:");
	refuse("hash=a name that is longer than 32 bytes,sha256," SHA256, "hash:");
	refuse("mebx-password=123456789012345678901234567890123", "mebx-password:");
	refuse("mac=", "mac:");
	refuse("mac=02:4d:45:00:00", "mac:");
	refuse("mac=02-4d-45-00-00-01", "mac:");
	refuse("mac=02:4d:45:00:00:0g", "mac:");
	refuse("wlan-mac=02:4d:45:00:00:011", "wlan-mac:");
	refuse("ip=", "ip:");
	refuse("ip=192.0.2", "ip:");
	refuse("ip=192.0.2.256", "ip:");
	refuse("ip=::1", "ip:");
	refuse("control-mode=none", "client|admin");
	refuse("version=123456789.123456789.1", "version:");
	assert_int_equal(config.hash_count, 0);
	shows("net", "");
}

static void secrets_are_not_shown(void **state)
{
	char value[CONFIG_VALUE_MAX];

	assert_int_equal(config_get(&config, "mebx-password", value), -EPERM);
	assert_int_equal(config_get(&config, "hash", value), -ENOENT);
}

static void settings_that_do_not_go_together_are_refused(void **state)
{
	assert_int_equal(config_check(&config, why), -EINVAL);
	assert_non_null(strstr(why, "none of socket, amthi and net"));
	set("net=127.0.0.2");
	assert_int_equal(config_check(&config, why), 0);
	set("state=in");
	set("ztc=off");
	assert_int_equal(config_check(&config, why), -EINVAL);
	set("ztc=on");
	set("rng-seed=off");
	assert_int_equal(config_check(&config, why), -EINVAL);
	set("rng-seed=on");
	set("amt=off");
	assert_int_equal(config_check(&config, why), -EINVAL);
	assert_non_null(strstr(why, "amt=off"));
	set("state=pre");
	assert_int_equal(config_check(&config, why), 0);
	set("hello-schedule=5y60");
	assert_int_equal(config_check(&config, why), -EINVAL);
	assert_non_null(strstr(why, "hello-schedule"));
}

static void status_registers_are_up_to_six_dwords(void **state)
{
	static const char *const wrong[] = {
		"fw-status=x", "fw-status=1,,2", "fw-status=123456789", "fw-status=1,2,3,4,5,6,7",
		"fw-status=,", "fw-status=1,",
	};
	size_t i;

	set("net=127.0.0.2");
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		set(wrong[i]);
		assert_int_equal(config_check(&config, why), -EINVAL);
		assert_non_null(strstr(why, "fw-status"));
	}
	set("fw-status=90000245,60002306,00000020,4000,41F03,c7e003ce");
	assert_int_equal(config_check(&config, why), 0);
	set("d0i3-loss=on");
	assert_int_equal(config_check(&config, why), 0);
	set("d0i3-ms=0");
	assert_int_equal(config_check(&config, why), -EINVAL);
	assert_non_null(strstr(why, "d0i3-loss"));
}

static void a_profile_sets_what_nobody_has_chosen(void **state)
{
	shows("profile", "12.0");
	set("hbm=2.0");
	set("profile=8.1");
	shows("version", "8.1.71");
	shows("build", "3608");
	shows("sku", "24584");
	shows("device-id", "0x1e3a");
	shows("hbm", "2.0");
	set("version=9.5.61");
	set("profile=16.1");
	shows("profile", "16.1");
	shows("version", "9.5.61");
	shows("build", "2176");
	shows("device-id", "0x51e0");
	refuse("profile=17", "--list-profiles");
	shows("profile", "16.1");
}

static void build_and_sku_are_numbers(void **state)
{
	set("net=127.0.0.2");
	set("build=12a");
	assert_int_equal(config_check(&config, why), -EINVAL);
	assert_non_null(strstr(why, "build"));
	refuse("build=12345678901234567890", "longer than 19");
	set("build=12");
	set("sku=");
	assert_int_equal(config_check(&config, why), -EINVAL);
	assert_non_null(strstr(why, "sku"));
}

static void a_version_has_three_numbers(void **state)
{
	static const char *const wrong[] = {
		"",	     "12",	 "12.0",     "12.0.",  "12.0.x",
		"12.0.49.1", "12.0.49 ", " 12.0.49", "-1.0.0", "99999.0.0",
	};
	size_t i;

	set("net=127.0.0.2");
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(config_set(&config, "version", wrong[i], why), 0);
		assert_int_equal(config_check(&config, why), -EINVAL);
		assert_non_null(strstr(why, "version:"));
	}
	set("version=16.1.27");
	assert_int_equal(config_check(&config, why), 0);
}

static void read_text(const char *text, int want)
{
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/tmp/test_config.%d", (int)getpid());
	file = fopen(path, "w");
	fputs(text, file);
	fclose(file);
	assert_int_equal(config_read_file(&config, path, why), want);
	unlink(path);
}

static void a_file_has_one_pair_a_line(void **state)
{
	read_text("# a comment\n\nztc=off\r\n  suffix=example.org\nstate=post", 0);
	shows("ztc", "off");
	shows("suffix", "example.org");
	shows("state", "post");
}

static void a_wrong_line_is_named_by_its_number(void **state)
{
	read_text("ztc=off\n\nztc=perhaps\n", -EINVAL);
	assert_non_null(strstr(why, ":3: ztc"));
	assert_int_equal(config_read_file(&config, "/nonexistent", why), -ENOENT);
	assert_non_null(strstr(why, "/nonexistent"));
}

#define promise(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		promise(defaults_are_those_of_the_documentation),
		promise(values_are_shown_as_they_were_set),
		promise(uuid_is_kept_in_smbios_order),
		promise(hashes_are_collected),
		promise(wrong_values_are_refused_with_the_key),
		promise(secrets_are_not_shown),
		promise(settings_that_do_not_go_together_are_refused),
		promise(status_registers_are_up_to_six_dwords),
		promise(a_profile_sets_what_nobody_has_chosen),
		promise(build_and_sku_are_numbers),
		promise(a_version_has_three_numbers),
		promise(every_default_of_the_platform_is_set),
		promise(a_file_has_one_pair_a_line),
		promise(a_wrong_line_is_named_by_its_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
