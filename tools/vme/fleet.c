// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/fleet.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <event2/event.h>
#include <openssl/evp.h>
#include "tools/vme/amt.h"
#include "tools/vme/json_put.h"
#include "tools/vme/key_pool.h"
#include "tools/vme/log.h"
#include "tools/vme/net.h"
#include "tools/vme/text.h"
#include "tools/vme/vme.h"

#define KEYS		16
#define FILES_APART	256 /* beside one listener for each device */
#define BATCH		32  /* devices that are switched on before others are heard */
#define TRICKLE_TICK_MS 10

struct fleet {
	struct vme *first;
	struct vme **members; /* without the first */
	size_t count;
	size_t on; /* so many of them are switched on */
	struct event *next;
	double due; /* of a trickle: devices that should be on */
};

static int explain(char why[CONFIG_WHY_MAX], const char *what, int error)
{
	snprintf(why, CONFIG_WHY_MAX, "%.150s: %s", what, strerror(error));
	return -error;
}

/* --- what differs --- */

void fleet_uuid(const uint8_t first[16], uint32_t n, uint8_t uuid[16])
{
	uint8_t text[20], digest[EVP_MAX_MD_SIZE];

	memcpy(uuid, first, 16);
	if (!n)
		return;
	memcpy(text, first, 16);
	memcpy(text + 16, &n, sizeof(n));
	if (EVP_Digest(text, sizeof(text), digest, NULL, EVP_sha256(), NULL) != 1)
		return;
	memcpy(uuid, digest, 16);
	uuid[7] = (uuid[7] & 0x0f) | 0x40; /* version 4, in SMBIOS order */
	uuid[8] = (uuid[8] & 0x3f) | 0x80;
}

int fleet_address(const struct sockaddr_storage *first, uint32_t n, struct sockaddr_storage *out)
{
	struct sockaddr_in *address = (struct sockaddr_in *)out;
	uint32_t ip;

	*out = *first;
	if (first->ss_family != AF_INET)
		return -ERANGE;
	ip = ntohl(address->sin_addr.s_addr);
	if (ip >> 24 != IN_LOOPBACKNET || n > UINT32_MAX - ip || (ip + n) >> 24 != IN_LOOPBACKNET)
		return -ERANGE;
	address->sin_addr.s_addr = htonl(ip + n);
	return 0;
}

static void set_mac(uint8_t mac[AMT_MAC_LEN], uint32_t n)
{
	uint32_t low = (uint32_t)mac[3] << 16 | (uint32_t)mac[4] << 8 | mac[5];

	low += n;
	mac[3] = low >> 16 & 0xff;
	mac[4] = low >> 8 & 0xff;
	mac[5] = low & 0xff;
}

/* --- members --- */

static void member_free(struct vme *member)
{
	if (!member)
		return;
	net_face_free(member->net);
	amt_free(member->amt);
	free(member);
}

/* The hashes of the settings are the first one's; a member only looks at them. */
static int member_settings(struct vme *member, const struct vme *first, uint32_t n)
{
	struct vme_config *config = &member->config;

	*config = first->config;
	config->socket[0] = '\0';
	config->control[0] = '\0';
	config->amthi[0] = '\0';
	config->flash[0] = '\0';
	fleet_uuid(first->amt->uuid, n, config->uuid);
	config->has_uuid = true;
	set_mac(config->platform.mac, n);
	return fleet_address(&first->config.net, n, &config->net);
}

static int member_build(struct vme *member, struct vme *first, char why[CONFIG_WHY_MAX])
{
	char address[64];
	int ret = vme_build_model(member, why);

	if (ret)
		return ret;
	member->net = vme_net_new(member, first);
	if (member->net)
		return 0;
	ret = errno;
	snprintf(why, CONFIG_WHY_MAX, "fleet: cannot use %s: %s",
		 text_of_address(&member->config.net, address, sizeof(address)), strerror(ret));
	return -ret;
}

static struct vme *member_new(struct vme *first, uint32_t n, char why[CONFIG_WHY_MAX])
{
	struct vme *member = calloc(1, sizeof(*member));

	if (!member) {
		explain(why, "fleet", ENOMEM);
		return NULL;
	}
	member->base = first->base;
	member->keys = first->keys;
	fault_list_init(&member->faults);
	if (member_settings(member, first, n))
		snprintf(why, CONFIG_WHY_MAX,
			 "fleet: net must be an address of 127.0.0.0/8 with room for all after it");
	else if (!member_build(member, first, why))
		return member;
	member_free(member);
	return NULL;
}

/* --- power --- */

static struct vme *device(const struct fleet *fleet, size_t n)
{
	return n ? fleet->members[n - 1] : fleet->first;
}

static void plan(struct fleet *fleet, unsigned int ms)
{
	const struct timeval tv = { .tv_usec = ms * 1000 };

	if (fleet->on < fleet->count)
		evtimer_add(fleet->next, &tv);
}

static void on_next(evutil_socket_t fd, short what, void *arg)
{
	struct fleet *fleet = arg;
	uint32_t rate = fleet->first->config.fleet_rate;
	size_t until = fleet->on + BATCH;

	if (rate) {
		fleet->due += (double)rate * TRICKLE_TICK_MS / 1000;
		until = (size_t)fleet->due;
	}
	for (; fleet->on < until && fleet->on < fleet->count; fleet->on++)
		amt_power_on(fleet->members[fleet->on]->amt);
	plan(fleet, rate ? TRICKLE_TICK_MS : 0);
}

void fleet_power_on(struct fleet *fleet)
{
	plan(fleet, 0);
}

/* --- lifetime --- */

struct key_pool *fleet_keys(const struct vme_config *config, char why[CONFIG_WHY_MAX])
{
	const char *path = config->fleet_keys[0] ? config->fleet_keys : NULL;
	struct key_pool *pool = key_pool_new(path, KEYS);

	if (!pool)
		explain(why, path ? path : "making the keys of the fleet", errno);
	return pool;
}

/* A listener for each, and connections of some. */
static int reserve_files(size_t devices, char why[CONFIG_WHY_MAX])
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return explain(why, "fleet", errno);
	if (limit.rlim_max < devices + FILES_APART) {
		snprintf(why, CONFIG_WHY_MAX,
			 "fleet: %zu devices need %zu open files, the limit is %llu; see ulimit -n",
			 devices, devices + FILES_APART, (unsigned long long)limit.rlim_max);
		return -EMFILE;
	}
	limit.rlim_cur = limit.rlim_max;
	return setrlimit(RLIMIT_NOFILE, &limit) ? explain(why, "fleet", errno) : 0;
}

static int fleet_build(struct fleet *fleet, size_t members, char why[CONFIG_WHY_MAX])
{
	int ret = reserve_files(members, why);

	if (ret)
		return ret;
	fleet->members = calloc(members, sizeof(*fleet->members));
	fleet->next = evtimer_new(fleet->first->base, on_next, fleet);
	if (!fleet->members || !fleet->next)
		return explain(why, "fleet", ENOMEM);
	for (; fleet->count < members; fleet->count++) {
		fleet->members[fleet->count] = member_new(fleet->first, (uint32_t)fleet->count + 1,
							  why);
		if (!fleet->members[fleet->count])
			return -EINVAL;
	}
	return 0;
}

struct fleet *fleet_new(struct vme *first, char why[CONFIG_WHY_MAX])
{
	struct fleet *fleet = calloc(1, sizeof(*fleet));

	if (!fleet) {
		explain(why, "fleet", ENOMEM);
		return NULL;
	}
	fleet->first = first;
	if (!fleet_build(fleet, first->config.fleet - 1, why)) {
		log_info("fleet", "%zu devices, with %d RSA keys between them", fleet->count + 1,
			 KEYS);
		return fleet;
	}
	fleet_free(fleet);
	return NULL;
}

void fleet_free(struct fleet *fleet)
{
	if (!fleet)
		return;
	while (fleet->count)
		member_free(fleet->members[--fleet->count]);
	free(fleet->members);
	if (fleet->next)
		event_free(fleet->next);
	free(fleet);
}

/* --- what can be seen --- */

struct totals {
	size_t states[3];
	size_t windows; /* open */
	struct net_stats net;
};

static void add(struct totals *totals, const struct vme *vme)
{
	struct net_stats stats;

	totals->states[vme->amt->state]++;
	totals->windows += vme->amt->window_open;
	net_face_stats(vme->net, &stats);
	totals->net.hellos_sent += stats.hellos_sent;
	totals->net.hellos_failed += stats.hellos_failed;
	totals->net.tls_accepted += stats.tls_accepted;
	totals->net.tls_refused += stats.tls_refused;
	totals->net.requests += stats.requests;
}

json_t *fleet_status(const struct fleet *fleet)
{
	json_t *result = json_object();
	struct totals totals = { .windows = 0 };
	size_t n;

	for (n = 0; n <= fleet->count; n++)
		add(&totals, device(fleet, n));
	put_number(result, "devices", (json_int_t)fleet->count + 1);
	put_number(result, "shared_keys", KEYS);
	put_number(result, "switched_on", (json_int_t)fleet->on + 1);
	put_number(result, "pre", (json_int_t)totals.states[AMT_PRE]);
	put_number(result, "in", (json_int_t)totals.states[AMT_IN]);
	put_number(result, "post", (json_int_t)totals.states[AMT_POST]);
	put_number(result, "windows_open", (json_int_t)totals.windows);
	put_number(result, "hellos_sent", totals.net.hellos_sent);
	put_number(result, "hellos_failed", totals.net.hellos_failed);
	put_number(result, "tls_accepted", totals.net.tls_accepted);
	put_number(result, "tls_refused", totals.net.tls_refused);
	put_number(result, "requests", totals.net.requests);
	return result;
}

json_t *fleet_list(const struct fleet *fleet, size_t first, size_t count)
{
	json_t *rows = json_array();
	char address[64], uuid[TEXT_UUID_LEN];
	size_t n;

	for (n = first; n <= fleet->count && n - first < count; n++) {
		const struct vme *vme = device(fleet, n);
		json_t *row = json_object();

		put_text(row, "address",
			 text_of_address(&vme->config.net, address, sizeof(address)));
		put_text(row, "uuid", text_of_uuid(vme->amt->uuid, uuid));
		put_text(row, "state", amt_state_name(vme->amt->state));
		json_array_append_new(rows, row);
	}
	return rows;
}
