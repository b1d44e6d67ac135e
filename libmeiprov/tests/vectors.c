// SPDX-License-Identifier: LGPL-2.1-or-later
#include <stdarg.h>
#include <setjmp.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "vectors.h"
#include <cmocka.h>

static bool take_line(const char *at, struct vector *out)
{
	while (*at && *at != '#') {
		char pair[3] = { at[0], at[1], '\0' };

		if (isspace((unsigned char)*at)) {
			at++;
			continue;
		}
		if (!isxdigit((unsigned char)pair[0]) || !isxdigit((unsigned char)pair[1]) ||
		    out->len == VECTOR_MAX)
			return false;
		out->data[out->len++] = (uint8_t)strtoul(pair, NULL, 16);
		at += 2;
	}
	return true;
}

void vector_read(const char *name, struct vector *out)
{
	const char *top = getenv("MEIPROV_TOP");
	char path[512], line[1024];
	FILE *file;

	snprintf(path, sizeof(path), "%s/selftests/vectors/%s.txt", top ? top : ".", name);
	file = fopen(path, "r");
	if (!file)
		fail_msg("%s: cannot be opened", path);
	out->len = 0;
	while (fgets(line, sizeof(line), file))
		if (!take_line(line, out))
			fail_msg("%s: not hex pairs: %s", path, line);
	fclose(file);
	assert_true(out->len > 0);
}

void vector_put_u32(struct vector *v, size_t at, uint32_t value)
{
	for (size_t i = 0; i < 4; i++)
		v->data[at + i] = (value >> (8 * i)) & 0xff;
}
