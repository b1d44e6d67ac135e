// SPDX-License-Identifier: GPL-2.0-or-later
/* AMTHI commands that read identity, state and setup. */
#include <string.h>
#include <time.h>
#include "tools/vme/amt.h"
#include "tools/vme/amthi_wire.h"

#define BIOS_LEN       65
#define VERSION_LEN    20
#define DIGEST_LEN     64
#define ACCOUNT_LEN    33
#define ACCOUNT_PAD    2
#define LOCAL_USER     "$$OsAdmin"
#define SECURITY_WORDS 17
#define TLS_MODE_PKI   2

/* --- identity --- */

/* AMT_UNICODE_STRING, ASCII in spite of its name. */
static void put_version_text(struct amthi_out *out, const char *text)
{
	amthi_put_u16(out, (uint16_t)strnlen(text, VERSION_LEN));
	amthi_put_field(out, text, VERSION_LEN);
}

static uint32_t get_code_versions(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	size_t i;

	amthi_put_field(out, amt->bios, BIOS_LEN);
	amthi_put_u32(out, (uint32_t)amt->version_count);
	for (i = 0; i < amt->version_count; i++) {
		put_version_text(out, amt->versions[i].name);
		put_version_text(out, amt->versions[i].value);
	}
	return AMT_SUCCESS;
}

static uint32_t get_uuid(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	amthi_put_bytes(out, amt->uuid, sizeof(amt->uuid));
	return AMT_SUCCESS;
}

/* --- state --- */

static uint32_t get_provisioning_mode(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	amthi_put_u32(out, amt->state == AMT_POST); /* 0 none, 1 enterprise [I] */
	amthi_put_u32(out, 0);
	return AMT_SUCCESS;
}

static uint32_t get_provisioning_state(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	amthi_put_u32(out, amt->state);
	return AMT_SUCCESS;
}

static uint32_t get_control_mode(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	amthi_put_u32(out, amt->control);
	return AMT_SUCCESS;
}

/* Mode, TLS and the interface follow from the state [I]: see amthi.md 1B. */
static uint32_t get_security_parameters(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	const bool network = amt->state == AMT_POST || amt->window_open;
	const uint32_t words[SECURITY_WORDS] = {
		amt->state == AMT_POST, /* enterprise mode */
		network,		/* TLS: no port is without it */
		1,			/* cryptography in hardware */
		amt->state,
		network,
		amt->platform.sol,
		amt->platform.ider,
		1, /* firmware may be updated */
		amt->platform.link,
		amt->platform.kvm,
	};
	size_t i;

	for (i = 0; i < SECURITY_WORDS; i++)
		amthi_put_u32(out, words[i]);
	return AMT_SUCCESS;
}

/* Is the account "admin" still the factory's? [I] */
static uint32_t get_admin_acl_status(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	amthi_put_u32(out, amt->mebx_default && !amt->admin_set);
	return AMT_SUCCESS;
}

static uint32_t get_rng_seed_status(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	amthi_put_u32(out, amt->rng);
	return AMT_SUCCESS;
}

static uint32_t get_ehbc_state(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	amthi_put_u32(out, amt->ehbc);
	return AMT_SUCCESS;
}

static uint32_t get_local_account(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	if (!amt->platform.local_account)
		return AMT_NOT_FOUND;
	amthi_put_field(out, LOCAL_USER, ACCOUNT_LEN);
	amthi_put_field(out, amt->local_password, ACCOUNT_LEN);
	amthi_put_zeros(out, ACCOUNT_PAD);
	return AMT_SUCCESS;
}

/* --- remote configuration --- */

static uint32_t get_tls_mode(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	amthi_put_u32(out, amt->ztc_enabled ? TLS_MODE_PKI : 0); /* 0 unknown */
	return AMT_SUCCESS;
}

static uint32_t enumerate_hash_handles(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	size_t i;

	amthi_put_u32(out, (uint32_t)amt->hash_count);
	for (i = 0; i < amt->hash_count; i++)
		amthi_put_u32(out, amt->hashes[i].handle);
	return AMT_SUCCESS;
}

static uint32_t get_hash_entry(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	const struct amt_hash *hash = amt_hash_find(amt, amthi_get_u32(in.bytes));

	if (!hash)
		return AMT_NOT_FOUND;
	amthi_put_u32(out, hash->is_default);
	amthi_put_u32(out, hash->is_active);
	amthi_put_bytes(out, hash->digest, DIGEST_LEN);
	amthi_put_u8(out, hash->algorithm);
	amthi_put_ansi(out, hash->name);
	return AMT_SUCCESS;
}

static uint32_t get_zero_touch(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	amthi_put_u32(out, amt->ztc_enabled);
	return AMT_SUCCESS;
}

static uint32_t get_pki_suffix(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	amthi_put_ansi(out, amt->pki_suffix);
	return AMT_SUCCESS;
}

/* Year, month, day of the week, day, hour, minute, second. */
static void put_time(struct amthi_out *out, int64_t when)
{
	const time_t time = (time_t)when;
	struct tm tm;

	gmtime_r(&time, &tm);
	amthi_put_u16(out, (uint16_t)(tm.tm_year + 1900));
	amthi_put_u16(out, (uint16_t)(tm.tm_mon + 1));
	amthi_put_u16(out, (uint16_t)tm.tm_wday);
	amthi_put_u16(out, (uint16_t)tm.tm_mday);
	amthi_put_u16(out, (uint16_t)tm.tm_hour);
	amthi_put_u16(out, (uint16_t)tm.tm_min);
	amthi_put_u16(out, (uint16_t)tm.tm_sec);
}

static uint32_t get_setup_audit(struct amt *amt, struct amthi_in in, struct amthi_out *out)
{
	const struct amt_audit *audit = &amt->audit;

	if (!audit->exists)
		return AMT_NOT_FOUND;
	amthi_put_u8(out, TLS_MODE_PKI);
	amthi_put_u32(out, audit->secure_dns);
	amthi_put_u32(out, audit->host_initiated);
	amthi_put_u32(out, audit->hash_algorithm);
	amthi_put_bytes(out, audit->digest, sizeof(audit->digest));
	amthi_put_bytes(out, audit->serials, sizeof(audit->serials));
	amthi_put_u32(out, audit->more_serials);
	amthi_put_u32(out, audit->hash_is_default);
	amthi_put_u32(out, audit->time_valid);
	amthi_put_field(out, audit->server_ip, sizeof(audit->server_ip));
	put_time(out, audit->time);
	amthi_put_ansi(out, audit->server_cn);
	return AMT_SUCCESS;
}

const struct amthi_command amthi_state_commands[] = {
	{ AMTHI_CFG | 0x08, 0, 0, get_provisioning_mode, "GetProvisioningMode" },
	{ AMTHI_CFG | 0x11, 0, 0, get_provisioning_state, "GetProvisioningState" },
	{ AMTHI_CFG | 0x1a, 0, 0, get_code_versions, "GetCodeVersions" },
	{ AMTHI_CFG | 0x1b, 0, 0, get_security_parameters, "GetSecurityParameters" },
	{ AMTHI_CFG | 0x1e, 0, 0, get_admin_acl_status, "GetAdminNetAclEntryStatus" },
	{ AMTHI_CFG | 0x2b, 0, 0, get_tls_mode, "GetProvisioningTLSMode" },
	{ AMTHI_CFG | 0x2c, 0, 0, enumerate_hash_handles, "EnumerateHashHandles" },
	{ AMTHI_CFG | 0x2d, 4, 4, get_hash_entry, "GetCertificateHashEntry" },
	{ AMTHI_CFG | 0x2e, 0, 0, get_rng_seed_status, "GetRngSeedStatus" },
	{ AMTHI_CFG | 0x30, 0, 0, get_zero_touch, "GetZeroTouchEnabled" },
	{ AMTHI_CFG | 0x36, 0, 0, get_pki_suffix, "GetPKIFQDNSuffix" },
	{ AMTHI_CFG | 0x50, 0, 0, get_setup_audit, "GetMESetupAuditRecord" },
	{ AMTHI_CFG | 0x5c, 0, 0, get_uuid, "GetUUID" },
	{ AMTHI_CFG | 0x67, 40, 40, get_local_account, "GetLocalSystemAccount" },
	{ AMTHI_CFG | 0x6b, 0, 0, get_control_mode, "GetControlMode" },
	{ AMTHI_CFG | 0x84, 0, 0, get_ehbc_state, "GetEHBCState" },
	{ 0 },
};
