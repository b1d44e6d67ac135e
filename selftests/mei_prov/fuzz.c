// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random arguments of random ioctls and random netlink messages, for a while,
 * from several threads at once. Nothing is expected of them but that the kernel
 * has nothing to say (the runner looks) and that a sound command works after it.
 *
 * Environment: MEI_PROV_SEED (a number, printed; fixed when not set) and
 * MEI_PROV_SECONDS (6).
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/genetlink.h>
#include <linux/mei_prov.h>
#include <linux/netlink.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness.h"

#include "clock.h"
#include "device.h"
#include "genl.h"
#include "later.h"
#include "vme.h"

#define SEED	0x6d65692d70726f76
#define SECONDS 6
#define ROOM	16384
#define LARGEST 1024
#define NUMBERS 0x24 /* of ioctls, some of which there are not */

struct random {
	uint64_t state;
};

static uint64_t next(struct random *r)
{
	uint64_t z = r->state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

static uint32_t below(struct random *r, uint32_t n)
{
	return next(r) % n;
}

static bool one_in(struct random *r, uint32_t n)
{
	return below(r, n) == 0;
}

/* Numbers that are likely to be limits of something. */
static uint64_t interesting(struct random *r)
{
	static const uint64_t numbers[] = {
		0,
		1,
		2,
		7,
		8,
		32,
		33,
		223,
		224,
		255,
		256,
		320,
		321,
		4095,
		4096,
		4097,
		65535,
		65536,
		600000,
		600001,
		INT32_MAX,
		0x80000000,
		UINT32_MAX,
		UINT32_MAX + 1ull,
		0x00007ffffffff000,
		0xffff888000000000,
		INT64_MAX,
		UINT64_MAX,
	};

	return numbers[below(r, sizeof(numbers) / sizeof(numbers[0]))];
}

struct worker {
	pthread_t thread;
	struct random random;
	unsigned char *room; /* ROOM bytes, nothing behind them */
	uint64_t end;
	int fd;
	unsigned long tried;
	unsigned long done; /* without an error */
};

/* --- ioctls --- */

static size_t size_of(unsigned int nr)
{
	size_t i;

	for (i = 0; i < DEVICE_COMMANDS; i++)
		if (_IOC_NR(device_commands[i].nr) == nr)
			return device_commands[i].size;
	for (i = 0; i < LATER_COMMANDS; i++)
		if (_IOC_NR(later_commands[i].nr) == nr)
			return later_commands[i].size;
	return sizeof(struct mei_prov_head) + 8;
}

/* Mostly sound heads, so that what lies behind them is looked at as well. A
 * deadline is short: the firmware may be asked thousands of times.
 */
static void random_head(struct random *r, struct mei_prov_head *head, size_t size)
{
	head->size = one_in(r, 8) ? interesting(r) : size;
	head->flags = one_in(r, 8) ? 1u << below(r, 32) : 0;
	head->timeout_ms = one_in(r, 8) ? interesting(r) : 1 + below(r, 50);
	if (head->timeout_ms == 0 || head->timeout_ms > 5000)
		head->timeout_ms |= 1u << 31;
	head->fw_status = next(r);
}

/* Single words with something in them, the others 0; sometimes all of them. */
static void random_body(struct random *r, unsigned char *arg, size_t size)
{
	const bool all = one_in(r, 6);
	size_t at;
	uint64_t word;

	for (at = sizeof(struct mei_prov_head); at + 4 <= size; at += 4) {
		if (!all && !one_in(r, 3))
			continue;
		word = one_in(r, 2) ? next(r) : interesting(r);
		memcpy(arg + at, &word, at + 8 <= size && one_in(r, 2) ? 8 : 4);
	}
}

/* Arrays get a place where something is mapped, in part. */
static void random_pointer(struct worker *w, unsigned char *arg, size_t size)
{
	uint64_t to = (uintptr_t)w->room + ROOM - below(&w->random, ROOM);

	if (size >= 32 && one_in(&w->random, 2))
		memcpy(arg + 24 + 8 * below(&w->random, 2), &to, sizeof(to));
}

static void try_ioctl(struct worker *w)
{
	const unsigned int nr = below(&w->random, NUMBERS);
	const size_t size = size_of(nr);
	unsigned char arg[LARGEST + 64] = { 0 };
	unsigned char *at = w->room + below(&w->random, ROOM - sizeof(arg));
	size_t left;

	random_head(&w->random, (struct mei_prov_head *)arg, size);
	random_body(&w->random, arg, size);
	random_pointer(w, arg, size);
	if (one_in(&w->random, 16))
		at = w->room + ROOM - below(&w->random, size);
	left = w->room + ROOM - at;
	memcpy(at, arg, left < sizeof(arg) ? left : sizeof(arg));
	w->done += ioctl(w->fd, _IO(MEI_PROV_IOC_TYPE, nr), at) == 0;
}

static void *ioctls(void *arg)
{
	struct worker *w = arg;

	for (; clock_ms() < w->end; w->tried++)
		try_ioctl(w);
	return NULL;
}

/* The others switch events off again as it comes. */
static void *reads(void *arg)
{
	struct mei_prov_events on = { .mask = MEI_PROV_EVENT_MASK_ALL };
	struct worker *w = arg;
	struct pollfd events = { .fd = w->fd, .events = POLLIN };

	for (; clock_ms() < w->end; w->tried++) {
		if (one_in(&w->random, 4))
			DEVICE_CALL(w->fd, MEI_PROV_IOC_EVENTS, &on, 0);
		poll(&events, 1, 5);
		w->done += read(w->fd, w->room + below(&w->random, ROOM), below(&w->random, 4096)) >
			   0;
	}
	return NULL;
}

/* What the kernel has looked at changes while it looks again. */
static void *changes(void *arg)
{
	struct worker *w = arg;
	uint32_t number;

	for (; clock_ms() < w->end; w->tried++) {
		number = interesting(&w->random);
		memcpy(w->room + 4 * below(&w->random, ROOM / 4), &number, sizeof(number));
		w->done++;
		if (w->tried % 64 == 0)
			clock_sleep_ms(1);
	}
	return NULL;
}

/* --- netlink --- */

/* Attributes of any type and length, nested and cut off as it comes. */
static size_t random_attrs(struct random *r, unsigned char *to, size_t room)
{
	struct nlattr attr;
	size_t len = 0;
	uint64_t value;

	while (len + 24 < room && !one_in(r, 4)) {
		attr.nla_len = one_in(r, 6) ? interesting(r) : NLA_HDRLEN + 4;
		attr.nla_type = one_in(r, 6) ? next(r) : below(r, 12);
		value = one_in(r, 2) ? 0 : interesting(r);
		memcpy(to + len, &attr, sizeof(attr));
		memcpy(to + len + NLA_HDRLEN, &value, sizeof(value));
		len += NLA_HDRLEN + (one_in(r, 8) ? 8 : 4);
	}
	return len;
}

static void try_message(struct worker *w, int family)
{
	unsigned char text[512] = { 0 };
	struct nlmsghdr *nlh = (struct nlmsghdr *)text;
	struct genlmsghdr *head = NLMSG_DATA(nlh);
	struct random *r = &w->random;
	size_t len = NLMSG_HDRLEN + GENL_HDRLEN;

	nlh->nlmsg_type = family;
	nlh->nlmsg_flags = NLM_F_REQUEST | (one_in(r, 3) ? NLM_F_DUMP : 0) |
			   (one_in(r, 8) ? (uint16_t)next(r) : 0);
	nlh->nlmsg_seq = w->tried;
	head->cmd = one_in(r, 8) ? next(r) : below(r, MEI_PROV_CMD_MAX + 2);
	head->version = one_in(r, 8) ? next(r) : 1;
	len += random_attrs(r, text + len, sizeof(text) - len);
	nlh->nlmsg_len = one_in(r, 16) ? interesting(r) : len;
	w->done += send(w->fd, text, len, MSG_DONTWAIT) == (ssize_t)len;
}

static void *messages(void *arg)
{
	unsigned char waste[8192];
	struct worker *w = arg;
	struct genl genl;

	if (genl_open(&genl) != 0)
		return NULL;
	for (; clock_ms() < w->end; w->tried++) {
		try_message(w, genl.family);
		while (recv(w->fd, waste, sizeof(waste), MSG_DONTWAIT) > 0)
			;
	}
	genl_close(&genl);
	return NULL;
}

static int plain_socket(void)
{
	const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);

	return connect(fd, (const struct sockaddr *)&kernel, sizeof(kernel)) < 0 ? -errno : fd;
}

/* --- all of it --- */

static uint64_t setting(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 0) : otherwise;
}

static unsigned char *map_room(void)
{
	unsigned char *map = mmap(NULL, ROOM + 4096, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return map == MAP_FAILED || munmap(map + ROOM, 4096) < 0 ? NULL : map;
}

static const struct {
	const char *name;
	void *(*fn)(void *arg);
	bool netlink;
} kinds[] = {
	{ "ioctls", ioctls, false },   { "ioctls", ioctls, false },    { "reads", reads, false },
	{ "changes", changes, false }, { "messages", messages, true },
};

#define WORKERS (sizeof(kinds) / sizeof(kinds[0]))

FIXTURE(fuzz)
{
	struct worker workers[WORKERS];
	unsigned char *room;
	int file;
	int socket;
};

FIXTURE_SETUP(fuzz)
{
	const uint64_t seed = setting("MEI_PROV_SEED", SEED);
	size_t i;

	ASSERT_EQ(0, vme_calm());
	self->file = device_open(O_RDWR | O_NONBLOCK);
	self->socket = plain_socket();
	self->room = map_room();
	ASSERT_LE(0, self->file);
	ASSERT_LE(0, self->socket);
	ASSERT_NE(NULL, self->room);
	for (i = 0; i < WORKERS; i++)
		self->workers[i] = (struct worker){
			.random = { seed + i },
			.room = self->room,
			.fd = kinds[i].netlink ? self->socket : self->file,
		};
	printf("# seed %#llx\n", (unsigned long long)seed);
}

FIXTURE_TEARDOWN(fuzz)
{
	close(self->socket);
	close(self->file);
	EXPECT_EQ(0, vme("set amt on"));
	EXPECT_EQ(0, vme_calm());
}

TEST_F_TIMEOUT(fuzz, whatever_comes_the_kernel_stays_calm, 3600)
{
	const uint64_t end = clock_ms() + 1000 * setting("MEI_PROV_SECONDS", SECONDS);
	struct mei_prov_state state;
	struct worker *w;

	for (w = self->workers; w < self->workers + WORKERS; w++) {
		w->end = end;
		ASSERT_EQ(0, pthread_create(&w->thread, NULL, kinds[w - self->workers].fn, w));
	}
	for (w = self->workers; w < self->workers + WORKERS; w++) {
		pthread_join(w->thread, NULL);
		printf("# %s: %lu tried, %lu without an error\n", kinds[w - self->workers].name,
		       w->tried, w->done);
		EXPECT_LT(0, w->done);
	}
	ASSERT_EQ(0, vme_calm());
	EXPECT_EQ(0, device_state(self->file, &state, ENOUGH_MS));
	EXPECT_EQ(0, state.head.fw_status);
}

TEST_HARNESS_MAIN
