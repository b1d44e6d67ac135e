// SPDX-License-Identifier: LGPL-2.1-or-later
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "tree.h"

int tree_setup(void **state)
{
	char *root = strdup("/tmp/meiprov-test.XXXXXX");

	*state = root;
	return root && mkdtemp(root) && !chmod(root, 0755) ? 0 : -1;
}

int tree_teardown(void **state)
{
	char command[128];
	int ret;

	snprintf(command, sizeof(command), "rm -rf %s", (char *)*state);
	ret = system(command);
	free(*state);
	return ret;
}

void tree_folder(const char *root, const char *path)
{
	char full[512];

	snprintf(full, sizeof(full), "%s/%s", root, path);
	for (char *at = strchr(full + strlen(root) + 1, '/'); at; at = strchr(at + 1, '/')) {
		*at = '\0';
		mkdir(full, 0755);
		*at = '/';
	}
	assert_true(!mkdir(full, 0755) || errno == EEXIST);
}

void tree_file(const char *root, const char *path, const char *text, mode_t mode)
{
	char full[512];
	int fd;

	snprintf(full, sizeof(full), "%s/%s", root, path);
	fd = open(full, O_WRONLY | O_CREAT | O_CLOEXEC, mode);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}
