// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of commands says where each of them works: here, with --remote, or both. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "libmeiprov/tests/vme_rig.h"
#include "tools/meiprov/cli.h"

static char out[65536];

/* meiprov ARGUMENTS with @before in front of it, both streams into @out. */
__attribute__((format(printf, 2, 3))) static int run(const char *before, const char *format, ...)
{
	char program[256], arguments[256], command[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(arguments, sizeof(arguments), format, args);
	va_end(args);
	rig_program("meiprov", program, sizeof(program));
	snprintf(command, sizeof(command), "%s %s %s 2>&1 </dev/null", before, program, arguments);
	return rig_shell(command, out, sizeof(out));
}

static void assert_says(const char *text)
{
	if (!strstr(out, text))
		fail_msg("\"%s\" is not in:\n%s", text, out);
}

/* The line of @out that begins so, cut off behind; "" when there is none. */
static const char *line_with(const char *begin)
{
	char *line = out, *end;

	while (line && strncmp(line, begin, strlen(begin))) {
		line = strchr(line, '\n');
		line += line != NULL;
	}
	if (!line)
		return "";
	end = strchr(line, '\n');
	if (end)
		*end = '\0';
	return line;
}

/* --- the table itself --- */

static void each_command_works_somewhere(void **state)
{
	for (size_t i = 0; i < command_count; i++) {
		const struct command_row *row = &command_rows[i];

		if (!row->local && !(row->remote && row->not_offered))
			fail_msg("row %zu works nowhere, or does not say why not here", i);
		if (row->local && row->not_offered)
			fail_msg("row %zu is said not to work here", i);
		if (row->local_only &&
		    (!row->local || !row->remote || !strstr(row->arguments, row->local_only)))
			fail_msg("row %zu: %s is of nothing", i, row->local_only);
		if (strstr(row->arguments, "--remote"))
			fail_msg("row %zu: --remote follows from the table", i);
	}
}

/* The first row that fits is taken: one word would hide two. */
static void no_command_hides_another(void **state)
{
	for (size_t i = 0; i < command_count; i++) {
		for (size_t j = 0; j < i; j++) {
			const char *const *a = command_rows[i].words, *const *b =
									      command_rows[j].words;

			if (!strcmp(a[0], b[0]) && (!a[1] || !b[1] || !strcmp(a[1], b[1])))
				fail_msg("%s stands there twice", a[0]);
		}
	}
}

/* --- what is made from it --- */

/* What the usage line of a row must end in. */
static const char *usage_end(const struct command_row *row)
{
	if (!row->remote)
		return "";
	return row->local ? " [--remote HOST ...]" : " --remote HOST ...";
}

static bool ends_in(const char *text, const char *end)
{
	size_t len = strlen(text), end_len = strlen(end);

	if (!end_len)
		return !strstr(text, "--remote");
	return len >= end_len && !strcmp(text + len - end_len, end);
}

static void help_says_where_a_command_works(void **state)
{
	char words[64], begin[96];
	const char *line;

	for (size_t i = 0; i < command_count; i++) {
		const struct command_row *row = &command_rows[i];

		cli_words(row, words, sizeof(words));
		assert_int_equal(run("", "%s --help", words), EXIT_DONE);
		if (!!strstr(out, "--remote HOST              ") != !!row->remote)
			fail_msg("options of the network:\n%s", out);
		snprintf(begin, sizeof(begin), "Usage: meiprov %s", words);
		line = line_with(begin);
		if (!*line || !ends_in(line, usage_end(row)))
			fail_msg("not \"%s...%s\": %s", begin, usage_end(row), line);
	}
}

/* Of a short line the summary is in the same one. */
static void the_list_of_commands_says_it_too(void **state)
{
	char words[64], begin[96];
	const char *line;

	for (size_t i = 0; i < command_count; i++) {
		const struct command_row *row = &command_rows[i];

		cli_words(row, words, sizeof(words));
		assert_int_equal(run("", "--help"), EXIT_DONE);
		snprintf(begin, sizeof(begin), "  %s ", words);
		line = line_with(begin);
		if (!*line || !strstr(line, usage_end(row)) ||
		    !!strstr(line, "--remote") != !!row->remote)
			fail_msg("not \"%s...%s\": %s", begin, usage_end(row), line);
	}
}

/* All that goes with --remote is offered behind a command, or nothing of it. */
static void assert_offers(const char *offered, const char *form, const struct command_row *row,
			  const char *words)
{
	char text[96];

	for (size_t i = 0; cli_remote_options[i]; i++) {
		snprintf(text, sizeof(text), "%s%s", form, cli_remote_options[i] + 2);
		if (!!strstr(offered, text) != !!row->remote)
			fail_msg("\"%s\" behind \"%s\" in:\n%s", text, words, offered);
	}
}

static void completions_offer_remote_where_it_works(const char *shell)
{
	char words[64], begin[96];

	for (size_t i = 0; i < command_count; i++) {
		cli_words(&command_rows[i], words, sizeof(words));
		assert_int_equal(run("", "completion %s", shell), EXIT_DONE);
		snprintf(begin, sizeof(begin), "\t\"%s \"*) ", words);
		assert_offers(line_with(begin), " --", &command_rows[i], words);
	}
}

static void completions_of_bash_say_it_too(void **state)
{
	completions_offer_remote_where_it_works("bash");
}

static void completions_of_zsh_say_it_too(void **state)
{
	completions_offer_remote_where_it_works("zsh");
}

static void completions_of_fish_say_it_too(void **state)
{
	char words[64], form[160];

	assert_int_equal(run("", "completion fish"), EXIT_DONE);
	for (size_t i = 0; i < command_count; i++) {
		const struct command_row *row = &command_rows[i];

		cli_words(row, words, sizeof(words));
		snprintf(form, sizeof(form), "-n '__fish_seen_subcommand_from %s%s%s' -l ",
			 row->words[0], row->words[1] ? "; and __fish_seen_subcommand_from " : "",
			 row->words[1] ? row->words[1] : "");
		assert_offers(out, form, row, words);
	}
}

/* --- what is done by it --- */

#define NOWHERE "--transport socket:/nonexistent"

/* Before anything is asked of anybody. */
static void where_it_does_not_work_a_command_is_refused(void **state)
{
	char words[64];

	for (size_t i = 0; i < command_count; i++) {
		const struct command_row *row = &command_rows[i];

		cli_words(row, words, sizeof(words));
		if (!row->local) {
			assert_int_equal(run("", NOWHERE " %s", words), EXIT_REFUSED);
			assert_says(row->not_offered->doing);
			assert_says("--remote HOST with the password of AMT's administrator");
		}
		if (!row->remote) {
			assert_int_equal(run("", "%s --remote h", words), EXIT_USAGE);
			assert_says("this command has no --remote");
		}
	}
}

static void where_it_works_a_command_takes_remote(void **state)
{
	char words[64];

	for (size_t i = 0; i < command_count; i++) {
		if (!command_rows[i].remote)
			continue;
		cli_words(&command_rows[i], words, sizeof(words));
		assert_int_equal(run("", "%s 1 2 3 --remote h", words), EXIT_USAGE);
		assert_says("is not understood here");
	}
}

static void what_goes_with_remote_is_refused_without_it(void **state)
{
	char words[64], text[96];

	for (size_t i = 0; i < command_count; i++) {
		if (!command_rows[i].remote || !command_rows[i].local)
			continue;
		cli_words(&command_rows[i], words, sizeof(words));
		for (size_t n = 1; cli_remote_options[n]; n++) {
			assert_int_equal(run("", NOWHERE " %s %s=1", words, cli_remote_options[n]),
					 EXIT_USAGE);
			snprintf(text, sizeof(text), "%s goes with --remote HOST",
				 cli_remote_options[n]);
			assert_says(text);
		}
	}
}

static void ways_to_this_machine_are_refused_with_remote(void **state)
{
	static const char *const ways[] = { NOWHERE, "--device 0", "--device 0000:00:16.0" };
	char words[64];

	for (size_t i = 0; i < command_count; i++) {
		if (!command_rows[i].remote)
			continue;
		cli_words(&command_rows[i], words, sizeof(words));
		for (size_t n = 0; n < sizeof(ways) / sizeof(ways[0]); n++) {
			assert_int_equal(run("", "%s %s --remote h", ways[n], words), EXIT_USAGE);
			assert_says(" is a way to this machine's ME, --remote another");
		}
	}
}

/* The options of a usage line one by one; those of both sides are switches. */
static size_t next_option(const char **at, const char *arguments)
{
	*at = strstr(*at ? *at + 2 : arguments, "--");
	return *at ? strspn(*at, "abcdefghijklmnopqrstuvwxyz0123456789-") : 0;
}

static void options_of_a_usage_line_are_taken_on_both_sides(void **state)
{
	char words[64];
	size_t len;

	for (size_t i = 0; i < command_count; i++) {
		const struct command_row *row = &command_rows[i];
		const char *at = NULL;

		if (!row->remote || !row->local)
			continue;
		cli_words(row, words, sizeof(words));
		while ((len = next_option(&at, row->arguments))) {
			run("", NOWHERE " %s %.*s what", words, (int)len, at);
			assert_says("\"what\" is not understood here");
			run("", "%s %.*s what --remote h", words, (int)len, at);
			assert_says(row->local_only && !strncmp(at, row->local_only, len) ?
					    " is for this machine's ME, not for --remote" :
					    "\"what\" is not understood here");
		}
	}
}

/* --- libraries --- */

static void read_told(const struct rig *rig)
{
	char command[192];

	snprintf(command, sizeof(command), "cat %s/told 2>/dev/null; rm -f %s/told", rig->dir,
		 rig->dir);
	rig_shell(command, out, sizeof(out));
}

/* Each command as it comes, but that none waits. */
static void only_remote_sets_a_network_library_up(void **state)
{
	char words[64], library[256], before[512];
	struct rig rig;

	rig_start(&rig, NULL);
	rig_program("network-told.so", library, sizeof(library));
	snprintf(before, sizeof(before), "NETWORK_TOLD=%s/told LD_PRELOAD=%s timeout 20", rig.dir,
		 library);
	for (size_t i = 0; i < command_count; i++) {
		cli_words(&command_rows[i], words, sizeof(words));
		run(before, "--non-interactive --transport socket:%s %s%s", rig.socket, words,
		    strcmp(words, "watch") ? "" : " --timeout 1");
		read_told(&rig);
		if (*out)
			fail_msg("%s:\n%s", words, out);
	}
	snprintf(words, sizeof(words), "echo P@ssw0rd >%.40s/word", rig.dir);
	rig_shell(words, out, sizeof(out));
	assert_int_equal(run(before, "state --remote 127.0.0.1 --port 1 --password-file %s/word",
			     rig.dir),
			 EXIT_ABSENT);
	read_told(&rig);
	rig_stop(&rig);
	assert_says("curl_global_init\n");
	assert_says("curl_easy_init\n");
	assert_says("OPENSSL_init_ssl\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_command_works_somewhere),
		cmocka_unit_test(no_command_hides_another),
		cmocka_unit_test(help_says_where_a_command_works),
		cmocka_unit_test(the_list_of_commands_says_it_too),
		cmocka_unit_test(completions_of_bash_say_it_too),
		cmocka_unit_test(completions_of_zsh_say_it_too),
		cmocka_unit_test(completions_of_fish_say_it_too),
		cmocka_unit_test(where_it_does_not_work_a_command_is_refused),
		cmocka_unit_test(where_it_works_a_command_takes_remote),
		cmocka_unit_test(what_goes_with_remote_is_refused_without_it),
		cmocka_unit_test(ways_to_this_machine_are_refused_with_remote),
		cmocka_unit_test(options_of_a_usage_line_are_taken_on_both_sides),
		cmocka_unit_test(only_remote_sets_a_network_library_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
