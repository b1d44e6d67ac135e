// SPDX-License-Identifier: GPL-2.0-only
/* The counters' names and their places in the ABI: one table for STATS and debugfs. */
#include <linux/build_bug.h>
#include <linux/stddef.h>

#include "mei_prov.h"

#define MEI_PROV_COUNTER(counter, field)				\
	[MEI_PROV_COUNT_##counter] = { #field, offsetof(struct mei_prov_stats, field) }

static const struct {
	const char *name;
	size_t at;
} mei_prov_counter_table[MEI_PROV_COUNTERS] = {
	MEI_PROV_COUNTER(TRANSACTIONS, transactions),
	MEI_PROV_COUNTER(REFUSED, refused),
	MEI_PROV_COUNTER(MALFORMED, malformed),
	MEI_PROV_COUNTER(UNSOLICITED, unsolicited),
	MEI_PROV_COUNTER(LOST, lost),
	MEI_PROV_COUNTER(UNSENT, unsent),
	MEI_PROV_COUNTER(CONNECTS, connects),
	MEI_PROV_COUNTER(BUSY, busy),
	MEI_PROV_COUNTER(CONNECT_ERRORS, connect_errors),
	MEI_PROV_COUNTER(YIELDS, yields),
	MEI_PROV_COUNTER(STUCK, stuck),
	MEI_PROV_COUNTER(POLLS, polls),
	MEI_PROV_COUNTER(LINK_UPS, link_ups),
	MEI_PROV_COUNTER(LINK_DOWNS, link_downs),
	MEI_PROV_COUNTER(EVENTS, events),
	MEI_PROV_COUNTER(RECORDS, records),
	MEI_PROV_COUNTER(RECORDS_LOST, records_lost),
};

/**
 * mei_prov_counter_name() - the name of a counter, as in debugfs
 * @counter: which
 *
 * Return: a string that is never freed.
 */
const char *mei_prov_counter_name(enum mei_prov_counter counter)
{
	return mei_prov_counter_table[counter].name;
}

/**
 * mei_prov_counter_read() - what has been counted
 * @mdev: the device
 * @counter: which
 *
 * Return: its value since the device was made.
 */
u64 mei_prov_counter_read(struct mei_prov_device *mdev, enum mei_prov_counter counter)
{
	return atomic64_read(&mdev->counters[counter]);
}

int mei_prov_do_stats(struct mei_prov_device *mdev, void *arg)
{
	enum mei_prov_counter i;

	/* A new counter without a place in the ABI, or the other way round. */
	BUILD_BUG_ON(sizeof(struct mei_prov_stats) !=
		     sizeof(struct mei_prov_head) + MEI_PROV_COUNTERS * sizeof(u64));

	for (i = 0; i < MEI_PROV_COUNTERS; i++)
		*(u64 *)(arg + mei_prov_counter_table[i].at) = mei_prov_counter_read(mdev, i);
	return 0;
}
