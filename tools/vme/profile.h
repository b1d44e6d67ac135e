/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Generations of AMT: what a device of each begins with, and the rules that hold for
 * it. Rules go by the firmware's version, so a version between two rows has those of
 * the older one.
 */
#ifndef VME_PROFILE_H
#define VME_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include "tools/vme/me_dev.h"
#include "tools/vme/net_profile.h"

/* Which hashes the firmware is shipped with (amt_hash_defaults.c). */
enum profile_hashes {
	PROFILE_HASHES_8 = 1 << 0,
	PROFILE_HASHES_11 = 1 << 1,
	PROFILE_HASHES_12 = 1 << 2,
};

struct vme_profile {
	const char *name;
	unsigned int release; /* the first its rules hold for */

	/* what a device begins with; keys of the same names override it */
	const char *version;
	const char *build;
	const char *sku;
	const char *device_id;
	const char *hbm;
	const char *factory_slots;
	const char *user_slots;

	/* rules */
	enum me_power_gating power_gating;
	const struct vme_profile_command *commands; /* that came up to the next row */
	enum profile_hashes hashes;
	struct net_profile net;
	bool setup_digest; /* HTTP requests in setup need digest authentication */
	bool os_ztc_off;   /* the host may switch ZTC off */
	bool keeps_suffix; /* over a full unprovisioning */
	bool new_change;   /* IsChangeToAMTEnabled in the form of 16.1 */
	bool local_tls;	   /* the host, too, has to use TLS */
	bool plain_port;   /* 16992, where a server lets it */
};

/* A host command that not every generation knows. */
struct vme_profile_command {
	uint32_t id;
	uint32_t since; /* the first version that knows it, VME_VERSION() */
};

/* major.minor.hotfix as a number that can be compared; each up to 999. */
#define VME_VERSION(major, minor, hotfix) ((major)*1000000u + (minor)*1000u + (hotfix))
uint32_t vme_version(const char *fw_version);

/* In the order of their releases, the last has no name. */
extern const struct vme_profile vme_profiles[];
#define VME_PROFILE_DEFAULT "12.0"

/* NULL: no profile is called so. */
const struct vme_profile *vme_profile_find(const char *name);
/* Whose rules hold for a version text such as "12.0.49". */
const struct vme_profile *vme_profile_of(const char *fw_version);

/*
 * Does firmware of this version know the host command? One that no row names has been
 * there since before the first.
 */
bool vme_profile_knows(const char *fw_version, uint32_t command);

/* profile_list.c */
void vme_profile_list(FILE *out);

#endif /* VME_PROFILE_H */
