// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Plays the corpus of a target, TARGET_CORPUS, or the folders and files that are named,
 * and many beginnings of each file. A run without a file is a failure. TAP: one result,
 * which a crash never comes to.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "selftests/fuzz/fuzz.h"

#define INPUT_MAX  (256 * 1024)
#define BEGINNINGS 64 /* of one file, spread over its length */

static unsigned int played;

static int complain(const char *path)
{
	fprintf(stderr, "replay: %s: %s\n", path, strerror(errno));
	return EXIT_FAILURE;
}

/* From memory of exactly that size, so that a sanitizer sees every step beyond. */
static void run(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);

	if (!copy)
		abort();
	memcpy(copy, data, size);
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

static int play_file(const char *path)
{
	static uint8_t data[INPUT_MAX];
	FILE *file = fopen(path, "rb");
	size_t size, i;

	if (!file)
		return complain(path);
	size = fread(data, 1, sizeof(data), file);
	fclose(file);
	run(data, size);
	for (i = 0; i < BEGINNINGS; i++)
		run(data, size * i / BEGINNINGS);
	played++;
	return EXIT_SUCCESS;
}

static int play_folder(const char *path)
{
	DIR *folder = opendir(path);
	int status = EXIT_SUCCESS;
	struct dirent *entry;
	char file[4096];

	if (!folder)
		return complain(path);
	while (status == EXIT_SUCCESS && (entry = readdir(folder))) {
		if (*entry->d_name == '.')
			continue;
		snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
		status = play_file(file);
	}
	closedir(folder);
	return status;
}

static int play(const char *path)
{
	struct stat st;

	if (stat(path, &st))
		return complain(path);
	return S_ISDIR(st.st_mode) ? play_folder(path) : play_file(path);
}

int main(int argc, char **argv)
{
	static const char *const corpus[] = { TARGET_CORPUS };
	int status = EXIT_SUCCESS;
	size_t folder;
	int i;

	for (folder = 0; argc == 1 && folder < sizeof(corpus) / sizeof(corpus[0]); folder++)
		status = status == EXIT_SUCCESS ? play(corpus[folder]) : status;
	for (i = 1; i < argc && status == EXIT_SUCCESS; i++)
		status = play(argv[i]);
	if (status == EXIT_SUCCESS && !played) {
		fprintf(stderr, "replay: there is no input\n");
		status = EXIT_FAILURE;
	}
	printf("1..1\n%s 1 %u inputs and their beginnings do no harm\n",
	       status == EXIT_SUCCESS ? "ok" : "not ok", played);
	return status;
}
