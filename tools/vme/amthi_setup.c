// SPDX-License-Identifier: GPL-2.0-or-later
/* AMTHI commands that change something. */
#include <string.h>
#include <openssl/x509.h>
#include "tools/vme/amt.h"
#include "tools/vme/amthi_wire.h"

/*
 * StartConfigurationHBased. The SDK's form has four bytes for the VPN (amthi.md 8B), and
 * MeshCentral's agent ends there with the length when it has no suffixes.
 */
#define LOCAL_HASH_LEN 64
#define LOCAL_HEAD_LEN (1 + LOCAL_HASH_LEN)
#define LOCAL_LEN      (LOCAL_HEAD_LEN + 1 + 4 + AMT_LOCAL_SUFFIXES_MAX)
#define LOCAL_LEN_SDK  (LOCAL_LEN + 3)
#define LOCAL_LEN_MIN  (LOCAL_HEAD_LEN + 4 + 4)
#define HASH_SHA256    2

static uint32_t unprovision(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	return amt_unprovision_by_host(amt); /* the mode is ignored */
}

static uint32_t generate_rng_seed(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	return amt_generate_rng(amt);
}

static uint32_t start_configuration(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	return amt_start(amt, in.len && amthi_get_u32(in.bytes) == 1);
}

static uint32_t stop_configuration(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	return amt_stop(amt);
}

static uint32_t set_otp(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	struct amthi_in otp;
	uint32_t status = amthi_get_ansi(in, &otp);

	return status ? status : amt_set_otp(amt, otp.bytes, otp.len);
}

static uint32_t set_pki_suffix(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	struct amthi_in suffix;
	uint32_t status = amthi_get_ansi(in, &suffix);

	return status ? status : amt_set_suffix(amt, (const char *)suffix.bytes, suffix.len);
}

static uint32_t set_zero_touch(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	return amt_set_ztc(amt, amthi_get_u32(in.bytes));
}

static uint32_t set_ehbc_state(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	return amt_set_ehbc(amt, amthi_get_u32(in.bytes));
}

static uint32_t disable_and_clear(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	return amt_disable_and_clear(amt);
}

static void read_local_setup(struct amthi_in in, struct amt_local_setup *setup)
{
	const uint8_t *at = in.bytes + LOCAL_HEAD_LEN;

	memset(setup, 0, sizeof(*setup));
	setup->algorithm = in.bytes[0];
	memcpy(setup->digest, in.bytes + 1, LOCAL_HASH_LEN);
	setup->host_vpn = *at;
	at += in.len == LOCAL_LEN ? 1 : 4;
	setup->suffixes_len = amthi_get_u32(at);
	if (in.len != LOCAL_LEN_MIN)
		memcpy(setup->suffixes, at + 4, AMT_LOCAL_SUFFIXES_MAX);
}

static bool is_local_len(size_t len)
{
	return len == LOCAL_LEN || len == LOCAL_LEN_SDK || len == LOCAL_LEN_MIN;
}

static uint32_t put_certificate_hash(const struct amt *amt, struct amthi_out *out)
{
	uint8_t digest[LOCAL_HASH_LEN] = { 0 };
	unsigned int len;

	if (X509_digest(amt->cert, EVP_sha256(), digest, &len) != 1)
		return AMT_INTERNAL_ERROR;
	amthi_put_u8(out, HASH_SHA256);
	amthi_put_bytes(out, digest, sizeof(digest));
	return AMT_SUCCESS;
}

static uint32_t start_local(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	struct amt_local_setup setup;
	uint32_t status;

	if (!is_local_len(in.len))
		return AMT_INVALID_MESSAGE_LENGTH;
	read_local_setup(in, &setup);
	if (in.len == LOCAL_LEN_MIN && setup.suffixes_len)
		return AMT_INVALID_MESSAGE_LENGTH;
	status = amt_start_local(amt, &setup);
	return status ? status : put_certificate_hash(amt, out);
}

const struct amthi_command amthi_setup_commands[] = {
	{ AMTHI_CFG | 0x10, 4, 4, unprovision, "Unprovision" },
	{ AMTHI_CFG | 0x28, 0, 0, generate_rng_seed, "GenerateRngSeed" },
	{ AMTHI_CFG | 0x29, 0, 0, start_configuration, "StartConfiguration" },
	{ AMTHI_CFG | 0x2a, 2, 2 + 0xffff, set_otp, "SetProvisioningServerOTP" },
	{ AMTHI_CFG | 0x2f, 2, 2 + 0xffff, set_pki_suffix, "SetPKIFQDNSuffix" },
	{ AMTHI_CFG | 0x3a, 4, 4, set_zero_touch, "SetZeroTouchEnabled" },
	{ AMTHI_CFG | 0x5e, 0, 0, stop_configuration, "StopConfiguration" },
	{ AMTHI_CFG | 0x62, 4, 4, start_configuration, "StartConfigurationEx" },
	{ AMTHI_CFG | 0x85, 4, 4, set_ehbc_state, "SetEHBCState" },
	{ AMTHI_CFG | 0x88, 0, 0, disable_and_clear, "DisableAndClearAMT" },
	{ AMTHI_CFG | 0x8b, LOCAL_LEN_MIN, LOCAL_LEN_SDK, start_local, "StartConfigurationHBased" },
	{ 0 },
};
