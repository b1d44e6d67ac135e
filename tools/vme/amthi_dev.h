/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The AMTHI client of the ME: takes requests one at a time, thinks, answers. Its
 * faults (fault.h) are applied to the answer: the command has run by then, except
 * with "status", which answers in its place.
 */
#ifndef VME_AMTHI_DEV_H
#define VME_AMTHI_DEV_H

#include <stdbool.h>
#include <stdint.h>

struct amt;
struct amthi_dev;
struct fault_list;
struct me_client;
struct me_dev;
struct reporter;

#define AMTHI_ADDRESS 7

struct amthi_config {
	uint8_t max_connections;
	uint32_t mtu;
	bool single_buffer;
	bool vtag;
};

/* Adds itself to @me, which must be freed before it. NULL when out of memory. */
struct amthi_dev *amthi_dev_new(struct me_dev *me, struct amt *amt,
				const struct amthi_config *config, struct fault_list *faults,
				const struct reporter *reporter);
void amthi_dev_free(struct amthi_dev *dev);
/* As it is on the bus, where it may be removed and added again. */
const struct me_client *amthi_dev_client(const struct amthi_dev *dev);

void amthi_dev_set_delay(struct amthi_dev *dev, unsigned int reply_ms);
void amthi_dev_set_recovery(struct amthi_dev *dev, int recovery_ms);

/* How often each command came, by the low byte of its id. */
const uint32_t *amthi_dev_counts(const struct amthi_dev *dev);

#endif /* VME_AMTHI_DEV_H */
