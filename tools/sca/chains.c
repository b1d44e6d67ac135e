// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/crypto.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "chains.h"
#include "store.h"

#define KEY_PEM_MAX (32 * 1024)

struct chains {
	struct chain **list;
	size_t count;
	size_t withheld;
	bool allow_test_ca;
};

static void fail(struct meiprov_error *err, int code, const char *why, const char *next)
{
	if (!err)
		return;
	err->code = code;
	err->fw_status = 0;
	snprintf(err->doing, sizeof(err->doing), "taking in a provisioning chain");
	snprintf(err->why, sizeof(err->why), "%s", why);
	snprintf(err->next, sizeof(err->next), "%s", next);
}

static void chain_free(struct chain *c)
{
	if (!c)
		return;
	X509_free(c->leaf);
	sk_X509_pop_free(c->issuers, X509_free);
	EVP_PKEY_free(c->key);
	free(c);
}

/* An encrypted key is an error, never a prompt. */
static int no_passphrase(char *buf, int size, int rwflag, void *ctx)
{
	return -1;
}

static EVP_PKEY *read_key(const char *pem)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	EVP_PKEY *key;

	key = bio ? PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL) : NULL;
	BIO_free(bio);
	return key;
}

static X509 *certificate(const struct meiprov_chain *m, size_t i)
{
	size_t len;
	const uint8_t *der = meiprov_chain_der(m, i, &len);

	return der ? d2i_X509(NULL, &der, (long)len) : NULL;
}

static int read_certificates(struct chain *c, const struct meiprov_chain *m)
{
	c->length = meiprov_chain_length(m);
	c->leaf = certificate(m, 0);
	c->issuers = sk_X509_new_null();
	if (!c->leaf || !c->issuers)
		return -ENOMEM;
	for (size_t i = 1; i < c->length; i++) {
		X509 *x = certificate(m, i);

		if (!x || !sk_X509_push(c->issuers, x)) {
			X509_free(x);
			return -ENOMEM;
		}
	}
	return 0;
}

static int describe(struct chain *c, const struct meiprov_chain *m)
{
	static const uint32_t algorithms[] = {
		MEIPROV_HASH_SHA384,
		MEIPROV_HASH_SHA256,
		MEIPROV_HASH_SHA1,
	};
	X509 *root = sk_X509_value(c->issuers, sk_X509_num(c->issuers) - 1);
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int n;
	struct tm tm;

	for (size_t i = 0; i < 3; i++) {
		c->root[i].algorithm = algorithms[i];
		c->root[i].len = meiprov_chain_root_digest(m, algorithms[i], c->root[i].digest);
	}
	if (!X509_digest(c->leaf, EVP_sha256(), digest, &n))
		return -EIO;
	for (unsigned int i = 0; i < n && i < 32; i++)
		snprintf(c->id + 2 * i, 3, "%02x", digest[i]);
	snprintf(c->cn, sizeof(c->cn), "%s", meiprov_chain_cn(m));
	c->provisioning = meiprov_chain_is_provisioning(m);
	X509_NAME_oneline(X509_get_subject_name(root ? root : c->leaf), c->root_name,
			  sizeof(c->root_name));
	c->test_only = strstr(c->root_name, TEST_ONLY) != NULL;
	if (ASN1_TIME_to_tm(X509_get0_notAfter(c->leaf), &tm))
		c->not_after = timegm(&tm);
	return 0;
}

static int chain_parse(const char *pem, const char *key_pem, struct chain **out,
		       struct meiprov_error *err)
{
	struct meiprov_chain *m;
	struct chain *c;
	int ret = meiprov_chain_load(pem, strlen(pem), &m, err);

	*out = NULL;
	if (ret)
		return ret;
	c = calloc(1, sizeof(*c));
	ret = c ? read_certificates(c, m) : -ENOMEM;
	if (!ret)
		ret = describe(c, m);
	meiprov_chain_free(m);
	if (ret) {
		fail(err, ret, strerror(-ret), "");
		chain_free(c);
		return ret;
	}
	c->key = read_key(key_pem);
	if (!c->key || X509_check_private_key(c->leaf, c->key) != 1) {
		fail(err, -EINVAL,
		     c->key ? "the private key is not that of the leaf certificate" :
			      "the private key is not an unencrypted PEM key",
		     c->key ? "give the key the certificate was requested with" :
			      "convert it: openssl pkey -in KEY -out key.pem");
		chain_free(c);
		return -EINVAL;
	}
	*out = c;
	return 0;
}

struct chains *chains_new(bool allow_test_ca)
{
	struct chains *set = calloc(1, sizeof(*set));

	if (set)
		set->allow_test_ca = allow_test_ca;
	return set;
}

void chains_free(struct chains *set)
{
	if (!set)
		return;
	for (size_t i = 0; i < set->count; i++)
		chain_free(set->list[i]);
	free(set->list);
	free(set);
}

static int take_in(struct chains *set, struct chain *c)
{
	struct chain **list = reallocarray(set->list, set->count + 1, sizeof(*list));

	if (!list)
		return -ENOMEM;
	set->list = list;
	list[set->count++] = c;
	return 0;
}

struct load {
	struct chains *set;
	struct store *store;
	struct meiprov_error *err;
};

static int load_one(const struct chain_row *row, void *ctx)
{
	struct load *l = ctx;
	char key[KEY_PEM_MAX];
	struct chain *c = NULL;
	ssize_t len;
	int ret;

	if (row->test_only && !l->set->allow_test_ca) {
		l->set->withheld++;
		return 0;
	}
	len = store_secret_get(l->store, row->id, FIELD_KEY, key, sizeof(key) - 1);
	if (len < 0) {
		fail(l->err, (int)len, store_error(l->store),
		     "restore the store from a backup together with its key file");
		return (int)len;
	}
	key[len] = '\0';
	ret = chain_parse(row->pem, key, &c, l->err);
	OPENSSL_cleanse(key, sizeof(key));
	if (ret)
		return ret;
	c->imported_at = row->imported_at;
	ret = take_in(l->set, c);
	if (ret)
		chain_free(c);
	return ret;
}

int chains_load(struct chains *set, struct store *store, struct meiprov_error *err)
{
	struct load l = { set, store, err };

	return store_chain_each(store, load_one, &l);
}

/* What firmware would refuse for certain is not worth a try. */
static int check_use(const struct chains *set, const struct chain *c, struct meiprov_error *err)
{
	if (!c->provisioning) {
		fail(err, -EINVAL,
		     "the leaf is no provisioning certificate: it has neither "
		     "serverAuth with the Intel OID 2.16.840.1.113741.1.2.3 nor the OU "
		     "\"Intel(R) Client Setup Certificate\"",
		     "request a certificate with one of them");
		return -EINVAL;
	}
	if (c->test_only && !set->allow_test_ca) {
		fail(err, -EPERM, "the root is a " TEST_ONLY " one",
		     "use a chain of a real CA, or start meiprov-scad with --allow-test-ca "
		     "on a test network");
		return -EPERM;
	}
	if (chains_find(set, c->id)) {
		fail(err, -EEXIST, "this chain is there already", "nothing needs to be done");
		return -EEXIST;
	}
	return 0;
}

int chains_import(struct chains *set, struct store *store, const char *pem, const char *key_pem,
		  const struct chain **out, struct meiprov_error *err)
{
	struct chain_row row = { .pem = (char *)pem };
	struct chain *c;
	int ret = chain_parse(pem, key_pem, &c, err);

	if (ret)
		return ret;
	ret = check_use(set, c, err);
	if (!ret) {
		snprintf(row.id, sizeof(row.id), "%s", c->id);
		row.test_only = c->test_only;
		row.imported_at = c->imported_at = store_now_ms();
		ret = store_chain_add(store, &row, key_pem, strlen(key_pem));
		if (ret)
			fail(err, ret, store_error(store), "look at the disk of the store");
	}
	if (!ret) {
		ret = take_in(set, c);
		if (ret)
			fail(err, ret, "out of memory", "restart meiprov-scad");
	}
	if (ret) {
		chain_free(c);
		return ret;
	}
	*out = c;
	return 0;
}

size_t chains_count(const struct chains *set)
{
	return set->count;
}

const struct chain *chains_at(const struct chains *set, size_t i)
{
	return set->list[i];
}

size_t chains_withheld(const struct chains *set)
{
	return set->withheld;
}

const struct chain *chains_find(const struct chains *set, const char *id)
{
	for (size_t i = 0; i < set->count; i++)
		if (!strcmp(set->list[i]->id, id))
			return set->list[i];
	return NULL;
}

static bool named(const struct chain *c, const struct meiprov_hello *hello)
{
	for (size_t i = 0; i < hello->hash_count; i++)
		for (size_t k = 0; k < 3; k++)
			if (hello->hashes[i].algorithm == c->root[k].algorithm &&
			    hello->hashes[i].digest_len == c->root[k].len &&
			    !memcmp(hello->hashes[i].digest, c->root[k].digest,
				    hello->hashes[i].digest_len))
				return true;
	return false;
}

const struct chain *chains_choose(const struct chains *set, const struct meiprov_hello *hello,
				  unsigned int tries, bool *in_hello)
{
	size_t wanted = set->count ? tries % set->count : 0;
	size_t seen = 0;

	*in_hello = false;
	for (int pass = 1; pass >= 0; pass--) {
		for (size_t i = set->count; i-- > 0;) {
			if (named(set->list[i], hello) != (pass == 1))
				continue;
			if (seen++ == wanted) {
				*in_hello = pass == 1;
				return set->list[i];
			}
		}
	}
	return NULL;
}
