// SPDX-License-Identifier: GPL-2.0-or-later
/* meiprov-sca device register, list, show, wait. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <openssl/crypto.h>

#include "console.h"

#define OTP_FILE_MAX 64
#define POLL_MS	     200
#define WAIT_DEFAULT 600

/* Only what a UUID is made of goes into a path. */
static bool uuid_path(const char *uuid, char *out, size_t size)
{
	size_t len = strlen(uuid);

	if (!len || len > 36 || strspn(uuid, "0123456789abcdefABCDEF-") != len)
		return false;
	snprintf(out, size, "/v1/devices/%s", uuid);
	return true;
}

static const char *chain_name(const json_t *dev)
{
	return member(json_object_get(dev, "chain"), "cn", "-");
}

static void print_field(const char *name, const char *value)
{
	if (value && *value)
		printf("%-20s %s\n", name, value);
}

static void print_device(const json_t *dev)
{
	static const struct {
		const char *key;
		const char *name;
	} fields[] = {
		{ "uuid", "UUID" },
		{ "policy", "policy" },
		{ "state", "state" },
		{ "result", "last result" },
		{ "stage", "stage" },
		{ "reason", "reason" },
		{ "next", "next step" },
		{ "version", "AMT version" },
		{ "address", "address" },
		{ "registered_at", "registered" },
		{ "session_at", "last session" },
		{ "configured_at", "configured" },
		{ "mebx_password", "MEBx password" },
		{ "admin_password", "admin password" },
		{ "certificate_sha256", "certificate SHA-256" },
	};
	json_t *hello = json_object_get(dev, "hello");

	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		print_field(fields[i].name, member(dev, fields[i].key, NULL));
	if (!json_is_null(json_object_get(dev, "chain")))
		printf("%-20s %s (root %snamed in the Hello)\n", "chain", chain_name(dev),
		       json_is_true(json_object_get(json_object_get(dev, "chain"),
						    "root_in_hello")) ?
			       "" :
			       "not ");
	if (json_is_object(hello))
		printf("%-20s %s from %s\n", "last Hello", member(hello, "last_at", "?"),
		       member(hello, "from", "?"));
}

/* The file is made first: an OTP that cannot be kept is not asked for. */
static int open_new(const struct console *con, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		console_fail(con, path, strerror(errno),
			     errno == EEXIST ?
				     "give a new file name; an OTP is never written over" :
				     "");
	return fd;
}

static int write_otp(const struct console *con, int fd, const char *path, const json_t *answer)
{
	const char *otp = member(answer, "otp", "");
	size_t len = strlen(otp);

	if (len && write(fd, otp, len) == (ssize_t)len && !fsync(fd))
		return 0;
	return console_fail(con, path, "the OTP could not be written",
			    "register the device again with another file");
}

static json_t *policy_body(struct console *con, const char *kind, const char *file)
{
	json_t *body;
	size_t len;
	char *otp;

	if (!strcmp(kind, "--bare-metal"))
		return json_pack("{s:s}", "policy", "bare-metal");
	if (!strcmp(kind, "--otp-new"))
		return json_pack("{s:s, s:b}", "policy", "otp", "otp_new", 1);
	otp = console_read_file(con, file, OTP_FILE_MAX, &len);
	if (!otp)
		return NULL;
	while (len && (otp[len - 1] == '\n' || otp[len - 1] == '\r'))
		otp[--len] = '\0';
	body = json_pack("{s:s, s:s}", "policy", "otp", "otp", otp);
	OPENSSL_cleanse(otp, OTP_FILE_MAX);
	free(otp);
	if (!body)
		console_fail(con, file, "the OTP is not text",
			     "an OTP is 8 to 32 printable ASCII characters");
	return body;
}

static int report_registered(struct console *con, json_t *answer, const char *file)
{
	json_object_del(answer, "otp");
	if (con->json)
		return console_print_json(answer);
	printf("%s registered %s%s%s\n", member(answer, "uuid", "?"),
	       strcmp(member(answer, "policy", ""), "otp") ? "as bare metal" : "with an OTP",
	       file ? "; the new OTP is in " : "", file ? file : "");
	json_decref(answer);
	return EXIT_DONE;
}

static int register_device(struct console *con, const char *path, const char *kind,
			   const char *file)
{
	bool make = !strcmp(kind, "--otp-new");
	int fd = make ? open_new(con, file) : -1;
	json_t *answer = NULL;
	json_t *body;
	int status = EXIT_FAILED;

	if (make && fd < 0)
		return EXIT_FAILED;
	body = policy_body(con, kind, file);
	if (body)
		answer = console_call(con, path, body);
	if (answer && make && write_otp(con, fd, file, answer)) {
		json_decref(answer);
		answer = NULL;
	}
	if (fd >= 0)
		close(fd);
	if (answer)
		status = report_registered(con, answer, make ? file : NULL);
	else if (make)
		unlink(file);
	return status;
}

int cmd_device_register(struct console *con)
{
	static const char usage[] =
		"device register UUID (--otp-file FILE | --otp-new FILE | --bare-metal)";
	const char *kind = con->argc > 1 ? con->argv[1] : "";
	bool bare = !strcmp(kind, "--bare-metal");
	char path[64];

	if (con->argc != (bare ? 2 : 3) ||
	    (!bare && strcmp(kind, "--otp-file") && strcmp(kind, "--otp-new")))
		return console_usage(usage);
	if (!uuid_path(con->argv[0], path, sizeof(path)))
		return console_fail(con, "registering the device", "that is not a UUID",
				    "copy it from \"meiprov info\" on the device");
	return register_device(con, path, kind, bare ? NULL : con->argv[2]);
}

static void print_list(const json_t *list)
{
	size_t i;
	json_t *dev;

	if (!json_array_size(list)) {
		printf("no device is registered; meiprov-sca device register UUID --otp-new FILE\n");
		return;
	}
	printf("%-36s  %-10s  %-10s  %-20s  %-14s  %s\n", "UUID", "POLICY", "STATE", "LAST RESULT",
	       "AMT", "ADDRESS");
	json_array_foreach(list, i, dev)
		printf("%-36s  %-10s  %-10s  %-20s  %-14s  %s\n", member(dev, "uuid", "?"),
		       member(dev, "policy", "?"), member(dev, "state", "?"),
		       member(dev, "result", "?"), member(dev, "version", "-"),
		       member(dev, "address", "-"));
}

int cmd_device_list(struct console *con)
{
	json_t *answer;

	if (con->argc)
		return console_usage("device list");
	answer = console_call(con, "/v1/devices", NULL);
	if (!answer)
		return EXIT_FAILED;
	if (con->json)
		return console_print_json(answer);
	print_list(json_object_get(answer, "devices"));
	json_decref(answer);
	return EXIT_DONE;
}

int cmd_device_show(struct console *con)
{
	char path[64];
	json_t *dev;

	if (con->argc != 1)
		return console_usage("device show UUID");
	if (!uuid_path(con->argv[0], path, sizeof(path)))
		return console_fail(con, "showing the device", "that is not a UUID", "");
	dev = console_call(con, path, NULL);
	if (!dev)
		return EXIT_FAILED;
	if (con->json)
		return console_print_json(dev);
	print_device(dev);
	json_decref(dev);
	return EXIT_DONE;
}

/* Exit status for the device as it is, at the end of waiting. */
static int verdict(const json_t *dev)
{
	const char *kind = member(dev, "kind", "none");

	if (!strcmp(member(dev, "state", ""), "configured"))
		return EXIT_DONE;
	if (!strcmp(kind, "refusal"))
		return EXIT_REFUSED;
	return strcmp(kind, "failure") ? EXIT_TIMEOUT : EXIT_BROKEN;
}

static bool over(const json_t *dev, bool first)
{
	const char *state = member(dev, "state", "");

	return !strcmp(state, "configured") || !strcmp(state, "refused") ||
	       (first && !strcmp(state, "failed"));
}

static void print_progress(const json_t *dev, char *last, size_t size)
{
	const char *stage = member(dev, "stage", "");
	const char *state = member(dev, "state", "?");
	char line[128];

	snprintf(line, sizeof(line), "%s%s%s", state, *stage ? ", " : "", stage);
	if (!strcmp(line, last))
		return;
	snprintf(last, size, "%s", line);
	printf("%s\n", line);
	fflush(stdout);
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static int finish_wait(struct console *con, json_t *dev)
{
	int status = verdict(dev);

	if (con->json) {
		console_print_json(dev);
		return status;
	}
	printf("%s: %s%s%s\n", member(dev, "uuid", "?"), member(dev, "result", "?"),
	       *member(dev, "reason", "") ? ", " : "", member(dev, "reason", ""));
	if (status == EXIT_TIMEOUT)
		printf("  no session has ended in time; does the device say Hello to this server?\n");
	else if (*member(dev, "next", ""))
		printf("  next: %s\n", member(dev, "next", ""));
	json_decref(dev);
	return status;
}

static int wait_for(struct console *con, const char *path, double timeout, bool first)
{
	const struct timespec pause = { .tv_nsec = POLL_MS * 1000000L };
	double end = now() + timeout;
	char last[128] = "";

	for (;;) {
		json_t *dev = console_call(con, path, NULL);

		if (!dev)
			return EXIT_FAILED;
		if (!con->json)
			print_progress(dev, last, sizeof(last));
		if (over(dev, first) || now() >= end)
			return finish_wait(con, dev);
		json_decref(dev);
		nanosleep(&pause, NULL);
	}
}

int cmd_device_wait(struct console *con)
{
	static const char usage[] = "device wait UUID [--timeout SECONDS] [--first]";
	double timeout = WAIT_DEFAULT;
	bool first = false;
	char path[64];
	char *end = NULL;

	if (con->argc < 1)
		return console_usage(usage);
	for (int i = 1; i < con->argc; i++) {
		if (!strcmp(con->argv[i], "--first"))
			first = true;
		else if (!strcmp(con->argv[i], "--timeout") && i + 1 < con->argc)
			timeout = strtod(con->argv[++i], &end);
		else
			return console_usage(usage);
	}
	if ((end && *end) || timeout < 0)
		return console_usage(usage);
	if (!uuid_path(con->argv[0], path, sizeof(path)))
		return console_fail(con, "waiting for the device", "that is not a UUID", "");
	return wait_for(con, path, timeout, first);
}
