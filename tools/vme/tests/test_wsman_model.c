// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>
#include "tools/vme/tests/test_wsman_model.h"

struct wsman_model model;

uint32_t amt_set_mebx_password(struct amt *amt, const char *password)
{
	snprintf(model.mebx, sizeof(model.mebx), "%s", password);
	return 0;
}

uint32_t amt_set_admin(struct amt *amt, const char *user, const uint8_t ha1[16])
{
	snprintf(model.admin, sizeof(model.admin), "%s", user);
	memcpy(model.admin_ha1, ha1, 16);
	return 0;
}

uint32_t amt_commit(struct amt *amt)
{
	model.commits++;
	return amt->mebx_default ? 2057 : 0;
}

void amt_otp_visible(const struct amt *amt, uint8_t otp[AMT_OTP_MAX])
{
	memset(otp, 0, AMT_OTP_MAX);
	memcpy(otp, amt->otp, amt->otp_len);
}

static struct amt_version versions[] = {
	{ "Flash", "12.0.49" },
	{ "AMT", "12.0.49" },
	{ "Sku", "16392" },
};

struct amt model_amt = {
	.state = AMT_IN,
	.ztc_enabled = true,
	.digest_realm = "Digest:727734D63A1FC0423736E48DA554E462",
	.dhcp_suffix = "corp.example.com",
	.versions = versions,
	.version_count = 3,
	.uuid = { 0x4b, 0x52, 0x9b, 0x93 },
};
