/* SPDX-License-Identifier: GPL-2.0-only */
/* Event records of /dev/meiprovN for the tests. */
#ifndef SELFTESTS_MEI_PROV_RECORD_H
#define SELFTESTS_MEI_PROV_RECORD_H

#include <stdint.h>

#include <linux/mei_prov_ioctl.h>

/* A distance of polls at which only the first one falls into a test. */
#define RECORD_NO_POLL 3600000
/* A change shows within some polls, whatever lower limit the driver has. */
#define RECORD_MS 15000

/* EVENTS: 0 or -errno. */
int record_switch(int fd, uint32_t mask, uint32_t interval_ms);
/* The same, and the PRESENT record is read. */
int record_listen(int fd, uint32_t mask, uint32_t interval_ms);
/* @n more PRESENT records: they can be had without a change of the firmware. */
int record_make(int fd, unsigned int n);
/* read(2) of one record: 0, or -errno; -EBADMSG unless it is one whole record. */
int record_read(int fd, struct mei_prov_event *event);
/* The next record, waiting for it: 0, -ETIMEDOUT or -errno. */
int record_next(int fd, struct mei_prov_event *event, unsigned int ms);
/* The next one of @type: the others before it are read and forgotten. */
int record_of(int fd, uint32_t type, struct mei_prov_event *event, unsigned int ms);
/* Read what is there: the number of records, or -errno. */
int record_drain(int fd);
/* What poll(2) says at once. */
int record_poll(int fd);

#endif /* SELFTESTS_MEI_PROV_RECORD_H */
