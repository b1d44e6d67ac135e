// SPDX-License-Identifier: LGPL-2.1-or-later
/* Why there is no /dev/meiprovN: what /dev and /sys show, from the nearest
 * cause to the farthest.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "chardev.h"
#include "error.h"

int chardev_index(const char *name)
{
	static const char prefix[] = "meiprov";
	unsigned long index;

	if (strncmp(name, prefix, sizeof(prefix) - 1))
		return -1;
	name += sizeof(prefix) - 1;
	if (!*name || name[strspn(name, "0123456789")] || strlen(name) > 6)
		return -1;
	index = strtoul(name, NULL, 10);
	return (int)index;
}

static DIR *open_dir(const char *root, const char *dir)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s%s", root, dir);
	return opendir(path);
}

int absence_first(const char *root, const char *dir)
{
	DIR *d = open_dir(root, dir);
	struct dirent *entry;
	int first = -ENOENT;

	while (d && (entry = readdir(d))) {
		int index = chardev_index(entry->d_name);

		if (index >= 0 && (first < 0 || index < first))
			first = index;
	}
	if (d)
		closedir(d);
	return first;
}

static bool exists(const char *root, const char *path)
{
	char full[PATH_MAX];

	snprintf(full, sizeof(full), "%s%s", root, path);
	return !access(full, F_OK);
}

bool absence_has_entry(const char *root, const char *dir, const char *part)
{
	DIR *d = open_dir(root, dir);
	struct dirent *entry;
	bool found = false;

	while (d && !found && (entry = readdir(d)))
		found = strstr(entry->d_name, part) != NULL;
	if (d)
		closedir(d);
	return found;
}

static int other_device(const char *root, int present, int wanted, const char *doing,
			struct meiprov_error *err)
{
	char why[128];

	if (wanted < 0) /* it has come in the meantime */
		return error_set(err, -ENOENT, doing, "the device appeared just now", "repeat it");
	snprintf(why, sizeof(why), "there is no device %d", wanted);
	return error_set(err, -ENOENT, doing, why, "ls /dev/meiprov* shows those that exist");
}

int absence_explain(const char *root, int index, const char *doing, struct meiprov_error *err)
{
	bool module = exists(root, "/sys/class/meiprov");
	bool client = absence_has_entry(root, "/sys/bus/mei/devices", AMTHI_UUID);
	int present = absence_first(root, "/dev");

	if (present >= 0)
		return other_device(root, present, index, doing, err);
	if (absence_first(root, "/sys/class/meiprov") >= 0)
		return error_set(err, -ENOENT, doing,
				 "the module has a device, but there is no node for it in /dev",
				 "is devtmpfs mounted on /dev, and does udev run?");
	if (client && !module)
		return error_set(err, -ENOENT, doing, "module mei_prov is not loaded",
				 "modprobe mei_prov");
	if (client)
		return error_set(err, -ENOENT, doing,
				 "module mei_prov is loaded but has not taken the AMTHI client",
				 "look for mei_prov lines in the kernel log");
	if (absence_has_entry(root, "/sys/class/mei", "mei") ||
	    absence_has_entry(root, "/dev", "mei"))
		return error_set(
			err, -ENOENT, doing,
			"this ME offers no AMTHI client: it has no AMT, or AMT is off",
			"switch Intel AMT (manageability) on in the BIOS setup, if it is there");
	return error_set(err, -ENOENT, doing, "there is no Intel ME on this machine's MEI bus",
			 "modprobe mei_me; if that changes nothing, the ME is absent or hidden");
}
