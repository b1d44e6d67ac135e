// SPDX-License-Identifier: GPL-2.0-or-later
/* vmectl's lines: over a socket, and over a serial device with a past. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>
#include "tools/vme/vmectl_line.h"

static int ret;

/* A serial device: what is written to the result comes out of *@line. */
static int serial(struct line **line)
{
	int far = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);

	assert_true(far >= 0);
	assert_int_equal(grantpt(far), 0);
	assert_int_equal(unlockpt(far), 0);
	*line = line_open(ptsname(far), 1, &ret);
	assert_non_null(*line);
	return far;
}

static void put(int far, const char *text)
{
	assert_int_equal(write(far, text, strlen(text)), strlen(text));
}

static void a_serial_device_passes_lines_unchanged(void **state)
{
	char got[64] = "";
	struct line *line;
	int far = serial(&line);

	assert_int_equal(line_write(line, "a\x03\r\x7f\n", 5), 0);
	assert_int_equal(read(far, got, sizeof(got)), 5);
	assert_memory_equal(got, "a\x03\r\x7f\n", 5);
	put(far, "one\r\x04\ntwo\n");
	assert_string_equal(line_read(line, &ret), "one\r\x04");
	assert_string_equal(line_read(line, &ret), "two");
	line_close(line);
	close(far);
}

static void a_silent_device_times_out(void **state)
{
	struct line *line;
	int far = serial(&line);

	put(far, "half a line");
	assert_null(line_read(line, &ret));
	assert_int_equal(ret, -ETIMEDOUT);
	put(far, " and the rest\n");
	assert_string_equal(line_read(line, &ret), "half a line and the rest");
	line_close(line);
	close(far);
}

static void long_lines_are_read_whole(void **state)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char *text = test_malloc(100001);
	struct line *line;
	const char *got;
	int far;

	snprintf(addr.sun_path, sizeof(addr.sun_path), "/tmp/test_vmectl.%d", (int)getpid());
	assert_int_equal(bind(listener, (struct sockaddr *)&addr, sizeof(addr)), 0);
	assert_int_equal(listen(listener, 1), 0);
	line = line_open(addr.sun_path, 1, &ret);
	assert_non_null(line);
	far = accept(listener, NULL, NULL);
	memset(text, 'x', 100000);
	text[99999] = '\n';
	text[100000] = '\0';
	put(far, text);
	got = line_read(line, &ret);
	assert_non_null(got);
	assert_int_equal(strlen(got), 99999);
	close(far);
	assert_null(line_read(line, &ret));
	assert_int_equal(ret, -ECONNRESET);
	line_close(line);
	close(listener);
	unlink(addr.sun_path);
	test_free(text);
}

static void what_cannot_be_opened_says_why(void **state)
{
	assert_null(line_open("/nonexistent", 1, &ret));
	assert_int_equal(ret, -ENOENT);
	assert_null(line_open("/etc/passwd", 1, &ret));
	assert_int_equal(ret, -ENOTSOCK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_serial_device_passes_lines_unchanged),
		cmocka_unit_test(a_silent_device_times_out),
		cmocka_unit_test(long_lines_are_read_whole),
		cmocka_unit_test(what_cannot_be_opened_says_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
