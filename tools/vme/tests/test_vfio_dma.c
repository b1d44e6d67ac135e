// SPDX-License-Identifier: GPL-2.0-or-later
/* The memory of the machine over vfio-user: maps, a DMA ring in it, and peers that lie. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>
#include "tools/vme/hbm.h"
#include "tools/vme/heci.h"
#include "tools/vme/log.h"
#include "tools/vme/me_dev.h"
#include "tools/vme/tests/test_host.h"
#include "tools/vme/tests/test_vfio_peer.h"

#define RAM_AT	 0x100000u
#define RAM_LEN	 0x10000u
#define MAPS_MAX 512
#define LISTENER 9

struct map {
	uint32_t argsz;
	uint32_t flags;
	uint64_t offset;
	uint64_t at;
	uint64_t size;
};

struct unmap {
	uint32_t argsz;
	uint32_t flags;
	uint64_t at;
	uint64_t size;
};

static int map(struct rig *rig, uint64_t at, uint64_t size, uint64_t offset, int fd)
{
	const struct map body = { sizeof(body), 3, offset, at, size };

	post(rig, DMA_MAP, 0, &body, sizeof(body), &fd, fd >= 0);
	return reply(rig);
}

static int unmap(struct rig *rig, uint32_t flags, uint64_t at, uint64_t size)
{
	const struct unmap body = { sizeof(body), flags, at, size };

	return ask(rig, DMA_UNMAP, &body, sizeof(body));
}

static int ram_new(void)
{
	int fd = memfd_create("ram", MFD_CLOEXEC);

	assert_int_equal(ftruncate(fd, RAM_LEN), 0);
	return fd;
}

static void master(struct rig *rig, bool on)
{
	write_u32(rig, 7, 0x04, on ? 0x6 : 0x2);
}

/* The link is up, and asks for a ring with its control block in that place. */
static void ask_ring(struct rig *rig, uint32_t control_at)
{
	const uint32_t request[10] = { 0x12,	      0,    RAM_AT, 4096,	0,
				       RAM_AT + 4096, 4096, 0,	    control_at, 32 };
	struct heci *heci = me_dev_heci(rig->me);

	host_reset(heci);
	host_write(heci, 0, 0, request, sizeof(request), true);
}

static void ring_is(struct rig *rig, uint8_t status)
{
	host_wants(me_dev_heci(rig->me), 0x92, status, 0, 0);
	assert_int_equal(hbm_has_ring(me_dev_hbm(rig->me)), !status);
}

/* --- a client that hears what the ring brings --- */

static uint8_t heard[4096];
static size_t heard_len;

static void on_message(void *ctx, struct me_conn *conn, const uint8_t *data, size_t len)
{
	heard_len = len;
	memcpy(heard, data, len);
}

static void on_end(void *ctx, struct me_conn *conn)
{
}

static const struct me_client_ops listener_ops = {
	.disconnect = on_end,
	.message = on_message,
	.drained = on_end,
};

static const struct me_client listener = {
	.address = LISTENER,
	.mtu = sizeof(heard),
	.fixed = true,
	.ops = &listener_ops,
};

/* --- maps --- */

static void a_file_of_memory_is_kept_until_it_is_unmapped(void **state)
{
	struct rig *rig = *state;
	size_t before;
	int ram = ram_new();

	before = open_fds();
	assert_int_equal(map(rig, RAM_AT, RAM_LEN, 0, ram), 0);
	assert_int_equal(rig->len, 0);
	assert_int_equal(open_fds(), before + 1);
	assert_int_equal(unmap(rig, 0, RAM_AT, RAM_LEN), 0);
	assert_int_equal(rig->len, 24);
	assert_int_equal(open_fds(), before);
	close(ram);
}

static void what_is_no_file_is_mapped_and_closed(void **state)
{
	struct rig *rig = *state;
	int fd = eventfd(0, EFD_CLOEXEC);
	size_t before = open_fds();

	assert_int_equal(map(rig, RAM_AT, RAM_LEN, 0, fd), 0);
	assert_int_equal(map(rig, 2 * RAM_AT, RAM_LEN, 0, -1), 0);
	assert_int_equal(open_fds(), before);
	close(fd);
	master(rig, true);
	ask_ring(rig, RAM_AT + 8192);
	ring_is(rig, HBM_INVALID_PARAMETER);
}

static void maps_that_cannot_be_are_refused(void **state)
{
	struct rig *rig = *state;
	size_t before;
	int ram = ram_new();

	assert_int_equal(map(rig, RAM_AT, RAM_LEN, 0, ram), 0);
	before = open_fds();
	assert_int_equal(map(rig, 0, 0, 0, ram), EINVAL);
	assert_int_equal(map(rig, UINT64_MAX, 2, 0, ram), EINVAL);
	assert_int_equal(map(rig, 0, 4096, UINT64_MAX, ram), EINVAL);
	assert_int_equal(map(rig, 0, INT64_MAX, 4096, ram), EINVAL);
	assert_int_equal(map(rig, RAM_AT, RAM_LEN, 0, ram), EEXIST);
	assert_int_equal(map(rig, RAM_AT + RAM_LEN - 1, 1, 0, ram), EEXIST);
	assert_int_equal(map(rig, 0, RAM_AT + 1, 0, ram), EEXIST);
	assert_int_equal(open_fds(), before);
	assert_int_equal(map(rig, 0, RAM_AT, 0, ram), 0);
	assert_int_equal(map(rig, RAM_AT + RAM_LEN, UINT64_MAX - RAM_AT - RAM_LEN + 1, 0, -1),
			 EINVAL);
	close(ram);
}

static void unmapping_takes_whole_maps_only(void **state)
{
	struct rig *rig = *state;
	size_t before = open_fds();
	int ram = ram_new();

	assert_int_equal(map(rig, 0, 4096, 0, ram), 0);
	assert_int_equal(map(rig, 8192, 4096, 0, ram), 0);
	assert_int_equal(map(rig, 65536, 4096, 0, ram), 0);
	assert_int_equal(unmap(rig, 0, 0, 8193), EINVAL);
	assert_int_equal(unmap(rig, 0, 1, 4095), EINVAL);
	assert_int_equal(unmap(rig, 0, UINT64_MAX, 2), EINVAL);
	assert_int_equal(unmap(rig, 2, 1, 0), EINVAL);
	assert_int_equal(open_fds(), before + 4);
	assert_int_equal(unmap(rig, 0, 0, 65536), 0);
	assert_int_equal(open_fds(), before + 2);
	assert_int_equal(unmap(rig, 0, 0, 65536), 0);
	assert_int_equal(unmap(rig, 2, 0, 0), 0);
	assert_int_equal(open_fds(), before + 1);
	close(ram);
}

static void a_flood_of_maps_ends_somewhere_and_leaves_nothing(void **state)
{
	struct rig *rig = *state;
	size_t before = open_fds();
	int ram = ram_new();
	uint64_t i;

	for (i = 0; i < MAPS_MAX; i++)
		assert_int_equal(map(rig, i * 4096, 4096, 0, ram), 0);
	assert_int_equal(map(rig, i * 4096, 4096, 0, ram), ENOSPC);
	close(rig->peer);
	turn(rig);
	rig->peer = dial(rig->path);
	assert_int_equal(ask(rig, VERSION, "\0\0\0\0{}", 7), 0);
	close(ram);
	assert_int_equal(open_fds(), before);
	assert_int_equal(map(rig, 0, 4096, 0, -1), 0);
}

/* --- a ring in mapped memory --- */

static void a_ring_needs_memory_and_a_master(void **state)
{
	struct rig *rig = *state;
	int ram = ram_new();

	ask_ring(rig, RAM_AT + 8192);
	ring_is(rig, HBM_NOT_ALLOWED);
	master(rig, true);
	ask_ring(rig, RAM_AT + 8192);
	ring_is(rig, HBM_INVALID_PARAMETER);
	assert_int_equal(map(rig, RAM_AT, RAM_LEN, 0, ram), 0);
	ask_ring(rig, RAM_AT + 8192);
	ring_is(rig, HBM_SUCCESS);
	master(rig, false);
	ask_ring(rig, RAM_AT + 8192);
	ring_is(rig, HBM_NOT_ALLOWED);
	close(ram);
}

static void a_ring_may_lie_across_maps(void **state)
{
	struct rig *rig = *state;
	uint8_t data[100];
	uint32_t value = 7;
	int ram = ram_new();

	assert_int_equal(pwrite(ram, &value, 4, 0x4000 + 8), 4);
	assert_int_equal(map(rig, RAM_AT, 48, 0, ram), 0);
	assert_int_equal(map(rig, RAM_AT + 48, 8144, 0x1000, ram), 0);
	assert_int_equal(map(rig, RAM_AT + 8192, 4096, 0x4000, ram), 0);
	master(rig, true);
	ask_ring(rig, RAM_AT + 8192);
	ring_is(rig, HBM_SUCCESS);
	assert_int_equal(pread(ram, &value, 4, 0x4000 + 8), 4);
	assert_int_equal(value, 0);
	memset(data, 'a', 48);
	memset(data + 48, 'b', 52);
	assert_int_equal(pwrite(ram, data, 48, 0), 48);
	assert_int_equal(pwrite(ram, data + 48, 52, 0x1000), 52);
	value = 25;
	assert_int_equal(pwrite(ram, &value, 4, 0x4000), 4);
	assert_int_equal(hbm_add_client(me_dev_hbm(rig->me), &listener), 0);
	heard_len = 0;
	heci_write(me_dev_heci(rig->me), R_H_CB_WW, 0xa0040000 | LISTENER);
	heci_write(me_dev_heci(rig->me), R_H_CB_WW, 100);
	host_set(me_dev_heci(rig->me), B_IG, 0);
	assert_int_equal(heard_len, 100);
	assert_memory_equal(heard, data, 100);
	assert_int_equal(pread(ram, &value, 4, 0x4000 + 8), 4);
	assert_int_equal(value, 25);
	close(ram);
}

/* True: the link is down after a message in the ring. */
static bool costs_the_link(struct rig *rig)
{
	struct heci *heci = me_dev_heci(rig->me);

	heci_write(heci, R_H_CB_WW, 0xa0040107);
	heci_write(heci, R_H_CB_WW, 4);
	host_set(heci, B_IG, 0);
	return !(heci_read(heci, R_ME_CSR) & B_RDY);
}

static void memory_that_is_unmapped_costs_the_link(void **state)
{
	struct rig *rig = *state;
	int ram = ram_new();

	assert_int_equal(map(rig, RAM_AT, RAM_LEN, 0, ram), 0);
	master(rig, true);
	ask_ring(rig, RAM_AT + 8192);
	ring_is(rig, HBM_SUCCESS);
	assert_int_equal(unmap(rig, 0, RAM_AT, RAM_LEN), 0);
	assert_true(costs_the_link(rig));
	close(ram);
}

static void a_file_that_shrinks_costs_the_link_and_no_more(void **state)
{
	struct rig *rig = *state;
	int ram = ram_new();

	assert_int_equal(map(rig, RAM_AT, RAM_LEN, 0, ram), 0);
	master(rig, true);
	ask_ring(rig, RAM_AT + 8192);
	ring_is(rig, HBM_SUCCESS);
	assert_int_equal(ftruncate(ram, 0), 0);
	ask_ring(rig, RAM_AT + 8192);
	ring_is(rig, HBM_INVALID_PARAMETER);
	assert_int_equal(ftruncate(ram, RAM_LEN), 0);
	ask_ring(rig, RAM_AT + 8192);
	ring_is(rig, HBM_SUCCESS);
	assert_int_equal(ftruncate(ram, 0), 0);
	assert_true(costs_the_link(rig));
	close(ram);
}

#define promise(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		promise(a_file_of_memory_is_kept_until_it_is_unmapped),
		promise(what_is_no_file_is_mapped_and_closed),
		promise(maps_that_cannot_be_are_refused),
		promise(unmapping_takes_whole_maps_only),
		promise(a_flood_of_maps_ends_somewhere_and_leaves_nothing),
		promise(a_ring_needs_memory_and_a_master),
		promise(a_ring_may_lie_across_maps),
		promise(memory_that_is_unmapped_costs_the_link),
		promise(a_file_that_shrinks_costs_the_link_and_no_more),
	};

	log_set_level(LOG_LEVEL_NONE);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
