// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ini.h>

#include "config.h"

enum kind { TEXT, FLAG, NUMBER };

static const struct setting {
	const char *name;
	enum kind kind;
	size_t offset;
	const char *value; /* default */
	const char *help;
} settings[] = {
/* clang-format off */
#define S(n, k, f, v, h) { n, k, offsetof(struct config, f), v, h }
	/* clang-format on */
	S("store", TEXT, store, "/var/lib/meiprov/sca.db", "FILE with everything the server knows"),
	S("key-file", TEXT, key_file, NULL, "FILE with the key of the store (default: STORE.key)"),
	S("api", TEXT, api, CONFIG_API_DEFAULT, "UNIX SOCKET meiprov-sca talks to"),
	S("hello", TEXT, hello, ":9971",
	  "ADDR:PORT to hear Hello messages on, several with commas"),
	S("device-port", NUMBER, device_port, "16993", "TLS PORT of the devices"),
	S("allow-test-ca", FLAG, allow_test_ca, "off", "use chains of a TEST ONLY root"),
	S("tls-min", TEXT, tls_min, "1.2", "oldest TLS VERSION to speak: 1.0, 1.1 or 1.2"),
	S("connect-timeout", NUMBER, connect_timeout, "10", "SECONDS for TCP and TLS"),
	S("exchange-timeout", NUMBER, exchange_timeout, "60", "SECONDS for one request"),
	S("session-timeout", NUMBER, session_timeout, "300", "SECONDS up to CommitChanges"),
	S("readback-timeout", NUMBER, readback_timeout, "60",
	  "SECONDS to wait for a device to come back after CommitChanges"),
	S("readback-every", NUMBER, readback_every, "60",
	  "SECONDS until it is asked again, doubling to an hour"),
	S("retry-ms", NUMBER, retry_ms, "1000",
	  "least MILLISECONDS between two sessions of a device"),
	S("max-sessions", NUMBER, max_sessions, "1000", "sessions at a time"),
	S("hello-rate", NUMBER, hello_rate, "5", "Hellos per second and source; 0 for no limit"),
	S("hello-burst", NUMBER, hello_burst, "50", "Hellos of a source that may come at once"),
	S("foreground", FLAG, foreground, "on",
	  "stay in the foreground (always so; for unit files)"),
#undef S
};

#define COUNT (sizeof(settings) / sizeof(*settings))

static const struct setting *find(const char *name, size_t len)
{
	for (size_t i = 0; i < COUNT; i++)
		if (strlen(settings[i].name) == len && !strncmp(settings[i].name, name, len))
			return &settings[i];
	return NULL;
}

static int set_number(unsigned int *out, const char *value)
{
	unsigned long n;
	char *end;

	errno = 0;
	n = strtoul(value, &end, 10);
	if (*value < '0' || *value > '9' || errno || *end || n > 100000000)
		return -EINVAL;
	*out = (unsigned int)n;
	return 0;
}

static int set_flag(bool *out, const char *value)
{
	if (!strcmp(value, "on"))
		*out = true;
	else if (!strcmp(value, "off"))
		*out = false;
	else
		return -EINVAL;
	return 0;
}

static int set(struct config *c, const struct setting *s, const char *value)
{
	void *at = (char *)c + s->offset;
	char *copy;

	if (s->kind == NUMBER)
		return set_number(at, value);
	if (s->kind == FLAG)
		return set_flag(at, value);
	copy = strdup(value);
	if (!copy)
		return -ENOMEM;
	free(*(char **)at);
	*(char **)at = copy;
	return 0;
}

static void help(void)
{
	printf("Usage: meiprov-scad [--NAME VALUE]...\n"
	       "The setup and configuration server for Intel AMT.\n\n"
	       "  --config FILE       lines \"NAME = VALUE\" with the names below\n");
	for (size_t i = 0; i < COUNT; i++)
		printf("  --%-18s %s%s%s%s\n", settings[i].name, settings[i].help,
		       settings[i].value ? " (" : "", settings[i].value ? settings[i].value : "",
		       settings[i].value ? ")" : "");
}

static int take_line(void *ctx, const char *section, const char *name, const char *value)
{
	const struct setting *s = find(name, strlen(name));

	return !*section && s && !set(ctx, s, value);
}

static int read_file(struct config *c, const char *path)
{
	int line = ini_parse(path, take_line, c);

	if (!line)
		return 0;
	if (line < 0)
		fprintf(stderr, "meiprov-scad: reading %s: %s\n", path,
			line == -1 ? strerror(errno) : "out of memory");
	else
		fprintf(stderr,
			"meiprov-scad: %s line %d is not NAME = VALUE with a known name "
			"and a fitting value; see meiprov-scad --help\n",
			path, line);
	return -EINVAL;
}

/* One option at argv[*i]; moves *i over its value. */
static int read_option(struct config *c, int argc, char **argv, int *i)
{
	const char *arg = argv[*i];
	const char *eq = strchr(arg, '=');
	const struct setting *s;
	const char *value;

	if (strncmp(arg, "--", 2)) {
		fprintf(stderr, "meiprov-scad: %s is not an option; see --help\n", arg);
		return -EINVAL;
	}
	arg += 2;
	s = find(arg, eq ? (size_t)(eq - arg) : strlen(arg));
	if (!s && (eq ? strncmp(arg, "config=", 7) : strcmp(arg, "config"))) {
		fprintf(stderr, "meiprov-scad: there is no option %s; see --help\n", argv[*i]);
		return -EINVAL;
	}
	value = eq ? eq + 1 : s && s->kind == FLAG ? "on" : *i + 1 < argc ? argv[++*i] : NULL;
	if (!value) {
		fprintf(stderr, "meiprov-scad: --%s needs a value\n", arg);
		return -EINVAL;
	}
	if (!s)
		return read_file(c, value);
	if (!set(c, s, value))
		return 0;
	fprintf(stderr, "meiprov-scad: \"%s\" is no value for --%s: %s\n", value, s->name, s->help);
	return -EINVAL;
}

enum config_action config_read(int argc, char **argv, struct config *c)
{
	memset(c, 0, sizeof(*c));
	for (size_t i = 0; i < COUNT; i++)
		if (settings[i].value && set(c, &settings[i], settings[i].value))
			return CONFIG_EXIT_USAGE;
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--help")) {
			help();
			return CONFIG_EXIT_OK;
		}
		if (!strcmp(argv[i], "--version")) {
			printf("meiprov-scad %s\n", MEIPROV_VERSION);
			return CONFIG_EXIT_OK;
		}
		if (read_option(c, argc, argv, &i))
			return CONFIG_EXIT_USAGE;
	}
	return CONFIG_RUN;
}

void config_free(struct config *c)
{
	for (size_t i = 0; i < COUNT; i++)
		if (settings[i].kind == TEXT)
			free(*(char **)((char *)c + settings[i].offset));
}
