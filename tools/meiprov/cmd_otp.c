// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "change.h"
#include "secret.h"

static const struct change set = { "otp set", MEIPROV_CAP_OTP_SET, NULL };

/* As cli_option(). */
static int parse_source(struct cli *cli, struct secret_source *source,
			struct change_options *options)
{
	int found = cli_option(cli, "--fd", &source->fd);

	if (!found)
		found = cli_option(cli, "--file", &source->file);
	if (!found)
		found = cli_option(cli, "--credential", &source->credential);
	if (found > 0)
		source->given++;
	return found ? found : change_option(cli, &set, options);
}

static int parse(struct cli *cli, struct secret_source *source, struct change_options *options)
{
	const char *fault;
	int found;

	do {
		found = parse_source(cli, source, options);
		if (found < 0)
			return EXIT_USAGE;
	} while (found);
	if (cli->argc && cli->argv[0][0] != '-')
		return cli_usage(cli, "the password is not an argument: others could see it");
	if (!cli_no_arguments(cli))
		return EXIT_USAGE;
	fault = secret_source_fault(source);
	return fault ? cli_usage(cli, "the password: %s", fault) : 0;
}

int cmd_otp_set(struct cli *cli)
{
	struct change_options options = { 0 };
	struct secret_source source = { .ask_nobody = cli->ask_nobody };
	struct meiprov_error err = { 0 };
	struct meiprov_device *dev;
	struct secret secret;
	int ret;

	ret = parse(cli, &source, &options);
	if (ret)
		return ret;
	if (options.dry_run)
		return change_forecast(cli, &set);
	ret = cli_open(cli, true, &dev, &err);
	if (ret)
		return cli_fail(cli, &err);
	ret = secret_get(&secret_otp, &source, &secret, &err);
	if (!ret)
		ret = meiprov_otp_set(dev, secret.text, secret.len, &err);
	explicit_bzero(&secret, sizeof(secret));
	meiprov_device_close(dev);
	if (ret)
		return cli_fail(cli, &err);
	cli->output->done(stdout, "otp set", "the one-time password is in the ME");
	return EXIT_DONE;
}

int cmd_otp_generate(struct cli *cli)
{
	unsigned long length = MEIPROV_OTP_MAX;
	char otp[MEIPROV_OTP_MAX + 1];
	const char *text;
	int ret;

	ret = cli_option(cli, "--length", &text);
	if (ret < 0)
		return EXIT_USAGE;
	if (ret && (!cli_number(text, MEIPROV_OTP_MAX, &length) || length < MEIPROV_OTP_MIN))
		return cli_usage(cli, "--length takes 8 to 32, not \"%s\"", text);
	if (!cli_no_arguments(cli))
		return EXIT_USAGE;
	ret = meiprov_otp_generate(otp, length);
	if (ret) {
		fprintf(stderr, "meiprov: making a one-time password: %s\n", strerror(-ret));
		return EXIT_FAILED;
	}
	cli->output->otp(stdout, otp);
	fflush(stdout);
	explicit_bzero(otp, sizeof(otp));
	return EXIT_DONE;
}
