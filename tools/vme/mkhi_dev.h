/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * MKHI, the interface of the ME's kernel to the host: firmware version and
 * capabilities. There are two clients of the same commands: LMS asks one, mei_me the
 * other when it scans the bus.
 *
 * A message begins with group, command (bit 7: reply), a zero and the result. Groups,
 * rules and layouts as in LMS (MKHICommand.h, GetFWCapsCommand.h,
 * GetPlatformTypeCommand.h) and the kernel (mkhi.h, bus-fixup.c).
 */
#ifndef VME_MKHI_DEV_H
#define VME_MKHI_DEV_H

#include "tools/vme/me_service.h"

struct amt;

#define MKHI_ADDRESS	   8
#define MKHI_FIXUP_ADDRESS 9

struct mkhi_dev {
	struct amt *amt;
	struct me_service services[2];
};

/* 0 or -ENOMEM. @dev must outlive the bus. */
int mkhi_dev_add(struct mkhi_dev *dev, struct amt *amt, struct hbm *hbm);

/* One request in, the length of the reply out; 0: none. */
size_t mkhi_answer(void *amt, const uint8_t *request, size_t len,
		   uint8_t reply[ME_SERVICE_REPLY_MAX]);

#endif /* VME_MKHI_DEV_H */
