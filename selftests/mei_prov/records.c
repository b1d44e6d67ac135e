// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events of an open file: what is recorded, in which order, and what the firmware
 * is asked for them (Documentation/events.md). How they are read is in readers.c,
 * what the end of a device does to them in removal.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "harness.h"

#include "clock.h"
#include "device.h"
#include "record.h"
#include "vme.h"

#define ALL	    MEI_PROV_EVENT_MASK_ALL
#define LINK	    MEI_PROV_EVENT_MASK_LINK
#define INTERVAL_MS 500
/* Long enough for several polls, were there any. */
#define QUIET_MS 3000

FIXTURE(records)
{
	int fd;
	int other;
};

static int ask_suffix(int fd, struct mei_prov_suffix *suffix)
{
	memset(suffix, 0, sizeof(*suffix));
	return DEVICE_CALL(fd, MEI_PROV_IOC_SUFFIX_GET, suffix, ENOUGH_MS);
}

static int set_suffix(int fd, const char *name)
{
	struct mei_prov_suffix suffix = { .len = strlen(name) };
	int ret;

	memcpy(suffix.suffix, name, suffix.len);
	ret = DEVICE_CALL(fd, MEI_PROV_IOC_SUFFIX_SET, &suffix, ENOUGH_MS);
	return ret ? ret : (int)suffix.head.fw_status;
}

static int ask_hashes(int fd)
{
	uint32_t count = 0, status;
	int ret = device_hashes(fd, NULL, &count, &status, ENOUGH_MS);

	return ret ? ret : (int)status;
}

/* Once the driver has seen everything, a poll finds nothing new. */
static int ask_all(int fd, struct mei_prov_state *state)
{
	struct mei_prov_suffix suffix;
	struct mei_prov_ztc ztc;

	int ret = ask_hashes(fd);

	ret = ret ? ret : ask_suffix(fd, &suffix);
	ret = ret ? ret : device_ztc(fd, &ztc, ENOUGH_MS);
	return ret ? ret : device_state(fd, state, ENOUGH_MS);
}

FIXTURE_SETUP(records)
{
	struct mei_prov_state state;

	ASSERT_EQ(0, vme_calm());
	self->fd = device_open(O_RDONLY | O_NONBLOCK);
	ASSERT_LE(0, self->fd);
	self->other = device_open(O_RDWR);
	ASSERT_LE(0, self->other);
	ASSERT_EQ(0, ask_all(self->other, &state));
}

FIXTURE_TEARDOWN(records)
{
	close(self->fd);
	close(self->other);
}

/* Polls of the state within the next while. */
static long polls(void)
{
	long before = vme_seen(0x11);

	clock_sleep_ms(QUIET_MS);
	return vme_seen(0x11) - before;
}

/* Is the state polled as often as that, in the time a slow machine takes? */
static bool polled(long times)
{
	uint64_t end = clock_ms() + clock_slow(QUIET_MS);
	long before = vme_seen(0x11);

	while (vme_seen(0x11) < before + times && clock_ms() < end)
		clock_sleep_ms(100);
	return vme_seen(0x11) >= before + times;
}

/* --- what is recorded --- */

TEST_F(records, begin_with_the_present_view)
{
	const uint32_t seen = DEVICE_STATE_PARTS | MEI_PROV_VIEW_ZTC | MEI_PROV_VIEW_SUFFIX |
			      MEI_PROV_VIEW_HASHES;
	struct mei_prov_state state;
	struct mei_prov_event event;
	struct timespec now;

	ASSERT_EQ(0, device_state(self->other, &state, ENOUGH_MS));
	ASSERT_EQ(0, record_switch(self->fd, ALL, RECORD_NO_POLL));
	ASSERT_EQ(0, record_read(self->fd, &event));
	clock_gettime(CLOCK_BOOTTIME, &now);
	EXPECT_EQ(MEI_PROV_EVENT_PRESENT, event.type);
	EXPECT_EQ(0, event.seq);
	EXPECT_EQ(0, event.lost);
	EXPECT_EQ(seen, event.valid);
	EXPECT_EQ(MEI_PROV_IOCTL_LINK_UP, event.link);
	EXPECT_EQ(state.provisioning_state, event.provisioning_state);
	EXPECT_EQ(state.control_mode, event.control_mode);
	EXPECT_EQ(1, event.ztc);
	EXPECT_EQ(state.generation, event.generation);
	EXPECT_LT(0, event.hash_generation);
	EXPECT_LT(0, event.suffix_generation);
	EXPECT_GE(now.tv_sec * 1000000000ull + now.tv_nsec, event.boottime_ns);
	EXPECT_LT(0, event.boottime_ns);
}

TEST_F(records, tell_of_a_change_that_a_poll_meets)
{
	struct mei_prov_event before, event;

	ASSERT_EQ(0, record_switch(self->fd, ALL, INTERVAL_MS));
	ASSERT_EQ(0, record_read(self->fd, &before));
	ASSERT_EQ(0, vme_pretend(POST, ADMIN));
	ASSERT_EQ(0, record_of(self->fd, MEI_PROV_EVENT_STATE, &event, RECORD_MS));
	while (event.control_mode != ADMIN)
		ASSERT_EQ(0, record_of(self->fd, MEI_PROV_EVENT_STATE, &event, RECORD_MS));
	EXPECT_EQ(POST, event.provisioning_state);
	EXPECT_LT(before.generation, event.generation);
	EXPECT_LT(before.boottime_ns, event.boottime_ns);
}

TEST_F(records, tell_of_a_change_that_a_caller_meets_once)
{
	struct mei_prov_event event;
	struct mei_prov_state state;

	ASSERT_EQ(0, record_listen(self->fd, MEI_PROV_EVENT_MASK_STATE, RECORD_NO_POLL));
	clock_sleep_ms(1000);
	ASSERT_EQ(0, record_drain(self->fd));
	ASSERT_EQ(0, vme_pretend(POST, ADMIN));
	ASSERT_EQ(0, device_state(self->other, &state, ENOUGH_MS));
	ASSERT_EQ(0, device_state(self->other, &state, ENOUGH_MS));
	ASSERT_EQ(0, record_read(self->fd, &event));
	EXPECT_EQ(MEI_PROV_EVENT_STATE, event.type);
	EXPECT_EQ(1, event.seq);
	EXPECT_EQ(state.generation, event.generation);
	EXPECT_EQ(-EAGAIN, record_read(self->fd, &event));
}

TEST_F(records, tell_of_the_zero_touch_mode)
{
	struct mei_prov_event event;

	ASSERT_EQ(0, record_listen(self->fd, ALL, INTERVAL_MS));
	ASSERT_EQ(0, vme("set ztc off"));
	ASSERT_EQ(0, record_of(self->fd, MEI_PROV_EVENT_ZTC, &event, RECORD_MS));
	EXPECT_EQ(0, event.ztc);
}

TEST_F(records, tell_of_the_suffix)
{
	struct mei_prov_suffix suffix;
	struct mei_prov_event before, event;

	ASSERT_EQ(0, record_switch(self->fd, MEI_PROV_EVENT_MASK_SUFFIX, RECORD_NO_POLL));
	ASSERT_EQ(0, record_read(self->fd, &before));
	ASSERT_EQ(0, set_suffix(self->other, "one.example"));
	ASSERT_EQ(0, ask_suffix(self->other, &suffix));
	ASSERT_EQ(0, ask_suffix(self->other, &suffix));
	ASSERT_EQ(0, record_next(self->fd, &event, RECORD_MS));
	EXPECT_EQ(MEI_PROV_EVENT_SUFFIX, event.type);
	EXPECT_EQ(before.suffix_generation + 1, event.suffix_generation);
	EXPECT_EQ(before.generation, event.generation);
	ASSERT_EQ(0, set_suffix(self->other, "two.example"));
	ASSERT_EQ(0, ask_suffix(self->other, &suffix));
	ASSERT_EQ(0, record_next(self->fd, &event, RECORD_MS));
	EXPECT_EQ(before.suffix_generation + 2, event.suffix_generation);
}

TEST_F(records, tell_of_the_hash_table_when_its_content_differs)
{
	struct mei_prov_event before, event;

	ASSERT_EQ(0, record_switch(self->fd, MEI_PROV_EVENT_MASK_HASHES, RECORD_NO_POLL));
	ASSERT_EQ(0, record_read(self->fd, &before));
	ASSERT_EQ(0, ask_hashes(self->other));
	EXPECT_EQ(-EAGAIN, record_read(self->fd, &event));
	ASSERT_EQ(0, vme("hash add mine,sha1,00112233445566778899aabbccddeeff01234567"));
	ASSERT_EQ(0, ask_hashes(self->other));
	ASSERT_EQ(0, record_next(self->fd, &event, RECORD_MS));
	EXPECT_EQ(MEI_PROV_EVENT_HASHES, event.type);
	EXPECT_EQ(before.hash_generation + 1, event.hash_generation);
	EXPECT_EQ(before.generation, event.generation);
}

TEST_F(records, tell_of_every_change_of_the_link)
{
	struct mei_prov_event event;

	ASSERT_EQ(0, record_listen(self->fd, LINK, 0));
	ASSERT_EQ(0, vme("reset --recovery-ms 100"));
	ASSERT_EQ(0, record_next(self->fd, &event, RECORD_MS));
	EXPECT_EQ(MEI_PROV_EVENT_LINK, event.type);
	EXPECT_EQ(MEI_PROV_IOCTL_LINK_DOWN, event.link);
	ASSERT_EQ(0, record_next(self->fd, &event, RECORD_MS));
	EXPECT_EQ(MEI_PROV_EVENT_LINK, event.type);
	EXPECT_EQ(MEI_PROV_IOCTL_LINK_UP, event.link);
}

TEST_F(records, tell_only_what_was_asked_for)
{
	struct mei_prov_suffix suffix;
	struct mei_prov_event event;
	struct mei_prov_state state;

	ASSERT_EQ(0, record_listen(self->fd, MEI_PROV_EVENT_MASK_SUFFIX, RECORD_NO_POLL));
	ASSERT_EQ(0, vme_pretend(POST, ADMIN));
	ASSERT_EQ(0, device_state(self->other, &state, ENOUGH_MS));
	ASSERT_EQ(0, vme("fault clear"));
	ASSERT_EQ(0, set_suffix(self->other, "three.example"));
	ASSERT_EQ(0, ask_suffix(self->other, &suffix));
	ASSERT_EQ(0, record_next(self->fd, &event, RECORD_MS));
	EXPECT_EQ(MEI_PROV_EVENT_SUFFIX, event.type);
	EXPECT_EQ(1, event.seq);
	EXPECT_EQ(state.provisioning_state, event.provisioning_state);
	EXPECT_EQ(state.generation, event.generation);
}

/* What the example prints for that many records; its exit status. */
static int run_example(int records, char *output, size_t size)
{
	char command[64];
	FILE *pipe;
	size_t len;
	int status;

	snprintf(command, sizeof(command), "mei_prov_example_events %d 2>&1", records);
	pipe = popen(command, "re");
	if (!pipe)
		return -errno;
	len = fread(output, 1, size - 1, pipe);
	output[len] = '\0';
	status = pclose(pipe);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -EINTR;
}

TEST_F(records, are_said_by_the_example)
{
	char output[4096];

	ASSERT_EQ(0, run_example(1, output, sizeof(output)));
	EXPECT_EQ(0, strcmp("present: link up, state PRE\n", output)) TH_LOG("%s", output);
	ASSERT_EQ(0, vme_pretend(POST, ADMIN));
	ASSERT_EQ(0, run_example(2, output, sizeof(output)));
	EXPECT_EQ(0, strcmp("present: link up, state PRE\nstate: link up, state POST\n", output))
	TH_LOG("%s", output);
}

/* --- when the firmware is asked --- */

TEST_F(records, of_the_link_alone_poll_nothing)
{
	ASSERT_EQ(0, record_listen(self->fd, LINK | MEI_PROV_EVENT_MASK_REMOVED, INTERVAL_MS));
	EXPECT_EQ(0, polls());
}

TEST_F(records, poll_until_they_are_switched_off)
{
	ASSERT_EQ(0, record_listen(self->fd, ALL, INTERVAL_MS));
	EXPECT_TRUE(polled(1));
	ASSERT_EQ(0, record_switch(self->fd, 0, 0));
	clock_sleep_ms(1000);
	EXPECT_EQ(0, polls());
}

TEST_F(records, poll_until_their_file_is_closed)
{
	int fd = device_open(O_RDONLY), copy = dup(fd);

	ASSERT_LE(0, copy);
	ASSERT_EQ(0, record_listen(fd, ALL, INTERVAL_MS));
	close(fd);
	EXPECT_TRUE(polled(1));
	close(copy);
	clock_sleep_ms(1000);
	EXPECT_EQ(0, polls());
}

TEST_F(records, poll_the_hash_table_seldom_and_after_a_change)
{
	long before;

	ASSERT_EQ(0, record_listen(self->fd, ALL, INTERVAL_MS));
	clock_sleep_ms(QUIET_MS);
	before = vme_seen(0x2c);
	EXPECT_TRUE(polled(2));
	EXPECT_EQ(before, vme_seen(0x2c));
	ASSERT_EQ(0, set_suffix(self->other, "four.example"));
	clock_sleep_ms(QUIET_MS);
	EXPECT_EQ(before + 2, vme_seen(0x2c));
}

/* Start, and wait until the certificate is there. */
static int start(int fd)
{
	uint64_t end = clock_ms() + ENOUGH_MS;
	uint32_t status;
	int ret;

	do {
		ret = device_start(fd, 0, &status, ENOUGH_MS);
		clock_sleep_ms(100);
	} while (ret == 0 && status == 0x31 && clock_ms() < end);
	return ret ? ret : (int)status;
}

TEST_F_TIMEOUT(records, follow_a_configuration_through_its_window, 60)
{
	struct mei_prov_event event;

	ASSERT_EQ(0, record_listen(self->fd, ALL, RECORD_NO_POLL));
	ASSERT_EQ(0, start(self->other));
	ASSERT_EQ(0, record_of(self->fd, MEI_PROV_EVENT_STATE, &event, RECORD_MS));
	EXPECT_EQ(IN, event.provisioning_state);
	EXPECT_TRUE(polled(2));
	ASSERT_EQ(0, vme("unprovision"));
	ASSERT_EQ(0, record_of(self->fd, MEI_PROV_EVENT_STATE, &event, RECORD_MS));
	EXPECT_EQ(PRE, event.provisioning_state);
	clock_sleep_ms(5000);
	EXPECT_EQ(0, polls());
}

/* --- the order of things --- */

TEST_F(records, that_do_not_fit_are_one_LOST_record_in_their_place)
{
	const unsigned int made = 100, kept = MEI_PROV_EVENTS_MAX - 1;
	struct mei_prov_event event;
	unsigned int i;

	ASSERT_EQ(0, record_make(self->fd, made));
	ASSERT_EQ(0, record_read(self->fd, &event));
	EXPECT_EQ(MEI_PROV_EVENT_LOST, event.type);
	EXPECT_EQ(0, event.seq);
	EXPECT_EQ(made - kept, event.lost);
	EXPECT_EQ(MEI_PROV_IOCTL_LINK_UP, event.link);
	for (i = made - kept; i < made; i++) {
		ASSERT_EQ(0, record_read(self->fd, &event));
		ASSERT_EQ(MEI_PROV_EVENT_PRESENT, event.type);
		ASSERT_EQ(i, event.seq);
		ASSERT_EQ(0, event.lost);
	}
	EXPECT_EQ(-EAGAIN, record_read(self->fd, &event));
}

TEST_F(records, as_many_as_there_is_room_for_are_not_lost)
{
	struct mei_prov_event event;

	ASSERT_EQ(0, record_make(self->fd, MEI_PROV_EVENTS_MAX));
	ASSERT_EQ(0, record_read(self->fd, &event));
	EXPECT_EQ(MEI_PROV_EVENT_PRESENT, event.type);
	EXPECT_EQ(0, event.seq);
	EXPECT_EQ(MEI_PROV_EVENTS_MAX - 1, record_drain(self->fd));
}

TEST_F(records, that_were_read_are_not_lost)
{
	struct mei_prov_event event;
	unsigned int i;

	ASSERT_EQ(0, record_make(self->fd, 10));
	for (i = 0; i < 5; i++)
		ASSERT_EQ(0, record_read(self->fd, &event));
	ASSERT_EQ(0, record_make(self->fd, MEI_PROV_EVENTS_MAX));
	ASSERT_EQ(0, record_read(self->fd, &event));
	EXPECT_EQ(MEI_PROV_EVENT_LOST, event.type);
	EXPECT_EQ(5, event.seq);
	EXPECT_EQ(6, event.lost);
	ASSERT_EQ(0, record_read(self->fd, &event));
	EXPECT_EQ(11, event.seq);
}

TEST_F(records, never_lose_the_newest_state)
{
	struct mei_prov_event event;
	struct mei_prov_state state;
	uint64_t next = 0;

	ASSERT_EQ(0, record_switch(self->fd, ALL, RECORD_NO_POLL));
	ASSERT_EQ(0, vme_pretend(POST, ADMIN));
	ASSERT_EQ(0, device_state(self->other, &state, ENOUGH_MS));
	ASSERT_EQ(0, record_make(self->fd, 2 * MEI_PROV_EVENTS_MAX));
	while (record_read(self->fd, &event) == 0) {
		ASSERT_EQ(next, event.seq);
		ASSERT_EQ(state.generation, event.generation);
		ASSERT_EQ(POST, event.provisioning_state);
		next = event.seq + (event.lost ? event.lost : 1);
	}
	EXPECT_LE(2 * MEI_PROV_EVENTS_MAX + 2, next);
}

/* A reader that sleeps through one reset after the other. */
TEST_F_TIMEOUT(records, are_in_order_after_a_storm_of_resets, 120)
{
	struct mei_prov_event event;
	uint32_t link = MEI_PROV_IOCTL_LINK_UP;
	uint64_t next = 0;
	int i, links = 0;

	ASSERT_EQ(0, record_make(self->fd, MEI_PROV_EVENTS_MAX));
	for (i = 0; i < 6; i++) {
		ASSERT_EQ(0, vme("reset --recovery-ms 20"));
		clock_sleep_ms(200);
	}
	ASSERT_EQ(0, vme_calm());
	while (record_read(self->fd, &event) == 0) {
		ASSERT_EQ(next, event.seq);
		next = event.seq + (event.lost ? event.lost : 1);
		if (event.type != MEI_PROV_EVENT_LINK)
			continue;
		ASSERT_NE(link, event.link);
		link = event.link;
		links++;
	}
	EXPECT_LE(2, links);
	EXPECT_EQ(0, links % 2);
	EXPECT_EQ(MEI_PROV_EVENTS_MAX + links, next);
	EXPECT_EQ(MEI_PROV_IOCTL_LINK_UP, link);
}

TEST_HARNESS_MAIN
