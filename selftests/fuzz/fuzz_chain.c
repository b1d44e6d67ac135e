// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Provisioning chains, as a file in PEM or DER; when the input begins with "DER",
 * certificates each behind its length in two bytes, which are put into PEM here, because
 * base64 is in the way of a mutation; when it begins with "P12", a PKCS#12 file.
 */
#include <stdlib.h>
#include <string.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <meiprov/meiprov.h>
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
	for (target.major = 2; target.major < 20; target.major++)
		ask_rules(chain, &target);
}

static void check(int ret, struct meiprov_chain *chain, const struct meiprov_error *err)
{
	promise(!ret == !!chain);
	if (chain)
		ask(chain);
	else
		promise(err->code == ret && *err->why);
	meiprov_chain_free(chain);
	promise(!ERR_peek_error()); /* the caller's queue of errors is its own */
}

static void load(const void *data, size_t size)
{
	struct meiprov_error err = { 0 };
	struct meiprov_chain *chain;
	int ret = meiprov_chain_load(data, size, &chain, &err);

	check(ret, chain, &err);
}

static void load_pkcs12(const void *data, size_t size)
{
	struct meiprov_error err = { 0 };
	struct meiprov_chain *chain;
	int ret = meiprov_chain_load_pkcs12(data, size, "fuzz", &chain, &err);

	check(ret, chain, &err);
}

/* --- into PEM --- */

static void load_der(const uint8_t *data, size_t size)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *pem;
	long len;

	if (!bio)
		abort();
	while (size > 2) {
		size_t der = data[0] | (size_t)data[1] << 8;

		data += 2;
		size -= 2;
		der = der < size ? der : size;
		PEM_write_bio(bio, PEM_STRING_X509, "", data, (long)der);
		data += der;
		size -= der;
	}
	len = BIO_get_mem_data(bio, &pem);
	ERR_clear_error(); /* it writes no empty block */
	load(pem, (size_t)len);
	BIO_free(bio);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 3 && !memcmp(data, "DER", 3))
		load_der(data + 3, size - 3);
	else if (size > 3 && !memcmp(data, "P12", 3))
		load_pkcs12(data + 3, size - 3);
	else
		load(data, size);
	return 0;
}
