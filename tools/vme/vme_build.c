// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/vme.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include "tools/vme/amthi_dev.h"
#include "tools/vme/control.h"
#include "tools/vme/fleet.h"
#include "tools/vme/hbm_fault.h"
#include "tools/vme/key_pool.h"
#include "tools/vme/host_socket.h"
#include "tools/vme/log.h"
#include "tools/vme/me_dev.h"
#include "tools/vme/net.h"
#include "tools/vme/persona.h"
#include "tools/vme/profile.h"
#include "tools/vme/text.h"
#include "tools/vme/vme_flash.h"
#include "tools/vme/vme_mebx.h"

/* Names and order of a capture (amthi.md 1A), and the setting each shows. */
#define SETTING(member) offsetof(struct vme_config, member), NULL
#define CONSTANT(text)	0, text

static const struct {
	const char *name;
	size_t setting;
	const char *constant;
	bool by_key; /* also in the list of a persona */
} versions[] = {
	{ "Flash", SETTING(version) },
	{ "Netstack", SETTING(version) },
	{ "AMTApps", SETTING(version) },
	{ "AMT", SETTING(version), true },
	{ "Sku", SETTING(sku), true },
	{ "VendorID", CONSTANT("8086") },
	{ "Build Number", SETTING(build), true },
	{ "Recovery Version", SETTING(version) },
	{ "Recovery Build Num", SETTING(build) },
	{ "Legacy Mode", CONSTANT("False") },
};

#define VERSIONS (sizeof(versions) / sizeof(versions[0]))

static int fail(char why[CONFIG_WHY_MAX], const char *what, int error)
{
	snprintf(why, CONFIG_WHY_MAX, "%s: %s", what, strerror(error));
	return -error;
}

/* --- identity --- */

/* As the machine named them; what a key can say is said by the key. */
static int set_versions_of(struct amt *amt, const struct vme_config *config,
			   const struct persona *persona)
{
	size_t i, j;

	amt->versions = calloc(persona->version_count, sizeof(*amt->versions));
	if (!amt->versions)
		return -ENOMEM;
	amt->version_count = persona->version_count;
	memcpy(amt->versions, persona->versions,
	       persona->version_count * sizeof(*persona->versions));
	for (i = 0; i < amt->version_count; i++)
		for (j = 0; j < VERSIONS; j++)
			if (versions[j].by_key && !strcmp(versions[j].name, amt->versions[i].name))
				strcpy(amt->versions[i].value,
				       (const char *)config + versions[j].setting);
	return 0;
}

static int set_versions(struct amt *amt, const struct vme_config *config)
{
	size_t i;

	amt->versions = calloc(VERSIONS, sizeof(*amt->versions));
	if (!amt->versions)
		return -ENOMEM;
	amt->version_count = VERSIONS;
	for (i = 0; i < VERSIONS; i++) {
		const char *value = versions[i].constant;

		if (!value)
			value = (const char *)config + versions[i].setting;

		strcpy(amt->versions[i].name, versions[i].name);
		snprintf(amt->versions[i].value, sizeof(amt->versions[i].value), "%s", value);
	}
	return 0;
}

/* A UUID of version 4, in SMBIOS order. */
static int set_uuid(struct vme_config *config)
{
	if (config->has_uuid)
		return 0;
	if (RAND_bytes(config->uuid, sizeof(config->uuid)) != 1)
		return -EIO;
	config->uuid[7] = (config->uuid[7] & 0x0f) | 0x40;
	config->uuid[8] = (config->uuid[8] & 0x3f) | 0x80;
	config->has_uuid = true;
	return 0;
}

/* "Fixed per platform" (protocol.md 4.1): so it follows from the UUID. */
static int set_realm(struct amt *amt)
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	char *at = amt->digest_realm;
	int i;

	if (EVP_Digest(amt->uuid, sizeof(amt->uuid), digest, NULL, EVP_sha256(), NULL) != 1)
		return -ENOMEM;
	at += sprintf(at, "Digest:");
	for (i = 0; i < 16; i++)
		at += sprintf(at, "%02X", digest[i]);
	return 0;
}

static int set_identity(struct vme *vme)
{
	int ret = set_uuid(&vme->config);

	if (ret)
		return ret;
	memcpy(vme->amt->uuid, vme->config.uuid, sizeof(vme->amt->uuid));
	snprintf(vme->amt->bios, sizeof(vme->amt->bios), "%s", vme->config.bios);
	snprintf(vme->amt->fw_version, sizeof(vme->amt->fw_version), "%s", vme->config.version);
	ret = vme->config.persona ? set_versions_of(vme->amt, &vme->config, vme->config.persona) :
				    set_versions(vme->amt, &vme->config);
	return ret ? ret : set_realm(vme->amt);
}

/* --- the hash table --- */

static const char *hash_problem(int error)
{
	switch (error) {
	case -ENOSPC:
		return "no slot is free for it";
	case -EEXIST:
		return "this digest is in the table already";
	default:
		return strerror(-error);
	}
}

static int set_hashes(struct vme *vme, char why[CONFIG_WHY_MAX])
{
	const struct vme_config *config = &vme->config;
	size_t i;
	int ret;

	vme->amt->factory_slots = config->factory_slots;
	vme->amt->user_slots = config->user_slots;
	ret = config->default_hashes ? amt_hash_defaults(vme->amt) : 0;
	if (ret) {
		snprintf(why, CONFIG_WHY_MAX, "default-hashes: %s", hash_problem(ret));
		return ret;
	}
	for (i = 0; config->persona && i < config->persona->hash_count && !ret; i++) {
		ret = amt_hash_restore(vme->amt, &config->persona->hashes[i]);
		if (ret)
			snprintf(why, CONFIG_WHY_MAX, "persona: hash %zu: %s", i,
				 hash_problem(ret));
	}
	for (i = 0; i < config->hash_count && !ret; i++) {
		ret = amt_hash_add(vme->amt, &config->hashes[i]);
		if (ret)
			snprintf(why, CONFIG_WHY_MAX, "hash \"%s\": %s", config->hashes[i].name,
				 hash_problem(ret));
	}
	return ret;
}

/* --- what may change at run time --- */

/* Returns what the model's listeners are to be told. */
static unsigned int apply_to_model(struct vme *vme)
{
	const struct vme_config *config = &vme->config;
	struct amt *amt = vme->amt;
	unsigned int changed = 0;

	if (strcmp(amt->dhcp_suffix, config->dhcp_suffix))
		changed |= AMT_CHANGED_SUFFIX;
	if (memcmp(&amt->platform, &config->platform, sizeof(amt->platform)) != 0)
		changed |= AMT_CHANGED_SETTINGS;
	snprintf(amt->dhcp_suffix, sizeof(amt->dhcp_suffix), "%s", config->dhcp_suffix);
	amt->platform = config->platform;
	amt->cert_delay_ms = config->cert_delay_ms;
	amt->rng_delay_ms = config->rng_delay_ms;
	amt->first_window_s = config->first_window_s;
	amt->window_s = config->window_s;
	return changed;
}

static void apply(struct vme *vme)
{
	const struct vme_config *config = &vme->config;
	unsigned int changed = apply_to_model(vme);

	log_set_level(config->log);
	if (vme->me) {
		hbm_fault_set_recovery(vme->hbm_fault, (int)config->reset_recovery_ms);
		amthi_dev_set_delay(vme->amthi, config->reply_delay_ms);
		amthi_dev_set_recovery(vme->amthi, (int)config->reset_recovery_ms);
	}
	if (vme->host)
		host_socket_set_delay(vme->host, config->reply_delay_ms);
	if (vme->net)
		net_face_set_server(vme->net, &config->server);
	if (changed)
		amt_changed(vme->amt, changed);
}

int vme_set(struct vme *vme, const char *key, const char *value, char why[CONFIG_WHY_MAX])
{
	int ret;

	if (!config_is_runtime(key)) {
		snprintf(why, CONFIG_WHY_MAX, "\"%.60s\" is no key that can be set at run time",
			 key);
		return -EPERM;
	}
	ret = config_set(&vme->config, key, value, why);
	if (ret)
		return ret;
	vme_mebx_set(vme, key);
	apply(vme);
	return 0;
}

/* --- building --- */

int vme_build_model(struct vme *vme, char why[CONFIG_WHY_MAX])
{
	const struct vme_config *config = &vme->config;
	int ret;

	ret = vme_flash_open(vme, why);
	if (ret)
		return ret;
	vme->amt = amt_new(vme->base);
	if (vme->amt)
		vme->amt->key_pool = vme->keys;
	ret = vme->amt ? set_identity(vme) : -ENOMEM;
	if (ret)
		return fail(why, "making the model", -ret);
	ret = set_hashes(vme, why);
	if (ret)
		return ret;
	ret = vme_mebx_init(vme);
	if (ret)
		return fail(why, "making the model", -ret);
	vme->amt->state = config->state;
	if (config->state == AMT_POST)
		vme->amt->control = config->control_mode;
	apply_to_model(vme);
	return vme_flash_load(vme, why);
}

/* After AMTHI on the bus, so that nothing waits for them. */
static int build_services(struct vme *vme, char why[CONFIG_WHY_MAX])
{
	struct hbm *hbm = me_dev_hbm(vme->me);
	int ret = 0;

	if (vme->config.mkhi)
		ret = mkhi_dev_add(&vme->mkhi, vme->amt, hbm);
	if (!ret && vme->config.watchdog)
		ret = mng_dev_add(&vme->mng, vme->amt, hbm, vme->config.watchdog_delay_ms);
	return ret ? fail(why, "making the other clients", -ret) : 0;
}

static enum me_power_gating power_gating(const struct vme_config *config)
{
	if (config->power_gating != ME_PG_PROFILE)
		return config->power_gating;
	return vme_profile_of(config->version)->power_gating;
}

static int build_pci(struct vme *vme, char why[CONFIG_WHY_MAX])
{
	const struct vme_config *config = &vme->config;
	uint32_t status[PCI_STATUS_REGISTERS];
	bool has_status = !text_words(config->fw_status, status, PCI_STATUS_REGISTERS);
	const struct me_dev_config me = {
		.socket = config->socket,
		.device_id = (uint16_t)config->device_id,
		.firmware = config->firmware,
		.fw_status = has_status ? status : NULL,
		.trc = config->trc,
		.no_msi = !config->msi,
		.dma_ring = config->dma_ring,
		.client_dma = config->client_dma,
		.hbm_major = (uint8_t)(config->hbm >> 8),
		.hbm_minor = config->hbm & 0xff,
		.power_gating = power_gating(config),
		.d0i3_ms = config->d0i3_ms,
		.d0i3_loss = config->d0i3_loss,
	};
	const struct amthi_config amthi = {
		.max_connections = (uint8_t)config->amthi_connections,
		.mtu = config->amthi_mtu,
		.vtag = config->amthi_vtag,
		.single_buffer = config->amthi_single_buffer,
	};

	if (!config->socket[0])
		return 0;
	vme->me = me_dev_new(vme->base, &me, &vme->reporter);
	if (!vme->me)
		return fail(why, config->socket, errno);
	vme->hbm_fault = hbm_fault_new(vme->base, vme->me, &vme->faults, &vme->reporter);
	if (!vme->hbm_fault)
		return fail(why, "making the bus", ENOMEM);
	vme->amthi = amthi_dev_new(vme->me, vme->amt, &amthi, &vme->faults, &vme->reporter);
	return vme->amthi ? build_services(vme, why) : fail(why, "making the AMTHI client", ENOMEM);
}

static int build_host(struct vme *vme, char why[CONFIG_WHY_MAX])
{
	const struct host_socket_config host = {
		.path = vme->config.amthi,
		.max_connections = vme->config.amthi_connections,
	};

	if (!vme->config.amthi[0])
		return 0;
	vme->host = host_socket_new(vme->amt, &host, &vme->faults, &vme->reporter);
	return vme->host ? 0 : fail(why, vme->config.amthi, errno);
}

struct net_face *vme_net_new(struct vme *vme, struct vme *owner)
{
	const struct vme_config *config = &vme->config;
	const struct net_config net = {
		.local = config->net,
		.server = config->server,
		.hello_schedule = config->hello_schedule,
		.commit_pause_ms = config->commit_pause_ms,
		.resolver = config->resolver,
		.server_host = config->server_host,
		.domain = config->domain,
		.faults = &owner->faults,
		.reporter = &owner->reporter,
	};

	return net_face_new(vme->amt, &net);
}

static int build_net(struct vme *vme, char why[CONFIG_WHY_MAX])
{
	const struct vme_config *config = &vme->config;
	char address[CONFIG_VALUE_MAX];

	if (!config->net.ss_family)
		return 0;
	vme->net = vme_net_new(vme, vme);
	if (vme->net)
		return 0;
	snprintf(why, CONFIG_WHY_MAX, "net: cannot use %.60s: %s",
		 config_get(config, "net", address) ? "?" : address, strerror(errno));
	return -errno;
}

static int build_keys(struct vme *vme, char why[CONFIG_WHY_MAX])
{
	if (vme->config.fleet < 2)
		return 0;
	vme->keys = fleet_keys(&vme->config, why);
	return vme->keys ? 0 : -EIO;
}

static int build_fleet(struct vme *vme, char why[CONFIG_WHY_MAX])
{
	if (!vme->keys)
		return 0;
	vme->fleet = fleet_new(vme, why);
	return vme->fleet ? 0 : -EIO;
}

static int build_faults(struct vme *vme, char why[CONFIG_WHY_MAX])
{
	if (!vme->config.faults[0])
		return 0;
	return fault_load(&vme->faults, vme->config.faults, why);
}

static int build_control(struct vme *vme, char why[CONFIG_WHY_MAX])
{
	if (!vme->config.control[0])
		return 0;
	vme->control = control_new(vme, vme->config.control);
	return vme->control ? 0 : fail(why, vme->config.control, errno);
}

static int build(struct vme *vme, char why[CONFIG_WHY_MAX])
{
	static int (*const steps[])(struct vme * vme, char why[CONFIG_WHY_MAX]) = {
		build_faults, build_keys, vme_build_model, build_pci,
		build_host,   build_net,  build_fleet,	   build_control,
	};
	size_t i;
	int ret = 0;

	vme->base = event_base_new();
	if (!vme->base)
		return fail(why, "making the event loop", ENOMEM);
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]) && !ret; i++)
		ret = steps[i](vme, why);
	return ret;
}

struct vme *vme_new(struct vme_config *config, char why[CONFIG_WHY_MAX])
{
	struct vme *vme = calloc(1, sizeof(*vme));

	if (!vme) {
		config_drop(config);
		fail(why, "starting", ENOMEM);
		return NULL;
	}
	vme->config = *config;
	OPENSSL_cleanse(config, sizeof(*config));
	fault_list_init(&vme->faults);
	if (build(vme, why)) {
		vme_free(vme);
		return NULL;
	}
	apply(vme);
	amt_power_on(vme->amt);
	if (vme->fleet)
		fleet_power_on(vme->fleet);
	return vme;
}

/* A connection of the network face is freed by libevent in the next turn. */
static void drain(struct event_base *base)
{
	if (base)
		event_base_loop(base, EVLOOP_NONBLOCK);
}

void vme_free(struct vme *vme)
{
	if (!vme)
		return;
	control_free(vme->control);
	fleet_free(vme->fleet);
	net_face_free(vme->net);
	host_socket_free(vme->host);
	me_dev_free(vme->me);
	hbm_fault_free(vme->hbm_fault);
	amthi_dev_free(vme->amthi);
	vme_flash_close(vme->flash);
	amt_free(vme->amt);
	key_pool_free(vme->keys);
	fault_list_clear(&vme->faults);
	drain(vme->base);
	if (vme->base)
		event_base_free(vme->base);
	config_drop(&vme->config);
	free(vme);
}
