// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Answers from a record (record.h), for tests and for looking at a machine that is
 * elsewhere. A request gets the reply that followed it in the record; of several
 * the next one after the last that was used. Times are not kept.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channel.h"
#include "error.h"
#include "record.h"
#include "uapi/amthi/amthi.h"

#define DOING	    "reading a record"
#define EVENTS_MAX  100000
#define RECORD_LINE (2 * (AMTHI_MSG_MAX + 1) + 64)

struct event {
	char what;
	int code;	/* "=" and "!": 0 or a negative errno */
	size_t len;	/* ">" and "<": of @data */
	size_t visible; /* bytes of @data before those that were left out */
	uint8_t *data;
};

struct replay {
	struct event *events;
	size_t count;
	size_t next;
};

static void close_replay(void *ctx)
{
	struct replay *replay = ctx;

	for (size_t i = 0; i < replay->count; i++)
		free(replay->events[i].data);
	free(replay->events);
	free(replay);
}

/* --- reading --- */

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Pairs of digits, then pairs of stars to the end. */
static int take_bytes(struct event *event, const char *text)
{
	size_t len = strlen(text) / 2;

	if (strlen(text) % 2 || !len || len > AMTHI_MSG_MAX)
		return -EBADMSG;
	event->data = calloc(1, len);
	if (!event->data)
		return -ENOMEM;
	for (event->len = 0; event->len < len; event->len++, text += 2) {
		int high = digit(text[0]), low = digit(text[1]);

		if (high < 0 || low < 0)
			break;
		event->data[event->len] = (uint8_t)(high << 4 | low);
	}
	event->visible = event->len;
	event->len = len;
	return strspn(text, "*") == 2 * (len - event->visible) ? 0 : -EBADMSG;
}

static int take_errno(struct event *event, const char *text)
{
	if (!*text)
		return event->what == '=' ? 0 : -EBADMSG;
	event->code = record_errno(text);
	return event->code ? 0 : -EBADMSG;
}

/* "WHAT TIME REST" */
static int parse_line(struct event *event, char *line)
{
	char *rest;

	event->what = line[0];
	if (!strchr("=><!", line[0]) || line[1] != ' ')
		return -EBADMSG;
	rest = line + 2 + strspn(line + 2, "0123456789.");
	if (rest == line + 2 || (*rest && *rest != ' '))
		return -EBADMSG;
	rest += *rest == ' ';
	return strchr("=!", event->what) ? take_errno(event, rest) : take_bytes(event, rest);
}

/* Room for one more; it is full at each power of two. */
static int make_room(struct replay *replay)
{
	struct event *events;

	if (replay->count & (replay->count - 1))
		return 0;
	events = reallocarray(replay->events, 2 * replay->count + 1, sizeof(*events));
	if (!events)
		return -ENOMEM;
	replay->events = events;
	return 0;
}

static int add_line(struct replay *replay, char *line)
{
	struct event event = { 0 };
	int ret;

	if (!*line || *line == '#')
		return 0;
	if (replay->count == EVENTS_MAX)
		return -E2BIG;
	ret = make_room(replay);
	if (!ret)
		ret = parse_line(&event, line);
	if (ret)
		free(event.data);
	else
		replay->events[replay->count++] = event;
	return ret;
}

/* *@number: the line that was at fault. */
static int read_lines(struct replay *replay, FILE *file, unsigned int *number)
{
	char line[RECORD_LINE];
	int ret = 0;

	for (*number = 1; !ret && fgets(line, sizeof(line), file); (*number)++) {
		size_t len = strcspn(line, "\n");

		if (line[len] != '\n' && !feof(file))
			return -EBADMSG; /* longer than any event */
		line[len] = '\0';
		if (*number == 1)
			ret = strcmp(line, RECORD_MAGIC) ? -EPROTONOSUPPORT : 0;
		else
			ret = add_line(replay, line);
	}
	(*number)--;
	if (!ret && ferror(file))
		return -EIO;
	return !ret && !*number ? -EPROTONOSUPPORT : ret;
}

static int load(struct replay *replay, const char *path, struct meiprov_error *err)
{
	FILE *file = fopen(path, "re");
	unsigned int number = 0;
	char why[192];
	int ret;

	if (!file) {
		ret = -errno;
		snprintf(why, sizeof(why), "cannot open %.100s: %s", path, strerror(errno));
		return error_set(err, ret, DOING, why, "");
	}
	ret = read_lines(replay, file, &number);
	fclose(file);
	if (!ret)
		return 0;
	if (ret == -EPROTONOSUPPORT)
		snprintf(why, sizeof(why), "%.100s does not begin with \"" RECORD_MAGIC "\"", path);
	else
		snprintf(why, sizeof(why), "line %u of %.100s: %s", number, path,
			 ret == -EBADMSG ? "not an event of a record" : strerror(-ret));
	return error_set(err, ret, DOING, why, "meiprov record writes such files");
}

/* --- answering --- */

/* A connect that failed fails again; all others succeed. */
static int connect_replay(void *ctx, int64_t deadline)
{
	struct replay *replay = ctx;

	if (replay->next == replay->count || replay->events[replay->next].what != '=')
		return 0;
	return replay->events[replay->next++].code;
}

static bool fits(const struct event *event, const uint8_t *request, size_t len)
{
	return event->what == '>' && event->len == len &&
	       !memcmp(event->data, request, event->visible);
}

/* The place of the request, from the last one used on, then from the beginning. */
static size_t find(const struct replay *replay, const uint8_t *request, size_t len)
{
	for (size_t i = 0; i < replay->count; i++) {
		size_t at = (replay->next + i) % replay->count;

		if (fits(&replay->events[at], request, len))
			return at;
	}
	return replay->count;
}

static int exchange(void *ctx, const void *request, size_t len, void *reply, size_t size,
		    int64_t deadline)
{
	struct replay *replay = ctx;
	size_t at = find(replay, request, len);
	const struct event *event;

	if (at + 1 >= replay->count)
		return -ENOMSG;
	event = &replay->events[at + 1];
	replay->next = at + 2;
	if (event->what == '!')
		return event->code;
	if (event->what != '<' || event->len > size)
		return -ENOMSG;
	memcpy(reply, event->data, event->len);
	return (int)event->len;
}

static void disconnect(void *ctx)
{
}

static const struct channel_ops ops = {
	.kind = "replay",
	.connect = connect_replay,
	.exchange = exchange,
	.disconnect = disconnect,
	.close = close_replay,
};

int channel_replay(const char *path, struct channel *out, struct meiprov_error *err)
{
	struct replay *replay = calloc(1, sizeof(*replay));
	int ret;

	memset(out, 0, sizeof(*out));
	if (!replay)
		return error_errno(err, -ENOMEM, DOING);
	ret = load(replay, path, err);
	if (ret) {
		close_replay(replay);
		return ret;
	}
	out->ops = &ops;
	out->ctx = replay;
	snprintf(out->node, sizeof(out->node), "%.107s", path);
	return 0;
}
