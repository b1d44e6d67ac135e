/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One virtual ME, put together from a configuration. */
#ifndef VME_VME_H
#define VME_VME_H

#include <event2/event.h>
#include "tools/vme/config.h"
#include "tools/vme/fault.h"
#include "tools/vme/mkhi_dev.h"
#include "tools/vme/mng_dev.h"
#include "tools/vme/report.h"

struct amthi_dev;
struct control;
struct fleet;
struct hbm_fault;
struct host_socket;
struct me_dev;
struct key_pool;
struct net_face;
struct vme_flash;

struct vme {
	struct event_base *base;
	struct vme_config config;
	struct reporter reporter; /* to the control socket */
	struct amt *amt;
	struct vme_flash *flash; /* NULL: what it knows is lost when it ends */
	struct me_dev *me;	 /* NULL: no PCI device */
	struct hbm_fault *hbm_fault;
	struct amthi_dev *amthi;
	struct mkhi_dev mkhi;
	struct mng_dev mng;
	struct host_socket *host; /* NULL: no socket of messages */
	struct net_face *net;	  /* NULL: no network face */
	struct control *control;
	struct key_pool *keys; /* of a fleet */
	struct fleet *fleet;   /* NULL: this is the only device */
	struct fault_list faults;
};

/*
 * Build the device and power it on. Takes over @config, on failure too. NULL with
 * a sentence in @why.
 */
struct vme *vme_new(struct vme_config *config, char why[CONFIG_WHY_MAX]);
void vme_free(struct vme *vme);

/* --- for fleet.c --- */
int vme_build_model(struct vme *vme, char why[CONFIG_WHY_MAX]);
/* With the faults and the control socket of @owner; NULL with errno set. */
struct net_face *vme_net_new(struct vme *vme, struct vme *owner);

/* Set a run-time key and let the parts follow; 0 or -errno with @why. */
int vme_set(struct vme *vme, const char *key, const char *value, char why[CONFIG_WHY_MAX]);

#endif /* VME_VME_H */
