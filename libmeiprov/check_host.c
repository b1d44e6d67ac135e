// SPDX-License-Identifier: LGPL-2.1-or-later
/* Findings about the machine the ME is in; nothing of it needs rights or a module. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "chardev.h"
#include "check.h"

#define CLIENTS "/sys/bus/mei/devices"

/* Other services that only firmware with AMT has (amthi.md 2.3, 3). */
static const char *const amt_clients[] = {
	"05b79a6f-4628-4d7f-899d-a91514cb32ab", /* watchdog, MNG */
	"6733a4db-0476-4e7b-b3af-bcfc29bee7a7", /* LME */
};

static DIR *open_dir(const struct meiprov_check *check, const char *dir)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s%s", check->world->root, dir);
	return opendir(path);
}

static bool has_entry(const struct meiprov_check *check, const char *dir, const char *part)
{
	return absence_has_entry(check->world->root, dir, part);
}

static bool read_line(const struct meiprov_check *check, const char *path, char *text, size_t size)
{
	char full[PATH_MAX];
	FILE *file;
	bool ok;

	snprintf(full, sizeof(full), "%s%s", check->world->root, path);
	file = fopen(full, "re");
	if (!file)
		return false;
	ok = fgets(text, (int)size, file) != NULL;
	fclose(file);
	if (ok)
		text[strcspn(text, "\n")] = '\0';
	return ok;
}

/* A communication controller by Intel (class 0x0780): what an ME is on PCI. */
static bool is_me(const struct meiprov_check *check, const char *name)
{
	char path[PATH_MAX], text[16];

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%.64s/vendor", name);
	if (!read_line(check, path, text, sizeof(text)) || strcmp(text, "0x8086"))
		return false;
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%.64s/class", name);
	return read_line(check, path, text, sizeof(text)) && !strncmp(text, "0x0780", 6);
}

static bool me_on_pci(const struct meiprov_check *check)
{
	DIR *d = open_dir(check, "/sys/bus/pci/devices");
	struct dirent *entry;
	bool found = false;

	while (d && !found && (entry = readdir(d)))
		found = entry->d_name[0] != '.' && is_me(check, entry->d_name);
	if (d)
		closedir(d);
	return found;
}

static void amthi(struct meiprov_check *check)
{
	bool part = false;

	if (has_entry(check, CLIENTS, AMTHI_UUID)) {
		check_add(check, AMTHI_PRESENT, "the ME offers it");
		return;
	}
	for (size_t i = 0; i < sizeof(amt_clients) / sizeof(amt_clients[0]); i++)
		part |= has_entry(check, CLIENTS, amt_clients[i]);
	check_add(check, part ? AMT_OFF : FIRMWARE_CONSUMER, "the ME does not offer it%s",
		  part ? ", but other services of AMT" : "");
}

static void me(struct meiprov_check *check)
{
	if (has_entry(check, "/sys/class/mei", "mei")) {
		check_add(check, ME_PRESENT, "the kernel's MEI bus has it");
		amthi(check);
	} else if (me_on_pci(check)) {
		check_add(check, MEI_DRIVER_MISSING, "it is on PCI, but not on the MEI bus");
	} else {
		check_add(check, ME_ABSENT, "it is neither on the MEI bus nor on PCI");
	}
}

static void module(struct meiprov_check *check)
{
	if (has_entry(check, "/sys/class", "meiprov"))
		check_add(check, MODULE_LOADED, "it is loaded");
	else
		check_add(check, MODULE_MISSING, "it is not loaded");
}

/* --- other programs --- */

static const struct agent {
	const char *prefix; /* of the name in /proc/PID/comm */
	enum finding_id id;
} agents[] = {
	{ "meshagent", AGENT_STOPS }, /* amthi.md 5E */
	{ "lms", AGENT_SHARES },
};

static const struct agent *find_agent(const char *comm)
{
	for (size_t i = 0; i < sizeof(agents) / sizeof(agents[0]); i++)
		if (!strncmp(comm, agents[i].prefix, strlen(agents[i].prefix)))
			return &agents[i];
	return NULL;
}

/* 1: the process is one of them. */
static int agent(struct meiprov_check *check, const char *pid)
{
	const struct agent *known;
	char path[PATH_MAX], comm[32];

	snprintf(path, sizeof(path), "/proc/%.20s/comm", pid);
	if (!read_line(check, path, comm, sizeof(comm)))
		return 0;
	known = find_agent(comm);
	if (known)
		check_add(check, known->id, "%s (pid %s) runs", comm, pid);
	return known != NULL;
}

static void other_programs(struct meiprov_check *check)
{
	DIR *d = open_dir(check, "/proc");
	struct dirent *entry;
	int found = 0;

	if (!d) {
		check_add(check, AGENT_UNKNOWN, "/proc cannot be read");
		return;
	}
	while ((entry = readdir(d)))
		if (!entry->d_name[strspn(entry->d_name, "0123456789")])
			found += agent(check, entry->d_name);
	closedir(d);
	if (!found)
		check_add(check, AGENT_NONE, "none of those that are known to disturb runs");
}

/* --- clock --- */

/* No certificate of today was valid before. */
#define EARLIEST 1704067200 /* 2024-01-01 UTC */

static void the_clock(struct meiprov_check *check)
{
	time_t now = check->world->now();
	char text[32];
	struct tm tm;

	strftime(text, sizeof(text), "%F %T UTC", gmtime_r(&now, &tm));
	if (now < EARLIEST)
		check_add(check, CLOCK_WRONG, "it says %s", text);
	else if (!check->world->synchronised())
		check_add(check, CLOCK_UNSYNCHRONISED, "it says %s; nothing keeps it right", text);
	else
		check_add(check, CLOCK_OK, "it says %s and is synchronised", text);
}

/* Does the ME belong to this machine? A virtual one and a record do not. */
static bool is_here(const struct meiprov_check *check)
{
	const char *transport = check->options->how->transport;

	return !transport || (strncmp(transport, "socket", 6) && strncmp(transport, "replay", 6));
}

void check_host(struct meiprov_check *check)
{
	if (is_here(check)) {
		me(check);
		module(check);
	}
	other_programs(check);
	the_clock(check);
}
