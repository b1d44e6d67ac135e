// SPDX-License-Identifier: GPL-2.0-or-later
/* Completions for shells, made from the table of commands. */
#include <stdio.h>
#include <string.h>

#include "cli.h"

static const char *const global_options[] = { "--device", "--transport", "--json",
					      "--dump",	  "--timeout",	 "--non-interactive",
					      "--help",	  "--version" };

/* Is this row the first with its first word? */
static bool is_first(size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (!strcmp(command_rows[i].words[0], command_rows[j].words[0]))
			return false;
	return true;
}

/* Each option that the row has. */
static void each_option(const struct command_row *row,
			void (*print)(const struct command_row *row, const char *option, int len))
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

	for (const char *at = strstr(row->arguments, "--"); at;) {
		int len = (int)strspn(at, letters);

		if (len > 2)
			print(row, at, len);
		at = strstr(at + len, "--");
	}
	for (size_t i = 0; row->remote && cli_remote_options[i]; i++)
		print(row, cli_remote_options[i], (int)strlen(cli_remote_options[i]));
}

/* --- bash, and zsh by its emulation --- */

static void print_word(const struct command_row *row, const char *option, int len)
{
	printf(" %.*s", len, option);
}

static void bash_first_words(void)
{
	for (size_t i = 0; i < command_count; i++)
		if (is_first(i))
			printf(" %s", command_rows[i].words[0]);
}

static void bash_second_words(const char *first)
{
	printf("\t\"%s \") words=\"", first);
	for (size_t i = 0; i < command_count; i++)
		if (!strcmp(command_rows[i].words[0], first))
			printf("%s ", command_rows[i].words[1]);
	puts("\" ;;");
}

static void bash_row(const struct command_row *row)
{
	char words[64];

	cli_words(row, words, sizeof(words));
	printf("\t\"%s \"*) words=\"--json --dump --help", words);
	each_option(row, print_word);
	puts("\" ;;");
}

static void bash(void)
{
	puts("_meiprov()\n{\n"
	     "\tlocal cur=${COMP_WORDS[COMP_CWORD]}\n"
	     "\tlocal said=\"${COMP_WORDS[*]:1:$((COMP_CWORD - 1))} \" words=");
	puts("\tcase $said in");
	for (size_t i = 0; i < command_count; i++)
		bash_row(&command_rows[i]);
	for (size_t i = 0; i < command_count; i++)
		if (command_rows[i].words[1] && is_first(i))
			bash_second_words(command_rows[i].words[0]);
	fputs("\t\" \"|--*) words=\"", stdout);
	for (size_t i = 0; i < sizeof(global_options) / sizeof(global_options[0]); i++)
		printf("%s ", global_options[i]);
	bash_first_words();
	puts("\" ;;\n\tesac\n"
	     "\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n}\n"
	     "complete -o default -F _meiprov meiprov");
}

static void zsh(void)
{
	puts("#compdef meiprov\nautoload -U +X bashcompinit && bashcompinit");
	bash();
	/* From a file of $fpath this has run in place of the first completion. */
	puts("[[ ${funcstack[1]} = _meiprov ]] && _bash_complete -o default -F _meiprov");
}

/* --- fish --- */

static void fish_option(const struct command_row *row, const char *option, int len)
{
	printf("complete -c meiprov -n '__fish_seen_subcommand_from %s", row->words[0]);
	if (row->words[1])
		printf("; and __fish_seen_subcommand_from %s", row->words[1]);
	printf("' -l %.*s\n", len - 2, option + 2);
}

/* Only while none of them is there. */
static void fish_second_word(const struct command_row *row)
{
	printf("complete -c meiprov -f -n '__fish_seen_subcommand_from %s; and not "
	       "__fish_seen_subcommand_from",
	       row->words[0]);
	for (size_t i = 0; i < command_count; i++)
		if (command_rows[i].words[1] && !strcmp(command_rows[i].words[0], row->words[0]))
			printf(" %s", command_rows[i].words[1]);
	printf("' -a %s -d \"%s\"\n", row->words[1], row->summary);
}

static void fish_row(const struct command_row *row, bool first)
{
	if (first)
		printf("complete -c meiprov -f -n __fish_use_subcommand -a %s -d \"%s\"\n",
		       row->words[0], row->words[1] ? "" : row->summary);
	if (row->words[1])
		fish_second_word(row);
	each_option(row, fish_option);
}

static void fish(void)
{
	for (size_t i = 0; i < sizeof(global_options) / sizeof(global_options[0]); i++)
		printf("complete -c meiprov -l %s\n", global_options[i] + 2);
	for (size_t i = 0; i < command_count; i++)
		fish_row(&command_rows[i], is_first(i));
}

int cmd_completion(struct cli *cli)
{
	static const struct {
		const char *name;
		void (*print)(void);
	} shells[] = { { "bash", bash }, { "zsh", zsh }, { "fish", fish } };

	for (size_t i = 0; cli->argc == 1 && i < sizeof(shells) / sizeof(shells[0]); i++) {
		if (strcmp(cli->argv[0], shells[i].name))
			continue;
		shells[i].print();
		return EXIT_DONE;
	}
	return cli_usage(cli, "one of bash, zsh and fish is wanted");
}
