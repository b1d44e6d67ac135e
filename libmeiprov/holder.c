// SPDX-License-Identifier: LGPL-2.1-or-later
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "holder.h"

bool holder_is_mei_node(const char *name)
{
	static const char prefix[] = "mei";

	if (strncmp(name, prefix, sizeof(prefix) - 1))
		return false;
	name += sizeof(prefix) - 1;
	return !name[strspn(name, "0123456789")];
}

static bool is_mei_node(const char *path)
{
	static const char dev[] = "/dev/";

	return !strncmp(path, dev, sizeof(dev) - 1) && holder_is_mei_node(path + sizeof(dev) - 1);
}

/* The node that process @pid has open, into @node. */
static bool opened_node(const char *root, int pid, char *node, size_t size)
{
	char path[PATH_MAX];
	struct dirent *entry;
	bool found = false;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/proc/%d/fd", root, pid);
	dir = opendir(path);
	while (dir && !found && (entry = readdir(dir))) {
		ssize_t len = readlinkat(dirfd(dir), entry->d_name, node, size - 1);

		node[len > 0 ? len : 0] = '\0';
		found = is_mei_node(node);
	}
	if (dir)
		closedir(dir);
	return found;
}

static void read_comm(const char *root, int pid, char *comm, size_t size)
{
	char path[PATH_MAX];
	FILE *file;

	snprintf(comm, size, "a program");
	snprintf(path, sizeof(path), "%s/proc/%d/comm", root, pid);
	file = fopen(path, "re");
	if (!file)
		return;
	if (fgets(comm, (int)size, file))
		comm[strcspn(comm, "\n")] = '\0';
	fclose(file);
}

/* The process an entry of /proc stands for, 0 if none or this one. */
static int other_process(const char *name)
{
	long pid = name[strspn(name, "0123456789")] ? 0 : strtol(name, NULL, 10);

	return pid > INT_MAX || pid == getpid() ? 0 : (int)pid;
}

bool holder_find(const char *root, char *text, size_t size)
{
	char path[PATH_MAX], node[32], comm[32];
	struct dirent *entry;
	bool found = false;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/proc", root);
	dir = opendir(path);
	while (dir && !found && (entry = readdir(dir))) {
		int pid = other_process(entry->d_name);

		found = pid && opened_node(root, pid, node, sizeof(node));
		if (!found)
			continue;
		read_comm(root, pid, comm, sizeof(comm));
		snprintf(text, size, "%s (pid %d) has %s open", comm, pid, node);
	}
	if (dir)
		closedir(dir);
	return found;
}
