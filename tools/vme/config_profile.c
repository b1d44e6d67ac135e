// SPDX-License-Identifier: GPL-2.0-or-later
/* Keys whose default is a matter of the profile. */
#include <string.h>
#include "tools/vme/config_key.h"
#include "tools/vme/profile.h"

#define IN(member) offsetof(struct vme_profile, member)

static const struct {
	const char *key;
	size_t at;
} follows[] = {
	{ "version", IN(version) },
	{ "build", IN(build) },
	{ "sku", IN(sku) },
	{ "device-id", IN(device_id) },
	{ "hbm", IN(hbm) },
	{ "factory-slots", IN(factory_slots) },
	{ "user-slots", IN(user_slots) },
};

const char *config_profile_value(const struct vme_profile *profile, const char *key)
{
	size_t i;

	for (i = 0; i < sizeof(follows) / sizeof(follows[0]); i++)
		if (!strcmp(follows[i].key, key))
			return *(const char *const *)((const char *)profile + follows[i].at);
	return NULL;
}
