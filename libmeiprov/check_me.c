// SPDX-License-Identifier: LGPL-2.1-or-later
/* Findings from the ME itself: read first, judged then. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chardev.h"
#include "check.h"

/* --- reading --- */

static void access_failed(struct meiprov_check *check, const struct meiprov_error *err)
{
	enum finding_id id = ACCESS_FAILED;
	struct meiprov_finding *finding;

	if (err->code == -EACCES || err->code == -EPERM)
		id = ACCESS_DENIED;
	else if (err->code == -EBUSY)
		id = ACCESS_BUSY;
	check_add(check, id, "%s", err->why);
	finding = &check->findings[check->count - 1];
	if (id == ACCESS_FAILED && *err->next)
		snprintf(finding->next, sizeof(finding->next), "%s", err->next);
}

static int read_info(struct meiprov_device *dev, struct check_facts *facts,
		     struct meiprov_error *err)
{
	struct meiprov_info info;
	const char *text;
	int ret = meiprov_info_get(dev, &info, err);

	if (ret)
		return ret == -EREMOTEIO ? 0 : ret;
	text = meiprov_info_version(&info, "AMT");
	snprintf(facts->version, sizeof(facts->version), "%s", text ? text : "");
	text = meiprov_info_version(&info, "Sku");
	snprintf(facts->sku, sizeof(facts->sku), "%s", text ? text : "");
	return 0;
}

static int read_facts(struct meiprov_device *dev, struct check_facts *facts,
		      struct meiprov_error *err)
{
	int ret = read_info(dev, facts, err);

	if (!ret)
		ret = meiprov_situation_get(dev, &facts->situation, err);
	if (!ret && facts->situation.suffix_set)
		ret = meiprov_suffix_get(dev, facts->suffix, err);
	if (ret)
		return ret;
	meiprov_network_get(dev, &facts->network, NULL);
	facts->has_hashes = !meiprov_hash_list(dev, &facts->hashes, &facts->hash_count, NULL);
	return 0;
}

bool check_access(struct meiprov_check *check)
{
	struct meiprov_error err = { 0 };
	struct meiprov_device *dev;
	int ret = open_by(check->world->root, check->options->how, &dev, &err);

	if (!ret) {
		meiprov_device_set_timeout(dev, check->options->timeout_ms);
		ret = read_facts(dev, &check->facts, &err);
	}
	if (ret)
		access_failed(check, &err);
	else
		check_add(check, ACCESS_OK, "by %s", meiprov_device_node(dev));
	meiprov_device_close(dev);
	return !ret;
}

/* --- judging --- */

static void version(struct meiprov_check *check)
{
	const struct check_facts *f = &check->facts;

	if (f->situation.has_version)
		check_add(check, VERSION_KNOWN, "AMT %s", f->version);
	else
		check_add(check, VERSION_UNKNOWN, "the firmware gave none that can be read");
}

/* A decimal mask (amthi.md 1A): 8 AMT, 16 Standard Manageability. */
static void sku(struct meiprov_check *check)
{
	const char *text = check->facts.sku;
	unsigned long mask = strtoul(text, NULL, 10);

	if (!*text || text[strspn(text, "0123456789")])
		check_add(check, SKU_UNKNOWN, "the firmware names none");
	else if (mask & 8)
		check_add(check, SKU_AMT, "Sku %s: with AMT", text);
	else if (mask & 16)
		check_add(check, SKU_STANDARD, "Sku %s: Standard Manageability", text);
	else
		check_add(check, SKU_NONE, "Sku %s", text);
}

static void state(struct meiprov_check *check)
{
	static const enum finding_id ids[] = { STATE_PRE, STATE_IN, STATE_POST };
	const struct meiprov_situation *s = &check->facts.situation;

	if (s->has_state && s->provisioning <= MEIPROV_STATE_POST)
		check_add(check, ids[s->provisioning], "%s%s%s",
			  meiprov_state_name(s->provisioning),
			  s->has_control ? ", control mode " : "",
			  s->has_control ? meiprov_control_name(s->control) : "");
	else
		check_add(check, STATE_UNKNOWN, "the firmware gave none that can be read");
}

static void ztc(struct meiprov_check *check)
{
	const struct meiprov_situation *s = &check->facts.situation;

	if (!s->has_ztc)
		check_add(check, ZTC_UNKNOWN, "it could not be read");
	else
		check_add(check, s->ztc ? ZTC_ON : ZTC_OFF, "it is %s", s->ztc ? "on" : "off");
}

static void hashes(struct meiprov_check *check)
{
	const struct check_facts *f = &check->facts;
	size_t active = 0;

	if (!f->has_hashes) {
		check_add(check, HASH_UNKNOWN, "the table could not be read");
		return;
	}
	for (size_t i = 0; i < f->hash_count; i++)
		active += f->hashes[i].is_active;
	check_add(check, active ? HASH_ACTIVE : HASH_NONE, "%zu in all, %zu active", f->hash_count,
		  active);
}

static void suffix(struct meiprov_check *check)
{
	const struct check_facts *f = &check->facts;

	if (!f->situation.has_suffix)
		check_add(check, SUFFIX_UNKNOWN, "it could not be read");
	else if (*f->suffix)
		check_add(check, SUFFIX_SET, "%s", f->suffix);
	else
		check_add(check, SUFFIX_NONE, "none is set");
}

void check_me(struct meiprov_check *check)
{
	version(check);
	sku(check);
	state(check);
	ztc(check);
	hashes(check);
	suffix(check);
}

/* --- the firmware's network --- */

static void wire(struct meiprov_check *check)
{
	const struct meiprov_network *n = &check->facts.network;

	if (!n->has_lan) {
		check_add(check, LINK_UNKNOWN, "it could not be read");
		check_add(check, DHCP_UNKNOWN, "it could not be read");
		return;
	}
	check_add(check, n->link_up ? LINK_UP : LINK_DOWN, "it is %s", n->link_up ? "up" : "down");
	if (n->dhcp)
		check_add(check, DHCP_ON, "DHCP; %u.%u.%u.%u", n->ipv4 >> 24, n->ipv4 >> 16 & 255,
			  n->ipv4 >> 8 & 255, n->ipv4 & 255);
	else
		check_add(check, DHCP_OFF, "DHCP is off");
}

/* With a trusted suffix the ME does without. */
static void domain(struct meiprov_check *check)
{
	const struct meiprov_network *n = &check->facts.network;

	if (!n->has_tcpip)
		check_add(check, DOMAIN_UNKNOWN, "it could not be read");
	else if (*n->domain)
		check_add(check, DOMAIN_KNOWN, "%s", n->domain);
	else if (check->facts.situation.suffix_set)
		check_add(check, DOMAIN_KNOWN, "none; the trusted suffix stands in");
	else
		check_add(check, DOMAIN_MISSING, "the network gave none");
}

static void security(struct meiprov_check *check)
{
	const struct meiprov_network *n = &check->facts.network;

	if (!n->has_security) {
		check_add(check, CRYPTO_UNKNOWN, "it could not be read");
		check_add(check, REDIRECTION_UNKNOWN, "it could not be read");
		return;
	}
	check_add(check, n->crypto ? CRYPTO_ON : CRYPTO_OFF, "it is %s",
		  n->crypto ? "there" : "disabled");
	check_add(check, REDIRECTION, "serial over LAN %s, IDE redirection %s",
		  n->sol ? "on" : "off", n->ider ? "on" : "off");
}

static void hello_server(struct meiprov_check *check)
{
	const struct meiprov_network *n = &check->facts.network;

	if (!n->has_server)
		check_add(check, SERVER_UNKNOWN, "it could not be read");
	else if (*n->server_fqdn || *n->server_address)
		check_add(check, SERVER_NAMED, "%.120s port %u",
			  *n->server_fqdn ? n->server_fqdn : n->server_address, n->server_port);
	else
		check_add(check, SERVER_BY_DOMAIN, "provisionserver%s%s", *n->domain ? "." : "",
			  n->domain);
}

void check_network(struct meiprov_check *check)
{
	wire(check);
	domain(check);
	security(check);
	hello_server(check);
}

/* --- the chain --- */

/* The code tells the rule: "chain-root-ok", "chain-domain-refused". */
static void add_rule(struct meiprov_check *check, const struct meiprov_chain_rule *rule)
{
	static const enum finding_id ids[] = {
		[MEIPROV_NO] = CHAIN_REFUSED,
		[MEIPROV_YES] = CHAIN_ACCEPTED,
		[MEIPROV_UNKNOWN] = CHAIN_UNKNOWN,
	};
	struct meiprov_finding *finding;

	check_add(check, ids[rule->verdict], "%s", rule->seen);
	finding = &check->findings[check->count - 1];
	snprintf(finding->code, sizeof(finding->code), "chain-%s-%s", rule->name,
		 finding_rows[ids[rule->verdict]].code);
	snprintf(finding->why, sizeof(finding->why), "%s (%s, %s)", rule->rule,
		 meiprov_confidence_name(rule->confidence), rule->source);
}

void check_chain(struct meiprov_check *check)
{
	static const struct meiprov_hash none; /* a table without entries */
	const struct check_facts *f = &check->facts;
	const struct meiprov_chain_target target = {
		.has_version = f->situation.has_version,
		.major = f->situation.major,
		.minor = f->situation.minor,
		.hashes = !f->has_hashes ? NULL :
			  f->hashes	 ? f->hashes :
					   &none,
		.hash_count = f->hash_count,
		.suffix = f->situation.has_suffix ? f->suffix : NULL,
		.domain = f->network.has_tcpip ? f->network.domain : NULL,
	};

	if (!check->options->chain)
		return;
	for (int id = 0; id < MEIPROV_CHAIN_RULES; id++) {
		struct meiprov_chain_rule rule;

		if (!meiprov_chain_judge(check->options->chain, &target, id, &rule))
			add_rule(check, &rule);
	}
}
