/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings of meiprov-scad: from the command line and from a file. */
#ifndef SCA_CONFIG_H
#define SCA_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

struct config {
	char *store;
	char *key_file;
	char *api;
	char *hello;
	char *tls_min;
	bool allow_test_ca;
	bool foreground;
	unsigned int device_port;
	unsigned int connect_timeout; /* seconds, this and the following */
	unsigned int exchange_timeout;
	unsigned int session_timeout;
	unsigned int readback_timeout;
	unsigned int readback_every;
	unsigned int retry_ms;
	unsigned int max_sessions;
	unsigned int hello_rate; /* per second and source */
	unsigned int hello_burst;
};

enum config_action { CONFIG_RUN, CONFIG_EXIT_OK, CONFIG_EXIT_USAGE };

/* Prints what is wrong, or the help that was asked for. */
enum config_action config_read(int argc, char **argv, struct config *out);
void config_free(struct config *config);

#define CONFIG_API_DEFAULT "/run/meiprov/sca.sock"

#endif /* SCA_CONFIG_H */
