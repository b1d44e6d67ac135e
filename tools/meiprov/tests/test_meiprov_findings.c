// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every finding that check can print is found: on machines, MEs and networks that are so.
 * A finding that is new needs a situation here.
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

#include "libmeiprov/check.h"
#include "libmeiprov/tests/certs.h"
#include "libmeiprov/tests/tree.h"
#include "libmeiprov/tests/vme_rig.h"

#define ME_NODE	   "sys/class/mei/mei0"
#define CLIENT	   "sys/bus/mei/devices/0000:00:16.0-"
#define AMTHI_NODE CLIENT "12f80028-b4b7-4b2d-aca8-46e0ff65814c"
#define MNG_NODE   CLIENT "05b79a6f-4628-4d7f-899d-a91514cb32ab"
#define PCI_NODE   "sys/bus/pci/devices/0000:00:16.0"
#define NO_RIGHTS  65534

static bool reached[FINDINGS];

/* --- the world --- */

static struct {
	int resolve_ret;
	int reach_ret;
	time_t now;
	bool synchronised;
} fake;

static int fake_resolve(const char *name, char *text, size_t size)
{
	snprintf(text, size, "192.0.2.7");
	return fake.resolve_ret;
}

static int fake_reach(const char *name, const char *port, unsigned int ms)
{
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

static void set_well(void)
{
	fake.resolve_ret = 0;
	fake.reach_ret = 0;
	fake.now = 1800000000;
	fake.synchronised = true;
}

/* --- what was found --- */

/* A chain's code has the rule in its midst: chain-RULE-ok. */
static bool is_of(enum finding_id id, const char *code)
{
	const char *own = finding_rows[id].code;
	size_t len = strlen(code), own_len = strlen(own);

	if (id < CHAIN_ACCEPTED)
		return !strcmp(code, own);
	return !strncmp(code, "chain-", 6) && len > own_len && !strcmp(code + len - own_len, own);
}

static bool has(const struct meiprov_check *check, enum finding_id id)
{
	for (size_t i = 0; i < meiprov_check_count(check); i++)
		if (is_of(id, meiprov_check_finding(check, i)->code))
			return true;
	return false;
}

/* All of a run count, and @id has to be among them. */
static void look(const char *root, const char *transport, struct meiprov_chain *chain,
		 const char *server, enum finding_id id)
{
	const struct check_world world = { root, fake_resolve, fake_reach, fake_now,
					   fake_synchronised };
	const struct meiprov_open how = { .size = sizeof(how),
					  .transport = transport,
					  .index = -1 };
	const struct meiprov_check_options options = { .size = sizeof(options),
						       .how = &how,
						       .chain = chain,
						       .server = server,
						       .timeout_ms = 400 };
	struct meiprov_check *check;

	assert_int_equal(check_run(&world, &options, &check), 0);
	for (int i = 0; i < FINDINGS; i++)
		reached[i] |= has(check, i);
	if (!has(check, id))
		fail_msg("%s is not found", finding_rows[id].code);
	meiprov_check_free(check);
}

/* --- machines: each row adds to what those before it have left --- */

static const struct {
	const char *path;
	const char *text; /* NULL: a folder */
	enum finding_id id;
} machine[] = {
	{ "proc", NULL, ME_ABSENT },
	{ PCI_NODE, NULL, ME_ABSENT },
	{ PCI_NODE "/vendor", "0x8086\n", ME_ABSENT },
	{ PCI_NODE "/class", "0x078000\n", MEI_DRIVER_MISSING },
	{ ME_NODE, NULL, FIRMWARE_CONSUMER },
	{ MNG_NODE, NULL, AMT_OFF },
	{ AMTHI_NODE, NULL, AMTHI_PRESENT },
	{ "sys/class/meiprov", NULL, MODULE_LOADED },
	{ "proc/12", NULL, AGENT_NONE },
	{ "proc/12/comm", "lms\n", AGENT_SHARES },
	{ "proc/4711", NULL, AGENT_SHARES },
	{ "proc/4711/comm", "meshagent\n", AGENT_STOPS },
};

static void machines_are_told_apart(void **state)
{
	char command[128];

	set_well();
	for (size_t i = 0; i < sizeof(machine) / sizeof(machine[0]); i++) {
		if (machine[i].text)
			tree_file(*state, machine[i].path, machine[i].text, 0644);
		else
			tree_folder(*state, machine[i].path);
		look(*state, NULL, NULL, NULL, machine[i].id);
	}
	snprintf(command, sizeof(command), "rm -r %s/proc", (char *)*state);
	assert_int_equal(system(command), 0);
	look(*state, NULL, NULL, NULL, AGENT_UNKNOWN);
}

static void a_user_without_rights_is_told(void **state)
{
	uid_t uid = geteuid();

	set_well();
	assert_int_equal(chmod(*state, 0755), 0);
	tree_folder(*state, "dev");
	tree_file(*state, "dev/meiprov0", "", 0);
	assert_int_equal(seteuid(uid ? uid : NO_RIGHTS), 0);
	look(*state, NULL, NULL, NULL, ACCESS_DENIED);
	assert_int_equal(seteuid(uid), 0);
}

static void clocks_and_servers_are_told_apart(void **state)
{
	set_well();
	look(*state, NULL, NULL, NULL, DNS_UNKNOWN);
	look(*state, NULL, NULL, "sca.example.org", PORT_OPEN);
	fake.reach_ret = -ECONNREFUSED;
	look(*state, NULL, NULL, "sca.example.org", PORT_CLOSED);
	fake.resolve_ret = -ENOENT;
	look(*state, NULL, NULL, "sca.example.org", DNS_FAILED);
	fake.synchronised = false;
	look(*state, NULL, NULL, NULL, CLOCK_UNSYNCHRONISED);
	fake.now = 0;
	look(*state, NULL, NULL, NULL, CLOCK_WRONG);
}

/* --- virtual MEs --- */

static const struct {
	const char *setting;
	const char *order; /* for vmectl */
	enum finding_id id;
} mes[] = {
	{ "ztc=on", NULL, ACCESS_OK },
	{ "state=in", NULL, STATE_IN },
	{ "state=post", NULL, STATE_POST },
	{ "ztc=off", NULL, ZTC_OFF },
	{ "sku=16", NULL, SKU_STANDARD },
	{ "default-hashes=off", NULL, HASH_NONE },
	{ "link=off", NULL, LINK_DOWN },
	{ "dhcp=off", NULL, DHCP_OFF },
	{ "dhcp-suffix=", NULL, DOMAIN_MISSING },
	{ "suffix=example.net", NULL, SUFFIX_SET },
	{ "config-server-fqdn=sca.example.org", NULL, SERVER_NAMED },
	{ NULL, "fault add amthi:1b corrupt=24:01", CRYPTO_OFF },
	{ NULL, "fault add amthi:1a corrupt=289:02 times=2", SKU_NONE },
	{ NULL, "fault add connect status=1 forever", ACCESS_FAILED },
	{ NULL, "fault add connect busy forever", ACCESS_BUSY },
};

static void mes_are_told_apart(void **state)
{
	set_well();
	for (size_t i = 0; i < sizeof(mes) / sizeof(mes[0]); i++) {
		const char *const settings[] = { mes[i].setting, NULL };
		char transport[128];
		struct rig rig;

		rig_start(&rig, settings);
		if (mes[i].order)
			rig_order(&rig, mes[i].order);
		snprintf(transport, sizeof(transport), "socket:%s", rig.socket);
		look("", transport, NULL, NULL, mes[i].id);
		rig_stop(&rig);
	}
}

/* --- a chain that some rules take, some refuse, and of which one does not know --- */

static struct meiprov_chain *make_chain(void)
{
	const struct cert_spec root = { .cn = "Root", .ca = true };
	const struct cert_spec leaf = { .cn = "sca.example.org" };
	struct cert r = cert_make(&root, NULL), l = cert_make(&leaf, &r);
	struct meiprov_chain *chain;
	char pem[8192] = "";

	cert_pem(&l, pem, sizeof(pem));
	cert_pem(&r, pem, sizeof(pem));
	assert_int_equal(meiprov_chain_load(pem, strlen(pem), &chain, NULL), 0);
	cert_free(&l);
	cert_free(&r);
	return chain;
}

static void rules_for_a_chain_are_told_apart(void **state)
{
	struct meiprov_chain *chain = make_chain();
	char transport[128];
	struct rig rig;

	set_well();
	rig_start(&rig, NULL);
	snprintf(transport, sizeof(transport), "socket:%s", rig.socket);
	look("", transport, chain, NULL, CHAIN_ACCEPTED);
	look("", transport, chain, NULL, CHAIN_REFUSED);
	look("", transport, chain, NULL, CHAIN_UNKNOWN);
	rig_stop(&rig);
	meiprov_chain_free(chain);
}

/* --- the last one --- */

static void no_finding_is_never_found(void **state)
{
	for (int i = 0; i < FINDINGS; i++)
		if (!reached[i])
			fail_msg("no situation has \"%s\"", finding_rows[i].code);
}

int main(void)
{
#define TREE(name) cmocka_unit_test_setup_teardown(name, tree_setup, tree_teardown)
	const struct CMUnitTest tests[] = {
		TREE(machines_are_told_apart),
		TREE(a_user_without_rights_is_told),
		TREE(clocks_and_servers_are_told_apart),
		cmocka_unit_test(mes_are_told_apart),
		cmocka_unit_test(rules_for_a_chain_are_told_apart),
		cmocka_unit_test(no_finding_is_never_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
