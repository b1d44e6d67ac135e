// SPDX-License-Identifier: GPL-2.0-only
/* The virtual ME under the driver, driven by vmectl. */
#include "vme.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <jansson.h>

#include "device.h"

#define OUTPUT_MAX    65536
#define VMECTL_FAILED (-1)

/* Run vmectl: its exit status, and what it printed in @output. */
static int run(const char *args, char *output)
{
	char command[16384];
	FILE *pipe;
	size_t len;
	int status;

	snprintf(command, sizeof(command), "vmectl --json %s 2>&1", args);
	pipe = popen(command, "re");
	if (!pipe)
		return VMECTL_FAILED;
	len = fread(output, 1, OUTPUT_MAX - 1, pipe);
	output[len] = '\0';
	status = pclose(pipe);
	status = WIFEXITED(status) ? WEXITSTATUS(status) : VMECTL_FAILED;
	if (status != 0)
		fprintf(stderr, "# vmectl %.100s: status %d: %.300s\n", args, status, output);
	return status;
}

static char *run_for_output(const char *args)
{
	char *output = malloc(OUTPUT_MAX);

	if (output && run(args, output) == 0)
		return output;
	free(output);
	return NULL;
}

static int run_quietly(const char *args)
{
	char *output = run_for_output(args);

	free(output);
	return output ? 0 : VMECTL_FAILED;
}

int vme(const char *fmt, ...)
{
	char args[16000];
	va_list list;

	va_start(list, fmt);
	vsnprintf(args, sizeof(args), fmt, list);
	va_end(list);
	return run_quietly(args);
}

int vme_fault(unsigned int command, const char *action, ...)
{
	char args[16000];
	int len = snprintf(args, sizeof(args), "fault add amthi:%02x ", command);
	va_list list;

	va_start(list, action);
	vsnprintf(args + len, sizeof(args) - len, action, list);
	va_end(list);
	return run_quietly(args);
}

int vme_pretend(enum vme_state state, enum vme_control control)
{
	int ret = vme_fault(0x11, "raw=01010000110080040800000000000000%02x000000 forever", state);

	return ret ? ret :
		     vme_fault(0x6b, "raw=010100006b0080040800000000000000%02x000000 forever",
			       control);
}

static int link_is_up(void)
{
	struct mei_prov_state state;
	int ret, fd = device_open(0);

	if (fd < 0)
		return fd;
	ret = device_state(fd, &state, ENOUGH_MS);
	close(fd);
	return ret;
}

int vme_calm(void)
{
	static const char *const verbs[] = {
		"fault clear", "set reply-delay-ms 0",	"unprovision",
		"set ztc on",  "set cert-delay-ms 300",
	};
	size_t i;

	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (run_quietly(verbs[i]) != 0)
			return -EIO;
	return link_is_up();
}

/* --- what it says --- */

static json_t *ask(const char *args)
{
	char *output = run_for_output(args);
	json_error_t error;
	json_t *answer;

	if (!output)
		return NULL;
	answer = json_loads(output, JSON_DECODE_ANY, &error);
	if (!answer)
		fprintf(stderr, "# vmectl %s: %s: %.300s\n", args, error.text, output);
	free(output);
	return answer;
}

static long ask_integer(const char *object, const char *key)
{
	json_t *value, *status = ask("status");
	long result;

	if (!status)
		return -EIO;
	value = object ? json_object_get(status, object) : status;
	result = json_integer_value(json_object_get(value, key));
	json_decref(status);
	return result;
}

/* Commands it has never got are not in its list. */
long vme_seen(unsigned int command)
{
	json_t *status = ask("status");
	char key[8];
	long result = -EIO;

	snprintf(key, sizeof(key), "%02x", command);
	if (status)
		result = json_integer_value(json_object_get(json_object_get(json_object_get(status,
											    "link"),
									    "commands"),
							    key));
	json_decref(status);
	return result;
}

long vme_seen_all(void)
{
	json_t *count, *commands, *status = ask("status");
	const char *key;
	long sum = 0;

	commands = json_object_get(json_object_get(status, "link"), "commands");
	if (!commands)
		sum = -EIO;
	json_object_foreach(commands, key, count)
		sum += json_integer_value(count);
	json_decref(status);
	return sum;
}

long vme_connects(void)
{
	return ask_integer("link", "connects");
}

long vme_otp_len(void)
{
	return ask_integer(NULL, "otp_length");
}

bool vme_says(const char *object, const char *key, const char *json)
{
	json_t *status = ask("status");
	json_t *value = json_object_get(json_object_get(status, object), key);
	char *text = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
	bool same = text && strcmp(text, json) == 0;

	if (!same)
		fprintf(stderr, "# status %s.%s: %.200s\n", object, key, text ? text : "missing");
	free(text);
	json_decref(status);
	return same;
}

static int hex_bytes(const char *hex, uint8_t *bytes, size_t size)
{
	size_t i;

	for (i = 0; i < size && hex[2 * i] != '\0'; i++)
		if (sscanf(hex + 2 * i, "%2hhx", &bytes[i]) != 1)
			return -EBADMSG;
	return i;
}

/* Text to SMBIOS order: the first three groups turned round. */
static int uuid_bytes(const char *text, uint8_t uuid[16])
{
	static const unsigned int order[16] = {
		3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15
	};
	uint8_t plain[16];
	char hex[33] = "";
	size_t i, len = 0;

	for (i = 0; text[i] != '\0' && len < 32; i++)
		if (text[i] != '-')
			hex[len++] = text[i];
	if (len != 32 || hex_bytes(hex, plain, 16) != 16)
		return -EBADMSG;
	for (i = 0; i < 16; i++)
		uuid[i] = plain[order[i]];
	return 0;
}

int vme_uuid(uint8_t uuid[16])
{
	json_t *status = ask("status");
	const char *text = json_string_value(json_object_get(status, "uuid"));
	int ret = text ? uuid_bytes(text, uuid) : -EIO;

	json_decref(status);
	return ret;
}

static uint32_t algorithm_number(const char *name)
{
	static const char *const names[] = { "md5", "sha1", "sha256", "sha384" };
	uint32_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return i;
	return UINT32_MAX;
}

static int hash_row(json_t *row, struct mei_prov_hash *hash)
{
	const char *name, *algorithm, *digest;
	int handle, active, is_default, len;

	if (json_unpack(row, "{s:i, s:s, s:s, s:s, s:b, s:b}", "handle", &handle, "name", &name,
			"algorithm", &algorithm, "digest", &digest, "active", &active, "default",
			&is_default) < 0)
		return -EBADMSG;
	memset(hash, 0, sizeof(*hash));
	len = hex_bytes(digest, hash->digest, sizeof(hash->digest));
	if (len < 0)
		return len;
	hash->handle = handle;
	hash->flags = (is_default ? MEI_PROV_HASH_DEFAULT : 0) |
		      (active ? MEI_PROV_HASH_ACTIVE : 0);
	hash->algorithm = algorithm_number(algorithm);
	hash->digest_len = len;
	snprintf(hash->name, sizeof(hash->name), "%s", name);
	return 0;
}

int vme_hashes(struct mei_prov_hash *hashes, unsigned int room)
{
	json_t *row, *rows = ask("hash list");
	int count = rows ? 0 : -EIO;
	size_t i;

	json_array_foreach(rows, i, row) {
		if (i == room || hash_row(row, &hashes[i]) < 0) {
			count = -EBADMSG;
			break;
		}
		count++;
	}
	json_decref(rows);
	return count;
}
