/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What all commands of meiprov-sca share. */
#ifndef SCA_CONSOLE_H
#define SCA_CONSOLE_H

#include <stdbool.h>
#include <jansson.h>

/* Exit statuses; --help lists them. */
enum {
	EXIT_DONE = 0,
	EXIT_FAILED = 1, /* the command could not be carried out */
	EXIT_USAGE = 2,
	EXIT_REFUSED = 3, /* device wait: a refusal (OTP, chain, ...) */
	EXIT_TIMEOUT = 4, /* device wait: nothing has happened in time */
	EXIT_BROKEN = 5,  /* device wait: the last session failed */
};

/**
 * struct console - how this run was called
 * @argc, @argv: what follows the command's words
 */
struct console {
	const char *api;
	bool json;
	int argc;
	char **argv;
};

/*
 * Ask the server. @body NULL: GET; it is taken over and wiped. Returns the
 * answer, or NULL after the reason has been printed.
 */
json_t *console_call(const struct console *con, const char *path, json_t *body);

/* Print {"error": ...} or three lines; returns EXIT_FAILED. */
int console_fail(const struct console *con, const char *doing, const char *why, const char *next);
int console_usage(const char *text);
/* Print the answer as JSON and drop it; returns EXIT_DONE. */
int console_print_json(json_t *json);

/* Text of member @name, @otherwise when it is null or missing. */
const char *member(const json_t *json, const char *name, const char *otherwise);

/* A whole file, NUL-terminated, or NULL after the reason has been printed. The
 * name "-" means standard input.
 */
char *console_read_file(const struct console *con, const char *path, size_t max, size_t *len);
/* Wipes and frees. */
void console_wipe(char *text);

int cmd_init(struct console *con);
int cmd_status(struct console *con);
int cmd_log(struct console *con);
int cmd_hello_list(struct console *con);
int cmd_cert_make_test_ca(struct console *con);
int cmd_cert_import(struct console *con);
int cmd_cert_list(struct console *con);
int cmd_cert_root_hash(struct console *con);
int cmd_device_register(struct console *con);
int cmd_device_list(struct console *con);
int cmd_device_show(struct console *con);
int cmd_device_wait(struct console *con);

#endif /* SCA_CONSOLE_H */
