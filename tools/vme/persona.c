// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/persona.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include "tools/vme/config_key.h"
#include "tools/vme/profile.h"
#include "tools/vme/text.h"

#define FORMAT_MEMBER "meiprov_persona"
#define FORMAT	      1
#define SIZE_MAX_FILE (4 * 1024 * 1024)
#define VERSIONS_MAX  50 /* amthi.md 1A */
#define HASHES_MAX    8192
#define NUMBER_MAX    24

static int refuse(char why[CONFIG_WHY_MAX], const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static int refuse(char why[CONFIG_WHY_MAX], const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(why, CONFIG_WHY_MAX, fmt, args);
	va_end(args);
	return -EINVAL;
}

/* --- members that are keys --- */

static const struct {
	const char *member;
	const char *key;
} settings[] = {
	{ "profile", "profile" },
	{ "uuid", "uuid" },
	{ "bios", "bios" },
	{ "device_id", "device-id" },
	{ "hbm", "hbm" },
	{ "mac", "mac" },
	{ "wlan_mac", "wlan-mac" },
	{ "fqdn", "fqdn" },
	{ "dhcp_suffix", "dhcp-suffix" },
	{ "factory_slots", "factory-slots" },
	{ "user_slots", "user-slots" },
};

#define SETTINGS (sizeof(settings) / sizeof(settings[0]))

static int take_setting(struct vme_config *config, const char *key, const json_t *value,
			char why[CONFIG_WHY_MAX])
{
	char number[NUMBER_MAX];

	if (json_is_string(value))
		return config_set_default(config, key, json_string_value(value), why);
	if (!json_is_integer(value))
		return refuse(why, "%s: neither text nor a number", key);
	snprintf(number, sizeof(number), "%lld", (long long)json_integer_value(value));
	return config_set_default(config, key, number, why);
}

static int take_settings(struct vme_config *config, const json_t *object, char why[CONFIG_WHY_MAX])
{
	const json_t *value;
	int ret = 0;
	size_t i;

	for (i = 0; i < SETTINGS && !ret; i++) {
		value = json_object_get(object, settings[i].member);
		if (value)
			ret = take_setting(config, settings[i].key, value, why);
	}
	return ret;
}

/* --- versions --- */

static int take_text(const json_t *object, const char *member, char *out, size_t size)
{
	const char *text = json_string_value(json_object_get(object, member));

	if (!text || !*text || strlen(text) >= size)
		return -EINVAL;
	strcpy(out, text);
	return 0;
}

static int read_versions(struct persona *persona, const json_t *rows, char why[CONFIG_WHY_MAX])
{
	size_t count = json_array_size(rows);
	const json_t *row;
	size_t i;

	if (!count || count > VERSIONS_MAX)
		return refuse(why, "versions: not an array of 1 to %d", VERSIONS_MAX);
	persona->versions = calloc(count, sizeof(*persona->versions));
	if (!persona->versions)
		return refuse(why, "out of memory");
	persona->version_count = count;
	for (i = 0; i < count; i++) {
		struct amt_version *version = &persona->versions[i];

		row = json_array_get(rows, i);
		if (json_object_size(row) != 2 ||
		    take_text(row, "name", version->name, sizeof(version->name)) ||
		    take_text(row, "version", version->value, CONFIG_NUMBER_MAX + 1))
			return refuse(why,
				      "versions: entry %zu has not just name and version, "
				      "of up to 20 and %d characters",
				      i, CONFIG_NUMBER_MAX);
	}
	return 0;
}

static const char *version_named(const struct persona *persona, const char *name)
{
	size_t i;

	for (i = 0; i < persona->version_count; i++)
		if (!strcmp(persona->versions[i].name, name))
			return persona->versions[i].value;
	return NULL;
}

/* What other keys show, and who knows the firmware by; the profile comes from it. */
static int take_versions(struct vme_config *config, const struct persona *persona,
			 char why[CONFIG_WHY_MAX])
{
	static const struct {
		const char *name;
		const char *key;
	} shown[] = {
		{ "AMT", "version" },
		{ "Build Number", "build" },
		{ "Sku", "sku" },
	};
	int ret = 0;
	size_t i;

	for (i = 0; i < sizeof(shown) / sizeof(shown[0]) && !ret; i++) {
		const char *value = version_named(persona, shown[i].name);

		if (!value)
			return refuse(why, "versions: there is no \"%s\"", shown[i].name);
		ret = config_set_default(config, shown[i].key, value, why);
	}
	if (ret)
		return ret;
	return config_set_default(config, "profile",
				  vme_profile_of(version_named(persona, "AMT"))->name, why);
}

/* --- hashes --- */

static bool take_flag(const json_t *object, const char *member, bool *flag)
{
	const json_t *value = json_object_get(object, member);

	*flag = json_is_true(value);
	return json_is_boolean(value);
}

static int read_hash(const json_t *row, struct amt_hash *hash)
{
	const char *algorithm = json_string_value(json_object_get(row, "algorithm"));
	const char *digest = json_string_value(json_object_get(row, "digest"));
	const json_t *handle = json_object_get(row, "handle");

	if (json_object_size(row) != 6 || !json_is_integer(handle) ||
	    json_integer_value(handle) < 0 || json_integer_value(handle) > UINT32_MAX)
		return -EINVAL;
	hash->handle = (uint32_t)json_integer_value(handle);
	if (take_text(row, "name", hash->name, sizeof(hash->name)) ||
	    !take_flag(row, "default", &hash->is_default) ||
	    !take_flag(row, "active", &hash->is_active))
		return -EINVAL;
	return algorithm && digest ? text_digest(hash, algorithm, digest) : -EINVAL;
}

static int read_hashes(struct persona *persona, const json_t *rows, char why[CONFIG_WHY_MAX])
{
	size_t count = json_array_size(rows);
	size_t i;

	if (!rows)
		return 0;
	if (!json_is_array(rows) || count > HASHES_MAX)
		return refuse(why, "hashes: not an array of up to %d", HASHES_MAX);
	persona->has_hashes = true;
	persona->hashes = calloc(count + 1, sizeof(*persona->hashes));
	if (!persona->hashes)
		return refuse(why, "out of memory");
	for (i = 0; i < count; i++) {
		if (read_hash(json_array_get(rows, i), &persona->hashes[i]))
			return refuse(why,
				      "hashes: entry %zu has not just handle, name, algorithm, "
				      "digest, default and active, each in its form",
				      i);
		if (i && persona->hashes[i].handle <= persona->hashes[i - 1].handle)
			return refuse(why, "hashes: the handle of entry %zu does not grow", i);
		persona->hash_count++;
	}
	return 0;
}

/* --- all of it --- */

static bool is_known(const char *member)
{
	size_t i;

	for (i = 0; i < SETTINGS; i++)
		if (!strcmp(settings[i].member, member))
			return true;
	return !strcmp(member, FORMAT_MEMBER) || !strcmp(member, "versions") ||
	       !strcmp(member, "hashes");
}

static int check_members(const json_t *object, char why[CONFIG_WHY_MAX])
{
	const json_t *format = json_object_get(object, FORMAT_MEMBER);
	const char *member;
	json_t *value;

	if (!json_is_object(object) || !json_is_integer(format))
		return refuse(why, "it has no \"" FORMAT_MEMBER "\": not a persona");
	if (json_integer_value(format) != FORMAT)
		return refuse(why, "it is of format %lld, and only %d is known here",
			      (long long)json_integer_value(format), FORMAT);
	json_object_foreach((json_t *)object, member, value)
		if (!is_known(member))
			return refuse(why, "there is no member \"%.60s\"", member);
	return 0;
}

static int take_object(struct vme_config *config, const json_t *object, struct persona *persona,
		       char why[CONFIG_WHY_MAX])
{
	int ret = check_members(object, why);

	if (!ret)
		ret = read_versions(persona, json_object_get(object, "versions"), why);
	if (!ret)
		ret = read_hashes(persona, json_object_get(object, "hashes"), why);
	if (!ret)
		ret = take_settings(config, object, why);
	if (!ret)
		ret = take_versions(config, persona, why);
	if (!ret && persona->has_hashes)
		ret = config_set_default(config, "default-hashes", "off", why);
	return ret;
}

static json_t *load(const char *path, char why[CONFIG_WHY_MAX])
{
	FILE *file = fopen(path, "re");
	json_error_t error;
	json_t *object;

	if (!file) {
		snprintf(why, CONFIG_WHY_MAX, "%s", strerror(errno));
		return NULL;
	}
	if (!fseek(file, 0, SEEK_END) && ftell(file) > SIZE_MAX_FILE) {
		snprintf(why, CONFIG_WHY_MAX, "longer than %d bytes", SIZE_MAX_FILE);
		fclose(file);
		return NULL;
	}
	rewind(file);
	object = json_loadf(file, JSON_REJECT_DUPLICATES, &error);
	if (!object)
		snprintf(why, CONFIG_WHY_MAX, "line %d: %.120s", error.line, error.text);
	fclose(file);
	return object;
}

int persona_take(struct vme_config *config, const char *path, char why[CONFIG_WHY_MAX])
{
	struct persona *persona = calloc(1, sizeof(*persona));
	char reason[CONFIG_WHY_MAX] = "out of memory";
	json_t *object = persona ? load(path, reason) : NULL;
	int ret = object ? take_object(config, object, persona, reason) : -EINVAL;

	json_decref(object);
	if (ret) {
		persona_free(persona);
		snprintf(why, CONFIG_WHY_MAX, "persona %.80s: %.160s", path, reason);
		return ret;
	}
	persona_free(config->persona);
	config->persona = persona;
	return 0;
}

void persona_free(struct persona *persona)
{
	if (!persona)
		return;
	free(persona->versions);
	free(persona->hashes);
	free(persona);
}
