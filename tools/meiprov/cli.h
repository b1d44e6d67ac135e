/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What all commands of the meiprov tool share. */
#ifndef MEIPROV_CLI_H
#define MEIPROV_CLI_H

#include <stdbool.h>

#include <meiprov/meiprov.h>

#include "exit.h"
#include "output.h"

/**
 * struct cli - how this run was called
 * @index: --device, or -1
 * @parent: --device when it is a PCI address, or NULL
 * @transport: --transport, or NULL: chosen
 * @record: file that the messages are to be written to, or NULL
 * @timeout_ms: --timeout, or 0
 * @ask_nobody: --non-interactive
 * @output: plain or JSON
 * @command: the row being run
 * @argc, @argv: what follows the command's words
 */
struct cli {
	int index;
	const char *parent;
	const char *transport;
	const char *record;
	unsigned int timeout_ms;
	bool ask_nobody;
	const struct output *output;
	const struct command_row *command;
	int argc;
	const char **argv;
};

/**
 * struct not_offered - what no firmware takes from the host it is in
 * @doing: for the error
 * @capability: whose rule says so
 * @ways: those there are beside --remote
 */
struct not_offered {
	const char *doing;
	enum meiprov_capability_id capability;
	const char *ways;
};

/**
 * struct command_row - one command of the tool
 * @words: one or two words
 * @arguments: for the usage line, which says itself whether there is --remote
 * @summary: what it does, in half a line
 * @help: the options, one line each; "" when there are none
 * @local: runs it on this machine; NULL: see @not_offered
 * @remote: runs it with --remote HOST; NULL: this machine only
 * @local_only: the option that does not go with --remote, or NULL
 * @not_offered: why there is no @local
 */
struct command_row {
	const char *words[2];
	const char *arguments;
	const char *summary;
	const char *help;
	int (*local)(struct cli *cli);
	int (*remote)(struct cli *cli);
	const char *local_only;
	const struct not_offered *not_offered;
};

extern const struct command_row command_rows[];
extern const size_t command_count;
/* What goes with --remote, NULL at the end; itself is the first. */
extern const char *const cli_remote_options[];

/* The tool: options before the command, the command. Returns the exit status. */
int cli_main(int argc, char **argv);
/* --help, and --help behind a command; both EXIT_DONE. */
int cli_help(void);
int cli_command_help(const struct command_row *row);

/* Run the command whose words stand at the front of the arguments. */
int cli_dispatch(struct cli *cli);
/* A command that has no @local: name the ways that work; nothing is asked of the ME. */
int cli_not_offered(struct cli *cli);
/* The words of a row as one text. */
void cli_words(const struct command_row *row, char *text, size_t size);
/* How to reach the ME. */
struct meiprov_open cli_how(const struct cli *cli, bool writable);

/* Open the device with the deadline given; fills @err. */
int cli_open(const struct cli *cli, bool writable, struct meiprov_device **dev,
	     struct meiprov_error *err);
/* Report @err and give the exit status that belongs to it. */
int cli_fail(const struct cli *cli, const struct meiprov_error *err);
/* Say what is wrong with the command line; returns EXIT_USAGE. */
int cli_usage(const struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* True if no argument is left; else says so. */
bool cli_no_arguments(const struct cli *cli);

/**
 * cli_option() - take one argument off the front
 * @name: "--name"
 * @value: NULL for a switch; else set to what follows "=" or the next argument
 *
 * Returns 1 if the first argument is this option, 0 if not, -1 if its value is
 * missing.
 */
int cli_option(struct cli *cli, const char *name, const char **value);

/* A whole decimal number of at most @max; false if it is anything else. */
bool cli_number(const char *text, unsigned long max, unsigned long *out);

int cmd_caps(struct cli *cli);
int cmd_check(struct cli *cli);
int cmd_completion(struct cli *cli);
int cmd_disable_clear(struct cli *cli);
int cmd_ehbc_disable(struct cli *cli);
int cmd_ehbc_get(struct cli *cli);
int cmd_hash_export(struct cli *cli);
int cmd_hash_list(struct cli *cli);
int cmd_hash_match(struct cli *cli);
int cmd_hash_show(struct cli *cli);
int cmd_info(struct cli *cli);
int cmd_otp_generate(struct cli *cli);
int cmd_otp_set(struct cli *cli);
int cmd_record(struct cli *cli);
int cmd_replay(struct cli *cli);
int cmd_start(struct cli *cli);
int cmd_state(struct cli *cli);
int cmd_stop(struct cli *cli);
int cmd_suffix_get(struct cli *cli);
int cmd_suffix_list(struct cli *cli);
int cmd_suffix_set(struct cli *cli);
int cmd_unprovision(struct cli *cli);
int cmd_version(struct cli *cli);
int cmd_watch(struct cli *cli);
int cmd_ztc_disable(struct cli *cli);
int cmd_ztc_get(struct cli *cli);

/* The same with --remote. */
int remote_hash_add(struct cli *cli);
int remote_hash_delete(struct cli *cli);
int remote_hash_disable(struct cli *cli);
int remote_hash_enable(struct cli *cli);
int remote_hash_list(struct cli *cli);
int remote_info(struct cli *cli);
int remote_state(struct cli *cli);
int remote_ztc_disable(struct cli *cli);
int remote_ztc_enable(struct cli *cli);
int remote_ztc_get(struct cli *cli);

#endif /* MEIPROV_CLI_H */
