// SPDX-License-Identifier: LGPL-2.1-or-later
/* Files in the place of /dev/meiprovN: why it cannot be opened, and what the kernel says
 * to a command, come through.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>

#include "libmeiprov/chardev.h"

#define NOBODY 65534

static char root[40];

static int setup(void **state)
{
	char path[64];

	strcpy(root, "/tmp/meiprov-chardev.XXXXXX");
	if (!mkdtemp(root))
		return -1;
	snprintf(path, sizeof(path), "%s/dev", root);
	return mkdir(path, 0755) || chmod(root, 0755);
}

static int teardown(void **state)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf %s", root);
	return system(command);
}

static void node_path(int index, char path[108])
{
	snprintf(path, 108, "%s/dev/meiprov%d", root, index);
}

static int open_index(int index, bool writable, struct meiprov_error *err)
{
	struct meiprov_device *dev;
	int ret = chardev_open(root, index, writable, &dev, err);

	assert_true(!ret == !!dev);
	meiprov_device_close(dev);
	return ret;
}

static void make_file(int index, mode_t mode)
{
	char path[108];

	node_path(index, path);
	close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	assert_int_equal(chmod(path, mode), 0);
}

/* open() of a socket is ENXIO, as that of a node whose device has gone. */
static void a_node_without_a_device_is_gone(void **state)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct meiprov_error err;

	node_path(3, address.sun_path);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(open_index(3, false, &err), -ENODEV);
	assert_non_null(strstr(err.why, "gone"));
	close(fd);
}

static void another_errno_comes_through_with_its_words(void **state)
{
	struct meiprov_error err;
	char path[108];

	node_path(1, path);
	assert_int_equal(symlink(path, path), 0);
	assert_int_equal(open_index(1, false, &err), -ELOOP);
	assert_non_null(strstr(err.why, strerror(ELOOP)));
}

static void no_permission_says_for_what_and_who_may(void **state)
{
	struct meiprov_error err;
	bool is_root = !geteuid();

	make_file(0, 0);
	assert_int_equal(is_root ? seteuid(NOBODY) : 0, 0);
	assert_int_equal(open_index(0, false, &err), -EACCES);
	assert_non_null(strstr(err.why, "/dev/meiprov0 for reading"));
	assert_non_null(strstr(err.next, "group meiprov"));
	assert_int_equal(open_index(0, true, &err), -EACCES);
	assert_non_null(strstr(err.why, "for changes"));
	assert_null(strstr(err.next, "group"));
	assert_int_equal(is_root ? seteuid(0) : 0, 0);
}

static void what_is_no_meiprov_device_says_so_to_a_command(void **state)
{
	struct meiprov_device *dev;
	struct meiprov_error err;
	bool on;

	make_file(0, 0600);
	assert_int_equal(chardev_open(root, -1, false, &dev, NULL), 0);
	assert_string_equal(meiprov_device_node(dev), "/dev/meiprov0");
	assert_int_equal(meiprov_ztc_get(dev, &on, &err), -ENOTTY);
	assert_non_null(strstr(err.next, "is this a meiprov device?"));
	meiprov_device_close(dev);
}

static void a_device_that_is_not_there_is_none(void **state)
{
	struct meiprov_device *dev;
	struct meiprov_error err;

	assert_int_equal(meiprov_device_open(4242, false, &dev, &err), -ENOENT);
	assert_null(dev);
	assert_true(*err.why);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_node_without_a_device_is_gone),
		TEST(another_errno_comes_through_with_its_words),
		TEST(no_permission_says_for_what_and_who_may),
		TEST(what_is_no_meiprov_device_says_so_to_a_command),
		TEST(a_device_that_is_not_there_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
