// SPDX-License-Identifier: LGPL-2.1-or-later
/* What the rules of caps.c go by, read from the device. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <meiprov/meiprov.h>

#include "error.h"

#define DOING "reading what capabilities depend on"

/* A refusal is an answer; only a fault ends the reading. */
static int take(struct meiprov_situation *out, int id, int ret, const struct meiprov_error *got,
		struct meiprov_error *err)
{
	if (ret && ret != -EREMOTEIO) {
		if (err)
			*err = *got;
		return ret;
	}
	if (id >= 0) {
		out->seen[id].asked = true;
		out->seen[id].status = ret ? got->fw_status : 0;
	}
	return 0;
}

bool meiprov_version_parse(const char *text, unsigned int *major, unsigned int *minor)
{
	unsigned int a, b;
	char dot;

	if (!text || sscanf(text, "%3u%c%3u", &a, &dot, &b) != 3 || dot != '.' || a > 255 ||
	    b > 255)
		return false;
	*major = a;
	*minor = b;
	return true;
}

static int read_version(struct meiprov_device *dev, struct meiprov_situation *out,
			struct meiprov_error *err)
{
	struct meiprov_error got = { 0 };
	struct meiprov_info info;
	int ret = meiprov_info_get(dev, &info, &got);

	if (!ret)
		out->has_version = meiprov_version_parse(meiprov_info_version(&info, "AMT"),
							 &out->major, &out->minor);
	return take(out, -1, ret, &got, err);
}

static int read_state(struct meiprov_device *dev, struct meiprov_situation *out,
		      struct meiprov_error *err)
{
	struct meiprov_error got = { 0 };
	struct meiprov_state state;
	int ret = meiprov_state_get(dev, &state, &got);

	if (!ret) {
		out->has_state = state.has_provisioning;
		out->provisioning = state.provisioning;
		out->has_control = state.has_control;
		out->control = state.control;
	}
	return take(out, -1, ret, &got, err);
}

static int read_ztc(struct meiprov_device *dev, struct meiprov_situation *out,
		    struct meiprov_error *err)
{
	struct meiprov_error got = { 0 };
	int ret = meiprov_ztc_get(dev, &out->ztc, &got);

	out->has_ztc = !ret;
	return take(out, MEIPROV_CAP_ZTC_READ, ret, &got, err);
}

static int read_suffix(struct meiprov_device *dev, struct meiprov_situation *out,
		       struct meiprov_error *err)
{
	char suffix[MEIPROV_SUFFIX_SIZE];
	struct meiprov_error got = { 0 };
	int ret = meiprov_suffix_get(dev, suffix, &got);

	out->has_suffix = !ret;
	out->suffix_set = !ret && *suffix;
	return take(out, MEIPROV_CAP_SUFFIX_READ, ret, &got, err);
}

static int read_ehbc(struct meiprov_device *dev, struct meiprov_situation *out,
		     struct meiprov_error *err)
{
	struct meiprov_error got = { 0 };
	bool enabled;

	return take(out, MEIPROV_CAP_EHBC_READ, meiprov_ehbc_get(dev, &enabled, &got), &got, err);
}

int meiprov_situation_get(struct meiprov_device *dev, struct meiprov_situation *out,
			  struct meiprov_error *err)
{
	static int (*const steps[])(struct meiprov_device * dev, struct meiprov_situation * out,
				    struct meiprov_error * err) = {
		read_version, read_state, read_ztc, read_suffix, read_ehbc,
	};
	int ret = 0;

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; !ret && i < sizeof(steps) / sizeof(steps[0]); i++)
		ret = steps[i](dev, out, err);
	return ret;
}
