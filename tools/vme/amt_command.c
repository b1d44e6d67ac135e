// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What hosts, servers and persons may tell the model to do, and when. Each rule
 * names its source; [I] marks what no public source says.
 */
#include <stdio.h>
#include <string.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include "tools/vme/amt.h"
#include "tools/vme/amt_private.h"
#include "tools/vme/log.h"
#include "tools/vme/net_settings.h"
#include "tools/vme/profile.h"

static bool has_active_hash(const struct amt *amt)
{
	size_t i;

	for (i = 0; i < amt->hash_count; i++)
		if (amt->hashes[i].is_active)
			return true;
	return false;
}

/* --- commands of the host interface --- */

/*
 * Refused in POST, and in IN until the window has run out (amthi.md 29). A device
 * that is switched off or not in ZTC mode is in the wrong mode [I].
 */
uint32_t amt_start_mode(const struct amt *amt)
{
	if (amt->state == AMT_POST || amt_window_runs(amt))
		return AMT_INVALID_MODE;
	if (!amt->enabled || !amt->ztc_enabled)
		return AMT_INVALID_MODE;
	return amt->rng == AMT_RNG_EXISTS ? AMT_SUCCESS : AMT_RNG_NOT_READY;
}

/*
 * NOT_READY stands for no link, no lease or no domain to compare with (protocol.md
 * 1.4), and here for no active hash, too [I].
 */
static uint32_t start_refusal(const struct amt *amt)
{
	uint32_t status = amt_start_mode(amt);

	if (status)
		return status;
	if (!amt->platform.link || !amt->platform.dhcp)
		return AMT_NOT_READY;
	if (!amt->dhcp_suffix[0] && !amt->pki_suffix[0])
		return AMT_NOT_READY;
	if (!has_active_hash(amt))
		return AMT_NOT_READY;
	return AMT_SUCCESS;
}

uint32_t amt_start(struct amt *amt, bool ipv6)
{
	uint32_t status = start_refusal(amt);

	if (status)
		return status;
	if (!amt->cert)
		return amt_cert_begin(amt) ? AMT_INTERNAL_ERROR : AMT_CERTIFICATE_NOT_READY;
	amt->ipv6 = ipv6;
	amt->priv->host_started = true;
	amt_window_open(amt, amt->window_s);
	return AMT_SUCCESS;
}

/*
 * A setup that is given up takes what its server has set along. After one that was
 * undone partially names and addresses stay, as they did then (protocol.md 5.4).
 */
static void forget_setup(struct amt *amt)
{
	if (amt->admin_set)
		net_settings_clear_secrets(amt->settings);
	else
		net_settings_clear(amt->settings);
}

/*
 * Not in IN, or its period is over: INVALID_AMT_MODE, and nothing changes; agents
 * send it on every poll (amthi.md 5E). The OTP is kept: only the end of setup and
 * full unprovisioning clear it (protocol.md 4.3).
 */
uint32_t amt_stop(struct amt *amt)
{
	if (!amt_window_runs(amt))
		return AMT_INVALID_MODE;
	amt_window_close(amt);
	amt_cert_drop(amt);
	forget_setup(amt);
	amt->state = AMT_PRE;
	log_info("amt", "configuration stopped, state PRE");
	amt_changed(amt, AMT_CHANGED_STATE | AMT_CHANGED_CERT);
	return AMT_SUCCESS;
}

/* 32 zero bytes are how WS-Man says "no OTP" (protocol.md 4.3): they cannot be one. */
static bool is_all_zero(const uint8_t *bytes, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (bytes[i])
			return false;
	return true;
}

uint32_t amt_set_otp(struct amt *amt, const void *otp, size_t len)
{
	if (amt->state == AMT_POST || amt_window_runs(amt))
		return AMT_INVALID_MODE;
	if (len < AMT_OTP_MIN || len > AMT_OTP_MAX || is_all_zero(otp, len))
		return AMT_INVALID_PARAMETER;
	amt_otp_drop(amt);
	memcpy(amt->otp, otp, len);
	amt->otp_len = len;
	log_info("amt", "an OTP of %zu bytes is set", len);
	amt_changed(amt, AMT_CHANGED_CREDENTIALS);
	return AMT_SUCCESS;
}

void amt_otp_visible(const struct amt *amt, uint8_t otp[AMT_OTP_MAX])
{
	memset(otp, 0, AMT_OTP_MAX);
	if (amt->state == AMT_IN)
		memcpy(otp, amt->otp, amt->otp_len);
}

/* --- commands of the network interface --- */

/*
 * MEBx policy "default only": while it is the factory password, and during setup
 * (protocol.md 5.4).
 */
uint32_t amt_set_mebx_password(struct amt *amt, const char *password)
{
	size_t len = strlen(password);

	if (amt->state != AMT_IN || !amt->mebx_default)
		return AMT_NOT_PERMITTED;
	if (!len || len > AMT_PASSWORD_MAX || !strcmp(password, AMT_FACTORY_PASSWORD))
		return AMT_INVALID_PASSWORD;
	amt_mebx_set(amt, password);
	amt_changed(amt, AMT_CHANGED_CREDENTIALS);
	return AMT_SUCCESS;
}

uint32_t amt_set_admin(struct amt *amt, const char *user, const uint8_t ha1[16])
{
	char *name = amt->priv->admin_user;

	if (amt->state == AMT_PRE || strlen(user) >= sizeof(amt->priv->admin_user))
		return AMT_INTERNAL_ERROR;
	snprintf(name, sizeof(amt->priv->admin_user), "%s", user);
	memcpy(amt->admin_ha1, ha1, sizeof(amt->admin_ha1));
	amt->admin_set = true;
	amt_changed(amt, AMT_CHANGED_CREDENTIALS);
	return AMT_SUCCESS;
}

const char *amt_admin_name(const struct amt *amt)
{
	return amt->admin_set ? amt->priv->admin_user : "admin";
}

uint32_t amt_put_otp(struct amt *amt, const void *otp, size_t len, bool apply)
{
	if (amt->state != AMT_POST)
		return AMT_INVALID_MODE;
	if (len < AMT_OTP_MIN || len > AMT_OTP_MAX || is_all_zero(otp, len))
		return AMT_INVALID_PARAMETER;
	if (apply) {
		amt_otp_drop(amt);
		memcpy(amt->otp, otp, len);
		amt->otp_len = len;
		amt_changed(amt, AMT_CHANGED_CREDENTIALS);
	}
	return AMT_SUCCESS;
}

/*
 * Ends setup (protocol.md 5.3 step 15). In POST it has nothing to do and says so by
 * succeeding [I]. DATA_MISSING: the MEBx password is still the factory one.
 */
uint32_t amt_commit(struct amt *amt)
{
	if (amt->state == AMT_POST)
		return AMT_SUCCESS;
	if (!amt->window_open)
		return AMT_INVALID_MODE;
	if (amt->mebx_default)
		return AMT_DATA_MISSING;
	amt_audit_write(amt);
	amt_window_close(amt);
	amt_otp_drop(amt);
	amt->state = AMT_POST;
	amt->control = AMT_CONTROL_ACM;
	log_info("amt", "changes committed, state POST, admin control mode");
	amt_changed(amt, AMT_CHANGED_STATE | AMT_CHANGED_CREDENTIALS);
	return AMT_SUCCESS;
}

static bool digest_secret(const struct amt *amt, const char *user, uint8_t ha1[16])
{
	char text[sizeof(amt->digest_realm) + 2 * AMT_PASSWORD_MAX + 3];
	int len = snprintf(text, sizeof(text), "%s:%s:%s", user, amt->digest_realm,
			   amt->mebx_password);
	bool ok = EVP_Digest(text, (size_t)len, ha1, NULL, EVP_md5(), NULL) == 1;

	OPENSSL_cleanse(text, sizeof(text));
	return ok;
}

bool amt_ha1(const struct amt *amt, const char *user, uint8_t ha1[16])
{
	if (!amt->admin_set)
		return !strcmp(user, "admin") && digest_secret(amt, user, ha1);
	if (strcmp(user, amt->priv->admin_user))
		return false;
	memcpy(ha1, amt->admin_ha1, sizeof(amt->admin_ha1));
	return true;
}

/* --- MEBx --- */

void amt_mebx_set(struct amt *amt, const char *password)
{
	OPENSSL_cleanse(amt->mebx_password, sizeof(amt->mebx_password));
	snprintf(amt->mebx_password, sizeof(amt->mebx_password), "%s", password);
	amt->mebx_default = !strcmp(password, AMT_FACTORY_PASSWORD);
}

static void drop_user_hashes(struct amt *amt)
{
	size_t i = amt->hash_count;

	while (i--)
		if (!amt->hashes[i].is_default)
			amt_hash_remove(amt, amt->hashes[i].handle);
}

/* What any way back from a configuration undoes; names and addresses stay. */
static void forget_configuration(struct amt *amt)
{
	net_settings_clear_secrets(amt->settings);
	amt_window_close(amt);
	amt_cert_drop(amt);
	memset(&amt->audit, 0, sizeof(amt->audit));
	amt->priv->host_started = false;
	amt->state = AMT_PRE;
	amt->control = AMT_CONTROL_NONE;
}

static void drop_admin(struct amt *amt)
{
	OPENSSL_cleanse(amt->admin_ha1, sizeof(amt->admin_ha1));
	OPENSSL_cleanse(amt->priv->admin_user, sizeof(amt->priv->admin_user));
	amt->admin_set = false;
}

static void drop_names(struct amt *amt)
{
	static const struct sockaddr_storage none;

	amt_mebx_server(amt, &none);
	amt_mebx_server_name(amt, "");
	if (!vme_profile_of(amt->fw_version)->keeps_suffix)
		amt_mebx_suffix(amt, "");
}

static void tell_unprovisioned(struct amt *amt, const char *how)
{
	log_info("amt", "%s unprovisioned, state %s", how, amt_state_name(amt->state));
	amt_changed(amt, AMT_CHANGED_STATE | AMT_CHANGED_CERT | AMT_CHANGED_CREDENTIALS);
}

/*
 * Back to PRE. The hashes of the user, the OTP, the admin, all that servers have set
 * and where the server is go;
 * the MEBx password stays, and since release 12 the suffix does, too. So does whether
 * AMT is on (Intel's SDK, restoringintelamttofactorymode).
 */
void amt_unprovision(struct amt *amt)
{
	amt_batch_begin(amt);
	forget_configuration(amt);
	net_settings_clear(amt->settings);
	amt_otp_drop(amt);
	drop_user_hashes(amt);
	drop_admin(amt);
	drop_names(amt);
	tell_unprovisioned(amt, "fully");
	amt_batch_end(amt);
}

/* It is one of the things that open a window again (protocol.md 1.4, 5.4). */
void amt_unprovision_partial(struct amt *amt)
{
	forget_configuration(amt);
	if (!amt_start_mode(amt))
		amt_window_when_ready(amt, amt->window_s);
	tell_unprovisioned(amt, "partially");
}

/* What a person does in MEBx, no component can block. */
bool amt_unprovision_is_blocked(struct amt *amt)
{
	amt->unprovision_blocked = amt->platform.audit_blocks;
	return amt->unprovision_blocked;
}

uint32_t amt_unprovision_by_server(struct amt *amt, bool partial)
{
	if (amt_unprovision_is_blocked(amt))
		return AMT_BLOCKING_COMPONENT;
	if (partial)
		amt_unprovision_partial(amt);
	else
		amt_unprovision(amt);
	return AMT_SUCCESS;
}
