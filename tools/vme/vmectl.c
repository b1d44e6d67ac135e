// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vmectl: control of a virtual ME, over its socket or, inside a virtual machine,
 * over a serial device that leads there. A request is the words of the command
 * line; what they mean is the virtual ME's business (control_verbs.c).
 */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <jansson.h>
#include "tools/vme/vmectl_line.h"
#include "tools/vme/vmectl_print.h"

#define DEVICE	     "/dev/virtio-ports/org.meiprov.vme"
#define TIMEOUT_S    20
#define EXIT_REFUSED 1 /* the virtual ME says no */
#define EXIT_USAGE   2
#define EXIT_LINK    3 /* it cannot be reached */

static const char help[] =
	"Usage: vmectl [--socket PATH] [--json] [--timeout S] VERB...\n"
	"Control a virtual ME. PATH is its control socket or a serial device that leads there;\n"
	"else $MEIPROV_VME_CONTROL, else " DEVICE ".\n"
	"\n"
	"  status                      everything that can be seen\n"
	"  get KEY, set KEY VALUE      settings (meiprov-vme --list-keys)\n"
	"  hash list                   the table of certificate hashes\n"
	"  hash add NAME,ALGORITHM,HEX[,inactive][,default]\n"
	"  hash enable|disable|delete HANDLE\n"
	"  client list                 the ME clients on the bus and their connections\n"
	"  client add|remove NAME      one comes or goes: amthi, mkhi, watchdog\n"
	"  client disconnect NAME      the firmware ends its connections\n"
	"  client notify NAME          it tells of an event those who asked for them\n"
	"  bus stop                    the firmware asks the host to stop the bus\n"
	"  window end                  the configuration window runs out now\n"
	"  clock show                  the device's own clock\n"
	"  clock jump SECONDS          put it ahead\n"
	"  clock scale N               let it run N times as fast\n"
	"  power-on                    a device in state IN opens its first window\n"
	"  mebx ACTION [WORD]          what a person does at the machine:\n"
	"      ztc on|off, mode amt|none, suffix NAME, password TEXT, admin-password TEXT,\n"
	"      server-name NAME, server-address IP[:PORT], start, unprovision full|partial,\n"
	"      hash add|enable|disable|delete ...\n"
	"  unprovision                 back to PRE; user hashes, OTP and admin are gone\n"
	"  reset [--recovery-ms N | --never | --pulse]\n"
	"                              the firmware resets the link\n"
	"  vanish                      the device is gone from the bus\n"
	"  fleet list FIRST COUNT      address, UUID and state of devices of a fleet\n"
	"  fault add EVENT ACTION [nth=N] [times=N|forever]\n"
	"      EVENT is amthi:XX, connect, hbm:XX, hello, tls:hello, http:request,\n"
	"      wsman:CLASS.OPERATION ...; ACTION drop, delay=MS, status=N ...: vme-faults(5)\n"
	"  fault load FILE             a script of them\n"
	"  fault list, fault clear\n"
	"  events                      print what happens until interrupted\n"
	"\n"
	"Exit status: 0 done, 1 refused, 2 wrong usage, 3 the virtual ME cannot be reached.\n";

static const struct option options[] = {
	{ "socket", required_argument, NULL, 's' },  { "json", no_argument, NULL, 'j' },
	{ "timeout", required_argument, NULL, 't' }, { "version", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },	     { NULL, 0, NULL, 0 },
};

struct request {
	const char *path;
	bool json;
	unsigned int timeout_s;
	json_int_t id;
	bool watch; /* "events" */
};

static int complain(int status, const char *what, const char *why)
{
	fprintf(stderr, "vmectl: %s: %s\n", what, why);
	return status;
}

static int link_error(const struct request *request, int error)
{
	if (error == -ETIMEDOUT)
		return complain(EXIT_LINK, request->path, "no answer; is meiprov-vme running?");
	return complain(EXIT_LINK, request->path, strerror(-error));
}

/* --- one request --- */

/* An id nobody used before on this line: on a serial device old answers come first. */
static json_int_t make_id(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (json_int_t)now.tv_sec << 20 ^ now.tv_nsec ^ (json_int_t)getpid() << 8;
}

static char *request_text(const struct request *request, char **words)
{
	json_t *args = json_array();
	json_t *object;
	char *text;

	for (; *words; words++)
		if (json_array_append_new(args, json_string(*words))) {
			json_decref(args);
			return NULL;
		}
	object = json_pack("{s:I, s:o}", "id", request->id, "args", args);
	text = object ? json_dumps(object, JSON_COMPACT) : NULL;
	json_decref(object);
	return text;
}

static int send_request(struct line *line, const struct request *request, char **words)
{
	char *text = request_text(request, words);
	int ret;

	if (!text)
		return -EINVAL;
	/* the end of what a predecessor may have left half written */
	ret = line_write(line, "\n", 1);
	if (!ret)
		ret = line_write(line, text, strlen(text));
	if (!ret)
		ret = line_write(line, "\n", 1);
	free(text);
	return ret;
}

/* The next message that is meant for us; NULL with an error in @ret. */
static json_t *receive(struct line *line, const struct request *request, int *ret)
{
	json_t *message;
	const char *text;

	while ((text = line_read(line, ret))) {
		message = json_loads(text, 0, NULL);
		if (json_integer_value(json_object_get(message, "id")) == request->id)
			return message;
		json_decref(message);
	}
	return NULL;
}

/* --- answers --- */

static int show_answer(const struct request *request, const json_t *message)
{
	const char *why = json_string_value(json_object_get(message, "error"));

	if (json_is_true(json_object_get(message, "ok"))) {
		if (!request->watch)
			print_result(json_object_get(message, "result"), request->json);
		return EXIT_SUCCESS;
	}
	fprintf(stderr, "vmectl: %s\n", why ? why : "refused without a reason");
	return EXIT_REFUSED;
}

static int watch(struct line *line, const struct request *request)
{
	json_t *message;
	int ret;

	line_set_timeout(line, 0);
	while ((message = receive(line, request, &ret))) {
		print_event(json_object_get(message, "event"), request->json);
		json_decref(message);
		if (ferror(stdout))
			return EXIT_SUCCESS;
	}
	return link_error(request, ret);
}

static int converse(struct line *line, const struct request *request, char **words)
{
	json_t *message;
	int status;
	int ret = send_request(line, request, words);

	if (ret == -EINVAL)
		return complain(EXIT_USAGE, "arguments", "not text in UTF-8");
	message = ret ? NULL : receive(line, request, &ret);
	if (!message)
		return link_error(request, ret);
	status = show_answer(request, message);
	json_decref(message);
	return status == EXIT_SUCCESS && request->watch ? watch(line, request) : status;
}

/* --- scripts of faults --- */

#define WORDS_MAX 8

/* One line of a script is one "fault add"; empty lines and comments are none. */
static int order(struct line *line, const struct request *request, char *text)
{
	char fault[] = "fault", add[] = "add";
	char *words[WORDS_MAX + 3] = { fault, add };
	size_t count = 2;
	char *rest = NULL;
	char *word;

	for (word = strtok_r(text, " \t\r\n", &rest); word && count < WORDS_MAX + 2;
	     word = strtok_r(NULL, " \t\r\n", &rest))
		words[count++] = word;
	if (count == 2 || *words[2] == '#')
		return EXIT_SUCCESS;
	return converse(line, request, words);
}

static int load(struct line *line, const struct request *request, const char *path)
{
	FILE *file = fopen(path, "re");
	int status = EXIT_SUCCESS;
	unsigned int number = 0;
	char *text = NULL;
	size_t size = 0;

	if (!file)
		return complain(EXIT_USAGE, path, strerror(errno));
	while (status == EXIT_SUCCESS && getline(&text, &size, file) >= 0) {
		number++;
		status = order(line, request, text);
	}
	if (status != EXIT_SUCCESS)
		fprintf(stderr, "vmectl: %s:%u: the faults before this line are ordered\n", path,
			number);
	free(text);
	fclose(file);
	return status;
}

static bool is_load(char **words, int count)
{
	return count == 3 && !strcmp(words[0], "fault") && !strcmp(words[1], "load");
}

/* --- command line --- */

static const char *default_path(void)
{
	const char *path = getenv("MEIPROV_VME_CONTROL");

	return path && *path ? path : DEVICE;
}

/* -1: go on; else exit with that. */
static int take_option(struct request *request, int option)
{
	char *end;

	switch (option) {
	case 's':
		request->path = optarg;
		return -1;
	case 'j':
		request->json = true;
		return -1;
	case 't':
		request->timeout_s = (unsigned int)strtoul(optarg, &end, 10);
		if (*optarg >= '0' && *optarg <= '9' && !*end && request->timeout_s)
			return -1;
		return complain(EXIT_USAGE, optarg, "not a number of seconds");
	case 'v':
		puts("vmectl " MEIPROV_VERSION);
		return EXIT_SUCCESS;
	case 'h':
		fputs(help, stdout);
		return EXIT_SUCCESS;
	default:
		fputs("Try vmectl --help.\n", stderr);
		return EXIT_USAGE;
	}
}

int main(int argc, char **argv)
{
	struct request request = { default_path(), false, TIMEOUT_S, make_id(), false };
	struct line *line;
	int option, ret;

	/* "+": the options of a verb are the verb's */
	while ((option = getopt_long(argc, argv, "+h", options, NULL)) != -1) {
		ret = take_option(&request, option);
		if (ret >= 0)
			return ret;
	}
	if (optind == argc)
		return complain(EXIT_USAGE, "no verb", "try vmectl --help");
	request.watch = argc - optind == 1 && !strcmp(argv[optind], "events");
	line = line_open(request.path, request.timeout_s, &ret);
	if (!line)
		return link_error(&request, ret);
	if (is_load(argv + optind, argc - optind))
		ret = load(line, &request, argv[optind + 2]);
	else
		ret = converse(line, &request, argv + optind);
	line_close(line);
	return ret;
}
