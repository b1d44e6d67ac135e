// SPDX-License-Identifier: GPL-2.0-or-later
/* Commands that only ask. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "remote.h"

#define SETUP_CLASS "AMT_SetupAndConfigurationService"

/* What a command that only asks does: everything but the question. */
static int ask(struct cli *cli, const char *doing,
	       int (*question)(struct remote *remote, void *answer, struct meiprov_error *err),
	       void *answer, const struct remote_option *more)
{
	struct remote remote = { .doing = doing };
	struct meiprov_error err = { 0 };
	struct remote_line line = { .more = more };
	int ret;

	if (remote_parse(cli, &remote, &line))
		return EXIT_USAGE;
	ret = remote_open(cli, &remote, &err);
	if (!ret)
		ret = question(&remote, answer, &err);
	remote_close(&remote);
	return ret ? cli_fail(cli, &err) : EXIT_DONE;
}

/* --- info --- */

/* One of CIM_SoftwareIdentity; there are no more than the tool shows. */
static int take_version(void *ctx, const struct wsman_reply *page, size_t i,
			struct meiprov_error *err)
{
	const char *name = wsman_reply_value(page, i, "InstanceID");
	const char *value = wsman_reply_value(page, i, "VersionString");
	struct meiprov_info *info = ctx;
	struct meiprov_version *version = &info->versions[info->version_count];

	if (!name || !value || info->version_count == MEIPROV_VERSIONS_MAX)
		return 0;
	snprintf(version->name, sizeof(version->name), "%s", name);
	snprintf(version->value, sizeof(version->value), "%s", value);
	info->version_count++;
	return 0;
}

static int read_uuid(struct remote *remote, struct meiprov_info *info, struct meiprov_error *err)
{
	const struct wsman_request req = {
		.op = WSMAN_INVOKE,
		.class_name = SETUP_CLASS,
		.method = "GetUuid",
	};
	struct wsman_reply *reply;
	const char *text;
	int ret = remote_ask(remote, &req, &reply, err);

	if (ret)
		return ret;
	text = wsman_reply_value(reply, 0, "UUID");
	info->has_uuid = text && wsman_base64_decode(text, info->uuid, sizeof(info->uuid)) ==
					 sizeof(info->uuid);
	wsman_reply_free(reply);
	return 0;
}

static int question_info(struct remote *remote, void *answer, struct meiprov_error *err)
{
	struct meiprov_info *info = answer;
	int ret = remote_each(remote, "CIM_SoftwareIdentity", take_version, info, err);

	if (!ret)
		ret = read_uuid(remote, info, err);
	info->has_versions = info->version_count;
	snprintf(info->node, sizeof(info->node), "%s", remote->options.host);
	return ret;
}

int remote_info(struct cli *cli)
{
	struct meiprov_info info = { .index = -1, .link_up = true, .transport = "wsman" };
	bool full = false;
	const struct remote_option more[] = { { "--full", NULL, &full }, { NULL } };
	int ret = ask(cli, "reading the versions", question_info, &info, more);

	if (!ret)
		cli->output->info(stdout, &info, full);
	return ret;
}

/* --- state --- */

/* An ME without host-based setup does not have the class: that is no failure. */
static int read_control(struct remote *remote, struct meiprov_state *state,
			struct meiprov_error *err)
{
	struct wsman_reply *reply;
	int ret = remote_get(remote, "IPS_HostBasedSetupService", &reply, err);

	if (!ret)
		ret = remote_number(remote, reply, 0, "CurrentControlMode", &state->control, err);
	wsman_reply_free(reply);
	state->has_control = !ret;
	return ret == -EREMOTEIO ? 0 : ret;
}

static int question_state(struct remote *remote, void *answer, struct meiprov_error *err)
{
	struct meiprov_state *state = answer;
	struct wsman_reply *reply;
	int ret = remote_get(remote, SETUP_CLASS, &reply, err);

	if (!ret)
		ret = remote_number(remote, reply, 0, "ProvisioningState", &state->provisioning,
				    err);
	wsman_reply_free(reply);
	state->has_provisioning = !ret;
	return ret ? ret : read_control(remote, state, err);
}

int remote_state(struct cli *cli)
{
	struct meiprov_state state = { 0 };
	int ret = ask(cli, "reading the state", question_state, &state, NULL);

	if (!ret)
		cli->output->state(stdout, &state);
	return ret;
}

/* --- ztc get --- */

static int question_ztc(struct remote *remote, void *answer, struct meiprov_error *err)
{
	struct wsman_reply *reply;
	int ret = remote_get(remote, SETUP_CLASS, &reply, err);

	if (!ret)
		ret = remote_bool(remote, reply, 0, "ZeroTouchConfigurationEnabled", answer, err);
	wsman_reply_free(reply);
	return ret;
}

int remote_ztc_get(struct cli *cli)
{
	bool enabled = false;
	int ret = ask(cli, "reading the ZTC mode", question_ztc, &enabled, NULL);

	if (!ret)
		cli->output->ztc(stdout, enabled);
	return ret;
}
