// SPDX-License-Identifier: LGPL-2.1-or-later
/* The list of MEs, from trees that look like /sys and /dev. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "libmeiprov/chardev.h"
#include "libmeiprov/places.h"
#include "tree.h"

#define AMTHI "12f80028-b4b7-4b2d-aca8-46e0ff65814c"
#define OTHER "8e6a6715-9abc-4043-88ef-9e39c6f63e0f"

/* An entry of a class, with its link to the PCI device. */
static void entry(const char *root, const char *path, const char *parent)
{
	char link[512], target[64];

	tree_folder(root, path);
	snprintf(link, sizeof(link), "%s/%s/device", root, path);
	snprintf(target, sizeof(target), "../../%s", parent);
	assert_int_equal(symlink(target, link), 0);
}

static void client(const char *root, const char *parent, const char *uuid)
{
	char path[128];

	snprintf(path, sizeof(path), "sys/bus/mei/devices/%s-%s", parent, uuid);
	tree_folder(root, path);
}

static void assert_place(const struct meiprov_place *place, const char *parent, int index,
			 const char *node, const char *mei_node)
{
	assert_string_equal(place->parent, parent);
	assert_int_equal(place->index, index);
	assert_string_equal(place->node, node);
	assert_string_equal(place->mei_node, mei_node);
}

static void a_machine_without_an_me_has_an_empty_list(void **state)
{
	struct meiprov_place *places = (void *)1;
	size_t count = 1;

	assert_int_equal(places_list(*state, &places, &count, NULL), 0);
	assert_null(places);
	assert_int_equal(count, 0);
}

static void each_me_with_amt_is_listed_once_in_order(void **state)
{
	struct meiprov_place *places;
	size_t count;

	client(*state, "0000:b2:00.0", AMTHI);
	client(*state, "0000:00:16.0", AMTHI);
	client(*state, "0000:00:16.0", OTHER);
	client(*state, "0000:c3:00.0", OTHER);
	entry(*state, "sys/class/meiprov/meiprov3", "0000:00:16.0");
	entry(*state, "sys/class/mei/mei0", "0000:00:16.0");
	entry(*state, "sys/class/mei/mei1", "0000:b2:00.0");
	entry(*state, "sys/class/mei/mei2", "0000:c3:00.0");
	assert_int_equal(places_list(*state, &places, &count, NULL), 0);
	assert_int_equal(count, 2);
	assert_place(&places[0], "0000:00:16.0", 3, "/dev/meiprov3", "/dev/mei0");
	assert_place(&places[1], "0000:b2:00.0", -1, "", "/dev/mei1");
	free(places);
}

/* The module keeps it while the firmware restarts. */
static void a_device_whose_client_is_away_stays_listed(void **state)
{
	struct meiprov_place *places;
	size_t count;

	entry(*state, "sys/class/meiprov/meiprov0", "0000:00:16.0");
	tree_folder(*state, "sys/class/meiprov/other");
	assert_int_equal(places_list(*state, &places, &count, NULL), 0);
	assert_int_equal(count, 1);
	assert_place(&places[0], "0000:00:16.0", 0, "/dev/meiprov0", "");
	free(places);
}

static void a_pci_address_leads_to_its_device(void **state)
{
	struct meiprov_open how = { .size = sizeof(how), .index = -1, .parent = "0000:b2:00.0" };
	struct meiprov_device *dev;
	struct meiprov_error err;

	entry(*state, "sys/class/meiprov/meiprov0", "0000:00:16.0");
	assert_int_equal(open_by(*state, &how, &dev, &err), -ENOENT);
	assert_null(dev);
	assert_non_null(strstr(err.why, "0000:b2:00.0"));
	entry(*state, "sys/class/meiprov/meiprov1", "0000:b2:00.0");
	tree_folder(*state, "dev");
	tree_file(*state, "dev/meiprov1", "", 0600);
	assert_int_equal(open_by(*state, &how, &dev, &err), 0);
	assert_string_equal(meiprov_device_node(dev), "/dev/meiprov1");
	meiprov_device_close(dev);
}

/* Without the module's device it is the node of the MEI bus driver: this one is none. */
static void a_pci_address_without_the_module_leads_to_the_node(void **state)
{
	struct meiprov_open how = { .size = sizeof(how), .index = -1, .parent = "0000:b2:00.0" };
	struct meiprov_device *dev;
	struct meiprov_error err;

	client(*state, "0000:b2:00.0", AMTHI);
	entry(*state, "sys/class/mei/mei777", "0000:b2:00.0");
	assert_int_equal(open_by(*state, &how, &dev, &err), -ENOENT);
	assert_non_null(strstr(err.why, "/dev/meiN"));
}

static void a_pci_address_goes_with_nothing_else(void **state)
{
	struct meiprov_open how = { .size = sizeof(how), .index = 0, .parent = "0000:00:16.0" };
	struct meiprov_device *dev;

	assert_int_equal(open_by(*state, &how, &dev, NULL), -EINVAL);
	how.index = -1;
	how.transport = "mei";
	assert_int_equal(open_by(*state, &how, &dev, NULL), -EINVAL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_machine_without_an_me_has_an_empty_list),
		TEST(each_me_with_amt_is_listed_once_in_order),
		TEST(a_device_whose_client_is_away_stays_listed),
		TEST(a_pci_address_leads_to_its_device),
		TEST(a_pci_address_without_the_module_leads_to_the_node),
		TEST(a_pci_address_goes_with_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
