/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Settings of a virtual ME: KEY=VALUE from a file, the command line or, for some,
 * the control socket. One table says it all (config_keys.c).
 */
#ifndef VME_CONFIG_H
#define VME_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include "tools/vme/amt.h"

#define CONFIG_PATH_MAX	   107 /* sun_path */
#define CONFIG_TEXT_MAX	   255
#define CONFIG_WHY_MAX	   256
#define CONFIG_VALUE_MAX   256
#define CONFIG_VERSION_MAX 20
#define CONFIG_NUMBER_MAX  19 /* clients want a NUL within the 20 bytes (amthi.md 1A) */
#define CONFIG_BIOS_MAX	   64
#define CONFIG_KEYS_MAX	   128

struct persona;
struct vme_profile;

struct vme_config {
	char socket[CONFIG_PATH_MAX + 1];
	char amthi[CONFIG_PATH_MAX + 1];
	char control[CONFIG_PATH_MAX + 1];
	char flash[CONFIG_TEXT_MAX + 1];
	int log; /* enum log_level */

	struct sockaddr_storage net; /* family 0 = no network face */
	struct sockaddr_storage server;
	char dhcp_suffix[AMT_SUFFIX_MAX + 1];
	char hello_schedule[CONFIG_TEXT_MAX + 1];
	uint32_t commit_pause_ms;
	struct sockaddr_storage resolver;
	char server_host[CONFIG_TEXT_MAX + 1];
	char domain[CONFIG_TEXT_MAX + 1];
	char faults[CONFIG_TEXT_MAX + 1];
	uint32_t fleet; /* devices in all */
	uint32_t fleet_rate;
	char fleet_keys[CONFIG_TEXT_MAX + 1];

	int state;	  /* enum amt_state */
	int control_mode; /* enum amt_control, of state POST */
	bool enabled;
	bool ztc;
	bool ehbc;
	bool rng_seed;
	uint32_t rng_delay_ms;
	char suffix[AMT_SUFFIX_MAX + 1];
	uint8_t uuid[16];
	bool has_uuid;
	char mebx_password[AMT_PASSWORD_MAX + 1];
	bool default_hashes;
	uint32_t factory_slots;
	uint32_t user_slots;
	struct amt_hash *hashes;
	size_t hash_count;
	uint32_t cert_delay_ms;
	uint32_t first_window_s;
	uint32_t window_s;
	struct persona *persona; /* NULL: none */
	char persona_path[CONFIG_TEXT_MAX + 1];
	const struct vme_profile *profile;
	char version[CONFIG_VERSION_MAX + 1];
	char build[CONFIG_NUMBER_MAX + 1];
	char sku[CONFIG_NUMBER_MAX + 1];
	char bios[CONFIG_BIOS_MAX + 1];
	struct amt_platform platform;

	uint32_t device_id;
	int hbm;	  /* 0x0101, 0x0200, 0x0202 */
	int power_gating; /* enum me_power_gating */
	uint32_t d0i3_ms;
	bool d0i3_loss;
	char fw_status[6 * 9]; /* "" or dwords in hex with commas between */
	uint32_t trc;
	int firmware; /* enum pci_firmware */
	bool msi;
	bool dma_ring;
	bool client_dma;
	bool amthi_vtag;
	bool amthi_single_buffer;
	uint32_t amthi_connections;
	uint32_t amthi_mtu;
	bool mkhi;
	bool watchdog;
	uint32_t watchdog_delay_ms;
	uint32_t reply_delay_ms;
	uint32_t reset_recovery_ms;

	bool chosen[CONFIG_KEYS_MAX]; /* by somebody, so that no profile changes it */
};

/* The defaults of all keys; -ENOMEM or 0. */
int config_init(struct vme_config *config);
void config_drop(struct vme_config *config);

/* All below return 0 or -errno with a sentence in @why. */
int config_set(struct vme_config *config, const char *key, const char *value,
	       char why[CONFIG_WHY_MAX]);
/* "KEY=VALUE" */
int config_set_pair(struct vme_config *config, const char *pair, char why[CONFIG_WHY_MAX]);
/* One pair a line; empty lines and those that begin with # are skipped. */
int config_read_file(struct vme_config *config, const char *path, char why[CONFIG_WHY_MAX]);
/* Do the settings go together? */
int config_check(const struct vme_config *config, char why[CONFIG_WHY_MAX]);

/* -ENOENT: no such key. -EPERM: a secret. */
int config_get(const struct vme_config *config, const char *key, char value[CONFIG_VALUE_MAX]);
/* May be set while the device runs. */
bool config_is_runtime(const char *key);
void config_list(FILE *out);

#endif /* VME_CONFIG_H */
