// SPDX-License-Identifier: GPL-2.0-or-later
/* Descriptions of machines: taken whole and in form, or refused with a reason. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "libmeiprov/tests/vectors.h"
#include "tools/vme/amt.h"
#include "tools/vme/amthi_answer.h"
#include "tools/vme/log.h"
#include "tools/vme/vme.h"

#define SHA256 "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define SHA1   "00112233445566778899aabbccddeeff00112233"

/* The recorded ThinkPad P50 (amthi.md 1A). */
#define P50_VERSIONS \
	"\"versions\":[" \
	"{\"name\":\"Flash\",\"version\":\"11.8.93\"}," \
	"{\"name\":\"Netstack\",\"version\":\"11.8.93\"}," \
	"{\"name\":\"AMTApps\",\"version\":\"11.8.93\"}," \
	"{\"name\":\"AMT\",\"version\":\"11.8.93\"}," \
	"{\"name\":\"Sku\",\"version\":\"8\"}," \
	"{\"name\":\"VendorID\",\"version\":\"8086\"}," \
	"{\"name\":\"Build Number\",\"version\":\"4323\"}," \
	"{\"name\":\"Recovery Version\",\"version\":\"11.8.93\"}," \
	"{\"name\":\"Recovery Build Num\",\"version\":\"4323\"}," \
	"{\"name\":\"Legacy Mode\",\"version\":\"False\"}]"
#define P50_HEAD "{\"meiprov_persona\":1,\"bios\":\"N1EETA2W (1.75 )\","
#define P50	 P50_HEAD P50_VERSIONS "}"

#define HASH_MEMBERS(handle, name, algorithm, digest) \
	"\"handle\":" handle ",\"name\":\"" name "\",\"algorithm\":\"" algorithm \
	"\",\"digest\":\"" digest "\",\"default\":true,\"active\":false"
#define HASH(handle, name, algorithm, digest) "{" HASH_MEMBERS(handle, name, algorithm, digest) "}"
#define WITH(more)			      P50_HEAD more "," P50_VERSIONS "}"

static struct vme_config config;
static char path[32];
static char why[CONFIG_WHY_MAX];

static int setup(void **state)
{
	why[0] = '\0';
	strcpy(path, "/tmp/test_persona.XXXXXX");
	close(mkstemp(path));
	return config_init(&config);
}

static int teardown(void **state)
{
	unlink(path);
	config_drop(&config);
	return 0;
}

static void write_file(const char *text)
{
	FILE *file = fopen(path, "w");

	fputs(text, file);
	fclose(file);
}

static void take(const char *text)
{
	write_file(text);
	if (config_set(&config, "persona", path, why))
		fail_msg("%s", why);
}

static void refused(const char *text, const char *because)
{
	write_file(text);
	assert_int_equal(config_set(&config, "persona", path, why), -EINVAL);
	assert_non_null(strstr(why, path));
	if (!strstr(why, because))
		fail_msg("\"%s\" does not say \"%s\"", why, because);
}

static void set(const char *pair)
{
	if (config_set_pair(&config, pair, why))
		fail_msg("%s", why);
}

static void shows(const char *key, const char *want)
{
	char value[CONFIG_VALUE_MAX];

	assert_int_equal(config_get(&config, key, value), 0);
	assert_string_equal(value, want);
}

/* Takes config over, as vme_new() does. */
static struct vme *build(void)
{
	struct vme *vme = vme_new(&config, why);

	if (!vme)
		fail_msg("%s", why);
	assert_int_equal(config_init(&config), 0);
	return vme;
}

/* --- what it sets --- */

static void a_recorded_machine_answers_as_it_was_recorded(void **state)
{
	static struct vector ask, want;
	uint8_t got[AMTHI_MTU];
	struct vme *vme;
	size_t len;

	take(P50);
	vme = build();
	vector_read("amthi-1a-request", &ask);
	vector_read("amthi-1a-reply-p50", &want);
	len = amthi_answer(vme->amt, ask.data, ask.len, got);
	assert_int_equal(len, want.len);
	assert_memory_equal(got, want.data, len);
	vme_free(vme);
}

static void the_version_brings_the_profile(void **state)
{
	take(P50);
	shows("profile", "11.8");
	shows("version", "11.8.93");
	shows("build", "4323");
	shows("sku", "8");
	shows("device-id", "0xa2ba");
}

static void every_member_reaches_its_key(void **state)
{
	take(WITH("\"uuid\":\"939b524b-13d4-1d18-e487-1c697a6b7a2b\","
		  "\"device_id\":\"0xa13a\",\"hbm\":\"1.1\",\"profile\":\"12.0\","
		  "\"mac\":\"02:00:00:00:00:07\",\"wlan_mac\":\"02:00:00:00:00:08\","
		  "\"fqdn\":\"pc7.example.org\",\"dhcp_suffix\":\"corp.example.org\","
		  "\"factory_slots\":20,\"user_slots\":5"));
	shows("uuid", "939b524b-13d4-1d18-e487-1c697a6b7a2b");
	shows("device-id", "0xa13a");
	shows("hbm", "1.1");
	shows("profile", "12.0");
	shows("mac", "02:00:00:00:00:07");
	shows("wlan-mac", "02:00:00:00:00:08");
	shows("fqdn", "pc7.example.org");
	shows("dhcp-suffix", "corp.example.org");
	shows("factory-slots", "20");
	shows("user-slots", "5");
	shows("bios", "N1EETA2W (1.75 )");
	shows("persona", path);
}

static void a_key_wins_before_and_after(void **state)
{
	set("mac=02:00:00:00:00:01");
	take(WITH("\"mac\":\"02:00:00:00:00:07\""));
	shows("mac", "02:00:00:00:00:01");
	set("build=1");
	shows("build", "1");
	set("profile=16.1");
	shows("version", "11.8.93");
}

static void a_given_version_shows_in_the_list(void **state)
{
	struct vme *vme;

	take(P50);
	set("version=11.8.94");
	vme = build();
	assert_string_equal(vme->amt->versions[3].name, "AMT");
	assert_string_equal(vme->amt->versions[3].value, "11.8.94");
	assert_string_equal(vme->amt->versions[7].value, "11.8.93");
	assert_string_equal(vme->amt->fw_version, "11.8.94");
	vme_free(vme);
}

static void slots_keep_their_handles(void **state)
{
	struct vme *vme;

	take(WITH("\"hashes\":[" HASH("3", "one", "sha256", SHA256) "," HASH("21", "two", "sha1",
									     SHA1) "]"));
	vme = build();
	assert_int_equal(vme->amt->hash_count, 2);
	assert_int_equal(vme->amt->hashes[0].handle, 3);
	assert_string_equal(vme->amt->hashes[1].name, "two");
	assert_int_equal(vme->amt->hashes[1].handle, 21);
	assert_int_equal(vme->amt->hashes[1].digest_len, 20);
	assert_true(vme->amt->hashes[1].is_default && !vme->amt->hashes[1].is_active);
	vme_free(vme);
}

static void a_machine_without_slots_has_none(void **state)
{
	struct vme *vme;

	take(WITH("\"hashes\":[]"));
	vme = build();
	assert_int_equal(vme->amt->hash_count, 0);
	vme_free(vme);
}

static void one_digest_in_two_slots_is_no_machine(void **state)
{
	take(WITH("\"hashes\":[" HASH("3", "one", "sha1", SHA1) "," HASH("4", "two", "sha1",
									 SHA1) "]"));
	assert_null(vme_new(&config, why));
	assert_non_null(strstr(why, "persona: hash 1"));
	assert_int_equal(config_init(&config), 0);
}

/* --- what is refused --- */

static void what_is_no_persona_is_refused(void **state)
{
	refused("", "line 1");
	refused("[]", "not a persona");
	refused("{}", "not a persona");
	refused("{\"meiprov_persona\":2}", "only 1 is known");
	refused("{\"meiprov_persona\":1}", "versions");
	refused("{\"meiprov_persona\":1,\"meiprov_persona\":1}", "line 1");
	refused(P50_HEAD P50_VERSIONS, "line 1");
	unlink(path);
	assert_int_not_equal(config_set(&config, "persona", path, why), 0);
	assert_non_null(strstr(why, "No such file"));
}

static void a_member_that_is_not_known_is_named(void **state)
{
	refused(WITH("\"colour\":\"black\""), "\"colour\"");
}

static void a_wrong_value_is_refused_with_its_member(void **state)
{
	refused(WITH("\"uuid\":\"x\""), "uuid:");
	refused(WITH("\"mac\":7"), "mac:");
	refused(WITH("\"mac\":null"), "mac:");
	refused(WITH("\"user_slots\":4097"), "user-slots:");
	refused(WITH("\"user_slots\":true"), "user-slots:");
	refused(WITH("\"profile\":\"7\""), "profile:");
}

static void versions_have_their_form(void **state)
{
	refused(P50_HEAD "\"versions\":[]}", "versions: not an array");
	refused(P50_HEAD "\"versions\":[{\"name\":\"AMT\"}]}", "versions: entry 0");
	refused(P50_HEAD "\"versions\":[{\"name\":\"AMT\",\"version\":\"\"}]}", "entry 0");
	refused(P50_HEAD "\"versions\":[{\"name\":\"AMT\",\"version\":\"1\",\"x\":1}]}", "entry 0");
	refused(P50_HEAD "\"versions\":[{\"name\":\"a name of 21 letters!\","
			 "\"version\":\"1\"}]}",
		"entry 0");
	refused(P50_HEAD "\"versions\":[{\"name\":\"Sku\",\"version\":\"12345678901234567890\"}]}",
		"entry 0");
	refused(P50_HEAD "\"versions\":[{\"name\":\"AMT\",\"version\":\"12.0.1\"}]}",
		"no \"Build Number\"");
}

static void slots_have_their_form(void **state)
{
	refused(WITH("\"hashes\":{}"), "hashes: not an array");
	refused(WITH("\"hashes\":[{}]"), "hashes: entry 0");
	refused(WITH("\"hashes\":[{\"x\":1," HASH_MEMBERS("1", "a", "sha1", SHA1) "}]"),
		"hashes: entry 0");
	refused(WITH("\"hashes\":[" HASH("-1", "a", "sha1", SHA1) "]"), "hashes: entry 0");
	refused(WITH("\"hashes\":[" HASH("1", "a", "sha1", SHA256) "]"), "hashes: entry 0");
	refused(WITH("\"hashes\":[" HASH("1", "a", "md5", SHA1) "]"), "hashes: entry 0");
	refused(WITH("\"hashes\":[" HASH("1", "", "sha1", SHA1) "]"), "hashes: entry 0");
	refused(WITH("\"hashes\":[" HASH("1", "a", "sha1", SHA1) "," HASH("1", "b", "sha256",
									  SHA256) "]"),
		"does not grow");
}

#define promise(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		promise(a_recorded_machine_answers_as_it_was_recorded),
		promise(the_version_brings_the_profile),
		promise(every_member_reaches_its_key),
		promise(a_key_wins_before_and_after),
		promise(a_given_version_shows_in_the_list),
		promise(slots_keep_their_handles),
		promise(a_machine_without_slots_has_none),
		promise(one_digest_in_two_slots_is_no_machine),
		promise(what_is_no_persona_is_refused),
		promise(a_member_that_is_not_known_is_named),
		promise(a_wrong_value_is_refused_with_its_member),
		promise(versions_have_their_form),
		promise(slots_have_their_form),
	};

	log_set_level(LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
