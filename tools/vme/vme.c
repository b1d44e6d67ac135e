// SPDX-License-Identifier: GPL-2.0-or-later
/* meiprov-vme: one virtual ME. */
#include "tools/vme/vme.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tools/vme/log.h"
#include "tools/vme/profile.h"

#define EXIT_USAGE 2

static const char help[] =
	"Usage: meiprov-vme [--config FILE] [KEY=VALUE]...\n"
	"Run a virtual ME: a PCI device for QEMU, the network side of AMT, or both.\n"
	"It prints \"ready\" when it listens and runs until SIGTERM or SIGINT.\n"
	"\n"
	"  --config FILE  read KEY=VALUE lines; later settings win\n"
	"  --fleet N      so many devices on addresses from net=127.X.Y.Z on; as fleet=N\n"
	"  --list-keys    show every key with its type, default and meaning\n"
	"  --list-profiles\n"
	"                 show the generations of AMT that profile=NAME may name\n"
	"  --version      show the version\n"
	"  --help         show this text\n"
	"\n"
	"QEMU 10.1 or later attaches it with\n"
	"  -machine q35,memory-backend=m -object memory-backend-memfd,id=m,size=1G,share=on\n"
	"  -device '{\"driver\":\"vfio-user-pci\",\"addr\":\"16.0\",\n"
	"            \"socket\":{\"path\":\"SOCKET\",\"type\":\"unix\"}}'\n";

static const struct option options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "fleet", required_argument, NULL, 'f' },
	{ "list-keys", no_argument, NULL, 'l' },
	{ "list-profiles", no_argument, NULL, 'p' },
	{ "version", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static int usage_error(const char *why)
{
	fprintf(stderr, "meiprov-vme: %s\nTry meiprov-vme --help.\n", why);
	return EXIT_USAGE;
}

/* --- command line --- */

/* -1: go on; else exit with that. */
static int take_option(struct vme_config *config, int option, char why[CONFIG_WHY_MAX])
{
	switch (option) {
	case 'f':
		return config_set(config, "fleet", optarg, why) ? usage_error(why) : -1;
	case 'c':
		return config_read_file(config, optarg, why) ? usage_error(why) : -1;
	case 'l':
		config_list(stdout);
		return EXIT_SUCCESS;
	case 'p':
		vme_profile_list(stdout);
		return EXIT_SUCCESS;
	case 'v':
		puts("meiprov-vme " MEIPROV_VERSION);
		return EXIT_SUCCESS;
	case 'h':
		fputs(help, stdout);
		return EXIT_SUCCESS;
	default:
		fputs("Try meiprov-vme --help.\n", stderr);
		return EXIT_USAGE;
	}
}

static int read_command_line(struct vme_config *config, int argc, char **argv)
{
	char why[CONFIG_WHY_MAX];
	int option, ret;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		ret = take_option(config, option, why);
		if (ret >= 0)
			return ret;
	}
	for (; optind < argc; optind++)
		if (config_set_pair(config, argv[optind], why))
			return usage_error(why);
	return config_check(config, why) ? usage_error(why) : -1;
}

/* --- running --- */

static void on_signal(evutil_socket_t number, short what, void *arg)
{
	struct vme *vme = arg;

	log_info("vme", "signal %d, ending", (int)number);
	event_base_loopbreak(vme->base);
}

static int run(struct vme *vme)
{
	struct event *term = evsignal_new(vme->base, SIGTERM, on_signal, vme);
	struct event *intr = evsignal_new(vme->base, SIGINT, on_signal, vme);
	int ret = EXIT_FAILURE;

	if (!term || !intr || event_add(term, NULL) || event_add(intr, NULL)) {
		log_error("vme", "cannot start: out of memory");
		goto out;
	}
	puts("ready");
	fflush(stdout);
	if (event_base_dispatch(vme->base) >= 0)
		ret = EXIT_SUCCESS;
out:
	if (term)
		event_free(term);
	if (intr)
		event_free(intr);
	return ret;
}

int main(int argc, char **argv)
{
	struct vme_config config;
	char why[CONFIG_WHY_MAX];
	struct vme *vme;
	int ret;

	if (config_init(&config))
		return usage_error("the defaults of the keys are not right: a bug");
	ret = read_command_line(&config, argc, argv);
	if (ret >= 0) {
		config_drop(&config);
		return ret;
	}
	signal(SIGPIPE, SIG_IGN);
	vme = vme_new(&config, why);
	if (!vme) {
		fprintf(stderr, "meiprov-vme: %s\n", why);
		return EXIT_FAILURE;
	}
	ret = run(vme);
	vme_free(vme);
	return ret;
}
