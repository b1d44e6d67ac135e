/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Many devices in one process, network face only. The first is the device of the
 * settings itself; the others have the next addresses and UUIDs and MACs made from its
 * own. They share a few RSA keys, but each has its own certificate.
 */
#ifndef VME_FLEET_H
#define VME_FLEET_H

#include <jansson.h>
#include "tools/vme/config.h"

struct fleet;
struct key_pool;
struct vme;

/* The keys, before the first device is built; NULL with a sentence in @why. */
struct key_pool *fleet_keys(const struct vme_config *config, char why[CONFIG_WHY_MAX]);

/* Devices 1 to config.fleet - 1 beside @first; NULL with a sentence in @why. */
struct fleet *fleet_new(struct vme *first, char why[CONFIG_WHY_MAX]);
void fleet_free(struct fleet *fleet);
/* Power on: all at once, or so many a second (config.fleet_rate). */
void fleet_power_on(struct fleet *fleet);

/* How many are in which state, and what they did. */
json_t *fleet_status(const struct fleet *fleet);
/* Address, UUID and state of @count devices from @first on. */
#define FLEET_LIST_MAX 1000
json_t *fleet_list(const struct fleet *fleet, size_t first, size_t count);

/* The @n-th device's own bytes instead of the first one's; n = 0 changes nothing. */
void fleet_uuid(const uint8_t first[16], uint32_t n, uint8_t uuid[16]);
/* 0, or -ERANGE when the address is none of 127.0.0.0/8. */
int fleet_address(const struct sockaddr_storage *first, uint32_t n, struct sockaddr_storage *out);

#endif /* VME_FLEET_H */
