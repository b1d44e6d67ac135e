// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "persona.h"

#define FORMAT	     1
#define VERSION_MAX  19 /* characters that a description takes */
#define MAC_SIZE     18
#define DEVICE_ID_SZ 16

struct machine {
	struct meiprov_info info;
	struct meiprov_network network;
	struct meiprov_hash *hashes;
	size_t hash_count;
	bool has_hashes;
};

/* --- what is known --- */

static void left_out(FILE *notes, const char *what, const struct meiprov_error *err)
{
	fprintf(notes, "meiprov: %s left out: %s\n", what, err->why);
}

/* Without these nobody knows which firmware it is. */
static int check_versions(const struct meiprov_info *info, struct meiprov_error *err)
{
	static const char *const wanted[] = { "AMT", "Build Number", "Sku" };

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		const char *value = meiprov_info_version(info, wanted[i]);

		if (value && *value)
			continue;
		memset(err, 0, sizeof(*err));
		err->code = -ENODATA;
		snprintf(err->doing, sizeof(err->doing), "describing the machine");
		snprintf(err->why, sizeof(err->why), "the firmware does not give its \"%s\"",
			 wanted[i]);
		return -ENODATA;
	}
	return 0;
}

static int look(struct meiprov_device *dev, struct machine *m, FILE *notes,
		struct meiprov_error *err)
{
	int ret = meiprov_info_get(dev, &m->info, err);

	if (!ret)
		ret = check_versions(&m->info, err);
	if (ret)
		return ret;
	m->has_hashes = !meiprov_hash_list(dev, &m->hashes, &m->hash_count, err);
	if (!m->has_hashes)
		left_out(notes, "the hashes", err);
	if (meiprov_network_get(dev, &m->network, err))
		left_out(notes, "the addresses", err);
	return 0;
}

/* --- what is written --- */

/* Bytes of the firmware, one for one: what is no character becomes a question mark. */
static void text(struct json *j, const char *name, const char *value)
{
	char plain[256];
	size_t i;

	for (i = 0; value[i] && i + 1 < sizeof(plain); i++)
		plain[i] = value[i] >= ' ' && value[i] <= '~' ? value[i] : '?';
	plain[i] = '\0';
	json_text(j, name, *plain ? plain : "-");
}

static void versions(struct json *j, const struct meiprov_info *info)
{
	json_array_begin(j, "versions");
	for (size_t i = 0; i < info->version_count; i++) {
		const struct meiprov_version *v = &info->versions[i];
		char value[VERSION_MAX + 1];

		snprintf(value, sizeof(value), "%.*s", VERSION_MAX, v->value);
		json_object_begin(j, NULL);
		text(j, "name", v->name);
		text(j, "version", value);
		json_object_end(j);
	}
	json_array_end(j);
}

static const char *algorithm_name(uint32_t algorithm)
{
	static const char *const names[] = {
		[MEIPROV_HASH_SHA1] = "sha1",
		[MEIPROV_HASH_SHA256] = "sha256",
		[MEIPROV_HASH_SHA384] = "sha384",
	};

	return algorithm < sizeof(names) / sizeof(names[0]) ? names[algorithm] : NULL;
}

static void hash(struct json *j, const struct meiprov_hash *h, FILE *notes)
{
	const char *algorithm = algorithm_name(h->algorithm);

	if (!algorithm) {
		fprintf(notes,
			"meiprov: hash %u left out: its algorithm %u is not one of a "
			"description\n",
			h->handle, h->algorithm);
		return;
	}
	json_object_begin(j, NULL);
	json_number(j, "handle", h->handle);
	text(j, "name", h->name);
	json_text(j, "algorithm", algorithm);
	json_hex(j, "digest", h->digest, h->digest_len);
	json_bool(j, "default", h->is_default);
	json_bool(j, "active", h->is_active);
	json_object_end(j);
}

static void addresses(struct json *j, const struct meiprov_network *network)
{
	const uint8_t *m = network->mac;
	char mac[MAC_SIZE];

	snprintf(mac, sizeof(mac), "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3], m[4],
		 m[5]);
	if (network->has_lan)
		json_text(j, "mac", mac);
	if (network->has_tcpip && *network->domain)
		text(j, "dhcp_suffix", network->domain);
}

/* The kernel's "0x9de0"; nothing where the ME's place is not known. */
static void device_id(struct json *j, const char *parent)
{
	char path[96], id[DEVICE_ID_SZ] = "";
	FILE *file;

	if (!*parent)
		return;
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/device", parent);
	file = fopen(path, "re");
	if (file && fgets(id, sizeof(id), file)) {
		id[strcspn(id, "\n")] = '\0';
		json_text(j, "device_id", id);
	}
	if (file)
		fclose(file);
}

static void write_machine(const struct machine *m, FILE *out, FILE *notes)
{
	char uuid[MEIPROV_UUID_TEXT_SIZE];
	struct json j;

	json_begin(&j, out, false);
	json_number(&j, "meiprov_persona", FORMAT);
	if (m->info.has_uuid) {
		meiprov_uuid_format(m->info.uuid, uuid);
		json_text(&j, "uuid", uuid);
	}
	if (*m->info.bios)
		text(&j, "bios", m->info.bios);
	device_id(&j, m->info.parent);
	addresses(&j, &m->network);
	versions(&j, &m->info);
	if (m->has_hashes)
		json_array_begin(&j, "hashes");
	for (size_t i = 0; i < m->hash_count; i++)
		hash(&j, &m->hashes[i], notes);
	if (m->has_hashes)
		json_array_end(&j);
	json_end(&j);
}

int persona_write(struct meiprov_device *dev, FILE *out, FILE *notes, struct meiprov_error *err)
{
	struct machine machine = { 0 };
	int ret = look(dev, &machine, notes, err);

	if (!ret)
		write_machine(&machine, out, notes);
	free(machine.hashes);
	return ret;
}
