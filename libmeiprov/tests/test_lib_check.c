// SPDX-License-Identifier: LGPL-2.1-or-later
/* The preflight on machines and MEs that have what it is to find: trees that look
 * like /sys and /proc, and virtual MEs over their socket.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "certs.h"
#include "libmeiprov/check.h"
#include "vme_rig.h"
#include "tree.h"

#define CLIENT(uuid) "sys/bus/mei/devices/0000:00:16.0-" uuid
#define AMTHI	     CLIENT("12f80028-b4b7-4b2d-aca8-46e0ff65814c")
#define MNG	     CLIENT("05b79a6f-4628-4d7f-899d-a91514cb32ab")
#define MKHI	     CLIENT("8e6a6715-9abc-4043-88ef-9e39c6f63e0f")
#define PCI	     "sys/bus/pci/devices/0000:00:16.0"

/* --- the world --- */

static struct {
	char root[64];
	char asked[128];
	int resolve_ret;
	int reach_ret;
	time_t now;
	bool synchronised;
} fake;

static int fake_resolve(const char *name, char *text, size_t size)
{
	snprintf(fake.asked, sizeof(fake.asked), "%s", name);
	snprintf(text, size, "192.0.2.7");
	return fake.resolve_ret;
}

static int fake_reach(const char *name, const char *port, unsigned int ms)
{
	assert_string_equal(port, "9971");
	return fake.reach_ret;
}

static time_t fake_now(void)
{
	return fake.now;
}

static bool fake_synchronised(void)
{
	return fake.synchronised;
}

static struct check_world world = { fake.root, fake_resolve, fake_reach, fake_now,
				    fake_synchronised };

static void folder(const char *path)
{
	tree_folder(fake.root, path);
}

static void file(const char *path, const char *text, mode_t mode)
{
	tree_file(fake.root, path, text, mode);
}

static int setup(void **state)
{
	strcpy(fake.root, "/tmp/meiprov-check.XXXXXX");
	assert_non_null(mkdtemp(fake.root));
	chmod(fake.root, 0755);
	fake.resolve_ret = 0;
	fake.reach_ret = 0;
	fake.now = 1800000000;
	fake.synchronised = true;
	folder("proc");
	return 0;
}

static int teardown(void **state)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", fake.root);
	return system(command);
}

/* --- running it --- */

static struct meiprov_check *run_with(const struct meiprov_open *how, struct meiprov_chain *chain,
				      const char *server)
{
	const struct meiprov_check_options options = { .size = sizeof(options),
						       .how = how,
						       .chain = chain,
						       .server = server,
						       .timeout_ms = 400 };
	struct meiprov_check *check;

	assert_int_equal(check_run(&world, &options, &check), 0);
	return check;
}

static struct meiprov_check *run_host(void)
{
	static const struct meiprov_open how = { .size = sizeof(how), .index = -1 };

	return run_with(&how, NULL, NULL);
}

static struct meiprov_check *run_rig(const struct rig *rig, struct meiprov_chain *chain,
				     const char *server)
{
	char transport[128];
	const struct meiprov_open how = { .size = sizeof(how), .transport = transport };

	snprintf(transport, sizeof(transport), "socket:%s", rig->socket);
	return run_with(&how, chain, server);
}

static const struct meiprov_finding *find(const struct meiprov_check *check, const char *code)
{
	for (size_t i = 0; i < meiprov_check_count(check); i++)
		if (!strcmp(meiprov_check_finding(check, i)->code, code))
			return meiprov_check_finding(check, i);
	return NULL;
}

static const struct meiprov_finding *must_find(const struct meiprov_check *check, const char *code)
{
	const struct meiprov_finding *finding = find(check, code);

	if (!finding)
		fail_msg("no finding %s", code);
	return finding;
}

/* --- the machine --- */

static void nothing_on_pci_is_no_me(void **state)
{
	struct meiprov_check *check = run_host();

	must_find(check, "me-absent");
	assert_null(find(check, "amt-off"));
	assert_int_equal(meiprov_check_worst(check), MEIPROV_FAILURE);
	meiprov_check_free(check);
}

static void an_me_on_pci_only_lacks_its_driver(void **state)
{
	struct meiprov_check *check;

	folder(PCI);
	file(PCI "/vendor", "0x8086\n", 0644);
	file(PCI "/class", "0x078000\n", 0644);
	check = run_host();
	assert_string_equal(must_find(check, "mei-driver-missing")->next, "modprobe mei_me");
	meiprov_check_free(check);
}

static void another_controller_on_pci_is_no_me(void **state)
{
	struct meiprov_check *check;

	folder(PCI);
	file(PCI "/vendor", "0x10ec\n", 0644);
	file(PCI "/class", "0x078000\n", 0644);
	check = run_host();
	must_find(check, "me-absent");
	meiprov_check_free(check);
}

static void amt_off_and_consumer_firmware_are_told_apart(void **state)
{
	struct meiprov_check *check;

	folder("sys/class/mei/mei0");
	folder(MKHI);
	check = run_host();
	must_find(check, "me-present");
	must_find(check, "firmware-consumer");
	assert_null(find(check, "amt-off"));
	meiprov_check_free(check);
	folder(MNG);
	check = run_host();
	must_find(check, "amt-off");
	assert_null(find(check, "firmware-consumer"));
	meiprov_check_free(check);
	folder(AMTHI);
	check = run_host();
	must_find(check, "amthi-present");
	assert_null(find(check, "amt-off"));
	meiprov_check_free(check);
}

static void a_missing_module_is_said(void **state)
{
	struct meiprov_check *check;

	folder("sys/class/mei/mei0");
	folder(AMTHI);
	check = run_host();
	assert_string_equal(must_find(check, "module-missing")->next, "modprobe mei_prov");
	meiprov_check_free(check);
	folder("sys/class/meiprov");
	check = run_host();
	must_find(check, "module-loaded");
	meiprov_check_free(check);
}

/* As a user who may not open the node: also when the tests run as root. */
static void missing_rights_are_told_apart(void **state)
{
	struct meiprov_check *check;
	uid_t uid = geteuid();

	folder("dev");
	file("dev/meiprov0", "", 0);
	assert_int_equal(seteuid(uid ? uid : 65534), 0);
	check = run_host();
	assert_int_equal(seteuid(uid), 0);
	assert_non_null(strstr(must_find(check, "access-denied")->next, "root"));
	assert_int_equal(must_find(check, "ztc-unknown")->severity, MEIPROV_DOUBT);
	meiprov_check_free(check);
}

static void an_agent_that_stops_configuration_is_named(void **state)
{
	struct meiprov_check *check = run_host();

	must_find(check, "agent-none");
	meiprov_check_free(check);
	folder("proc/4711");
	file("proc/4711/comm", "meshagent\n", 0644);
	folder("proc/12");
	file("proc/12/comm", "lms\n", 0644);
	check = run_host();
	assert_non_null(strstr(must_find(check, "agent-stops-configuration")->seen, "4711"));
	must_find(check, "agent-shares");
	assert_null(find(check, "agent-none"));
	meiprov_check_free(check);
}

static void a_clock_that_is_wrong_or_unkept_is_said(void **state)
{
	struct meiprov_check *check = run_host();

	must_find(check, "clock-ok");
	meiprov_check_free(check);
	fake.synchronised = false;
	check = run_host();
	must_find(check, "clock-unsynchronised");
	meiprov_check_free(check);
	fake.now = 0;
	check = run_host();
	assert_non_null(strstr(must_find(check, "clock-wrong")->seen, "1970-01-01"));
	meiprov_check_free(check);
}

/* --- the ME --- */

static void an_me_that_is_ready_has_no_warning(void **state)
{
	static const char *const codes[] = { "access-ok",	 "version-known", "sku-amt",
					     "state-pre",	 "ztc-on",	  "hash-active",
					     "suffix-none",	 "link-up",	  "dhcp-on",
					     "domain-known",	 "crypto-on",	  "redirection",
					     "server-by-domain", "dns-ok",	  "port-open" };
	struct meiprov_check *check;
	struct rig rig;

	rig_start(&rig, NULL);
	check = run_rig(&rig, NULL, NULL);
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		must_find(check, codes[i]);
	assert_int_equal(meiprov_check_worst(check), MEIPROV_NOTE);
	assert_string_equal(fake.asked, "provisionserver.example.org");
	meiprov_check_free(check);
	rig_stop(&rig);
}

/* A setting of the virtual ME, an order to it, and the finding they must give. */
static const struct {
	const char *settings[3];
	const char *order;
	const char *code;
	enum meiprov_severity severity;
} mes[] = {
	{ { "state=in" }, NULL, "state-in", MEIPROV_WARNING },
	{ { "state=post" }, NULL, "state-post", MEIPROV_FAILURE },
	{ { "ztc=off" }, NULL, "ztc-off", MEIPROV_FAILURE },
	{ { "default-hashes=off" }, NULL, "hash-none", MEIPROV_FAILURE },
	{ { "link=off" }, NULL, "link-down", MEIPROV_FAILURE },
	{ { "dhcp=off" }, NULL, "dhcp-off", MEIPROV_FAILURE },
	{ { "dhcp-suffix=" }, NULL, "domain-missing", MEIPROV_FAILURE },
	{ { "suffix=example.net" }, NULL, "suffix-set", MEIPROV_NOTE },
	{ { "suffix=example.net", "dhcp-suffix=" }, NULL, "domain-known", MEIPROV_OK },
	{ { "config-server-fqdn=sca.example.org" }, NULL, "server-named", MEIPROV_NOTE },
	{ { 0 }, "fault add amthi:1b corrupt=24:01", "crypto-off", MEIPROV_FAILURE },
	{ { 0 }, "fault add amthi:1b status=1", "crypto-unknown", MEIPROV_DOUBT },
	{ { 0 }, "fault add amthi:1a corrupt=289:02 times=2", "sku-none", MEIPROV_WARNING },
	{ { 0 }, "fault add amthi:1a status=1 times=2", "version-unknown", MEIPROV_DOUBT },
	{ { 0 }, "fault add amthi:30 status=1", "ztc-unknown", MEIPROV_DOUBT },
	{ { 0 }, "fault add amthi:11 status=1", "state-unknown", MEIPROV_DOUBT },
	{ { 0 }, "fault add amthi:48 status=1", "link-unknown", MEIPROV_DOUBT },
	{ { 0 }, "fault add amthi:2c status=1", "hash-unknown", MEIPROV_DOUBT },
	{ { 0 }, "fault add amthi:36 status=1", "suffix-unknown", MEIPROV_DOUBT },
	{ { 0 }, "fault add amthi:4e status=1", "server-unknown", MEIPROV_DOUBT },
	{ { 0 }, "fault add connect status=1 forever", "access-failed", MEIPROV_FAILURE },
	{ { 0 }, "fault add amthi:1a drop", "access-failed", MEIPROV_FAILURE },
	{ { 0 }, "fault add connect busy forever", "access-busy", MEIPROV_FAILURE },
};

static void each_trouble_of_an_me_has_its_finding(void **state)
{
	for (size_t i = 0; i < sizeof(mes) / sizeof(mes[0]); i++) {
		struct meiprov_check *check;
		struct rig rig;

		rig_start(&rig, mes[i].settings);
		if (mes[i].order)
			rig_order(&rig, mes[i].order);
		check = run_rig(&rig, NULL, NULL);
		assert_int_equal(must_find(check, mes[i].code)->severity, mes[i].severity);
		assert_true(meiprov_check_worst(check) >= mes[i].severity);
		meiprov_check_free(check);
		rig_stop(&rig);
	}
}

static void what_was_not_read_is_unknown_and_not_left_out(void **state)
{
	struct meiprov_check *good, *bad;
	struct rig rig;

	rig_start(&rig, NULL);
	good = run_rig(&rig, NULL, "sca.example.org");
	rig_order(&rig, "fault add connect busy forever");
	bad = run_rig(&rig, NULL, "sca.example.org");
	assert_int_equal(meiprov_check_count(good), meiprov_check_count(bad));
	must_find(bad, "hash-unknown");
	must_find(bad, "dns-ok");
	meiprov_check_free(good);
	meiprov_check_free(bad);
	rig_stop(&rig);
}

/* --- the chain --- */

static struct meiprov_chain *make_chain(char hash[160])
{
	const struct cert_spec root = { .cn = "Root", .ca = true, .rsa_bits = 2048 };
	const struct cert_spec leaf = { .cn = "sca.example.org",
					.rsa_bits = 2048,
					.eku = "serverAuth,2.16.840.1.113741.1.2.3" };
	struct cert r = cert_make(&root, NULL), l = cert_make(&leaf, &r);
	uint8_t digest[MEIPROV_DIGEST_MAX];
	struct meiprov_chain *chain;
	char pem[8192] = "";
	int used;

	cert_pem(&l, pem, sizeof(pem));
	cert_pem(&r, pem, sizeof(pem));
	assert_int_equal(meiprov_chain_load(pem, strlen(pem), &chain, NULL), 0);
	assert_int_equal(meiprov_chain_root_digest(chain, MEIPROV_HASH_SHA256, digest), 32);
	used = snprintf(hash, 160, "hash=Test root,sha256,");
	for (int i = 0; i < 32; i++)
		used += snprintf(hash + used, 160 - (size_t)used, "%02x", digest[i]);
	cert_free(&l);
	cert_free(&r);
	return chain;
}

static void a_chain_is_explained_to_the_slot(void **state)
{
	char hash[160];
	struct meiprov_chain *chain = make_chain(hash);
	const char *const settings[] = { hash, NULL };
	struct meiprov_check *check;
	struct rig rig;

	rig_start(&rig, settings);
	check = run_rig(&rig, chain, NULL);
	assert_non_null(strstr(must_find(check, "chain-root-ok")->seen, "\"Test root\""));
	must_find(check, "chain-domain-ok");
	must_find(check, "chain-purpose-ok");
	meiprov_check_free(check);
	rig_order(&rig, "hash disable 20");
	rig_order(&rig, "set dhcp-suffix example.net");
	check = run_rig(&rig, chain, NULL);
	assert_non_null(strstr(must_find(check, "chain-root-refused")->seen, "not active"));
	assert_non_null(strstr(must_find(check, "chain-domain-refused")->seen, "example.net"));
	meiprov_check_free(check);
	rig_stop(&rig);
	meiprov_chain_free(chain);
}

static void an_empty_table_refuses_and_an_unread_one_is_unknown(void **state)
{
	static const char *const settings[] = { "default-hashes=off", NULL };
	char hash[160];
	struct meiprov_chain *chain = make_chain(hash);
	struct meiprov_check *check;
	struct rig rig;

	rig_start(&rig, settings);
	check = run_rig(&rig, chain, NULL);
	must_find(check, "chain-root-refused");
	meiprov_check_free(check);
	rig_order(&rig, "fault add amthi:2c status=1");
	check = run_rig(&rig, chain, NULL);
	must_find(check, "chain-root-unknown");
	meiprov_check_free(check);
	rig_stop(&rig);
	meiprov_chain_free(chain);
}

/* --- the server --- */

static void the_servers_name_and_port_are_tried(void **state)
{
	static const struct meiprov_open how = { .size = sizeof(how), .index = -1 };
	struct meiprov_check *check = run_with(&how, NULL, "sca.example.org");

	assert_string_equal(fake.asked, "sca.example.org");
	must_find(check, "port-open");
	meiprov_check_free(check);
	fake.reach_ret = -ECONNREFUSED;
	check = run_with(&how, NULL, "sca.example.org");
	assert_non_null(strstr(must_find(check, "port-closed")->seen, "refused"));
	meiprov_check_free(check);
	fake.resolve_ret = -ENOENT;
	check = run_with(&how, NULL, "sca.example.org");
	must_find(check, "dns-failed");
	must_find(check, "port-unknown");
	meiprov_check_free(check);
	check = run_with(&how, NULL, NULL); /* no ME says what it looks for */
	must_find(check, "dns-unknown");
	meiprov_check_free(check);
}

static void a_name_that_is_none_is_not_looked_up(void **state)
{
	static const char *const settings[] = { "dhcp-suffix=evil name;x", NULL };
	struct meiprov_check *check;
	struct rig rig;

	fake.asked[0] = '\0';
	rig_start(&rig, settings);
	check = run_rig(&rig, NULL, NULL);
	must_find(check, "dns-unknown");
	assert_string_equal(fake.asked, "");
	meiprov_check_free(check);
	rig_stop(&rig);
}

/* The real probes, on this machine alone. */
static void ports_are_told_open_from_closed(void **state)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t len = sizeof(a);
	char port[8], text[64];

	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	snprintf(port, sizeof(port), "%u", ntohs(a.sin_port));
	assert_int_equal(check_this_world.reach("127.0.0.1", port, 2000), -ECONNREFUSED);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(check_this_world.reach("127.0.0.1", port, 2000), 0);
	assert_int_equal(check_this_world.resolve("127.0.0.1", text, sizeof(text)), 0);
	assert_string_equal(text, "127.0.0.1");
	close(fd);
}

/* A label has at most 63 characters: nobody is asked for this one. */
static void a_name_that_nobody_has_does_not_resolve(void **state)
{
	static const char name[] = "a234567890123456789012345678901234567890"
				   "b23456789012345678901234.example";
	char text[64] = "something";

	assert_int_equal(check_this_world.resolve(name, text, sizeof(text)), -ENOENT);
	assert_string_equal(text, "");
	assert_int_equal(check_this_world.reach(name, "9971", 2000), -ENOENT);
}

/* --- the table --- */

static void every_finding_has_a_code_of_its_own_and_a_next_step(void **state)
{
	for (size_t i = 0; i < FINDINGS; i++) {
		const struct finding_row *row = &finding_rows[i];

		assert_non_null(row->code);
		assert_non_null(row->looked_at);
		if (row->severity >= MEIPROV_WARNING)
			assert_true(*row->why && *row->next);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(row->code, finding_rows[j].code);
	}
}

static void every_severity_has_a_name_of_its_own(void **state)
{
	for (int i = MEIPROV_OK; i <= MEIPROV_FAILURE; i++)
		for (int j = MEIPROV_OK; j < i; j++)
			assert_string_not_equal(meiprov_severity_name((enum meiprov_severity)i),
						meiprov_severity_name((enum meiprov_severity)j));
	assert_string_equal(meiprov_severity_name(MEIPROV_FAILURE), "failure");
	assert_string_equal(meiprov_severity_name((enum meiprov_severity)99), "unknown");
}

static void wrong_options_are_refused(void **state)
{
	struct meiprov_check_options options = { 0 };
	struct meiprov_check *check;

	assert_int_equal(meiprov_check_run(&options, &check), -EINVAL);
	options.size = sizeof(options);
	assert_int_equal(meiprov_check_run(&options, &check), -EINVAL);
	assert_null(check);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(nothing_on_pci_is_no_me),
		TEST(an_me_on_pci_only_lacks_its_driver),
		TEST(another_controller_on_pci_is_no_me),
		TEST(amt_off_and_consumer_firmware_are_told_apart),
		TEST(a_missing_module_is_said),
		TEST(missing_rights_are_told_apart),
		TEST(an_agent_that_stops_configuration_is_named),
		TEST(a_clock_that_is_wrong_or_unkept_is_said),
		TEST(an_me_that_is_ready_has_no_warning),
		TEST(each_trouble_of_an_me_has_its_finding),
		TEST(what_was_not_read_is_unknown_and_not_left_out),
		TEST(a_chain_is_explained_to_the_slot),
		TEST(an_empty_table_refuses_and_an_unread_one_is_unknown),
		TEST(the_servers_name_and_port_are_tried),
		TEST(a_name_that_is_none_is_not_looked_up),
		TEST(ports_are_told_open_from_closed),
		TEST(a_name_that_nobody_has_does_not_resolve),
		TEST(every_finding_has_a_code_of_its_own_and_a_next_step),
		TEST(every_severity_has_a_name_of_its_own),
		TEST(wrong_options_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
