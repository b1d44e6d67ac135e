// SPDX-License-Identifier: LGPL-2.1-or-later
/* The trusted suffix in the ME, and the names of the networks it is in. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "uapi/amthi/amthi.h"

_Static_assert(MEIPROV_SUFFIX_SIZE == MEI_PROV_SUFFIX_MAX + 1, "one limit in both headers");

static const struct error_hint set_hints[] = {
	{ AMTHI_STATUS_INVALID_AMT_MODE,
	  "in state IN stop configuration first; in POST the ME is configured and takes none" },
	{ 0 }
};

static const struct command get_suffix = {
	.request = MEI_PROV_IOC_SUFFIX_GET,
	.size = sizeof(struct mei_prov_suffix),
	.doing = "reading the trusted suffix",
};

static const struct command set_suffix = {
	.request = MEI_PROV_IOC_SUFFIX_SET,
	.size = sizeof(struct mei_prov_suffix),
	.doing = "setting the trusted suffix",
	.hints = set_hints,
};

static const struct command list_suffixes = {
	.request = MEI_PROV_IOC_SUFFIX_LIST,
	.size = sizeof(struct mei_prov_suffix_list),
	.doing = "reading the suffixes of the ME's networks",
};

int meiprov_suffix_get(struct meiprov_device *dev, char suffix[MEIPROV_SUFFIX_SIZE],
		       struct meiprov_error *err)
{
	struct mei_prov_suffix arg = { 0 };
	int ret = device_run(dev, &get_suffix, &arg.head, err);

	if (!ret)
		device_text(suffix, MEIPROV_SUFFIX_SIZE, arg.suffix, sizeof(arg.suffix));
	return ret;
}

int meiprov_suffix_set(struct meiprov_device *dev, const char *suffix, struct meiprov_error *err)
{
	struct mei_prov_suffix arg = { 0 };
	size_t len = strlen(suffix);

	if (len >= MEIPROV_SUFFIX_SIZE)
		return error_set(err, -EINVAL, set_suffix.doing, "it has more than 223 bytes",
				 "give a shorter one");
	arg.len = (uint32_t)len;
	memcpy(arg.suffix, suffix, len);
	return device_run(dev, &set_suffix, &arg.head, err);
}

/* The list of the firmware, a NUL between names, ended by two. */
int meiprov_suffix_list(struct meiprov_device *dev, char **names, struct meiprov_error *err)
{
	char room[AMTHI_MSG_MAX];
	struct mei_prov_suffix_list arg = { .len = sizeof(room), .list = (uintptr_t)room };
	int ret = device_run(dev, &list_suffixes, &arg.head, err);
	size_t at = 0;

	*names = NULL;
	if (ret)
		return ret;
	if (arg.len > sizeof(room))
		return error_errno(err, -EMSGSIZE, list_suffixes.doing);
	*names = calloc(1, (size_t)arg.len + 2);
	if (!*names)
		return error_errno(err, -ENOMEM, list_suffixes.doing);
	for (size_t i = 0; i < arg.len; i++) /* no empty names: they would end the list */
		if (room[i] || (at && (*names)[at - 1]))
			(*names)[at++] = room[i];
	return 0;
}
