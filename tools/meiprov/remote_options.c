// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "remote.h"

/* As cli_option(), for a table that ends without a name. */
static int take(struct cli *cli, const struct remote_option *options)
{
	for (; options && options->name; options++) {
		int found = cli_option(cli, options->name, options->value);

		if (found && options->flag)
			*options->flag = true;
		if (found)
			return found;
	}
	return 0;
}

static int take_one(struct cli *cli, struct remote_options *o, struct remote_line *line)
{
	const struct remote_option how[] = {
		{ "--remote", &o->host },	{ "--port", &o->port },
		{ "--user", &o->user },		{ "--ca", &o->ca_file },
		{ "--pin", &o->pin },		{ "--insecure", NULL, &o->insecure },
		{ "--plain", NULL, &o->plain }, { NULL },
	};
	const struct remote_option password[] = {
		{ "--password-fd", &o->password.fd },
		{ "--password-file", &o->password.file },
		{ "--password-credential", &o->password.credential },
		{ NULL },
	};
	int found = take(cli, password);

	if (found > 0)
		o->password.given++;
	if (!found)
		found = take(cli, how);
	if (!found)
		found = take(cli, line->more);
	if (!found && line->change)
		found = change_option(cli, line->change, &line->options);
	return found;
}

static int take_all(struct cli *cli, struct remote_options *o, struct remote_line *line)
{
	size_t texts = 0;

	while (cli->argc) {
		int found = take_one(cli, o, line);

		if (found < 0)
			return EXIT_USAGE;
		if (found)
			continue;
		if (cli->argv[0][0] == '-' || texts == line->text_count)
			return cli_no_arguments(cli) ? 0 : EXIT_USAGE;
		line->texts[texts++] = cli->argv[0];
		cli->argc--;
		cli->argv++;
	}
	return texts == line->text_count ? 0 : cli_usage(cli, "%s", line->wanted);
}

/* Is it a name or an address, which then can stand in a URL? */
static bool is_host(const char *text)
{
	static const char chars[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:";

	return *text && *text != '-' && strlen(text) < 256 && !text[strspn(text, chars)];
}

static int check(const struct cli *cli, struct remote *remote)
{
	struct remote_options *o = &remote->options;
	const char *fault = secret_source_fault(&o->password);
	unsigned long port;

	if (!o->host)
		return cli_usage(cli, "--remote HOST is missing");
	if (!is_host(o->host))
		return cli_usage(cli, "--remote takes a name or an address, not \"%s\"", o->host);
	if (o->port && (!cli_number(o->port, 65535, &port) || !port))
		return cli_usage(cli, "--port takes 1 to 65535, not \"%s\"", o->port);
	if (fault)
		return cli_usage(cli, "the password: %s", fault);
	if (!!o->ca_file + !!o->pin + o->insecure + o->plain > 1)
		return cli_usage(cli, "give one of --ca, --pin, --insecure and --plain");
	if (o->pin && wsman_pin_parse(o->pin, remote->trust.pin))
		return cli_usage(cli, "--pin takes the SHA-256 of a certificate, 64 hex digits");
	return 0;
}

int remote_parse(struct cli *cli, struct remote *remote, struct remote_line *line)
{
	remote->options.password.ask_nobody = cli->ask_nobody;
	if (take_all(cli, &remote->options, line))
		return EXIT_USAGE;
	return check(cli, remote);
}
