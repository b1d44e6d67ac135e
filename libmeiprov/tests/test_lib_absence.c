// SPDX-License-Identifier: LGPL-2.1-or-later
/* Why there is no device, told from trees that look like /dev, /sys and /proc. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "libmeiprov/chardev.h"
#include "libmeiprov/holder.h"
#include "tree.h"

#define CLIENT "sys/bus/mei/devices/0000:00:16.0-12f80028-b4b7-4b2d-aca8-46e0ff65814c"

static void assert_absent(const char *root, int index, const char *why, const char *next)
{
	struct meiprov_device *dev;
	struct meiprov_error err = { 0 };

	assert_int_equal(chardev_open(root, index, false, &dev, &err), -ENOENT);
	assert_null(dev);
	assert_int_equal(err.code, -ENOENT);
	if (!strstr(err.why, why) || !strstr(err.next, next))
		fail_msg("\"%s\", next \"%s\"", err.why, err.next);
}

static void machine_without_me(void **state)
{
	assert_absent(*state, -1, "no Intel ME", "mei_me");
	assert_absent(*state, 0, "no Intel ME", "mei_me");
	tree_folder(*state, "dev");
	tree_folder(*state, "sys/bus/mei/devices");
	assert_absent(*state, -1, "no Intel ME", "mei_me");
}

static void me_without_amt(void **state)
{
	tree_folder(*state, "dev");
	tree_folder(*state, "sys/bus/mei/devices/"
			    "0000:00:16.0-8e6a6715-9abc-4043-88ef-9e39c6f63e0f");
	tree_folder(*state, "sys/class/mei/mei0");
	assert_absent(*state, -1, "no AMTHI client", "BIOS");
}

static void me_node_alone_shows_that_there_is_an_me(void **state)
{
	tree_folder(*state, "dev");
	tree_file(*state, "dev/mei0", "", 0600);
	assert_absent(*state, -1, "no AMTHI client", "BIOS");
}

static void module_not_loaded(void **state)
{
	tree_folder(*state, "dev");
	tree_folder(*state, CLIENT);
	tree_folder(*state, "sys/class/mei/mei0");
	assert_absent(*state, -1, "not loaded", "modprobe mei_prov");
}

static void module_loaded_and_client_not_taken(void **state)
{
	tree_folder(*state, "dev");
	tree_folder(*state, CLIENT);
	tree_folder(*state, "sys/class/meiprov");
	assert_absent(*state, -1, "has not taken", "kernel log");
}

static void device_without_a_node(void **state)
{
	tree_folder(*state, "dev");
	tree_folder(*state, CLIENT);
	tree_folder(*state, "sys/class/meiprov/meiprov0");
	assert_absent(*state, -1, "no node", "udev");
}

static void another_device_than_the_wanted_one(void **state)
{
	tree_folder(*state, "dev");
	tree_file(*state, "dev/meiprov0", "", 0600);
	assert_absent(*state, 3, "no device 3", "ls /dev/meiprov*");
}

static void lowest_device_is_the_first(void **state)
{
	static const char *const names[] = { "dev/meiprov12", "dev/meiprov7",	    "dev/meiprov",
					     "dev/meiprov5x", "dev/meiprov1234567", "dev/mei0" };

	tree_folder(*state, "dev");
	assert_int_equal(absence_first(*state, "/dev"), -ENOENT);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		tree_file(*state, names[i], "", 0600);
	assert_int_equal(absence_first(*state, "/dev"), 7);
}

static void what_is_no_meiprov_device_is_found_out(void **state)
{
	struct meiprov_device *dev;
	struct meiprov_error err;
	struct meiprov_state st;

	tree_folder(*state, "dev");
	tree_file(*state, "dev/meiprov0", "", 0600);
	assert_int_equal(chardev_open(*state, -1, false, &dev, &err), 0);
	assert_int_equal(meiprov_state_get(dev, &st, &err), -ENOTTY);
	assert_non_null(strstr(err.next, "is this a meiprov device?"));
	meiprov_device_close(dev);
}

/* Run as another user where root runs the tests: root may everything. */
static void no_permission_says_who_may(void **state)
{
	uid_t me = geteuid();
	struct meiprov_device *dev;
	struct meiprov_error err;
	char path[64];
	int ret;

	tree_folder(*state, "dev");
	tree_file(*state, "dev/meiprov0", "", 0600);
	snprintf(path, sizeof(path), "%s/dev/meiprov0", (char *)*state);
	assert_int_equal(chmod(path, me ? 0 : 0600), 0);
	snprintf(path, sizeof(path), "%s/dev", (char *)*state);
	assert_int_equal(chmod(path, 0755), 0);
	assert_int_equal(chmod(*state, 0755), 0);
	if (!me)
		assert_int_equal(seteuid(65534), 0);
	ret = chardev_open(*state, 0, true, &dev, &err);
	assert_int_equal(seteuid(me), 0);
	assert_int_equal(ret, -EACCES);
	assert_non_null(strstr(err.why, "changes"));
	assert_non_null(strstr(err.next, "user meiprov"));
}

static void holder_of_the_connection_is_named(void **state)
{
	char path[128], text[HOLDER_TEXT_SIZE];

	tree_folder(*state, "proc/812/fd");
	tree_folder(*state, "proc/9/fd");
	tree_folder(*state, "proc/self");
	tree_folder(*state, "proc/bus");
	assert_false(holder_find(*state, text, sizeof(text)));
	snprintf(path, sizeof(path), "%s/proc/9/fd/3", (char *)*state);
	assert_int_equal(symlink("/dev/meiprov0", path), 0);
	snprintf(path, sizeof(path), "%s/proc/812/fd/4", (char *)*state);
	assert_int_equal(symlink("/dev/media0", path), 0);
	assert_false(holder_find(*state, text, sizeof(text)));
	snprintf(path, sizeof(path), "%s/proc/812/fd/5", (char *)*state);
	assert_int_equal(symlink("/dev/mei0", path), 0);
	tree_file(*state, "proc/812/comm", "lms\n", 0600);
	assert_true(holder_find(*state, text, sizeof(text)));
	assert_string_equal(text, "lms (pid 812) has /dev/mei0 open");
}

static void own_process_is_not_the_holder(void **state)
{
	char path[128], text[HOLDER_TEXT_SIZE];

	snprintf(path, sizeof(path), "proc/%d/fd", (int)getpid());
	tree_folder(*state, path);
	snprintf(path, sizeof(path), "%s/proc/%d/fd/3", (char *)*state, (int)getpid());
	assert_int_equal(symlink("/dev/mei0", path), 0);
	assert_false(holder_find(*state, text, sizeof(text)));
}

int main(void)
{
#define T(t) cmocka_unit_test_setup_teardown(t, tree_setup, tree_teardown)
	const struct CMUnitTest tests[] = {
		T(machine_without_me),
		T(me_without_amt),
		T(me_node_alone_shows_that_there_is_an_me),
		T(module_not_loaded),
		T(module_loaded_and_client_not_taken),
		T(device_without_a_node),
		T(another_device_than_the_wanted_one),
		T(lowest_device_is_the_first),
		T(what_is_no_meiprov_device_is_found_out),
		T(no_permission_says_who_may),
		T(holder_of_the_connection_is_named),
		T(own_process_is_not_the_holder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
