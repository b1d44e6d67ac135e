/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Descriptions of machines, in JSON: vme-persona(5). */
#ifndef VME_PERSONA_H
#define VME_PERSONA_H

#include "tools/vme/config.h"

/* What settings alone cannot say. */
struct persona {
	struct amt_version *versions; /* as GetCodeVersions names them */
	size_t version_count;
	struct amt_hash *hashes; /* with the handles they had */
	size_t hash_count;
	bool has_hashes;
};

/*
 * Read @path and let it set every key that nobody has chosen. 0 or -errno with @why.
 */
int persona_take(struct vme_config *config, const char *path, char why[CONFIG_WHY_MAX]);
void persona_free(struct persona *persona);

#endif /* VME_PERSONA_H */
