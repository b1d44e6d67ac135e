// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which ME clients there are: enumeration, properties, and clients that come and go
 * while the link runs. The bus knows a message for a client that comes (0F). There is
 * none for one that goes: the host learns it when it asks for a connection.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "tools/vme/hbm_private.h"
#include "tools/vme/log.h"
#include "tools/vme/report.h"

#define PROPERTIES_LEN 24
#define ALLOWS_ADD     (1u << 0) /* of the flags of 04 */
#define FLAG_SINGLE    (1u << 0) /* of a client's properties */
#define FLAG_VTAG      (1u << 1)

const struct me_client *hbm_client(const struct hbm *hbm, uint8_t address)
{
	size_t i;

	for (i = 0; i < hbm->client_count; i++)
		if (hbm->clients[i]->address == address)
			return hbm->clients[i];
	return NULL;
}

bool hbm_has_client(const struct hbm *hbm, uint8_t address)
{
	return hbm_client(hbm, address) != NULL;
}

static void put_properties(const struct me_client *client, uint8_t out[PROPERTIES_LEN])
{
	memcpy(out, client->uuid, sizeof(client->uuid));
	out[16] = client->version;
	out[17] = client->max_connections;
	out[18] = client->fixed;
	out[19] = (client->vtag ? FLAG_VTAG : 0) | (client->single_buffer ? FLAG_SINGLE : 0);
	out[20] = client->mtu & 0xff;
	out[21] = client->mtu >> 8 & 0xff;
	out[22] = client->mtu >> 16 & 0xff;
	out[23] = client->mtu >> 24;
}

/* --- as the host asks --- */

void hbm_on_enumerate(struct hbm *hbm, const uint8_t *m)
{
	uint8_t answer[4 + 32] = { HBM_ENUMERATE | HBM_REPLY };
	size_t i;

	for (i = 0; i < hbm->client_count; i++) {
		uint8_t address = hbm->clients[i]->address;

		answer[4 + address / 8] |= 1 << address % 8;
	}
	hbm->phase = HBM_ENUMERATED;
	hbm->host_adds = m[1] & ALLOWS_ADD;
	hbm_send(hbm, answer, sizeof(answer));
}

void hbm_on_properties(struct hbm *hbm, const uint8_t *m)
{
	uint8_t answer[4 + PROPERTIES_LEN] = { HBM_PROPERTIES | HBM_REPLY, m[1], HBM_NOT_FOUND };
	const struct me_client *client = hbm_client(hbm, m[1]);

	if (client) {
		answer[2] = HBM_SUCCESS;
		put_properties(client, answer + 4);
	}
	hbm_send(hbm, answer, sizeof(answer));
}

/* --- coming and going --- */

static void report(struct hbm *hbm, const struct me_client *client, const char *what)
{
	const struct report event = {
		.kind = REPORT_CLIENT,
		.me = client->address,
		.who = what,
	};

	report_to(hbm->reporter, &event);
}

static void announce(struct hbm *hbm, const struct me_client *client)
{
	uint8_t request[4 + PROPERTIES_LEN] = { HBM_ADD_CLIENT, client->address };

	put_properties(client, request + 4);
	hbm_send(hbm, request, sizeof(request));
}

void hbm_on_add_reply(struct hbm *hbm, const uint8_t *m)
{
	if (m[2])
		log_error("hbm", "the host does not take client %u: status %u", m[1], m[2]);
}

/* Before it has enumerated, the host finds the client by itself. */
int hbm_add_client(struct hbm *hbm, const struct me_client *client)
{
	const struct me_client **grown;

	if (hbm_client(hbm, client->address))
		return -EEXIST;
	if (hbm->phase == HBM_ENUMERATED && !hbm->host_adds)
		return -EOPNOTSUPP;
	grown = realloc(hbm->clients, (hbm->client_count + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	hbm->clients = grown;
	grown[hbm->client_count++] = client;
	if (hbm->phase == HBM_ENUMERATED)
		announce(hbm, client);
	report(hbm, client, "added");
	return 0;
}

int hbm_remove_client(struct hbm *hbm, uint8_t address)
{
	const struct me_client *client = hbm_client(hbm, address);
	size_t i = 0;

	if (!client)
		return -ENOENT;
	hbm_disconnect(hbm, address);
	while (hbm->clients[i] != client)
		i++;
	hbm->clients[i] = hbm->clients[--hbm->client_count];
	report(hbm, client, "removed");
	return 0;
}
