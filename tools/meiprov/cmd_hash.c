// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli.h"
#include "pem.h"

/* The whole table; returns 0 or an exit status, after saying why. */
static int read_table(const struct cli *cli, struct meiprov_hash **hashes, size_t *count)
{
	struct meiprov_error err = { 0 };
	struct meiprov_device *dev;
	int ret = cli_open(cli, false, &dev, &err);

	if (!ret)
		ret = meiprov_hash_list(dev, hashes, count, &err);
	meiprov_device_close(dev);
	return ret ? cli_fail(cli, &err) : 0;
}

int cmd_hash_list(struct cli *cli)
{
	struct meiprov_hash *hashes = NULL;
	size_t count = 0;
	int ret;

	if (!cli_no_arguments(cli))
		return EXIT_USAGE;
	ret = read_table(cli, &hashes, &count);
	if (ret)
		return ret;
	cli->output->hashes(stdout, "hash list", hashes, count);
	free(hashes);
	return EXIT_DONE;
}

static int show(const struct cli *cli, const struct meiprov_hash *hashes, size_t count,
		unsigned long handle)
{
	struct meiprov_error err = {
		.code = -ENOENT,
		.doing = "looking for a certificate hash",
		.next = "meiprov hash list shows those there are",
	};

	for (size_t i = 0; i < count; i++) {
		if (hashes[i].handle != handle)
			continue;
		cli->output->hashes(stdout, "hash show", &hashes[i], 1);
		return EXIT_DONE;
	}
	snprintf(err.why, sizeof(err.why), "there is no handle %lu", handle);
	cli->output->error(stdout, stderr, &err);
	return EXIT_FAILED;
}

int cmd_hash_show(struct cli *cli)
{
	struct meiprov_hash *hashes = NULL;
	unsigned long handle;
	size_t count = 0;
	int ret;

	if (cli->argc != 1 || !cli_number(cli->argv[0], UINT32_MAX, &handle))
		return cli_usage(cli, "one handle is wanted, a number");
	ret = read_table(cli, &hashes, &count);
	if (!ret)
		ret = show(cli, hashes, count, handle);
	free(hashes);
	return ret;
}

int cmd_hash_match(struct cli *cli)
{
	struct meiprov_chain_match match = { .fit = MEIPROV_FIT_NONE };
	struct meiprov_hash *hashes = NULL;
	struct meiprov_chain *chain;
	size_t count = 0;
	int ret;

	if (cli->argc != 1)
		return cli_usage(cli, "one file is wanted");
	ret = pem_chain(cli, cli->argv[0], &chain);
	if (ret)
		return ret;
	ret = read_table(cli, &hashes, &count);
	if (!ret) {
		match = meiprov_chain_match(chain, hashes, count);
		cli->output->match(stdout, &match, count ? &hashes[match.slot] : NULL, count);
		ret = match.fit == MEIPROV_FIT_ACTIVE ? EXIT_DONE : EXIT_FINDING;
	}
	meiprov_chain_free(chain);
	free(hashes);
	return ret;
}

/* --- export --- */

/* What would end the field or the line is a space. */
static void print_name(const char *name)
{
	if (!*name)
		putchar('-');
	for (; *name; name++)
		putchar(isprint((unsigned char)*name) && *name != ',' ? *name : ' ');
}

static void print_setting(const struct meiprov_hash *h)
{
	static const char *const algorithms[] = {
		[MEIPROV_HASH_SHA1] = "sha1",
		[MEIPROV_HASH_SHA256] = "sha256",
		[MEIPROV_HASH_SHA384] = "sha384",
	};

	if (h->algorithm > MEIPROV_HASH_SHA384 || !algorithms[h->algorithm]) {
		printf("# handle %u has an algorithm that meiprov-vme does not know\n", h->handle);
		return;
	}
	fputs("hash=", stdout);
	print_name(h->name);
	printf(",%s,", algorithms[h->algorithm]);
	for (size_t i = 0; i < h->digest_len; i++)
		printf("%02x", h->digest[i]);
	printf("%s%s\n", h->is_active ? "" : ",inactive", h->is_default ? ",default" : "");
}

int cmd_hash_export(struct cli *cli)
{
	struct meiprov_hash *hashes = NULL;
	size_t count = 0;
	int ret;

	if (!cli_no_arguments(cli))
		return EXIT_USAGE;
	ret = read_table(cli, &hashes, &count);
	if (ret)
		return ret;
	puts("default-hashes=off");
	for (size_t i = 0; i < count; i++)
		print_setting(&hashes[i]);
	free(hashes);
	return EXIT_DONE;
}
