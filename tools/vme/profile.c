// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sources. Versions: amthi.md 1A and 6.1 where a machine is known (8.1.71, 11.8.93
 * with build 4323), else one release of that generation. Slots and hashes: amthi.md
 * 5. TLS, hash algorithms and keys: protocol.md 3.1, 3.2, 3.3.2. Digest in setup:
 * protocol.md 4.2. Plain ports: protocol.md 3.2. Commands: amthi.md 84, 85, 88, 8B. ZTC:
 * amthi.md 3A. The suffix: Intel's SDK, page restoringintelamttofactorymode. PCI ids and
 * bus protocol: amthi.md A. Power gating: the kernel takes D0i3 for a matter of HFS_1
 * alone; since 11, legacy before [I].
 *
 * AMT 12 is documented with TLS 1.1 too; it is left off, every peer known can
 * speak 1.2. TLS 1.3 is documented for none: in 1.3 a client takes the
 * handshake for done before the device has judged its chain.
 * CSME 16.1 and later are documented to keep the self-signed certificate as
 * TLS server certificate in POST; what older ones present before the SCA has
 * installed one is not published, so all generations here keep it.
 */
#include "tools/vme/profile.h"

#include <stdlib.h>
#include <string.h>
#include <openssl/ssl.h>

#define FACTORY_SLOTS "30" /* since AMT 7 */
#define USER_SLOTS    "3"

#define CFG 0x04000000u

static const struct vme_profile_command commands_8[] = {
	{ CFG | 0x84, VME_VERSION(8, 1, 20) },
	{ CFG | 0x85, VME_VERSION(9, 0, 0) },
	{ 0 },
};

static const struct vme_profile_command commands_12[] = {
	{ CFG | 0x88, VME_VERSION(12, 0, 0) },
	{ CFG | 0x8b, VME_VERSION(14, 0, 0) },
	{ 0 },
};

const struct vme_profile vme_profiles[] = {
	{
		.name = "8.1",
		.release = 0,
		.version = "8.1.71",
		.build = "3608",
		.sku = "24584",
		.device_id = "0x1e3a",
		.hbm = "1.1",
		.factory_slots = FACTORY_SLOTS,
		.user_slots = USER_SLOTS,
		.power_gating = ME_PG_LEGACY,
		.commands = commands_8,
		.hashes = PROFILE_HASHES_8,
		.net = { TLS1_VERSION, TLS1_1_VERSION, true, 1024 },
		.setup_digest = true,
		.plain_port = true,
	},
	{
		.name = "11.8",
		.release = 11,
		.version = "11.8.93",
		.build = "4323",
		.sku = "16392",
		.device_id = "0xa2ba",
		.hbm = "2.0",
		.factory_slots = FACTORY_SLOTS,
		.user_slots = USER_SLOTS,
		.power_gating = ME_PG_D0I3,
		.hashes = PROFILE_HASHES_11,
		.net = { TLS1_VERSION, TLS1_1_VERSION, true, 1024 },
		.plain_port = true,
	},
	{
		.name = "12.0",
		.release = 12,
		.version = "12.0.49",
		.build = "1534",
		.sku = "16392",
		.device_id = "0x9de0",
		.hbm = "2.0",
		.factory_slots = FACTORY_SLOTS,
		.user_slots = USER_SLOTS,
		.power_gating = ME_PG_D0I3,
		.commands = commands_12,
		.hashes = PROFILE_HASHES_12,
		.net = { TLS1_2_VERSION, TLS1_2_VERSION, true, 1024 },
		.os_ztc_off = true,
		.keeps_suffix = true,
		.plain_port = true,
	},
	{
		.name = "16.1",
		.release = 16,
		.version = "16.1.27",
		.build = "2176",
		.sku = "16392",
		.device_id = "0x51e0",
		.hbm = "2.2",
		.factory_slots = FACTORY_SLOTS,
		.user_slots = USER_SLOTS,
		.power_gating = ME_PG_D0I3,
		.hashes = PROFILE_HASHES_12,
		.net = { TLS1_2_VERSION, TLS1_2_VERSION, false, 2048 },
		.os_ztc_off = true,
		.keeps_suffix = true,
		.new_change = true,
	},
	{
		.name = "19",
		.release = 19,
		.version = "19.0.5",
		.build = "1948",
		.sku = "16392",
		.device_id = "0x7f68",
		.hbm = "2.2",
		.factory_slots = FACTORY_SLOTS,
		.user_slots = USER_SLOTS,
		.power_gating = ME_PG_D0I3,
		.hashes = PROFILE_HASHES_12,
		.net = { TLS1_2_VERSION, TLS1_2_VERSION, false, 2048 },
		.os_ztc_off = true,
		.keeps_suffix = true,
		.new_change = true,
		.local_tls = true,
	},
	{ .name = NULL },
};

const struct vme_profile *vme_profile_find(const char *name)
{
	const struct vme_profile *profile;

	for (profile = vme_profiles; profile->name; profile++)
		if (!strcmp(profile->name, name))
			return profile;
	return NULL;
}

const struct vme_profile *vme_profile_of(const char *fw_version)
{
	unsigned long release = strtoul(fw_version, NULL, 10);
	const struct vme_profile *profile = vme_profiles;

	while (profile[1].name && profile[1].release <= release)
		profile++;
	return profile;
}

uint32_t vme_version(const char *fw_version)
{
	uint32_t value = 0;
	int parts;

	for (parts = 0; parts < 3; parts++) {
		unsigned long part = strtoul(fw_version, NULL, 10);

		value = value * 1000 + (uint32_t)(part < 999 ? part : 999);
		fw_version += strcspn(fw_version, ".");
		fw_version += *fw_version == '.';
	}
	return value;
}

bool vme_profile_knows(const char *fw_version, uint32_t command)
{
	const struct vme_profile_command *row;
	const struct vme_profile *profile;

	for (profile = vme_profiles; profile->name; profile++)
		for (row = profile->commands; row && row->id; row++)
			if (row->id == command)
				return row->since <= vme_version(fw_version);
	return true;
}
