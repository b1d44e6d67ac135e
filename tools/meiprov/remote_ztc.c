// SPDX-License-Identifier: GPL-2.0-or-later
/* ZeroTouchConfigurationEnabled of AMT_SetupAndConfigurationService (protocol.md 5.4). */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "remote.h"

#define SETUP_CLASS    "AMT_SetupAndConfigurationService"
#define ZTC_PROPERTY   "ZeroTouchConfigurationEnabled"
#define OTP_PROPERTY   "ProvisioningServerOTP"
#define PROPERTIES_MAX 64

/*
 * The instance as it was shown, and the mode else. But for the one-time password: what
 * is shown in its place are zeros, which are not to become the password.
 */
static size_t new_instance(const struct wsman_reply *shown, bool on, struct wsman_param *params)
{
	const char *name, *value;
	size_t count = 0;

	for (size_t n = 0; count < PROPERTIES_MAX; n++) {
		if (!wsman_reply_property(shown, 0, n, &name, &value))
			return count;
		if (!strcmp(name, OTP_PROPERTY))
			continue;
		if (!strcmp(name, ZTC_PROPERTY))
			value = on ? "true" : "false";
		params[count++] = (struct wsman_param){ name, value };
	}
	return count;
}

static int put(struct remote *remote, const struct wsman_reply *shown, bool on,
	       struct meiprov_error *err)
{
	struct wsman_param params[PROPERTIES_MAX];
	const struct wsman_request req = {
		.op = WSMAN_PUT,
		.class_name = SETUP_CLASS,
		.params = params,
		.param_count = new_instance(shown, on, params),
	};
	struct wsman_reply *reply;
	int ret = remote_ask(remote, &req, &reply, err);

	wsman_reply_free(reply);
	return ret;
}

static int read_mode(struct remote *remote, struct wsman_reply **shown, bool *on,
		     struct meiprov_error *err)
{
	int ret = remote_get(remote, SETUP_CLASS, shown, err);

	return ret ? ret : remote_bool(remote, *shown, 0, ZTC_PROPERTY, on, err);
}

/* Put it, and see whether it is so. */
static int set_mode(struct remote *remote, bool on, struct meiprov_error *err)
{
	struct wsman_reply *shown;
	bool is_on = false;
	int ret = read_mode(remote, &shown, &is_on, err);

	if (!ret)
		ret = put(remote, shown, on, err);
	wsman_reply_free(shown);
	if (ret)
		return ret;
	ret = read_mode(remote, &shown, &is_on, err);
	wsman_reply_free(shown);
	if (ret)
		ret = remote_unproven(err);
	else if (is_on != on)
		ret = remote_error(remote, err, -EREMOTEIO, "in MEBx it can be switched too",
				   "AMT took it and did not do it");
	return ret;
}

static int forecast(struct remote *remote, const struct cli *cli, const struct change *change,
		    bool on, struct meiprov_error *err)
{
	struct meiprov_capability cap = {
		.verdict = MEIPROV_YES,
		.confidence = MEIPROV_DOCUMENTED,
		.name = "ztc-write",
		.rule = "an administrator may switch it; it has an effect in enterprise mode only",
		.source = "protocol.md 5.4",
	};
	struct wsman_reply *shown;
	bool is_on = false;
	int ret = read_mode(remote, &shown, &is_on, err);

	wsman_reply_free(shown);
	if (ret)
		return ret;
	if (is_on == on)
		snprintf(cap.why, sizeof(cap.why), "it is so already");
	cli->output->forecast(stdout, change->name, &cap, change->loses);
	return 0;
}

static int command(struct cli *cli, const struct change *change, bool on, const char *doing,
		   const char *done)
{
	struct remote remote = { .doing = doing };
	struct remote_line line = { .change = change };
	struct meiprov_error err = { 0 };
	bool dry;
	int ret;

	if (remote_parse(cli, &remote, &line))
		return EXIT_USAGE;
	dry = line.options.dry_run;
	if (!dry && !change_confirmed(cli, change, &line.options))
		return EXIT_USAGE;
	ret = remote_open(cli, &remote, &err);
	if (!ret)
		ret = dry ? forecast(&remote, cli, change, on, &err) : set_mode(&remote, on, &err);
	remote_close(&remote);
	if (ret)
		return cli_fail(cli, &err);
	if (!dry)
		cli->output->done(stdout, change->name, done);
	return EXIT_DONE;
}

int remote_ztc_enable(struct cli *cli)
{
	static const struct change change = { "ztc enable", MEIPROV_CAP_ZTC_ENABLE, NULL };

	return command(cli, &change, true, "enabling zero touch configuration",
		       "zero touch configuration is enabled");
}

int remote_ztc_disable(struct cli *cli)
{
	static const struct change change = {
		"ztc disable", MEIPROV_CAP_ZTC_DISABLE,
		"  - a configured machine may be unprovisioned in part, and then answers no longer\n"
		"  - no server can configure the machine until this is switched on again\n"
	};

	return command(cli, &change, false, "disabling zero touch configuration",
		       "zero touch configuration is disabled");
}
