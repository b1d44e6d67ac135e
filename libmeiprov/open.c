// SPDX-License-Identifier: LGPL-2.1-or-later
/* Which way to the ME, and why. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channel.h"
#include "chardev.h"
#include "context.h"
#include "device.h"
#include "error.h"
#include "message.h"
#include "places.h"

#define DOING "choosing the way to the ME"

static void say(const struct meiprov_open *how, const char *node, const char *why)
{
	context_say(how->context, LOG_INFO, "using %s: %s", node, why);
}

/* --- transports over messages --- */

static int open_mei(const char *root, const char *argument, struct channel *out,
		    struct meiprov_error *err)
{
	return channel_mei(root, argument, out, err);
}

static int open_socket(const char *root, const char *argument, struct channel *out,
		       struct meiprov_error *err)
{
	return channel_socket(argument, out, err);
}

static int open_replay(const char *root, const char *argument, struct channel *out,
		       struct meiprov_error *err)
{
	return channel_replay(argument, out, err);
}

static const struct kind {
	const char *name;
	bool needs_argument;
	int (*open)(const char *root, const char *argument, struct channel *out,
		    struct meiprov_error *err);
} kinds[] = {
	{ "mei", false, open_mei },
	{ "socket", true, open_socket },
	{ "replay", true, open_replay },
};

static int finish(const struct meiprov_open *how, struct channel *channel,
		  struct meiprov_device **out, struct meiprov_error *err)
{
	int ret = how->record ? channel_record(how->record, channel, err) : 0;

	if (!ret) {
		ret = message_device(channel, how->writable, out);
		if (ret)
			error_errno(err, ret, DOING);
	}
	if (ret)
		channel_close(channel);
	return ret;
}

static int unknown(const char *transport, struct meiprov_error *err)
{
	char why[128];

	snprintf(why, sizeof(why), "there is no transport \"%.60s\"", transport);
	return error_set(err, -EINVAL, DOING, why,
			 "give chardev, mei, mei:PATH, socket:PATH or replay:FILE");
}

static int open_named(const char *root, const struct meiprov_open *how, struct meiprov_device **out,
		      struct meiprov_error *err)
{
	size_t len = strcspn(how->transport, ":");
	const char *argument = how->transport[len] ? how->transport + len + 1 : NULL;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct channel channel;
		int ret;

		if (strlen(kinds[i].name) != len || strncmp(kinds[i].name, how->transport, len))
			continue;
		if (kinds[i].needs_argument && !argument)
			break;
		ret = kinds[i].open(root, argument, &channel, err);
		return ret ? ret : finish(how, &channel, out, err);
	}
	return unknown(how->transport, err);
}

/* --- the char device, and the choice --- */

static int open_chardev(const char *root, const struct meiprov_open *how,
			struct meiprov_device **out, struct meiprov_error *err)
{
	if (how->record)
		return error_set(err, -EINVAL, DOING,
				 "the char device does not show the messages to be recorded",
				 "record with transport mei; it works beside the module");
	return chardev_open(root, how->index, how->writable, out, err);
}

/* No module, and no other way either: @mei says why not that one. */
static int no_way(const struct meiprov_error *absent, const struct meiprov_error *mei,
		  struct meiprov_error *err)
{
	char why[256];

	if (mei->code != -EACCES) {
		if (err)
			*err = *absent;
		return absent->code;
	}
	snprintf(why, sizeof(why), "%.120s, and %.100s", absent->why, mei->why);
	return error_set(err, -EACCES, DOING, why, "modprobe mei_prov, or run it as root");
}

static int open_mei_instead(const char *root, const struct meiprov_open *how,
			    struct meiprov_device **out, struct meiprov_error *err)
{
	struct meiprov_error absent = { 0 }, mei = { 0 };
	struct channel channel;
	int ret;

	absence_explain(root, -1, DOING, &absent);
	ret = channel_mei(root, NULL, &channel, &mei);
	if (ret)
		return no_way(&absent, &mei, err);
	say(how, channel.node, how->record ? "a record needs to see the messages" : absent.why);
	return finish(how, &channel, out, err);
}

static int choose(const char *root, const struct meiprov_open *how, struct meiprov_device **out,
		  struct meiprov_error *err)
{
	int ret;

	if (how->index < 0 && (how->record || absence_first(root, "/dev") < 0))
		return open_mei_instead(root, how, out, err);
	ret = open_chardev(root, how, out, err);
	if (!ret)
		say(how, meiprov_device_node(*out), "it is the module's device");
	return ret;
}

/* The module's device of this ME, or the MEI bus driver's node of it. */
static int open_place(const char *root, const struct meiprov_open *how,
		      const struct meiprov_place *place, struct meiprov_device **out,
		      struct meiprov_error *err)
{
	struct meiprov_open named = *how;
	char transport[48];
	int ret;

	if (place->index >= 0 && !how->record) {
		named.index = place->index;
		return choose(root, &named, out, err);
	}
	snprintf(transport, sizeof(transport), "mei:%s", place->mei_node);
	named.transport = transport;
	ret = open_named(root, &named, out, err);
	if (!ret)
		say(how, place->mei_node,
		    how->record ? "a record needs to see the messages" :
				  "module mei_prov does not have that ME");
	return ret;
}

static int open_parent(const char *root, const struct meiprov_open *how,
		       struct meiprov_device **out, struct meiprov_error *err)
{
	struct meiprov_place *places;
	char why[128];
	size_t count, i;
	int ret = places_list(root, &places, &count, err);

	if (ret)
		return ret;
	for (i = 0; i < count && strcmp(places[i].parent, how->parent);)
		i++;
	snprintf(why, sizeof(why), "there is no ME with AMT at PCI address %.60s", how->parent);
	ret = i < count ?
		      open_place(root, how, &places[i], out, err) :
		      error_set(err, -ENOENT, DOING, why,
				"ls -l /sys/class/meiprov /sys/class/mei shows those there are");
	free(places);
	return ret;
}

static int open_any(const char *root, const struct meiprov_open *how, struct meiprov_device **out,
		    struct meiprov_error *err)
{
	if (how->parent && (how->transport || how->index >= 0))
		return error_set(err, -EINVAL, DOING,
				 "a PCI address goes with neither a transport nor a number", "");
	if (how->parent)
		return open_parent(root, how, out, err);
	if (!how->transport)
		return choose(root, how, out, err);
	if (!strcmp(how->transport, "chardev"))
		return open_chardev(root, how, out, err);
	return open_named(root, how, out, err);
}

int open_by(const char *root, const struct meiprov_open *how, struct meiprov_device **out,
	    struct meiprov_error *err)
{
	int ret;

	*out = NULL;
	if (how->size != sizeof(*how))
		return error_errno(err, -EINVAL, DOING);
	ret = open_any(root, how, out, err);
	if (!ret)
		device_set_context(*out, how->context);
	return ret;
}

int meiprov_device_open_by(const struct meiprov_open *how, struct meiprov_device **out,
			   struct meiprov_error *err)
{
	return open_by("", how, out, err);
}

int meiprov_device_open(int index, bool writable, struct meiprov_device **out,
			struct meiprov_error *err)
{
	return chardev_open("", index, writable, out, err);
}
