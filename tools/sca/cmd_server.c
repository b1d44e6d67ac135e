// SPDX-License-Identifier: GPL-2.0-or-later
/* meiprov-sca init, status, log, hello list. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console.h"

static long long count(const json_t *json, const char *name)
{
	return json_integer_value(json_object_get(json, name));
}

static void print_devices(const json_t *status)
{
	json_t *devices = json_object_get(status, "devices");
	const char *state;
	json_t *n;

	printf("devices       ");
	if (!json_object_size(devices))
		printf("none registered");
	json_object_foreach(devices, state, n)
		printf("%lld %s  ", (long long)json_integer_value(n), state);
	putchar('\n');
}

static void print_status(const json_t *status)
{
	json_t *hellos = json_object_get(status, "hellos");

	printf("meiprov-scad  %s\n", member(status, "version", "?"));
	printf("store         %s (key %s)\n", member(status, "store", "?"),
	       member(status, "key_id", "?"));
	printf("Hellos on     %s: %lld received, %lld malformed, %lld of another version, "
	       "%lld turned away\n",
	       member(status, "hello", "?"), count(hellos, "received"), count(hellos, "malformed"),
	       count(hellos, "unsupported"), count(hellos, "limited"));
	printf("chains        %lld%s\n", count(status, "chains"),
	       json_is_true(json_object_get(status, "allow_test_ca")) ?
		       ", TEST ONLY roots allowed" :
		       "");
	print_devices(status);
	printf("sessions      %lld now\n", count(status, "sessions"));
}

int cmd_status(struct console *con)
{
	json_t *status;

	if (con->argc)
		return console_usage("status");
	status = console_call(con, "/v1/status", NULL);
	if (!status)
		return EXIT_FAILED;
	if (con->json)
		return console_print_json(status);
	print_status(status);
	json_decref(status);
	return EXIT_DONE;
}

/* The server makes store and key when it first starts: this says what is left. */
int cmd_init(struct console *con)
{
	json_t *status;
	bool chains;

	if (con->argc)
		return console_usage("init");
	status = console_call(con, "/v1/status", NULL);
	if (!status)
		return EXIT_FAILED;
	if (con->json)
		return console_print_json(status);
	print_status(status);
	chains = count(status, "chains") > 0;
	printf("\n%s store and key: back up both, and not in the same place\n", "done  ");
	printf("%s provisioning chain%s\n", chains ? "done  " : "to do ",
	       chains ? "" : ": meiprov-sca cert import CHAIN.pem KEY.pem");
	if (count(status, "chains_withheld"))
		printf("note   %lld TEST ONLY chains are not used: scad runs without "
		       "--allow-test-ca\n",
		       count(status, "chains_withheld"));
	printf("next   devices: meiprov-sca device register UUID --otp-new FILE\n");
	json_decref(status);
	return EXIT_DONE;
}

static void print_log(const json_t *log)
{
	size_t i;
	json_t *e;

	json_array_foreach(log, i, e)
		printf("%s  %-36s  %-14s %s\n", member(e, "at", "?"), member(e, "uuid", "-"),
		       member(e, "event", ""), member(e, "text", ""));
}

int cmd_log(struct console *con)
{
	static const char usage[] = "log [UUID] [--limit N]";
	const char *uuid = NULL;
	char path[256];
	json_t *answer;
	long limit = 200;

	for (int i = 0; i < con->argc; i++) {
		if (!strcmp(con->argv[i], "--limit") && i + 1 < con->argc)
			limit = strtol(con->argv[++i], NULL, 10);
		else if (!uuid && con->argv[i][0] != '-' && strlen(con->argv[i]) < 64)
			uuid = con->argv[i];
		else
			return console_usage(usage);
	}
	if (limit < 1 || (uuid && strspn(uuid, "0123456789abcdefABCDEF-") != strlen(uuid)))
		return console_usage(usage);
	snprintf(path, sizeof(path), "/v1/log?limit=%ld%s%s", limit, uuid ? "&uuid=" : "",
		 uuid ? uuid : "");
	answer = console_call(con, path, NULL);
	if (!answer)
		return EXIT_FAILED;
	if (con->json)
		return console_print_json(answer);
	print_log(json_object_get(answer, "log"));
	json_decref(answer);
	return EXIT_DONE;
}

int cmd_hello_list(struct console *con)
{
	json_t *answer;
	json_t *list;
	size_t i;
	json_t *e;

	if (con->argc)
		return console_usage("hello list");
	answer = console_call(con, "/v1/hellos", NULL);
	if (!answer)
		return EXIT_FAILED;
	if (con->json)
		return console_print_json(answer);
	list = json_object_get(answer, "hellos");
	if (json_array_size(list))
		printf("%-36s  %-24s  %6s  %-24s  %s\n", "UUID", "FROM", "HELLOS", "LAST", "");
	else
		printf("no Hello has been heard since the server started\n");
	json_array_foreach(list, i, e)
		printf("%-36s  %-24s  %6lld  %-24s  %s\n", member(e, "uuid", "?"),
		       member(e, "from", "?"), count(e, "count"), member(e, "last_at", "?"),
		       json_is_true(json_object_get(e, "registered")) ? "" : "not registered");
	json_decref(answer);
	return EXIT_DONE;
}
