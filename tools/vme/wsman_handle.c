// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/wsman_handle.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include "tools/vme/amt.h"
#include "tools/vme/profile.h"
#include "tools/vme/wsman_class.h"
#include "tools/vme/wsman_request.h"

bool wsman_shows_own_cert(const struct amt *amt)
{
	return amt->cert && vme_version(amt->fw_version) >= VME_VERSION(16, 1, 0);
}

static bool is_called(const xmlNode *selector, const char *name)
{
	xmlChar *have = xmlGetNoNsProp(selector, (const xmlChar *)"Name");
	bool same = have && !strcmp((char *)have, name);

	xmlFree(have);
	return same;
}

char *wsman_reference_key(const xmlNode *reference, const char *name)
{
	const xmlNode *parameters = wsman_child(reference, NULL, "ReferenceParameters");
	const xmlNode *set = wsman_child(parameters, NULL, "SelectorSet");
	const xmlNode *node;

	for (node = set ? set->children : NULL; node; node = node->next)
		if (node->type == XML_ELEMENT_NODE && is_called(node, name))
			return wsman_string(node);
	return NULL;
}

int wsman_handle_read(const xmlNode *reference, const char *prefix, uint32_t *handle)
{
	char *key = wsman_reference_key(reference, "InstanceID");
	int ret = -EINVAL;

	if (key && !strncmp(key, prefix, strlen(prefix)))
		ret = wsman_read_number(key + strlen(prefix), UINT32_MAX, handle);
	wsman_string_free(key);
	return ret;
}
