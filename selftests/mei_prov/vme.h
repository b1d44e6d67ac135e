/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The virtual ME under the driver, driven by vmectl over its own serial port:
 * what it knows is the truth the tests compare with, and every fault of the
 * firmware is ordered here, never by the clock.
 */
#ifndef SELFTESTS_MEI_PROV_VME_H
#define SELFTESTS_MEI_PROV_VME_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/mei_prov_ioctl.h>

/* vmectl with this command line: its exit status; what it said goes to the log
 * when that is not 0.
 */
int vme(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* "fault add": the next reply to @command (low byte), or "nth=", "times=" in
 * @action.
 */
int vme_fault(unsigned int command, const char *action, ...) __attribute__((format(printf, 2, 3)));

/* amthi.md 2.1, 11 and 6B */
enum vme_state { PRE, IN, POST };
enum vme_control { NONE, CLIENT, ADMIN };

/* From now on the firmware answers with this state and control mode, whatever
 * its own is; vme_calm() ends that.
 */
int vme_pretend(enum vme_state state, enum vme_control control);

/* No fault, no delay, state PRE, ZTC on, and the link up again. 0 or -errno. */
int vme_calm(void);

/* How often the firmware has got a command (low byte), or any at all. */
long vme_seen(unsigned int command);
long vme_seen_all(void);
/* How often a host has connected to AMTHI. */
long vme_connects(void);
/* Bytes of the one-time password it holds; 0 when there is none. */
long vme_otp_len(void);
/* Whether "status" has this JSON text, without spaces, at @key of @object. */
bool vme_says(const char *object, const char *key, const char *json);

int vme_uuid(uint8_t uuid[16]);
/* The hash table as the ABI shows it: the number of slots, or -errno. */
int vme_hashes(struct mei_prov_hash *hashes, unsigned int room);

#endif /* SELFTESTS_MEI_PROV_VME_H */
