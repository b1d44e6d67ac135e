// SPDX-License-Identifier: GPL-2.0-or-later
/* The tool as it is run: its output, its exit status, and what it left in a virtual
 * ME behind a socket.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "libmeiprov/tests/certs.h"
#include "libmeiprov/tests/vme_rig.h"
#include "tools/meiprov/exit.h"

static struct rig rig;
static char out[65536];

static int setup(void **state)
{
	static const char *const settings[] = {
		"uuid=939b524b-13d4-1d18-e487-1c697a6b7a2b", "cert-delay-ms=0",
		"default-hashes=off",
		"hash=Test root,sha256,"
		"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
		NULL
	};

	rig_start(&rig, settings);
	return 0;
}

static int setup_amt_16(void **state)
{
	static const char *const settings[] = { "version=16.1.25", "cert-delay-ms=0", NULL };

	rig_start(&rig, settings);
	return 0;
}

static int teardown(void **state)
{
	rig_stop(&rig);
	return 0;
}

/* meiprov ARGUMENTS on the virtual ME; both streams into @out. */
__attribute__((format(printf, 1, 2))) static int run(const char *format, ...)
{
	char program[256], arguments[512], command[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(arguments, sizeof(arguments), format, args);
	va_end(args);
	rig_program("meiprov", program, sizeof(program));
	snprintf(command, sizeof(command), "%s --transport socket:%s %s 2>&1", program, rig.socket,
		 arguments);
	return rig_shell(command, out, sizeof(out));
}

/* The same without a transport. */
static int run_plain(const char *arguments)
{
	char program[256], command[1024];

	rig_program("meiprov", program, sizeof(program));
	snprintf(command, sizeof(command), "%s %s 2>&1", program, arguments);
	return rig_shell(command, out, sizeof(out));
}

static void assert_says(const char *text)
{
	if (!strstr(out, text))
		fail_msg("\"%s\" is not in:\n%s", text, out);
}

/* --- reading --- */

static void capabilities_are_printed_with_rule_and_source(void **state)
{
	assert_int_equal(run("caps"), EXIT_DONE);
	assert_says("ztc-disable        yes\n"
		    "    from ME 12.0 on, in state PRE, with no trusted suffix set "
		    "(documented, amthi.md 3A)\n");
	assert_says("hash-write         no\n    not offered to the host by any firmware\n");
	assert_int_equal(run("--json caps"), EXIT_DONE);
	assert_says("\"otp-set\": {\n      \"verdict\": \"yes\",\n      \"why\": \"\",\n");
}

static void one_hash_is_shown_by_its_handle(void **state)
{
	assert_int_equal(run("hash show 20"), EXIT_DONE);
	assert_says("Test root\n        000102030405");
	assert_int_equal(run("hash show 21"), EXIT_FAILED);
	assert_says("there is no handle 21");
	assert_int_equal(run("hash show"), EXIT_USAGE);
	assert_int_equal(run("hash show x"), EXIT_USAGE);
}

static void an_exported_table_makes_the_same_virtual_me(void **state)
{
	char first[sizeof(out)], path[128];
	const char *settings[3] = { "uuid=939b524b-13d4-1d18-e487-1c697a6b7a2b", NULL, NULL };
	struct rig copy, original = rig;
	char line[256] = "";
	FILE *file;

	assert_int_equal(run("hash export"), EXIT_DONE);
	assert_string_equal(out,
			    "default-hashes=off\nhash=Test root,sha256,000102030405060708090a0b"
			    "0c0d0e0f101112131415161718191a1b1c1d1e1f\n");
	memcpy(first, out, sizeof(first));
	rig_path(&rig, "table", path, sizeof(path));
	file = fopen(path, "we");
	fputs(out, file);
	fclose(file);
	snprintf(line, sizeof(line), "--config=%s", path);
	settings[1] = line;
	rig_start(&copy, settings);
	rig = copy;
	assert_int_equal(run("hash export"), EXIT_DONE);
	rig = original;
	rig_stop(&copy);
	assert_string_equal(out, first);
}

static void the_suffix_is_read_and_set(void **state)
{
	assert_int_equal(run("suffix get"), EXIT_DONE);
	assert_string_equal(out, "trusted suffix      none\n");
	assert_int_equal(run("suffix set example.net"), EXIT_USAGE);
	assert_says("this cannot be undone");
	assert_int_equal(run("suffix set example.net --yes"), EXIT_DONE);
	assert_int_equal(run("--json suffix get"), EXIT_DONE);
	assert_says("\"suffix\": \"example.net\"");
	assert_int_equal(run("suffix set --yes"), EXIT_USAGE);
	assert_int_equal(run("suffix set a b --yes"), EXIT_USAGE);
	rig_order(&rig, "set home-suffixes a.example,b.example");
	assert_int_equal(run("suffix list"), EXIT_DONE);
	assert_string_equal(out, "a.example\nb.example\n");
}

/* --- changing --- */

static const char *const irreversible[] = { "ztc disable", "unprovision", "ehbc disable",
					    "disable-clear", "suffix set example.net" };

static void what_cannot_be_undone_wants_yes_and_says_what_is_lost(void **state)
{
	for (size_t i = 0; i < sizeof(irreversible) / sizeof(irreversible[0]); i++) {
		assert_int_equal(run("%s", irreversible[i]), EXIT_USAGE);
		assert_says("this cannot be undone:\n  - ");
		assert_says("--yes");
	}
	assert_int_equal(run("ztc get"), EXIT_DONE);
	assert_says("enabled");
}

static const char *const changes[] = { "ztc disable",
				       "unprovision",
				       "ehbc disable",
				       "disable-clear",
				       "suffix set example.net",
				       "otp set",
				       "start",
				       "start --ipv6",
				       "start --host-based=x",
				       "stop" };

static void a_dry_run_changes_nothing(void **state)
{
	char before[sizeof(out)], command[1200], program[256];

	rig_program("vmectl", program, sizeof(program));
	snprintf(command, sizeof(command),
		 "%s --socket %s hash list; %s --socket %s get suffix; "
		 "%s --socket %s get ztc",
		 program, rig.control, program, rig.control, program, rig.control);
	assert_int_equal(rig_shell(command, before, sizeof(before)), 0);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		int ret = run("%s --dry-run", changes[i]);

		assert_true(ret == EXIT_DONE || ret == EXIT_REFUSED);
		assert_says("nothing was changed");
	}
	assert_int_equal(rig_shell(command, out, sizeof(out)), 0);
	assert_string_equal(out, before);
	assert_int_equal(run("state"), EXIT_DONE);
	assert_says("PRE");
}

static void a_forecast_of_refusal_has_the_exit_status_of_one(void **state)
{
	assert_int_equal(run("unprovision --dry-run"), EXIT_REFUSED);
	assert_says("the firmware would refuse it");
	assert_int_equal(run("unprovision --yes"), EXIT_REFUSED);
	assert_int_equal(run("ztc disable --dry-run"), EXIT_DONE);
	assert_says("What would be lost for good:\n  - ");
	assert_int_equal(run("ztc disable --yes"), EXIT_DONE);
	assert_int_equal(run("ztc get"), EXIT_DONE);
	assert_says("disabled");
	assert_int_equal(run("start --dry-run"), EXIT_REFUSED);
	assert_says("ZTC is off");
}

static void the_others_are_done_with_yes(void **state)
{
	rig_order(&rig, "set ehbc on");
	assert_int_equal(run("ehbc get"), EXIT_DONE);
	assert_says("enabled");
	assert_int_equal(run("ehbc disable --yes"), EXIT_DONE);
	assert_int_equal(run("--json ehbc get"), EXIT_DONE);
	assert_says("\"enabled\": false");
	assert_int_equal(run("disable-clear --yes"), EXIT_DONE);
}

/* --- transports, records --- */

static void a_record_of_a_command_plays_back(void **state)
{
	char first[sizeof(out)], path[128], arguments[512];

	rig_path(&rig, "record", path, sizeof(path));
	assert_int_equal(run("record %s -- hash list", path), EXIT_DONE);
	memcpy(first, out, sizeof(first));
	snprintf(arguments, sizeof(arguments), "replay %s -- hash list", path);
	assert_int_equal(run_plain(arguments), EXIT_DONE);
	assert_string_equal(out, first);
	assert_int_equal(run("record %s -- hash list", path), EXIT_FAILED);
	assert_says("File exists");
	snprintf(arguments, sizeof(arguments), "replay %s ztc get", path);
	assert_int_equal(run_plain(arguments), EXIT_FAILED);
	assert_says("the record holds no reply");
}

static void a_password_is_not_in_the_record(void **state)
{
	char path[128], arguments[512];

	rig_path(&rig, "record", path, sizeof(path));
	snprintf(arguments, sizeof(arguments), "printf secret-otp-1 >%s/otp", rig.dir);
	assert_int_equal(rig_shell(arguments, out, sizeof(out)), 0);
	assert_int_equal(run("record %s -- otp set --file %s/otp", path, rig.dir), EXIT_DONE);
	snprintf(arguments, sizeof(arguments), "cat %s", path);
	assert_int_equal(rig_shell(arguments, out, sizeof(out)), 0);
	assert_says("0c00************************");
	assert_null(strstr(out, "7365637265742d"));
}

static void wrong_use_is_told(void **state)
{
	static const char *const wrong[] = { "record x",   "record",	     "replay",
					     "completion", "completion csh", "caps x",
					     "check x",	   "unprovision x",  "stop --yes",
					     "hash match", "suffix set" };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(run("%s", wrong[i]), EXIT_USAGE);
		assert_says("--help");
	}
	assert_int_equal(run_plain("--transport car info"), EXIT_FAILED);
	assert_says("there is no transport \"car\"");
	assert_int_equal(run_plain("--transport socket:/nonexistent info"), EXIT_ABSENT);
	assert_says("nobody answers on /nonexistent");
}

/* --- check, and chains --- */

static void make_chain(char path[128])
{
	const struct cert_spec root = { .cn = "Root", .ca = true, .rsa_bits = 2048 };
	const struct cert_spec leaf = { .cn = "sca.example.org",
					.rsa_bits = 2048,
					.eku = "serverAuth,2.16.840.1.113741.1.2.3" };
	struct cert r = cert_make(&root, NULL), l = cert_make(&leaf, &r);
	unsigned char digest[32];
	char pem[8192] = "", order[256] = "hash add Chain,sha256,";
	FILE *file;

	cert_pem(&l, pem, sizeof(pem));
	cert_pem(&r, pem, sizeof(pem));
	rig_path(&rig, "chain.pem", path, 128);
	file = fopen(path, "we");
	fputs(pem, file);
	fclose(file);
	X509_digest(r.x509, EVP_sha256(), digest, NULL);
	for (int i = 0; i < 32; i++)
		sprintf(order + strlen(order), "%02x", digest[i]);
	rig_order(&rig, order);
	cert_free(&l);
	cert_free(&r);
}

static void a_chain_is_matched_and_explained(void **state)
{
	char path[128];

	make_chain(path);
	assert_int_equal(run("hash match %s", path), EXIT_DONE);
	assert_says("an active slot holds the hash of the chain's root:\n    21  active");
	assert_int_equal(run("check --all --server 127.0.0.1 --chain %s", path), EXIT_FINDING);
	assert_says(
		"ok       chain-root-ok              the server's certificate chain: active slot "
		"21, \"Chain\" (SHA-256), holds the root's hash\n");
	rig_order(&rig, "hash disable 21");
	assert_int_equal(run("hash match %s", path), EXIT_FINDING);
	assert_says("it is not active");
	assert_int_equal(run("--json check --server 127.0.0.1 --chain %s", path), EXIT_FINDING);
	assert_says("\"worst\": \"failure\",");
	assert_says("\"code\": \"chain-root-refused\",\n      \"severity\": \"failure\",");
	assert_int_equal(run("hash match /nonexistent"), EXIT_FAILED);
	assert_int_equal(run("check --chain %s", rig.socket), EXIT_FAILED);
}

static void a_host_based_start_pins_the_leaf_of_a_chain(void **state)
{
	char path[128], program[256], command[1024];

	make_chain(path);
	assert_int_equal(run("start --host-based %s --ipv6", path), EXIT_USAGE);
	assert_int_equal(run("start --sha384"), EXIT_USAGE);
	assert_int_equal(run("start --host-based /nonexistent"), EXIT_FAILED);
	assert_int_equal(run("start --host-based %s --dry-run", path), EXIT_DONE);
	assert_says("from CSME 14 on");
	assert_int_equal(run("start --host-based %s --domain one.example --domain=two.example "
			     "--host-vpn --wait=60",
			     path),
			 EXIT_DONE);
	assert_says("meiprov: CERTIFICATE_NOT_READY (0x31), repeating; 0 s\n"
		    "configuration runs: the ME waits for TLS from this host\n"
		    "ME's certificate    SHA-256 ");
	rig_program("vmectl", program, sizeof(program));
	snprintf(command, sizeof(command),
		 "leaf=$(openssl x509 -in %s -outform DER | sha256sum | cut -d ' ' -f 1)\n"
		 "%s --socket %s --json status | grep -cF '\"leaf\":\"'$leaf'\",\"host_vpn\":true,"
		 "\"suffixes\":[\"one.example\",\"two.example\"]'",
		 path, program, rig.control);
	assert_int_equal(rig_shell(command, out, sizeof(out)), 0);
	assert_int_equal(run("stop"), EXIT_DONE);
	assert_int_equal(run("--json start --host-based %s --sha384 --wait=60", path), EXIT_DONE);
	assert_says("\"done\": true,\n  \"configured\": false,\n  \"certificate\": {\n"
		    "    \"algorithm\": \"SHA-256\",\n    \"algorithm_number\": 2,\n"
		    "    \"digest\": \"");
}

static void following_says_each_state_and_how_it_ended(void **state)
{
	assert_int_equal(run("start --wait --follow=1"), EXIT_TIMED_OUT);
	assert_says("meiprov: state IN, control mode none; 0 s\n");
	assert_says("not done after 1 s; at last the state was IN");
	assert_int_equal(run("stop"), EXIT_DONE);
	/* the reply of amthi.md 11, typed: state POST */
	rig_order(&rig, "fault add amthi:11 raw=0101000011008004080000000000000002000000 forever");
	assert_int_equal(run("--json start --wait --follow"), EXIT_DONE);
	assert_says("\"configured\": true\n");
	assert_int_equal(run("start --follow=0"), EXIT_USAGE);
	assert_says("--follow takes 1 to 86400 seconds");
}

static void the_worst_finding_is_the_exit_status(void **state)
{
	char path[128], arguments[512];

	rig_order(&rig, "set ztc off");
	assert_int_equal(run("check --server 127.0.0.1"), EXIT_FINDING);
	assert_says("failure  ztc-off                    zero touch configuration: it is off\n"
		    "         why:  ");
	rig_path(&rig, "record", path, sizeof(path));
	assert_int_equal(run("record %s -- check --server 127.0.0.1", path), EXIT_FINDING);
	snprintf(arguments, sizeof(arguments), "replay %s -- check --server 127.0.0.1", path);
	assert_int_equal(run_plain(arguments), EXIT_FINDING);
	assert_says("ztc-off");
}

/* --- completions, in the shells themselves --- */

#define GLOBAL "--device --dump --help --json --non-interactive --timeout --transport --version"

/* What is typed, up to the word that is to be completed, and what is offered. */
static const struct {
	const char *typed;
	int word;
	const char *bash;
	const char *fish; /* sorted by it, with what stands before a command */
} completions[] = {
	{ "meiprov st", 1, "state start stop", "start state stop" },
	{ "meiprov --tr", 1, "--transport", "--transport" },
	{ "meiprov otp ", 2, "set generate", "generate set" },
	{ "meiprov otp set --f", 3, "--fd --file", "--fd --file" },
	{ "meiprov otp set gener", 3, "", "" },
	{ "meiprov hash show --", 3, "--json --dump --help", GLOBAL },
	{ "meiprov suffix set --", 3, "--json --dump --help --dry-run --yes",
	  "--device --dry-run --dump --help --json --non-interactive --timeout --transport "
	  "--version --yes" },
	{ "meiprov state --p", 2,
	  "--port --password-fd --password-file --password-credential --pin --plain",
	  "--password-credential --password-fd --password-file --pin --plain --port" },
	{ "meiprov start --", 2,
	  "--json --dump --help --ipv6 --host-based --sha384 --domain --host-vpn --wait --follow "
	  "--dry-run",
	  "--device --domain --dry-run --dump --follow --help --host-based --host-vpn --ipv6 "
	  "--json --non-interactive --sha384 --timeout --transport --version --wait" },
};

#define COMPLETIONS (sizeof(completions) / sizeof(completions[0]))

/* @load, and each of the questions, in @shell, which finds the tool; skipped where there
 * is no such shell.
 */
static void shell_says(const char *shell, const char *load, const char *questions,
		       const char *expected)
{
	char folder[256], command[8192];

	snprintf(command, sizeof(command), "command -v %s", shell);
	if (rig_shell(command, out, sizeof(out)))
		skip(); /* selftests/skips.allowed */
	rig_program("", folder, sizeof(folder));
	snprintf(command, sizeof(command), "PATH=%s:$PATH %s 2>&1 <<'END'\n%s\n%sEND\n", folder,
		 shell, load, questions);
	assert_int_equal(rig_shell(command, out, sizeof(out)), 0);
	assert_string_equal(out, expected);
}

/* By the variables that bash sets for a function. @narrow: what the shell does with it. */
static void bash_says(const char *shell, const char *load, const char *narrow)
{
	char questions[4096] = "", expected[4096] = "";

	for (size_t i = 0; i < COMPLETIONS; i++) {
		size_t used = strlen(questions);
		const char *typed = completions[i].typed;

		snprintf(questions + used, sizeof(questions) - used,
			 "COMP_WORDS=(%s%s); COMP_CWORD=%d; COMPREPLY=(); _meiprov; "
			 "echo $(printf '%%s\\n' \"${COMPREPLY[@]}\"%s)\n",
			 typed, typed[strlen(typed) - 1] == ' ' ? "''" : "", completions[i].word,
			 narrow);
		strcat(strcat(expected, completions[i].bash), "\n");
	}
	shell_says(shell, load, questions, expected);
}

static void completions_follow_the_table_in_bash(void **state)
{
	bash_says("bash", "eval \"$(meiprov completion bash)\"", "");
}

/* zsh drops by itself what does not begin as the word does. */
static void completions_load_in_zsh(void **state)
{
	bash_says("zsh",
		  "autoload -U compinit; compinit -D -u; eval \"$(meiprov completion zsh)\"\n"
		  "emulate sh",
		  " | grep -e \"^${COMP_WORDS[COMP_CWORD]}\"");
	assert_int_equal(run_plain("completion zsh"), EXIT_DONE);
	assert_says("#compdef meiprov\n");
}

static void completions_load_in_fish(void **state)
{
	char questions[4096] = "", expected[4096] = "";

	for (size_t i = 0; i < COMPLETIONS; i++) {
		size_t used = strlen(questions);

		snprintf(questions + used, sizeof(questions) - used,
			 "echo (complete -C '%s' | cut -f 1)\n", completions[i].typed);
		strcat(strcat(expected, completions[i].fish), "\n");
	}
	shell_says("fish", "meiprov completion fish | source", questions, expected);
	shell_says("fish", "meiprov completion fish | source", "complete -C 'meiprov otp s'\n",
		   "set\twrite the one-time password into the ME\n");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(capabilities_are_printed_with_rule_and_source),
		TEST(one_hash_is_shown_by_its_handle),
		TEST(an_exported_table_makes_the_same_virtual_me),
		TEST(the_suffix_is_read_and_set),
		TEST(what_cannot_be_undone_wants_yes_and_says_what_is_lost),
		TEST(a_dry_run_changes_nothing),
		TEST(a_forecast_of_refusal_has_the_exit_status_of_one),
		TEST(the_others_are_done_with_yes),
		TEST(a_record_of_a_command_plays_back),
		TEST(a_password_is_not_in_the_record),
		TEST(wrong_use_is_told),
		TEST(a_chain_is_matched_and_explained),
		cmocka_unit_test_setup_teardown(a_host_based_start_pins_the_leaf_of_a_chain,
						setup_amt_16, teardown),
		TEST(following_says_each_state_and_how_it_ended),
		TEST(the_worst_finding_is_the_exit_status),
		cmocka_unit_test(completions_follow_the_table_in_bash),
		cmocka_unit_test(completions_load_in_zsh),
		cmocka_unit_test(completions_load_in_fish),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
