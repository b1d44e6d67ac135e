// SPDX-License-Identifier: GPL-2.0-or-later
/* The command line and the sources of a secret. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <cmocka.h>

#include "tools/meiprov/cli.h"
#include "tools/meiprov/secret.h"

static const struct command_row row = { .words = { "test" } };

static void set(struct cli *cli, const char *argv[])
{
	*cli = (struct cli){ .index = -1, .output = &output_plain, .command = &row, .argv = argv };
	while (argv[cli->argc])
		cli->argc++;
}

#define SET(cli, ...) set(cli, (const char *[]){ __VA_ARGS__, NULL })

static void options_are_taken_off_the_front(void **state)
{
	const char *value = NULL;
	struct cli cli;

	SET(&cli, "--fd", "3", "--file=x", "rest");
	assert_int_equal(cli_option(&cli, "--file", &value), 0);
	assert_int_equal(cli_option(&cli, "--fd", &value), 1);
	assert_string_equal(value, "3");
	assert_int_equal(cli_option(&cli, "--file", &value), 1);
	assert_string_equal(value, "x");
	assert_int_equal(cli.argc, 1);
	assert_string_equal(cli.argv[0], "rest");
}

static void option_without_its_value_is_an_error(void **state)
{
	const char *value;
	struct cli cli;

	SET(&cli, "--fd");
	assert_int_equal(cli_option(&cli, "--fd", &value), -1);
	SET(&cli, "--fd=");
	assert_int_equal(cli_option(&cli, "--fd", &value), 1);
	assert_string_equal(value, "");
}

static void options_are_not_abbreviated_or_extended(void **state)
{
	const char *value;
	struct cli cli;

	SET(&cli, "--file2", "x");
	assert_int_equal(cli_option(&cli, "--file", &value), 0);
	SET(&cli, "--fil", "x");
	assert_int_equal(cli_option(&cli, "--file", &value), 0);
	SET(&cli, "--ipv6=yes");
	assert_int_equal(cli_option(&cli, "--ipv6", NULL), 0);
}

static void numbers_are_whole_decimal_and_in_range(void **state)
{
	static const char *const bad[] = { "",	  "-1", "+1",
					   " 1",  "1 ", "0x10",
					   "1.5", "11", "99999999999999999999999999" };
	unsigned long n;

	assert_true(cli_number("10", 10, &n));
	assert_int_equal(n, 10);
	assert_true(cli_number("0", 10, &n));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(cli_number(bad[i], 10, &n));
}

/* Nothing of these gets as far as opening a device. */
static void wrong_command_lines_are_usage_errors(void **state)
{
	static const struct {
		int (*run)(struct cli *cli);
		const char *argv[4];
	} rows[] = {
		{ cmd_info, { "x" } },
		{ cmd_state, { "--x" } },
		{ cmd_ztc_get, { "x" } },
		{ cmd_hash_list, { "x" } },
		{ cmd_otp_set, { "MySecret1" } },
		{ cmd_otp_set, { "--otp=MySecret1" } },
		{ cmd_otp_set, { "--fd", "x" } },
		{ cmd_otp_set, { "--fd", "-1" } },
		{ cmd_otp_set, { "--fd" } },
		{ cmd_otp_set, { "--fd=0", "--file=x" } },
		{ cmd_otp_set, { "--file=x", "--file=y" } },
		{ cmd_otp_generate, { "--length", "7" } },
		{ cmd_otp_generate, { "--length", "33" } },
		{ cmd_otp_generate, { "8" } },
		{ cmd_start, { "--wait", "10" } },
		{ cmd_start, { "--wait=" } },
		{ cmd_start, { "--wait=0" } },
		{ cmd_start, { "--wait=-1" } },
		{ cmd_start, { "--ipv4" } },
		{ cmd_start, { "--waiting" } },
		{ cmd_start, { "--follow=86401" } },
		{ cmd_start, { "--host-based" } },
		{ cmd_start, { "--host-based=x", "--ipv6" } },
		{ cmd_start, { "--host-vpn" } },
		{ cmd_start, { "--domain", "x" } },
		{ cmd_stop, { "now" } },
		{ cmd_watch, { "--count", "0" } },
		{ cmd_watch, { "--count" } },
		{ cmd_watch, { "--timeout", "1s" } },
		{ cmd_watch, { "--interval=x" } },
		{ cmd_watch, { "x" } },
		{ cmd_version, { "x" } },
	};
	struct cli cli;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		set(&cli, (const char **)rows[i].argv);
		if (rows[i].run(&cli) != EXIT_USAGE)
			fail_msg("row %zu: %s", i, rows[i].argv[0]);
	}
}

/* --- secrets --- */

static int from_bytes(const void *data, size_t len, struct secret *secret)
{
	struct meiprov_error err = { 0 };
	int fds[2], ret;

	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], data, len), (ssize_t)len);
	close(fds[1]);
	ret = secret_from_fd(&secret_otp, fds[0], secret, &err);
	close(fds[0]);
	assert_int_equal(err.code, ret);
	if (ret)
		assert_true(strlen(err.doing) && strlen(err.why) && strlen(err.next));
	return ret;
}

static void one_line_end_is_cut_off(void **state)
{
	static const char *const texts[] = { "12345678", "12345678\n", "12345678\r\n" };
	struct secret secret;

	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(from_bytes(texts[i], strlen(texts[i]), &secret), 0);
		assert_int_equal(secret.len, 8);
		assert_memory_equal(secret.text, "12345678", 8);
	}
}

static void longest_secret_is_taken_with_its_line_end(void **state)
{
	static const char text[] = "0123456789abcdef0123456789ABCDEF\r\n";
	struct secret secret;

	assert_int_equal(from_bytes(text, 34, &secret), 0);
	assert_int_equal(secret.len, 32);
	assert_memory_equal(secret.text, text, 32);
}

static void unfit_secrets_are_refused_and_wiped(void **state)
{
	static const struct {
		const char *text;
		size_t len;
	} rows[] = {
		{ "", 0 },
		{ "\n", 1 },
		{ "1234567", 7 },
		{ "1234567\n", 8 },
		{ "0123456789abcdef0123456789ABCDEFx", 33 },
		{ "0123456789abcdef0123456789ABCDEF\n\n", 34 },
		{ "0123456789abcdef0123456789ABCDEF0123456789", 42 },
		{ "12345678\n12345678\n", 18 },
		{ "1234\0005678", 9 },
		{ "1234\t5678", 9 },
		{ "12345678\n\n", 10 },
	};
	static const char zero[SECRET_SIZE];
	struct secret secret;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (from_bytes(rows[i].text, rows[i].len, &secret) != -EINVAL)
			fail_msg("row %zu", i);
		assert_memory_equal(secret.text, zero, sizeof(zero));
		assert_int_equal(secret.len, 0);
	}
}

static void reasons_never_quote_the_secret(void **state)
{
	struct meiprov_error err = { 0 };
	struct secret secret;
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], "hunter2\n", 8), 8);
	close(fds[1]);
	assert_int_equal(secret_from_fd(&secret_otp, fds[0], &secret, &err), -EINVAL);
	close(fds[0]);
	assert_null(strstr(err.why, "hunter2"));
	assert_null(strstr(err.next, "hunter2"));
	assert_null(strstr(err.doing, "hunter2"));
}

static void closed_descriptor_and_missing_file_are_errors(void **state)
{
	struct meiprov_error err = { 0 };
	struct secret secret;

	assert_int_equal(secret_from_fd(&secret_otp, 999, &secret, &err), -EIO);
	assert_int_equal(secret_from_file(&secret_otp, "/does/not/exist", &secret, &err), -EIO);
	assert_non_null(strstr(err.why, "/does/not/exist"));
	assert_int_equal(secret_from_file(&secret_otp, "/tmp", &secret, &err), -EIO);
}

static void credential_is_read_from_its_folder_only(void **state)
{
	char dir[] = "/tmp/meiprov-test.XXXXXX", path[64];
	struct meiprov_error err = { 0 };
	struct secret secret;
	int fd;

	unsetenv("CREDENTIALS_DIRECTORY");
	assert_int_equal(secret_from_credential(&secret_otp, "otp", &secret, &err), -EIO);
	assert_non_null(strstr(err.next, "LoadCredential="));
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/otp", dir);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	assert_int_equal(write(fd, "secret123\n", 10), 10);
	close(fd);
	setenv("CREDENTIALS_DIRECTORY", dir, 1);
	assert_int_equal(secret_from_credential(&secret_otp, "otp", &secret, &err), 0);
	assert_memory_equal(secret.text, "secret123", 9);
	assert_int_equal(secret_from_credential(&secret_otp, "../otp", &secret, &err), -EINVAL);
	assert_int_equal(secret_from_credential(&secret_otp, "", &secret, &err), -EINVAL);
	assert_int_equal(secret_from_credential(&secret_otp, "other", &secret, &err), -EIO);
	unsetenv("CREDENTIALS_DIRECTORY");
	unlink(path);
	rmdir(dir);
}

/* --- the terminal: a child behind a pseudo-terminal of its own --- */

static void child(void)
{
	struct meiprov_error err;
	struct secret secret;
	struct termios t;
	int ret = secret_from_terminal(&secret_otp, &secret, &err);

	tcgetattr(0, &t);
	if (!(t.c_lflag & ECHO))
		_exit(99); /* not set back */
	_exit(ret ? 1 : memcmp(secret.text, "typed123", 8) ? 2 : 0);
}

/* Wait for the prompt; what is typed before it is flushed away. */
static void await_prompt(int fd, char *seen, size_t size)
{
	size_t len = 0;

	while (len < size - 1 && !strstr(seen, "password: ")) {
		ssize_t n = read(fd, seen + len, size - 1 - len);

		assert_true(n > 0);
		len += (size_t)n;
		seen[len] = '\0';
	}
}

static int type(const char *keys, char *seen, size_t size)
{
	size_t len;
	ssize_t n;
	int fd, status;
	pid_t pid = forkpty(&fd, NULL, NULL, NULL);

	assert_true(pid >= 0);
	if (!pid)
		child();
	memset(seen, 0, size);
	await_prompt(fd, seen, size);
	assert_int_equal(write(fd, keys, strlen(keys)), (ssize_t)strlen(keys));
	len = strlen(seen);
	while (len < size - 1 && (n = read(fd, seen + len, size - 1 - len)) > 0)
		len += (size_t)n;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	close(fd);
	return status;
}

static void typed_secret_is_read_and_not_echoed(void **state)
{
	char seen[256];
	int status = type("typed123\n", seen, sizeof(seen));

	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_non_null(strstr(seen, "password: "));
	assert_null(strstr(seen, "typed"));
}

static void ctrl_c_ends_the_question_at_once(void **state)
{
	char seen[256];
	int status = type("typed\x03", seen, sizeof(seen));

	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGINT);
	assert_null(strstr(seen, "typed"));
}

static void without_a_terminal_another_way_is_named(void **state)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		struct meiprov_error err;
		struct secret secret;
		int ret;

		setsid();
		ret = secret_from_terminal(&secret_otp, &secret, &err);
		_exit(ret == -EIO && strstr(err.next, "--file") ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && !WEXITSTATUS(status));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_are_taken_off_the_front),
		cmocka_unit_test(option_without_its_value_is_an_error),
		cmocka_unit_test(options_are_not_abbreviated_or_extended),
		cmocka_unit_test(numbers_are_whole_decimal_and_in_range),
		cmocka_unit_test(wrong_command_lines_are_usage_errors),
		cmocka_unit_test(one_line_end_is_cut_off),
		cmocka_unit_test(longest_secret_is_taken_with_its_line_end),
		cmocka_unit_test(unfit_secrets_are_refused_and_wiped),
		cmocka_unit_test(reasons_never_quote_the_secret),
		cmocka_unit_test(closed_descriptor_and_missing_file_are_errors),
		cmocka_unit_test(credential_is_read_from_its_folder_only),
		cmocka_unit_test(typed_secret_is_read_and_not_echoed),
		cmocka_unit_test(ctrl_c_ends_the_question_at_once),
		cmocka_unit_test(without_a_terminal_another_way_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
