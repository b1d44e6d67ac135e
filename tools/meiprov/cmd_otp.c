// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "change.h"
#include "secret.h"

static const struct change set = { "otp set", MEIPROV_CAP_OTP_SET, NULL };

/* Where the password is to come from; at most one is given. */
struct source {
	const char *fd;
	const char *file;
	const char *credential;
	int fd_number;
	int given;
	struct change_options change;
};

static int parse_source(struct cli *cli, struct source *source)
{
	const struct {
		const char *name;
		const char **value;
	} options[] = {
		{ "--fd", &source->fd },
		{ "--file", &source->file },
		{ "--credential", &source->credential },
	};

	for (size_t i = 0; i < 3; i++) {
		int found = cli_option(cli, options[i].name, options[i].value);

		if (found > 0)
			source->given++;
		if (found)
			return found;
	}
	return change_option(cli, &set, &source->change);
}

static int parse(struct cli *cli, struct source *source)
{
	unsigned long n = 0;
	int found;

	do {
		found = parse_source(cli, source);
		if (found < 0)
			return EXIT_USAGE;
	} while (found);
	if (cli->argc && cli->argv[0][0] != '-')
		return cli_usage(cli, "the password is not an argument: others could see it");
	if (!cli_no_arguments(cli))
		return EXIT_USAGE;
	if (source->given > 1)
		return cli_usage(cli, "give one of --fd, --file and --credential");
	if (source->fd && !cli_number(source->fd, INT_MAX, &n))
		return cli_usage(cli, "--fd takes a number, not \"%s\"", source->fd);
	source->fd_number = (int)n;
	return 0;
}

static int read_secret(const struct source *source, struct secret *secret,
		       struct meiprov_error *err)
{
	if (source->fd)
		return secret_from_fd(source->fd_number, secret, err);
	if (source->file)
		return secret_from_file(source->file, secret, err);
	if (source->credential)
		return secret_from_credential(source->credential, secret, err);
	return secret_from_terminal("One-time password: ", secret, err);
}

int cmd_otp_set(struct cli *cli)
{
	struct source source = { 0 };
	struct meiprov_error err = { 0 };
	struct meiprov_device *dev;
	struct secret secret;
	int ret;

	ret = parse(cli, &source);
	if (ret)
		return ret;
	if (source.change.dry_run)
		return change_forecast(cli, &set);
	ret = cli_open(cli, true, &dev, &err);
	if (ret)
		return cli_fail(cli, &err);
	ret = read_secret(&source, &secret, &err);
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
