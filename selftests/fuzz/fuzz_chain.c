// SPDX-License-Identifier: GPL-2.0-or-later
/* Provisioning chains, in each form that chain_input.h knows. */
#include <stdlib.h>
#include <string.h>
#include <openssl/err.h>
#include "selftests/fuzz/chain_input.h"
#include "selftests/fuzz/fuzz.h"

static void promise(bool kept)
{
	if (!kept)
		abort();
}

/* --- a chain that was taken --- */

static void ask_certificates(const struct meiprov_chain *chain)
{
	size_t length = meiprov_chain_length(chain), len;

	promise(length >= 2);
	for (size_t i = 0; i < length; i++)
		promise(meiprov_chain_der(chain, i, &len) && len);
	promise(!meiprov_chain_der(chain, length, &len) && !len);
	promise(strlen(meiprov_chain_cn(chain)) < 256);
	meiprov_chain_is_provisioning(chain);
	meiprov_chain_suffix_match(chain, "example.org");
}

static void ask_rules(const struct meiprov_chain *chain, const struct meiprov_chain_target *target)
{
	enum meiprov_verdict all = meiprov_chain_verdict(chain, target);
	struct meiprov_chain_rule rule;
	bool refused = false;

	for (int id = 0; id < MEIPROV_CHAIN_RULES; id++) {
		promise(!meiprov_chain_judge(chain, target, id, &rule));
		promise(memchr(rule.seen, 0, sizeof(rule.seen)));
		refused |= rule.verdict == MEIPROV_NO;
	}
	promise(refused == (all == MEIPROV_NO));
}

/* Where the name is compared, or cannot be. */
static void ask_names(const struct meiprov_chain *chain, struct meiprov_chain_target target)
{
	static const char *const names[][2] = {
		{ "", "example.org" }, { "example.org", NULL }, { NULL, "" }, { "", NULL }
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		target.suffix = names[i][0];
		target.domain = names[i][1];
		ask_rules(chain, &target);
	}
	target.hashes = NULL;
	target.has_version = false;
	ask_rules(chain, &target);
}

/* A slot with the hash of its root fits, and for every generation there is a verdict. */
static void ask(const struct meiprov_chain *chain)
{
	struct meiprov_hash slot = { .is_active = true, .algorithm = MEIPROV_HASH_SHA256 };
	struct meiprov_chain_target target = {
		.has_version = true, .hashes = &slot, .hash_count = 1, .suffix = "", .domain = ""
	};
	int len = meiprov_chain_root_digest(chain, slot.algorithm, slot.digest);

	promise(len == 32);
	slot.digest_len = (size_t)len;
	promise(meiprov_chain_match(chain, &slot, 1).fit == MEIPROV_FIT_ACTIVE);
	ask_certificates(chain);
	for (target.major = 2; target.major < 24; target.major++)
		ask_rules(chain, &target);
	ask_names(chain, target);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct meiprov_error err = { 0 };
	struct meiprov_chain *chain;
	int ret = chain_input(data, size, &chain, &err);

	promise(!ret == !!chain);
	if (chain)
		ask(chain);
	else
		promise(err.code == ret && *err.why);
	meiprov_chain_free(chain);
	promise(!ERR_peek_error()); /* the caller's queue of errors is its own */
	return 0;
}
