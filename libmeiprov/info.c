// SPDX-License-Identifier: LGPL-2.1-or-later
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "device.h"

_Static_assert(MEIPROV_VERSIONS_MAX == MEI_PROV_VERSIONS_MAX, "one limit in both headers");

static const struct command get_info = {
	.request = MEI_PROV_IOC_INFO,
	.size = sizeof(struct mei_prov_info),
	.doing = "reading the ME's versions and UUID",
};

static void take_versions(struct meiprov_info *out, const struct mei_prov_version *in,
			  uint32_t count)
{
	out->has_versions = true;
	out->version_count = count < MEIPROV_VERSIONS_MAX ? count : MEIPROV_VERSIONS_MAX;
	for (size_t i = 0; i < out->version_count; i++) {
		device_text(out->versions[i].name, sizeof(out->versions[i].name), in[i].name,
			    sizeof(in[i].name));
		device_text(out->versions[i].value, sizeof(out->versions[i].value), in[i].value,
			    sizeof(in[i].value));
	}
}

int meiprov_info_get(struct meiprov_device *dev, struct meiprov_info *out,
		     struct meiprov_error *err)
{
	struct mei_prov_version versions[MEI_PROV_VERSIONS_MAX] = { 0 };
	struct mei_prov_info arg = {
		.version_count = MEI_PROV_VERSIONS_MAX,
		.versions = (uintptr_t)versions,
	};
	int ret = device_command(dev, &get_info, &arg.head, err);

	if (!ret && !arg.valid)
		ret = device_refusal(&get_info, &arg.head, err);
	if (ret)
		return ret;
	memset(out, 0, sizeof(*out));
	snprintf(out->transport, sizeof(out->transport), "%s", meiprov_device_transport(dev));
	snprintf(out->node, sizeof(out->node), "%s", meiprov_device_node(dev));
	out->index = (int)arg.index;
	out->link_up = arg.link == MEI_PROV_IOCTL_LINK_UP;
	device_text(out->parent, sizeof(out->parent), arg.parent, sizeof(arg.parent));
	if (arg.valid & MEI_PROV_INFO_UUID) {
		out->has_uuid = true;
		memcpy(out->uuid, arg.uuid, sizeof(out->uuid));
	}
	if (arg.valid & MEI_PROV_INFO_VERSIONS) {
		take_versions(out, versions, arg.version_count);
		device_text(out->bios, sizeof(out->bios), arg.bios, sizeof(arg.bios));
	}
	return 0;
}

const char *meiprov_info_version(const struct meiprov_info *info, const char *name)
{
	for (size_t i = 0; i < info->version_count; i++)
		if (!strcmp(info->versions[i].name, name))
			return info->versions[i].value;
	return NULL;
}
