/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The zero touch configuration mode: may the ME be configured remotely? Part of
 * meiprov.h, which has the conventions and includes it.
 */
#ifndef MEIPROV_ZTC_H
#define MEIPROV_ZTC_H

#include "meiprov.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

/* Is zero touch (remote) configuration on? AMTHI 0x30. */
int meiprov_ztc_get(struct meiprov_device *dev, bool *enabled, struct meiprov_error *err);
/* Switch it off. Firmware lets no host switch it on again. AMTHI 0x3A, from ME 12
 * on, in state PRE, with no trusted suffix.
 */
int meiprov_ztc_disable(struct meiprov_device *dev, struct meiprov_error *err);

/*
 * The same under the names of the network interface of AMT 2.2, 2.6 and 3.0, whose
 * calls GetZeroTouchConfigurationMode and SetZeroTouchConfigurationMode answer with a
 * PT_STATUS. These two return it as it came from the firmware, as a positive number:
 *
 *	0	PT_STATUS_SUCCESS
 *	> 0	another PT_STATUS; meiprov_fw_status_name() names it
 *	< 0	a negative errno: nothing is known from the firmware. -EREMOTEIO is a
 *		status above INT_MAX, which no document has; it is in @err
 *
 * What stands behind them (protocol.md 5.4):
 *
 *	release		get			set
 *	2.2, 2.6, 3.0	network: SOAP call	network: SOAP call
 *			host: AMTHI 0x30	host: BIOS only
 *	3.0 and later	network: WS-Man, ZeroTouchConfigurationEnabled of
 *			AMT_SetupAndConfigurationService, by Get and Put
 *	12 and later	host: AMTHI 0x30	host: AMTHI 0x3A, off only
 *
 * This library is the host's side: AMTHI. SOAP went with AMT 9.
 */
enum meiprov_ztc_mode {
	MEIPROV_ZTC_DISABLED = 0,
	MEIPROV_ZTC_ENABLED = 1,
};

/* PT_STATUS of these calls, the same numbers as AMT status and ReturnValue. */
enum meiprov_pt_status {
	MEIPROV_PT_STATUS_SUCCESS = 0x000,
	MEIPROV_PT_STATUS_INTERNAL_ERROR = 0x001,
	MEIPROV_PT_STATUS_NOT_READY = 0x002,
	MEIPROV_PT_STATUS_INVALID_AMT_MODE = 0x003,  /* AMTHI: not in state PRE */
	MEIPROV_PT_STATUS_NOT_PERMITTED = 0x010,     /* AMTHI: a trusted suffix is set, or ME < 12;
						  * SOAP: while configuration runs
						  */
	MEIPROV_PT_STATUS_MAX_LIMIT_REACHED = 0x017, /* SOAP, with hashes: the table is full */
};

/* As meiprov_ztc_get(). @mode is set on success only. */
int meiprov_get_ztc_mode(struct meiprov_device *dev, enum meiprov_ztc_mode *mode,
			 struct meiprov_error *err);
/* As meiprov_ztc_disable() for MEIPROV_ZTC_DISABLED. MEIPROV_ZTC_ENABLED is
 * -EOPNOTSUPP, and nothing is sent: no firmware takes it from the host. Another @mode
 * is -EINVAL.
 */
int meiprov_set_ztc_mode(struct meiprov_device *dev, enum meiprov_ztc_mode mode,
			 struct meiprov_error *err);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif /* MEIPROV_ZTC_H */
