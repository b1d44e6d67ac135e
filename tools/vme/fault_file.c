// SPDX-License-Identifier: GPL-2.0-or-later
/* Scripts of faults: a file with an order on each line. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tools/vme/fault.h"

#define WORDS_MAX 8

static int add_line(struct fault_list *list, char *line, char why[FAULT_WHY_MAX])
{
	const char *words[WORDS_MAX];
	size_t count = 0;
	uint32_t id;
	char *rest = NULL;
	char *word;

	for (word = strtok_r(line, " \t\r\n", &rest); word && count < WORDS_MAX;
	     word = strtok_r(NULL, " \t\r\n", &rest))
		words[count++] = word;
	if (!count || *words[0] == '#')
		return 0;
	return fault_add(list, words, count, &id, why);
}

static int load(struct fault_list *list, FILE *file, const char *path, char why[FAULT_WHY_MAX])
{
	char reason[FAULT_WHY_MAX];
	unsigned int number = 0;
	char *line = NULL;
	size_t size = 0;
	int ret = 0;

	while (!ret && getline(&line, &size, file) >= 0) {
		number++;
		ret = add_line(list, line, reason);
	}
	free(line);
	if (ret)
		snprintf(why, FAULT_WHY_MAX, "%.60s:%u: %.150s", path, number, reason);
	return ret;
}

int fault_load(struct fault_list *list, const char *path, char why[FAULT_WHY_MAX])
{
	FILE *file = fopen(path, "re");
	int ret;

	if (!file) {
		ret = -errno;
		snprintf(why, FAULT_WHY_MAX, "%.100s: %s", path, strerror(errno));
		return ret;
	}
	ret = load(list, file, path, why);
	fclose(file);
	return ret;
}
