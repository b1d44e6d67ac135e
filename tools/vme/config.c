// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/config.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <netinet/in.h>
#include <openssl/crypto.h>
#include "tools/vme/config_key.h"
#include "tools/vme/hello.h"
#include "tools/vme/pci_config.h"
#include "tools/vme/persona.h"
#include "tools/vme/profile.h"
#include "tools/vme/text.h"

static int fail(int error, char why[CONFIG_WHY_MAX], const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static int fail(int error, char why[CONFIG_WHY_MAX], const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(why, CONFIG_WHY_MAX, fmt, args);
	va_end(args);
	return error;
}

static const struct config_key *find(const char *name)
{
	size_t i;

	for (i = 0; i < config_key_count; i++)
		if (!strcmp(config_keys[i].name, name))
			return &config_keys[i];
	return NULL;
}

/* --- one value --- */

static int set_text(const struct config_key *key, char *at, const char *value,
		    char why[CONFIG_WHY_MAX])
{
	if (strlen(value) >= key->min)
		return fail(-EINVAL, why, "%s: longer than %u characters", key->name, key->min - 1);
	OPENSSL_cleanse(at, key->min);
	strcpy(at, value);
	return 0;
}

static int set_bool(const struct config_key *key, bool *at, const char *value,
		    char why[CONFIG_WHY_MAX])
{
	bool on = !strcmp(value, "on");

	if (!on && strcmp(value, "off"))
		return fail(-EINVAL, why, "%s: \"%.60s\" is neither on nor off", key->name, value);
	*at = on;
	return 0;
}

static int set_number(const struct config_key *key, uint32_t *at, const char *value,
		      char why[CONFIG_WHY_MAX])
{
	if (text_u32(value, key->min, key->max, at))
		return fail(-EINVAL, why, "%s: \"%.60s\" is not a number from %u to %u", key->name,
			    value, key->min, key->max);
	return 0;
}

static void list_choices(const struct config_choice *choice, char out[CONFIG_VALUE_MAX])
{
	size_t len = 0;

	out[0] = '\0';
	for (; choice->name && len < CONFIG_VALUE_MAX; choice++)
		len += (size_t)snprintf(out + len, CONFIG_VALUE_MAX - len, "%s%s", len ? "|" : "",
					choice->name);
}

static int set_choice(const struct config_key *key, int *at, const char *value,
		      char why[CONFIG_WHY_MAX])
{
	const struct config_choice *choice;
	char known[CONFIG_VALUE_MAX];

	for (choice = key->choices; choice->name; choice++) {
		if (strcmp(choice->name, value))
			continue;
		*at = choice->value;
		return 0;
	}
	list_choices(key->choices, known);
	return fail(-EINVAL, why, "%s: \"%.60s\" is none of %.100s", key->name, value, known);
}

static int set_address(const struct config_key *key, struct sockaddr_storage *at, const char *value,
		       char why[CONFIG_WHY_MAX])
{
	if (text_address(value, (uint16_t)key->min, at))
		return fail(-EINVAL, why, "%s: \"%.60s\" is not an address IP[:PORT]", key->name,
			    value);
	return 0;
}

static int set_mac(const struct config_key *key, uint8_t *at, const char *value,
		   char why[CONFIG_WHY_MAX])
{
	if (!*value && !key->min)
		memset(at, 0, AMT_MAC_LEN);
	else if (text_mac(value, at))
		return fail(-EINVAL, why, "%s: \"%.60s\" is not a MAC address", key->name, value);
	return 0;
}

static int set_ipv4(const struct config_key *key, uint32_t *at, const char *value,
		    char why[CONFIG_WHY_MAX])
{
	if (text_ipv4(value, at))
		return fail(-EINVAL, why, "%s: \"%.60s\" is not an IPv4 address", key->name, value);
	return 0;
}

static int set_uuid(struct vme_config *config, const char *value, char why[CONFIG_WHY_MAX])
{
	if (text_uuid(value, config->uuid))
		return fail(-EINVAL, why, "uuid: \"%.60s\" is not a UUID", value);
	config->has_uuid = true;
	return 0;
}

static int add_hash(struct vme_config *config, const char *value, char why[CONFIG_WHY_MAX])
{
	struct amt_hash *grown = realloc(config->hashes, (config->hash_count + 1) * sizeof(*grown));

	if (!grown)
		return fail(-ENOMEM, why, "hash: out of memory");
	config->hashes = grown;
	if (text_hash(value, &grown[config->hash_count]))
		return fail(-EINVAL, why,
			    "hash: \"%.150s\" is not NAME,sha1|sha256|sha384,HEX"
			    "[,inactive][,default]",
			    value);
	config->hash_count++;
	return 0;
}

static int set_profile(struct vme_config *config, const char *value, char why[CONFIG_WHY_MAX]);

static int set_persona(struct vme_config *config, const struct config_key *key, const char *value,
		       char why[CONFIG_WHY_MAX])
{
	int ret = set_text(key, config->persona_path, value, why);

	return ret || !*value ? ret : persona_take(config, value, why);
}

static int set(struct vme_config *config, const struct config_key *key, const char *value,
	       char why[CONFIG_WHY_MAX])
{
	void *at = (char *)config + key->offset;

	switch (key->type) {
	case CONFIG_TEXT:
	case CONFIG_SECRET:
		return set_text(key, at, value, why);
	case CONFIG_BOOL:
		return set_bool(key, at, value, why);
	case CONFIG_NUMBER:
	case CONFIG_HEX16:
		return set_number(key, at, value, why);
	case CONFIG_CHOICE:
		return set_choice(key, at, value, why);
	case CONFIG_ADDRESS:
		return set_address(key, at, value, why);
	case CONFIG_MAC:
		return set_mac(key, at, value, why);
	case CONFIG_IPV4:
		return set_ipv4(key, at, value, why);
	case CONFIG_UUID:
		return set_uuid(config, value, why);
	case CONFIG_HASH:
		return add_hash(config, value, why);
	case CONFIG_PROFILE:
		return set_profile(config, value, why);
	case CONFIG_PERSONA:
		return set_persona(config, key, value, why);
	}
	return -EINVAL;
}

/* What nobody has chosen becomes as the profile has it, in whatever order they come. */
static int set_profile(struct vme_config *config, const char *value, char why[CONFIG_WHY_MAX])
{
	const struct vme_profile *profile = vme_profile_find(value);
	const char *initial;
	int ret = 0;
	size_t i;

	if (!profile)
		return fail(-EINVAL, why, "profile: no \"%.60s\"; --list-profiles shows all",
			    value);
	config->profile = profile;
	for (i = 0; i < config_key_count && !ret; i++) {
		initial = config_profile_value(profile, config_keys[i].name);
		if (initial && !config->chosen[i])
			ret = set(config, &config_keys[i], initial, why);
	}
	return ret;
}

int config_set(struct vme_config *config, const char *key, const char *value,
	       char why[CONFIG_WHY_MAX])
{
	const struct config_key *found = find(key);
	int ret;

	if (!found)
		return fail(-ENOENT, why, "no key \"%.60s\"; --list-keys shows all", key);
	ret = set(config, found, value, why);
	if (!ret)
		config->chosen[found - config_keys] = true;
	return ret;
}

int config_set_default(struct vme_config *config, const char *key, const char *value,
		       char why[CONFIG_WHY_MAX])
{
	const struct config_key *found = find(key);

	if (found && config->chosen[found - config_keys])
		return 0;
	return config_set(config, key, value, why);
}

/* --- many --- */

int config_set_pair(struct vme_config *config, const char *pair, char why[CONFIG_WHY_MAX])
{
	const char *equals = strchr(pair, '=');
	char key[32];

	if (!equals)
		return fail(-EINVAL, why, "\"%.60s\" is not KEY=VALUE", pair);
	if ((size_t)(equals - pair) >= sizeof(key))
		return fail(-ENOENT, why, "no key \"%.60s\"; --list-keys shows all", pair);
	memcpy(key, pair, (size_t)(equals - pair));
	key[equals - pair] = '\0';
	return config_set(config, key, equals + 1, why);
}

static int read_line(struct vme_config *config, char *line, const char *path, unsigned int number,
		     char why[CONFIG_WHY_MAX])
{
	char reason[CONFIG_WHY_MAX];
	int ret;

	line[strcspn(line, "\r\n")] = '\0';
	line += strspn(line, " \t");
	if (!*line || *line == '#')
		return 0;
	ret = config_set_pair(config, line, reason);
	if (ret)
		fail(ret, why, "%.60s:%u: %.180s", path, number, reason);
	return ret;
}

int config_read_file(struct vme_config *config, const char *path, char why[CONFIG_WHY_MAX])
{
	FILE *file = fopen(path, "re");
	unsigned int number = 0;
	char *line = NULL;
	size_t size = 0;
	int ret = 0;

	if (!file)
		return fail(-errno, why, "cannot read %.100s: %s", path, strerror(errno));
	while (!ret && getline(&line, &size, file) >= 0)
		ret = read_line(config, line, path, ++number, why);
	if (!ret && ferror(file))
		ret = fail(-EIO, why, "cannot read %.100s", path);
	OPENSSL_clear_free(line, size);
	fclose(file);
	return ret;
}

static bool is_number(const char *text)
{
	return *text && strspn(text, "0123456789") == strlen(text);
}

static bool is_version(const char *text)
{
	unsigned int major, minor, hotfix;
	int end = 0;

	if (strspn(text, "0123456789.") != strlen(text))
		return false;
	return sscanf(text, "%4u.%4u.%4u%n", &major, &minor, &hotfix, &end) == 3 && !text[end];
}

static int check_pci(const struct vme_config *config, char why[CONFIG_WHY_MAX])
{
	uint32_t status[PCI_STATUS_REGISTERS];

	if (config->fw_status[0] && text_words(config->fw_status, status, PCI_STATUS_REGISTERS))
		return fail(-EINVAL, why, "fw-status: \"%.60s\" is not one to six dwords in hex",
			    config->fw_status);
	/* mei_me waits, and looks, only while a command is in progress */
	if (config->d0i3_loss && !config->d0i3_ms)
		return fail(-EINVAL, why, "d0i3-loss=on needs a d0i3-ms above 0");
	return 0;
}

int config_check(const struct vme_config *config, char why[CONFIG_WHY_MAX])
{
	struct hello_schedule schedule;

	if (!config->socket[0] && !config->amthi[0] && !config->net.ss_family)
		return fail(-EINVAL, why,
			    "none of socket, amthi and net is set: nobody could reach the "
			    "device");
	if (config->fleet > 1 && (config->socket[0] || config->amthi[0] || config->flash[0]))
		return fail(-EINVAL, why,
			    "a fleet has a network face only: no socket, amthi, flash");
	if (config->fleet > 1 && !config->net.ss_family)
		return fail(-EINVAL, why, "a fleet needs net, the address of its first device");
	if (config->state != AMT_PRE && !config->enabled)
		return fail(-EINVAL, why, "only state=pre goes with amt=off");
	if (config->state == AMT_IN && (!config->ztc || !config->rng_seed))
		return fail(-EINVAL, why, "state=in needs ztc=on and rng-seed=on");
	if (!is_version(config->version))
		return fail(-EINVAL, why, "version: \"%.20s\" is not MAJOR.MINOR.HOTFIX",
			    config->version);
	if (!is_number(config->build) || !is_number(config->sku))
		return fail(-EINVAL, why, "%s is not a number",
			    is_number(config->build) ? "sku" : "build");
	if (hello_schedule_parse(&schedule, config->hello_schedule))
		return fail(-EINVAL, why, "hello-schedule: \"%.100s\" is not COUNTxSECONDS,...",
			    config->hello_schedule);
	return check_pci(config, why);
}

int config_init(struct vme_config *config)
{
	char why[CONFIG_WHY_MAX];
	size_t i;
	int ret = 0;

	memset(config, 0, sizeof(*config));
	for (i = 0; i < config_key_count && !ret; i++)
		if (config_keys[i].initial)
			ret = set(config, &config_keys[i], config_keys[i].initial, why);
	return ret;
}

void config_drop(struct vme_config *config)
{
	free(config->hashes);
	persona_free(config->persona);
	OPENSSL_cleanse(config, sizeof(*config));
}

/* --- showing --- */

static void show_ipv4(uint32_t value, char out[CONFIG_VALUE_MAX])
{
	snprintf(out, CONFIG_VALUE_MAX, "%u.%u.%u.%u", value >> 24, value >> 16 & 0xff,
		 value >> 8 & 0xff, value & 0xff);
}

static void show_mac(const uint8_t *mac, char out[CONFIG_VALUE_MAX])
{
	static const uint8_t none[AMT_MAC_LEN];

	out[0] = '\0';
	if (memcmp(mac, none, sizeof(none)))
		text_of_mac(mac, out);
}

static void show_choice(const struct config_key *key, int value, char out[CONFIG_VALUE_MAX])
{
	const struct config_choice *choice = key->choices;

	while (choice->name && choice->value != value)
		choice++;
	snprintf(out, CONFIG_VALUE_MAX, "%s", choice->name ? choice->name : "?");
}

static int show(const struct vme_config *config, const struct config_key *key,
		char out[CONFIG_VALUE_MAX])
{
	const void *at = (const char *)config + key->offset;

	switch (key->type) {
	case CONFIG_TEXT:
	case CONFIG_PERSONA:
		snprintf(out, CONFIG_VALUE_MAX, "%s", (const char *)at);
		return 0;
	case CONFIG_BOOL:
		snprintf(out, CONFIG_VALUE_MAX, "%s", *(const bool *)at ? "on" : "off");
		return 0;
	case CONFIG_NUMBER:
		snprintf(out, CONFIG_VALUE_MAX, "%u", *(const uint32_t *)at);
		return 0;
	case CONFIG_HEX16:
		snprintf(out, CONFIG_VALUE_MAX, "0x%04x", *(const uint32_t *)at);
		return 0;
	case CONFIG_CHOICE:
		show_choice(key, *(const int *)at, out);
		return 0;
	case CONFIG_ADDRESS:
		text_of_address(at, out, CONFIG_VALUE_MAX);
		return 0;
	case CONFIG_MAC:
		show_mac(at, out);
		return 0;
	case CONFIG_IPV4:
		show_ipv4(*(const uint32_t *)at, out);
		return 0;
	case CONFIG_UUID:
		text_of_uuid(at, out);
		return 0;
	case CONFIG_PROFILE:
		snprintf(out, CONFIG_VALUE_MAX, "%s", config->profile->name);
		return 0;
	case CONFIG_SECRET:
		return -EPERM;
	case CONFIG_HASH:
		break;
	}
	return -ENOENT;
}

int config_get(const struct vme_config *config, const char *key, char value[CONFIG_VALUE_MAX])
{
	const struct config_key *found = find(key);

	return found ? show(config, found, value) : -ENOENT;
}

bool config_is_runtime(const char *key)
{
	const struct config_key *found = find(key);

	return found && found->runtime;
}

static void type_text(const struct config_key *key, char out[CONFIG_VALUE_MAX])
{
	static const char *const names[] = {
		[CONFIG_TEXT] = "text",	      [CONFIG_SECRET] = "text",
		[CONFIG_BOOL] = "on|off",     [CONFIG_ADDRESS] = "address",
		[CONFIG_UUID] = "uuid",	      [CONFIG_HASH] = "hash",
		[CONFIG_MAC] = "mac",	      [CONFIG_IPV4] = "ipv4",
		[CONFIG_PROFILE] = "profile", [CONFIG_PERSONA] = "file",
	};

	if (key->type == CONFIG_CHOICE)
		list_choices(key->choices, out);
	else if (key->type == CONFIG_NUMBER || key->type == CONFIG_HEX16)
		snprintf(out, CONFIG_VALUE_MAX, "%u..%u", key->min, key->max);
	else
		snprintf(out, CONFIG_VALUE_MAX, "%s", names[key->type]);
}

static const char *default_of(const struct config_key *key)
{
	const struct vme_profile *profile = vme_profile_find(VME_PROFILE_DEFAULT);
	const char *initial = config_profile_value(profile, key->name);

	return initial ? initial : key->initial;
}

void config_list(FILE *out)
{
	char type[CONFIG_VALUE_MAX];
	const char *initial;
	size_t i;

	for (i = 0; i < config_key_count; i++) {
		const struct config_key *key = &config_keys[i];

		type_text(key, type);
		initial = default_of(key);
		fprintf(out, "%-18s %-16s default %s%s\n%18s %s\n", key->name, type,
			!initial ? "none" :
			*initial ? initial :
				   "empty",
			key->runtime ? "; can be set at run time" : "", "", key->help);
	}
}
