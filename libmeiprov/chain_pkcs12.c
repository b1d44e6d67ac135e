// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The certificates of a PKCS#12 file (RFC 7292), step by step: PKCS12_parse() decrypts
 * the private key too, which nobody here wants, and derives each key in as many rounds
 * as the file says, which may be hours.
 */
#include <errno.h>
#include <string.h>
#include <openssl/err.h>
#include <openssl/pkcs12.h>

#include "chain_read.h"

/* Of all keys of a file together, a few seconds; OpenSSL writes 2048 for each. */
#define ROUNDS_MAX 5000000

#define DAMAGED "it is damaged, or encrypted in an old way that OpenSSL has switched off"

/**
 * struct reader - a file being read
 * @password: NULL is another one than ""
 * @rounds: how many the file may still cost
 */
struct reader {
	struct chain_certs *certs;
	const char *password;
	int64_t rounds;
	const char **why;
};

static int refuse(struct reader *reader, const char *why)
{
	*reader->why = why;
	return -EBADMSG;
}

/* --- rounds --- */

/* Without a number it is one round. */
static int spend(struct reader *reader, const ASN1_INTEGER *number)
{
	int64_t rounds = 1;

	if (number && !ASN1_INTEGER_get_int64(&rounds, number))
		rounds = 0;
	if (rounds < 1 || rounds > reader->rounds)
		return refuse(reader, "its keys would take far too many rounds to derive");
	reader->rounds -= rounds;
	return 0;
}

static int unknown(struct reader *reader)
{
	return refuse(reader, "it is protected in a way that this library does not know");
}

static int spend_pbkdf2(struct reader *reader, const X509_ALGOR *function)
{
	PBKDF2PARAM *param = NULL;
	int ret;

	if (OBJ_obj2nid(function->algorithm) == NID_id_pbkdf2)
		param = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBKDF2PARAM), function->parameter);
	ret = param ? spend(reader, param->iter) : unknown(reader);
	PBKDF2PARAM_free(param);
	return ret;
}

static int spend_pbes2(struct reader *reader, const X509_ALGOR *algorithm)
{
	PBE2PARAM *param = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBE2PARAM),
						     algorithm->parameter);
	int ret = param ? spend_pbkdf2(reader, param->keyfunc) : unknown(reader);

	PBE2PARAM_free(param);
	return ret;
}

/* The schemes of PKCS#12 itself and of PKCS#5 1.5 have the same parameters. */
static int spend_older(struct reader *reader, const X509_ALGOR *algorithm)
{
	PBEPARAM *param = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBEPARAM), algorithm->parameter);
	int ret = param ? spend(reader, param->iter) : unknown(reader);

	PBEPARAM_free(param);
	return ret;
}

static int spend_on(struct reader *reader, const PKCS7 *content)
{
	const X509_ALGOR *algorithm;

	if (!content->d.encrypted)
		return refuse(reader, DAMAGED);
	algorithm = content->d.encrypted->enc_data->algorithm;
	return OBJ_obj2nid(algorithm->algorithm) == NID_pbes2 ? spend_pbes2(reader, algorithm) :
								spend_older(reader, algorithm);
}

/* --- the password --- */

static int try_password(struct reader *reader, PKCS12 *p12, const ASN1_INTEGER *rounds)
{
	int ret = spend(reader, rounds);

	if (ret)
		return ret;
	if (PKCS12_verify_mac(p12, reader->password, -1))
		return 0;
	*reader->why = "the password is another one";
	return -EKEYREJECTED;
}

/* No password and an empty one are told apart by the form, and by no person. */
static int check_password(struct reader *reader, PKCS12 *p12)
{
	const X509_ALGOR *algorithm = NULL;
	const ASN1_INTEGER *rounds = NULL;
	int ret;

	if (!PKCS12_mac_present(p12))
		return 0;
	PKCS12_get0_mac(NULL, &algorithm, NULL, &rounds, p12);
	if (!EVP_get_digestbyobj(algorithm->algorithm)) /* PBMAC1 has rounds of its own */
		return unknown(reader);
	ret = try_password(reader, p12, rounds);
	if (ret != -EKEYREJECTED || *reader->password)
		return ret;
	reader->password = NULL;
	return try_password(reader, p12, rounds);
}

/* --- what it holds --- */

static int take_cert(struct reader *reader, const PKCS12_SAFEBAG *bag)
{
	X509 *cert = PKCS12_SAFEBAG_get1_cert(bag);

	return cert ? chain_certs_add(reader->certs, cert, reader->why) : refuse(reader, DAMAGED);
}

/* A bag may hold bags; OpenSSL reads thirty of them inside each other and no more. */
static int take_bags(struct reader *reader, const STACK_OF(PKCS12_SAFEBAG) *bags)
{
	int ret = 0;

	for (int i = 0; !ret && i < sk_PKCS12_SAFEBAG_num(bags); i++) {
		const PKCS12_SAFEBAG *bag = sk_PKCS12_SAFEBAG_value(bags, i);
		int nid = PKCS12_SAFEBAG_get_nid(bag);

		if (nid == NID_safeContentsBag)
			ret = take_bags(reader, PKCS12_SAFEBAG_get0_safes(bag));
		else if (nid == NID_certBag &&
			 PKCS12_SAFEBAG_get_bag_nid(bag) == NID_x509Certificate)
			ret = take_cert(reader, bag);
	}
	return ret;
}

/* What is neither is for the holder of a private key, not of a password. */
static int take_content(struct reader *reader, PKCS7 *content)
{
	STACK_OF(PKCS12_SAFEBAG) *bags = NULL;
	int ret = 0;

	if (PKCS7_type_is_data(content)) {
		bags = PKCS12_unpack_p7data(content);
	} else if (PKCS7_type_is_encrypted(content)) {
		ret = spend_on(reader, content);
		if (!ret)
			bags = PKCS12_unpack_p7encdata(content, reader->password, -1);
	} else {
		return 0;
	}
	if (!ret)
		ret = bags ? take_bags(reader, bags) : refuse(reader, DAMAGED);
	sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
	return ret;
}

static int take_all(struct reader *reader, PKCS12 *p12)
{
	STACK_OF(PKCS7) *contents = PKCS12_unpack_authsafes(p12);
	int ret = contents ? 0 : refuse(reader, DAMAGED);

	for (int i = 0; !ret && i < sk_PKCS7_num(contents); i++)
		ret = take_content(reader, sk_PKCS7_value(contents, i));
	sk_PKCS7_pop_free(contents, PKCS7_free);
	if (ret || reader->certs->count)
		return ret;
	return refuse(reader, "it holds no certificate");
}

int chain_read_pkcs12(struct chain_certs *certs, const void *data, size_t len, const char *password,
		      const char **why)
{
	struct reader reader = {
		.certs = certs,
		.password = password ? password : "",
		.rounds = ROUNDS_MAX,
		.why = why,
	};
	const unsigned char *at = data;
	PKCS12 *p12 = NULL;
	int ret = refuse(&reader, "it is not a PKCS#12 file");

	ERR_set_mark();
	if (len && len <= CHAIN_DATA_MAX)
		p12 = d2i_PKCS12(NULL, &at, (long)len);
	if (p12)
		ret = check_password(&reader, p12);
	if (p12 && !ret)
		ret = take_all(&reader, p12);
	PKCS12_free(p12);
	ERR_pop_to_mark();
	return ret;
}
