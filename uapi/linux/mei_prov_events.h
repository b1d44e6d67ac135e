/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/*
 * Events and statistics of /dev/meiprovN. Part of mei_prov_ioctl.h, which has
 * the rules for all commands. What read(2) and poll(2) do is told in
 * Documentation/events.md, with an example.
 */
#ifndef _UAPI_LINUX_MEI_PROV_EVENTS_H
#define _UAPI_LINUX_MEI_PROV_EVENTS_H

#include "mei_prov_ioctl.h"

/**
 * enum mei_prov_event_type - what a record tells of
 * @MEI_PROV_EVENT_LOST: records that were not read in time; this one is in
 *	their place
 * @MEI_PROV_EVENT_PRESENT: events were switched on; nothing has changed
 * @MEI_PROV_EVENT_LINK: the link went down or up
 * @MEI_PROV_EVENT_STATE: provisioning state or control mode
 * @MEI_PROV_EVENT_ZTC: the zero touch mode
 * @MEI_PROV_EVENT_HASHES: the table of certificate hashes; HASH_GET reads it
 * @MEI_PROV_EVENT_SUFFIX: the trusted suffix; SUFFIX_GET reads it
 * @MEI_PROV_EVENT_REMOVED: the PCI device is gone; the last record
 */
enum mei_prov_event_type {
	MEI_PROV_EVENT_LOST = 0,
	MEI_PROV_EVENT_PRESENT = 1,
	MEI_PROV_EVENT_LINK = 2,
	MEI_PROV_EVENT_STATE = 3,
	MEI_PROV_EVENT_ZTC = 4,
	MEI_PROV_EVENT_HASHES = 5,
	MEI_PROV_EVENT_SUFFIX = 6,
	MEI_PROV_EVENT_REMOVED = 7,
};

/* Bits of @mask. LOST and PRESENT come unasked and have none. */
#define MEI_PROV_EVENT_MASK_LINK	(1u << MEI_PROV_EVENT_LINK)
#define MEI_PROV_EVENT_MASK_STATE	(1u << MEI_PROV_EVENT_STATE)
#define MEI_PROV_EVENT_MASK_ZTC		(1u << MEI_PROV_EVENT_ZTC)
#define MEI_PROV_EVENT_MASK_HASHES	(1u << MEI_PROV_EVENT_HASHES)
#define MEI_PROV_EVENT_MASK_SUFFIX	(1u << MEI_PROV_EVENT_SUFFIX)
#define MEI_PROV_EVENT_MASK_REMOVED	(1u << MEI_PROV_EVENT_REMOVED)
#define MEI_PROV_EVENT_MASK_ALL		0xfcu

/**
 * struct mei_prov_events - switch the events of this open file on or off
 * @head: common part; @head.timeout_ms is not needed, no firmware is asked
 * @mask: in: MEI_PROV_EVENT_MASK_*; 0 switches events off and drops what was
 *	not read; an unknown bit is EOPNOTSUPP
 * @interval_ms: in: wanted distance at which the firmware is asked, 0 for the
 *	driver's own; the driver's limits apply. EINVAL if @mask is 0 and this
 *	is not
 *
 * Each call with a mask puts a PRESENT record behind those that wait. The
 * firmware is asked for as long as events other than LINK and REMOVED are on.
 */
struct mei_prov_events {
	struct mei_prov_head head;
	__u32 mask;
	__u32 interval_ms;
};

/* Further bits of @valid, beside MEI_PROV_STATE_PROVISIONING and _CONTROL_MODE. */
#define MEI_PROV_VIEW_ZTC		(1u << 3)
#define MEI_PROV_VIEW_SUFFIX		(1u << 4)
#define MEI_PROV_VIEW_HASHES		(1u << 5)

/**
 * struct mei_prov_event - one record, as read(2) gives it
 * @size: of this record; the next one begins there
 * @type: enum mei_prov_event_type; a reader skips those it does not know
 * @seq: number of the record since events were switched on, from 0. The next
 *	record has @seq + 1, after LOST @seq + @lost
 * @boottime_ns: CLOCK_BOOTTIME when the driver noticed
 * @valid: what has been seen at all: MEI_PROV_STATE_PROVISIONING,
 *	MEI_PROV_STATE_CONTROL_MODE, MEI_PROV_VIEW_*
 * @link: enum mei_prov_ioctl_link
 * @provisioning_state: as in struct mei_prov_state
 * @control_mode: as in struct mei_prov_state
 * @ztc: 0 or 1
 * @lost: LOST: how many records are missing, with this one counted; else 0
 * @generation: grows by one with each change of state, control mode or ZTC
 * @hash_generation: the same for the hash table
 * @suffix_generation: the same for the suffix
 *
 * Everything behind @boottime_ns is what the driver knew at that moment,
 * whatever @type is; for LOST, what it knew at the last of the missing records.
 */
struct mei_prov_event {
	__u32 size;
	__u32 type;
	__aligned_u64 seq;
	__aligned_u64 boottime_ns;
	__u32 valid;
	__u32 link;
	__u32 provisioning_state;
	__u32 control_mode;
	__u32 ztc;
	__u32 lost;
	__aligned_u64 generation;
	__aligned_u64 hash_generation;
	__aligned_u64 suffix_generation;
};

/* Most records that wait in one open file, LOST included. */
#define MEI_PROV_EVENTS_MAX		64

/**
 * struct mei_prov_stats - what the driver has counted for this device
 * @head: common part; no firmware is asked
 * @transactions: out: replies that passed every check
 * @refused: out: of these, status not 0
 * @malformed: out: replies that failed a check
 * @unsolicited: out: messages nobody had asked for
 * @lost: out: requests sent and never answered
 * @unsent: out: requests given up before they were sent
 * @connects: out: connections made
 * @busy: out: connects refused because another program had the connection
 * @connect_errors: out: connects that failed otherwise
 * @yields: out: pauses made to let others connect
 * @stuck: out: sends that took no end and were broken off
 * @polls: out: times the firmware was asked for watchers
 * @link_ups: out: times the link came up
 * @link_downs: out: times it went down
 * @events: out: netlink events sent
 * @records: out: event records made for open files
 * @records_lost: out: of these, not read in time
 *
 * The same numbers are in debugfs. They start with the device and never fall.
 */
struct mei_prov_stats {
	struct mei_prov_head head;
	__aligned_u64 transactions;
	__aligned_u64 refused;
	__aligned_u64 malformed;
	__aligned_u64 unsolicited;
	__aligned_u64 lost;
	__aligned_u64 unsent;
	__aligned_u64 connects;
	__aligned_u64 busy;
	__aligned_u64 connect_errors;
	__aligned_u64 yields;
	__aligned_u64 stuck;
	__aligned_u64 polls;
	__aligned_u64 link_ups;
	__aligned_u64 link_downs;
	__aligned_u64 events;
	__aligned_u64 records;
	__aligned_u64 records_lost;
};

#endif /* _UAPI_LINUX_MEI_PROV_EVENTS_H */
