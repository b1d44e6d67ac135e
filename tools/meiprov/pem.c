// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pem.h"

#define SIZE_MAX_PEM (256 * 1024)

static int cannot(const char *path, int error, struct meiprov_error *err)
{
	err->code = -error;
	snprintf(err->doing, sizeof(err->doing), "reading a provisioning chain");
	snprintf(err->why, sizeof(err->why), "cannot read %.160s: %s", path, strerror(error));
	return -error;
}

static int load(const char *path, struct meiprov_chain **out, struct meiprov_error *err)
{
	FILE *file = fopen(path, "re");
	char *text = malloc(SIZE_MAX_PEM);
	size_t len = 0;
	int ret = 0;

	*out = NULL;
	if (!file || !text)
		ret = cannot(path, file ? ENOMEM : errno, err);
	else
		len = fread(text, 1, SIZE_MAX_PEM, file);
	if (!ret && ferror(file))
		ret = cannot(path, errno, err);
	if (!ret && len == SIZE_MAX_PEM)
		ret = cannot(path, EFBIG, err);
	if (!ret)
		ret = meiprov_chain_load(text, len, out, err);
	if (file)
		fclose(file);
	free(text);
	return ret;
}

int pem_chain(const struct cli *cli, const char *path, struct meiprov_chain **out)
{
	struct meiprov_error err = { 0 };

	if (!load(path, out, &err))
		return 0;
	cli->output->error(stdout, stderr, &err);
	return EXIT_FAILED;
}
