/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The manageability client, which is the agent watchdog, too: mei_wdt keeps it quiet,
 * LMS and rpc-go ask it whether AMT may be switched on (amthi.md, watchdog; the
 * kernel's mei_wdt.c).
 *
 * A message is command, number of bytes that follow, subcommand, version 10, data.
 */
#ifndef VME_MNG_DEV_H
#define VME_MNG_DEV_H

#include <stdbool.h>
#include <stdint.h>
#include "tools/vme/me_service.h"

struct amt;

#define MNG_ADDRESS 10

struct mng_dev {
	struct amt *amt;
	struct me_service service;
	bool watching; /* somebody has to call within the time */
	uint16_t timeout_s;
	int64_t called_us; /* by the device's clock */
	uint32_t calls;
};

/*
 * Answers come after @delay_ms. 0, -ENOMEM or -EEXIST. @dev must outlive the bus.
 *
 * mei_wdt does not survive an answer to its first call that is faster than the thread
 * that has sent the call: on the answer it sends a stop, which that thread then takes for
 * the state of its own message. It gives up, and frees the watchdog that has been
 * registered meanwhile (mei_cl_write() and mei_wdt_rx(), seen with 6.1 on a machine that
 * had other things to do).
 */
int mng_dev_add(struct mng_dev *dev, struct amt *amt, struct hbm *hbm, unsigned int delay_ms);
/* Nobody has called in time: firmware would send an alert. */
bool mng_dev_has_expired(const struct mng_dev *dev);

/* One request in, the length of the reply out; 0: none. */
size_t mng_answer(void *dev, const uint8_t *request, size_t len,
		  uint8_t reply[ME_SERVICE_REPLY_MAX]);

#endif /* VME_MNG_DEV_H */
