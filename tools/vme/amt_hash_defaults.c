// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The hashes firmware is shipped with, in the order of amthi.md 5. Computed from
 * the certificates in Debian's ca-certificates; entries of real devices whose
 * certificate is not there any more (VeriSign, GTE, Verizon, Cybertrust) are left
 * out rather than guessed. The list of 12 is the one known last.
 */
#include <openssl/crypto.h>
#include <stdio.h>
#include "tools/vme/amt.h"
#include "tools/vme/profile.h"

#define SHA1   1
#define SHA256 2

#define SINCE_11 (PROFILE_HASHES_11 | PROFILE_HASHES_12)
#define SINCE_12 PROFILE_HASHES_12

static const struct shipped {
	unsigned int sets; /* enum profile_hashes */
	uint8_t algorithm;
	const char *name;
	const char *digest;
} defaults[] = {
	{ PROFILE_HASHES_8, SHA1, "Go Daddy Class 2 CA",
	  "2796bae63f1801e277261ba0d77770028f20eee4" },
	{ PROFILE_HASHES_8, SHA1, "Comodo AAA CA", "d1eb23a46d17d68fd92564c2f1f1601764d8e349" },
	{ PROFILE_HASHES_8, SHA1, "Starfield Class 2 CA",
	  "ad7e1c28b064ef8f6003402014c3d0e3370eb58a" },
	{ SINCE_11, SHA256, "Go Daddy Class 2 CA",
	  "c3846bf24b9e93ca64274c0ec67c1ecc5e024ffcacd2d74019350e81fe546ae4" },
	{ SINCE_11, SHA256, "Comodo AAA CA",
	  "d7a7a0fb5d7e2731d771e9484ebcdef71d5f0c3e0a2948782bc83ee0ea699ef4" },
	{ SINCE_11, SHA256, "Starfield Class 2 CA",
	  "1465fa205397b876faa6f0a9958e5590e40fcc7faa4fb7c2c8677521fb5fb658" },
	{ SINCE_11, SHA256, "Baltimore CyberTrust Root",
	  "16af57a9f676b0ab126095aa5ebadef22ab31119d644ac95cd4b93dbf3f26aeb" },
	{ SINCE_11, SHA256, "Entrust.net CA (2048)",
	  "6dc47172e01cbcb0bf62580d895fe2b8ac9ad4f873801e0c10b9c837d21eb177" },
	{ SINCE_11, SHA256, "Entrust Root CA",
	  "73c176434f1bc6d5adf45b0e76e727287c8de57616c1e6e6141a2b2cbc7d8e4c" },
	{ SINCE_11, SHA256, "Go Daddy Root CA-G2",
	  "45140b3247eb9cc8c5b4f0d7b53091f73292089e6e5a63e2749dd3aca9198eda" },
	{ SINCE_11, SHA256, "Entrust Root CA-G2",
	  "43df5774b03e7fef5fe40d931a7bedf1bb2e6b42738c4e6d3841103d3aa7f339" },
	{ SINCE_11, SHA256, "Starfield Root CA-G2",
	  "2ce1cb0bf9d2f9e102993fbe215152c3b2dd0cabde1c68e5319b839154dbb7f5" },
	{ SINCE_11, SHA256, "AffirmTrust Premium",
	  "70a73f7f376b60074248904534b11482d5bf0e698ecc498df52577ebf2e93b9a" },
	{ SINCE_12, SHA256, "DigiCert Global Root CA",
	  "4348a0e9444c78cb265e058d5e8944b4d84f9662bd26db257f8934a443c70161" },
	{ SINCE_12, SHA256, "DigiCert Global Root G2",
	  "cb3ccbb76031e5e0138f8dd39a23f9de47ffc35e43c1144cea27d46a5ab1cb5f" },
	{ SINCE_12, SHA256, "DigiCert Global Root G3",
	  "31ad6648f8104138c738f39ea4320133393e3a18cc02296ef97c2ac9ef6731d0" },
	{ SINCE_12, SHA256, "DigiCert Trusted Root G4",
	  "552f7bdcf1a7af9e6ce672017f4f12abf77240c78e761ac203d1d9d20ac89988" },
	{ SINCE_12, SHA256, "GlobalSign Root CA R3",
	  "cbb522d7b7f127ad6a0113865bdf1cd4102e7d0759af635a7cf4720dc963c53b" },
	{ SINCE_12, SHA256, "GlobalSign ECC Root CA R5",
	  "179fbc148a3dd00fd24ea13458cc43bfa7f59c8182d783a513f6ebec100c8924" },
	{ SINCE_12, SHA256, "GlobalSign Root CA R6",
	  "2cabeafe37d06ca22aba7391c0033d25982952c453647349763a3ab5ad6ccf69" },
};

static int add(struct amt *amt, const struct shipped *shipped)
{
	struct amt_hash hash = {
		.algorithm = shipped->algorithm,
		.is_default = true,
		.is_active = true,
	};
	size_t len;

	snprintf(hash.name, sizeof(hash.name), "%s", shipped->name);
	OPENSSL_hexstr2buf_ex(hash.digest, sizeof(hash.digest), &len, shipped->digest, '\0');
	hash.digest_len = (uint8_t)len;
	return amt_hash_add(amt, &hash);
}

int amt_hash_defaults(struct amt *amt)
{
	unsigned int set = vme_profile_of(amt->fw_version)->hashes;
	int ret = 0;
	size_t i;

	for (i = 0; i < sizeof(defaults) / sizeof(defaults[0]) && !ret; i++)
		if (defaults[i].sets & set)
			ret = add(amt, &defaults[i]);
	return ret;
}
