// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a person does in the menus of MEBx, with their rules. The plain setters of
 * amt_host.c and amt_command.c, for settings and tests, have none.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include "tools/vme/amt.h"
#include "tools/vme/amt_private.h"
#include "tools/vme/log.h"

#define PASSWORD_MIN 8

/* 8 to 32 characters of four kinds (protocol.md 5.3 step 4). */
static bool is_strong(const char *password)
{
	bool upper = false, lower = false, digit = false, special = false;
	size_t len = strlen(password);

	if (len < PASSWORD_MIN || len > AMT_PASSWORD_MAX)
		return false;
	for (; *password; password++) {
		if (*password <= ' ' || *password > '~')
			return false;
		upper |= *password >= 'A' && *password <= 'Z';
		lower |= *password >= 'a' && *password <= 'z';
		digit |= *password >= '0' && *password <= '9';
		special |= strchr("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", *password) != NULL;
	}
	return upper && lower && digit && special;
}

int amt_mebx_set_password(struct amt *amt, const char *password)
{
	if (!is_strong(password))
		return -EINVAL;
	amt_mebx_set(amt, password);
	log_info("amt", "the MEBx password is changed");
	amt_changed(amt, AMT_CHANGED_CREDENTIALS);
	return 0;
}

static int admin_secret(const struct amt *amt, const char *password, uint8_t ha1[16])
{
	char text[sizeof(amt->digest_realm) + AMT_PASSWORD_MAX + 8];
	int len = snprintf(text, sizeof(text), "admin:%s:%s", amt->digest_realm, password);
	bool ok = EVP_Digest(text, (size_t)len, ha1, NULL, EVP_md5(), NULL) == 1;

	OPENSSL_cleanse(text, sizeof(text));
	return ok ? 0 : -ENOMEM;
}

/* From then on it has nothing to do with the MEBx password any more. */
int amt_mebx_set_admin(struct amt *amt, const char *password)
{
	uint8_t ha1[16];
	int ret = is_strong(password) ? admin_secret(amt, password, ha1) : -EINVAL;

	if (ret)
		return ret;
	snprintf(amt->priv->admin_user, sizeof(amt->priv->admin_user), "admin");
	memcpy(amt->admin_ha1, ha1, sizeof(amt->admin_ha1));
	OPENSSL_cleanse(ha1, sizeof(ha1));
	amt->admin_set = true;
	log_info("amt", "the password of admin is changed");
	amt_changed(amt, AMT_CHANGED_CREDENTIALS);
	return 0;
}

/* Switched off in a configured device it unprovisions, partially (amthi.md 3A). */
void amt_mebx_switch_ztc(struct amt *amt, bool on)
{
	amt_batch_begin(amt);
	amt_mebx_ztc(amt, on);
	if (!on && amt->state == AMT_POST)
		amt_unprovision_partial(amt);
	amt_batch_end(amt);
}

void amt_mebx_server(struct amt *amt, const struct sockaddr_storage *address)
{
	amt->platform.config_server = *address;
	amt_changed(amt, AMT_CHANGED_SETTINGS);
}

void amt_mebx_server_name(struct amt *amt, const char *name)
{
	struct amt_platform *platform = &amt->platform;

	snprintf(platform->config_server_fqdn, sizeof(platform->config_server_fqdn), "%s", name);
	amt_changed(amt, AMT_CHANGED_SETTINGS);
}

/* The menu entry of AMT 6 and later; a window as the host opens it (protocol.md 1.4). */
int amt_mebx_start(struct amt *amt)
{
	if (amt_start_mode(amt))
		return -EPERM;
	if (!amt->cert) {
		amt_window_when_ready(amt, amt->window_s);
		amt_changed(amt, AMT_CHANGED_STATE);
	} else {
		amt_window_open(amt, amt->window_s);
	}
	return 0;
}
