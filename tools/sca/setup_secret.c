// SPDX-License-Identifier: GPL-2.0-or-later
/* What must be true before a secret leaves, and where secrets come from. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <meiprov/meiprov.h>

#include "setup_private.h"

static enum setup_move judge_otp(struct setup *s, const uint8_t *seen, size_t seen_len)
{
	char expected[MEIPROV_OTP_MAX + 1];
	enum meiprov_otp_result verdict;
	ssize_t len;

	len = store_secret_get(s->store, s->dev->uuid, FIELD_OTP, expected, sizeof(expected));
	if (len == -ENOENT)
		return setup_end(s, RESULT_OTP_UNKNOWN,
				 "the server holds no OTP for this device any more");
	if (len < 0)
		return setup_end(s, RESULT_STORE_FAILED, "reading the OTP: %s",
				 store_error(s->store));
	verdict = meiprov_otp_compare(seen, seen_len, expected, (size_t)len);
	OPENSSL_cleanse(expected, sizeof(expected));
	if (verdict == MEIPROV_OTP_MATCH)
		return SETUP_SEND;
	if (verdict == MEIPROV_OTP_ABSENT)
		return setup_end(s, RESULT_OTP_ABSENT,
				 "the device shows no OTP and is registered with one");
	return setup_end(s, RESULT_OTP_WRONG, "the OTP the device shows is not the registered one");
}

enum setup_move setup_check_otp(struct setup *s, const char *shown)
{
	uint8_t seen[64];
	enum setup_move move;
	ssize_t len;

	if (!s->dev->otp_required)
		return SETUP_SEND;
	len = wsman_base64_decode(shown ? shown : "", seen, sizeof(seen));
	if (len < 0)
		return setup_end(s, RESULT_BAD_ANSWER,
				 "ProvisioningServerOTP is not base64 of at most 64 bytes");
	move = judge_otp(s, seen, (size_t)len);
	OPENSSL_cleanse(seen, sizeof(seen));
	return move;
}

static ssize_t load(struct setup *s, const char *field, char out[PASSWORD_SIZE])
{
	ssize_t len = store_secret_get(s->store, s->dev->uuid, field, out, PASSWORD_SIZE - 1);

	out[len > 0 ? len : 0] = '\0';
	return len;
}

bool setup_load_secrets(struct setup *s)
{
	return load(s, FIELD_MEBX, s->mebx) > 0 && load(s, FIELD_ADMIN, s->admin) > 0;
}

/* A stored password is used again; only a missing one is made. */
static int load_or_make(struct setup *s, const char *field, char out[PASSWORD_SIZE])
{
	ssize_t len = load(s, field, out);
	int ret;

	if (len > 0)
		return 0;
	if (len != -ENOENT)
		return len ? (int)len : -EBADMSG;
	ret = password_generate(out);
	if (ret)
		return ret;
	return store_secret_put(s->store, s->dev->uuid, field, out, strlen(out));
}

static int store_secrets(struct setup *s)
{
	struct device *dev = s->dev;
	int ret = load_or_make(s, FIELD_MEBX, s->mebx);

	if (!ret)
		ret = load_or_make(s, FIELD_ADMIN, s->admin);
	if (ret)
		return ret;
	if (dev->mebx != SECRET_SET)
		dev->mebx = SECRET_SENT;
	if (dev->admin != SECRET_SET)
		dev->admin = SECRET_SENT;
	snprintf(dev->pin, sizeof(dev->pin), "%s", s->pin);
	snprintf(dev->stage, sizeof(dev->stage), "%s", setup_stage(s));
	return store_device_save(s->store, dev);
}

enum setup_move setup_prepare_secrets(struct setup *s)
{
	int ret = store_begin(s->store);

	s->mebx_before = (enum secret_state)s->dev->mebx;
	if (!ret) {
		ret = store_secrets(s);
		if (ret)
			store_rollback(s->store);
		else
			ret = store_commit(s->store);
	}
	if (!ret)
		ret = setup_admin_digest(s);
	if (ret)
		return setup_end(s, RESULT_STORE_FAILED, "storing the passwords: %s",
				 store_error(s->store)[0] ? store_error(s->store) : strerror(-ret));
	s->same_device = true;
	return SETUP_SEND;
}

int setup_admin_digest(struct setup *s)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char md5[EVP_MAX_MD_SIZE];
	unsigned int len = 0;
	int ok;

	ok = ctx && EVP_DigestInit_ex(ctx, EVP_md5(), NULL) && EVP_DigestUpdate(ctx, "admin:", 6) &&
	     EVP_DigestUpdate(ctx, s->dev->realm, strlen(s->dev->realm)) &&
	     EVP_DigestUpdate(ctx, ":", 1) && EVP_DigestUpdate(ctx, s->admin, strlen(s->admin)) &&
	     EVP_DigestFinal_ex(ctx, md5, &len) && len == 16;
	if (ok)
		EVP_EncodeBlock((unsigned char *)s->admin_digest, md5, (int)len);
	OPENSSL_cleanse(md5, sizeof(md5));
	EVP_MD_CTX_free(ctx);
	return ok ? 0 : -EIO;
}
