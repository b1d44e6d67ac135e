// SPDX-License-Identifier: GPL-2.0-or-later
/* The flash image: whole or not at all, whatever becomes of its writer. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include <openssl/crypto.h>
#include "tools/vme/flash.h"

#define OLD    "the old content"
#define NEW    "the new content, which is longer"
#define ROUNDS 60

static char folder[] = "/tmp/test_flash.XXXXXX";
static char path[64];
static char why[FLASH_WHY_MAX];

static int make_folder(void **state)
{
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/flash", folder);
	return 0;
}

static int remove_folder(void **state)
{
	static const char *const names[] = { "", ".new", ".lock" };
	char name[80];
	size_t i;

	for (i = 0; i < 3; i++) {
		snprintf(name, sizeof(name), "%s%s", path, names[i]);
		unlink(name);
	}
	return rmdir(folder);
}

static int forget(void **state)
{
	unlink(path);
	return 0;
}

static struct flash *take(void)
{
	struct flash *flash = flash_open(path, why);

	if (!flash)
		fail_msg("%s", why);
	return flash;
}

static void write_text(const char *text)
{
	struct flash *flash = take();

	assert_int_equal(flash_write(flash, text, strlen(text), why), 0);
	flash_close(flash);
}

/* The content, to be freed; NULL with @why. */
static char *read_text(void)
{
	struct flash *flash = take();
	size_t len;
	char *text = flash_read(flash, &len, why);

	flash_close(flash);
	if (text)
		assert_int_equal(strlen(text), len);
	return text;
}

static void holds(const char *want)
{
	char *text = read_text();

	assert_non_null(text);
	assert_string_equal(text, want);
	OPENSSL_free(text);
}

static void refused(const char *because)
{
	assert_null(read_text());
	if (!strstr(why, because))
		fail_msg("\"%s\" does not say \"%s\"", why, because);
}

/* --- content --- */

static void what_was_written_is_read(void **state)
{
	assert_null(read_text());
	assert_string_equal(why, "");
	write_text(OLD);
	holds(OLD);
	write_text("");
	holds("");
}

static void an_image_is_for_its_owner_only(void **state)
{
	struct stat st;

	write_text(OLD);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void one_device_at_a_time_has_it(void **state)
{
	struct flash *flash = take();

	assert_null(flash_open(path, why));
	assert_non_null(strstr(why, "another device"));
	flash_close(flash);
	flash_close(take());
}

static void a_missing_folder_is_named(void **state)
{
	assert_null(flash_open("/nonexistent/flash", why));
	assert_non_null(strstr(why, "/nonexistent/flash: opening its folder"));
}

/* --- what is not ours --- */

static size_t read_file(uint8_t *out, size_t size)
{
	FILE *file = fopen(path, "r");
	size_t len = fread(out, 1, size, file);

	fclose(file);
	return len;
}

static void write_file(const void *data, size_t len)
{
	FILE *file = fopen(path, "w");

	assert_int_equal(fwrite(data, 1, len, file), len);
	fclose(file);
}

static void a_foreign_file_is_refused(void **state)
{
	static const char text[] = "This file has nothing to do with any virtual ME, but is long.";

	write_file("", 0);
	refused("not the flash image");
	write_file("MEIPROVF", 8);
	refused("not the flash image");
	write_file(text, sizeof(text));
	refused("not the flash image");
	unlink(path);
	assert_int_equal(mkdir(path, 0700), 0);
	refused("cannot be read");
	rmdir(path);
}

static void a_newer_format_is_refused(void **state)
{
	uint8_t image[128];
	size_t len;

	write_text(OLD);
	len = read_file(image, sizeof(image));
	image[8] = FLASH_VERSION + 1;
	write_file(image, len);
	refused("a newer meiprov-vme");
}

static void an_image_of_the_documented_layout_is_read(void **state)
{
	/* "hi", its SHA-256 by sha256sum(1) */
	static const uint8_t image[] = {
		'M',  'E',  'I',  'P',	'R',  'O',  'V',  'F',	1,    0,    0,	  0,	2,
		0,    0,    0,	  0x8f, 0x43, 0x43, 0x46, 0x64, 0x8f, 0x6b, 0x96, 0xdf, 0x89,
		0xdd, 0xa9, 0x01, 0xc5, 0x17, 0x6b, 0x10, 0xa6, 0xd8, 0x39, 0x61, 0xdd, 0x3c,
		0x1a, 0xc8, 0x8b, 0x59, 0xb2, 0xdc, 0x32, 0x7a, 0xa4, 'h',  'i',
	};

	assert_int_equal(sizeof(image), 50);
	write_file(image, sizeof(image));
	holds("hi");
}

static unsigned int version_of_file(void)
{
	struct flash *flash = take();
	unsigned int version;
	size_t len;

	OPENSSL_free(flash_read(flash, &len, why));
	version = flash_version(flash);
	flash_close(flash);
	return version;
}

static void an_older_image_says_so_and_is_written_as_a_new_one(void **state)
{
	uint8_t image[128];
	size_t len;

	write_text(OLD);
	assert_int_equal(version_of_file(), FLASH_VERSION);
	len = read_file(image, sizeof(image));
	image[8] = FLASH_VERSION_OLD;
	write_file(image, len);
	holds(OLD);
	assert_int_equal(version_of_file(), FLASH_VERSION_OLD);
	write_text(NEW);
	assert_int_equal(version_of_file(), FLASH_VERSION);
	image[8] = FLASH_VERSION_OLD - 1;
	write_file(image, len);
	refused("damaged");
	assert_int_equal(version_of_file(), 0);
}

static void a_change_of_any_byte_is_noticed(void **state)
{
	uint8_t image[128];
	size_t len, i;

	write_text(OLD);
	len = read_file(image, sizeof(image));
	assert_int_equal(len, 48 + strlen(OLD));
	for (i = 0; i < len; i++) {
		image[i] ^= 0x20;
		write_file(image, len);
		assert_null(read_text());
		assert_string_not_equal(why, "");
		image[i] ^= 0x20;
	}
	write_file(image, len);
	holds(OLD);
}

static void a_cut_or_longer_image_is_refused(void **state)
{
	uint8_t image[128] = { 0 };
	size_t len;

	write_text(OLD);
	len = read_file(image, sizeof(image));
	write_file(image, len - 1);
	refused("damaged");
	write_file(image, len + 1);
	refused("damaged");
}

/* --- kills and failures --- */

static enum flash_step last_words;

static void die_at_step(enum flash_step step)
{
	if (step == last_words)
		raise(SIGKILL);
}

static void die_writing(enum flash_step step)
{
	struct flash *flash = take();

	last_words = step;
	flash_on_step(flash, die_at_step);
	flash_write(flash, NEW, strlen(NEW), why);
	_exit(1); /* did not die */
}

static void a_kill_at_each_step_leaves_old_or_new(void **state)
{
	enum flash_step step;
	int status;
	pid_t pid;

	for (step = FLASH_STEP_OPEN; step <= FLASH_STEP_DONE; step++) {
		write_text(OLD);
		pid = fork();
		assert_true(pid >= 0);
		if (!pid)
			die_writing(step);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
		holds(step <= FLASH_STEP_RENAME ? OLD : NEW);
	}
}

/* Contents number themselves; *@done is the last that was written to the end. */
static void write_for_ever(unsigned int from, unsigned int *done)
{
	struct flash *flash = take();
	char text[8192];
	unsigned int i;

	for (i = from;; i++) {
		memset(text, 'a' + i % 26, sizeof(text));
		snprintf(text, 16, "%u ", i);
		text[strlen(text)] = ' ';
		if (flash_write(flash, text, 16 + i * 37 % (sizeof(text) - 16), why))
			_exit(1);
		*done = i;
	}
}

static unsigned int number_held(void)
{
	char *text = read_text();
	unsigned int number;

	if (!text)
		fail_msg("%s", why);
	number = (unsigned int)strtoul(text, NULL, 10);
	OPENSSL_free(text);
	return number;
}

static void a_kill_at_any_moment_loses_nothing_that_was_done(void **state)
{
	int shared = open("/dev/zero", O_RDWR);
	unsigned int *done = mmap(NULL, sizeof(*done), PROT_READ | PROT_WRITE, MAP_SHARED, shared,
				  0);
	unsigned int seed = 1, held = 0, i;
	pid_t pid;

	close(shared);
	assert_true(done != MAP_FAILED);
	write_text("0 ");
	*done = 0;
	for (i = 0; i < ROUNDS; i++) {
		*done = held;
		pid = fork();
		assert_true(pid >= 0);
		if (!pid)
			write_for_ever(held + 1, done);
		usleep(500 + (unsigned int)rand_r(&seed) % 20000);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		held = number_held();
		assert_in_range(held, *done, *done + 1);
	}
	assert_true(*done > 0);
	munmap(done, sizeof(*done));
}

static void a_full_disk_leaves_the_old_image(void **state)
{
	const struct rlimit none = { 16, RLIM_INFINITY };
	struct rlimit before;
	struct flash *flash;
	int ret;

	write_text(OLD);
	flash = take();
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	setrlimit(RLIMIT_FSIZE, &none);
	ret = flash_write(flash, NEW, strlen(NEW), why);
	setrlimit(RLIMIT_FSIZE, &before);
	assert_int_equal(ret, -EFBIG);
	assert_non_null(strstr(why, "writing: File too large"));
	flash_close(flash);
	holds(OLD);
}

#define promise(test) cmocka_unit_test_setup(test, forget)

int main(void)
{
	const struct CMUnitTest tests[] = {
		promise(what_was_written_is_read),
		promise(an_image_is_for_its_owner_only),
		promise(one_device_at_a_time_has_it),
		promise(a_missing_folder_is_named),
		promise(a_foreign_file_is_refused),
		promise(a_newer_format_is_refused),
		promise(an_image_of_the_documented_layout_is_read),
		promise(an_older_image_says_so_and_is_written_as_a_new_one),
		promise(a_change_of_any_byte_is_noticed),
		promise(a_cut_or_longer_image_is_refused),
		promise(a_kill_at_each_step_leaves_old_or_new),
		promise(a_kill_at_any_moment_loses_nothing_that_was_done),
		promise(a_full_disk_leaves_the_old_image),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
