// SPDX-License-Identifier: GPL-2.0-or-later
#include <stddef.h>

#include "json.h"

/* Bytes of the UTF-8 sequence at @text, 0 if it is none (RFC 3629). */
static size_t sequence(const unsigned char *text)
{
	size_t len = text[0] < 0x80 ? 1 :
		     text[0] < 0xc2 ? 0 :
		     text[0] < 0xe0 ? 2 :
		     text[0] < 0xf0 ? 3 :
		     text[0] < 0xf5 ? 4 :
				      0;

	for (size_t i = 1; i < len; i++)
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	if ((text[0] == 0xe0 && text[1] < 0xa0) || (text[0] == 0xed && text[1] > 0x9f) ||
	    (text[0] == 0xf0 && text[1] < 0x90) || (text[0] == 0xf4 && text[1] > 0x8f))
		return 0;
	return len;
}

static void character(FILE *out, const unsigned char *at, size_t len)
{
	if (!len)
		fputs("\\ufffd", out);
	else if (*at == '"' || *at == '\\')
		fprintf(out, "\\%c", *at);
	else if (*at < 0x20 || *at == 0x7f)
		fprintf(out, "\\u%04x", *at);
	else
		fwrite(at, 1, len, out);
}

static void quoted(FILE *out, const char *text)
{
	const unsigned char *at = (const unsigned char *)text;

	fputc('"', out);
	while (*at) {
		size_t len = sequence(at);

		character(out, at, len);
		at += len ? len : 1;
	}
	fputc('"', out);
}

static void new_line(struct json *j)
{
	if (j->compact)
		return;
	fprintf(j->out, "\n%*s", (int)(2 * j->depth), "");
}

static void member(struct json *j, const char *name)
{
	if (!j->first)
		fputs(j->compact ? ", " : ",", j->out);
	if (j->depth)
		new_line(j);
	j->first = false;
	if (!name)
		return;
	quoted(j->out, name);
	fputs(": ", j->out);
}

static void begin(struct json *j, const char *name, char open)
{
	member(j, name);
	fputc(open, j->out);
	j->first = true;
	j->depth++;
}

static void end(struct json *j, char close)
{
	bool empty = j->first;

	j->depth--;
	if (!empty)
		new_line(j);
	fputc(close, j->out);
	j->first = false;
}

void json_begin(struct json *j, FILE *out, bool compact)
{
	*j = (struct json){ .out = out, .compact = compact, .first = true };
	begin(j, NULL, '{');
}

void json_end(struct json *j)
{
	end(j, '}');
	fputc('\n', j->out);
	fflush(j->out);
}

void json_object_begin(struct json *j, const char *name)
{
	begin(j, name, '{');
}

void json_object_end(struct json *j)
{
	end(j, '}');
}

void json_array_begin(struct json *j, const char *name)
{
	begin(j, name, '[');
}

void json_array_end(struct json *j)
{
	end(j, ']');
}

void json_text(struct json *j, const char *name, const char *value)
{
	member(j, name);
	quoted(j->out, value);
}

void json_number(struct json *j, const char *name, uint64_t value)
{
	member(j, name);
	fprintf(j->out, "%llu", (unsigned long long)value);
}

void json_bool(struct json *j, const char *name, bool value)
{
	member(j, name);
	fputs(value ? "true" : "false", j->out);
}

void json_null(struct json *j, const char *name)
{
	member(j, name);
	fputs("null", j->out);
}

void json_hex(struct json *j, const char *name, const uint8_t *data, size_t len)
{
	member(j, name);
	fputc('"', j->out);
	for (size_t i = 0; i < len; i++)
		fprintf(j->out, "%02x", data[i]);
	fputc('"', j->out);
}
