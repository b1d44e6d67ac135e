// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/vmectl_print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_LEN 128

static void print_value(const json_t *value)
{
	char *text;

	if (json_is_string(value)) {
		fputs(json_string_value(value), stdout);
		return;
	}
	text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
	fputs(text ? text : "?", stdout);
	free(text);
}

/* "a=1 b=2", a string with blanks in quotes. */
static void print_row(const json_t *row)
{
	const char *name, *between = "";
	json_t *value;

	if (!json_is_object(row)) {
		print_value(row);
		putchar('\n');
		return;
	}
	json_object_foreach((json_t *)row, name, value) {
		const char *text = json_string_value(value);
		const char *quote = text && (!*text || strpbrk(text, " \t")) ? "\"" : "";

		printf("%s%s=%s", between, name, quote);
		print_value(value);
		fputs(quote, stdout);
		between = " ";
	}
	putchar('\n');
}

/* Deeper than two levels an object is shown as JSON. */
static void print_fields(const json_t *object, const char *prefix, int depth)
{
	char full[NAME_MAX_LEN];
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)object, name, value) {
		snprintf(full, sizeof(full), "%s%s", prefix, name);
		if (json_is_object(value) && depth) {
			strncat(full, ".", sizeof(full) - strlen(full) - 1);
			print_fields(value, full, depth - 1);
			continue;
		}
		printf("%s: ", full);
		print_value(value);
		putchar('\n');
	}
}

static void print_json(const json_t *value)
{
	char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);

	puts(text ? text : "null");
	free(text);
}

void print_result(const json_t *result, bool as_json)
{
	const json_t *row;
	size_t i;

	if (as_json) {
		print_json(result);
	} else if (json_is_object(result)) {
		print_fields(result, "", 2);
	} else if (json_is_array(result)) {
		json_array_foreach(result, i, row)
			print_row(row);
	} else if (!json_is_true(result)) {
		print_row(result);
	}
}

void print_event(const json_t *event, bool as_json)
{
	if (as_json)
		print_json(event);
	else
		print_row(event);
	fflush(stdout);
}
