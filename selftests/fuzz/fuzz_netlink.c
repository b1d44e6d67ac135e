// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Datagrams of the netlink family as the monitor gets them: its room is filled from the
 * input, and the first message is read as one of the list of devices too.
 */
#include <stdlib.h>
#include <string.h>
#include "selftests/fuzz/fuzz.h"
#include "libmeiprov/monitor.c" /* its walk through a datagram */

#define FAMILY 0x20

/* From memory of exactly that size; the room itself is larger. */
static void walk(const uint8_t *data, size_t size)
{
	struct meiprov_monitor *mon = calloc(1, sizeof(*mon));
	void *room = malloc(size ? size : 1);
	struct meiprov_event event;

	if (!mon || !room)
		abort();
	memcpy(room, data, size);
	mon->family = FAMILY;
	mon->at = room;
	mon->room_left = (int)size;
	while (!next_in_room(mon, &event))
		if (event.type > MEIPROV_EVENT_STATE)
			abort();
	free(room);
	free(mon);
}

static void list(const uint8_t *data, size_t size)
{
	struct indexes found = { .count = 0 };
	void *copy = malloc(size ? size : 1);
	struct nl_msg *msg = NULL;

	if (!copy)
		abort();
	memcpy(copy, data, size);
	if (nlmsg_ok(copy, (int)size))
		msg = nlmsg_convert(copy);
	if (msg)
		on_device(msg, &found);
	if (found.count > 1)
		abort();
	nlmsg_free(msg);
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > sizeof(((struct meiprov_monitor *)NULL)->room))
		return 0;
	walk(data, size);
	list(data, size);
	return 0;
}
