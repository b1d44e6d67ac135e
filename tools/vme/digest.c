// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/digest.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#define VALUE_MAX 512 /* of any parameter */

struct params {
	char username[DIGEST_USER_MAX];
	char realm[64];
	char nonce[64];
	char uri[VALUE_MAX];
	char response[40];
	char qop[16];
	char nc[16];
	char cnonce[128];
	char algorithm[16];
};

static const struct {
	const char *name;
	size_t offset;
	size_t size;
} fields[] = {
#define FIELD(f) \
	{ \
#f, offsetof(struct params, f), sizeof(((struct params *)0)->f) \
	}
	FIELD(username), FIELD(realm), FIELD(nonce),  FIELD(uri),	FIELD(response),
	FIELD(qop),	 FIELD(nc),    FIELD(cnonce), FIELD(algorithm),
#undef FIELD
};

/* --- the header --- */

/* A token or a quoted string at *@text, without its quotes and backslashes. */
static bool read_value(const char **text, char value[VALUE_MAX])
{
	const char *at = *text;
	bool quoted = *at == '"';
	size_t len = 0;

	if (quoted)
		at++;
	while (*at && (quoted ? *at != '"' : !strchr(", \t", *at))) {
		if (quoted && *at == '\\' && at[1])
			at++;
		if (len + 1 == VALUE_MAX)
			return false;
		value[len++] = *at++;
	}
	value[len] = '\0';
	if (quoted && *at++ != '"')
		return false;
	*text = at;
	return true;
}

/* Known parameters once each; unknown ones are skipped. */
static bool keep_param(struct params *params, const char *name, size_t name_len, const char *value)
{
	size_t i;

	for (i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		char *field = (char *)params + fields[i].offset;

		if (strlen(fields[i].name) != name_len ||
		    strncasecmp(fields[i].name, name, name_len))
			continue;
		if (*field || strlen(value) >= fields[i].size)
			return false;
		strcpy(field, value);
		return true;
	}
	return true;
}

static bool read_params(struct params *params, const char *text)
{
	char value[VALUE_MAX];

	memset(params, 0, sizeof(*params));
	if (strncasecmp(text, "Digest", 6) || !strchr(" \t", text[6]) || !text[6])
		return false;
	text += 6;
	for (;;) {
		const char *name;
		size_t len;

		text += strspn(text, ", \t");
		if (!*text)
			return true;
		name = text;
		len = strcspn(text, "= \t,");
		text += len;
		text += strspn(text, " \t");
		if (!len || *text++ != '=')
			return false;
		text += strspn(text, " \t");
		if (!read_value(&text, value) || !keep_param(params, name, len, value))
			return false;
		text += strspn(text, " \t");
		if (*text && *text != ',')
			return false;
	}
}

/* --- the sum --- */

static void to_hex(char out[33], const uint8_t in[16])
{
	static const char digits[] = "0123456789abcdef";
	int i;

	for (i = 0; i < 16; i++) {
		out[2 * i] = digits[in[i] >> 4];
		out[2 * i + 1] = digits[in[i] & 15];
	}
	out[32] = '\0';
}

/* MD5 over the strings of @parts (NULL ends them), joined with colons. */
static bool md5_joined(char out[33], const char *const *parts)
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	uint8_t sum[EVP_MAX_MD_SIZE];
	bool ok = md && EVP_DigestInit_ex(md, EVP_md5(), NULL);
	size_t i;

	for (i = 0; ok && parts[i]; i++) {
		if (i)
			ok = EVP_DigestUpdate(md, ":", 1);
		ok = ok && EVP_DigestUpdate(md, parts[i], strlen(parts[i]));
	}
	ok = ok && EVP_DigestFinal_ex(md, sum, NULL);
	EVP_MD_CTX_free(md);
	if (ok)
		to_hex(out, sum);
	return ok;
}

static enum digest_qop qop_of(const struct params *params)
{
	if (!strcasecmp(params->qop, "auth"))
		return DIGEST_AUTH;
	return strcasecmp(params->qop, "auth-int") ? 0 : DIGEST_AUTH_INT;
}

static bool sum_body(const struct digest_question *question, char sum[33])
{
	uint8_t raw[EVP_MAX_MD_SIZE];

	if (EVP_Digest(question->body_len ? question->body : "", question->body_len, raw, NULL,
		       EVP_md5(), NULL) != 1)
		return false;
	to_hex(sum, raw);
	return true;
}

/* What is asked for; with auth-int the body, too (RFC 2617 3.2.2.3). */
static bool sum_request(const struct digest_question *question, const struct params *params,
			char ha2[33])
{
	const char *about[] = { question->method, params->uri, NULL, NULL };
	char body[33];

	if (qop_of(params) == DIGEST_AUTH_INT) {
		if (!sum_body(question, body))
			return false;
		about[2] = body;
	}
	return md5_joined(ha2, about);
}

static bool response_is_right(const struct digest_question *question, const struct params *params)
{
	char ha1[33], ha2[33], want[33];
	const char *const all[] = { ha1,	 params->nonce, params->nc, params->cnonce,
				    params->qop, ha2,		NULL };
	uint8_t secret[16];
	bool known, ok;

	/* an unknown user costs the same sum, against a secret nobody has */
	known = question->lookup(question->ctx, params->username, secret);
	if (!known && RAND_bytes(secret, sizeof(secret)) != 1)
		return false;
	to_hex(ha1, secret);
	ok = sum_request(question, params, ha2) && md5_joined(want, all) &&
	     strlen(params->response) == 32 && !CRYPTO_memcmp(want, params->response, 32);
	OPENSSL_cleanse(secret, sizeof(secret));
	OPENSSL_cleanse(ha1, sizeof(ha1));
	return known && ok;
}

/* --- nonces --- */

static struct digest_nonce *find_nonce(struct digest *digest, const char *text)
{
	size_t i;

	for (i = 0; i < DIGEST_NONCES; i++)
		if (*digest->nonces[i].text && !strcmp(digest->nonces[i].text, text))
			return &digest->nonces[i];
	return NULL;
}

/* Eight hex digits, never used before with this nonce. */
static bool use_nonce(struct digest_nonce *nonce, const char *nc, int64_t now_s)
{
	uint32_t count = strtoul(nc, NULL, 16);

	if (!nonce || now_s - nonce->made_s > DIGEST_NONCE_LIFE_S || count <= nonce->last_nc)
		return false;
	nonce->last_nc = count;
	return true;
}

static bool well_formed(const struct digest_question *question, const struct params *params)
{
	return !strcmp(params->realm, question->realm) && !strcmp(params->uri, question->target) &&
	       (qop_of(params) & question->qops) && *params->cnonce && *params->username &&
	       *params->nonce && strlen(params->nc) == 8 &&
	       strspn(params->nc, "0123456789abcdefABCDEF") == 8 &&
	       (!*params->algorithm || !strcasecmp(params->algorithm, "MD5"));
}

enum digest_result digest_check(struct digest *digest, const struct digest_question *question,
				const char *authorization, int64_t now_s,
				char user[DIGEST_USER_MAX])
{
	struct params params;

	*user = '\0';
	if (!read_params(&params, authorization))
		return DIGEST_DENIED;
	strcpy(user, params.username);
	if (!well_formed(question, &params) || !response_is_right(question, &params))
		return DIGEST_DENIED;
	if (!use_nonce(find_nonce(digest, params.nonce), params.nc, now_s))
		return DIGEST_STALE;
	return DIGEST_OK;
}

int digest_challenge(struct digest *digest, const char *realm, enum digest_qop qop, bool stale,
		     int64_t now_s, char out[DIGEST_CHALLENGE_MAX])
{
	struct digest_nonce *nonce;
	uint8_t raw[DIGEST_NONCE_LEN / 4 * 3];
	int len;

	if (RAND_bytes(raw, sizeof(raw)) != 1)
		return -EIO;
	nonce = &digest->nonces[digest->next++ % DIGEST_NONCES];
	EVP_EncodeBlock((unsigned char *)nonce->text, raw, sizeof(raw));
	nonce->made_s = now_s;
	nonce->last_nc = 0;
	/* hardware quotes stale and qop and names neither algorithm nor opaque */
	len = snprintf(out, DIGEST_CHALLENGE_MAX,
		       "Digest realm=\"%s\", nonce=\"%s\",stale=\"%s\",qop=\"%s\"", realm,
		       nonce->text, stale ? "true" : "false",
		       qop == DIGEST_AUTH_INT ? "auth-int" : "auth");
	return len < DIGEST_CHALLENGE_MAX ? 0 : -ENAMETOOLONG;
}
