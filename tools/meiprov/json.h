/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A writer of JSON, one member a line: the tool needs no more and shall link no
 * library in a small guest.
 */
#ifndef MEIPROV_JSON_H
#define MEIPROV_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/**
 * struct json - where the writer stands
 * @compact: one object a line, for streams
 */
struct json {
	FILE *out;
	bool compact;
	bool first;
	unsigned int depth;
};

/* The outermost object; json_end() also ends the line. */
void json_begin(struct json *j, FILE *out, bool compact);
void json_end(struct json *j);

/* @name is NULL inside an array. */
void json_object_begin(struct json *j, const char *name);
void json_object_end(struct json *j);
void json_array_begin(struct json *j, const char *name);
void json_array_end(struct json *j);
/* Bytes that are not UTF-8 are written as U+FFFD. */
void json_text(struct json *j, const char *name, const char *value);
void json_number(struct json *j, const char *name, uint64_t value);
void json_bool(struct json *j, const char *name, bool value);
void json_null(struct json *j, const char *name);
void json_hex(struct json *j, const char *name, const uint8_t *data, size_t len);

#endif /* MEIPROV_JSON_H */
