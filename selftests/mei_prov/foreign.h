/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A foreign program beside the driver: it uses the ME's one AMTHI connection
 * through /dev/mei0, as LMS, rpc-go and fwupd do.
 */
#ifndef SELFTESTS_MEI_PROV_FOREIGN_H
#define SELFTESTS_MEI_PROV_FOREIGN_H

#include <stddef.h>
#include <stdint.h>

/* A connected file, or a negative errno (-EBUSY: somebody else has it). */
int foreign_connect(void);
/* The same, again and again every 10 ms while it is busy, for @ms at most. */
int foreign_connect_within(unsigned int ms);
/* A command without data over a connected file: the reply's length, or -errno. */
int foreign_ask(int fd, unsigned int command, void *reply, size_t size);
/* GetProvisioningState over a connected file: 0 and the state, or -errno. */
int foreign_state(int fd, uint32_t *state);

#endif /* SELFTESTS_MEI_PROV_FOREIGN_H */
