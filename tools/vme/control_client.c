// SPDX-License-Identifier: GPL-2.0-or-later
/* The verbs "client" and "bus": what the host sees come, go and end on its bus. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "tools/vme/amthi_answer.h"
#include "tools/vme/amthi_dev.h"
#include "tools/vme/control_verbs.h"
#include "tools/vme/json_put.h"
#include "tools/vme/me_dev.h"
#include "tools/vme/vme.h"

static json_t *refuse(char why[VERB_WHY_MAX], const char *sentence)
{
	snprintf(why, VERB_WHY_MAX, "%s", sentence);
	return NULL;
}

/* --- the clients by their names --- */

static int add_amthi(struct vme *vme)
{
	return hbm_add_client(me_dev_hbm(vme->me), amthi_dev_client(vme->amthi));
}

static int add_mkhi(struct vme *vme)
{
	return mkhi_dev_add(&vme->mkhi, vme->amt, me_dev_hbm(vme->me));
}

static int add_watchdog(struct vme *vme)
{
	return mng_dev_add(&vme->mng, vme->amt, me_dev_hbm(vme->me), vme->config.watchdog_delay_ms);
}

/* @second: a client of the same program, 0: there is none. */
static const struct named {
	const char *name;
	uint8_t address;
	uint8_t second;
	int (*add)(struct vme *vme);
} clients[] = {
	{ "amthi", AMTHI_ADDRESS, 0, add_amthi },
	{ "mkhi", MKHI_ADDRESS, MKHI_FIXUP_ADDRESS, add_mkhi },
	{ "watchdog", MNG_ADDRESS, 0, add_watchdog },
};

#define CLIENTS (sizeof(clients) / sizeof(clients[0]))

static const struct named *find(const char *name)
{
	size_t i;

	for (i = 0; i < CLIENTS; i++)
		if (!strcmp(clients[i].name, name))
			return &clients[i];
	return NULL;
}

/* --- verbs --- */

static json_t *list(struct hbm *hbm)
{
	json_t *rows = json_array();
	json_t *row;
	size_t i;

	for (i = 0; i < CLIENTS; i++) {
		if (!hbm_has_client(hbm, clients[i].address))
			continue;
		row = json_object();
		put_text(row, "name", clients[i].name);
		put_number(row, "address", clients[i].address);
		put_number(row, "connections",
			   (json_int_t)hbm_connections(hbm, clients[i].address));
		json_array_append_new(rows, row);
	}
	return rows;
}

static json_t *add(struct vme *vme, const struct named *client, char why[VERB_WHY_MAX])
{
	switch (client->add(vme)) {
	case 0:
		return json_true();
	case -EEXIST:
		return refuse(why, "the client is there already");
	case -EOPNOTSUPP:
		return refuse(why, "the host does not want to hear of new clients: it would find "
				   "this one after a reset of the link only");
	default:
		return refuse(why, "out of memory");
	}
}

static json_t *take_away(struct hbm *hbm, const struct named *client, char why[VERB_WHY_MAX])
{
	if (hbm_remove_client(hbm, client->address))
		return refuse(why, "there is no such client on the bus");
	if (client->second)
		hbm_remove_client(hbm, client->second);
	return json_true();
}

static json_t *notify(struct hbm *hbm, const struct named *client, char why[VERB_WHY_MAX])
{
	if (!hbm_notify(hbm, client->address))
		return refuse(why, "nobody who is connected to it wants to be told");
	return json_true();
}

json_t *verb_client(struct vme *vme, const char *const *words, size_t count, char why[VERB_WHY_MAX])
{
	const struct named *client = count == 3 ? find(words[2]) : NULL;
	struct hbm *hbm = vme->me ? me_dev_hbm(vme->me) : NULL;

	if (!hbm)
		return refuse(why, "there is no PCI device: socket is not set");
	if (count == 2 && !strcmp(words[1], "list"))
		return list(hbm);
	if (!client)
		return refuse(why, "usage: client list | client add|remove|disconnect|notify "
				   "amthi|mkhi|watchdog");
	if (!strcmp(words[1], "add"))
		return add(vme, client, why);
	if (!strcmp(words[1], "remove"))
		return take_away(hbm, client, why);
	if (!strcmp(words[1], "notify"))
		return notify(hbm, client, why);
	if (strcmp(words[1], "disconnect"))
		return refuse(why, "a client is listed, or it is to add, remove, disconnect or "
				   "notify");
	if (!hbm_disconnect(hbm, client->address))
		return refuse(why, "nobody is connected to it");
	return json_true();
}

json_t *verb_bus_stop(struct vme *vme, const char *const *words, size_t count,
		      char why[VERB_WHY_MAX])
{
	if (!vme->me)
		return refuse(why, "there is no PCI device: socket is not set");
	if (hbm_stop(me_dev_hbm(vme->me)))
		return refuse(why, "the host has not started the bus, or has stopped it");
	return json_true();
}
