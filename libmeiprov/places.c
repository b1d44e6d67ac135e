// SPDX-License-Identifier: LGPL-2.1-or-later
/* Which MEs with AMT there are: those the module has, and those on the MEI bus. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "chardev.h"
#include "error.h"
#include "holder.h"
#include "places.h"

#define DOING "listing the MEs of this machine"

struct places {
	const char *root;
	struct meiprov_place *list;
	size_t count;
};

void places_parent(const char *root, const char *class_name, const char *name, char *parent,
		   size_t size)
{
	char link[PATH_MAX], target[PATH_MAX];
	const char *last;
	ssize_t len;

	parent[0] = '\0';
	snprintf(link, sizeof(link), "%s/sys/class/%s/%.64s/device", root, class_name, name);
	len = readlink(link, target, sizeof(target) - 1);
	if (len < 0)
		return;
	target[len] = '\0';
	last = strrchr(target, '/');
	snprintf(parent, size, "%.31s", last ? last + 1 : target);
}

/* The place of this PCI device, a new one if need be; NULL: no memory. */
static struct meiprov_place *place_of(struct places *places, const char *parent)
{
	struct meiprov_place *list = places->list;
	size_t i;

	for (i = 0; i < places->count; i++)
		if (*parent && !strcmp(list[i].parent, parent))
			return &list[i];
	list = reallocarray(list, places->count + 1, sizeof(*list));
	if (!list)
		return NULL;
	places->list = list;
	places->count++;
	memset(&list[i], 0, sizeof(*list));
	list[i].index = -1;
	snprintf(list[i].parent, sizeof(list[i].parent), "%s", parent);
	return &list[i];
}

/* A device of the module. */
static int take_device(struct places *places, const char *name)
{
	int index = chardev_index(name);
	struct meiprov_place *place;
	char parent[32];

	if (index < 0)
		return 0;
	places_parent(places->root, "meiprov", name, parent, sizeof(parent));
	place = place_of(places, parent);
	if (!place)
		return -ENOMEM;
	place->index = index;
	snprintf(place->node, sizeof(place->node), "/dev/meiprov%d", index);
	return 0;
}

/* A client on the MEI bus: PARENT-UUID. */
static int take_client(struct places *places, const char *name)
{
	const char *at = strstr(name, "-" AMTHI_UUID);
	char parent[32];

	if (!at || (size_t)(at - name) >= sizeof(parent))
		return 0;
	snprintf(parent, sizeof(parent), "%.*s", (int)(at - name), name);
	return place_of(places, parent) ? 0 : -ENOMEM;
}

/* A node of the MEI bus driver: of an ME that is known by now, or of none with AMTHI. */
static int take_mei(struct places *places, const char *name)
{
	char parent[32];
	size_t i;

	if (!holder_is_mei_node(name))
		return 0;
	places_parent(places->root, "mei", name, parent, sizeof(parent));
	for (i = 0; i < places->count; i++)
		if (*parent && !strcmp(places->list[i].parent, parent))
			snprintf(places->list[i].mei_node, sizeof(places->list[i].mei_node),
				 "/dev/%.16s", name);
	return 0;
}

static int each(struct places *places, const char *dir,
		int (*take)(struct places *places, const char *name))
{
	char path[PATH_MAX];
	struct dirent *entry;
	int ret = 0;
	DIR *d;

	snprintf(path, sizeof(path), "%s%s", places->root, dir);
	d = opendir(path);
	while (d && !ret && (entry = readdir(d)))
		ret = take(places, entry->d_name);
	if (d)
		closedir(d);
	return ret;
}

static int compare(const void *a, const void *b)
{
	const struct meiprov_place *one = a, *other = b;

	return strcmp(one->parent, other->parent);
}

int places_list(const char *root, struct meiprov_place **out, size_t *count,
		struct meiprov_error *err)
{
	struct places places = { .root = root };
	int ret = each(&places, "/sys/class/meiprov", take_device);

	if (!ret)
		ret = each(&places, "/sys/bus/mei/devices", take_client);
	if (!ret)
		ret = each(&places, "/sys/class/mei", take_mei);
	if (ret) {
		free(places.list);
		places.list = NULL;
		places.count = 0;
	}
	if (places.count)
		qsort(places.list, places.count, sizeof(*places.list), compare);
	*out = places.list;
	*count = places.count;
	return ret ? error_errno(err, ret, DOING) : 0;
}

int meiprov_device_list(struct meiprov_place **out, size_t *count, struct meiprov_error *err)
{
	return places_list("", out, count, err);
}
