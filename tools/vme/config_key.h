/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of keys and how it is read; only for config*.c. */
#ifndef VME_CONFIG_KEY_H
#define VME_CONFIG_KEY_H

#include "tools/vme/config.h"

enum config_type {
	CONFIG_TEXT,   /* char[min] */
	CONFIG_SECRET, /* the same, never shown */
	CONFIG_BOOL,
	CONFIG_NUMBER,	/* uint32_t, min to max */
	CONFIG_HEX16,	/* uint32_t, shown as four hex digits */
	CONFIG_CHOICE,	/* int, one of choices */
	CONFIG_ADDRESS, /* sockaddr_storage, min is the default port */
	CONFIG_MAC,	/* uint8_t[6]; min 0: may be empty, which is zero */
	CONFIG_IPV4,	/* uint32_t */
	CONFIG_UUID,
	CONFIG_HASH, /* may be given again and again */
	CONFIG_PROFILE,
	CONFIG_PERSONA, /* a file, read at once */
};

struct config_choice {
	const char *name;
	int value;
};

struct config_key {
	const char *name;
	enum config_type type;
	bool runtime;
	size_t offset;
	uint32_t min;
	uint32_t max;
	const struct config_choice *choices;
	const char *initial; /* NULL: not set, or as the profile says */
	const char *help;
};

extern const struct config_key config_keys[];
extern const size_t config_key_count;

/* Unless somebody has chosen it; no profile changes it from now on. As config_set(). */
int config_set_default(struct vme_config *config, const char *key, const char *value,
		       char why[CONFIG_WHY_MAX]);

/* The default of @key with that profile; NULL: the key does not follow it. */
const char *config_profile_value(const struct vme_profile *profile, const char *key);

#endif /* VME_CONFIG_KEY_H */
