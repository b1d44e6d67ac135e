// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/control.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <jansson.h>
#include "tools/vme/amt.h"
#include "tools/vme/control_event.h"
#include "tools/vme/control_verbs.h"
#include "tools/vme/log.h"
#include "tools/vme/unix_listener.h"
#include "tools/vme/vme.h"

#define PEERS_MAX    16
#define LINE_MAX_LEN 16384
#define WORDS_MAX    16
/* Beyond it events for this peer are dropped, and its requests wait. */
#define OUTPUT_MAX (256 * 1024)

struct control_peer {
	LIST_ENTRY(control_peer) list;
	struct control *control;
	struct bufferevent *bev;
	bool skipping; /* the rest of a line that is too long */
	bool watching;
	json_int_t watch_id;
	unsigned int lost; /* events it did not get */
};

struct control {
	struct vme *vme;
	char *path;
	int listener;
	struct event *accepting;
	LIST_HEAD(, control_peer) peers;
	unsigned int peer_count;
};

/* --- out --- */

static size_t backlog(const struct control_peer *peer)
{
	return evbuffer_get_length(bufferevent_get_output(peer->bev));
}

/* Takes over @line. */
static void send_line(struct control_peer *peer, json_t *line)
{
	char *text = json_dumps(line, JSON_COMPACT);

	if (text) {
		bufferevent_write(peer->bev, text, strlen(text));
		bufferevent_write(peer->bev, "\n", 1);
		free(text);
	}
	json_decref(line);
}

static void send_error(struct control_peer *peer, json_t *id, const char *why)
{
	json_t *reason = json_string(why);

	send_line(peer, json_pack("{s:O?, s:b, s:o}", "id", id, "ok", 0, "error",
				  reason ? reason : json_string("not even text")));
}

/* --- events --- */

static void send_event(struct control_peer *peer, json_t *event)
{
	if (backlog(peer) > OUTPUT_MAX) {
		peer->lost++;
		return;
	}
	if (peer->lost)
		send_line(peer, json_pack("{s:I, s:{s:s, s:i}}", "id", peer->watch_id, "event",
					  "type", "lost", "count", (int)peer->lost));
	peer->lost = 0;
	send_line(peer, json_pack("{s:I, s:O}", "id", peer->watch_id, "event", event));
}

static bool is_watched(const struct control *control)
{
	struct control_peer *peer;

	LIST_FOREACH(peer, &control->peers, list)
		if (peer->watching)
			return true;
	return false;
}

/* Takes over @event. */
static void publish(struct control *control, json_t *event)
{
	struct control_peer *peer;

	LIST_FOREACH(peer, &control->peers, list)
		if (event && peer->watching)
			send_event(peer, event);
	json_decref(event);
}

static void on_report(void *ctx, const struct report *report)
{
	struct control *control = ctx;

	if (is_watched(control))
		publish(control, control_event_of_report(report));
}

static void on_model_change(struct amt *amt, unsigned int changed, void *ctx)
{
	struct control *control = ctx;

	if (is_watched(control))
		publish(control, control_event_of_model(amt, changed));
}

/* --- requests --- */

/* Number of words, or -EINVAL. */
static int read_words(const json_t *args, const char *words[WORDS_MAX])
{
	size_t count = json_array_size(args);
	size_t i;

	if (!count || count > WORDS_MAX)
		return -EINVAL;
	for (i = 0; i < count; i++) {
		words[i] = json_string_value(json_array_get(args, i));
		if (!words[i])
			return -EINVAL;
	}
	return (int)count;
}

static void run(struct control_peer *peer, json_t *id, const json_t *args)
{
	const char *words[WORDS_MAX];
	char why[VERB_WHY_MAX];
	int count = read_words(args, words);
	json_t *result;

	if (count < 0 || !json_is_integer(id)) {
		send_error(peer, id, "a request is {\"id\": NUMBER, \"args\": [\"VERB\", ...]}");
		return;
	}
	peer->watching = count == 1 && !strcmp(words[0], "events");
	peer->watch_id = json_integer_value(id);
	result = peer->watching ? json_true() :
				  verb_run(peer->control->vme, words, (size_t)count, why);
	if (result)
		send_line(peer, json_pack("{s:O, s:b, s:o}", "id", id, "ok", 1, "result", result));
	else
		send_error(peer, id, why);
}

static void take_line(struct control_peer *peer, const char *line, size_t len)
{
	json_error_t error;
	json_t *request;
	char why[JSON_ERROR_TEXT_LENGTH + 16];

	if (!len)
		return;
	request = json_loadb(line, len, JSON_REJECT_DUPLICATES, &error);
	if (request) {
		run(peer, json_object_get(request, "id"), json_object_get(request, "args"));
	} else {
		snprintf(why, sizeof(why), "not JSON: %s", error.text);
		send_error(peer, NULL, why);
	}
	json_decref(request);
}

/* Drop what came of a line that is too long; its end is looked for later. */
static void skip_long_line(struct control_peer *peer, struct evbuffer *input)
{
	if (evbuffer_get_length(input) <= LINE_MAX_LEN)
		return;
	if (!peer->skipping)
		send_error(peer, NULL, "the line is too long");
	peer->skipping = true;
	evbuffer_drain(input, evbuffer_get_length(input));
}

static void on_read(struct bufferevent *bev, void *arg)
{
	struct control_peer *peer = arg;
	struct evbuffer *input = bufferevent_get_input(bev);
	size_t len;
	char *line;

	while (backlog(peer) <= OUTPUT_MAX) {
		line = evbuffer_readln(input, &len, EVBUFFER_EOL_LF);
		if (!line) {
			skip_long_line(peer, input);
			return;
		}
		if (!peer->skipping)
			take_line(peer, line, len);
		peer->skipping = false;
		free(line);
	}
}

/* The output has gone: go on with requests that waited for it. */
static void on_written(struct bufferevent *bev, void *arg)
{
	on_read(bev, arg);
}

/* --- peers --- */

static void peer_free(struct control_peer *peer)
{
	LIST_REMOVE(peer, list);
	peer->control->peer_count--;
	bufferevent_free(peer->bev);
	free(peer);
}

static void on_end(struct bufferevent *bev, short what, void *arg)
{
	peer_free(arg);
}

static int peer_new(struct control *control, int fd)
{
	struct control_peer *peer = calloc(1, sizeof(*peer));

	if (!peer)
		return -ENOMEM;
	peer->control = control;
	peer->bev = bufferevent_socket_new(control->vme->base, fd, BEV_OPT_CLOSE_ON_FREE);
	if (!peer->bev) {
		free(peer);
		return -ENOMEM;
	}
	LIST_INSERT_HEAD(&control->peers, peer, list);
	control->peer_count++;
	bufferevent_setcb(peer->bev, on_read, on_written, on_end, peer);
	bufferevent_setwatermark(peer->bev, EV_READ, 0, 2 * LINE_MAX_LEN);
	bufferevent_enable(peer->bev, EV_READ | EV_WRITE);
	return 0;
}

static void on_accept(evutil_socket_t listener, short what, void *arg)
{
	struct control *control = arg;
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return;
	if (control->peer_count < PEERS_MAX && !peer_new(control, fd))
		return;
	log_error("control", "a connection was turned away");
	close(fd);
}

/* --- lifetime --- */

static int control_setup(struct control *control, const char *path)
{
	struct vme *vme = control->vme;

	control->path = strdup(path);
	if (!control->path)
		return -ENOMEM;
	control->listener = unix_listen(path);
	if (control->listener < 0)
		return control->listener;
	control->accepting = event_new(vme->base, control->listener, EV_READ | EV_PERSIST,
				       on_accept, control);
	if (!control->accepting || event_add(control->accepting, NULL))
		return -ENOMEM;
	if (amt_listen(vme->amt, on_model_change, control))
		return -ENOMEM;
	vme->reporter = (struct reporter){ on_report, control };
	return 0;
}

struct control *control_new(struct vme *vme, const char *path)
{
	struct control *control = calloc(1, sizeof(*control));
	int ret;

	if (!control)
		return NULL;
	control->vme = vme;
	control->listener = -1;
	LIST_INIT(&control->peers);
	ret = control_setup(control, path);
	if (!ret)
		return control;
	control_free(control);
	errno = -ret;
	return NULL;
}

void control_free(struct control *control)
{
	struct control_peer *peer;

	if (!control)
		return;
	control->vme->reporter.fn = NULL;
	while ((peer = LIST_FIRST(&control->peers)))
		peer_free(peer);
	if (control->accepting)
		event_free(control->accepting);
	if (control->listener >= 0)
		unix_unlisten(control->listener, control->path);
	free(control->path);
	free(control);
}
