// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lines on the control socket of a device with neither PCI nor network face. Its keys are
 * made once: a verb that has one made would cost 30 ms of each run.
 */
#include <stdlib.h>
#include <string.h>
#include "selftests/fuzz/fuzz.h"
#include "tools/vme/key_pool.h"
#include "tools/vme/log.h"
#include "tools/vme/control.c" /* its reader of lines */

static struct key_pool *keys;

static void drop_keys(void)
{
	key_pool_free(keys);
}

static void make_keys(void)
{
	keys = key_pool_new(NULL, 1);
	if (!keys)
		abort();
	atexit(drop_keys);
}

static struct vme *make_device(void)
{
	struct vme_config config;
	char why[CONFIG_WHY_MAX];
	struct vme *vme;

	if (config_init(&config) || config_set(&config, "log", "error", why))
		abort();
	vme = vme_new(&config, why);
	if (!vme)
		abort();
	vme->amt->key_pool = keys;
	log_set_level(LOG_LEVEL_NONE);
	return vme;
}

/* A verb may begin what takes real time, or set the log free again. */
static void settle(struct vme *vme)
{
	log_set_level(LOG_LEVEL_NONE);
	event_base_loop(vme->base, EVLOOP_NONBLOCK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct control control = { .listener = -1 };
	struct control_peer *peer = calloc(1, sizeof(*peer));
	const uint8_t *end;
	struct vme *vme;

	if (!keys)
		make_keys();
	vme = make_device();
	control.vme = vme;
	LIST_INIT(&control.peers);
	peer->control = &control;
	peer->bev = bufferevent_socket_new(vme->base, -1, 0);
	LIST_INSERT_HEAD(&control.peers, peer, list);
	control.peer_count = 1;
	for (; (end = memchr(data, '\n', size)); size -= (size_t)(end - data) + 1, data = end + 1) {
		take_line(peer, (const char *)data, (size_t)(end - data));
		settle(vme);
	}
	take_line(peer, (const char *)data, size);
	settle(vme);
	peer_free(peer);
	vme_free(vme);
	return 0;
}
