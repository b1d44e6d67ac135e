/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The PCI device: configuration space, HECI, HBM and the ME clients on it, behind
 * a vfio-user socket.
 */
#ifndef VME_ME_DEV_H
#define VME_ME_DEV_H

#include <stdbool.h>
#include <stdint.h>
#include "tools/vme/hbm.h"
#include "tools/vme/pci_config.h"

struct event_base;
struct me_dev;
struct reporter;

/* ME_PG_PROFILE: what machines of the profile have; resolved before it gets here. */
enum me_power_gating { ME_PG_OFF, ME_PG_LEGACY, ME_PG_D0I3, ME_PG_PROFILE };

struct me_dev_config {
	const char *socket; /* vfio-user; NULL = none, for tests */
	uint16_t device_id;
	enum pci_firmware firmware;
	bool no_msi;		   /* INTx only */
	const uint32_t *fw_status; /* NULL: as @firmware has it; only read by me_dev_new() */
	uint32_t trc;		   /* ME_TRC */
	bool dma_ring;		   /* granted to a host that asks for one */
	bool client_dma;	   /* the same */
	uint8_t hbm_major;
	uint8_t hbm_minor;
	enum me_power_gating power_gating;
	unsigned int d0i3_ms; /* how long a command in H_D0I3C takes */
	bool d0i3_loss;	      /* in D0i3 the power of the host's side is off */
};

#define ME_RESET_NEVER (-1) /* the firmware does not come back */

/* NULL with errno set. */
struct me_dev *me_dev_new(struct event_base *base, const struct me_dev_config *config,
			  const struct reporter *reporter);
void me_dev_free(struct me_dev *dev);

struct hbm *me_dev_hbm(struct me_dev *dev);
struct heci *me_dev_heci(struct me_dev *dev);

/* Firmware-initiated reset of the link; ready again after @recovery_ms. */
void me_dev_reset(struct me_dev *dev, int recovery_ms);
/* The same, and ready again before the host can see it. */
void me_dev_pulse(struct me_dev *dev);
/* As if pulled out: reads give ones, writes nothing, until the machine starts anew. */
void me_dev_vanish(struct me_dev *dev);
bool me_dev_is_connected(const struct me_dev *dev);
uint32_t me_dev_resets(const struct me_dev *dev); /* how many, by anybody */

#endif /* VME_ME_DEV_H */
