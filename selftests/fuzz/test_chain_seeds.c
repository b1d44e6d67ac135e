// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The inputs that fuzz_chain begins with get as far as they are meant to: a chain that is
 * taken, or one error. Otherwise its mutations would all end at the door.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "libmeiprov/tests/vme_rig.h"
#include "selftests/fuzz/chain_input.h"

#define CORPUS "selftests/fuzz/corpus/chain"

/**
 * struct seed - one input
 * @length: of its chain, 0: it is refused
 * @code, @why: how it is refused
 */
static const struct seed {
	const char *name;
	size_t length;
	int code;
	const char *why;
} seeds[] = {
	{ "der-ec", 2 },
	{ "der-rsa", 2 },
	{ "der-twice", 2 },
	{ "der-no-root", 0, -ENOENT, "the self-signed root is missing" },
	{ "der-trailing", 0, -EBADMSG, "does not hold exactly one certificate" },
	{ "der-two-chains", 0, -EINVAL, "do not belong to the leaf's chain" },
	{ "pem-ec", 2 },
	{ "pem-cut", 0, -EBADMSG, "damaged or cut off" },
	{ "pem-key", 0, -EBADMSG, "it holds a private key" },
	{ "sig-unknown-key", 3 },
	{ "der-file", 3 },
	{ "sig-usual", 3 },
	{ "sig-older", 3 },
	{ "p12-usual", 3 },
	{ "p12-open", 3 },
	{ "p12-open-mac", 3 },
	{ "p12-no-mac", 3 },
	{ "p12-older", 3 },
	{ "p12-empty-password", 3 },
	{ "p12-no-password", 3 },
	{ "saf-usual", 3 },
	{ "bag-usual", 3 },
};

#define SEEDS (sizeof(seeds) / sizeof(seeds[0]))

static bool met[SEEDS];

static size_t read_seed(const char *folder, const char *name, uint8_t *data, size_t size)
{
	char path[4096];
	FILE *file;
	size_t len;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "re");
	assert_non_null(file);
	len = fread(data, 1, size, file);
	fclose(file);
	assert_in_range(len, 1, size - 1);
	return len;
}

static void assert_seed(const struct seed *seed, const uint8_t *data, size_t len)
{
	struct meiprov_error err = { 0 };
	struct meiprov_chain *chain;
	int ret = chain_input(data, len, &chain, &err);

	if (ret != seed->code)
		fail_msg("%s: %d, %s", seed->name, ret, err.why);
	if (ret && !strstr(err.why, seed->why))
		fail_msg("%s: %s", seed->name, err.why);
	if (!ret)
		assert_int_equal(meiprov_chain_length(chain), seed->length);
	meiprov_chain_free(chain);
}

static void play(const char *folder, const char *name)
{
	static uint8_t data[65536];
	size_t len = read_seed(folder, name, data, sizeof(data));

	for (size_t i = 0; i < SEEDS; i++) {
		if (strcmp(seeds[i].name, name))
			continue;
		met[i] = true;
		assert_seed(&seeds[i], data, len);
		return;
	}
	fail_msg("%s/%s: what is to become of it is not said here", folder, name);
}

static void play_folder(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;

	assert_non_null(folder);
	while ((entry = readdir(folder)))
		if (*entry->d_name != '.')
			play(path, entry->d_name);
	closedir(folder);
}

static void each_seed_gets_as_far_as_it_is_meant_to(void **state)
{
	char made[4096];

	rig_program("fuzz_src/seeds/chain", made, sizeof(made));
	play_folder(CORPUS);
	play_folder(made);
	for (size_t i = 0; i < SEEDS; i++)
		if (!met[i])
			fail_msg("%s is not there", seeds[i].name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_seed_gets_as_far_as_it_is_meant_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
