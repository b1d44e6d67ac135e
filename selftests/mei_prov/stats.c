// SPDX-License-Identifier: GPL-2.0-only
/* STATS: what the driver has counted, and that debugfs says the same. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "harness.h"

#include "clock.h"
#include "device.h"
#include "record.h"
#include "vme.h"

#define COUNTERS "/sys/kernel/debug/mei_prov/meiprov0/counters"

/* clang-format off */
#define COUNTER(name) { #name, offsetof(struct mei_prov_stats, name) }

static const struct {
	const char *name;
	size_t at;
} counters[] = {
	COUNTER(transactions), COUNTER(refused), COUNTER(malformed), COUNTER(unsolicited),
	COUNTER(lost), COUNTER(unsent), COUNTER(connects), COUNTER(busy),
	COUNTER(connect_errors), COUNTER(yields), COUNTER(stuck), COUNTER(polls),
	COUNTER(link_ups), COUNTER(link_downs), COUNTER(events), COUNTER(records),
	COUNTER(records_lost),
};
/* clang-format on */

FIXTURE(stats)
{
	struct mei_prov_stats before;
	int fd;
};

static int ask_stats(int fd, struct mei_prov_stats *stats)
{
	memset(stats, 0, sizeof(*stats));
	return DEVICE_CALL(fd, MEI_PROV_IOC_STATS, stats, 0);
}

FIXTURE_SETUP(stats)
{
	ASSERT_EQ(0, vme_calm());
	self->fd = device_open(O_RDONLY);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, ask_stats(self->fd, &self->before));
}

FIXTURE_TEARDOWN(stats)
{
	close(self->fd);
}

TEST_F(stats, count_each_answer_of_the_firmware)
{
	struct mei_prov_state state;
	struct mei_prov_stats after;

	ASSERT_EQ(0, device_state(self->fd, &state, ENOUGH_MS));
	ASSERT_EQ(0, ask_stats(self->fd, &after));
	EXPECT_EQ(self->before.transactions + 2, after.transactions);
	EXPECT_EQ(self->before.refused, after.refused);
	EXPECT_EQ(self->before.malformed, after.malformed);
}

TEST_F(stats, count_refusals_bad_answers_and_lost_ones)
{
	struct mei_prov_stats after;
	struct mei_prov_ztc ztc;

	ASSERT_EQ(0, vme_fault(0x30, "status=1"));
	ASSERT_EQ(0, device_ztc(self->fd, &ztc, ENOUGH_MS));
	ASSERT_EQ(1, ztc.head.fw_status);
	ASSERT_EQ(0, vme_fault(0x30, "truncate=7"));
	ASSERT_GT(0, device_ztc(self->fd, &ztc, ENOUGH_MS));
	ASSERT_EQ(0, vme_fault(0x30, "drop"));
	ASSERT_EQ(-ECANCELED, device_ztc(self->fd, &ztc, 500));
	ASSERT_EQ(0, device_ztc(self->fd, &ztc, ENOUGH_MS));
	ASSERT_EQ(0, ask_stats(self->fd, &after));
	EXPECT_EQ(self->before.transactions + 2, after.transactions);
	EXPECT_EQ(self->before.refused + 1, after.refused);
	EXPECT_EQ(self->before.malformed + 1, after.malformed);
	EXPECT_EQ(self->before.lost + 1, after.lost);
}

TEST_F(stats, count_what_the_link_does)
{
	struct mei_prov_stats after;

	ASSERT_EQ(0, vme("reset --recovery-ms 20"));
	ASSERT_EQ(0, vme_calm());
	ASSERT_EQ(0, ask_stats(self->fd, &after));
	EXPECT_LT(self->before.link_downs, after.link_downs);
	EXPECT_EQ(after.link_downs + 1, after.link_ups);
}

TEST_F(stats, count_records_and_lost_ones)
{
	struct mei_prov_stats after;

	ASSERT_EQ(0, record_make(self->fd, MEI_PROV_EVENTS_MAX));
	ASSERT_EQ(0, ask_stats(self->fd, &after));
	EXPECT_EQ(self->before.records + MEI_PROV_EVENTS_MAX, after.records);
	EXPECT_EQ(self->before.records_lost, after.records_lost);
	ASSERT_EQ(0, record_make(self->fd, 3));
	ASSERT_EQ(0, ask_stats(self->fd, &after));
	EXPECT_EQ(self->before.records + MEI_PROV_EVENTS_MAX + 3, after.records);
	EXPECT_EQ(self->before.records_lost + 4, after.records_lost);
}

TEST_F(stats, ask_no_firmware)
{
	long before = vme_seen_all();
	struct mei_prov_stats stats;

	ASSERT_EQ(0, ask_stats(self->fd, &stats));
	EXPECT_EQ(before, vme_seen_all());
}

TEST_F(stats, are_given_while_the_firmware_is_away)
{
	struct mei_prov_stats after;

	ASSERT_EQ(0, vme("reset --recovery-ms 2000"));
	clock_sleep_ms(300);
	ASSERT_EQ(0, ask_stats(self->fd, &after));
	EXPECT_LE(self->before.link_downs, after.link_downs);
	ASSERT_EQ(0, vme_calm());
}

/* One line of debugfs against the struct. */
static bool line_right(const char *line, size_t row, const struct mei_prov_stats *stats)
{
	size_t len = strlen(counters[row].name);
	uint64_t want;

	memcpy(&want, (const char *)stats + counters[row].at, sizeof(want));
	return strncmp(line, counters[row].name, len) == 0 && line[len] == ' ' &&
	       strtoull(line + len + 1, NULL, 10) == want;
}

static int read_debugfs(char *text, size_t size)
{
	FILE *file = fopen(COUNTERS, "re");
	size_t len;

	if (!file)
		return -errno;
	len = fread(text, 1, size - 1, file);
	text[len] = '\0';
	fclose(file);
	return 0;
}

TEST_F(stats, are_the_numbers_of_debugfs_all_of_them_in_order)
{
	struct mei_prov_stats stats;
	char text[4096], *line, *rest = NULL;
	size_t row = 0;

	clock_sleep_ms(500);
	ASSERT_EQ(0, ask_stats(self->fd, &stats));
	ASSERT_EQ(0, read_debugfs(text, sizeof(text)));
	for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		ASSERT_GT(sizeof(counters) / sizeof(counters[0]), row);
		EXPECT_TRUE(line_right(line, row, &stats)) TH_LOG("%s", line);
		row++;
	}
	EXPECT_EQ(sizeof(counters) / sizeof(counters[0]), row);
	EXPECT_EQ(sizeof(stats), sizeof(stats.head) + row * sizeof(uint64_t));
}

TEST_HARNESS_MAIN
