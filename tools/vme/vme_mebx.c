// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/vme_mebx.h"

#include <string.h>
#include "tools/vme/amt.h"
#include "tools/vme/vme.h"

static void set_amt(struct vme *vme)
{
	amt_mebx_enable(vme->amt, vme->config.enabled);
}

static void set_ztc(struct vme *vme)
{
	amt_mebx_ztc(vme->amt, vme->config.ztc);
}

static void set_ehbc(struct vme *vme)
{
	amt_mebx_ehbc(vme->amt, vme->config.ehbc);
}

static void set_rng_seed(struct vme *vme)
{
	amt_mebx_rng(vme->amt, vme->config.rng_seed);
}

static void set_suffix(struct vme *vme)
{
	amt_mebx_suffix(vme->amt, vme->config.suffix);
}

static void set_password(struct vme *vme)
{
	amt_mebx_set(vme->amt, vme->config.mebx_password);
	amt_changed(vme->amt, AMT_CHANGED_CREDENTIALS);
}

static void set_server(struct vme *vme)
{
	amt_mebx_server(vme->amt, &vme->config.platform.config_server);
}

static void set_server_name(struct vme *vme)
{
	amt_mebx_server_name(vme->amt, vme->config.platform.config_server_fqdn);
}

static const struct {
	const char *key;
	void (*set)(struct vme *vme);
} keys[] = {
	{ "amt", set_amt },
	{ "ztc", set_ztc },
	{ "ehbc", set_ehbc },
	{ "rng-seed", set_rng_seed },
	{ "suffix", set_suffix },
	{ "mebx-password", set_password },
	{ "config-server", set_server },
	{ "config-server-fqdn", set_server_name },
};

/* The suffix stays what a person has set; "status" shows the one in force. */
static void follow(struct amt *amt, unsigned int changed, void *ctx)
{
	struct vme_config *config = &((struct vme *)ctx)->config;

	config->enabled = amt->enabled;
	config->ztc = amt->ztc_enabled;
	config->ehbc = amt->ehbc;
	config->rng_seed = amt->rng == AMT_RNG_EXISTS;
	config->platform.remote_tunnel = amt->platform.remote_tunnel;
	config->platform.remote_trigger = amt->platform.remote_trigger;
	config->platform.sol = amt->platform.sol;
	config->platform.ider = amt->platform.ider;
	config->platform.kvm = amt->platform.kvm;
	strcpy(config->platform.fqdn, amt->platform.fqdn);
	strcpy(config->suffix, amt->mebx_suffix);
	config->platform.config_server = amt->platform.config_server;
	strcpy(config->platform.config_server_fqdn, amt->platform.config_server_fqdn);
}

int vme_mebx_init(struct vme *vme)
{
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		keys[i].set(vme);
	return amt_listen(vme->amt, follow, vme);
}

void vme_mebx_set(struct vme *vme, const char *key)
{
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (!strcmp(keys[i].key, key))
			keys[i].set(vme);
}
